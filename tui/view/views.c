#include "tui/view/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "tui/widget/picker.h"
#include "tui/widget/prompt.h"

enum { MOST = 40 };

static int load(struct app *app, const struct entity *e, int64_t *nums)
{
	struct rowset *rs;
	char filter[80];
	int n = 0;
	(void)snprintf(filter, sizeof filter, "object=%s", e->name);
	struct query q = {.entity = model_entity(app->core->model, "saved_views"), .filter = filter, .sort = "position,num"};
	if (rowset_open(app->core, &q, &rs, NULL, NULL) != ST_OK)
		return 0;
	while (rowset_pump(rs, -1))
		;
	for (; n < MOST && n < rowset_count(rs); n++)
		nums[n] = rowset_at(rs, n);
	rowset_free(&rs);
	return n;
}

static bool read_view(struct app *app, int64_t num, struct arena *a, struct saved_view *out)
{
	struct record *r;
	if (store_load_num(app->core, model_entity(app->core->model, "saved_views"), num, a, &r, NULL) != ST_OK)
		return false;
	*out = (struct saved_view){record_text(r, "name"), record_text(r, "filter"), record_text(r, "sort")};
	return true;
}

/* Choosing */

struct picking {
	struct app *app;
	void (*done)(void *arg, const struct saved_view *v);
	void *arg;
};

static void picked(void *arg, const struct picker_item *item)
{
	struct picking *p = arg;
	struct saved_view v = {0};
	if (item) {
		struct arena *a = arena_new();
		if (!item->id || read_view(p->app, (int64_t)item->id, a, &v))
			p->done(p->arg, &v);
		arena_free(&a);
	}
	free(p);
}

void views_pick(struct app *app, const struct entity *e, void (*done)(void *arg, const struct saved_view *v), void *arg)
{
	int64_t nums[MOST];
	struct picker_item items[MOST + 1];
	int n = load(app, e, nums);
	struct arena *a = arena_new();
	struct picking *p = mem_zalloc(sizeof *p);
	*p = (struct picking){app, done, arg};
	items[0] = (struct picker_item){.text = arena_printf(a, _("All %s"), text_decapital(a, _(e->label_plural))), .detail = "0"};
	for (int i = 0; i < n; i++) {
		struct saved_view v = {.name = ""};
		(void)read_view(app, nums[i], a, &v);
		items[i + 1] = (struct picker_item){.text = v.name, .detail = i < 9 ? arena_printf(a, "%d", i + 1) : NULL, .help = v.filter,
			.id = (uint64_t)nums[i]};
	}
	(void)picker_open(app->ui, &(struct picker_spec){.title = _("Views"), .items = items, .count = (size_t)n + 1, .done = picked,
		.keep_order = true, .arg = p});
	arena_free(&a);
}

bool views_at(struct app *app, const struct entity *e, int position, struct arena *a, struct saved_view *out)
{
	int64_t nums[MOST];
	int n = load(app, e, nums);
	if (position >= 1 && position <= n && read_view(app, nums[position - 1], a, out))
		return true;
	ui_toast(app->ui, TOAST_INFO, i18n_plural("There is no view %d: there is %d.", "There is no view %d: there are %d.", n), position, n);
	return false;
}

/* Keeping */

struct saving {
	struct app *app;
	const struct entity *entity;
	char *filter, *sort;
	void (*done)(void *arg, const char *name);
	void *arg;
};

static void named(void *arg, const char *name)
{
	struct saving *s = arg;
	struct error err = {0};
	if (name && *name) {
		struct arena *a = arena_new();
		struct record *r = record_new(a, model_entity(s->app->core->model, "saved_views"));
		record_put_text(r, "object", s->entity->name);
		record_put_text(r, "name", name);
		record_put_text(r, "filter", s->filter);
		record_put_text(r, "sort", s->sort);
		record_put_int(r, "position", 100);
		if (app_done(s->app, store_save(s->app->core, r, &err), &err, _("View “%s” saved."), name) && s->done)
			s->done(s->arg, name);
		arena_free(&a);
	}
	free(s->filter);
	free(s->sort);
	free(s);
}

void views_save(struct app *app, const struct entity *e, const char *filter, const char *sort, void (*done)(void *arg, const char *name),
	void *arg)
{
	struct saving *s = mem_zalloc(sizeof *s);
	*s = (struct saving){app, e, filter && *filter ? mem_strdup(filter) : NULL, sort ? mem_strdup(sort) : NULL, done, arg};
	(void)prompt_open(app->ui, &(struct prompt_spec){.label = _("Name of the view:"), .done = named, .arg = s});
}
