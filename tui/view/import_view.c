#include "tui/view/import_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "tui/view/import_job.h"
#include "tui/view/import_report_view.h"
#include "tui/view/path.h"
#include "tui/widget/lines.h"
#include "tui/widget/menu.h"
#include "tui/widget/picker.h"
#include "tui/widget/prompt.h"

enum { TOP_ROWS = 4, SAMPLES = 3 };

struct import_view {
	struct screen screen;
	struct app *app;
	char *path;
	struct import_plan *plan;
	struct arena *arena;
	struct lines lines;
	int column; /* being mapped */
	struct import_choice *choices;
	int n_choices;
	bool running;
};

static struct import_view *self(struct screen *s)
{
	return (struct import_view *)s;
}

/* Samples of a column: the first values that differ. */
static const char *samples(struct import_view *v, int column)
{
	struct buf b = {0};
	int n = 0;
	for (int row = 0; row < import_preview_rows(v->plan) && n < SAMPLES; row++) {
		struct import_cell *cells;
		if (import_preview(v->plan, row, v->arena, &cells, NULL) != ST_OK || !*cells[column].raw ||
			(b.data && strstr(b.data, cells[column].raw)))
			continue;
		buf_printf(&b, "%s%s", n++ ? " · " : "", cells[column].raw);
	}
	const char *out = arena_strdup(v->arena, buf_str(&b));
	buf_free(&b);
	return out;
}

static void load(struct import_view *v)
{
	arena_reset(v->arena);
	lines_clear(&v->lines);
	for (int i = 0; i < import_columns(v->plan); i++) {
		const struct import_column *c = import_column(v->plan, i);
		enum import_question q = import_asks(v->plan, i);
		struct line *it = lines_add(&v->lines, LINE_FIELD);
		it->text = c->header;
		it->right = samples(v, i);
		it->middle = import_target_label(v->plan, i, v->arena);
		it->role = c->target.use == IMPORT_SKIP ? ROLE_DIM : c->target.use == IMPORT_FIELD ? ROLE_OK
				 : c->target.use == IMPORT_NOTE ? ROLE_TEXT : ROLE_ACCENT;
		if (q != IMPORT_ASKS_NOTHING) {
			it->middle = q == IMPORT_ASKS_DATES ? _("day or month first? Enter") : _("comma or point? Enter");
			it->role = ROLE_WARN;
		}
		it->num = i;
	}
	if (!import_columns(v->plan))
		lines_add(&v->lines, LINE_TEXT)->text = _("A vCard file says itself what everything is.");
	lines_settle(&v->lines);
}

/* Questions */

static void dates_chosen(void *arg, int index)
{
	struct import_view *v = arg;
	if (index >= 0)
		import_set_dates(v->plan, -1, index == 0 ? DATE_DAY_FIRST : DATE_MONTH_FIRST);
	load(v);
	screen_dirty(&v->screen, DIRTY_PAINT);
}

static void decimal_chosen(void *arg, int index)
{
	struct import_view *v = arg;
	if (index >= 0)
		import_set_decimal(v->plan, -1, index == 0 ? ',' : '.');
	load(v);
	screen_dirty(&v->screen, DIRTY_PAINT);
}

static void target_chosen(void *arg, const struct picker_item *item)
{
	struct import_view *v = arg;
	struct error err = {0};
	if (item && import_set_target(v->plan, v->column, v->choices[item->id].text, &err) != ST_OK)
		ui_error(v->app->ui, &err);
	load(v);
	screen_dirty(&v->screen, DIRTY_PAINT);
}

static void choose_target(struct import_view *v, int column)
{
	struct picker_item items[256];
	v->column = column;
	v->n_choices = import_choices(v->plan, column, v->arena, &v->choices);
	int n = v->n_choices < 256 ? v->n_choices : 256;
	for (int i = 0; i < n; i++)
		items[i] = (struct picker_item){.text = v->choices[i].label, .detail = v->choices[i].text, .id = (uint64_t)i};
	(void)picker_open(v->app->ui, &(struct picker_spec){.title = arena_printf(v->arena, _("“%s” becomes"),
			import_column(v->plan, column)->header), .items = items, .count = (size_t)n, .keep_order = true,
		.done = target_chosen, .arg = v});
}

static void open_line(struct import_view *v)
{
	const struct line *it = lines_selected(&v->lines);
	if (!it)
		return;
	static const char *const keys = "dm";
	enum import_question q = import_asks(v->plan, (int)it->num);
	if (q == IMPORT_ASKS_DATES) {
		struct menu_item items[] = {{.key = keys[0], .text = _("Day first: 31/12/2026")}, {.key = keys[1], .text = _("Month first: 12/31/2026")}};
		menu_open(v->app->ui, _("How are dates written here?"), items, 2, 0, dates_chosen, v);
	} else if (q == IMPORT_ASKS_DECIMAL) {
		struct menu_item items[] = {{.key = 'c', .text = _("Comma: 1.234,50")}, {.key = 'p', .text = _("Point: 1,234.50")}};
		menu_open(v->app->ui, _("How are decimals written here?"), items, 2, 0, decimal_chosen, v);
	} else {
		choose_target(v, (int)it->num);
	}
}

static const char *const kinds[] = {"contacts", "companies", "deals", "activities", "products", "users"};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void kind_chosen(void *arg, int index)
{
	struct import_view *v = arg;
	struct error err = {0};
	if (index >= 0 && import_set_entity(v->plan, kinds[index], &err) != ST_OK)
		ui_error(v->app->ui, &err);
	load(v);
	screen_dirty(&v->screen, DIRTY_PAINT);
}

static const struct {
	enum import_duplicates rule;
	const char *text;
	char key;
} rules[] = {
	{IMPORT_UPDATE_EMPTY, N_("Fill what is empty, keep what is there"), 'f'},
	{IMPORT_UPDATE, N_("The file wins"), 'w'},
	{IMPORT_SKIP_ROW, N_("Leave them alone"), 'l'},
	{IMPORT_CREATE, N_("Make another record"), 'm'},
};
enum { RULES = sizeof rules / sizeof *rules };

static void rule_chosen(void *arg, int index)
{
	struct import_view *v = arg;
	if (index >= 0)
		import_set_duplicates(v->plan, rules[index].rule);
	screen_dirty(&v->screen, DIRTY_PAINT);
}

/* Running */

static void ran(void *arg, struct import_report *report, const struct error *err)
{
	struct import_view *v = arg;
	struct app *app = v->app;
	v->running = false;
	if (!report) {
		ui_error(app->ui, err);
		return;
	}
	if (!report->dry)
		ui_pop(app->ui, &v->screen);
	import_report_show(app, report);
	import_report_free(&report);
}

static void run(struct import_view *v, bool dry)
{
	if (import_open_questions(v->plan)) {
		ui_toast(v->app->ui, TOAST_WARN, "%s", _("Answer the yellow questions first: Enter on the line."));
		return;
	}
	if (!v->running)
		v->running = import_job_start(v->app, v->path, v->plan, dry, ran, v);
}

/* Screen */

static void recalc(struct screen *s)
{
	load(self(s));
}

static void paint(struct screen *s, const struct canvas *c)
{
	struct import_view *v = self(s);
	const struct import_options *o = import_options(v->plan);
	const char *rule = "";
	for (int i = 0; i < RULES; i++)
		if (rules[i].rule == o->duplicates)
			rule = _(rules[i].text);
	const char *preset = import_preset_label(v->plan);
	(void)paint_text(c, 0, 1, c->at.cols - 2, ROLE_TITLE, ATTR_BOLD, import_file(v->plan));
	(void)paint_format(c, 1, 1, c->at.cols - 2, ROLE_DIM, 0, _("%s%s%s · %s · %s rows"), preset ? preset : "", preset ? " · " : "",
		_(import_entity(v->plan)->label_plural), import_written(v->plan, c->scratch), number_format(c->scratch, import_rows(v->plan)));
	(void)paint_format(c, 2, 1, c->at.cols - 2, ROLE_DIM, 0, _("Records that are there already: %s"), rule);
	struct canvas below = canvas_sub(c, TOP_ROWS, 0, c->at.rows - TOP_ROWS, c->at.cols);
	lines_paint(&v->lines, &below, true);
}

static bool cursor(struct screen *s, int *row, int *col)
{
	*row = TOP_ROWS + self(s)->lines.sel - self(s)->lines.top;
	*col = 0;
	return false;
}

static bool key(struct screen *s, const struct key *k)
{
	if (k->code != K_MOUSE || k->mouse == MOUSE_RELEASE)
		return false;
	if (k->mouse == MOUSE_PRESS && lines_click(&self(s)->lines, k->row - TOP_ROWS) == 2)
		open_line(self(s));
	else if (k->mouse != MOUSE_PRESS)
		(void)lines_move(&self(s)->lines, k->mouse == MOUSE_WHEEL_DOWN ? 3 : -3);
	screen_dirty(s, DIRTY_PAINT);
	return true;
}

static bool command(struct screen *s, const char *id, const char *args)
{
	struct import_view *v = self(s);
	(void)args;
	if (strcmp(id, "list.open") == 0) {
		open_line(v);
	} else if (strncmp(id, "list.", 5) == 0) {
		(void)lines_command(&v->lines, id);
	} else if (strcmp(id, "import.run") == 0) {
		run(v, false);
	} else if (strcmp(id, "import.try") == 0) {
		run(v, true);
	} else if (strcmp(id, "import.kind") == 0) {
		struct menu_item items[KINDS];
		for (int i = 0; i < KINDS; i++)
			items[i] = (struct menu_item){.key = kinds[i][0] == 'c' && i ? 'o' : kinds[i][0],
				.text = _(model_entity(v->app->core->model, kinds[i])->label_plural)};
		menu_open(v->app->ui, _("What is a row of this file?"), items, KINDS, 0, kind_chosen, v);
	} else if (strcmp(id, "import.duplicates") == 0) {
		struct menu_item items[RULES];
		for (int i = 0; i < RULES; i++)
			items[i] = (struct menu_item){.key = rules[i].key, .text = _(rules[i].text)};
		menu_open(v->app->ui, _("Records that are there already"), items, RULES, 0, rule_chosen, v);
	} else {
		return false;
	}
	screen_dirty(s, DIRTY_PAINT);
	return true;
}

static const char *title(struct screen *s)
{
	return import_file(self(s)->plan);
}

static void close_view(struct screen *s)
{
	struct import_view *v = self(s);
	if (v->running)
		import_job_stop(v->app);
	import_close(&v->plan);
	lines_free(&v->lines);
	arena_free(&v->arena);
	free(v->path);
	free(v);
}

static const struct screen_ops ops = {.name = "import", .contexts = "import list", .hides = LINES_HIDE " undo redo", .recalc = recalc, .paint = paint, .cursor = cursor,
	.key = key, .command = command, .title = title, .close = close_view};

/* The file: read while the prompt is open, so that what is wrong with it is said there. */

struct asking {
	struct app *app;
	struct import_plan *plan;
	char *path;
};

static enum status file_named(void *arg, const char *text, int *at, struct error *err)
{
	struct asking *q = arg;
	struct import_options options = {.dates = DATE_AMBIGUOUS};
	if (text_is_blank(text))
		return ST_OK;
	struct arena *a = arena_new();
	free(q->path);
	q->path = path_expand(text_trim(a, text));
	arena_free(&a);
	*at = (int)strlen(text);
	return import_open(q->app->core, q->path, &options, &q->plan, err);
}

static void open_view(void *arg, const char *text)
{
	struct asking *q = arg;
	struct import_view *v = q->plan ? mem_zalloc(sizeof *v) : NULL;
	(void)text;
	if (v) {
		v->screen.ops = &ops;
		v->app = q->app;
		v->path = q->path;
		v->plan = q->plan;
		v->arena = arena_new();
		v->lines.label = 30;
		load(v);
		ui_push(q->app->ui, &v->screen);
	} else {
		free(q->path);
	}
	free(q);
}

static void ask_file(struct app *app, const char *initial)
{
	struct asking *q = mem_zalloc(sizeof *q);
	q->app = app;
	(void)prompt_open(app->ui, &(struct prompt_spec){.label = _("File to import (Tab completes):"), .initial = initial,
		.complete = path_complete, .check = file_named, .done = open_view, .arg = q});
}

void import_ask(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	struct asking q = {.app = app};
	struct error err = {0};
	int at;
	if (!call->args || !*call->args) {
		ask_file(app, NULL);
	} else if (file_named(&q, call->args, &at, &err) == ST_OK && q.plan) {
		struct asking *kept = mem_zalloc(sizeof *kept);
		*kept = q;
		open_view(kept, NULL);
	} else {
		ask_file(app, call->args);
		ui_error(app->ui, &err);
		free(q.path);
	}
}
