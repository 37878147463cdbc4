#include "tests/unit/tui_fixture.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

struct stage stage_open(int rows, int cols)
{
	struct stage s = {.term = memory_open(rows, cols)};
	s.ui = ui_new(s.term);
	s.commands = commands_new(s.ui);
	commands_add(s.commands, builtin_commands, builtin_command_count);
	return s;
}

void stage_close(struct stage *s)
{
	commands_free(&s->commands);
	ui_free(&s->ui);
	term_close(&s->term);
}

void stage_settle(struct stage *s)
{
	loop_settle(ui_loop(s->ui));
}

void stage_keys(struct stage *s, const char *script)
{
	memory_keys(s->term, script);
	stage_settle(s);
}

int stage_row_of(struct stage *s, const char *text)
{
	int found = -1;
	for (int i = 0; i < memory_frame(s->term)->rows && found < 0; i++) {
		char *row = memory_row(s->term, i);
		if (strstr(row, text))
			found = i;
		free(row);
	}
	return found;
}

bool stage_shows(struct stage *s, const char *text)
{
	return stage_row_of(s, text) >= 0;
}

bool stage_is_sound(struct stage *s)
{
	const struct grid *g = memory_frame(s->term);
	for (int r = 0; r < g->rows; r++) {
		int width = 0;
		for (int c = 0; c < g->cols; c++) {
			const struct cell *cell = &grid_row(g, r)[c];
			width += cell->width;
			bool behind = c > 0 && cell[-1].width == 2;
			if ((cell->width == 0) != behind || cell->role >= ROLE_COUNT)
				return false;
			if (cell->width > 0 && text_width_n(cell->text, cell->len) != cell->width)
				return false;
			for (int i = 0; i < cell->len; i++)
				if ((unsigned char)cell->text[i] < 0x20 || cell->text[i] == 0x7f)
					return false;
			if (!text_is_utf8(cell->text, cell->len))
				return false;
		}
		if (width != g->cols)
			return false;
	}
	return true;
}

/* The list's source */

static bool fetch(void *src, enum list_from from, uint64_t anchor, int n, struct list_batch *out)
{
	struct numbers *m = src;
	int64_t step = from == LIST_LAST || from == LIST_BEFORE ? -1 : 1, at = (int64_t)anchor;
	m->fetches++;
	m->largest = n > m->largest ? n : m->largest;
	if (from == LIST_FIRST)
		at = 1;
	else if (from == LIST_LAST)
		at = (int64_t)m->n;
	else if (anchor < 1 || anchor > m->n || handles_has(&m->removed, anchor))
		return false;
	else if (from != LIST_AT)
		at += step;
	for (; n > 0 && at >= 1 && at <= (int64_t)m->n; at += step) {
		if (handles_has(&m->removed, (uint64_t)at))
			continue;
		list_emit(out, (uint64_t)at, NULL);
		n--;
	}
	return true;
}

static void cell(void *src, uint64_t handle, void *row, int column, struct arena *a, struct list_cell *out)
{
	struct numbers *m = src;
	(void)row;
	m->cells++;
	out->text = m->text ? m->text
			    : arena_printf(a, column == 0 ? "row %llu" : "column %llu", (unsigned long long)handle);
	out->role = column == 2 ? ROLE_DIM : ROLE_TEXT;
}

static int64_t count(void *src, bool *exact)
{
	struct numbers *m = src;
	*exact = true;
	return (int64_t)(m->n - m->removed.count);
}

const struct list_source numbers_source = {.fetch = fetch, .cell = cell, .count = count};

static struct number_screen *self(struct screen *s)
{
	return (struct number_screen *)s;
}

static void numbers_layout(struct screen *s, int rows, int cols)
{
	list_layout(&self(s)->list, rows, cols);
}

static void numbers_paint(struct screen *s, const struct canvas *c)
{
	list_paint(&self(s)->list, c, true);
}

static bool numbers_cursor(struct screen *s, int *row, int *col)
{
	return list_cursor(&self(s)->list, row, col);
}

static bool numbers_key(struct screen *s, const struct key *k)
{
	return list_key(&self(s)->list, k);
}

static bool numbers_command(struct screen *s, const char *id, const char *args)
{
	(void)args;
	return list_command(&self(s)->list, id);
}

static void numbers_close(struct screen *s)
{
	list_free(&self(s)->list);
	handles_clear(&self(s)->numbers.removed);
	free(s);
}

static const struct screen_ops numbers_ops = {
	.name = "numbers",
	.contexts = "numbers list",
	.layout = numbers_layout,
	.paint = numbers_paint,
	.cursor = numbers_cursor,
	.key = numbers_key,
	.command = numbers_command,
	.close = numbers_close,
};

static void on_open(void *arg, uint64_t handle)
{
	((struct number_screen *)arg)->opened = handle;
}

static void on_selected(void *arg, bool any, uint64_t handle)
{
	((struct number_screen *)arg)->selected = any ? handle : 0;
}

static void on_sort(void *arg, int column)
{
	((struct number_screen *)arg)->sorted = column;
}

static const struct list_column columns[] = {
	{"name", "NAME", 10, 20, 40, 0, ALIGN_LEFT, true},
	{"value", "VALUE", 8, 14, 20, 2, ALIGN_RIGHT, true},
	{"more", "MORE", 8, 14, 0, 3, ALIGN_LEFT, false},
};

struct number_screen *numbers_open(struct stage *s, uint64_t n)
{
	struct number_screen *ns = mem_zalloc(sizeof *ns);
	ns->screen.ops = &numbers_ops;
	ns->numbers.n = n;
	ns->sorted = -1;
	list_init(&ns->list, &numbers_source, &ns->numbers, columns, 3);
	ns->list.events = (struct list_events){.open = on_open, .selected = on_selected, .sort = on_sort, .arg = ns};
	ui_push(s->ui, &ns->screen);
	stage_settle(s);
	return ns;
}

uint64_t numbers_selected(const struct number_screen *ns)
{
	uint64_t handle = 0;
	return list_selected(&ns->list, &handle) ? handle : 0;
}
