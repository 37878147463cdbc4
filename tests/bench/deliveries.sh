#!/bin/sh
# The helper: deliveries, dead targets, mail, idleness. ONLY=ab takes some of the parts a to e.
set -eu
BUILD=${BUILD:-build}
folder=$(mktemp -d "$BUILD/deliveries.XXXXXX")
folder=$(cd "$folder" && pwd)
trap 'rm -rf "$folder"' EXIT
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
	-keyout "$folder/key.pem" -out "$folder/cert.pem" >/dev/null 2>&1
${WRAP:-} "$BUILD/tests/bench/deliveries" "$folder" "$folder/cert.pem" "$folder/key.pem"
