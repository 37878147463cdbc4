/* Grid: a rectangle of cells, the paper every screen is painted on.
 *
 * A cell holds one cluster (a character with up to four combining marks), its role and added attributes. A wide
 * character owns two cells; the second has width 0 and no text. Invariant: the widths of a row always add up to its
 * columns, whatever was written, in whatever order: half-covered wide characters become spaces. Text is expected
 * clean (core/base/text.h); a control byte that gets here all the same becomes '?', so that none reaches a terminal.
 */
#ifndef TUI_TERM_GRID_H
#define TUI_TERM_GRID_H

#include "core/base/mem.h"
#include "tui/term/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CELL_TEXT 20

struct cell {
	char text[CELL_TEXT]; /* not terminated; unused bytes are zero, so that cells compare with memcmp */
	uint8_t len;
	uint8_t width; /* 1, 2, or 0 behind a wide character */
	uint8_t role;
	uint8_t attrs;
};

struct grid {
	int rows, cols;
	struct cell *cells;
};

#define GRID_MAX 1000 /* rows and columns beyond this stay unused */

void grid_resize(struct grid *g, int rows, int cols); /* clamps to 1..GRID_MAX; the content is blank after */
void grid_free(struct grid *g);
void grid_clear(struct grid *g);
struct cell *grid_row(const struct grid *g, int row);

/* Write up to n bytes of text from (row, col), at most `cells` cells and never over the right edge; what lies outside
 * is dropped. A wide character that does not fit whole becomes a space. Returns the cells written. */
int grid_put(struct grid *g, int row, int col, int cells, enum role role, unsigned attrs, const char *text, size_t n);
/* `cells` spaces. */
void grid_fill(struct grid *g, int row, int col, int cells, enum role role, unsigned attrs);

/* Append rows as text, trailing spaces cut, one per line; and the same cells as role letters (upper-case attributes
 * are not shown, bold is told by a capital where the letter is a plain '.', as 'B'). */
void grid_text(const struct grid *g, struct buf *out);
void grid_roles(const struct grid *g, struct buf *out);

#endif
