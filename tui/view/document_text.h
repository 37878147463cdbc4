/* A quote, an invoice or a credit note as text, as wide as there is room, in the document's own language. */
#ifndef TUI_VIEW_DOCUMENT_TEXT_H
#define TUI_VIEW_DOCUMENT_TEXT_H

#include "core/billing/document.h"
#include "tui/widget/styled.h"

void document_text(const struct document *d, int width, struct styled *out);

/* Of lines of several parts: fill up to `col` cells, which the line has not reached yet. */
struct text_line {
	struct styled *out;
	int col;
};
void line_put(struct text_line *l, enum role role, const char *text);
void line_put_right(struct text_line *l, enum role role, int right, const char *text); /* ends at cell `right` */
void line_pad(struct text_line *l, int col);
void line_end(struct text_line *l);

#endif
