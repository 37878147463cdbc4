/* One line of text being edited: the keys of readline, by characters as people see them.
 *
 * C-a C-e Home End, C-b C-f arrows, M-b M-f C-arrows by words; BS Del C-d, C-w M-BS M-d C-k C-u kill, C-y brings back;
 * C-t swaps; C-_ undoes; Up Down C-p C-n walk the history if there is one. A paste is inserted as text, newlines as spaces.
 * Enter, Tab, Esc and what is not listed are left to the owner. The text stays as typed: only
 * what is shown of it is cleaned. A secret is shown as dots and wiped when freed.
 */
#ifndef TUI_WIDGET_LINEEDIT_H
#define TUI_WIDGET_LINEEDIT_H

#include "core/base/mem.h"
#include "tui/term/key.h"
#include "tui/ui/paint.h"

#include <stdbool.h>
#include <stddef.h>

/* Lines that were entered before, newest last. Owned by the application, shared by edits. */
struct history {
	char **items;
	size_t count, cap;
};
#define HISTORY_MAX 200
void history_add(struct history *h, const char *line); /* blank lines and repeats of the last are left out */
void history_free(struct history *h);

enum edit_result { EDIT_IGNORED, EDIT_MOVED, EDIT_CHANGED };

struct edit_state {
	char *text;
	size_t at;
};
#define EDIT_UNDO 32

struct lineedit {
	struct buf text;
	size_t at;     /* byte offset of the cursor */
	size_t left;   /* first byte shown */
	size_t max;    /* bytes accepted; 0: LINEEDIT_MAX */
	bool secret;
	char *killed;
	struct history *history; /* may be NULL */
	size_t history_at;       /* items[history_at] is shown; count: the line being typed */
	char *draft;             /* that line, while history is shown */
	struct edit_state undo[EDIT_UNDO];
	int undo_count;
	bool typing; /* letters in a row are undone together */
};

#define LINEEDIT_MAX 65536

void lineedit_init(struct lineedit *e, const char *text); /* NULL: empty; the cursor is at the end */
void lineedit_free(struct lineedit *e);
const char *lineedit_text(const struct lineedit *e);
void lineedit_set(struct lineedit *e, const char *text);
void lineedit_insert(struct lineedit *e, const char *text, size_t n);
enum edit_result lineedit_key(struct lineedit *e, const struct key *k);
/* Paint into `width` cells and return the cursor's cell in them. */
int lineedit_paint(struct lineedit *e, const struct canvas *c, int row, int col, int width, enum role role);
/* Put the cursor at a cell of the painted field (a click). */
void lineedit_click(struct lineedit *e, int cell);

#endif
