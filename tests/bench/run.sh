#!/bin/sh
# The bench table: a generated base (kept in $BUILD/bench.db), the core on it, the full screen on it.
#   CONTACTS=1000000 and its companions choose the size.
set -eu
BUILD=${BUILD:-build}
db=$BUILD/bench-${CONTACTS:-1000000}.db
if [ ! -f "$db" ]; then
	echo "Generating $db (about two minutes for a million contacts)…"
	"$BUILD/tests/bench/generate" "$db" "${COMPANIES:-200000}" "${CONTACTS:-1000000}" "${DEALS:-300000}" "${ACTIVITIES:-3000000}"
fi
"$BUILD/tests/bench/core" "$db"
echo
python3 tests/bench/terminal.py "$BUILD/simplix" "$db"
echo
python3 tests/bench/busy.py "$BUILD/simplix"
