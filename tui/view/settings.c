#include "tui/view/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/crm/admin.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "tui/res/resource.h"
#include "tui/ui/theme.h"
#include "tui/view/imports_view.h"
#include "tui/view/lines_screen.h"
#include "tui/view/record_form.h"
#include "tui/widget/picker.h"

/* Each line does one thing when opened. */
enum what { OPEN_PROFILE, OPEN_ORGANIZATION, OPEN_LIST, OPEN_IMPORTS, CHOOSE_LANGUAGE, CHOOSE_THEME };

static struct line *add(struct lines_screen *v, const char *text, const char *right, enum what what, const char *entity)
{
	struct line *it = lines_add(&v->lines, LINE_ROW);
	it->text = text;
	it->right = right;
	it->num = what;
	it->what = entity;
	return it;
}

static void heading(struct lines_screen *v, const char *text)
{
	if (v->lines.n)
		lines_add(&v->lines, LINE_BLANK);
	lines_add(&v->lines, LINE_HEADING)->text = text;
}

static const char *count_of(struct lines_screen *v, const char *entity)
{
	int64_t n = 0;
	struct query q = {.entity = model_entity(v->app->core->model, entity)};
	(void)query_count(v->app->core, &q, &n, NULL);
	return number_format(v->arena, n);
}

static void add_lists(struct lines_screen *v, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(v, _(model_entity(v->app->core->model, names[i])->label_plural), count_of(v, names[i]), OPEN_LIST, names[i]);
}

static void load(struct lines_screen *v)
{
	static const char *const sales[] = {"pipelines", "stages", "lost_reasons"};
	static const char *const records[] = {"custom_fields", "tags", "saved_views", "smart_lists"};
	static const char *const people[] = {"users", "teams"};
	struct core *c = v->app->core;
	heading(v, _("You"));
	add(v, _("Profile"), store_title(c, model_entity(c->model, "users"), &c->user, v->arena), OPEN_PROFILE, NULL);
	add(v, _("Language"), strcmp(i18n_lang(), "fr") == 0 ? "Français" : "English", CHOOSE_LANGUAGE, NULL);
	char *theme = setting_get(c, v->arena, "theme");
	add(v, _("Theme"), _(theme ? theme : "default"), CHOOSE_THEME, NULL);
	heading(v, _("Organization"));
	add(v, _("Organization"), store_title(c, model_entity(c->model, "organizations"), &c->org, v->arena), OPEN_ORGANIZATION, NULL);
	add_lists(v, people, 2);
	heading(v, _("Selling"));
	add_lists(v, sales, 3);
	heading(v, _("Records"));
	add_lists(v, records, 4);
	add(v, _("Imports"), "", OPEN_IMPORTS, NULL);
	struct check checks[16];
	int n = admin_checks(c, v->arena, checks, 12);
	heading(v, _("Database"));
	for (int i = 0; i < n && i < 3; i++) {
		struct line *it = lines_add(&v->lines, LINE_TEXT);
		it->text = arena_printf(v->arena, "%s  %s", checks[i].name, checks[i].found);
		it->role = checks[i].good ? ROLE_DIM : ROLE_ERROR;
	}
}

static int64_t num_of(struct core *c, const char *entity, const struct id *id)
{
	struct arena *a = arena_new();
	struct record *r;
	int64_t num = store_load(c, model_entity(c->model, entity), id, a, &r, NULL) == ST_OK ? r->num : 0;
	arena_free(&a);
	return num;
}

static void language_chosen(void *arg, const struct picker_item *item)
{
	struct lines_screen *v = arg;
	struct error err = {0};
	if (!item)
		return;
	const char *lang = item->id ? "fr" : "en";
	(void)i18n_use(lang);
	if (setting_set(v->app->core, "lang", lang, &err) != ST_OK)
		ui_error(v->app->ui, &err);
	app_show_tab(v->app, TAB_SETTINGS);
}

enum { MAX_THEMES = 16 };

static void theme_chosen(void *arg, const struct picker_item *item)
{
	struct lines_screen *v = arg;
	struct style styles[ROLE_COUNT];
	struct error err = {0};
	const char *names[MAX_THEMES];
	if (!item || (int)item->id >= resource_themes(names, MAX_THEMES))
		return;
	const char *name = names[item->id];
	theme_base(v->app->term->colors, styles);
	if (resource_theme(name, v->app->term->colors, styles, &err) != ST_OK ||
		setting_set(v->app->core, "theme", name, &err) != ST_OK) {
		ui_error(v->app->ui, &err);
		return;
	}
	ui_set_styles(v->app->ui, styles);
	app_data_changed(v->app);
}

static void choose_theme(struct lines_screen *v)
{
	const char *names[MAX_THEMES];
	struct picker_item items[MAX_THEMES];
	int n = resource_themes(names, MAX_THEMES);
	for (int i = 0; i < n; i++)
		items[i] = (struct picker_item){.text = _(names[i]), .words = names[i], .id = (uint64_t)i};
	(void)picker_open(v->app->ui, &(struct picker_spec){.title = _("Theme"), .items = items, .count = (size_t)n, .keep_order = true,
		.done = theme_chosen, .arg = v});
}

static void open_line(struct lines_screen *v, const struct line *it)
{
	struct core *c = v->app->core;
	static const struct picker_item languages[] = {{.text = "English", .id = 0}, {.text = "Français", .id = 1}};
	switch ((enum what)it->num) {
	case OPEN_PROFILE:
		record_form_open(v->app, model_entity(c->model, "users"), num_of(c, "users", &c->user), NULL);
		break;
	case OPEN_ORGANIZATION:
		record_form_open(v->app, model_entity(c->model, "organizations"), num_of(c, "organizations", &c->org), NULL);
		break;
	case OPEN_LIST:
		app_open_list(v->app, model_entity(c->model, it->what), NULL, NULL);
		break;
	case OPEN_IMPORTS:
		imports_open(v->app);
		break;
	case CHOOSE_LANGUAGE:
		(void)picker_open(v->app->ui, &(struct picker_spec){.title = _("Language"), .items = languages, .count = 2,
			.keep_order = true, .done = language_chosen, .arg = v});
		break;
	case CHOOSE_THEME:
		choose_theme(v);
		break;
	}
}

static const struct lines_screen_ops ops = {.name = "settings", .contexts = "list", .title = N_("Settings"), .max_cols = 80, .load = load,
	.open = open_line};

void settings_open(struct app *app)
{
	(void)lines_screen_open(app, &ops);
}
