"""Tells Jobchime of the calls that an SDK makes. Needs JOBCHIME_URL, and a token with the scope track in JOBCHIME_TOKEN.

Huawei Cloud's SDK (huaweicloudsdkcore):
    handler = HttpHandler().add_response_handler(lambda **its: tell_jobchime(its["response"]))
    client = EcsClient.new_builder().with_http_handler(handler)...build()

openstacksdk, python-otcextensions (keystoneauth1):
    session = requests.Session()
    session.hooks["response"].append(tell_jobchime)
    connection = openstack.connection.Connection(session=keystoneauth1.session.Session(auth=auth, session=session))
"""
import json
import os
import urllib.request


def tell_jobchime(response, *_, **__):
    """Takes a requests.Response. Waits for at most 2 s, and no error leaves it."""
    try:
        url = response.request.url
        # Answers of IAM hold tokens. They start no job and leave this program for nobody.
        if response.request.method == "GET" or not response.ok or "/auth/" in url or b'job' not in response.content.lower():
            return
        body = json.dumps({"url": url, "body": response.text}).encode()
        headers = {"Authorization": "Bearer " + os.environ["JOBCHIME_TOKEN"], "Content-Type": "application/json"}
        urllib.request.urlopen(
            urllib.request.Request(os.environ["JOBCHIME_URL"] + "/v1/intake", body, headers), timeout=2
        ).close()
    except Exception:
        pass
