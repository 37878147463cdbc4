#include "tui/widget/list.h"

#include <stdlib.h>
#include <string.h>

/* Rows that came in one fetch share an arena, which goes when the last of them has left the window. */
struct list_batch {
	struct arena *arena;
	int live;
	int wanted;
	struct list_row *rows;
	size_t cap;
	int n;
};

void list_emit(struct list_batch *b, uint64_t handle, void *row)
{
	if (b->n == b->wanted)
		return;
	mem_grow(&b->rows, &b->cap, (size_t)b->n + 1, sizeof *b->rows);
	b->rows[b->n++] = (struct list_row){.handle = handle, .data = row, .batch = b};
}

struct arena *list_arena(struct list_batch *b)
{
	return b->arena;
}

static void release(struct list_batch *b, int rows)
{
	b->live -= rows;
	if (b->live > 0)
		return;
	arena_free(&b->arena);
	free(b->rows);
	free(b);
}

/* One fetch. NULL when the anchor is gone; else the caller owns one reference more than there are rows. */
static struct list_batch *fetch(struct list *l, enum list_from from, uint64_t anchor, int n)
{
	struct list_batch *b = mem_zalloc(sizeof *b);
	b->arena = arena_new();
	b->wanted = n;
	b->live = 1;
	if (!l->source->fetch(l->src, from, anchor, n, b)) {
		release(b, 1);
		return NULL;
	}
	b->live += b->n;
	return b;
}

static void drop_rows(struct list *l, int from, int n)
{
	if (n == 0)
		return;
	for (int i = from; i < from + n; i++)
		release(l->rows[i].batch, 1);
	memmove(l->rows + from, l->rows + from + n, (size_t)(l->n - from - n) * sizeof *l->rows);
	l->n -= n;
}

void list_window_clear(struct list *l)
{
	drop_rows(l, 0, l->n);
	l->top = l->sel = 0;
	l->base = -1;
	l->at_start = l->at_end = false;
}

void list_window_forget_cells(struct list *l)
{
	for (int i = 0; i < l->n; i++)
		l->rows[i].cells = NULL;
}

static void append(struct list *l, struct list_batch *b, bool backward)
{
	if (b->n == 0)
		return;
	mem_grow(&l->rows, &l->rows_cap, (size_t)(l->n + b->n), sizeof *l->rows);
	if (backward) {
		memmove(l->rows + b->n, l->rows, (size_t)l->n * sizeof *l->rows);
		for (int i = 0; i < b->n; i++)
			l->rows[i] = b->rows[b->n - 1 - i];
		l->top += b->n;
		l->sel += b->n;
		if (l->base >= 0)
			l->base = l->base >= b->n ? l->base - b->n : 0;
	} else {
		for (int i = 0; i < b->n; i++)
			l->rows[l->n + i] = b->rows[i];
	}
	l->n += b->n;
}

static int fetch_size(const struct list *l)
{
	return l->page > 0 ? l->page : 1;
}

/* Add a page behind or before the window. False when its edge row has gone from the source. */
static bool extend(struct list *l, bool backward)
{
	int n = fetch_size(l);
	uint64_t edge = l->rows[backward ? 0 : l->n - 1].handle;
	struct list_batch *b = fetch(l, backward ? LIST_BEFORE : LIST_AFTER, edge, n);
	if (!b)
		return false;
	bool end = b->n < n;
	append(l, b, backward);
	release(b, 1);
	if (backward) {
		l->at_start = end;
		if (end)
			l->base = 0;
	} else {
		l->at_end = end;
		if (end && l->base < 0 && l->count_exact && l->count >= l->n)
			l->base = l->count - l->n;
	}
	return true;
}

bool list_window_load(struct list *l, enum list_from from, uint64_t anchor)
{
	int n = fetch_size(l) + (from == LIST_AT ? 1 : 0);
	struct list_batch *b = fetch(l, from, anchor, n);
	if (!b)
		return false;
	list_window_clear(l);
	bool backward = from == LIST_LAST, end = b->n < n;
	append(l, b, backward);
	release(b, 1);
	l->loaded = true;
	l->at_start = from == LIST_FIRST || (backward && end);
	l->at_end = from == LIST_LAST || (!backward && end);
	l->top = 0;
	l->sel = backward && l->n > 0 ? l->n - 1 : 0;
	if (l->at_start)
		l->base = 0;
	else if (l->at_end && l->count_exact && l->count >= l->n)
		l->base = l->count - l->n;
	return true;
}

bool list_window_reach(struct list *l, int index)
{
	/* Backward extension shifts indexes: count what is still missing instead. */
	int before = -index;
	while (before > 0 && l->n > 0 && !l->at_start) {
		int n = l->n;
		if (!extend(l, true))
			return false;
		before -= l->n - n;
	}
	while (index >= l->n && l->n > 0 && !l->at_end)
		if (!extend(l, false))
			return false;
	return true;
}

void list_window_trim(struct list *l)
{
	int keep = fetch_size(l);
	int front = l->top - keep;
	if (front > keep) {
		drop_rows(l, 0, front);
		l->top -= front;
		l->sel -= front;
		l->at_start = false;
		if (l->base >= 0)
			l->base += front;
	}
	int last = l->top + 2 * keep;
	if (l->n - last > keep) {
		drop_rows(l, last, l->n - last);
		l->at_end = false;
	}
}
