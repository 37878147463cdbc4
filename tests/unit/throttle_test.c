/* Guessing at the door, on both engines: SEC-27. */
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/crm/rows.h"
#include "core/security/policy.h"
#include "core/security/signin.h"
#include "core/security/twofactor.h"
#include "tests/unit/security_fixture.h"

static const int64_t noon = INT64_C(1790000000000);

static void block(struct core *c)
{
	struct error err = {0};
	MUST(rows_run(c, &err, "UPDATE throttle SET fails = 50, next_at = 0 WHERE name LIKE 'mail:%'", ""));
}

TEST_ENGINES(signin_sec27_throttle_survives_and_counts_before_trying)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	secure_owner(c);
	clock_freeze(noon);
	int evaluated = 0;
	for (int i = 0; i < 60; i++) {
		struct core *d = second_core(engine); /* each from a fresh start */
		(void)snprintf(d->address, sizeof d->address, "10.0.0.%d", i);
		evaluated += signin_password(d, "ada@test.example", "guess guess guess", NULL, &in, &err) == ST_DENIED;
		core_close(&d);
	}
	CHECK_INT(evaluated, 5);
	CHECK(strstr(err.message, "Try again in") != NULL);
	CHECK_STR(peek(c, "SELECT count(*) FROM security_events WHERE type = 'brute_force'"), "1");
	CHECK(signin_password(c, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err) == ST_LIMIT);
	/* waiting it out lets one in; each further failure doubles the wait up to 15 minutes, 50 stop it for good */
	int64_t now = noon;
	for (int i = 0; i < 45; i++) {
		now += LOGIN_DELAY_MAX_MS + 1;
		clock_freeze(now);
		(void)snprintf(c->address, sizeof c->address, "10.1.0.%d", i);
		CHECK(signin_password(c, "ada@test.example", "guess guess guess", NULL, &in, &err) == ST_DENIED);
	}
	clock_freeze(now + 24 * CLOCK_HOUR);
	CHECK(signin_password(c, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err) == ST_LIMIT);
	CHECK(strstr(err.message, "blocked") != NULL);
	clock_freeze(0);
}

TEST_ENGINES(signin_sec27_a_clock_set_back_neither_opens_nor_shuts)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	secure_owner(c);
	clock_freeze(noon);
	for (int i = 0; i < 5; i++)
		CHECK(signin_password(c, "ada@test.example", "guess guess guess", NULL, &in, &err) == ST_DENIED);
	clock_freeze(noon - 365 * CLOCK_DAY);
	CHECK(signin_password(c, "ada@test.example", "guess guess guess", NULL, &in, &err) == ST_DENIED); /* one try, counted, then the wait is of that time */
	CHECK(signin_password(c, "ada@test.example", "guess guess guess", NULL, &in, &err) == ST_LIMIT);
	clock_freeze(0);
}

TEST_ENGINES(signin_sec27_an_owner_passes_the_block_with_a_backup_code)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	uint8_t seed[64];
	char codes[BACKUP_CODES][20];
	secure_owner(c);
	clock_freeze(noon);
	(void)second_factor(c, seed, codes);
	for (int i = 0; i < 6; i++)
		(void)signin_password(c, "ada@test.example", "guess guess guess", NULL, &in, &err);
	CHECK(signin_password(c, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err) == ST_LIMIT);
	struct core *d = second_core(engine);
	CHECK(signin_password(d, "ada@test.example", GOOD_PASSWORD, "AAAA-AAAA-AAAA-AAAA", &in, &err) == ST_DENIED);
	MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, codes[3], &in, &err));
	CHECK(!in.needs_code && core_signed_in(d));
	core_close(&d);
	clock_freeze(0);
}

/* Fifty guesses of somebody else block the address, not the person: a session that is open and a new invitation let her in. */
TEST_ENGINES(signin_sec27_guessing_is_no_weapon)
{
	struct core *c = fixture_core(engine), *d;
	struct error err = {0};
	struct signin in;
	char token[TOKEN_SIZE];
	secure_owner(c);
	struct id rita = secure_user(c, "Rita", "rita@test.example", "rep");
	MUST(session_begin(c, &c->user, false, token, &err));
	for (int round = 0; round < 2; round++) {
		(void)signin_password((d = second_core(engine)), "ada@test.example", "guess guess guess", NULL, &in, &err);
		core_close(&d);
		block(c);
		CHECK(signin_password((d = second_core(engine)), "ada@test.example", GOOD_PASSWORD, NULL, &in, &err) == ST_LIMIT);
		core_close(&d);
		if (round == 0)
			MUST(signin_unlock(c, GOOD_PASSWORD, &err));
		else
			MUST(signin_set_password(c, GOOD_PASSWORD, "another gravel piano oven", token, &err));
		MUST(signin_password((d = second_core(engine)), "ada@test.example", round ? "another gravel piano oven" : GOOD_PASSWORD, NULL, &in, &err));
		core_close(&d);
	}
	(void)signin_password((d = second_core(engine)), "rita@test.example", "guess guess guess", NULL, &in, &err);
	block(c);
	MUST(signin_invite(c, &rita, token, &err));
	CHECK(signin_check_invitation(d, token, "short", &err) == ST_INVALID);
	MUST(signin_check_invitation(d, token, "another gravel piano oven", &err));
	MUST(signin_accept(d, token, "another gravel piano oven", &in, &err));
	CHECK(signin_check_invitation(d, token, NULL, &err) == ST_DENIED);
	MUST(session_end(d, &err));
	MUST(signin_password(d, "rita@test.example", "another gravel piano oven", NULL, &in, &err));
	core_close(&d);
}

/* Nor do guesses from the same place burn her backup code. */
TEST_ENGINES(signin_sec27_a_backup_code_passes_a_busy_source)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct signin in;
	uint8_t seed[64];
	char codes[BACKUP_CODES][20], email[40];
	secure_owner(c);
	clock_freeze(noon);
	(void)second_factor(c, seed, codes);
	struct core *d = second_core(engine);
	for (int i = 0; i < 20; i++) {
		(void)snprintf(email, sizeof email, "nobody%d@test.example", i);
		(void)signin_password(d, email, "guess guess guess", NULL, &in, &err);
	}
	CHECK(signin_password(d, "ada@test.example", GOOD_PASSWORD, NULL, &in, &err) == ST_LIMIT);
	MUST(signin_password(d, "ada@test.example", GOOD_PASSWORD, codes[0], &in, &err));
	(void)snprintf(d->machine, sizeof d->machine, "another laptop");
	CHECK(signin_password(d, "nobody@test.example", GOOD_PASSWORD, NULL, &in, &err) == ST_DENIED); /* counted by itself */
	core_close(&d);
	clock_freeze(0);
}
