/* What stands on the page, in the document's own language: titles, dates, amounts, units, the names of VAT categories. */
#include "core/billing/pdf_parts.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/money.h"

bool pdf_french(const struct sheet *s)
{
	return s->d->language && strncmp(s->d->language, "fr", 2) == 0;
}

const char *pdf_title(const struct sheet *s)
{
	static const char *const titles[DOCUMENT_KINDS] = {[DOCUMENT_QUOTE] = NC_("document", "Quote"),
		[DOCUMENT_INVOICE] = NC_("document", "Invoice"),
		[DOCUMENT_DEPOSIT] = NC_("document", "Deposit invoice"),
		[DOCUMENT_CREDIT_NOTE] = NC_("document", "Credit note")};
	return pdf_say(s, titles[s->d->kind]);
}

const char *pdf_date(struct sheet *s, const char *iso)
{
	static const char *const months[] = {NC_("month", "January"), NC_("month", "February"), NC_("month", "March"), NC_("month", "April"), NC_("month", "May"),
		NC_("month", "June"), NC_("month", "July"), NC_("month", "August"), NC_("month", "September"), NC_("month", "October"), NC_("month", "November"),
		NC_("month", "December")};
	int64_t days;
	int year, month, day;
	if (!pdf_said(iso) || !clock_parse_iso_date(iso, &days))
		return pdf_line(s, iso);
	clock_civil_from_days(days, &year, &month, &day);
	return arena_printf(s->a, "%d%s\u00A0%s\u00A0%d", day, pdf_french(s) && day == 1 ? "er" : "", pdf_say(s, months[month - 1]), year);
}

static const char *currency(const struct sheet *s)
{
	return s->d->currency ? s->d->currency : "";
}

const char *pdf_amount(struct sheet *s, int64_t minor)
{
	return pdf_line(s, money_format_in(s->a, s->d->language, minor, currency(s)));
}

const char *pdf_price(struct sheet *s, const char *decimal)
{
	const char *code = currency(s), *symbol = money_symbol(code);
	const char *number = decimal_format_in(s->a, s->d->language, decimal ? decimal : "", money_digits(code));
	if (pdf_french(s))
		return pdf_line(s, arena_printf(s->a, "%s\u00A0%s", number, symbol));
	const char *sign = *number == '-' ? "-" : "";
	return pdf_line(s, arena_printf(s->a, "%s%s%s%s", sign, symbol, symbol == code ? "\u00A0" : "", number + strlen(sign)));
}

const char *pdf_percent(struct sheet *s, const char *decimal)
{
	return pdf_line(s, arena_printf(s->a, "%s%s%%", decimal_format_in(s->a, s->d->language, decimal, 0), pdf_french(s) ? "\u00A0" : ""));
}

const char *pdf_rate(struct sheet *s, int rate_bp)
{
	return pdf_percent(s, arena_printf(s->a, "%d.%02d", rate_bp / 100, rate_bp % 100));
}

/* Is more than one meant? In French what is below two is one. */
static bool many(const struct sheet *s, const char *quantity)
{
	const char *q = quantity + (*quantity == '-');
	size_t whole = strspn(q, "0123456789");
	bool exact = strspn(q + whole, ".0") == strlen(q + whole);
	while (whole > 1 && *q == '0') {
		q++;
		whole--;
	}
	if (pdf_french(s))
		return whole > 1 || *q > '1';
	return !(exact && whole == 1 && *q == '1');
}

/* Of UN/ECE recommendation 20 what quotes and invoices are made of; signs of units are the same in number and language. */
static const struct {
	const char *code, *one, *more;
} units[] = {{"C62", "", ""}, {"H87", "", ""}, {"EA", "", ""}, {"HUR", NC_("unit", "hour"), NC_("unit", "hours")}, {"DAY", NC_("unit", "day"), NC_("unit", "days")},
	{"WEE", NC_("unit", "week"), NC_("unit", "weeks")}, {"MON", NC_("unit", "month"), NC_("unit", "months")}, {"ANN", NC_("unit", "year"), NC_("unit", "years")},
	{"LS", NC_("unit", "lump sum"), NC_("unit", "lump sums")}, {"SET", NC_("unit", "set"), NC_("unit", "sets")}, {"XPK", NC_("unit", "pack"), NC_("unit", "packs")},
	{"XBX", NC_("unit", "box"), NC_("unit", "boxes")}, {"MIN", "min", "min"}, {"SEC", "s", "s"}, {"KGM", "kg", "kg"}, {"GRM", "g", "g"}, {"TNE", "t", "t"}, {"LTR", "l", "l"},
	{"MLT", "ml", "ml"}, {"MTR", "m", "m"}, {"CMT", "cm", "cm"}, {"MMT", "mm", "mm"}, {"KMT", "km", "km"}, {"MTK", "m²", "m²"}, {"MTQ", "m³", "m³"}, {"KWH", "kWh", "kWh"},
	{"P1", "%", "%"}};

const char *pdf_quantity(struct sheet *s, const struct document_line *l)
{
	const char *quantity = l->quantity ? l->quantity : "", *unit = l->unit ? l->unit : "";
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strcmp(unit, units[i].code) == 0) {
			unit = many(s, quantity) ? units[i].more : units[i].one;
			unit = *unit ? pdf_say(s, unit) : "";
			break;
		}
	return pdf_line(s, arena_printf(s->a, "%s%s%s", decimal_format_in(s->a, s->d->language, quantity, 0), *unit ? "\u00A0" : "", unit));
}

const char *pdf_discount(struct sheet *s, const struct document_line *l)
{
	const char *parts[2] = {pdf_said(l->discount_pct) && strspn(l->discount_pct, "0.") < strlen(l->discount_pct) ? pdf_percent(s, l->discount_pct) : NULL,
		l->discount ? pdf_amount(s, l->discount) : NULL};
	return pdf_joined(s, " + ", parts, 2);
}

const char *pdf_category(struct sheet *s, enum vat_category c)
{
	static const char *const names[VAT_CATEGORIES] = {[VAT_STANDARD] = "",
		[VAT_ZERO] = NC_("VAT", "Zero rated"),
		[VAT_EXEMPT] = NC_("VAT", "Exempt"),
		[VAT_REVERSE_CHARGE] = NC_("VAT", "Reverse charge"),
		[VAT_INTRA_COMMUNITY] = NC_("VAT", "Intra-community supply"),
		[VAT_EXPORT] = NC_("VAT", "Export"),
		[VAT_OUT_OF_SCOPE] = NC_("VAT", "Outside the scope of VAT")};
	return *names[c] ? pdf_say(s, names[c]) : "";
}

const char *pdf_joined(struct sheet *s, const char *between, const char *const *parts, size_t n)
{
	const char *out = "";
	for (size_t i = 0; i < n; i++) {
		const char *part = pdf_line(s, parts[i]);
		if (*part)
			out = *out ? arena_printf(s->a, "%s%s%s", out, between, part) : part;
	}
	return out;
}

/* "823 456 789": SIREN and SIRET are read in groups. */
static const char *grouped(struct sheet *s, const char *digits)
{
	size_t n = strlen(digits);
	if (strspn(digits, "0123456789") != n || (n != 9 && n != 14))
		return digits;
	return arena_printf(s->a, "%.3s\u00A0%.3s\u00A0%.3s%s%s", digits, digits + 3, digits + 6, n == 14 ? "\u00A0" : "", digits + 9);
}

const char *pdf_legal_line(struct sheet *s, const struct party *p)
{
	const char *name = pdf_line(s, p->name);
	if (pdf_said(p->legal_form))
		name = arena_printf(s->a, "%s, %s", name, pdf_line(s, p->legal_form));
	if (pdf_said(p->share_capital))
		name = arena_printf(s->a, pdf_say(s, N_("%s with a capital of %s")), name, pdf_line(s, p->share_capital));
	const char *parts[] = {name, pdf_said(p->siret) ? arena_printf(s->a, "SIRET\u00A0%s", grouped(s, p->siret))
			: pdf_said(p->siren)    ? arena_printf(s->a, "SIREN\u00A0%s", grouped(s, p->siren))
						: NULL,
		pdf_said(p->vat_number) ? arena_printf(s->a, pdf_say(s, N_("VAT no. %s")), p->vat_number) : NULL};
	return pdf_joined(s, " · ", parts, sizeof parts / sizeof *parts);
}
