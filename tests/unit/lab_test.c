/* The webhook lab: what a receiver checks and says, deliveries in files, what differs between two. */
#include <string.h>
#include <sys/stat.h>

#include "core/api/receiver.h"
#include "core/automation/delivery.h"
#include "core/automation/lab.h"
#include "core/base/clock.h"
#include "core/base/json_diff.h"
#include "tests/unit/security_fixture.h"

static const int64_t noon = INT64_C(1790000000000);
static const char secret[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", other[] = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
static const char body[] = "{\"event\":\"deal.won\",\"data\":{\"value\":12}}";

/* As it comes from a sender of ours, signed at noon + at_s. */
static struct lab_request signed_by(struct arena *a, const char *key, int at_s)
{
	int64_t at = noon / 1000 + at_s;
	return (struct lab_request){.method = "POST", .delivery = {.id = "evt_1", .timestamp = arena_printf(a, "%lld", (long long)at),
		.signature = webhook_sign(a, key, "evt_1", at, body, sizeof body - 1), .legacy = webhook_sign_legacy(a, key, body, sizeof body - 1),
		.body = body, .n = sizeof body - 1}};
}

static const struct lab_step *step_of(const struct lab_report *r, const char *key)
{
	static const struct lab_step none = {"", LAB_NOTE, ""};
	for (int i = 0; i < r->n; i++)
		if (strcmp(r->steps[i].key, key) == 0)
			return &r->steps[i];
	return &none;
}

static struct lab_report check(struct lab *l, const struct lab_request *q, struct arena *a)
{
	struct lab_report r;
	clock_freeze(noon);
	lab_check(l, q, a, &r);
	clock_freeze(0);
	return r;
}

TEST(lab_s92_says_what_is_valid_and_what_is_not)
{
	struct arena *a = arena_new();
	struct lab *l = lab_new(&(struct lab_key){.secret = secret});
	struct lab_request q = signed_by(a, secret, -3);
	struct lab_report r = check(l, &q, a);
	CHECK_INT(r.verdict, LAB_GOOD);
	CHECK_STR(r.event, "deal.won");
	CHECK_STR(step_of(&r, "timestamp")->text, "The timestamp is 3 s old; up to 300 s are allowed.");
	CHECK_STR(step_of(&r, "signature")->text, "webhook-signature is valid, made with the secret given.");
	CHECK_STR(step_of(&r, "legacy_signature")->text, "X-Webhook-Signature is valid, made with the secret given.");
	q.delivery.legacy = NULL;
	r = check(l, &q, a);
	CHECK_INT(r.verdict, LAB_GOOD);
	CHECK_STR(step_of(&r, "legacy_signature")->key, "");
	/* another secret */
	q = signed_by(a, other, 0);
	r = check(l, &q, a);
	CHECK_INT(r.verdict, LAB_BAD);
	CHECK_INT(step_of(&r, "headers")->verdict, LAB_GOOD);
	CHECK_STR(step_of(&r, "signature")->text,
		"webhook-signature is not valid: it was made with another secret than the one given, or the body was changed.");
	CHECK_INT(step_of(&r, "legacy_signature")->verdict, LAB_BAD);
	/* two secrets sign: one of them is ours */
	struct lab_request mine = signed_by(a, secret, 0);
	q.delivery.signature = arena_printf(a, "%s %s", q.delivery.signature, mine.delivery.signature);
	r = check(l, &q, a);
	CHECK_INT(step_of(&r, "signature")->verdict, LAB_GOOD);
	CHECK_INT(step_of(&r, "legacy_signature")->verdict, LAB_BAD);
	/* a body that was changed on its way */
	q = signed_by(a, secret, 0);
	q.delivery.body = "{\"event\":\"deal.won\",\"data\":{\"value\":13}}";
	r = check(l, &q, a);
	CHECK_INT(step_of(&r, "signature")->verdict, LAB_BAD);
	CHECK_INT(step_of(&r, "legacy_signature")->verdict, LAB_BAD);
	/* the id was: the older signature, which does not hold it, tells so */
	q = signed_by(a, secret, 0);
	q.delivery.id = "evt_2";
	r = check(l, &q, a);
	CHECK_INT(step_of(&r, "legacy_signature")->verdict, LAB_GOOD);
	CHECK_STR(step_of(&r, "signature")->text,
		"webhook-signature is not valid, though the secret and the body are right: its id or timestamp was changed.");
	q.delivery.signature = "v2,abc";
	r = check(l, &q, a);
	CHECK_STR(step_of(&r, "signature")->text, "webhook-signature holds no signature of version 1 (v1,…).");
	lab_free(&l);
	arena_free(&a);
}

TEST(lab_timestamps_have_five_minutes)
{
	static const struct {
		int at_s;
		enum lab_verdict verdict;
	} rows[] = {{0, LAB_GOOD}, {-300, LAB_GOOD}, {300, LAB_GOOD}, {-301, LAB_BAD}, {301, LAB_BAD}};
	static const char *const none[] = {"", "now", "-5", "+1790000000", " 1790000000", "1790000000x", "99999999999999999999"};
	struct arena *a = arena_new();
	struct lab *l = lab_new(&(struct lab_key){.secret = secret});
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct lab_request q = signed_by(a, secret, rows[i].at_s);
		struct lab_report r = check(l, &q, a);
		CHECK_INT(step_of(&r, "timestamp")->verdict, rows[i].verdict);
		CHECK_INT(step_of(&r, "signature")->verdict, LAB_GOOD); /* old, not forged */
		CHECK_INT(r.verdict, rows[i].verdict);
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		struct lab_request q = signed_by(a, secret, 0);
		q.delivery.timestamp = none[i];
		struct lab_report r = check(l, &q, a);
		CHECK_INT(r.verdict, LAB_BAD);
	}
	lab_free(&l);
	arena_free(&a);
}

TEST(lab_names_what_is_missing)
{
	struct arena *a = arena_new();
	struct lab *l = lab_new(&(struct lab_key){.secret = secret}), *without = lab_new(&(struct lab_key){0});
	struct lab_request q = {.method = "GET", .delivery = {.body = "", .n = 0}};
	struct lab_report r = check(l, &q, a);
	CHECK_INT(r.verdict, LAB_BAD);
	CHECK_STR(step_of(&r, "method")->text, "It came by GET; a delivery comes by POST.");
	CHECK_INT(step_of(&r, "body")->verdict, LAB_BAD);
	CHECK_STR(step_of(&r, "attempt")->key, "");
	q = signed_by(a, secret, 0);
	q.delivery.timestamp = NULL;
	q.delivery.signature = "";
	r = check(l, &q, a);
	CHECK(strstr(step_of(&r, "headers")->text, "missing: webhook-timestamp, webhook-signature.") != NULL);
	CHECK_STR(step_of(&r, "signature")->key, "");
	CHECK_INT(step_of(&r, "legacy_signature")->verdict, LAB_GOOD); /* what is there is checked */
	q = signed_by(a, secret, 0);
	r = check(without, &q, a);
	CHECK_INT(r.verdict, LAB_UNKNOWN);
	CHECK_STR(step_of(&r, "signature")->text, "The signature cannot be checked: no secret was given.");
	q.cut = true;
	r = check(without, &q, a);
	CHECK_INT(r.verdict, LAB_BAD);
	lab_free(&l);
	lab_free(&without);
	arena_free(&a);
}

TEST(lab_tells_a_try_from_a_repeat)
{
	struct arena *a = arena_new();
	struct lab *l = lab_new(&(struct lab_key){.secret = secret});
	struct lab_request q = signed_by(a, secret, 0), forged = signed_by(a, other, 0);
	struct lab_report r = check(l, &forged, a);
	lab_answered(l, &r, 200); /* however it was answered, a forgery delivers nothing */
	r = check(l, &q, a);
	CHECK_INT(r.attempt, 2);
	CHECK(!r.repeated);
	lab_answered(l, &r, 503);
	r = check(l, &q, a);
	CHECK(!r.repeated);
	CHECK_STR(step_of(&r, "attempt")->text, "Try 3 of this delivery here; the one before was answered 503.");
	lab_answered(l, &r, 204);
	r = check(l, &q, a);
	CHECK(r.repeated);
	CHECK_INT(r.verdict, LAB_GOOD);
	CHECK_STR(step_of(&r, "attempt")->text, "Delivered before, this is time 4: a receiver should accept it and ignore it.");
	for (int i = 0; i < 3000; i++) { /* ids without end take no memory without end */
		q.delivery.id = arena_printf(a, "evt_%d", i);
		r = check(l, &q, a);
	}
	q.delivery.id = "evt_2999";
	r = check(l, &q, a);
	CHECK_INT(r.attempt, 2);
	q.delivery.id = "evt_1";
	r = check(l, &q, a);
	CHECK_INT(r.attempt, 1); /* long forgotten */
	lab_free(&l);
	arena_free(&a);
}

TEST_ENGINES(lab_checks_with_a_webhooks_own_secrets)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	char first[WEBHOOK_SECRET_SIZE], second[WEBHOOK_SECRET_SIZE];
	const char *const *headers;
	int64_t num = fixture_add(c, "webhooks", "name=W", "url=https://hooks.example/x", "events=*", NULL);
	struct id id = id_of(c, "webhooks", num);
	struct lab *l = lab_new(&(struct lab_key){.core = c, .webhook = id, .name = "W-1"});
	struct lab_request q = signed_by(a, secret, 0);
	struct lab_report r = check(l, &q, a);
	CHECK_STR(step_of(&r, "signature")->text, "The signature cannot be checked: W-1 has no secret yet.");
	CHECK(webhook_headers_own(c, &id, "evt_1", body, sizeof body - 1, a, &headers, &err) == ST_CONFLICT);
	CHECK_STR(peek(c, "SELECT count(*) FROM webhook_secrets"), "0"); /* looking makes none */
	clock_freeze(noon);
	MUST(webhook_new_secret(c, &id, first, &err));
	q = signed_by(a, first, 0);
	r = check(l, &q, a);
	CHECK_STR(step_of(&r, "signature")->text, "webhook-signature is valid, made with the secret of W-1.");
	clock_freeze(noon);
	MUST(webhook_new_secret(c, &id, second, &err));
	r = check(l, &q, a);
	CHECK_STR(step_of(&r, "signature")->text, "webhook-signature is valid, made with the former secret of W-1, which signs on for a day.");
	q = signed_by(a, secret, 0);
	r = check(l, &q, a);
	CHECK_STR(step_of(&r, "signature")->text, "webhook-signature is not valid: it was made with another secret than that of W-1, or the body was changed.");
	/* what is signed anew is signed by both */
	clock_freeze(noon);
	MUST(webhook_headers_own(c, &id, "evt_7", body, sizeof body - 1, a, &headers, &err));
	CHECK_STR(headers[1], "webhook-id: evt_7");
	CHECK_STR(headers[2], "webhook-timestamp: 1790000000");
	CHECK(webhook_verify(first, "evt_7", "1790000000", strchr(headers[3], ' ') + 1, body, sizeof body - 1));
	CHECK(webhook_verify(second, "evt_7", "1790000000", strchr(headers[3], ' ') + 1, body, sizeof body - 1));
	/* nobody else checks or signs with them */
	act_as(c, secure_user(c, "Rep", "rep@test.example", "rep"));
	struct webhook_match m;
	CHECK(webhook_match_own(c, &id, &q.delivery, &m, &err) == ST_DENIED);
	CHECK(webhook_headers_own(c, &id, "evt_7", body, sizeof body - 1, a, &headers, &err) == ST_DENIED);
	r = check(l, &q, a);
	CHECK_INT(step_of(&r, "signature")->verdict, LAB_UNKNOWN);
	clock_freeze(0);
	lab_free(&l);
	arena_free(&a);
}

TEST(delivery_files_hold_what_came)
{
	struct arena *a = arena_new();
	struct error err = {0};
	struct delivery d;
	struct stat st;
	const char *path, *folder = arena_printf(a, "%s/saved", test_dir());
	static const char bytes[] = "\xff\0{}";
	const struct delivery_header headers[] = {{"Webhook-Id", "evt_1"}, {"X-Two", "a"}, {"x-two", "b"}};
	struct delivery_copy copy = {.at = noon, .method = "POST", .path = "/x", .id = "evt_1", .headers = headers, .n_headers = 3, .body = body,
		.body_n = sizeof body - 1};
	MUST(delivery_save(folder, &copy, a, &path, &err));
	CHECK_STR(path + strlen(folder), "/evt_1.json");
	CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	MUST(delivery_of_file(path, a, &d, &err));
	CHECK_STR(d.id, "evt_1");
	CHECK_STR(d.body, body);
	copy.body = bytes;
	copy.body_n = sizeof bytes - 1;
	MUST(delivery_save(folder, &copy, a, &path, &err));
	CHECK_STR(path + strlen(folder), "/evt_1-2.json");
	MUST(delivery_of_file(path, a, &d, &err));
	CHECK(d.n == sizeof bytes - 1 && memcmp(d.body, bytes, d.n) == 0);
	copy.id = "../../etc/passwd\n";
	MUST(delivery_save(folder, &copy, a, &path, &err));
	CHECK_STR(path + strlen(folder), "/______etc_passwd_.json");
	CHECK(delivery_of_file(path, a, &d, &err) == ST_INVALID); /* no id for a header */
	copy.id = NULL;
	MUST(delivery_save(folder, &copy, a, &path, &err));
	CHECK_STR(path + strlen(folder), "/request.json");
	MUST(delivery_of_file(path, a, &d, &err));
	CHECK(d.id == NULL);
	CHECK(delivery_of_file("/nowhere/x.json", a, &d, &err) == ST_NOT_FOUND);
	CHECK(delivery_save("/proc/none/x", &copy, a, &path, &err) == ST_IO);
	arena_free(&a);
}

/* "path old>new" of every change, joined by " | ". */
static const char *differences(struct arena *a, const char *x, const char *y)
{
	struct error err = {0};
	struct cJSON *one, *two;
	struct json_change *list;
	size_t n;
	const char *out = "";
	MUST(json_parse(x, strlen(x), &one, &err));
	MUST(json_parse(y, strlen(y), &two, &err));
	json_diff(one, two, a, &list, &n);
	for (size_t i = 0; i < n; i++)
		out = arena_printf(a, "%s%s%s %s>%s", out, *out ? " | " : "", list[i].path, list[i].old ? list[i].old : "", list[i].now ? list[i].now : "");
	json_free(&one);
	json_free(&two);
	return out;
}

TEST(json_diff_is_field_by_field)
{
	static const struct {
		const char *a, *b, *want;
	} rows[] = {
		{"{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1.0}", ""},
		{"{\"a\":1}", "{\"a\":2}", "a 1>2"},
		{"{\"a\":{\"b\":\"x\"}}", "{\"a\":{\"b\":\"y\",\"c\":null}}", "a.b \"x\">\"y\" | a.c >null"},
		{"{\"a\":[1,2,3]}", "{\"a\":[1,9]}", "a[1] 2>9 | a[2] 3>"},
		{"{\"a\":[]}", "{\"a\":{}}", "a []>{}"},
		{"{\"a\":[]}", "{\"a\":[{\"b\":[]}]}", "a[0].b >[]"},
		{"{\"a\":5}", "{\"a\":{\"b\":1,\"c\":2}}", "a 5> | a.b >1 | a.c >2"},
		{"{\"a.b\":1,\"\":2,\"\\u00e9\\\"\":3}", "{}", "[\"a.b\"] 1> | [\"\"] 2> | [\"é\\\"\"] 3>"},
		{"{\"a\":null}", "{}", "a null>"},
		{"{\"a\":null}", "{\"a\":false}", "a null>false"},
		{"1", "\"1\"", " 1>\"1\""},
		{"[true]", "[true]", ""},
	};
	struct arena *a = arena_new();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		CHECK_STR(differences(a, rows[i].a, rows[i].b), rows[i].want);
	struct buf deep = {0};
	for (int i = 0; i < 60; i++)
		buf_puts(&deep, "[");
	char *open = arena_strdup(a, buf_str(&deep));
	buf_free(&deep);
	for (int i = 0; i < 60; i++)
		buf_puts(&deep, "]");
	CHECK(strlen(differences(a, arena_printf(a, "%s1%s", open, buf_str(&deep)), "{}")) > 120);
	buf_free(&deep);
	arena_free(&a);
}

static struct receiver_answer accept_all(void *arg, const struct receiver_request *r)
{
	(void)arg, (void)r;
	return (struct receiver_answer){.status = 200};
}

TEST(receiver_takes_a_free_port_once)
{
	struct receiver *r, *twice = NULL;
	struct error err = {0};
	MUST(receiver_start(0, accept_all, NULL, &r, &err));
	CHECK(receiver_port(r) > 0);
	CHECK(receiver_start(receiver_port(r), accept_all, NULL, &twice, &err) == ST_CONFLICT);
	CHECK(strstr(err.hint, "--port") != NULL && twice == NULL);
	CHECK(receiver_turn(r, 0) && receiver_is_idle(r));
	receiver_stop(&r);
	CHECK(r == NULL);
}
