/* Telling what a column holds: see columns.h. Dates are column_date.c's,
 * the other shapes column_shape.c's.
 *
 * Every value is tried against every kind, which counts its hits and remembers the line of its first miss. At the end
 * the most telling kind that fits all values wins; in longer columns one value in ten may be something else, since real
 * files have a "to be confirmed" in a date column.
 */
#include "core/crm/io/columns.h"

#include "core/base/i18n.h"
#include "core/crm/io/column_date.h"
#include "core/crm/io/column_shape.h"

#include <stdlib.h>
#include <string.h>

enum { SET_SIZE = 2 * COLUMN_DISTINCT, SAMPLE_BYTES = 80, STRICT_BELOW = 10, PATIENCE = 200 };

struct column_scan {
	size_t rows, blanks, longest;
	size_t hit[COLUMN_KINDS];
	long miss_line[COLUMN_KINDS]; /* of the first value that is not of the kind; 0 none */
	size_t fractions, points, commas, open, percents, currencies;
	char currency[4];
	bool several_currencies;
	size_t timed, day_first, month_first, unclear; /* unclear: dates that need an order */
	size_t serials, compacts, zero_ones, digit_phones, strong_phones;
	uint64_t set[SET_SIZE];
	size_t distinct;
	struct arena *a;
	const char *sample[COLUMN_SAMPLES];
	size_t samples;
};

struct column_scan *column_scan_new(void)
{
	struct column_scan *c = mem_zalloc(sizeof *c);
	c->a = arena_new();
	return c;
}

void column_scan_free(struct column_scan **c)
{
	if (!*c)
		return;
	arena_free(&(*c)->a);
	free(*c);
	*c = NULL;
}

const char *column_kind_name(enum column_kind k)
{
	static const char *const names[COLUMN_KINDS] = {N_("empty"), N_("whole number"), N_("decimal number"),
		N_("amount of money"), N_("date"), N_("date and time"), N_("yes or no"), N_("e-mail address"),
		N_("telephone number"), N_("web address"), N_("text")};
	return _(names[k]);
}

/* The scan */

/* A kind that not half of the first values have will not have nine in ten of all. */
static bool hopeless(const struct column_scan *c, enum column_kind k)
{
	size_t values = c->rows - c->blanks;
	return values > PATIENCE && c->hit[k] * 2 < values;
}

static void hit(struct column_scan *c, enum column_kind k, bool yes, long line)
{
	if (yes)
		c->hit[k]++;
	else if (!c->miss_line[k])
		c->miss_line[k] = line;
}

static bool only_digits(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == '\0';
}

static void add_number(struct column_scan *c, const char *s, long line)
{
	if (hopeless(c, COLUMN_MONEY))
		return;
	struct number_shape n = {0};
	bool number = number_shape_scan(s, &n);
	bool plain = number && !n.currency;
	hit(c, COLUMN_MONEY, number && !n.leading_zero, line);
	hit(c, COLUMN_DECIMAL, plain && !n.leading_zero, line);
	hit(c, COLUMN_INTEGER, plain && !n.leading_zero && !n.fraction && !n.percent, line);
	if (!number)
		return;
	c->fractions += n.fraction;
	c->percents += n.percent;
	c->open += n.open;
	c->points += n.decimal == '.';
	c->commas += n.decimal == ',';
	if (n.currency) {
		c->several_currencies = c->several_currencies ||
					(c->currencies && strcmp(c->currency, n.currency) != 0);
		memcpy(c->currency, n.currency, sizeof c->currency);
		c->currencies++;
	}
	/* what must hold for all values is looked at only while it has held for all before */
	int64_t unused;
	size_t before = c->rows - c->blanks - 1;
	if (c->serials == before) /* 1919 to 2100 */
		c->serials += column_read_date(s, DATE_SERIAL, &unused) && atof(s) >= 7300 && atof(s) < 73100;
	if (c->compacts == before)
		c->compacts += only_digits(s) && strlen(s) == 8 && column_read_date(s, DATE_CLEAR, &unused);
	if (c->zero_ones == before)
		c->zero_ones += strcmp(s, "0") == 0 || strcmp(s, "1") == 0;
	if (c->digit_phones == before)
		c->digit_phones += only_digits(s) && n.digits >= 7 && n.digits <= 15;
}

static void add_date(struct column_scan *c, const char *s, long line)
{
	if (hopeless(c, COLUMN_DATE))
		return;
	struct date_shape d;
	bool date = date_shape_scan(s, &d);
	hit(c, COLUMN_DATE, date, line);
	if (!date)
		return;
	c->timed += d.timed;
	if (!d.clear) {
		c->unclear++;
		c->day_first += d.day_first;
		c->month_first += d.month_first;
	}
}

static void add_distinct(struct column_scan *c, const char *s)
{
	if (c->distinct == COLUMN_DISTINCT)
		return;
	uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
	for (const char *p = s; *p; p++)
		h = (h ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
	h += h == 0;
	size_t at = h % SET_SIZE;
	while (c->set[at] && c->set[at] != h)
		at = (at + 1) % SET_SIZE;
	if (c->set[at] == h)
		return;
	c->set[at] = h;
	c->distinct++;
	if (c->samples < COLUMN_SAMPLES) {
		size_t n = strlen(s);
		if (n > SAMPLE_BYTES) {
			n = SAMPLE_BYTES;
			while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80)
				n--;
		}
		c->sample[c->samples++] = arena_strndup(c->a, s, n);
	}
}

void column_scan_add(struct column_scan *c, const char *value, long line)
{
	c->rows++;
	if (column_is_blank(value)) {
		c->blanks++;
		return;
	}
	size_t n = strlen(value);
	if (n > c->longest)
		c->longest = n;
	add_distinct(c, value);
	bool yes, strong = false;
	hit(c, COLUMN_EMAIL, strchr(value, '@') && emails_shape(value), line);
	if (!hopeless(c, COLUMN_URL))
		hit(c, COLUMN_URL, strchr(value, '.') && column_is_url(value), line);
	if (!hopeless(c, COLUMN_BOOL))
		hit(c, COLUMN_BOOL, n <= 24 && column_read_bool(value, &yes), line);
	if (!hopeless(c, COLUMN_PHONE)) {
		bool phone = phone_shape(value, &strong);
		hit(c, COLUMN_PHONE, phone, line);
		c->strong_phones += phone && strong;
	}
	add_date(c, value, line);
	add_number(c, value, line);
}

/* The verdict */

static bool fits(const struct column_scan *c, enum column_kind k)
{
	size_t values = c->rows - c->blanks, misses = values - c->hit[k];
	return misses == 0 || (values >= STRICT_BELOW && misses * 10 <= values);
}

static enum column_kind verdict(const struct column_scan *c)
{
	size_t values = c->rows - c->blanks;
	if (values == 0)
		return COLUMN_EMPTY;
	if (fits(c, COLUMN_EMAIL))
		return COLUMN_EMAIL;
	if (fits(c, COLUMN_DATE))
		return c->timed ? COLUMN_DATETIME : COLUMN_DATE;
	if (fits(c, COLUMN_BOOL) && c->zero_ones < c->hit[COLUMN_BOOL])
		return COLUMN_BOOL;
	if (fits(c, COLUMN_PHONE) && c->strong_phones * 4 >= values &&
		(c->strong_phones > 0 && !fits(c, COLUMN_INTEGER)))
		return COLUMN_PHONE;
	if (fits(c, COLUMN_MONEY) && c->currencies > 0)
		return COLUMN_MONEY;
	if (fits(c, COLUMN_INTEGER) && c->fractions == 0)
		return c->open ? COLUMN_DECIMAL : COLUMN_INTEGER;
	if (fits(c, COLUMN_DECIMAL))
		return COLUMN_DECIMAL;
	if (fits(c, COLUMN_PHONE))
		return COLUMN_PHONE;
	return fits(c, COLUMN_URL) ? COLUMN_URL : COLUMN_TEXT;
}

static enum date_order verdict_order(const struct column_scan *c)
{
	if (c->unclear == 0)
		return DATE_CLEAR;
	bool day = c->day_first == c->unclear, month = c->month_first == c->unclear;
	return day && !month ? DATE_DAY_FIRST : month && !day ? DATE_MONTH_FIRST : DATE_AMBIGUOUS;
}

void column_scan_profile(const struct column_scan *c, struct column_profile *out)
{
	struct column_profile p = {.rows = c->rows,
		.blanks = c->blanks,
		.distinct = c->distinct,
		.longest = c->longest,
		.samples = c->samples};
	memcpy(p.sample, c->sample, sizeof p.sample);
	size_t values = c->rows - c->blanks;
	p.kind = verdict(c);
	enum column_kind counted = p.kind == COLUMN_DATETIME ? COLUMN_DATE : p.kind;
	if (p.kind != COLUMN_TEXT && p.kind != COLUMN_EMPTY) {
		p.exceptions = values - c->hit[counted];
		p.exception_line = c->miss_line[counted];
	}
	if (p.kind == COLUMN_DATE || p.kind == COLUMN_DATETIME)
		p.order = verdict_order(c);
	if (p.kind == COLUMN_DECIMAL || p.kind == COLUMN_MONEY) {
		p.decimal = c->points > c->commas ? '.' : c->commas > c->points ? ',' : '\0';
		p.decimal_open = !p.decimal && (c->open || c->points);
		p.percent = c->percents > 0;
	}
	if (p.kind == COLUMN_MONEY) {
		p.several_currencies = c->several_currencies;
		if (!p.several_currencies)
			memcpy(p.currency, c->currency, sizeof p.currency);
	}
	p.may_be_serial = (p.kind == COLUMN_INTEGER || p.kind == COLUMN_DECIMAL) && c->serials == values;
	p.may_be_compact = p.kind == COLUMN_INTEGER && c->compacts == values;
	p.may_be_bool = p.kind == COLUMN_INTEGER && c->zero_ones == values;
	p.may_be_phone = p.kind == COLUMN_INTEGER && c->digit_phones == values;
	*out = p;
}
