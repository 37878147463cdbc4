/* A short menu with a letter per choice: what to do with this, how to sort, which outcome. */
#ifndef TUI_WIDGET_MENU_H
#define TUI_WIDGET_MENU_H

#include "tui/ui/ui.h"

struct menu_item {
	char key;           /* 0: none */
	const char *text;
	const char *detail; /* dim; may be NULL */
	const char *reason; /* why not; NULL: it can be chosen */
};

/* `done` gets the index, or -1. Items are copied. */
void menu_open(struct ui *ui, const char *title, const struct menu_item *items, int count, int current,
	void (*done)(void *arg, int index), void *arg);

#endif
