#include "tui/widget/confirm.h"

#include "core/base/i18n.h"
#include "tui/widget/lineedit.h"
#include "tui/widget/panel.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIRM_COLS 64
#define TEXT_ROWS 10

struct confirm {
	struct screen screen;
	struct confirm_spec spec;
	char *title, *text, *verb, *other_verb;
	struct lineedit edit;
	int text_rows, cursor;
};

static struct confirm *self(struct screen *s)
{
	return (struct confirm *)s;
}

static bool must_type(const struct confirm *c)
{
	return c->spec.count > CONFIRM_TYPE_ABOVE;
}

static void confirm_layout(struct screen *s, int rows, int cols)
{
	struct confirm *c = self(s);
	(void)rows;
	int width = cols - 2 * PANEL_SIDE < CONFIRM_COLS ? cols - 2 * PANEL_SIDE : CONFIRM_COLS;
	struct arena *a = arena_new();
	c->text_rows = paint_wrapped(NULL, a, 0, 0, width, 0, 0, ROLE_TEXT, c->text);
	arena_free(&a);
	c->text_rows = c->text_rows > TEXT_ROWS ? TEXT_ROWS : c->text_rows;
	panel_place(s, c->text_rows + 2, CONFIRM_COLS);
}

static void confirm_paint(struct screen *s, const struct canvas *all)
{
	struct confirm *c = self(s);
	struct canvas cv = panel_paint(all, c->title);
	paint_wrapped(&cv, cv.scratch, 0, 0, cv.at.cols, c->text_rows, 0, ROLE_TEXT, c->text);
	int row = cv.at.rows - 1;
	if (must_type(c)) {
		int at = paint_format(&cv, row, 0, cv.at.cols, ROLE_WARN, 0, _("Type %ld to %s: "), c->spec.count, c->verb);
		c->cursor = at + lineedit_paint(&c->edit, &cv, row, at, cv.at.cols - at, ROLE_INPUT);
		return;
	}
	char *label = key_label(&(struct key){.code = K_ESC});
	const char *esc = arena_printf(cv.scratch, "[%s]", label);
	free(label);
	char key[4] = {'[', c->spec.key, ']', 0}, other[4] = {'[', c->spec.other_key, ']', 0};
	struct span spans[] = {{ROLE_ERROR, 0, key}, {ROLE_TEXT, 0, " "}, {ROLE_TEXT, 0, c->verb}, {ROLE_TEXT, 0, "   "},
		{ROLE_KEY, 0, esc}, {ROLE_TEXT, 0, " "}, {ROLE_TEXT, 0, _("keep everything as it is")}};
	struct span more[] = {{ROLE_WARN, 0, other}, {ROLE_TEXT, 0, " "}, {ROLE_TEXT, 0, c->other_verb}};
	int used = paint_spans(&cv, row, 0, cv.at.cols, spans, 4);
	if (c->other_verb)
		used += paint_spans(&cv, row, used, cv.at.cols - used, more, 3) + 3;
	paint_spans(&cv, row, used, cv.at.cols - used, spans + 4, 3);
}

static bool confirm_cursor(struct screen *s, int *row, int *col)
{
	struct confirm *c = self(s);
	*row = s->rect.rows - 2;
	*col = PANEL_SIDE + (must_type(c) ? c->cursor : 1);
	return true;
}

static void answer(struct confirm *c, int value)
{
	struct confirm_spec spec = c->spec;
	c->spec.done = NULL;
	ui_pop(c->screen.ui, &c->screen);
	spec.done(spec.arg, value);
}

static void typed(struct confirm *c, const struct key *k)
{
	if (!key_is(k, K_ENTER)) {
		(void)lineedit_key(&c->edit, k);
		return;
	}
	char want[24];
	(void)snprintf(want, sizeof want, "%ld", c->spec.count);
	if (strcmp(lineedit_text(&c->edit), want) == 0)
		answer(c, 1);
	else
		ui_toast(c->screen.ui, TOAST_WARN, _("That is not %s. Esc keeps everything as it is."), want);
}

static bool confirm_key(struct screen *s, const struct key *k)
{
	struct confirm *c = self(s);
	bool no = key_is(k, K_ESC) || key_is_ctrl(k, 'g') || key_is_ctrl(k, 'c');
	if (no || (!must_type(c) && (key_is_char(k, 'n') || key_is_char(k, 'q'))))
		answer(c, 0);
	else if (must_type(c))
		typed(c, k);
	else if (key_is_char(k, c->spec.key))
		answer(c, 1);
	else if (c->other_verb && key_is_char(k, c->spec.other_key))
		answer(c, 2);
	/* All other keys end here: nothing below the question may act. Ctrl-L and Ctrl-Z are left to the commands. */
	return key_is_text(k) || k->code != K_CHAR;
}

static void confirm_close(struct screen *s)
{
	struct confirm *c = self(s);
	if (c->spec.done) /* went with what is below it */
		c->spec.done(c->spec.arg, 0);
	lineedit_free(&c->edit);
	free(c->title);
	free(c->text);
	free(c->verb);
	free(c->other_verb);
	free(c);
}

static const struct screen_ops confirm_ops = {
	.name = "confirm",
	.contexts = "confirm",
	.flags = SCREEN_MODAL,
	.layout = confirm_layout,
	.paint = confirm_paint,
	.cursor = confirm_cursor,
	.key = confirm_key,
	.close = confirm_close,
};

void confirm_open(struct ui *ui, const struct confirm_spec *spec)
{
	struct confirm *c = mem_zalloc(sizeof *c);
	c->screen.ops = &confirm_ops;
	c->spec = *spec;
	c->title = mem_strdup(spec->title);
	c->text = mem_strdup(spec->text ? spec->text : "");
	c->verb = mem_strdup(spec->verb);
	c->other_verb = spec->other_verb ? mem_strdup(spec->other_verb) : NULL;
	lineedit_init(&c->edit, NULL);
	c->edit.max = 20;
	ui_drop_input(ui);
	ui_push(ui, &c->screen);
	if (must_type(c))
		c->screen.flags |= SCREEN_TEXT_INPUT;
}
