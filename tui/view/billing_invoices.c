/* Invoices: issuing, sending, payment by hand or through Stripe, correction, the end of hope. */
#include "tui/view/billing_parts.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/billing/billing.h"
#include "core/billing/issue.h"
#include "core/billing/post.h"
#include "core/billing/stripe.h"
#include "core/crm/query.h"
#include "tui/view/charge_view.h"
#include "tui/view/record_form.h"
#include "tui/widget/confirm.h"

static const char *amount(struct about *k, const char *field)
{
	return money_format(k->arena, record_int(k->r, field), about_currency(k), false);
}

static const char *whom(struct about *k)
{
	static const char *const fields[] = {"company", "contact"};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		struct id id = record_id(k->r, fields[i]);
		if (!id_is_nil(&id))
			return store_title(k->app->core, model_entity(k->app->core->model, entity_field(k->r->entity, fields[i])->ref), &id, k->arena);
	}
	return _("nobody yet");
}

/* Issuing */

/* The number that the series will give, when nobody else takes it first; NULL when it is closed here. */
static const char *next_number(struct about *k)
{
	struct core *c = k->app->core;
	struct series *list;
	int n, year = clock_local(clock_now()).year;
	const char *prefix = about_is(k, "type", "credit_note") ? "CN" : "INV", *date = record_text(k->r, "issue_date");
	int64_t next = 1;
	if (date)
		(void)sscanf(date, "%d", &year);
	if (series_list(c, k->arena, &list, &n, NULL) != ST_OK)
		return NULL;
	for (int i = 0; i < n; i++)
		if (list[i].mine && !list[i].closed)
			prefix = list[i].prefix;
	for (int i = 0; i < n; i++)
		if (strcmp(list[i].prefix, prefix) == 0 && list[i].year == year)
			next = list[i].next;
	return arena_printf(k->arena, "%s-%d-%04lld", prefix, year, (long long)next);
}

static void open_organization(void *arg, int answer)
{
	struct app *app = arg;
	struct core *c = app->core;
	struct arena *a = arena_new();
	struct record *r;
	const struct entity *e = model_entity(c->model, "organizations");
	if (answer == 1 && store_load(c, e, &c->org, a, &r, NULL) == ST_OK)
		record_form_open(app, e, r->num, NULL);
	arena_free(&a);
}

/* What is missing about ourselves is asked for at once. */
static void say_what_is_missing(struct app *app, const struct error *err)
{
	static const char *const ours[] = {"city", "vat_number", "country", "siren", "iban"};
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (strcmp(err->field, ours[i]) == 0) {
			confirm_open(app->ui, &(struct confirm_spec){.title = err->message, .text = _("It belongs to what stands about you on every invoice; it is asked for once."), .key = 'O',
				.verb = _("open your organization"), .done = open_organization, .arg = app});
			return;
		}
	ui_error(app->ui, err);
}

static void number_confirmed(struct about *k, int answer)
{
	struct error err = {0};
	struct record *r;
	struct app *app = k->app;
	(void)answer;
	if (invoice_issue(app->core, &k->r->id, &err) != ST_OK) {
		say_what_is_missing(app, &err);
		return;
	}
	const char *number = store_load(app->core, k->r->entity, &k->r->id, k->arena, &r, NULL) == ST_OK ? record_text(r, "number") : "";
	(void)app_done(app, ST_OK, NULL, _("%s is issued. m mails it, c takes the payment."), number);
}

void invoice_number(const struct command_call *call)
{
	struct about *k = about_here(call);
	if (!k)
		return;
	if (!record_null(k->r, "number")) {
		ui_toast(call->ui, TOAST_INFO, _("%s is issued already."), record_text(k->r, "number"));
		about_free(k);
		return;
	}
	const char *number = next_number(k);
	const char *text = arena_printf(k->arena, _("%s, for %s, %s in all. The number is taken for ever, and the invoice can no longer be changed: what is wrong then is put right by a credit note."),
		number ? number : _("The next number"), whom(k), amount(k, "gross"));
	about_confirm(k, about_is(k, "type", "credit_note") ? _("Issue this credit note?") : _("Issue this invoice?"), text, 'T', _("take the number"), number_confirmed);
}

/* Sending */

static void mail_answered(struct about *k, const char *text)
{
	struct error err = {0};
	int64_t job;
	struct core *c = k->app->core;
	if (text_is_blank(text))
		(void)app_done(k->app, invoice_mark_sent(c, &k->r->id, &err), &err, "%s", _("Noted as sent. Nothing was mailed."));
	else
		(void)app_done(k->app, post_document(c, k->r->entity, &k->r->id, text, &job, &err), &err, _("On its way to %s."), text);
}

void invoice_mail(const struct command_call *call)
{
	struct about *k = about_here(call);
	if (k)
		about_ask(k, _("Send to:"), post_address(k->app->core, k->r->entity, &k->r->id, k->arena), _("It is mailed as PDF. Leave the line empty to note it as sent another way."), mail_answered);
}

static void remind_answered(struct about *k, const char *text)
{
	struct error err = {0};
	int64_t job;
	if (!text_is_blank(text))
		(void)app_done(k->app, post_reminder(k->app->core, &k->r->id, text, &job, &err), &err, _("The reminder is on its way to %s."), text);
}

void invoice_remind(const struct command_call *call)
{
	struct about *k = about_here(call);
	if (!k)
		return;
	static const char *const levels[] = {N_("The first reminder, friendly."), N_("The second reminder, firm."), N_("The third reminder: last notice.")};
	int64_t level = record_int(k->r, "dunning_level");
	about_ask(k, _("Remind:"), post_address(k->app->core, k->r->entity, &k->r->id, k->arena), _(levels[level < 0 ? 0 : level > 2 ? 2 : level]), remind_answered);
}

/* Payment */

void invoice_pay(const struct command_call *call)
{
	struct about *k = about_here(call);
	char day[16];
	if (!k)
		return;
	struct record *r = record_new(k->arena, model_entity(k->app->core->model, "payments"));
	record_put_id(r, "invoice", k->r->id);
	record_put_text(r, "currency", about_currency(k));
	record_put_int(r, "amount", record_int(k->r, "due"));
	record_put_text(r, "method", "transfer");
	record_put_text(r, "paid_on", clock_format_date(clock_today(), day));
	record_form_open(k->app, r->entity, 0, r);
	about_free(k);
}

static void charged(struct about *k, enum status st, const struct id *intent, const struct error *err)
{
	if (app_done(k->app, st, err, NULL))
		charge_view_open(k->app, intent);
}

static void way_chosen(struct about *k, int index)
{
	struct error err = {0};
	struct id intent;
	enum status st = index == 0 ? charge_link(k->app->core, &k->r->id, k->minor, &intent, &err) : charge_card(k->app->core, &k->r->id, k->minor, &k->id, &intent, &err);
	charged(k, st, &intent, &err);
}

/* The customer's best card: the default one, else the first. NULL when none is kept. */
static const char *card_of(struct about *k, struct id *out)
{
	struct core *c = k->app->core;
	struct rowset *rs;
	struct record *r;
	const char *title = NULL;
	const struct entity *e = model_entity(c->model, "payment_methods");
	struct query q = {.entity = e, .sort = "-is_default,num", .limit = 1, .scope = "billing_account", .scope_id = record_id(k->r, "billing_account")};
	if (id_is_nil(&q.scope_id) || rowset_open(c, &q, &rs, NULL, NULL) != ST_OK)
		return NULL;
	(void)rowset_pump(rs, -1);
	if (rowset_count(rs) && store_load_num(c, e, rowset_at(rs, 0), k->arena, &r, NULL) == ST_OK) {
		*out = r->id;
		title = store_title(c, e, &r->id, k->arena);
	}
	rowset_free(&rs);
	return title;
}

static void charge_amount(struct about *k, int64_t minor)
{
	const char *card = card_of(k, &k->id);
	k->minor = minor;
	if (!card) {
		way_chosen(k, 0);
		return;
	}
	const struct menu_item ways[] = {{'l', _("A page to pay on, as link and code"), NULL, NULL}, {'c', arena_printf(k->arena, _("The card that is kept: %s"), card), _("now, without the customer"), NULL}};
	about_choose(k, _("How is it paid?"), ways, 2, way_chosen);
}

void invoice_charge(const struct command_call *call)
{
	struct about *k = about_here(call);
	if (!k)
		return;
	int64_t due = record_int(k->r, "due");
	if (record_null(k->r, "number") || due <= 0) {
		ui_toast(call->ui, TOAST_INFO, "%s", due <= 0 ? _("Nothing is due on it.") : _("It is a draft: I issues it."));
		about_free(k);
		return;
	}
	about_ask_amount(k, _("Take"), due, due, charge_amount);
}

/* Correction */

static void credited(struct about *k, int64_t minor)
{
	struct error err = {0};
	struct id id;
	if (app_done(k->app, credit_note_draft(k->app->core, &k->r->id, minor, &id, &err), &err, "%s", _("A draft of the credit note. I issues it, u undoes.")))
		about_open(k->app, "invoices", &id);
}

static void extent_chosen(struct about *k, int index)
{
	int64_t left = record_int(k->r, "gross") - record_int(k->r, "credited");
	if (index == 0)
		credited(k, 0);
	else
		about_ask_amount(k, _("Credit, VAT included"), left, left, credited);
}

void invoice_credit(const struct command_call *call)
{
	struct about *k = about_here(call);
	if (!k)
		return;
	int64_t left = record_int(k->r, "gross") - record_int(k->r, "credited");
	const struct menu_item extents[] = {{'w', _("The whole"), money_format(k->arena, left, about_currency(k), false), NULL}, {'a', _("A part of it…"), NULL, NULL}};
	about_choose(k, arena_printf(k->arena, _("Credit note about %s"), about_title(k)), extents, 2, extent_chosen);
}

static void given_up(struct about *k, const char *text)
{
	struct error err = {0};
	(void)app_done(k->app, invoice_write_off(k->app->core, &k->r->id, text, &err), &err, "%s", _("Written off. u undoes."));
}

void invoice_give_up(const struct command_call *call)
{
	struct about *k = about_here(call);
	if (k)
		about_ask(k, _("Why is it written off?"), "", arena_printf(k->arena, _("%s is no longer expected from %s. A payment that comes all the same counts."), amount(k, "due"), whom(k)), given_up);
}

void invoice_again(const struct command_call *call)
{
	struct about *k = about_here(call);
	struct error err = {0};
	struct id id;
	if (!k)
		return;
	if (app_done(k->app, invoice_copy(k->app->core, &k->r->id, &id, &err), &err, "%s", _("A draft with the same lines. u undoes.")))
		about_open(k->app, "invoices", &id);
	about_free(k);
}
