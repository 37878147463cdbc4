#include "tui/widget/lineedit.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

void history_add(struct history *h, const char *line)
{
	if (text_is_blank(line) || (h->count > 0 && strcmp(h->items[h->count - 1], line) == 0))
		return;
	if (h->count == HISTORY_MAX) {
		free(h->items[0]);
		memmove(h->items, h->items + 1, --h->count * sizeof *h->items);
	}
	mem_grow(&h->items, &h->cap, h->count + 1, sizeof *h->items);
	h->items[h->count++] = mem_strdup(line);
}

void history_free(struct history *h)
{
	for (size_t i = 0; i < h->count; i++)
		free(h->items[i]);
	free(h->items);
	*h = (struct history){0};
}

void lineedit_init(struct lineedit *e, const char *text)
{
	*e = (struct lineedit){0};
	buf_puts(&e->text, text ? text : "");
	e->at = e->text.len;
}

static void wipe(const struct lineedit *e, char *s, size_t n)
{
	if (s && e->secret)
		explicit_bzero(s, n);
}

static void drop_undo(struct lineedit *e, int i)
{
	wipe(e, e->undo[i].text, e->undo[i].text ? strlen(e->undo[i].text) : 0);
	free(e->undo[i].text);
}

void lineedit_free(struct lineedit *e)
{
	wipe(e, e->text.data, e->text.cap);
	wipe(e, e->killed, e->killed ? strlen(e->killed) : 0);
	for (int i = 0; i < e->undo_count; i++)
		drop_undo(e, i);
	buf_free(&e->text);
	free(e->killed);
	free(e->draft);
	*e = (struct lineedit){0};
}

const char *lineedit_text(const struct lineedit *e)
{
	return buf_str(&e->text);
}

void lineedit_set(struct lineedit *e, const char *text)
{
	buf_clear(&e->text);
	buf_puts(&e->text, text);
	e->at = e->text.len;
	e->left = 0;
	e->typing = false;
}

/* Changes */

static void remember(struct lineedit *e)
{
	if (e->undo_count == EDIT_UNDO) {
		drop_undo(e, 0);
		memmove(e->undo, e->undo + 1, (EDIT_UNDO - 1) * sizeof *e->undo);
		e->undo_count--;
	}
	e->undo[e->undo_count++] = (struct edit_state){mem_strdup(lineedit_text(e)), e->at};
}

static void undo(struct lineedit *e)
{
	if (e->undo_count == 0)
		return;
	struct edit_state *last = &e->undo[--e->undo_count];
	lineedit_set(e, last->text);
	e->at = last->at;
	drop_undo(e, e->undo_count);
}

/* Replace bytes from..to by n bytes of s; the cursor goes behind them. */
static void replace(struct lineedit *e, size_t from, size_t to, const char *s, size_t n)
{
	struct buf b = {0};
	buf_add(&b, lineedit_text(e), from);
	buf_add(&b, s, n);
	buf_add(&b, lineedit_text(e) + to, e->text.len - to);
	wipe(e, e->text.data, e->text.cap);
	buf_free(&e->text);
	e->text = b;
	e->at = from + n;
}

static void insert_raw(struct lineedit *e, const char *s, size_t n)
{
	size_t max = e->max ? e->max : LINEEDIT_MAX;
	if (e->text.len + n > max) {
		n = max > e->text.len ? max - e->text.len : 0;
		while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80)
			n--;
	}
	replace(e, e->at, e->at, s, n);
}

/* Text from outside: no control characters, newlines and tabs as spaces, broken UTF-8 left out. */
void lineedit_insert(struct lineedit *e, const char *text, size_t n)
{
	struct buf b = {0};
	int32_t cp;
	for (size_t i = 0; i < n;) {
		int used = text_decode(text + i, n - i, &cp);
		if (used <= 0)
			break;
		if (cp == '\n' || cp == '\t' || (cp == '\r' && (i + 1 == n || text[i + 1] != '\n')))
			buf_putc(&b, ' ');
		else if (cp >= 0x20 && cp != 0x7f && !(cp >= 0x80 && cp < 0xa0))
			buf_add(&b, text + i, (size_t)used);
		i += (size_t)used;
	}
	insert_raw(e, buf_str(&b), b.len);
	buf_free(&b);
}

static void kill_range(struct lineedit *e, size_t from, size_t to)
{
	if (from == to)
		return;
	remember(e);
	wipe(e, e->killed, e->killed ? strlen(e->killed) : 0);
	free(e->killed);
	e->killed = mem_strndup(lineedit_text(e) + from, to - from);
	replace(e, from, to, "", 0);
}

static void delete_range(struct lineedit *e, size_t from, size_t to)
{
	if (from == to)
		return;
	remember(e);
	replace(e, from, to, "", 0);
}

static void transpose(struct lineedit *e)
{
	const char *s = lineedit_text(e);
	size_t mid = e->at == e->text.len ? text_prev(s, e->text.len, e->at) : e->at;
	size_t from = text_prev(s, e->text.len, mid), to = text_next(s, e->text.len, mid);
	if (mid == 0 || from == mid || mid == to)
		return;
	remember(e);
	struct buf b = {0};
	buf_add(&b, s + mid, to - mid);
	buf_add(&b, s + from, mid - from);
	replace(e, from, to, b.data, b.len);
	buf_free(&b);
}

/* Moves */

static bool is_word(const char *s, size_t len, size_t at)
{
	unsigned char c = (unsigned char)s[at];
	return at < len && (c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
}

static size_t word_right(const struct lineedit *e)
{
	const char *s = lineedit_text(e);
	size_t at = e->at, len = e->text.len;
	while (at < len && !is_word(s, len, at))
		at = text_next(s, len, at);
	while (at < len && is_word(s, len, at))
		at = text_next(s, len, at);
	return at;
}

static size_t word_left(const struct lineedit *e)
{
	const char *s = lineedit_text(e);
	size_t at = e->at, len = e->text.len;
	while (at > 0 && !is_word(s, len, text_prev(s, len, at)))
		at = text_prev(s, len, at);
	while (at > 0 && is_word(s, len, text_prev(s, len, at)))
		at = text_prev(s, len, at);
	return at;
}

/* C-w goes back to a space, as shells do. */
static size_t space_left(const struct lineedit *e)
{
	const char *s = lineedit_text(e);
	size_t at = e->at;
	while (at > 0 && s[at - 1] == ' ')
		at--;
	while (at > 0 && s[at - 1] != ' ')
		at--;
	return at;
}

static enum edit_result walk_history(struct lineedit *e, int step)
{
	struct history *h = e->history;
	if (!h || h->count == 0)
		return EDIT_IGNORED;
	if (!e->draft) {
		if (step > 0)
			return EDIT_MOVED;
		e->draft = mem_strdup(lineedit_text(e));
		e->history_at = h->count;
	}
	if (step < 0 && e->history_at > 0)
		e->history_at--;
	else if (step > 0 && e->history_at < h->count)
		e->history_at++;
	bool back = e->history_at == h->count;
	lineedit_set(e, back ? e->draft : h->items[e->history_at]);
	if (back) {
		free(e->draft);
		e->draft = NULL;
	}
	return EDIT_CHANGED;
}

/* Keys */

/* Where a motion key leads; false when it is none. */
static bool motion(const struct lineedit *e, const struct key *k, size_t *to)
{
	const char *s = lineedit_text(e);
	size_t len = e->text.len;
	bool word = k->mods == MOD_CTRL || k->mods == MOD_ALT;
	if (key_is(k, K_HOME) || key_is_ctrl(k, 'a'))
		*to = 0;
	else if (key_is(k, K_END) || key_is_ctrl(k, 'e'))
		*to = len;
	else if ((k->code == K_LEFT && word) || (k->code == K_CHAR && k->mods == MOD_ALT && k->cp == 'b'))
		*to = word_left(e);
	else if ((k->code == K_RIGHT && word) || (k->code == K_CHAR && k->mods == MOD_ALT && k->cp == 'f'))
		*to = word_right(e);
	else if (key_is(k, K_LEFT) || key_is_ctrl(k, 'b'))
		*to = text_prev(s, len, e->at);
	else if (key_is(k, K_RIGHT) || key_is_ctrl(k, 'f'))
		*to = text_next(s, len, e->at);
	else
		return false;
	return true;
}

static bool change(struct lineedit *e, const struct key *k)
{
	const char *s = lineedit_text(e);
	size_t len = e->text.len;
	bool alt = k->mods == MOD_ALT;
	if (k->code == K_BACKSPACE && !alt)
		delete_range(e, text_prev(s, len, e->at), e->at);
	else if (k->code == K_BACKSPACE)
		kill_range(e, word_left(e), e->at);
	else if (key_is(k, K_DELETE) || key_is_ctrl(k, 'd'))
		delete_range(e, e->at, text_next(s, len, e->at));
	else if (key_is_ctrl(k, 'w'))
		kill_range(e, space_left(e), e->at);
	else if (k->code == K_CHAR && alt && k->cp == 'd')
		kill_range(e, e->at, word_right(e));
	else if (key_is_ctrl(k, 'k'))
		kill_range(e, e->at, len);
	else if (key_is_ctrl(k, 'u'))
		kill_range(e, 0, e->at);
	else if (key_is_ctrl(k, 't'))
		transpose(e);
	else if (key_is_ctrl(k, '_'))
		undo(e);
	else if (key_is_ctrl(k, 'y')) {
		remember(e);
		insert_raw(e, e->killed ? e->killed : "", e->killed ? strlen(e->killed) : 0);
	} else
		return false;
	return true;
}

static void type(struct lineedit *e, const struct key *k)
{
	char bytes[4];
	int n = text_encode(k->cp, bytes);
	if (!e->typing)
		remember(e);
	insert_raw(e, bytes, (size_t)n);
	e->typing = true;
}

enum edit_result lineedit_key(struct lineedit *e, const struct key *k)
{
	size_t to;
	if (key_is_text(k)) {
		type(e, k);
		return EDIT_CHANGED;
	}
	e->typing = false;
	if (k->code == K_PASTE_TEXT) {
		remember(e);
		lineedit_insert(e, k->text, k->len);
		return EDIT_CHANGED;
	}
	if (k->code == K_PASTE_BEGIN || k->code == K_PASTE_END)
		return EDIT_MOVED;
	if (motion(e, k, &to)) {
		e->at = to;
		return EDIT_MOVED;
	}
	if (key_is_ctrl(k, 'd') && e->text.len == 0)
		return EDIT_IGNORED;
	if (change(e, k))
		return EDIT_CHANGED;
	if (key_is(k, K_UP) || key_is_ctrl(k, 'p'))
		return walk_history(e, -1);
	if (key_is(k, K_DOWN) || key_is_ctrl(k, 'n'))
		return walk_history(e, 1);
	return EDIT_IGNORED;
}

/* Painting */

/* Cells that bytes from..to take when shown. */
static int shown_width(const struct lineedit *e, struct arena *a, size_t from, size_t to)
{
	const char *s = lineedit_text(e);
	int n = 0;
	if (!e->secret)
		return text_width(text_clean(a, arena_strndup(a, s + from, to - from)));
	for (size_t at = from; at < to; at = text_next(s, e->text.len, at))
		n++;
	return n;
}

static const char *shown_text(const struct lineedit *e, const struct canvas *c)
{
	const char *s = lineedit_text(e) + e->left;
	if (!e->secret)
		return s;
	struct buf dots = {0};
	for (int i = shown_width(e, c->scratch, e->left, e->text.len); i > 0; i--)
		buf_puts(&dots, glyph_text(GLYPH_BULLET, c->unicode));
	const char *out = arena_strdup(c->scratch, buf_str(&dots));
	buf_free(&dots);
	return out;
}

int lineedit_paint(struct lineedit *e, const struct canvas *c, int row, int col, int width, enum role role)
{
	if (width <= 0)
		return 0;
	const char *s = lineedit_text(e);
	if (e->left > e->at)
		e->left = e->at;
	/* The cursor needs a cell of its own. Scroll by a third, so that typing at the edge does not shift each time. */
	if (shown_width(e, c->scratch, e->left, e->at) >= width) {
		while (e->left < e->at && shown_width(e, c->scratch, e->left, e->at) >= width - width / 3)
			e->left = text_next(s, e->text.len, e->left);
	}
	for (int i = 0; i < width; i++)
		paint_text(c, row, col + i, 1, role, 0, " ");
	paint_text(c, row, col, width, role, 0, shown_text(e, c));
	if (e->left > 0)
		paint_glyph(c, row, col, ROLE_ACCENT, GLYPH_LEFT);
	return shown_width(e, c->scratch, e->left, e->at);
}

void lineedit_click(struct lineedit *e, int cell)
{
	struct arena *a = arena_new();
	const char *s = lineedit_text(e);
	size_t at = e->left;
	while (at < e->text.len && shown_width(e, a, e->left, text_next(s, e->text.len, at)) <= cell)
		at = text_next(s, e->text.len, at);
	e->at = at;
	e->typing = false;
	arena_free(&a);
}
