#include "tui/ui/paint.h"

#include "core/base/text.h"

#include <stdarg.h>
#include <string.h>

struct canvas canvas_sub(const struct canvas *c, int row, int col, int rows, int cols)
{
	struct canvas s = *c;
	if (row < 0) {
		rows += row;
		row = 0;
	}
	if (col < 0) {
		cols += col;
		col = 0;
	}
	rows = rows > c->at.rows - row ? c->at.rows - row : rows;
	cols = cols > c->at.cols - col ? c->at.cols - col : cols;
	s.at = (struct rect){c->at.row + row, c->at.col + col, rows < 0 ? 0 : rows, cols < 0 ? 0 : cols};
	return s;
}

bool rect_has(const struct rect *r, int row, int col)
{
	return row >= r->row && row < r->row + r->rows && col >= r->col && col < r->col + r->cols;
}

/* Cells of `width` from (row, col) that lie on the canvas; 0 when the place is outside. */
static int room(const struct canvas *c, int row, int col, int width)
{
	if (row < 0 || row >= c->at.rows || col < 0 || col >= c->at.cols)
		return 0;
	return width < c->at.cols - col ? width : c->at.cols - col;
}

static int put(const struct canvas *c, int row, int col, int width, enum role role, unsigned attrs, const char *text,
	size_t n)
{
	return grid_put(c->grid, c->at.row + row, c->at.col + col, width, role, attrs, text, n);
}

static bool is_plain(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < 0x20 || (unsigned char)s[i] >= 0x7f)
			return false;
	return true;
}

/* Cleaned text and its length; plain ASCII, by far the most, is used as it is. */
static const char *clean(const struct canvas *c, const char *text, size_t *n)
{
	if (is_plain(text, *n))
		return text;
	const char *clean = text_clean(c->scratch, arena_strndup(c->scratch, text, *n));
	*n = strlen(clean);
	return clean;
}

static int width_of(const char *text, size_t n)
{
	return is_plain(text, n) ? (int)(n < INT32_MAX ? n : INT32_MAX) : text_width_n(text, n);
}

/* Cleaned text at a place that has `width` cells. */
static int put_clipped(const struct canvas *c, int row, int col, int width, enum role role, unsigned attrs,
	const char *text, size_t n)
{
	if (width <= 0)
		return 0;
	if (width_of(text, n) <= width)
		return put(c, row, col, width, role, attrs, text, n);
	char *whole = arena_strndup(c->scratch, text, n);
	int used = 0;
	size_t fit = text_fit(whole, width - 1, &used);
	put(c, row, col, used, role, attrs, whole, fit);
	const char *dots = glyph_text(GLYPH_ELLIPSIS, c->unicode);
	return used + put(c, row, col + used, 1, role, attrs, dots, strlen(dots));
}

int paint_textn(const struct canvas *c, int row, int col, int width, enum role role, unsigned attrs, const char *text,
	size_t n)
{
	width = room(c, row, col, width);
	if (width <= 0 || !text)
		return 0;
	text = clean(c, text, &n);
	return put_clipped(c, row, col, width, role, attrs, text, n);
}

int paint_text(const struct canvas *c, int row, int col, int width, enum role role, unsigned attrs, const char *text)
{
	return text ? paint_textn(c, row, col, width, role, attrs, text, strlen(text)) : 0;
}

static int paint_aligned(const struct canvas *c, int row, int col, int width, enum role role, unsigned attrs,
	const char *text, int part)
{
	width = room(c, row, col, width);
	if (width <= 0 || !text)
		return 0;
	size_t n = strlen(text);
	text = clean(c, text, &n);
	int free_cells = width - width_of(text, n);
	int shift = free_cells > 0 ? free_cells / part : 0;
	return put_clipped(c, row, col + shift, width - shift, role, attrs, text, n);
}

int paint_right(const struct canvas *c, int row, int col, int width, enum role role, unsigned attrs, const char *text)
{
	return paint_aligned(c, row, col, width, role, attrs, text, 1);
}

int paint_center(const struct canvas *c, int row, int col, int width, enum role role, unsigned attrs, const char *text)
{
	return paint_aligned(c, row, col, width, role, attrs, text, 2);
}

int paint_format(const struct canvas *c, int row, int col, int width, enum role role, unsigned attrs, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *text = arena_vprintf(c->scratch, fmt, ap);
	va_end(ap);
	return paint_text(c, row, col, width, role, attrs, text);
}

void paint_fill(const struct canvas *c, int row, int col, int rows, int cols, enum role role)
{
	struct canvas s = canvas_sub(c, row, col, rows, cols);
	for (int r = 0; r < s.at.rows; r++)
		grid_fill(s.grid, s.at.row + r, s.at.col, s.at.cols, role, 0);
}

void paint_glyph(const struct canvas *c, int row, int col, enum role role, enum glyph g)
{
	const char *text = glyph_text(g, c->unicode);
	if (room(c, row, col, 1) == 1)
		put(c, row, col, 1, role, 0, text, strlen(text));
}

void paint_rule(const struct canvas *c, int row, int col, int width)
{
	width = room(c, row, col, width);
	for (int i = 0; i < width; i++)
		paint_glyph(c, row, col + i, ROLE_RULE, GLYPH_RULE);
}

void paint_bar(const struct canvas *c, int row, int col, int rows)
{
	for (int i = 0; i < rows; i++)
		paint_glyph(c, row + i, col, ROLE_RULE, GLYPH_BAR);
}

int paint_spans(const struct canvas *c, int row, int col, int width, const struct span *spans, size_t n)
{
	int used = 0;
	width = room(c, row, col, width);
	for (size_t i = 0; i < n && used < width; i++)
		used += paint_text(c, row, col + used, width - used, spans[i].role, spans[i].attrs, spans[i].text);
	return used;
}

/* Bytes of the next wrapped line of at most `width` cells; *skip gets the bytes to leave out behind it. */
static size_t wrap_line(const char *s, int width, size_t *skip)
{
	size_t line = strcspn(s, "\n");
	int used = 0;
	char first = s[line];
	size_t fit = 0;
	*skip = first == '\n' ? 1 : 0;
	if (text_width_n(s, line) <= width)
		return line;
	fit = text_fit(s, width, &used);
	if (fit == 0 || fit > line)
		fit = text_next(s, line, 0);
	size_t space = fit;
	while (space > 0 && s[space] != ' ')
		space--;
	*skip = space > 0 ? 1 : 0;
	return space > 0 ? space : fit;
}

int paint_wrapped(const struct canvas *c, struct arena *scratch, int row, int col, int width, int rows, int skip,
	enum role role, const char *text)
{
	const char *s = text_clean_lines(scratch, text);
	int line = 0;
	while (*s && width > 0) {
		size_t gap, n = wrap_line(s, width, &gap);
		if (c && line >= skip && line - skip < rows)
			paint_textn(c, row + line - skip, col, width, role, 0, s, n);
		s += n + gap;
		line++;
	}
	return line;
}
