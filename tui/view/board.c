#include "tui/view/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/crm/pipeline.h"
#include "core/crm/query.h"
#include "tui/view/edit.h"
#include "tui/view/filter_prompt.h"
#include "tui/view/subject.h"
#include "tui/view/views.h"
#include "tui/widget/board.h"
#include "tui/widget/picker.h"

enum { TOP_ROWS = 1 };
#define NOT_HERE "records.sort records.reverse records.columns records.export records.card deals.board"

static const char *const card_fields[] = {"company", "value", "expected_close_date", "stage_entered_at"};
enum { CARD_COMPANY, CARD_VALUE, CARD_CLOSE, CARD_ENTERED, CARD_FIELDS };

struct pipeline_board {
	struct screen screen;
	struct app *app;
	const struct entity *deals;
	char *pipeline_name, *filter, *view; /* view: name of the one in force */
	struct arena *arena; /* pipelines, sums */
	struct pipeline *pipelines;
	int n_pipelines;
	struct pipeline *pipeline; /* the one shown; NULL: there is none */
	struct rowset *rows[BOARD_COLUMNS];
	int64_t counts[BOARD_COLUMNS];
	const char *sums[BOARD_COLUMNS], *exact[BOARD_COLUMNS];
	struct columns *cells;
	struct board board;
	bool signs; /* a card has one: they are explained above */
	struct error problem;
	int64_t seen;
};

static struct pipeline_board *self(struct screen *s)
{
	return (struct pipeline_board *)s;
}

static int n_columns(const struct pipeline_board *b)
{
	if (!b->pipeline)
		return 0;
	return b->pipeline->n_stages < BOARD_COLUMNS ? b->pipeline->n_stages : BOARD_COLUMNS;
}

/* Reading */

/* "€48k", "48k USD", in French "48k €". */
static const char *compact(struct arena *a, int64_t minor, const char *currency)
{
	const char *number = money_compact(a, minor, currency), *sign = money_symbol(currency);
	bool before = strcmp(sign, currency) != 0 && strcmp(i18n_lang(), "fr") != 0;
	return before ? arena_printf(a, "%s%s", sign, number) : arena_printf(a, "%s %s", number, sign);
}

/* Count and sums by currency: short for a column's head, to the last digit for the line above. */
static const char *sum_text(struct pipeline_board *b, const struct total *totals, int n, bool exact, int64_t *count)
{
	struct buf text = {0};
	*count = 0;
	for (int i = 0; i < n; i++) {
		*count += totals[i].count;
		if (totals[i].minor)
			buf_printf(&text, "%s%s", text.len ? " + " : "", exact ? money_format(b->arena, totals[i].minor, totals[i].currency, true)
									      : compact(b->arena, totals[i].minor, totals[i].currency));
	}
	const char *out = arena_printf(b->arena, "%s%s%s", number_format(b->arena, *count), text.len ? " · " : "", buf_str(&text));
	buf_free(&text);
	return out;
}

static void load_column(struct pipeline_board *b, int i)
{
	const struct stage *stage = &b->pipeline->stages[i];
	struct total *totals;
	int n;
	bool open = strcmp(stage->type, "open") == 0;
	struct query q = {.entity = b->deals, .scope = "stage", .scope_id = stage->id, .filter = b->filter,
		.sort = open ? "close" : "-num"};
	rowset_free(&b->rows[i]);
	if (rowset_open(b->app->core, &q, &b->rows[i], NULL, &b->problem) != ST_OK)
		return;
	(void)rowset_pump(b->rows[i], 10);
	if (query_totals(b->app->core, &q, "value", b->arena, &totals, &n, NULL) != ST_OK)
		return;
	b->sums[i] = sum_text(b, totals, n, false, &b->counts[i]);
	b->exact[i] = sum_text(b, totals, n, true, &b->counts[i]);
}

/* Nobody chose yet: the default pipeline, or the first with deals when that one has none. */
static void name_busy_pipeline(struct pipeline_board *b)
{
	for (int i = 0; i < b->n_pipelines; i++) {
		struct rowset *any;
		struct query q = {.entity = b->deals, .scope = "pipeline", .scope_id = b->pipelines[i].id, .sort = "num", .limit = 1};
		if (rowset_open(b->app->core, &q, &any, NULL, NULL) != ST_OK)
			return;
		(void)rowset_pump(any, -1);
		bool busy = rowset_count(any) > 0;
		rowset_free(&any);
		if (busy) {
			b->pipeline_name = mem_strdup(b->pipelines[i].name);
			return;
		}
	}
}

static void load(struct pipeline_board *b)
{
	struct error err = {0};
	arena_reset(b->arena);
	error_clear(&b->problem);
	b->pipeline = NULL;
	for (int i = 0; i < BOARD_COLUMNS; i++) {
		rowset_free(&b->rows[i]);
		b->sums[i] = b->exact[i] = "";
		b->counts[i] = 0;
	}
	if (pipelines_load(b->app->core, b->arena, &b->pipelines, &b->n_pipelines, &err) != ST_OK) {
		b->problem = err;
		return;
	}
	if (!b->pipeline_name)
		name_busy_pipeline(b);
	for (int i = 0; i < b->n_pipelines; i++)
		if (!b->pipeline || (b->pipeline_name && strcmp(b->pipelines[i].name, b->pipeline_name) == 0))
			b->pipeline = &b->pipelines[i];
	for (int i = 0; i < n_columns(b); i++)
		load_column(b, i);
}

/* Source */

static int source_columns(void *src)
{
	return n_columns(src);
}

static void source_column(void *src, int column, struct arena *a, struct board_column *out)
{
	struct pipeline_board *b = src;
	const struct stage *stage = &b->pipeline->stages[column];
	(void)a;
	out->title = stage->name;
	out->summary = b->sums[column];
	out->role = strcmp(stage->type, "won") == 0 ? ROLE_OK : strcmp(stage->type, "lost") == 0 ? ROLE_ERROR : ROLE_HEADER;
	out->count = b->rows[column] ? (int)rowset_count(b->rows[column]) : 0;
}

static void source_card(void *src, int column, int index, struct arena *a, struct board_card *out)
{
	struct pipeline_board *b = src;
	const struct stage *stage = &b->pipeline->stages[column];
	struct row row;
	int64_t day;
	out->handle = (uint64_t)rowset_at(b->rows[column], index);
	if (columns_fetch(b->cells, (int64_t)out->handle, a, &row, NULL) != ST_OK)
		return;
	bool open = strcmp(stage->type, "open") == 0;
	const struct value *entered = &row.v[CARD_ENTERED], *close = &row.v[CARD_CLOSE];
	bool rotting = open && stage->rot_days && entered->kind == VAL_INT && entered->i < clock_now() - stage->rot_days * CLOCK_DAY;
	bool late = open && close->kind == VAL_TEXT && clock_parse_iso_date(close->s, &day) && day < clock_today();
	out->title = row.title;
	out->left = *row.text[CARD_COMPANY] ? row.text[CARD_COMPANY] : row.text[CARD_CLOSE];
	const char *currency = row.currency[CARD_VALUE];
	bool own = currency && strcmp(currency, b->app->core->currency) == 0;
	out->right = row.v[CARD_VALUE].kind != VAL_INT ? "" : own || !currency ? money_compact(a, row.v[CARD_VALUE].i, currency)
							     : compact(a, row.v[CARD_VALUE].i, currency);
	out->role = late ? ROLE_OVERDUE : rotting ? ROLE_WARN : ROLE_DIM;
	out->sign = late ? "!" : rotting ? "~" : NULL;
	b->signs = b->signs || out->sign;
}

static const struct board_source source = {source_columns, source_column, source_card};

/* Events */

static void opened(void *arg, uint64_t handle)
{
	struct pipeline_board *b = arg;
	app_open_record(b->app, b->deals, (int64_t)handle);
}

static void moved(void *arg, uint64_t handle, int from, int to)
{
	struct pipeline_board *b = arg;
	struct error err = {0};
	int64_t num = (int64_t)handle;
	char *name = mem_strdup(b->pipeline->stages[to].name);
	bool lost = strcmp(b->pipeline->stages[to].type, "lost") == 0;
	(void)from;
	enum status st = edit_apply(b->app, b->deals, &num, 1, "stage", name, &err);
	if (app_done(b->app, st, &err, _("Moved to %s. u undoes."), name)) {
		load(b);
		board_reload(&b->board);
		if (lost) {
			int64_t *nums = mem_array(1, sizeof *nums);
			nums[0] = num;
			edit_field_open(b->app, b->deals, nums, 1, "lost_reason");
		}
	}
	free(name);
}

/* Screen */

static void layout(struct screen *s, int rows, int cols)
{
	board_layout(&self(s)->board, rows - TOP_ROWS, cols);
}

static void recalc(struct screen *s)
{
	if (!app_stale(self(s)->app, false, &self(s)->seen))
		return;
	load(self(s));
	board_reload(&self(s)->board);
}

/* Pipeline, view or filter; at the right the selected column to the last digit. */
static void paint_top(struct pipeline_board *b, const struct canvas *c)
{
	int at = b->board.column;
	bool any = at >= 0 && at < n_columns(b);
	const char *right = b->problem.code ? b->problem.message
			    : any ? arena_printf(c->scratch, "%s · %s", b->pipeline->stages[at].name, b->exact[at]) : "";
	int used = paint_right(c, 0, c->at.cols / 4, c->at.cols - c->at.cols / 4 - 1, b->problem.code ? ROLE_ERROR : ROLE_TEXT, 0, right);
	int room = c->at.cols - used - 3, col = 1;
	col += paint_text(c, 0, col, room - col, ROLE_TITLE, ATTR_BOLD, b->pipeline ? b->pipeline->name : _("No pipeline")) + 2;
	if (b->view || b->filter)
		col += paint_text(c, 0, col, room - col, ROLE_ACCENT, 0, b->view ? b->view : b->filter) + 2;
	if (b->signs && room - col > 16)
		(void)paint_text(c, 0, col, room - col, ROLE_DIM, 0, _("! late  ~ rotting"));
}

static void paint(struct screen *s, const struct canvas *c)
{
	struct pipeline_board *b = self(s);
	struct canvas below = canvas_sub(c, TOP_ROWS, 0, c->at.rows - TOP_ROWS, c->at.cols);
	b->signs = false;
	board_paint(&b->board, &below, true);
	paint_top(b, c);
}

static bool cursor(struct screen *s, int *row, int *col)
{
	bool shown = board_cursor(&self(s)->board, row, col);
	*row += TOP_ROWS;
	return shown;
}

static bool key(struct screen *s, const struct key *k)
{
	struct key below = *k;
	below.row -= TOP_ROWS;
	return board_key(&self(s)->board, &below);
}

static void read_again(struct pipeline_board *b)
{
	b->seen = 0;
	screen_dirty(&b->screen, DIRTY_DATA);
}

static void set_filter(struct pipeline_board *b, const char *filter, const char *view)
{
	char *copy = filter && *filter ? mem_strdup(filter) : NULL;
	free(b->filter);
	free(b->view);
	b->filter = copy;
	b->view = view ? mem_strdup(view) : NULL;
	read_again(b);
}

static bool filter_typed(void *arg, const char *filter, bool typing)
{
	struct pipeline_board *b = arg;
	struct query q = {.entity = b->deals, .filter = filter};
	int64_t n = 0;
	if (typing && query_count(b->app->core, &q, &n, NULL) == ST_OK && !n)
		return false;
	set_filter(b, filter, NULL);
	return true;
}

static void view_picked(void *arg, const struct saved_view *v)
{
	set_filter(arg, v->filter, v->name);
}

static void view_at(struct pipeline_board *b, int position)
{
	struct saved_view v;
	struct arena *a = arena_new();
	if (views_at(b->app, b->deals, position, a, &v))
		set_filter(b, v.filter, v.name);
	arena_free(&a);
}

static void pipeline_picked(void *arg, const struct picker_item *item)
{
	struct pipeline_board *b = arg;
	if (!item)
		return;
	free(b->pipeline_name);
	b->pipeline_name = mem_strdup(item->text);
	(void)setting_set(b->app->core, "pipeline", item->text, NULL);
	read_again(b);
}

static void pick_pipeline(struct pipeline_board *b)
{
	struct picker_item items[32];
	size_t n = 0;
	for (int i = 0; i < b->n_pipelines && n < 32; i++)
		items[n++] = (struct picker_item){.text = b->pipelines[i].name, .id = (uint64_t)i};
	(void)picker_open(b->app->ui, &(struct picker_spec){.title = _("Pipeline"), .items = items, .count = n, .keep_order = true,
		.done = pipeline_picked, .arg = b});
}

static bool command(struct screen *s, const char *id, const char *args)
{
	struct pipeline_board *b = self(s);
	if (strncmp(id, "board.", 6) == 0 && board_command(&b->board, id))
		return true;
	if (strcmp(id, "records.filter") == 0) {
		if (args && *args)
			set_filter(b, args, NULL);
		else
			filter_prompt_open(&(struct filter_prompt){b->app, b->deals, b->filter, filter_typed, b});
	} else if (strcmp(id, "records.clear-filter") == 0) {
		set_filter(b, NULL, NULL);
	} else if (strcmp(id, "records.views") == 0) {
		views_pick(b->app, b->deals, view_picked, b);
	} else if (strcmp(id, "records.view") == 0) {
		view_at(b, args ? atoi(args) : 0);
	} else if (strcmp(id, "records.save-view") == 0) {
		views_save(b->app, b->deals, b->filter, NULL, NULL, NULL);
	} else if (strcmp(id, "deals.pipeline") == 0) {
		pick_pipeline(b);
	} else {
		return false;
	}
	return true;
}

static const char *title(struct screen *s)
{
	struct pipeline_board *b = self(s);
	return b->pipeline ? b->pipeline->name : "";
}

static void close_board(struct screen *s)
{
	struct pipeline_board *b = self(s);
	for (int i = 0; i < BOARD_COLUMNS; i++)
		rowset_free(&b->rows[i]);
	board_free(&b->board);
	columns_free(&b->cells);
	arena_free(&b->arena);
	free(b->pipeline_name);
	free(b->filter);
	free(b->view);
	free(b);
}

static const struct screen_ops ops = {.name = "board", .contexts = "deals records log subject board", .hides = NOT_HERE, .layout = layout, .recalc = recalc,
	.paint = paint, .cursor = cursor, .key = key, .command = command, .title = title, .close = close_board};

void board_open(struct app *app, const char *pipeline)
{
	struct pipeline_board *b = mem_zalloc(sizeof *b);
	struct error err = {0};
	b->screen.ops = &ops;
	b->app = app;
	b->deals = model_entity(app->core->model, "deals");
	b->arena = arena_new();
	char *last = pipeline ? NULL : setting_get(app->core, b->arena, "pipeline");
	b->pipeline_name = pipeline || last ? mem_strdup(pipeline ? pipeline : last) : NULL;
	if (columns_open(app->core, b->deals, card_fields, CARD_FIELDS, &b->cells, &err) != ST_OK)
		ui_error(app->ui, &err);
	board_init(&b->board, &source, b);
	b->board.events = (struct board_events){.open = opened, .move = moved, .arg = b};
	load(b);
	board_reload(&b->board);
	(void)app_stale(app, false, &b->seen);
	ui_push(app->ui, &b->screen);
}

bool board_subject(struct screen *s, struct subject *out)
{
	uint64_t handle;
	if (!s || strcmp(s->ops->name, "board") != 0 || !board_selected(&self(s)->board, &handle))
		return false;
	struct pipeline_board *b = self(s);
	size_t n = b->board.marks.count;
	out->entity = b->deals;
	out->n = n ? n : 1;
	out->nums = mem_array(out->n, sizeof *out->nums);
	out->nums[0] = (int64_t)handle;
	uint64_t *marked = n ? handles_list(&b->board.marks) : NULL;
	for (size_t i = 0; i < n; i++)
		out->nums[i] = (int64_t)marked[i];
	free(marked);
	return true;
}
