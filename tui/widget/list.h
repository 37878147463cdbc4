/* The list: rows of a source that may have millions, in columns.
 *
 * The list never asks how many rows there are before it can move, and never uses a row's number: it holds a window of a
 * few screens of rows, and asks its source for the rows after or before a known row (keyset paging: an index lookup
 * whatever the depth). A row is known by a 64-bit handle, which the source chooses (a rowid). Selection and marks are
 * handles, so data that arrives while one browses never moves the cursor under the person's finger.
 *
 * Cost: moving a row touches no source at all but once per screen; a screen is one fetch of its rows. Cells are
 * formatted once per row. One row down sends the marker and the bold of the first column, not a painted bar; a list
 * should span the width of the screen, since a pane beside it stops the terminal's own scrolling: set `jump` then.
 *
 * Use: put a struct list in your screen, list_init() it, and hand on layout, paint, cursor, key and command:
 *
 *     static void deals_layout(struct screen *s, int rows, int cols) { list_layout(&self(s)->list, rows, cols); }
 *     static void deals_paint(struct screen *s, const struct canvas *c) { list_paint(&self(s)->list, c, true); }
 *     static bool deals_cursor(struct screen *s, int *r, int *c) { return list_cursor(&self(s)->list, r, c); }
 *     static bool deals_key(struct screen *s, const struct key *k) { return list_key(&self(s)->list, k); }
 *     static bool deals_command(struct screen *s, const char *id, const char *args)
 *     { return list_command(&self(s)->list, id); }
 *
 * with "list" among the screen's contexts, so that the keys of list_commands.h reach list_command(). When data changed:
 * list_reload() (the selected row is kept where it still is); for another filter: list_restart().
 */
#ifndef TUI_WIDGET_LIST_H
#define TUI_WIDGET_LIST_H

#include "core/base/mem.h"
#include "tui/term/key.h"
#include "tui/ui/paint.h"
#include "tui/widget/handles.h"

#include <stdbool.h>
#include <stdint.h>

struct list_batch;

struct list_cell {
	const char *text; /* NULL: nothing */
	enum role role;
};

enum list_from {
	LIST_FIRST,  /* the first rows, forward */
	LIST_LAST,   /* the last rows, backward */
	LIST_AFTER,  /* rows behind the anchor, forward */
	LIST_BEFORE, /* rows before the anchor, backward (the nearest first) */
	LIST_AT,     /* the anchor itself and what follows, forward */
};

struct list_source {
	/* Give up to n rows by list_emit(), in the direction asked for. Fewer means: there are no more. False when the anchor
	 * is not in the list (any more); nothing may have been emitted then. */
	bool (*fetch)(void *src, enum list_from from, uint64_t anchor, int n, struct list_batch *out);
	/* Text of one cell, called once per row and column; allocate in `a`. */
	void (*cell)(void *src, uint64_t handle, void *row, int column, struct arena *a, struct list_cell *out);
	/* Rows in all, or -1 when not known (yet); asked on reload only. May be NULL. */
	int64_t (*count)(void *src, bool *exact);
	/* Number of a row from 0, -1 when that is not cheap. May be NULL. */
	int64_t (*position)(void *src, uint64_t handle);
};

/* In fetch(): a row, with data of the source's own in list_arena(), where it lives as long as the row is kept. */
void list_emit(struct list_batch *b, uint64_t handle, void *row);
struct arena *list_arena(struct list_batch *b);

enum align { ALIGN_LEFT, ALIGN_RIGHT };

struct list_column {
	const char *id;
	const char *title;     /* already translated */
	int min, pref, max;    /* cells; max 0: as wide as there is room */
	int drop;              /* the highest is left out first when it gets narrow; 0 stays */
	enum align align;
	bool sortable;
};

struct list_events {
	void (*selected)(void *arg, bool any, uint64_t handle); /* the selected row is another one */
	void (*open)(void *arg, uint64_t handle);
	void (*sort)(void *arg, int column);                    /* a header was clicked */
	void (*marked)(void *arg);
	void *arg;
};

struct list_row {
	uint64_t handle;
	void *data;
	struct list_cell *cells; /* NULL until painted */
	struct list_batch *batch;
};

#define LIST_COLUMNS 32

struct list {
	const struct list_source *source;
	void *src;
	struct list_events events;
	const struct list_column *columns; /* the caller's; must outlive the list */
	int column_count;
	int sort_column; /* -1: none shown */
	bool sort_descending;
	bool jump;       /* scroll by half a page (a pane is beside the list) */
	bool no_header;
	const char *empty, *empty_hint; /* what an empty list says */

	/* The window: rows, of which `page` from `top` on are seen. */
	struct list_row *rows;
	size_t rows_cap;
	int n, top, sel;
	int64_t base; /* number of rows[0], -1 when not known */
	bool at_start, at_end, loaded;
	int64_t count;
	bool count_exact;

	struct handles marks;
	bool all_marked; /* all rows of the list, said explicitly by the person */
	bool ranging;    /* rows passed are marked */
	uint64_t told;   /* the row events.selected was told of */
	bool told_any;

	int page, cols; /* rows for rows, cells in all */
	int widths[LIST_COLUMNS], starts[LIST_COLUMNS];
	int64_t click_ms;
	uint64_t click_handle;
};

void list_init(struct list *l, const struct list_source *source, void *src, const struct list_column *columns, int n);
void list_free(struct list *l);
void list_set_columns(struct list *l, const struct list_column *columns, int n);
void list_set_sort(struct list *l, int column, bool descending);

void list_layout(struct list *l, int rows, int cols);
void list_paint(struct list *l, const struct canvas *c, bool focused);
bool list_cursor(const struct list *l, int *row, int *col);
bool list_key(struct list *l, const struct key *k); /* mouse */
/* list.up down page-up page-down half-up half-down first last open mark mark-all range unmark: true when it was one. */
bool list_command(struct list *l, const char *id);

void list_reload(struct list *l);                  /* the rows may be others; selection is kept or its neighbour taken */
void list_restart(struct list *l);                 /* the same, from the first row (a new filter) */
void list_first(struct list *l);
void list_last(struct list *l);
void list_move(struct list *l, int delta);
bool list_select(struct list *l, uint64_t handle); /* false when it is not there */
bool list_selected(const struct list *l, uint64_t *handle);
void *list_selected_row(const struct list *l);     /* the source's data; NULL when the list is empty */
int64_t list_position(struct list *l);             /* number of the selected row from 0; -1 unknown */

bool list_is_marked(const struct list *l, uint64_t handle);
void list_unmark(struct list *l);
/* What a bulk action works on: the marked rows, or else the selected one. The caller frees. With l->all_marked the
 * caller must ask its source for all rows instead. */
uint64_t *list_targets(const struct list *l, size_t *n);

/* For list.c and its parts only. */
void list_window_clear(struct list *l);
bool list_window_load(struct list *l, enum list_from from, uint64_t anchor);
bool list_window_reach(struct list *l, int index); /* rows around `index` (may be negative) are fetched; indexes may shift */
void list_window_trim(struct list *l);
void list_window_forget_cells(struct list *l);
int list_gutter(const struct list *l);

#endif
