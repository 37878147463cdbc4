/* Documents as canonical JSON: one writer, and a reader that believes nothing else.
 *
 * Every member is written, in the order of the struct, without spaces; what is not said is null. Amounts are text, since JSON's readers hold whole numbers only up to 2^53 and an amount
 * may be larger. The reader takes the members out and writes them again: bytes that differ from what it was given are refused, so write(read(x)) is x and a hash of the bytes stands for
 * the document. */
#include "core/billing/document.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/clock.h"
#include "core/base/json.h"

enum { FORMAT = 1, LINES_MAX = 100000 };

static const char *const codes[DOCUMENT_KINDS] = {[DOCUMENT_QUOTE] = "quote", [DOCUMENT_INVOICE] = "380", [DOCUMENT_DEPOSIT] = "386", [DOCUMENT_CREDIT_NOTE] = "381"};

const char *document_code(enum document_kind k)
{
	return codes[k];
}

bool document_kind_of(const char *code, enum document_kind *out)
{
	for (int i = 0; code && i < DOCUMENT_KINDS; i++)
		if (strcmp(codes[i], code) == 0) {
			*out = (enum document_kind)i;
			return true;
		}
	return false;
}

enum status document_total(struct document *d, int64_t prepaid, struct arena *a, struct error *err)
{
	struct bill_line *lines = arena_alloc(a, (d->n_lines + 1) * sizeof *lines);
	for (size_t i = 0; i < d->n_lines; i++) {
		const struct document_line *l = &d->lines[i];
		lines[i] = (struct bill_line){.quantity = l->quantity ? l->quantity : "",
			.unit_price = l->unit_price ? l->unit_price : "",
			.discount_pct = l->discount_pct && *l->discount_pct ? l->discount_pct : NULL,
			.discount = l->discount,
			.category = l->category,
			.rate_bp = l->rate_bp,
			.exemption = l->exemption};
	}
	return bill_total(lines, d->n_lines, NULL, 0, d->currency ? d->currency : "", prepaid, a, &d->totals, err);
}

/* The texts of the struct and its parts, in order: the writer and the reader walk the same tables. */

struct member {
	const char *key;
	size_t at;
};
#define MEMBER(type, name) {#name, offsetof(struct type, name)}

static const struct member party_texts[] = {MEMBER(party, name), MEMBER(party, legal_form), MEMBER(party, contact), MEMBER(party, street), MEMBER(party, street2),
	MEMBER(party, postal_code), MEMBER(party, city), MEMBER(party, region), MEMBER(party, country), MEMBER(party, siren), MEMBER(party, siret), MEMBER(party, vat_number),
	MEMBER(party, share_capital), MEMBER(party, email), MEMBER(party, phone), {NULL, 0}};
static const struct member line_texts[] = {MEMBER(document_line, name), MEMBER(document_line, description), MEMBER(document_line, quantity), MEMBER(document_line, unit),
	MEMBER(document_line, unit_price), MEMBER(document_line, discount_pct), MEMBER(document_line, exemption), MEMBER(document_line, period_start),
	MEMBER(document_line, period_end), {NULL, 0}};
static const struct member head_texts[] = {MEMBER(document, language), MEMBER(document, number), MEMBER(document, title), MEMBER(document, issue_date), MEMBER(document, due_date),
	MEMBER(document, expiry_date), MEMBER(document, delivery_date), MEMBER(document, currency), MEMBER(document, buyer_reference), MEMBER(document, po_number),
	MEMBER(document, corrects), MEMBER(document, corrects_date), MEMBER(document, operation), {NULL, 0}};
static const struct member end_texts[] = {MEMBER(document, terms), MEMBER(document, notes), MEMBER(document, iban), MEMBER(document, bic), MEMBER(document, account_name),
	MEMBER(document, rf_reference), MEMBER(document, pay_url), MEMBER(document, hash), {NULL, 0}};
static const struct member sums[] = {MEMBER(bill_totals, lines_net), MEMBER(bill_totals, allowances), MEMBER(bill_totals, charges), MEMBER(bill_totals, net), MEMBER(bill_totals, tax),
	MEMBER(bill_totals, gross), MEMBER(bill_totals, paid), MEMBER(bill_totals, due), {NULL, 0}};

/* Writing */

static void put_text(struct json_out *w, const char *key, const char *s)
{
	json_key(w, key);
	json_str(w, s && *s ? s : NULL);
}

static void put_texts(struct json_out *w, const struct member *m, const void *of)
{
	for (; m->key; m++) {
		const char *s;
		memcpy(&s, (const char *)of + m->at, sizeof s);
		put_text(w, m->key, s);
	}
}

static void amount(struct json_out *w, int64_t v)
{
	char text[24];
	(void)snprintf(text, sizeof text, "%" PRId64, v);
	json_str(w, text);
}

static void put_amount(struct json_out *w, const char *key, int64_t v)
{
	json_key(w, key);
	amount(w, v);
}

static void put_number(struct json_out *w, const char *key, int v)
{
	json_key(w, key);
	json_num(w, v);
}

static void put_bool(struct json_out *w, const char *key, bool v)
{
	json_key(w, key);
	json_bool(w, v);
}

static void put_tax(struct json_out *w, enum vat_category category, int rate_bp)
{
	put_text(w, "category", vat_code(category));
	put_number(w, "rate_bp", rate_bp);
}

static void put_party(struct json_out *w, const char *key, const struct party *p)
{
	json_key(w, key);
	json_object(w);
	put_texts(w, party_texts, p);
	json_object_end(w);
}

static void put_lines(struct json_out *w, const struct document *d)
{
	json_key(w, "lines");
	json_array(w);
	for (size_t i = 0; i < d->n_lines; i++) {
		json_object(w);
		put_texts(w, line_texts, &d->lines[i]);
		put_amount(w, "discount", d->lines[i].discount);
		put_tax(w, d->lines[i].category, d->lines[i].rate_bp);
		json_object_end(w);
	}
	json_array_end(w);
}

static void put_totals(struct json_out *w, const struct document *d)
{
	const struct bill_totals *t = &d->totals;
	json_key(w, "totals");
	json_object(w);
	json_key(w, "lines");
	json_array(w);
	for (size_t i = 0; t->lines && i < d->n_lines; i++)
		amount(w, t->lines[i]);
	json_array_end(w);
	for (const struct member *m = sums; m->key; m++) {
		int64_t v;
		memcpy(&v, (const char *)t + m->at, sizeof v);
		put_amount(w, m->key, v);
	}
	json_key(w, "taxes");
	json_array(w);
	for (size_t i = 0; i < t->n_taxes; i++) {
		json_object(w);
		put_tax(w, t->taxes[i].category, t->taxes[i].rate_bp);
		put_amount(w, "base", t->taxes[i].base);
		put_amount(w, "tax", t->taxes[i].tax);
		put_text(w, "exemption", t->taxes[i].exemption);
		json_object_end(w);
	}
	json_array_end(w);
	json_object_end(w);
}

void document_write(const struct document *d, struct buf *out)
{
	struct json_out w;
	json_begin(&w, out, false);
	json_object(&w);
	put_number(&w, "format", FORMAT);
	put_text(&w, "kind", document_code(d->kind));
	put_number(&w, "version", d->version);
	put_texts(&w, head_texts, d);
	put_bool(&w, "vat_on_debits", d->vat_on_debits);
	put_party(&w, "seller", &d->seller);
	put_party(&w, "buyer", &d->buyer);
	put_lines(&w, d);
	put_totals(&w, d);
	put_texts(&w, end_texts, d);
	put_bool(&w, "paid", d->paid);
	json_object_end(&w);
}

/* Reading. What is missing or of another type reads as nothing and is then found by comparing. */

static const char *take_text(const struct cJSON *o, const char *key, struct arena *a)
{
	const char *s = json_text(json_get(o, key));
	return s ? arena_strdup(a, s) : NULL;
}

static void take_texts(const struct cJSON *o, const struct member *m, void *into, struct arena *a)
{
	for (; m->key; m++) {
		const char *s = take_text(o, m->key, a);
		memcpy((char *)into + m->at, &s, sizeof s);
	}
}

static int64_t amount_of(const struct cJSON *v)
{
	const char *s = json_text(v);
	return s ? strtoll(s, NULL, 10) : 0; /* saturates, and what was not a plain number comes out as another text */
}

static int take_number(const struct cJSON *o, const char *key)
{
	int64_t v;
	return json_int(json_get(o, key), &v) && v >= INT32_MIN && v <= INT32_MAX ? (int)v : 0;
}

static bool take_bool(const struct cJSON *o, const char *key)
{
	const struct cJSON *v = json_get(o, key);
	if (!v || json_kind(v) != JSON_BOOL)
		return false;
	struct arena *a = arena_new();
	bool yes = strcmp(json_print(a, v), "true") == 0;
	arena_free(&a);
	return yes;
}

static bool take_tax(const struct cJSON *o, enum vat_category *category, int *rate_bp)
{
	const char *code = json_text(json_get(o, "category"));
	*rate_bp = take_number(o, "rate_bp");
	return code && vat_from_code(code, category);
}

static size_t count(const struct cJSON *array)
{
	size_t n = 0;
	for (const struct cJSON *v = array && json_kind(array) == JSON_ARRAY ? json_first(array) : NULL; v; v = json_next(v))
		n++;
	return n;
}

static bool take_lines(const struct cJSON *array, struct arena *a, struct document *d)
{
	d->n_lines = count(array);
	if (d->n_lines > LINES_MAX)
		return false;
	struct document_line *lines = arena_alloc(a, (d->n_lines + 1) * sizeof *lines), *l = lines;
	for (const struct cJSON *o = d->n_lines ? json_first(array) : NULL; o; o = json_next(o), l++) {
		take_texts(o, line_texts, l, a);
		l->discount = amount_of(json_get(o, "discount"));
		if (!take_tax(o, &l->category, &l->rate_bp))
			return false;
	}
	d->lines = lines;
	return true;
}

static bool take_totals(const struct cJSON *o, struct arena *a, struct document *d)
{
	struct bill_totals *t = &d->totals;
	const struct cJSON *nets = json_get(o, "lines"), *taxes = json_get(o, "taxes");
	size_t n = count(nets), i = 0;
	if (n != 0 && n != d->n_lines)
		return false;
	t->lines = n || !d->n_lines ? arena_alloc(a, (n + 1) * sizeof *t->lines) : NULL;
	for (const struct cJSON *v = n ? json_first(nets) : NULL; v; v = json_next(v))
		t->lines[i++] = amount_of(v);
	for (const struct member *m = sums; m->key; m++) {
		int64_t v = amount_of(json_get(o, m->key));
		memcpy((char *)t + m->at, &v, sizeof v);
	}
	t->n_taxes = count(taxes);
	t->taxes = arena_alloc(a, (t->n_taxes + 1) * sizeof *t->taxes);
	i = 0;
	for (const struct cJSON *v = t->n_taxes ? json_first(taxes) : NULL; v; v = json_next(v), i++) {
		if (!take_tax(v, &t->taxes[i].category, &t->taxes[i].rate_bp))
			return false;
		t->taxes[i].base = amount_of(json_get(v, "base"));
		t->taxes[i].tax = amount_of(json_get(v, "tax"));
		t->taxes[i].exemption = take_text(v, "exemption", a);
	}
	return true;
}

static bool take_all(const struct cJSON *o, struct arena *a, struct document *d)
{
	if (!document_kind_of(json_text(json_get(o, "kind")), &d->kind))
		return false;
	d->version = take_number(o, "version");
	take_texts(o, head_texts, d, a);
	d->vat_on_debits = take_bool(o, "vat_on_debits");
	take_texts(json_get(o, "seller"), party_texts, &d->seller, a);
	take_texts(json_get(o, "buyer"), party_texts, &d->buyer, a);
	take_texts(o, end_texts, d, a);
	d->paid = take_bool(o, "paid");
	return take_lines(json_get(o, "lines"), a, d) && take_totals(json_get(o, "totals"), a, d);
}

enum status document_read(const char *json, size_t n, struct arena *a, struct document *out, struct error *err)
{
	struct cJSON *doc;
	struct document d = {0};
	enum status st = json_parse(json, n, &doc, err);
	if (st != ST_OK)
		return st;
	bool ok = take_all(doc, a, &d);
	json_free(&doc);
	struct buf again = {0};
	if (ok)
		document_write(&d, &again);
	ok = ok && again.len == n && memcmp(again.data, json, n) == 0;
	buf_free(&again);
	if (!ok)
		return error_set(err, ST_CORRUPT, _("This is not a document as Simplix writes it."));
	*out = d;
	return ST_OK;
}

const char *document_date(struct arena *a, const char *language, const char *iso)
{
	static const char *const months[] = {NC_("month", "January"), NC_("month", "February"), NC_("month", "March"), NC_("month", "April"), NC_("month", "May"),
		NC_("month", "June"), NC_("month", "July"), NC_("month", "August"), NC_("month", "September"), NC_("month", "October"), NC_("month", "November"),
		NC_("month", "December")};
	int64_t days;
	int year, month, day;
	if (!iso || !clock_parse_iso_date(iso, &days))
		return iso ? iso : "";
	clock_civil_from_days(days, &year, &month, &day);
	bool first = day == 1 && language && strcmp(language, "fr") == 0;
	return arena_printf(a, "%d%s\u00A0%s\u00A0%d", day, first ? "er" : "", i18n_get_in(language, months[month - 1]), year);
}
