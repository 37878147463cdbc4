/* Sign-in from end to end, on both engines: SEC-24 to SEC-34. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "core/security/events.h"
#include "core/crm/rows.h"
#include "core/security/signin.h"
#include "core/security/twofactor.h"
#include "tests/unit/security_fixture.h"

static const int64_t noon = INT64_C(1790000000000);

static void code_at(const uint8_t *seed, int n, int64_t ms, char out[9])
{
	hotp(seed, n, (uint64_t)totp_step(ms), 6, out);
}

TEST_ENGINES(signin_sec33_first_run_has_no_account)
{
	struct core *c = fixture_core(engine);
	CHECK_STR(peek(c, "SELECT count(*) FROM user_credentials"), "0");
	CHECK(!signin_required(c));
	secure_owner(c);
	struct core *d = second_core(engine);
	CHECK(!core_signed_in(d));
	CHECK_STR(fixture_filter(d, "contacts", "", NULL), "");
	struct txn *t;
	struct error err = {0};
	CHECK(txn_begin(d, CHANGE_EDIT, NULL, &t, &err) == ST_DENIED);
	core_close(&d);
}

TEST_ENGINES(signin_password_and_session)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	secure_owner(c);
	struct core *d = second_core(engine);
	CHECK(signin_password(d, "ada@test.example", "wrong wrong wrong", NULL, &in, &err) == ST_DENIED);
	CHECK(signin_password(d, "nobody@test.example", GOOD_PASSWORD, NULL, &in, &err) == ST_DENIED);
	CHECK_STR(err.message, "Address or password is not right.");
	MUST(signin_password(d, " Ada@Test.example ", GOOD_PASSWORD, NULL, &in, &err));
	CHECK(!in.needs_code && core_signed_in(d) && access_is_admin(d));
	/* SEC-24: hashed anew under today's costs */
	CHECK(strncmp(peek(c, "SELECT password FROM user_credentials"), "$scrypt$ln=17,r=8,p=1$", 22) == 0);
	struct core *e = second_core(engine);
	MUST(session_resume(e, in.token, &err));
	CHECK(id_eq(&e->user, &d->user));
	MUST(session_end(d, &err));
	CHECK(!core_signed_in(d));
	CHECK(session_check(e, true, &err) == ST_DENIED && !core_signed_in(e));
	CHECK(session_resume(e, in.token, &err) == ST_DENIED);
	CHECK_STR(peek(c, "SELECT count(*) FROM security_events WHERE type = 'revoked_session'"), "1");
	CHECK_STR(peek(c, "SELECT count(*) FROM login_history"), "3");
	core_close(&d);
	core_close(&e);
}

TEST_ENGINES(signin_sec28_sec29_a_code_works_once_in_its_time)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	uint8_t seed[64];
	char codes[BACKUP_CODES][20], code[9];
	secure_owner(c);
	clock_freeze(noon);
	int n = second_factor(c, seed, codes);
	struct core *d = second_core(engine);
	static const struct {
		int64_t shift;
		enum status want;
	} tries[] = {{61, ST_DENIED}, {-61, ST_DENIED}, {31, ST_OK}, {31, ST_DENIED}, {0, ST_DENIED}};
	int64_t now = noon + 10 * CLOCK_MINUTE;
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		clock_freeze(now);
		MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err));
		CHECK(in.needs_code && !core_signed_in(d));
		code_at(seed, n, now + tries[i].shift * 1000, code);
		CHECK_INT(signin_code(d, in.token, code, &in, &err), tries[i].want);
		session_leave(d);
	}
	CHECK_STR(peek(c, "SELECT count(*) FROM security_events WHERE type = 'code_replayed'"), "2");
	/* an hour back: old codes stay used */
	clock_freeze(now - CLOCK_HOUR);
	MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err));
	code_at(seed, n, now - CLOCK_HOUR, code);
	CHECK(signin_code(d, in.token, code, &in, &err) == ST_DENIED);
	core_close(&d);
	clock_freeze(0);
}

TEST_ENGINES(signin_sec30_half_login_is_bound_single_and_short)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in, again;
	uint8_t seed[64];
	char codes[BACKUP_CODES][20], code[9], half[TOKEN_SIZE];
	secure_owner(c);
	clock_freeze(noon);
	int n = second_factor(c, seed, codes);
	struct core *d = second_core(engine);
	clock_freeze(noon + CLOCK_MINUTE);
	MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err));
	memcpy(half, in.token, sizeof half);
	CHECK(session_resume(d, half, &err) == ST_DENIED);      /* opens nothing by itself */
	CHECK(session_api_key(d, half, &err) == ST_DENIED);
	for (int i = 0; i < HALF_LOGIN_TRIES; i++)
		CHECK(signin_code(d, half, "000000", &again, &err) == ST_DENIED);
	code_at(seed, n, clock_now(), code);
	CHECK(signin_code(d, half, code, &again, &err) == ST_DENIED); /* spent */
	clock_freeze(noon + 20 * CLOCK_MINUTE);
	MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err));
	clock_freeze(noon + 20 * CLOCK_MINUTE + HALF_LOGIN_MS + 1);
	code_at(seed, n, clock_now(), code);
	CHECK(signin_code(d, in.token, code, &again, &err) == ST_DENIED); /* lapsed */
	MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err));
	MUST(signin_code(d, in.token, code, &again, &err));
	clock_freeze(clock_now() + 2 * CLOCK_MINUTE);
	code_at(seed, n, clock_now(), code);
	CHECK(signin_code(d, in.token, code, &again, &err) == ST_DENIED); /* used */
	core_close(&d);
	clock_freeze(0);
}

TEST_ENGINES(signin_sec32_backup_codes_work_once_and_only_the_newest)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	uint8_t seed[64];
	char codes[BACKUP_CODES][20], fresh[BACKUP_CODES][20], code[9];
	secure_owner(c);
	clock_freeze(noon);
	int n = second_factor(c, seed, codes);
	CHECK_STR(peek(c, "SELECT count(*) FROM backup_codes"), "10");
	CHECK(strncmp(peek(c, "SELECT code FROM backup_codes ORDER BY num LIMIT 1"), "$scrypt$", 8) == 0);
	struct core *d = second_core(engine);
	MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err));
	MUST(signin_code(d, in.token, codes[0], &in, &err));
	MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err));
	CHECK(signin_code(d, in.token, codes[0], &in, &err) == ST_DENIED);
	struct twofactor_status t;
	MUST(twofactor_status(c, &c->user, &t, &err));
	CHECK_INT(t.codes_left, 9);
	/* new codes need password and code, and void the old */
	clock_freeze(noon + 2 * CLOCK_MINUTE);
	code_at(seed, n, clock_now(), code);
	CHECK(twofactor_new_codes(c, "wrong wrong wrong", code, fresh, &err) == ST_DENIED);
	MUST(twofactor_new_codes(c, GOOD_PASSWORD, code, fresh, &err));
	MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err));
	CHECK(signin_code(d, in.token, codes[1], &in, &err) == ST_DENIED);
	MUST(signin_code(d, in.token, fresh[1], &in, &err));
	/* turning it off needs both too */
	clock_freeze(noon + 4 * CLOCK_MINUTE);
	code_at(seed, n, clock_now(), code);
	CHECK(twofactor_disable(c, GOOD_PASSWORD, "123456", &err) == ST_DENIED);
	MUST(twofactor_disable(c, GOOD_PASSWORD, code, &err));
	CHECK_STR(peek(c, "SELECT count(*) FROM backup_codes"), "0");
	core_close(&d);
	clock_freeze(0);
}

TEST_ENGINES(signin_sec34_changes_end_other_sessions)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	char token[TOKEN_SIZE], first[TOKEN_SIZE];
	uint8_t seed[64];
	char codes[BACKUP_CODES][20];
	secure_owner(c);
	struct core *d = second_core(engine), *e = second_core(engine);
	MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err));
	memcpy(first, in.token, sizeof first);
	MUST(signin_password(e, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err));
	CHECK(strcmp(first, in.token) != 0);
	CHECK(signin_set_password(e, "not the old one!", "a new and longer phrase", token, &err) == ST_DENIED);
	MUST(signin_set_password(e, GOOD_PASSWORD, "a new and longer phrase", token, &err));
	CHECK(session_check(d, true, &err) == ST_DENIED);
	MUST(session_check(e, true, &err));
	MUST(signin_password(d, "ada@test.example", "a new and longer phrase", NULL, &in, &err));
	(void)second_factor(e, seed, codes);
	CHECK(session_check(d, true, &err) == ST_DENIED);
	MUST(session_check(e, true, &err));
	core_close(&d);
	core_close(&e);
}

TEST_ENGINES(signin_sec34_idle_and_absolute_limits)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	secure_owner(c);
	clock_freeze(noon);
	struct core *d = second_core(engine);
	MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err));
	for (int64_t t = 0; t < SESSION_ABSOLUTE_MS - 25 * CLOCK_MINUTE; t += 25 * CLOCK_MINUTE) {
		clock_freeze(noon + t);
		MUST(session_check(d, true, &err));
	}
	clock_freeze(noon + SESSION_ABSOLUTE_MS);
	CHECK(session_check(d, true, &err) == ST_DENIED);
	MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err));
	clock_freeze(noon + SESSION_ABSOLUTE_MS + SESSION_IDLE_MS + 1);
	CHECK(session_check(d, false, &err) == ST_DENIED);
	CHECK(session_resume(d, in.token, &err) == ST_DENIED);
	core_close(&d);
	clock_freeze(0);
}

TEST_ENGINES(signin_suspended_users_stay_out)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	secure_owner(c);
	struct id rep = secure_user(c, "Rita", "rita@test.example", "rep");
	struct core *d = second_core(engine);
	MUST(signin_password(d, "rita@test.example", GOOD_PASSWORD, NULL, &in, &err));
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "users"));
	r->id = rep;
	r->num = 1;
	record_put_text(r, "status", "suspended");
	MUST(store_save(c, r, &err));
	CHECK(session_check(d, true, &err) == ST_DENIED);
	CHECK(signin_password(d, "rita@test.example", GOOD_PASSWORD, NULL, &in, &err) == ST_DENIED);
	CHECK_STR(err.message, "Address or password is not right.");
	arena_free(&a);
	core_close(&d);
}

TEST_ENGINES(signin_invitation_is_for_one_and_once)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	char token[TOKEN_SIZE];
	secure_owner(c);
	int64_t num = fixture_add(c, "users", "first_name=Nina", "email=nina@test.example", "status=invited", NULL);
	struct id nina = id_of(c, "users", num);
	MUST(signin_invite(c, &nina, token, &err));
	struct core *d = second_core(engine);
	CHECK(signin_accept(d, token, "short", &in, &err) == ST_INVALID);
	MUST(signin_accept(d, token, "salt lake purple monday", &in, &err));
	CHECK(id_eq(&d->user, &nina));
	CHECK_STR(fixture_field(c, "users", num, "status"), "active");
	CHECK(signin_accept(d, token, "salt lake purple tuesday", &in, &err) == ST_DENIED);
	CHECK_STR(access_role_name(d), "Sales rep");
	core_close(&d);
}

TEST_ENGINES(signin_a_required_second_factor_comes_first)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	uint8_t seed[64];
	char codes[BACKUP_CODES][20];
	secure_owner(c);
	(void)secure_user(c, "Rita", "rita@test.example", "rep");
	MUST(rows_run(c, &err, "UPDATE organizations SET require_2fa = 1, require_2fa_from = '2026-01-01'", ""));
	struct core *d = second_core(engine);
	MUST(signin_password(d, "rita@test.example", GOOD_PASSWORD, NULL, &in, &err));
	CHECK(in.must_set_up);
	CHECK(access_check(d, model_entity(d->model, "contacts"), ACT_READ, &err) == ST_DENIED);
	int n = second_factor(d, seed, codes);
	MUST(access_check(d, model_entity(d->model, "contacts"), ACT_READ, &err));
	char code[9];
	code_at(seed, n, clock_now() + TOTP_STEP_S * 1000, code);
	CHECK(twofactor_disable(d, GOOD_PASSWORD, code, &err) == ST_DENIED);
	core_close(&d);
}

TEST_ENGINES(signin_reset_on_the_host_is_audited)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	uint8_t seed[64];
	char codes[BACKUP_CODES][20];
	secure_owner(c);
	(void)second_factor(c, seed, codes);
	CHECK(twofactor_reset(c, "who@test.example", &err) == ST_NOT_FOUND);
	MUST(twofactor_reset(c, "Ada@test.example", &err));
	CHECK_STR(peek(c, "SELECT severity FROM security_events WHERE type = 'two_factor_reset'"), "critical");
	CHECK_STR(peek(c, "SELECT count(*) FROM user_credentials WHERE totp IS NOT NULL"), "0");
}

/* A hundred at once with the same code, each on a connection of its own. */

struct racer {
	pthread_t thread;
	const char *target, *token, *code;
	enum status st;
};

/* What the right password leaves behind, without hashing it a hundred times. */
static void half_login(struct core *c, char token[TOKEN_SIZE])
{
	struct error err = {0};
	enum token_kind kind;
	uint8_t hash[TOKEN_HASH_BYTES];
	token_make(TOKEN_HALF_LOGIN, token);
	CHECK(token_parse(token, &kind, hash));
	MUST(rows_run(c, &err,
		"INSERT INTO security_sessions (org_id, user_id, kind, token_hash, client, device, address, created_at, seen_at, expires_at, tries) "
		"VALUES ($1, $2, 'half', $3, 'test', 'test', 'local', $4, $4, $5, 0)",
		"ddbii", &c->org, &c->user, hash, sizeof hash, clock_now(), clock_now() + HALF_LOGIN_MS));
}

static void *race(void *arg)
{
	struct racer *r = arg;
	struct error err = {0};
	struct core *c = NULL;
	struct signin in;
	r->st = core_open(r->target, DB_CREATE, &c, &err);
	for (int i = 0; r->st == ST_OK && i < 20; i++) {
		r->st = signin_code(c, r->token, r->code, &in, &err);
		if (r->st != ST_BUSY)
			break;
	}
	core_close(&c);
	return NULL;
}

TEST_ENGINES(signin_sec28_a_hundred_identical_codes_let_one_in)
{
	enum { N = 100, AT_ONCE = 20 };
	struct core *c = fixture_core(engine);
	char tokens[N][TOKEN_SIZE];
	uint8_t seed[64];
	char codes[BACKUP_CODES][20], code[9];
	struct racer *racers = mem_array(N, sizeof *racers);
	secure_owner(c);
	clock_freeze(noon);
	int n = second_factor(c, seed, codes), let_in = 0;
	clock_freeze(noon + 5 * CLOCK_MINUTE);
	for (int i = 0; i < N; i++)
		half_login(c, tokens[i]);
	code_at(seed, n, clock_now(), code);
	const char *target = mem_strdup(test_db_target(engine));
	for (int from = 0; from < N; from += AT_ONCE) {
		for (int i = from; i < from + AT_ONCE; i++) {
			racers[i] = (struct racer){.target = target, .token = tokens[i], .code = code};
			(void)pthread_create(&racers[i].thread, NULL, race, &racers[i]);
		}
		for (int i = from; i < from + AT_ONCE; i++) {
			(void)pthread_join(racers[i].thread, NULL);
			let_in += racers[i].st == ST_OK;
		}
	}
	CHECK_INT(let_in, 1);
	free((void *)(uintptr_t)target);
	free(racers);
	clock_freeze(0);
}

TEST_ENGINES(signin_sec32_a_second_factor_is_replaced_by_its_owner_only)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct twofactor_setup s;
	uint8_t seed[64];
	char codes[BACKUP_CODES][20], code[9];
	secure_owner(c);
	clock_freeze(noon);
	int n = second_factor(c, seed, codes);
	clock_freeze(noon + 2 * CLOCK_MINUTE);
	code_at(seed, n, clock_now(), code);
	CHECK(twofactor_begin(c, NULL, NULL, a, &s, &err) == ST_DENIED);
	CHECK(twofactor_begin(c, GOOD_PASSWORD, "000000", a, &s, &err) == ST_DENIED);
	CHECK(twofactor_begin(c, "wrong wrong wrong", code, a, &s, &err) == ST_DENIED);
	MUST(twofactor_begin(c, GOOD_PASSWORD, code, a, &s, &err));
	arena_free(&a);
	clock_freeze(0);
}

TEST_ENGINES(signin_a_required_second_factor_binds_later_programs_too)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	char key[TOKEN_SIZE];
	int64_t num;
	const struct entity *contacts;
	secure_owner(c);
	MUST(key_make(c, "early", "*:*", "", 30, key, &num, &err));
	MUST(rows_run(c, &err, "UPDATE organizations SET require_2fa = 1, require_2fa_from = '2026-01-01'", ""));
	struct core *d = second_core(engine), *e = second_core(engine);
	MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err));
	MUST(session_resume(e, in.token, &err));
	contacts = model_entity(e->model, "contacts");
	CHECK(access_needs_second_factor(e));
	CHECK(access_check(e, contacts, ACT_READ, &err) == ST_DENIED && strstr(err.hint, "2fa setup") != NULL);
	MUST(access_reload(e, &err)); /* somebody changed rights meanwhile */
	CHECK(access_check(e, contacts, ACT_READ, &err) == ST_DENIED);
	MUST(session_api_key(e, key, &err));
	CHECK(access_check(e, contacts, ACT_READ, &err) == ST_DENIED);
	core_close(&d);
	core_close(&e);
}

TEST_ENGINES(signin_sec70_a_password_typed_as_address_is_not_kept)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	secure_owner(c);
	CHECK(signin_password(c, "my secret phrase of words", "x", NULL, &in, &err) == ST_DENIED);
	CHECK_STR(peek(c, "SELECT email FROM login_history"), "?");
}

/* What was opened before somebody had a password, or by a key that is revoked, ends at the next look. */
TEST_ENGINES(signin_sec34_sec35_open_programs_end_too)
{
	struct core *c = fixture_core(engine), *early = second_core(engine);
	struct error err = {0};
	char key[TOKEN_SIZE];
	int64_t num;
	MUST(session_check(early, true, &err));
	CHECK(core_signed_in(early));
	secure_owner(c);
	CHECK(session_check(early, true, &err) == ST_DENIED);
	CHECK(!core_signed_in(early));
	MUST(key_make(c, "script", "*:*", "", 30, key, &num, &err));
	MUST(session_api_key(early, key, &err));
	MUST(session_check(early, true, &err));
	MUST(key_revoke(c, num, &err));
	CHECK(session_check(early, true, &err) == ST_DENIED);
	CHECK(!core_signed_in(early));
	core_close(&early);
}

TEST_ENGINES(signin_a_first_password_is_set_once)
{
	struct core *c = fixture_core(engine), *d = second_core(engine);
	struct error err = {0};
	char token[TOKEN_SIZE];
	MUST(signin_set_password(c, NULL, GOOD_PASSWORD, token, &err));
	CHECK(signin_set_password(d, NULL, "another gravel piano oven", token, &err) != ST_OK);
	core_close(&d);
}

TEST_ENGINES(signin_addresses_keep_their_accents)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	secure_owner(c);
	(void)secure_user(c, "José", "josé@test.example", "rep");
	struct core *d = second_core(engine);
	MUST(signin_password(d, "JOSé@Test.example", GOOD_PASSWORD, NULL, &in, &err));
	core_close(&d);
}

TEST_ENGINES(signin_a_used_session_is_told_once)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	char token[TOKEN_SIZE];
	secure_owner(c);
	MUST(session_begin(c, &c->user, false, token, &err));
	struct core *d = second_core(engine);
	MUST(session_end(c, &err));
	for (int i = 0; i < 3; i++)
		CHECK(session_resume(d, token, &err) == ST_DENIED);
	CHECK_STR(peek(c, "SELECT count(*) FROM security_events WHERE type = 'revoked_session'"), "1");
	core_close(&d);
}
