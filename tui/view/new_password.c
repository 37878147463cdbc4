#include "tui/view/new_password.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/security/signin.h"
#include "tui/widget/prompt.h"

struct new_choice {
	struct app *app;
	struct new_password spec;
	char first[1024];
};

static void ask_first(struct new_choice *k);

static void finish(struct new_choice *k, bool taken)
{
	struct new_password spec = k->spec;
	crypto_wipe(k, sizeof *k);
	free(k);
	spec.done(spec.arg, taken);
}

static const char *rule(void *arg, const char *text, struct arena *a)
{
	(void)arg;
	(void)text;
	return signin_password_rule(a);
}

static enum status check_first(void *arg, const char *text, int *at, struct error *err)
{
	struct new_choice *k = arg;
	(void)at;
	return k->spec.judge(k->spec.arg, text, err);
}

static enum status check_second(void *arg, const char *text, int *at, struct error *err)
{
	struct new_choice *k = arg;
	(void)at;
	if (strcmp(text, k->first) == 0)
		return k->spec.take(k->spec.arg, text, err);
	return error_set(err, ST_INVALID, _("The two are not the same. Type it again; Esc goes back to the first."));
}

static void second_done(void *arg, const char *text)
{
	struct new_choice *k = arg;
	crypto_wipe(k->first, sizeof k->first);
	if (text || k->app->closing)
		finish(k, text != NULL);
	else
		ask_first(k);
}

static void first_done(void *arg, const char *text)
{
	struct new_choice *k = arg;
	if (!text || k->app->closing) {
		finish(k, false);
		return;
	}
	(void)snprintf(k->first, sizeof k->first, "%s", text);
	(void)prompt_open(k->app->ui, &(struct prompt_spec){.label = _("Once more:"), .secret = true, .check = check_second, .quits = k->spec.quits,
		.done = second_done, .arg = k});
}

static void ask_first(struct new_choice *k)
{
	(void)prompt_open(k->app->ui, &(struct prompt_spec){.label = _("New password:"), .secret = true, .note = rule, .check = check_first,
		.quits = k->spec.quits, .done = first_done, .arg = k});
}

void new_password_ask(struct app *app, const struct new_password *spec)
{
	struct new_choice *k = mem_zalloc(sizeof *k);
	k->app = app;
	k->spec = *spec;
	ask_first(k);
}
