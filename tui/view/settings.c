#include "tui/view/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/crm/admin.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "core/mail/service.h"
#include "core/security/access.h"
#include "core/security/secrets.h"
#include "tui/cmd/palette.h"
#include "tui/res/resource.h"
#include "tui/ui/theme.h"
#include "tui/view/billing_parts.h"
#include "tui/view/billing_settings.h"
#include "tui/view/imports_view.h"
#include "tui/view/jobs_view.h"
#include "tui/view/lines_screen.h"
#include "tui/view/record_form.h"
#include "tui/view/security.h"
#include "tui/widget/picker.h"

/* Each line does one thing when opened. */
enum what { OPEN_PROFILE, OPEN_ORGANIZATION, OPEN_LIST, OPEN_IMPORTS, OPEN_JOBS, OPEN_KEYS, OPEN_SECURITY, OPEN_SERIES, CHOOSE_LOGO, CHOOSE_PLAN, CHOOSE_LANGUAGE, CHOOSE_THEME, TOGGLE_MOUSE };

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
	static const char *const people[] = {"users", "teams", "roles"};
	struct core *c = v->app->core;
	heading(v, _("You"));
	add(v, _("Profile"), store_title(c, model_entity(c->model, "users"), &c->user, v->arena), OPEN_PROFILE, NULL);
	add(v, _("Language"), strcmp(i18n_lang(), "fr") == 0 ? "Français" : "English", CHOOSE_LANGUAGE, NULL);
	char *theme = setting_get(c, v->arena, "theme");
	add(v, _("Theme"), _(theme ? theme : "default"), CHOOSE_THEME, NULL);
	add(v, _("Keys"), _("what every key does"), OPEN_KEYS, NULL);
	add(v, _("Security"), _("password, second factor, sessions"), OPEN_SECURITY, NULL);
	add(v, _("Mouse"), v->app->term->mouse ? _("on") : _("off"), TOGGLE_MOUSE, NULL);
	heading(v, _("Organization"));
	add(v, _("Organization"), store_title(c, model_entity(c->model, "organizations"), &c->org, v->arena), OPEN_ORGANIZATION, NULL);
	add(v, _("Currency"), c->currency, OPEN_ORGANIZATION, NULL);
	add_lists(v, people, 3);
	heading(v, _("Selling"));
	add_lists(v, sales, 3);
	heading(v, _("Records"));
	add_lists(v, records, 4);
	add(v, _("Imports"), "", OPEN_IMPORTS, NULL);
	heading(v, _("Billing"));
	add(v, _("Series of numbers"), series_state(v->app, v->arena), OPEN_SERIES, NULL);
	add(v, _("Logo"), logo_state(v->app, v->arena), CHOOSE_LOGO, NULL);
	add(v, _("Our own plan"), plan_state(v->app, v->arena), CHOOSE_PLAN, NULL);
	struct line *stripe = lines_add(&v->lines, LINE_TEXT);
	stripe->text = arena_printf(v->arena, "Stripe: %s", stripe_state(v->app, v->arena));
	stripe->role = v->app->test_mode ? ROLE_WARN : ROLE_DIM;
	static const char *const mail[] = {"senders", "templates"};
	heading(v, _("Mail"));
	add_lists(v, mail, 2);
	const char *provider = mail_provider(c, v->arena), *host = provider && strcmp(provider, "smtp") == 0 ? secret_text(c, v->arena, "SMTP_HOST") : NULL;
	struct line *through = lines_add(&v->lines, LINE_TEXT);
	through->role = ROLE_DIM;
	through->text = provider ? arena_printf(v->arena, _("Mail leaves through %s%s%s."), provider, host ? ", " : "", host ? host : "")
				 : _("Mail cannot leave yet: set SMTP_HOST or EMAIL_PROVIDER (simplix secrets set NAME).");
	if (access_is_admin(c)) {
		static const char *const automatic[] = {"webhooks"};
		heading(v, _("Automation"));
		add_lists(v, automatic, 1);
		add(v, _("Jobs"), jobs_counted(v->app, v->arena), OPEN_JOBS, NULL);
	}
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
	struct app *app = arg;
	struct error err = {0};
	if (!item)
		return;
	const char *lang = item->id ? "fr" : "en";
	(void)i18n_use(lang);
	if (setting_set(app->core, "lang", lang, &err) != ST_OK)
		ui_error(app->ui, &err);
	app_show_tab(app, app->tab); /* every text anew */
}

enum { MAX_THEMES = 16 };

static void theme_chosen(void *arg, const struct picker_item *item)
{
	struct app *app = arg;
	struct style styles[ROLE_COUNT];
	struct error err = {0};
	const char *names[MAX_THEMES];
	if (!item || (int)item->id >= resource_themes(names, MAX_THEMES))
		return;
	const char *name = names[item->id];
	theme_base(app->term->colors, styles);
	if (resource_theme(name, app->term->colors, styles, &err) != ST_OK || setting_set(app->core, "theme", name, &err) != ST_OK) {
		ui_error(app->ui, &err);
		return;
	}
	ui_set_styles(app->ui, styles);
	app_data_changed(app);
}

static void choose_theme(struct app *app)
{
	const char *names[MAX_THEMES];
	struct picker_item items[MAX_THEMES];
	int n = resource_themes(names, MAX_THEMES);
	for (int i = 0; i < n; i++)
		items[i] = (struct picker_item){.text = _(names[i]), .words = names[i], .id = (uint64_t)i};
	(void)picker_open(app->ui, &(struct picker_spec){.title = _("Theme"), .items = items, .count = (size_t)n, .keep_order = true,
		.done = theme_chosen, .arg = app});
}

/* Kept for the next start too. */
static void toggle_mouse(struct app *app)
{
	(void)commands_run(app->commands, "app.mouse");
	(void)setting_set(app->core, "mouse", app->term->mouse ? "1" : "0", NULL);
	app_data_changed(app);
}

static void open_page(struct app *app, enum what what, const char *entity)
{
	struct core *c = app->core;
	static const struct picker_item languages[] = {{.text = "English", .id = 0}, {.text = "Français", .id = 1}};
	switch (what) {
	case OPEN_PROFILE:
		record_form_open(app, model_entity(c->model, "users"), num_of(c, "users", &c->user), NULL);
		break;
	case OPEN_ORGANIZATION:
		record_form_open(app, model_entity(c->model, "organizations"), num_of(c, "organizations", &c->org), NULL);
		break;
	case OPEN_LIST:
		app_open_list(app, model_entity(c->model, entity), NULL, NULL);
		break;
	case OPEN_IMPORTS:
		imports_open(app);
		break;
	case OPEN_JOBS:
		jobs_open(app);
		break;
	case OPEN_SECURITY:
		security_open(app);
		break;
	case OPEN_KEYS:
		help_open(app->commands);
		break;
	case OPEN_SERIES:
		series_open(app);
		break;
	case CHOOSE_LOGO:
		logo_choose(app);
		break;
	case CHOOSE_PLAN:
		plan_choose(app);
		break;
	case CHOOSE_LANGUAGE:
		(void)picker_open(app->ui, &(struct picker_spec){.title = _("Language"), .items = languages, .count = 2, .keep_order = true,
			.done = language_chosen, .arg = app});
		break;
	case CHOOSE_THEME:
		choose_theme(app);
		break;
	case TOGGLE_MOUSE:
		toggle_mouse(app);
		break;
	}
}

static void open_line(struct lines_screen *v, const struct line *it)
{
	open_page(v->app, (enum what)it->num, it->what);
}

static const struct lines_screen_ops ops = {.name = "settings", .contexts = "list", .title = N_("Settings"), .max_cols = 80,
	.hides = LINES_HIDE " undo redo", .load = load,
	.open = open_line};

void settings_open(struct app *app)
{
	(void)lines_screen_open(app, &ops);
}

/* The same pages from anywhere: the palette and the `:` line find them. */

static void page(const struct command_call *call)
{
	static const struct {
		const char *id;
		enum what what;
	} pages[] = {{"settings.profile", OPEN_PROFILE}, {"settings.organization", OPEN_ORGANIZATION}, {"settings.language", CHOOSE_LANGUAGE},
		{"settings.theme", CHOOSE_THEME}, {"settings.series", OPEN_SERIES}, {"settings.logo", CHOOSE_LOGO}, {"settings.plan", CHOOSE_PLAN}, {"settings.mouse", TOGGLE_MOUSE}, {"settings.jobs", OPEN_JOBS}};
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		if (strcmp(pages[i].id, call->command->id) == 0) {
			open_page(app_of(call->ui), pages[i].what, NULL);
			return;
		}
	}
	open_page(app_of(call->ui), OPEN_LIST, strchr(call->command->id, '.') + 1);
}

#define PAGE(ID, TITLE, HELP)                                                                                          \
	{                                                                                                              \
		.id = "settings." ID, .title = TITLE, .help = HELP, .group = N_("Settings"), .context = "global", .run = page \
	}

const struct command settings_commands[] = {
	PAGE("profile", N_("Profile"), N_("Your name, mail address and the like.")),
	PAGE("language", N_("Language"), N_("English or French.")),
	PAGE("theme", N_("Theme"), N_("The colours.")),
	PAGE("mouse", N_("Mouse"), N_("On or off, also at the next start.")),
	PAGE("organization", N_("Organization"), N_("Its name, country and currency.")),
	PAGE("series", N_("Series of numbers"), N_("Which numbers invoices get, here and on other machines.")),
	PAGE("logo", N_("Logo"), N_("The picture on quotes and invoices.")),
	PAGE("plan", N_("Our own plan"), N_("What this organization pays for.")),
	PAGE("users", N_("Users"), N_("Who works with this database.")),
	PAGE("roles", N_("Roles"), N_("What people may do.")),
	PAGE("teams", N_("Teams"), N_("Groups of users.")),
	PAGE("pipelines", N_("Pipelines"), N_("The ways a deal can go.")),
	PAGE("stages", N_("Stages"), N_("The steps of the pipelines and when a deal rots in them.")),
	PAGE("lost_reasons", N_("Lost reasons"), N_("Why deals are lost.")),
	PAGE("custom_fields", N_("Custom fields"), N_("Fields of your own.")),
	PAGE("tags", N_("Tags"), N_("The tags in use.")),
	PAGE("senders", N_("Senders"), N_("Whom mail comes from.")),
	PAGE("templates", N_("Templates"), N_("Texts that mails begin with.")),
	PAGE("webhooks", N_("Webhooks"), N_("Addresses that are told what happens.")),
	PAGE("jobs", N_("Jobs"), N_("What waits to be sent, was sent, or could not be.")),
	PAGE("saved_views", N_("Saved views"), N_("Filters and sorts kept under a name.")),
	PAGE("smart_lists", N_("Smart lists"), N_("Lists that a filter fills.")),
};
const size_t settings_command_count = sizeof settings_commands / sizeof *settings_commands;
