#include "tui/cli/jobs.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/automation/domain_events.h"
#include "core/automation/webhook.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/crm/store.h"
#include "core/helper/helper.h"
#include "core/helper/queue.h"
#include "core/security/access.h"
#include "tui/cli/output.h"
#include "tui/cli/rows_print.h"

enum { MOST = 200, TEST_MS = 40 * 1000 };

static bool number_of(const char *s, int64_t *out)
{
	char *end;
	*out = strtoll(s, &end, 10);
	return *s && !*end && *out > 0;
}

/* Lists */

static int print_jobs(struct cli *cli, const struct job_filter *f)
{
	struct job_row *list;
	int n;
	struct core *c = cli_core(cli);
	if (!c || jobs_list(c, f, MOST, cli->arena, &list, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	const struct column columns[] = {{"id", "#", 'n'}, {"kind", NULL, 't'}, {"state", _("State"), 'j'}, {"target", _("To"), 't'}, {"title", _("What"), 't'},
		{"created_at", _("When"), 'w'}, {"attempts", _("Tries"), 'n'}, {"status", _("Answer"), 'n'}, {"latency_ms", "ms", 'n'}, {"next_try_at", _("Next try"), 'w'},
		{"finished_at", NULL, 'w'}, {"error", _("Error"), 't'}, {"response", NULL, 't'}};
	enum { N = sizeof columns / sizeof *columns };
	struct cell *cells = arena_alloc(cli->arena, (size_t)(n * N + 1) * sizeof *cells);
	for (int i = 0; i < n; i++) {
		const struct job_row *r = &list[i];
		const struct cell row[N] = {{NULL, r->num}, {r->kind, 0}, {r->state, 0}, {r->target, 0}, {r->title, 0}, {NULL, r->created_at}, {NULL, r->attempt},
			{NULL, r->status}, {NULL, r->latency_ms}, {NULL, r->finished_at ? 0 : r->run_at}, {NULL, r->finished_at}, {r->error, 0}, {r->response, 0}};
		memcpy(&cells[i * N], row, sizeof row);
	}
	rows_print(cli, columns, N, cells, n);
	return 0;
}

static int show_job(struct cli *cli, int64_t num)
{
	struct attempt_row *tries;
	int n;
	struct core *c = cli_core(cli);
	int code = print_jobs(cli, &(struct job_filter){.num = num});
	if (code || job_attempts(c, num, cli->arena, &tries, &n, &cli->err) != ST_OK)
		return code ? code : cli_fail(cli);
	if (!n || cli_json(cli))
		return 0;
	const struct column columns[] = {{"at", _("When"), 'w'}, {"attempt", _("Try"), 'n'}, {"status", _("Answer"), 'n'}, {"latency_ms", "ms", 'n'},
		{"error", _("Error"), 't'}, {"response", _("What it said"), 't'}};
	enum { N = sizeof columns / sizeof *columns };
	struct cell *cells = arena_alloc(cli->arena, (size_t)(n * N + 1) * sizeof *cells);
	for (int i = 0; i < n; i++) {
		const struct cell row[N] = {{NULL, tries[i].at}, {NULL, tries[i].attempt}, {NULL, tries[i].status}, {NULL, tries[i].latency_ms}, {tries[i].error, 0},
			{tries[i].response, 0}};
		memcpy(&cells[i * N], row, sizeof row);
	}
	(void)putchar('\n');
	rows_print(cli, columns, N, cells, n);
	return 0;
}

/* Doing */

static int report_run(struct cli *cli, int64_t done, int64_t failed)
{
	if (cli_json(cli)) {
		struct output_json o;
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_int(&o, "done", done);
		output_json_int(&o, "failed", failed);
		json_object_end(&o.w);
		output_json_end(&o);
	} else {
		(void)printf(_("Done: %lld. Failed or to be tried again: %lld.\n"), (long long)done, (long long)failed);
	}
	return 0;
}

static int run_jobs(struct cli *cli, const char *seconds)
{
	int64_t done = 0, failed = 0, limit = 0;
	struct core *c = cli_core(cli);
	if (seconds && !number_of(seconds, &limit))
		return cli_usage(cli, "jobs run [--until-idle] [--seconds N]");
	if (!c || access_check_admin(c, &cli->err) != ST_OK || helper_run_once(c, limit * 1000, &done, &failed, &cli->err) != ST_OK)
		return cli_fail(cli);
	return report_run(cli, done, failed);
}

static int each_job(struct cli *cli, int argc, char **argv, enum status (*fn)(struct core *, int64_t, struct error *))
{
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	for (int i = 0; i < argc; i++) {
		int64_t num;
		if (!number_of(argv[i], &num))
			return error_set(&cli->err, ST_USAGE, _("“%s” is no number of a job."), argv[i]), cli_fail(cli);
		if (fn(c, num, &cli->err) != ST_OK)
			return cli_fail(cli);
	}
	return 0;
}

static const char states[] = "jobs list --state open|bad|undelivered|pending|running|waiting|done|failed|dead|cancelled";

/* One of the words behind --state. */
static bool is_state(const char *word)
{
	const char *list = strstr(states, "open");
	size_t n = strlen(word);
	for (const char *p = list; n && (p = strstr(p, word)); p++)
		if ((p == list || p[-1] == '|') && (p[n] == '|' || !p[n]))
			return true;
	return false;
}

int cli_jobs(struct cli *cli, int argc, char **argv)
{
	const char *state = cli_option(&argc, argv, "state"), *seconds = cli_option(&argc, argv, "seconds");
	(void)cli_flag(&argc, argv, "until-idle"); /* what run does anyhow */
	const char *verb = argc ? argv[0] : "list";
	int64_t num;
	if (state && !is_state(state))
		return cli_usage(cli, states);
	if (argc <= 1 && strcmp(verb, "list") == 0)
		return print_jobs(cli, &(struct job_filter){.state = state});
	if (argc == 2 && strcmp(verb, "show") == 0 && number_of(argv[1], &num))
		return show_job(cli, num);
	if (argc == 1 && strcmp(verb, "run") == 0)
		return run_jobs(cli, seconds);
	if (argc >= 2 && strcmp(verb, "retry") == 0)
		return each_job(cli, argc - 1, argv + 1, job_retry);
	if (argc >= 2 && strcmp(verb, "cancel") == 0)
		return each_job(cli, argc - 1, argv + 1, job_cancel);
	return cli_usage(cli, "jobs list [--state open|bad|waiting|done|failed|dead|cancelled] | show JOB | run [--seconds N] | retry JOB… | cancel JOB…");
}

/* Webhooks */

static int list_events(struct cli *cli)
{
	const struct column columns[] = {{"event", _("Event"), 't'}, {"description", _("When"), 't'}};
	enum { N = sizeof columns / sizeof *columns };
	struct cell *cells = arena_alloc(cli->arena, (size_t)(event_kind_count * N) * sizeof *cells);
	for (int i = 0; i < event_kind_count; i++) {
		cells[i * N] = (struct cell){event_kinds[i].type, 0};
		cells[i * N + 1] = (struct cell){_(event_kinds[i].when), 0};
	}
	rows_print(cli, columns, N, cells, event_kind_count);
	return 0;
}

static int print_secret(struct cli *cli, const struct record *r, const char *secret)
{
	if (cli_json(cli)) {
		struct output_json o;
		char id[ID_TEXT_SIZE], ref[24];
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_text(&o, "id", id_format(&r->id, id));
		output_json_text(&o, "reference", record_reference(r->entity, r->num, ref));
		output_json_text(&o, "secret", secret);
		json_object_end(&o.w);
		output_json_end(&o);
		return 0;
	}
	(void)printf("%s\n", secret);
	(void)fprintf(stderr, "%s\n", _("The secret is shown this once. The receiver checks signatures with it."));
	return 0;
}

static int new_secret(struct cli *cli, const struct record *r)
{
	char secret[WEBHOOK_SECRET_SIZE];
	if (webhook_new_secret(cli->core, &r->id, secret, &cli->err) != ST_OK)
		return cli_fail(cli);
	int code = print_secret(cli, r, secret);
	crypto_wipe(secret, sizeof secret);
	return code;
}

int cli_webhook_added(struct cli *cli, const struct id *webhook)
{
	struct record *r;
	if (store_load(cli->core, model_entity(cli->core->model, "webhooks"), webhook, cli->arena, &r, &cli->err) != ST_OK)
		return cli_fail(cli);
	return new_secret(cli, r);
}

/* The test call goes through the queue as any other, and is waited for. */
static int test_webhook(struct cli *cli, const struct record *r)
{
	int64_t job = 0, done, failed;
	if (webhook_test(cli->core, &r->id, &job, &cli->err) != ST_OK || helper_run_once(cli->core, TEST_MS, &done, &failed, &cli->err) != ST_OK)
		return cli_fail(cli);
	struct job_row *list;
	int n, code = print_jobs(cli, &(struct job_filter){.num = job});
	if (code || jobs_list(cli->core, &(struct job_filter){.num = job, .state = "done"}, 1, cli->arena, &list, &n, &cli->err) != ST_OK)
		return code ? code : cli_fail(cli);
	return n ? 0 : 1;
}

static int redeliver(struct cli *cli, const struct record *r, int argc, char **argv)
{
	struct job_row *list;
	int n;
	for (int i = 0; argc && strcmp(argv[0], "failed") != 0 && i < argc; i++) {
		int64_t num;
		if (!number_of(argv[i], &num) || jobs_list(cli->core, &(struct job_filter){.num = num, .record = &r->id}, 1, cli->arena, &list, &n, &cli->err) != ST_OK || !n)
			return error_set(&cli->err, ST_NOT_FOUND, _("“%s” is no delivery of this webhook."), argv[i]), cli_fail(cli);
	}
	if (argc && strcmp(argv[0], "failed") != 0)
		return each_job(cli, argc, argv, job_retry);
	if (!argc)
		return cli_usage(cli, "webhooks redeliver WEBHOOK JOB…|failed");
	int64_t all = 0;
	do { /* what is sent again is no longer listed */
		if (jobs_list(cli->core, &(struct job_filter){.state = "undelivered", .record = &r->id}, MOST, cli->arena, &list, &n, &cli->err) != ST_OK)
			return cli_fail(cli);
		for (int i = 0; i < n; i++, all++)
			if (job_retry(cli->core, list[i].num, &cli->err) != ST_OK)
				return cli_fail(cli);
	} while (n == MOST);
	(void)printf(i18n_plural("%lld delivery is sent again.\n", "%lld deliveries are sent again.\n", (long)all), (long long)all);
	return 0;
}

int cli_webhook(struct cli *cli, const char *verb, int argc, char **argv)
{
	const char *state = cli_option(&argc, argv, "state");
	struct core *c = cli_core(cli);
	if (strcmp(verb, "events") == 0)
		return list_events(cli);
	if (state && !is_state(state))
		return cli_usage(cli, states);
	if (!c || argc < 1)
		return c ? cli_usage(cli, arena_printf(cli->arena, "webhooks %s WEBHOOK", verb)) : cli_fail(cli);
	const struct record *r = cli_find_one(cli, c, model_entity(c->model, "webhooks"), argv[0]);
	if (!r)
		return cli_fail(cli);
	if (strcmp(verb, "test") == 0)
		return test_webhook(cli, r);
	if (strcmp(verb, "secret") == 0)
		return new_secret(cli, r);
	if (strcmp(verb, "deliveries") == 0)
		return print_jobs(cli, &(struct job_filter){.kind = "webhook", .record = &r->id, .state = state});
	return redeliver(cli, r, argc - 1, argv + 1);
}
