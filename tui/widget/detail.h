/* Detail: labelled values in sections, in two columns where it is wide. What a record looks like.
 *
 * Built by calls, freed as a whole by detail_clear(). A row with a handle can be selected and opened ("every number can
 * be opened to see what it is made of"). Embedded in a screen like a list; commands are "detail.…", context "detail". */
#ifndef TUI_WIDGET_DETAIL_H
#define TUI_WIDGET_DETAIL_H

#include "core/base/mem.h"
#include "tui/term/key.h"
#include "tui/ui/paint.h"

#include <stdbool.h>
#include <stdint.h>

struct detail_item;

struct detail {
	struct arena *arena;
	struct detail_item *items;
	size_t count, cap;
	int sel; /* index of the selected item; -1 when none can be */
	int top, rows, cols, height, columns, label_width;
	bool laid;
	void (*open)(void *arg, uint64_t handle);
	void *arg;
};

void detail_init(struct detail *d);
void detail_free(struct detail *d);
void detail_clear(struct detail *d);
void detail_section(struct detail *d, const char *title);
/* Strings are copied. Rows whose value is NULL or "" are left out; handle 0: cannot be opened. */
void detail_row(struct detail *d, const char *label, const char *value, enum role role, uint64_t handle);
/* A paragraph over the whole width of the column. */
void detail_text(struct detail *d, const char *text, enum role role, uint64_t handle);

void detail_layout(struct detail *d, int rows, int cols);
void detail_paint(struct detail *d, const struct canvas *c, bool focused);
bool detail_cursor(const struct detail *d, int *row, int *col);
bool detail_key(struct detail *d, const struct key *k);
bool detail_command(struct detail *d, const char *id);
bool detail_selected(const struct detail *d, uint64_t *handle);
/* Height all of it takes at the last layout. */
int detail_height(struct detail *d);

#endif
