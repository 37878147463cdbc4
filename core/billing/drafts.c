#include "core/billing/drafts.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/crm/store_raw.h"

enum { ROUNDING_MOST = 8 }; /* minor units: one for each rate, and some */

const struct entity *draft_entity(struct core *c, const char *name)
{
	return model_entity(c->model, name);
}

enum status draft_begin(struct core *c, const char *name, const struct id *id, struct txn **t, struct record **r, struct error *err)
{
	enum status st = txn_begin(c, CHANGE_EDIT, NULL, t, err);
	if (st != ST_OK)
		return st;
	if ((st = store_load(c, draft_entity(c, name), id, (*t)->arena, r, err)) == ST_OK && (*r)->deleted_at)
		st = error_set(err, ST_NOT_FOUND, _("This record was deleted; restore it first."));
	if (st != ST_OK)
		txn_rollback(t);
	return st;
}

enum status draft_line_add(struct txn *t, const struct record *document, const struct record *patch, struct error *err)
{
	struct record *r = record_copy(t->arena, patch);
	memcpy(r->set, patch->set, (size_t)r->entity->n_fields * sizeof *r->set);
	record_put_id(r, r->entity->parent, document->id);
	r->quiet = true;
	return store_insert(t, r, err);
}

struct record *draft_line_new(struct txn *t, const struct record *document)
{
	return record_new(t->arena, draft_entity(t->core, strcmp(document->entity->name, "quotes") == 0 ? "quote_lines" : "invoice_lines"));
}

void draft_hand_on(const struct record *from, struct record *to)
{
	static const char *const fields[] = {"title", "company", "contact", "deal", "currency", "language", "buyer_reference", "notes", "owner"};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (!record_null(from, fields[i]))
			record_put(to, entity_field(to->entity, fields[i]), *record_get(from, fields[i]));
}

bool draft_is_french(const struct record *r)
{
	return record_is(r, "language", "fr");
}

/* Not every gross is a net and its VAT in whole cents: what is missing or too much stands in a line without VAT, so that the sum is what was asked for. */
static enum status round_off(struct txn *t, const struct record *document, int64_t gross, struct error *err)
{
	struct record *now;
	enum status st = whole_load(t->core, document->entity, &document->id, t->arena, &now, err);
	int64_t off = st == ST_OK ? gross - record_int(now, "gross") : 0;
	if (off == 0)
		return st;
	if (off > ROUNDING_MOST || off < -ROUNDING_MOST)
		return error_set(err, ST_CONFLICT, _("The lines of this document cannot be taken in part; credit all of it, or write the lines yourself."));
	struct record *r = draft_line_new(t, document);
	record_put_text(r, "name", draft_is_french(document) ? "Arrondi" : "Rounding");
	record_put_text(r, "quantity", off < 0 ? "-1" : "1");
	record_put_text(r, "unit_price", minor_decimal(t->arena, off < 0 ? -off : off, record_text(document, "currency")));
	record_put_text(r, "vat_rate", "0");
	record_put_text(r, "vat_category", "Z");
	st = draft_line_add(t, document, r, err);
	return st == ST_OK ? document_sum(t, document->entity, &document->id, err) : st;
}

enum status draft_part(struct txn *t, const struct record *from, const struct record *to, int64_t part, int64_t whole, const char *label, struct error *err)
{
	struct document d = {0};
	enum status st = document_of_rows(t->core, from, t->arena, &d, err);
	const char *currency = record_text(to, "currency");
	int64_t left_part = part, left_whole = whole;
	for (size_t i = 0; st == ST_OK && i < d.totals.n_taxes; i++) {
		const struct bill_tax *x = &d.totals.taxes[i];
		int64_t gross = x->base + x->tax;
		int64_t share = left_whole ? (int64_t)((__int128)left_part * gross / left_whole) : 0; /* the last rate takes what rounding left */
		left_part -= share;
		left_whole -= gross;
		int64_t net = (int64_t)(((__int128)share * 20000 + (10000 + x->rate_bp)) / (2 * (10000 + x->rate_bp)));
		if (share <= 0)
			continue;
		struct record *r = draft_line_new(t, to);
		record_put_text(r, "name", label);
		record_put_text(r, "quantity", "1");
		record_put_text(r, "unit_price", minor_decimal(t->arena, net, currency));
		record_put_text(r, "vat_rate", x->rate_bp % 100 ? arena_printf(t->arena, "%d.%02d", x->rate_bp / 100, x->rate_bp % 100) : arena_printf(t->arena, "%d", x->rate_bp / 100));
		record_put_text(r, "vat_category", vat_code(x->category));
		if (x->exemption)
			record_put_text(r, "exemption", x->exemption);
		st = draft_line_add(t, to, r, err);
	}
	if (st == ST_OK)
		st = document_sum(t, to->entity, &to->id, err);
	return st == ST_OK ? round_off(t, to, part, err) : st;
}
