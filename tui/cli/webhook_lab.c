#include "tui/cli/webhook_lab.h"

#include <stdlib.h>
#include <string.h>

#include "core/automation/delivery.h"
#include "core/automation/webhook.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/json_diff.h"
#include "core/base/text.h"
#include "core/security/access.h"
#include "core/security/environment.h"
#include "tui/cli/output.h"
#include "tui/cli/rows_print.h"

static const char replay_usage[] = "webhooks replay JOB|FILE --to URL [--webhook WEBHOOK | --secret-file FILE]";
static const char diff_usage[] = "webhooks diff JOB|FILE JOB|FILE";

/* What the verbs share */

bool lab_refuses_options(struct cli *cli, int argc, char **argv, const char *usage)
{
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) != 0)
			continue;
		if (strcmp(argv[i], "--secret") == 0 || strncmp(argv[i], "--secret=", 9) == 0) {
			error_set(&cli->err, ST_USAGE, _("A secret is not taken from the command line, where everybody on this machine sees it."));
			error_hint(&cli->err, _("Put it into SIMPLIX_WEBHOOK_SECRET, or into a file: --secret-file FILE"));
		} else {
			error_set(&cli->err, ST_USAGE, _("“%s” is no option here, or lacks its value."), argv[i]);
			error_hint(&cli->err, _("Usage: simplix %s"), usage);
		}
		return true;
	}
	return false;
}

static bool read_secret_file(struct cli *cli, const char *path, char *line, int size)
{
	FILE *f = fopen(path, "re");
	bool got = f && fgets(line, size, f);
	if (f)
		(void)fclose(f);
	if (!got) {
		error_set(&cli->err, f ? ST_INVALID : ST_NOT_FOUND, _("No secret can be read from %s."), path);
		error_hint(&cli->err, _("Its first line is the secret: whsec_…"));
	}
	line[got ? strcspn(line, "\r\n") : 0] = '\0';
	return got;
}

bool lab_secret(struct cli *cli, const char *file, char **out)
{
	char line[256] = "";
	const char *set = environment_get("SIMPLIX_WEBHOOK_SECRET");
	if (file && !read_secret_file(cli, file, line, sizeof line))
		return false;
	char *secret = file ? arena_strdup(cli->arena, line) : arena_strdup(cli->arena, set);
	crypto_wipe(line, sizeof line);
	if (secret && !webhook_is_secret(secret)) {
		error_set(&cli->err, ST_INVALID, _("What %s holds is no secret of a webhook."), file ? file : "SIMPLIX_WEBHOOK_SECRET");
		error_hint(&cli->err, _("It is whsec_ and base64, as simplix webhooks add or simplix webhooks secret printed it."));
		crypto_wipe(secret, strlen(secret));
		return false;
	}
	*out = secret;
	return true;
}

const struct record *lab_webhook(struct cli *cli, const char *word)
{
	struct core *c = cli_core(cli);
	if (!c || access_check_admin(c, &cli->err) != ST_OK)
		return NULL;
	return cli_find_one(cli, c, model_entity(c->model, "webhooks"), word);
}

/* The number of a job, or the path of a file ("./12" where it is called that). */
static bool load(struct cli *cli, const char *word, struct delivery *out)
{
	bool job = *word && strspn(word, "0123456789") == strlen(word);
	if (!job)
		return delivery_of_file(word, cli->arena, out, &cli->err) == ST_OK;
	struct core *c = cli_core(cli);
	return c && delivery_of_job(c, strtoll(word, NULL, 10), cli->arena, out, &cli->err) == ST_OK;
}

/* Replay */

static void print_excerpt(struct cli *cli, const struct http_answer *answer)
{
	enum { EXCERPT = 1000 };
	const char *said = text_trim(cli->arena, arena_strndup(cli->arena, answer->body, answer->body_n < EXCERPT ? answer->body_n : EXCERPT));
	if (!*said)
		return;
	print_clean(cli, stdout, said);
	(void)putchar('\n');
}

static int report_replay(struct cli *cli, const char *url, const struct delivery *d, const struct http_answer *answer)
{
	bool answered = answer->end == HTTP_ANSWERED, good = answered && answer->status >= 200 && answer->status < 300;
	if (cli_json(cli)) {
		struct output_json o;
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_text(&o, "id", d->id);
		output_json_text(&o, "url", url);
		output_json_int(&o, "status", answer->status);
		output_json_int(&o, "latency_ms", answer->latency_ms);
		output_json_text(&o, "error", answered ? NULL : answer->error);
		json_key(&o.w, "response");
		json_strn(&o.w, answer->body, answer->body_n);
		json_object_end(&o.w);
		output_json_end(&o);
		return good ? 0 : 1;
	}
	print_clean(cli, stdout, arena_printf(cli->arena, _("%s was sent to %s."), d->id, url));
	(void)putchar('\n');
	if (answered)
		(void)printf(_("It answered %d after %d ms.\n"), answer->status, answer->latency_ms);
	else
		print_clean(cli, stdout, arena_printf(cli->arena, _("No answer. %s\n"), answer->error));
	print_excerpt(cli, answer);
	return good ? 0 : 1;
}

static bool sign(struct cli *cli, const struct delivery *d, const char *webhook, const char *file, const char *const **headers)
{
	const struct record *r = webhook ? lab_webhook(cli, webhook) : NULL;
	const struct id *id = r ? &r->id : &d->webhook;
	char *secret = NULL;
	if (webhook && !r)
		return false;
	if (r || (!file && !id_is_nil(id)))
		return webhook_headers_own(cli->core, id, d->id, d->body, d->n, cli->arena, headers, &cli->err) == ST_OK;
	if (!lab_secret(cli, file, &secret))
		return false;
	if (secret) {
		*headers = webhook_headers(cli->arena, secret, d->id, d->body, d->n);
		crypto_wipe(secret, strlen(secret));
		return true;
	}
	error_set(&cli->err, ST_USAGE, _("There is no secret to sign with."));
	error_hint(&cli->err, _("Name the webhook whose secret signs, --webhook W-1, or put a secret into SIMPLIX_WEBHOOK_SECRET or a file: --secret-file FILE"));
	return false;
}

static int replay(struct cli *cli, int argc, char **argv)
{
	const char *url = cli_option(&argc, argv, "to"), *webhook = cli_option(&argc, argv, "webhook"), *file = cli_option(&argc, argv, "secret-file");
	const char *const *headers;
	struct delivery d;
	struct http_answer answer;
	if (lab_refuses_options(cli, argc, argv, replay_usage))
		return cli_fail(cli);
	if (argc != 1 || !url || (webhook && file))
		return cli_usage(cli, replay_usage);
	if (!load(cli, argv[0], &d))
		return cli_fail(cli);
	if (!d.id)
		return error_set(&cli->err, ST_INVALID, _("%s names no id, so it was no delivery."), argv[0]), cli_fail(cli);
	if (d.n > WEBHOOK_BODY_MAX)
		return error_set(&cli->err, ST_LIMIT, _("The event is larger than %d kB."), WEBHOOK_BODY_MAX / 1024), cli_fail(cli);
	if (!sign(cli, &d, webhook, file, &headers) || delivery_send(url, headers, &d, cli->arena, &answer, &cli->err) != ST_OK)
		return cli_fail(cli);
	return report_replay(cli, url, &d, &answer);
}

/* Diff */

static void diff_json(struct cli *cli, const struct json_change *list, size_t n)
{
	struct output_json o;
	output_json_begin(&o, cli);
	json_array(&o.w);
	for (size_t i = 0; i < n; i++) {
		json_object(&o.w);
		output_json_text(&o, "path", list[i].path);
		output_json_text(&o, "change", !list[i].old ? "added" : !list[i].now ? "removed" : "changed");
		json_key(&o.w, "old");
		json_raw(&o.w, list[i].old ? list[i].old : "null");
		json_key(&o.w, "new");
		json_raw(&o.w, list[i].now ? list[i].now : "null");
		json_object_end(&o.w);
	}
	json_array_end(&o.w);
	output_json_end(&o);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash && slash[1] ? slash + 1 : path;
}

static void diff_table(struct cli *cli, char **names, const struct json_change *list, size_t n)
{
	const struct column columns[] = {{NULL, _("Field"), 't'}, {NULL, _("Change"), 't'}, {NULL, last_part(names[0]), 't'}, {NULL, last_part(names[1]), 't'}};
	enum { N = sizeof columns / sizeof *columns };
	struct cell *cells = arena_alloc(cli->arena, (n + 1) * N * sizeof *cells);
	for (size_t i = 0; i < n; i++) {
		cells[i * N] = (struct cell){*list[i].path ? list[i].path : _("(all of it)"), 0};
		cells[i * N + 1] = (struct cell){!list[i].old ? _("added") : !list[i].now ? _("removed") : _("changed"), 0};
		cells[i * N + 2] = (struct cell){list[i].old, 0};
		cells[i * N + 3] = (struct cell){list[i].now, 0};
	}
	rows_print(cli, columns, N, cells, (int)n);
}

static int diff(struct cli *cli, int argc, char **argv)
{
	struct delivery d[2];
	struct cJSON *doc[2] = {NULL, NULL};
	struct json_change *list;
	size_t n = 0;
	if (lab_refuses_options(cli, argc, argv, diff_usage))
		return cli_fail(cli);
	if (argc != 2)
		return cli_usage(cli, diff_usage);
	for (int i = 0; i < 2; i++) {
		struct error why = {0};
		if (!load(cli, argv[i], &d[i]))
			break;
		if (json_parse(d[i].body, d[i].n, &doc[i], &why) != ST_OK) {
			error_set(&cli->err, ST_INVALID, _("The body of %s cannot be compared. %s"), argv[i], why.message);
			break;
		}
	}
	if (cli->err.code == ST_OK)
		json_diff(doc[0], doc[1], cli->arena, &list, &n);
	json_free(&doc[0]);
	json_free(&doc[1]);
	if (cli->err.code != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli))
		diff_json(cli, list, n);
	else if (n)
		diff_table(cli, argv, list, n);
	else
		(void)printf("%s\n", _("No difference."));
	return n ? 1 : 0;
}

int cli_webhook_lab(struct cli *cli, const char *verb, int argc, char **argv)
{
	if (strcmp(verb, "listen") == 0)
		return cli_webhook_listen(cli, argc, argv);
	if (argc && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)) {
		(void)printf(_("Usage: simplix %s"), *verb == 'r' ? replay_usage : diff_usage);
		(void)putchar('\n');
		return 0;
	}
	return *verb == 'r' ? replay(cli, argc, argv) : diff(cli, argc, argv);
}
