/* Terminal: a grid to paint on, keys to read, and the few things only a terminal can do.
 *
 * Two back ends stand behind one vtable: curses (curses.h of this folder, a real terminal) and memory (memory.h, for
 * tests and scripted runs: the same cells, no terminal). Painting goes to the grid of the next frame with roles;
 * term_flush() shows what changed, in one write. Nothing above this layer knows curses, escape codes or colours.
 *
 * A frame: term_begin(), paint into term_grid(), term_cursor(), term_flush(). Keys: poll term_fd() and
 * term_wake_fd(), then term_read() until it says false; term_wait_ms() bounds the poll while a sequence is
 * unfinished. One thread uses a terminal; only term_wake() may be called from any thread or signal handler.
 */
#ifndef TUI_TERM_TERM_H
#define TUI_TERM_TERM_H

#include "core/base/error.h"
#include "tui/term/grid.h"
#include "tui/term/key.h"
#include "tui/term/role.h"

#include <stdbool.h>
#include <stddef.h>

struct term;

struct term_ops {
	void (*flush)(struct term *t);
	bool (*read)(struct term *t, struct key *out);
	int (*wait_ms)(const struct term *t);
	void (*drop_input)(struct term *t);
	void (*set_styles)(struct term *t); /* t->styles changed */
	void (*redraw)(struct term *t);     /* the terminal's content cannot be trusted: send everything */
	void (*wipe)(struct term *t);
	void (*suspend)(struct term *t);
	enum status (*run)(struct term *t, char *const argv[], int *exit_code, struct error *err);
	void (*set_title)(struct term *t, const char *constant);
	void (*copy)(struct term *t, const char *text, size_t n);
	void (*bell)(struct term *t);
	void (*set_mouse)(struct term *t, bool on);
	void (*close)(struct term *t);
};

/* The common part; back ends put it first in their own struct. Read the fields, change them by functions. */
struct term {
	const struct term_ops *ops;
	struct grid grid;   /* the frame being painted */
	int cursor_row, cursor_col;
	bool cursor_shown;
	int colors;         /* 0 (mono), 8, 16 or 256 */
	bool unicode;       /* false: glyphs have an ASCII form, text is spelled in ASCII by the back end */
	bool mouse;
	bool gone;          /* hung up: painting and flushing do nothing */
	int fd;             /* where keys come from; -1 when there is nothing to poll */
	int wake[2];
	struct style styles[ROLE_COUNT];
};

static inline int term_rows(const struct term *t)
{
	return t->grid.rows;
}

static inline int term_cols(const struct term *t)
{
	return t->grid.cols;
}

void term_begin(struct term *t); /* blank frame, cursor hidden at the top left */
/* Where the cursor rests. It is parked on the selected row even when hidden: screen readers follow it. */
void term_cursor(struct term *t, int row, int col, bool shown);
void term_flush(struct term *t);
bool term_read(struct term *t, struct key *out);
int term_wait_ms(const struct term *t);
/* Forget what was typed ahead: before a question that destroys something. */
void term_drop_input(struct term *t);
void term_set_styles(struct term *t, const struct style styles[ROLE_COUNT]);
void term_redraw(struct term *t);

/* Before the screen is locked: forget the scroll-back too, and send the next frame whole. */
void term_wipe(struct term *t);

/* Stop like Ctrl-Z in a shell; returns after SIGCONT with a K_RESIZE waiting. */
void term_suspend(struct term *t);
/* Give the terminal to a program (argv[0] is looked up in PATH, no shell) and wait for it. ST_NOT_FOUND when it cannot
 * be started. *exit_code is its status, or 128 + the signal that ended it. Secrets in our environment are withheld. */
enum status term_run(struct term *t, char *const argv[], int *exit_code, struct error *err);

/* The window's title. Constant text only, never data: titles can be read back by hostile programs (SEC-6). */
void term_set_title(struct term *t, const char *constant);
/* Put text on the person's clipboard by OSC 52 (base64; ST_LIMIT above TERM_COPY_MAX) and into the file `clip` of
 * the runtime folder, for terminals that ignore OSC 52 (tmux needs `set -s set-clipboard on`). */
#define TERM_COPY_MAX 100000
enum status term_copy(struct term *t, const char *text, size_t n, struct error *err);
void term_bell(struct term *t);
void term_set_mouse(struct term *t, bool on);

int term_wake_fd(const struct term *t);
void term_wake(struct term *t);         /* any thread, any signal handler: make poll() return */
void term_wake_drain(struct term *t);
void term_close(struct term **t);       /* restores the terminal; NULL allowed */

/* For back ends. */
enum status term_init(struct term *t, const struct term_ops *ops, struct error *err);
void term_fini(struct term *t);

#endif
