#include "tui/term/grid.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

#define COMBINING_MAX 4

static const struct cell blank = {.text = " ", .len = 1, .width = 1};

void grid_resize(struct grid *g, int rows, int cols)
{
	rows = rows < 1 ? 1 : rows > GRID_MAX ? GRID_MAX : rows;
	cols = cols < 1 ? 1 : cols > GRID_MAX ? GRID_MAX : cols;
	if (!g->cells || rows != g->rows || cols != g->cols) {
		free(g->cells);
		g->cells = mem_array((size_t)rows * (size_t)cols, sizeof *g->cells);
		g->rows = rows;
		g->cols = cols;
	}
	grid_clear(g);
}

void grid_free(struct grid *g)
{
	free(g->cells);
	*g = (struct grid){0};
}

void grid_clear(struct grid *g)
{
	size_t n = (size_t)g->rows * (size_t)g->cols;
	for (size_t i = 0; i < n; i++)
		g->cells[i] = blank;
}

struct cell *grid_row(const struct grid *g, int row)
{
	return g->cells + (size_t)row * (size_t)g->cols;
}

/* Free cell `col` of a wide character that covers it, before it is overwritten. */
static void unlink_wide(const struct grid *g, struct cell *row, int col)
{
	int first = row[col].width == 0 ? col - 1 : col;
	if (first < 0 || row[first].width != 2)
		return;
	for (int i = first; i < first + 2 && i < g->cols; i++) {
		uint8_t role = row[i].role, attrs = row[i].attrs;
		row[i] = blank;
		row[i].role = role;
		row[i].attrs = attrs;
	}
}

static void set(const struct grid *g, struct cell *row, int col, enum role role, unsigned attrs, const char *text,
	size_t len, int width)
{
	for (int i = 0; i < width; i++)
		unlink_wide(g, row, col + i);
	struct cell c = {.len = (uint8_t)len, .width = (uint8_t)width, .role = (uint8_t)role, .attrs = (uint8_t)attrs};
	memcpy(c.text, text, len);
	row[col] = c;
	if (width == 2)
		row[col + 1] = (struct cell){.role = (uint8_t)role, .attrs = (uint8_t)attrs};
}

/* Add a combining mark to the character left of `col`. */
static void combine(struct cell *row, int col, int first, const char *text, size_t len)
{
	if (col <= first)
		return;
	struct cell *c = &row[col - 1];
	if (c->width == 0)
		c = &row[col - 2];
	int marks = 0;
	int32_t cp;
	for (size_t at = 0; at < c->len; marks++)
		at += (size_t)text_decode(c->text + at, c->len - at, &cp);
	if (marks > COMBINING_MAX || c->len + len > CELL_TEXT)
		return;
	memcpy(c->text + c->len, text, len);
	c->len = (uint8_t)(c->len + len);
}

/* Cells of a code point; -1 for what must not reach a terminal. */
static int code_width(int32_t cp, const char *bytes, size_t len)
{
	if (cp >= 0x20 && cp < 0x7f)
		return 1;
	return cp < 0xa0 ? -1 : text_width_n(bytes, len);
}

int grid_put(struct grid *g, int row, int col, int cells, enum role role, unsigned attrs, const char *text, size_t n)
{
	if (row < 0 || row >= g->rows || col >= g->cols || cells <= 0)
		return 0;
	struct cell *line = grid_row(g, row);
	int end = cells > g->cols - col ? g->cols : col + cells;
	int at = col, first = col;
	for (size_t i = 0; i < n;) {
		int32_t cp;
		int used = text_decode(text + i, n - i, &cp);
		if (used <= 0)
			break;
		const char *bytes = text + i;
		size_t len = (size_t)used;
		int width = code_width(cp, bytes, len);
		i += len;
		if (width == 0) {
			if (at > 0 && at <= g->cols)
				combine(line, at, first < 0 ? 0 : first, bytes, len);
			continue;
		}
		if (width < 0) {
			bytes = "?";
			len = 1;
			width = 1;
		}
		if (at >= end)
			break;
		if (at + width > end || (at < 0 && at + width > 0)) {
			bytes = " ";
			len = 1;
			width = 1;
		}
		if (at >= 0)
			set(g, line, at, role, attrs, bytes, len, width);
		at += width;
	}
	return at - col;
}

void grid_fill(struct grid *g, int row, int col, int cells, enum role role, unsigned attrs)
{
	if (row < 0 || row >= g->rows)
		return;
	int end = cells > g->cols - col ? g->cols : col + cells;
	struct cell *line = grid_row(g, row);
	for (int i = col < 0 ? 0 : col; i < end; i++)
		set(g, line, i, role, attrs, " ", 1, 1);
}

void grid_text(const struct grid *g, struct buf *out)
{
	for (int r = 0; r < g->rows; r++) {
		size_t keep = out->len;
		for (int c = 0; c < g->cols; c++) {
			const struct cell *cell = &grid_row(g, r)[c];
			buf_add(out, cell->text, cell->len);
			if (cell->width != 0 && !(cell->len == 1 && cell->text[0] == ' '))
				keep = out->len;
		}
		if (out->data) {
			out->len = keep;
			out->data[keep] = '\0';
		}
		buf_putc(out, '\n');
	}
}

void grid_roles(const struct grid *g, struct buf *out)
{
	for (int r = 0; r < g->rows; r++) {
		for (int c = 0; c < g->cols; c++) {
			const struct cell *cell = &grid_row(g, r)[c];
			char letter = role_letter((enum role)cell->role);
			bool bare = cell->len == 1 && cell->text[0] == ' ' && cell->role == ROLE_TEXT;
			if (letter == '.' && (cell->attrs & ATTR_BOLD))
				letter = 'B';
			buf_putc(out, bare ? ' ' : letter);
		}
		while (out->len > 0 && out->data[out->len - 1] == ' ')
			out->data[--out->len] = '\0';
		buf_putc(out, '\n');
	}
}
