/* Many charges of saved cards at a Stripe that loses its answers. Needs a stand-in: tests/integration/stripe_test.py starts one, breaks it, and counts there what
 * was charged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/billing/issue.h"
#include "core/billing/stripe.h"
#include "core/crm/rows.h"
#include "core/helper/helper.h"
#include "tests/unit/security_fixture.h"

static int64_t count(struct core *c, const char *sql)
{
	return rows_int(c, -1, sql, "d", &c->org);
}

static struct core *book(enum db_engine engine)
{
	static const struct input seller[] = {{"street", "1 rue A"}, {"postal_code", "75001"}, {"city", "Paris"}, {"country", "FR"}, {"vat_number", "FR83404833048"}, {"iban", "FR7630006000011234567890189"}};
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "organizations"));
	r->id = c->org;
	r->num = 1;
	MUST(record_set_inputs(c, r, seller, 6, &err));
	MUST(store_save(c, r, &err));
	arena_free(&a);
	return c;
}

/* A customer with a card, as it is known at Stripe. */
static struct id customer(struct core *c, int i, const char *cus, const char *pm, struct id *card)
{
	char name[40], company[60];
	struct error err = {0};
	struct txn *t;
	struct arena *a = arena_new();
	(void)snprintf(name, sizeof name, "name=C%d", i);
	fixture_add(c, "companies", name, "city=Lyon", "country=FR", NULL);
	(void)snprintf(company, sizeof company, "company=C%d", i);
	struct id account = id_of(c, "billing_accounts", fixture_add(c, "billing_accounts", company, NULL));
	MUST(rows_run(c, &err, "UPDATE billing_accounts SET stripe_customer_id = $1 WHERE id = $2", "td", cus, &account));
	MUST(txn_begin(c, CHANGE_SYSTEM, "card", &t, &err));
	struct record *r = record_new(a, model_entity(c->model, "payment_methods"));
	record_put_id(r, "billing_account", account);
	record_put_text(r, "stripe_pm_id", pm);
	MUST(store_insert(t, r, &err));
	MUST(txn_commit(&t, &err));
	*card = r->id;
	arena_free(&a);
	return account;
}

static void charge(struct core *c, int company, const struct id *card)
{
	char invoice[32], who[32];
	struct error err = {0};
	struct id id, intent;
	(void)snprintf(who, sizeof who, "company=C%d", company);
	int64_t num = fixture_add(c, "invoices", who, "title=Work", NULL);
	(void)snprintf(invoice, sizeof invoice, "invoice=I-%lld", (long long)num);
	fixture_add(c, "invoice_lines", invoice, "name=Work", "unit_price=100", "vat_rate=20", NULL);
	id = id_of(c, "invoices", num);
	MUST(invoice_issue(c, &id, &err));
	MUST(charge_card(c, &id, 0, card, &intent, &err));
}

TEST_ENGINES(stripe_peer_loses_answers)
{
	const char *cards = getenv("SIMPLIX_STRIPE_CARDS"), *n = getenv("SIMPLIX_STRIPE_CHARGES");
	if (!cards || !getenv("STRIPE_API_BASE"))
		test_skip("there is no stand-in of Stripe: SIMPLIX_STRIPE_CARDS, STRIPE_API_BASE");
	struct core *c = book(engine);
	struct error err = {0};
	struct id card[64];
	int customers = 0, charges = n ? atoi(n) : 300;
	char *list = mem_strdup(cards), *save = NULL;
	for (char *one = strtok_r(list, ",", &save); one && customers < 64; one = strtok_r(NULL, ",", &save)) {
		char *colon = strchr(one, ':');
		*colon = '\0';
		(void)customer(c, customers, one, colon + 1, &card[customers]);
		customers++;
	}
	free(list);
	for (int i = 0; i < charges; i++)
		charge(c, i % customers, &card[i % customers]);
	static const char open[] = "SELECT count(*) FROM jobs j JOIN job_targets g ON g.num = j.target_num WHERE g.org_id = $1 AND g.kind = 'stripe' AND j.finished_at IS NULL";
	int64_t until = clock_monotonic() + 1800 * 1000, done, failed;
	while (count(c, open) > 0 && clock_monotonic() < until) {
		MUST(helper_run_once(c, 2000, &done, &failed, &err));
		(void)usleep(50 * 1000);
	}
	CHECK_INT(count(c, open), 0);
	CHECK_INT(count(c, "SELECT count(*) FROM payment_intents WHERE org_id = $1 AND status = 'succeeded'"), charges);
	CHECK_INT(count(c, "SELECT count(*) FROM payments WHERE org_id = $1"), charges);
	CHECK_INT(count(c, "SELECT sum(amount_minor) FROM payments WHERE org_id = $1"), charges * 12000);
	CHECK_INT(count(c, "SELECT count(*) FROM invoices WHERE org_id = $1 AND status = 'paid'"), charges);
}
