/* What the files of core/billing/pdf*.c share: a sheet to draw on and the words of the document. Private to them.
 *
 * Lengths are points. A place is x from the left edge and y downwards from the upper edge, of a text the left end of its base line. Texts given to pdf_put() and the like come from
 * pdf_text(), pdf_line() or pdf_wrap(): clean, and of characters that the fonts have. */
#ifndef CORE_BILLING_PDF_PARTS_H
#define CORE_BILLING_PDF_PARTS_H

#include <hpdf.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/i18n.h"
#include "core/base/qr.h"
#include "core/billing/pdf.h"

#define PDF_WIDTH 595.276F
#define PDF_HEIGHT 841.89F
#define PDF_LEFT 56.0F
#define PDF_RIGHT (PDF_WIDTH - PDF_LEFT)
#define PDF_COLUMN (PDF_RIGHT - 220.0F) /* the right one: buyer, sums, signature; in the window of a DL envelope, 110 mm */
#define PDF_TOP 92.0F     /* of further pages: below their running head */
#define PDF_BOTTOM 768.0F /* what is below belongs to the footer */

enum pdf_ink { INK_TEXT, INK_SOFT, INK_ACCENT, INK_HAIR, INK_COUNT };

struct pdf_style {
	float size;
	enum pdf_ink ink;
	bool bold;
};

struct sheet {
	const struct document *d;
	struct arena *a;
	HPDF_Doc pdf;
	HPDF_FontDef defs[2]; /* regular, bold */
	HPDF_Font fonts[2];
	HPDF_Page *pages; /* owned */
	size_t n_pages, cap;
	HPDF_Page page; /* the last of them */
	float y;        /* where what comes next begins */
	void (*on_page)(struct sheet *s, void *with); /* draws what a further page repeats and moves y below it; NULL: nothing */
	void *with;
	bool full; /* more pages than we make: nothing is drawn any more */
};

/* pdf_sheet.c: the library */
enum status pdf_open(struct sheet *s, int64_t made_at, struct error *err);
enum status pdf_save(struct sheet *s, struct buf *out, struct error *err);
void pdf_close(struct sheet *s);
void pdf_new_page(struct sheet *s);
/* A new page when less than `height` is left on this one. */
void pdf_need(struct sheet *s, float height);
/* Room above what begins anew: less of it at the top of a page. */
void pdf_gap(struct sheet *s, float height);
void pdf_put(struct sheet *s, const struct pdf_style *st, float x, float y, const char *text);
void pdf_put_right(struct sheet *s, const struct pdf_style *st, float x, float y, const char *text);
void pdf_rule(struct sheet *s, float x, float to, float y, float weight, enum pdf_ink ink);
void pdf_frame(struct sheet *s, float x, float y, float width, float height, enum pdf_ink ink);
/* A square of `side` with the code and its quiet zone. */
void pdf_qr(struct sheet *s, const struct qr *q, float x, float y, float side);
/* Where a click opens `url`; nothing for what is no http address of plain characters. */
void pdf_link(struct sheet *s, float x, float y, float width, float height, const char *url);

/* pdf_image.c: draw the logo into the box, its upper left corner at x, y; *height gets what it takes. */
enum status pdf_logo(struct sheet *s, const void *data, size_t n, float x, float y, float max_width, float max_height, float *height, struct error *err);

/* pdf_text.c: clean text, measured and broken */
const char *pdf_text(struct sheet *s, const char *text);  /* lines stay; NULL gives "" */
const char *pdf_line(struct sheet *s, const char *text);  /* on one line */
float pdf_measure(const struct sheet *s, const struct pdf_style *st, const char *text);
const char *pdf_clip(struct sheet *s, const struct pdf_style *st, float width, const char *text); /* with an ellipsis */
struct pdf_lines {
	const char **line;
	size_t n;
};
/* Broken at line ends, blanks and where nothing else helps; at most `max` lines (0: all), the last one clipped. */
struct pdf_lines pdf_wrap(struct sheet *s, const struct pdf_style *st, float width, const char *text, size_t max);

/* pdf_words.c: values in the document's language, ready to be put */
#define pdf_say(s, msgid) i18n_get_in((s)->d->language, msgid)
bool pdf_french(const struct sheet *s);
const char *pdf_title(const struct sheet *s);
const char *pdf_date(struct sheet *s, const char *iso);
const char *pdf_amount(struct sheet *s, int64_t minor);
const char *pdf_price(struct sheet *s, const char *decimal);
const char *pdf_percent(struct sheet *s, const char *decimal);
const char *pdf_rate(struct sheet *s, int rate_bp);
const char *pdf_quantity(struct sheet *s, const struct document_line *l);
const char *pdf_discount(struct sheet *s, const struct document_line *l);
const char *pdf_category(struct sheet *s, enum vat_category c);
const char *pdf_legal_line(struct sheet *s, const struct party *p); /* company, capital, numbers */
/* The parts that say something, with `between` between them. */
const char *pdf_joined(struct sheet *s, const char *between, const char *const *parts, size_t n);

/* pdf_table.c: the lines; `after` is the height that must not part from the last of them. */
void pdf_table(struct sheet *s, float after);

/* pdf_sums.c: VAT, totals, payment */
float pdf_sums_height(struct sheet *s);
void pdf_sums(struct sheet *s);
void pdf_payment(struct sheet *s);

static inline bool pdf_said(const char *text)
{
	return text && *text;
}

#endif
