#!/usr/bin/env bash
# Verifies webhooks of Jobchime (Standard Webhooks 1.0) with bash and openssl, for instance in a CGI script:
#
#   WEBHOOK_KEYS="$KEY" ./verify.sh "$HTTP_WEBHOOK_ID" "$HTTP_WEBHOOK_TIMESTAMP" "$HTTP_WEBHOOK_SIGNATURE" < body
#
# WEBHOOK_KEYS holds one key or several, an old one and a new one. The HMAC is made of SHA-256 by hand, because openssl takes a
# key only on its command line, which everybody on the machine can see.
set -euo pipefail
refuse() { echo "$1" >&2; exit 1; }

id=${1:-} timestamp=${2:-} signatures=${3:-} now=${WEBHOOK_NOW:-$(date +%s)}
body=$(mktemp); trap 'rm -f "$body"' EXIT; cat > "$body"
[[ $id && $timestamp && $signatures ]] || refuse 'missing header'
[[ $timestamp =~ ^[0-9]{1,12}$ ]] || refuse 'stale'
age=$((now - 10#$timestamp)); ((${age#-} <= 300)) || refuse 'stale'

sha256() { openssl dgst -sha256 -binary; }
hex_of() { # a key
  local base64=${1#whsec_}; base64=${base64%%=*}
  while ((${#base64} % 4)); do base64+==; done
  printf '%s' "$base64" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n'
}
xored() { # the 64 bytes of a block: a key in hex, filled up with zeros, and what each is combined with
  local at byte out=
  for ((at = 0; at < 128; at += 2)); do
    byte=${1:at:2}; printf -v byte '\\x%02x' $((0x${byte:-00} ^ $2)); out+=$byte
  done
  printf '%b' "$out"
}
hmac() { { xored "$1" 0x5c; { xored "$1" 0x36; printf '%s' "$id.$timestamp."; cat "$body"; } | sha256; } | sha256 | openssl base64 -A; }
# Hashes are compared: how far they agree tells nothing of the signatures.
hashed() { printf '%s' "$1" | openssl dgst -sha256; }

read -ra keys <<< "${WEBHOOK_KEYS:?}"; read -ra given <<< "$signatures"
for key in "${keys[@]}"; do
  expected=$(hashed "v1,$(hmac "$(hex_of "$key")")")
  for one in "${given[@]}"; do
    if [[ $(hashed "$one") == "$expected" ]]; then echo verified; exit; fi
  done
done
refuse 'bad signature'
