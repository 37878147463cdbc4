#include "tui/view/log.h"
#include "tui/view/record_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "tui/view/record_list_parts.h"
#include "tui/view/cells.h"
#include "tui/view/filter_prompt.h"
#include "tui/view/subject.h"

enum { PUMP_MS = 4, FIRST_MS = 6, CARD_MS = 80, CARD_COLS = 46, CARD_MIN_COLS = 118, TOP_ROWS = 1 };

static struct record_list *self(struct screen *s)
{
	return (struct record_list *)s;
}

/* Source: rows by position in the rowset. */

static int64_t find(struct record_list *l, uint64_t handle)
{
	if (rowset_at(l->rows, l->last_found) == (int64_t)handle)
		return l->last_found;
	int64_t at = rowset_find(l->rows, (int64_t)handle);
	while (at < 0 && rowset_pump(l->rows, 20))
		at = rowset_find(l->rows, (int64_t)handle);
	return l->last_found = at;
}

static bool fetch(void *src, enum list_from from, uint64_t anchor, int n, struct list_batch *out)
{
	struct record_list *l = src;
	int64_t at = 0, step = from == LIST_LAST || from == LIST_BEFORE ? -1 : 1;
	if (!l->rows || !l->cells)
		return false;
	if (from == LIST_LAST) {
		while (rowset_pump(l->rows, -1))
			;
		at = rowset_count(l->rows) - 1;
	} else if (from != LIST_FIRST) {
		at = find(l, anchor);
		if (at < 0)
			return false;
		if (from != LIST_AT)
			at += step;
	}
	for (; n > 0 && at >= 0; at += step) {
		while (at >= rowset_count(l->rows) && rowset_pump(l->rows, PUMP_MS))
			;
		int64_t num = rowset_at(l->rows, at);
		if (!num)
			break;
		struct row *row = arena_alloc(list_arena(out), sizeof *row);
		if (columns_fetch(l->cells, num, list_arena(out), row, NULL) != ST_OK)
			continue;
		list_emit(out, (uint64_t)num, row);
		n--;
	}
	return true;
}

static void cell(void *src, uint64_t handle, void *data, int column, struct arena *a, struct list_cell *out)
{
	struct record_list *l = src;
	const struct row *row = data;
	(void)handle;
	cell_of(columns_field(l->cells, column), &row->v[column], row->text[column], a, out);
	if (out->role == ROLE_OVERDUE && l->has_status && row->v[l->n_columns].kind == VAL_TEXT &&
		cell_status_is_over(row->v[l->n_columns].s))
		out->role = ROLE_TEXT;
}

static int64_t count(void *src, bool *exact)
{
	struct record_list *l = src;
	*exact = l->rows && rowset_complete(l->rows) && !rowset_capped(l->rows);
	return l->rows ? rowset_count(l->rows) : 0;
}

static int64_t position(void *src, uint64_t handle)
{
	return find(src, handle);
}

static const struct list_source source = {.fetch = fetch, .cell = cell, .count = count, .position = position};

/* Columns */

char *record_list_setting(struct record_list *l, struct arena *a, const char *what)
{
	return arena_printf(a, "%s.%s", what, l->entity->name);
}

void record_list_choose_columns(struct record_list *l)
{
	const char *names[LIST_COLUMNS + 1];
	int n = 0;
	struct error err;
	columns_free(&l->cells);
	arena_reset(l->names);
	char *chosen = setting_get(l->app->core, l->names, record_list_setting(l, l->names, "columns")), *save = NULL;
	for (char *w = chosen ? strtok_r(chosen, ",", &save) : NULL; w && n < LIST_COLUMNS; w = strtok_r(NULL, ",", &save))
		if (entity_field(l->entity, w))
			names[n++] = w;
	bool chose = n > 0;
	for (int i = 0; !chose && i < l->entity->n_fields && n < LIST_COLUMNS; i++)
		if (l->entity->fields[i].flags & FF_COLUMN)
			names[n++] = l->entity->fields[i].name;
	l->has_status = entity_index_of(l->entity, "status") >= 0;
	names[n] = "status"; /* read, not shown */
	if (columns_open(l->app->core, l->entity, names, n + l->has_status, &l->cells, &err) != ST_OK) {
		ui_error(l->app->ui, &err);
		return;
	}
	for (int i = 0; i < n; i++) {
		const struct field *f = columns_field(l->cells, i);
		int width = field_width(f), least = f->min_width ? f->min_width : width < 8 ? width : 8;
		const char *label = _(f->label);
		if (text_width(label) + 2 > width)
			width = text_width(label) + 2;
		l->columns[i] = (struct list_column){.id = f->name, .title = label, .min = least, .pref = width,
			.max = i == 0 ? width + 14 : width + 6, .drop = f->prio ? f->prio - 1 : 9,
			.align = field_right_aligned(f) ? ALIGN_RIGHT : ALIGN_LEFT, .sortable = true};
	}
	l->n_columns = n;
	list_set_columns(&l->list, l->columns, n);
}

void record_list_show_sort(struct record_list *l)
{
	const char *sort = l->sort ? l->sort : l->entity->sort;
	bool down = *sort == '-';
	const struct field *f = entity_field(l->entity, sort + down);
	int column = -1;
	for (int i = 0; i < l->n_columns; i++) {
		const struct field *at = columns_field(l->cells, i);
		if (at == f || (f && strcmp(f->name, "sort_key") == 0 && strcmp(l->entity->title + 2, at->name) == 0))
			column = i;
	}
	list_set_sort(&l->list, column, down);
}

/* Rows */

static void pump(void *arg)
{
	struct record_list *l = arg;
	bool more = l->rows && rowset_pump(l->rows, PUMP_MS);
	l->list.count = l->rows ? rowset_count(l->rows) : 0;
	l->pump_timer = more ? loop_after(ui_loop(l->app->ui), 1, pump, l) : 0;
	if (!more) {
		l->list.count_exact = !rowset_capped(l->rows);
		screen_dirty(&l->screen, DIRTY_PAINT);
	}
}

static bool reopen(struct record_list *l, const char *filter, struct error *err)
{
	struct rowset *rows;
	struct query q = {.entity = l->entity, .filter = filter, .sort = l->sort, .deleted = l->deleted};
	if (rowset_open(l->app->core, &q, &rows, NULL, err) != ST_OK)
		return false;
	rowset_free(&l->rows);
	l->rows = rows;
	l->last_found = 0;
	loop_cancel(ui_loop(l->app->ui), &l->pump_timer);
	if (rowset_pump(l->rows, FIRST_MS))
		l->pump_timer = loop_after(ui_loop(l->app->ui), 1, pump, l);
	return true;
}

/* Known at once only when it is quickly known. */
static bool shows_nothing(struct record_list *l, const char *filter)
{
	struct rowset *rows;
	struct query q = {.entity = l->entity, .filter = filter, .sort = l->sort, .deleted = l->deleted, .limit = 1};
	if (rowset_open(l->app->core, &q, &rows, NULL, NULL) != ST_OK)
		return true;
	(void)rowset_pump(rows, FIRST_MS);
	bool nothing = rowset_complete(rows) && rowset_count(rows) == 0;
	rowset_free(&rows);
	return nothing;
}

static void set_filter(struct record_list *l, const char *filter)
{
	char *copy = filter && *filter ? mem_strdup(filter) : NULL;
	free(l->filter);
	l->filter = copy;
}

void record_list_apply(struct record_list *l, const char *filter, bool restart)
{
	struct error err = {0};
	if (!reopen(l, filter ? filter : "", &err)) {
		l->problem = err;
	} else {
		error_clear(&l->problem);
		set_filter(l, filter);
		if (restart) {
			list_unmark(&l->list); /* what is marked must be what is seen */
			list_restart(&l->list);
		}
		else
			list_reload(&l->list);
	}
	screen_dirty(&l->screen, DIRTY_PAINT);
}

/* Card beside the list */

static void load_card(void *arg)
{
	struct record_list *l = arg;
	uint64_t handle;
	l->card_timer = 0;
	card_free(&l->card);
	if (l->show_card && l->card_fits && list_selected(&l->list, &handle))
		l->card = card_load(l->app->core, l->entity, (int64_t)handle);
	screen_dirty(&l->screen, DIRTY_PAINT);
}

static void selected(void *arg, bool any, uint64_t handle)
{
	struct record_list *l = arg;
	(void)any;
	(void)handle;
	if (!l->show_card || !l->card_fits)
		return;
	loop_cancel(ui_loop(l->app->ui), &l->card_timer);
	l->card_timer = loop_after(ui_loop(l->app->ui), CARD_MS, load_card, l);
}

static void open_row(void *arg, uint64_t handle)
{
	struct record_list *l = arg;
	app_open_record(l->app, l->entity, (int64_t)handle);
}

void record_list_sort(struct record_list *l, const char *field, bool down)
{
	struct arena *a = arena_new();
	char *sort = mem_printf("%s%s", down ? "-" : "", field); /* field may be a part of the old one */
	free(l->sort);
	l->sort = sort;
	(void)setting_set(l->app->core, record_list_setting(l, a, "sort"), l->sort, NULL);
	arena_free(&a);
	record_list_show_sort(l);
	record_list_apply(l, l->filter, true);
}

static void sort_column(void *arg, int column)
{
	struct record_list *l = arg;
	bool down = l->list.sort_column == column && !l->list.sort_descending;
	record_list_sort(l, columns_field(l->cells, column)->name, down);
}

/* Screen */

static void layout(struct screen *s, int rows, int cols)
{
	struct record_list *l = self(s);
	l->card_fits = cols >= CARD_MIN_COLS;
	bool beside = l->show_card && l->card_fits;
	l->list.jump = beside;
	list_layout(&l->list, rows - TOP_ROWS, beside ? cols - CARD_COLS : cols);
	if (beside && !l->card)
		load_card(l);
}

static void recalc(struct screen *s)
{
	struct record_list *l = self(s);
	if (!app_stale(l->app, app_shows_more(l->entity), &l->seen))
		return;
	record_list_apply(l, l->filter, false);
	load_card(l);
}

static const char *count_text(struct record_list *l, struct arena *a)
{
	if (l->rows && rowset_corrected(l->rows))
		return arena_printf(a, _("no match; showing “%s”"), rowset_corrected(l->rows));
	int64_t n = l->rows ? rowset_count(l->rows) : 0;
	bool more = l->rows && !rowset_complete(l->rows);
	if (l->rows && rowset_capped(l->rows))
		return arena_printf(a, _("best %s of many"), number_format(a, n));
	int64_t at = list_position(&l->list) + 1;
	return arena_printf(a, _("%s of %s%s"), number_format(a, at), number_format(a, n), more ? "…" : "");
}

static void paint_top(struct record_list *l, const struct canvas *c)
{
	const char *title = l->title ? l->title : _(l->entity->label_plural);
	if (l->deleted)
		title = arena_printf(c->scratch, _("%s, deleted"), title);
	const char *right = count_text(l, c->scratch);
	size_t marks = l->list.marks.count;
	if (l->list.all_marked)
		right = arena_printf(c->scratch, _("all marked · %s"), right);
	else if (marks)
		right = arena_printf(c->scratch, i18n_plural("%zu marked · %s", "%zu marked · %s", (long)marks), marks, right);
	int used = paint_right(c, 0, 0, c->at.cols - 1, marks || l->list.all_marked ? ROLE_MARK : ROLE_DIM, 0, right);
	int room = c->at.cols - used - 3, col = 1;
	col += paint_text(c, 0, col, room > 0 ? room : 0, ROLE_TITLE, ATTR_BOLD, title) + 2;
	if (l->problem.code)
		(void)paint_text(c, 0, col, room - col > 0 ? room - col : 0, ROLE_ERROR, 0, l->problem.message);
	else if (l->filter)
		(void)paint_text(c, 0, col, room - col > 0 ? room - col : 0, ROLE_ACCENT, 0, l->filter);
}

static void paint(struct screen *s, const struct canvas *c)
{
	struct record_list *l = self(s);
	bool beside = l->show_card && l->card_fits;
	int list_cols = beside ? c->at.cols - CARD_COLS : c->at.cols;
	struct canvas below = canvas_sub(c, TOP_ROWS, 0, c->at.rows - TOP_ROWS, list_cols);
	paint_top(l, c);
	list_paint(&l->list, &below, true);
	if (!beside)
		return;
	paint_bar(&(struct canvas){.grid = c->grid, .at = {c->at.row + TOP_ROWS, c->at.col + list_cols, c->at.rows - TOP_ROWS, 1},
			  .scratch = c->scratch, .unicode = c->unicode},
		0, 0, c->at.rows - TOP_ROWS);
	struct canvas pane = canvas_sub(c, TOP_ROWS, list_cols + 2, c->at.rows - TOP_ROWS, CARD_COLS - 3);
	if (l->card)
		card_paint(l->card, l->app->core, &pane);
}

static bool cursor(struct screen *s, int *row, int *col)
{
	bool shown = list_cursor(&self(s)->list, row, col);
	*row += TOP_ROWS;
	return shown;
}

static bool key(struct screen *s, const struct key *k)
{
	struct key below = *k;
	below.row -= TOP_ROWS;
	return list_key(&self(s)->list, &below);
}

/* The filter line */

static bool filter_typed(void *arg, const char *filter, bool typing)
{
	struct record_list *l = arg;
	if (typing && shows_nothing(l, filter))
		return false;
	record_list_apply(l, filter, true);
	return true;
}

static void open_filter(struct record_list *l)
{
	filter_prompt_open(&(struct filter_prompt){l->app, l->entity, l->filter, filter_typed, l});
}

static bool command(struct screen *s, const char *id, const char *args)
{
	struct record_list *l = self(s);
	if (strncmp(id, "list.", 5) == 0)
		return list_command(&l->list, id);
	if (strcmp(id, "records.filter") == 0) {
		if (args && *args)
			record_list_apply(l, args, true);
		else
			open_filter(l);
	} else if (strcmp(id, "records.clear-filter") == 0) {
		record_list_use_view(l, &(struct saved_view){0});
	} else if (strcmp(id, "records.sort") == 0) {
		record_list_pick_sort(l);
	} else if (strcmp(id, "records.reverse") == 0) {
		const char *now = l->sort ? l->sort : l->entity->sort;
		record_list_sort(l, *now == '-' ? now + 1 : now, *now != '-');
	} else if (strcmp(id, "records.columns") == 0) {
		record_list_pick_columns(l);
	} else if (strcmp(id, "records.views") == 0) {
		record_list_pick_view(l);
	} else if (strcmp(id, "records.view") == 0) {
		record_list_use_view_at(l, args ? atoi(args) : 0);
	} else if (strcmp(id, "records.save-view") == 0) {
		record_list_save_view(l);
	} else if (strcmp(id, "records.export") == 0) {
		record_list_export(l);
	} else if (strcmp(id, "records.card") == 0) {
		l->show_card = !l->show_card;
		(void)setting_set(l->app->core, "card", l->show_card ? "1" : "0", NULL);
		screen_dirty(s, DIRTY_LAYOUT);
	} else {
		return false;
	}
	return true;
}

static const char *title(struct screen *s)
{
	struct record_list *l = self(s);
	return l->title ? l->title : _(l->entity->label_plural);
}

static void save(struct screen *s, struct buf *out)
{
	struct record_list *l = self(s);
	uint64_t handle = 0;
	(void)list_selected(&l->list, &handle);
	buf_printf(out, "%s %llu %s", l->entity->name, (unsigned long long)handle, l->filter ? l->filter : "");
}

void record_list_restore(struct app *app, char *state)
{
	struct screen *s = ui_top(app->ui);
	unsigned long long handle;
	char name[40];
	int used = 0;
	if (!s || strcmp(s->ops->name, "records") != 0 || sscanf(state, "%39s %llu %n", name, &handle, &used) < 2 ||
		strcmp(name, self(s)->entity->name) != 0)
		return;
	record_list_apply(self(s), state + used, true);
	(void)list_select(&self(s)->list, handle);
}

static void close_list(struct screen *s)
{
	struct record_list *l = self(s);
	struct loop *loop = ui_loop(l->app->ui);
	loop_cancel(loop, &l->pump_timer);
	loop_cancel(loop, &l->card_timer);
	card_free(&l->card);
	list_free(&l->list);
	rowset_free(&l->rows);
	columns_free(&l->cells);
	arena_free(&l->names);
	free(l->filter);
	free(l->sort);
	free(l->title);
	free(l);
}

static const struct screen_ops ops = {.name = "records", .contexts = "records list", .layout = layout, .recalc = recalc,
	.paint = paint, .cursor = cursor, .key = key, .command = command, .title = title, .save = save, .close = close_list};

/* Where deleted records are shown, bringing them back comes first. */
static void set_contexts(struct record_list *l)
{
	(void)snprintf(l->contexts, sizeof l->contexts, "%s%s records%s subject list", l->entity->name, l->deleted ? " deleted" : "", log_context(l->entity));
	l->screen.contexts = l->contexts;
}

/* Who sees only a part is told so: nothing here is not nothing there. */
static const char *empty_hint(struct record_list *l)
{
	if (access_scope(l->app->core, l->entity, ACT_READ) < SCOPE_ALL)
		return arena_printf(l->names, _("Your role, %s, sees only what is yours or your team's."), access_role_name(l->app->core));
	return _("n makes a new one; Esc or \\ takes a filter away.");
}

void record_list_open(struct app *app, const struct entity *e, const char *filter, const char *name)
{
	struct record_list *l = mem_zalloc(sizeof *l);
	l->screen.ops = &ops;
	l->app = app;
	l->entity = e;
	l->names = arena_new();
	l->title = name ? mem_strdup(name) : NULL;
	char *sort = setting_get(app->core, l->names, record_list_setting(l, l->names, "sort"));
	if (sort && sort_check(app->core, e, sort, NULL) == ST_OK)
		l->sort = mem_strdup(sort);
	char *card = setting_get(app->core, l->names, "card");
	l->show_card = card && *card == '1';
	list_init(&l->list, &source, l, l->columns, 0);
	l->list.events = (struct list_events){.selected = selected, .open = open_row, .sort = sort_column, .arg = l};
	l->list.empty = arena_strdup(l->names, "");
	l->list.empty = _("Nothing here.");
	l->list.empty_hint = empty_hint(l);
	record_list_choose_columns(l);
	record_list_show_sort(l);
	struct error err = {0};
	if (!reopen(l, filter ? filter : "", &err)) {
		ui_error(app->ui, &err);
		(void)reopen(l, "", &err);
	} else {
		set_filter(l, filter);
	}
	(void)app_stale(app, app_shows_more(e), &l->seen);
	ui_push(app->ui, &l->screen);
	set_contexts(l);
}

bool record_list_toggle_deleted(struct screen *s)
{
	if (!s || strcmp(s->ops->name, "records") != 0)
		return false;
	struct record_list *l = self(s);
	l->deleted = !l->deleted;
	l->list.empty = l->deleted ? _("Nothing was deleted.") : _("Nothing here.");
	l->list.empty_hint = l->deleted ? _("z goes back to the others.") : empty_hint(l);
	set_contexts(l);
	record_list_apply(l, l->filter, true);
	return true;
}

/* All rows that the filter selects, also those that a search by words did not show. */
static bool every_row(struct record_list *l, struct subject *out)
{
	struct rowset *rows;
	struct query q = {.entity = l->entity, .filter = l->filter, .sort = l->sort, .deleted = l->deleted, .all = true};
	if (rowset_open(l->app->core, &q, &rows, NULL, NULL) != ST_OK)
		return false;
	while (rowset_pump(rows, -1))
		;
	out->n = (size_t)rowset_count(rows);
	out->nums = mem_array(out->n, sizeof *out->nums);
	for (size_t i = 0; i < out->n; i++)
		out->nums[i] = rowset_at(rows, (int64_t)i);
	rowset_free(&rows);
	return out->n > 0;
}

bool record_list_subject(struct screen *s, struct subject *out)
{
	if (!s || strcmp(s->ops->name, "records") != 0)
		return false;
	struct record_list *l = self(s);
	out->entity = l->entity;
	if (l->list.all_marked) {
		return every_row(l, out);
	}
	uint64_t *handles = list_targets(&l->list, &out->n);
	out->nums = mem_array(out->n, sizeof *out->nums);
	for (size_t i = 0; i < out->n; i++)
		out->nums[i] = (int64_t)handles[i];
	free(handles);
	return out->n > 0;
}

int64_t record_list_selected(struct screen *s, const struct entity **e)
{
	uint64_t handle;
	if (!s || strcmp(s->ops->name, "records") != 0 || !list_selected(&self(s)->list, &handle))
		return 0;
	*e = self(s)->entity;
	return (int64_t)handle;
}
