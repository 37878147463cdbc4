/* The table of lines. Numbers stand in columns as wide as the widest of them, the description has the rest. A row stays whole where a page can hold it; the head comes again on each page,
 * and the last row stays with the sums below it. */
#include "core/billing/pdf_parts.h"

#include "core/base/mem.h"

enum column { QUANTITY, PRICE, DISCOUNT, VAT, NET, COLUMNS };

#define GAP 14.0F
#define PAD 6.5F
#define NAME_STEP 12.5F
#define MORE_STEP 10.5F

struct row {
	const char *cell[COLUMNS];
	struct pdf_lines name, more; /* description and period */
	float height;
};

struct table {
	struct pdf_style head, number, name, more;
	const char *title[COLUMNS];
	bool shown[COLUMNS];
	float right[COLUMNS];
	float text_width;
};

static void draw_head(struct sheet *s, void *with)
{
	const struct table *t = with;
	float y = s->y + 8;
	pdf_put(s, &t->head, PDF_LEFT, y, pdf_say(s, NC_("document", "Description")));
	for (int c = 0; c < COLUMNS; c++)
		if (t->shown[c])
			pdf_put_right(s, &t->head, t->right[c], y, t->title[c]);
	pdf_rule(s, PDF_LEFT, PDF_RIGHT, y + 6, 0.9F, INK_ACCENT);
	s->y = y + 6;
}

/* What a row's VAT cell says: its rate, or the code of the category that the table of VAT explains. */
static const char *vat_cell(struct sheet *s, const struct document_line *l)
{
	return vat_needs_reason(l->category) ? vat_code(l->category) : pdf_rate(s, l->rate_bp);
}

static void fill_cells(struct sheet *s, size_t i, const char *cell[COLUMNS])
{
	static const struct pdf_style widest = {9, INK_TEXT, false};
	const struct document_line *l = &s->d->lines[i];
	cell[QUANTITY] = pdf_clip(s, &widest, 120, pdf_quantity(s, l)); /* a unit is as it was typed */
	cell[PRICE] = pdf_price(s, l->unit_price);
	cell[DISCOUNT] = pdf_discount(s, l);
	cell[VAT] = vat_cell(s, l);
	cell[NET] = s->d->totals.lines ? pdf_amount(s, s->d->totals.lines[i]) : "";
}

/* Columns for these cells in the table's size; what they leave for the description. */
static float place_columns(struct sheet *s, struct table *t, const struct row *rows)
{
	float right = PDF_RIGHT;
	for (int c = COLUMNS - 1; c >= 0; c--) {
		float width = pdf_measure(s, &t->head, t->title[c]);
		for (size_t i = 0; i < s->d->n_lines; i++) {
			float w = pdf_measure(s, &t->number, rows[i].cell[c]);
			width = w > width ? w : width;
		}
		if (!t->shown[c])
			continue;
		t->right[c] = right;
		right -= width + GAP;
	}
	return right - PDF_LEFT;
}

static void prepare_rows(struct sheet *s, struct table *t, struct row *rows)
{
	for (size_t i = 0; i < s->d->n_lines; i++) {
		fill_cells(s, i, rows[i].cell);
		t->shown[DISCOUNT] |= *rows[i].cell[DISCOUNT] != '\0';
	}
	t->text_width = place_columns(s, t, rows);
	while (t->text_width < 140 && t->number.size > 4.5F) { /* amounts of many digits */
		t->number.size -= 0.5F;
		t->head.size = t->number.size < t->head.size ? t->number.size : t->head.size;
		t->text_width = place_columns(s, t, rows);
	}
	if (t->text_width < 60)
		t->text_width = 60;
	for (size_t i = 0; i < s->d->n_lines; i++) {
		const struct document_line *l = &s->d->lines[i];
		const char *period[2] = {pdf_said(l->period_start) ? pdf_date(s, l->period_start) : NULL, pdf_said(l->period_end) ? pdf_date(s, l->period_end) : NULL};
		const char *dates = pdf_joined(s, " – ", period, 2), *text = pdf_text(s, l->description);
		rows[i].name = pdf_wrap(s, &t->name, t->text_width, pdf_text(s, l->name), 0);
		rows[i].more = pdf_wrap(s, &t->more, t->text_width, arena_printf(s->a, "%s%s%s", text, *text && *dates ? "\n" : "", dates), 0);
		size_t names = rows[i].name.n ? rows[i].name.n : 1;
		rows[i].height = 2 * PAD + (float)names * NAME_STEP + (float)rows[i].more.n * MORE_STEP + (rows[i].more.n ? 1 : 0);
	}
}

/* Lines of text going down, over pages when they must. */
static void draw_text(struct sheet *s, const struct pdf_style *st, const struct pdf_lines *text, float step)
{
	for (size_t i = 0; i < text->n; i++) {
		pdf_need(s, step + PAD);
		pdf_put(s, st, PDF_LEFT, s->y + step - 3, text->line[i]);
		s->y += step;
	}
}

static void draw_row(struct sheet *s, const struct table *t, const struct row *r)
{
	s->y += PAD;
	for (int c = 0; c < COLUMNS; c++)
		if (t->shown[c])
			pdf_put_right(s, &t->number, t->right[c], s->y + NAME_STEP - 3, r->cell[c]);
	if (!r->name.n)
		s->y += NAME_STEP;
	draw_text(s, &t->name, &r->name, NAME_STEP);
	s->y += r->more.n ? 1 : 0;
	draw_text(s, &t->more, &r->more, MORE_STEP);
	s->y += PAD;
	pdf_rule(s, PDF_LEFT, PDF_RIGHT, s->y, 0.5F, INK_HAIR);
}

void pdf_table(struct sheet *s, float after)
{
	struct table t = {.head = {8, INK_ACCENT, true},
		.number = {9, INK_TEXT, false},
		.name = {9.5F, INK_TEXT, false},
		.more = {8, INK_SOFT, false},
		.title = {pdf_say(s, NC_("document", "Quantity")), pdf_say(s, NC_("document", "Unit price")), pdf_say(s, NC_("document", "Discount")),
			pdf_say(s, NC_("document", "VAT")), pdf_say(s, NC_("document", "Net amount"))},
		.shown = {true, true, false, true, true}};
	struct row *rows = arena_alloc(s->a, (s->d->n_lines + 1) * sizeof *rows);
	float whole = PDF_BOTTOM - PDF_TOP - 24;
	prepare_rows(s, &t, rows);
	pdf_need(s, 24 + (s->d->n_lines && rows[0].height < whole ? rows[0].height : 40));
	draw_head(s, &t);
	s->on_page = draw_head;
	s->with = &t;
	for (size_t i = 0; i < s->d->n_lines; i++) {
		float with_sums = rows[i].height + after;
		pdf_need(s, i + 1 == s->d->n_lines && with_sums < whole ? with_sums : rows[i].height < whole ? rows[i].height : 60);
		draw_row(s, &t, &rows[i]);
	}
	s->on_page = NULL;
	s->with = NULL;
}
