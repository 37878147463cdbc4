/* Stripe without a network: forms, amounts, signatures, modes, and that events in any order, any number of times, have one effect. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/json.h"
#include "core/billing/billing.h"
#include "core/billing/issue.h"
#include "core/billing/stripe.h"
#include "core/billing/stripe_amount.h"
#include "core/billing/stripe_form.h"
#include "core/billing/stripe_plan.h"
#include "core/crm/rows.h"
#include "core/helper/kind.h"
#include "tests/unit/security_fixture.h"

static const int64_t noon = INT64_C(1790000000000); /* 2026-09-21 */

/* What is sent */

TEST(stripe_forms)
{
	struct buf b = {0};
	form_text(&b, "metadata[simplix_org]", "a b&c=é/~");
	form_int(&b, "items[0][quantity]", 12);
	form_text(&b, "nothing", NULL);
	form_text(&b, "empty", "");
	CHECK_STR(buf_str(&b), "metadata%5Bsimplix_org%5D=a%20b%26c%3D%C3%A9%2F~&items%5B0%5D%5Bquantity%5D=12");
	buf_free(&b);
}

TEST(stripe_amounts)
{
	static const struct {
		const char *currency;
		int64_t minor, theirs; /* -1: refused */
	} cases[] = {{"EUR", 1234, 1234}, {"JPY", 500, 500}, {"ISK", 5, 500}, {"UGX", 5, 500}, {"TND", 5120, 5120}, {"TND", 5124, -1}, {"KWD", 10, 10}, {"HUF", 1050, 1050}, {"TWD", 80045, 80045},
		{"MGA", 12300, 123}, {"MGA", 12345, -1}, {"EUR", 0, -1}, {"EUR", -5, -1}, {"XXX", 100, -1}, {"LYD", 1000, -1}, {"ISK", INT64_MAX / 10, -1}};
	struct arena *a = arena_new();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t out = -1, back = 0;
		struct error err = {0};
		enum status st = stripe_amount_of(cases[i].currency, cases[i].minor, a, &out, &err);
		if (!CHECK_INT(st == ST_OK ? out : -1, cases[i].theirs))
			(void)printf("  %s %lld\n", cases[i].currency, (long long)cases[i].minor);
		if (st == ST_OK && CHECK_INT(stripe_amount_back(cases[i].currency, out, &back), true))
			CHECK_INT(back, cases[i].minor);
	}
	int64_t out;
	struct error err = {0};
	CHECK_INT(stripe_charge_amount("EUR", 49, a, &out, &err), ST_INVALID);
	CHECK_INT(stripe_charge_amount("EUR", 50, a, &out, &err), ST_OK);
	CHECK_INT(stripe_charge_amount("EUR", 99999999, a, &out, &err), ST_OK);
	CHECK_INT(stripe_charge_amount("EUR", 100000000, a, &out, &err), ST_INVALID);
	CHECK_STR(err.field, "amount");
	CHECK_INT(stripe_charge_amount("HUF", 17499, a, &out, &err), ST_INVALID);
	arena_free(&a);
}

static int64_t month(const char *items)
{
	struct cJSON *doc = NULL;
	struct error err = {0};
	char text[600];
	(void)snprintf(text, sizeof text, "{\"items\":{\"data\":[%s]}}", items);
	MUST(json_parse(text, strlen(text), &doc, &err));
	int64_t out = stripe_month_of(doc);
	json_free(&doc);
	return out;
}

#define ITEM(amount, interval, count, quantity) "{\"quantity\":" quantity ",\"price\":{\"unit_amount\":" amount ",\"recurring\":{\"interval\":\"" interval "\",\"interval_count\":" count "}}}"

TEST(stripe_month)
{
	CHECK_INT(month(ITEM("2900", "month", "1", "1")), 2900);
	CHECK_INT(month(ITEM("2900", "month", "3", "2")), 1933);
	CHECK_INT(month(ITEM("12000", "year", "1", "1")), 1000);
	CHECK_INT(month(ITEM("1000", "week", "1", "1")), 4333);
	CHECK_INT(month(ITEM("100", "day", "1", "1")), 3042);
	CHECK_INT(month(ITEM("1", "year", "1", "6")), 1); /* a half is rounded up */
	CHECK_INT(month(ITEM("2900", "month", "1", "1") "," ITEM("500", "month", "1", "3")), 4400);
	CHECK_INT(month("{\"quantity\":1000,\"price\":{\"unit_amount\":null,\"unit_amount_decimal\":\"0.5\",\"recurring\":{\"interval\":\"month\",\"interval_count\":1}}}"), 500);
	CHECK_INT(month("{\"price\":{\"unit_amount\":700,\"recurring\":{\"interval\":\"month\",\"interval_count\":1,\"usage_type\":\"metered\"}}}"), 0);
	CHECK_INT(month(""), 0);
}

/* Signatures (SEC-54) */

static const char *sign(struct arena *a, const char *secret, int64_t t, const char *body)
{
	uint8_t mac[SHA256_BYTES];
	const char *text = arena_printf(a, "%lld.%s", (long long)t, body);
	crypto_hmac_sha256(secret, strlen(secret), text, strlen(text), mac);
	return hex_encode(a, mac, sizeof mac);
}

TEST(stripe_sec54_signatures)
{
	static const char body[] = "{\"id\":\"evt_1\", \"object\":\"event\"}", one[] = "whsec_first", two[] = "whsec_second";
	struct core *c = fixture_core(DB_SQLITE);
	struct arena *a = arena_new();
	struct error err = {0};
	int64_t now = noon, t = now / 1000;
	(void)setenv("STRIPE_WEBHOOK_SECRET", "whsec_first,whsec_second", 1);
	const char *good = sign(a, one, t, body), *other = sign(a, two, t, body), *wrong = sign(a, "whsec_third", t, body);
	const struct {
		const char *what, *header, *body;
		int64_t now;
		bool good;
	} cases[] = {
		{"as Stripe sends it", arena_printf(a, "t=%lld,v1=%s,v0=%s", (long long)t, good, wrong), body, now, true},
		{"the second secret", arena_printf(a, "t=%lld,v1=%s", (long long)t, other), body, now, true},
		{"several signatures, the last is right", arena_printf(a, "t=%lld,v1=%s,v1=%s", (long long)t, wrong, other), body, now, true},
		{"blanks", arena_printf(a, "t=%lld, v1=%s", (long long)t, good), body, now, true},
		{"300 seconds", arena_printf(a, "t=%lld,v1=%s", (long long)t, good), body, now + 300000, true},
		{"301 seconds", arena_printf(a, "t=%lld,v1=%s", (long long)t, good), body, now + 301000, false},
		{"301 seconds ahead", arena_printf(a, "t=%lld,v1=%s", (long long)t, good), body, now - 301000, false},
		{"another secret", arena_printf(a, "t=%lld,v1=%s", (long long)t, wrong), body, now, false},
		{"another time than was signed", arena_printf(a, "t=%lld,v1=%s", (long long)t + 1, good), body, now, false},
		{"written anew", arena_printf(a, "t=%lld,v1=%s", (long long)t, good), "{\"id\":\"evt_1\",\"object\":\"event\"}", now, false},
		{"v0 alone", arena_printf(a, "t=%lld,v0=%s", (long long)t, good), body, now, false},
		{"two times", arena_printf(a, "t=%lld,t=%lld,v1=%s", (long long)t, (long long)t, good), body, now, false},
		{"no time", arena_printf(a, "v1=%s", good), body, now, false},
		{"a time that is none", arena_printf(a, "t=12x,v1=%s", good), body, now, false},
		{"half a signature", arena_printf(a, "t=%lld,v1=%.32s", (long long)t, good), body, now, false},
		{"nothing", "", body, now, false},
		{"no header", NULL, body, now, false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (!CHECK_INT(stripe_signature_check(c, cases[i].header, cases[i].body, strlen(cases[i].body), cases[i].now, &err), cases[i].good ? ST_OK : ST_INVALID))
			(void)printf("  %s\n", cases[i].what);
	struct buf longest = {0};
	buf_printf(&longest, "t=%lld,v1=%s", (long long)t, good);
	while (longest.len <= 4096)
		buf_puts(&longest, ",v0=00");
	CHECK_INT(stripe_signature_check(c, buf_str(&longest), body, strlen(body), now, &err), ST_INVALID);
	buf_free(&longest);
	(void)unsetenv("STRIPE_WEBHOOK_SECRET");
	CHECK_INT(stripe_signature_check(c, cases[0].header, body, strlen(body), now, &err), ST_DENIED);
	arena_free(&a);
}

/* A book */

static struct core *book(enum db_engine engine)
{
	static const struct input seller[] = {{"street", "1 rue A"}, {"postal_code", "75001"}, {"city", "Paris"}, {"country", "FR"}, {"vat_number", "FR83404833048"}, {"iban", "FR7630006000011234567890189"}};
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "organizations"));
	clock_freeze(noon);
	(void)setenv("STRIPE_SECRET_KEY", "sk_test_unit", 1);
	(void)unsetenv("STRIPE_WEBHOOK_SECRET");
	r->id = c->org;
	r->num = 1;
	MUST(record_set_inputs(c, r, seller, 6, &err));
	MUST(store_save(c, r, &err));
	arena_free(&a);
	fixture_add(c, "companies", "name=ACME", "street=2 rue B", "city=Lyon", "country=FR", "billing_email=bills@acme.example", NULL);
	return c;
}

static struct id issued(struct core *c, const char *price, int64_t *num)
{
	struct error err = {0};
	char invoice[32], unit[64];
	*num = fixture_add(c, "invoices", "company=ACME", "title=Work", NULL);
	(void)snprintf(invoice, sizeof invoice, "invoice=I-%lld", (long long)*num);
	(void)snprintf(unit, sizeof unit, "unit_price=%s", price);
	fixture_add(c, "invoice_lines", invoice, "name=Work", unit, "vat_rate=20", NULL);
	struct id id = id_of(c, "invoices", *num);
	MUST(invoice_issue(c, &id, &err));
	return id;
}

static void close_book(void)
{
	clock_freeze(0);
	(void)unsetenv("STRIPE_SECRET_KEY");
}

TEST_ENGINES(stripe_asks_are_kept_with_their_keys)
{
	struct core *c = book(engine);
	struct error err = {0};
	struct id link, again;
	int64_t num;
	struct id invoice = issued(c, "100", &num);
	(void)unsetenv("STRIPE_SECRET_KEY");
	CHECK_INT(charge_link(c, &invoice, 0, &link, &err), ST_DENIED);
	(void)setenv("STRIPE_SECRET_KEY", "sk_test_unit", 1);
	CHECK_INT(charge_link(c, &invoice, 12001, &link, &err), ST_INVALID);
	CHECK_INT(charge_link(c, &invoice, 49, &link, &err), ST_INVALID);
	MUST(charge_link(c, &invoice, 0, &link, &err));
	MUST(charge_link(c, &invoice, 12000, &again, &err));
	CHECK(id_eq(&link, &again));
	CHECK_STR(peek(c, "SELECT count(*) FROM jobs j JOIN job_targets g ON g.num = j.target_num WHERE g.kind = 'stripe'"), "1");
	CHECK_STR(peek(c, "SELECT CASE WHEN j.payload LIKE '%' || i.idempotency_key || '%' THEN 'same' ELSE 'other' END FROM jobs j, payment_intents i, job_targets g WHERE g.num = j.target_num AND g.kind = 'stripe'"), "same");
	/* the other mode is refused from now on (SEC-59) */
	(void)setenv("STRIPE_SECRET_KEY", "sk_live_unit", 1);
	CHECK_INT(charge_link(c, &invoice, 5000, &again, &err), ST_DENIED);
	CHECK(strstr(err.message, "test mode") != NULL);
	CHECK_INT(charge_cancel(c, &link, &err), ST_DENIED);
	(void)setenv("STRIPE_SECRET_KEY", "rk_test_unit", 1);
	MUST(charge_cancel(c, &link, &err));
	CHECK_STR(fixture_field(c, "payment_intents", 1, "status"), "canceled");
	/* a draft, and another amount */
	struct id other = id_of(c, "invoices", fixture_add(c, "invoices", "company=ACME", "title=Draft", NULL));
	CHECK_INT(charge_link(c, &other, 0, &again, &err), ST_INVALID);
	close_book();
}

/* Events */

struct stream {
	struct buf *events; /* one JSON text each */
	size_t n, cap;
	int64_t clock; /* seconds */
	int serial;
};

static void tell(struct stream *s, const char *type, const char *object)
{
	mem_grow(&s->events, &s->cap, s->n + 1, sizeof *s->events);
	struct buf *b = &s->events[s->n++];
	*b = (struct buf){0};
	buf_printf(b, "{\"id\":\"evt_%d_%zu\",\"object\":\"event\",\"type\":\"%s\",\"created\":%lld,\"livemode\":false,\"data\":{\"object\":%s}}", s->serial, s->n, type,
		(long long)s->clock, object);
}

static void stream_free(struct stream *s)
{
	for (size_t i = 0; i < s->n; i++)
		buf_free(&s->events[i]);
	free(s->events);
	*s = (struct stream){0};
}

static uint64_t dice_state;

static int dice(int sides)
{
	dice_state ^= dice_state << 13;
	dice_state ^= dice_state >> 7;
	dice_state ^= dice_state << 17;
	return (int)(dice_state % (uint64_t)sides);
}

/* What must come of it. */
struct expected {
	const char *intent, *payment; /* states; payment NULL: none */
	int64_t refunded, lost;
	int refunds, disputes;
	const char *dispute;
	const char *subscription;
	int64_t quantity, mrr;
};

static const char *pi(struct arena *a, int serial, const char *marks, const char *status, const char *error)
{
	return arena_printf(a, "{\"id\":\"pi_%d\",\"object\":\"payment_intent\",\"amount\":12000,\"amount_received\":%d,\"currency\":\"eur\",\"status\":\"%s\",\"metadata\":%s,\"last_payment_error\":%s}", serial,
		strcmp(status, "succeeded") == 0 ? 12000 : 0, status, marks, error ? error : "null");
}

static const char *charge(struct arena *a, int serial, const char *marks, int64_t at, int64_t refunded)
{
	return arena_printf(a, "{\"id\":\"ch_%d\",\"object\":\"charge\",\"amount\":12000,\"amount_captured\":12000,\"amount_refunded\":%lld,\"captured\":true,\"status\":\"succeeded\",\"created\":%lld,\"currency\":\"eur\","
		"\"payment_intent\":\"pi_%d\",\"metadata\":%s,\"payment_method_details\":{\"type\":\"sepa_debit\",\"sepa_debit\":{\"last4\":\"3000\"}}}", serial, (long long)refunded, (long long)at, serial, marks);
}

static void live_refunds(struct stream *s, struct arena *a, const char *marks, struct expected *x, int64_t paid_at)
{
	int n = dice(3);
	int64_t told = 0;
	for (int i = 0; i < n; i++) {
		int64_t amount = i == 0 && dice(3) == 0 ? 12000 : 1000 + dice(4000);
		if (told + amount > 12000)
			break;
		told += amount;
		bool pending = dice(2), fails = dice(4) == 0;
		const char *shape = "{\"id\":\"re_%d_%d\",\"object\":\"refund\",\"amount\":%lld,\"currency\":\"eur\",\"status\":\"%s\",\"payment_intent\":\"pi_%d\",\"reason\":\"duplicate\",\"failure_reason\":\"declined\"}";
		s->clock += dice(3);
		tell(s, "charge.refunded", charge(a, s->serial, marks, paid_at, told));
		tell(s, "refund.created", arena_printf(a, shape, s->serial, i, (long long)amount, pending ? "pending" : "succeeded", s->serial));
		s->clock += dice(2);
		if (pending || fails)
			tell(s, fails ? "refund.failed" : "refund.updated", arena_printf(a, shape, s->serial, i, (long long)amount, fails ? "failed" : "succeeded", s->serial));
		x->refunds++;
		x->refunded += fails ? 0 : amount;
	}
	x->payment = x->refunded == 0 ? "succeeded" : x->refunded == 12000 ? "refunded" : "partially_refunded";
}

static void live_dispute(struct stream *s, struct arena *a, struct expected *x)
{
	static const char *const ends[] = {"won", "lost"};
	const char *shape = "{\"id\":\"du_%d\",\"object\":\"dispute\",\"amount\":%lld,\"currency\":\"eur\",\"status\":\"%s\",\"payment_intent\":\"pi_%d\",\"reason\":\"fraudulent\",\"evidence_details\":{\"due_by\":1791000000}}";
	int64_t amount = 12000 - x->refunded;
	if (dice(3) || amount == 0)
		return;
	x->disputes = 1;
	x->dispute = "needs_response";
	tell(s, "charge.dispute.created", arena_printf(a, shape, s->serial, (long long)amount, x->dispute, s->serial));
	if (dice(2)) {
		s->clock += dice(2);
		x->dispute = "under_review";
		tell(s, "charge.dispute.updated", arena_printf(a, shape, s->serial, (long long)amount, x->dispute, s->serial));
	}
	if (dice(2)) {
		s->clock += dice(2);
		x->dispute = ends[dice(2)];
		tell(s, "charge.dispute.closed", arena_printf(a, shape, s->serial, (long long)amount, x->dispute, s->serial));
	}
	if (strcmp(x->dispute, "lost") == 0) {
		x->lost = amount;
		x->payment = "refunded";
	} else if (strcmp(x->dispute, "won") != 0) {
		x->payment = "disputed";
	}
}

static void live_payment(struct stream *s, struct arena *a, const char *marks, struct expected *x)
{
	x->intent = "queued";
	for (int i = dice(3); i > 0; i--) {
		s->clock += 1 + dice(5);
		x->intent = "failed";
		tell(s, "payment_intent.payment_failed", pi(a, s->serial, marks, "requires_payment_method", "{\"type\":\"card_error\",\"code\":\"card_declined\",\"decline_code\":\"insufficient_funds\"}"));
	}
	if (dice(3) == 0) {
		s->clock += 1 + dice(2);
		x->intent = "processing";
		tell(s, "payment_intent.processing", pi(a, s->serial, marks, "processing", NULL));
	}
	if (dice(6) == 0)
		return;
	s->clock += 1;
	int64_t at = s->clock;
	x->intent = x->payment = "succeeded";
	tell(s, "charge.succeeded", charge(a, s->serial, marks, at, 0));
	tell(s, "payment_intent.succeeded", pi(a, s->serial, marks, "succeeded", NULL));
	tell(s, "checkout.session.completed", arena_printf(a, "{\"id\":\"cs_%d\",\"object\":\"checkout.session\",\"mode\":\"payment\",\"status\":\"complete\",\"payment_status\":\"paid\",\"amount_total\":12000,\"currency\":\"eur\",\"payment_intent\":\"pi_%d\",\"metadata\":%s}",
		s->serial, s->serial, marks));
	live_refunds(s, a, marks, x, at);
	live_dispute(s, a, x);
}

static void live_subscription(struct stream *s, struct arena *a, struct expected *x)
{
	const char *shape = "{\"id\":\"sub_%d\",\"object\":\"subscription\",\"customer\":\"cus_known\",\"currency\":\"eur\",\"status\":\"%s\",\"cancel_at_period_end\":false,\"items\":{\"data\":[{\"quantity\":%d,\"current_period_start\":1790000000,"
		"\"current_period_end\":1792592000,\"price\":{\"id\":\"price_x\",\"unit_amount\":2900,\"recurring\":{\"interval\":\"month\",\"interval_count\":1}}}]}}";
	int quantity = 1;
	if (dice(2))
		return;
	s->clock += 1 + dice(3);
	x->subscription = "incomplete";
	tell(s, "customer.subscription.created", arena_printf(a, shape, s->serial, "incomplete", quantity));
	if (dice(4)) {
		s->clock += dice(2); /* often in the same second as its beginning */
		x->subscription = "active";
		tell(s, "customer.subscription.updated", arena_printf(a, shape, s->serial, "active", quantity));
	}
	for (int i = dice(3); i > 0; i--) {
		s->clock += 1 + dice(3);
		quantity++;
		x->subscription = "active";
		tell(s, "customer.subscription.updated", arena_printf(a, shape, s->serial, "active", quantity));
	}
	if (dice(3) == 0) {
		s->clock += dice(2);
		x->subscription = "canceled";
		tell(s, "customer.subscription.deleted", arena_printf(a, shape, s->serial, "canceled", quantity));
	}
	x->quantity = quantity;
	x->mrr = 2900 * quantity;
}

/* Shuffled, some of them twice or three times, one by one and in lists. */
static void pour(struct core *c, struct stream *s)
{
	struct error err = {0};
	size_t extra = (size_t)dice((int)s->n + 1), total = s->n + extra;
	size_t *order = mem_array(total + 1, sizeof *order);
	for (size_t i = 0; i < total; i++)
		order[i] = i < s->n ? i : (size_t)dice((int)s->n);
	for (size_t i = total; i > 1; i--) {
		size_t k = (size_t)dice((int)i), keep = order[i - 1];
		order[i - 1] = order[k];
		order[k] = keep;
	}
	for (size_t i = 0; i < total;) {
		struct buf b = {0};
		int64_t fresh;
		size_t most = 1 + (size_t)dice(5);
		bool list = dice(2);
		buf_puts(&b, list ? "{\"object\":\"list\",\"has_more\":false,\"data\":[" : "");
		for (size_t k = 0; k < (list ? most : 1) && i < total; k++, i++)
			buf_printf(&b, "%s%s", k ? "," : "", buf_str(&s->events[order[i]]));
		buf_puts(&b, list ? "]}" : "");
		MUST(stripe_events_take(c, b.data, b.len, &fresh, &err));
		buf_free(&b);
	}
	free(order);
}

static int64_t num_of(struct core *c, const char *sql)
{
	const char *s = peek(c, sql);
	return s && *s ? strtoll(s, NULL, 10) : 0;
}

static void compare(struct core *c, const struct expected *x, int serial, int64_t invoice, int64_t intent, struct arena *a, uint64_t seed)
{
	int64_t payment = num_of(c, arena_printf(a, "SELECT num FROM payments WHERE stripe_payment_intent = 'pi_%d'", serial));
	bool good = CHECK_STR(fixture_field(c, "payment_intents", intent, "status"), x->intent);
	good &= CHECK_INT(num_of(c, arena_printf(a, "SELECT count(*) FROM payments WHERE stripe_payment_intent = 'pi_%d'", serial)), x->payment ? 1 : 0);
	if (x->payment && payment) {
		good &= CHECK_STR(fixture_field(c, "payments", payment, "status"), x->payment);
		good &= CHECK_STR(fixture_field(c, "payments", payment, "method"), "sepa_debit");
		good &= CHECK_STR(fixture_field(c, "payments", payment, "card"), "SEPA •••• 3000");
		good &= CHECK_STR(fixture_field(c, "payments", payment, "paid_on"), "2026-09-21");
		good &= CHECK_INT(num_of(c, arena_printf(a, "SELECT refunded_minor FROM payments WHERE num = %lld", (long long)payment)), x->refunded);
		good &= CHECK_INT(num_of(c, arena_printf(a, "SELECT count(*) FROM refunds WHERE stripe_refund_id LIKE 're_%d_%%'", serial)), x->refunds);
		good &= CHECK_INT(num_of(c, arena_printf(a, "SELECT count(*) FROM disputes WHERE stripe_dispute_id = 'du_%d'", serial)), x->disputes);
		if (x->disputes)
			good &= CHECK_STR(peek(c, arena_printf(a, "SELECT status FROM disputes WHERE stripe_dispute_id = 'du_%d'", serial)), x->dispute);
	}
	good &= CHECK_INT(num_of(c, arena_printf(a, "SELECT paid_minor FROM invoices WHERE num = %lld", (long long)invoice)), x->payment ? 12000 - x->refunded - x->lost : 0);
	good &= CHECK_INT(num_of(c, arena_printf(a, "SELECT due_minor FROM invoices WHERE num = %lld", (long long)invoice)), x->payment ? x->refunded + x->lost : 12000);
	good &= CHECK_INT(num_of(c, arena_printf(a, "SELECT count(*) FROM subscriptions WHERE stripe_subscription_id = 'sub_%d'", serial)), x->subscription ? 1 : 0);
	if (x->subscription) {
		good &= CHECK_STR(peek(c, arena_printf(a, "SELECT status FROM subscriptions WHERE stripe_subscription_id = 'sub_%d'", serial)), x->subscription);
		good &= CHECK_INT(num_of(c, arena_printf(a, "SELECT quantity FROM subscriptions WHERE stripe_subscription_id = 'sub_%d'", serial)), x->quantity);
		good &= CHECK_INT(num_of(c, arena_printf(a, "SELECT mrr_minor FROM subscriptions WHERE stripe_subscription_id = 'sub_%d'", serial)), x->mrr);
	}
	if (!good)
		(void)printf("  stream %d, seed %llu\n", serial, (unsigned long long)seed);
}

static int count_of_streams(void)
{
	const char *s = getenv("SIMPLIX_STRIPE_STREAMS");
	return s && atoi(s) > 0 ? atoi(s) : 300;
}

TEST_ENGINES(stripe_sec56_events_in_any_order)
{
	struct core *c = book(engine);
	struct error err = {0};
	int64_t first, num;
	struct id invoice = issued(c, "100", &first), intent, account;
	const char *seed_text = getenv("SIMPLIX_SEED");
	MUST(charge_link(c, &invoice, 0, &intent, &err));
	account = id_of(c, "billing_accounts", 1);
	MUST(rows_run(c, &err, "UPDATE billing_accounts SET stripe_customer_id = 'cus_known' WHERE id = $1", "d", &account));
	dice_state = seed_text ? strtoull(seed_text, NULL, 10) : 88172645463325252ULL;
	for (int i = 1; i <= count_of_streams(); i++) {
		struct arena *a = arena_new();
		struct stream s = {.clock = noon / 1000, .serial = i};
		struct expected x = {0};
		char org[ID_TEXT_SIZE], mark[ID_TEXT_SIZE];
		uint64_t seed = dice_state;
		invoice = issued(c, "100", &num);
		MUST(charge_link(c, &invoice, 0, &intent, &err));
		const char *marks = arena_printf(a, "{\"simplix_org\":\"%s\",\"simplix_intent\":\"%s\"}", id_format(&c->org, org), id_format(&intent, mark));
		live_payment(&s, a, marks, &x);
		live_subscription(&s, a, &x);
		if (s.n)
			pour(c, &s);
		compare(c, &x, i, num, num_of(c, "SELECT max(num) FROM payment_intents"), a, seed);
		stream_free(&s);
		arena_free(&a);
	}
	CHECK_STR(peek(c, "SELECT count(*) FROM stripe_events WHERE handled_at IS NULL OR error IS NOT NULL"), "0");
	close_book();
}

static enum status take_one(struct core *c, const char *type, const char *object, bool live, int64_t *fresh, struct error *err)
{
	static int serial;
	struct buf b = {0};
	buf_printf(&b, "{\"id\":\"evt_one_%d\",\"object\":\"event\",\"type\":\"%s\",\"created\":1790000000,\"livemode\":%s,\"data\":{\"object\":%s}}", ++serial, type, live ? "true" : "false", object);
	enum status st = stripe_events_take(c, b.data, b.len, fresh, err);
	buf_free(&b);
	return st;
}

TEST_ENGINES(stripe_events_that_are_not_ours)
{
	struct core *c = book(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	int64_t num, fresh = -1;
	struct id invoice = issued(c, "100", &num), intent;
	char org[ID_TEXT_SIZE], mark[ID_TEXT_SIZE];
	MUST(charge_link(c, &invoice, 0, &intent, &err));
	const char *ours = arena_printf(a, "{\"simplix_org\":\"%s\",\"simplix_intent\":\"%s\"}", id_format(&c->org, org), id_format(&intent, mark));
	const char *others = arena_printf(a, "{\"simplix_org\":\"01a20fcf-e2dd-7000-8ba5-519eed6bb16b\",\"simplix_intent\":\"%s\"}", mark);
	CHECK_INT(take_one(c, "payment_intent.succeeded", pi(a, 1, ours, "succeeded", NULL), true, &fresh, &err), ST_INVALID); /* real money in a book of tests */
	CHECK_INT(stripe_events_take(c, "{}", 2, &fresh, &err), ST_INVALID);
	CHECK_INT(stripe_events_take(c, "{\"object\":\"event\",\"id\":\"x\"}", 27, &fresh, &err), ST_INVALID);
	CHECK_INT(stripe_events_take(c, "nothing", 7, &fresh, &err), ST_INVALID);
	CHECK_STR(peek(c, "SELECT count(*) FROM stripe_events"), "0");
	MUST(take_one(c, "payment_intent.succeeded", pi(a, 2, others, "succeeded", NULL), false, &fresh, &err)); /* another book's, same account */
	CHECK_INT(fresh, 1);
	MUST(take_one(c, "payment_intent.succeeded", pi(a, 3, "{}", "succeeded", NULL), false, &fresh, &err));
	MUST(take_one(c, "radar.early_fraud_warning.created", "{\"id\":\"issfr_1\",\"object\":\"radar.early_fraud_warning\"}", false, &fresh, &err));
	CHECK_STR(peek(c, "SELECT count(*) FROM payments"), "0");
	CHECK_STR(peek(c, "SELECT count(*) FROM stripe_events WHERE handled_at IS NOT NULL"), "3");
	/* paid by hand, and then by the link too: more came than was due, and all of it is there */
	fixture_add(c, "payments", arena_printf(a, "invoice=I-%lld", (long long)num), "amount=120", NULL);
	CHECK_STR(peek(c, "SELECT count(*) FROM jobs WHERE payload LIKE '{\"op\":\"close\"%'"), "1");
	MUST(take_one(c, "payment_intent.succeeded", pi(a, 1, ours, "succeeded", NULL), false, &fresh, &err));
	CHECK_STR(fixture_field(c, "invoices", num, "overpaid"), "120.00");
	CHECK_STR(fixture_field(c, "payments", 2, "overpayment"), "1");
	CHECK_STR(fixture_field(c, "payments", 2, "status"), "succeeded");
	arena_free(&a);
	close_book();
}
