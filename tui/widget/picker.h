/* The picker: a list one narrows by typing. Choices, references, the palette, the help.
 *
 * Items come from an array (filtered here, fuzzily and blind to accents and case) or from a function that is asked for
 * each text typed (a search in a database). Disabled items stay where they are, dimmed, and say why not. The answer is
 * given to a function after the picker has gone.
 */
#ifndef TUI_WIDGET_PICKER_H
#define TUI_WIDGET_PICKER_H

#include "tui/ui/ui.h"

#include <stdint.h>

struct picker;

struct picker_item {
	const char *text;
	const char *detail;  /* dim, at the right; may be NULL */
	const char *reason;  /* why it cannot be chosen; NULL: it can */
	const char *help;    /* a line below while it is selected; may be NULL */
	const char *words;   /* more words that find it; may be NULL */
	uint64_t id;         /* the caller's */
	const void *data;    /* the caller's */
	bool heading;        /* stands above others until something is typed; cannot be chosen */
};

/* In fill(): add an item; the strings are copied. */
void picker_add(struct picker *p, const struct picker_item *item);

struct picker_spec {
	const char *title;
	const struct picker_item *items; /* copied; or NULL with fill */
	size_t count;
	void (*fill)(void *arg, struct picker *p, const char *typed);
	bool fill_filtered;   /* fill() gives all; filter and rank them here */
	bool keep_order;      /* matches stay in the order given, not ranked (a help page) */
	uint64_t current;     /* selected at first */
	const char *initial;  /* typed at first; may be NULL */
	bool free_text;       /* Enter without a match answers with an item of id 0 and the text typed */
	const char *empty;    /* what to say when nothing matches */
	void (*done)(void *arg, const struct picker_item *item); /* NULL: given up */
	void *arg;
};

struct picker *picker_open(struct ui *ui, const struct picker_spec *spec);
/* Ask fill() again (results arrived). */
void picker_refresh(struct picker *p);
const char *picker_typed(const struct picker *p);

#endif
