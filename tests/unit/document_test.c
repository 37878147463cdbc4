/* Documents as canonical JSON: what is read writes the same bytes, whatever stands in it, and nothing else is read. */
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/money.h"
#include "core/billing/document.h"
#include "tests/unit/billing_fixture.h"
#include "tests/unit/test.h"

static void round_trip(const struct document *d)
{
	struct arena *a = arena_new();
	struct error err = {0};
	struct buf one = {0}, two = {0};
	struct document back;
	document_write(d, &one);
	MUST(document_read(one.data, one.len, a, &back, &err));
	document_write(&back, &two);
	CHECK_STR(buf_str(&two), buf_str(&one));
	CHECK_INT(back.kind, d->kind);
	CHECK_INT(back.n_lines, d->n_lines);
	CHECK_INT(back.totals.due, d->totals.due);
	CHECK_INT(back.totals.n_taxes, d->totals.n_taxes);
	CHECK_INT(back.paid, d->paid);
	buf_free(&one);
	buf_free(&two);
	arena_free(&a);
}

TEST(document_round_trips)
{
	struct arena *a = arena_new();
	struct document d[] = {billing_invoice(a), billing_facture(a), billing_credit_note(a), billing_quote(a), billing_draft(a), billing_hostile(a), billing_huge(a),
		billing_long(a, 0), billing_long(a, 300), {.kind = DOCUMENT_DEPOSIT, .paid = true, .vat_on_debits = true}};
	for (size_t i = 0; i < sizeof d / sizeof *d; i++)
		round_trip(&d[i]);
	struct document most = billing_long(a, 1);
	most.totals.gross = INT64_MAX;
	most.totals.due = INT64_MIN;
	most.version = INT32_MIN;
	round_trip(&most);
	arena_free(&a);
}

TEST(document_is_canonical)
{
	struct arena *a = arena_new();
	struct buf b = {0}, other = {0};
	struct document d = {.kind = DOCUMENT_CREDIT_NOTE, .number = "é\"\\", .currency = "EUR"};
	document_write(&d, &b);
	CHECK(strncmp(buf_str(&b), "{\"format\":1,\"kind\":\"381\",\"version\":0,\"language\":null,\"number\":\"é\\\"\\\\\",\"title\":null,", 84) == 0);
	CHECK(strstr(buf_str(&b), ",\"lines\":[],\"totals\":{\"lines\":[],\"lines_net\":\"0\",\"allowances\":\"0\",") != NULL);
	CHECK(strstr(buf_str(&b), ",\"hash\":null,\"paid\":false}") != NULL);
	d.title = d.seller.name = ""; /* not said either */
	document_write(&d, &other);
	CHECK_STR(buf_str(&other), buf_str(&b));
	buf_free(&b);
	buf_free(&other);
	arena_free(&a);
}

static enum status read_text(const char *text)
{
	struct arena *a = arena_new();
	struct document d = {.version = 77};
	enum status st = document_read(text, strlen(text), a, &d, NULL);
	if (st != ST_OK)
		CHECK_INT(d.version, 77);
	arena_free(&a);
	return st;
}

/* One place of the text changed. */
static enum status read_changed(const char *text, const char *from, const char *to)
{
	struct buf b = {0};
	const char *at = strstr(text, from);
	CHECK(at != NULL);
	if (!at)
		return ST_OK;
	buf_add(&b, text, (size_t)(at - text));
	buf_puts(&b, to);
	buf_puts(&b, at + strlen(from));
	enum status st = read_text(buf_str(&b));
	buf_free(&b);
	return st;
}

TEST(document_sec66_reads_only_what_was_written)
{
	struct arena *a = arena_new();
	struct buf b = {0};
	struct document d = billing_invoice(a);
	document_write(&d, &b);
	const char *text = buf_str(&b);
	static const char *const changes[][2] = {{"{\"format\":1", "{ \"format\":1"}, {"\"format\":1", "\"format\":2"}, {"\"format\":1,", ""}, {"\"380\"", "\"999\""}, {"\"380\"", "380"},
		{"\"paid\":false", "\"paid\":null"}, {"\"paid\":false", "\"paid\":false,\"more\":1"}, {"\"due\":\"652656\"", "\"due\":652656"}, {"\"due\":\"652656\"", "\"due\":\"0652656\""},
		{"\"due\":\"652656\"", "\"due\":\"99999999999999999999\""}, {"\"category\":\"S\"", "\"category\":\"X\""}, {"\"rate_bp\":2000", "\"rate_bp\":2e3"},
		{"\"rate_bp\":2000", "\"rate_bp\":1e300"}, {"\"discount\":\"0\"", "\"discount\":\"-0\""}, {"\"lines\":[\"420000\",", "\"lines\":["}, {"\"lines\":[{", "\"lines\":[1,{"},
		{"\"country\":\"FR\"", "\"country\":{}"}, {"\"title\":\"R", "\"title\":\"\\u0052"}, {"\"taxes\":[", "\"taxes\":[[],"}, {"\"seller\":{", "\"seller\":[{"}};
	CHECK_INT(read_text(text), ST_OK);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		enum status st = read_changed(text, changes[i][0], changes[i][1]);
		test_check(st == ST_CORRUPT || st == ST_INVALID, __FILE__, __LINE__, "%s is refused", changes[i][1]);
	}
	CHECK_INT(read_text("{}"), ST_CORRUPT);
	CHECK_INT(read_text("[]"), ST_CORRUPT);
	CHECK_INT(read_text("null"), ST_CORRUPT);
	CHECK_INT(read_text(""), ST_INVALID);
	for (size_t cut = 0; cut < b.len; cut += 13) {
		char *part = arena_strndup(a, text, cut);
		CHECK(read_text(part) != ST_OK);
	}
	buf_free(&b);
	arena_free(&a);
}

TEST(document_totals_name_what_is_wrong)
{
	struct arena *a = arena_new();
	struct error err = {0};
	struct document_line lines[] = {{.quantity = "2", .unit_price = "10", .discount_pct = "", .category = VAT_STANDARD, .rate_bp = 2000}, {.unit_price = "1", .category = VAT_ZERO}};
	struct document d = {.currency = "EUR", .lines = lines, .n_lines = 1};
	MUST(document_total(&d, 400, a, &err));
	CHECK_INT(d.totals.gross, 2400);
	CHECK_INT(d.totals.due, 2000);
	d.n_lines = 2;
	CHECK_INT(document_total(&d, 0, a, &err), ST_INVALID);
	CHECK_STR(err.field, "lines[1].quantity");
	CHECK_INT(d.totals.gross, 2400);
	d.currency = NULL;
	CHECK_INT(document_total(&d, 0, a, &err), ST_INVALID);
	CHECK_STR(err.field, "currency");
	arena_free(&a);
}

TEST(document_kinds)
{
	enum document_kind k;
	for (int i = 0; i < DOCUMENT_KINDS; i++) {
		CHECK(document_kind_of(document_code((enum document_kind)i), &k));
		CHECK_INT(k, i);
	}
	CHECK(!document_kind_of("", &k));
	CHECK(!document_kind_of(NULL, &k));
}

/* Texts and amounts in a language that is not in use. */
TEST(document_languages)
{
	struct arena *a = arena_new();
	i18n_use("en");
	CHECK_STR(i18n_get_in("fr", "Save"), (i18n_use("fr"), i18n_get("Save")));
	CHECK_STR(i18n_get_in("en", "Save"), "Save");
	CHECK_STR(i18n_get_in(NULL, "Save"), "Save");
	CHECK_STR(i18n_get_in("xx", NC_("a context", "Save")), "Save");
	CHECK_STR(i18n_lang(), "fr");
	CHECK_STR(money_format_in(a, "en", -123456789, "EUR"), "-€1,234,567.89");
	i18n_use("en");
	CHECK_STR(money_format_in(a, "fr", -123456789, "EUR"), "-1\u202F234\u202F567,89\u00A0€");
	CHECK_STR(money_format_in(a, "fr_FR.UTF-8", INT64_MIN, "JPY"), "-9\u202F223\u202F372\u202F036\u202F854\u202F775\u202F808\u00A0JPY");
	CHECK_STR(money_format(a, 123456, "CHF", false), "CHF\u00A01,234.56");
	CHECK_STR(decimal_format_in(a, "fr", "1234.5", 2), "1\u202F234,50");
	CHECK_STR(decimal_format_in(a, "en", "0.0375", 2), "0.0375");
	CHECK_STR(decimal_format_in(a, "en", "-1234567.100", 2), "-1,234,567.10");
	CHECK_STR(decimal_format_in(a, "en", "12.000", 0), "12");
	CHECK_STR(decimal_format_in(a, "en", "0012", 0), "12");
	CHECK_STR(decimal_format_in(a, "fr", "5", 2), "5,00");
	CHECK_STR(decimal_format_in(a, "fr", "5", -1), "5"); /* of an unknown currency */
	static const char *const others[] = {"", "-", "1.", ".5", "1e3", "one", "1.2.3", " 1"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		CHECK_STR(decimal_format_in(a, "fr", others[i], 2), others[i]);
	arena_free(&a);
}
