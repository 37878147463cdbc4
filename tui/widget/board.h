/* The board: columns of cards, with a title and a sum above each. A pipeline, a planning.
 *
 * Data comes from a source by column and index; cards are known by handles, so that the selected card stays selected
 * when it moves or when others come. Columns that do not fit scroll sideways with the selection. A card is two lines.
 * Moving a card is an event: the owner changes the data and calls board_reload(). Commands "board.…", context "board". */
#ifndef TUI_WIDGET_BOARD_H
#define TUI_WIDGET_BOARD_H

#include "core/base/mem.h"
#include "tui/term/key.h"
#include "tui/ui/paint.h"
#include "tui/widget/handles.h"

#include <stdbool.h>
#include <stdint.h>

struct board_column {
	const char *title;
	const char *summary; /* a sum and a count: "3 · 48 k€"; may be NULL */
	enum role role;
	int count;
};

struct board_card {
	uint64_t handle;
	const char *title;
	const char *left, *right; /* second line; may be NULL */
	enum role role;           /* of the second line (overdue, rotting) */
	const char *sign;         /* one cell at the beginning of the second line ("!"); may be NULL */
};

struct board_source {
	int (*columns)(void *src);
	void (*column)(void *src, int column, struct arena *a, struct board_column *out);
	void (*card)(void *src, int column, int index, struct arena *a, struct board_card *out);
};

struct board_events {
	void (*open)(void *arg, uint64_t handle);
	void (*move)(void *arg, uint64_t handle, int from, int to); /* to another column */
	void (*selected)(void *arg, bool any, uint64_t handle);
	void *arg;
};

#define BOARD_COLUMNS 24

struct board {
	const struct board_source *source;
	void *src;
	struct board_events events;
	struct arena *arena;
	struct board_column columns[BOARD_COLUMNS];
	int count;
	int sel[BOARD_COLUMNS], top[BOARD_COLUMNS]; /* remembered per column */
	int column, first; /* with the selection; leftmost shown */
	int rows, cols, shown, width;
	uint64_t handle;   /* the selected card */
	bool any;
	uint64_t dragged;  /* pressed with the mouse, 0 none */
	int dragged_from;
	int64_t click_ms;
	struct handles marks;
};

void board_init(struct board *b, const struct board_source *source, void *src);
void board_free(struct board *b);
void board_reload(struct board *b); /* keeps the selected card where it still is, in whatever column */
void board_layout(struct board *b, int rows, int cols);
void board_paint(struct board *b, const struct canvas *c, bool focused);
bool board_cursor(const struct board *b, int *row, int *col);
bool board_key(struct board *b, const struct key *k);
/* board.left right up down page-up page-down first last move-left move-right open mark unmark */
bool board_command(struct board *b, const char *id);
bool board_selected(const struct board *b, uint64_t *handle);
bool board_select(struct board *b, uint64_t handle);

#endif
