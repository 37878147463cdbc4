/* A question before something is destroyed.
 *
 * The key that says yes is never the one that asked: a capital letter shown in brackets; Esc, n and q say no; Enter says
 * nothing. For many records the number must be typed. What was typed ahead is thrown away when the question opens. */
#ifndef TUI_WIDGET_CONFIRM_H
#define TUI_WIDGET_CONFIRM_H

#include "tui/ui/ui.h"

struct confirm_spec {
	const char *title;         /* "Delete 14 contacts?" */
	const char *text;          /* what will happen, names; wrapped; may be NULL */
	char key;                  /* 'D': a capital letter */
	const char *verb;          /* "delete", behind the key */
	long count;                /* above CONFIRM_TYPE_ABOVE the number must be typed; 0 or 1: one record */
	const char *other_verb;    /* a second way to say yes with its own key ("archive"); NULL: none */
	char other_key;
	/* 1 yes, 2 the other, 0 no. Called after the question has gone. */
	void (*done)(void *arg, int answer);
	void *arg;
};

#define CONFIRM_TYPE_ABOVE 20

void confirm_open(struct ui *ui, const struct confirm_spec *spec);

#endif
