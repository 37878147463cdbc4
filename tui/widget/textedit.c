#include "tui/widget/textedit.h"

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "tui/term/editor.h"
#include "tui/widget/menu.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_COLS 100
#define TEXT_MAX (1024 * 1024)
#define WHEEL_ROWS 3

/* A line as shown: bytes from..from+n; `hard` when a newline follows. */
struct line {
	size_t from, n;
};

struct textedit {
	struct screen screen;
	struct textedit_spec spec;
	char *title, *file_name, *before;
	struct buf text;
	size_t at;
	struct line *lines;
	size_t count, cap, top;
	int page, width;
	int goal;     /* cell that Up and Down aim for; -1: where the cursor is */
	int row, col; /* of the cursor, in the text area */
};

static struct textedit *self(struct screen *s)
{
	return (struct textedit *)s;
}

/* Cells of raw text when shown. */
static int shown_width(const char *s, size_t n)
{
	struct buf b = {0};
	text_clean_to(&b, s, n);
	int w = text_width(buf_str(&b));
	buf_free(&b);
	return w;
}

/* Bytes that fit on one shown line, broken at a space where possible. */
static size_t fit(const char *s, size_t n, int width)
{
	size_t at = 0, space = 0;
	int used = 0;
	while (at < n) {
		size_t next = text_next(s, n, at);
		used += s[at] >= ' ' && s[at] < 0x7f ? 1 : shown_width(s + at, next - at);
		if (used > width)
			return space > 0 ? space : at > 0 ? at : next;
		if (s[at] == ' ')
			space = next;
		at = next;
	}
	return n;
}

static void wrap(struct textedit *e)
{
	const char *s = buf_str(&e->text);
	size_t len = e->text.len, at = 0;
	e->count = 0;
	for (bool more = true; more;) {
		const char *end = memchr(s + at, '\n', len - at);
		size_t left = end ? (size_t)(end - s) - at : len - at;
		do {
			size_t n = fit(s + at, left, e->width);
			mem_grow(&e->lines, &e->cap, e->count + 1, sizeof *e->lines);
			e->lines[e->count++] = (struct line){at, n};
			at += n;
			left -= n;
		} while (left > 0);
		more = end != NULL;
		at += more;
	}
}

static size_t line_of(const struct textedit *e, size_t at)
{
	size_t i = 0;
	while (i + 1 < e->count && e->lines[i + 1].from <= at)
		i++;
	return i;
}

static void locate(struct textedit *e)
{
	size_t line = line_of(e, e->at);
	e->col = shown_width(buf_str(&e->text) + e->lines[line].from, e->at - e->lines[line].from);
	if (line < e->top)
		e->top = line;
	if (line >= e->top + (size_t)e->page)
		e->top = line - (size_t)e->page + 1;
	if (e->top && e->top + (size_t)e->page > e->count) /* no empty rows while there are lines above */
		e->top = e->count > (size_t)e->page ? e->count - (size_t)e->page : 0;
	e->row = (int)(line - e->top);
}

static void textedit_layout(struct screen *s, int rows, int cols)
{
	struct textedit *e = self(s);
	e->width = cols - 3 > TEXT_COLS ? TEXT_COLS : cols - 3;
	e->page = rows - 2 > 0 ? rows - 2 : 1;
	wrap(e);
	locate(e);
}

static void textedit_paint(struct screen *s, const struct canvas *c)
{
	struct textedit *e = self(s);
	paint_text(c, 0, 1, c->at.cols - 2, ROLE_TITLE, 0, e->title);
	paint_rule(c, 1, 1, c->at.cols - 2);
	for (int i = 0; i < e->page && e->top + (size_t)i < e->count; i++) {
		const struct line *l = &e->lines[e->top + (size_t)i];
		paint_textn(c, 2 + i, 1, e->width + 1, ROLE_TEXT, 0, buf_str(&e->text) + l->from, l->n);
	}
}

static bool textedit_cursor(struct screen *s, int *row, int *col)
{
	*row = 2 + self(s)->row;
	*col = 1 + self(s)->col;
	return true;
}

/* Editing */

static void changed(struct textedit *e)
{
	e->goal = -1;
	wrap(e);
	locate(e);
}

static void replace(struct textedit *e, size_t from, size_t to, const char *s, size_t n)
{
	size_t max = e->spec.max ? e->spec.max : TEXT_MAX;
	if (e->text.len - (to - from) + n > max) {
		ui_toast(e->screen.ui, TOAST_WARN, _("The text is full (%zu bytes)."), max);
		return;
	}
	struct buf b = {0};
	const char *old = buf_str(&e->text);
	buf_add(&b, old, from);
	buf_add(&b, s, n);
	buf_add(&b, old + to, e->text.len - to);
	buf_free(&e->text);
	e->text = b;
	e->at = from + n;
	changed(e);
	if (e->spec.changed)
		e->spec.changed(e->spec.arg, buf_str(&e->text));
}

/* A paste: lines stay, other control characters go, broken bytes too. */
static void paste(struct textedit *e, const char *s, size_t n)
{
	struct buf b = {0};
	int32_t cp;
	for (size_t i = 0; i < n;) {
		int used = text_decode(s + i, n - i, &cp);
		if (used <= 0)
			break;
		if (cp == '\r')
			buf_putc(&b, '\n');
		else if (cp == '\n' || cp == '\t' || (cp >= 0x20 && cp != 0x7f && !(cp >= 0x80 && cp < 0xa0)))
			buf_add(&b, s + i, (size_t)used);
		i += (size_t)used + (cp == '\r' && i + 1 < n && s[i + 1] == '\n');
	}
	replace(e, e->at, e->at, buf_str(&b), b.len);
	buf_free(&b);
}

static void move_lines(struct textedit *e, long delta)
{
	long line = (long)line_of(e, e->at) + delta;
	line = line < 0 ? 0 : line >= (long)e->count ? (long)e->count - 1 : line;
	int goal = e->goal >= 0 ? e->goal : e->col, used = 0;
	const struct line *l = &e->lines[line];
	const char *s = buf_str(&e->text) + l->from;
	size_t at = 0;
	while (at < l->n && used < goal) {
		size_t next = text_next(s, l->n, at);
		used += shown_width(s + at, next - at);
		if (used > goal)
			break;
		at = next;
	}
	e->at = l->from + at;
	locate(e);
	e->goal = goal;
}

static void move_to(struct textedit *e, size_t at)
{
	e->at = at;
	e->goal = -1;
	locate(e);
}

static bool motion(struct textedit *e, const struct key *k)
{
	const char *s = buf_str(&e->text);
	const struct line *l = &e->lines[line_of(e, e->at)];
	bool soft = l->from + l->n < e->text.len && s[l->from + l->n] != '\n';
	if (key_is(k, K_LEFT) || key_is_ctrl(k, 'b'))
		move_to(e, text_prev(s, e->text.len, e->at));
	else if (key_is(k, K_RIGHT) || key_is_ctrl(k, 'f'))
		move_to(e, text_next(s, e->text.len, e->at));
	else if (key_is(k, K_HOME) || key_is_ctrl(k, 'a'))
		move_to(e, l->from);
	else if (key_is(k, K_END) || key_is_ctrl(k, 'e'))
		move_to(e, l->from + l->n - (soft && l->n > 0));
	else if (key_is(k, K_UP) || key_is_ctrl(k, 'p'))
		move_lines(e, -1);
	else if (key_is(k, K_DOWN) || key_is_ctrl(k, 'n'))
		move_lines(e, 1);
	else if (key_is(k, K_PAGE_UP))
		move_lines(e, -e->page);
	else if (key_is(k, K_PAGE_DOWN))
		move_lines(e, e->page);
	else if (k->code == K_HOME && k->mods == MOD_CTRL)
		move_to(e, 0);
	else if (k->code == K_END && k->mods == MOD_CTRL)
		move_to(e, e->text.len);
	else
		return false;
	return true;
}

static bool edit(struct textedit *e, const struct key *k)
{
	const char *s = buf_str(&e->text);
	char bytes[4];
	const char *end = memchr(s + e->at, '\n', e->text.len - e->at);
	size_t line_end = end ? (size_t)(end - s) : e->text.len, line_start = e->at;
	while (line_start > 0 && s[line_start - 1] != '\n')
		line_start--;
	if (key_is_text(k))
		replace(e, e->at, e->at, bytes, (size_t)text_encode(k->cp, bytes));
	else if (key_is(k, K_ENTER))
		replace(e, e->at, e->at, "\n", 1);
	else if (key_is(k, K_TAB))
		replace(e, e->at, e->at, "\t", 1);
	else if (k->code == K_BACKSPACE)
		replace(e, text_prev(s, e->text.len, e->at), e->at, "", 0);
	else if (key_is(k, K_DELETE) || key_is_ctrl(k, 'd'))
		replace(e, e->at, text_next(s, e->text.len, e->at), "", 0);
	else if (key_is_ctrl(k, 'k'))
		replace(e, e->at, line_end > e->at ? line_end : text_next(s, e->text.len, e->at), "", 0);
	else if (key_is_ctrl(k, 'u'))
		replace(e, line_start, e->at, "", 0);
	else if (k->code == K_PASTE_TEXT)
		paste(e, k->text, k->len);
	else
		return k->code == K_PASTE_BEGIN || k->code == K_PASTE_END;
	return true;
}

/* Leaving */

static void answer(struct textedit *e, bool keep)
{
	struct textedit_spec spec = e->spec;
	char *text = keep ? mem_strdup(buf_str(&e->text)) : NULL;
	ui_pop(e->screen.ui, &e->screen);
	spec.done(spec.arg, text);
	free(text);
}

static void on_give_up(void *arg, int choice)
{
	if (choice == 0)
		answer(arg, true);
	else if (choice == 1)
		answer(arg, false);
}

static void give_up(struct textedit *e)
{
	if (strcmp(buf_str(&e->text), e->before) == 0) {
		answer(e, false);
		return;
	}
	const struct menu_item items[] = {{'s', _("Keep what you wrote"), NULL, NULL},
		{'D', _("Throw it away"), NULL, NULL}, {'e', _("Go on writing"), NULL, NULL}};
	menu_open(e->screen.ui, _("You wrote something."), items, 3, 2, on_give_up, e);
}

static void own_editor(struct textedit *e)
{
	struct buf out = {0};
	struct error err = {0};
	bool other = false;
	enum status st = editor_edit(ui_term(e->screen.ui), e->file_name, buf_str(&e->text), &out, &other, &err);
	if (st == ST_OK && other)
		replace(e, 0, e->text.len, buf_str(&out), out.len);
	else if (st != ST_OK)
		ui_error(e->screen.ui, &err);
	buf_free(&out);
}

static bool textedit_key(struct screen *s, const struct key *k)
{
	struct textedit *e = self(s);
	if (key_is(k, K_ESC) || key_is_ctrl(k, 'g') || key_is_ctrl(k, 'c'))
		give_up(e);
	else if (key_is(k, K_F2) || key_is_ctrl(k, 's'))
		answer(e, true);
	else if (key_is(k, K_F4) || key_is_ctrl(k, 'o'))
		own_editor(e);
	else if (k->code == K_MOUSE && (k->mouse == MOUSE_WHEEL_UP || k->mouse == MOUSE_WHEEL_DOWN))
		move_lines(e, k->mouse == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	else if (!motion(e, k) && !edit(e, k))
		return false;
	return true;
}

static bool textedit_command(struct screen *s, const char *id, const char *args)
{
	(void)args;
	if (strcmp(id, "text.keep") == 0)
		answer(self(s), true);
	else if (strcmp(id, "text.cancel") == 0)
		give_up(self(s));
	else if (strcmp(id, "text.editor") == 0)
		own_editor(self(s));
	else
		return false;
	return true;
}

static void textedit_close(struct screen *s)
{
	struct textedit *e = self(s);
	buf_free(&e->text);
	free(e->lines);
	free(e->title);
	free(e->file_name);
	free(e->before);
	free(e);
}

static const struct screen_ops textedit_ops = {
	.name = "textedit",
	.contexts = "textedit",
	.flags = SCREEN_TEXT_INPUT,
	.layout = textedit_layout,
	.paint = textedit_paint,
	.cursor = textedit_cursor,
	.key = textedit_key,
	.command = textedit_command,
	.close = textedit_close,
};

void textedit_open(struct ui *ui, const struct textedit_spec *spec)
{
	struct textedit *e = mem_zalloc(sizeof *e);
	e->screen.ops = &textedit_ops;
	e->spec = *spec;
	e->title = mem_strdup(spec->title);
	e->file_name = mem_strdup(spec->file_name ? spec->file_name : "text.txt");
	e->before = mem_strdup(spec->text ? spec->text : "");
	buf_puts(&e->text, e->before);
	e->at = spec->from_top ? 0 : e->text.len;
	e->goal = -1;
	e->width = 80;
	e->page = 1;
	wrap(e);
	locate(e);
	ui_push(ui, &e->screen);
	if (spec->typed && *spec->typed)
		replace(e, e->at, e->at, spec->typed, strlen(spec->typed));
}
