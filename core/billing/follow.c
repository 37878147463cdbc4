/* What follows from sums: a draft's totals from its lines; what is paid, credited and due of an issued invoice from its payments, refunds and credit notes,
 * and its state from these. Always worked out anew from all rows, so no order of events and no repetition makes a difference. */
#include "core/billing/billing.h"
#include "core/billing/lines.h"
#include "core/billing/stripe.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"

enum status invoice_hold(struct txn *t, const struct id *id, struct error *err)
{
	return store_hold(t, model_entity(t->core->model, "invoices"), id, err);
}

enum status document_sum(struct txn *t, const struct entity *e, const struct id *id, struct error *err)
{
	struct record *old;
	struct document d = {0};
	struct document_line *lines;
	bool changed, invoice = strcmp(e->name, "invoices") == 0;
	enum status st = whole_load(t->core, e, id, t->arena, &old, err);
	if (st != ST_OK || old->deleted_at || !record_null(old, "number"))
		return st;
	if ((st = lines_load(t->core, old, t->arena, &lines, NULL, &d.n_lines, err)) != ST_OK)
		return st;
	d.lines = lines;
	d.currency = record_text(old, "currency");
	int64_t prepaid = invoice ? record_int(old, "prepaid") : 0;
	if ((st = document_total(&d, prepaid, t->arena, err)) != ST_OK)
		return st;
	struct record *now = record_copy(t->arena, old);
	record_put_int(now, "net", d.totals.net);
	record_put_int(now, "vat", d.totals.tax);
	record_put_int(now, "gross", d.totals.gross);
	if (invoice)
		record_put_int(now, "due", strcmp(record_text(old, "type"), "credit_note") == 0 ? 0 : d.totals.due);
	return raw_update(t, old, now, &changed, err);
}

/* Sums of one invoice */

static int64_t sum(struct txn *t, const char *sql, const struct id *id)
{
	return rows_int(t->core, 0, sql, "dd", &t->core->org, id);
}

static void follow_payments(struct txn *t, struct record *now)
{
	int64_t received = sum(t, "SELECT COALESCE(sum(amount_minor), 0) FROM payments WHERE org_id = $1 AND invoice_id = $2 AND deleted_at IS NULL AND status NOT IN ('pending', 'failed')", &now->id);
	int64_t back = sum(t, "SELECT COALESCE(sum(amount_minor), 0) FROM refunds WHERE org_id = $1 AND invoice_id = $2 AND deleted_at IS NULL AND status NOT IN ('failed', 'canceled')", &now->id);
	int64_t lost = sum(t, "SELECT COALESCE(sum(amount_minor), 0) FROM disputes WHERE org_id = $1 AND invoice_id = $2 AND deleted_at IS NULL AND status = 'lost'", &now->id);
	int64_t credited = sum(t, "SELECT COALESCE(sum(gross_minor), 0) FROM invoices WHERE org_id = $1 AND corrects_id = $2 AND deleted_at IS NULL AND status <> 'draft'", &now->id);
	int64_t paid = received - back - lost, left = record_int(now, "gross") - record_int(now, "prepaid") - paid - credited;
	record_put_int(now, "paid", paid);
	record_put_int(now, "credited", credited);
	record_put_int(now, "due", left > 0 ? left : 0);
	record_put_int(now, "overpaid", left < 0 ? -left : 0);
}

static const char *state_of(const struct record *r)
{
	int64_t due, left = record_int(r, "due");
	bool late = !record_null(r, "due_date") && clock_parse_iso_date(record_text(r, "due_date"), &due) && due < clock_today();
	if (strcmp(record_text(r, "type"), "credit_note") == 0)
		return record_null(r, "sent_at") ? "issued" : "sent";
	if (left == 0)
		return record_int(r, "credited") > 0 && record_int(r, "paid") <= 0 ? "credited" : "paid";
	if (!record_null(r, "write_off_reason"))
		return "uncollectible";
	if (late)
		return "overdue";
	if (record_int(r, "paid") > 0)
		return "partially_paid";
	return record_null(r, "sent_at") ? "issued" : "sent";
}

/* Each payment's own state, of what was given back of it. */
static enum status follow_refunds(struct txn *t, const struct id *invoice, struct error *err)
{
	struct db_stmt *s;
	struct id ids[64];
	int64_t back[64];
	int n = 0;
	bool row, changed;
	enum status st = rows_open(t->core, &s, err,
		"SELECT p.id, COALESCE((SELECT sum(r.amount_minor) FROM refunds r WHERE r.org_id = $1 AND r.payment_id = p.id AND r.deleted_at IS NULL AND r.status NOT IN ('failed', 'canceled')), 0) AS back "
		"FROM payments p WHERE p.org_id = $1 AND p.invoice_id = $2 AND p.deleted_at IS NULL AND p.status IN ('succeeded', 'partially_refunded', 'refunded') "
		"AND p.refunded_minor IS DISTINCT FROM COALESCE((SELECT sum(r.amount_minor) FROM refunds r WHERE r.org_id = $1 AND r.payment_id = p.id AND r.deleted_at IS NULL AND r.status NOT IN ('failed', 'canceled')), 0) LIMIT 64",
		"dd", &t->core->org, invoice);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row && n < 64) {
		ids[n] = db_id(s, 0);
		back[n++] = db_int(s, 1);
	}
	for (int i = 0; st == ST_OK && i < n; i++) {
		struct record *old;
		if ((st = whole_load(t->core, model_entity(t->core->model, "payments"), &ids[i], t->arena, &old, err)) != ST_OK)
			return st;
		struct record *now = record_copy(t->arena, old);
		record_put_int(now, "refunded", back[i]);
		record_put_text(now, "status", back[i] == 0 ? "succeeded" : back[i] >= record_int(old, "amount") ? "refunded" : "partially_refunded");
		st = raw_update(t, old, now, &changed, err);
	}
	return st;
}

enum status invoice_follow(struct txn *t, const struct id *id, struct error *err)
{
	struct record *old;
	bool changed;
	if (id_is_nil(id))
		return ST_OK;
	enum status st = invoice_hold(t, id, err);
	if (st == ST_OK)
		st = whole_load(t->core, model_entity(t->core->model, "invoices"), id, t->arena, &old, err);
	if (st != ST_OK || record_null(old, "number"))
		return st;
	struct record *now = record_copy(t->arena, old);
	if (strcmp(record_text(old, "type"), "credit_note") != 0)
		follow_payments(t, now);
	const char *state = state_of(now);
	record_put_text(now, "status", state);
	bool settled = strcmp(state, "paid") == 0;
	if (settled && record_null(now, "paid_at"))
		record_put_int(now, "paid_at", t->at);
	if (!settled)
		record_clear(now, "paid_at");
	if (record_int(now, "due") == 0)
		record_clear(now, "pay_url");
	if ((st = raw_update(t, old, now, &changed, err)) != ST_OK)
		return st;
	if (record_int(now, "due") < record_int(old, "due") && (st = stripe_invoice_moved(t, now, err)) != ST_OK)
		return st;
	return follow_refunds(t, id, err);
}

/* The passing of days */

struct due_list {
	struct id *ids;
	size_t n, cap;
};

static enum status gather(struct core *c, const char *sql, const char *today, struct due_list *out, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_open(c, &s, err, sql, "dt", &c->org, today);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		mem_grow(&out->ids, &out->cap, out->n + 1, sizeof *out->ids);
		out->ids[out->n++] = db_id(s, 0);
	}
	return st;
}

static enum status expire(struct txn *t, const struct id *quote, struct error *err)
{
	struct record *r = record_new(t->arena, model_entity(t->core->model, "quotes")), *old;
	bool changed;
	enum status st = whole_load(t->core, r->entity, quote, t->arena, &old, err);
	if (st != ST_OK || strcmp(record_text(old, "status"), "sent") != 0)
		return st;
	struct record *now = record_copy(t->arena, old);
	record_put_text(now, "status", "expired");
	return raw_update(t, old, now, &changed, err);
}

enum status billing_sweep(struct core *c, int64_t *changed, struct error *err)
{
	static const char late[] = "SELECT id FROM invoices WHERE org_id = $1 AND status IN ('issued', 'sent', 'partially_paid') AND due_date < $2 AND deleted_at IS NULL AND type <> 'credit_note' ORDER BY num LIMIT 500";
	static const char over[] = "SELECT id FROM quotes WHERE org_id = $1 AND status = 'sent' AND expires_on < $2 AND deleted_at IS NULL ORDER BY num LIMIT 500";
	struct due_list invoices = {0}, quotes = {0};
	struct txn *t;
	char today[16];
	*changed = 0;
	if (c->read_only || id_is_nil(&c->org))
		return ST_OK;
	clock_format_date(clock_today(), today);
	enum status st = gather(c, late, today, &invoices, err);
	if (st == ST_OK)
		st = gather(c, over, today, &quotes, err);
	if (st == ST_OK && invoices.n + quotes.n && (st = txn_begin(c, CHANGE_SYSTEM, _("Days have passed"), &t, err)) == ST_OK) {
		for (size_t i = 0; st == ST_OK && i < invoices.n; i++)
			st = invoice_follow(t, &invoices.ids[i], err);
		for (size_t i = 0; st == ST_OK && i < quotes.n; i++)
			st = expire(t, &quotes.ids[i], err);
		st = txn_end(&t, st, err);
		if (st == ST_OK)
			*changed = (int64_t)(invoices.n + quotes.n);
	}
	free(invoices.ids);
	free(quotes.ids);
	return st;
}
