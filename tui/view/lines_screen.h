/* A screen made of lines: a title row, then headings and rows of which one is selected. Home, the agenda, settings, the imports.
 *
 * The owner fills the lines (load), says what opening one means (open) and may take further commands. Rows about records carry the entity
 * in `what` and its number in `num`; actions on the selected record then work here as everywhere (subject.h). */
#ifndef TUI_VIEW_LINES_SCREEN_H
#define TUI_VIEW_LINES_SCREEN_H

#include "tui/app.h"
#include "tui/widget/lines.h"

struct lines_screen;

struct lines_screen_ops {
	const char *name, *contexts;
	const char *title; /* N_() */
	int max_cols;      /* wider is not better to read */
	bool records;      /* rows are records of the entity in `what` */
	void (*load)(struct lines_screen *s);
	void (*open)(struct lines_screen *s, const struct line *it); /* NULL: the record is opened */
	void (*paint_top)(struct lines_screen *s, const struct canvas *c); /* NULL: the title */
	bool (*command)(struct lines_screen *s, const char *id);           /* may be NULL */
};

struct lines_screen {
	struct screen screen;
	const struct lines_screen_ops *of;
	struct screen_ops ops;
	struct app *app;
	struct arena *arena; /* emptied before each load */
	struct lines lines;
	int64_t seen;
	int64_t kept[2]; /* the owner's */
};

struct lines_screen *lines_screen_open(struct app *app, const struct lines_screen_ops *of);
/* Load again now (not only when data changed). */
void lines_screen_reload(struct lines_screen *s);
/* The selected record; 0 when the screen is none of these, or no record is selected. */
int64_t lines_screen_subject(struct screen *s, const struct entity **e);

/* Lines for the rows of a query: name, dim fact, fact at the right; a heading with the count before them, "… and more" after `max`. Nothing
 * at all for no rows, but `none` when it is given. */
struct lines_query {
	const char *title;                    /* translated; NULL: no heading */
	const char *entity, *filter, *sort;
	const char *columns[3];
	const char *none;                     /* translated; NULL */
	int max;
};
void lines_screen_add(struct lines_screen *s, const struct lines_query *q);

#endif
