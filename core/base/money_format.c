/* Money and numbers for people and for machines: see money.h. */
#include "core/base/money.h"

#include "core/base/i18n.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* |v| without the overflow of INT64_MIN. */
static uint64_t magnitude(int64_t v)
{
	return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

static uint64_t power_of_ten(int n)
{
	uint64_t p = 1;
	while (n-- > 0)
		p *= 10;
	return p;
}

static int digits_of(const char *currency)
{
	int d = money_digits(currency);
	return d < 0 ? 2 : d; /* a row from a newer version may carry a code we do not know */
}

/* n digits in groups of three. */
static char *group_digits(struct arena *a, const char *digits, int n, const char *sep)
{
	char *out = arena_alloc(a, (size_t)n + (size_t)(n / 3) * strlen(sep) + 1), *p = out;
	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			p = stpcpy(p, sep);
		*p++ = digits[i];
	}
	*p = '\0';
	return out;
}

static char *grouped(struct arena *a, uint64_t v, const char *sep)
{
	char plain[24];
	int n = snprintf(plain, sizeof plain, "%" PRIu64, v);
	return group_digits(a, plain, n, sep);
}

char *number_format(struct arena *a, int64_t n)
{
	char *digits = grouped(a, magnitude(n), i18n_group_separator());
	return n < 0 ? arena_printf(a, "-%s", digits) : digits;
}

static char *money_text(struct arena *a, const char *lang, int64_t minor, const char *currency, bool short_form)
{
	int digits = digits_of(currency);
	uint64_t unit = power_of_ten(digits), v = magnitude(minor);
	const char *sign = minor < 0 ? "-" : "", *symbol = money_symbol(currency);
	char *number = grouped(a, v / unit, i18n_group_separator_in(lang));
	if (digits && !(short_form && v % unit == 0))
		number = arena_printf(a, "%s%s%0*" PRIu64, number, i18n_decimal_point_in(lang), digits, v % unit);
	if (i18n_decimal_point_in(lang)[0] == ',')
		return arena_printf(a, "%s%s\u00A0%s", sign, number, symbol);
	return arena_printf(a, "%s%s%s%s", sign, symbol, symbol == currency ? "\u00A0" : "", number);
}

char *money_format(struct arena *a, int64_t minor, const char *currency, bool short_form)
{
	return money_text(a, i18n_lang(), minor, currency, short_form);
}

char *money_format_in(struct arena *a, const char *lang, int64_t minor, const char *currency)
{
	return money_text(a, lang, minor, currency, false);
}

char *decimal_format_in(struct arena *a, const char *lang, const char *decimal, int decimals)
{
	bool negative = *decimal == '-';
	const char *s = decimal + negative;
	int whole = (int)strspn(s, "0123456789"), behind = s[whole] == '.' ? (int)strspn(s + whole + 1, "0123456789") : 0;
	if (!whole || s[whole + (behind ? behind + 1 : 0)])
		return arena_strdup(a, decimal);
	const char *fraction = behind ? s + whole + 1 : "";
	decimals = decimals < 0 ? 0 : decimals;
	while (behind > decimals && fraction[behind - 1] == '0')
		behind--;
	while (whole > 1 && *s == '0') {
		s++;
		whole--;
	}
	char *digits = group_digits(a, s, whole, i18n_group_separator_in(lang));
	if (!behind && !decimals)
		return arena_printf(a, "%s%s", negative ? "-" : "", digits);
	return arena_printf(a, "%s%s%s%.*s%.*d", negative ? "-" : "", digits, i18n_decimal_point_in(lang), behind, fraction, decimals > behind ? decimals - behind : 0, 0);
}

char *money_decimal(struct arena *a, int64_t minor, const char *currency)
{
	int digits = digits_of(currency);
	uint64_t unit = power_of_ten(digits), v = magnitude(minor);
	const char *sign = minor < 0 ? "-" : "";
	if (!digits)
		return arena_printf(a, "%s%" PRIu64, sign, v);
	return arena_printf(a, "%s%" PRIu64 ".%0*" PRIu64, sign, v / unit, digits, v % unit);
}

char *money_compact(struct arena *a, int64_t minor, const char *currency)
{
	static const struct {
		uint64_t size;
		const char *suffix;
	} steps[] = {{1, ""}, {1000, "k"}, {1000000, "M"}, {1000000000, NC_("billion", "G")}};
	uint64_t unit = power_of_ten(digits_of(currency)), v = magnitude(minor);
	const char *sign = minor < 0 ? "-" : "";
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		bool last = i + 1 == sizeof steps / sizeof *steps;
		uint64_t step = unit * steps[i].size;
		/* tenths below ten of a step, whole numbers above; what rounds up to the next step is shown there */
		uint64_t tenths = v / step * 10 + (v % step * 10 + step / 2) / step;
		if (i > 0 && tenths < 100 && tenths % 10)
			return arena_printf(a, "%s%" PRIu64 "%s%" PRIu64 "%s", sign, tenths / 10, i18n_decimal_point(),
				tenths % 10, _(steps[i].suffix));
		uint64_t whole = v / step + (v % step >= step - step / 2);
		if (whole < 1000 || last)
			return arena_printf(a, "%s%" PRIu64 "%s", whole ? sign : "", whole, _(steps[i].suffix));
	}
	return arena_strdup(a, ""); /* not reached: the last step always answers */
}
