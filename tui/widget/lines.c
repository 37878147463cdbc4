#include "tui/widget/lines.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

struct line *lines_add(struct lines *l, enum line_kind kind)
{
	mem_grow(&l->items, &l->cap, l->n + 1, sizeof *l->items);
	struct line *it = &l->items[l->n++];
	*it = (struct line){.kind = kind, .role = ROLE_TEXT, .right_role = ROLE_DIM};
	return it;
}

void lines_clear(struct lines *l)
{
	l->n = 0;
}

void lines_free(struct lines *l)
{
	free(l->items);
	*l = (struct lines){0};
}

bool line_selectable(const struct line *it)
{
	return it->kind == LINE_FIELD || it->kind == LINE_ROW || it->stop;
}

void lines_settle(struct lines *l)
{
	int n = (int)l->n, at = l->sel >= n ? n - 1 : l->sel;
	while (at >= 0 && at < n && !line_selectable(&l->items[at]))
		at++;
	if (at >= n)
		for (at = n - 1; at >= 0 && !line_selectable(&l->items[at]); at--)
			;
	l->sel = at < 0 ? 0 : at;
}

bool lines_move(struct lines *l, int delta)
{
	int step = delta < 0 ? -1 : 1, at = l->sel, last = at;
	for (int left = delta < 0 ? -delta : delta; left > 0;) {
		at += step;
		if (at < 0 || at >= (int)l->n)
			break;
		if (line_selectable(&l->items[at])) {
			last = at;
			left--;
		}
	}
	bool moved = last != l->sel;
	l->sel = last;
	return moved;
}

const struct line *lines_selected(const struct lines *l)
{
	return l->sel >= 0 && l->sel < (int)l->n && line_selectable(&l->items[l->sel]) ? &l->items[l->sel] : NULL;
}

/* The selection is in view, and what cannot be selected before the first and behind the last line that can as far as it fits. */
static void scroll(struct lines *l, int rows)
{
	int n = (int)l->n, first = 0, last = n - 1;
	l->rows = rows;
	while (first < n && !line_selectable(&l->items[first]))
		first++;
	while (last > 0 && !line_selectable(&l->items[last]))
		last--;
	if (l->sel >= last)
		l->top = n - rows;
	if (l->sel < l->top + 1)
		l->top = l->sel - 1;
	if (l->sel >= l->top + rows)
		l->top = l->sel - rows + 1;
	if (l->sel <= first && l->sel < rows)
		l->top = 0;
	if (l->top > n - rows)
		l->top = n - rows;
	if (l->top < 0)
		l->top = 0;
}

static void paint_row(const struct canvas *c, int row, const struct line *it, unsigned attrs)
{
	int width = c->at.cols - 2;
	int right = it->right && *it->right ? paint_right(c, row, 2, width - 1, it->right_role, 0, it->right) : 0;
	int room = width - right - 3;
	char *clean = it->middle ? text_clean(c->scratch, it->middle) : NULL;
	int middle = clean ? text_width(clean) : 0;
	if (middle > room / 2)
		middle = room / 2;
	int used = paint_text(c, row, 2, room - middle - 1, it->role, attrs, it->text);
	if (middle > 0)
		(void)paint_right(c, row, 3 + used, room - used - 1, ROLE_DIM, 0, clean);
}

enum { VALUE_BESIDE = 28 };

static void paint_field(const struct canvas *c, int row, const struct line *it, int label, unsigned attrs)
{
	int width = c->at.cols - 2 - label;
	(void)paint_text(c, row, 2, label - 2, ROLE_LABEL, attrs, it->text);
	if (!it->right) {
		(void)paint_text(c, row, label + 1, width, it->role, attrs, it->middle);
		return;
	}
	int value = width > 2 * VALUE_BESIDE ? VALUE_BESIDE : width / 2;
	(void)paint_text(c, row, label + 1, value, it->role, attrs, it->middle);
	(void)paint_text(c, row, label + value + 3, width - value - 2, it->right_role, 0, it->right);
}

static void paint_line(const struct canvas *c, int row, const struct line *it, int label, bool selected)
{
	int width = c->at.cols - 2;
	unsigned attrs = selected ? ATTR_BOLD : 0;
	if (selected)
		paint_glyph(c, row, 0, ROLE_SEL, GLYPH_SELECTED);
	switch (it->kind) {
	case LINE_HEADING:
		(void)paint_text(c, row, selected ? 2 : 1, width, ROLE_HEADER, ATTR_BOLD, it->text);
		if (it->right)
			(void)paint_right(c, row, 1, width, ROLE_DIM, 0, it->right);
		break;
	case LINE_FIELD:
		paint_field(c, row, it, label, attrs);
		break;
	case LINE_ROW:
		paint_row(c, row, it, attrs);
		break;
	case LINE_TEXT:
		(void)paint_text(c, row, 2, width, it->role, 0, it->text);
		break;
	case LINE_BLANK:
		break;
	}
}

void lines_paint(struct lines *l, const struct canvas *c, bool focused)
{
	scroll(l, c->at.rows);
	for (int i = 0; i < c->at.rows && l->top + i < (int)l->n; i++)
		paint_line(c, i, &l->items[l->top + i], l->label ? l->label : LINES_LABEL, focused && l->top + i == l->sel && line_selectable(&l->items[l->sel]));
}

int lines_click(struct lines *l, int row)
{
	int at = row + l->top;
	if (row < 0 || at < 0 || at >= (int)l->n || !line_selectable(&l->items[at]))
		return 0;
	bool again = l->sel == at;
	l->sel = at;
	return again ? 2 : 1;
}

bool lines_command(struct lines *l, const char *id)
{
	int page = l->rows > 1 ? l->rows - 1 : 1;
	static const struct {
		const char *id;
		int pages, rows;
	} moves[] = {{"list.down", 0, 1}, {"list.up", 0, -1}, {"list.page-down", 1, 0}, {"list.page-up", -1, 0},
		{"list.half-down", 1, 0}, {"list.half-up", -1, 0}, {"list.first", 0, -100000}, {"list.last", 0, 100000}};
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
		if (strcmp(moves[i].id, id) == 0)
			return lines_move(l, moves[i].pages * page + moves[i].rows);
	return false;
}
