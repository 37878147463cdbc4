#include "tui/widget/list.h"

#include "core/base/i18n.h"
#include "tui/ui/layout.h"

#define GAP 2
#define GUTTER 3

int list_gutter(const struct list *l)
{
	return l->cols < 60 ? 2 : GUTTER;
}

static void lay_columns(struct list *l)
{
	struct extent parts[LIST_COLUMNS];
	for (int i = 0; i < l->column_count; i++) {
		const struct list_column *c = &l->columns[i];
		parts[i] = (struct extent){.min = c->min, .pref = c->pref, .max = c->max, .drop = c->drop};
	}
	int gutter = list_gutter(l);
	layout_split(l->cols - gutter, GAP, parts, l->column_count, l->widths);
	int at = gutter;
	for (int i = 0; i < l->column_count; i++) {
		l->starts[i] = at;
		at += l->widths[i] > 0 ? l->widths[i] + GAP : 0;
	}
}

void list_layout(struct list *l, int rows, int cols)
{
	int page = rows - !l->no_header;
	l->page = page > 1 ? page : 1;
	l->cols = cols;
	lay_columns(l);
	if (l->loaded) /* a page more or less is seen: keep the selection in view */
		list_move(l, 0);
	else
		list_reload(l);
}

static void paint_header(const struct list *l, const struct canvas *c)
{
	for (int i = 0; i < l->column_count; i++) {
		int width = l->widths[i], start = l->starts[i];
		if (width == 0)
			continue;
		bool sorted = i == l->sort_column, right = l->columns[i].align == ALIGN_RIGHT;
		int room = sorted ? width - 2 : width, used;
		enum role role = sorted ? ROLE_ACCENT : ROLE_HEADER;
		if (room < 1)
			continue;
		if (right)
			used = paint_right(c, 0, start, room, role, 0, l->columns[i].title);
		else
			used = paint_text(c, 0, start, room, role, 0, l->columns[i].title);
		if (sorted)
			paint_glyph(c, 0, right ? start + width - 1 : start + used + 1, ROLE_ACCENT,
				l->sort_descending ? GLYPH_SORT_DOWN : GLYPH_SORT_UP);
	}
}

static const struct list_cell *cells_of(struct list *l, struct list_row *row)
{
	if (!row->cells) {
		struct arena *a = list_arena(row->batch);
		row->cells = arena_alloc(a, (size_t)l->column_count * sizeof *row->cells);
		for (int i = 0; i < l->column_count; i++)
			l->source->cell(l->src, row->handle, row->data, i, a, &row->cells[i]);
	}
	return row->cells;
}

static void paint_row(struct list *l, const struct canvas *c, int row, struct list_row *r, bool selected, bool focused)
{
	const struct list_cell *cells = cells_of(l, r);
	bool marked = list_is_marked(l, r->handle);
	int marker = list_gutter(l) == GUTTER ? 1 : 0;
	if (marked)
		paint_glyph(c, row, 0, ROLE_MARK, GLYPH_MARKED);
	if (selected && !(marked && marker == 0))
		paint_glyph(c, row, marker, focused ? ROLE_SEL : ROLE_SEL_UNFOCUSED, GLYPH_SELECTED);
	else if (selected)
		paint_glyph(c, row, 0, ROLE_MARK, GLYPH_MARKED_SEL);
	/* Bold only in the first column shown: that is what moving the selection has to send again. */
	unsigned bold = selected && focused ? ATTR_BOLD : 0;
	for (int i = 0; i < l->column_count; i++) {
		if (l->widths[i] == 0)
			continue;
		if (l->columns[i].align == ALIGN_RIGHT)
			paint_right(c, row, l->starts[i], l->widths[i], cells[i].role, bold, cells[i].text);
		else
			paint_text(c, row, l->starts[i], l->widths[i], cells[i].role, bold, cells[i].text);
		bold = 0;
	}
}

static void paint_empty(const struct list *l, const struct canvas *c)
{
	int row = c->at.rows / 3;
	paint_center(c, row, 1, c->at.cols - 2, ROLE_TEXT, 0, l->empty ? l->empty : _("Nothing here yet."));
	if (l->empty_hint)
		paint_center(c, row + 1, 1, c->at.cols - 2, ROLE_DIM, 0, l->empty_hint);
}

void list_paint(struct list *l, const struct canvas *c, bool focused)
{
	int header = l->no_header ? 0 : 1;
	if (header)
		paint_header(l, c);
	if (l->n == 0) {
		paint_empty(l, c);
		return;
	}
	for (int i = 0; i < l->page && l->top + i < l->n; i++) {
		int at = l->top + i;
		paint_row(l, c, header + i, &l->rows[at], at == l->sel, focused);
	}
}
