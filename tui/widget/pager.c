#include "tui/widget/pager.h"

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "tui/widget/prompt.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_COLS 100 /* longer lines tire the eye */
#define WHEEL_ROWS 3

struct pager {
	struct screen screen;
	char *title;
	struct styled text;
	struct styled_line *lines;
	size_t count;
	size_t top;
	int page, width;
	bool plain, mouse_before;
	char *search; /* folded */
	struct history history;
};

static struct pager *self(struct screen *s)
{
	return (struct pager *)s;
}

static size_t last_top(const struct pager *p)
{
	return p->count > (size_t)p->page ? p->count - (size_t)p->page : 0;
}

static void scroll_to(struct pager *p, long top)
{
	size_t last = last_top(p);
	p->top = top < 0 ? 0 : (size_t)top > last ? last : (size_t)top;
}

static void rewrap(struct pager *p)
{
	size_t at = p->top < p->count ? p->lines[p->top].from : 0;
	free(p->lines);
	p->lines = NULL;
	p->count = styled_wrap(&p->text, p->width, &p->lines);
	size_t i = 0;
	while (i + 1 < p->count && p->lines[i + 1].from <= at)
		i++;
	scroll_to(p, (long)i);
}

static void pager_layout(struct screen *s, int rows, int cols)
{
	struct pager *p = self(s);
	int width = p->plain ? cols : cols - 2;
	p->width = !p->plain && width > TEXT_COLS ? TEXT_COLS : width;
	p->page = p->plain ? rows : rows - 1;
	p->page = p->page < 1 ? 1 : p->page;
	rewrap(p);
}

static bool line_matches(const struct pager *p, size_t i)
{
	if (!p->search)
		return false;
	struct arena *a = arena_new();
	const char *line = arena_strndup(a, p->text.text.data + p->lines[i].from, p->lines[i].n);
	bool found = strstr(text_fold(a, line), p->search) != NULL;
	arena_free(&a);
	return found;
}

static void pager_paint(struct screen *s, const struct canvas *c)
{
	struct pager *p = self(s);
	int first = p->plain ? 0 : 1, margin = p->plain ? 0 : 1;
	if (!p->plain) {
		paint_text(c, 0, 1, c->at.cols - 20, ROLE_TITLE, 0, p->title);
		if (p->count > (size_t)p->page)
			paint_format(c, 0, c->at.cols - 18, 17, ROLE_DIM, 0, "%12zu/%zu", p->top + (size_t)p->page > p->count ?
				p->count : p->top + (size_t)p->page, p->count);
	}
	for (int i = 0; i < p->page && p->top + (size_t)i < p->count; i++) {
		size_t at = p->top + (size_t)i;
		if (!p->plain && line_matches(p, at))
			paint_glyph(c, first + i, 0, ROLE_MATCH, GLYPH_RIGHT);
		styled_paint(&p->text, &p->lines[at], c, first + i, margin, p->width);
	}
}

static bool pager_cursor(struct screen *s, int *row, int *col)
{
	*row = self(s)->plain ? 0 : 1;
	*col = 0;
	return false;
}

static void find_next(struct pager *p, int step)
{
	if (!p->search || p->count == 0)
		return;
	size_t at = p->top;
	for (size_t tried = 0; tried < p->count; tried++) {
		at = (at + p->count + (size_t)(long)step) % p->count;
		if (line_matches(p, at)) {
			scroll_to(p, (long)at);
			return;
		}
	}
	ui_toast(p->screen.ui, TOAST_INFO, _("Not found."));
}

static void on_search(void *arg, const char *text)
{
	struct pager *p = arg;
	if (!text)
		return;
	struct arena *a = arena_new();
	free(p->search);
	p->search = *text ? mem_strdup(text_fold(a, text)) : NULL;
	arena_free(&a);
	if (p->search && !line_matches(p, p->top))
		find_next(p, 1);
}

static void copy(struct pager *p)
{
	struct error err = {0};
	if (term_copy(ui_term(p->screen.ui), buf_str(&p->text.text), p->text.text.len, &err) == ST_OK)
		ui_toast(p->screen.ui, TOAST_OK, _("Copied."));
	else
		ui_error(p->screen.ui, &err);
}

static bool pager_command(struct screen *s, const char *id, const char *args)
{
	struct pager *p = self(s);
	(void)args;
	const char *verb = strncmp(id, "pager.", 6) == 0 ? id + 6 : "";
	long top = (long)p->top, half = p->page > 1 ? p->page / 2 : 1;
	if (strcmp(verb, "down") == 0)
		scroll_to(p, top + 1);
	else if (strcmp(verb, "up") == 0)
		scroll_to(p, top - 1);
	else if (strcmp(verb, "page-down") == 0)
		scroll_to(p, top + p->page);
	else if (strcmp(verb, "page-up") == 0)
		scroll_to(p, top - p->page);
	else if (strcmp(verb, "half-down") == 0)
		scroll_to(p, top + half);
	else if (strcmp(verb, "half-up") == 0)
		scroll_to(p, top - half);
	else if (strcmp(verb, "first") == 0)
		scroll_to(p, 0);
	else if (strcmp(verb, "last") == 0)
		scroll_to(p, (long)p->count);
	else if (strcmp(verb, "search") == 0)
		prompt_open(s->ui, &(struct prompt_spec){
			.label = "/", .history = &p->history, .done = on_search, .arg = p});
	else if (strcmp(verb, "next") == 0)
		find_next(p, 1);
	else if (strcmp(verb, "previous") == 0)
		find_next(p, -1);
	else if (strcmp(verb, "copy") == 0)
		copy(p);
	else
		return false;
	return true;
}

static bool pager_key(struct screen *s, const struct key *k)
{
	struct pager *p = self(s);
	if (k->code != K_MOUSE || k->mouse == MOUSE_PRESS || k->mouse == MOUSE_RELEASE)
		return false;
	scroll_to(p, (long)p->top + (k->mouse == MOUSE_WHEEL_DOWN ? WHEEL_ROWS : -WHEEL_ROWS));
	return true;
}

static void pager_close(struct screen *s)
{
	struct pager *p = self(s);
	if (p->plain && p->mouse_before)
		term_set_mouse(ui_term(s->ui), true);
	styled_free(&p->text);
	history_free(&p->history);
	free(p->lines);
	free(p->search);
	free(p->title);
	free(p);
}

static const char *pager_title(struct screen *s)
{
	return self(s)->title;
}

static const struct screen_ops pager_ops = {
	.name = "pager",
	.contexts = "pager",
	.hides = "undo redo",
	.layout = pager_layout,
	.paint = pager_paint,
	.cursor = pager_cursor,
	.key = pager_key,
	.command = pager_command,
	.title = pager_title,
	.close = pager_close,
};

struct pager *pager_open(struct ui *ui, const char *title, struct styled *text, bool plain)
{
	struct pager *p = mem_zalloc(sizeof *p);
	p->screen.ops = &pager_ops;
	p->title = mem_strdup(title);
	p->text = *text;
	*text = (struct styled){0};
	p->page = 1;
	p->plain = plain;
	p->mouse_before = ui_term(ui)->mouse;
	ui_push(ui, &p->screen);
	if (plain) {
		p->screen.flags |= SCREEN_FULL;
		if (p->mouse_before)
			term_set_mouse(ui_term(ui), false);
	}
	return p;
}

void pager_set(struct pager *p, struct styled *text)
{
	styled_free(&p->text);
	p->text = *text;
	*text = (struct styled){0};
	screen_dirty(&p->screen, DIRTY_LAYOUT);
}
