/* Totals of documents: worked examples, the rules of EN 16931, and properties over all currencies. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/money.h"
#include "core/billing/totals.h"
#include "tests/unit/test.h"

static enum status total(const struct bill_line *lines, size_t n, const char *currency, struct arena *a, struct bill_totals *out, struct error *err)
{
	return bill_total(lines, n, NULL, 0, currency, 0, a, out, err);
}

TEST(totals_worked_example)
{
	struct arena *a = arena_new();
	struct error err = {0};
	struct bill_totals t;
	const struct bill_line lines[] = {{"3", "19.99", NULL, 0, VAT_STANDARD, 2000, NULL}, {"1.5", "100", "10", 0, VAT_STANDARD, 2000, NULL},
		{"2", "7.333", NULL, 0, VAT_STANDARD, 550, NULL}, {"-1", "5", NULL, 0, VAT_STANDARD, 2000, NULL}};
	MUST(bill_total(lines, 4, NULL, 0, "EUR", 5000, a, &t, &err));
	CHECK_INT(t.lines[0], 5997);
	CHECK_INT(t.lines[1], 13500);
	CHECK_INT(t.lines[2], 1467);
	CHECK_INT(t.lines[3], -500);
	CHECK_INT(t.net, 20464);
	CHECK_INT(t.n_taxes, 2);
	CHECK_INT(t.taxes[0].rate_bp, 2000);
	CHECK_INT(t.taxes[0].base, 18997);
	CHECK_INT(t.taxes[0].tax, 3799); /* 37.994: once, not line by line */
	CHECK_INT(t.taxes[1].tax, 81);   /* 0.80685 */
	CHECK_INT(t.gross, 20464 + 3880);
	CHECK_INT(t.due, t.gross - 5000);
	arena_free(&a);
}

TEST(totals_round_halves_away_from_zero_once)
{
	struct arena *a = arena_new();
	struct error err = {0};
	struct bill_totals t;
	static const struct {
		const char *quantity, *price, *currency;
		int64_t net;
	} cases[] = {{"1", "0.005", "EUR", 1}, {"-1", "0.005", "EUR", -1}, {"1", "0.00499999", "EUR", 0}, {"1", "0.5", "JPY", 1}, {"3", "33.333333", "EUR", 10000},
		{"1", "0.0005", "TND", 1}, {"0.000000001", "1", "EUR", 0}, {"1", "12", "JPY", 12}, {"1", "12", "TND", 12000}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct bill_line l = {cases[i].quantity, cases[i].price, NULL, 0, VAT_ZERO, 0, NULL};
		MUST(total(&l, 1, cases[i].currency, a, &t, &err));
		CHECK_INT(t.net, cases[i].net);
	}
	arena_free(&a);
}

TEST(totals_refuse_what_the_rules_forbid)
{
	struct arena *a = arena_new();
	struct bill_totals t;
	static const struct {
		struct bill_line line;
		const char *field;
	} cases[] = {{{"1", "-5", NULL, 0, VAT_STANDARD, 2000, NULL}, "lines[0].unit_price"}, {{"x", "5", NULL, 0, VAT_STANDARD, 2000, NULL}, "lines[0].quantity"},
		{{"", "5", NULL, 0, VAT_STANDARD, 2000, NULL}, "lines[0].quantity"}, {{"1.", "5", NULL, 0, VAT_STANDARD, 2000, NULL}, "lines[0].quantity"},
		{{"1", "5", "101", 0, VAT_STANDARD, 2000, NULL}, "lines[0].discount_pct"}, {{"1", "5", "-1", 0, VAT_STANDARD, 2000, NULL}, "lines[0].discount_pct"},
		{{"1", "5", NULL, -1, VAT_STANDARD, 2000, NULL}, "lines[0].discount"}, {{"1", "5", NULL, 0, VAT_STANDARD, 0, NULL}, "lines[0].vat_rate"},
		{{"1", "5", NULL, 0, VAT_ZERO, 2000, NULL}, "lines[0].vat_rate"}, {{"1", "5", NULL, 0, VAT_EXEMPT, 0, NULL}, "lines[0].exemption"},
		{{"1", "5", NULL, 0, VAT_REVERSE_CHARGE, 0, ""}, "lines[0].exemption"}, {{"1", "5", NULL, 0, VAT_STANDARD, 10001, NULL}, "lines[0].vat_rate"},
		{{"1234567890123456789", "1", NULL, 0, VAT_ZERO, 0, NULL}, "lines[0].quantity"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = {0};
		CHECK_INT(total(&cases[i].line, 1, "EUR", a, &t, &err), ST_INVALID);
		CHECK_STR(err.field, cases[i].field);
	}
	struct error err = {0};
	const struct bill_line mixed[] = {{"1", "5", NULL, 0, VAT_OUT_OF_SCOPE, 0, "Outside"}, {"1", "5", NULL, 0, VAT_STANDARD, 2000, NULL}};
	CHECK_INT(total(mixed, 2, "EUR", a, &t, &err), ST_INVALID);
	CHECK_INT(total(mixed, 1, "EUR", a, &t, &err), ST_OK);
	const struct bill_line huge = {"999999999999999999", "999999999999999999", NULL, 0, VAT_ZERO, 0, NULL};
	CHECK_INT(total(&huge, 1, "EUR", a, &t, &err), ST_LIMIT);
	const struct bill_line large[] = {{"1", "90000000000000000", NULL, 0, VAT_ZERO, 0, NULL}, {"1", "90000000000000000", NULL, 0, VAT_ZERO, 0, NULL}};
	CHECK_INT(total(large, 1, "EUR", a, &t, &err), ST_OK);
	CHECK_INT(total(large, 2, "EUR", a, &t, &err), ST_LIMIT);
	CHECK_INT(total(large, 1, "XQQ", a, &t, &err), ST_INVALID);
	arena_free(&a);
}

TEST(totals_allowances_and_charges_follow_their_rate)
{
	struct arena *a = arena_new();
	struct error err = {0};
	struct bill_totals t;
	const struct bill_line line = {"1", "1000", NULL, 0, VAT_STANDARD, 2000, NULL};
	const struct bill_adjustment extra[] = {{-10000, VAT_STANDARD, 2000, NULL}, {1500, VAT_STANDARD, 550, NULL}};
	MUST(bill_total(&line, 1, extra, 2, "EUR", 0, a, &t, &err));
	CHECK_INT(t.lines_net, 100000);
	CHECK_INT(t.allowances, 10000);
	CHECK_INT(t.charges, 1500);
	CHECK_INT(t.net, 91500);
	CHECK_INT(t.taxes[0].base, 90000);
	CHECK_INT(t.taxes[0].tax, 18000);
	CHECK_INT(t.taxes[1].tax, 83); /* 82.5 */
	arena_free(&a);
}

TEST(totals_vat_codes)
{
	enum vat_category c;
	for (int i = 0; i < VAT_CATEGORIES; i++) {
		CHECK(vat_from_code(vat_code((enum vat_category)i), &c));
		CHECK_INT(c, i);
	}
	CHECK(!vat_from_code("X", &c));
}

static int dice(unsigned *seed, int n)
{
	*seed = *seed * 1103515245u + 12345u;
	return (int)(*seed >> 8) % n;
}

/* For any lines in any currency: the sums agree (BR-CO-10, 13, 14, 15, 16), the bases are the lines', each VAT is at most half a unit off, the order of lines changes nothing, and a
 * document and its reverse cancel out. */
TEST(totals_properties_in_all_currencies)
{
	static const char *const codes[] = {"EUR", "USD", "JPY", "KRW", "CLP", "VND", "ISK", "UGX", "TND", "KWD", "BHD", "OMR", "JOD", "IQD", "LYD", "CHF", "GBP", "CLF", "UYW"};
	static const int rates[] = {2000, 1000, 550, 210, 700, 1900, 2250};
	unsigned seed = 20261124;
	for (int round = 0; round < 4000; round++) {
		struct arena *a = arena_new();
		struct error err = {0};
		const char *currency = codes[round % (int)(sizeof codes / sizeof *codes)];
		enum { MOST = 12 };
		struct bill_line lines[MOST], other[MOST], back[MOST];
		struct bill_totals t, u, v;
		if (money_digits(currency) < 0) {
			arena_free(&a);
			continue;
		}
		size_t n = 1 + (size_t)dice(&seed, MOST);
		for (size_t i = 0; i < n; i++) {
			const char *quantity = arena_printf(a, "%d.%03d", dice(&seed, 500), dice(&seed, 1000));
			lines[i] = (struct bill_line){quantity, arena_printf(a, "%d.%04d", dice(&seed, 20000), dice(&seed, 10000)), dice(&seed, 3) ? NULL : arena_printf(a, "%d.%d", dice(&seed, 100), dice(&seed, 10)), dice(&seed, 4) ? 0 : dice(&seed, 50),
				VAT_STANDARD, rates[dice(&seed, 7)], NULL};
			if (dice(&seed, 5) == 0)
				lines[i].category = VAT_ZERO, lines[i].rate_bp = 0;
			other[n - 1 - i] = lines[i];
			back[i] = lines[i];
			back[i].quantity = arena_printf(a, "-%s", quantity);
			back[i].discount = 0;
		}
		MUST(total(lines, n, currency, a, &t, &err));
		MUST(total(other, n, currency, a, &u, &err));
		int64_t sum = 0, tax = 0, bases = 0;
		for (size_t i = 0; i < n; i++)
			sum += t.lines[i];
		for (size_t i = 0; i < t.n_taxes; i++) {
			const struct bill_tax *x = &t.taxes[i];
			tax += x->tax;
			bases += x->base;
			int64_t off = x->tax * 10000 - x->base * x->rate_bp;
			CHECK(llabs(off) * 2 <= 10000);
		}
		CHECK(t.lines_net == sum && t.net == bases && t.tax == tax && t.gross == t.net + t.tax && t.due == t.gross);
		CHECK(u.gross == t.gross && u.tax == t.tax && u.n_taxes == t.n_taxes);
		for (size_t i = 0; i < n; i++)
			lines[i].discount = 0;
		MUST(total(lines, n, currency, a, &t, &err));
		MUST(total(back, n, currency, a, &v, &err));
		CHECK(v.gross == -t.gross && v.tax == -t.tax);
		arena_free(&a);
	}
}
