/* Below the lines: VAT by category and rate at the left, the sums at the right, and how to pay. */
#include "core/billing/pdf_parts.h"

#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/billing/epc.h"

#define STEP 15.0F
#define REASON_STEP 10.5F
#define SIDE 92.0F /* of a QR code, its quiet zone included: more than 3 cm, read from half a metre */

static const struct pdf_style head = {8, INK_ACCENT, true}, label = {9, INK_SOFT, false}, value = {9, INK_TEXT, false}, small = {8, INK_SOFT, false},
			      strong = {9.5F, INK_TEXT, true}, due_style = {12, INK_ACCENT, true}, link_style = {8.5F, INK_ACCENT, false}, caption = {7.5F, INK_SOFT, false};

/* The sums */

enum weight { PLAIN, STRONG, DUE };

struct sum {
	const char *label;
	int64_t amount;
	enum weight weight;
};

static size_t add(struct sum *out, size_t n, const char *name, int64_t amount, enum weight weight)
{
	out[n] = (struct sum){name, amount, weight};
	return n + 1;
}

/* The sums that say something, at most 8. */
static size_t sums_of(struct sheet *s, struct sum out[8])
{
	const struct bill_totals *t = &s->d->totals;
	bool credit = s->d->kind == DOCUMENT_CREDIT_NOTE, owed = s->d->kind == DOCUMENT_INVOICE || s->d->kind == DOCUMENT_DEPOSIT;
	size_t n = 0;
	if (t->allowances || t->charges)
		n = add(out, n, pdf_say(s, NC_("document", "Sum of the lines")), t->lines_net, PLAIN);
	if (t->allowances)
		n = add(out, n, pdf_say(s, NC_("document", "Discounts")), -t->allowances, PLAIN);
	if (t->charges)
		n = add(out, n, pdf_say(s, NC_("document", "Charges")), t->charges, PLAIN);
	n = add(out, n, pdf_say(s, NC_("document", "Total excl. VAT")), t->net, PLAIN);
	n = add(out, n, pdf_say(s, NC_("document", "Total VAT")), t->tax, PLAIN);
	bool last = (!owed && !t->paid) || (s->d->paid && !t->paid);
	const char *gross = credit && last ? NC_("document", "Total credited") : NC_("document", "Total incl. VAT");
	n = add(out, n, pdf_say(s, gross), t->gross, last ? DUE : STRONG);
	if (t->paid)
		n = add(out, n, pdf_say(s, credit ? NC_("document", "Already refunded") : NC_("document", "Already paid")), -t->paid, PLAIN);
	if (!last)
		n = add(out, n, pdf_say(s, credit ? NC_("document", "Still to be refunded") : NC_("document", "Amount due")), s->d->paid ? 0 : t->due, DUE);
	return n;
}

static float sum_step(const struct sum *sum)
{
	return sum->weight == DUE ? 30 : sum->weight == STRONG ? 16 : STEP;
}

static void draw_sum(struct sheet *s, const struct sum *sum, float y)
{
	struct pdf_style left = sum->weight == PLAIN ? label : strong, right = sum->weight == PLAIN ? value : strong;
	if (sum->weight == DUE) {
		pdf_rule(s, PDF_COLUMN, PDF_RIGHT, y + 5, 0.9F, INK_ACCENT);
		left = right = due_style;
		left.size = 10.5F;
		y += 11;
	}
	const char *amount = pdf_amount(s, sum->amount);
	float room = PDF_RIGHT - PDF_COLUMN - 12 - pdf_measure(s, &left, sum->label);
	while (right.size > 6 && pdf_measure(s, &right, amount) > room)
		right.size -= 0.5F;
	pdf_put(s, &left, PDF_COLUMN, y + 11, sum->label);
	pdf_put_right(s, &right, PDF_RIGHT, y + 11, amount);
}

/* VAT by category and rate */

struct tax_table {
	struct pdf_style number;
	float base, tax, width; /* right edges, from the left */
	struct pdf_lines *reasons;
	float height;
};

static void place_tax(struct sheet *s, struct tax_table *t)
{
	const struct bill_totals *o = &s->d->totals;
	const char *titles[2] = {pdf_say(s, NC_("document", "Taxable amount")), pdf_say(s, NC_("document", "VAT amount"))};
	for (t->number = value;; t->number.size -= 0.5F) {
		float base = pdf_measure(s, &head, titles[0]), tax = pdf_measure(s, &head, titles[1]);
		for (size_t i = 0; i < o->n_taxes; i++) {
			float b = pdf_measure(s, &t->number, pdf_amount(s, o->taxes[i].base)), x = pdf_measure(s, &t->number, pdf_amount(s, o->taxes[i].tax));
			base = b > base ? b : base;
			tax = x > tax ? x : tax;
		}
		t->tax = PDF_LEFT + t->width;
		t->base = t->tax - tax - 12;
		if (t->base - base > PDF_LEFT + 64 || t->number.size < 5)
			return;
	}
}

static const char *tax_name(struct sheet *s, const struct bill_tax *x)
{
	if (!vat_needs_reason(x->category)) {
		const char *parts[2] = {pdf_rate(s, x->rate_bp), x->category == VAT_STANDARD ? NULL : pdf_category(s, x->category)};
		return pdf_joined(s, " · ", parts, 2);
	}
	return vat_code(x->category);
}

/* What explains a category: its name and the reason as it was given, in full. */
static struct pdf_lines reason_of(struct sheet *s, const struct bill_tax *x, float width)
{
	if (!vat_needs_reason(x->category) && !pdf_said(x->exemption))
		return (struct pdf_lines){0};
	const char *parts[2] = {pdf_category(s, x->category), pdf_line(s, x->exemption)};
	const char *name = text_fold(s->a, parts[0]), *reason = text_fold(s->a, parts[1]);
	if (strncmp(reason, name, strlen(name)) == 0) /* it says so itself */
		parts[0] = "";
	return pdf_wrap(s, &small, width, pdf_joined(s, pdf_french(s) ? "\u00A0: " : ": ", parts, 2), 0);
}

static struct tax_table tax_table(struct sheet *s)
{
	const struct bill_totals *o = &s->d->totals;
	struct tax_table t = {.width = PDF_COLUMN - PDF_LEFT - 34, .reasons = arena_alloc(s->a, (o->n_taxes + 1) * sizeof *t.reasons), .height = 20};
	place_tax(s, &t);
	for (size_t i = 0; i < o->n_taxes; i++) {
		t.reasons[i] = reason_of(s, &o->taxes[i], t.width);
		t.height += STEP + (float)t.reasons[i].n * REASON_STEP + (t.reasons[i].n ? 4 : 0);
	}
	if (!o->n_taxes)
		t.height = 0;
	return t;
}

/* It fits beside the sums, or pages are turned in its midst. */
static void draw_taxes(struct sheet *s, const struct tax_table *t)
{
	const struct bill_totals *o = &s->d->totals;
	if (!o->n_taxes)
		return;
	s->y += 8;
	pdf_put(s, &head, PDF_LEFT, s->y, pdf_say(s, NC_("document", "VAT")));
	pdf_put_right(s, &head, t->base, s->y, pdf_say(s, NC_("document", "Taxable amount")));
	pdf_put_right(s, &head, t->tax, s->y, pdf_say(s, NC_("document", "VAT amount")));
	s->y += 5;
	pdf_rule(s, PDF_LEFT, PDF_LEFT + t->width, s->y, 0.5F, INK_HAIR);
	for (size_t i = 0; i < o->n_taxes; i++) {
		pdf_need(s, STEP + REASON_STEP);
		s->y += STEP;
		pdf_put(s, &value, PDF_LEFT, s->y - 2, tax_name(s, &o->taxes[i]));
		pdf_put_right(s, &t->number, t->base, s->y - 2, pdf_amount(s, o->taxes[i].base));
		pdf_put_right(s, &t->number, t->tax, s->y - 2, pdf_amount(s, o->taxes[i].tax));
		for (size_t k = 0; k < t->reasons[i].n; k++) {
			pdf_need(s, REASON_STEP);
			s->y += REASON_STEP;
			pdf_put(s, &small, PDF_LEFT, s->y - 2, t->reasons[i].line[k]);
		}
		s->y += t->reasons[i].n ? 4 : 0;
	}
}

float pdf_sums_height(struct sheet *s)
{
	struct sum list[8];
	size_t n = sums_of(s, list);
	float sums = 0, taxes = tax_table(s).height;
	for (size_t i = 0; i < n; i++)
		sums += sum_step(&list[i]);
	return 16 + (sums > taxes ? sums : taxes);
}

void pdf_sums(struct sheet *s)
{
	struct sum list[8];
	size_t n = sums_of(s, list);
	struct tax_table taxes = tax_table(s);
	float whole = PDF_BOTTOM - PDF_TOP - 24, height = pdf_sums_height(s);
	pdf_need(s, height < whole ? height : 150);
	s->y += 16;
	float top = s->y, y = top;
	for (size_t i = 0; i < n; i++) {
		draw_sum(s, &list[i], y);
		y += sum_step(&list[i]);
	}
	size_t page = s->n_pages;
	draw_taxes(s, &taxes);
	if (s->n_pages == page && s->y < y)
		s->y = y;
}

/* Paying */

/* The text of a transfer; NULL where none is wanted. */
static const char *transfer(struct sheet *s)
{
	const struct document *d = s->d;
	const char *name = pdf_said(d->account_name) ? d->account_name : d->seller.name, *payload;
	if (!d->currency || strcmp(d->currency, "EUR") != 0 || d->totals.due <= 0)
		return NULL;
	const struct epc_transfer t = {.bic = d->bic, .name = name, .iban = d->iban, .amount = d->totals.due, .reference = d->rf_reference, .text = d->number};
	return epc_payload(&t, s->a, &payload, NULL) == ST_OK ? payload : NULL;
}

/* A code with what it is for below it, its right edge at x; the left edge of what is left. */
static float draw_code(struct sheet *s, const char *payload, const char *text, const char *url, float x, float y)
{
	struct qr q;
	if (!payload || qr_make_printed(s->a, payload, &q, NULL) != ST_OK)
		return x;
	pdf_qr(s, &q, x - SIDE, y, SIDE);
	if (url)
		pdf_link(s, x - SIDE, y, SIDE, SIDE, url);
	struct pdf_lines lines = pdf_wrap(s, &caption, SIDE - 6, text, 3);
	for (size_t i = 0; i < lines.n; i++)
		pdf_put(s, &caption, x - SIDE / 2 - pdf_measure(s, &caption, lines.line[i]) / 2, y + SIDE + 4 + 9.5F * (float)i, lines.line[i]);
	return x - SIDE - 20;
}

static void fact(struct sheet *s, const char *name, const char *text, float width)
{
	if (!*text)
		return;
	s->y += 14;
	pdf_put(s, &label, PDF_LEFT, s->y, name);
	pdf_put(s, &value, PDF_LEFT + 96, s->y, pdf_clip(s, &value, width - 96, text));
}

static void draw_facts(struct sheet *s, float width)
{
	const struct document *d = s->d;
	const char *account = pdf_said(d->account_name) ? d->account_name : d->seller.name;
	s->y += 2;
	if (pdf_said(d->due_date))
		fact(s, pdf_say(s, NC_("document", "Due date")), pdf_date(s, d->due_date), width);
	if (pdf_said(d->iban)) {
		fact(s, pdf_say(s, NC_("document", "Account holder")), pdf_line(s, account), width);
		fact(s, "IBAN", pdf_line(s, iban_spaced(s->a, pdf_line(s, d->iban))), width);
		fact(s, "BIC", pdf_line(s, d->bic), width);
		fact(s, pdf_say(s, NC_("document", "Reference")), pdf_said(d->rf_reference) ? iban_spaced(s->a, pdf_line(s, d->rf_reference)) : pdf_line(s, d->number), width);
	}
	if (!pdf_said(d->pay_url) || !pdf_said(d->number))
		return;
	s->y += 20;
	pdf_put(s, &label, PDF_LEFT, s->y, pdf_say(s, NC_("document", "Pay online")));
	struct pdf_lines url = pdf_wrap(s, &link_style, width, pdf_line(s, d->pay_url), 3);
	for (size_t i = 0; i < url.n; i++) {
		s->y += 12;
		pdf_put(s, &link_style, PDF_LEFT, s->y, url.line[i]);
		pdf_link(s, PDF_LEFT, s->y - 9, pdf_measure(s, &link_style, url.line[i]), 12, d->pay_url);
	}
}

void pdf_payment(struct sheet *s)
{
	const struct document *d = s->d;
	bool bill = d->kind == DOCUMENT_INVOICE || d->kind == DOCUMENT_DEPOSIT;
	if (d->paid && bill) {
		pdf_need(s, 40);
		pdf_gap(s, 32);
		pdf_put(s, &strong, PDF_LEFT, s->y, pdf_say(s, N_("Paid in full: nothing is left to pay.")));
	}
	if (!bill || d->paid || d->totals.due <= 0 || !(pdf_said(d->iban) || pdf_said(d->pay_url)))
		return;
	pdf_need(s, 186);
	pdf_gap(s, 34);
	const struct pdf_style title = {10, INK_ACCENT, true};
	pdf_put(s, &title, PDF_LEFT, s->y, pdf_say(s, NC_("document", "Payment")));
	pdf_rule(s, PDF_LEFT, PDF_RIGHT, s->y + 7, 0.5F, INK_HAIR);
	s->y += 9;
	float top = s->y, right = PDF_RIGHT + 6; /* the quiet zone may stand out */
	bool issued = pdf_said(d->number);       /* nobody is to pay a draft */
	right = draw_code(s, issued && pdf_said(d->pay_url) ? d->pay_url : NULL, pdf_say(s, N_("Scan to pay online")), d->pay_url, right, top + 2);
	right = draw_code(s, issued && pdf_said(d->iban) ? transfer(s) : NULL, pdf_say(s, N_("SEPA transfer: scan with your banking app")), NULL, right, top + 2);
	bool codes = right < PDF_RIGHT;
	draw_facts(s, right - PDF_LEFT - 8);
	if (codes && s->y < top + SIDE + 28)
		s->y = top + SIDE + 28;
}
