"""Verifies webhooks of Jobchime (Standard Webhooks 1.0) with the standard library alone. In Flask, for instance:

    event = verify(request.headers, request.get_data(), [os.environ["WEBHOOK_KEY"]])

Hand in the body as it came, before anything parses it. `pip install standardwebhooks` is a library that does the same.
"""

import base64, hashlib, hmac, json, os, re, sys, time

TOLERANCE_SECONDS = 300


def verify(headers, body, keys, now=None):
    """Answers the event; raises ValueError for what must not be believed. Several keys: an old one and a new one."""
    id, timestamp, signatures = (headers.get("webhook-" + name) for name in ("id", "timestamp", "signature"))
    if not (id and timestamp and signatures):
        raise ValueError("missing header")
    now = time.time() if now is None else now
    if not re.fullmatch("[0-9]{1,12}", timestamp) or abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        raise ValueError("stale")
    content = f"{id}.{timestamp}.".encode() + body
    secrets = [base64.b64decode(key.removeprefix("whsec_") + "===") for key in keys]
    expected = [base64.b64encode(hmac.digest(secret, content, hashlib.sha256)) for secret in secrets]
    given = [one[3:].encode() for one in signatures.split(" ") if one.startswith("v1,")]
    if not any([hmac.compare_digest(own, one) for own in expected for one in given]):
        raise ValueError("bad signature")
    return json.loads(body)


if __name__ == "__main__":  # WEBHOOK_KEYS='whsec_... whsec_...' python3 verify.py ID TIMESTAMP SIGNATURE < body
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    now = os.environ.get("WEBHOOK_NOW")
    try:
        verify(dict(zip(names, sys.argv[1:])), sys.stdin.buffer.read(), os.environ["WEBHOOK_KEYS"].split(), now and int(now))
        print("verified")
    except ValueError as error:
        sys.exit(str(error))
