#include "tui/view/charge_view.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/billing/stripe.h"
#include "core/crm/store.h"
#include "core/helper/helper.h"
#include "tui/widget/qr.h"

enum { LOOK_MS = 2500, SETTLED_MS = 20000, WORDS_MIN = 30, WORDS_MAX = 52, GAP = 3 };

enum state { BEING_SET_UP, OPEN, CONFIRMING, UNDER_WAY, PAID, SAVED, FAILED, CLOSED };

struct charge {
	struct screen screen;
	struct app *app;
	struct arena *arena; /* emptied at each reading */
	struct id id;
	struct record *r;    /* NULL: it is gone */
	const char *about, *who, *money, *due; /* the invoice or account, whom it concerns; due: what is left of it, NULL for nothing */
	struct qr qr;        /* size 0: no code */
	enum state state;
	bool test;
	uint32_t timer;
	int64_t seen;
};

static struct charge *self(struct screen *s)
{
	return (struct charge *)s;
}

/* Reading */

static bool setup(const struct charge *v)
{
	return strcmp(record_text(v->r, "kind"), "setup") == 0;
}

static enum state state_of(const struct charge *v)
{
	static const struct {
		const char *status;
		enum state state;
	} states[] = {{"queued", BEING_SET_UP}, {"requires_payment_method", OPEN}, {"requires_confirmation", OPEN}, {"requires_action", CONFIRMING}, {"processing", UNDER_WAY},
		{"requires_capture", UNDER_WAY}, {"succeeded", PAID}, {"failed", FAILED}};
	const char *status = record_text(v->r, "status");
	bool page = strcmp(record_text(v->r, "kind"), "charge") != 0, there = !record_null(v->r, "hosted_url");
	for (size_t i = 0; status && i < sizeof states / sizeof *states; i++) {
		if (strcmp(states[i].status, status) != 0)
			continue;
		if (states[i].state == PAID)
			return setup(v) ? SAVED : PAID;
		if (states[i].state == OPEN)
			return page && !there ? BEING_SET_UP : OPEN;
		if (states[i].state == FAILED) /* a refused card: the page stays, and another may be tried */
			return page && there ? OPEN : FAILED;
		return states[i].state;
	}
	return CLOSED;
}

static void read_invoice(struct charge *v)
{
	struct core *c = v->app->core;
	struct record *invoice;
	struct id id = record_id(v->r, "invoice"), account = record_id(v->r, "billing_account");
	v->money = record_int(v->r, "amount") ? money_format(v->arena, record_int(v->r, "amount"), record_currency(c, v->r, entity_field(v->r->entity, "amount")), false) : NULL;
	v->about = v->due = NULL;
	v->who = id_is_nil(&account) ? "" : store_title(c, model_entity(c->model, "billing_accounts"), &account, v->arena);
	if (id_is_nil(&id) || store_load(c, model_entity(c->model, "invoices"), &id, v->arena, &invoice, NULL) != ST_OK)
		return;
	v->about = store_title(c, invoice->entity, &invoice->id, v->arena);
	if (record_int(invoice, "due") > 0)
		v->due = money_format(v->arena, record_int(invoice, "due"), record_text(invoice, "currency"), false);
}

static void load(struct charge *v)
{
	struct core *c = v->app->core;
	arena_reset(v->arena);
	v->qr = (struct qr){0};
	v->test = stripe_mode(c) == STRIPE_TEST;
	if (store_load(c, model_entity(c->model, "payment_intents"), &v->id, v->arena, &v->r, NULL) != ST_OK) {
		v->r = NULL;
		return;
	}
	v->state = state_of(v);
	read_invoice(v);
	if (v->state == OPEN && !record_null(v->r, "hosted_url"))
		(void)qr_make(v->arena, record_text(v->r, "hosted_url"), &v->qr, NULL);
}

static void recalc(struct screen *s)
{
	if (app_stale(self(s)->app, true, &self(s)->seen))
		load(self(s));
}

static bool pending(const struct charge *v)
{
	return v->r && v->state <= UNDER_WAY;
}

/* Somebody waits here: Stripe is asked every few seconds, and rarely when it is over (a refund, a late word). */
static void look(void *arg)
{
	struct charge *v = arg;
	struct app *app = v->app;
	if (pending(v) && !app->core->read_only) {
		stripe_look_now(app->core);
		app->core->enqueued = false;
		if (app->helper)
			helper_wake(app->helper);
	}
	v->timer = loop_after(ui_loop(app->ui), pending(v) ? LOOK_MS : SETTLED_MS, look, v);
}

/* Painting */

static const char *reason(struct charge *v)
{
	const char *said = record_text(v->r, "last_error");
	return said ? said : "";
}

/* One line in big, and what it means. */
static void outcome(struct charge *v, enum role *role, const char **big, const char **small)
{
	const char *said = reason(v);
	*role = ROLE_TEXT;
	switch (v->state) {
	case BEING_SET_UP:
		*big = _("Being set up…");
		*small = *said ? said : v->app->helper ? _("Stripe makes the page; the code appears here by itself.")
					       : _("It waits for a helper: none runs for this database here. `simplix jobs run` does the work.");
		*role = *said ? ROLE_WARN : ROLE_TEXT;
		break;
	case OPEN:
		*big = *said ? _("Not paid: try again") : setup(v) ? _("Waiting for the card") : _("Waiting for the payment");
		*small = *said ? said : v->about && !v->due ? _("Nothing is due on the invoice any more: x closes the link.") : _("The customer scans the code, or opens the link. This screen follows by itself.");
		*role = *said ? ROLE_WARN : ROLE_TEXT;
		break;
	case CONFIRMING:
		*big = _("The bank asks");
		*small = _("The customer must confirm it with the bank (3-D Secure), in the page or in the bank's app.");
		*role = ROLE_WARN;
		break;
	case UNDER_WAY:
		*big = _("Under way…");
		*small = _("The payment was started. A direct debit takes some days; a card a moment.");
		break;
	case PAID:
		*big = _("PAID");
		*small = v->due ? arena_printf(v->arena, _("Still due on the invoice: %s."), v->due) : _("Nothing is left to pay.");
		*role = ROLE_OK;
		break;
	case SAVED:
		*big = _("The card is kept");
		*small = _("It can be charged from now on without the customer.");
		*role = ROLE_OK;
		break;
	case FAILED:
		*big = _("It did not work");
		*small = *said ? said : _("Stripe refused it and gave no reason.");
		*role = ROLE_ERROR;
		break;
	case CLOSED:
		*big = record_text(v->r, "status") && strcmp(record_text(v->r, "status"), "expired") == 0 ? _("The link has expired") : _("The link is closed");
		*small = _("Nobody can pay by it any more. c on the invoice makes another.");
		*role = ROLE_DIM;
		break;
	}
}

static int paint_facts(struct charge *v, const struct canvas *c, int row)
{
	int w = c->at.cols;
	if (v->test)
		(void)paint_text(c, row++, 0, w, ROLE_WARN, ATTR_BOLD, _("TEST: no real money moves"));
	if (v->money)
		(void)paint_text(c, row++, 0, w, ROLE_TITLE, ATTR_BOLD, v->money);
	else
		(void)paint_text(c, row++, 0, w, ROLE_TITLE, ATTR_BOLD, _("A card to keep"));
	if (v->about)
		(void)paint_text(c, row++, 0, w, ROLE_TEXT, 0, v->about);
	(void)paint_text(c, row++, 0, w, ROLE_DIM, 0, v->who);
	return row + 1;
}

/* The address in full, so that it can be read or copied by hand, on as many lines as it takes. */
static int paint_link(struct charge *v, const struct canvas *c, int row)
{
	const char *url = text_clean(c->scratch, record_text(v->r, "hosted_url"));
	while (*url && row < c->at.rows) {
		int used;
		size_t n = text_fit(url, c->at.cols, &used);
		if (!n)
			break;
		(void)paint_textn(c, row++, 0, c->at.cols, ROLE_LINK, 0, url, n);
		url += n;
	}
	return row;
}

static void paint_words(struct charge *v, const struct canvas *c, bool coded)
{
	enum role role;
	const char *big, *small;
	int row = paint_facts(v, c, 0);
	outcome(v, &role, &big, &small);
	(void)paint_text(c, row++, 0, c->at.cols, role, ATTR_BOLD, big);
	row += paint_wrapped(c, c->scratch, row, 0, c->at.cols, c->at.rows - row, 0, ROLE_DIM, small);
	if (v->state == OPEN && !record_null(v->r, "hosted_url")) {
		row = paint_link(v, c, row + 1) + 1;
		if (!coded)
			row += paint_wrapped(c, c->scratch, row, 0, c->at.cols, c->at.rows - row, 0, ROLE_DIM, _("The code needs a larger window: make the letters smaller, or the window larger.")) + 1;
		if (!record_null(v->r, "expires_at") && row < c->at.rows)
			(void)paint_text(c, row, 0, c->at.cols, ROLE_DIM, 0, arena_printf(c->scratch, _("Open until %s"), clock_human_instant(c->scratch, record_int(v->r, "expires_at"))));
	}
}

/* It is done: the news in the middle, read from across the desk. */
static void paint_done(struct charge *v, const struct canvas *c)
{
	enum role role;
	const char *big, *small;
	outcome(v, &role, &big, &small);
	int row = c->at.rows / 3 - 1, w = c->at.cols;
	const char *word = arena_printf(c->scratch, "%s  %s", glyph_text(GLYPH_CHECK, c->unicode), big);
	int cells = text_width(word), edge = (w - cells) / 2 - 4;
	edge = edge < 0 ? 0 : edge;
	paint_rule(c, row, edge, w - 2 * edge);
	(void)paint_center(c, row + 2, 0, w, ROLE_OK, ATTR_BOLD, word);
	if (v->money)
		(void)paint_center(c, row + 4, 0, w, ROLE_TITLE, ATTR_BOLD, v->money);
	paint_rule(c, row + 6, edge, w - 2 * edge);
	row += 8;
	if (v->about)
		(void)paint_center(c, row++, 0, w, ROLE_TEXT, 0, v->about);
	(void)paint_center(c, row++, 0, w, ROLE_DIM, 0, v->who);
	(void)paint_center(c, row + 1, 0, w, ROLE_DIM, 0, small);
	if (v->test)
		(void)paint_center(c, row + 3, 0, w, ROLE_WARN, ATTR_BOLD, _("TEST: no real money moved"));
}

static void paint(struct screen *s, const struct canvas *c)
{
	struct charge *v = self(s);
	if (!v->r) {
		(void)paint_text(c, 1, 2, c->at.cols - 4, ROLE_DIM, 0, _("This payment request is gone. Esc goes back."));
		return;
	}
	if (v->state == PAID || v->state == SAVED) {
		paint_done(v, c);
		return;
	}
	struct canvas left = canvas_sub(c, 0, 1, c->at.rows, c->at.cols - WORDS_MIN - GAP - 1);
	int quiet = v->qr.size ? qr_fit(&v->qr, &left) : 0;
	int cols = quiet ? qr_cols(&v->qr, quiet, c->unicode) : 0;
	if (quiet)
		qr_paint(&v->qr, &left, quiet);
	int from = quiet ? 1 + cols + GAP : 2, width = c->at.cols - from - 1;
	int most = quiet ? WORDS_MAX : 76;
	struct canvas words = canvas_sub(c, 1, from, c->at.rows - 1, width < most ? width : most);
	paint_words(v, &words, quiet > 0);
}

/* Keys */

static void copy_link(struct charge *v)
{
	struct error err = {0};
	const char *url = v->r ? record_text(v->r, "hosted_url") : NULL;
	if (!url)
		ui_toast(v->app->ui, TOAST_INFO, "%s", _("There is no link yet."));
	else if (term_copy(v->app->term, url, strlen(url), &err) == ST_OK)
		ui_toast(v->app->ui, TOAST_OK, "%s", _("The link is copied."));
	else
		ui_error(v->app->ui, &err);
}

static bool command(struct screen *s, const char *id, const char *args)
{
	struct charge *v = self(s);
	struct error err = {0};
	(void)args;
	if (strcmp(id, "charge.copy") == 0) {
		copy_link(v);
	} else if (strcmp(id, "charge.cancel") == 0) {
		(void)app_done(v->app, charge_cancel(v->app->core, &v->id, &err), &err, "%s", _("The link is being closed."));
	} else {
		return false;
	}
	return true;
}

static const char *title(struct screen *s)
{
	(void)s;
	return _("Payment");
}

static void close_screen(struct screen *s)
{
	struct charge *v = self(s);
	loop_cancel(ui_loop(v->app->ui), &v->timer);
	arena_free(&v->arena);
	free(v);
}

static const struct screen_ops ops = {.name = "charge", .contexts = "charge", .hides = "undo redo", .recalc = recalc, .paint = paint, .command = command, .title = title, .close = close_screen};

void charge_view_open(struct app *app, const struct id *intent)
{
	struct charge *v = mem_zalloc(sizeof *v);
	v->screen.ops = &ops;
	v->app = app;
	v->id = *intent;
	v->arena = arena_new();
	load(v);
	(void)app_stale(app, true, &v->seen);
	ui_push(app->ui, &v->screen);
	v->timer = loop_after(ui_loop(app->ui), LOOK_MS, look, v);
}

static const struct charge *here(const struct command_call *call)
{
	return call->screen && strcmp(call->screen->ops->name, "charge") == 0 ? (const struct charge *)call->screen : NULL;
}

static const char *has_link(const struct command_call *call)
{
	const struct charge *v = here(call);
	return v && v->r && pending(v) && !record_null(v->r, "hosted_url") ? NULL : _("there is no link yet");
}

static const char *is_pending(const struct command_call *call)
{
	return here(call) && pending(here(call)) ? NULL : _("there is nothing to cancel any more");
}

const struct command charge_commands[] = {
	{.id = "charge.copy", .title = N_("Copy the link"), .help = N_("Puts the address of the page on the clipboard."), .group = N_("Billing"), .context = "charge", .keys = "Enter c y",
		.hint = N_("copy the link"), .rank = 1, .enabled = has_link},
	{.id = "charge.cancel", .title = N_("Close the link"), .help = N_("Nobody can pay by it any more."), .group = N_("Billing"), .context = "charge", .keys = "x", .hint = N_("close the link"),
		.rank = 2, .flags = COMMAND_WRITES, .enabled = is_pending},
};
const size_t charge_command_count = sizeof charge_commands / sizeof *charge_commands;
