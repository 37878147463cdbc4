#include "tests/unit/security_fixture.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "core/security/password.h"
#include "core/security/twofactor.h"
#include "core/crm/rows.h"

/* GOOD_PASSWORD under little cost, so that wrong guesses are quick to refuse. */
static void cheap_phc(char out[PASSWORD_PHC_SIZE])
{
	struct error err = {0};
	struct phc p = {.log_n = 10, .r = 8, .p = 1, .salt_n = 16, .hash_n = 32};
	crypto_random(p.salt, 16);
	MUST(crypto_scrypt(GOOD_PASSWORD, strlen(GOOD_PASSWORD), p.salt, 16, p.log_n, p.r, p.p, p.hash, 32, &err));
	phc_format(&p, out);
}

static void give_password(struct core *c, const struct id *user)
{
	struct error err = {0};
	char phc[PASSWORD_PHC_SIZE];
	cheap_phc(phc);
	MUST(rows_run(c, &err, "INSERT INTO user_credentials (user_id, org_id, password, password_at, totp_last_step) VALUES ($1, $2, $3, $4, 0)", "ddti", user,
		&c->org, phc, clock_now()));
}

struct id id_of(struct core *c, const char *entity, int64_t num)
{
	char sql[120];
	struct db_stmt *s;
	struct id out = {{0}};
	bool row;
	(void)snprintf(sql, sizeof sql, "SELECT id FROM %s WHERE num = $1", entity);
	if (rows_first(c, &s, &row, NULL, sql, "i", num) == ST_OK && row) {
		out = db_id(s, 0);
		db_done(s);
	}
	return out;
}

struct id secure_user(struct core *c, const char *first, const char *email, const char *role)
{
	struct error err = {0};
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "users"));
	record_put_text(r, "first_name", first);
	record_put_text(r, "email", email);
	record_put_id(r, "role", access_role(c, role));
	MUST(store_save(c, r, &err));
	struct id id = r->id;
	arena_free(&a);
	give_password(c, &id);
	return id;
}

void secure_owner(struct core *c)
{
	give_password(c, &c->user);
}

void act_as(struct core *c, struct id user)
{
	struct error err = {0};
	c->user = user;
	c->session = 0;
	MUST(access_load(c, NULL, &err));
}

struct core *second_core(enum db_engine engine)
{
	struct error err = {0};
	struct core *c = NULL;
	MUST(core_open(test_db_target(engine), DB_CREATE, &c, &err));
	return c;
}

const char *peek(struct core *c, const char *sql)
{
	static char out[600];
	struct db_stmt *s;
	bool row;
	struct error err = {0};
	(void)snprintf(out, sizeof out, "none");
	if (db_prepare(c->db, sql, &s, &err) != ST_OK || db_step(s, &row, &err) != ST_OK) {
		(void)snprintf(out, sizeof out, "error: %.500s", err.message);
	} else if (row) {
		const char *t = db_text(s, 0);
		(void)snprintf(out, sizeof out, "%s", t ? t : "null");
		db_done(s);
	}
	return out;
}

int second_factor(struct core *c, uint8_t seed[64], char codes[BACKUP_CODES][20])
{
	struct error err = {0};
	struct arena *a = arena_new();
	struct twofactor_setup s;
	struct otpauth o;
	char code[9];
	MUST(twofactor_begin(c, NULL, NULL, a, &s, &err));
	MUST(otpauth_parse(a, s.uri, &o, &err));
	hotp(o.secret, o.secret_n, (uint64_t)totp_step(clock_now()), 6, code);
	MUST(twofactor_activate(c, code, &err));
	memcpy(seed, o.secret, (size_t)o.secret_n);
	memcpy(codes, s.codes, sizeof s.codes);
	int n = o.secret_n;
	arena_free(&a);
	return n;
}
