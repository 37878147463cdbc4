#!/bin/sh
# Invoices: drafts made, issued, paid and printed. INVOICES=10000, LINES=10.
set -eu
BUILD=${BUILD:-build}
folder=$(mktemp -d "$BUILD/billing.XXXXXX")
trap 'rm -rf "$folder"' EXIT
"$BUILD/tests/bench/billing" "$folder/book.db" "${INVOICES:-10000}" "${LINES:-10}"
