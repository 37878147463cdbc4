#!/bin/sh
# A real-shaped book of business, end to end by the command line: the four files of the Maven CRM data set with every link right.
# One command imports them; it is the one that the manual gives.
set -u
data=${SIMPLIX_SHARED:-}/data/maven_crm
if [ -z "${SIMPLIX_SHARED:-}" ] || [ ! -r "$data/sales_pipeline.csv" ]; then
	echo "skip: SIMPLIX_SHARED does not name the shared data"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
dir=$(mktemp -d /tmp/sxmaven.XXXXXX) || exit 1
trap 'rm -rf "$dir"' EXIT
db=$dir/book.db
passed=0 failed=0
sx() { SIMPLIX_LANG=en "$SIMPLIX" --db "$db" "$@"; }
is() { # what, expected, got
	if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $1: “$3”, not “$2”"; fi
}
ask() { sx sql "$1" --csv | tail -n +2 | tr -d '\r' | tr '\n' ' ' | sed 's/ $//'; }
content() { # of all live rows that people see
	for e in users teams companies products deals; do sx export "$e"; done
	ask "SELECT d.title, h.at, h.seconds, t.name FROM deal_stage_history h JOIN deals d ON d.id = h.deal_id
		JOIN stages t ON t.id = h.to_stage_id WHERE d.deleted_at IS NULL ORDER BY h.num"
}

sx init --quiet --name "Maven Hardware" --owner "Boss" --email boss@maven.example --currency USD --country US
content >"$dir/empty"
sx import "$data/sales_teams.csv" "$data/products.csv" "$data/accounts.csv" "$data/sales_pipeline.csv" \
	--map 'revenue=annual_revenue*M' --map 'engage_date=entered:Engaging' >"$dir/report" || { cat "$dir/report"; failed=$((failed + 1)); }
content >"$dir/full"

is "companies" 85 "$(sx companies list --count)"
is "products" 7 "$(sx products list --count)"
is "agents and managers are users" 41 "$(($(sx users list --count) - 1))"
is "agents have managers" 35 "$(ask "SELECT count(*) FROM users WHERE manager_id IS NOT NULL")"
is "offices are teams" "Central East West" "$(ask "SELECT name FROM teams ORDER BY name")"
is "deals" 8800 "$(sx deals list --count)"
is "won" "4238,10005534" "$(ask "SELECT count(*), sum(value_minor) / 100 FROM deals WHERE status = 'won'")"
is "stages" "Engaging,1589 Lost,2473 Prospecting,500 Won,4238" \
	"$(ask "SELECT s.name, count(*) FROM deals d JOIN stages s ON s.id = d.stage_id GROUP BY s.name ORDER BY s.name")"
is "deals without a company" 1425 "$(sx deals list --filter company:none --count)"
is "every deal has its product" 8800 "$(ask "SELECT count(*) FROM deal_lines l JOIN products p ON p.id = l.product_id AND p.deleted_at IS NULL")"
is "GTXPro is GTX Pro" 1480 "$(ask "SELECT count(*) FROM deal_lines l JOIN products p ON p.id = l.product_id WHERE p.name = 'GTX Pro'")"
is "every deal has its agent" 8800 "$(ask "SELECT count(*) FROM deals d JOIN users u ON u.id = d.owner_id WHERE u.manager_id IS NOT NULL")"
is "parent companies" 15 "$(ask "SELECT count(*) FROM companies c JOIN companies p ON p.id = c.parent_id")"
is "a parent further down" "Acme Corporation" "$(ask "SELECT p.name FROM companies c JOIN companies p ON p.id = c.parent_id WHERE c.name = 'Bluth Company'")"
is "revenue in millions" "1100040000.00" "$(sx companies list --filter name:Acme --csv --columns annual_revenue | sed -n 2p | tr -d '\r')"
is "a custom field" 1996 "$(sx companies list --filter name:Acme --csv --columns year_established | sed -n 2p | tr -d '\r')"
is "industry and country" "medical,Kenya" "$(sx companies list --filter name:Betatech --csv --columns industry,country | sed -n 2p | tr -d '\r')"
is "a title that people recognise" "Cancity · GTX Plus Basic · 1C1I7A6R" "$(sx deals list --filter '1C1I7A6R' --csv --columns title | sed -n 2p | tr -d '\r')"
is "deals that were engaged have that day in their history" 8300 \
	"$(ask "SELECT count(*) FROM deal_stage_history h JOIN stages s ON s.id = h.to_stage_id WHERE s.name = 'Engaging'")"
is "closed deals have their last day in it" 6711 \
	"$(ask "SELECT count(*) FROM deal_stage_history h JOIN stages s ON s.id = h.to_stage_id JOIN deals d ON d.id = h.deal_id
		WHERE s.type <> 'open' AND h.at = COALESCE(d.won_at, d.lost_at)")"
is "won deals closed on their close date" 0 \
	"$(ask "SELECT count(*) FROM deals WHERE status = 'won' AND date(won_at / 1000, 'unixepoch', 'localtime') <> expected_close_date")"
is "no cell was refused" "" "$(grep refused "$dir/report")"
is "filters answer" 4238 "$(sx deals list --filter status:won --count)"
is "sorts answer" 30288.00 "$(sx deals list --sort=-value --limit 1 --csv --columns value | sed -n 2p | tr -d '\r')"

sx import "$data/sales_pipeline.csv" --map 'engage_date=entered:Engaging' --quiet
is "the same file again adds nothing" 8800 "$(sx deals list --count)"
content >"$dir/again"
is "and changes nothing" "" "$(cmp "$dir/full" "$dir/again" 2>&1)"

for n in 1 2 3 4; do sx undo >/dev/null || failed=$((failed + 1)); done
content >"$dir/undone"
is "undo takes all of it back" "" "$(cmp "$dir/empty" "$dir/undone" 2>&1)"
for n in 1 2 3 4; do sx redo >/dev/null || failed=$((failed + 1)); done
content >"$dir/redone"
is "redo brings it again" "" "$(cmp "$dir/full" "$dir/redone" 2>&1)"
is "the base is sound" ok "$(ask "PRAGMA integrity_check")"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
