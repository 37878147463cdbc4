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
	const char *hides; /* as in struct screen_ops */
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
	int64_t kept[4]; /* the owner's */
};

struct lines_screen *lines_screen_open(struct app *app, const struct lines_screen_ops *of);
/* Load again now (not only when data changed). */
void lines_screen_reload(struct lines_screen *s);
/* The selected record; 0 when the screen is none of these, or no record is selected. */
int64_t lines_screen_subject(struct screen *s, const struct entity **e);

/* What opening a line means on a screen of records: the record, or the whole list behind "… and more". */
void lines_screen_follow(struct lines_screen *s, const struct line *it);

/* Lines for the rows of a query: name, dim facts, fact at the right; a heading with the count before them, and a line that opens the
 * whole list after `max`. Nothing at all for no rows, but `none` when it is given. */
struct lines_query {
	const char *title;                    /* translated; NULL: no heading */
	const char *entity, *filter, *sort;
	const char *columns[4];               /* name, one or two facts, the fact at the right (3 or 4 in all) */
	const char *none;                     /* translated; NULL */
	int max;
	const char *scope;                    /* as in struct query; NULL: none */
	struct id scope_id;
	const char *whole;                    /* filter of the list behind "… and more"; NULL: filter */
};
/* "yours" or "everybody's", for the title of a screen that shows either. */
const char *lines_screen_whose(bool everybody);
void lines_screen_add(struct lines_screen *s, const struct lines_query *q);

#endif
