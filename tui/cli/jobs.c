#include "tui/cli/jobs.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/helper/helper.h"
#include "core/helper/queue.h"
#include "core/security/access.h"
#include "tui/cli/output.h"
#include "tui/cli/rows_print.h"

enum { MOST = 200 };

bool cli_job_number(const char *s, int64_t *out)
{
	char *end;
	*out = strtoll(s, &end, 10);
	return *s && !*end && *out > 0;
}

/* Lists */

int cli_print_jobs(struct cli *cli, const struct job_filter *f)
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
	int code = cli_print_jobs(cli, &(struct job_filter){.num = num});
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
	if (seconds && !cli_job_number(seconds, &limit))
		return cli_usage(cli, "jobs run [--until-idle] [--seconds N]");
	if (!c || access_check_admin(c, &cli->err) != ST_OK || helper_run_once(c, limit * 1000, &done, &failed, &cli->err) != ST_OK)
		return cli_fail(cli);
	return report_run(cli, done, failed);
}

int cli_each_job(struct cli *cli, int argc, char **argv, enum status (*fn)(struct core *, int64_t, struct error *))
{
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	for (int i = 0; i < argc; i++) {
		int64_t num;
		if (!cli_job_number(argv[i], &num))
			return error_set(&cli->err, ST_USAGE, _("“%s” is no number of a job."), argv[i]), cli_fail(cli);
		if (fn(c, num, &cli->err) != ST_OK)
			return cli_fail(cli);
	}
	return 0;
}

const char cli_job_states[] = "jobs list --state open|bad|undelivered|pending|running|waiting|done|failed|dead|cancelled";

/* One of the words behind --state. */
bool cli_is_job_state(const char *word)
{
	return cli_is_one_of(word, strstr(cli_job_states, "open"));
}

int cli_jobs(struct cli *cli, int argc, char **argv)
{
	const char *state = cli_option(&argc, argv, "state"), *seconds = cli_option(&argc, argv, "seconds");
	(void)cli_flag(&argc, argv, "until-idle"); /* what run does anyhow */
	const char *verb = argc ? argv[0] : "list";
	int64_t num;
	if (state && !cli_is_job_state(state))
		return cli_usage(cli, cli_job_states);
	if (argc <= 1 && strcmp(verb, "list") == 0)
		return cli_print_jobs(cli, &(struct job_filter){.state = state});
	if (argc == 2 && strcmp(verb, "show") == 0 && cli_job_number(argv[1], &num))
		return show_job(cli, num);
	if (argc == 1 && strcmp(verb, "run") == 0)
		return run_jobs(cli, seconds);
	if (argc >= 2 && strcmp(verb, "retry") == 0)
		return cli_each_job(cli, argc - 1, argv + 1, job_retry);
	if (argc >= 2 && strcmp(verb, "cancel") == 0)
		return cli_each_job(cli, argc - 1, argv + 1, job_cancel);
	return cli_usage(cli, "jobs list [--state open|bad|waiting|done|failed|dead|cancelled] | show JOB | run [--seconds N] | retry JOB… | cancel JOB…");
}
