#include "tui/view/import_job.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/base/i18n.h"
#include "core/security/access.h"
#include "core/security/session.h"
#include "data/db.h"
#include "tui/widget/progress.h"

struct import_job {
	struct app *app;
	struct loop *loop;
	char *path, *target;
	struct import_options options;
	char *entity;
	char **targets;
	enum date_order *orders;
	char *decimals;
	int n;
	bool dry;
	struct id user; /* whoever began it, whatever happens to the screen meanwhile */
	int64_t session;
	char *scopes;
	pthread_t thread;
	atomic_bool cancel;
	_Atomic int64_t done_rows, all_rows;
	struct import_report *report;
	struct error err;
	struct progress *progress;
	void (*done)(void *arg, struct import_report *report, const struct error *err);
	void *arg;
};

static void show_progress(void *arg)
{
	struct import_job *j = arg;
	if (j->progress)
		progress_set(j->progress, j->done_rows, j->all_rows);
}

static bool step(void *arg, int64_t done, int64_t rows)
{
	struct import_job *j = arg;
	j->done_rows = done;
	j->all_rows = rows;
	loop_post(j->loop, show_progress, j);
	return !j->cancel;
}

static enum status apply_plan(struct import_job *j, struct import_plan *p)
{
	enum status st = import_set_entity(p, j->entity, &j->err);
	import_set_duplicates(p, j->options.duplicates);
	for (int i = 0; st == ST_OK && i < j->n && i < import_columns(p); i++) {
		st = import_set_target(p, i, j->targets[i], &j->err);
		if (j->orders[i] != DATE_AMBIGUOUS)
			import_set_dates(p, i, j->orders[i]);
		if (j->decimals[i])
			import_set_decimal(p, i, j->decimals[i]);
	}
	return st;
}

static void job_free(struct import_job *j)
{
	for (int i = 0; i < j->n; i++)
		free(j->targets[i]);
	free(j->targets);
	free(j->orders);
	free(j->decimals);
	free(j->path);
	free(j->target);
	free(j->entity);
	free(j->scopes);
	free(j);
}

/* In the loop's thread, after the worker has ended. */
static void finished(void *arg)
{
	struct import_job *j = arg;
	(void)pthread_join(j->thread, NULL);
	progress_end(&j->progress);
	j->app->import_job = NULL;
	if (j->report && !j->dry)
		app_data_changed(j->app);
	j->done(j->arg, j->report, &j->err);
	job_free(j);
}

static void *work(void *arg)
{
	struct import_job *j = arg;
	struct core *core = NULL;
	struct import_plan *plan = NULL;
	struct import_progress progress = {step, j};
	enum status st = core_open(j->target, 0, &core, &j->err);
	if (st == ST_OK) {
		st = session_work_as(core, &j->user, j->session, j->scopes, &j->err);
	}
	if (st == ST_OK) {
		st = import_open(core, j->path, &j->options, &plan, &j->err);
	}
	if (st == ST_OK)
		st = apply_plan(j, plan);
	if (st == ST_OK)
		(void)import_run(plan, j->dry, &progress, &j->report, &j->err);
	import_close(&plan);
	core_close(&core);
	loop_post(j->loop, finished, j);
	loop_busy(j->loop, -1);
	return NULL;
}

static void ask_to_stop(void *arg)
{
	((struct import_job *)arg)->cancel = true;
}

bool import_job_start(struct app *app, const char *path, const struct import_plan *plan, bool dry,
	void (*done)(void *arg, struct import_report *report, const struct error *err), void *arg)
{
	if (app->import_job) {
		ui_toast(app->ui, TOAST_INFO, "%s", _("An import is running already."));
		return false;
	}
	struct import_job *j = mem_zalloc(sizeof *j);
	struct arena *a = arena_new();
	*j = (struct import_job){.app = app, .loop = ui_loop(app->ui), .path = mem_strdup(path),
		.target = mem_strdup(app->target), .options = *import_options(plan), .entity = mem_strdup(import_entity(plan)->name),
		.n = import_columns(plan), .dry = dry, .user = app->core->user, .session = app->core->session, .done = done, .arg = arg};
	j->targets = mem_array((size_t)j->n, sizeof *j->targets);
	j->orders = mem_array((size_t)j->n, sizeof *j->orders);
	j->decimals = mem_array((size_t)j->n + 1, 1);
	for (int i = 0; i < j->n; i++) {
		const struct import_column *col = import_column(plan, i);
		j->targets[i] = mem_strdup(import_target_text(plan, i, a));
		j->orders[i] = col->order;
		j->decimals[i] = col->decimal;
	}
	if (access_key_scopes(app->core))
		j->scopes = mem_strdup(access_key_scopes(app->core));
	arena_free(&a);
	j->progress = progress_start(app->ui, dry ? _("Trying the import") : _("Importing"), ask_to_stop, j);
	loop_busy(j->loop, 1);
	if (pthread_create(&j->thread, NULL, work, j) != 0) {
		loop_busy(j->loop, -1);
		progress_end(&j->progress);
		job_free(j);
		ui_toast(app->ui, TOAST_ERROR, "%s", _("The import could not be started."));
		return false;
	}
	app->import_job = j;
	return true;
}

void import_job_stop(struct app *app)
{
	struct import_job *j = app->import_job;
	if (!j)
		return;
	j->cancel = true;
	(void)pthread_join(j->thread, NULL);
	app->import_job = NULL;
	import_report_free(&j->report);
	job_free(j);
}
