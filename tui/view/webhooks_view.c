#include "tui/view/webhooks_view.h"

#include <stdlib.h>

#include "core/automation/webhook.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/crm/store.h"
#include "tui/view/jobs_view.h"
#include "tui/view/subject.h"
#include "tui/widget/confirm.h"
#include "tui/widget/pager.h"

void webhook_reveal(struct app *app, const struct id *webhook)
{
	char secret[WEBHOOK_SECRET_SIZE];
	struct error err = {0};
	struct styled t = {0};
	if (webhook_new_secret(app->core, webhook, secret, &err) != ST_OK) {
		ui_error(app->ui, &err);
		return;
	}
	styled_format(&t, ROLE_TEXT, "%s\n\n", _("The secret is shown this once. The receiver checks signatures with it."));
	styled_format(&t, ROLE_ACCENT, "%s\n", secret);
	crypto_wipe(secret, sizeof secret);
	(void)pager_open(app->ui, _("Webhook"), &t, false);
}

/* The one that is pointed at; NULL with a toast. The record is the arena's. */
static struct record *webhook_here(const struct command_call *call, struct arena *a)
{
	struct subject s;
	struct record *r = NULL;
	struct error err = {0};
	struct app *app = app_of(call->ui);
	if (!subject_get(call->screen, &s))
		return NULL;
	if (store_load_num(app->core, s.entity, s.nums[0], a, &r, &err) != ST_OK)
		ui_error(call->ui, &err);
	subject_free(&s);
	return r;
}

static void test(const struct command_call *call)
{
	struct error err = {0};
	struct arena *a = arena_new();
	struct app *app = app_of(call->ui);
	const struct record *r = webhook_here(call, a);
	int64_t job;
	if (r && app_done(app, webhook_test(app->core, &r->id, &job, &err), &err, "%s", _("The test call is on its way; Enter on it tells the answer.")))
		jobs_open_webhook(app, r->num);
	arena_free(&a);
}

static void deliveries(const struct command_call *call)
{
	struct arena *a = arena_new();
	const struct record *r = webhook_here(call, a);
	if (r)
		jobs_open_webhook(app_of(call->ui), r->num);
	arena_free(&a);
}

struct rotating {
	struct app *app;
	struct id id;
};

static void rotate_answered(void *arg, int answer)
{
	struct rotating *k = arg;
	if (answer == 1)
		webhook_reveal(k->app, &k->id);
	free(k);
}

static void new_secret(const struct command_call *call)
{
	struct arena *a = arena_new();
	const struct record *r = webhook_here(call, a);
	if (r) {
		struct rotating *k = mem_zalloc(sizeof *k);
		*k = (struct rotating){app_of(call->ui), r->id};
		confirm_open(call->ui, &(struct confirm_spec){.title = _("Make a new secret?"), .text = _("The old one signs too for another day, so that the receiver can change over."), .key = 'N',
			.verb = C_("verb", "make it"), .done = rotate_answered, .arg = k});
	}
	arena_free(&a);
}

static void pause_or_go_on(const struct command_call *call)
{
	struct error err = {0};
	struct arena *a = arena_new();
	struct app *app = app_of(call->ui);
	const struct record *r = webhook_here(call, a);
	if (r) {
		bool on = record_int(r, "active") != 0;
		struct record *patch = record_new(a, r->entity);
		patch->id = r->id;
		patch->num = r->num;
		record_put_int(patch, "active", !on);
		(void)app_done(app, store_save(app->core, patch, &err), &err, "%s",
			on ? _("Paused: what happens waits, in order. u undoes.") : _("On again: what waited is sent now. u undoes."));
	}
	arena_free(&a);
}

#define ON_WEBHOOK(ID, TITLE, HELP, KEYS, HINT, RANK, RUN)                                                                                             \
	{                                                                                                                                              \
		.id = "webhook." ID, .title = TITLE, .help = HELP, .group = N_("Webhooks"), .context = "webhooks", .keys = KEYS, .hint = HINT, .rank = RANK, \
		.flags = COMMAND_WRITES, .run = RUN                                                                                                    \
	}

const struct command webhook_commands[] = {
	ON_WEBHOOK("test", N_("Test call"), N_("Sends a test event to this webhook alone and shows what it answers."), "t", N_("test call"), 6, test),
	ON_WEBHOOK("deliveries", N_("Deliveries"), N_("What was sent to this webhook, what it answered, what waits."), "d", N_("deliveries"), 7, deliveries),
	ON_WEBHOOK("pause", N_("Pause or go on"), N_("While it is paused, what happens waits in order."), "P", N_("pause"), 8, pause_or_go_on),
	ON_WEBHOOK("secret", N_("New secret"), N_("Shows a new secret once; the old one signs too for another day."), "N", N_("new secret"), 9, new_secret),
	{.id = "jobs.retry", .title = N_("Send again"), .help = N_("Sends the selected job again, from the first try."), .group = N_("Webhooks"), .context = "jobs", .keys = "R",
		.hint = N_("send again"), .rank = 3, .flags = COMMAND_WRITES},
	{.id = "jobs.cancel", .title = N_("Cancel"), .help = N_("The selected job is not sent."), .group = N_("Webhooks"), .context = "jobs", .keys = "C", .hint = N_("cancel"), .rank = 4,
		.flags = COMMAND_WRITES},
};
const size_t webhook_command_count = sizeof webhook_commands / sizeof *webhook_commands;
