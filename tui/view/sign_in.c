#include "tui/view/sign_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/security/keyring.h"
#include "core/security/policy.h"
#include "core/security/signin.h"
#include "core/security/token.h"
#include "tui/view/new_password.h"
#include "tui/view/two_factor.h"
#include "tui/widget/prompt.h"

/* One card that covers the terminal; questions stand in the prompt below it. */
struct card {
	struct screen screen;
	struct app *app;
	bool lock; /* the same person goes on; else whoever signs in */
	char email[256];
	char half[TOKEN_SIZE], invitation[TOKEN_SIZE];
	const char *title, *text; /* translated */
};

static struct card *self(struct screen *s)
{
	return (struct card *)s;
}

static void paint(struct screen *s, const struct canvas *c)
{
	struct card *k = self(s);
	int width = c->at.cols < 76 ? c->at.cols - 4 : 72, col = (c->at.cols - width) / 2, row = c->at.rows / 3;
	(void)paint_text(c, row, col, width, ROLE_TITLE, ATTR_BOLD, "Simplix");
	(void)paint_text(c, row + 2, col, width, ROLE_TEXT, 0, k->title);
	(void)paint_wrapped(c, c->scratch, row + 3, col, width, c->at.rows - row - 4, 0, ROLE_DIM, k->text);
}

static void close_card(struct screen *s)
{
	struct card *k = self(s);
	crypto_wipe(k->half, sizeof k->half);
	crypto_wipe(k->invitation, sizeof k->invitation);
	free(s);
}

/* The card takes no commands: with the prompt gone there is nothing to do but ask again. */
static bool swallow(struct screen *s, const struct key *k)
{
	(void)s;
	return k->code != K_MOUSE;
}

static const struct screen_ops card_ops = {.name = "sign-in", .contexts = "sign-in", .flags = SCREEN_MODAL | SCREEN_FULL | SCREEN_BARE,
	.paint = paint, .key = swallow, .close = close_card};

static void ask_email(struct card *k);
static void ask_password(struct card *k);
static void ask_code(struct card *k);

static void say(struct card *k, const char *title, const char *text)
{
	k->title = title;
	k->text = text;
	ui_dirty(k->app->ui, DIRTY_LAYOUT);
}

/* In: the card goes, the person's own language, theme and last screens come. */
static void enter(struct card *k, const struct signin *in)
{
	struct app *app = k->app;
	bool set_up = in->must_set_up;
	ui_pop(app->ui, &k->screen);
	if (set_up)
		two_factor_required(app);
	else
		app_begin(app);
	if (in->set_up_by && !set_up)
		ui_toast(app->ui, TOAST_WARN, "%s", _("A second factor will be asked for soon: Settings, Security."));
}

static enum status try_code(void *arg, const char *text, int *at, struct error *err)
{
	struct card *k = arg;
	struct signin in;
	(void)at;
	enum status st = signin_code(k->app->core, k->half, text, &in, err);
	if (st == ST_OK)
		k->app->signed_in = in;
	return st;
}

static void code_done(void *arg, const char *text)
{
	struct card *k = arg;
	if (k->app->closing)
		return;
	if (text)
		enter(k, &k->app->signed_in);
	else
		ask_password(k);
}

static void ask_code(struct card *k)
{
	say(k, _("Second factor"), _("Type the six digits that your authenticator shows now, or one of your backup codes."));
	(void)prompt_open(k->app->ui, &(struct prompt_spec){.label = _("Code:"), .retype = true, .check = try_code, .quits = true, .done = code_done, .arg = k});
}

static enum status try_password(void *arg, const char *text, int *at, struct error *err)
{
	struct card *k = arg;
	struct signin in = {0};
	(void)at;
	if (k->lock)
		return signin_unlock(k->app->core, text, err);
	enum status st = signin_password(k->app->core, k->email, text, NULL, &in, err);
	if (st == ST_OK)
		k->app->signed_in = in;
	if (st == ST_OK && in.needs_code)
		memcpy(k->half, in.token, sizeof k->half);
	return st;
}

static void unlock(struct card *k)
{
	struct app *app = k->app;
	ui_pop(app->ui, &k->screen);
	app_data_changed(app);
	ui_redraw(app->ui);
}

static void password_done(void *arg, const char *text)
{
	struct card *k = arg;
	if (k->app->closing)
		return;
	if (!text && k->lock)
		ask_password(k); /* there is no way past */
	else if (!text)
		ask_email(k);
	else if (k->lock)
		unlock(k);
	else if (k->app->signed_in.needs_code)
		ask_code(k);
	else
		enter(k, &k->app->signed_in);
}

static void ask_password(struct card *k)
{
	if (k->lock)
		say(k, _("Locked"), _("Your password opens the screen where you left it. Ctrl-Q leaves Simplix."));
	else
		say(k, _("Sign in"), k->email);
	(void)prompt_open(k->app->ui, &(struct prompt_spec){.label = _("Password:"), .secret = true, .check = try_password, .quits = true, .done = password_done, .arg = k});
}

/* Who was invited chooses a password, types it twice and is in. */

static enum status may_choose(void *arg, const char *password, struct error *err)
{
	struct card *k = arg;
	return signin_check_invitation(k->app->core, k->invitation, password, err);
}

static enum status accept_with(void *arg, const char *password, struct error *err)
{
	struct card *k = arg;
	struct signin in = {0};
	enum status st = signin_accept(k->app->core, k->invitation, password, &in, err);
	if (st == ST_OK)
		k->app->signed_in = in;
	if (st == ST_OK && in.needs_code)
		memcpy(k->half, in.token, sizeof k->half);
	return st;
}

static void accepted(void *arg, bool taken)
{
	struct card *k = arg;
	if (k->app->closing)
		return;
	if (!taken)
		ask_email(k);
	else if (k->app->signed_in.needs_code)
		ask_code(k);
	else
		enter(k, &k->app->signed_in);
}

static void ask_new_password(struct card *k, const char *invitation)
{
	(void)snprintf(k->invitation, sizeof k->invitation, "%s", invitation);
	say(k, _("Welcome"), _("You were invited. Choose the password that you will sign in with."));
	new_password_ask(k->app, &(struct new_password){.judge = may_choose, .take = accept_with, .done = accepted, .quits = true, .arg = k});
}

static void email_done(void *arg, const char *text)
{
	struct card *k = arg;
	if (k->app->closing)
		return;
	if (!text)
		ui_quit(k->app->ui, 0);
	else if (token_is_invitation(text))
		ask_new_password(k, text);
	else
		(void)snprintf(k->email, sizeof k->email, "%s", text), ask_password(k);
}

/* An address, or an invitation that is still good. */
static enum status check_email(void *arg, const char *text, int *at, struct error *err)
{
	struct card *k = arg;
	(void)at;
	if (text_is_blank(text))
		return error_set(err, ST_INVALID, _("Type your mail address. Esc leaves Simplix."));
	return token_is_invitation(text) ? signin_check_invitation(k->app->core, text, NULL, err) : ST_OK;
}

static void ask_email(struct card *k)
{
	say(k, _("Sign in"), _("With the mail address that you are known by here, or with the invitation that you were given. Esc leaves Simplix."));
	(void)prompt_open(k->app->ui, &(struct prompt_spec){.label = _("Mail address:"), .initial = k->email, .quits = true, .check = check_email, .done = email_done, .arg = k});
}

/* The key file's passphrase comes first: without it no code can be checked. */
static enum status try_passphrase(void *arg, const char *text, int *at, struct error *err)
{
	struct card *k = arg;
	(void)at;
	return keyring_unlock(k->app->core, text, err);
}

static void passphrase_done(void *arg, const char *text)
{
	struct card *k = arg;
	if (k->app->closing)
		return;
	if (!text)
		ui_quit(k->app->ui, 0);
	else if (core_signed_in(k->app->core))
		enter(k, &(struct signin){0});
	else
		ask_email(k);
}

static struct card *card_open(struct app *app, bool lock)
{
	struct card *k = mem_zalloc(sizeof *k);
	k->screen.ops = &card_ops;
	k->app = app;
	k->lock = lock;
	k->title = k->text = "";
	ui_push(app->ui, &k->screen);
	return k;
}

void sign_in_open(struct app *app)
{
	struct card *k = card_open(app, false);
	if (keyring_locked(app->core)) {
		say(k, _("Key file"), _("The keys of this database are under a passphrase. Esc leaves Simplix."));
		(void)prompt_open(app->ui, &(struct prompt_spec){.label = _("Passphrase:"), .secret = true, .check = try_passphrase, .quits = true, .done = passphrase_done, .arg = k});
	} else {
		ask_email(k);
	}
}

bool sign_in_locked(struct app *app)
{
	return ui_find(app->ui, card_ops.name) != NULL;
}

void sign_in_lock(struct app *app)
{
	if (sign_in_locked(app) || !core_ready(app->core))
		return;
	if (!app->core->session) {
		ui_toast(app->ui, TOAST_INFO, "%s", _("There is no password to unlock with. Settings, Security sets one."));
		return;
	}
	ui_drop_input(app->ui);
	app_keep_screens(app); /* the session may end under the lock */
	ask_password(card_open(app, true));
	ui_wipe(app->ui);
}

void sign_in_out(struct app *app)
{
	struct error err = {0};
	if (session_end(app->core, &err) != ST_OK) {
		ui_error(app->ui, &err);
		return;
	}
	app_leave_screens(app);
	sign_in_open(app);
	ui_wipe(app->ui);
}

static int64_t lock_after(struct app *app)
{
	struct arena *a = arena_new();
	const char *minutes = setting_get(app->core, a, "lock_minutes");
	int64_t ms = (minutes ? strtoll(minutes, NULL, 10) : LOCK_MINUTES) * 60000;
	arena_free(&a);
	return ms;
}

void sign_in_watch(struct app *app, int64_t idle_ms)
{
	struct error err = {0};
	struct screen *card = ui_find(app->ui, card_ops.name);
	bool locked = card && self(card)->lock;
	if (card && !locked)
		return;
	/* Also under the lock: a session that ended there has nothing left to unlock. */
	if (session_check(app->core, !locked && idle_ms < 60000, &err) != ST_OK || !core_signed_in(app->core)) {
		app_leave_screens(app);
		sign_in_open(app);
		if (*err.message)
			ui_error(app->ui, &err);
		ui_wipe(app->ui);
		return;
	}
	if (locked || !app->core->session)
		return;
	int64_t after = lock_after(app);
	if (after && idle_ms >= after)
		sign_in_lock(app);
}
