#include "core/security/twofactor.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/security/access.h"
#include "core/security/events.h"
#include "core/security/keyring.h"
#include "core/security/password.h"
#include "core/crm/rows.h"
#include "core/security/session.h"
#include "core/security/signin.h"

static char *seal_context(const struct id *user, char out[64])
{
	char id[ID_TEXT_SIZE];
	(void)snprintf(out, 64, "totp:%s", id_format(user, id));
	return out;
}

static enum status email_of(struct core *c, const struct id *user, struct arena *a, const char **email, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_first(c, &s, &row, err, "SELECT COALESCE(email, full_name) FROM users WHERE id = $1", "d", user);
	*email = "";
	if (st == ST_OK && row) {
		*email = arena_strdup(a, db_text(s, 0));
		db_done(s);
	}
	return st;
}

/* Ten codes; `pending` ones are not accepted before activation. */
static enum status add_codes(struct core *c, bool pending, char codes[BACKUP_CODES][20], struct error *err)
{
	enum status st = rows_run(c, err, pending ? "DELETE FROM backup_codes WHERE user_id = $1 AND pending = 1" : "DELETE FROM backup_codes WHERE user_id = $1",
		"d", &c->user);
	for (int i = 0; st == ST_OK && i < BACKUP_CODES; i++) {
		char phc[PASSWORD_PHC_SIZE], normal[17];
		backup_code_make(codes[i]);
		if (!backup_code_normal(codes[i], normal))
			return error_set(err, ST_INTERNAL, "a backup code that is none");
		st = password_hash_code(normal, phc, err);
		if (st == ST_OK)
			st = rows_run(c, err, "INSERT INTO backup_codes (org_id, user_id, code, pending) VALUES ($1, $2, $3, $4)", "ddti", &c->org, &c->user, phc,
				(int64_t)pending);
		crypto_wipe(normal, sizeof normal);
	}
	return st;
}

enum status twofactor_begin(struct core *c, const char *password, const char *code, struct arena *a, struct twofactor_setup *out, struct error *err)
{
	uint8_t seed[TOTP_SEED_BYTES];
	struct buf sealed = {0};
	char context[64];
	const char *email;
	struct twofactor_setup s = {0};
	struct twofactor_status now;
	enum status st = access_check_person(c, err);
	if (st == ST_OK)
		st = twofactor_status(c, &c->user, &now, err);
	if (st == ST_OK && now.on)
		st = signin_prove(c, password ? password : "", code, err);
	if (st != ST_OK)
		return st;
	if (!signin_has_password(c, &c->user)) {
		error_set(err, ST_INVALID, _("Set a password first; a second factor needs a first."));
		error_hint(err, "simplix auth password");
		return ST_INVALID;
	}
	st = email_of(c, &c->user, a, &email, err);
	crypto_random(seed, sizeof seed);
	if (st == ST_OK)
		st = keyring_seal(c, seal_context(&c->user, context), seed, sizeof seed, &sealed, err);
	if (st == ST_OK)
		st = db_begin(c->db, err);
	if (st != ST_OK) {
		buf_free(&sealed);
		return st;
	}
	st = rows_run(c, err, "UPDATE user_credentials SET totp_pending = $1 WHERE user_id = $2", "bd", sealed.data, sealed.len, &c->user);
	if (st == ST_OK)
		st = add_codes(c, true, s.codes, err);
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	if (st == ST_OK) {
		s.secret = totp_secret_text(a, seed, sizeof seed);
		s.uri = otpauth_format(a, "Simplix", email, seed, sizeof seed);
		*out = s;
	}
	crypto_wipe(seed, sizeof seed);
	buf_free(&sealed);
	return st;
}

/* The seed in force, or the pending one. */
static enum status load_seed(struct core *c, const struct id *user, bool pending, uint8_t seed[64], int *n, int64_t *last, struct error *err)
{
	struct db_stmt *s;
	bool row;
	char context[64];
	struct buf sealed = {0}, plain = {0};
	enum status st = rows_first(c, &s, &row, err,
		pending ? "SELECT totp_pending, totp_last_step FROM user_credentials WHERE user_id = $1"
			: "SELECT totp, totp_last_step FROM user_credentials WHERE user_id = $1 AND totp_at IS NOT NULL",
		"d", user);
	if (st != ST_OK)
		return st;
	bool there = row && !db_is_null(s, 0);
	if (there) {
		buf_add(&sealed, db_blob(s, 0), db_bytes(s, 0));
		*last = pending ? 0 : db_int(s, 1);
	}
	if (row)
		db_done(s);
	if (!there)
		return error_set(err, ST_NOT_FOUND, pending ? _("Set up the second factor first.") : _("There is no second factor."));
	st = keyring_unseal(c, seal_context(user, context), sealed.data, sealed.len, &plain, err);
	if (st == ST_OK && plain.len <= 64) {
		memcpy(seed, plain.data, plain.len);
		*n = (int)plain.len;
	}
	if (plain.data)
		crypto_wipe(plain.data, plain.cap);
	buf_free(&plain);
	buf_free(&sealed);
	return st;
}

static enum status wrong_code(struct error *err)
{
	error_set(err, ST_DENIED, _("This code is not right."));
	error_hint(err, _("Take the one shown now; each works once, and the clocks of both devices must agree within half a minute."));
	return ST_DENIED;
}

enum status twofactor_activate(struct core *c, const char *code, struct error *err)
{
	uint8_t seed[64];
	int n = 0;
	int64_t last = 0, changed = 0, now = clock_now();
	enum status st = access_check_person(c, err);
	if (st == ST_OK)
		st = load_seed(c, &c->user, true, seed, &n, &last, err);
	if (st != ST_OK)
		return st;
	int64_t step = totp_match(seed, n, code, now, last);
	crypto_wipe(seed, sizeof seed);
	if (step < 0)
		return wrong_code(err);
	if ((st = db_begin(c->db, err)) != ST_OK)
		return st;
	st = rows_change(c, &changed, err,
		"UPDATE user_credentials SET totp = totp_pending, totp_pending = NULL, totp_at = $1, totp_last_step = $2 WHERE user_id = $3 AND totp_pending "
		"IS NOT NULL",
		"iid", now, step, &c->user);
	if (st == ST_OK && !changed)
		st = error_set(err, ST_CONFLICT, _("Set up the second factor first."));
	if (st == ST_OK)
		st = rows_run(c, err, "DELETE FROM backup_codes WHERE user_id = $1 AND pending = 0", "d", &c->user);
	if (st == ST_OK)
		st = rows_run(c, err, "UPDATE backup_codes SET pending = 0 WHERE user_id = $1", "d", &c->user);
	if (st == ST_OK)
		st = rows_run(c, err, "UPDATE security_sessions SET mfa_at = $1 WHERE num = $2", "ii", now, c->session);
	if (st == ST_OK)
		st = sessions_end_of(c, &c->user, err);
	if (st == ST_OK)
		st = event_add(c, SEV_TWO_FACTOR_ON, NULL, NULL, err);
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	return st == ST_OK ? access_reload(c, err) : st; /* whoever had to set it up first may work now */
}

enum status twofactor_try_backup(struct core *c, const struct id *user, const char *code, struct error *err)
{
	char normal[17];
	struct db_stmt *s;
	bool row;
	struct arena *a;
	struct {
		int64_t num;
		const char *phc;
	} list[BACKUP_CODES];
	int n = 0;
	int64_t found = 0, changed = 0;
	if (!backup_code_normal(code, normal))
		return wrong_code(err);
	a = arena_new();
	enum status st = rows_open(c, &s, err, "SELECT num, code FROM backup_codes WHERE user_id = $1 AND pending = 0 AND used_at IS NULL ORDER BY num", "d",
		user);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row)
		if (n < BACKUP_CODES) {
			list[n].num = db_int(s, 0);
			list[n++].phc = arena_strdup(a, db_text(s, 1));
		}
	for (int i = 0; st == ST_OK && i < n && !found; i++)
		if (password_verify(list[i].phc, normal, NULL, NULL) == ST_OK)
			found = list[i].num;
	crypto_wipe(normal, sizeof normal);
	arena_free(&a);
	if (st == ST_OK && found)
		st = rows_change(c, &changed, err, "UPDATE backup_codes SET used_at = $1 WHERE num = $2 AND used_at IS NULL", "ii", clock_now(), found);
	if (st != ST_OK)
		return st;
	if (changed == 1)
		return event_add(c, SEV_BACKUP_CODE_USED, user, NULL, err);
	error_set(err, ST_DENIED, _("This backup code is not right, or was used already."));
	error_hint(err, _("Each is good once. Take another, or the six digits of your authenticator."));
	return ST_DENIED;
}

enum status twofactor_try(struct core *c, const struct id *user, const char *code, bool *backup, struct error *err)
{
	uint8_t seed[64];
	int n = 0;
	int64_t last = 0, changed = 0;
	char normal[17];
	*backup = backup_code_normal(code, normal);
	if (*backup)
		return twofactor_try_backup(c, user, code, err);
	enum status st = load_seed(c, user, false, seed, &n, &last, err);
	if (st != ST_OK)
		return st;
	int64_t now = clock_now(), step = totp_match(seed, n, code, now, last);
	bool replayed = step < 0 && totp_match(seed, n, code, now, 0) >= 0;
	crypto_wipe(seed, sizeof seed);
	if (step >= 0)
		st = rows_change(c, &changed, err, "UPDATE user_credentials SET totp_last_step = $1 WHERE user_id = $2 AND totp_last_step < $1", "id", step, user);
	if (st != ST_OK)
		return st;
	if (replayed || (step >= 0 && !changed)) {
		(void)event_add(c, SEV_CODE_REPLAYED, user, NULL, NULL);
		error_set(err, ST_DENIED, _("This code was used already."));
		error_hint(err, _("Wait for the next one; it takes at most half a minute."));
		return ST_DENIED;
	}
	return changed == 1 ? ST_OK : wrong_code(err);
}

/* ISO date to ms; 0 when there is none. */
static int64_t day_start(const char *iso)
{
	int64_t days;
	return iso && clock_parse_iso_date(iso, &days) ? days * CLOCK_DAY : 0;
}

static enum status load_rules(struct core *c, const struct id *user, struct twofactor_status *out, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_first(c, &s, &row, err,
		"SELECT o.require_2fa, o.require_2fa_from, r.require_2fa, r.require_2fa_from FROM organizations o LEFT JOIN users u ON u.id = $1 "
		"LEFT JOIN roles r ON r.id = u.role_id WHERE o.id = $2",
		"dd", user, &c->org);
	if (st != ST_OK || !row)
		return st;
	for (int i = 0; i < 4; i += 2) {
		if (db_is_null(s, i) || !db_int(s, i))
			continue;
		int64_t from = day_start(db_text(s, i + 1));
		if (!out->required || from < out->required_from)
			out->required_from = from;
		out->required = true;
	}
	db_done(s);
	return ST_OK;
}

enum status twofactor_status(struct core *c, const struct id *user, struct twofactor_status *out, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct twofactor_status t = {0};
	enum status st = rows_first(c, &s, &row, err, "SELECT totp_at, totp_pending FROM user_credentials WHERE user_id = $1", "d", user);
	if (st != ST_OK)
		return st;
	if (row) {
		t.on = !db_is_null(s, 0);
		t.since = db_int(s, 0);
		t.pending = !db_is_null(s, 1);
		db_done(s);
	}
	t.codes_left = (int)rows_int(c, 0, "SELECT count(*) FROM backup_codes WHERE user_id = $1 AND pending = 0 AND used_at IS NULL", "d", user);
	if ((st = load_rules(c, user, &t, err)) == ST_OK)
		*out = t;
	return st;
}

/* Take the seed and the codes away, in a transaction of its own. */
static enum status turn_off(struct core *c, const struct id *user, enum security_event event, const char *detail, struct error *err)
{
	enum status st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	st = rows_run(c, err, "UPDATE user_credentials SET totp = NULL, totp_pending = NULL, totp_at = NULL WHERE user_id = $1", "d", user);
	if (st == ST_OK)
		st = rows_run(c, err, "DELETE FROM backup_codes WHERE user_id = $1", "d", user);
	if (st == ST_OK)
		st = sessions_end_of(c, user, err);
	if (st == ST_OK)
		st = event_add(c, event, user, detail, err);
	if (st == ST_OK)
		return db_commit(c->db, err);
	db_rollback(c->db);
	return st;
}

enum status twofactor_disable(struct core *c, const char *password, const char *code, struct error *err)
{
	struct twofactor_status t;
	enum status st = access_check_person(c, err);
	if (st == ST_OK)
		st = twofactor_status(c, &c->user, &t, err);
	if (st != ST_OK)
		return st;
	if (!t.on)
		return error_set(err, ST_NOT_FOUND, _("There is no second factor."));
	if (t.required) {
		error_set(err, ST_DENIED, _("Your organization or role asks for a second factor; it cannot be turned off."));
		error_hint(err, _("For a new phone: turn it off is not needed, set it up anew."));
		return ST_DENIED;
	}
	st = signin_prove(c, password, code, err);
	return st == ST_OK ? turn_off(c, &c->user, SEV_TWO_FACTOR_OFF, NULL, err) : st;
}

enum status twofactor_new_codes(struct core *c, const char *password, const char *code, char codes[BACKUP_CODES][20], struct error *err)
{
	struct twofactor_status t;
	enum status st = access_check_person(c, err);
	if (st == ST_OK)
		st = twofactor_status(c, &c->user, &t, err);
	if (st == ST_OK && !t.on)
		st = error_set(err, ST_NOT_FOUND, _("There is no second factor."));
	if (st == ST_OK)
		st = signin_prove(c, password, code, err);
	if (st == ST_OK)
		st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	st = add_codes(c, false, codes, err);
	if (st == ST_OK)
		st = event_add(c, SEV_BACKUP_CODES_NEW, NULL, NULL, err);
	if (st == ST_OK)
		return db_commit(c->db, err);
	db_rollback(c->db);
	return st;
}

enum status twofactor_reset(struct core *c, const char *email, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_first(c, &s, &row, err,
		"SELECT id FROM users WHERE org_id = $1 AND lower(email) = lower($2) AND deleted_at IS NULL", "dt", &c->org, email);
	if (st != ST_OK)
		return st;
	if (!row)
		return error_set(err, ST_NOT_FOUND, _("There is no user with the address %s."), email);
	struct id user = db_id(s, 0);
	db_done(s);
	if (rows_int(c, 0, "SELECT count(*) FROM user_credentials WHERE user_id = $1 AND totp_at IS NOT NULL", "d", &user) == 0)
		return error_set(err, ST_NOT_FOUND, _("%s has no second factor."), email);
	struct passwd *who = getpwuid(geteuid());
	return turn_off(c, &user, SEV_TWO_FACTOR_RESET, who ? who->pw_name : NULL, err);
}
