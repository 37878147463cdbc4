#include "core/crm/amount.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/crm/store.h"

static const struct field *currency_of(const struct record *r, const struct field *money)
{
	return money->type == FT_MONEY && money->currency ? entity_field(r->entity, money->currency) : NULL;
}

/* Minor units of another number of digits; false when digits would be lost or there are too many. */
static bool rescale(int64_t *minor, int from, int to)
{
	int64_t v = *minor;
	for (; from < to; from++)
		if (__builtin_mul_overflow(v, 10, &v))
			return false;
	for (; from > to; from--, v /= 10)
		if (v % 10 != 0)
			return false;
	*minor = v;
	return true;
}

enum status amounts_follow(struct core *c, const struct record *old, struct record *now, bool every, struct error *err)
{
	for (int i = 0; i < now->entity->n_fields; i++) {
		const struct field *f = &now->entity->fields[i], *currency = currency_of(now, f);
		if (!currency || (f->flags & FF_READONLY) || now->v[i].kind != VAL_INT || (now->set[i] && !every)) /* what is worked out is worked out anew */
			continue;
		const char *was = record_text(old, currency->name), *is = record_text(now, currency->name);
		int from = money_digits(was ? was : c->currency), to = money_digits(is ? is : c->currency);
		if (from == to || from < 0 || to < 0)
			continue;
		if (!rescale(&now->v[i].i, from, to)) {
			error_field(err, ST_INVALID, currency->name, _("%s does not fit in %s: %s."), _(f->label), is ? is : c->currency,
				money_format(now->arena, now->v[i].i, was ? was : c->currency, false));
			error_hint(err, _("Say the new amount too."));
			return ST_INVALID;
		}
		now->set[i] = true;
	}
	return ST_OK;
}

static void remember(struct record *r, const struct field *f, const char *text)
{
	if (!r->typed)
		r->typed = arena_alloc(r->arena, (size_t)r->entity->n_fields * sizeof *r->typed);
	r->typed[entity_field_index(r->entity, f)] = arena_strdup(r->arena, text);
}

/* A change to a stored record: its currency is the one it has there. */
static void recall_currency(struct core *c, struct record *r, const struct field *currency)
{
	int i = entity_field_index(r->entity, currency);
	struct record *stored;
	if (!r->num || r->v[i].kind != VAL_NULL || r->set[i] || id_is_nil(&r->id) ||
		whole_load(c, r->entity, &r->id, r->arena, &stored, NULL) != ST_OK)
		return;
	r->v[i] = stored->v[i]; /* known, not set */
}

static enum status read_amount(struct core *c, struct record *r, const struct field *f, const char *text, struct error *err)
{
	const struct field *currency = currency_of(r, f);
	struct conventions conv = core_conventions(c);
	char named[4] = "";
	struct value v;
	if (currency)
		recall_currency(c, r, currency);
	conv.currency = record_currency(c, r, f);
	enum status st = field_parse(f, text, &conv, r->arena, &v, named, err);
	if (st != ST_OK)
		return st;
	if (currency && named[0]) {
		const char *typed = r->typed ? r->typed[entity_field_index(r->entity, currency)] : NULL;
		if (typed && strcmp(record_text(r, currency->name), named) != 0)
			return error_field(err, ST_INVALID, f->name, _("“%s” and %s are two currencies."), text, record_text(r, currency->name));
		record_put_text(r, currency->name, named);
	}
	record_put(r, f, v);
	return ST_OK;
}

enum status amount_set(struct core *c, struct record *r, const struct field *f, const char *text, struct error *err)
{
	enum status st = read_amount(c, r, f, text, err);
	if (st == ST_OK && currency_of(r, f))
		remember(r, f, text);
	return st;
}

enum status amount_currency_set(struct core *c, struct record *r, const struct field *currency, const char *text, struct error *err)
{
	remember(r, currency, text);
	enum status st = ST_OK;
	for (int i = 0; st == ST_OK && i < r->entity->n_fields; i++)
		if (r->typed[i] && currency_of(r, &r->entity->fields[i]) == currency)
			st = read_amount(c, r, &r->entity->fields[i], r->typed[i], err);
	return st;
}
