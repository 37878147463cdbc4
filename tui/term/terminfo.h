/* What the terminal description says: keys, the way back, whether a full screen is possible at all.
 * Apart from curses.c because <term.h> of ncurses and our struct term share a name. */
#ifndef TUI_TERM_TERMINFO_H
#define TUI_TERM_TERMINFO_H

#include "core/base/error.h"
#include "tui/term/input.h"

#include <stdbool.h>
#include <stddef.h>

/* ST_USAGE with message and hint when `term` (TERM; may be NULL or hostile) has no description or no cursor motion. */
enum status terminfo_check(const char *term, struct error *err);
/* Does the name belong to a terminal of xterm's kind (titles, OSC 52, bracketed paste, SGR mouse)? */
bool terminfo_is_xterm_like(const char *term);
/* The description to use for TERM: itself, or xterm-256color for one of xterm's kind that this host does not know yet
 * (kitty, alacritty, foot… over SSH). */
const char *terminfo_choose(const char *term);

/* The rest speaks of the terminal curses has started. */
const char *terminfo_string(const char *cap); /* NULL when absent */
void terminfo_keys(struct input *in);
/* `first`, then the bytes that leave colours, keypad mode and the alternate screen, then a new line. Returns the length;
 * computed beforehand so that a crash handler only has to write them. */
size_t terminfo_restore(const char *first, char *out, size_t size);

/* Send what blanks each line by itself. */
void terminfo_blank_lines(int rows, void (*send)(const char *bytes));

#endif
