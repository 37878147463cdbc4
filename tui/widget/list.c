#include "tui/widget/list.h"

#include "core/base/clock.h"

#include <stdlib.h>
#include <string.h>

#define DOUBLE_CLICK_MS 400
#define WHEEL_ROWS 3
#define NEIGHBOURS 16

void list_init(struct list *l, const struct list_source *source, void *src, const struct list_column *columns, int n)
{
	*l = (struct list){.source = source, .src = src, .sort_column = -1, .base = -1, .count = -1, .page = 1};
	list_set_columns(l, columns, n);
}

void list_free(struct list *l)
{
	list_window_clear(l);
	free(l->rows);
	handles_clear(&l->marks);
	l->rows = NULL;
	l->rows_cap = 0;
}

void list_set_columns(struct list *l, const struct list_column *columns, int n)
{
	l->columns = columns;
	l->column_count = n < LIST_COLUMNS ? n : LIST_COLUMNS;
	list_window_forget_cells(l);
	if (l->cols > 0)
		list_layout(l, l->page + !l->no_header, l->cols);
}

void list_set_sort(struct list *l, int column, bool descending)
{
	l->sort_column = column;
	l->sort_descending = descending;
}

/* Selection */

bool list_selected(const struct list *l, uint64_t *handle)
{
	if (l->n == 0)
		return false;
	*handle = l->rows[l->sel].handle;
	return true;
}

void *list_selected_row(const struct list *l)
{
	return l->n > 0 ? l->rows[l->sel].data : NULL;
}

static void tell(struct list *l)
{
	uint64_t handle = 0;
	bool any = list_selected(l, &handle);
	if (any == l->told_any && handle == l->told)
		return;
	l->told = handle;
	l->told_any = any;
	if (l->events.selected)
		l->events.selected(l->events.arg, any, handle);
}

/* The window shows a full page where there are rows for one. */
static void settle_top(struct list *l)
{
	if (l->top + l->page > l->n)
		(void)list_window_reach(l, l->top + l->page - 1);
	if (l->at_end && l->top > l->n - l->page) {
		if (l->n < l->page)
			(void)list_window_reach(l, l->n - l->page);
		l->top = l->n - l->page;
	}
	if (l->top < 0)
		l->top = 0;
}

static void show_selection(struct list *l)
{
	int slack = l->jump ? l->page / 2 : 0;
	if (l->sel < l->top) {
		(void)list_window_reach(l, l->sel - slack);
		l->top = l->sel - slack;
	} else if (l->sel >= l->top + l->page) {
		l->top = l->sel - l->page + 1 + slack;
	}
	settle_top(l);
	/* Reaching back and a short end may have moved the top past the selection. */
	if (l->sel < l->top)
		l->top = l->sel;
	list_window_trim(l);
}

static void mark_passed(struct list *l, int from, int to)
{
	for (int i = from < to ? from : to; i <= (from < to ? to : from); i++)
		handles_add(&l->marks, l->rows[i].handle);
	if (l->events.marked)
		l->events.marked(l->events.arg);
}

/* The index of the row `delta` away, as near as the ends allow; fetches what is missing. False: reload needed. */
static bool reach_from(struct list *l, int *from, int delta, int *to)
{
	int shift = l->n;
	if (!list_window_reach(l, *from + delta))
		return false;
	/* Rows that came in front moved everything by their number. */
	shift = delta < 0 ? l->n - shift : 0;
	*from += shift;
	int target = *from + delta;
	*to = target < 0 ? 0 : target >= l->n ? l->n - 1 : target;
	return true;
}

void list_move(struct list *l, int delta)
{
	if (l->n == 0)
		return;
	int from = l->sel, to = from;
	if (!reach_from(l, &from, delta, &to)) {
		list_reload(l);
		return;
	}
	l->sel = to;
	if (l->ranging)
		mark_passed(l, from, to);
	show_selection(l);
	tell(l);
}

/* A page: the view moves as far as the selection, so that it stays at the same height. */
static void move_page(struct list *l, int delta)
{
	if (l->n == 0)
		return;
	int height = l->sel - l->top, from = l->sel, to = from;
	if (!reach_from(l, &from, delta, &to)) {
		list_reload(l);
		return;
	}
	l->sel = to;
	l->top = to - height;
	if (l->top < 0 && !l->at_start)
		(void)list_window_reach(l, l->top);
	if (l->top < 0)
		l->top = 0;
	if (l->ranging)
		mark_passed(l, from, to);
	show_selection(l);
	tell(l);
}

static void jump_to(struct list *l, enum list_from from)
{
	l->ranging = false;
	if (!list_window_load(l, from, 0))
		list_window_clear(l);
	show_selection(l);
	tell(l);
}

void list_first(struct list *l)
{
	jump_to(l, LIST_FIRST);
}

void list_last(struct list *l)
{
	jump_to(l, LIST_LAST);
}

/* Load the window around a row, which will be shown `height` rows below the top. */
static bool load_around(struct list *l, uint64_t handle, int height)
{
	if (!list_window_load(l, LIST_AT, handle) || l->n == 0)
		return false;
	(void)list_window_reach(l, -height);
	l->top = l->sel - height < 0 ? 0 : l->sel - height;
	show_selection(l);
	return true;
}

bool list_select(struct list *l, uint64_t handle)
{
	for (int i = 0; i < l->n; i++) {
		if (l->rows[i].handle == handle) {
			l->sel = i;
			show_selection(l);
			tell(l);
			return true;
		}
	}
	if (!load_around(l, handle, l->page / 2))
		return false;
	tell(l);
	return true;
}

/* The selected row and those around it, nearest first below, then above: whom to select when it has gone. */
static int neighbours(const struct list *l, uint64_t out[NEIGHBOURS])
{
	int n = 0;
	for (int i = l->sel; i < l->n && n < NEIGHBOURS / 2; i++)
		out[n++] = l->rows[i].handle;
	for (int i = l->sel - 1; i >= 0 && n < NEIGHBOURS; i--)
		out[n++] = l->rows[i].handle;
	return n;
}

static void ask_count(struct list *l)
{
	l->count_exact = false;
	l->count = l->source->count ? l->source->count(l->src, &l->count_exact) : -1;
}

void list_restart(struct list *l)
{
	ask_count(l);
	list_first(l);
}

void list_reload(struct list *l)
{
	ask_count(l);
	uint64_t near[NEIGHBOURS];
	int n = neighbours(l, near), height = l->sel - l->top;
	int64_t number = l->base >= 0 ? l->base + l->sel : -1;
	for (int i = 0; i < n; i++) {
		if (!load_around(l, near[i], height))
			continue;
		/* Without an end in sight the old number is the best guess there is. */
		if (l->base < 0 && number >= l->sel)
			l->base = number - l->sel;
		tell(l);
		return;
	}
	list_first(l);
}

int64_t list_position(struct list *l)
{
	if (l->n == 0)
		return -1;
	if (l->base >= 0)
		return l->base + l->sel;
	int64_t number = l->source->position ? l->source->position(l->src, l->rows[l->sel].handle) : -1;
	if (number >= l->sel)
		l->base = number - l->sel;
	return number;
}

/* Marks */

bool list_is_marked(const struct list *l, uint64_t handle)
{
	return l->all_marked || handles_has(&l->marks, handle);
}

void list_unmark(struct list *l)
{
	handles_clear(&l->marks);
	l->all_marked = l->ranging = false;
	if (l->events.marked)
		l->events.marked(l->events.arg);
}

static void toggle_mark(struct list *l)
{
	uint64_t handle;
	if (!list_selected(l, &handle))
		return;
	if (l->all_marked)
		list_unmark(l);
	else if (handles_has(&l->marks, handle))
		handles_remove(&l->marks, handle);
	else
		handles_add(&l->marks, handle);
	if (l->events.marked)
		l->events.marked(l->events.arg);
	list_move(l, 1);
}

uint64_t *list_targets(const struct list *l, size_t *n)
{
	if (l->marks.count > 0) {
		*n = l->marks.count;
		return handles_list(&l->marks);
	}
	uint64_t *one = mem_array(1, sizeof *one);
	*n = list_selected(l, one) ? 1 : 0;
	return one;
}

/* Commands and mouse */

static void command_mark_all(struct list *l)
{
	l->all_marked = !l->all_marked;
	handles_clear(&l->marks);
	if (l->events.marked)
		l->events.marked(l->events.arg);
}

static void command_range(struct list *l)
{
	l->ranging = !l->ranging && l->n > 0;
	if (l->ranging)
		mark_passed(l, l->sel, l->sel);
}

static void open_selected(struct list *l)
{
	uint64_t handle;
	if (list_selected(l, &handle) && l->events.open)
		l->events.open(l->events.arg, handle);
}

bool list_command(struct list *l, const char *id)
{
	if (strncmp(id, "list.", 5) != 0)
		return false;
	const char *verb = id + 5;
	int half = l->page > 1 ? l->page / 2 : 1;
	if (strcmp(verb, "down") == 0)
		list_move(l, 1);
	else if (strcmp(verb, "up") == 0)
		list_move(l, -1);
	else if (strcmp(verb, "page-down") == 0)
		move_page(l, l->page);
	else if (strcmp(verb, "page-up") == 0)
		move_page(l, -l->page);
	else if (strcmp(verb, "half-down") == 0)
		move_page(l, half);
	else if (strcmp(verb, "half-up") == 0)
		move_page(l, -half);
	else if (strcmp(verb, "first") == 0)
		list_first(l);
	else if (strcmp(verb, "last") == 0)
		list_last(l);
	else if (strcmp(verb, "open") == 0)
		open_selected(l);
	else if (strcmp(verb, "mark") == 0)
		toggle_mark(l);
	else if (strcmp(verb, "mark-all") == 0)
		command_mark_all(l);
	else if (strcmp(verb, "range") == 0)
		command_range(l);
	else if (strcmp(verb, "unmark") == 0)
		list_unmark(l);
	else
		return false;
	return true;
}

static void click_header(struct list *l, int col)
{
	for (int i = 0; i < l->column_count; i++)
		if (l->widths[i] > 0 && col >= l->starts[i] && col < l->starts[i] + l->widths[i] &&
			l->columns[i].sortable && l->events.sort) {
			l->events.sort(l->events.arg, i);
			return;
		}
}

static void click_row(struct list *l, int row)
{
	if (row >= l->page || l->top + row >= l->n)
		return;
	int64_t now = clock_monotonic();
	uint64_t handle = l->rows[l->top + row].handle;
	bool twice = handle == l->click_handle && now - l->click_ms < DOUBLE_CLICK_MS;
	l->click_handle = handle;
	l->click_ms = twice ? 0 : now;
	l->sel = l->top + row;
	tell(l);
	if (twice)
		open_selected(l);
}

bool list_key(struct list *l, const struct key *k)
{
	if (k->code != K_MOUSE)
		return false;
	int header = !l->no_header;
	if (k->mouse == MOUSE_WHEEL_DOWN || k->mouse == MOUSE_WHEEL_UP)
		list_move(l, k->mouse == MOUSE_WHEEL_DOWN ? WHEEL_ROWS : -WHEEL_ROWS);
	else if (k->mouse == MOUSE_PRESS && k->button == 1 && k->row < header)
		click_header(l, k->col);
	else if (k->mouse == MOUSE_PRESS && k->button == 1)
		click_row(l, k->row - header);
	return true;
}

bool list_cursor(const struct list *l, int *row, int *col)
{
	*row = (l->no_header ? 0 : 1) + l->sel - l->top;
	*col = 1;
	return false;
}
