/* The form's insides, shared by form.c (values, keys) and form_paint.c (places, painting, mouse) only. */
#ifndef TUI_WIDGET_FORM_PARTS_H
#define TUI_WIDGET_FORM_PARTS_H

#include "tui/widget/form.h"
#include "tui/widget/lineedit.h"

struct form_value {
	char *text, *initial, *error;
	int line; /* of the field, from the top of the form */
	bool secret; /* known here, since the caller's fields may be gone when the values are freed */
};

struct form {
	struct screen screen;
	struct form_spec spec;
	char *title;
	struct form_value *values;
	struct lineedit edit; /* of the focused text field */
	int focus;            /* a field; count: the save button; count + 1: the other */
	int top, rows, cols, height, label_width;
	int cursor;
	uint32_t idle; /* timer */
	char *before;  /* the text that is being written elsewhere, as it was; NULL */
};

bool form_is_edited(const struct form *f, int field);
void form_show(struct form *f); /* places fields anew and scrolls the focus into view */
void form_press(struct form *f, int what); /* a click on what has the focus already */
void form_layout(struct screen *s, int rows, int cols);
void form_paint(struct screen *s, const struct canvas *c);
bool form_cursor(struct screen *s, int *row, int *col);
bool form_mouse(struct form *f, const struct key *k);

#endif
