#include "tui/widget/menu.h"

#include "core/base/text.h"
#include "tui/widget/panel.h"

#include <stdlib.h>

struct menu {
	struct screen screen;
	struct arena *arena;
	char *title;
	struct menu_item *items;
	int count, sel, top, page, width;
	bool reasons; /* a row for them is needed */
	void (*done)(void *arg, int index);
	void *arg;
};

static struct menu *self(struct screen *s)
{
	return (struct menu *)s;
}

static void show(struct menu *m)
{
	m->top = m->sel < m->top ? m->sel : m->top;
	m->top = m->sel >= m->top + m->page ? m->sel - m->page + 1 : m->top;
}

static void menu_layout(struct screen *s, int rows, int cols)
{
	struct menu *m = self(s);
	(void)cols;
	int extra = m->reasons;
	m->page = m->count + 2 + extra > rows ? rows - 2 - extra : m->count;
	m->page = m->page < 1 ? 1 : m->page;
	panel_place(s, m->page + extra, m->width);
	show(m);
}

static void menu_paint(struct screen *s, const struct canvas *all)
{
	struct menu *m = self(s);
	struct canvas c = panel_paint(all, m->title);
	for (int i = 0; i < m->page && m->top + i < m->count; i++) {
		const struct menu_item *it = &m->items[m->top + i];
		bool selected = m->top + i == m->sel;
		char key[2] = {it->key ? it->key : ' ', 0};
		if (selected)
			paint_glyph(&c, i, 0, ROLE_SEL, GLYPH_SELECTED);
		paint_text(&c, i, 2, 1, it->reason ? ROLE_DISABLED : ROLE_KEY, 0, key);
		int used = paint_text(&c, i, 5, c.at.cols - 5, it->reason ? ROLE_DISABLED : ROLE_TEXT,
			selected ? ATTR_BOLD : 0, it->text);
		if (it->detail)
			paint_right(&c, i, 7 + used, c.at.cols - 7 - used, ROLE_DIM, 0, it->detail);
	}
	const char *reason = m->items[m->sel].reason;
	if (reason)
		paint_text(&c, c.at.rows - 1, 5, c.at.cols - 5, ROLE_WARN, 0, reason);
}

static bool menu_cursor(struct screen *s, int *row, int *col)
{
	*row = 1 + self(s)->sel - self(s)->top;
	*col = PANEL_SIDE;
	return false;
}

static void answer(struct menu *m, int index)
{
	void (*done)(void *arg, int index) = m->done;
	void *arg = m->arg;
	if (index >= 0 && m->items[index].reason) {
		m->sel = index;
		show(m);
		return;
	}
	m->done = NULL;
	ui_pop(m->screen.ui, &m->screen);
	done(arg, index);
}

static void move(struct menu *m, int delta)
{
	m->sel = (m->sel + delta + m->count) % m->count;
	show(m);
}

static bool menu_mouse(struct menu *m, const struct key *k)
{
	if (k->mouse == MOUSE_WHEEL_DOWN || k->mouse == MOUSE_WHEEL_UP)
		move(m, k->mouse == MOUSE_WHEEL_DOWN ? 1 : -1);
	else if (k->mouse == MOUSE_PRESS && k->row >= 1 && k->row <= m->page && m->top + k->row - 1 < m->count)
		answer(m, m->top + k->row - 1);
	return true;
}

static bool menu_key(struct screen *s, const struct key *k)
{
	struct menu *m = self(s);
	if (k->code == K_MOUSE)
		return menu_mouse(m, k);
	for (int i = 0; i < m->count; i++) {
		if (m->items[i].key && key_is_char(k, m->items[i].key)) {
			answer(m, i);
			return true;
		}
	}
	if (key_is(k, K_ENTER) || key_is(k, K_RIGHT) || key_is_char(k, 'l') || key_is_char(k, ' '))
		answer(m, m->sel);
	else if (key_is(k, K_ESC) || key_is_char(k, 'q') || key_is(k, K_LEFT) || key_is_char(k, 'h') ||
		 key_is(k, K_BACKSPACE) || key_is_ctrl(k, 'g') || key_is_ctrl(k, 'c'))
		answer(m, -1);
	else if (key_is(k, K_DOWN) || key_is_char(k, 'j') || key_is(k, K_TAB) || key_is_ctrl(k, 'n'))
		move(m, 1);
	else if (key_is(k, K_UP) || key_is_char(k, 'k') || key_is_ctrl(k, 'p') ||
		 (k->code == K_TAB && k->mods == MOD_SHIFT))
		move(m, -1);
	else if (key_is(k, K_HOME) || key_is_char(k, 'g') || key_is(k, K_PAGE_UP))
		move(m, -m->sel);
	else if (key_is(k, K_END) || key_is_char(k, 'G') || key_is(k, K_PAGE_DOWN))
		move(m, m->count - 1 - m->sel);
	else
		return key_is_text(k);
	return true;
}

static void menu_close(struct screen *s)
{
	if (self(s)->done) /* went with what is below it */
		self(s)->done(self(s)->arg, -1);
	arena_free(&self(s)->arena);
	free(s);
}

static const struct screen_ops menu_ops = {
	.name = "menu",
	.contexts = "menu",
	.flags = SCREEN_MODAL,
	.layout = menu_layout,
	.paint = menu_paint,
	.cursor = menu_cursor,
	.key = menu_key,
	.close = menu_close,
};

void menu_open(struct ui *ui, const char *title, const struct menu_item *items, int count, int current,
	void (*done)(void *arg, int index), void *arg)
{
	if (count < 1)
		return;
	struct menu *m = mem_zalloc(sizeof *m);
	m->screen.ops = &menu_ops;
	m->arena = arena_new();
	m->title = arena_strdup(m->arena, title);
	m->items = arena_alloc(m->arena, (size_t)count * sizeof *m->items);
	m->width = text_width(title) + 4;
	for (int i = 0; i < count; i++) {
		struct menu_item *it = &m->items[i];
		*it = items[i];
		it->text = arena_strdup(m->arena, it->text);
		it->detail = arena_strdup(m->arena, it->detail);
		it->reason = arena_strdup(m->arena, it->reason);
		m->reasons |= it->reason != NULL;
		int width = 7 + text_width(it->text) + (it->detail ? 2 + text_width(it->detail) : 0);
		int reason = it->reason ? 5 + text_width(it->reason) : 0;
		width = reason > width ? reason : width;
		m->width = width > m->width ? width : m->width;
	}
	m->count = count;
	m->sel = current >= 0 && current < count ? current : 0;
	m->done = done;
	m->arg = arg;
	ui_push(ui, &m->screen);
}
