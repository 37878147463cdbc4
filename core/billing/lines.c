#include "core/billing/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/billing/billing.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"

static bool is_set(const struct record *r, const char *field)
{
	return r->set[entity_index_of(r->entity, field)];
}

static struct record *load(struct txn *t, const char *entity, const struct id *id)
{
	struct record *out = NULL;
	if (id_is_nil(id) || whole_load(t->core, model_entity(t->core->model, entity), id, t->arena, &out, NULL) != ST_OK)
		return NULL;
	return out;
}

int decimal_bp(const char *text)
{
	long whole = 0, part = 0;
	int digits = 0;
	const char *s = text ? text : "";
	if (*s < '0' || *s > '9')
		return -1;
	for (; *s >= '0' && *s <= '9' && whole < 1000; s++)
		whole = whole * 10 + (*s - '0');
	for (s += *s == '.'; *s >= '0' && *s <= '9'; s++) {
		if (digits == 2 && *s != '0')
			return -1;
		part = digits < 2 ? part * 10 + (*s - '0') : part;
		digits += digits < 2;
	}
	for (; digits < 2; digits++)
		part *= 10;
	return *s || whole > 100 ? -1 : (int)(whole * 100 + part);
}

const char *minor_decimal(struct arena *a, int64_t minor, const char *currency)
{
	return money_decimal(a, minor, currency);
}

/* Of its product */

/* The product's price in the document's currency, the one for the largest quantity that is reached; NULL: none. */
static const char *price_of(struct txn *t, const struct record *product, const char *currency, const char *quantity)
{
	struct db_stmt *s;
	bool row;
	double wanted = quantity ? strtod(quantity, NULL) : 1, best = -1; /* only chooses among prices */
	const char *out = NULL, *today = clock_format_date(clock_today(), arena_alloc(t->arena, 16));
	enum status st = rows_open(t->core, &s, NULL,
		"SELECT unit_minor, min_qty FROM prices WHERE org_id = $1 AND product_id = $2 AND currency = $3 AND deleted_at IS NULL AND unit_minor IS NOT NULL "
		"AND (valid_from IS NULL OR valid_from <= $4) AND (valid_to IS NULL OR valid_to >= $4) ORDER BY is_primary DESC, position, num",
		"ddtt", &t->core->org, &product->id, currency, today);
	while (st == ST_OK && (st = db_step(s, &row, NULL)) == ST_OK && row) {
		double from = db_is_null(s, 1) ? 0 : strtod(db_text(s, 1), NULL);
		if (from <= wanted && from > best) {
			best = from;
			out = minor_decimal(t->arena, db_int(s, 0), currency);
		}
	}
	return out;
}

static void take_product(struct txn *t, const struct record *document, struct record *now)
{
	struct id id = record_id(now, "product");
	const struct record *p = load(t, "products", &id);
	if (!p)
		return;
	static const char *const copied[][2] = {{"name", "name"}, {"description", "description"}, {"unit", "unit"}, {"vat_rate", "vat_rate"}, {"exemption", "vat_exemption"}};
	for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
		if (!is_set(now, copied[i][0]) && !record_null(p, copied[i][1]))
			record_put_text(now, copied[i][0], record_text(p, copied[i][1]));
	if (!is_set(now, "unit_price")) {
		const char *price = price_of(t, p, record_text(document, "currency"), record_text(now, "quantity"));
		if (price)
			record_put_text(now, "unit_price", price);
	}
}

/* VAT */

struct regime {
	const char *name, *category, *en, *fr;
};

/* The reasons are those of Directive 2006/112/EC and of the French CGI, as they stand on documents. */
static const struct regime regimes[] = {
	{"reverse_charge", "AE", "Reverse charge (article 196, Directive 2006/112/EC)", "Autoliquidation (article 283-2 du CGI)"},
	{"intra_community", "K", "Intra-community supply (article 138, Directive 2006/112/EC)", "Exonération de TVA, article 262 ter I du CGI"},
	{"export", "G", "Export outside the European Union (article 146, Directive 2006/112/EC)", "Exonération de TVA, article 262 I du CGI"},
	{"exempt", "E", "Exempt from VAT (article 132, Directive 2006/112/EC)", "Exonération de TVA, article 261 du CGI"},
};

static const char *reason_of(const struct regime *r, const struct record *document)
{
	const char *lang = record_text(document, "language");
	return lang && strcmp(lang, "fr") == 0 ? r->fr : r->en;
}

static const struct regime *regime_of(struct txn *t, const struct record *document)
{
	struct id id = record_id(document, "company");
	const struct record *company = load(t, "companies", &id);
	const char *name = company ? record_text(company, "vat_regime") : NULL;
	for (size_t i = 0; name && i < sizeof regimes / sizeof *regimes; i++)
		if (strcmp(regimes[i].name, name) == 0)
			return &regimes[i];
	return NULL;
}

/* Standard rates of the member states and the United Kingdom (taxation-customs.ec.europa.eu, VAT rates applied), for want of one that was set. */
static const char *usual_rate(const struct record *org)
{
	static const char *const rates[][2] = {{"AT", "20"}, {"BE", "21"}, {"BG", "20"}, {"CY", "19"}, {"CZ", "21"}, {"DE", "19"}, {"DK", "25"}, {"EE", "24"}, {"ES", "21"}, {"FI", "25.5"},
		{"FR", "20"}, {"GB", "20"}, {"GR", "24"}, {"HR", "25"}, {"HU", "27"}, {"IE", "23"}, {"IT", "22"}, {"LT", "21"}, {"LU", "17"}, {"LV", "21"}, {"MT", "18"}, {"NL", "21"},
		{"PL", "23"}, {"PT", "23"}, {"RO", "21"}, {"SE", "25"}, {"SI", "22"}, {"SK", "23"}};
	const char *country = record_text(org, "country");
	for (size_t i = 0; country && i < sizeof rates / sizeof *rates; i++)
		if (strcmp(rates[i][0], country) == 0)
			return rates[i][1];
	return NULL;
}

/* `fresh`: a new line, or one of another product, of whose VAT the person said nothing. The buyer's regime goes before the product's rate. */
static void fill_vat(struct txn *t, const struct record *document, bool fresh, struct record *now)
{
	const struct record *org = load(t, "organizations", &t->core->org);
	const struct regime *regime = regime_of(t, document);
	const char *none = org ? record_text(org, "vat_exemption") : NULL;
	if (fresh) {
		if (none || regime) {
			record_put_text(now, "vat_rate", "0");
			record_put_text(now, "vat_category", none ? "E" : regime->category);
			record_put_text(now, "exemption", none ? none : reason_of(regime, document));
		} else if (record_null(now, "vat_rate")) {
			const char *usual = org ? record_text(org, "vat_rate") : NULL;
			record_put_text(now, "vat_rate", usual ? usual : org && usual_rate(org) ? usual_rate(org) : "0");
		}
	}
	if (is_set(now, "vat_category") && !is_set(now, "vat_rate") && strcmp(record_text(now, "vat_category") ? record_text(now, "vat_category") : "", "S") != 0)
		record_put_text(now, "vat_rate", "0");
	if (record_null(now, "vat_rate"))
		record_put_text(now, "vat_rate", "0");
	int bp = decimal_bp(record_text(now, "vat_rate"));
	const char *category = record_text(now, "vat_category");
	bool taxed = category && strcmp(category, "S") == 0;
	if (!is_set(now, "vat_category") && (!category || (bp > 0) != taxed))
		record_put_text(now, "vat_category", bp > 0 ? "S" : !record_null(now, "exemption") ? "E" : "Z");
	category = record_text(now, "vat_category");
	for (size_t i = 0; category && record_null(now, "exemption") && i < sizeof regimes / sizeof *regimes; i++)
		if (strcmp(regimes[i].category, category) == 0)
			record_put_text(now, "exemption", reason_of(&regimes[i], document));
	if (category && record_null(now, "exemption") && strcmp(category, "O") == 0)
		record_put_text(now, "exemption", strcmp(record_text(document, "language"), "fr") == 0 ? "Hors du champ de la TVA" : "Outside the scope of VAT");
}

static void read_line(const struct record *r, struct document_line *out)
{
	enum vat_category category = VAT_STANDARD;
	const char *code = record_text(r, "vat_category");
	(void)vat_from_code(code ? code : "S", &category);
	*out = (struct document_line){.name = record_text(r, "name"), .description = record_text(r, "description"), .quantity = record_text(r, "quantity"), .unit = record_text(r, "unit"),
		.unit_price = record_text(r, "unit_price"), .discount_pct = record_text(r, "discount_pct"), .category = category, .rate_bp = decimal_bp(record_text(r, "vat_rate")),
		.exemption = record_text(r, "exemption"), .period_start = record_text(r, "period_start"), .period_end = record_text(r, "period_end")};
}

static struct bill_line bill_line_of(const struct document_line *l)
{
	return (struct bill_line){l->quantity, l->unit_price, l->discount_pct, l->discount, l->category, l->rate_bp, l->exemption};
}

static enum status work_out(struct txn *t, const struct record *document, struct record *now, struct error *err)
{
	struct document_line l;
	struct bill_totals totals;
	struct error e = {0};
	read_line(now, &l);
	if (l.rate_bp < 0)
		return error_field(err, ST_INVALID, "vat_rate", "%s", _("A VAT rate lies between 0 and 100 %."));
	struct bill_line line = bill_line_of(&l);
	enum status st = bill_total(&line, 1, NULL, 0, record_text(document, "currency"), 0, t->arena, &totals, &e);
	if (st != ST_OK) {
		const char *dot = strrchr(e.field, '.');
		error_field(err, st, dot ? dot + 1 : "quantity", "%s", e.message);
		return st;
	}
	record_put_int(now, "net", totals.lines_net);
	return ST_OK;
}

enum status line_complete(struct txn *t, const struct record *document, const struct record *old, struct record *now, struct error *err)
{
	const char *parent = field_column(entity_field(now->entity, now->entity->parent));
	struct id was = old ? record_id(old, "product") : (struct id){{0}}, product = record_id(now, "product");
	bool other = !id_is_nil(&product) && !id_eq(&was, &product);
	bool fresh = !is_set(now, "vat_rate") && !is_set(now, "vat_category") && !is_set(now, "exemption") && (!old || other);
	record_put_text(now, "currency", record_text(document, "currency"));
	if (other)
		take_product(t, document, now);
	if (record_null(now, "name"))
		return error_field(err, ST_INVALID, "name", _("Say what is sold: a product, or a name."));
	if (record_null(now, "quantity"))
		record_put_text(now, "quantity", "1");
	if (record_null(now, "unit_price")) {
		error_field(err, ST_INVALID, "unit_price", id_is_nil(&product) ? _("Say what one costs.") : _("The product has no price in %s; say what one costs."), record_text(document, "currency"));
		return ST_INVALID;
	}
	fill_vat(t, document, fresh, now);
	if (record_null(now, "position")) {
		char sql[160];
		(void)snprintf(sql, sizeof sql, "SELECT COALESCE(max(position), -1) + 1 FROM %s WHERE org_id = $1 AND %s = $2 AND deleted_at IS NULL", now->entity->name, parent);
		record_put_int(now, "position", rows_int(t->core, 0, sql, "dd", &t->core->org, &document->id));
	}
	return work_out(t, document, now, err);
}

/* All of a document */

static const struct entity *lines_entity(struct core *c, const struct record *document)
{
	return model_entity(c->model, strcmp(document->entity->name, "quotes") == 0 ? "quote_lines" : "invoice_lines");
}

enum status lines_load(struct core *c, const struct record *document, struct arena *a, struct document_line **out, struct record ***records, size_t *n, struct error *err)
{
	const struct entity *e = lines_entity(c, document);
	struct db_stmt *s;
	struct id *ids = NULL;
	size_t cap = 0, count = 0;
	bool row;
	char sql[160];
	(void)snprintf(sql, sizeof sql, "SELECT id FROM %s WHERE org_id = $1 AND %s = $2 AND deleted_at IS NULL ORDER BY position, num", e->name, field_column(entity_field(e, e->parent)));
	enum status st = rows_open(c, &s, err, sql, "dd", &c->org, &document->id);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		mem_grow(&ids, &cap, count + 1, sizeof *ids);
		ids[count++] = db_id(s, 0);
	}
	struct document_line *lines = arena_alloc(a, (count + 1) * sizeof *lines);
	struct record **rows = arena_alloc(a, (count + 1) * sizeof *rows);
	for (size_t i = 0; st == ST_OK && i < count; i++)
		if ((st = whole_load(c, e, &ids[i], a, &rows[i], err)) == ST_OK)
			read_line(rows[i], &lines[i]);
	free(ids);
	if (st != ST_OK)
		return st;
	*out = lines;
	*n = count;
	if (records)
		*records = rows;
	return ST_OK;
}

enum status lines_follow_currency(struct txn *t, const struct record *document, struct error *err)
{
	struct document_line *lines;
	struct record **rows;
	size_t n;
	enum status st = lines_load(t->core, document, t->arena, &lines, &rows, &n, err);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		struct record *now = record_copy(t->arena, rows[i]);
		bool changed;
		record_put_text(now, "currency", record_text(document, "currency"));
		if ((st = work_out(t, document, now, err)) == ST_OK)
			st = raw_update(t, rows[i], now, &changed, err);
	}
	return st;
}

enum status lines_copy(struct txn *t, const struct record *from, const struct record *to, struct error *err)
{
	static const char *const copied[] = {"product", "name", "description", "quantity", "unit", "unit_price", "discount_pct", "vat_rate", "vat_category", "exemption", "period_start",
		"period_end", "position"};
	struct document_line *lines;
	struct record **rows;
	size_t n;
	enum status st = lines_load(t->core, from, t->arena, &lines, &rows, &n, err);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		struct record *r = record_new(t->arena, lines_entity(t->core, to));
		record_put_id(r, r->entity->parent, to->id);
		for (size_t k = 0; k < sizeof copied / sizeof *copied; k++)
			if (!record_null(rows[i], copied[k]))
				record_put(r, entity_field(r->entity, copied[k]), *record_get(rows[i], copied[k]));
		r->quiet = true;
		st = store_insert(t, r, err);
	}
	return st == ST_OK ? document_sum(t, to->entity, &to->id, err) : st;
}
