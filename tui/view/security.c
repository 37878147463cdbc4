#include "tui/view/security.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "core/security/keyring.h"
#include "core/security/policy.h"
#include "core/security/secrets.h"
#include "core/security/signin.h"
#include "core/security/twofactor.h"
#include "tui/view/credentials.h"
#include "tui/view/lines_screen.h"
#include "tui/view/security_lists.h"
#include "tui/view/sign_in.h"
#include "tui/view/two_factor.h"
#include "tui/widget/pager.h"
#include "tui/widget/picker.h"
#include "tui/widget/prompt.h"

enum what { SET_PASSWORD, TWO_FACTOR, NEW_CODES, TURN_OFF, LOCK_AFTER, LOCK_NOW, SIGN_OUT, SESSIONS, HISTORY, EVENTS, KEYS, AUDIT, ENVIRONMENT, INVITE, OPEN_ROLES,
	OPEN_PERMISSIONS, OPEN_FIELDS };

static struct line *add(struct lines_screen *v, const char *text, const char *right, enum what what)
{
	struct line *it = lines_add(&v->lines, LINE_ROW);
	it->text = text;
	it->right = right;
	it->num = what;
	return it;
}

static void heading(struct lines_screen *v, const char *text)
{
	if (v->lines.n)
		lines_add(&v->lines, LINE_BLANK);
	lines_add(&v->lines, LINE_HEADING)->text = text;
}

static void say(struct lines_screen *v, const char *text, enum role role)
{
	struct line *it = lines_add(&v->lines, LINE_TEXT);
	it->text = text;
	it->role = role;
}

static long minutes_in_force(struct core *c)
{
	struct arena *a = arena_new();
	const char *minutes = setting_get(c, a, "lock_minutes");
	long n = minutes ? strtol(minutes, NULL, 10) : LOCK_MINUTES;
	arena_free(&a);
	return n;
}

static const char *minutes_shown(struct lines_screen *v)
{
	long n = minutes_in_force(v->app->core);
	return n ? arena_printf(v->arena, i18n_plural("after %ld minute", "after %ld minutes", n), n) : _("never");
}

static void load_boundary(struct lines_screen *v, bool password)
{
	if (password) {
		say(v, _("Whoever opens Simplix signs in. Whoever may read the database file"), ROLE_DIM);
		say(v, _("needs no Simplix to read it: your Unix account guards the file,"), ROLE_DIM);
		say(v, _("the key file seals secrets and second factors."), ROLE_DIM);
	} else {
		say(v, _("Nobody signs in here: whoever has your Unix account has this book."), ROLE_WARN);
		say(v, _("A password makes Simplix ask, and lets it lock the screen."), ROLE_DIM);
	}
}

static void load_second_factor(struct lines_screen *v)
{
	struct twofactor_status t = {0};
	struct core *c = v->app->core;
	(void)twofactor_status(c, &c->user, &t, NULL);
	struct line *it = add(v, _("Second factor"), t.on ? arena_printf(v->arena, _("on since %s"), clock_human_instant(v->arena, t.since)) : C_("second factor", "off"), TWO_FACTOR);
	it->right_role = t.on ? ROLE_OK : t.required ? ROLE_WARN : ROLE_DIM;
	if (!t.on)
		return;
	it = add(v, _("New backup codes"), arena_printf(v->arena, i18n_plural("%d left", "%d left", t.codes_left), t.codes_left), NEW_CODES);
	it->right_role = t.codes_left < 3 ? ROLE_WARN : ROLE_DIM;
	if (!t.required)
		add(v, _("Turn the second factor off"), NULL, TURN_OFF);
}

static void load(struct lines_screen *v)
{
	struct core *c = v->app->core;
	bool password = signin_has_password(c, &c->user);
	heading(v, _("Signing in"));
	add(v, password ? _("Change the password") : _("Set a password"), NULL, SET_PASSWORD);
	if (password)
		load_second_factor(v);
	load_boundary(v, password);
	heading(v, _("This screen"));
	add(v, _("Lock by itself"), minutes_shown(v), LOCK_AFTER);
	if (c->session) {
		add(v, _("Lock now"), "gl", LOCK_NOW);
		add(v, _("Sign out"), NULL, SIGN_OUT);
	}
	heading(v, C_("security", "What happened"));
	add(v, _("Sessions"), security_sessions_count(v->app, v->arena), SESSIONS);
	add(v, _("History of sign-ins"), NULL, HISTORY);
	add(v, _("Security events"), security_events_count(v->app, v->arena), EVENTS);
	add(v, _("API keys"), security_keys_count(v->app, v->arena), KEYS);
	if (!access_is_admin(c))
		return;
	add(v, _("Audit trail"), NULL, AUDIT);
	heading(v, _("Organization"));
	add(v, _("Invite somebody"), NULL, INVITE);
	add(v, _("Roles"), NULL, OPEN_ROLES);
	add(v, _("Permissions of roles"), NULL, OPEN_PERMISSIONS);
	add(v, _("Hidden and protected fields"), NULL, OPEN_FIELDS);
	add(v, _("Environment and secrets"), NULL, ENVIRONMENT);
	say(v, arena_printf(v->arena, _("Key file: %s"), keyring_path(c)), ROLE_DIM);
	if (!keyring_has_passphrase(c))
		say(v, _("It has no passphrase: simplix secrets passphrase gives it one."), ROLE_DIM);
}

/* Lock */

static void lock_chosen(void *arg, const struct picker_item *item)
{
	struct app *app = arg;
	struct error err = {0};
	char text[24];
	if (!item)
		return;
	(void)snprintf(text, sizeof text, "%lld", (long long)item->id);
	(void)app_done(app, setting_set(app->core, "lock_minutes", text, &err), &err, NULL);
}

static void choose_lock(struct app *app)
{
	static const int minutes[] = {1, 5, 10, 15, 30, 0};
	enum { N = sizeof minutes / sizeof *minutes };
	struct picker_item items[N];
	struct arena *a = arena_new();
	for (int i = 0; i < N; i++)
		items[i] = (struct picker_item){.text = minutes[i] ? arena_printf(a, i18n_plural("after %ld minute", "after %ld minutes", minutes[i]), (long)minutes[i]) : _("never"), .id = (uint64_t)minutes[i]};
	(void)picker_open(app->ui, &(struct picker_spec){.title = _("Lock by itself"), .items = items, .count = N, .keep_order = true,
		.current = (uint64_t)minutes_in_force(app->core), .done = lock_chosen, .arg = app});
	arena_free(&a);
}

static void open_list(struct app *app, const char *entity)
{
	app_open_list(app, model_entity(app->core->model, entity), NULL, NULL);
}

static void open_line(struct lines_screen *v, const struct line *it)
{
	struct app *app = v->app;
	switch ((enum what)it->num) {
	case SET_PASSWORD:
		credentials_set_password(app);
		break;
	case TWO_FACTOR:
		credentials_set_up_factor(app);
		break;
	case NEW_CODES:
		credentials_new_codes(app);
		break;
	case TURN_OFF:
		credentials_turn_off(app);
		break;
	case LOCK_AFTER:
		choose_lock(app);
		break;
	case LOCK_NOW:
		sign_in_lock(app);
		break;
	case SIGN_OUT:
		sign_in_out(app);
		break;
	case SESSIONS:
		security_sessions_open(app);
		break;
	case HISTORY:
		security_history_open(app);
		break;
	case EVENTS:
		security_events_open(app);
		break;
	case KEYS:
		security_keys_open(app);
		break;
	case AUDIT:
		security_audit_open(app);
		break;
	case ENVIRONMENT:
		environment_open(app);
		break;
	case INVITE:
		(void)commands_run(app->commands, "invite");
		break;
	case OPEN_ROLES:
		open_list(app, "roles");
		break;
	case OPEN_PERMISSIONS:
		open_list(app, "role_permissions");
		break;
	case OPEN_FIELDS:
		open_list(app, "field_permissions");
		break;
	}
}

static const struct lines_screen_ops ops = {.name = "security", .contexts = "list", .title = N_("Security"), .max_cols = 80, .hides = LINES_HIDE " undo redo",
	.load = load, .open = open_line};

void security_open(struct app *app)
{
	(void)lines_screen_open(app, &ops);
}

/* Environment */

struct setting_of {
	struct app *app;
	char name[64];
};

static enum status store_secret(void *arg, const char *text, int *at, struct error *err)
{
	struct setting_of *k = arg;
	(void)at;
	return secret_set(k->app->core, k->name, text, err);
}

static void secret_stored(void *arg, const char *text)
{
	struct setting_of *k = arg;
	if (text && !k->app->closing)
		(void)app_done(k->app, ST_OK, NULL, _("%s is sealed in the database."), k->name);
	free(k);
}

static void open_variable(struct lines_screen *v, const struct line *it)
{
	const struct secret_row *r = it->what;
	if (strcmp(r->from, "environment") == 0) {
		ui_toast(v->app->ui, TOAST_INFO, "%s", _("It comes from the environment of this program; change it there."));
		return;
	}
	struct setting_of *k = mem_zalloc(sizeof *k);
	k->app = v->app;
	(void)snprintf(k->name, sizeof k->name, "%s", r->name);
	(void)prompt_open(v->app->ui, &(struct prompt_spec){.label = k->name, .secret = true, .check = store_secret, .done = secret_stored, .arg = k});
}

static void load_environment(struct lines_screen *v)
{
	struct secret_row *list;
	struct error err = {0};
	int n;
	if (secrets_list(v->app->core, v->arena, &list, &n, &err) != ST_OK) {
		say(v, arena_strdup(v->arena, err.message), ROLE_ERROR);
		return;
	}
	for (int i = 0; i < n; i++) {
		struct line *it = lines_add(&v->lines, LINE_ROW);
		it->text = list[i].name;
		it->middle = list[i].problem ? list[i].problem : list[i].purpose;
		it->right = list[i].shown ? list[i].shown : "—";
		it->right_role = list[i].problem ? ROLE_ERROR : list[i].shown ? ROLE_OK : ROLE_DIM;
		it->what = &list[i];
	}
}

static const struct lines_screen_ops environment_ops = {.name = "environment", .contexts = "list", .title = N_("Environment and secrets"), .max_cols = 120,
	.hides = LINES_HIDE " undo redo", .load = load_environment, .open = open_variable};

void environment_open(struct app *app)
{
	(void)lines_screen_open(app, &environment_ops);
}

/* Inviting */

struct invitation {
	struct app *app;
	char token[TOKEN_SIZE];
};

static enum status invite(void *arg, const char *text, int *at, struct error *err)
{
	struct invitation *k = arg;
	(void)at;
	return signin_invite_address(k->app->core, text, NULL, NULL, NULL, k->token, err);
}

static void invited(void *arg, const char *text)
{
	struct invitation *k = arg;
	if (text && !k->app->closing) {
		struct styled t = {0};
		(void)app_done(k->app, ST_OK, NULL, NULL);
		styled_format(&t, ROLE_TEXT, _("Give this to %s. It is shown this once, and good for %d days:\n\n"), text, INVITATION_DAYS);
		styled_format(&t, ROLE_ACCENT, "%s\n\n", k->token);
		styled_format(&t, ROLE_TEXT, "%s\n", _("With it a password is chosen: simplix auth accept. The role is set under Settings, Users."));
		(void)pager_open(k->app->ui, _("Invitation"), &t, false);
	}
	crypto_wipe(k, sizeof *k);
	free(k);
}

static void run_invite(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	struct error err = {0};
	if (signin_may_invite(app->core, &err) != ST_OK) {
		ui_error(app->ui, &err);
		return;
	}
	struct invitation *k = mem_zalloc(sizeof *k);
	k->app = app;
	(void)prompt_open(app->ui, &(struct prompt_spec){.label = _("Mail address to invite:"), .check = invite, .done = invited, .arg = k});
}

/* Commands */

static void run_security(const struct command_call *call)
{
	security_open(app_of(call->ui));
}

static void run_environment(const struct command_call *call)
{
	environment_open(app_of(call->ui));
}

static void run_lock(const struct command_call *call)
{
	sign_in_lock(app_of(call->ui));
}

static void run_sign_out(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	if (app->core->session)
		sign_in_out(app);
	else
		ui_toast(app->ui, TOAST_INFO, "%s", _("Nobody signs in here. Settings, Security sets a password."));
}

const struct command security_commands[] = {
	{.id = "settings.security", .title = N_("Security"), .help = N_("Password, second factor, sessions, keys, what happened."), .group = N_("Settings"),
		.context = "global", .run = run_security},
	{.id = "settings.environment", .title = N_("Environment and secrets"), .help = N_("Keys of payment, mail and other services."), .group = N_("Settings"),
		.context = "global", .run = run_environment},
	{.id = "invite", .title = N_("Invite somebody"), .help = N_("Makes a user, or lets one who lost the password choose a new one."), .group = N_("Settings"),
		.context = "global", .flags = COMMAND_WRITES, .run = run_invite},
	{.id = "lock", .title = N_("Lock the screen"), .help = N_("Covers everything until your password is typed."), .group = N_("General"), .context = "global",
		.keys = "gl", .run = run_lock},
	{.id = "sign-out", .title = N_("Sign out"), .help = N_("Ends your session; somebody else may sign in."), .group = N_("General"), .context = "global",
		.run = run_sign_out},
};
const size_t security_command_count = sizeof security_commands / sizeof *security_commands;
