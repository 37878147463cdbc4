/* What is put right after the issue: credit notes, refunds with one, what is given up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/billing/drafts.h"
#include "core/billing/issue.h"
#include "core/billing/lines.h"
#include "core/crm/store_raw.h"

static enum status check_creditable(struct txn *t, const struct record *r, int64_t gross, struct error *err)
{
	int64_t left = record_int(r, "gross") - record_int(r, "credited");
	if (record_null(r, "number"))
		return error_set(err, ST_CONFLICT, _("The invoice is a draft; change or delete it."));
	if (record_is(r, "type", "credit_note"))
		return error_set(err, ST_CONFLICT, _("A credit note is not credited; make a new invoice."));
	if (gross < 0 || gross > left || left <= 0)
		return error_field(err, ST_INVALID, "amount", _("Of %s %s can still be credited."), record_text(r, "number"), money_format(t->arena, left, record_text(r, "currency"), false));
	return ST_OK;
}

enum status credit_note_draft(struct core *c, const struct id *invoice, int64_t gross, struct id *out, struct error *err)
{
	struct txn *t;
	struct record *old;
	enum status st = draft_begin(c, "invoices", invoice, &t, &old, err);
	if (st != ST_OK)
		return st;
	st = check_creditable(t, old, gross, err);
	int64_t left = record_int(old, "gross") - record_int(old, "credited");
	struct record *r = record_new(t->arena, old->entity);
	draft_hand_on(old, r);
	record_put_text(r, "type", "credit_note");
	record_put_id(r, "corrects", old->id);
	bool whole = record_int(old, "credited") == 0 && (gross == 0 || gross == left);
	const char *label = draft_is_french(old) ? arena_printf(t->arena, "Avoir sur la facture %s", record_text(old, "number")) : arena_printf(t->arena, "Credit on invoice %s", record_text(old, "number"));
	if (st == ST_OK)
		st = store_insert(t, r, err);
	if (st == ST_OK)
		st = whole ? lines_copy(t, old, r, err) : draft_part(t, old, r, gross ? gross : left, record_int(old, "gross"), label, err);
	struct id id = r->id;
	if ((st = txn_end(&t, st, err)) == ST_OK)
		*out = id;
	return st;
}

/* Before money goes: there is as much left to be credited. */
static enum status check_credit_for(struct core *c, const struct id *invoice, const struct record *refund, const struct record *payment, struct arena *a, struct error *err)
{
	struct record *r;
	enum status st = whole_load(c, draft_entity(c, "invoices"), invoice, a, &r, err);
	int64_t wanted = record_null(refund, "amount") ? record_int(payment, "amount") - record_int(payment, "refunded") : record_int(refund, "amount");
	int64_t left = st == ST_OK ? record_int(r, "gross") - record_int(r, "credited") : 0;
	if (st == ST_OK && wanted > left)
		st = error_field(err, ST_INVALID, "amount", _("Of %s %s can still be credited."), record_text(r, "number"), money_format(a, left, record_text(r, "currency"), false));
	return st;
}

enum status refund_make(struct core *c, struct record *r, bool credit, struct error *err)
{
	struct id payment_id = record_id(r, "payment"), note = {{0}};
	struct record *payment;
	struct arena *a = arena_new();
	enum status st = store_load(c, draft_entity(c, "payments"), &payment_id, a, &payment, err);
	struct id invoice_id = st == ST_OK ? record_id(payment, "invoice") : (struct id){{0}};
	if (st == ST_OK) {
		record_put_id(r, "invoice", invoice_id); /* whose rights are asked */
		st = credit ? check_credit_for(c, &invoice_id, r, payment, a, err) : ST_OK;
	}
	if (st == ST_OK)
		st = store_save(c, r, err);
	if (st == ST_OK && credit) {
		struct record *stored;
		if ((st = whole_load(c, r->entity, &r->id, a, &stored, err)) == ST_OK)
			st = credit_note_draft(c, &invoice_id, record_int(stored, "amount"), &note, err);
		if (st == ST_OK)
			st = invoice_issue(c, &note, err);
		if (st == ST_OK) {
			struct record *patch = record_new(a, r->entity);
			patch->id = r->id;
			patch->num = r->num;
			record_put_id(patch, "credit_note", note);
			st = store_save(c, patch, err);
		}
	}
	arena_free(&a);
	return st;
}

enum status invoice_write_off(struct core *c, const struct id *invoice, const char *reason, struct error *err)
{
	struct txn *t;
	struct record *r;
	enum status st = draft_begin(c, "invoices", invoice, &t, &r, err);
	if (st != ST_OK)
		return st;
	if (record_null(r, "number") || record_is(r, "type", "credit_note"))
		st = error_set(err, ST_CONFLICT, _("Only an issued invoice is written off."));
	else if (record_int(r, "due") == 0)
		st = error_set(err, ST_CONFLICT, _("Nothing is due on %s."), record_text(r, "number"));
	struct record *patch = record_new(t->arena, r->entity);
	patch->id = r->id;
	record_put_text(patch, "write_off_reason", text_is_blank(reason) ? _("not collectible") : reason);
	if (st == ST_OK)
		st = store_update(t, patch, err);
	if (st == ST_OK)
		st = invoice_follow(t, invoice, err);
	return txn_end(&t, st, err);
}

enum status invoice_mark_sent(struct core *c, const struct id *invoice, struct error *err)
{
	struct txn *t;
	struct record *r;
	enum status st = draft_begin(c, "invoices", invoice, &t, &r, err);
	if (st != ST_OK)
		return st;
	struct record *patch = record_new(t->arena, r->entity);
	patch->id = r->id;
	record_put_int(patch, "sent_at", t->at);
	if (record_null(r, "number"))
		st = error_set(err, ST_CONFLICT, _("The invoice is a draft: issue it first."));
	if (st == ST_OK)
		st = store_update(t, patch, err);
	if (st == ST_OK)
		st = invoice_follow(t, invoice, err);
	return txn_end(&t, st, err);
}
