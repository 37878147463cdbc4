#include "tui/cli/webhooks.h"

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
	int n, code = cli_print_jobs(cli, &(struct job_filter){.num = job});
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
		if (!cli_job_number(argv[i], &num) || jobs_list(cli->core, &(struct job_filter){.num = num, .record = &r->id}, 1, cli->arena, &list, &n, &cli->err) != ST_OK || !n)
			return error_set(&cli->err, ST_NOT_FOUND, _("“%s” is no delivery of this webhook."), argv[i]), cli_fail(cli);
	}
	if (argc && strcmp(argv[0], "failed") != 0)
		return cli_each_job(cli, argc, argv, job_retry);
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
	if (state && !cli_is_job_state(state))
		return cli_usage(cli, cli_job_states);
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
		return cli_print_jobs(cli, &(struct job_filter){.kind = "webhook", .record = &r->id, .state = state});
	return redeliver(cli, r, argc - 1, argv + 1);
}
