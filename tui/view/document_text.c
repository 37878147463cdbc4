#include "tui/view/document_text.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/country.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"

struct sheet {
	const struct document *d;
	struct arena *a;
	struct styled *out;
	int width;
};

#define SAY(s, msgid) i18n_get_in((s)->d->language, msgid)

static bool said(const char *text)
{
	return text && *text;
}

/* Lines in parts */

void line_put(struct text_line *l, enum role role, const char *text)
{
	struct arena *a = arena_new();
	const char *clean = text_clean(a, text ? text : "");
	styled_add(l->out, role, clean);
	l->col += text_width(clean);
	arena_free(&a);
}

void line_pad(struct text_line *l, int col)
{
	for (; l->col < col; l->col++)
		styled_add(l->out, ROLE_TEXT, " ");
}

void line_put_right(struct text_line *l, enum role role, int right, const char *text)
{
	line_pad(l, right - text_width(text ? text : ""));
	line_put(l, role, text);
}

void line_end(struct text_line *l)
{
	styled_add(l->out, ROLE_TEXT, "\n");
	l->col = 0;
}

static void blank(struct sheet *s)
{
	styled_add(s->out, ROLE_TEXT, "\n");
}

static void rule(struct sheet *s, int from)
{
	struct text_line l = {s->out, 0};
	line_pad(&l, from);
	for (int i = from; i < s->width; i++)
		styled_add(s->out, ROLE_RULE, "─");
	line_end(&l);
}

/* What of a text fits into `room` cells, between words where there are any; *rest is what is left. */
static const char *piece(struct sheet *s, const char *text, int room, const char **rest)
{
	int used;
	size_t n = text_fit(text, room, &used);
	if (!text[n]) {
		*rest = "";
		return text;
	}
	size_t at = n;
	while (at > n / 2 && text[at] != ' ')
		at--;
	n = text[at] == ' ' ? at : n;
	*rest = text + n + strspn(text + n, " ");
	if (n == 0)
		*rest = "";
	return arena_strndup(s->a, text, n);
}

/* Values */

static const char *date(struct sheet *s, const char *iso)
{
	static const char *const months[] = {NC_("month", "January"), NC_("month", "February"), NC_("month", "March"), NC_("month", "April"), NC_("month", "May"), NC_("month", "June"),
		NC_("month", "July"), NC_("month", "August"), NC_("month", "September"), NC_("month", "October"), NC_("month", "November"), NC_("month", "December")};
	int64_t days;
	int year, month, day;
	if (!said(iso) || !clock_parse_iso_date(iso, &days))
		return iso ? iso : "";
	clock_civil_from_days(days, &year, &month, &day);
	return arena_printf(s->a, "%d %s %d", day, SAY(s, months[month - 1]), year);
}

static const char *amount(struct sheet *s, int64_t minor)
{
	return money_format_in(s->a, s->d->language, minor, s->d->currency ? s->d->currency : "");
}

static const char *number(struct sheet *s, const char *decimal, int decimals)
{
	return decimal_format_in(s->a, s->d->language, decimal ? decimal : "", decimals);
}

static const char *percent(struct sheet *s, int bp)
{
	return arena_printf(s->a, "%s %%", number(s, arena_printf(s->a, "%d.%02d", bp / 100, bp % 100), 0));
}

static const char *category(struct sheet *s, enum vat_category c)
{
	static const char *const names[VAT_CATEGORIES] = {[VAT_STANDARD] = "", [VAT_ZERO] = NC_("VAT", "Zero rated"), [VAT_EXEMPT] = NC_("VAT", "Exempt"),
		[VAT_REVERSE_CHARGE] = NC_("VAT", "Reverse charge"), [VAT_INTRA_COMMUNITY] = NC_("VAT", "Intra-community supply"), [VAT_EXPORT] = NC_("VAT", "Export"),
		[VAT_OUT_OF_SCOPE] = NC_("VAT", "Outside the scope of VAT")};
	return *names[c] ? SAY(s, names[c]) : "";
}

/* Head: what it is, its dates; seller and buyer beside each other */

static void head(struct sheet *s)
{
	static const char *const titles[DOCUMENT_KINDS] = {[DOCUMENT_QUOTE] = NC_("document", "Quote"), [DOCUMENT_INVOICE] = NC_("document", "Invoice"),
		[DOCUMENT_DEPOSIT] = NC_("document", "Deposit invoice"), [DOCUMENT_CREDIT_NOTE] = NC_("document", "Credit note")};
	const struct document *d = s->d;
	struct text_line l = {s->out, 0};
	line_put(&l, ROLE_TITLE, SAY(s, titles[d->kind]));
	line_put(&l, ROLE_TITLE, "  ");
	line_put(&l, said(d->number) ? ROLE_TITLE : ROLE_WARN, said(d->number) ? d->number : SAY(s, NC_("document", "DRAFT")));
	if (d->version > 1)
		line_put(&l, ROLE_DIM, arena_printf(s->a, "  v%d", d->version));
	line_end(&l);
	if (said(d->title))
		styled_format(s->out, ROLE_DIM, "%s\n", text_clean(s->a, d->title));
	blank(s);
}

struct party_lines {
	const char *line[12];
	int n;
};

static void add(struct party_lines *p, const char *text)
{
	if (said(text) && p->n < (int)(sizeof p->line / sizeof *p->line))
		p->line[p->n++] = text;
}

static struct party_lines party_lines(struct sheet *s, const struct party *p)
{
	struct party_lines out = {0};
	const char *place = arena_printf(s->a, "%s%s%s", said(p->postal_code) ? p->postal_code : "", said(p->postal_code) && said(p->city) ? " " : "", said(p->city) ? p->city : "");
	add(&out, said(p->legal_form) ? arena_printf(s->a, "%s, %s", p->name ? p->name : "", p->legal_form) : p->name ? p->name : "—");
	add(&out, said(p->contact) ? arena_printf(s->a, SAY(s, N_("Attn: %s")), p->contact) : NULL);
	add(&out, p->street);
	add(&out, p->street2);
	add(&out, place);
	add(&out, said(p->country) ? country_name(s->a, p->country, s->d->language) : NULL);
	add(&out, said(p->siret) ? arena_printf(s->a, "SIRET %s", p->siret) : said(p->siren) ? arena_printf(s->a, "SIREN %s", p->siren) : NULL);
	add(&out, said(p->vat_number) ? arena_printf(s->a, SAY(s, N_("VAT no. %s")), p->vat_number) : NULL);
	add(&out, p->email);
	return out;
}

static const char *cut(struct sheet *s, const char *text, int room)
{
	int used;
	const char *clean = text_clean(s->a, text);
	size_t n = text_fit(clean, room, &used);
	return clean[n] ? arena_printf(s->a, "%s…", arena_strndup(s->a, clean, text_fit(clean, room - 1, &used))) : clean;
}

static void parties(struct sheet *s)
{
	struct party_lines left = party_lines(s, &s->d->seller), right = party_lines(s, &s->d->buyer);
	struct text_line l = {s->out, 0};
	int middle = s->width / 2;
	line_pad(&l, middle);
	line_put(&l, ROLE_LABEL, SAY(s, s->d->kind == DOCUMENT_QUOTE ? NC_("document", "Prepared for") : NC_("document", "Billed to")));
	line_end(&l);
	for (int i = 0; i < left.n || i < right.n; i++) {
		enum role role = i ? ROLE_DIM : ROLE_TEXT;
		if (i < left.n)
			line_put(&l, role, cut(s, left.line[i], middle - 2));
		line_pad(&l, middle);
		if (i < right.n)
			line_put(&l, i ? ROLE_TEXT : ROLE_TITLE, cut(s, right.line[i], s->width - middle));
		line_end(&l);
	}
	blank(s);
}

static void fact(struct text_line *l, struct sheet *s, const char *label, const char *value)
{
	if (!said(value))
		return;
	int need = text_width(label) + 1 + text_width(value);
	if (l->col && l->col + 3 + need > s->width)
		line_end(l);
	if (l->col)
		line_put(l, ROLE_TEXT, "   ");
	line_put(l, ROLE_LABEL, label);
	line_put(l, ROLE_TEXT, " ");
	line_put(l, ROLE_TEXT, value);
}

static void facts(struct sheet *s)
{
	const struct document *d = s->d;
	struct text_line l = {s->out, 0};
	fact(&l, s, SAY(s, NC_("document", "Date")), date(s, d->issue_date));
	fact(&l, s, SAY(s, NC_("document", "Due date")), date(s, d->due_date));
	fact(&l, s, SAY(s, NC_("document", "Valid until")), date(s, d->expiry_date));
	fact(&l, s, SAY(s, NC_("document", "Delivery date")), date(s, d->delivery_date));
	fact(&l, s, SAY(s, NC_("document", "Your reference")), d->buyer_reference);
	fact(&l, s, SAY(s, NC_("document", "Purchase order")), d->po_number);
	fact(&l, s, SAY(s, NC_("document", "Corrects invoice")), d->kind == DOCUMENT_CREDIT_NOTE ? d->corrects : NULL);
	if (l.col) {
		line_end(&l);
		blank(s);
	}
}

/* The lines: numbers end under each other */

enum { NUMBERS = 4 }; /* quantity, price, VAT, net */

struct table {
	const char **cell[NUMBERS];
	const char *title[NUMBERS];
	int right[NUMBERS], name;
};

static const char *quantity(struct sheet *s, const struct document_line *l)
{
	static const char *const plain[] = {"C62", "H87", "EA", ""};
	bool hidden = !said(l->unit);
	for (size_t i = 0; !hidden && i < sizeof plain / sizeof *plain; i++)
		hidden = strcmp(plain[i], l->unit) == 0;
	return hidden ? number(s, l->quantity, 0) : arena_printf(s->a, "%s %s", number(s, l->quantity, 0), strcmp(l->unit, "HUR") == 0 ? "h" : strcmp(l->unit, "DAY") == 0 ? SAY(s, NC_("unit", "days")) : l->unit);
}

static struct table table_of(struct sheet *s)
{
	const struct document *d = s->d;
	struct table t = {.title = {SAY(s, NC_("document", "Quantity")), SAY(s, NC_("document", "Unit price")), SAY(s, NC_("document", "VAT")), SAY(s, NC_("document", "Net amount"))}};
	int right = s->width;
	for (int k = 0; k < NUMBERS; k++)
		t.cell[k] = arena_alloc(s->a, (d->n_lines + 1) * sizeof *t.cell[k]);
	for (size_t i = 0; i < d->n_lines; i++) {
		const struct document_line *l = &d->lines[i];
		t.cell[0][i] = quantity(s, l);
		t.cell[1][i] = number(s, l->unit_price, money_digits(d->currency ? d->currency : ""));
		t.cell[2][i] = l->category == VAT_STANDARD ? percent(s, l->rate_bp) : vat_code(l->category);
		t.cell[3][i] = d->totals.lines ? amount(s, d->totals.lines[i]) : "";
	}
	for (int k = NUMBERS - 1; k >= 0; k--) {
		int widest = text_width(t.title[k]);
		for (size_t i = 0; i < d->n_lines; i++)
			widest = text_width(t.cell[k][i]) > widest ? text_width(t.cell[k][i]) : widest;
		t.right[k] = right;
		right -= widest + 2;
	}
	t.name = right < 16 ? 16 : right;
	return t;
}

static void more_of(struct sheet *s, const struct document_line *l, int room)
{
	struct text_line out = {s->out, 0};
	const char *rest = said(l->description) ? text_clean_lines(s->a, l->description) : "";
	while (*rest) {
		const char *end = rest + strcspn(rest, "\n"), *left = "";
		const char *line = arena_strndup(s->a, rest, (size_t)(end - rest));
		do {
			line_put(&out, ROLE_DIM, "  ");
			line_put(&out, ROLE_DIM, piece(s, line, room - 2, &left));
			line_end(&out);
			line = left;
		} while (*left);
		rest = *end ? end + 1 : end;
	}
	if (said(l->period_start) && said(l->period_end))
		styled_format(s->out, ROLE_DIM, "  %s – %s\n", date(s, l->period_start), date(s, l->period_end));
	bool pct = said(l->discount_pct) && strspn(l->discount_pct, "0.") < strlen(l->discount_pct);
	if (pct || l->discount)
		styled_format(s->out, ROLE_DIM, "  %s %s\n", SAY(s, NC_("document", "Discount")), pct ? arena_printf(s->a, "%s %%", number(s, l->discount_pct, 0)) : amount(s, l->discount));
}

static void lines(struct sheet *s)
{
	const struct document *d = s->d;
	struct table t = table_of(s);
	struct text_line l = {s->out, 0};
	line_put(&l, ROLE_HEADER, SAY(s, NC_("document", "Description")));
	for (int k = 0; k < NUMBERS; k++)
		line_put_right(&l, ROLE_HEADER, t.right[k], t.title[k]);
	line_end(&l);
	rule(s, 0);
	for (size_t i = 0; i < d->n_lines; i++) {
		const char *rest = text_clean(s->a, d->lines[i].name ? d->lines[i].name : "");
		line_put(&l, ROLE_TEXT, piece(s, rest, t.name, &rest));
		for (int k = 0; k < NUMBERS; k++)
			line_put_right(&l, k == 3 ? ROLE_TEXT : ROLE_DIM, t.right[k], t.cell[k][i]);
		line_end(&l);
		while (*rest) {
			line_put(&l, ROLE_TEXT, piece(s, rest, t.name, &rest));
			line_end(&l);
		}
		more_of(s, &d->lines[i], t.name);
	}
	if (!d->n_lines)
		styled_add(s->out, ROLE_DIM, "—\n");
}

/* Sums: VAT by rate at the left, the totals at the right */

struct sum {
	const char *label, *value;
	enum role role;
};

static int sums_of(struct sheet *s, struct sum out[6])
{
	const struct bill_totals *t = &s->d->totals;
	bool credit = s->d->kind == DOCUMENT_CREDIT_NOTE, owed = s->d->kind == DOCUMENT_INVOICE || s->d->kind == DOCUMENT_DEPOSIT;
	int n = 0;
	out[n++] = (struct sum){SAY(s, NC_("document", "Total excl. VAT")), amount(s, t->net), ROLE_TEXT};
	out[n++] = (struct sum){SAY(s, NC_("document", "Total VAT")), amount(s, t->tax), ROLE_TEXT};
	out[n++] = (struct sum){SAY(s, credit ? NC_("document", "Total credited") : NC_("document", "Total incl. VAT")), amount(s, t->gross), ROLE_TITLE};
	if (t->paid)
		out[n++] = (struct sum){SAY(s, NC_("document", "Already paid")), amount(s, -t->paid), ROLE_TEXT};
	if (owed && t->paid)
		out[n++] = (struct sum){SAY(s, NC_("document", "Amount due")), amount(s, t->due), ROLE_TITLE};
	return n;
}

static const char *tax_line(struct sheet *s, const struct bill_tax *x)
{
	const char *what = vat_needs_reason(x->category) || x->category == VAT_ZERO ? category(s, x->category) : arena_printf(s->a, "%s %s", SAY(s, NC_("document", "VAT")), percent(s, x->rate_bp));
	return vat_needs_reason(x->category) ? arena_printf(s->a, "%s  %s", what, amount(s, x->base)) : arena_printf(s->a, "%s  %s → %s", what, amount(s, x->base), amount(s, x->tax));
}

static void sums(struct sheet *s)
{
	const struct bill_totals *t = &s->d->totals;
	struct sum sum[6];
	struct text_line l = {s->out, 0};
	int n = sums_of(s, sum), from = s->width - 36 > s->width / 2 ? s->width - 36 : s->width / 2;
	rule(s, 0);
	for (int i = 0; i < n || i < (int)t->n_taxes; i++) {
		if (i < (int)t->n_taxes)
			line_put(&l, ROLE_DIM, cut(s, tax_line(s, &t->taxes[i]), from - 2));
		if (i < n) {
			line_pad(&l, from);
			line_put(&l, sum[i].role == ROLE_TITLE ? ROLE_TITLE : ROLE_LABEL, sum[i].label);
			line_put_right(&l, sum[i].role, s->width, sum[i].value);
		}
		line_end(&l);
	}
	for (size_t i = 0; i < t->n_taxes; i++)
		if (said(t->taxes[i].exemption))
			styled_format(s->out, ROLE_DIM, "%s: %s\n", category(s, t->taxes[i].category), t->taxes[i].exemption);
}

static void words(struct sheet *s, const char *label, const char *text)
{
	if (!said(text))
		return;
	blank(s);
	styled_format(s->out, ROLE_LABEL, "%s\n", label);
	styled_format(s->out, ROLE_TEXT, "%s\n", text_clean_lines(s->a, text));
}

static void payment(struct sheet *s)
{
	const struct document *d = s->d;
	struct text_line l = {s->out, 0};
	if (d->kind == DOCUMENT_QUOTE || d->kind == DOCUMENT_CREDIT_NOTE || (!said(d->iban) && !said(d->pay_url)))
		return;
	blank(s);
	if (d->paid) {
		styled_format(s->out, ROLE_OK, "%s\n", SAY(s, N_("Paid in full: nothing is left to pay.")));
		return;
	}
	styled_format(s->out, ROLE_LABEL, "%s\n", SAY(s, NC_("document", "Payment")));
	fact(&l, s, "IBAN", d->iban);
	fact(&l, s, "BIC", d->bic);
	fact(&l, s, SAY(s, NC_("document", "Reference")), said(d->rf_reference) ? d->rf_reference : d->number);
	if (l.col)
		line_end(&l);
	if (said(d->pay_url))
		styled_format(s->out, ROLE_LINK, "%s\n", d->pay_url);
}

void document_text(const struct document *d, int width, struct styled *out)
{
	struct sheet s = {d, arena_new(), out, width};
	head(&s);
	parties(&s);
	facts(&s);
	lines(&s);
	sums(&s);
	payment(&s);
	words(&s, SAY(&s, NC_("document", "Terms")), d->terms);
	words(&s, SAY(&s, NC_("document", "Notes")), d->notes);
	arena_free(&s.a);
}
