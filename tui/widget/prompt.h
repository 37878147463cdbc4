/* A question of one line, in the bottom row: the filter, the `:` line, a name, a password.
 *
 * Above it there may be more lines: what is wrong with the answer (Enter then leaves the prompt open, the cursor at the word), the
 * candidates of a completion (Tab goes through them), or a note on what was typed, wrapped. */
#ifndef TUI_WIDGET_PROMPT_H
#define TUI_WIDGET_PROMPT_H

#include "core/base/error.h"
#include "tui/ui/ui.h"
#include "tui/widget/lineedit.h"

struct prompt;

/* What could stand in the line: a replacement of the word at the cursor. */
struct candidate {
	const char *text;
	const char *shown; /* in the line of candidates; NULL: text */
};
#define PROMPT_CANDIDATES 400

struct prompt_spec {
	const char *label;    /* ":" or "Filter:"; copied */
	const char *initial;  /* may be NULL */
	bool secret;
	bool retype;          /* an answer that check() refuses is taken out of the line; secrets always are */
	bool quits;           /* Ctrl-Q leaves the program from here too */
	struct history *history; /* may be NULL; the answer is added to it unless secret */
	/* The answer, or NULL when it was given up. Called once, after the prompt has gone, so it may push screens. */
	void (*done)(void *arg, const char *text);
	void (*changed)(void *arg, const char *text);              /* at each change; may be NULL */
	/* On Tab: candidates for the word that begins at *from and ends at the cursor; the count. Arena memory. May be NULL */
	int (*complete)(void *arg, const char *text, size_t cursor, struct arena *a, struct candidate *out, int max, size_t *from);
	/* On Enter: anything but ST_OK keeps the prompt open and shows the error; *at (-1 at first) is the place to go to. May be NULL */
	enum status (*check)(void *arg, const char *text, int *at, struct error *err);
	const char *(*hint)(void *arg, const char *text, struct arena *a); /* dim text behind; may be NULL */
	const char *(*note)(void *arg, const char *text, struct arena *a); /* lines above; may be NULL */
	void *arg;
};

struct prompt *prompt_open(struct ui *ui, const struct prompt_spec *spec);

#endif
