/* Quotes, and the invoices that come of them and of deals. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/billing/drafts.h"
#include "core/billing/lines.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"

static void today_and(int days, char day[16], char later[16])
{
	clock_format_date(clock_today(), day);
	clock_format_date(clock_today() + days, later);
}

static struct record *organization(struct txn *t)
{
	struct record *r = NULL;
	(void)whole_load(t->core, draft_entity(t->core, "organizations"), &t->core->org, t->arena, &r, NULL);
	return r;
}

/* The products of a deal; of one without products its value as a single line. */
static enum status lines_of_deal(struct txn *t, const struct record *deal, const struct record *document, struct error *err)
{
	struct core *c = t->core;
	struct db_stmt *s;
	struct id products[200];
	const char *names[200], *quantities[200];
	int64_t prices[200];
	bool row, priced[200];
	int n = 0;
	const char *currency = record_text(document, "currency");
	enum status st = rows_open(c, &s, err, "SELECT product_id, name, quantity, unit_minor, currency FROM deal_lines WHERE org_id = $1 AND deal_id = $2 AND deleted_at IS NULL ORDER BY position, num LIMIT 200",
		"dd", &c->org, &deal->id);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		const char *in = db_is_null(s, 4) ? currency : db_text(s, 4);
		products[n] = db_is_null(s, 0) ? (struct id){{0}} : db_id(s, 0);
		names[n] = db_is_null(s, 1) ? NULL : arena_strdup(t->arena, db_text(s, 1));
		quantities[n] = db_is_null(s, 2) ? "1" : arena_strdup(t->arena, db_text(s, 2));
		priced[n] = !db_is_null(s, 3) && strcmp(in, currency) == 0;
		prices[n] = db_is_null(s, 3) ? 0 : db_int(s, 3);
		n++;
	}
	for (int i = 0; st == ST_OK && i < n; i++) {
		struct record *r = draft_line_new(t, document);
		if (!id_is_nil(&products[i]))
			record_put_id(r, "product", products[i]);
		if (names[i])
			record_put_text(r, "name", names[i]);
		record_put_text(r, "quantity", quantities[i]);
		if (priced[i])
			record_put_text(r, "unit_price", minor_decimal(t->arena, prices[i], currency));
		st = draft_line_add(t, document, r, err);
	}
	if (st == ST_OK && n == 0 && record_int(deal, "value") > 0) {
		struct record *r = draft_line_new(t, document);
		record_put_text(r, "name", record_text(deal, "title"));
		record_put_text(r, "unit_price", minor_decimal(t->arena, record_int(deal, "value"), currency));
		st = draft_line_add(t, document, r, err);
	}
	return st == ST_OK ? document_sum(t, document->entity, &document->id, err) : st;
}

static enum status of_deal(struct core *c, const struct id *deal_id, const char *name, struct id *out, struct error *err)
{
	struct txn *t;
	struct record *deal;
	enum status st = draft_begin(c, "deals", deal_id, &t, &deal, err);
	if (st != ST_OK)
		return st;
	struct record *r = record_new(t->arena, draft_entity(c, name));
	record_put_id(r, "deal", deal->id);
	st = store_insert(t, r, err);
	if (st == ST_OK)
		st = lines_of_deal(t, deal, r, err);
	struct id id = r->id;
	if ((st = txn_end(&t, st, err)) == ST_OK)
		*out = id;
	return st;
}

enum status quote_from_deal(struct core *c, const struct id *deal, struct id *out, struct error *err)
{
	return of_deal(c, deal, "quotes", out, err);
}

enum status invoice_from_deal(struct core *c, const struct id *deal, struct id *out, struct error *err)
{
	return of_deal(c, deal, "invoices", out, err);
}

/* Quotes */

enum status quote_revise(struct core *c, const struct id *quote, struct id *out, struct error *err)
{
	struct txn *t;
	struct record *old;
	enum status st = draft_begin(c, "quotes", quote, &t, &old, err);
	if (st != ST_OK)
		return st;
	struct record *r = record_new(t->arena, old->entity);
	draft_hand_on(old, r);
	if (!record_null(old, "terms"))
		record_put_text(r, "terms", record_text(old, "terms"));
	record_put_int(r, "revision", record_int(old, "revision") + 1);
	record_put_id(r, "replaces", old->id);
	if (record_null(old, "number"))
		st = error_set(err, ST_CONFLICT, _("This quote is a draft; change it as it is."));
	else if (rows_int(c, 0, "SELECT count(*) FROM quotes WHERE org_id = $1 AND replaces_id = $2 AND deleted_at IS NULL", "dd", &c->org, &old->id))
		st = error_set(err, ST_CONFLICT, _("There is a newer version of this quote."));
	else if (record_is(old, "status", "invoiced") || record_is(old, "status", "replaced"))
		st = error_set(err, ST_CONFLICT, record_is(old, "status", "invoiced") ? _("This quote is invoiced; make a new one.") : _("There is a newer version of this quote."));
	if (st == ST_OK)
		st = store_insert(t, r, err);
	if (st == ST_OK)
		st = lines_copy(t, old, r, err);
	struct id id = r->id;
	if ((st = txn_end(&t, st, err)) == ST_OK)
		*out = id;
	return st;
}

static enum status expect(const struct record *quote, const char *states, const char *what, struct error *err)
{
	const char *status = record_text(quote, "status");
	const char *at = strstr(states, status);
	if (at)
		return ST_OK;
	return error_set(err, ST_CONFLICT, what, choice_label(entity_field(quote->entity, "status"), status));
}

/* Number and version stay together over versions: Q-2026-0007, version 2. */
static const char *quote_number(struct txn *t, const struct record *r)
{
	struct id first = record_id(r, "replaces");
	struct record *before = NULL;
	if (!id_is_nil(&first) && whole_load(t->core, r->entity, &first, t->arena, &before, NULL) == ST_OK && !record_null(before, "number"))
		return record_text(before, "number");
	return arena_printf(t->arena, "Q-%d-%04lld", clock_local(t->at).year, (long long)r->num);
}

static enum status replace_old(struct txn *t, const struct record *r, struct error *err)
{
	struct id first = record_id(r, "replaces");
	struct record *old;
	if (id_is_nil(&first) || whole_load(t->core, r->entity, &first, t->arena, &old, NULL) != ST_OK)
		return ST_OK;
	if (record_is(old, "status", "invoiced"))
		return error_set(err, ST_CONFLICT, _("The version before is invoiced; make a new quote."));
	struct record *patch = record_new(t->arena, r->entity);
	patch->id = old->id;
	record_put_text(patch, "status", "replaced");
	return store_update(t, patch, err);
}

static enum status freeze_quote(struct txn *t, const struct record *r, struct record *patch, struct error *err)
{
	struct document d;
	struct record *now = record_copy(t->arena, r);
	for (int i = 0; i < r->entity->n_fields; i++)
		if (patch->set[i])
			now->v[i] = patch->v[i];
	enum status st = document_of_rows(t->core, now, t->arena, &d, err);
	if (st != ST_OK)
		return st;
	struct buf b = {0};
	uint8_t hash[32];
	document_write(&d, &b);
	crypto_sha256(b.data, b.len, hash);
	record_put_text(patch, "document", buf_str(&b));
	record_put_text(patch, "doc_hash", hex_encode(t->arena, hash, sizeof hash));
	buf_free(&b);
	return ST_OK;
}

enum status quote_send(struct core *c, const struct id *quote, struct error *err)
{
	struct txn *t;
	struct record *r;
	struct document_line *lines;
	size_t n = 0;
	char today[16], until[16];
	enum status st = draft_begin(c, "quotes", quote, &t, &r, err);
	if (st != ST_OK)
		return st;
	if (!record_null(r, "number")) /* it may be sent again as it is */
		return txn_end(&t, ST_OK, err);
	struct record *org = organization(t);
	today_and(org && !record_null(org, "quote_days") ? (int)record_int(org, "quote_days") : 30, today, until);
	struct record *patch = record_new(t->arena, r->entity);
	patch->id = r->id;
	st = lines_load(c, r, t->arena, &lines, NULL, &n, err);
	if (st == ST_OK && n == 0)
		st = error_field(err, ST_INVALID, "lines", _("The quote has no lines yet."));
	if (st == ST_OK && record_null(r, "company") && record_null(r, "contact"))
		st = error_field(err, ST_INVALID, "company", _("Say whom it is for: a company or a contact."));
	record_put_text(patch, "number", quote_number(t, r));
	record_put_text(patch, "status", "sent");
	record_put_int(patch, "sent_at", t->at);
	if (record_null(r, "issued_on"))
		record_put_text(patch, "issued_on", today);
	if (record_null(r, "expires_on"))
		record_put_text(patch, "expires_on", until);
	if (st == ST_OK)
		st = freeze_quote(t, r, patch, err);
	if (st == ST_OK)
		st = store_update(t, patch, err);
	if (st == ST_OK)
		st = replace_old(t, r, err);
	return txn_end(&t, st, err);
}

enum status quote_accept(struct core *c, const struct id *quote, const char *by, struct error *err)
{
	struct txn *t;
	struct record *r;
	enum status st = draft_begin(c, "quotes", quote, &t, &r, err);
	if (st != ST_OK)
		return st;
	struct record *patch = record_new(t->arena, r->entity);
	patch->id = r->id;
	record_put_text(patch, "status", "accepted");
	record_put_int(patch, "accepted_at", t->at);
	if (!text_is_blank(by))
		record_put_text(patch, "accepted_by", by);
	st = expect(r, "sent expired declined", _("Only a quote that was sent can be accepted; this one: %s."), err);
	if (st == ST_OK)
		st = store_update(t, patch, err);
	return txn_end(&t, st, err);
}

enum status quote_decline(struct core *c, const struct id *quote, const char *reason, struct error *err)
{
	struct txn *t;
	struct record *r;
	enum status st = draft_begin(c, "quotes", quote, &t, &r, err);
	if (st != ST_OK)
		return st;
	struct record *patch = record_new(t->arena, r->entity);
	patch->id = r->id;
	record_put_text(patch, "status", "declined");
	if (!text_is_blank(reason))
		record_put_text(patch, "decline_reason", reason);
	st = expect(r, "sent expired accepted", _("Only a quote that was sent can be declined; this one: %s."), err);
	if (st == ST_OK)
		st = store_update(t, patch, err);
	return txn_end(&t, st, err);
}

/* Invoices of quotes */

static enum status deposit_lines(struct txn *t, const struct record *quote, const struct record *to, const char *pct, struct error *err)
{
	int bp = decimal_bp(pct);
	if (bp <= 0 || bp > 10000)
		return error_field(err, ST_INVALID, "deposit", _("A deposit is more than 0 and at most 100 percent."));
	int64_t part = (int64_t)(((__int128)record_int(quote, "gross") * bp + 5000) / 10000);
	const char *label = draft_is_french(quote) ? arena_printf(t->arena, "Acompte de %s %% sur le devis %s", pct, record_text(quote, "number"))
					  : arena_printf(t->arena, "Deposit of %s %% on quote %s", pct, record_text(quote, "number"));
	int64_t before = rows_int(t->core, 0, "SELECT COALESCE(sum(gross_minor), 0) FROM invoices WHERE org_id = $1 AND quote_id = $2 AND deleted_at IS NULL AND type = 'deposit' AND status <> 'credited'", "dd",
		&t->core->org, &quote->id);
	if (before + part > record_int(quote, "gross"))
		return error_field(err, ST_CONFLICT, "deposit", _("With the deposits before it this is more than the quote."));
	return draft_part(t, quote, to, part, record_int(quote, "gross"), label, err);
}

/* What was invoiced beforehand is taken off with its VAT, each deposit invoice by name; those that were credited wholly are not. */
static enum status deduct(struct txn *t, const struct id *deposit, const struct record *to, struct error *err)
{
	struct record *from;
	struct document d;
	enum status st = whole_load(t->core, to->entity, deposit, t->arena, &from, err);
	if (st == ST_OK)
		st = document_of_rows(t->core, from, t->arena, &d, err);
	for (size_t i = 0; st == ST_OK && i < d.totals.n_taxes; i++) {
		const struct bill_tax *x = &d.totals.taxes[i];
		struct record *r = draft_line_new(t, to);
		record_put_text(r, "name", arena_printf(t->arena, draft_is_french(to) ? "Acompte facturé : %s du %s" : "Deposit invoiced: %s of %s", d.number, document_date(t->arena, d.language, d.issue_date)));
		record_put_text(r, "quantity", "-1");
		record_put_text(r, "unit_price", minor_decimal(t->arena, x->base, d.currency));
		record_put_text(r, "vat_rate", arena_printf(t->arena, "%d.%02d", x->rate_bp / 100, x->rate_bp % 100));
		record_put_text(r, "vat_category", vat_code(x->category));
		if (x->exemption)
			record_put_text(r, "exemption", x->exemption);
		st = draft_line_add(t, to, r, err);
	}
	return st;
}

static enum status deduct_deposits(struct txn *t, const struct id *quote, const struct record *to, struct error *err)
{
	struct core *c = t->core;
	struct db_stmt *s;
	struct id ids[50];
	int n = 0;
	bool row;
	enum status st = rows_open(c, &s, err,
		"SELECT id FROM invoices WHERE org_id = $1 AND quote_id = $2 AND deleted_at IS NULL AND type = 'deposit' AND number IS NOT NULL AND status <> 'credited' ORDER BY num LIMIT 50", "dd", &c->org, quote);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row)
		ids[n++] = db_id(s, 0);
	for (int i = 0; st == ST_OK && i < n; i++)
		st = deduct(t, &ids[i], to, err);
	return st == ST_OK && n ? document_sum(t, to->entity, &to->id, err) : st;
}

enum status invoice_from_quote(struct core *c, const struct id *quote, const char *deposit_pct, struct id *out, struct error *err)
{
	struct txn *t;
	struct record *q;
	enum status st = draft_begin(c, "quotes", quote, &t, &q, err);
	if (st != ST_OK)
		return st;
	struct record *r = record_new(t->arena, draft_entity(c, "invoices"));
	draft_hand_on(q, r);
	record_put_id(r, "quote", q->id);
	st = store_hold(t, q->entity, &q->id, err);
	int64_t whole = rows_int(c, 0, "SELECT count(*) FROM invoices WHERE org_id = $1 AND quote_id = $2 AND deleted_at IS NULL AND type = 'invoice' AND status <> 'credited'", "dd", &c->org, &q->id);
	if (st == ST_OK && record_null(q, "number"))
		st = error_set(err, ST_CONFLICT, _("The quote was not sent yet: simplix quotes send."));
	else if (st == ST_OK && whole)
		st = error_set(err, ST_CONFLICT, _("There is an invoice of this quote already."));
	else if (st == ST_OK)
		st = expect(q, "accepted sent invoiced expired", _("An invoice comes of a quote that was accepted; this one: %s."), err);
	if (st == ST_OK && deposit_pct)
		record_put_text(r, "type", "deposit");
	if (st == ST_OK)
		st = store_insert(t, r, err);
	if (st == ST_OK)
		st = deposit_pct ? deposit_lines(t, q, r, deposit_pct, err) : lines_copy(t, q, r, err);
	if (st == ST_OK && !deposit_pct)
		st = deduct_deposits(t, &q->id, r, err);
	if (st == ST_OK && !record_is(q, "status", "invoiced")) {
		struct record *patch = record_new(t->arena, q->entity);
		patch->id = q->id;
		record_put_text(patch, "status", deposit_pct ? "accepted" : "invoiced");
		if (record_null(q, "accepted_at"))
			record_put_int(patch, "accepted_at", t->at);
		st = store_update(t, patch, err);
	}
	struct id id = r->id;
	if ((st = txn_end(&t, st, err)) == ST_OK)
		*out = id;
	return st;
}

enum status invoice_copy(struct core *c, const struct id *invoice, struct id *out, struct error *err)
{
	struct txn *t;
	struct record *old;
	enum status st = draft_begin(c, "invoices", invoice, &t, &old, err);
	if (st != ST_OK)
		return st;
	struct record *r = record_new(t->arena, old->entity);
	draft_hand_on(old, r);
	if (!record_null(old, "po_number"))
		record_put_text(r, "po_number", record_text(old, "po_number"));
	st = store_insert(t, r, err);
	if (st == ST_OK)
		st = lines_copy(t, old, r, err);
	struct id id = r->id;
	if ((st = txn_end(&t, st, err)) == ST_OK)
		*out = id;
	return st;
}
