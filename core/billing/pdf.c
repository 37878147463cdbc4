/* The page: head with logo, title, parties and facts, then lines, sums, payment and what is said in words, then a footer on each page. */
#include "core/billing/pdf.h"

#include <string.h>

#include "core/base/country.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/billing/pdf_parts.h"

#define BUYER_TOP 154.0F /* the base line of the buyer's name: 54 mm down, in the window of an envelope (45 to 85 mm) */

static const struct pdf_style label = {8.5F, INK_SOFT, false}, value = {9, INK_TEXT, false}, soft = {8.5F, INK_SOFT, false}, small = {7.5F, INK_SOFT, false},
			      heading = {9, INK_TEXT, true};

/* The title, the number below it, and the mark of a draft, at the right. */
static void draw_title(struct sheet *s)
{
	const struct document *d = s->d;
	const struct pdf_style big = {22, INK_ACCENT, true}, number = {10.5F, INK_TEXT, false}, mark = {8.5F, INK_ACCENT, true};
	pdf_put_right(s, &big, PDF_RIGHT, 66, pdf_title(s));
	if (!pdf_said(d->number)) {
		const char *draft = pdf_say(s, NC_("document", "DRAFT"));
		float width = pdf_measure(s, &mark, draft) + 16;
		pdf_frame(s, PDF_RIGHT - width, 76, width, 17, INK_ACCENT);
		pdf_put_right(s, &mark, PDF_RIGHT - 8, 87.5F, draft);
		return;
	}
	const char *text = pdf_line(s, d->number);
	if (d->version > 1)
		text = arena_printf(s->a, pdf_say(s, NC_("document", "%s, version %d")), text, d->version);
	pdf_put_right(s, &number, PDF_RIGHT, 84, pdf_clip(s, &number, 240, text));
}

/* Lines going down in a column, each clipped or broken in two. */
static void draw_lines(struct sheet *s, const struct pdf_style *st, float x, float width, float step, const char *text)
{
	struct pdf_lines lines = pdf_wrap(s, st, width, pdf_line(s, text), 2);
	for (size_t i = 0; i < lines.n; i++) {
		s->y += step;
		pdf_put(s, st, x, s->y, lines.line[i]);
	}
}

/* "75011 Paris", "Springfield IL 62701" is how it was typed. */
static const char *town(struct sheet *s, const struct party *p)
{
	const char *parts[2] = {p->postal_code, p->city};
	return pdf_joined(s, " ", parts, 2);
}

static const char *land(struct sheet *s, const struct party *p)
{
	return pdf_said(p->country) ? country_name(s->a, p->country, s->d->language) : NULL;
}

static bool same_country(const struct document *d)
{
	return pdf_said(d->seller.country) && pdf_said(d->buyer.country) && text_eq_fold(d->seller.country, d->buyer.country);
}

static enum status draw_seller(struct sheet *s, const struct pdf_options *o, struct error *err)
{
	const struct party *p = &s->d->seller;
	const struct pdf_style name = {15, INK_ACCENT, true};
	float logo = 0;
	s->y = 46;
	if (o && o->logo) {
		enum status st = pdf_logo(s, o->logo, o->logo_n, PDF_LEFT, 46, 180, 46, &logo, err);
		if (st != ST_OK)
			return st;
		s->y += logo + 8;
		draw_lines(s, &heading, PDF_LEFT, 220, 12, p->name);
	} else {
		draw_lines(s, &name, PDF_LEFT, 240, 19, p->name);
		s->y += 4;
	}
	draw_lines(s, &soft, PDF_LEFT, 220, 12, p->street);
	draw_lines(s, &soft, PDF_LEFT, 220, 12, p->street2);
	draw_lines(s, &soft, PDF_LEFT, 220, 12, town(s, p));
	draw_lines(s, &soft, PDF_LEFT, 220, 12, p->region);
	if (!same_country(s->d))
		draw_lines(s, &soft, PDF_LEFT, 220, 12, land(s, p));
	const char *reach[2] = {p->email, p->phone};
	draw_lines(s, &soft, PDF_LEFT, 250, 12, pdf_joined(s, " · ", reach, 2));
	return ST_OK;
}

static void draw_buyer(struct sheet *s)
{
	const struct party *p = &s->d->buyer;
	const struct pdf_style name = {10.5F, INK_TEXT, true}, line = {9.5F, INK_TEXT, false};
	float width = PDF_RIGHT - PDF_COLUMN;
	pdf_put(s, &small, PDF_COLUMN, BUYER_TOP - 16, pdf_say(s, s->d->kind == DOCUMENT_QUOTE ? NC_("document", "Prepared for") : NC_("document", "Billed to")));
	s->y = BUYER_TOP - 13;
	const char *whole = pdf_line(s, p->name), *form = pdf_line(s, p->legal_form);
	draw_lines(s, &name, PDF_COLUMN, width, 13, *form && !strstr(whole, form) ? arena_printf(s->a, "%s %s", whole, form) : whole);
	if (pdf_said(p->contact))
		draw_lines(s, &line, PDF_COLUMN, width, 13, arena_printf(s->a, pdf_say(s, N_("Attn: %s")), pdf_line(s, p->contact)));
	draw_lines(s, &line, PDF_COLUMN, width, 13, p->street);
	draw_lines(s, &line, PDF_COLUMN, width, 13, p->street2);
	draw_lines(s, &line, PDF_COLUMN, width, 13, town(s, p));
	draw_lines(s, &line, PDF_COLUMN, width, 13, p->region);
	if (!same_country(s->d))
		draw_lines(s, &line, PDF_COLUMN, width, 13, land(s, p));
	const struct party numbers = {.siren = p->siren, .siret = p->siret, .vat_number = p->vat_number};
	const char *legal = pdf_legal_line(s, &numbers);
	if (*legal) {
		s->y += 3;
		draw_lines(s, &small, PDF_COLUMN, width, 11, legal);
	}
}

static void fact(struct sheet *s, const char *name, const char *text)
{
	if (!pdf_said(text))
		return;
	s->y += 14;
	pdf_put(s, &label, PDF_LEFT, s->y, name);
	pdf_put(s, &value, PDF_LEFT + 104, s->y, pdf_clip(s, &value, PDF_COLUMN - PDF_LEFT - 104 - 16, text));
}

static const char *operation(struct sheet *s)
{
	static const struct {
		const char *code, *text;
	} kinds[] = {{"goods", NC_("document", "Supply of goods")}, {"services", NC_("document", "Supply of services")}, {"mixed", NC_("document", "Goods and services")}};
	for (size_t i = 0; s->d->operation && i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].code, s->d->operation) == 0)
			return pdf_say(s, kinds[i].text);
	return "";
}

static void draw_facts(struct sheet *s)
{
	const struct document *d = s->d;
	bool bill = d->kind == DOCUMENT_INVOICE || d->kind == DOCUMENT_DEPOSIT;
	fact(s, pdf_say(s, NC_("document", "Date")), pdf_date(s, d->issue_date));
	if (bill)
		fact(s, pdf_say(s, NC_("document", "Due date")), pdf_date(s, d->due_date));
	if (d->kind == DOCUMENT_QUOTE)
		fact(s, pdf_say(s, NC_("document", "Valid until")), pdf_date(s, d->expiry_date));
	fact(s, pdf_say(s, NC_("document", "Delivery date")), pdf_date(s, d->delivery_date));
	if (pdf_said(d->corrects)) {
		const char *parts[2] = {d->corrects, pdf_date(s, d->corrects_date)};
		bool credit = d->kind == DOCUMENT_CREDIT_NOTE;
		fact(s, pdf_say(s, credit ? NC_("document", "Corrects invoice") : NC_("document", "Preceding invoice")), pdf_joined(s, ", ", parts, 2));
	}
	fact(s, pdf_say(s, NC_("document", "Purchase order")), pdf_line(s, d->po_number));
	fact(s, pdf_say(s, NC_("document", "Your reference")), pdf_line(s, d->buyer_reference));
	fact(s, pdf_say(s, NC_("document", "Operation")), operation(s));
}

static enum status draw_head(struct sheet *s, const struct pdf_options *o, struct error *err)
{
	enum status st = draw_seller(s, o, err);
	if (st != ST_OK)
		return st;
	float seller = s->y;
	draw_title(s);
	draw_buyer(s);
	float buyer = s->y;
	s->y = seller + 8 > BUYER_TOP - 14 ? seller + 8 : BUYER_TOP - 14;
	draw_facts(s);
	s->y = (s->y > buyer ? s->y : buyer) + 30;
	if (pdf_said(s->d->title)) {
		const struct pdf_style about = {11, INK_TEXT, true};
		draw_lines(s, &about, PDF_LEFT, PDF_RIGHT - PDF_LEFT, 14, s->d->title);
		s->y += 16;
	}
	return ST_OK;
}

/* What is said in words: a heading, then the text, over pages when it must. */
static void draw_words(struct sheet *s, const char *title, const char *text, const struct pdf_style *st, float step)
{
	struct pdf_lines lines = pdf_wrap(s, st, PDF_RIGHT - PDF_LEFT, pdf_text(s, text), 0);
	if (!lines.n)
		return;
	pdf_need(s, (title ? 34 : 14) + step * (float)(lines.n < 3 ? lines.n : 3));
	pdf_gap(s, title ? 26 : 14);
	if (title) {
		pdf_put(s, &heading, PDF_LEFT, s->y, title);
		s->y += 3;
	}
	for (size_t i = 0; i < lines.n; i++) {
		pdf_need(s, step);
		s->y += step;
		pdf_put(s, st, PDF_LEFT, s->y, lines.line[i]);
	}
}

/* A French seller writing in French: article L441-9 of the commercial code wants these on the invoice; without other terms the law's own rate holds (L441-10, II). */
static void draw_legal(struct sheet *s)
{
	const struct document *d = s->d;
	const char *country = d->seller.country;
	bool french = pdf_french(s) && (!pdf_said(country) || text_eq_fold(country, "FR") || text_eq_fold(country, "France"));
	if (!french || (d->kind != DOCUMENT_INVOICE && d->kind != DOCUMENT_DEPOSIT))
		return;
	const char *debits = d->vat_on_debits ? pdf_say(s, N_("VAT paid on the basis of debits.")) : "";
	const char *late =
		pdf_say(s, N_("Late payment: unless the terms above say otherwise, penalties at the rate of the European Central Bank plus 10 points fall due without a reminder, "
			      "and a fixed charge of €40 for the costs of recovery (articles L441-10 and D441-5 of the French commercial code)."));
	pdf_gap(s, 8);
	draw_words(s, NULL, arena_printf(s->a, "%s\n%s", debits, late), &small, 10.5F);
}

/* Where the customer signs a quote. */
static void draw_acceptance(struct sheet *s)
{
	if (s->d->kind != DOCUMENT_QUOTE)
		return;
	float left = PDF_COLUMN;
	pdf_need(s, 110);
	pdf_gap(s, 34);
	pdf_put(s, &heading, left, s->y, pdf_say(s, NC_("document", "Accepted")));
	pdf_put(s, &small, left, s->y + 13, pdf_say(s, N_("Date, name and signature")));
	pdf_rule(s, left, PDF_RIGHT, s->y + 64, 0.5F, INK_HAIR);
	s->y += 66;
}

/* Footers, and the running head of further pages, when the number of pages is known. */
static void draw_frame(struct sheet *s)
{
	const struct party *p = &s->d->seller;
	const struct pdf_style foot = {7, INK_SOFT, false}, running = {8, INK_SOFT, false};
	float width = PDF_RIGHT - PDF_LEFT - 70;
	const char *address[] = {p->street, p->street2, town(s, p), land(s, p), p->email, p->phone};
	struct pdf_lines legal = pdf_wrap(s, &foot, width, pdf_legal_line(s, p), 2);
	struct pdf_lines where = pdf_wrap(s, &foot, width, pdf_joined(s, " · ", address, sizeof address / sizeof *address), 2);
	const char *parts[] = {pdf_title(s), pdf_said(s->d->number) ? s->d->number : pdf_say(s, NC_("document", "DRAFT")), p->name};
	const char *head = pdf_clip(s, &running, PDF_RIGHT - PDF_LEFT, pdf_joined(s, " · ", parts, 3));
	for (size_t i = 0; i < s->n_pages; i++) {
		s->page = s->pages[i];
		if (i > 0) {
			pdf_put(s, &running, PDF_LEFT, 58, head);
			pdf_rule(s, PDF_LEFT, PDF_RIGHT, 66, 0.5F, INK_HAIR);
		}
		pdf_rule(s, PDF_LEFT, PDF_RIGHT, 784, 0.5F, INK_HAIR);
		float y = 796;
		for (size_t k = 0; k < legal.n; k++, y += 9.5F)
			pdf_put(s, &foot, PDF_LEFT, y, legal.line[k]);
		for (size_t k = 0; k < where.n; k++, y += 9.5F)
			pdf_put(s, &foot, PDF_LEFT, y, where.line[k]);
		pdf_put_right(s, &foot, PDF_RIGHT, 796, arena_printf(s->a, pdf_say(s, N_("Page %d / %d")), (int)i + 1, (int)s->n_pages));
	}
}

static void describe(struct sheet *s)
{
	const struct document *d = s->d;
	const struct pdf_style any = {1, INK_TEXT, false};
	const char *parts[] = {pdf_title(s), pdf_said(d->number) ? d->number : pdf_say(s, NC_("document", "DRAFT")), d->title};
	const char *title = pdf_clip(s, &any, 120, pdf_joined(s, " · ", parts, 3)), *author = pdf_clip(s, &any, 120, pdf_line(s, d->seller.name));
	(void)HPDF_SetInfoAttr(s->pdf, HPDF_INFO_TITLE, title);
	if (*author)
		(void)HPDF_SetInfoAttr(s->pdf, HPDF_INFO_AUTHOR, author);
	(void)HPDF_SetInfoAttr(s->pdf, HPDF_INFO_CREATOR, "Simplix");
	if (pdf_said(d->hash))
		(void)HPDF_SetInfoAttr(s->pdf, HPDF_INFO_KEYWORDS, pdf_clip(s, &any, 120, pdf_line(s, arena_printf(s->a, "SHA-256 %s", d->hash))));
}

static enum status make(struct sheet *s, const struct pdf_options *o, struct buf *out, struct error *err)
{
	enum status st = pdf_open(s, o ? o->made_at : 0, err);
	if (st != ST_OK)
		return st;
	describe(s);
	pdf_new_page(s);
	st = draw_head(s, o, err);
	if (st != ST_OK)
		return st;
	pdf_table(s, pdf_sums_height(s));
	pdf_sums(s);
	pdf_payment(s);
	draw_words(s, pdf_say(s, NC_("document", "Terms")), s->d->terms, &soft, 11.5F);
	draw_words(s, pdf_say(s, NC_("document", "Notes")), s->d->notes, &soft, 11.5F);
	draw_legal(s);
	draw_acceptance(s);
	if (!s->full)
		draw_frame(s);
	return pdf_save(s, out, err);
}

enum status pdf_make(const struct document *d, const struct pdf_options *o, struct buf *out, struct error *err)
{
	struct sheet s = {.d = d, .a = arena_new()};
	enum status st = make(&s, o, out, err);
	pdf_close(&s);
	arena_free(&s.a);
	return st;
}
