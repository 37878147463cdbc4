/* Nearly every currency has two decimals. Where all rows have one of these, the column itself is compared, which an index may serve;
 * else each amount is compared with the value in minor units of its own currency, after a wide bound that an index may serve too. */
#include "core/crm/filter_money.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/model/field_type.h"

enum { USUAL = 2, MAX_UNUSUAL = 64 };

static void add_unusual_codes(struct sql *q)
{
	const char *codes[MAX_UNUSUAL];
	int n = money_unusual(codes, MAX_UNUSUAL);
	for (int i = 0; i < n; i++)
		sql_add(q, "%s'%s'", i ? "," : "", codes[i]);
}

/* Is any amount in a currency of other than two decimals? Asked where an index answers in a moment; elsewhere: perhaps. */
static bool mixed(struct core *c, const struct entity *e, const struct field *f)
{
	struct sql q;
	struct db_stmt *s;
	struct arena *a;
	bool row, yes = true;
	if (!f->currency)
		return false;
	if (strcmp(e->name, "deals") != 0 || money_digits(c->currency) != USUAL)
		return true;
	a = arena_new();
	sql_init(&q, a);
	sql_add(&q, "SELECT 1 FROM stages s WHERE s.org_id = ");
	sql_id(&q, &c->org);
	sql_add(&q, " AND EXISTS (SELECT 1 FROM deals d WHERE d.stage_id = s.id AND d.org_id = s.org_id AND d.deleted_at IS NULL "
		    "AND d.currency IN (");
	add_unusual_codes(&q);
	sql_add(&q, ")) LIMIT 1");
	if (sql_prepare(&q, c->db, &s, NULL) == ST_OK && db_step(s, &row, NULL) == ST_OK) {
		yes = row;
		db_done(s);
	}
	sql_free(&q);
	arena_free(&a);
	return yes;
}

static void add_currency(struct sql *q, struct core *c, const struct entity *e, const struct field *f)
{
	sql_add(q, "COALESCE(");
	sql_field(q, c, e, entity_field(e, f->currency));
	sql_add(q, ", '%s')", c->currency);
}

/* v in units of 10^-from as units of 10^-to, rounded down; *exact: nothing was cut off. Saturates. */
static int64_t scale(int64_t v, int from, int to, bool *exact)
{
	*exact = true;
	for (; from < to; from++)
		if (__builtin_mul_overflow(v, 10, &v))
			return v < 0 ? INT64_MIN : INT64_MAX;
	for (; from > to; from--) {
		int64_t rest = v % 10;
		v /= 10;
		if (rest != 0)
			*exact = false;
		if (rest < 0)
			v--;
	}
	return v;
}

/* The smallest amount that is not less than the value, or the largest that is not more, as the operator asks. */
static int64_t bound(int64_t v, int from, int to, enum filter_op op, bool *exact)
{
	int64_t down = scale(v, from, to, exact);
	bool up = op == OP_GE || op == OP_LT;
	return up && !*exact ? down + 1 : down;
}

static const char *sign(enum filter_op op)
{
	static const char *const signs[] = {"=", "=", "<>", ">", ">=", "<", "<="};
	return signs[op];
}

static void add_each_currency(struct sql *q, struct core *c, const struct entity *e, const struct field *f, enum filter_op op, int64_t v,
	int digits)
{
	const char *codes[MAX_UNUSUAL];
	int n = money_unusual(codes, MAX_UNUSUAL), own = money_digits(c->currency);
	bool exact;
	sql_field(q, c, e, f);
	sql_add(q, " %s CASE ", sign(op));
	add_currency(q, c, e, f);
	int64_t mine = bound(v, digits, own < 0 ? USUAL : own, op, &exact);
	sql_add(q, " WHEN '%s' THEN ", c->currency);
	if (exact || op >= OP_GT)
		sql_add(q, "%lld", (long long)mine);
	else
		sql_add(q, "NULL");
	for (int i = 0; i < n; i++) {
		int64_t x = bound(v, digits, money_digits(codes[i]), op, &exact);
		if (exact || op >= OP_GT)
			sql_add(q, " WHEN '%s' THEN %lld", codes[i], (long long)x);
		else
			sql_add(q, " WHEN '%s' THEN NULL", codes[i]);
	}
	int64_t usual = bound(v, digits, USUAL, op, &exact);
	if (exact || op >= OP_GT)
		sql_add(q, " ELSE %lld END", (long long)usual);
	else
		sql_add(q, " ELSE NULL END");
}

enum status filter_money(struct core *c, const struct entity *e, const struct field *f, enum filter_op op, const char *value,
	struct sql *q, struct error *err)
{
	struct conventions conv = core_conventions(c);
	struct field plain = *f;
	struct value v;
	char named[4] = "";
	bool exact;
	plain.flags &= ~(unsigned)FF_REQUIRED;
	enum status st = field_parse(&plain, value, &conv, q->arena, &v, named, err);
	if (st != ST_OK)
		return st;
	int digits = money_digits(*named ? named : c->currency), own = money_digits(c->currency);
	if (op == OP_HAS)
		op = OP_EQ;
	if (!mixed(c, e, f)) {
		int64_t x = bound(v.i, digits, f->currency ? USUAL : own, op, &exact);
		if (!exact && op == OP_EQ) {
			sql_add(q, "1 = 0");
			return ST_OK;
		}
		sql_field(q, c, e, f);
		sql_add(q, " %s ", sign(op));
		sql_int(q, x);
		return ST_OK;
	}
	sql_add(q, "(");
	if (v.i >= 0 && op >= OP_GT && !f->child) { /* the widest bound of all currencies */
		bool more = op == OP_GT || op == OP_GE;
		sql_field(q, c, e, f);
		sql_add(q, " %s ", more ? ">=" : "<=");
		sql_int(q, scale(v.i, digits, more ? 0 : 4, &exact));
		sql_add(q, " AND ");
	}
	add_each_currency(q, c, e, f, op, v.i, digits);
	sql_add(q, ")");
	return ST_OK;
}

/* In thousandths; of the two currencies with four decimals the last digit does not count. */
static void add_thousandths(struct sql *q, struct core *c, const struct entity *e, const struct field *f, int digits)
{
	static const char *const factor[] = {" * 1000", " * 100", " * 10", "", " / 10"};
	sql_field(q, c, e, f);
	sql_add(q, "%s", factor[digits]);
}

void sql_money_key(struct sql *q, struct core *c, const struct entity *e, const struct field *f)
{
	const char *codes[MAX_UNUSUAL];
	int n = money_unusual(codes, MAX_UNUSUAL), own = money_digits(c->currency);
	if (!mixed(c, e, f)) {
		sql_field(q, c, e, f);
		return;
	}
	sql_add(q, "CASE ");
	add_currency(q, c, e, f);
	sql_add(q, " WHEN '%s' THEN ", c->currency);
	add_thousandths(q, c, e, f, own < 0 ? USUAL : own);
	for (int i = 0; i < n; i++) {
		sql_add(q, " WHEN '%s' THEN ", codes[i]);
		add_thousandths(q, c, e, f, money_digits(codes[i]));
	}
	sql_add(q, " ELSE ");
	add_thousandths(q, c, e, f, USUAL);
	sql_add(q, " END");
}
