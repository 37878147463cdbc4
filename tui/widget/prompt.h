/* A question of one line, in the bottom row: the filter, the `:` line, a name, a password. */
#ifndef TUI_WIDGET_PROMPT_H
#define TUI_WIDGET_PROMPT_H

#include "tui/ui/ui.h"
#include "tui/widget/lineedit.h"

struct prompt;

struct prompt_spec {
	const char *label;    /* ":" or "Filter:"; copied */
	const char *initial;  /* may be NULL */
	bool secret;
	struct history *history; /* may be NULL; the answer is added to it unless secret */
	/* The answer, or NULL when it was given up. Called after the prompt has gone, so it may push screens. */
	void (*done)(void *arg, const char *text);
	void (*changed)(void *arg, const char *text);              /* at each change; may be NULL */
	void (*complete)(void *arg, struct lineedit *e);           /* on Tab; may be NULL */
	const char *(*hint)(void *arg, const char *text, struct arena *a); /* dim text behind; may be NULL */
	void *arg;
};

struct prompt *prompt_open(struct ui *ui, const struct prompt_spec *spec);

#endif
