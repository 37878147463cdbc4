/* Money and numbers: every way people and files write them, and what must be refused. */
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

enum { NO = -1 };
#define REFUSED INT64_MIN

static int64_t parse(const char *s, const char *currency, char decimal)
{
	struct error err;
	int64_t minor = REFUSED;
	(void)money_parse(s, currency, decimal, &minor, NULL, &err);
	return minor;
}

struct amount_case {
	const char *text;
	int64_t minor;
};

static void check_amounts(const struct amount_case *cases, size_t n, char decimal)
{
	for (size_t i = 0; i < n; i++)
		test_check_int(parse(cases[i].text, "EUR", decimal), cases[i].minor, cases[i].text, __FILE__, __LINE__);
}

#define CHECK_AMOUNTS(cases, decimal) check_amounts(cases, sizeof cases / sizeof *cases, decimal)

TEST(money_knows_iso_4217)
{
	CHECK_INT(money_digits("EUR"), 2);
	CHECK_INT(money_digits("JPY"), 0);
	CHECK_INT(money_digits("TND"), 3);
	CHECK_INT(money_digits("CLF"), 4);
	CHECK_INT(money_digits("ISK"), 0);
	CHECK_INT(money_digits("eur"), NO);
	CHECK_INT(money_digits("XXX"), NO);
	CHECK_INT(money_digits(""), NO);
	static const char zero[] = "BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXUYIVNDVUVXAFXOFXPF";
	for (const char *p = zero; *p; p += 3)
		CHECK_INT(money_digits((char[]){p[0], p[1], p[2], 0}), 0);
	static const char three[] = "BHDIQDJODKWDLYDOMRTND";
	for (const char *p = three; *p; p += 3)
		CHECK_INT(money_digits((char[]){p[0], p[1], p[2], 0}), 3);
	/* the look-up is a binary search: all of a sample over the alphabet must be found */
	static const char some[] = "AEDAFNBGNCADCHFCZKDKKGBPHUFILSMADMXNNOKPLNRONRSDSEKTRYUAHUSDZARZWG";
	for (const char *p = some; *p; p += 3)
		CHECK_INT(money_digits((char[]){p[0], p[1], p[2], 0}), 2);
}

TEST(money_reads_what_people_write)
{
	i18n_use("en");
	static const struct amount_case cases[] = {
		{"12", 1200},
		{"12.5", 1250},
		{"12,5", 1250},
		{"12 500,50", 1250050},
		{"12,500.50", 1250050},
		{"12.500,50", 1250050},
		{"1.234,5 €", 123450},
		{"12'500.50", 1250050},
		{"12\u00A0500,50\u00A0€", 1250050},
		{"12\u202F500", 1250000},
		{"€12,500.50", 1250050},
		{"EUR 12.50", 1250},
		{"12.50EUR", 1250},
		{"12 euros", 1200},
		{"-12", -1200},
		{"\u2212"
		 "12",
			-1200},
		{"(12.00)", -1200},
		{"(€12)", -1200},
		{"-€12", -1200},
		{"€ -12", -1200},
		{"+12", 1200},
		{"10k", 1000000},
		{"10 k€", 1000000},
		{"10K €", 1000000},
		{"1.5M", 150000000},
		{"1,5 M€", 150000000},
		{"1.2345k", 123450},
		{"0", 0},
		{"0.00", 0},
		{"-0", 0},
		{".5", 50},
		{"12.", 1200},
		{"12.500", 1250},
		{"12,500", 1250000},
		{"1,234,567", 123456700},
		{"12,34,567.00", 123456700},
		{"0,125", REFUSED},
		{"1234,567", REFUSED},
		{"1 234 567", 123456700},
		{"12.1000", 1210},
		{"92233720368547758.07", INT64_MAX},
		{"-92233720368547758.08", INT64_MIN},
		{"", REFUSED},
		{"abc", REFUSED},
		{"12x", REFUSED},
		{"12 13.4.5", REFUSED},
		{"1,2,3", REFUSED},
		{"12,5000,000", REFUSED},
		{"1..2", REFUSED},
		{"(12", REFUSED},
		{"12)", REFUSED},
		{"--12", REFUSED},
		{"12 EUR USD", REFUSED},
		{"10kk", REFUSED},
		{"€", REFUSED},
		{"12-", -1200},
		{"12+", REFUSED},
		{"-12-", REFUSED},
		{"1 23", REFUSED},
		{"12.505", REFUSED},
		{"=1+1", REFUSED},
		{"1e5", REFUSED},
		{"()", REFUSED},
		{"12€5", REFUSED},
		{"9999999999999999999999", REFUSED},
		{"١٢", REFUSED},
	};
	CHECK_AMOUNTS(cases, '\0');
	struct error err;
	int64_t minor = 5;
	CHECK_INT(money_parse("99999999999999999M", "EUR", 0, &minor, NULL, &err), ST_LIMIT);
	CHECK_INT(money_parse("92233720368547758.08", "EUR", 0, &minor, NULL, &err), ST_LIMIT);
	CHECK_INT(money_parse("12", "ZZZ", 0, &minor, NULL, &err), ST_INVALID);
	CHECK_INT(minor, 5);
}

TEST(money_asks_the_language_only_when_it_must)
{
	static const struct amount_case french[] = {
		{"12.500", 1250000},
		{"12,500", 1250},
		{"12.50", 1250},
		{"1 234,50", 123450},
		{"1.234.567,00", 123456700},
		{"1234.500", 123450},
	};
	i18n_use("fr");
	CHECK_AMOUNTS(french, '\0');
	i18n_use("en");
	/* a column that is known to use the comma */
	static const struct amount_case comma[] = {
		{"12.500", 1250000},
		{"12,50", 1250},
		{"1.234.567,8", 123456780},
		{"12.5", REFUSED},
		{"1,2,3", REFUSED},
		{"12,500", 1250},
		{"1,234,567", REFUSED},
	};
	CHECK_AMOUNTS(comma, ',');
	static const struct amount_case point[] = {{"12,500", 1250000}, {"12.500", 1250}, {"12,5", REFUSED}};
	CHECK_AMOUNTS(point, '.');
}

TEST(money_finds_the_currency)
{
	struct error err;
	int64_t minor;
	char code[4] = "---";
	MUST(money_parse("¥1,200", "EUR", 0, &minor, code, &err));
	CHECK_STR(code, "JPY");
	CHECK_INT(minor, 1200);
	MUST(money_parse("CHF 1'200.50", "EUR", 0, &minor, code, &err));
	CHECK_STR(code, "CHF");
	MUST(money_parse("TND 1.2345k", "EUR", 0, &minor, code, &err));
	CHECK_INT(minor, 1234500);
	strcpy(code, "---");
	MUST(money_parse("1200", "EUR", 0, &minor, code, &err));
	CHECK_STR(code, "---");
	CHECK_STR(money_find_currency("$"), "USD");
	CHECK_STR(money_find_currency("Euros"), "EUR");
	CHECK_STR(money_find_currency("Kč"), "CZK");
	CHECK_STR(money_find_currency("zł"), "PLN");
	CHECK_STR(money_find_currency(" SEK "), "SEK");
	CHECK_STR(money_find_currency("ALL"), "ALL");
	CHECK_STR(money_find_currency("all"), NULL);
	CHECK_STR(money_find_currency(""), NULL);
	CHECK_STR(money_symbol("EUR"), "€");
	CHECK_STR(money_symbol("CHF"), "CHF");
}

TEST(money_is_written_by_language)
{
	struct arena *a = arena_new();
	i18n_use("en");
	CHECK_STR(money_format(a, 1250050, "EUR", false), "€12,500.50");
	CHECK_STR(money_format(a, 1250000, "EUR", false), "€12,500.00");
	CHECK_STR(money_format(a, 1250000, "EUR", true), "€12,500");
	CHECK_STR(money_format(a, -5, "USD", true), "-$0.05");
	CHECK_STR(money_format(a, 1200, "JPY", false), "JPY\u00A01,200");
	i18n_use("fr");
	CHECK_STR(money_format(a, 1250050, "EUR", false), "12\u202F500,50\u00A0€");
	CHECK_STR(money_format(a, 1250000, "EUR", true), "12\u202F500\u00A0€");
	CHECK_STR(money_format(a, 1234567, "TND", false), "1\u202F234,567\u00A0TND");
	CHECK_STR(money_format(a, -5, "USD", true), "-0,05\u00A0$");
	CHECK_STR(money_format(a, 99900, "EUR", true), "999\u00A0€");
	CHECK_STR(money_compact(a, 120000000, "EUR"), "1,2M");
	CHECK_STR(money_compact(a, 250000000000, "EUR"), "2,5Md");
	CHECK_STR(number_format(a, 12482), "12\u202F482");
	i18n_use("en");
	CHECK_STR(number_format(a, -1234567), "-1,234,567");
	CHECK_STR(number_format(a, 999), "999");
	CHECK_STR(number_format(a, INT64_MIN), "-9,223,372,036,854,775,808");
	CHECK_STR(money_decimal(a, 1250050, "EUR"), "12500.50");
	CHECK_STR(money_decimal(a, -5, "EUR"), "-0.05");
	CHECK_STR(money_decimal(a, 5, "JPY"), "5");
	CHECK_STR(money_decimal(a, INT64_MIN, "EUR"), "-92233720368547758.08");
	arena_free(&a);
}

TEST(money_compact_rounds_at_the_steps)
{
	i18n_use("en");
	struct arena *a = arena_new();
	static const struct {
		int64_t euros;
		const char *want;
	} cases[] = {{0, "0"}, {950, "950"}, {1000, "1k"}, {1050, "1.1k"}, {1200, "1.2k"}, {9900, "9.9k"},
		{9960, "10k"}, {48000, "48k"}, {48499, "48k"}, {48500, "49k"}, {999499, "999k"}, {999500, "1M"},
		{1200000, "1.2M"}, {12000000, "12M"}, {2500000000, "2.5G"}, {-48000, "-48k"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_STR(money_compact(a, cases[i].euros * 100, "EUR"), cases[i].want);
	CHECK_STR(money_compact(a, 49, "EUR"), "0");
	CHECK_STR(money_compact(a, -49, "EUR"), "0");
	CHECK_STR(money_compact(a, 99950, "EUR"), "1k");
	CHECK_STR(money_compact(a, INT64_MAX, "EUR"), "92233720G");
	arena_free(&a);
}

TEST(money_decimal_is_the_inverse_of_parse)
{
	i18n_use("fr"); /* machine form must not depend on the language */
	struct arena *a = arena_new();
	unsigned seed = 3;
	static const char *const codes[] = {"EUR", "JPY", "TND", "CLF"};
	for (int i = 0; i < 50000; i++) {
		int64_t v = (int64_t)((uint64_t)rand_r(&seed) << 33 ^ (uint64_t)rand_r(&seed) << 10 ^
				      (uint64_t)rand_r(&seed));
		v >>= rand_r(&seed) % 50;
		if (i % 2)
			v = -v;
		const char *code = codes[i % 4];
		if (parse(money_decimal(a, v, code), code, '.') != v)
			CHECK_INT(parse(money_decimal(a, v, code), code, '.'), v);
		if (parse(money_format(a, v, code, i % 3 == 0), code, ',') != v)
			CHECK_INT(parse(money_format(a, v, code, i % 3 == 0), code, ','), v);
		if (i % 1000 == 0)
			arena_reset(a);
	}
	i18n_use("en");
	arena_free(&a);
}

TEST(decimal_parse_gives_one_form)
{
	i18n_use("en");
	struct arena *a = arena_new();
	struct error err;
	static const struct {
		const char *text, *want;
	} cases[] = {{"1 234,50", "1234.5"}, {"1,234.50", "1234.5"}, {"007", "7"}, {"-0.0", "0"}, {"0", "0"},
		{".5", "0.5"}, {"-,25", "-0.25"}, {"12.", "12"}, {"3.14159265358979", "3.14159265358979"},
		{"123456789012345678901234567890.5", "123456789012345678901234567890.5"}, {"1,234", "1234"},
		{"+5", "5"}, {" 5 ", "5"}, {"", NULL}, {"-", NULL}, {"5%", NULL}, {"1e3", NULL}, {"1,2,3", NULL},
		{"0x10", NULL}, {"1 2", NULL}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *out = NULL;
		(void)decimal_parse(a, cases[i].text, '\0', &out, &err);
		test_check_str(out, cases[i].want, cases[i].text, __FILE__, __LINE__);
	}
	char lengthy[80];
	memset(lengthy, '9', 70);
	lengthy[70] = '\0';
	const char *out = NULL;
	CHECK_INT(decimal_parse(a, lengthy, 0, &out, &err), ST_LIMIT);
	arena_free(&a);
}

TEST(integer_parse_refuses_fractions)
{
	i18n_use("en");
	struct error err;
	int64_t v = 9;
	MUST(integer_parse("12 482", &v, &err));
	CHECK_INT(v, 12482);
	MUST(integer_parse("-1,234,567", &v, &err));
	CHECK_INT(v, -1234567);
	MUST(integer_parse("12.0", &v, &err));
	CHECK_INT(v, 12);
	MUST(integer_parse("9223372036854775807", &v, &err));
	CHECK_INT(v, INT64_MAX);
	MUST(integer_parse("-9223372036854775808", &v, &err));
	CHECK_INT(v, INT64_MIN);
	CHECK_INT(integer_parse("9223372036854775808", &v, &err), ST_LIMIT);
	CHECK_INT(integer_parse("12.5", &v, &err), ST_INVALID);
	CHECK_INT(integer_parse("12a", &v, &err), ST_INVALID);
	CHECK_INT(integer_parse("", &v, &err), ST_INVALID);
	CHECK(strstr(err.message, "not a number") != NULL);
}
