#include "tui/view/lines_screen.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/crm/query.h"
#include "tui/view/cells.h"

enum { TOP_ROWS = 2 };

static struct lines_screen *self(struct screen *s)
{
	return (struct lines_screen *)s;
}

void lines_screen_reload(struct lines_screen *s)
{
	arena_reset(s->arena);
	lines_clear(&s->lines);
	s->of->load(s);
	lines_settle(&s->lines);
	screen_dirty(&s->screen, DIRTY_PAINT);
}

static void recalc(struct screen *s)
{
	if (app_stale(self(s)->app, !self(s)->of->records, &self(s)->seen))
		lines_screen_reload(self(s));
}

static void paint(struct screen *s, const struct canvas *c)
{
	struct lines_screen *l = self(s);
	int width = l->of->max_cols && c->at.cols > l->of->max_cols ? l->of->max_cols : c->at.cols;
	struct canvas top = canvas_sub(c, 0, 0, 1, width), below = canvas_sub(c, TOP_ROWS, 0, c->at.rows - TOP_ROWS, width);
	if (l->of->paint_top)
		l->of->paint_top(l, &top);
	else
		(void)paint_text(&top, 0, 1, width - 2, ROLE_TITLE, ATTR_BOLD, _(l->of->title));
	lines_paint(&l->lines, &below, true);
}

static bool cursor(struct screen *s, int *row, int *col)
{
	*row = TOP_ROWS + self(s)->lines.sel - self(s)->lines.top;
	*col = 0;
	return false;
}

void lines_screen_follow(struct lines_screen *s, const struct line *it)
{
	if (it->num)
		app_open_record(s->app, it->what, it->num);
	else if (it->from)
		app_open_list(s->app, it->what, it->from, NULL);
	else
		ui_toast(s->app->ui, TOAST_INFO, "%s", _("That was about several records, or about one that is gone."));
}

static void open_selected(struct lines_screen *s)
{
	const struct line *it = lines_selected(&s->lines);
	if (it && s->of->open)
		s->of->open(s, it);
	else if (it && s->of->records)
		lines_screen_follow(s, it);
}

static bool key(struct screen *s, const struct key *k)
{
	if (k->code != K_MOUSE || k->mouse == MOUSE_RELEASE)
		return false;
	if (k->mouse != MOUSE_PRESS)
		(void)lines_move(&self(s)->lines, k->mouse == MOUSE_WHEEL_DOWN ? 3 : -3);
	else if (lines_click(&self(s)->lines, k->row - TOP_ROWS) == 2)
		open_selected(self(s));
	screen_dirty(s, DIRTY_PAINT);
	return true;
}

static bool command(struct screen *s, const char *id, const char *args)
{
	(void)args;
	if (strcmp(id, "list.open") == 0)
		open_selected(self(s));
	else if (strncmp(id, "list.", 5) == 0)
		(void)lines_command(&self(s)->lines, id);
	else if (!self(s)->of->command || !self(s)->of->command(self(s), id))
		return false;
	screen_dirty(s, DIRTY_PAINT);
	return true;
}

static const char *title(struct screen *s)
{
	return _(self(s)->of->title);
}

static void close_screen(struct screen *s)
{
	lines_free(&self(s)->lines);
	arena_free(&self(s)->arena);
	free(s);
}

struct lines_screen *lines_screen_open(struct app *app, const struct lines_screen_ops *of)
{
	struct lines_screen *s = mem_zalloc(sizeof *s);
	s->of = of;
	s->ops = (struct screen_ops){.name = of->name, .contexts = of->contexts, .hides = of->hides, .recalc = recalc, .paint = paint, .cursor = cursor,
		.key = key, .command = command, .title = title, .close = close_screen};
	s->screen.ops = &s->ops;
	s->app = app;
	s->arena = arena_new();
	of->load(s);
	lines_settle(&s->lines);
	(void)app_stale(app, !of->records, &s->seen);
	ui_push(app->ui, &s->screen);
	return s;
}

int64_t lines_screen_subject(struct screen *s, const struct entity **e)
{
	if (!s || s->ops->close != close_screen || !self(s)->of->records)
		return 0;
	const struct line *it = lines_selected(&self(s)->lines);
	if (!it)
		return 0;
	*e = it->what;
	return it->num;
}

const char *lines_screen_whose(bool everybody)
{
	return everybody ? C_("whose", "everybody's") : C_("whose", "yours");
}

static void add_row(struct lines_screen *s, const struct columns *cols, const struct row *row, const struct entity *e)
{
	struct list_cell cell;
	int last = columns_count(cols) - 1;
	const struct field *f = columns_field(cols, last);
	struct line *it = lines_add(&s->lines, LINE_ROW);
	it->text = *row->text[0] ? row->text[0] : row->title;
	it->middle = row->text[1];
	if (last == 3 && *row->text[2])
		it->middle = arena_printf(s->arena, "%s%s%s", row->text[1], *row->text[1] ? " · " : "", row->text[2]);
	cell_of(f, &row->v[last], row->text[last], s->arena, &cell);
	/* Where late rows stand among others, a sign says so too. */
	bool sign = cell.role == ROLE_OVERDUE && strcmp(f->name, "expected_close_date") == 0;
	it->right = sign ? arena_printf(s->arena, "! %s", cell.text) : cell.text;
	if (strcmp(f->name, "stage_entered_at") == 0 && row->v[last].kind == VAL_INT)
		it->right = arena_printf(s->arena, _("%lld d"), (long long)((clock_now() - row->v[last].i) / CLOCK_DAY));
	it->right_role = cell.role;
	it->what = e;
	it->num = row->num;
}

static void add_more(struct lines_screen *s, const struct lines_query *q, const struct entity *e)
{
	struct line *more = lines_add(&s->lines, LINE_ROW);
	more->text = _("… and more");
	more->role = ROLE_DIM;
	more->what = e;
	more->from = arena_strdup(s->arena, q->whole ? q->whole : q->filter);
}

void lines_screen_add(struct lines_screen *s, const struct lines_query *lq)
{
	struct core *c = s->app->core;
	const struct entity *e = model_entity(c->model, lq->entity);
	struct rowset *rs;
	struct columns *cols;
	struct query q = {.entity = e, .filter = lq->filter, .sort = lq->sort, .limit = lq->max + 1, .scope = lq->scope, .scope_id = lq->scope_id};
	if (rowset_open(c, &q, &rs, NULL, NULL) != ST_OK)
		return;
	(void)rowset_pump(rs, 10);
	int64_t n = rowset_count(rs);
	if ((n || lq->none) && columns_open(c, e, lq->columns, lq->columns[3] ? 4 : 3, &cols, NULL) == ST_OK) {
		if (lq->title) {
			if (s->lines.n)
				lines_add(&s->lines, LINE_BLANK);
			struct line *head = lines_add(&s->lines, LINE_HEADING);
			head->text = lq->title;
			head->right = n > lq->max ? arena_printf(s->arena, "%d+", lq->max) : n ? number_format(s->arena, n) : NULL;
		}
		if (!n) {
			struct line *none = lines_add(&s->lines, LINE_TEXT);
			none->text = lq->none;
			none->role = ROLE_DIM;
		}
		for (int64_t k = 0; k < n && k < lq->max; k++) {
			struct row row;
			if (columns_fetch(cols, rowset_at(rs, k), s->arena, &row, NULL) == ST_OK)
				add_row(s, cols, &row, e);
		}
		if (n > lq->max)
			add_more(s, lq, e);
		columns_free(&cols);
	}
	rowset_free(&rs);
}
