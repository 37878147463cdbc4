#include "core/security/signin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "core/security/events.h"
#include "core/security/keyring.h"
#include "core/security/password.h"
#include "core/security/policy.h"
#include "core/security/roles.h"
#include "core/crm/rows.h"
#include "core/security/throttle.h"
#include "core/security/twofactor.h"

struct account {
	struct id user;
	bool there, active, second_factor;
	char phc[PASSWORD_PHC_SIZE]; /* "" when none */
};

static enum status load_account(struct core *c, const char *email, const struct id *user, struct account *out, struct error *err)
{
	struct db_stmt *s;
	struct account a = {0};
	enum status st = rows_first(c, &s, &a.there, err,
		"SELECT u.id, u.status, k.password, k.totp_at FROM users u LEFT JOIN user_credentials k ON k.user_id = u.id WHERE u.org_id = $1 AND "
		"u.deleted_at IS NULL AND (u.id = $2 OR lower(u.email) = $3) ORDER BY CASE WHEN k.password IS NULL THEN 1 ELSE 0 END, u.num LIMIT 1",
		"ddt", &c->org, user, email);
	if (st == ST_OK && a.there) {
		const char *status = db_text(s, 1), *phc = db_text(s, 2);
		a.user = db_id(s, 0);
		a.active = !status || strcmp(status, "active") == 0;
		(void)snprintf(a.phc, sizeof a.phc, "%s", phc ? phc : "");
		a.second_factor = !db_is_null(s, 3);
		db_done(s);
	}
	if (st == ST_OK)
		*out = a;
	return st;
}

static void record(struct core *c, const char *email, const struct account *a, bool ok, const char *method, const char *reason)
{
	/* where an address is asked for a password is typed now and then: that is not kept */
	if (*email && !strchr(email, '@'))
		email = "?";
	struct login_attempt l = {.email = email, .user = a ? a->user : (struct id){{0}}, .ok = ok, .method = method, .reason = reason};
	(void)login_record(c, &l, NULL);
}

/* One text for every wrong combination, so that nothing tells which part was right. */
static enum status refuse(struct error *err)
{
	error_set(err, ST_DENIED, _("Address or password is not right."));
	error_hint(err, _("An administrator can invite you anew when the password is lost."));
	return ST_DENIED;
}

static char *account_name(struct arena *a, const char *email)
{
	uint8_t hash[SHA256_BYTES];
	const char *folded = text_fold(a, text_trim(a, email));
	crypto_sha256(folded, strlen(folded), hash);
	return arena_printf(a, "mail:%s", hex_encode(a, hash, 16)); /* what people type here is sometimes a password */
}

/* Who guesses: an address; without one an account of a machine, so that one laptop's guesses on a shared database stop no other. */
static char *source_name(struct arena *a, const struct core *c)
{
	if (*c->address && strcmp(c->address, "local") != 0)
		return arena_printf(a, "source:%s", c->address);
	return arena_printf(a, "source:local:%s:%ld", c->machine, (long)geteuid());
}

static enum status new_token(struct core *c, enum token_kind token, const char *kind, const struct id *user, int64_t lives_ms, char out[TOKEN_SIZE],
	struct error *err)
{
	enum token_kind parsed;
	uint8_t hash[TOKEN_HASH_BYTES];
	int64_t num = 0, now = clock_now();
	token_make(token, out);
	if (!token_parse(out, &parsed, hash))
		return error_set(err, ST_INTERNAL, "a token that is none");
	return rows_insert(c, &num, err,
		"INSERT INTO security_sessions (org_id, user_id, kind, token_hash, client, device, address, created_at, seen_at, expires_at, tries) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, 0)",
		"ddtbtttii", &c->org, user, kind, hash, sizeof hash, c->client, c->machine, c->address, now, now + lives_ms);
}

/* Who was invited and came is active from now on. */
static enum status no_longer_invited(struct core *c, const struct id *user, struct error *err)
{
	struct txn *t;
	if (rows_int(c, 0, "SELECT count(*) FROM users WHERE id = $1 AND status = 'invited'", "d", user) == 0)
		return ST_OK;
	enum status st = txn_begin(c, CHANGE_SYSTEM, _("Invitation accepted"), &t, err);
	if (st != ST_OK)
		return st;
	struct arena *a = arena_new();
	struct record *u = record_new(a, model_entity(c->model, "users"));
	u->id = *user;
	record_put_text(u, "status", "active");
	st = txn_end(&t, store_update(t, u, err), err);
	arena_free(&a);
	return st;
}

/* Signed in as far as passwords and codes go: a session, and what is asked for further. */
static enum status enter(struct core *c, const struct id *user, bool mfa, struct signin *out, struct error *err)
{
	struct twofactor_status t;
	enum status st = session_begin(c, user, mfa, out->token, err);
	if (st == ST_OK)
		st = no_longer_invited(c, user, err);
	if (st == ST_OK)
		st = twofactor_status(c, user, &t, err);
	if (st == ST_OK && t.required && !t.on) {
		out->set_up_by = t.required_from;
		out->must_set_up = clock_now() >= t.required_from;
	}
	return st;
}

/* The hash of a password under today's costs. `first`: only where there is none yet. */
static enum status store_password(struct core *c, const struct id *user, const char *password, bool first, struct error *err)
{
	char phc[PASSWORD_PHC_SIZE];
	int64_t changed = 0;
	enum status st = password_hash(password, phc, err);
	if (st == ST_OK)
		st = rows_change(c, &changed, err,
			"INSERT INTO user_credentials (user_id, org_id, password, password_at, totp_last_step) VALUES ($1, $2, $3, $4, 0) "
			"ON CONFLICT (user_id) DO UPDATE SET password = excluded.password, password_at = excluded.password_at WHERE $5 = 0 OR "
			"user_credentials.password IS NULL",
			"ddtii", user, &c->org, phc, clock_now(), (int64_t)first);
	crypto_wipe(phc, sizeof phc);
	if (st == ST_OK && !changed)
		return error_set(err, ST_CONFLICT, _("A password was set meanwhile."));
	return st;
}

/* A backup code that proved the owner, or the session that is open: other people's guesses do not stop who comes with one. */
enum known { KNOWN_NOT, KNOWN_BACKUP, KNOWN_SESSION };

static char *session_name(struct arena *a, const struct core *c)
{
	return arena_printf(a, "session:%lld", (long long)c->session);
}

/* Count, compare, forget the count when it was right. */
static enum status try_password(struct core *c, const char *email, const struct account *a, const char *password, enum known known, const char *method,
	struct error *err)
{
	struct arena *names = arena_new();
	const char *address = account_name(names, email), *source = source_name(names, c);
	const char *account = known == KNOWN_SESSION ? session_name(names, c) : address;
	bool rehash = false;
	enum status st = known == KNOWN_NOT ? throttle_take(c, source, THROTTLE_SOURCE, err) : ST_OK;
	if (st == ST_OK && known != KNOWN_BACKUP)
		st = throttle_take(c, account, THROTTLE_ACCOUNT, err);
	if (st == ST_LIMIT)
		record(c, email, a, false, method, "throttled");
	if (st == ST_OK) {
		st = password_verify(*a->phc ? a->phc : NULL, password, &rehash, err);
		if (st == ST_OK && !a->active) {
			record(c, email, a, false, method, "suspended");
			st = refuse(err);
		} else if (st == ST_DENIED) {
			record(c, email, a, false, method, "wrong");
			throttle_told(c, account, a->there ? &a->user : NULL);
			st = refuse(err);
		}
	}
	if (st == ST_OK) {
		throttle_forget(c, account);
		throttle_forget(c, address);
		throttle_forget(c, source);
		if (rehash && !c->read_only)
			(void)store_password(c, &a->user, password, false, NULL);
	}
	arena_free(&names);
	return st;
}

enum status signin_password(struct core *c, const char *email, const char *password, const char *backup, struct signin *out, struct error *err)
{
	struct account a;
	struct signin in = {0};
	struct arena *names = arena_new();
	enum status st = load_account(c, text_lower_ascii(names, text_trim(names, email)), NULL, &a, err);
	bool proven = false;
	char normal[17];
	if (st == ST_OK && backup && *backup) {
		/* what has the form of a code is one of 2^80: no count is needed, and none may stop the owner */
		if (!backup_code_normal(backup, normal))
			st = throttle_take(c, source_name(names, c), THROTTLE_SOURCE, err);
		if (st == ST_OK && a.there && a.second_factor)
			proven = twofactor_try_backup(c, &a.user, backup, NULL) == ST_OK;
		if (st == ST_OK && !proven) {
			record(c, email, &a, false, "backup_code", "wrong");
			(void)password_verify(NULL, password, NULL, NULL);
			st = refuse(err);
		}
	}
	arena_free(&names);
	if (st == ST_OK)
		st = try_password(c, email, &a, password, proven ? KNOWN_BACKUP : KNOWN_NOT, "password", err);
	if (st != ST_OK)
		return st;
	if (a.second_factor && !proven) {
		in.needs_code = true;
		record(c, email, &a, true, "password", "code asked");
		st = new_token(c, TOKEN_HALF_LOGIN, "half", &a.user, HALF_LOGIN_MS, in.token, err);
	} else {
		st = enter(c, &a.user, proven, &in, err);
		if (st == ST_OK)
			record(c, email, &a, true, proven ? "backup_code" : "password", "");
	}
	if (st == ST_OK)
		*out = in;
	return st;
}

/* One try of a half login: counted before the code is looked at. */
static enum status take_half(struct core *c, const char *token, struct id *user, uint8_t hash[TOKEN_HASH_BYTES], struct error *err)
{
	enum token_kind kind;
	struct db_stmt *s;
	bool row;
	int64_t changed = 0;
	enum status st = ST_OK;
	if (token_parse(token, &kind, hash) && kind == TOKEN_HALF_LOGIN)
		st = rows_change(c, &changed, err,
			"UPDATE security_sessions SET tries = tries + 1 WHERE token_hash = $1 AND kind = 'half' AND org_id = $2 AND revoked_at IS NULL AND expires_at > "
			"$3 AND tries < $4",
			"bdii", hash, (size_t)TOKEN_HASH_BYTES, &c->org, clock_now(), (int64_t)HALF_LOGIN_TRIES);
	if (st != ST_OK)
		return st;
	if (!changed) {
		error_set(err, ST_DENIED, _("This sign-in has lapsed."));
		error_hint(err, _("Begin again with the password."));
		return ST_DENIED;
	}
	st = rows_first(c, &s, &row, err, "SELECT user_id FROM security_sessions WHERE token_hash = $1", "b", hash, (size_t)TOKEN_HASH_BYTES);
	if (st == ST_OK && row) {
		*user = db_id(s, 0);
		db_done(s);
	}
	return st;
}

enum status signin_code(struct core *c, const char *half_token, const char *code, struct signin *out, struct error *err)
{
	struct id user = {{0}};
	uint8_t hash[TOKEN_HASH_BYTES];
	struct account a;
	struct signin in = {0};
	struct arena *names = arena_new();
	char id[ID_TEXT_SIZE];
	char normal[17];
	bool backup = false, backup_form = backup_code_normal(code, normal);
	int64_t changed = 0;
	enum status st = backup_form ? ST_OK : keyring_open(c, err); /* without it nobody can try: that is no wrong code */
	if (st == ST_OK)
		st = take_half(c, half_token, &user, hash, err);
	if (st == ST_OK)
		st = load_account(c, NULL, &user, &a, err);
	const char *counter = st == ST_OK ? arena_printf(names, "code:%s", id_format(&user, id)) : NULL;
	if (st == ST_OK && !backup_form && (st = throttle_take(c, counter, THROTTLE_ACCOUNT, err)) == ST_LIMIT)
		record(c, "", &a, false, "code", "throttled");
	if (st == ST_OK && (st = twofactor_try(c, &user, code, &backup, err)) != ST_OK) {
		record(c, "", &a, false, backup ? "backup_code" : "code", "wrong");
		if (!backup)
			throttle_told(c, counter, &user);
	}
	if (st == ST_OK)
		st = rows_change(c, &changed, err, "UPDATE security_sessions SET revoked_at = $1 WHERE token_hash = $2 AND revoked_at IS NULL", "ib", clock_now(),
			hash, sizeof hash);
	if (st == ST_OK && (!changed || !a.active))
		st = refuse(err);
	if (st == ST_OK) {
		throttle_forget(c, counter);
		st = enter(c, &user, true, &in, err);
	}
	if (st == ST_OK) {
		record(c, "", &a, true, backup ? "backup_code" : "code", "");
		*out = in;
	}
	arena_free(&names);
	return st;
}

static enum status email_of(struct core *c, const struct id *user, char *out, size_t size, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_first(c, &s, &row, err, "SELECT COALESCE(email, full_name) FROM users WHERE id = $1", "d", user);
	out[0] = '\0';
	if (st == ST_OK && row) {
		(void)snprintf(out, size, "%s", db_text(s, 0));
		db_done(s);
	}
	return st;
}

static enum status prove_password(struct core *c, const char *password, const char *method, struct account *a, struct error *err)
{
	char email[256];
	enum status st = email_of(c, &c->user, email, sizeof email, err);
	if (st == ST_OK)
		st = load_account(c, NULL, &c->user, a, err);
	if (st == ST_OK)
		st = try_password(c, email, a, password, c->session ? KNOWN_SESSION : KNOWN_NOT, method, err);
	if (st == ST_DENIED)
		error_set(err, ST_DENIED, _("This is not your password."));
	return st;
}

enum status signin_unlock(struct core *c, const char *password, struct error *err)
{
	struct account a;
	enum status st = session_check(c, false, err);
	if (st == ST_OK)
		st = prove_password(c, password, "unlock", &a, err);
	if (st == ST_OK)
		record(c, "", &a, true, "unlock", "");
	return st == ST_OK ? session_check(c, true, err) : st;
}

enum status signin_prove(struct core *c, const char *password, const char *code, struct error *err)
{
	struct account a;
	struct arena *names = arena_new();
	char id[ID_TEXT_SIZE];
	bool backup;
	enum status st = prove_password(c, password, "prove", &a, err);
	if (st == ST_OK && a.second_factor) {
		const char *counter = arena_printf(names, "code:%s", id_format(&c->user, id));
		st = throttle_take(c, counter, THROTTLE_ACCOUNT, err);
		if (st == ST_OK && (st = twofactor_try(c, &c->user, code ? code : "", &backup, err)) == ST_OK)
			throttle_forget(c, counter);
	}
	arena_free(&names);
	return st;
}

bool signin_has_password(struct core *c, const struct id *user)
{
	return rows_int(c, 0, "SELECT count(*) FROM user_credentials WHERE user_id = $1 AND password IS NOT NULL", "d", user) > 0;
}

/* What a password may not be made of: the person's names and address, the company's name. */
static enum status check_choice(struct core *c, const struct id *user, const char *password, struct error *err)
{
	struct db_stmt *s;
	bool row;
	const char *words[8] = {NULL};
	int n = 0;
	struct arena *a = arena_new();
	enum status st = rows_first(c, &s, &row, err,
		"SELECT u.first_name, u.last_name, u.email, o.name FROM users u JOIN organizations o ON o.id = u.org_id WHERE u.id = $1", "d", user);
	if (st == ST_OK && row) {
		for (int i = 0; i < 4; i++)
			if (!db_is_null(s, i))
				words[n++] = arena_strdup(a, db_text(s, i));
		db_done(s);
	}
	struct twofactor_status t = {0};
	if (st == ST_OK)
		st = twofactor_status(c, user, &t, err);
	if (st == ST_OK)
		st = password_check(password, t.on, words, err);
	arena_free(&a);
	return st;
}

char *signin_password_rule(struct arena *a)
{
	return arena_printf(a, _("At least %d characters (%d with a second factor). Several words that do not belong together are easy to keep and hard to guess."),
		PASSWORD_MIN, PASSWORD_MIN_2FA);
}

enum status signin_check_choice(struct core *c, const char *password, struct error *err)
{
	return check_choice(c, &c->user, password, err);
}

enum status signin_set_password(struct core *c, const char *old, const char *password, char token[TOKEN_SIZE], struct error *err)
{
	struct id user = c->user;
	char email[256];
	token[0] = '\0';
	enum status st = access_check_person(c, err);
	if (st == ST_OK)
		st = email_of(c, &user, email, sizeof email, err);
	if (st == ST_OK && !strchr(email, '@')) {
		error_set(err, ST_INVALID, _("You sign in with your mail address; your profile has none yet."));
		error_hint(err, _("Add it under Settings, Profile, or: simplix users edit me email=you@company.com"));
		return ST_INVALID;
	}
	bool had = signin_has_password(c, &user);
	if (st == ST_OK && had) {
		struct account a;
		st = prove_password(c, old ? old : "", "password", &a, err);
	}
	if (st == ST_OK)
		st = check_choice(c, &user, password, err);
	if (st == ST_OK)
		st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	st = store_password(c, &user, password, !had, err);
	if (st == ST_OK)
		st = sessions_end_of(c, &user, err);
	if (st == ST_OK)
		st = event_add(c, SEV_PASSWORD_SET, NULL, NULL, err);
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	if (st == ST_OK && !c->session && !had)
		st = session_begin(c, &user, false, token, err);
	return st;
}

enum status signin_may_invite(struct core *c, struct error *err)
{
	enum status st = access_check_person(c, err);
	if (st == ST_OK)
		st = access_check_admin(c, err);
	if (st != ST_OK || signin_has_password(c, &c->user))
		return st;
	error_set(err, ST_INVALID, _("Set a password of your own first; from then on everybody signs in."));
	error_hint(err, _("Settings, Security; or: simplix auth password"));
	return ST_INVALID;
}

enum status signin_invite(struct core *c, const struct id *user, char token[TOKEN_SIZE], struct error *err)
{
	char email[256], fresh[TOKEN_SIZE];
	enum status st = signin_may_invite(c, err);
	if (st == ST_OK && roles_is_owner(c, user) && !roles_is_owner(c, &c->user))
		st = error_set(err, ST_DENIED, _("Only an owner invites an owner anew."));
	if (st == ST_OK)
		st = email_of(c, user, email, sizeof email, err);
	if (st == ST_OK && !strchr(email, '@'))
		st = error_set(err, ST_INVALID, _("This user has no mail address to sign in with."));
	if (st == ST_OK)
		st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	st = rows_run(c, err, "UPDATE security_sessions SET revoked_at = $1 WHERE user_id = $2 AND kind = 'invitation' AND revoked_at IS NULL", "id", clock_now(),
		user);
	if (st == ST_OK)
		st = new_token(c, TOKEN_INVITATION, "invitation", user, INVITATION_DAYS * (int64_t)CLOCK_DAY, fresh, err);
	if (st == ST_OK)
		st = event_add(c, SEV_INVITED, user, email, err);
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	if (st == ST_OK)
		memcpy(token, fresh, sizeof fresh);
	crypto_wipe(fresh, sizeof fresh);
	return st;
}

static enum status lapsed(struct error *err)
{
	error_set(err, ST_DENIED, _("This invitation is not valid any more."));
	error_hint(err, _("Ask for a new one."));
	return ST_DENIED;
}

/* What was guessed at the old password is no reason to stop who brings a new one. */
static void forget_guesses(struct core *c, const struct id *user)
{
	char email[256];
	struct arena *a = arena_new();
	if (email_of(c, user, email, sizeof email, NULL) == ST_OK)
		throttle_forget(c, account_name(a, email));
	arena_free(&a);
}

/* Whom an invitation that is still good invites. */
static enum status invited(struct core *c, const char *token, uint8_t hash[TOKEN_HASH_BYTES], struct id *user, struct error *err)
{
	enum token_kind kind;
	struct db_stmt *s;
	bool row;
	if (!token_parse(token, &kind, hash) || kind != TOKEN_INVITATION)
		return lapsed(err);
	enum status st = rows_first(c, &s, &row, err,
		"SELECT user_id FROM security_sessions WHERE token_hash = $1 AND kind = 'invitation' AND org_id = $2 AND revoked_at IS NULL AND expires_at > $3", "bdi",
		hash, (size_t)TOKEN_HASH_BYTES, &c->org, clock_now());
	if (st != ST_OK)
		return st;
	if (!row)
		return lapsed(err);
	*user = db_id(s, 0);
	db_done(s);
	return ST_OK;
}

enum status signin_check_invitation(struct core *c, const char *token, const char *password, struct error *err)
{
	uint8_t hash[TOKEN_HASH_BYTES];
	struct id user;
	enum status st = invited(c, token, hash, &user, err);
	return st == ST_OK && password ? check_choice(c, &user, password, err) : st;
}

enum status signin_accept(struct core *c, const char *token, const char *password, struct signin *out, struct error *err)
{
	uint8_t hash[TOKEN_HASH_BYTES];
	struct id user;
	int64_t changed = 0;
	struct account a;
	struct signin in = {0};
	enum status st = invited(c, token, hash, &user, err);
	if (st == ST_OK)
		st = load_account(c, NULL, &user, &a, err);
	if (st == ST_OK)
		st = check_choice(c, &user, password, err);
	if (st == ST_OK)
		st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	st = rows_change(c, &changed, err, "UPDATE security_sessions SET revoked_at = $1 WHERE token_hash = $2 AND revoked_at IS NULL", "ib", clock_now(), hash,
		sizeof hash);
	if (st == ST_OK && !changed)
		st = lapsed(err);
	if (st == ST_OK)
		st = store_password(c, &user, password, false, err);
	if (st == ST_OK)
		st = sessions_end_of(c, &user, err);
	if (st == ST_OK)
		st = event_add(c, SEV_PASSWORD_SET, &user, "invitation", err);
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	if (st == ST_OK)
		forget_guesses(c, &user);
	if (st == ST_OK && a.second_factor) {
		in.needs_code = true;
		st = new_token(c, TOKEN_HALF_LOGIN, "half", &user, HALF_LOGIN_MS, in.token, err);
	} else if (st == ST_OK) {
		st = enter(c, &user, false, &in, err);
	}
	if (st == ST_OK)
		*out = in;
	return st;
}
