#!/bin/sh
# The command line as scripts use it: exit codes, JSON, undo, backup, refusals.
set -u
dir=$(mktemp -d /tmp/sxcli.XXXXXX) || exit 1
trap 'rm -rf "$dir"' EXIT
db=$dir/data/book.db
passed=0 failed=0
sx() { "$SIMPLIX" --db "$db" "$@"; }
ok() { # what, then a command that must succeed
	what=$1; shift
	if "$@" >"$dir/out" 2>"$dir/err"; then passed=$((passed + 1)); else
		failed=$((failed + 1)); echo "FAIL $what: status $?"; cat "$dir/out" "$dir/err"; fi
}
code() { # what, status, then a command
	what=$1 want=$2; shift 2
	"$@" >"$dir/out" 2>"$dir/err"; got=$?
	if [ "$got" = "$want" ]; then passed=$((passed + 1)); else
		failed=$((failed + 1)); echo "FAIL $what: status $got, not $want"; cat "$dir/out" "$dir/err"; fi
}
is() { # what, expected, got
	if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $1: “$3”, not “$2”"; fi
}

code "no data yet is 'not found'" 3 sx contacts list
is "and nothing was made" 0 "$(ls "$dir" | grep -c data)"
code "--db needs a value" 2 "$SIMPLIX" --db
code "whatever follows" 2 "$SIMPLIX" contacts list --db
code "and no empty one" 2 "$SIMPLIX" --db= contacts list
code "unknown command is wrong usage" 2 sx contcats
ok "init" sx init --name "Test SARL" --owner "Ada Owner" --email ada@test.example
code "a second init is refused" 1 sx init --name Again
is "files are for their owner alone" 600 "$(stat -c %a "$db")"
is "so are folders" 700 "$(stat -c %a "$dir/data")"

ok "a demo that was stopped before its records" "$SIMPLIX" --db "$dir/half.db" init --name Half
ok "is filled by the next try" "$SIMPLIX" --db "$dir/half.db" init --demo
code "and not twice" 1 "$SIMPLIX" --db "$dir/half.db" init --demo
is "one company of ours" 12 "$("$SIMPLIX" --db "$dir/half.db" companies list --count)"
for i in 1 2 3 4; do "$SIMPLIX" --db "$dir/race.db" init --demo >/dev/null 2>&1 & done; wait
is "four who set up at once make one organization" 1 "$("$SIMPLIX" --db "$dir/race.db" sql 'SELECT count(*) FROM organizations' --csv | tail -n 1 | tr -d '\r')"
ok "add a company" sx companies add name="ACME Corp" website=https://acme.example
ok "add a contact" sx contacts add first_name=Amélie last_name=Durand company="acme corp" emails="a@acme.example" --json
code "a duplicate is named" 1 sx contacts add last_name=Other emails=A@acme.example
ok "and made when forced" sx contacts add last_name=Other emails=A@acme.example --force
code "an unknown field is refused" 1 sx contacts add last_name=X nmae=y
code "a bad value is refused" 1 sx contacts add last_name=X birthday=2026-02-31
is "nothing half-saved" 2 "$(sx contacts list --count)"
code "no such record" 3 sx contacts show C-99
code "an error points at its word" 2 sx contacts list --filter 'owner:me nmae:x'
is "caret under the word" "         owner:me nmae:x" "$(sed -n 3p "$dir/err")"
is "JSON is JSON" "Amélie Durand" "$(sx contacts list --json | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["full_name"])')"
is "JSON lines" 2 "$(sx contacts list --jsonl | python3 -c 'import json,sys; print(len([json.loads(l) for l in sys.stdin]))')"
is "CSV has a guard against formulas" "\"'=1+1\"" "$(sx contacts edit C-2 job_title='=1+1' >/dev/null; sx contacts list --csv --columns job_title --filter 'title:1' | tail -n 1 | tr -d '\r')"
ok "edit" sx contacts edit C-1 last_name=Martin
is "edited" "Amélie Martin" "$(sx contacts show C-1 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["full_name"])')"
ok "undo" sx undo
is "undone" "Amélie Durand" "$(sx contacts show C-1 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["full_name"])')"
ok "redo" sx redo
code "setting up is not undone" 1 sx undo 1
is "with a hint" 2 "$(wc -l <"$dir/err")"
ok "so the data stays" sx contacts list
for i in 1 2 3 4 5 6; do sx contacts edit C-1 department="d$i" >/dev/null; done
for i in 1 2 3 4; do sx undo >"$dir/undo$i" 2>&1 & done
wait
is "four undo at once take back four changes" d2 "$(sx contacts show C-1 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["department"])')"
ok "history" sx contacts history C-1 --json
is "history has old and new" "Durand>Martin" "$(sx contacts history C-1 --json | python3 -c '
import json,sys
print([h["old"]+">"+h["new"] for h in json.load(sys.stdin) if h["field"]=="Last name"][0])')"
ok "a deal" sx deals add title="Fleet" value=12k company="ACME Corp"
ok "moves" sx deals move Fleet Proposal
ok "is won" sx deals won Fleet
is "won" won "$(sx deals show D-1 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["status"])')"
code "no such stage" 3 sx deals move D-1 Nowhere
json() { python3 -c 'import json,sys; json.load(open(sys.argv[1]))' "$1"; }
for c in "changes" "doctor" "config" "migrate" "undo" "redo" "duplicates" "contacts delete C-2" "contacts restore C-2" "merge contacts C-1 C-2" "unmerge contacts C-1" \
	"log --dry-run call Amélie Martin"; do
	# shellcheck disable=SC2086
	env TERM=xterm LC_ALL=C.UTF-8 "$SIMPLIX" --db "$db" $c --json >"$dir/json" 2>"$dir/err"
	ok "$c --json is JSON" json "$dir/json"
done
for c in "contacts show C-99" "contacts list --filter nmae:x" "contacts list --sort nmae" "contacts list --bad" "nothing" "undo 999" "help nothing"; do
	# shellcheck disable=SC2086
	sx $c --json >/dev/null 2>"$dir/json"
	ok "$c --json tells its error in JSON" json "$dir/json"
done
is "with code and field" "usage nmae" "$(sx contacts list --filter nmae:x --json 2>&1 | python3 -c 'import json,sys; e=json.load(sys.stdin)["error"]; print(e["code"], e["field"])')"
code "a wrong column is wrong usage" 2 sx contacts list --columns nmae
code "so is a wrong sort" 2 sx contacts list --sort nmae
is "deals say what they can do" 1 "$(sx deals --help | grep -c 'move|won|lost')"
is "and activities" 1 "$(sx help activities | grep -c 'log|done')"
ok "help on a command" sx help undo
is "says how" 1 "$(grep -c 'undo \[CHANGE\]' "$dir/out")"
printf 'db = postgresql://ada:secret@localhost/crm\n' >"$dir/config"; chmod 644 "$dir/config"
code "a password that others can read is refused" 4 "$SIMPLIX" --config "$dir/config" config
is "with the cure" 1 "$(grep -c 'chmod 600' "$dir/err")"
chmod 600 "$dir/config"
ok "and taken when they cannot" "$SIMPLIX" --config "$dir/config" config
is "a long cell is cut in a table" 80 "$(sx contacts edit C-1 department="$(printf '%0300d' 7)" >/dev/null; sx contacts list --columns department --filter 'department:7' | tail -n 1 | tr -d ' ' | sed 's/^C-1//' | python3 -c 'import sys; print(len(sys.stdin.read().strip()))')"
is "bytes that steer a terminal stay in files" 1 "$(sx contacts edit C-1 department="$(printf 'a\302\233b')" >/dev/null; sx contacts list --csv --columns department | LC_ALL=C grep -c "$(printf '\302\233')")"
onterm() { python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' "$@" </dev/null; }
for c in "contacts list --csv --columns department" "contacts list --json" "export contacts"; do
	# shellcheck disable=SC2086
	is "$c shows none of them on a terminal" 0 "$(onterm "$SIMPLIX" --db "$db" $c | LC_ALL=C grep -c "$(printf '\302\233')")"
done
is "but with --raw" 1 "$(onterm "$SIMPLIX" --db "$db" contacts list --csv --columns department --raw | LC_ALL=C grep -c "$(printf '\302\233')")"
ok "log" sx log "call Amélie Martin about the offer"
ok "delete" sx contacts delete C-2
is "deleted" 1 "$(sx contacts list --count)"
is "listed among the deleted" 1 "$(sx contacts list --deleted --count)"
ok "restore" sx contacts restore C-2
is "back" 2 "$(sx contacts list --count)"
ok "merge" sx merge contacts C-1 C-2
is "merged" 1 "$(sx contacts list --count)"
ok "unmerge" sx unmerge contacts C-1
is "unmerged" 2 "$(sx contacts list --count)"
ok "search" sx search amelie
ok "sql reads" sx sql 'SELECT count(*) FROM contacts'
code "sql does not write" 4 sx sql "DELETE FROM contacts"
is "still there" 2 "$(sx contacts list --count)"
code "read-only refuses" 4 sx --read-only contacts add last_name=Nobody
ok "backup" sx backup "$dir/copy.db"
code "a backup is not overwritten" 1 sx backup "$dir/copy.db"
ok "delete all" sx contacts delete C-1 C-2
ok "restore the backup" sx restore "$dir/copy.db"
is "as it was" 2 "$(sx contacts list --count)"
is "what was there is kept" 1 "$(ls "$db".before-restore-* | wc -l)"
is "whole" 0 "$("$SIMPLIX" --db "$(ls "$db".before-restore-*)" contacts list --count)"
# somebody has the database open and goes on writing while it is restored: every acknowledged write is in one of the two
for i in $(seq 1 40); do sx contacts add last_name="Writer$i" >/dev/null 2>&1 && echo "$i" >>"$dir/acknowledged"; done &
sx restore "$dir/copy.db" 2>/dev/null; wait
kept=$(ls -t "$db".before-restore-* | head -n 1)
lost=0
for i in $(cat "$dir/acknowledged"); do
	for f in "$db" "$kept"; do "$SIMPLIX" --db "$f" contacts list --filter "last=Writer$i" --count; done | grep -q 1 || lost=$((lost + 1))
done
is "no acknowledged write is lost by a restore" 0 "$lost"
python3 - "$db" "$dir/before" "$SIMPLIX" "$dir/copy.db" <<'END'
import sqlite3, subprocess, sys
live, _, simplix, copy = sys.argv[1:]
c = sqlite3.connect(live)
c.execute("SELECT count(*) FROM contacts").fetchone()
subprocess.run([simplix, "--db", live, "restore", copy], check=True, stderr=subprocess.DEVNULL)
c.execute("UPDATE contacts SET job_title = 'seen by the other' WHERE num = 1")
c.commit()
END
is "who has the file open writes into the restored one" "seen by the other" "$(sx contacts show C-1 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["job_title"])')"
cp "$dir/copy.db" "$dir/evil.db"; chmod 600 "$dir/evil.db"
python3 -c 'import sqlite3,sys; sqlite3.connect(sys.argv[1]).executescript("CREATE TRIGGER t AFTER INSERT ON contacts BEGIN DELETE FROM deals; END")' "$dir/evil.db"
code "a file with a trigger is refused" 4 "$SIMPLIX" --db "$dir/evil.db" contacts list
code "as a backup too" 4 sx restore "$dir/evil.db"
cp "$dir/copy.db" "$dir/edited.db"; chmod 600 "$dir/edited.db"
python3 -c 'import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute("UPDATE schema_migrations SET checksum = 0"); c.commit()' "$dir/edited.db"
code "another edition's base is refused" 1 "$SIMPLIX" --db "$dir/edited.db" contacts list
code "read-only too" 1 "$SIMPLIX" --read-only --db "$dir/edited.db" contacts list
code "as a backup too" 1 sx restore "$dir/edited.db"
cp "$dir/copy.db" "$dir/damaged.db"; chmod 600 "$dir/damaged.db"
for i in $(seq 1 9); do "$SIMPLIX" --db "$dir/damaged.db" contacts add last_name="Filler$i" job_title="$(printf '%900s' x)" >/dev/null; done
python3 - "$dir/damaged.db" <<'END'
import sqlite3, sys
path = sys.argv[1]
c = sqlite3.connect(path)
c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
size = c.execute("PRAGMA page_size").fetchone()[0]
page = c.execute("SELECT pageno FROM dbstat WHERE name = 'contacts' AND pagetype = 'leaf' ORDER BY pageno DESC LIMIT 1").fetchone()[0]
c.close()
with open(path, "r+b") as f:
    f.seek((page - 1) * size)
    f.write(b"\xff" * size)
END
code "a damaged page is no shorter list" 1 "$SIMPLIX" --db "$dir/damaged.db" contacts list --filter 'title:x'
code "nor a count" 1 "$SIMPLIX" --db "$dir/damaged.db" contacts list --filter 'title:x' --count
code "nor JSON" 1 "$SIMPLIX" --db "$dir/damaged.db" contacts list --json --columns job_title
code "nor an export" 1 "$SIMPLIX" --db "$dir/damaged.db" export contacts
cp "$0" "$dir/garbage.db"; chmod 600 "$dir/garbage.db"
code "not a database" 1 sx restore "$dir/garbage.db"
if [ "$(id -u)" = 0 ] && id nobody >/dev/null 2>&1 && command -v runuser >/dev/null 2>&1; then
	cp "$SIMPLIX" "$dir/sx"; mkdir "$dir/disk"; cp "$dir/copy.db" "$dir/disk/"; chmod 755 "$dir" "$dir/sx"; chmod 600 "$dir/disk/copy.db"
	chown -R nobody "$dir/disk"; chmod 500 "$dir/disk"
	onro() { runuser -u nobody -- env HOME="$dir/disk" TERM=xterm LC_ALL=C.UTF-8 "$dir/sx" --db "$dir/disk/copy.db" "$@"; }
	is "a copy on a disk that cannot be written is read" 2 "$(onro --read-only contacts list --count)"
	code "the doctor looks at it" 1 onro doctor
	is "and says what is wrong" 1 "$(grep -c 'only be read' "$dir/out")"
fi
ok "doctor" env TERM=xterm LC_ALL=C.UTF-8 "$SIMPLIX" --db "$db" doctor
chmod 644 "$db"
code "a file others can read is refused" 4 sx contacts list
is "with the cure" 1 "$(grep -c 'chmod 600' "$dir/err")"
chmod 600 "$db"
ln -s "$db" "$dir/link.db"
code "a link is refused" 4 "$SIMPLIX" --db "$dir/link.db" contacts list
is "control bytes never reach the terminal" 0 "$(sx contacts edit C-1 job_title="$(printf 'a\033]0;x\007b')" >/dev/null; sx contacts list --columns job_title | tr -d '\n\t -~' | LC_ALL=C grep -c "$(printf '\033')")"
code "no terminal: said in one line" 2 sh -c "'$SIMPLIX' --db '$db' </dev/null >/dev/null"
code "a full disk under the output is told" 1 sh -c "'$SIMPLIX' --db '$db' contacts list >/dev/full"
is "in words" 1 "$(grep -c 'could not be written' "$dir/err")"
code "a limit on file sizes is told, not died of" 1 sh -c "ulimit -f 100; exec '$SIMPLIX' --db '$dir/small.db' init --demo"
ok "no HOME" env -u HOME "$SIMPLIX" config
is "then the home of the account, never the current folder" 0 "$(grep -c '= \./' "$dir/out")"
code "the only user stays" 1 sx users delete me
ok "so the data does" sx contacts list
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
