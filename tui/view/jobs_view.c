#include "tui/view/jobs_view.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/crm/store.h"
#include "core/helper/queue.h"
#include "tui/view/lines_screen.h"
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
	it->middle = arena_printf(v->arena, "%s%s%s%s%s", r->target, *r->target ? " · " : "", job_state_label(r->state), *r->error ? " · " : "", r->error);
	it->right = right_of(v->arena, r);
	it->right_role = ROLE_DIM;
	it->role = role_of(r->state);
	it->num = r->num;
}

/* Of one webhook only: its number is the screen's. */
static bool filter_of(struct lines_screen *v, struct job_filter *f)
{
	struct record *r;
	struct core *c = v->app->core;
	*f = (struct job_filter){0};
	if (!v->kept[0])
		return true;
	if (store_load_num(c, model_entity(c->model, "webhooks"), v->kept[0], v->arena, &r, NULL) != ST_OK)
		return false;
	f->record = &r->id;
	return true;
}

static void say(struct lines_screen *v, enum role role, const char *text)
{
	struct line *it = lines_add(&v->lines, LINE_TEXT);
	it->text = text;
	it->role = role;
}

static void load(struct lines_screen *v)
{
	struct job_row *list;
	struct job_filter f;
	struct error err = {0};
	int n;
	if (!filter_of(v, &f))
		return;
	if (jobs_list(v->app->core, &f, MOST, v->arena, &list, &n, &err) != ST_OK) {
		say(v, ROLE_ERROR, arena_strdup(v->arena, err.message));
		return;
	}
	for (int i = 0; i < n; i++)
		add_job(v, &list[i]);
	if (!n)
		say(v, ROLE_DIM, v->kept[0] ? _("Nothing was sent to this webhook yet; t on it makes a test call.") : _("Nothing waits, nothing was sent. Settings, Webhooks tells other programs."));
}

/* One job told at length */

static void tell_tries(struct styled *t, const struct attempt_row *tries, int n, struct arena *a)
{
	if (n)
		styled_format(t, ROLE_HEADER, "\n%s\n", _("Tries"));
	for (int i = 0; i < n; i++) {
		styled_format(t, ROLE_LABEL, "  %s  ", clock_human_instant(a, tries[i].at));
		if (tries[i].status)
			styled_format(t, ROLE_TEXT, "%d  ", tries[i].status);
		styled_format(t, ROLE_DIM, "%d ms  ", tries[i].latency_ms);
		styled_format(t, ROLE_TEXT, "%s\n", tries[i].error);
	}
}

static void tell(struct styled *t, const struct job_row *r, const struct attempt_row *tries, int n_tries, const char *body, struct arena *a)
{
	styled_format(t, role_of(r->state), "%s", job_state_label(r->state));
	styled_format(t, ROLE_DIM, "  %s%s%s\n", r->target, *r->target ? "  " : "", right_of(a, r));
	if (*r->error)
		styled_format(t, ROLE_TEXT, "%s\n", r->error);
	if (r->status)
		styled_format(t, ROLE_DIM, _("Answer %d after %d ms\n"), r->status, r->latency_ms);
	tell_tries(t, tries, n_tries, a);
	if (*body) {
		styled_format(t, ROLE_HEADER, "\n%s\n", _("What is sent"));
		styled_format(t, ROLE_DIM, "%s\n", _("webhook-signature is v1 and the HMAC-SHA256 of webhook-id, webhook-timestamp and this body, dots between, under the secret; each try has a timestamp of its own."));
		styled_format(t, ROLE_TEXT, "%s\n", body);
	}
	if (*r->response) {
		styled_format(t, ROLE_HEADER, "\n%s\n", _("What it said"));
		styled_format(t, ROLE_TEXT, "%s\n", r->response);
	}
}

static void open_job(struct lines_screen *v, const struct line *it)
{
	struct job_row *list;
	struct attempt_row *tries;
	struct error err = {0};
	const char *body = "";
	int n, n_tries;
	struct core *c = v->app->core;
	struct arena *a = arena_new();
	if (jobs_list(c, &(struct job_filter){.num = it->num}, 1, a, &list, &n, &err) != ST_OK || job_attempts(c, it->num, a, &tries, &n_tries, &err) != ST_OK ||
		job_body(c, it->num, a, &body, &err) != ST_OK) {
		ui_error(v->app->ui, &err);
	} else if (n) {
		struct styled text = {0};
		tell(&text, list, tries, n_tries, body, a);
		(void)pager_open(v->app->ui, list->title, &text, false);
	}
	arena_free(&a);
}

static bool command(struct lines_screen *v, const char *id)
{
	struct error err = {0};
	struct app *app = v->app;
	const struct line *it = lines_selected(&v->lines);
	bool retry = strcmp(id, "jobs.retry") == 0;
	if (!retry && strcmp(id, "jobs.cancel") != 0)
		return false;
	if (it && retry)
		(void)app_done(app, job_retry(app->core, it->num, &err), &err, "%s", _("It is sent again."));
	else if (it)
		(void)app_done(app, job_cancel(app->core, it->num, &err), &err, "%s", _("Cancelled; R sends it after all."));
	return true;
}

static const struct lines_screen_ops ops = {.name = "jobs", .contexts = "jobs list", .title = N_("Jobs · what is sent to other programs"), .max_cols = 120,
	.hides = LINES_HIDE " undo redo", .load = load, .open = open_job, .command = command};

void jobs_open(struct app *app)
{
	(void)lines_screen_open(app, &ops);
}

static const struct lines_screen_ops deliveries_ops = {.name = "deliveries", .contexts = "jobs list", .title = N_("Deliveries"), .max_cols = 120,
	.hides = LINES_HIDE " undo redo", .load = load, .open = open_job, .command = command};

void jobs_open_webhook(struct app *app, int64_t webhook)
{
	struct lines_screen *v = lines_screen_open(app, &deliveries_ops);
	v->kept[0] = webhook;
	lines_screen_reload(v);
}

const char *jobs_counted(struct app *app, struct arena *a)
{
	int64_t open = 0, bad = 0;
	if (jobs_count(app->core, &open, &bad, NULL) != ST_OK || open + bad == 0)
		return NULL;
	return bad ? arena_printf(a, _("%lld waiting, %lld failed"), (long long)open, (long long)bad) : arena_printf(a, _("%lld waiting"), (long long)open);
}
