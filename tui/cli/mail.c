#include "tui/cli/mail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/crm/store.h"
#include "core/helper/helper.h"
#include "core/helper/queue.h"
#include "core/mail/draft.h"
#include "core/mail/outbox.h"
#include "core/mail/reports.h"
#include "core/security/access.h"
#include "tui/cli/output.h"

enum { BODY_MAX = 1 << 20, WAIT_MS = 30 * 1000 };

struct options {
	const char *subject, *from, *cc, *bcc, *template, *html, *deal;
	const char *files; /* as draft_files() takes them */
	bool later, anyway, unsigned_;
};

static const char usage_send[] = "mail send CONTACT|ADDRESS… [--subject S] [--template T] [--from SENDER] [--cc …] [--bcc …] [--attach FILE]… [--html FILE] "
				 "[--deal D] [--anyway] [--no-signature] [--later] < text";
static const char usage_events[] = "mail events FILE|- --service sendgrid|mailgun|ses|dsn";
static const char usage_preview[] = "mail preview TEMPLATE [CONTACT] [--deal D]";

/* Input */

/* ST_LIMIT rather than a mail that ends in the middle. */
static char *read_all(struct cli *cli, int fd, bool text)
{
	struct buf b = {0};
	char piece[4096];
	ssize_t n;
	while (b.len <= BODY_MAX && (n = read(fd, piece, sizeof piece)) > 0)
		buf_add(&b, piece, (size_t)n);
	char *out = NULL;
	if (b.len > BODY_MAX)
		error_set(&cli->err, ST_LIMIT, _("That is too long: at most %d kB."), BODY_MAX / 1024);
	else if (text && b.len && (memchr(b.data, 0, b.len) || !text_is_utf8(b.data, b.len)))
		error_set(&cli->err, ST_INVALID, _("That is not UTF-8 text."));
	else
		out = arena_strdup(cli->arena, buf_str(&b));
	buf_free(&b);
	return out;
}

static char *read_body(struct cli *cli)
{
	if (isatty(STDIN_FILENO))
		(void)fprintf(stderr, "%s\n", _("Type the mail; Ctrl-D on a line of its own ends it."));
	return read_all(cli, STDIN_FILENO, true);
}

static bool read_html(struct cli *cli, const char *path, const char **out)
{
	const struct mail_part *part;
	size_t n = 0;
	if (draft_files(arena_printf(cli->arena, "\"%s\"", path), cli->arena, &part, &n, &cli->err) != ST_OK || n != 1)
		return false;
	if (memchr(part->data, 0, part->n) || !text_is_utf8(part->data, part->n))
		return error_set(&cli->err, ST_INVALID, _("That is not UTF-8 text.")), false;
	*out = arena_strndup(cli->arena, part->data, part->n);
	return true;
}

/* The words of the command line as one list: names hold blanks, not commas. */
static const char *joined(struct cli *cli, int argc, char **argv)
{
	struct buf b = {0};
	for (int i = 0; i < argc; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", argv[i]);
	const char *out = arena_strdup(cli->arena, buf_str(&b));
	buf_free(&b);
	return out;
}

static bool find_links(struct cli *cli, const struct options *o, struct draft_links *links)
{
	struct core *c = cli->core;
	if (!o->deal)
		return true;
	const struct record *deal = cli_find_one(cli, c, model_entity(c->model, "deals"), o->deal);
	if (!deal || draft_about(c, deal->entity, &deal->id, cli->arena, links, &cli->err) != ST_OK)
		return false;
	return true;
}

static bool fill_template(struct cli *cli, const char *name, const struct draft_links *links, const struct identity *who, struct draft_texts *out)
{
	struct core *c = cli->core;
	const struct record *r = cli_find_one(cli, c, model_entity(c->model, "templates"), name);
	return r && draft_template(c, &r->id, links, who, cli->arena, out, &cli->err) == ST_OK;
}

/* Sending */

const char *cli_mail_state(struct cli *cli, const struct id *activity)
{
	struct record *r;
	struct core *c = cli->core;
	if (whole_load(c, model_entity(c->model, "activities"), activity, cli->arena, &r, NULL) != ST_OK || record_null(r, "mail_state"))
		return "";
	return record_text(r, "mail_state");
}

int cli_mail_report(struct cli *cli, int64_t job, const struct id *activity, bool send)
{
	struct record *r;
	struct core *c = cli->core;
	int64_t done = 0, failed = 0;
	if ((send && helper_run_once(c, WAIT_MS, &done, &failed, &cli->err) != ST_OK) || whole_load(c, model_entity(c->model, "activities"), activity, cli->arena, &r, &cli->err) != ST_OK)
		return cli_fail(cli);
	char ref[24];
	/* one's own mail: told whatever fields a role hides */
	const char *state = record_text(r, "mail_state") ? record_text(r, "mail_state") : "", *note = record_text(r, "mail_note") ? record_text(r, "mail_note") : "";
	bool lost = strcmp(state, "failed") == 0 || strcmp(state, "bounced") == 0, sent = strcmp(state, "sent") == 0;
	(void)record_reference(r->entity, r->num, ref);
	if (cli_json(cli)) {
		struct output_json o;
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_text(&o, "activity", ref);
		output_json_int(&o, "job", job);
		output_json_text(&o, "state", state);
		output_json_text(&o, "error", *note ? note : NULL);
		json_object_end(&o.w);
		output_json_end(&o);
	} else if (sent) {
		(void)printf(_("Sent (%s).\n"), ref);
	} else if (lost) {
		(void)fprintf(stderr, _("Not sent (%s). %s\n"), ref, note);
	} else {
		(void)printf(_("In the outbox (%s)."), ref);
		(void)printf("%s%s\n", *note ? " " : "", note);
	}
	return lost ? 1 : 0;
}

/* Subject and texts: a template's, what stands on standard input, or both. */
static bool compose(struct cli *cli, const struct options *o, struct draft_links *links, struct outgoing *out)
{
	struct identity who;
	struct draft_texts t = {.subject = "", .text = NULL, .missing = ""};
	struct mail *m = &out->mail;
	if (identity_find(cli->core, o->from, cli->arena, &who, &cli->err) != ST_OK || (o->template && !fill_template(cli, o->template, links, &who, &t)))
		return false;
	if (*t.missing && !out->anyway) {
		error_set(&cli->err, ST_CONFLICT, _("The template has no value for: %s."), t.missing);
		error_hint(&cli->err, _("Fill the fields in, give the variables a fallback ({{first_name | there}}), or send --anyway."));
		return false;
	}
	m->subject = o->subject ? o->subject : t.subject;
	m->html = t.html;
	if (o->html && !read_html(cli, o->html, &m->html))
		return false;
	m->text = t.text ? t.text : m->html ? "" : read_body(cli);
	if (!m->text)
		return false;
	if (!o->unsigned_ && *m->text)
		m->text = identity_sign(&who, m->text, cli->arena);
	return draft_files(o->files, cli->arena, &m->parts, &m->parts_n, &cli->err) == ST_OK;
}

static int send_mail(struct cli *cli, int argc, char **argv, const struct options *o)
{
	struct core *c = cli_core(cli);
	struct outgoing out = {.sender = o->from, .anyway = o->anyway};
	struct draft_links links = {.to = ""};
	struct id activity;
	int64_t job = 0;
	struct mail *m = &out.mail;
	if (!c || !find_links(cli, o, &links))
		return cli_fail(cli);
	out.contact = links.contact;
	if (draft_people(c, joined(cli, argc, argv), "to", cli->arena, &m->to, &out.contact, &cli->err) != ST_OK ||
		draft_people(c, o->cc, "cc", cli->arena, &m->cc, &(struct id){{1}}, &cli->err) != ST_OK ||
		draft_people(c, o->bcc, "bcc", cli->arena, &m->bcc, &(struct id){{1}}, &cli->err) != ST_OK)
		return cli_fail(cli);
	links.contact = out.contact;
	out.company = links.company;
	out.deal = links.deal;
	if (!compose(cli, o, &links, &out))
		return cli_fail(cli);
	if (outbox_add(c, &out, &activity, &job, &cli->err) != ST_OK) {
		if (cli->err.code == ST_CONFLICT && !*cli->err.hint)
			error_hint(&cli->err, _("To send it all the same: --anyway"));
		return cli_fail(cli);
	}
	return cli_mail_report(cli, job, &activity, !o->later);
}

/* What a template makes of somebody, before anything is sent. */
static int preview(struct cli *cli, int argc, char **argv, const struct options *o)
{
	struct core *c = cli_core(cli);
	struct draft_links links = {.to = ""};
	struct draft_texts t;
	struct identity who = {.name = NULL};
	if (!c || !find_links(cli, o, &links))
		return cli_fail(cli);
	if (argc > 1) {
		const struct record *r = cli_find_one(cli, c, model_entity(c->model, "contacts"), argv[1]);
		if (!r)
			return cli_fail(cli);
		links.contact = r->id;
	}
	(void)identity_find(c, o->from, cli->arena, &who, NULL);
	if (!fill_template(cli, argv[0], &links, &who, &t))
		return cli_fail(cli);
	if (cli_json(cli)) {
		struct output_json out;
		output_json_begin(&out, cli);
		json_object(&out.w);
		output_json_text(&out, "subject", t.subject);
		output_json_text(&out, "body_text", t.text);
		output_json_text(&out, "body_html", t.html);
		output_json_text(&out, "missing", *t.missing ? t.missing : NULL);
		json_object_end(&out.w);
		output_json_end(&out);
	} else {
		(void)printf("%s\n\n%s\n", text_clean(cli->arena, t.subject), text_clean_lines(cli->arena, t.text));
		if (*t.missing)
			(void)fprintf(stderr, _("The template has no value for: %s.\n"), t.missing);
	}
	return 0;
}

/* What a service or a mail server reports, from a file or standard input: a receiver of its webhook, or a mail filter, hands it over. */
static int take_events(struct cli *cli, const char *service, const char *path)
{
	struct core *c = cli_core(cli);
	struct mail_event *list;
	int n = 0, fresh = 0;
	if (!service)
		return cli_usage(cli, usage_events);
	if (!c || access_check_admin(c, &cli->err) != ST_OK)
		return cli_fail(cli);
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set(&cli->err, ST_NOT_FOUND, _("%s cannot be read: %s"), path, error_system(errno)), cli_fail(cli);
	char *text = read_all(cli, fd, strcmp(service, "dsn") != 0); /* mail may be in any character set */
	if (fd != STDIN_FILENO)
		close(fd);
	if (!text || mail_report_read(service, NULL, text, strlen(text), cli->arena, &list, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (mail_events_record(c, list, (size_t)n, &fresh, &cli->err) != ST_OK)
		return cli_fail(cli);
	(void)printf(_("Events: %d, new: %d.\n"), n, fresh);
	return 0;
}

/* --attach may be said several times. */
static const char *files_of(struct cli *cli, int *argc, char **argv)
{
	struct buf b = {0};
	for (const char *file; (file = cli_option(argc, argv, "attach"));)
		buf_printf(&b, "%s\"%s\"", b.len ? ", " : "", file);
	const char *out = b.len ? arena_strdup(cli->arena, buf_str(&b)) : NULL;
	buf_free(&b);
	return out;
}

int cli_mail(struct cli *cli, int argc, char **argv)
{
	if (cli_flag(&argc, argv, "help") || (argc && strcmp(argv[argc - 1], "-h") == 0)) {
		(void)printf(_("Usage: simplix %s"), usage_send);
		(void)printf("\n       simplix %s\n       simplix %s\n", usage_preview, usage_events);
		return 0;
	}
	struct options o = {.subject = cli_option(&argc, argv, "subject"), .from = cli_option(&argc, argv, "from"), .cc = cli_option(&argc, argv, "cc"),
		.bcc = cli_option(&argc, argv, "bcc"), .template = cli_option(&argc, argv, "template"), .html = cli_option(&argc, argv, "html"),
		.deal = cli_option(&argc, argv, "deal"), .files = files_of(cli, &argc, argv)};
	const char *service = cli_option(&argc, argv, "service");
	o.later = cli_flag(&argc, argv, "later");
	o.anyway = cli_flag(&argc, argv, "anyway");
	o.unsigned_ = cli_flag(&argc, argv, "no-signature");
	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], "--", 2) == 0)
			return error_set(&cli->err, ST_USAGE, _("“%s” is no option here, or lacks its value."), argv[i]), cli_fail(cli);
	if (argc >= 2 && strcmp(argv[0], "send") == 0)
		return send_mail(cli, argc - 1, argv + 1, &o);
	if ((argc == 2 || argc == 3) && strcmp(argv[0], "preview") == 0)
		return preview(cli, argc - 1, argv + 1, &o);
	if (argc == 2 && strcmp(argv[0], "events") == 0)
		return take_events(cli, service, argv[1]);
	return cli_usage(cli, arena_printf(cli->arena, "%s\n       simplix %s\n       simplix %s", usage_send, usage_preview, usage_events));
}
