#include "tui/widget/prompt.h"

#include <stdlib.h>
#include <string.h>

struct prompt {
	struct screen screen;
	struct prompt_spec spec;
	struct lineedit edit;
	char *label;
	int cursor;
};

static struct prompt *self(struct screen *s)
{
	return (struct prompt *)s;
}

static void prompt_layout(struct screen *s, int rows, int cols)
{
	(void)rows;
	s->rect = (struct rect){term_rows(ui_term(s->ui)) - 1, 0, 1, cols};
}

static void prompt_paint(struct screen *s, const struct canvas *c)
{
	struct prompt *p = self(s);
	int at = 1 + paint_text(c, 0, 1, c->at.cols / 2, ROLE_ACCENT, 0, p->label);
	if (p->label[0] && p->label[1])
		at++;
	p->cursor = at + lineedit_paint(&p->edit, c, 0, at, c->at.cols - at - 1, ROLE_TEXT);
	const char *hint = p->spec.hint ? p->spec.hint(p->spec.arg, lineedit_text(&p->edit), c->scratch) : NULL;
	int behind = p->cursor + 3;
	if (hint && p->edit.at == p->edit.text.len)
		paint_text(c, 0, behind, c->at.cols - behind - 1, ROLE_DIM, 0, hint);
}

static bool prompt_cursor(struct screen *s, int *row, int *col)
{
	*row = 0;
	*col = self(s)->cursor;
	return true;
}

static void answer(struct prompt *p, bool given)
{
	struct prompt_spec spec = p->spec;
	char *text = given ? mem_strdup(lineedit_text(&p->edit)) : NULL;
	if (given && spec.history && !spec.secret)
		history_add(spec.history, text);
	ui_pop(p->screen.ui, &p->screen);
	spec.done(spec.arg, text);
	if (text && spec.secret)
		explicit_bzero(text, strlen(text));
	free(text);
}

static bool prompt_key(struct screen *s, const struct key *k)
{
	struct prompt *p = self(s);
	bool empty = p->edit.text.len == 0;
	if (key_is(k, K_ENTER)) {
		answer(p, true);
		return true;
	}
	if (key_is(k, K_ESC) || key_is_ctrl(k, 'g') || key_is_ctrl(k, 'c') || (key_is(k, K_BACKSPACE) && empty)) {
		answer(p, false);
		return true;
	}
	if (k->code == K_MOUSE && k->mouse == MOUSE_PRESS)
		return true;
	/* A secret is not left behind in a stopped program. */
	if (p->spec.secret && key_is_ctrl(k, 'z'))
		return true;
	enum edit_result r = lineedit_key(&p->edit, k);
	if (r == EDIT_CHANGED && p->spec.changed)
		p->spec.changed(p->spec.arg, lineedit_text(&p->edit));
	return r != EDIT_IGNORED || key_is_text(k);
}

static void prompt_close(struct screen *s)
{
	lineedit_free(&self(s)->edit);
	free(self(s)->label);
	free(s);
}

static const struct screen_ops prompt_ops = {
	.name = "prompt",
	.contexts = "prompt",
	.flags = SCREEN_MODAL | SCREEN_TEXT_INPUT,
	.layout = prompt_layout,
	.paint = prompt_paint,
	.cursor = prompt_cursor,
	.key = prompt_key,
	.close = prompt_close,
};

struct prompt *prompt_open(struct ui *ui, const struct prompt_spec *spec)
{
	struct prompt *p = mem_zalloc(sizeof *p);
	p->screen.ops = &prompt_ops;
	p->spec = *spec;
	p->label = mem_strdup(spec->label);
	lineedit_init(&p->edit, spec->initial);
	p->edit.secret = spec->secret;
	p->edit.history = spec->secret ? NULL : spec->history;
	p->edit.complete = spec->complete;
	p->edit.complete_arg = spec->arg;
	ui_push(ui, &p->screen);
	return p;
}
