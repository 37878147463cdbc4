/* simplix invoices charge, series, verify, ageing; payments …; subscriptions …; billing-accounts …: money, and the books. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/billing/billing.h"
#include "core/billing/figures.h"
#include "core/billing/issue.h"
#include "core/billing/post.h"
#include "core/billing/stripe.h"
#include "core/crm/store.h"
#include "core/helper/helper.h"
#include "core/helper/queue.h"
#include "tui/cli/billing.h"
#include "tui/cli/output.h"
#include "tui/cli/qr_print.h"
#include "tui/cli/rows_print.h"

enum { SETUP_MS = 30 * 1000, WAIT_S = 600, ROUND_MS = 2000 };

static const char usage_charge[] = "invoices charge INVOICE [AMOUNT] [--wait[=SECONDS]] [--qr]";
static const char usage_payment[] = "payments refund PAYMENT [AMOUNT] [--reason requested_by_customer|duplicate|fraudulent|other] [--credit-note] [--note N] | receipt PAYMENT [--to ADDRESS]";
static const char usage_subscription[] = "subscriptions start COMPANY|CONTACT|ACCOUNT PRICE|starter|pro|enterprise [--quantity N] | start --own PLAN | cancel SUBSCRIPTION [--now] [--reason WHY] | mrr";
static const char usage_account[] = "billing-accounts save-card ACCOUNT [--qr] | cards ACCOUNT [--refresh] | charge-card INVOICE [AMOUNT] [--card LAST4]";

static struct record *reload(struct cli *cli, const char *entity, const struct id *id)
{
	struct record *r = NULL;
	struct core *c = cli->core;
	return whole_load(c, model_entity(c->model, entity), id, cli->arena, &r, &cli->err) == ST_OK ? r : NULL;
}

/* Work through the queue until the intent is more than asked for. */
static struct record *answered(struct cli *cli, const struct id *intent)
{
	int64_t done, failed, until = clock_monotonic() + SETUP_MS;
	struct record *r = reload(cli, "payment_intents", intent);
	while (r && record_is(r, "status", "queued") && clock_monotonic() < until) {
		if (helper_run_once(cli->core, 5000, &done, &failed, &cli->err) != ST_OK)
			return NULL;
		r = reload(cli, "payment_intents", intent);
		if (r && record_is(r, "status", "queued"))
			(void)usleep(300 * 1000);
	}
	return r;
}

/* Nothing was answered yet: why, as far as the queue knows. */
static void show_waiting(struct cli *cli)
{
	struct job_row *list;
	int n = 0;
	(void)printf("%s\n", _("Stripe has not answered yet; the link is made as soon as it does."));
	if (jobs_list(cli->core, &(struct job_filter){.state = "open", .kind = stripe_kind.name}, 1, cli->arena, &list, &n, NULL) == ST_OK && n && list[0].error) {
		print_clean(cli, stderr, list[0].error);
		(void)fprintf(stderr, "\n%s\n", _("simplix jobs lists what waits; simplix jobs retry tries it again."));
	}
}

static int show_intent(struct cli *cli, const struct record *r, bool qr)
{
	const char *url = record_text(r, "hosted_url"), *said = record_text(r, "last_error"), *status = record_text(r, "status");
	bool failed = strcmp(status, "failed") == 0;
	struct id invoice = record_id(r, "invoice");
	const struct record *i = id_is_nil(&invoice) ? NULL : reload(cli, "invoices", &invoice);
	if (cli_json(cli)) {
		struct output_json o;
		char id[ID_TEXT_SIZE];
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_text(&o, "intent", id_format(&r->id, id));
		output_json_text(&o, "invoice", i ? record_text(i, "number") : NULL);
		output_json_text(&o, "invoice_status", i ? record_text(i, "status") : NULL);
		output_json_text(&o, "status", status);
		output_json_int(&o, "amount_minor", record_int(r, "amount"));
		output_json_text(&o, "currency", record_text(r, "currency"));
		output_json_text(&o, "url", url);
		output_json_text(&o, "error", said);
		output_json_bool(&o, "test", stripe_mode(cli->core) == STRIPE_TEST);
		json_object_end(&o.w);
		output_json_end(&o);
		return failed ? 1 : 0;
	}
	if (stripe_mode(cli->core) == STRIPE_TEST)
		(void)printf("%s\n", _("TEST: no money moves."));
	if (failed) {
		error_set(&cli->err, ST_CONFLICT, "%s", said ? said : _("Stripe refused it."));
		return cli_fail(cli);
	}
	if (i && record_is(i, "status", "paid"))
		(void)printf(_("%s is paid.\n"), record_text(i, "number"));
	else if (url && !record_is(r, "status", "succeeded"))
		(void)printf("%s\n", url);
	else if (strcmp(status, "queued") == 0)
		show_waiting(cli);
	else
		(void)printf("%s\n", choice_label(entity_field(r->entity, "status"), status));
	if (url && qr && !record_is(r, "status", "succeeded") && qr_print(cli, url, false) != ST_OK)
		return cli_fail(cli);
	return 0;
}

/* Until it is paid, failed or the patience ends. */
static struct record *wait_for(struct cli *cli, const struct id *intent, int seconds)
{
	int64_t done, failed, until = clock_monotonic() + (int64_t)seconds * 1000;
	struct record *r = reload(cli, "payment_intents", intent);
	while (r && clock_monotonic() < until) {
		if (record_is(r, "status", "succeeded") || record_is(r, "status", "failed") || record_is(r, "status", "canceled") || record_is(r, "status", "expired"))
			break;
		stripe_look_now(cli->core);
		if (helper_run_once(cli->core, 10000, &done, &failed, &cli->err) != ST_OK)
			return NULL;
		if ((r = reload(cli, "payment_intents", intent)) && !record_is(r, "status", "succeeded"))
			(void)usleep(ROUND_MS * 1000);
	}
	return r;
}

int cli_invoice_charge(struct cli *cli, int argc, char **argv)
{
	const char *seconds = NULL;
	bool qr = cli_flag(&argc, argv, "qr"), wait = cli_flag(&argc, argv, "wait");
	if (!wait)
		seconds = cli_option(&argc, argv, "wait");
	int code;
	int64_t amount = 0;
	struct id intent;
	const struct record *r = cli_billing_one(cli, "invoices", usage_charge, argc, argv, &code);
	if (!r)
		return code;
	if (argc > 2)
		return cli_usage(cli, usage_charge);
	if (argc > 1 && !cli_billing_amount(cli, argv[1], record_text(r, "currency"), &amount))
		return cli_fail(cli);
	if (charge_link(cli->core, &r->id, amount, &intent, &cli->err) != ST_OK)
		return cli_fail(cli);
	struct record *made = answered(cli, &intent);
	if (!made)
		return cli_fail(cli);
	if ((wait || seconds) && !record_is(made, "status", "failed")) {
		if (!cli_json(cli))
			(void)show_intent(cli, made, qr), (void)fflush(stdout);
		made = wait_for(cli, &intent, seconds ? atoi(seconds) : WAIT_S);
		if (!made)
			return cli_fail(cli);
	}
	return show_intent(cli, made, qr && !wait && !seconds);
}

/* Books */

int cli_invoice_series(struct cli *cli, int argc, char **argv)
{
	struct core *c = cli_core(cli);
	struct series *list;
	int n = 0;
	if (!c)
		return cli_fail(cli);
	if (argc == 2 && (strcmp(argv[0], "lease") == 0 || strcmp(argv[0], "close") == 0)) {
		if ((*argv[0] == 'l' ? series_lease : series_close)(c, argv[1], &cli->err) != ST_OK)
			return cli_fail(cli);
	} else if (argc) {
		return cli_usage(cli, "invoices series [lease PREFIX | close PREFIX]");
	}
	if (series_list(c, cli->arena, &list, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	static const struct column columns[] = {{"prefix", N_("Prefix"), 't'}, {"year", N_("Year"), 'n'}, {"next", NC_("series", "Next number"), 'n'}, {"last_date", N_("Last date"), 't'}, {"device", NULL, 'n'}, {"owner", N_("Numbers for"), 't'}, {"closed", NC_("series", "Closed"), 'b'}};
	enum { COLUMNS = sizeof columns / sizeof *columns };
	struct column shown[COLUMNS];
	struct cell *cells = arena_alloc(cli->arena, ((size_t)n * COLUMNS + 1) * sizeof *cells);
	for (int i = 0; i < COLUMNS; i++) {
		shown[i] = columns[i];
		shown[i].title = columns[i].title ? _(columns[i].title) : NULL;
	}
	for (int i = 0; i < n; i++) {
		struct cell *k = cells + i * COLUMNS;
		k[0].text = list[i].prefix;
		k[1].number = list[i].year;
		k[2].number = list[i].next;
		k[3].text = list[i].last_date;
		k[4].number = list[i].device;
		k[5].text = list[i].device == 0 ? _("everybody") : list[i].mine ? _("this device") : _("another device");
		k[6].number = list[i].closed;
	}
	rows_print(cli, shown, COLUMNS, cells, n);
	return 0;
}

int cli_invoice_verify(struct cli *cli)
{
	struct core *c = cli_core(cli);
	struct series_check check;
	if (!c || series_verify(c, cli->arena, &check, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli)) {
		struct output_json o;
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_bool(&o, "ok", !check.broken);
		output_json_int(&o, "documents", check.documents);
		output_json_int(&o, "series", check.series);
		output_json_text(&o, "broken", check.broken);
		json_object_end(&o.w);
		output_json_end(&o);
		return check.broken ? 1 : 0;
	}
	if (check.broken) {
		error_set(&cli->err, ST_CORRUPT, "%s", check.broken);
		return cli_fail(cli);
	}
	(void)printf(_("All is well: documents %lld, series %lld, without gap, each as it was issued.\n"), (long long)check.documents, (long long)check.series);
	return 0;
}

int cli_invoice_ageing(struct cli *cli)
{
	struct core *c = cli_core(cli);
	struct ageing *list;
	int n = 0;
	int64_t changed;
	if (!c || billing_sweep(c, &changed, &cli->err) != ST_OK || figures_ageing(c, cli->arena, &list, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (!cli_json(cli)) {
		const char *titles[] = {_("Due"), _("Invoices"), _("Amount")};
		const bool right[] = {false, true, true};
		struct table *t = table_new(cli, titles, right, 3);
		for (int i = 0; i < n; i++)
			for (int age = 0; age < AGES; age++) {
				const char *cells[] = {age_label(age), number_format(cli->arena, list[i].count[age]), money_format(cli->arena, list[i].minor[age], list[i].currency, false)};
				table_row(t, cells);
			}
		table_print(&t);
		return 0;
	}
	static const char *const keys[AGES] = {"not_due", "days_1_30", "days_31_60", "days_61_90", "days_over_90"};
	struct output_json o;
	output_json_begin(&o, cli);
	json_array(&o.w);
	for (int i = 0; i < n; i++) {
		json_object(&o.w);
		output_json_text(&o, "currency", list[i].currency);
		for (int age = 0; age < AGES; age++)
			output_json_int(&o, arena_printf(cli->arena, "%s_minor", keys[age]), list[i].minor[age]);
		json_object_end(&o.w);
	}
	json_array_end(&o.w);
	output_json_end(&o);
	return 0;
}

/* Payments */

static int refund(struct cli *cli, int argc, char **argv)
{
	const char *reason = cli_option(&argc, argv, "reason"), *note = cli_option(&argc, argv, "note");
	bool credit = cli_flag(&argc, argv, "credit-note");
	int code;
	int64_t amount = 0, done, failed;
	struct input list[2];
	int n = 0;
	const struct record *p = cli_billing_one(cli, "payments", usage_payment, argc, argv, &code);
	if (!p)
		return code;
	if (argc > 2)
		return cli_usage(cli, usage_payment);
	struct core *c = cli->core;
	struct record *r = record_new(cli->arena, model_entity(c->model, "refunds"));
	record_put_id(r, "payment", p->id);
	if (argc > 1) {
		if (!cli_billing_amount(cli, argv[1], record_text(p, "currency"), &amount))
			return cli_fail(cli);
		record_put_int(r, "amount", amount);
		record_put_text(r, "currency", record_text(p, "currency"));
	}
	if (reason)
		list[n++] = (struct input){"reason", reason};
	if (note)
		list[n++] = (struct input){"note", note};
	if (record_set_inputs(c, r, list, n, &cli->err) != ST_OK || refund_make(c, r, credit, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (stripe_mode(c) != STRIPE_OFF && helper_run_once(c, SETUP_MS, &done, &failed, &cli->err) != ST_OK)
		return cli_fail(cli);
	return cli_show_saved(cli, c, r->entity, &r->id);
}

int cli_payment(struct cli *cli, const char *verb, int argc, char **argv)
{
	if (strcmp(verb, "refund") == 0)
		return refund(cli, argc, argv);
	const char *to = cli_option(&argc, argv, "to");
	int code;
	int64_t job = 0, done, failed;
	const struct record *p = cli_billing_one(cli, "payments", usage_payment, argc, argv, &code);
	if (!p)
		return code;
	if (post_receipt(cli->core, &p->id, to, &job, &cli->err) != ST_OK || helper_run_once(cli->core, SETUP_MS, &done, &failed, &cli->err) != ST_OK)
		return cli_fail(cli);
	return cli_show_saved(cli, cli->core, p->entity, &p->id);
}

/* Accounts, cards, subscriptions */

/* The account that a word names: itself, or of a company or a contact, made when there is none. */
static bool account_named(struct cli *cli, const char *word, struct id *out)
{
	static const char *const kinds[] = {"billing_accounts", "companies", "contacts"};
	struct core *c = cli->core;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct id id;
		const struct entity *e = model_entity(c->model, kinds[i]);
		enum status st = store_find(c, e, word, &id, &cli->err);
		if (st == ST_NOT_FOUND)
			continue;
		if (st == ST_OK && i > 0)
			return billing_account_for(c, e, &id, out, &cli->err) == ST_OK;
		*out = id;
		return st == ST_OK;
	}
	return false;
}

static int run_jobs_and_show(struct cli *cli, const char *entity, const struct id *id)
{
	int64_t done, failed;
	struct core *c = cli->core;
	if (helper_run_once(c, SETUP_MS, &done, &failed, &cli->err) != ST_OK)
		return cli_fail(cli);
	return cli_show_saved(cli, c, model_entity(c->model, entity), id);
}

static int start(struct cli *cli, int argc, char **argv)
{
	const char *own = cli_option(&argc, argv, "own"), *quantity = cli_option(&argc, argv, "quantity");
	struct id account, id;
	int64_t n = 1;
	if (own ? argc != 0 : argc != 2)
		return cli_usage(cli, usage_subscription);
	struct core *c = cli_core(cli);
	if (!c || (!own && !account_named(cli, argv[0], &account)) || (quantity && integer_parse(quantity, &n, &cli->err) != ST_OK))
		return cli_fail(cli);
	if (subscription_start(c, own ? NULL : &account, own ? own : argv[1], n, &id, &cli->err) != ST_OK)
		return cli_fail(cli);
	return run_jobs_and_show(cli, "subscriptions", &id);
}

static int mrr(struct cli *cli)
{
	struct core *c = cli_core(cli);
	struct recurring *list;
	int n = 0;
	if (!c || figures_recurring(c, cli->arena, &list, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (!cli_json(cli)) {
		for (int i = 0; i < n; i++)
			(void)printf(i18n_plural("%s a month, %lld subscription\n", "%s a month, %lld subscriptions\n", (long)list[i].count), money_format(cli->arena, list[i].mrr, list[i].currency, false), (long long)list[i].count);
		return 0;
	}
	struct output_json o;
	output_json_begin(&o, cli);
	json_array(&o.w);
	for (int i = 0; i < n; i++) {
		json_object(&o.w);
		output_json_text(&o, "currency", list[i].currency);
		output_json_int(&o, "mrr_minor", list[i].mrr);
		output_json_int(&o, "subscriptions", list[i].count);
		json_object_end(&o.w);
	}
	json_array_end(&o.w);
	output_json_end(&o);
	return 0;
}

int cli_subscription(struct cli *cli, const char *verb, int argc, char **argv)
{
	if (strcmp(verb, "start") == 0)
		return start(cli, argc, argv);
	if (strcmp(verb, "mrr") == 0)
		return mrr(cli);
	const char *why = cli_option(&argc, argv, "reason");
	bool now = cli_flag(&argc, argv, "now");
	int code;
	const struct record *r = cli_billing_one(cli, "subscriptions", usage_subscription, argc, argv, &code);
	if (!r)
		return code;
	if (subscription_cancel(cli->core, &r->id, !now, why, &cli->err) != ST_OK)
		return cli_fail(cli);
	return run_jobs_and_show(cli, "subscriptions", &r->id);
}

static int charge_saved(struct cli *cli, int argc, char **argv)
{
	const char *last4 = cli_option(&argc, argv, "card");
	int code;
	int64_t amount = 0;
	struct id method, intent;
	const struct record *r = cli_billing_one(cli, "invoices", usage_account, argc, argv, &code);
	if (!r)
		return code;
	if (argc > 1 && !cli_billing_amount(cli, argv[1], record_text(r, "currency"), &amount))
		return cli_fail(cli);
	struct id account = record_id(r, "billing_account");
	if (card_of_account(cli->core, &account, last4, &method, &cli->err) != ST_OK || charge_card(cli->core, &r->id, amount, &method, &intent, &cli->err) != ST_OK)
		return cli_fail(cli);
	struct record *made = answered(cli, &intent);
	return made ? show_intent(cli, made, false) : cli_fail(cli);
}

int cli_account(struct cli *cli, const char *verb, int argc, char **argv)
{
	bool qr = cli_flag(&argc, argv, "qr"), refresh = cli_flag(&argc, argv, "refresh");
	struct id account, intent;
	int64_t done, failed;
	if (strcmp(verb, "charge-card") == 0)
		return charge_saved(cli, argc, argv);
	if (argc != 1)
		return cli_usage(cli, usage_account);
	struct core *c = cli_core(cli);
	if (!c || !account_named(cli, argv[0], &account))
		return cli_fail(cli);
	if (strcmp(verb, "save-card") == 0) {
		if (card_setup(c, &account, &intent, &cli->err) != ST_OK)
			return cli_fail(cli);
		struct record *made = answered(cli, &intent);
		return made ? show_intent(cli, made, qr) : cli_fail(cli);
	}
	if (refresh && (cards_refresh(c, &account, &cli->err) != ST_OK || helper_run_once(c, SETUP_MS, &done, &failed, &cli->err) != ST_OK))
		return cli_fail(cli);
	char id[ID_TEXT_SIZE];
	char *filter[] = {"--filter", arena_printf(cli->arena, "billing_account=\"%s\"", id_format(&account, id)), "list"};
	char *args[] = {"list", filter[0], filter[1], NULL};
	return cli_entity(cli, model_entity(c->model, "payment_methods"), 3, args);
}
