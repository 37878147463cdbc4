/* Sorting, columns and saved views of a record list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/crm/export.h"
#include "core/base/text.h"
#include "core/crm/store.h"
#include "tui/view/path.h"
#include "tui/view/record_list_parts.h"
#include "tui/widget/picker.h"
#include "tui/widget/prompt.h"

static void sort_picked(void *arg, const struct picker_item *item)
{
	struct record_list *l = arg;
	if (!item)
		return;
	const struct field *f = &l->entity->fields[item->id];
	const char *now = l->sort ? l->sort : l->entity->sort;
	record_list_sort(l, f->name, strcmp(now, f->name) == 0);
}

void record_list_pick_sort(struct record_list *l)
{
	struct picker_item items[128];
	size_t n = 0;
	for (int i = 0; i < l->entity->n_fields && n < 128; i++) {
		const struct field *f = &l->entity->fields[i];
		if (!(f->flags & FF_HIDDEN) && f->type != FT_LIST && f->type != FT_LONG_TEXT)
			items[n++] = (struct picker_item){.text = _(f->label), .detail = f->name, .id = (uint64_t)i};
	}
	(void)picker_open(l->app->ui, &(struct picker_spec){.title = _("Sort by (again: the other way round)"), .items = items,
		.count = n, .done = sort_picked, .arg = l});
}

static void toggle_column(void *arg, const struct picker_item *item)
{
	struct record_list *l = arg;
	if (!item)
		return;
	const char *name = l->entity->fields[item->id].name;
	struct buf b = {0};
	bool found = false;
	for (int i = 0; i < l->n_columns; i++) {
		const char *have = columns_field(l->cells, i)->name;
		if (strcmp(have, name) == 0)
			found = true;
		else
			buf_printf(&b, "%s%s", b.len ? "," : "", have);
	}
	if (!found)
		buf_printf(&b, "%s%s", b.len ? "," : "", name);
	struct arena *a = arena_new();
	(void)setting_set(l->app->core, record_list_setting(l, a, "columns"), b.len ? buf_str(&b) : NULL, NULL);
	arena_free(&a);
	buf_free(&b);
	record_list_choose_columns(l);
	record_list_show_sort(l);
	screen_dirty(&l->screen, DIRTY_LAYOUT);
}

void record_list_pick_columns(struct record_list *l)
{
	struct picker_item items[128];
	size_t n = 0;
	for (int i = 0; i < l->entity->n_fields && n < 128; i++) {
		const struct field *f = &l->entity->fields[i];
		bool shown = false;
		if (f->flags & FF_HIDDEN)
			continue;
		for (int k = 0; k < l->n_columns && !shown; k++)
			shown = columns_field(l->cells, k) == f;
		items[n++] = (struct picker_item){.text = _(f->label), .detail = shown ? _("shown") : "", .id = (uint64_t)i};
	}
	(void)picker_open(l->app->ui, &(struct picker_spec){.title = _("Show or hide a column"), .items = items, .count = n,
		.done = toggle_column, .arg = l});
}

void record_list_use_view(struct record_list *l, const struct saved_view *v)
{
	free(l->title);
	l->title = v->name ? mem_strdup(v->name) : NULL;
	if (v->sort && sort_check(l->app->core, l->entity, v->sort, NULL) == ST_OK) {
		free(l->sort);
		l->sort = mem_strdup(v->sort);
	}
	record_list_show_sort(l);
	record_list_apply(l, v->filter, true);
}

static void view_picked(void *arg, const struct saved_view *v)
{
	record_list_use_view(arg, v);
}

void record_list_pick_view(struct record_list *l)
{
	views_pick(l->app, l->entity, view_picked, l);
}

void record_list_use_view_at(struct record_list *l, int at)
{
	struct saved_view v;
	struct arena *a = arena_new();
	if (views_at(l->app, l->entity, at, a, &v))
		record_list_use_view(l, &v);
	arena_free(&a);
}

static void view_saved(void *arg, const char *name)
{
	struct record_list *l = arg;
	free(l->title);
	l->title = mem_strdup(name);
}

void record_list_save_view(struct record_list *l)
{
	views_save(l->app, l->entity, l->filter, l->sort ? l->sort : l->entity->sort, view_saved, l);
}

/* What the list shows now, into a file whose ending says the format. */
static void export_to(void *arg, const char *text)
{
	struct record_list *l = arg;
	struct export_options o = {.entity = l->entity, .filter = l->filter, .sort = l->sort};
	struct error err = {0};
	int64_t n = 0;
	if (!text || !*text)
		return;
	char *path = path_expand(text);
	if (!export_format_of_file(path, &o.format))
		ui_toast(l->app->ui, TOAST_WARN, "%s", _("End the name with .csv, .json, .jsonl, .vcf or .ics to say the format."));
	else if (export_file(l->app->core, &o, path, false, &n, &err) != ST_OK)
		ui_error(l->app->ui, &err);
	else
		ui_toast(l->app->ui, TOAST_OK, _("%lld written to %s"), (long long)n, path);
	free(path);
}

void record_list_export(struct record_list *l)
{
	char *name = mem_printf("%s.csv", l->entity->name);
	(void)prompt_open(l->app->ui, &(struct prompt_spec){.label = _("Export to:"), .initial = name, .complete = path_complete,
		.done = export_to, .arg = l});
	free(name);
}
