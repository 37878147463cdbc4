#!/bin/sh
# Imports on the command line: what is refused before anything is written, dry runs of several files, reports.
set -u
dir=$(mktemp -d /tmp/sximp.XXXXXX) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
SIMPLIX_LANG=en
export SIMPLIX_LANG
passed=0 failed=0
sx() { "$SIMPLIX" --db "$dir/book.db" "$@"; }
code() { # what, status, then a command
	what=$1 want=$2; shift 2
	"$@" >"$dir/out" 2>"$dir/err"; got=$?
	if [ "$got" = "$want" ]; then passed=$((passed + 1)); else
		failed=$((failed + 1)); echo "FAIL $what: status $got, not $want"; cat "$dir/out" "$dir/err"; fi
}
is() { # what, expected, got
	if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $1: “$3”, not “$2”"; fi
}
has() { # what, words that the last command must have printed
	if grep -qF -- "$2" "$dir/out" "$dir/err"; then passed=$((passed + 1)); else
		failed=$((failed + 1)); echo "FAIL $1: no “$2” in"; cat "$dir/out" "$dir/err"; fi
}

code "init" 0 sx init --name "Test SARL" --owner "Ada Owner" --email ada@test.example

printf 'Name,Email,Company id\nBob Cole,bob@x.example,7\n' >people.csv
printf 'ID,Company,Industry,Employees\n7,Acme,Anvils,12\n' >companies.csv
printf 'type,subject,deal\ntask,Call,Fleet renewal\n' >tasks.csv

code "a column that no file has" 2 sx import companies.csv people.csv --map 'Foo=job_title'
has "is named" "Foo=job_title"
is "before anything is written" 0 "$(sx companies list --count)"
code "a map without a field" 2 sx import people.csv --map 'Email'
is "neither" 0 "$(sx contacts list --count)"

code "a dry run of two files" 0 sx import companies.csv people.csv --dry-run --system old --map 'Company id=company.id'
is "the second sees the first" 0 "$(grep -c 'import those first' "$dir/out")"
is "and nothing stays" 0 "$(sx companies list --count)"
code "for real" 0 sx import companies.csv people.csv --system old --map 'Company id=company.id'
is "linked" Acme "$(sx contacts show C-1 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["company"])')"

code "a deal" 0 sx deals add title="Fleet renewal" company=Acme
code "an activity that names it" 0 sx import tasks.csv
is "is about it" "Fleet renewal" "$(sx activities list --json | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["deal"])')"

python3 -c '
print(",".join(["Name"] * 2000))
print(",".join(["Ada"] * 2000))' >wide.csv
code "two thousand columns of one name" 0 timeout 20 "$SIMPLIX" --db "$dir/book.db" import wide.csv --dry-run

code "the list of imports" 0 sx imports list
has "counts" "Unchanged"
code "one of them" 0 sx imports show 1
has "in words" "4 cells in fields"
code "taken back" 0 sx imports revert 3
has "one change" "(1 change)"

# one line for what happened
code "a dry run says who is not known" 0 sx log --dry-run call Jane Doe from Initech about pricing
has "by name" "not in the book: Jane Doe"
code "the words are kept" 0 sx log call Jane Doe from Initech about pricing
has "with a warning" "--create makes the records"
is "and nobody is made" 0 "$(sx contacts list --filter doe --count)"
code "unless asked for" 0 sx log --create call Jane Doe from Initech about pricing
is "who is linked" "Jane Doe" "$(sx contacts list --filter 'company:initech' --json | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["full_name"])')"

# a large import holds the file for longer than a moment; others wait their turn
python3 -c '
print("First Name,Last Name,Email,Company,Notes")
for i in range(90000):
    print("F%d,L%d,p%d@x%d.example,Company %d,some words %d" % (i, i, i, i % 9000, i % 9000, i))' >large.csv
sx import large.csv --quiet &
importer=$!
sleep 1
code "a write during an import" 0 sx contacts add last_name=Patient
is "is there beside it" 1 "$(wait $importer; sx contacts list --filter patient --count)"
is "and the import is whole" 1 "$(sx contacts list --filter L89999 --count)"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
