#include "core/billing/totals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/money.h"

typedef __int128 wide;

/* An exact decimal: digits × 10^-scale. */
struct decimal {
	wide digits;
	int scale;
};

enum { DIGITS_MAX = 18, SCALE_MAX = 9, RATE_MAX_BP = 10000 };

static const struct {
	const char *code;
	bool taxed, reason;
} categories[VAT_CATEGORIES] = {[VAT_STANDARD] = {"S", true, false}, [VAT_ZERO] = {"Z", false, false}, [VAT_EXEMPT] = {"E", false, true},
	[VAT_REVERSE_CHARGE] = {"AE", false, true}, [VAT_INTRA_COMMUNITY] = {"K", false, true}, [VAT_EXPORT] = {"G", false, true}, [VAT_OUT_OF_SCOPE] = {"O", false, true}};

const char *vat_code(enum vat_category c)
{
	return categories[c].code;
}

bool vat_from_code(const char *code, enum vat_category *out)
{
	for (int i = 0; i < VAT_CATEGORIES; i++)
		if (strcmp(categories[i].code, code) == 0) {
			*out = (enum vat_category)i;
			return true;
		}
	return false;
}

bool vat_needs_reason(enum vat_category c)
{
	return categories[c].reason;
}

/* Decimals */

/* "-12.50": a sign, digits, perhaps a point and more digits. */
static bool parse(const char *s, struct decimal *out)
{
	struct decimal d = {0, 0};
	bool negative = *s == '-', point = false;
	int digits = 0;
	s += negative;
	if (!*s || *s == '.')
		return false;
	for (; *s; s++) {
		if (*s == '.' && !point && s[1]) {
			point = true;
			continue;
		}
		if (*s < '0' || *s > '9' || digits == DIGITS_MAX || d.scale == SCALE_MAX)
			return false;
		d.digits = d.digits * 10 + (*s - '0');
		digits += d.digits != 0;
		d.scale += point;
	}
	if (negative)
		d.digits = -d.digits;
	*out = d;
	return true;
}

static wide power(int n)
{
	wide p = 1;
	while (n-- > 0)
		p *= 10;
	return p;
}

static wide round_div(wide n, wide by)
{
	wide q = n / by, rest = n % by;
	if (rest < 0)
		rest = -rest;
	if (2 * rest >= by)
		q += n < 0 ? -1 : 1;
	return q;
}

/* To a whole number of the currency's minor units, once. False: no room. */
static bool to_minor(wide digits, int scale, int currency_digits, int64_t *out)
{
	if (scale < currency_digits) {
		if (__builtin_mul_overflow(digits, power(currency_digits - scale), &digits))
			return false;
	} else {
		digits = round_div(digits, power(scale - currency_digits));
	}
	if (digits > INT64_MAX || digits < -(wide)INT64_MAX)
		return false;
	*out = (int64_t)digits;
	return true;
}

/* Lines */

struct totalling {
	int currency_digits;
	struct bill_totals *out;
	size_t taxes_cap;
	struct error *err;
	char field[64];
};

static enum status wrong(struct totalling *t, size_t line, const char *name, const char *why)
{
	(void)snprintf(t->field, sizeof t->field, "lines[%zu].%s", line, name);
	return error_field(t->err, ST_INVALID, t->field, "%s", why);
}

static enum status too_large(struct totalling *t)
{
	return error_set(t->err, ST_LIMIT, _("The amounts are too large to be added up."));
}

static enum status check_tax(struct totalling *t, size_t line, enum vat_category category, int rate_bp, const char *exemption)
{
	if (rate_bp < 0 || rate_bp > RATE_MAX_BP)
		return wrong(t, line, "vat_rate", _("A VAT rate lies between 0 and 100 %."));
	if (categories[category].taxed && rate_bp == 0)
		return wrong(t, line, "vat_rate", _("The standard category needs a rate above 0; for 0 % there is the category Z.")); /* BR-S-5 */
	if (!categories[category].taxed && rate_bp != 0)
		return wrong(t, line, "vat_rate", _("This VAT category has no rate: it must be 0.")); /* BR-Z-5, BR-E-5 … */
	if (vat_needs_reason(category) && (!exemption || !*exemption))
		return wrong(t, line, "exemption", _("Say why no VAT is charged; the reason stands on the document.")); /* BR-E-10 … */
	return ST_OK;
}

/* quantity × price, less the percentage, as one exact decimal. */
static bool gross_of(const struct decimal *quantity, const struct decimal *price, const struct decimal *pct, wide *digits, int *scale)
{
	*scale = quantity->scale + price->scale + pct->scale + 2;
	wide left = 100 * power(pct->scale) - pct->digits; /* what the discount leaves, in parts of 100 × 10^scale */
	return !__builtin_mul_overflow(quantity->digits, price->digits, digits) && !__builtin_mul_overflow(*digits, left, digits);
}

static enum status line_net(struct totalling *t, const struct bill_line *l, size_t i, int64_t *out)
{
	struct decimal quantity, price, pct = {0, 0};
	wide digits;
	int scale;
	if (!parse(l->quantity, &quantity))
		return wrong(t, i, "quantity", _("This is no quantity: at most 18 digits, 9 of them behind the point."));
	if (!parse(l->unit_price, &price))
		return wrong(t, i, "unit_price", _("This is no price: at most 18 digits, 9 of them behind the point."));
	if (price.digits < 0)
		return wrong(t, i, "unit_price", _("A price is not negative: take a line back with a negative quantity.")); /* BR-27 */
	if (l->discount_pct && (!parse(l->discount_pct, &pct) || pct.digits < 0 || pct.digits > 100 * power(pct.scale)))
		return wrong(t, i, "discount_pct", _("A discount lies between 0 and 100 %."));
	if (l->discount < 0)
		return wrong(t, i, "discount", _("A discount is not negative."));
	enum status st = check_tax(t, i, l->category, l->rate_bp, l->exemption);
	if (st != ST_OK)
		return st;
	if (!gross_of(&quantity, &price, &pct, &digits, &scale) || !to_minor(digits, scale, t->currency_digits, out) || __builtin_sub_overflow(*out, l->discount, out))
		return too_large(t);
	return ST_OK;
}

/* VAT */

static struct bill_tax *tax_of(struct totalling *t, enum vat_category category, int rate_bp)
{
	struct bill_totals *o = t->out;
	for (size_t i = 0; i < o->n_taxes; i++)
		if (o->taxes[i].category == category && o->taxes[i].rate_bp == rate_bp)
			return &o->taxes[i];
	mem_grow(&o->taxes, &t->taxes_cap, o->n_taxes + 1, sizeof *o->taxes);
	o->taxes[o->n_taxes] = (struct bill_tax){.category = category, .rate_bp = rate_bp};
	return &o->taxes[o->n_taxes++];
}

static bool add_base(struct totalling *t, enum vat_category category, int rate_bp, const char *exemption, int64_t amount)
{
	struct bill_tax *x = tax_of(t, category, rate_bp);
	if (!x->exemption)
		x->exemption = exemption;
	return !__builtin_add_overflow(x->base, amount, &x->base);
}

static int by_category(const void *a, const void *b)
{
	const struct bill_tax *x = a, *y = b;
	return x->category != y->category ? (x->category > y->category) - (x->category < y->category) : (x->rate_bp < y->rate_bp) - (x->rate_bp > y->rate_bp);
}

static enum status charge_tax(struct totalling *t)
{
	struct bill_totals *o = t->out;
	bool outside = false, inside = false;
	if (o->n_taxes)
		qsort(o->taxes, o->n_taxes, sizeof *o->taxes, by_category);
	for (size_t i = 0; i < o->n_taxes; i++) {
		struct bill_tax *x = &o->taxes[i];
		outside |= x->category == VAT_OUT_OF_SCOPE;
		inside |= x->category != VAT_OUT_OF_SCOPE;
		x->tax = (int64_t)round_div((wide)x->base * x->rate_bp, 10000); /* no larger than the base */
		if (__builtin_add_overflow(o->tax, x->tax, &o->tax))
			return too_large(t);
	}
	if (outside && inside) /* BR-O-11 to 14 */
		return error_field(t->err, ST_INVALID, "vat_category", _("What is out of the scope of VAT cannot stand on a document with what is not."));
	return ST_OK;
}

/* Adding up */

static enum status add_lines(struct totalling *t, const struct bill_line *lines, size_t n)
{
	enum status st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		st = line_net(t, &lines[i], i, &t->out->lines[i]);
		if (st == ST_OK && (__builtin_add_overflow(t->out->lines_net, t->out->lines[i], &t->out->lines_net) ||
					   !add_base(t, lines[i].category, lines[i].rate_bp, lines[i].exemption, t->out->lines[i])))
			st = too_large(t);
	}
	return st;
}

static enum status add_adjustments(struct totalling *t, const struct bill_adjustment *list, size_t n)
{
	enum status st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		const struct bill_adjustment *j = &list[i];
		int64_t *sum = j->amount < 0 ? &t->out->allowances : &t->out->charges;
		st = check_tax(t, i, j->category, j->rate_bp, j->exemption);
		if (st == ST_OK && (j->amount == INT64_MIN || __builtin_add_overflow(*sum, j->amount < 0 ? -j->amount : j->amount, sum) ||
					   !add_base(t, j->category, j->rate_bp, j->exemption, j->amount)))
			st = too_large(t);
	}
	return st;
}

enum status bill_total(const struct bill_line *lines, size_t n, const struct bill_adjustment *adjustments, size_t n_adjustments, const char *currency, int64_t paid,
	struct arena *a, struct bill_totals *out, struct error *err)
{
	struct bill_totals o = {.lines = arena_alloc(a, (n + 1) * sizeof *o.lines), .paid = paid};
	struct totalling t = {.currency_digits = money_digits(currency), .out = &o, .err = err};
	if (t.currency_digits < 0)
		return error_field(err, ST_INVALID, "currency", _("“%s” is no currency."), currency);
	enum status st = add_lines(&t, lines, n);
	if (st == ST_OK)
		st = add_adjustments(&t, adjustments, n_adjustments);
	if (st == ST_OK)
		st = charge_tax(&t);
	if (st == ST_OK && (__builtin_sub_overflow(o.lines_net, o.allowances, &o.net) || __builtin_add_overflow(o.net, o.charges, &o.net) ||
				   __builtin_add_overflow(o.net, o.tax, &o.gross) || __builtin_sub_overflow(o.gross, paid, &o.due)))
		st = too_large(&t);
	struct bill_tax *kept = arena_alloc(a, (o.n_taxes + 1) * sizeof *kept);
	if (o.n_taxes)
		memcpy(kept, o.taxes, o.n_taxes * sizeof *kept);
	free(o.taxes);
	o.taxes = kept;
	if (st == ST_OK)
		*out = o;
	return st;
}
