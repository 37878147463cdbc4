#include "tui/view/billing_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "tui/view/subject.h"
#include "tui/widget/confirm.h"
#include "tui/widget/prompt.h"

struct about *about_record(struct app *app, const struct entity *e, int64_t num)
{
	struct error err = {0};
	struct arena *a = arena_new();
	struct record *r;
	if (store_load_num(app->core, e, num, a, &r, &err) != ST_OK) {
		ui_error(app->ui, &err);
		arena_free(&a);
		return NULL;
	}
	struct about *k = arena_alloc(a, sizeof *k);
	*k = (struct about){.app = app, .arena = a, .r = r};
	return k;
}

struct about *about_here(const struct command_call *call)
{
	struct subject s;
	struct about *k = NULL;
	if (!subject_get(call->screen, &s))
		return NULL;
	if (s.n > 1)
		ui_toast(call->ui, TOAST_INFO, "%s", _("This is done to one at a time: take the marks away (U), or open it."));
	else
		k = about_record(app_of(call->ui), s.entity, s.nums[0]);
	subject_free(&s);
	return k;
}

void about_free(struct about *k)
{
	struct arena *a = k->arena;
	arena_free(&a);
}

static void settle(struct about *k)
{
	if (!k->asking)
		about_free(k);
}

/* Questions */

static void text_answered(void *arg, const char *text)
{
	struct about *k = arg;
	k->asking = false;
	if (text && !k->app->closing)
		k->text(k, text);
	settle(k);
}

static const char *note_of(void *arg, const char *text, struct arena *a)
{
	(void)text;
	(void)a;
	return ((struct about *)arg)->note;
}

void about_ask(struct about *k, const char *label, const char *initial, const char *note, void (*done)(struct about *, const char *))
{
	k->asking = true;
	k->text = done;
	k->note = note ? arena_strdup(k->arena, note) : NULL;
	(void)prompt_open(k->app->ui, &(struct prompt_spec){.label = label, .initial = initial, .done = text_answered, .note = k->note ? note_of : NULL, .arg = k});
}

static enum status parse_amount(struct about *k, const char *text, int64_t *out, struct error *err)
{
	enum status st = money_parse(text, about_currency(k), 0, out, NULL, err);
	if (st == ST_OK && *out <= 0)
		st = error_set(err, ST_INVALID, "%s", _("More than nothing, please."));
	if (st == ST_OK && k->most && *out > k->most)
		st = error_set(err, ST_INVALID, _("At most %s."), money_format(k->arena, k->most, about_currency(k), false));
	return st;
}

static enum status check_amount(void *arg, const char *text, int *at, struct error *err)
{
	int64_t minor;
	(void)at;
	return parse_amount(arg, text, &minor, err);
}

static void amount_answered(void *arg, const char *text)
{
	struct about *k = arg;
	k->asking = false;
	if (text && !k->app->closing && parse_amount(k, text, &k->minor, NULL) == ST_OK)
		k->amount(k, k->minor);
	settle(k);
}

void about_ask_amount(struct about *k, const char *label, int64_t initial, int64_t most, void (*done)(struct about *, int64_t))
{
	k->asking = true;
	k->amount = done;
	k->most = most;
	const char *full = arena_printf(k->arena, "%s (%s):", label, about_currency(k));
	(void)prompt_open(k->app->ui, &(struct prompt_spec){.label = full, .initial = money_decimal(k->arena, initial, about_currency(k)), .check = check_amount, .done = amount_answered, .arg = k});
}

static void choice_answered(void *arg, int index)
{
	struct about *k = arg;
	k->asking = false;
	if (index >= 0 && !k->app->closing)
		k->choice(k, index);
	settle(k);
}

void about_choose(struct about *k, const char *title, const struct menu_item *items, int n, void (*done)(struct about *, int))
{
	k->asking = true;
	k->choice = done;
	menu_open(k->app->ui, title, items, n, 0, choice_answered, k);
}

static void confirm_answered(void *arg, int answer)
{
	struct about *k = arg;
	k->asking = false;
	if (answer > 0 && !k->app->closing)
		k->choice(k, answer);
	settle(k);
}

void about_confirm(struct about *k, const char *title, const char *text, char key, const char *verb, void (*done)(struct about *, int))
{
	k->asking = true;
	k->choice = done;
	confirm_open(k->app->ui, &(struct confirm_spec){.title = title, .text = text, .key = key, .verb = verb, .done = confirm_answered, .arg = k});
}

/* The record */

const char *about_currency(const struct about *k)
{
	const char *currency = entity_index_of(k->r->entity, "currency") >= 0 ? record_text(k->r, "currency") : NULL;
	return currency ? currency : k->app->core->currency;
}

const char *about_title(struct about *k)
{
	return store_title(k->app->core, k->r->entity, &k->r->id, k->arena);
}

bool about_is(const struct about *k, const char *field, const char *value)
{
	const char *s = record_text(k->r, field);
	return s && strcmp(s, value) == 0;
}

void about_open(struct app *app, const char *entity, const struct id *id)
{
	struct arena *a = arena_new();
	struct record *r;
	struct error err = {0};
	const struct entity *e = model_entity(app->core->model, entity);
	if (store_load(app->core, e, id, a, &r, &err) == ST_OK)
		app_open_record(app, e, r->num);
	else
		ui_error(app->ui, &err);
	arena_free(&a);
}

/* What makes sense */

static void look(struct app *app, struct billing_now *now)
{
	struct arena *a = arena_new();
	struct record *r;
	if (store_load_num(app->core, now->entity, now->num, a, &r, NULL) != ST_OK) {
		now->entity = NULL;
		arena_free(&a);
		return;
	}
	bool document = entity_index_of(r->entity, "gross") >= 0, invoice = strcmp(r->entity->name, "invoices") == 0, payment = strcmp(r->entity->name, "payments") == 0;
	const char *status = entity_index_of(r->entity, "status") >= 0 ? record_text(r, "status") : NULL, *type = invoice ? record_text(r, "type") : NULL;
	now->issued = document && !record_null(r, "number");
	now->credit_note = type && strcmp(type, "credit_note") == 0;
	now->due = invoice ? record_int(r, "due") : 0;
	now->left = payment ? record_int(r, "amount") - record_int(r, "refunded") : 0;
	now->stripe = payment && !record_null(r, "stripe_payment_intent");
	(void)snprintf(now->status, sizeof now->status, "%s", status ? status : "");
	arena_free(&a);
}

const struct billing_now *billing_now(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	const struct entity *e = NULL;
	int64_t num = call->screen ? subject_selected(call->screen, &e) : 0;
	if (!app->billing)
		app->billing = mem_zalloc(sizeof *app->billing);
	struct billing_now *now = app->billing;
	if (!num) {
		*now = (struct billing_now){0};
	} else if (now->entity != e || now->num != num || now->serial != app->serial) {
		*now = (struct billing_now){.entity = e, .num = num, .serial = app->serial};
		look(app, now);
	}
	return now;
}
