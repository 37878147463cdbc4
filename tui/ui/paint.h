/* Painting: helpers on a canvas, which is a rectangle of the frame.
 *
 * Coordinates are relative to the canvas; nothing is drawn outside it. Text may come straight from data: it is cleaned
 * here (core/base/text.h), cut with an ellipsis when it does not fit, and its cells are what the function returns.
 * Every helper takes the width it may use, so a column can never run into the next.
 */
#ifndef TUI_UI_PAINT_H
#define TUI_UI_PAINT_H

#include "core/base/mem.h"
#include "tui/term/grid.h"
#include "tui/term/role.h"
#include "tui/ui/glyph.h"

#include <stdbool.h>
#include <stddef.h>

struct rect {
	int row, col, rows, cols;
};

struct canvas {
	struct grid *grid;
	struct rect at;
	struct arena *scratch; /* lives until the frame is done */
	bool unicode;
};

/* A part of a canvas, cut to it. */
struct canvas canvas_sub(const struct canvas *c, int row, int col, int rows, int cols);
bool rect_has(const struct rect *r, int row, int col);

/* Left-aligned, cut at `width`. Returns the cells used. */
int paint_text(const struct canvas *c, int row, int col, int width, enum role role, unsigned attrs, const char *text);
int paint_textn(const struct canvas *c, int row, int col, int width, enum role role, unsigned attrs, const char *text,
	size_t n);
/* Right-aligned in [col, col + width). */
int paint_right(const struct canvas *c, int row, int col, int width, enum role role, unsigned attrs, const char *text);
int paint_center(const struct canvas *c, int row, int col, int width, enum role role, unsigned attrs, const char *text);
int paint_format(const struct canvas *c, int row, int col, int width, enum role role, unsigned attrs, const char *fmt, ...)
	__attribute__((format(printf, 7, 8)));
void paint_fill(const struct canvas *c, int row, int col, int rows, int cols, enum role role);
void paint_glyph(const struct canvas *c, int row, int col, enum role role, enum glyph g);
/* A horizontal line over `width` cells, a vertical one over `rows`. */
void paint_rule(const struct canvas *c, int row, int col, int width);
void paint_bar(const struct canvas *c, int row, int col, int rows);

/* Text in several roles on one line. Returns the cells used; what does not fit is cut with an ellipsis. */
struct span {
	enum role role;
	unsigned attrs;
	const char *text;
};
int paint_spans(const struct canvas *c, int row, int col, int width, const struct span *spans, size_t n);
/* Lines of wrapped text (words; '\n' starts a line) from line `skip` on; returns the number of lines in all. With a
 * canvas of NULL nothing is drawn. */
int paint_wrapped(const struct canvas *c, struct arena *scratch, int row, int col, int width, int rows, int skip,
	enum role role, const char *text);

#endif
