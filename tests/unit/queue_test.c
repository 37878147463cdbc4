/* The queue: order, leases, taking over, settling; domain events; signatures; which addresses may be called. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/automation/domain_events.h"
#include "core/automation/webhook.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/crm/merge.h"
#include "core/crm/rows.h"
#include "core/crm/store.h"
#include "core/crm/undo.h"
#include "core/helper/address.h"
#include "core/helper/breaker.h"
#include "core/helper/helper.h"
#include "core/helper/http.h"
#include "core/helper/kind.h"
#include "core/helper/queue.h"
#include "tests/unit/security_fixture.h"

static const int64_t noon = INT64_C(1790000000000);

static int64_t hook(struct core *c, const char *name, const char *events)
{
	return fixture_add(c, "webhooks", name, "url=https://hooks.example/x", events, NULL);
}

/* A job for a target of its own kind of name. */
static int64_t put(struct core *c, uint8_t target, const char *title)
{
	struct error err = {0};
	int64_t num = 0;
	struct job_new j = {.kind = "webhook", .target = {{target, 1, 2, 3}}, .title = title};
	MUST(queue_add(c, &j, &num, &err));
	return num;
}

static struct worker join(struct core *c)
{
	struct worker w = {0};
	struct error err = {0};
	MUST(queue_join(c, &w, &err));
	return w;
}

static int claim(struct core *c, struct worker *w, struct arena *a, struct lease **list)
{
	struct error err = {0};
	int n = 0;
	MUST(queue_claim(c, w, 10, a, list, &n, &err));
	return n;
}

TEST_ENGINES(queue_keeps_the_order_of_each_target)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct lease *leases, *none;
	struct job *jobs;
	int n;
	clock_freeze(noon);
	int64_t one = put(c, 1, "one");
	(void)put(c, 1, "two");
	int64_t other = put(c, 2, "other");
	struct worker w = join(c), v = join(c);
	CHECK_INT(claim(c, &w, a, &leases), 2);
	CHECK_INT(claim(c, &v, a, &none), 0); /* nobody else gets them */
	MUST(queue_load(c, &leases[0], 10, a, &jobs, &n, &err));
	CHECK_INT(n, 2);
	CHECK_STR(jobs[0].title, "one");
	/* the first waits: what is behind it waits too; the other target does not */
	const struct result list[] = {{.job = one, .target = leases[0].target, .end = JOB_LATER, .later_at = noon + 5000, .counts = true, .error = "no"},
		{.job = other, .target = leases[1].target, .end = JOB_DONE, .counts = true, .status = 200}};
	const int64_t released[] = {leases[0].target, leases[1].target};
	MUST(queue_settle(c, &w, list, 2, released, 2, &err));
	CHECK_INT(claim(c, &w, a, &leases), 0);
	CHECK_INT(queue_next_due(c), noon + 5000);
	CHECK_STR(peek(c, "SELECT state FROM jobs WHERE title = 'other'"), "done");
	CHECK_STR(peek(c, "SELECT error FROM job_attempts"), "no");
	clock_freeze(noon + 5000);
	CHECK_INT(claim(c, &w, a, &leases), 1);
	MUST(queue_load(c, &leases[0], 10, a, &jobs, &n, &err));
	CHECK_INT(n, 2);
	CHECK_INT(jobs[0].attempt, 1);
	queue_leave(c, &w);
	queue_leave(c, &v);
	arena_free(&a);
	clock_freeze(0);
}

TEST_ENGINES(queue_a_worker_that_lost_its_lease_records_nothing)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct lease *leases;
	int64_t job = put(c, 1, "x");
	struct worker w = join(c), v = join(c);
	CHECK_INT(claim(c, &w, a, &leases), 1);
	/* v watches: nothing moves for as long as a lease lives */
	MUST(queue_watch(c, &v, false, 1000, &err));
	MUST(queue_watch(c, &v, false, 1000 + QUEUE_LEASE_MS - 1, &err));
	CHECK_INT(claim(c, &v, a, &leases), 0);
	MUST(queue_watch(c, &v, false, 1000 + QUEUE_LEASE_MS, &err));
	CHECK_INT(claim(c, &v, a, &leases), 1);
	struct result r = {.job = job, .target = leases[0].target, .end = JOB_DONE, .counts = true, .status = 200};
	MUST(queue_settle(c, &w, &r, 1, &leases[0].target, 1, &err));
	CHECK_STR(peek(c, "SELECT state FROM jobs"), "pending");
	MUST(queue_settle(c, &v, &r, 1, &leases[0].target, 1, &err));
	CHECK_STR(peek(c, "SELECT state FROM jobs"), "done");
	CHECK_INT(claim(c, &w, a, &leases), 0); /* and joins anew */
	CHECK_STR(peek(c, "SELECT count(*) FROM job_workers"), "2");
	queue_leave(c, &w);
	queue_leave(c, &v);
	arena_free(&a);
}

/* A worker of this machine that was killed is known to be gone at once. */
TEST_ENGINES(queue_a_dead_process_loses_its_targets_at_once)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct lease *leases;
	(void)put(c, 1, "x");
	struct worker w = join(c), v = join(c);
	CHECK_INT(claim(c, &w, a, &leases), 1);
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	(void)waitpid(child, NULL, 0);
	MUST(rows_run(c, &err, "UPDATE job_workers SET pid = $1 WHERE num = $2", "ii", (int64_t)child, w.num));
	MUST(queue_watch(c, &v, false, 1000, &err));
	CHECK_INT(claim(c, &v, a, &leases), 1);
	queue_leave(c, &v);
	queue_leave(c, &w);
	arena_free(&a);
}

TEST_ENGINES(queue_follows_its_transaction)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct txn *t;
	(void)hook(c, "name=A", "events=contact.*");
	MUST(txn_begin(c, CHANGE_EDIT, NULL, &t, &err));
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "contacts"));
	record_put_text(r, "last_name", "Gone");
	MUST(store_insert(t, r, &err));
	txn_rollback(&t);
	CHECK_STR(peek(c, "SELECT count(*) FROM jobs"), "0");
	int64_t n = fixture_add(c, "contacts", "last_name=Here", "email=a@b.example", NULL);
	CHECK_STR(peek(c, "SELECT count(*) FROM jobs"), "1");
	CHECK_STR(peek(c, "SELECT type FROM domain_events"), "contact.created");
	/* a child's change is its contact's; one event for all of a set */
	struct record *patch = record_new(a, model_entity(c->model, "contacts"));
	patch->id = id_of(c, "contacts", n);
	patch->num = n;
	record_put_text(patch, "email", "c@d.example");
	record_put_text(patch, "job_title", "Buyer");
	MUST(store_save(c, patch, &err));
	CHECK_STR(peek(c, "SELECT count(*) FROM domain_events"), "2");
	CHECK_STR(peek(c, "SELECT type FROM domain_events WHERE num = 2"), "contact.updated");
	/* undoing it is a change too */
	struct undo_report rep;
	MUST(undo_last(c, &rep, &err));
	CHECK_STR(peek(c, "SELECT count(*) FROM domain_events"), "3");
	arena_free(&a);
}

TEST_ENGINES(events_of_a_deal)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	(void)hook(c, "name=A", "events=deal.won, deal.stage_changed");
	int64_t n = fixture_add(c, "deals", "title=Fleet", "value=50000", NULL);
	CHECK_STR(peek(c, "SELECT count(*) FROM domain_events"), "0"); /* nobody asked for deal.created */
	struct record *r = record_new(a, model_entity(c->model, "deals"));
	r->id = id_of(c, "deals", n);
	r->num = n;
	MUST(record_set_input(c, r, "stage", "Won", &err));
	MUST(store_save(c, r, &err));
	CHECK_STR(peek(c, "SELECT type FROM domain_events WHERE num = 1"), "deal.stage_changed");
	CHECK_STR(peek(c, "SELECT type FROM domain_events WHERE num = 2"), "deal.won");
	struct db_stmt *s;
	bool row;
	struct cJSON *doc = NULL;
	MUST(rows_first(c, &s, &row, &err, "SELECT payload FROM domain_events WHERE num = 2", ""));
	const char *payload = arena_strdup(a, db_text(s, 0));
	db_done(s);
	MUST(json_parse(payload, strlen(payload), &doc, &err));
	CHECK_STR(json_text(json_get(doc, "event")), "deal.won");
	CHECK(json_text(json_get(doc, "timestamp")) && json_text(json_get(doc, "organization_id")));
	const struct cJSON *data = json_get(doc, "data");
	CHECK(json_text(json_get(data, "deal_id")) && json_text(json_get(data, "won_at")));
	CHECK_STR(json_text(json_get(data, "title")), "Fleet");
	CHECK(strstr(payload, "\"value\":50000.00") != NULL);
	json_free(&doc);
	arena_free(&a);
}

TEST_ENGINES(webhooks_paused_and_deleted)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct lease *leases;
	struct undo_report rep;
	int64_t n = hook(c, "name=A", "events=contact.*");
	struct id id = id_of(c, "webhooks", n);
	struct worker w = join(c);
	(void)fixture_add(c, "contacts", "last_name=One", NULL);
	struct record *r = record_new(a, model_entity(c->model, "webhooks"));
	r->id = id;
	r->num = n;
	record_put_int(r, "active", 0);
	MUST(store_save(c, r, &err));
	CHECK_INT(claim(c, &w, a, &leases), 0);
	CHECK_STR(peek(c, "SELECT state FROM jobs"), "pending");
	(void)fixture_add(c, "contacts", "last_name=Two", NULL); /* what happens meanwhile waits too */
	CHECK_STR(peek(c, "SELECT count(*) FROM jobs"), "2");
	CHECK_INT(claim(c, &w, a, &leases), 0);
	MUST(undo_last(c, &rep, &err)); /* Two */
	MUST(undo_last(c, &rep, &err)); /* let go again */
	CHECK_INT(claim(c, &w, a, &leases), 1);
	MUST(queue_settle(c, &w, NULL, 0, &leases[0].target, 1, &err));
	MUST(store_remove(c, model_entity(c->model, "webhooks"), &id, &err));
	CHECK_STR(peek(c, "SELECT state FROM jobs"), "withdrawn");
	CHECK_INT(claim(c, &w, a, &leases), 0);
	MUST(undo_last(c, &rep, &err)); /* and its deliveries come back with it */
	CHECK_STR(peek(c, "SELECT state FROM jobs"), "pending");
	CHECK_INT(claim(c, &w, a, &leases), 1);
	queue_leave(c, &w);
	arena_free(&a);
}

static struct result judged(struct core *c, const struct job *j, int status, int64_t retry_after_s, struct arena *a)
{
	struct http_answer answer = {.end = HTTP_ANSWERED, .status = status, .retry_after_s = retry_after_s, .body = "", .error = ""};
	struct result r = {0};
	webhook_kind.judge(c, j, &answer, a, &r);
	return r;
}

/* Five days of failing turn a webhook off, five days of nobody trying do not; and turned on again it has five days anew. */
TEST_ENGINES(webhooks_failing_for_five_days)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct lease *leases;
	struct job *jobs;
	int got;
	clock_freeze(noon);
	int64_t n = hook(c, "name=A", "events=contact.*");
	(void)fixture_add(c, "contacts", "last_name=One", NULL);
	struct worker w = join(c);
	CHECK_INT(claim(c, &w, a, &leases), 1);
	MUST(queue_load(c, &leases[0], 1, a, &jobs, &got, &err));
	struct result r = {.job = jobs[0].num, .target = leases[0].target, .end = JOB_LATER, .later_at = noon, .counts = true, .status = 500, .error = "no"};
	MUST(queue_settle(c, &w, &r, 1, NULL, 0, &err));
	clock_freeze(noon + 6 * CLOCK_DAY);
	CHECK(judged(c, &jobs[0], 500, -1, a).end == JOB_LATER);
	CHECK_STR(fixture_field(c, "webhooks", n, "active"), "1"); /* tried once, six days ago */
	for (int i = 0; i < WEBHOOK_FAILING_TRIES; i++)
		MUST(queue_settle(c, &w, &r, 1, NULL, 0, &err));
	(void)judged(c, &jobs[0], 500, -1, a);
	CHECK_STR(fixture_field(c, "webhooks", n, "active"), "0");
	struct record *on = record_new(a, model_entity(c->model, "webhooks"));
	on->id = id_of(c, "webhooks", n);
	on->num = n;
	record_put_int(on, "active", 1);
	MUST(store_save(c, on, &err));
	(void)judged(c, &jobs[0], 500, -1, a);
	CHECK_STR(fixture_field(c, "webhooks", n, "active"), "1");
	/* waits that nobody tried in begin no count */
	r.counts = false;
	MUST(queue_settle(c, &w, &r, 1, NULL, 0, &err));
	CHECK_STR(peek(c, "SELECT COALESCE(failing_since, 0) FROM job_targets"), "0");
	/* Retry-After is obeyed, but never hurries us */
	CHECK(judged(c, &jobs[0], 503, 0, a).later_at >= clock_now() + 4000);
	CHECK(judged(c, &jobs[0], 503, 100, a).later_at == clock_now() + 100000);
	CHECK(judged(c, &jobs[0], 503, 10000000, a).later_at == clock_now() + CLOCK_DAY);
	queue_leave(c, &w);
	arena_free(&a);
	clock_freeze(0);
}

/* A webhook's address and headers hold keys: administrators alone read them. */
TEST_ENGINES(webhooks_are_administrators)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct id id, there = id_of(c, "webhooks", hook(c, "name=Secretive", "events=*"));
	char text[ID_TEXT_SIZE];
	static const char *const roles[] = {"rep", "manager", "read_only"};
	secure_owner(c);
	struct id owner = c->user;
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		char mail[40];
		act_as(c, owner);
		(void)snprintf(mail, sizeof mail, "%s@test.example", roles[i]);
		act_as(c, secure_user(c, roles[i], mail, roles[i]));
		CHECK_STR(fixture_filter(c, "webhooks", "", NULL), "");
		CHECK(store_find(c, model_entity(c->model, "webhooks"), id_format(&there, text), &id, &err) != ST_OK);
		CHECK(store_find(c, model_entity(c->model, "webhooks"), "Secretive", &id, &err) != ST_OK);
	}
	act_as(c, owner);
	CHECK_STR(fixture_filter(c, "webhooks", "", NULL), "1");
}

TEST_ENGINES(events_of_a_merge_done_again)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report rep;
	(void)hook(c, "name=A", "events=contact.*");
	struct id one = id_of(c, "contacts", fixture_add(c, "contacts", "last_name=One", NULL)), two = id_of(c, "contacts", fixture_add(c, "contacts", "last_name=Two", NULL));
	MUST(merge_records(c, model_entity(c->model, "contacts"), &one, &two, &err));
	CHECK_STR(peek(c, "SELECT type FROM domain_events ORDER BY num DESC LIMIT 1"), "contact.merged");
	MUST(undo_last(c, &rep, &err));
	CHECK_STR(peek(c, "SELECT type FROM domain_events ORDER BY num DESC LIMIT 1"), "contact.created");
	MUST(redo_last(c, &rep, &err));
	CHECK_STR(peek(c, "SELECT type FROM domain_events ORDER BY num DESC LIMIT 1"), "contact.merged");
	CHECK_STR(peek(c, "SELECT count(*) FROM domain_events WHERE type = 'contact.deleted'"), "0");
}

TEST_ENGINES(webhooks_bad_input)
{
	struct core *c = fixture_core(engine);
	static const char *const bad[][2] = {{"url", "http://hooks.example/x"}, {"url", "ftp://hooks.example/x"}, {"url", "https://me:secret@hooks.example/"},
		{"url", "hello"}, {"events", "deal.nothing"}, {"events", "contact"}, {"events", ", ,"}, {"headers", "no colon"}, {"headers", "Host: x"},
		{"headers", "webhook-signature: x"}, {"headers", "X-A: b\rX-B: c"}, {"retry_count", "99"}, {"timeout_ms", "5"}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct error err = {0};
		struct arena *a = arena_new();
		struct record *r = record_new(a, model_entity(c->model, "webhooks"));
		record_put_text(r, "name", "x");
		record_put_text(r, "url", "https://hooks.example/x");
		record_put_text(r, "events", "*");
		enum status st = record_set_input(c, r, bad[i][0], bad[i][1], &err);
		if (st == ST_OK)
			st = store_save(c, r, &err);
		test_check(st == ST_INVALID && *err.message, __FILE__, __LINE__, "%s=%s was taken", bad[i][0], bad[i][1]);
		arena_free(&a);
	}
}

TEST_ENGINES(webhooks_secrets_are_sealed_and_overlap)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	char one[WEBHOOK_SECRET_SIZE], two[WEBHOOK_SECRET_SIZE];
	struct id id = id_of(c, "webhooks", hook(c, "name=A", "events=*"));
	clock_freeze(noon);
	MUST(webhook_new_secret(c, &id, one, &err));
	MUST(webhook_new_secret(c, &id, two, &err));
	CHECK(strncmp(one, "whsec_", 6) == 0 && strcmp(one, two) != 0);
	CHECK_STR(peek(c, "SELECT count(*) FROM webhook_secrets WHERE expires_at IS NULL"), "1");
	CHECK(memmem(peek(c, "SELECT sealed FROM webhook_secrets"), 20, "whsec", 5) == NULL);
	secure_owner(c);
	struct id rita = secure_user(c, "Rita", "rita@test.example", "rep");
	act_as(c, rita);
	CHECK(webhook_new_secret(c, &id, two, &err) == ST_DENIED);
	clock_freeze(0);
}

/* The example of the specification's reference implementations, and every flipped bit. */
TEST(webhooks_sec50_signatures)
{
	static const char secret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id[] = "msg_p5jXN8AQM9LWM0D4loKWxJek", body[] = "{\"test\": 2432232314}",
			  want[] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
	struct arena *a = arena_new();
	CHECK_STR(webhook_sign(a, secret, id, 1614265330, body, sizeof body - 1), want);
	CHECK(webhook_verify(secret, id, "1614265330", want, body, sizeof body - 1));
	CHECK(webhook_verify(secret, id, "1614265330", "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", body, sizeof body - 1));
	CHECK(!webhook_verify(secret, id, "1614265331", want, body, sizeof body - 1));
	CHECK(!webhook_verify(secret, "msg_other", "1614265330", want, body, sizeof body - 1));
	char other[sizeof body];
	for (size_t i = 0; i < (sizeof body - 1) * 8; i++) {
		memcpy(other, body, sizeof body);
		other[i / 8] = (char)(other[i / 8] ^ (1 << i % 8));
		CHECK(!webhook_verify(secret, id, "1614265330", want, other, sizeof body - 1));
	}
	/* RFC 4231, case 2, as the older header says it */
	CHECK_STR(webhook_sign_legacy(a, "Jefe", "what do ya want for nothing?", 28), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	arena_free(&a);
}

static bool is_public(const char *text)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return address_is_public((const struct sockaddr *)&in);
	CHECK_INT(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
	return address_is_public((const struct sockaddr *)&in6);
}

TEST(address_sec48_special_ranges)
{
	static const char *const inside[] = {"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
		"169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.0.1", "192.88.99.1", "198.18.0.1", "198.19.255.255",
		"198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
		"::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:db8::1",
		"2002:7f00:1::", "2002:a00:1::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "4000::1"};
	static const char *const outside[] = {"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "126.255.255.255", "128.0.0.1", "172.15.255.255", "172.32.0.1",
		"192.167.1.1", "198.17.1.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
		"2001:4860::8888"};
	for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
		test_check(!is_public(inside[i]), __FILE__, __LINE__, "%s may be called", inside[i]);
	for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
		test_check(is_public(outside[i]), __FILE__, __LINE__, "%s may not be called", outside[i]);
	CHECK(address_is_listed("hooks.lan, 127.0.0.1:8080", "HOOKS.lan", 80));
	CHECK(address_is_listed("hooks.lan, 127.0.0.1:8080", "127.0.0.1", 8080));
	CHECK(!address_is_listed("hooks.lan, 127.0.0.1:8080", "127.0.0.1", 80));
	CHECK(!address_is_listed("hooks.lan", "evil-hooks.lan", 80) && !address_is_listed(NULL, "x", 80) && !address_is_listed("", "", 80));
}

struct outcome {
	enum http_end end;
	bool unknown; /* there is no such host */
	int calls;
};

static void take(void *arg, const struct http_answer *answer)
{
	struct outcome *o = arg;
	o->end = answer->end;
	o->unknown = strcmp(answer->error, "The host name is not known.") == 0;
	o->calls++;
}

/* However the inside is spelled: nothing is connected to. */
TEST(address_sec48_sec49_no_spelling_gets_inside)
{
	static const char *const hosts[] = {"127.0.0.1", "localhost", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0",
		"[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[::127.0.0.1]", "127.0.0.1.", "LOCALHOST", "127.000.000.001"};
	struct http *h = http_new(NULL);
	(void)setenv("https_proxy", "http://127.0.0.1:9", 1);
	(void)setenv("ALL_PROXY", "http://127.0.0.1:9", 1);
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		char url[120];
		struct outcome o = {.end = HTTP_ANSWERED};
		(void)snprintf(url, sizeof url, "https://%s:9/", hosts[i]);
		http_send(h, &(struct http_request){.method = "POST", .url = url, .body = "x", .body_n = 1, .timeout_ms = 3000}, take, &o);
		for (int turn = 0; turn < 100 && !o.calls; turn++)
			http_turn(h, 100);
		test_check(o.calls == 1 && (o.end == HTTP_FORBIDDEN || o.unknown), __FILE__, __LINE__, "%s: %d", hosts[i], (int)o.end);
	}
	(void)unsetenv("https_proxy");
	(void)unsetenv("ALL_PROXY");
	http_free(&h);
}

TEST(breaker_opens_doubles_and_probes)
{
	struct breaker *b = breaker_new();
	for (int i = 0; i < BREAKER_FAILS; i++) {
		CHECK_INT(breaker_wait(b, "a:443", 0), 0);
		breaker_note(b, "a:443", false, 0);
	}
	CHECK_INT(breaker_wait(b, "a:443", 0), BREAKER_FIRST_MS);
	CHECK_INT(breaker_wait(b, "b:443", 0), 0);
	CHECK_INT(breaker_wait(b, "a:443", BREAKER_FIRST_MS), 0); /* one may see */
	CHECK(breaker_wait(b, "a:443", BREAKER_FIRST_MS) > 0);
	breaker_release(b, "a:443"); /* it saw nothing: the next may */
	CHECK_INT(breaker_wait(b, "a:443", BREAKER_FIRST_MS), 0);
	breaker_note(b, "a:443", false, BREAKER_FIRST_MS);
	CHECK_INT(breaker_wait(b, "a:443", BREAKER_FIRST_MS), 2 * BREAKER_FIRST_MS);
	breaker_note(b, "a:443", true, BREAKER_FIRST_MS);
	CHECK_INT(breaker_wait(b, "a:443", BREAKER_FIRST_MS), 0);
	breaker_free(&b);
}

/* Started and stopped again and again, with work and without, beside somebody who writes: no thread, lease or memory stays behind. */
TEST_ENGINES(helper_sec69_starts_and_stops)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	const char *text = getenv("HELPER_CYCLES");
	int cycles = text ? atoi(text) : 50;
	(void)setenv("SIMPLIX_ALLOWED_HOSTS", "127.0.0.1", 1);
	(void)fixture_add(c, "webhooks", "name=A", "url=http://127.0.0.1:9/x", "events=contact.*", NULL); /* nobody answers there */
	for (int i = 0; i < cycles; i++) {
		struct helper *h = NULL;
		char name[40];
		(void)snprintf(name, sizeof name, "last_name=N%d", i);
		MUST(helper_start(c, &h, &err));
		if (i % 2)
			(void)fixture_add(c, "contacts", name, NULL);
		helper_wake(h);
		CHECK(helper_stop(&h, 2000));
	}
	CHECK_STR(peek(c, "SELECT count(*) FROM job_targets WHERE lease_by IS NOT NULL"), "0");
	CHECK_STR(peek(c, "SELECT count(*) FROM job_workers"), "0");
	CHECK_INT(atoi(peek(c, "SELECT count(*) FROM jobs WHERE finished_at IS NULL")), cycles / 2); /* and none was lost */
	(void)unsetenv("SIMPLIX_ALLOWED_HOSTS");
}

/* Headers of one's own are lines of ours: nothing ends one, nothing stands for what Simplix sets, nothing begins another request. */
TEST(webhooks_sec_headers_cannot_be_injected)
{
	static const char *const bad[] = {"X-A: b\r", "X-A: b\rX-B: c", "X-A: b\r\nX-B: c", "X-A: b\r\n\r\nGET / HTTP/1.1", "X-A: \x01", "X-A: \x1b[31m", "X-A: a\tb", "X-A: \x7f", "X-A: b\x0bX-B: c",
		"X-A: b\x0c", "X-A : b", " X-A: b", "\tX-A: b", "X-A: b\n folded", "X-A: b\n\tfolded", ": b", ":", "X A: b", "X-\xc3\x89: b", "X-A", "X-A; b", "X(A): b", "X-A\": b", "X/A: b",
		"@file: b", "X-A: b\nHost: x", "host: x", "HOST: x", "Content-Length: 0", "content-type: text/html", "Transfer-Encoding: chunked", "TRANSFER-ENCODING: x", "Connection: close",
		"Expect: 100-continue", "User-Agent: x", "TE: trailers", "Trailer: X", "Upgrade: h2c", "webhook-id: evt_1", "Webhook-Timestamp: 1", "WEBHOOK-SIGNATURE: v1,x",
		"X-Webhook-Signature: x", "GET / HTTP/1.1", "X-A: b\n\nnot a header"};
	static const char *const good[] = {"", "\n", "X-A: b", "X-A: b\n", "X-A: b\n\nX-B: c", "Authorization: Bearer a.b-c_d", "X-A:", "X-A:b:c: d", "x!#$%&'*+-.^_`|~1: \"quoted\"",
		"X-Name: Am\xc3\xa9lie"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct error err = {0};
		enum status st = webhook_check_headers(bad[i], &err);
		test_check(st == ST_INVALID && *err.message, __FILE__, __LINE__, "“%s” was taken", bad[i]);
	}
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct error err = {0};
		enum status st = webhook_check_headers(good[i], &err);
		test_check(st == ST_OK, __FILE__, __LINE__, "“%s” was refused: %s", good[i], err.message);
	}
}
