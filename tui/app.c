#include "tui/app.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/billing/stripe.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "core/security/environment.h"
#include "core/security/keyring.h"
#include "core/helper/helper.h"
#include "core/security/session.h"
#include "data/db.h"
#include "tui/cmd/builtin.h"
#include "tui/cli/secret_input.h"
#include "tui/cli/shell_session.h"
#include "tui/cmd/palette.h"
#include "tui/res/resource.h"
#include "tui/term/curses.h"
#include "tui/ui/theme.h"
#include "tui/view/agenda.h"
#include "tui/view/board.h"
#include "tui/view/commands.h"
#include "tui/view/home.h"
#include "tui/view/compose.h"
#include "tui/view/import_job.h"
#include "tui/view/senders_view.h"
#include "tui/view/record_form.h"
#include "tui/view/record_list.h"
#include "tui/view/record_view.h"
#include "tui/view/remind.h"
#include "tui/view/security.h"
#include "tui/view/settings.h"
#include "tui/view/sign_in.h"
#include "tui/view/two_factor.h"
#include "tui/view/welcome.h"

enum { WATCH_MS = 1500, REMIND_MS = 20000, QUIT_WAIT_MS = 2000 };

static const struct {
	const char *label;
	const char *entity;
} tabs[TAB_COUNT] = {
	{N_("Home"), NULL},
	{N_("Contacts"), "contacts"},
	{N_("Companies"), "companies"},
	{N_("Deals"), "deals"},
	{N_("Activities"), "activities"},
	{N_("Invoices"), "invoices"},
	{N_("Settings"), NULL},
};

/* Header: the name, the tabs, and at the right whether this is a special place. */

enum { TABS_START = 10 };

/* Cells between tabs: three, or two where that is what makes the last one fit. */
static int tab_gap(int cols)
{
	int width = TABS_START;
	for (int i = 0; i < TAB_COUNT; i++)
		width += text_width(_(tabs[i].label)) + 3;
	return width <= cols ? 3 : 2;
}

static void paint_header(void *arg, const struct canvas *c)
{
	struct app *app = arg;
	int col = TABS_START, gap = tab_gap(c->at.cols);
	(void)paint_text(c, 0, 1, 8, ROLE_TITLE, ATTR_BOLD, "Simplix");
	for (int i = 0; i < TAB_COUNT; i++) {
		const char *label = _(tabs[i].label);
		int width = text_width(label) + gap;
		if (col + width > c->at.cols + 1)
			break;
		bool here = app->tab == (enum tab)i;
		if (here)
			(void)paint_text(c, 0, col, 1, ROLE_ACCENT, 0, c->unicode ? "▸" : ">");
		(void)paint_text(c, 0, col + 1, width - 1, here ? ROLE_ACCENT : ROLE_DIM, here ? ATTR_BOLD : 0, label);
		col += width;
	}
	if (app->test_mode) { /* at the end of the row, or in the place of the name */
		const char *word = _("TEST");
		int left = c->at.cols - col;
		if (left >= text_width(word))
			(void)paint_right(c, 0, col, left - (left > text_width(word) + 1), ROLE_WARN, ATTR_BOLD, word);
		else
			(void)paint_text(c, 0, 1, 8, ROLE_WARN, ATTR_BOLD, arena_printf(c->scratch, "%-7s", word));
		return;
	}
	int room = c->at.cols - col - 1;
	if (app->core->read_only && room > 11)
		(void)paint_right(c, 0, col, room, ROLE_BADGE, 0, _("read-only"));
	else if (app->core->session && text_width(app->who) < room - 1)
		(void)paint_right(c, 0, col, room, ROLE_DIM, 0, app->who);
}

static void click_header(void *arg, int row, int col)
{
	struct app *app = arg;
	int at = TABS_START, gap = tab_gap(term_cols(app->term));
	(void)row;
	for (int i = 0; i < TAB_COUNT; i++) {
		int width = text_width(_(tabs[i].label)) + gap;
		if (col >= at && col < at + width) {
			app_show_tab(app, (enum tab)i);
			return;
		}
		at += width;
	}
}

bool app_may(struct app *app, const struct entity *e, enum action action)
{
	struct error err = {0};
	if (access_check(app->core, e, action, &err) == ST_OK)
		return true;
	ui_error(app->ui, &err);
	return false;
}

void app_show_tab(struct app *app, enum tab tab)
{
	struct screen *top;
	if (!core_ready(app->core))
		return; /* still at the welcome: there is nothing to go to */
	while ((top = ui_top(app->ui)))
		ui_pop(app->ui, top);
	app->tab = tab;
	if (tab == TAB_HOME)
		home_open(app);
	else if (tab == TAB_SETTINGS)
		settings_open(app);
	else if (tab == TAB_DEALS)
		board_open(app, NULL);
	else if (tab == TAB_ACTIVITIES)
		agenda_open(app);
	else
		record_list_open(app, model_entity(app->core->model, tabs[tab].entity), NULL, NULL);
	ui_dirty(app->ui, DIRTY_LAYOUT);
}

/* A smart list or a saved view opens what it selects. */
static bool open_selection(struct app *app, const struct entity *e, int64_t num)
{
	struct arena *a = arena_new();
	struct record *r;
	bool ok = (strcmp(e->name, "smart_lists") == 0 || strcmp(e->name, "saved_views") == 0) &&
		  store_load_num(app->core, e, num, a, &r, NULL) == ST_OK;
	const struct entity *target = ok ? model_entity(app->core->model, record_text(r, "object")) : NULL;
	if (target)
		record_list_open(app, target, record_text(r, "filter"), record_text(r, "name"));
	arena_free(&a);
	return target != NULL;
}

void app_open_record(struct app *app, const struct entity *e, int64_t num)
{
	if (!open_selection(app, e, num))
		record_view_open(app, e, num);
}

void app_open_list(struct app *app, const struct entity *e, const char *filter, const char *title)
{
	record_list_open(app, e, filter, title);
}

void app_data_changed(struct app *app)
{
	core_seen(app->core);
	app->serial++;
	app->changes++;
	if (app->core->enqueued && app->helper) {
		helper_wake(app->helper);
		app->core->enqueued = false;
	}
	ui_dirty(app->ui, DIRTY_DATA);
}

bool app_stale(struct app *app, bool all, int64_t *seen)
{
	int64_t now = all ? app->changes : app->serial;
	bool stale = *seen != now;
	*seen = now;
	return stale;
}

bool app_shows_more(const struct entity *e)
{
	return strcmp(e->name, "webhooks") == 0 || strcmp(e->name, "users") == 0; /* deliveries; second factors */
}

bool app_done(struct app *app, enum status st, const struct error *err, const char *fmt, ...)
{
	if (st != ST_OK) {
		ui_error(app->ui, err);
		return false;
	}
	app_data_changed(app);
	if (fmt) {
		va_list ap;
		char text[300];
		va_start(ap, fmt);
		(void)vsnprintf(text, sizeof text, fmt, ap);
		va_end(ap);
		ui_toast(app->ui, TOAST_OK, "%s", text);
	}
	return true;
}

/* Another Simplix on the same data: look now and then, read again when it wrote. Our own helper is such another. */
static void watch(void *arg)
{
	struct app *app = arg;
	enum core_change what = core_changed_elsewhere(app->core);
	if (what == CHANGED_RECORDS) {
		app_data_changed(app);
	} else if (what == CHANGED_BESIDE) {
		app->test_mode = stripe_mode(app->core) == STRIPE_TEST; /* the key may be new */
		app->changes++;
		ui_dirty(app->ui, DIRTY_DATA);
	}
	sign_in_watch(app, ui_idle(app->ui));
	if (clock_now() - app->reminded >= REMIND_MS && !sign_in_locked(app))
		remind_check(app, &app->reminded);
	app->watch_timer = loop_after(ui_loop(app->ui), WATCH_MS, watch, app);
}

struct app *app_new(struct ui *ui, struct core *core, const struct config *cfg)
{
	struct app *app = mem_zalloc(sizeof *app);
	app->ui = ui;
	app->core = core;
	app->term = ui_term(ui);
	app->config = cfg;
	app->target = cfg->db;
	app->serial = app->changes = 1;
	app->reminded = clock_now();
	ui_set_app(ui, app);
	app->commands = commands_new(ui);
	commands_add(app->commands, builtin_commands, builtin_command_count);
	view_commands_register(app->commands);
	if (core->read_only)
		commands_set_readonly(app->commands, _("Simplix was opened read-only."));
	ui_set_header(ui, &(struct ui_header){.rows = 1, .paint = paint_header, .click = click_header, .arg = app});
	app->watch_timer = loop_after(ui_loop(ui), WATCH_MS, watch, app);
	return app;
}

void app_free(struct app **app)
{
	if (!*app)
		return;
	loop_cancel(ui_loop((*app)->ui), &(*app)->watch_timer);
	senders_leave(*app);
	commands_free(&(*app)->commands);
	history_free(&(*app)->filters);
	history_free(&(*app)->colon);
	free((*app)->billing);
	free(*app);
	*app = NULL;
}

/* Sessions: the tab and the screens above it, one a line, as the screens themselves wrote them. */

static void save_session(void *arg, bool gone)
{
	struct app *app = arg;
	struct buf b = {0};
	(void)gone;
	if (!core_signed_in(app->core) || app->core->read_only)
		return;
	buf_printf(&b, "tab %d\n", (int)app->tab);
	ui_save(app->ui, &b);
	(void)setting_set(app->core, "session", buf_str(&b), NULL);
	buf_free(&b);
}

static void restore_session(struct app *app)
{
	struct arena *a = arena_new();
	char *text = setting_get(app->core, a, "session"), *save = NULL;
	int tab = TAB_CONTACTS;
	char *line = text ? strtok_r(text, "\n", &save) : NULL;
	if (line && sscanf(line, "tab %d", &tab) == 1 && tab >= 0 && tab < TAB_COUNT)
		app_show_tab(app, (enum tab)tab);
	else
		app_show_tab(app, TAB_HOME);
	bool first = true;
	for (line = text ? strtok_r(NULL, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save)) {
		char *state = strchr(line, ' ');
		if (state)
			*state++ = '\0';
		if (strcmp(line, "records") == 0 && state && first)
			record_list_restore(app, state);
		else if (strcmp(line, "record") == 0 && state)
			record_view_restore(app, state);
		first = false;
	}
	arena_free(&a);
}

static const char *const private_variables[] = {"SIMPLIX_", "STRIPE_", "SENDGRID_", "MAILGUN_", "AWS_", "ANTHROPIC_", "OPENAI_",
	"JWT_", "SESSION_SECRET", "WEBHOOK_", "DATABASE_URL", NULL};

static enum status load_theme(struct app *app, struct error *err)
{
	struct style styles[ROLE_COUNT];
	theme_base(app->term->colors, styles);
	struct arena *a = arena_new();
	char *chosen = setting_get(app->core, a, "theme");
	const char *name = chosen ? chosen : app->config->theme;
	enum status st = name ? resource_theme(name, app->term->colors, styles, err) : ST_OK;
	if (st == ST_OK)
		ui_set_styles(app->ui, styles);
	arena_free(&a);
	return st;
}

/* The person's own keys: lines of `bind CONTEXT KEY COMMAND`. */
static enum status load_keys(struct app *app, struct error *err)
{
	const char *path = app->config->keys;
	char buffer[32768];
	if (!path)
		return ST_OK;
	FILE *f = fopen(path, "re");
	if (!f)
		return error_set(err, ST_IO, _("%s cannot be read: %s."), path, error_system(errno));
	size_t n = fread(buffer, 1, sizeof buffer - 1, f);
	buffer[n] = '\0';
	(void)fclose(f);
	return commands_bind(app->commands, buffer, err);
}

/* The person's own choice (Settings) goes before the locale, not before what was asked for now. */
static void use_language(struct core *core, const struct config *cfg)
{
	struct arena *a = arena_new();
	const char *lang = setting_get(core, a, "lang");
	if (lang && !cfg->lang)
		(void)i18n_use(lang);
	arena_free(&a);
}

/* As it was left in Settings. */
static void use_mouse(struct app *app)
{
	struct arena *a = arena_new();
	const char *mouse = setting_get(app->core, a, "mouse");
	if (mouse)
		term_set_mouse(app->term, *mouse == '1');
	arena_free(&a);
}

static bool run_secret_command(void *arg, char *out, size_t size)
{
	struct app *app = arg;
	char phrase[SECRET_SIZE] = "";
	bool found = secret_command(app->config->secret_command, phrase);
	(void)snprintf(out, size, "%s", phrase);
	crypto_wipe(phrase, sizeof phrase);
	return found;
}

/* A variable whose value cannot be right is told at once, not when it is needed. */
static void tell_environment(struct app *app)
{
	for (int i = 0; i < environment_count; i++) {
		const struct variable *v = &environment_variables[i];
		const char *value = environment_get(v->name), *problem = value ? v->problem(value) : NULL;
		if (problem) {
			ui_toast(app->ui, TOAST_WARN, "%s: %s", v->name, _(problem));
			return;
		}
	}
}

void app_begin(struct app *app)
{
	struct error err = {0};
	struct arena *a = arena_new();
	(void)snprintf(app->who, sizeof app->who, "%s", store_title(app->core, model_entity(app->core->model, "users"), &app->core->user, a));
	arena_free(&a);
	if (!app->helper && app->target)
		(void)helper_start(app->core, &app->helper, NULL); /* an import in memory or a read-only book has none */
	use_language(app->core, app->config);
	use_mouse(app);
	if (load_theme(app, &err) != ST_OK)
		ui_error(app->ui, &err);
	core_seen(app->core);
	app->test_mode = stripe_mode(app->core) == STRIPE_TEST;
	restore_session(app);
	tell_environment(app);
	if (!record_form_resume(app))
		(void)compose_resume(app);
}

void app_keep_screens(struct app *app)
{
	save_session(app, false);
}

void app_leave_screens(struct app *app)
{
	if (!sign_in_locked(app)) /* the lock kept them already, without itself */
		app_keep_screens(app);
	app->closing = true;
	while (ui_top(app->ui))
		ui_pop(app->ui, ui_top(app->ui));
	app->closing = false;
}

void app_start(struct app *app)
{
	if (!core_ready(app->core)) {
		welcome_open(app);
		return;
	}
	session_origin(app->core, "tui");
	if (app->config->secret_command) {
		app->core->ask_passphrase = run_secret_command;
		app->core->ask_arg = app;
		(void)keyring_open(app->core, NULL); /* before the screen needs it */
	}
	(void)shell_sign_in(app->core, NULL);
	app->kept_session = app->core->session;
	if (access_needs_second_factor(app->core))
		two_factor_required(app);
	else if (core_signed_in(app->core) && !keyring_locked(app->core))
		app_begin(app);
	else
		sign_in_open(app);
}

int app_run(const struct config *cfg, const char *target, bool read_only)
{
	struct error err = {0};
	struct core *core = NULL;
	struct term *term = NULL;
	struct curses_options options = {.crash_note = "Simplix crashed; what you saved is safe. `simplix doctor` checks the database.\n",
		.private_env = private_variables, .no_mouse = !cfg->mouse, .esc_ms = cfg->esc_delay_ms,
		.no_color = cfg->color && strcmp(cfg->color, "never") == 0};
	enum status st = core_open(target, read_only ? DB_READONLY : DB_CREATE, &core, &err);
	if (st == ST_OK)
		st = curses_open(&options, &term, &err);
	if (st != ST_OK) {
		core_close(&core);
		(void)fprintf(stderr, "simplix: %s\n", err.message);
		if (err.hint[0])
			(void)fprintf(stderr, "         %s\n", err.hint);
		return status_exit_code(st);
	}
	struct ui *ui = ui_new(term);
	struct app *app = app_new(ui, core, cfg);
	app->target = target;
	term_set_title(term, "Simplix");
	if (load_keys(app, &err) != ST_OK)
		ui_error(ui, &err);
	ui_on_leave(ui, save_session, app);
	app_start(app);
	int code = ui_run(ui);
	app->closing = true;
	ui_set_hooks(ui, &(struct ui_hooks){0});
	(void)helper_stop(&app->helper, QUIT_WAIT_MS);
	if (core->session != app->kept_session)
		(void)session_end(core, NULL);
	struct app *keep = app;
	import_job_stop(app);
	while (ui_top(ui))
		ui_pop(ui, ui_top(ui));
	app_free(&keep);
	ui_free(&ui);
	term_close(&term);
	core_close(&core);
	return code;
}
