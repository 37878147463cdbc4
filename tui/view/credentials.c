#include "tui/view/credentials.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/store.h"
#include "core/security/signin.h"
#include "core/security/twofactor.h"
#include "tui/view/new_password.h"
#include "tui/view/two_factor.h"
#include "tui/widget/prompt.h"

/* Password */

struct change {
	struct app *app;
	char old[1024], fresh[1024];
	enum { PROVE_DISABLE, PROVE_NEW_CODES, PROVE_REPLACE } purpose;
};

static void change_free(struct change *k)
{
	crypto_wipe(k, sizeof *k);
	free(k);
}

static void keep(char out[1024], const char *text)
{
	(void)snprintf(out, 1024, "%s", text);
}

static enum status may_choose(void *arg, const char *password, struct error *err)
{
	return signin_check_choice(((struct change *)arg)->app->core, password, err);
}

static enum status set_new(void *arg, const char *password, struct error *err)
{
	struct change *k = arg;
	char token[TOKEN_SIZE];
	enum status st = signin_set_password(k->app->core, *k->old ? k->old : NULL, password, token, err);
	crypto_wipe(token, sizeof token); /* this program works on as that session */
	return st;
}

static void password_set(void *arg, bool taken)
{
	struct change *k = arg;
	if (taken && !k->app->closing)
		(void)app_done(k->app, ST_OK, NULL, "%s", *k->old ? _("The password is set. Your other sessions were ended.") : _("The password is set. From now on everybody signs in."));
	change_free(k);
}

static void choose_password(struct change *k)
{
	new_password_ask(k->app, &(struct new_password){.judge = may_choose, .take = set_new, .done = password_set, .arg = k});
}

static enum status check_old(void *arg, const char *text, int *at, struct error *err)
{
	struct change *k = arg;
	(void)at;
	return signin_unlock(k->app->core, text, err);
}

static void old_given(void *arg, const char *text)
{
	struct change *k = arg;
	if (!text || k->app->closing) {
		change_free(k);
		return;
	}
	keep(k->old, text);
	choose_password(k);
}

/* One signs in by the mail address: without one the password would open nothing. */

static bool has_address(struct core *c)
{
	struct arena *a = arena_new();
	struct record *r;
	bool has = store_load(c, model_entity(c->model, "users"), &c->user, a, &r, NULL) == ST_OK && record_text(r, "email");
	arena_free(&a);
	return has;
}

static enum status save_address(void *arg, const char *text, int *at, struct error *err)
{
	struct change *k = arg;
	struct core *c = k->app->core;
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "users"));
	(void)at;
	r->id = c->user;
	r->num = 1; /* an update */
	enum status st = text_is_blank(text) ? error_set(err, ST_INVALID, _("Type your mail address.")) : record_set_input(c, r, "email", text, err);
	if (st == ST_OK)
		st = store_save(c, r, err);
	arena_free(&a);
	return st;
}

static void address_saved(void *arg, const char *text)
{
	struct change *k = arg;
	if (!text || k->app->closing) {
		change_free(k);
		return;
	}
	app_data_changed(k->app);
	choose_password(k);
}

static struct change *change_new(struct app *app)
{
	struct change *k = mem_zalloc(sizeof *k);
	k->app = app;
	return k;
}

void credentials_set_password(struct app *app)
{
	struct change *k = change_new(app);
	if (signin_has_password(app->core, &app->core->user))
		(void)prompt_open(app->ui, &(struct prompt_spec){.label = _("Present password:"), .secret = true, .check = check_old, .done = old_given, .arg = k});
	else if (!has_address(app->core))
		(void)prompt_open(app->ui, &(struct prompt_spec){.label = _("Your mail address, to sign in with:"), .check = save_address, .done = address_saved, .arg = k});
	else
		choose_password(k);
}

/* Turning the second factor off, replacing it, and new codes: password, then code. */

static enum status try_proof(void *arg, const char *text, int *at, struct error *err)
{
	struct change *k = arg;
	char codes[BACKUP_CODES][20];
	(void)at;
	if (k->purpose == PROVE_REPLACE) { /* tried when the set-up begins */
		keep(k->fresh, text);
		return ST_OK;
	}
	if (k->purpose == PROVE_DISABLE)
		return twofactor_disable(k->app->core, k->old, text, err);
	enum status st = twofactor_new_codes(k->app->core, k->old, text, codes, err);
	if (st == ST_OK)
		memcpy(k->fresh, codes, sizeof codes);
	crypto_wipe(codes, sizeof codes);
	return st;
}

static void proof_given(void *arg, const char *text)
{
	struct change *k = arg;
	struct app *app = k->app;
	if (text && !app->closing && k->purpose == PROVE_REPLACE) {
		struct error err = {0};
		if (two_factor_open(app, k->old, k->fresh, &err) != ST_OK)
			ui_error(app->ui, &err);
	} else if (text && !app->closing) {
		bool disable = k->purpose == PROVE_DISABLE;
		char codes[BACKUP_CODES][20];
		memcpy(codes, k->fresh, sizeof codes);
		(void)app_done(app, ST_OK, NULL, "%s", disable ? _("The second factor is off.") : _("The old backup codes are void."));
		if (!disable)
			two_factor_show_codes(app, (const char (*)[20])codes, NULL);
		crypto_wipe(codes, sizeof codes);
	}
	change_free(k);
}

static void proof_password(void *arg, const char *text)
{
	struct change *k = arg;
	if (!text || k->app->closing) {
		change_free(k);
		return;
	}
	keep(k->old, text);
	(void)prompt_open(k->app->ui, &(struct prompt_spec){.label = _("Code:"), .retype = true, .check = try_proof, .done = proof_given, .arg = k});
}

static void ask_proof(struct app *app, int purpose)
{
	struct change *k = change_new(app);
	k->purpose = purpose;
	(void)prompt_open(app->ui, &(struct prompt_spec){.label = purpose == PROVE_DISABLE     ? _("Password, to turn the second factor off:")
						: purpose == PROVE_NEW_CODES ? _("Password, for new backup codes:")
									     : _("Password, to replace the second factor:"),
		.secret = true, .check = check_old, .done = proof_password, .arg = k});
}

void credentials_set_up_factor(struct app *app)
{
	struct twofactor_status t = {0};
	struct error err = {0};
	enum status st = twofactor_status(app->core, &app->core->user, &t, &err);
	if (st == ST_OK && t.on)
		ask_proof(app, PROVE_REPLACE);
	else if (st != ST_OK || two_factor_open(app, NULL, NULL, &err) != ST_OK)
		ui_error(app->ui, &err);
}

void credentials_new_codes(struct app *app)
{
	ask_proof(app, PROVE_NEW_CODES);
}

void credentials_turn_off(struct app *app)
{
	ask_proof(app, PROVE_DISABLE);
}
