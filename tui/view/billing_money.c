/* Payments given back, receipts, subscriptions, cards that are kept. */
#include "tui/view/billing_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/billing/billing.h"
#include "core/billing/post.h"
#include "core/billing/stripe.h"
#include "core/crm/query.h"
#include "tui/view/charge_view.h"
#include "tui/widget/picker.h"

/* Refunds: how much, why, and whether the invoice is credited by as much */

static const struct {
	const char *reason, *label;
	char key;
} reasons[] = {{"requested_by_customer", N_("The customer asked"), 'c'}, {"duplicate", N_("Paid twice"), 't'}, {"fraudulent", N_("Fraud"), 'f'}, {"other", N_("Other"), 'o'}};
enum { REASONS = sizeof reasons / sizeof *reasons };

static enum status refund(struct about *k, const struct id *note, struct error *err)
{
	struct record *r = record_new(k->arena, model_entity(k->app->core->model, "refunds"));
	record_put_id(r, "payment", k->r->id);
	record_put_int(r, "amount", k->minor);
	record_put_text(r, "currency", about_currency(k));
	record_put_text(r, "reason", reasons[k->chosen].reason);
	if (note)
		record_put_id(r, "credit_note", *note);
	return store_save(k->app->core, r, err);
}

static void refund_confirmed(struct about *k, int index)
{
	struct core *c = k->app->core;
	struct error err = {0};
	struct id invoice = record_id(k->r, "invoice"), note;
	bool noted = index == 0;
	enum status st = noted ? credit_note_draft(c, &invoice, k->minor, &note, &err) : ST_OK;
	if (st == ST_OK && (st = refund(k, noted ? &note : NULL, &err)) != ST_OK && noted)
		(void)store_remove(c, model_entity(c->model, "invoices"), &note, NULL);
	if (!app_done(k->app, st, &err, _("%s go back. %s"), money_format(k->arena, k->minor, about_currency(k), false), noted ? _("This is the draft of the credit note: I issues it.") : ""))
		return;
	if (noted)
		about_open(k->app, "invoices", &note);
}

static void reason_chosen(struct about *k, int index)
{
	const struct menu_item items[] = {{'c', _("With a credit note (a draft)"), _("the sale is taken back"), NULL}, {'r', _("The money alone"), _("the invoice is due again"), NULL}};
	k->chosen = index;
	about_choose(k, _("Is the invoice corrected too?"), items, 2, refund_confirmed);
}

static void amount_given(struct about *k, int64_t minor)
{
	struct menu_item items[REASONS];
	k->minor = minor;
	for (int i = 0; i < REASONS; i++)
		items[i] = (struct menu_item){reasons[i].key, _(reasons[i].label), NULL, NULL};
	about_choose(k, _("Why is it given back?"), items, REASONS, reason_chosen);
}

void payment_refund(const struct command_call *call)
{
	struct about *k = about_here(call);
	if (!k)
		return;
	int64_t left = record_int(k->r, "amount") - record_int(k->r, "refunded");
	if (left > 0) {
		about_ask_amount(k, _("Give back"), left, left, amount_given);
	} else {
		ui_toast(call->ui, TOAST_INFO, "%s", _("All of it was given back."));
		about_free(k);
	}
}

static void receipt_answered(struct about *k, const char *text)
{
	struct error err = {0};
	int64_t job;
	if (!text_is_blank(text))
		(void)app_done(k->app, post_receipt(k->app->core, &k->r->id, text, &job, &err), &err, _("The receipt is on its way to %s."), text);
}

void payment_receipt(const struct command_call *call)
{
	struct about *k = about_here(call);
	if (!k)
		return;
	struct id invoice = record_id(k->r, "invoice");
	about_ask(k, _("Receipt to:"), post_address(k->app->core, model_entity(k->app->core->model, "invoices"), &invoice, k->arena), NULL, receipt_answered);
}

/* Subscriptions */

static void end_explained(struct about *k, const char *text)
{
	struct error err = {0};
	(void)app_done(k->app, subscription_cancel(k->app->core, &k->r->id, k->chosen == 0, text, &err), &err, "%s",
		k->chosen == 0 ? _("It ends with the period that is paid.") : _("It is being ended now."));
}

static void end_chosen(struct about *k, int index)
{
	k->chosen = index;
	about_ask(k, _("Why does it end?"), "", NULL, end_explained);
}

static void ask_end(struct about *k)
{
	const struct menu_item items[] = {{'p', _("At the end of the period"), _("nothing is given back"), NULL}, {'n', _("Now"), _("at once; nothing is given back"), NULL}};
	about_choose(k, arena_printf(k->arena, _("When does %s end?"), about_title(k)), items, 2, end_chosen);
}

void subscription_end(const struct command_call *call)
{
	struct about *k = about_here(call);
	if (k)
		ask_end(k);
}

/* Customer accounts */

void account_card(const struct command_call *call)
{
	struct about *k = about_here(call);
	struct error err = {0};
	struct id intent;
	if (!k)
		return;
	if (app_done(k->app, card_setup(k->app->core, &k->r->id, &intent, &err), &err, NULL))
		charge_view_open(k->app, &intent);
	about_free(k);
}

void account_refresh(const struct command_call *call)
{
	struct about *k = about_here(call);
	struct error err = {0};
	if (!k)
		return;
	(void)app_done(k->app, cards_refresh(k->app->core, &k->r->id, &err), &err, "%s", _("Stripe is being asked which cards are kept."));
	about_free(k);
}

/* What is subscribed to: a product, one of the plans, or a price of Stripe's as typed. */
static void quantity_answered(struct about *k, const char *text)
{
	struct error err = {0};
	struct id id;
	int64_t n = 0;
	enum status st = integer_parse(text_is_blank(text) ? "1" : text, &n, &err);
	if (st == ST_OK)
		st = subscription_start(k->app->core, &k->r->id, k->note, n, &id, &err);
	if (app_done(k->app, st, &err, "%s", _("Stripe sets the subscription up.")))
		about_open(k->app, "subscriptions", &id);
}

static void price_chosen(void *arg, const struct picker_item *item)
{
	struct about *k = arg;
	k->asking = false;
	if (!item || k->app->closing || (!item->id && text_is_blank(item->text))) {
		about_free(k);
		return;
	}
	struct record *r;
	char id[ID_TEXT_SIZE];
	const char *price = item->text;
	if (item->id && store_load_num(k->app->core, model_entity(k->app->core->model, "products"), (int64_t)item->id, k->arena, &r, NULL) == ST_OK)
		price = id_format(&r->id, id);
	price = arena_strdup(k->arena, price);
	about_ask(k, _("How many:"), "1", NULL, quantity_answered);
	k->note = price;
}

static void fill_products(void *arg, struct picker *p, const char *typed)
{
	struct about *k = arg;
	struct core *c = k->app->core;
	static const char *const names[] = {"name"};
	const struct entity *e = model_entity(c->model, "products");
	struct rowset *rs;
	struct columns *cols;
	struct arena *a = arena_new();
	struct query q = {.entity = e, .filter = *typed ? arena_printf(a, "\"%s\"", typed) : NULL, .limit = 50};
	if (rowset_open(c, &q, &rs, NULL, NULL) == ST_OK) {
		(void)rowset_pump(rs, 30);
		if (columns_open(c, e, names, 1, &cols, NULL) == ST_OK) {
			for (int64_t i = 0; i < rowset_count(rs) && i < 50; i++) {
				struct row row;
				if (columns_fetch(cols, rowset_at(rs, i), a, &row, NULL) == ST_OK)
					picker_add(p, &(struct picker_item){.text = row.title, .words = typed, .id = (uint64_t)row.num});
			}
			columns_free(&cols);
		}
		rowset_free(&rs);
	}
	arena_free(&a);
}

void account_subscribe(const struct command_call *call)
{
	struct about *k = about_here(call);
	if (!k)
		return;
	k->asking = true;
	(void)picker_open(call->ui, &(struct picker_spec){.title = _("Product, or a price of Stripe's (price_…)"), .fill = fill_products, .free_text = true,
		.empty = _("Enter takes what you typed as Stripe's price."), .done = price_chosen, .arg = k});
}

/* Our own plan */

static struct record *own_plan(struct app *app, struct arena *a)
{
	struct core *c = app->core;
	const struct entity *e = model_entity(c->model, "subscriptions");
	struct record *r = NULL;
	struct rowset *rs;
	struct query q = {.entity = e, .filter = "scope:tenant -status:canceled,incomplete_expired,failed", .sort = "-num", .limit = 1};
	if (rowset_open(c, &q, &rs, NULL, NULL) != ST_OK)
		return NULL;
	(void)rowset_pump(rs, -1);
	if (rowset_count(rs) && store_load_num(c, e, rowset_at(rs, 0), a, &r, NULL) != ST_OK)
		r = NULL;
	rowset_free(&rs);
	return r;
}

const char *plan_state(struct app *app, struct arena *a)
{
	struct record *r = own_plan(app, a);
	if (!r)
		return _("none");
	const char *status = choice_label(entity_field(r->entity, "status"), record_text(r, "status"));
	return record_null(r, "name") ? status : arena_printf(a, "%s · %s", record_text(r, "name"), status);
}

static void plan_chosen(void *arg, int index)
{
	static const char *const plans[] = {"starter", "pro", "enterprise"};
	struct app *app = arg;
	struct error err = {0};
	struct id id;
	if (index < 0 || index > 2)
		return;
	if (app_done(app, subscription_start(app->core, NULL, plans[index], 1, &id, &err), &err, "%s", _("Stripe sets the plan up.")))
		about_open(app, "subscriptions", &id);
}

void plan_choose(struct app *app)
{
	struct arena *a = arena_new();
	const struct record *r = own_plan(app, a);
	if (r) {
		struct about *k = about_record(app, r->entity, r->num);
		if (k)
			ask_end(k);
	} else {
		static const struct menu_item plans[] = {{'s', "Starter", NULL, NULL}, {'p', "Pro", NULL, NULL}, {'e', "Enterprise", NULL, NULL}};
		menu_open(app->ui, _("Our own plan"), plans, 3, 0, plan_chosen, app);
	}
	arena_free(&a);
}
