/* A demonstration of the terminal toolkit: a list of a million made-up rows, a pager, a form, a board.
 *
 * The pty tests drive it and ptybench measures it. Rows are computed from their number, so the data costs nothing and
 * what is measured is the toolkit. No other part of the product uses this. */
#include "tests/demo/demo.h"

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "tui/cmd/builtin.h"
#include "tui/cmd/command.h"
#include "tui/term/curses.h"
#include "tui/widget/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct people {
	struct screen screen;
	struct list list;
	int64_t rows;
};

static const char *const firsts[] = {"Amélie", "Bruno", "Chen", "Daria", "Émile", "Fatou", "Göran", "Hana"};
static const char *const lasts[] = {"Durand", "Keller", "Wei", "Petrova", "Ōsaki", "Diallo", "Lindqvist", "Novák"};
static const char *const firms[] = {"ACME Corp", "Keller AG", "Lantern Systems", "株式会社さくら", "Nord & Fils"};

static bool people_fetch(void *src, enum list_from from, uint64_t anchor, int n, struct list_batch *out)
{
	struct people *p = src;
	int64_t at = (int64_t)anchor - 1, step = from == LIST_LAST || from == LIST_BEFORE ? -1 : 1;
	if (from == LIST_FIRST)
		at = 0;
	else if (from == LIST_LAST)
		at = p->rows - 1;
	else if (at < 0 || at >= p->rows)
		return false;
	else if (from != LIST_AT)
		at += step;
	for (; n > 0 && at >= 0 && at < p->rows; n--, at += step)
		list_emit(out, (uint64_t)at + 1, NULL);
	return true;
}

static void people_cell(void *src, uint64_t handle, void *row, int column, struct arena *a, struct list_cell *out)
{
	(void)src;
	(void)row;
	unsigned x = (unsigned)handle * 2654435761u;
	unsigned score = x >> 8 & 127;
	switch (column) {
	case 0:
		out->text = arena_printf(a, "%s %s %u", firsts[x >> 3 & 7], lasts[x >> 9 & 7], (unsigned)handle);
		break;
	case 1:
		out->text = firms[(x >> 13) % 5];
		break;
	case 2:
		out->text = x & 4096 ? "Head of Operations" : "Purchasing";
		break;
	case 3:
		out->text = arena_printf(a, "%u", score);
		out->role = score > 100 ? ROLE_HOT : ROLE_TEXT;
		break;
	case 4:
		out->text = arena_printf(a, "%u d ago", x >> 20 & 31);
		out->role = (x >> 20 & 31) > 25 ? ROLE_OVERDUE : ROLE_TEXT;
		break;
	default:
		out->text = x & 64 ? "Tue 10:00" : "—";
	}
}

static int64_t people_count(void *src, bool *exact)
{
	*exact = true;
	return ((struct people *)src)->rows;
}

static const struct list_source people_source = {
	.fetch = people_fetch, .cell = people_cell, .count = people_count};

static const struct list_column columns[] = {
	{"name", "NAME", 16, 28, 40, 0, ALIGN_LEFT, true},
	{"company", "COMPANY", 12, 20, 30, 1, ALIGN_LEFT, true},
	{"title", "TITLE", 10, 20, 24, 3, ALIGN_LEFT, true},
	{"score", "SCORE", 5, 5, 5, 1, ALIGN_RIGHT, true},
	{"touch", "LAST TOUCH", 10, 10, 10, 2, ALIGN_LEFT, false},
	{"next", "NEXT", 9, 9, 9, 4, ALIGN_LEFT, false},
};

static struct people *self(struct screen *s)
{
	return (struct people *)s;
}

static void people_layout(struct screen *s, int rows, int cols)
{
	list_layout(&self(s)->list, rows - 1, cols);
}

static void people_paint(struct screen *s, const struct canvas *c)
{
	struct people *p = self(s);
	paint_text(c, 0, 1, 20, ROLE_TITLE, 0, "All people");
	const char *where = arena_printf(c->scratch, "%lld of %lld", (long long)list_position(&p->list) + 1,
		(long long)p->list.count);
	paint_right(c, 0, c->at.cols - 30, 29, ROLE_DIM, 0, where);
	struct canvas below = canvas_sub(c, 1, 0, c->at.rows - 1, c->at.cols);
	list_paint(&p->list, &below, true);
}

static bool people_cursor(struct screen *s, int *row, int *col)
{
	bool shown = list_cursor(&self(s)->list, row, col);
	*row += 1;
	return shown;
}

static bool people_key(struct screen *s, const struct key *k)
{
	struct key below = *k;
	below.row--;
	return list_key(&self(s)->list, &below);
}

static bool people_command(struct screen *s, const char *id, const char *args)
{
	(void)args;
	return list_command(&self(s)->list, id);
}

static void people_close(struct screen *s)
{
	list_free(&self(s)->list);
	free(s);
}

static const struct screen_ops people_ops = {
	.name = "people",
	.contexts = "people list",
	.layout = people_layout,
	.paint = people_paint,
	.cursor = people_cursor,
	.key = people_key,
	.command = people_command,
	.close = people_close,
};

static void on_open(void *arg, uint64_t handle)
{
	struct people *p = arg;
	ui_toast(p->screen.ui, TOAST_INFO, "opened %llu", (unsigned long long)handle);
}

static void on_sort(void *arg, int column)
{
	struct people *p = arg;
	list_set_sort(&p->list, column, p->list.sort_column == column && !p->list.sort_descending);
	list_restart(&p->list);
}

static struct screen *people_new(int64_t rows)
{
	struct people *p = mem_zalloc(sizeof *p);
	p->screen.ops = &people_ops;
	p->rows = rows;
	list_init(&p->list, &people_source, p, columns, sizeof columns / sizeof *columns);
	p->list.events = (struct list_events){.open = on_open, .sort = on_sort, .arg = p};
	return &p->screen;
}

int main(int argc, char **argv)
{
	struct term *t = NULL;
	struct error err = {0};
	if (curses_open(&(struct curses_options){.crash_note = "demo crashed\n"}, &t, &err) != ST_OK) {
		(void)fprintf(stderr, "%s %s\n", err.message, err.hint);
		return status_exit_code(err.code);
	}
	struct ui *ui = ui_new(t);
	struct commands *commands = commands_new(ui);
	commands_add(commands, builtin_commands, builtin_command_count);
	commands_add(commands, demo_commands, demo_command_count);
	term_set_title(t, "Demo");
	ui_push(ui, people_new(argc > 1 ? strtoll(argv[1], NULL, 10) : 1000000));
	int code = ui_run(ui);
	commands_free(&commands);
	ui_free(&ui);
	term_close(&t);
	return code;
}
