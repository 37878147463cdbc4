#include "tui/cli/mail.h"

#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/crm/store.h"
#include "core/helper/helper.h"
#include "core/helper/queue.h"
#include "core/mail/outbox.h"
#include "tui/cli/output.h"

enum { BODY_MAX = 1 << 20, WAIT_MS = 30 * 1000 };

/* "C-12", a name, or an address that nobody in the book has. */
static bool recipient(struct cli *cli, const char *word, struct mail_address *out, struct id *contact)
{
	struct core *c = cli->core;
	const struct entity *e = model_entity(c->model, "contacts");
	struct error err = {0};
	struct record *r;
	struct id id;
	enum status st = store_find(c, e, word, &id, &err);
	if (st == ST_OK)
		st = store_load(c, e, &id, cli->arena, &r, &err);
	if (st == ST_OK) {
		const char *typed = strchr(word, '@') ? word : record_text(r, "email");
		*out = (struct mail_address){store_title(c, e, &id, cli->arena), typed};
		if (id_is_nil(contact))
			*contact = id;
		if (out->email)
			return true;
		error_set(&cli->err, ST_INVALID, _("%s has no mail address."), out->name);
		return false;
	}
	*out = (struct mail_address){NULL, word};
	if (strchr(word, '@') && st == ST_NOT_FOUND)
		return true;
	cli->err = err;
	return false;
}

static char *read_body(struct cli *cli)
{
	struct buf b = {0};
	char piece[4096];
	ssize_t n;
	if (isatty(STDIN_FILENO))
		(void)fprintf(stderr, "%s\n", _("Type the mail; Ctrl-D on a line of its own ends it."));
	while (b.len < BODY_MAX && (n = read(STDIN_FILENO, piece, sizeof piece)) > 0)
		buf_add(&b, piece, (size_t)n);
	char *out = arena_strdup(cli->arena, buf_str(&b));
	buf_free(&b);
	return out;
}

static int report(struct cli *cli, int64_t job)
{
	struct job_row *list;
	int n = 0;
	struct arena *a = cli->arena;
	/* a rep may not look into the queue; its own mail's fate is told by its activity */
	if (jobs_list(cli->core, &(struct job_filter){.num = job}, 1, a, &list, &n, NULL) != ST_OK || n == 0) {
		(void)printf("%s\n", _("It is in the outbox."));
		return 0;
	}
	bool lost = strcmp(list->state, "failed") == 0 || strcmp(list->state, "dead") == 0;
	if (cli_json(cli)) {
		struct output_json o;
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_int(&o, "job", job);
		output_json_text(&o, "state", list->state);
		output_json_text(&o, "error", *list->error ? list->error : NULL);
		json_object_end(&o.w);
		output_json_end(&o);
	} else if (strcmp(list->state, "done") == 0) {
		(void)printf("%s\n", _("Sent."));
	} else if (lost) {
		(void)fprintf(stderr, _("Not sent (job %lld). %s\n"), (long long)job, list->error);
	} else {
		(void)printf(_("In the outbox (job %lld)."), (long long)job);
		(void)printf("%s%s\n", *list->error ? " " : "", list->error);
	}
	return lost ? 1 : 0;
}

static int send_mail(struct cli *cli, int argc, char **argv, const char *subject, bool later)
{
	struct core *c = cli_core(cli);
	struct mail_address *to = arena_alloc(cli->arena, (size_t)argc * sizeof *to);
	struct id contact = {{0}};
	int64_t job = 0, done = 0, failed = 0;
	if (!c)
		return cli_fail(cli);
	for (int i = 0; i < argc; i++)
		if (!recipient(cli, argv[i], &to[i], &contact))
			return cli_fail(cli);
	struct mail m = {.to = {to, (size_t)argc}, .subject = subject ? subject : "", .text = read_body(cli)};
	if (outbox_add(c, &m, &contact, &job, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (!later && helper_run_once(c, WAIT_MS, &done, &failed, &cli->err) != ST_OK)
		return cli_fail(cli);
	return report(cli, job);
}

int cli_mail(struct cli *cli, int argc, char **argv)
{
	const char *subject = cli_option(&argc, argv, "subject");
	bool later = cli_flag(&argc, argv, "later");
	if (argc >= 2 && strcmp(argv[0], "send") == 0)
		return send_mail(cli, argc - 1, argv + 1, subject, later);
	return cli_usage(cli, "mail send CONTACT|ADDRESS… [--subject S] [--later] < text");
}
