/* A screen to write several lines in: notes, descriptions, mail.
 *
 * Arrows, Home End PgUp PgDn C-a C-e; BS Del C-k C-u; Enter starts a line; paste keeps its lines. F2 or C-s keeps the text,
 * Esc gives up (and asks when something was written), F4 or C-o opens it in $EDITOR. */
#ifndef TUI_WIDGET_TEXTEDIT_H
#define TUI_WIDGET_TEXTEDIT_H

#include "tui/ui/ui.h"

struct textedit_spec {
	const char *title;
	const char *text;      /* may be NULL */
	const char *file_name; /* for $EDITOR: "note.md" */
	bool from_top;         /* the cursor begins at the top, not behind the text */
	size_t max;            /* bytes; 0: a megabyte */
	const char *typed;     /* a letter that opened it, written at once; may be NULL */
	void (*changed)(void *arg, const char *text); /* at each change: keep it, in case the line breaks. May be NULL */
	void (*done)(void *arg, const char *text); /* NULL: given up */
	void *arg;
};

void textedit_open(struct ui *ui, const struct textedit_spec *spec);

#endif
