/* simplix quotes …, invoices …: from a deal to a document that is sent. Money that comes is in billing_money.c. */
#include "tui/cli/billing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/billing/billing.h"
#include "core/billing/issue.h"
#include "core/billing/post.h"
#include "core/crm/store.h"
#include "core/helper/helper.h"
#include "tui/cli/output.h"

enum { WAIT_MS = 30 * 1000 };

static const char usage_quote[] = "quotes from-deal DEAL | revise QUOTE | send QUOTE [--to ADDRESS] [--no-mail] [--later] | accept QUOTE [--by NAME] | decline QUOTE [--reason WHY]\n"
				  "       simplix quotes invoice QUOTE [--deposit PERCENT] | pdf QUOTE [--out FILE|-]";
static const char usage_invoice[] = "invoices from-deal DEAL | from-quote QUOTE | issue INVOICE… | send INVOICE [--to ADDRESS] [--no-mail] [--later]\n"
				    "       simplix invoices pay INVOICE [AMOUNT] [--method transfer|cash|cheque|card|other] [--reference R] [--on DATE] [--overpayment]\n"
				    "       simplix invoices charge INVOICE [AMOUNT] [--wait [SECONDS]] [--qr] | credit INVOICE [AMOUNT] [--issue] | write-off INVOICE [--reason WHY]\n"
				    "       simplix invoices pdf INVOICE [--out FILE|-] | copy INVOICE | remind INVOICE | remind --due | ageing | verify\n"
				    "       simplix invoices series [lease PREFIX | close PREFIX]";

struct record *cli_billing_one(struct cli *cli, const char *entity, const char *usage, int argc, char **argv, int *code)
{
	if (argc < 1 || argv[0][0] == '-') {
		*code = cli_usage(cli, usage);
		return NULL;
	}
	struct core *c = cli_core(cli);
	struct record *r = c ? cli_find_one(cli, c, model_entity(c->model, entity), argv[0]) : NULL;
	if (!r)
		*code = cli_fail(cli);
	return r;
}

bool cli_billing_amount(struct cli *cli, const char *text, const char *currency, int64_t *out)
{
	char named[4] = "";
	if (money_parse(text, currency, 0, out, named, &cli->err) != ST_OK)
		return false;
	if (*named && strcmp(named, currency) != 0) {
		error_field(&cli->err, ST_INVALID, "currency", _("It is in %s, not in %s."), currency, named);
		return false;
	}
	return true;
}

/* Mail that was put into the outbox, on its way at once unless later. */
static int posted(struct cli *cli, const struct record *r, int64_t job, bool later)
{
	int64_t done = 0, failed = 0;
	if (!later && helper_run_once(cli->core, WAIT_MS, &done, &failed, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli))
		return cli_show_saved(cli, cli->core, r->entity, &r->id);
	(void)printf(failed ? _("In the outbox; it could not be sent yet: simplix jobs list (job %lld).\n") : done ? _("Sent (job %lld).\n") : _("In the outbox (job %lld).\n"), (long long)job);
	return 0;
}

static int pdf(struct cli *cli, const struct record *r, const char *out)
{
	struct buf b = {0};
	const char *name;
	if (billing_pdf(cli->core, r->entity, &r->id, cli->arena, &name, &b, &cli->err) != ST_OK)
		return cli_fail(cli);
	bool stdout_ = out && strcmp(out, "-") == 0;
	const char *path = out ? out : name;
	int fd = stdout_ ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t at = 0;
	while (fd >= 0 && at < b.len) {
		ssize_t n = write(fd, b.data + at, b.len - at);
		if (n <= 0 && errno != EINTR)
			break;
		at += n > 0 ? (size_t)n : 0;
	}
	bool good = fd >= 0 && at == b.len;
	if (fd >= 0 && !stdout_)
		good = close(fd) == 0 && good;
	size_t size = b.len;
	buf_free(&b);
	if (!good) {
		error_set(&cli->err, ST_IO, _("%s could not be written: %s."), path, error_system(errno));
		return cli_fail(cli);
	}
	if (stdout_)
		return 0;
	if (cli_json(cli)) {
		struct output_json o;
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_text(&o, "file", path);
		output_json_int(&o, "bytes", (int64_t)size);
		json_object_end(&o.w);
		output_json_end(&o);
		return 0;
	}
	print_clean(cli, stdout, path);
	(void)putchar('\n');
	return 0;
}

static int made(struct cli *cli, const char *entity, enum status st, const struct id *id)
{
	struct core *c = cli->core;
	return st == ST_OK ? cli_show_saved(cli, c, model_entity(c->model, entity), id) : cli_fail(cli);
}

int cli_quote(struct cli *cli, const char *verb, int argc, char **argv)
{
	const char *to = cli_option(&argc, argv, "to"), *by = cli_option(&argc, argv, "by"), *why = cli_option(&argc, argv, "reason");
	const char *deposit = cli_option(&argc, argv, "deposit"), *out = cli_option(&argc, argv, "out");
	bool no_mail = cli_flag(&argc, argv, "no-mail"), later = cli_flag(&argc, argv, "later");
	bool of_deal = strcmp(verb, "from-deal") == 0;
	int code;
	struct id id;
	int64_t job = 0;
	const struct record *r = cli_billing_one(cli, of_deal ? "deals" : "quotes", usage_quote, argc, argv, &code);
	if (!r)
		return code;
	if (argc > 1)
		return cli_usage(cli, usage_quote);
	struct core *c = cli->core;
	struct error *err = &cli->err;
	if (of_deal)
		return made(cli, "quotes", quote_from_deal(c, &r->id, &id, err), &id);
	if (strcmp(verb, "revise") == 0)
		return made(cli, "quotes", quote_revise(c, &r->id, &id, err), &id);
	if (strcmp(verb, "invoice") == 0)
		return made(cli, "invoices", invoice_from_quote(c, &r->id, deposit, &id, err), &id);
	if (strcmp(verb, "accept") == 0)
		return made(cli, "quotes", quote_accept(c, &r->id, by, err), &r->id);
	if (strcmp(verb, "decline") == 0)
		return made(cli, "quotes", quote_decline(c, &r->id, why, err), &r->id);
	if (strcmp(verb, "pdf") == 0)
		return pdf(cli, r, out);
	if (no_mail)
		return made(cli, "quotes", quote_send(c, &r->id, err), &r->id);
	return post_document(c, r->entity, &r->id, to, &job, err) == ST_OK ? posted(cli, r, job, later) : cli_fail(cli);
}

static int issue(struct cli *cli, int argc, char **argv)
{
	int code = 0;
	for (int i = 0; i < argc || i == 0; i++) {
		const struct record *r = cli_billing_one(cli, "invoices", usage_invoice, argc - i, argv + i, &code);
		if (!r)
			return code;
		if (invoice_issue(cli->core, &r->id, &cli->err) != ST_OK)
			return cli_fail(cli);
		(void)cli_show_saved(cli, cli->core, r->entity, &r->id);
	}
	return 0;
}

static int pay(struct cli *cli, int argc, char **argv)
{
	static const char *const options[] = {"method", "reference", "on", "note"}, *const fields[] = {"method", "reference", "paid_on", "note"};
	const char *given[4];
	struct input list[8];
	int n = 0, code;
	bool over = cli_flag(&argc, argv, "overpayment");
	for (int i = 0; i < 4; i++)
		given[i] = cli_option(&argc, argv, options[i]);
	const struct record *r = cli_billing_one(cli, "invoices", usage_invoice, argc, argv, &code);
	if (!r)
		return code;
	struct core *c = cli->core;
	struct record *p = record_new(cli->arena, model_entity(c->model, "payments"));
	record_put_id(p, "invoice", r->id);
	if (argc > 1) {
		int64_t minor;
		if (argc > 2)
			return cli_usage(cli, usage_invoice);
		char named[4] = "";
		if (money_parse(argv[1], record_text(r, "currency"), 0, &minor, named, &cli->err) != ST_OK)
			return cli_fail(cli);
		record_put_int(p, "amount", minor);
		record_put_text(p, "currency", *named ? named : record_text(r, "currency"));
	}
	for (int i = 0; i < 4; i++)
		if (given[i])
			list[n++] = (struct input){fields[i], given[i]};
	if (over)
		record_put_int(p, "overpayment", 1);
	if (record_set_inputs(c, p, list, n, &cli->err) != ST_OK || store_save(c, p, &cli->err) != ST_OK)
		return cli_fail(cli);
	return cli_show_saved(cli, c, p->entity, &p->id);
}

static int credit(struct cli *cli, int argc, char **argv)
{
	bool now = cli_flag(&argc, argv, "issue");
	int code;
	int64_t amount = 0;
	struct id id;
	const struct record *r = cli_billing_one(cli, "invoices", usage_invoice, argc, argv, &code);
	if (!r)
		return code;
	if (argc > 1 && (!cli_billing_amount(cli, argv[1], record_text(r, "currency"), &amount) || amount <= 0)) {
		if (amount <= 0 && !*cli->err.message)
			error_field(&cli->err, ST_INVALID, "amount", _("An amount is more than nothing."));
		return cli_fail(cli);
	}
	enum status st = credit_note_draft(cli->core, &r->id, amount, &id, &cli->err);
	if (st == ST_OK && now)
		st = invoice_issue(cli->core, &id, &cli->err);
	return made(cli, "invoices", st, &id);
}

static int remind_all(struct cli *cli, bool later)
{
	struct core *c = cli_core(cli);
	struct reminder_due *list;
	int n = 0, sent = 0, failed = 0;
	int64_t changed, job, done, bad;
	if (!c || billing_sweep(c, &changed, &cli->err) != ST_OK || reminders_due(c, cli->arena, &list, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	for (int i = 0; i < n; i++) {
		if (post_reminder(c, &list[i].invoice, NULL, &job, &cli->err) == ST_OK) {
			sent++;
			continue;
		}
		failed++;
		print_clean(cli, stderr, store_title(c, model_entity(c->model, "invoices"), &list[i].invoice, cli->arena));
		(void)fputs(": ", stderr);
		print_clean(cli, stderr, cli->err.message);
		(void)fputc('\n', stderr);
	}
	if (sent && !later && helper_run_once(c, WAIT_MS, &done, &bad, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli)) {
		struct output_json o;
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_int(&o, "due", n);
		output_json_int(&o, "mailed", sent);
		output_json_int(&o, "failed", failed);
		json_object_end(&o.w);
		output_json_end(&o);
	} else {
		(void)printf(_("Reminders due: %d, mailed: %d.\n"), n, sent);
	}
	return failed ? 1 : 0;
}

int cli_invoice(struct cli *cli, const char *verb, int argc, char **argv)
{
	if (strcmp(verb, "charge") == 0)
		return cli_invoice_charge(cli, argc, argv);
	if (strcmp(verb, "series") == 0)
		return cli_invoice_series(cli, argc, argv);
	if (strcmp(verb, "verify") == 0)
		return cli_invoice_verify(cli);
	if (strcmp(verb, "ageing") == 0)
		return cli_invoice_ageing(cli);
	if (strcmp(verb, "issue") == 0)
		return issue(cli, argc, argv);
	if (strcmp(verb, "pay") == 0)
		return pay(cli, argc, argv);
	if (strcmp(verb, "credit") == 0)
		return credit(cli, argc, argv);
	const char *to = cli_option(&argc, argv, "to"), *why = cli_option(&argc, argv, "reason"), *deposit = cli_option(&argc, argv, "deposit"), *out = cli_option(&argc, argv, "out");
	bool no_mail = cli_flag(&argc, argv, "no-mail"), later = cli_flag(&argc, argv, "later");
	if (strcmp(verb, "remind") == 0 && cli_flag(&argc, argv, "due"))
		return remind_all(cli, later);
	const char *of = strcmp(verb, "from-deal") == 0 ? "deals" : strcmp(verb, "from-quote") == 0 ? "quotes" : "invoices";
	int code;
	struct id id;
	int64_t job = 0;
	const struct record *r = cli_billing_one(cli, of, usage_invoice, argc, argv, &code);
	if (!r)
		return code;
	if (argc > 1)
		return cli_usage(cli, usage_invoice);
	struct core *c = cli->core;
	struct error *err = &cli->err;
	if (*of == 'd')
		return made(cli, "invoices", invoice_from_deal(c, &r->id, &id, err), &id);
	if (*of == 'q')
		return made(cli, "invoices", invoice_from_quote(c, &r->id, deposit, &id, err), &id);
	if (strcmp(verb, "copy") == 0)
		return made(cli, "invoices", invoice_copy(c, &r->id, &id, err), &id);
	if (strcmp(verb, "pdf") == 0)
		return pdf(cli, r, out);
	if (strcmp(verb, "write-off") == 0)
		return made(cli, "invoices", invoice_write_off(c, &r->id, why, err), &r->id);
	if (no_mail)
		return made(cli, "invoices", invoice_mark_sent(c, &r->id, err), &r->id);
	enum status st = strcmp(verb, "remind") == 0 ? post_reminder(c, &r->id, to, &job, err) : post_document(c, r->entity, &r->id, to, &job, err);
	return st == ST_OK ? posted(cli, r, job, later) : cli_fail(cli);
}
