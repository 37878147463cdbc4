#include "tui/widget/prompt.h"

#include "core/base/i18n.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { CANDIDATE_GAP = 2 };

struct prompt {
	struct screen screen;
	struct prompt_spec spec;
	struct lineedit edit;
	char *label;
	int cursor;
	char *wrong; /* what check() said; until the next key */
	bool checking;
	/* A completion under way. */
	struct arena *arena;
	struct candidate candidates[PROMPT_CANDIDATES];
	int count, chosen; /* -1: their common beginning stands in the line */
	size_t from, to;   /* the word they replace */
};

static struct prompt *self(struct screen *s)
{
	return (struct prompt *)s;
}

/* Lines above */

static const char *shown(const struct candidate *c)
{
	return c->shown ? c->shown : c->text;
}

/* How many candidates fit in a line from `first` on; at least one. */
static int fitting(const struct prompt *p, int first, int width)
{
	int n = 0;
	for (int used = 0; first + n < p->count; n++) {
		used += text_width(shown(&p->candidates[first + n])) + CANDIDATE_GAP;
		if (n && used > width)
			break;
	}
	return n;
}

static void paint_candidates(const struct prompt *p, const struct canvas *c)
{
	int width = c->at.cols - 6, first = 0, n;
	for (n = fitting(p, 0, width); p->chosen >= first + n; n = fitting(p, first, width))
		first += n;
	int col = 1;
	if (first > 0)
		paint_glyph(c, 0, 0, ROLE_ACCENT, GLYPH_LEFT);
	for (int i = first; i < first + n; i++) {
		bool here = i == p->chosen;
		col += paint_text(c, 0, col, c->at.cols - col - 2, here ? ROLE_ACCENT : ROLE_DIM, here ? ATTR_BOLD | ATTR_UNDERLINE : 0,
			       shown(&p->candidates[i])) + CANDIDATE_GAP;
	}
	if (first + n < p->count)
		paint_format(c, 0, col, c->at.cols - col, ROLE_DIM, 0, "+%d", p->count - first - n);
}

static const char *above(struct prompt *p, struct arena *a)
{
	if (p->wrong)
		return p->wrong;
	const char *note = p->spec.note ? p->spec.note(p->spec.arg, lineedit_text(&p->edit), a) : NULL;
	return note && *note ? note : NULL;
}

/* With the rule that parts them from the screen below. */
static int rows_above(struct prompt *p, int cols)
{
	if (p->count && !p->wrong)
		return 2;
	struct arena *a = arena_new();
	const char *text = above(p, a);
	int most = term_rows(ui_term(p->screen.ui)) / 2, rows = text ? paint_wrapped(NULL, a, 0, 1, cols - 2, 0, 0, ROLE_TEXT, text) : 0;
	arena_free(&a);
	rows = rows < most ? rows : most;
	return rows ? rows + 1 : 0;
}

/* Screen */

static void prompt_layout(struct screen *s, int rows, int cols)
{
	int more = rows_above(self(s), cols);
	(void)rows;
	s->rect = (struct rect){term_rows(ui_term(s->ui)) - 1 - more, 0, 1 + more, cols};
}

static void prompt_paint(struct screen *s, const struct canvas *all)
{
	struct prompt *p = self(s);
	struct canvas top = canvas_sub(all, 1, 0, all->at.rows - 2, all->at.cols), line = canvas_sub(all, all->at.rows - 1, 0, 1, all->at.cols);
	const struct canvas *c = &line;
	const char *text = above(p, all->scratch);
	if (all->at.rows > 1)
		paint_rule(all, 0, 1, all->at.cols - 2);
	if (p->count && !p->wrong)
		paint_candidates(p, &top);
	else if (text)
		(void)paint_wrapped(&top, all->scratch, 0, 1, all->at.cols - 2, top.at.rows, 0, p->wrong ? ROLE_ERROR : ROLE_TEXT, text);
	int at = 1 + paint_text(c, 0, 1, c->at.cols / 2, ROLE_ACCENT, 0, p->label);
	if (p->label[0] && p->label[1])
		at++;
	p->cursor = at + lineedit_paint(&p->edit, c, 0, at, c->at.cols - at - 1, ROLE_TEXT);
	const char *hint = p->spec.hint && !p->count ? p->spec.hint(p->spec.arg, lineedit_text(&p->edit), c->scratch) : NULL;
	int behind = p->cursor + 3;
	if (p->checking)
		hint = _("Checking…");
	if (hint && p->edit.at == p->edit.text.len)
		paint_text(c, 0, behind, c->at.cols - behind - 1, ROLE_DIM, 0, hint);
}

static bool prompt_cursor(struct screen *s, int *row, int *col)
{
	*row = s->rect.rows - 1;
	*col = self(s)->cursor;
	return true;
}

/* Completion */

static void end_completion(struct prompt *p)
{
	p->count = 0;
	arena_free(&p->arena);
}

static void put_word(struct prompt *p, const char *word, size_t n)
{
	const char *text = lineedit_text(&p->edit);
	char *line = mem_printf("%.*s%.*s%s", (int)p->from, text, (int)n, word, text + p->to);
	lineedit_set(&p->edit, line);
	p->edit.at = p->to = p->from + n;
	free(line);
	if (p->spec.changed)
		p->spec.changed(p->spec.arg, lineedit_text(&p->edit));
}

/* The first Tab puts what all candidates share and shows them; the next ones go through them. */
static void begin_completion(struct prompt *p)
{
	const char *text = lineedit_text(&p->edit);
	p->arena = arena_new();
	p->to = p->from = p->edit.at;
	p->count = p->spec.complete(p->spec.arg, text, p->edit.at, p->arena, p->candidates, PROMPT_CANDIDATES, &p->from);
	p->chosen = -1;
	if (!p->count) {
		end_completion(p);
		return;
	}
	const char *first = p->candidates[0].text;
	size_t common = strlen(first);
	for (int i = 1; i < p->count; i++)
		for (size_t k = 0; k < common; k++)
			if (p->candidates[i].text[k] != first[k])
				common = k;
	while (common > 0 && (first[common] & 0xc0) == 0x80)
		common--;
	if (common >= p->to - p->from && strncmp(text + p->from, first, common) != 0)
		put_word(p, first, common);
	if (p->count == 1)
		end_completion(p);
}

static void complete(struct prompt *p, int step)
{
	if (!p->count) {
		begin_completion(p);
		return;
	}
	p->chosen = p->chosen < 0 && step < 0 ? p->count - 1 : (p->chosen + step + p->count) % p->count;
	put_word(p, p->candidates[p->chosen].text, strlen(p->candidates[p->chosen].text));
}

/* Keys */

static void answer(struct prompt *p, bool given)
{
	struct prompt_spec spec = p->spec;
	char *text = given ? mem_strdup(lineedit_text(&p->edit)) : NULL;
	if (given && spec.history && !spec.secret)
		history_add(spec.history, text);
	p->spec.done = NULL;
	ui_pop(p->screen.ui, &p->screen);
	spec.done(spec.arg, text);
	if (text && spec.secret)
		explicit_bzero(text, strlen(text));
	free(text);
}

/* Hashing a password takes a while, on purpose. */
static void show_checking(struct prompt *p)
{
	p->checking = true;
	ui_frame(p->screen.ui);
	p->checking = false;
	screen_dirty(&p->screen, DIRTY_LAYOUT);
}

static void enter(struct prompt *p)
{
	struct error err = {0};
	int at = -1;
	if (p->spec.secret && p->spec.check)
		show_checking(p);
	if (!p->spec.check || p->spec.check(p->spec.arg, lineedit_text(&p->edit), &at, &err) == ST_OK) {
		answer(p, true);
		return;
	}
	p->wrong = mem_printf("%s%s%s", err.message, err.hint[0] ? " " : "", err.hint);
	if (p->spec.secret || p->spec.retype)
		lineedit_set(&p->edit, "");
	else if (at >= 0 && (size_t)at <= p->edit.text.len)
		p->edit.at = (size_t)at;
}

static bool take_key(struct prompt *p, const struct key *k)
{
	bool empty = p->edit.text.len == 0, tab = k->code == K_TAB && !(k->mods & ~MOD_SHIFT) && p->spec.complete;
	free(p->wrong);
	p->wrong = NULL;
	if (p->count && key_is(k, K_ESC)) {
		end_completion(p);
		return true;
	}
	if (tab) {
		complete(p, k->mods & MOD_SHIFT ? -1 : 1);
		return true;
	}
	end_completion(p);
	if (key_is(k, K_ENTER)) {
		enter(p);
		return true;
	}
	if (key_is(k, K_ESC) || key_is_ctrl(k, 'g') || key_is_ctrl(k, 'c') || (key_is(k, K_BACKSPACE) && empty)) {
		answer(p, false);
		return true;
	}
	if (k->code == K_MOUSE && k->mouse == MOUSE_PRESS)
		return true;
	if (p->spec.quits && key_is_ctrl(k, 'q')) {
		ui_quit(p->screen.ui, 0);
		return true;
	}
	/* A secret is not left behind in a stopped program. */
	if (p->spec.secret && key_is_ctrl(k, 'z'))
		return true;
	enum edit_result r = lineedit_key(&p->edit, k);
	if (r == EDIT_CHANGED && p->spec.changed)
		p->spec.changed(p->spec.arg, lineedit_text(&p->edit));
	return r != EDIT_IGNORED || key_is_text(k);
}

static bool prompt_key(struct screen *s, const struct key *k)
{
	screen_dirty(s, DIRTY_LAYOUT); /* more or fewer lines above */
	return take_key(self(s), k);
}

static void prompt_close(struct screen *s)
{
	struct prompt *p = self(s);
	if (p->spec.done) /* went with what is below it */
		p->spec.done(p->spec.arg, NULL);
	end_completion(p);
	lineedit_free(&p->edit);
	free(p->wrong);
	free(p->label);
	free(p);
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
	ui_push(ui, &p->screen);
	return p;
}
