/* The curses back end: a real terminal through ncursesw. Its .c file is the only one that includes <curses.h>.
 *
 * ncurses is used for what it is good at: knowing terminals and finding the cheapest bytes between two frames. Its
 * input is not used (input.h says why), nor its signal handlers (guard.h). Facts this file leans on, measured with
 * ncurses 6.4: until the first endwin()+refresh() it writes at every cursor motion, afterwards once per frame;
 * LINES/COLUMNS in the environment stop resizing; typeahead and KEY_RESIZE are not needed when it reads nothing.
 * As a frame is one write already, synchronized output (mode 2026) would only split it, so it is not asked for.
 */
#ifndef TUI_TERM_CURSES_H
#define TUI_TERM_CURSES_H

#include "tui/term/term.h"

struct curses_options {
	const char *crash_note;          /* one line with its newline, shown after a crash; constant, may be NULL */
	const char *log_path;            /* where stderr goes while the screen is ours; NULL throws it away */
	const char *const *private_env;  /* NULL-ended prefixes of variables that children must not see; may be NULL */
	bool no_color;                   /* --color=never; NO_COLOR and SIMPLIX_COLOR=0 are honoured too */
	bool no_mouse;
	int esc_ms;                      /* 0: $ESCDELAY, else 25 */
};

/* Take over the terminal of stdin and stdout. ST_USAGE with a message and a hint, and nothing changed, when they are
 * none or TERM cannot move a cursor. Free with term_close(). Sets LC_CTYPE from the environment (only that: numbers
 * in files must not depend on a locale); where it is not UTF-8, text is spelled in ASCII. SIMPLIX_ASCII=1 asks for
 * ASCII glyphs. Removes LINES and COLUMNS from the environment. */
enum status curses_open(const struct curses_options *o, struct term **out, struct error *err);

#endif
