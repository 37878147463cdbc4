#include "tui/widget/form_parts.h"

#include "core/base/i18n.h"
#include "core/base/text.h"

#include <string.h>

#define TITLE_ROWS 2 /* title and a blank row */
#define LABEL_MAX 24
#define VALUE_MAX 72
#define WHEEL_ROWS 3

static struct form *self(struct screen *s)
{
	return (struct form *)s;
}

static bool starts_group(const struct form *f, int i)
{
	const char *group = f->spec.fields[i].group;
	const char *before = i > 0 ? f->spec.fields[i - 1].group : NULL;
	return group && (!before || strcmp(group, before) != 0);
}

/* Give each field its line: group heads, errors and the buttons take lines too. */
static void place(struct form *f)
{
	int line = 0, widest = 0;
	for (int i = 0; i < f->spec.count; i++) {
		int w = text_width(_(f->spec.fields[i].label)) + 2;
		widest = w > widest ? w : widest;
		if (starts_group(f, i))
			line += i > 0 ? 2 : 1;
		f->values[i].line = line;
		line += f->values[i].error ? 2 : 1;
	}
	int most = f->cols / 3 < LABEL_MAX ? f->cols / 3 : LABEL_MAX;
	f->label_width = widest > most ? most : widest;
	f->height = line + 2; /* a blank line and the buttons */
}

static int body_rows(const struct form *f)
{
	int n = f->rows - TITLE_ROWS - 1; /* the last row is for help */
	return n > 0 ? n : 1;
}

static int line_of(const struct form *f, int what)
{
	return what < f->spec.count ? f->values[what].line : f->height - 1;
}

void form_show(struct form *f)
{
	place(f);
	int line = line_of(f, f->focus), rows = body_rows(f);
	int above = f->focus < f->spec.count && starts_group(f, f->focus) && line > 0 ? 1 : 0;
	int below = f->focus < f->spec.count && f->values[f->focus].error ? 1 : 0;
	if (line - above < f->top)
		f->top = line - above;
	if (line + below >= f->top + rows)
		f->top = line + below - rows + 1;
	int last = f->height > rows ? f->height - rows : 0;
	f->top = f->top > last ? last : f->top < 0 ? 0 : f->top;
}

void form_layout(struct screen *s, int rows, int cols)
{
	self(s)->rows = rows;
	self(s)->cols = cols;
	form_show(self(s));
}

static int value_col(const struct form *f)
{
	return 3 + f->label_width + 1;
}

static int value_width(const struct form *f)
{
	int w = f->cols - value_col(f) - 2;
	return w > VALUE_MAX ? VALUE_MAX : w;
}

static const char *shown_value(struct form *f, int i, struct arena *a)
{
	const struct form_field *fd = &f->spec.fields[i];
	const char *text = f->values[i].text;
	if (fd->kind == FORM_CHECK)
		return *text ? "[x]" : "[ ]";
	if (fd->kind == FORM_SECRET)
		return *text ? "********" : "";
	if (fd->kind == FORM_CHOICE && f->spec.shown)
		return f->spec.shown(f->spec.arg, f, i, text, a);
	return text;
}

static void paint_field(struct form *f, const struct canvas *c, int i)
{
	const struct form_field *fd = &f->spec.fields[i];
	int row = f->values[i].line - f->top, col = value_col(f), width = value_width(f);
	bool focused = i == f->focus, opens = fd->kind == FORM_CHOICE || (fd->flags & FORM_PICK) || fd->kind == FORM_MULTILINE;
	if (starts_group(f, i))
		paint_text(c, row - 1, 1, c->at.cols - 2, ROLE_HEADER, 0, _(fd->group));
	if (focused)
		paint_glyph(c, row, 1, ROLE_SEL, GLYPH_SELECTED);
	int used = paint_text(c, row, 3, f->label_width, ROLE_LABEL, focused ? ATTR_BOLD : 0, _(fd->label));
	if (fd->flags & FORM_REQUIRED)
		paint_text(c, row, 3 + used, 1, ROLE_ACCENT, 0, "*");
	if (focused && form_is_edited(f, i))
		f->cursor = lineedit_paint(&f->edit, c, row, col, width, ROLE_INPUT);
	else {
		enum role role = fd->flags & FORM_READONLY ? ROLE_DIM : ROLE_TEXT;
		used = paint_text(c, row, col, width, role, focused ? ATTR_BOLD : 0, shown_value(f, i, c->scratch));
		if (focused && opens)
			paint_glyph(c, row, col + used + (used > 0), ROLE_ACCENT, GLYPH_DROP);
		f->cursor = focused ? 0 : f->cursor;
	}
	if (f->values[i].error)
		paint_text(c, row + 1, col, c->at.cols - col - 1, ROLE_ERROR, 0, f->values[i].error);
}

static void paint_buttons(struct form *f, const struct canvas *c)
{
	int row = f->height - 1 - f->top, at = value_col(f);
	const char *labels[] = {f->spec.submit_label ? f->spec.submit_label : _("Save"), _("Cancel")};
	for (int i = 0; i < 2; i++) {
		bool focused = f->focus == f->spec.count + i;
		at += 2 + paint_format(c, row, at, c->at.cols - at, focused ? ROLE_INPUT_SEL : ROLE_TEXT, 0, "[ %s ]", labels[i]);
	}
}

void form_paint(struct screen *s, const struct canvas *c)
{
	struct form *f = self(s);
	paint_text(c, 0, 1, c->at.cols - 2, ROLE_TITLE, 0, f->title);
	struct canvas body = canvas_sub(c, TITLE_ROWS, 0, body_rows(f), c->at.cols);
	for (int i = 0; i < f->spec.count; i++)
		paint_field(f, &body, i);
	paint_buttons(f, &body);
	if (f->top + body_rows(f) < f->height)
		paint_glyph(&body, body.at.rows - 1, c->at.cols - 1, ROLE_DIM, GLYPH_DROP);
	const char *help = f->focus < f->spec.count ? f->spec.fields[f->focus].help : NULL;
	if (help)
		paint_text(c, c->at.rows - 1, 3, c->at.cols - 4, ROLE_DIM, 0, _(help));
}

bool form_cursor(struct screen *s, int *row, int *col)
{
	struct form *f = self(s);
	*row = TITLE_ROWS + line_of(f, f->focus) - f->top;
	*col = value_col(f) + (form_is_edited(f, f->focus) ? f->cursor : 0);
	return form_is_edited(f, f->focus);
}

bool form_mouse(struct form *f, const struct key *k)
{
	int line = k->row - TITLE_ROWS + f->top;
	if (k->mouse == MOUSE_WHEEL_DOWN || k->mouse == MOUSE_WHEEL_UP) {
		int last = f->height > body_rows(f) ? f->height - body_rows(f) : 0;
		int top = f->top + (k->mouse == MOUSE_WHEEL_DOWN ? WHEEL_ROWS : -WHEEL_ROWS);
		f->top = top < 0 ? 0 : top > last ? last : top;
		return true;
	}
	if (k->mouse != MOUSE_PRESS || k->button != 1)
		return true;
	for (int i = 0; i < f->spec.count; i++) {
		if (f->values[i].line != line || (f->spec.fields[i].flags & FORM_READONLY))
			continue;
		if (i == f->focus && form_is_edited(f, i))
			lineedit_click(&f->edit, k->col - value_col(f));
		else if (i == f->focus)
			form_press(f, i);
		else
			form_focus(f, i);
		return true;
	}
	if (line == f->height - 1) {
		const char *save = f->spec.submit_label ? f->spec.submit_label : _("Save");
		form_press(f, f->spec.count + (k->col >= value_col(f) + text_width(save) + 5));
	}
	return true;
}
