#include "tui/view/jobs_view.h"

#include <stdlib.h>
#include <string.h>

#include "core/automation/webhook.h"
#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/helper/queue.h"
#include "tui/view/lines_screen.h"
#include "tui/widget/confirm.h"
#include "tui/widget/pager.h"

enum { MOST = 200 };

static enum role role_of(const char *state)
{
	if (strcmp(state, "dead") == 0 || strcmp(state, "failed") == 0)
		return ROLE_ERROR;
	if (strcmp(state, "waiting") == 0)
		return ROLE_WARN;
	return strcmp(state, "running") == 0 || strcmp(state, "pending") == 0 ? ROLE_TEXT : ROLE_DIM;
}

static const char *right_of(struct arena *a, const struct job_row *r)
{
	if (r->finished_at)
		return clock_human_instant(a, r->finished_at);
	return strcmp(r->state, "waiting") == 0 ? arena_printf(a, _("next try %s"), clock_human_instant(a, r->run_at)) : job_state_label(r->state);
}

static void add_job(struct lines_screen *v, const struct job_row *r)
{
	struct line *it = lines_add(&v->lines, LINE_ROW);
	it->text = r->title;
	it->middle = arena_printf(v->arena, "%s%s%s%s%s", r->target, *r->target ? " · " : "", job_state_label(r->state), *r->error ? ": " : "", r->error);
	it->right = right_of(v->arena, r);
	it->right_role = ROLE_DIM;
	it->role = role_of(r->state);
	it->num = r->num;
}

static void load(struct lines_screen *v)
{
	struct job_row *list;
	struct error err = {0};
	int n;
	if (jobs_list(v->app->core, &(struct job_filter){0}, MOST, v->arena, &list, &n, &err) != ST_OK) {
		struct line *it = lines_add(&v->lines, LINE_TEXT);
		it->text = arena_strdup(v->arena, err.message);
		it->role = ROLE_ERROR;
		return;
	}
	for (int i = 0; i < n; i++)
		add_job(v, &list[i]);
	if (!n) {
		struct line *it = lines_add(&v->lines, LINE_TEXT);
		it->text = _("Nothing waits, nothing was sent. Settings, Webhooks tells other programs.");
		it->role = ROLE_DIM;
	}
}

struct asked {
	struct app *app;
	int64_t num;
};

static void answered(void *arg, int answer)
{
	struct asked *k = arg;
	struct app *app = k->app;
	struct error err = {0};
	if (answer == 1)
		(void)app_done(app, job_retry(app->core, k->num, &err), &err, "%s", _("It is sent again."));
	else if (answer == 2)
		(void)app_done(app, job_cancel(app->core, k->num, &err), &err, "%s", _("Cancelled."));
	free(k);
}

/* What was tried, newest first, and what can be done. */
static void open_job(struct lines_screen *v, const struct line *it)
{
	struct job_row *list;
	struct attempt_row *tries;
	struct error err = {0};
	struct buf text = {0};
	int n, n_tries;
	struct core *c = v->app->core;
	struct arena *a = arena_new();
	if (jobs_list(c, &(struct job_filter){.num = it->num}, 1, a, &list, &n, &err) != ST_OK || job_attempts(c, it->num, a, &tries, &n_tries, &err) != ST_OK) {
		ui_error(v->app->ui, &err);
	} else if (n) {
		buf_printf(&text, "%s · %s%s%s", job_state_label(list->state), list->target, *list->error ? " · " : "", list->error);
		for (int i = 0; i < n_tries && i < 5; i++)
			buf_printf(&text, "\n%s  %s", clock_human_instant(a, tries[i].at), tries[i].error);
		struct asked *k = mem_zalloc(sizeof *k);
		*k = (struct asked){v->app, it->num};
		confirm_open(v->app->ui, &(struct confirm_spec){.title = list->title, .text = buf_str(&text), .key = 'R', .verb = C_("verb", "send it again"),
			.other_key = list->finished_at ? 0 : 'C', .other_verb = list->finished_at ? NULL : C_("verb", "cancel it"), .done = answered, .arg = k});
	}
	buf_free(&text);
	arena_free(&a);
}

static const struct lines_screen_ops ops = {.name = "jobs", .contexts = "list", .title = N_("Jobs · what is sent to other programs"), .max_cols = 120,
	.hides = LINES_HIDE " undo redo", .load = load, .open = open_job};

void jobs_open(struct app *app)
{
	(void)lines_screen_open(app, &ops);
}

const char *jobs_counted(struct app *app, struct arena *a)
{
	int64_t open = 0, bad = 0;
	if (jobs_count(app->core, &open, &bad, NULL) != ST_OK || open + bad == 0)
		return NULL;
	return bad ? arena_printf(a, _("%lld waiting, %lld failed"), (long long)open, (long long)bad) : arena_printf(a, _("%lld waiting"), (long long)open);
}

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
