/* Quotes, invoices and payments in the full screen, on the grid in memory. Nothing is sent and nobody is asked: no helper runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/crm/rows.h"
#include "core/crm/store.h"
#include "core/mail/outbox.h"
#include "tests/unit/app_fixture.h"
#include "tui/view/charge_view.h"

static void organize(struct core *c, const char *vat)
{
	const struct input ours[] = {{"legal_name", "Lumen SAS"}, {"street", "14 rue de Rivoli"}, {"postal_code", "75004"}, {"city", "Paris"}, {"country", "FR"},
		{"siren", "552100554"}, {"vat_number", vat}, {"iban", "FR7630006000011234567890189"}};
	struct error err = {0};
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "organizations"));
	r->id = c->org;
	r->num = 1;
	MUST(record_set_inputs(c, r, ours, sizeof ours / sizeof *ours, &err));
	MUST(store_save(c, r, &err));
	arena_free(&a);
}

static void set_up(struct stage *s, enum db_engine engine, int rows, int cols)
{
	(void)unsetenv("STRIPE_SECRET_KEY");
	raise_curtain(s, engine, rows, cols, true);
	organize(s->core, "FR96552100554");
	app_data_changed(s->app);
}

/* The deal on the screen, as a page. */
static void to_deal(struct stage *s)
{
	keys(s, "g d T / 'fleet' Enter Enter");
	CHECK(sees(s, "Fleet renewal"));
}

/* An invoice of 48 000 and VAT, issued. */
static void to_issued(struct stage *s)
{
	to_deal(s);
	keys(s, "I I");
	keys(s, "T"); /* what is typed ahead of a question is no answer */
	CHECK(sees(s, "INV-2026-0001"));
}

static const char *one(struct stage *s, const char *entity, const char *filter, const char *field)
{
	return fixture_field(s->core, entity, atoll(fixture_filter(s->core, entity, filter, NULL)), field);
}

static void walk(struct stage *s)
{
	to_deal(s);
	keys(s, "Q");
	CHECK(sees(s, "Draft   Total €57,600.00"));
	keys(s, "a 'Installation' Enter '3' Enter");
	CHECK(sees(s, "Line added"));
	CHECK(sees(s, "Total €60,984.00"));
	keys(s, "a 'Travel, by train' Enter '2 x 120.50' Enter");
	CHECK(sees(s, "Total €61,273.20"));
	keys(s, "d");
	CHECK(sees(s, "Aurore Énergies"));
	CHECK(sees(s, "Lumen SAS"));
	keys(s, "q");
	/* fixed without a mail */
	keys(s, "m C-u Enter");
	CHECK(sees(s, "Nothing was mailed"));
	CHECK(sees(s, "Q-2026-0001"));
	/* what was sent stays as it is */
	keys(s, "a");
	CHECK(sees(s, "stays as it is"));
	keys(s, "x C-u 'Amélie Durand' Enter");
	CHECK(sees(s, "Accepted"));
	CHECK_STR(one(s, "quotes", "status:accepted", "accepted_by"), "Amélie Durand");
	keys(s, "I");
	CHECK(sees(s, "A draft invoice"));
	keys(s, "I");
	CHECK(sees(s, "Issue this invoice?"));
	CHECK(sees(s, "INV-2026-0001"));
	keys(s, "Esc");
	CHECK_STR(fixture_filter(s->core, "invoices", "-status:draft", NULL), "");
	keys(s, "I");
	keys(s, "T");
	CHECK(sees(s, "INV-2026-0001 is issued"));
	CHECK(sees(s, "Issued   Total €61,273.20   Due €61,273.20"));
	keys(s, "b");
	CHECK(sees(s, "61273.20"));
	keys(s, "F2");
	CHECK(sees(s, "Paid   Total €61,273.20"));
	CHECK_STR(one(s, "invoices", "status:paid", "due"), "0.00");
	keys(s, "d G");
	CHECK(sees(s, "Paid in full"));
}

TEST_ENGINES(screen_billing_from_deal_to_payment_small)
{
	struct stage s;
	set_up(&s, engine, 24, 80);
	walk(&s);
	curtain(&s);
}

TEST(screen_billing_from_deal_to_payment_wide)
{
	struct stage s;
	set_up(&s, DB_SQLITE, 30, 120);
	walk(&s);
	curtain(&s);
}

TEST(screen_billing_says_what_is_missing)
{
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 24, 80, true);
	organize(s.core, "");
	to_deal(&s);
	keys(&s, "I I");
	keys(&s, "T");
	CHECK(sees(&s, "An invoice needs your"));
	keys(&s, "O");
	CHECK(sees(&s, "Legal name"));
	curtain(&s);
}

TEST(screen_billing_quote_answers)
{
	struct stage s;
	set_up(&s, DB_SQLITE, 24, 100);
	to_deal(&s);
	keys(&s, "Q x");
	CHECK(sees(&s, "only what was sent can be accepted"));
	keys(&s, "m C-u Enter");
	keys(&s, "D 'Too dear' Enter");
	CHECK_STR(one(&s, "quotes", "status:declined", "decline_reason"), "Too dear");
	keys(&s, "N");
	CHECK(sees(&s, "The next version"));
	keys(&s, "m C-u Enter x Enter");
	CHECK_STR(one(&s, "quotes", "status:replaced", "revision"), "1");
	keys(&s, "% C-u '30' Enter");
	CHECK(sees(&s, "Draft   Total €17,280.00"));
	CHECK_STR(one(&s, "invoices", "type:deposit", "gross"), "17280.00");
	curtain(&s);
}

TEST(screen_billing_credit_and_write_off)
{
	struct stage s;
	set_up(&s, DB_SQLITE, 24, 80);
	to_issued(&s);
	keys(&s, "N a C-u '600' Enter");
	CHECK(sees(&s, "A draft of the credit note"));
	keys(&s, "I");
	CHECK(sees(&s, "Issue this credit note?"));
	CHECK(sees(&s, "CN-2026-0001"));
	keys(&s, "T Esc");
	CHECK(sees(&s, "Due €57,000.00"));
	keys(&s, "J 'They went bankrupt' Enter");
	CHECK(sees(&s, "Written off"));
	CHECK_STR(one(&s, "invoices", "status:uncollectible", "write_off_reason"), "They went bankrupt");
	/* more than there is */
	keys(&s, "N a C-u '999999' Enter");
	CHECK(sees(&s, "At most"));
	keys(&s, "Esc T");
	CHECK(sees(&s, "A draft with the same lines"));
	curtain(&s);
}

TEST(screen_billing_refund)
{
	struct stage s;
	set_up(&s, DB_SQLITE, 24, 80);
	to_issued(&s);
	keys(&s, "b F2 g y Enter");
	CHECK(sees(&s, "Received   €57,600.00"));
	keys(&s, "b C-u '100' Enter t r");
	CHECK(sees(&s, "go back"));
	CHECK(sees(&s, "Partly refunded"));
	CHECK_STR(one(&s, "refunds", "", "reason"), "duplicate");
	keys(&s, "b Enter c c");
	CHECK(sees(&s, "Draft   Total €57,500.00"));
	curtain(&s);
}

TEST(screen_billing_pdf_is_saved_once)
{
	struct stage s;
	char dir[] = "/tmp/simplix-test-XXXXXX", path[64];
	CHECK(mkdtemp(dir) != NULL);
	(void)snprintf(path, sizeof path, "%s/a.pdf", dir);
	set_up(&s, DB_SQLITE, 24, 80);
	to_issued(&s);
	keys(&s, "f");
	CHECK(sees(&s, "~/INV-2026-0001.pdf"));
	keys(&s, "C-u");
	type(&s, path);
	keys(&s, "Enter");
	CHECK(sees(&s, "Saved:"));
	CHECK(access(path, R_OK) == 0);
	keys(&s, "f C-u");
	type(&s, path);
	keys(&s, "Enter");
	CHECK(sees(&s, "is there already"));
	keys(&s, "Esc");
	(void)unlink(path);
	(void)rmdir(dir);
	curtain(&s);
}

/* The charge */

static void put(struct stage *s, const char *status, const char *url, const char *said)
{
	struct error err = {0};
	MUST(rows_run(s->core, &err, "UPDATE payment_intents SET status = $1, hosted_url = $2, last_error = $3", "ttt", status, url, said));
	s->app->changes++; /* as when the helper wrote */
	ui_dirty(s->ui, DIRTY_DATA);
	settle(s);
}

static struct id intent(struct stage *s, const char *kind)
{
	struct error err = {0};
	struct arena *a = arena_new();
	struct record *invoice, *r = record_new(a, model_entity(s->core->model, "payment_intents"));
	MUST(store_load_num(s->core, model_entity(s->core->model, "invoices"), 1, a, &invoice, &err));
	record_put_id(r, "invoice", invoice->id);
	record_put_id(r, "billing_account", record_id(invoice, "billing_account"));
	record_put_text(r, "kind", kind);
	record_put_int(r, "amount", 5760000);
	record_put_text(r, "currency", "EUR");
	MUST(store_save(s->core, r, &err));
	app_data_changed(s->app);
	struct id id = r->id;
	arena_free(&a);
	return id;
}

static void watch_charge(int rows, int cols)
{
	static const char url[] = "https://buy.stripe.com/test_28o5nB1AZ5Xk2mA8ww";
	struct stage s;
	set_up(&s, DB_SQLITE, rows, cols);
	to_issued(&s);
	struct id id = intent(&s, "link");
	charge_view_open(s.app, &id);
	settle(&s);
	CHECK(sees(&s, "Being set up"));
	CHECK(sees(&s, "INV-2026-0001"));
	CHECK(sees(&s, "€57,600.00"));
	put(&s, "requires_payment_method", url, NULL);
	CHECK(sees(&s, "Waiting for the payment"));
	CHECK(sees(&s, "▀▀▀▀▀▀▀"));
	keys(&s, "Enter");
	CHECK_STR(memory_copied(s.term), url);
	put(&s, "requires_payment_method", url, "Your card was declined.");
	CHECK(sees(&s, "Your card was declined."));
	put(&s, "requires_action", url, NULL);
	CHECK(sees(&s, "The bank asks"));
	put(&s, "expired", url, NULL);
	CHECK(sees(&s, "The link has expired"));
	put(&s, "succeeded", url, NULL);
	CHECK(sees(&s, "✓  PAID"));
	CHECK(misses(&s, "▀▀▀▀▀▀▀"));
	keys(&s, "Esc");
	CHECK(sees(&s, "Payment requests"));
	curtain(&s);
}

TEST(screen_billing_charge_small)
{
	watch_charge(24, 80);
}

TEST(screen_billing_charge_wide)
{
	watch_charge(30, 120);
}

/* An address too long for a code that fits is shown in words, whole. */
TEST(screen_billing_charge_without_room)
{
	struct stage s;
	char url[420] = "https://checkout.stripe.com/c/pay/cs_test_";
	set_up(&s, DB_SQLITE, 24, 80);
	to_issued(&s);
	struct id id = intent(&s, "setup");
	size_t n = strlen(url);
	memset(url + n, 'a', sizeof url - n - 1);
	memcpy(url + sizeof url - 5, "zend", 5);
	charge_view_open(s.app, &id);
	put(&s, "requires_payment_method", url, NULL);
	CHECK(sees(&s, "The code needs a larger window"));
	CHECK(sees(&s, "zend"));
	CHECK(sees(&s, "Waiting for the card"));
	put(&s, "succeeded", url, NULL);
	CHECK(sees(&s, "The card is kept"));
	curtain(&s);
}

TEST(screen_billing_charge_needs_stripe)
{
	struct stage s;
	set_up(&s, DB_SQLITE, 24, 80);
	to_issued(&s);
	keys(&s, "c");
	CHECK(sees(&s, "57600.00"));
	keys(&s, "Enter");
	CHECK(sees(&s, "Stripe"));
	CHECK(misses(&s, "Being set up"));
	curtain(&s);
}

TEST(screen_billing_places)
{
	struct stage s;
	set_up(&s, DB_SQLITE, 36, 100);
	to_issued(&s);
	clock_freeze(NOW + 60 * CLOCK_DAY);
	keys(&s, "g h");
	commands_run(s.app->commands, "settings.series");
	settle(&s);
	CHECK(sees(&s, "INV-2026"));
	keys(&s, "V");
	CHECK(sees(&s, "Documents: 1, series: 1"));
	keys(&s, "n 'T07' Enter");
	CHECK(sees(&s, "This machine issues by T07"));
	CHECK(sees(&s, "of this machine"));
	keys(&s, "G X");
	keys(&s, "C");
	CHECK(sees(&s, "closed"));
	static const char *const places[][2] = {{"g q", "Quotes"}, {"g v", "Invoices"}, {"g y", "Payments"}, {"g u", "Subscriptions"}, {"g b", "Customer accounts"}, {"g p", "Products"}};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		keys(&s, places[i][0]);
		CHECK(sees(&s, places[i][1]));
	}
	keys(&s, "g b Enter");
	CHECK(sees(&s, "Aurore Énergies"));
	curtain(&s);
}

/* Amounts and tabs in French, in 80 columns. */
TEST(screen_billing_french)
{
	struct stage s;
	set_up(&s, DB_SQLITE, 24, 80);
	to_issued(&s);
	(void)i18n_use("fr");
	ui_redraw(s.ui);
	app_data_changed(s.app);
	settle(&s);
	CHECK(sees(&s, "57\u202F600,00\u00A0€"));
	CHECK(sees(&s, "Réglages"));
	keys(&s, "d");
	CHECK(sees(&s, "48\u202F000,00"));
	(void)i18n_use("en");
	curtain(&s);
}
