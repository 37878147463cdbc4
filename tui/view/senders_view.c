#include "tui/view/senders_view.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/store.h"
#include "core/mail/domain_check.h"
#include "core/mail/identity.h"
#include "core/mail/service.h"
#include "tui/view/subject.h"
#include "tui/widget/pager.h"

/* A look-up under way. Screen and thread each hold it; the last to let go frees it. */
struct lookup {
	pthread_mutex_t lock;
	struct app *app; /* NULL: nobody waits any more */
	int holders;
	struct loop *loop;
	struct arena *arena;
	struct id sender;
	const char *email, *provider, *selector;
	struct domain_check found;
	struct error err;
	enum status st;
};

static void let_go(struct lookup *k)
{
	(void)pthread_mutex_lock(&k->lock);
	bool last = --k->holders == 0;
	(void)pthread_mutex_unlock(&k->lock);
	if (!last)
		return;
	(void)pthread_mutex_destroy(&k->lock);
	arena_free(&k->arena);
	free(k);
}

static void show(struct lookup *k)
{
	struct styled t = {0};
	struct app *app = k->app;
	const char *const said[] = {k->found.spf_said, k->found.dkim_said, k->found.dmarc_said};
	const enum proof proofs[] = {k->found.spf, k->found.dkim, k->found.dmarc};
	for (int i = 0; i < 3; i++) {
		styled_format(&t, proofs[i] == PROOF_GOOD ? ROLE_OK : ROLE_WARN, "%s\n", said[i]);
		if (k->found.record[i])
			styled_format(&t, ROLE_DIM, "    %s\n", text_clean(k->arena, k->found.record[i]));
	}
	(void)app_done(app, identity_checked(app->core, &k->sender, k->found.proofs, &k->err), &k->err, NULL);
	(void)pager_open(app->ui, k->email, &t, false);
}

/* In the loop's thread. */
static void finished(void *arg)
{
	struct lookup *k = arg;
	if (k->app) {
		k->app->lookup = NULL;
		if (k->st == ST_OK)
			show(k);
		else
			ui_error(k->app->ui, &k->err);
		let_go(k); /* the screen's */
	}
	let_go(k);
}

static void *look(void *arg)
{
	struct lookup *k = arg;
	k->st = domain_check(k->email, k->provider, k->selector, k->arena, &k->found, &k->err);
	(void)pthread_mutex_lock(&k->lock);
	bool waited = k->app != NULL;
	if (waited) /* under the lock: the loop is there as long as the screen waits */
		loop_post(k->loop, finished, k);
	(void)pthread_mutex_unlock(&k->lock);
	if (!waited)
		let_go(k);
	return NULL;
}

void senders_leave(struct app *app)
{
	struct lookup *k = app->lookup;
	if (!k)
		return;
	(void)pthread_mutex_lock(&k->lock);
	k->app = NULL;
	(void)pthread_mutex_unlock(&k->lock);
	app->lookup = NULL;
	let_go(k);
}

static bool start(struct lookup *k)
{
	pthread_t thread;
	pthread_attr_t attr;
	sigset_t all, old;
	(void)sigfillset(&all);
	(void)pthread_attr_init(&attr);
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	(void)pthread_sigmask(SIG_BLOCK, &all, &old); /* signals are the screen's */
	bool ok = pthread_create(&thread, &attr, look, k) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	(void)pthread_attr_destroy(&attr);
	return ok;
}

static struct record *sender_here(const struct command_call *call, struct arena *a)
{
	struct subject s;
	struct record *r = NULL;
	struct error err = {0};
	if (!subject_get(call->screen, &s))
		return NULL;
	if (store_load_num(app_of(call->ui)->core, s.entity, s.nums[0], a, &r, &err) != ST_OK)
		ui_error(call->ui, &err);
	subject_free(&s);
	return r;
}

static void check(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	struct arena *a = arena_new();
	const struct record *r = app->lookup ? NULL : sender_here(call, a);
	if (r && record_null(r, "email")) {
		ui_toast(call->ui, TOAST_WARN, "%s", _("You may not see the address of this sender."));
		r = NULL;
	}
	if (!r) {
		if (app->lookup)
			ui_toast(call->ui, TOAST_INFO, "%s", _("A look-up is under way."));
		arena_free(&a);
		return;
	}
	struct lookup *k = mem_zalloc(sizeof *k);
	*k = (struct lookup){.app = app, .holders = 2, .loop = ui_loop(app->ui), .arena = a, .sender = r->id, .email = record_text(r, "email"),
		.provider = mail_provider(app->core, a), .selector = record_text(r, "dkim_selector")};
	(void)pthread_mutex_init(&k->lock, NULL);
	app->lookup = k;
	if (start(k)) {
		ui_toast(call->ui, TOAST_INFO, _("Asking the name servers about %s…"), k->email);
	} else {
		app->lookup = NULL;
		k->holders = 1;
		let_go(k);
		ui_toast(call->ui, TOAST_ERROR, "%s", _("The look-up could not be started."));
	}
}

static void test(const struct command_call *call)
{
	struct error err = {0};
	struct id activity;
	int64_t job;
	struct app *app = app_of(call->ui);
	struct arena *a = arena_new();
	const struct record *r = sender_here(call, a);
	if (r)
		(void)app_done(app, identity_test(app->core, &r->id, &activity, &job, &err), &err, "%s", _("The test mail is on its way to you. Its activity tells what became of it."));
	arena_free(&a);
}

#define ON_SENDER(ID, TITLE, HELP, KEYS, HINT, RANK, RUN)                                                                                        \
	{                                                                                                                                        \
		.id = "sender." ID, .title = TITLE, .help = HELP, .group = N_("Mail"), .context = "senders", .keys = KEYS, .hint = HINT, .rank = RANK, \
		.flags = COMMAND_WRITES, .run = RUN                                                                                              \
	}

const struct command sender_commands[] = {
	ON_SENDER("test", N_("Test mail"), N_("Sends a mail from this sender to you."), "t", N_("test mail"), 6, test),
	ON_SENDER("check", N_("Look up the domain"), N_("Asks the name servers whether the domain vouches for what is sent in its name: SPF, DKIM, DMARC."), "L", N_("look up"), 7, check),
};
const size_t sender_command_count = sizeof sender_commands / sizeof *sender_commands;
