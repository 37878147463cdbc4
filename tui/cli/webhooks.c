#include "tui/cli/webhooks.h"

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
#include "tui/cli/jobs.h"
#include "tui/cli/output.h"
#include "tui/cli/rows_print.h"

enum { MOST = 200, TEST_MS = 40 * 1000 };

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
	char reference[24];
	(void)printf("%s\n", secret);
	(void)fprintf(stderr, "%s: ", record_reference(r->entity, r->num, reference));
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
	int n, code = cli_print_jobs(cli, &(struct job_filter){.num = job});
	if (code || jobs_list(cli->core, &(struct job_filter){.num = job, .state = "done"}, 1, cli->arena, &list, &n, &cli->err) != ST_OK)
		return code ? code : cli_fail(cli);
	return n ? 0 : 1;
}

/* "12" or "12..40". */
static bool range_of(const char *word, struct arena *a, int64_t *first, int64_t *last)
{
	const char *dots = strstr(word, "..");
	if (!dots)
		return cli_job_number(word, first) && cli_job_number(word, last);
	return cli_job_number(arena_strndup(a, word, (size_t)(dots - word)), first) && cli_job_number(dots + 2, last) && *first <= *last;
}

/* Those of this webhook in the range, the oldest first: they arrive in the order in which they happened. */
static int redeliver_range(struct cli *cli, const struct record *r, int64_t first, int64_t last, int64_t *all)
{
	struct job_row *list;
	int64_t *nums = NULL;
	size_t n_nums = 0, cap = 0;
	int n = MOST, code = 0;
	for (int64_t before = last + 1; n == MOST && before > first; before = list[n - 1].num) {
		if (jobs_list(cli->core, &(struct job_filter){.before = before, .record = &r->id}, MOST, cli->arena, &list, &n, &cli->err) != ST_OK) {
			code = cli_fail(cli);
			break;
		}
		for (int i = 0; i < n && list[i].num >= first; i++) {
			mem_grow(&nums, &cap, n_nums + 1, sizeof *nums);
			nums[n_nums++] = list[i].num;
		}
		if (!n)
			break;
	}
	while (code == 0 && n_nums-- > 0) {
		if (job_retry(cli->core, nums[n_nums], &cli->err) != ST_OK)
			code = cli_fail(cli);
		*all += code == 0;
	}
	free(nums);
	return code;
}

static int redeliver_these(struct cli *cli, const struct record *r, int argc, char **argv)
{
	int64_t first = 0, last = 0, all = 0;
	for (int i = 0; i < argc; i++) {
		int64_t before = all;
		int code = range_of(argv[i], cli->arena, &first, &last) ? redeliver_range(cli, r, first, last, &all) : 0;
		if (code)
			return code;
		if (all == before)
			return error_set(&cli->err, ST_NOT_FOUND, _("“%s” is no delivery of this webhook."), argv[i]), cli_fail(cli);
	}
	(void)printf(i18n_plural("%lld delivery is sent again.\n", "%lld deliveries are sent again.\n", (long)all), (long long)all);
	return 0;
}

static int redeliver(struct cli *cli, const struct record *r, int argc, char **argv)
{
	struct job_row *list;
	int n;
	if (argc && strcmp(argv[0], "failed") != 0)
		return redeliver_these(cli, r, argc, argv);
	if (!argc)
		return cli_usage(cli, "webhooks redeliver WEBHOOK JOB…|FIRST..LAST|failed");
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
	const char *state = cli_option(&argc, argv, "state"), *before = cli_option(&argc, argv, "before");
	int64_t below = 0;
	struct core *c = cli_core(cli);
	if (before && !cli_job_number(before, &below))
		return cli_usage(cli, "webhooks deliveries WEBHOOK [--state S] [--before JOB]");
	if (strcmp(verb, "events") == 0)
		return list_events(cli);
	if (state && !cli_is_job_state(state))
		return cli_usage(cli, cli_job_states);
	if (!c || argc < 1)
		return c ? cli_usage(cli, arena_printf(cli->arena, "webhooks %s WEBHOOK%s", verb, strcmp(verb, "redeliver") == 0 ? " JOB…|FIRST..LAST|failed" : strcmp(verb, "deliveries") == 0 ? " [--state S] [--before JOB]" : ""))
			 : cli_fail(cli);
	const struct record *r = cli_find_one(cli, c, model_entity(c->model, "webhooks"), argv[0]);
	if (!r)
		return cli_fail(cli);
	if (strcmp(verb, "test") == 0)
		return test_webhook(cli, r);
	if (strcmp(verb, "secret") == 0)
		return new_secret(cli, r);
	if (strcmp(verb, "deliveries") == 0)
		return cli_print_jobs(cli, &(struct job_filter){.record = &r->id, .state = state, .before = below});
	return redeliver(cli, r, argc - 1, argv + 1);
}
