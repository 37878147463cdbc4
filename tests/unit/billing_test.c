/* From a deal to money, on both engines: quotes, invoices, numbers, what is locked, payments, credit notes, refunds, events. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/automation/domain_events.h"
#include "core/base/clock.h"
#include "core/billing/billing.h"
#include "core/billing/figures.h"
#include "core/billing/issue.h"
#include "core/billing/post.h"
#include "core/crm/rows.h"
#include "core/crm/undo.h"
#include "tests/unit/security_fixture.h"

static const int64_t noon = INT64_C(1790000000000); /* 2026-09-21 */

static struct core *book(enum db_engine engine)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	clock_freeze(noon);
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "organizations"));
	static const struct input seller[] = {{"street", "1 rue A"}, {"postal_code", "75001"}, {"city", "Paris"}, {"country", "FR"}, {"vat_number", "FR83404833048"}, {"iban", "FR7630006000011234567890189"}};
	r->id = c->org;
	r->num = 1;
	MUST(record_set_inputs(c, r, seller, 6, &err));
	MUST(store_save(c, r, &err));
	arena_free(&a);
	fixture_add(c, "companies", "name=ACME", "street=2 rue B", "city=Lyon", "country=FR", "billing_email=bills@acme.example", NULL);
	fixture_add(c, "contacts", "first_name=Amélie", "last_name=Durand", "email=amelie@acme.example", "company=ACME", NULL);
	return c;
}

static int64_t draft(struct core *c, const char *price)
{
	int64_t num = fixture_add(c, "invoices", "company=ACME", "title=Work", NULL);
	char invoice[32], unit[64];
	(void)snprintf(invoice, sizeof invoice, "invoice=I-%lld", (long long)num);
	(void)snprintf(unit, sizeof unit, "unit_price=%s", price);
	fixture_add(c, "invoice_lines", invoice, "name=Work", unit, "vat_rate=20", NULL);
	return num;
}

static int64_t issued(struct core *c, const char *price)
{
	struct error err = {0};
	int64_t num = draft(c, price);
	struct id id = id_of(c, "invoices", num);
	MUST(invoice_issue(c, &id, &err));
	return num;
}

static enum status add(struct core *c, const char *entity, const struct input *list, int n, int64_t *num, struct error *err)
{
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, entity));
	enum status st = record_set_inputs(c, r, list, n, err);
	if (st == ST_OK)
		st = store_save(c, r, err);
	if (st == ST_OK && num)
		*num = r->num;
	arena_free(&a);
	return st;
}

static enum status pay(struct core *c, int64_t invoice, const char *amount, int64_t *num, struct error *err)
{
	char ref[32];
	(void)snprintf(ref, sizeof ref, "I-%lld", (long long)invoice);
	const struct input list[] = {{"invoice", ref}, {"amount", amount}, {"method", "transfer"}};
	return add(c, "payments", list, 3, num, err);
}

static enum status change(struct core *c, const char *entity, int64_t num, const char *field, const char *value, struct error *err)
{
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, entity));
	r->id = id_of(c, entity, num);
	r->num = num;
	enum status st = record_set_input(c, r, field, value, err);
	if (st == ST_OK)
		st = store_save(c, r, err);
	arena_free(&a);
	return st;
}

#define INVOICE(c, n, field) fixture_field(c, "invoices", n, field)

TEST_ENGINES(billing_deal_becomes_a_paid_invoice)
{
	struct core *c = book(engine);
	struct error err = {0};
	struct id quote, invoice, deal;
	int64_t d = fixture_add(c, "deals", "title=Fleet", "company=ACME", "contact=Amélie Durand", "value=1000", NULL);
	deal = id_of(c, "deals", d);
	MUST(quote_from_deal(c, &deal, &quote, &err));
	CHECK_STR(fixture_field(c, "quotes", 1, "gross"), "1200.00");
	CHECK_INT(invoice_from_quote(c, &quote, NULL, &invoice, &err), ST_CONFLICT);
	MUST(quote_send(c, &quote, &err));
	CHECK_STR(fixture_field(c, "quotes", 1, "number"), "Q-2026-0001");
	CHECK_STR(fixture_field(c, "quotes", 1, "expires_on"), "2026-10-21");
	CHECK_INT(change(c, "quotes", 1, "notes", "other", &err), ST_CONFLICT);
	MUST(quote_accept(c, &quote, "Amélie", &err));
	MUST(invoice_from_quote(c, &quote, NULL, &invoice, &err));
	CHECK_STR(fixture_field(c, "quotes", 1, "status"), "invoiced");
	CHECK_INT(invoice_from_quote(c, &quote, NULL, &invoice, &err), ST_CONFLICT);
	MUST(invoice_issue(c, &invoice, &err));
	CHECK_STR(INVOICE(c, 1, "number"), "INV-2026-0001");
	CHECK_STR(INVOICE(c, 1, "due_date"), "2026-10-21");
	CHECK_STR(INVOICE(c, 1, "due"), "1200.00");
	CHECK_STR(INVOICE(c, 1, "status"), "issued");
	CHECK_INT(invoice_issue(c, &invoice, &err), ST_CONFLICT);
	MUST(pay(c, 1, "200", NULL, &err));
	CHECK_STR(INVOICE(c, 1, "status"), "partially_paid");
	MUST(pay(c, 1, "1000", NULL, &err));
	CHECK_STR(INVOICE(c, 1, "status"), "paid");
	CHECK_STR(INVOICE(c, 1, "due"), "0.00");
	clock_freeze(0);
}

TEST_ENGINES(billing_versions_and_deposits)
{
	struct core *c = book(engine);
	struct error err = {0};
	struct id deal, first, second, deposit, invoice;
	deal = id_of(c, "deals", fixture_add(c, "deals", "title=Fleet", "company=ACME", "value=1000", NULL));
	MUST(quote_from_deal(c, &deal, &first, &err));
	CHECK_INT(quote_revise(c, &first, &second, &err), ST_CONFLICT);
	MUST(quote_send(c, &first, &err));
	MUST(quote_revise(c, &first, &second, &err));
	MUST(quote_send(c, &second, &err));
	CHECK_STR(fixture_field(c, "quotes", 1, "status"), "replaced");
	CHECK_STR(fixture_field(c, "quotes", 2, "number"), "Q-2026-0001");
	CHECK_STR(fixture_field(c, "quotes", 2, "revision"), "2");
	CHECK_INT(quote_accept(c, &first, NULL, &err), ST_CONFLICT);
	MUST(invoice_from_quote(c, &second, "30", &deposit, &err));
	CHECK_STR(INVOICE(c, 1, "type"), "deposit");
	CHECK_STR(INVOICE(c, 1, "gross"), "360.00");
	MUST(invoice_issue(c, &deposit, &err));
	MUST(invoice_from_quote(c, &second, NULL, &invoice, &err));
	MUST(invoice_issue(c, &invoice, &err));
	CHECK_STR(INVOICE(c, 2, "gross"), "840.00"); /* the deposit is taken off with its VAT */
	CHECK_STR(INVOICE(c, 2, "vat"), "140.00");
	CHECK_STR(INVOICE(c, 2, "due"), "840.00");
	CHECK_INT(rows_int(c, 0, "SELECT count(*) FROM invoice_lines WHERE org_id = $1 AND name LIKE '%INV-2026-0001%' AND quantity = '-1'", "d", &c->org), 1);
	CHECK_INT(invoice_from_quote(c, &second, "30", &deposit, &err), ST_CONFLICT); /* invoiced as a whole */
	clock_freeze(0);
}

TEST_ENGINES(billing_an_issued_invoice_stays)
{
	struct core *c = book(engine);
	struct error err = {0};
	int64_t n = issued(c, "100");
	struct id id = id_of(c, "invoices", n);
	struct undo_report rep;
	static const char *const said[][2] = {{"title", "Other"}, {"company", ""}, {"due_date", "2027-01-01"}, {"currency", "USD"}, {"notes", "x"}, {"po_number", "7"}};
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		CHECK_INT(change(c, "invoices", n, said[i][0], said[i][1], &err), ST_CONFLICT);
	CHECK_INT(store_remove(c, model_entity(c->model, "invoices"), &id, &err), ST_CONFLICT);
	CHECK_INT(change(c, "invoice_lines", 1, "quantity", "2", &err), ST_CONFLICT);
	struct id line = id_of(c, "invoice_lines", 1);
	CHECK_INT(store_remove(c, model_entity(c->model, "invoice_lines"), &line, &err), ST_CONFLICT);
	const struct input more[] = {{"invoice", "I-1"}, {"name", "More"}, {"unit_price", "1"}};
	CHECK_INT(add(c, "invoice_lines", more, 3, NULL, &err), ST_CONFLICT);
	for (int i = 0; i < 4; i++) /* the issue, the line, the draft */
		(void)undo_last(c, &rep, &err);
	CHECK_STR(INVOICE(c, n, "number"), "INV-2026-0001");
	CHECK_STR(INVOICE(c, n, "gross"), "120.00");
	/* whoever writes: the database refuses */
	CHECK(rows_run(c, &err, "UPDATE invoices SET gross_minor = 1 WHERE org_id = $1", "d", &c->org) != ST_OK);
	CHECK(rows_run(c, &err, "UPDATE invoice_lines SET quantity = '9' WHERE org_id = $1", "d", &c->org) != ST_OK);
	CHECK(rows_run(c, &err, "DELETE FROM invoices WHERE org_id = $1", "d", &c->org) != ST_OK);
	struct arena *a = arena_new();
	struct document d;
	MUST(billing_document(c, model_entity(c->model, "invoices"), &id, a, &d, &err));
	CHECK_STR(d.number, "INV-2026-0001");
	CHECK_STR(d.buyer.name, "ACME");
	CHECK_INT(d.totals.gross, 12000);
	/* what the buyer is called later changes nothing */
	MUST(change(c, "companies", 1, "name", "Renamed", &err));
	MUST(billing_document(c, model_entity(c->model, "invoices"), &id, a, &d, &err));
	CHECK_STR(d.buyer.name, "ACME");
	arena_free(&a);
	clock_freeze(0);
}

TEST_ENGINES(billing_undo_of_a_draft_keeps_the_sums)
{
	struct core *c = book(engine);
	struct error err = {0};
	struct undo_report rep;
	int64_t n = draft(c, "100");
	fixture_add(c, "invoice_lines", "invoice=I-1", "name=More", "unit_price=50", "vat_rate=20", NULL);
	CHECK_STR(INVOICE(c, n, "gross"), "180.00");
	MUST(undo_last(c, &rep, &err));
	CHECK_STR(INVOICE(c, n, "gross"), "120.00");
	MUST(change(c, "invoice_lines", 1, "discount_pct", "10", &err));
	CHECK_STR(INVOICE(c, n, "gross"), "108.00");
	fixture_add(c, "invoice_lines", "invoice=I-1", "name=Rest", "unit_price=1", "vat_rate=20", NULL);
	MUST(undo_set(c, rows_int(c, 0, "SELECT max(set_num) FROM changes WHERE entity = 'invoice_lines' AND op = 'u'", ""), CHANGE_UNDO, &rep, &err));
	CHECK_STR(INVOICE(c, n, "gross"), "121.20"); /* though its sum was written again since */
	int64_t sums = rows_int(c, 0, "SELECT sum(net_minor) FROM invoice_lines WHERE org_id = $1 AND deleted_at IS NULL", "d", &c->org);
	CHECK_INT(sums, 10100);
	clock_freeze(0);
}

TEST_ENGINES(billing_lines_take_what_is_known)
{
	struct core *c = book(engine);
	struct error err = {0};
	fixture_add(c, "products", "name=Tablet", "price=690", "currency=EUR", "vat_rate=5.5", "unit=C62", NULL);
	int64_t n = fixture_add(c, "invoices", "company=ACME", NULL);
	CHECK_STR(INVOICE(c, n, "title"), "ACME");
	fixture_add(c, "invoice_lines", "invoice=I-1", "product=Tablet", "quantity=3", NULL);
	CHECK_STR(fixture_field(c, "invoice_lines", 1, "unit_price"), "690.00");
	CHECK_STR(fixture_field(c, "invoice_lines", 1, "vat_rate"), "5.5");
	CHECK_STR(fixture_field(c, "invoice_lines", 1, "net"), "2070.00");
	static const struct {
		const char *field, *value, *wrong;
	} bad[] = {{"vat_rate", "120", "vat_rate"}, {"vat_rate", "-3", "vat_rate"}, {"unit_price", "1000000000000000000000", "unit_price"}, {"discount_pct", "101", "discount_pct"}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct input list[] = {{"invoice", "I-1"}, {"name", "x"}, {"unit_price", "1"}, {bad[i].field, bad[i].value}};
		memset(&err, 0, sizeof err);
		enum status st = add(c, "invoice_lines", list, 4, NULL, &err);
		CHECK_INT(st == ST_OK, bad[i].wrong == NULL);
		if (st != ST_OK && !bad[i].wrong)
			CHECK_STR(err.message, "");
		if (bad[i].wrong)
			CHECK_STR(err.field, bad[i].wrong);
	}
	const struct input huge[] = {{"invoice", "I-1"}, {"name", "x"}, {"unit_price", "1000000000000000"}, {"quantity", "1000000"}};
	CHECK(add(c, "invoice_lines", huge, 4, NULL, &err) != ST_OK);
	const struct input large[] = {{"invoice", "I-1"}, {"name", "x"}, {"unit_price", "1000000000000000"}, {"vat_rate", "0"}, {"vat_category", "Z"}};
	MUST(add(c, "invoice_lines", large, 5, NULL, &err));
	/* a buyer abroad */
	fixture_add(c, "companies", "name=Keller", "country=DE", "city=Köln", "vat_number=DE129273398", "vat_regime=intra_community", NULL);
	int64_t k = fixture_add(c, "invoices", "company=Keller", NULL);
	fixture_add(c, "invoice_lines", "invoice=I-2", "product=Tablet", NULL);
	CHECK_INT(rows_int(c, 0, "SELECT count(*) FROM invoice_lines WHERE org_id = $1 AND vat_category = 'K' AND exemption LIKE '%138%'", "d", &c->org), 1);
	CHECK_STR(INVOICE(c, k, "vat"), "0.00");
	CHECK_STR(INVOICE(c, k, "language"), "en");
	struct id id = id_of(c, "invoices", k);
	MUST(invoice_issue(c, &id, &err));
	clock_freeze(0);
}

TEST_ENGINES(billing_sec58_money_that_does_not_fit)
{
	struct core *c = book(engine);
	struct error err = {0};
	int64_t n = issued(c, "100"), d = draft(c, "5"), p;
	CHECK_INT(pay(c, n, "120.01", NULL, &err), ST_INVALID);
	CHECK_STR(err.field, "amount");
	CHECK_INT(pay(c, n, "-5", NULL, &err), ST_INVALID);
	CHECK_INT(pay(c, n, "5 USD", NULL, &err), ST_INVALID);
	CHECK_STR(err.field, "currency");
	CHECK_INT(pay(c, d, "1", NULL, &err), ST_INVALID);
	const struct input card[] = {{"invoice", "I-1"}, {"amount", "1"}, {"reference", "4242 4242 4242 4242"}};
	CHECK_INT(add(c, "payments", card, 3, NULL, &err), ST_INVALID);
	CHECK_STR(err.field, "reference");
	const struct input iban[] = {{"invoice", "I-1"}, {"amount", "1"}, {"reference", "FR76 3000 6000 0112 3456 7890 189"}};
	MUST(add(c, "payments", iban, 3, NULL, &err));
	const struct input over[] = {{"invoice", "I-1"}, {"amount", "129"}, {"overpayment", "yes"}};
	MUST(add(c, "payments", over, 3, &p, &err));
	CHECK_STR(INVOICE(c, n, "status"), "paid");
	CHECK_STR(INVOICE(c, n, "overpaid"), "10.00");
	CHECK_INT(change(c, "payments", p, "amount", "5", &err), ST_CONFLICT);
	char ref[24];
	(void)snprintf(ref, sizeof ref, "Y-%lld", (long long)p);
	const struct input much[] = {{"payment", ref}, {"amount", "129.01"}}, ten[] = {{"payment", ref}, {"amount", "10"}}, rest[] = {{"payment", ref}};
	CHECK_INT(add(c, "refunds", much, 2, NULL, &err), ST_INVALID);
	MUST(add(c, "refunds", ten, 2, NULL, &err));
	CHECK_STR(INVOICE(c, n, "overpaid"), "0.00");
	CHECK_STR(fixture_field(c, "payments", p, "status"), "partially_refunded");
	MUST(add(c, "refunds", rest, 1, NULL, &err));
	CHECK_STR(fixture_field(c, "payments", p, "status"), "refunded");
	CHECK_STR(INVOICE(c, n, "due"), "119.00");
	CHECK_INT(add(c, "refunds", rest, 1, NULL, &err), ST_INVALID);
	clock_freeze(0);
}

TEST_ENGINES(billing_credit_notes_and_what_is_left)
{
	struct core *c = book(engine);
	struct error err = {0};
	int64_t n = issued(c, "100");
	struct id id = id_of(c, "invoices", n), note, second;
	CHECK_INT(credit_note_draft(c, &id, 12001, &note, &err), ST_INVALID);
	MUST(credit_note_draft(c, &id, 6000, &note, &err));
	CHECK_STR(INVOICE(c, 2, "gross"), "60.00");
	CHECK_STR(INVOICE(c, 2, "vat"), "10.00");
	CHECK_STR(INVOICE(c, n, "due"), "120.00"); /* a draft takes nothing away */
	MUST(credit_note_draft(c, &id, 12000, &second, &err));
	MUST(invoice_issue(c, &note, &err));
	CHECK_STR(INVOICE(c, 2, "number"), "CN-2026-0001");
	CHECK_STR(INVOICE(c, n, "due"), "60.00");
	CHECK_INT(change(c, "invoices", 3, "currency", "JPY", &err), ST_CONFLICT); /* a credit note follows its invoice */
	CHECK_INT(invoice_issue(c, &second, &err), ST_CONFLICT);
	MUST(pay(c, n, "60", NULL, &err));
	CHECK_STR(INVOICE(c, n, "status"), "paid");
	/* any sum, to the cent: also what no net and its VAT come to */
	int64_t odd = issued(c, "66.67");
	id = id_of(c, "invoices", odd);
	MUST(credit_note_draft(c, &id, 99, &note, &err));
	CHECK_STR(fixture_field(c, "invoices", rows_int(c, 0, "SELECT max(num) FROM invoices WHERE org_id = $1", "d", &c->org), "gross"), "0.99");
	MUST(invoice_issue(c, &note, &err));
	CHECK_STR(INVOICE(c, odd, "due"), "79.01");
	int64_t other = issued(c, "50");
	id = id_of(c, "invoices", other);
	MUST(credit_note_draft(c, &id, 0, &note, &err));
	MUST(invoice_issue(c, &note, &err));
	CHECK_STR(INVOICE(c, other, "status"), "credited");
	CHECK_INT(credit_note_draft(c, &note, 0, &second, &err), ST_CONFLICT);
	int64_t lost = issued(c, "10");
	id = id_of(c, "invoices", lost);
	MUST(invoice_write_off(c, &id, "bankrupt", &err));
	CHECK_STR(INVOICE(c, lost, "status"), "uncollectible");
	MUST(pay(c, lost, "12", NULL, &err));
	CHECK_STR(INVOICE(c, lost, "status"), "paid"); /* it came after all */
	clock_freeze(0);
}

TEST_ENGINES(billing_days_pass)
{
	struct core *c = book(engine);
	struct error err = {0};
	int64_t n = issued(c, "100"), changed;
	struct arena *a = arena_new();
	struct ageing *ages;
	struct reminder_due *due;
	int count;
	MUST(billing_sweep(c, &changed, &err));
	CHECK_INT(changed, 0);
	clock_freeze(noon + 45 * CLOCK_DAY);
	MUST(billing_sweep(c, &changed, &err));
	CHECK_INT(changed, 1);
	CHECK_STR(INVOICE(c, n, "status"), "overdue");
	MUST(figures_ageing(c, a, &ages, &count, &err));
	CHECK_INT(count, 1);
	CHECK_INT(ages[0].minor[AGE_30], 12000);
	CHECK_INT(ages[0].count[AGE_NOT_DUE], 0);
	MUST(reminders_due(c, a, &due, &count, &err));
	CHECK_INT(count, 1);
	CHECK_INT(due[0].level, 1);
	CHECK_STR(fixture_filter(c, "invoices", age_filter(AGE_30, a), NULL), "1");
	MUST(pay(c, n, "120", NULL, &err));
	CHECK_STR(INVOICE(c, n, "status"), "paid");
	MUST(reminders_due(c, a, &due, &count, &err));
	CHECK_INT(count, 0);
	arena_free(&a);
	clock_freeze(0);
}

TEST_ENGINES(billing_three_devices_number_without_gap)
{
	struct core *c = book(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct series_check check;
	static const char *const prefixes[] = {"T01", "T02", "T03"};
	uint32_t own = c->device;
	for (uint32_t d = 0; d < 3; d++) {
		c->device = 100 + d;
		MUST(series_lease(c, prefixes[d], &err));
		CHECK_INT(series_lease(c, prefixes[d], &err), ST_CONFLICT);
	}
	unsigned dice = 7;
	int counts[3] = {0};
	for (int i = 0; i < 24; i++) {
		dice = dice * 1103515245u + 12345u;
		int d = (int)(dice >> 16) % 3;
		c->device = 100 + (uint32_t)d;
		int64_t n = issued(c, "10");
		char expected[32];
		(void)snprintf(expected, sizeof expected, "%s-2026-%04d", prefixes[d], ++counts[d]);
		CHECK_STR(INVOICE(c, n, "number"), expected);
	}
	c->device = own;
	CHECK_STR(INVOICE(c, issued(c, "10"), "number"), "INV-2026-0001");
	CHECK_INT(series_lease(c, "inv", &err), ST_INVALID);
	CHECK_INT(series_lease(c, "INV", &err), ST_CONFLICT);
	MUST(series_verify(c, a, &check, &err));
	CHECK(!check.broken);
	CHECK_INT(check.documents, 25);
	/* a closed series gives no more: the book's own takes over */
	MUST(series_close(c, "T01", &err));
	c->device = 100;
	CHECK_STR(INVOICE(c, issued(c, "10"), "number"), "INV-2026-0002");
	c->device = own;
	arena_free(&a);
	clock_freeze(0);
}

TEST_ENGINES(billing_dates_of_a_series_go_forward)
{
	struct core *c = book(engine);
	struct error err = {0};
	(void)issued(c, "10");
	int64_t n = draft(c, "10");
	struct id id = id_of(c, "invoices", n);
	MUST(change(c, "invoices", n, "issue_date", "2026-09-20", &err));
	CHECK_INT(invoice_issue(c, &id, &err), ST_INVALID);
	CHECK_STR(err.field, "issue_date");
	MUST(change(c, "invoices", n, "issue_date", "2026-12-01", &err));
	CHECK_INT(invoice_issue(c, &id, &err), ST_INVALID);
	MUST(change(c, "invoices", n, "issue_date", "2026-09-21", &err));
	MUST(invoice_issue(c, &id, &err));
	CHECK_STR(INVOICE(c, n, "number"), "INV-2026-0002"); /* what was refused took no number */
	clock_freeze(0);
}

TEST_ENGINES(billing_verify_finds_what_was_changed)
{
	struct core *c = book(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct series_check check;
	for (int i = 0; i < 3; i++)
		(void)issued(c, "10");
	MUST(series_verify(c, a, &check, &err));
	CHECK(!check.broken);
	MUST(db_exec(c->db, engine == DB_SQLITE ? "DROP TRIGGER invoices_stay" : "ALTER TABLE invoices DISABLE TRIGGER invoices_stay", &err));
	MUST(rows_run(c, &err, "UPDATE invoices SET document = replace(document, 'Lyon', 'Nice') WHERE org_id = $1 AND number = 'INV-2026-0002'", "d", &c->org));
	MUST(series_verify(c, a, &check, &err));
	CHECK(check.broken && strstr(check.broken, "INV-2026-0002"));
	arena_free(&a);
	clock_freeze(0);
}

TEST_ENGINES(billing_needs_what_the_law_asks)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	clock_freeze(noon);
	fixture_add(c, "companies", "name=ACME", NULL);
	int64_t n = fixture_add(c, "invoices", "company=ACME", NULL);
	struct id id = id_of(c, "invoices", n);
	CHECK_INT(invoice_issue(c, &id, &err), ST_INVALID);
	CHECK_STR(err.field, "lines");
	fixture_add(c, "invoice_lines", "invoice=I-1", "name=x", "unit_price=1", "vat_rate=20", NULL);
	CHECK_INT(invoice_issue(c, &id, &err), ST_INVALID);
	CHECK_STR(err.field, "city");
	CHECK_STR(INVOICE(c, n, "status"), "draft");
	CHECK_INT(rows_int(c, 0, "SELECT count(*) FROM invoice_series WHERE org_id = $1", "d", &c->org), 0);
	clock_freeze(0);
}

TEST_ENGINES(billing_tells_webhooks)
{
	struct core *c = book(engine);
	struct error err = {0};
	fixture_add(c, "webhooks", "name=all", "url=https://hooks.example/x", "events=invoice.*, payment.*, quote.*", NULL);
	int64_t n = issued(c, "100");
	MUST(pay(c, n, "120", NULL, &err));
	static const char *const types[] = {"invoice.created", "invoice.updated", "invoice.issued", "payment.created", "payment.succeeded", "invoice.paid"};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		CHECK_INT(rows_int(c, 0, "SELECT count(*) FROM domain_events WHERE org_id = $1 AND type = $2", "dt", &c->org, types[i]), 1);
	CHECK_INT(rows_int(c, 0, "SELECT count(*) FROM domain_events WHERE org_id = $1 AND type LIKE 'invoice.%'", "d", &c->org), 4);
	clock_freeze(0);
}

/* Payments, refunds and credit notes in any order against plain sums. */
TEST_ENGINES(billing_sums_equal_an_oracle)
{
	struct core *c = book(engine);
	struct error err = {0};
	unsigned dice = 99;
	for (int round = 0; round < 6; round++) {
		int64_t n = issued(c, "100"), paid = 0, credited = 0, payments[40], left[40];
		struct id id = id_of(c, "invoices", n), note;
		int n_payments = 0;
		for (int i = 0; i < 12; i++) {
			dice = dice * 1103515245u + 12345u;
			int64_t amount = 1 + (dice >> 16) % 60 * 100, due = 12000 - paid - credited > 0 ? 12000 - paid - credited : 0;
			char text[32], ref[32];
			(void)snprintf(text, sizeof text, "%lld.%02lld", (long long)amount / 100, (long long)amount % 100);
			switch ((dice >> 8) % 3) {
			case 0:
				if (pay(c, n, text, &payments[n_payments], &err) == ST_OK) {
					CHECK(amount <= due);
					left[n_payments++] = amount;
					paid += amount;
				} else {
					CHECK(amount > due);
				}
				break;
			case 1:
				if (!n_payments)
					break;
				int k = (int)(dice >> 20) % n_payments;
				(void)snprintf(ref, sizeof ref, "Y-%lld", (long long)payments[k]);
				const struct input list[] = {{"payment", ref}, {"amount", text}};
				if (add(c, "refunds", list, 2, NULL, &err) == ST_OK) {
					CHECK(amount <= left[k]);
					left[k] -= amount;
					paid -= amount;
				} else {
					CHECK(amount > left[k]);
				}
				break;
			default:
				amount += (dice >> 4) % 100;
				if (credit_note_draft(c, &id, amount, &note, &err) != ST_OK)
					break;
				MUST(invoice_issue(c, &note, &err));
				credited += amount;
			}
		}
		int64_t open = 12000 - paid - credited;
		struct arena *a = arena_new();
		struct record *r;
		MUST(store_load(c, model_entity(c->model, "invoices"), &id, a, &r, &err));
		CHECK_INT(record_int(r, "paid"), paid);
		CHECK_INT(record_int(r, "credited"), credited);
		CHECK_INT(record_int(r, "due"), open > 0 ? open : 0);
		CHECK_INT(record_int(r, "overpaid"), open < 0 ? -open : 0);
		arena_free(&a);
	}
	clock_freeze(0);
}
