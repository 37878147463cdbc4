/* Lines: a short scrolling column of headings, labelled values and rows, of which one is selected. Records and the home screen are made
 * of these. Everything is in memory; for many rows use a list. */
#ifndef TUI_WIDGET_LINES_H
#define TUI_WIDGET_LINES_H

#include "tui/ui/paint.h"

#include <stdint.h>

enum line_kind { LINE_HEADING, LINE_FIELD, LINE_ROW, LINE_TEXT, LINE_BLANK };

struct line {
	enum line_kind kind;
	const char *text, *middle, *right; /* FIELD: label, value, dim remark. ROW: name, dim fact, fact at the right */
	enum role role, right_role;
	bool stop;        /* a heading that can be selected: of an empty list, to add to it */
	int field;        /* the owner's: which field */
	const void *what; /* the owner's */
	const void *from; /* the owner's */
	int64_t num;
};

struct lines {
	struct line *items;
	size_t n, cap;
	int top, sel, rows;
	int label; /* cells for the labels of fields; 0: LINES_LABEL */
};

#define LINES_LABEL 20
/* Commands of lists that lines do not have, for a screen's `hides`. */
#define LINES_HIDE "list.mark list.range list.mark-all list.unmark"

struct line *lines_add(struct lines *l, enum line_kind kind); /* valid until the next add */
void lines_clear(struct lines *l);                            /* keeps the position */
void lines_free(struct lines *l);
bool line_selectable(const struct line *it);                  /* FIELD, ROW, a heading one stops at */
void lines_settle(struct lines *l);                           /* after filling: the selection is on a line that can have it */
bool lines_move(struct lines *l, int delta);                  /* false: it was at the end */
const struct line *lines_selected(const struct lines *l);     /* NULL when there is none */
void lines_paint(struct lines *l, const struct canvas *c, bool focused);
/* A click on a painted row: selects it. 1 selected, 2 was selected already, 0 nothing there. */
int lines_click(struct lines *l, int row);
/* list.up down page-up … as in lists; false when it is none of these or changes nothing. */
bool lines_command(struct lines *l, const char *id);

#endif
