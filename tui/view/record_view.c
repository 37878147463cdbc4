#include "tui/view/log.h"
#include "tui/view/record_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/security/access.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "tui/res/resource.h"
#include "tui/view/billing_view.h"
#include "tui/view/cells.h"
#include "tui/view/edit.h"
#include "tui/view/record_form.h"
#include "tui/widget/lines.h"

enum { WIDE = 100, MAX_ROWS_EACH = 50, TEXT_CELLS = 50, TEXT_LINES = 60 };

struct record_view {
	struct screen screen;
	struct app *app;
	const struct entity *entity;
	int64_t num;
	struct arena *arena;
	struct record *record;
	char *title;
	struct lines panes[2]; /* fields; what belongs */
	int pane;
	bool wide;
	struct span glance[GLANCE_SPANS]; /* of records that are about money */
	size_t n_glance;
	int64_t seen;
	char contexts[80];
};

static struct record_view *self(struct screen *s)
{
	return (struct record_view *)s;
}

/* The name, the money of it where there is any, a blank. */
static int top_rows(const struct record_view *v)
{
	return v->n_glance ? 3 : 2;
}

/* Reading */

/* A text of several lines, or a long one, stands below itself, so that it can be read. */
static void add_text(struct record_view *v, const char *label, const char *text, enum role role, int field)
{
	const char *s = text_clean_lines(v->arena, text);
	for (int n = 0; n == 0 || (*s && n < TEXT_LINES); n++) {
		size_t line = strcspn(s, "\n"), fits;
		int cells;
		const char *whole = arena_strndup(v->arena, s, line);
		fits = text_fit(whole, TEXT_CELLS, &cells);
		if (fits < line) { /* between words, where there are any */
			size_t at = fits;
			while (at > fits / 2 && s[at] != ' ')
				at--;
			fits = s[at] == ' ' ? at : fits;
		}
		struct line *it = lines_add(&v->panes[0], LINE_FIELD);
		it->text = n ? "" : label;
		it->middle = n + 1 == TEXT_LINES ? "…" : arena_strndup(v->arena, s, fits);
		it->role = role;
		it->field = field;
		s += fits;
		s += fits == line ? *s == '\n' : strspn(s, " ");
	}
}

static void add_fields(struct record_view *v)
{
	const struct record *r = v->record;
	const char *group = NULL, *shown = NULL;
	for (int i = 0; i < v->entity->n_fields; i++) {
		const struct field *f = &v->entity->fields[i];
		if (f->group)
			group = f->group;
		if ((f->flags & FF_HIDDEN) || access_field(v->app->core, v->entity, f) == FIELD_NONE ||
			(r->v[i].kind == VAL_NULL && !(f->flags & FF_FORM)) || (f->type == FT_BOOL && !r->v[i].i && !(f->flags & FF_COLUMN)) ||
			((strcmp(f->name, "email") == 0 || strcmp(f->name, "phone") == 0) && field_is_virtual(f)) ||
			strcmp(f->name, "full_name") == 0)
			continue;
		if (group && group != shown) {
			if (shown)
				lines_add(&v->panes[0], LINE_BLANK);
			struct line *h = lines_add(&v->panes[0], LINE_HEADING);
			h->text = _(group);
			shown = group;
		}
		struct list_cell cell;
		cell_of(f, &r->v[i], record_format(v->app->core, r, f, v->arena), v->arena, &cell);
		if (cell.role == ROLE_OVERDUE && entity_index_of(v->entity, "status") >= 0 && cell_status_is_over(record_text(r, "status")))
			cell.role = ROLE_TEXT;
		if (f->type == FT_LONG_TEXT || text_width(cell.text) > TEXT_CELLS) {
			add_text(v, _(f->label), r->v[i].kind == VAL_TEXT ? r->v[i].s : cell.text, cell.role, i);
			continue;
		}
		struct line *it = lines_add(&v->panes[0], LINE_FIELD);
		it->text = _(f->label);
		it->middle = cell.text;
		it->role = cell.role;
		it->field = i;
	}
}

/* What opening a row of a link entity means: the record at its other end. */
static void aim(struct record_view *v, struct line *it, const struct entity *e, const struct related *rel, const struct row *row,
	const struct columns *cols)
{
	struct core *c = v->app->core;
	it->what = e;
	it->num = row->num;
	if (e->top)
		return;
	const struct field *f = columns_field(cols, 0);
	struct record *r;
	(void)rel;
	if (f->type == FT_REF && row->v[0].kind == VAL_ID &&
		store_load(c, model_entity(c->model, f->ref), &row->v[0].id, v->arena, &r, NULL) == ST_OK) {
		it->what = r->entity;
		it->num = r->num;
	}
}

static void add_related(struct record_view *v, const struct related *rel)
{
	struct core *c = v->app->core;
	struct lines *p = &v->panes[1];
	const struct entity *e = model_entity(c->model, rel->entity);
	struct rowset *rs;
	struct columns *cols;
	struct query q = {.entity = e, .filter = rel->filter, .sort = rel->sort, .scope = rel->scope, .scope_id = v->record->id,
		.limit = MAX_ROWS_EACH + 1};
	if (rowset_open(c, &q, &rs, NULL, NULL) != ST_OK)
		return;
	(void)rowset_pump(rs, 10);
	int64_t n = rowset_count(rs);
	int n_columns = rel->columns[2] ? 3 : 2;
	if ((n || rel->adds) && columns_open(c, e, rel->columns, n_columns, &cols, NULL) == ST_OK) {
		if (p->n)
			lines_add(p, LINE_BLANK);
		struct line *h = lines_add(p, LINE_HEADING);
		h->text = _(rel->title);
		h->right = n > MAX_ROWS_EACH ? arena_printf(v->arena, "%d+", MAX_ROWS_EACH)
			   : n ? arena_printf(v->arena, "%lld", (long long)n) : "—";
		h->stop = !n && rel->adds;
		h->from = rel;
		if (h->stop)
			h->right = _("a adds");
		for (int64_t i = 0; i < n && i < MAX_ROWS_EACH; i++) {
			struct row row;
			struct list_cell cell;
			if (columns_fetch(cols, rowset_at(rs, i), v->arena, &row, NULL) != ST_OK)
				continue;
			struct line *it = lines_add(p, LINE_ROW);
			it->text = *row.text[0] ? row.text[0] : row.title;
			cell_of(columns_field(cols, 1), &row.v[1], row.text[1], v->arena, &cell);
			it->middle = *row.text[1] ? cell.text : "";
			it->right = "";
			if (n_columns == 3) {
				cell_of(columns_field(cols, 2), &row.v[2], row.text[2], v->arena, &cell);
				it->right = cell.text;
				it->right_role = cell.role == ROLE_TEXT ? ROLE_DIM : cell.role;
			}
			it->from = rel;
			aim(v, it, e, rel, &row, cols);
		}
		if (n > MAX_ROWS_EACH) {
			struct line *more = lines_add(p, LINE_TEXT);
			more->text = _("… and more");
			more->role = ROLE_DIM;
		}
		columns_free(&cols);
	}
	rowset_free(&rs);
}

static void load(struct record_view *v)
{
	struct error err = {0};
	arena_reset(v->arena);
	lines_clear(&v->panes[0]);
	lines_clear(&v->panes[1]);
	if (store_load_num(v->app->core, v->entity, v->num, v->arena, &v->record, &err) != ST_OK) {
		v->record = NULL;
		return;
	}
	record_complete(v->app->core, v->record);
	v->n_glance = billing_glance(v->app->core, v->record, v->arena, v->glance);
	free(v->title);
	v->title = mem_strdup(store_title(v->app->core, v->entity, &v->record->id, v->arena));
	add_fields(v);
	const struct resource *res = resource_of(v->entity->name);
	for (int i = 0; res && i < res->n_related; i++)
		add_related(v, &res->related[i]);
	lines_settle(&v->panes[0]);
	lines_settle(&v->panes[1]);
}

/* Screen */

static void layout(struct screen *s, int rows, int cols)
{
	(void)rows;
	self(s)->wide = cols >= WIDE;
}

static void recalc(struct screen *s)
{
	if (app_stale(self(s)->app, app_shows_more(self(s)->entity), &self(s)->seen))
		load(self(s));
}

static int pane_rows(struct record_view *v, int pane)
{
	int rows = v->screen.rect.rows - top_rows(v);
	if (v->wide)
		return rows;
	int fields = rows / 2 < (int)v->panes[0].n ? rows / 2 : (int)v->panes[0].n;
	if (!v->panes[1].n)
		fields = rows;
	return pane == 0 ? fields : rows - fields - 1;
}

static void paint_top(struct record_view *v, const struct canvas *c)
{
	char ref[24];
	const char *right = record_reference(v->entity, v->num, ref);
	int used = paint_right(c, 0, 0, c->at.cols - 1, ROLE_DIM, 0, right);
	int col = 1 + paint_text(c, 0, 1, c->at.cols - used - 3, ROLE_TITLE, ATTR_BOLD, v->title ? v->title : "");
	const struct field *company = entity_field(v->entity, "company");
	const char *sub = v->record && company && strcmp(company->name, "company") == 0
				  ? record_format(v->app->core, v->record, company, c->scratch) : "";
	if (v->title && strcmp(sub, v->title) == 0) /* a company's account is named like it */
		sub = "";
	if (v->record && v->record->deleted_at)
		(void)paint_text(c, 0, col + 2, c->at.cols - col - used - 4, ROLE_ERROR, 0, _("deleted; R restores it"));
	else
		(void)paint_text(c, 0, col + 2, c->at.cols - col - used - 4, ROLE_DIM, 0, sub);
	if (v->n_glance)
		(void)paint_spans(c, 1, 1, c->at.cols - 2, v->glance, v->n_glance);
}

static void paint(struct screen *s, const struct canvas *c)
{
	struct record_view *v = self(s);
	if (!v->record) {
		(void)paint_text(c, 1, 2, c->at.cols - 4, ROLE_DIM, 0, _("This record is gone. Esc goes back."));
		return;
	}
	paint_top(v, c);
	int left = v->wide ? c->at.cols * 45 / 100 : c->at.cols;
	struct canvas fields = canvas_sub(c, top_rows(v), 0, pane_rows(v, 0), left);
	struct canvas rest = v->wide ? canvas_sub(c, top_rows(v), left + 2, c->at.rows - top_rows(v), c->at.cols - left - 3)
				     : canvas_sub(c, top_rows(v) + pane_rows(v, 0) + 1, 0, pane_rows(v, 1), c->at.cols);
	lines_paint(&v->panes[0], &fields, v->pane == 0);
	if (v->panes[1].n)
		lines_paint(&v->panes[1], &rest, v->pane == 1);
}

static bool cursor(struct screen *s, int *row, int *col)
{
	struct record_view *v = self(s);
	int base = v->pane && !v->wide ? pane_rows(v, 0) + 1 : 0;
	*row = top_rows(v) + base + v->panes[v->pane].sel - v->panes[v->pane].top;
	*col = v->pane && v->wide ? s->rect.cols * 45 / 100 + 2 : 0;
	return false;
}

static const struct line *selected_item(struct record_view *v)
{
	return v->record ? lines_selected(&v->panes[v->pane]) : NULL;
}

/* Running off one pane goes on in the other when they stand below each other. */
static bool cross(struct record_view *v, const char *id)
{
	bool down = strcmp(id, "list.down") == 0;
	if (v->wide || (!down && strcmp(id, "list.up") != 0) || down == (v->pane == 1) || !v->panes[!v->pane].n)
		return false;
	v->pane = !v->pane;
	v->panes[v->pane].sel = down ? 0 : (int)v->panes[v->pane].n - 1;
	lines_settle(&v->panes[v->pane]);
	return true;
}

/* Add to the related list that the selection is in: a deal for this contact, a line for this deal. */
static void add_here(struct record_view *v)
{
	const struct line *it = selected_item(v);
	const struct related *rel = it && it->kind != LINE_FIELD ? it->from : NULL;
	const struct resource *res = resource_of(v->entity->name);
	for (int i = 0; !rel && res && i < res->n_related; i++)
		if (res->related[i].adds && !model_entity(v->app->core->model, res->related[i].entity)->top)
			rel = &res->related[i];
	for (int i = 0; !rel && res && i < res->n_related; i++)
		if (res->related[i].adds)
			rel = &res->related[i];
	if (!rel || !rel->adds) {
		ui_toast(v->app->ui, TOAST_INFO, _("Select a line of the list to add to."));
		return;
	}
	bool line = strcmp(rel->entity, "quote_lines") == 0 || strcmp(rel->entity, "invoice_lines") == 0;
	if (line && billing_add_line(v->app, v->record))
		return;
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(v->app->core->model, rel->entity));
	record_put_id(r, rel->adds, v->record->id);
	record_form_open(v->app, r->entity, 0, r);
	arena_free(&a);
}

static void open_item(struct record_view *v)
{
	const struct line *it = selected_item(v);
	if (!it)
		return;
	if (it->kind == LINE_FIELD) {
		int64_t *nums = mem_array(1, sizeof *nums);
		nums[0] = v->num;
		edit_field_open(v->app, v->entity, nums, 1, v->entity->fields[it->field].name);
		return;
	}
	if (it->kind == LINE_HEADING) {
		add_here(v);
		return;
	}
	const struct entity *e = it->what;
	if (e->top)
		app_open_record(v->app, e, it->num);
	else if (!billing_open_row(v->app, e, it->num))
		record_form_open(v->app, e, it->num, NULL);
}

static bool command(struct screen *s, const char *id, const char *args)
{
	struct record_view *v = self(s);
	(void)args;
	if (strncmp(id, "list.", 5) == 0 && strcmp(id, "list.open") != 0) {
		if (!lines_command(&v->panes[v->pane], id) && !cross(v, id))
			return true;
		screen_dirty(s, DIRTY_PAINT);
	} else if (strcmp(id, "list.open") == 0) {
		open_item(v);
	} else if (strcmp(id, "record.pane") == 0 && v->panes[1].n) {
		v->pane = !v->pane;
		screen_dirty(s, DIRTY_PAINT);
	} else if (strcmp(id, "record.add") == 0 && v->record) {
		add_here(v);
	} else {
		return false;
	}
	return true;
}

static bool key(struct screen *s, const struct key *k)
{
	struct record_view *v = self(s);
	if (k->code != K_MOUSE)
		return false;
	if (k->mouse == MOUSE_WHEEL_DOWN || k->mouse == MOUSE_WHEEL_UP) {
		(void)lines_move(&v->panes[v->pane], k->mouse == MOUSE_WHEEL_DOWN ? 3 : -3);
		screen_dirty(s, DIRTY_PAINT);
		return true;
	}
	if (k->mouse != MOUSE_PRESS || k->row < top_rows(v))
		return false;
	int pane = v->wide ? k->col > s->rect.cols * 45 / 100 : k->row >= top_rows(v) + pane_rows(v, 0) + 1;
	int base = pane && !v->wide ? pane_rows(v, 0) + 1 : 0;
	int hit = lines_click(&v->panes[pane], k->row - top_rows(v) - base);
	if (!hit)
		return true;
	bool again = hit == 2 && v->pane == pane;
	v->pane = pane;
	screen_dirty(s, DIRTY_PAINT);
	if (again)
		open_item(v);
	return true;
}

static const char *title(struct screen *s)
{
	return self(s)->title ? self(s)->title : "";
}

static void save(struct screen *s, struct buf *out)
{
	buf_printf(out, "%s %lld", self(s)->entity->name, (long long)self(s)->num);
}

void record_view_restore(struct app *app, char *state)
{
	char name[40];
	long long num;
	const struct entity *e;
	if (sscanf(state, "%39s %lld", name, &num) == 2 && (e = model_entity(app->core->model, name)))
		record_view_open(app, e, num);
}

static void close_view(struct screen *s)
{
	struct record_view *v = self(s);
	lines_free(&v->panes[0]);
	lines_free(&v->panes[1]);
	free(v->title);
	arena_free(&v->arena);
	free(v);
}

static const struct screen_ops ops = {.name = "record", .contexts = "record list", .hides = LINES_HIDE, .layout = layout, .recalc = recalc, .paint = paint,
	.cursor = cursor, .key = key, .command = command, .title = title, .save = save, .close = close_view};

void record_view_open(struct app *app, const struct entity *e, int64_t num)
{
	struct record_view *v = mem_zalloc(sizeof *v);
	v->screen.ops = &ops;
	v->app = app;
	v->entity = e;
	v->num = num;
	v->arena = arena_new();
	load(v);
	(void)app_stale(app, app_shows_more(e), &v->seen);
	ui_push(app->ui, &v->screen);
	(void)snprintf(v->contexts, sizeof v->contexts, "%s record%s subject list", e->name, log_context(e));
	v->screen.contexts = v->contexts;
}

int64_t record_view_subject(struct screen *s, const struct entity **e)
{
	if (!s || strcmp(s->ops->name, "record") != 0 || !self(s)->record)
		return 0;
	*e = self(s)->entity;
	return self(s)->num;
}

const char *record_view_adds(const struct command_call *call)
{
	const struct entity *e;
	if (!record_view_subject(call->screen, &e))
		return NULL;
	const struct record *r = self(call->screen)->record;
	const struct resource *res = resource_of(e->name);
	bool any = false;
	for (int i = 0; res && i < res->n_related; i++)
		any = any || res->related[i].adds;
	if (!any)
		return _("nothing is added to it here");
	bool document = strcmp(e->name, "quotes") == 0 || strcmp(e->name, "invoices") == 0;
	return document && !record_null(r, "number") ? _("it is issued and stays as it is") : NULL;
}
