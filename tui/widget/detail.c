#include "tui/widget/detail.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

#define TWO_COLUMNS 110
#define LABEL_MAX 20
#define MARGIN 2
#define WHEEL_ROWS 3

enum kind { SECTION, ROW, PARAGRAPH };

struct detail_item {
	enum kind kind;
	const char *label, *value;
	enum role role;
	uint64_t handle;
	int column, line, lines; /* where it is, from the top of everything */
};

void detail_init(struct detail *d)
{
	*d = (struct detail){.arena = arena_new(), .sel = -1};
}

void detail_free(struct detail *d)
{
	arena_free(&d->arena);
	free(d->items);
	d->items = NULL;
	d->count = d->cap = 0;
}

void detail_clear(struct detail *d)
{
	arena_reset(d->arena);
	d->count = 0;
	d->sel = -1;
	d->laid = false;
}

static void add(struct detail *d, enum kind kind, const char *label, const char *value, enum role role, uint64_t handle)
{
	mem_grow(&d->items, &d->cap, d->count + 1, sizeof *d->items);
	d->items[d->count++] = (struct detail_item){.kind = kind,
		.label = label ? text_clean(d->arena, label) : "",
		.value = value ? text_clean_lines(d->arena, value) : "",
		.role = role,
		.handle = handle};
	if (handle != 0 && d->sel < 0)
		d->sel = (int)d->count - 1;
	d->laid = false;
}

void detail_section(struct detail *d, const char *title)
{
	add(d, SECTION, title, NULL, ROLE_HEADER, 0);
}

void detail_row(struct detail *d, const char *label, const char *value, enum role role, uint64_t handle)
{
	if (value && *value)
		add(d, ROW, label, value, role, handle);
}

void detail_text(struct detail *d, const char *text, enum role role, uint64_t handle)
{
	if (text && *text)
		add(d, PARAGRAPH, NULL, text, role, handle);
}

/* Layout */

static int column_width(const struct detail *d)
{
	return d->columns == 2 ? (d->cols - MARGIN) / 2 : d->cols;
}

static int value_width(const struct detail *d, const struct detail_item *it)
{
	int w = column_width(d) - MARGIN - 1 - (it->kind == ROW ? d->label_width + 2 : 0);
	return w > 1 ? w : 1;
}

static void measure(struct detail *d)
{
	struct arena *a = arena_new();
	d->label_width = 0;
	for (size_t i = 0; i < d->count; i++) {
		int w = d->items[i].kind == ROW ? text_width(d->items[i].label) : 0;
		d->label_width = w > d->label_width ? w : d->label_width;
	}
	int most = column_width(d) / 3 < LABEL_MAX ? column_width(d) / 3 : LABEL_MAX;
	d->label_width = d->label_width > most ? most : d->label_width;
	for (size_t i = 0; i < d->count; i++) {
		struct detail_item *it = &d->items[i];
		it->lines = 1;
		if (it->kind != SECTION)
			it->lines = paint_wrapped(NULL, a, 0, 0, value_width(d, it), 0, 0, it->role, it->value);
	}
	arena_free(&a);
}

/* Number of the first item of the right column: the section boundary nearest to half the height. */
static size_t split_point(const struct detail *d)
{
	int total = 0, sum = 0;
	for (size_t i = 0; i < d->count; i++)
		total += d->items[i].lines + (d->items[i].kind == SECTION);
	size_t best = d->count;
	int best_distance = total;
	for (size_t i = 0; i < d->count; i++) {
		int distance = abs(total / 2 - sum);
		if (i > 0 && d->items[i].kind == SECTION && distance < best_distance) {
			best = i;
			best_distance = distance;
		}
		sum += d->items[i].lines + (d->items[i].kind == SECTION);
	}
	return best;
}

static void lay(struct detail *d)
{
	measure(d);
	size_t split = d->columns == 2 ? split_point(d) : d->count;
	int line = 0;
	d->height = 0;
	for (size_t i = 0; i < d->count; i++) {
		struct detail_item *it = &d->items[i];
		if (i == split)
			line = 0;
		it->column = i >= split;
		line += it->kind == SECTION && line > 0; /* a blank line above */
		it->line = line;
		line += it->lines;
		d->height = line > d->height ? line : d->height;
	}
	d->laid = true;
}

static void scroll_to(struct detail *d, int top)
{
	int last = d->height > d->rows ? d->height - d->rows : 0;
	d->top = top < 0 ? 0 : top > last ? last : top;
}

void detail_layout(struct detail *d, int rows, int cols)
{
	d->rows = rows;
	d->cols = cols;
	d->columns = cols >= TWO_COLUMNS ? 2 : 1;
	lay(d);
	scroll_to(d, d->top);
}

static void ensure_laid(struct detail *d)
{
	if (!d->laid) {
		lay(d);
		scroll_to(d, d->top);
	}
}

int detail_height(struct detail *d)
{
	ensure_laid(d);
	return d->height;
}

/* Painting */

static void paint_item(struct detail *d, const struct canvas *c, const struct detail_item *it, bool selected, bool focused)
{
	int col = it->column * (column_width(d) + MARGIN), row = it->line - d->top, at = col + MARGIN;
	unsigned bold = selected && focused ? ATTR_BOLD : 0;
	if (selected)
		paint_glyph(c, row, col, focused ? ROLE_SEL : ROLE_SEL_UNFOCUSED, GLYPH_SELECTED);
	if (it->kind == SECTION) {
		paint_text(c, row, at, column_width(d) - MARGIN, ROLE_HEADER, 0, it->label);
		return;
	}
	if (it->kind == ROW) {
		paint_text(c, row, at, d->label_width, ROLE_LABEL, bold, it->label);
		at += d->label_width + 2;
	}
	int skip = row < 0 ? -row : 0;
	paint_wrapped(c, c->scratch, row + skip, at, value_width(d, it), it->lines - skip, skip, it->role, it->value);
}

void detail_paint(struct detail *d, const struct canvas *c, bool focused)
{
	ensure_laid(d);
	for (size_t i = 0; i < d->count; i++) {
		const struct detail_item *it = &d->items[i];
		if (it->line + it->lines > d->top && it->line < d->top + d->rows)
			paint_item(d, c, it, (int)i == d->sel, focused);
	}
	if (d->top + d->rows < d->height)
		paint_glyph(c, d->rows - 1, d->cols - 1, ROLE_DIM, GLYPH_DROP);
}

bool detail_cursor(const struct detail *d, int *row, int *col)
{
	*row = d->sel >= 0 ? d->items[d->sel].line - d->top : 0;
	*col = d->sel >= 0 ? d->items[d->sel].column * (column_width(d) + MARGIN) : 0;
	return false;
}

/* Moving */

bool detail_selected(const struct detail *d, uint64_t *handle)
{
	if (d->sel < 0)
		return false;
	*handle = d->items[d->sel].handle;
	return true;
}

static void show_selected(struct detail *d)
{
	const struct detail_item *it = &d->items[d->sel];
	/* With its heading, when it is the first of a section. */
	int first = d->sel > 0 && d->items[d->sel - 1].kind == SECTION ? it->line - 1 : it->line;
	if (first < d->top)
		scroll_to(d, first);
	else if (it->line + it->lines > d->top + d->rows)
		scroll_to(d, it->line + it->lines - d->rows);
}

/* The next item that can be selected; text in between is scrolled through first. */
static void step(struct detail *d, int direction)
{
	int i = d->sel;
	do
		i += direction;
	while (i >= 0 && i < (int)d->count && d->items[i].handle == 0);
	if (d->sel < 0 || i < 0 || i >= (int)d->count) {
		scroll_to(d, d->top + direction);
		return;
	}
	d->sel = i;
	show_selected(d);
}

static void page(struct detail *d, int lines)
{
	scroll_to(d, d->top + lines);
	int best = -1;
	for (int i = 0; i < (int)d->count; i++) {
		const struct detail_item *it = &d->items[i];
		if (it->handle != 0 && it->line >= d->top && it->line < d->top + d->rows && (best < 0 || lines > 0))
			best = i;
	}
	d->sel = best >= 0 ? best : d->sel;
}

bool detail_command(struct detail *d, const char *id)
{
	ensure_laid(d);
	const char *verb = strncmp(id, "detail.", 7) == 0 ? id + 7 : "";
	if (strcmp(verb, "down") == 0)
		step(d, 1);
	else if (strcmp(verb, "up") == 0)
		step(d, -1);
	else if (strcmp(verb, "page-down") == 0)
		page(d, d->rows);
	else if (strcmp(verb, "page-up") == 0)
		page(d, -d->rows);
	else if (strcmp(verb, "half-down") == 0)
		page(d, d->rows / 2);
	else if (strcmp(verb, "half-up") == 0)
		page(d, -d->rows / 2);
	else if (strcmp(verb, "first") == 0)
		page(d, -d->height);
	else if (strcmp(verb, "last") == 0)
		page(d, d->height);
	else if (strcmp(verb, "open") == 0 && d->sel >= 0 && d->open)
		d->open(d->arg, d->items[d->sel].handle);
	else
		return false;
	return true;
}

bool detail_key(struct detail *d, const struct key *k)
{
	if (k->code != K_MOUSE)
		return false;
	ensure_laid(d);
	if (k->mouse == MOUSE_WHEEL_DOWN || k->mouse == MOUSE_WHEEL_UP)
		scroll_to(d, d->top + (k->mouse == MOUSE_WHEEL_DOWN ? WHEEL_ROWS : -WHEEL_ROWS));
	else if (k->mouse == MOUSE_PRESS && k->button == 1) {
		int column = d->columns == 2 && k->col >= column_width(d) + MARGIN, line = k->row + d->top;
		for (int i = 0; i < (int)d->count; i++) {
			const struct detail_item *it = &d->items[i];
			if (it->handle == 0 || it->column != column || line < it->line || line >= it->line + it->lines)
				continue;
			bool again = d->sel == i;
			d->sel = i;
			if (again && d->open)
				d->open(d->arg, it->handle);
			break;
		}
	}
	return true;
}
