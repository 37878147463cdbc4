#include "core/billing/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/crm/query.h"
#include "core/crm/sql.h"
#include "core/security/access.h"

static void add_marked(struct sql *q, const char *text, const char *const **params)
{
	for (const char *p = text; *p; p++)
		if (*p == '?')
			sql_text(q, *(*params)++);
		else
			buf_putc(&q->text, *p);
}

/* One grouped sum over the rows that may be read. Each "?" of `select`, then of `where`, is the next of `params`. `where` bounds the rows by an index: Home asks
 * on the screen's thread. */
static enum status open_sum(struct core *c, const char *entity, const char *select, const char *where, const char *const *params, struct arena *a, struct db_stmt **s, struct error *err)
{
	const struct entity *e = model_entity(c->model, entity);
	struct sql q;
	sql_init(&q, a);
	add_marked(&q, select, &params);
	sql_add(&q, " FROM %s t WHERE t.org_id = ", entity);
	sql_id(&q, &c->org);
	sql_add(&q, " AND t.deleted_at IS NULL AND ");
	add_marked(&q, where, &params);
	access_where(c, e, ACT_READ, &q);
	sql_add(&q, " GROUP BY t.currency ORDER BY count(*) DESC");
	enum status st = sql_prepare(&q, c->db, s, err);
	sql_free(&q);
	return st;
}

enum { MOST = 16 }; /* currencies */

static void currency_of(const struct db_stmt *s, char out[4])
{
	(void)snprintf(out, 4, "%s", db_text(s, 0) ? db_text(s, 0) : "");
}

enum status figures_ageing(struct core *c, struct arena *a, struct ageing **out, int *n, struct error *err)
{
	static const int limits[] = {0, 30, 60, 90};
	struct db_stmt *s;
	bool row;
	char days[4][16];
	const char *params[16];
	struct buf b = {0};
	int k = 0;
	for (int i = 0; i < 4; i++)
		clock_format_date(clock_today() - limits[i], days[i]);
	buf_puts(&b, "SELECT t.currency");
	for (int age = 0; age < AGES; age++) {
		static const char *const when[AGES] = {"(t.due_date IS NULL OR t.due_date >= ?)", "t.due_date < ? AND t.due_date >= ?", "t.due_date < ? AND t.due_date >= ?", "t.due_date < ? AND t.due_date >= ?", "t.due_date < ?"};
		for (int twice = 0; twice < 2; twice++) {
			buf_printf(&b, ", CAST(COALESCE(sum(CASE WHEN %s THEN %s ELSE 0 END), 0) AS bigint)", when[age], twice ? "1" : "t.due_minor");
			params[k++] = days[age == 0 ? 0 : age - 1];
			if (age > 0 && age < AGE_OLDER)
				params[k++] = days[age];
		}
	}
	struct ageing *list = arena_alloc(a, MOST * sizeof *list);
	enum status st = open_sum(c, "invoices", buf_str(&b), "t.status IN ('issued', 'sent', 'partially_paid', 'overdue') AND t.due_minor > 0", params, a, &s, err);
	*n = 0;
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		struct ageing *x = &list[*n < MOST ? (*n)++ : MOST - 1];
		currency_of(s, x->currency);
		for (int age = 0; age < AGES; age++) {
			x->minor[age] = db_int(s, 1 + 2 * age);
			x->count[age] = db_int(s, 2 + 2 * age);
		}
	}
	buf_free(&b);
	*out = list;
	return st;
}

#define NET "CASE WHEN t.type = 'credit_note' THEN -t.net_minor ELSE t.net_minor END"

enum status figures_revenue(struct core *c, struct arena *a, struct revenue **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct civil today = clock_local(clock_now());
	const char *month = arena_printf(a, "%04d-%02d-01", today.year, today.month), *year = arena_printf(a, "%04d-01-01", today.year);
	const char *before = arena_printf(a, "%04d-01-01", today.year - 1), *until = arena_printf(a, "%04d-%02d-%02d", today.year - 1, today.month, today.day);
	const char *params[] = {month, year, before, until, before}, *since[] = {month};
	struct revenue *list = arena_alloc(a, MOST * sizeof *list);
	enum status st = open_sum(c, "invoices",
		"SELECT t.currency, CAST(COALESCE(sum(CASE WHEN t.issue_date >= ? THEN " NET " ELSE 0 END), 0) AS bigint), CAST(COALESCE(sum(CASE WHEN t.issue_date >= ? THEN " NET
		" ELSE 0 END), 0) AS bigint), CAST(COALESCE(sum(CASE WHEN t.issue_date >= ? AND t.issue_date <= ? THEN " NET " ELSE 0 END), 0) AS bigint)",
		"t.number IS NOT NULL AND t.issue_date >= ?", params, a, &s, err);
	*n = 0;
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		struct revenue *x = &list[*n < MOST ? (*n)++ : MOST - 1];
		currency_of(s, x->currency);
		x->month = db_int(s, 1);
		x->year = db_int(s, 2);
		x->before = db_int(s, 3);
	}
	if (st == ST_OK)
		st = open_sum(c, "payments", "SELECT t.currency, CAST(COALESCE(sum(t.amount_minor - COALESCE(t.refunded_minor, 0)), 0) AS bigint)", "t.paid_on >= ? AND t.status NOT IN ('pending', 'failed')",
			since, a, &s, err);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row)
		for (int i = 0; i < *n; i++)
			if (strcmp(list[i].currency, db_text(s, 0)) == 0)
				list[i].received = db_int(s, 1);
	*out = list;
	return st;
}

enum status figures_recurring(struct core *c, struct arena *a, struct recurring **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct recurring *list = arena_alloc(a, MOST * sizeof *list);
	enum status st = open_sum(c, "subscriptions", "SELECT t.currency, CAST(COALESCE(sum(t.mrr_minor), 0) AS bigint), count(*)", "t.scope = 'customer' AND t.status IN ('active', 'past_due') AND t.currency IS NOT NULL", NULL, a, &s, err);
	*n = 0;
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		struct recurring *x = &list[*n < MOST ? (*n)++ : MOST - 1];
		currency_of(s, x->currency);
		x->mrr = db_int(s, 1);
		x->count = db_int(s, 2);
	}
	*out = list;
	return st;
}

const char *age_label(int age)
{
	static const char *const labels[AGES] = {N_("not due yet"), N_("1–30 days late"), N_("31–60 days late"), N_("61–90 days late"), N_("more than 90 days late")};
	return _(labels[age]);
}

const char *age_filter(int age, struct arena *a)
{
	static const char *const when[AGES] = {"due_on>=today", "due_on<today due_on>=-30d", "due_on<-30d due_on>=-60d", "due_on<-60d due_on>=-90d", "due_on<-90d"};
	return arena_printf(a, "due>0 -status:uncollectible -type:credit_note %s", when[age]);
}
