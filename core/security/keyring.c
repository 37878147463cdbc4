#include "core/security/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/security/events.h"
#include "core/security/keyfile.h"
#include "core/security/policy.h"
#include "core/crm/rows.h"
#include "data/db.h"
#include "data/dbfile.h"

void keyring_close(struct keyring **k)
{
	if (!*k)
		return;
	vault_free((*k)->v);
	if ((*k)->locked)
		crypto_wipe((*k)->locked, strlen((*k)->locked));
	free((*k)->locked);
	free((*k)->path);
	free(*k);
	*k = NULL;
}

static void new_seal_key(struct vault *v)
{
	struct seal_key *k = &v->seal[v->n++];
	crypto_random(k->id, sizeof k->id);
	crypto_random(k->key, sizeof k->key);
}

static char *path_for(struct core *c)
{
	const char *target = db_target(c->db), *base = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	char id[ID_TEXT_SIZE];
	if (db_kind(c->db) == DB_SQLITE)
		return strchr(target, '/') ? mem_printf("%s.key", target) : NULL;
	if (base && *base == '/')
		return mem_printf("%s/simplix/%s.key", base, id_format(&c->org, id));
	return mem_printf("%s/.local/share/simplix/%s.key", home && *home == '/' ? home : "", id_format(&c->org, id));
}

static enum status make_folder(const char *path, struct error *err)
{
	char *copy = mem_strdup(path);
	enum status st = ST_OK;
	for (char *slash = strchr(copy + 1, '/'); st == ST_OK && slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST)
			st = keyfile_error(copy, err);
		*slash = '/';
	}
	free(copy);
	return st;
}

/* Does something sealed exist that a new key could not open? Then a missing file is a loss, not a first start. */
static bool anything_sealed(struct core *c)
{
	return rows_int(c, 0, "SELECT count(*) FROM secrets WHERE org_id = $1", "d", &c->org) > 0 ||
	       rows_int(c, 0, "SELECT count(*) FROM user_credentials WHERE org_id = $1 AND totp IS NOT NULL", "d", &c->org) > 0;
}

static enum status create(struct core *c, struct keyring *k, struct error *err)
{
	if (k->path && c->read_only)
		return error_set(err, ST_NOT_FOUND, _("There is no key file %s yet."), k->path);
	if (k->path && anything_sealed(c)) {
		error_set(err, ST_NOT_FOUND, _("The key file %s is missing; what was sealed with it cannot be opened."), k->path);
		error_hint(err, db_kind(c->db) == DB_POSTGRES ? _("Copy it from a computer of this organization that has it.") : _("Put back your copy of it."));
		return ST_NOT_FOUND;
	}
	enum status st = k->path ? make_folder(k->path, err) : ST_OK;
	new_seal_key(k->v);
	crypto_random(k->v->sign, sizeof k->v->sign);
	if (st == ST_OK)
		st = keyfile_create(k, err);
	if (st == ST_CONFLICT) { /* another process was faster: take its keys */
		k->v->n = 0;
		st = keyfile_read(k, err);
	}
	return st;
}

static enum status load(struct core *c, struct error *err)
{
	struct stat sb;
	if (c->keys)
		return ST_OK;
	struct keyring *k = mem_zalloc(sizeof *k);
	k->v = vault_new();
	k->path = path_for(c);
	enum status st = k->path && (lstat(k->path, &sb) == 0 || errno != ENOENT) ? keyfile_read(k, err) : create(c, k, err);
	if (st != ST_OK) {
		keyring_close(&k);
		return st;
	}
	c->keys = k;
	return ST_OK;
}

enum status keyring_open(struct core *c, struct error *err)
{
	char phrase[PHRASE_SIZE] = "";
	enum status st = load(c, err);
	if (st != ST_OK || !c->keys->locked)
		return st;
	if (c->ask_passphrase && c->ask_passphrase(c->ask_arg, phrase, sizeof phrase)) {
		st = keyring_unlock(c, phrase, err);
		crypto_wipe(phrase, sizeof phrase);
		return st;
	}
	error_set(err, ST_BUSY, _("The key file is locked by a passphrase."));
	error_hint(err, _("Give it when Simplix asks, or set secret_command to a program that prints it."));
	return ST_BUSY;
}

bool keyring_locked(struct core *c)
{
	return load(c, NULL) == ST_OK && c->keys->locked;
}

bool keyring_has_passphrase(struct core *c)
{
	return load(c, NULL) == ST_OK && (c->keys->locked || *c->keys->v->passphrase);
}

const char *keyring_path(struct core *c)
{
	return load(c, NULL) == ST_OK && c->keys->path ? c->keys->path : "";
}

/* "17 SALT SEALED" */
static enum status open_locked(const char *line, const char *passphrase, struct buf *out, struct error *err)
{
	struct arena *a = arena_new();
	char *copy = arena_strdup(a, line), *save = NULL;
	const char *cost = strtok_r(copy, " ", &save), *salt_text = strtok_r(NULL, " ", &save), *text = strtok_r(NULL, " ", &save);
	uint8_t salt[SALT], key[SEAL_KEY_BYTES];
	int log_n = cost ? atoi(cost) : 0, n = -1;
	size_t cap = text ? strlen(text) : 0;
	uint8_t *sealed = arena_alloc(a, cap + 1);
	if (text && base64_decode(salt_text, salt, sizeof salt) == sizeof salt && log_n >= 10 && log_n <= 20)
		n = base64_decode(text, sealed, cap);
	enum status st = n > SEAL_OVERHEAD ? keyfile_passphrase_key(passphrase, salt, log_n, key, err)
					   : error_set(err, ST_CORRUPT, _("The key file is damaged."));
	if (st == ST_OK) {
		uint8_t *plain = arena_alloc(a, (size_t)n);
		if (crypto_open(key, "keyring", sealed, (size_t)n, plain, NULL) != ST_OK)
			st = error_set(err, ST_DENIED, _("This is not the passphrase of the key file."));
		else
			buf_add(out, plain, (size_t)n - SEAL_OVERHEAD);
		crypto_wipe(plain, (size_t)n);
	}
	crypto_wipe(key, sizeof key);
	arena_free(&a);
	return st;
}

enum status keyring_unlock(struct core *c, const char *passphrase, struct error *err)
{
	struct buf lines = {0};
	enum status st = load(c, err);
	if (st != ST_OK || !c->keys->locked)
		return st;
	if (strlen(passphrase) >= sizeof c->keys->v->passphrase)
		return error_set(err, ST_DENIED, _("This is not the passphrase of the key file."));
	st = open_locked(c->keys->locked, passphrase, &lines, err);
	if (st == ST_OK) {
		char *locked = c->keys->locked;
		c->keys->locked = NULL;
		st = keyfile_parse(c->keys, lines.data, err);
		if (st == ST_OK) {
			free(locked);
			(void)snprintf(c->keys->v->passphrase, sizeof c->keys->v->passphrase, "%s", passphrase);
		} else {
			free(c->keys->locked);
			c->keys->locked = locked;
		}
	}
	keyfile_wipe(&lines);
	return st;
}

/* The keys as the file has them now: another program may have added some. What was loaded stays when that fails. */
static enum status refresh(struct core *c, struct error *err)
{
	struct keyring *k = c->keys;
	if (!k->path)
		return ST_OK;
	struct vault *old = k->v;
	k->v = vault_new();
	enum status st = keyfile_read(k, err);
	if (st == ST_OK && k->locked && !*old->passphrase)
		st = error_set(err, ST_BUSY, _("The key file was put under a passphrase meanwhile."));
	if (st == ST_OK && k->locked)
		st = keyring_unlock(c, old->passphrase, err);
	if (st != ST_OK) {
		vault_free(k->v);
		k->v = old;
		free(k->locked);
		k->locked = NULL;
		return st;
	}
	vault_free(old);
	return ST_OK;
}

enum status keyring_set_passphrase(struct core *c, const char *passphrase, struct error *err)
{
	enum status st = keyring_open(c, err);
	if (st != ST_OK)
		return st;
	if (!c->keys->path)
		return error_set(err, ST_INVALID, _("This database has no key file."));
	char before[PHRASE_SIZE];
	if (passphrase && (strlen(passphrase) < PASSWORD_MIN_2FA || strlen(passphrase) >= sizeof before)) {
		error_field(err, ST_INVALID, "passphrase", _("A passphrase has at least %d characters."), PASSWORD_MIN_2FA);
		return ST_INVALID;
	}
	int lock;
	if ((st = keyfile_lock(c->keys, &lock, err)) != ST_OK)
		return st;
	st = refresh(c, err);
	struct vault *v = c->keys->v;
	memcpy(before, v->passphrase, sizeof before);
	if (st == ST_OK) {
		memset(v->passphrase, 0, sizeof v->passphrase);
		if (passphrase)
			(void)snprintf(v->passphrase, sizeof v->passphrase, "%s", passphrase);
		st = keyfile_replace(c->keys, err);
	}
	if (st != ST_OK)
		memcpy(v->passphrase, before, sizeof before);
	crypto_wipe(before, sizeof before);
	keyfile_unlock(lock);
	return st;
}

/* Sealing: key id, then what crypto_seal() made. */

enum status keyring_seal(struct core *c, const char *context, const void *data, size_t n, struct buf *out, struct error *err)
{
	enum status st = keyring_open(c, err);
	if (st != ST_OK)
		return st;
	const struct seal_key *k = &c->keys->v->seal[c->keys->v->n - 1];
	uint8_t *sealed = mem_alloc(n + SEAL_OVERHEAD);
	crypto_seal(k->key, context, data, n, sealed);
	buf_add(out, k->id, KEY_ID_BYTES);
	buf_add(out, sealed, n + SEAL_OVERHEAD);
	free(sealed);
	return ST_OK;
}

static const struct seal_key *key_of(const struct core *c, const uint8_t *sealed, size_t n)
{
	for (int i = 0; n >= KEY_ID_BYTES + SEAL_OVERHEAD && i < c->keys->v->n; i++)
		if (memcmp(c->keys->v->seal[i].id, sealed, KEY_ID_BYTES) == 0)
			return &c->keys->v->seal[i];
	return NULL;
}

enum status keyring_unseal(struct core *c, const char *context, const void *sealed, size_t n, struct buf *out, struct error *err)
{
	enum status st = keyring_open(c, err);
	const uint8_t *p = sealed;
	if (st != ST_OK)
		return st;
	const struct seal_key *k = key_of(c, p, n);
	if (!k && refresh(c, NULL) == ST_OK) /* rotated by another program since */
		k = key_of(c, p, n);
	if (k) {
		uint8_t *plain = mem_alloc(n);
		st = crypto_open(k->key, context, p + KEY_ID_BYTES, n - KEY_ID_BYTES, plain, err);
		if (st == ST_OK)
			buf_add(out, plain, n - KEY_ID_BYTES - SEAL_OVERHEAD);
		crypto_wipe(plain, n);
		free(plain);
		return st;
	}
	error_set(err, ST_CORRUPT, _("A secret was sealed with a key that is not in the key file."));
	error_hint(err, _("Put back the key file of this database."));
	return ST_CORRUPT;
}

static enum status reseal(struct core *c, const char *context, const void *bytes, size_t n, struct buf *out, struct error *err)
{
	struct buf plain = {0};
	enum status st = keyring_unseal(c, context, bytes, n, &plain, err);
	if (st == ST_OK)
		st = keyring_seal(c, context, buf_str(&plain), plain.len, out, err);
	keyfile_wipe(&plain);
	return st;
}

static enum status reseal_secrets(struct core *c, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct arena *a = arena_new();
	char **names = NULL;
	struct buf *sealed = NULL;
	size_t n = 0, cap = 0, cap2 = 0;
	enum status st = rows_open(c, &s, err, "SELECT name, sealed FROM secrets WHERE org_id = $1", "d", &c->org);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		mem_grow(&names, &cap, n + 1, sizeof *names);
		mem_grow(&sealed, &cap2, n + 1, sizeof *sealed);
		names[n] = arena_strdup(a, db_text(s, 0));
		sealed[n] = (struct buf){0};
		buf_add(&sealed[n++], db_blob(s, 1), db_bytes(s, 1));
	}
	for (size_t i = 0; i < n; i++) {
		struct buf out = {0};
		if (st == ST_OK)
			st = reseal(c, arena_printf(a, "secret:%s", names[i]), sealed[i].data, sealed[i].len, &out, err);
		if (st == ST_OK)
			st = rows_run(c, err, "UPDATE secrets SET sealed = $1 WHERE name = $2 AND org_id = $3", "btd", out.data, out.len, names[i], &c->org);
		buf_free(&out);
		buf_free(&sealed[i]);
	}
	free(names);
	free(sealed);
	arena_free(&a);
	return st;
}

static enum status reseal_seeds(struct core *c, struct error *err)
{
	struct db_stmt *s;
	bool row = true;
	enum status st = ST_OK;
	for (int64_t at = 0; st == ST_OK && row; at++) {
		struct buf out = {0};
		char context[80], id[ID_TEXT_SIZE];
		st = rows_first(c, &s, &row, err,
			"SELECT user_id, totp FROM user_credentials WHERE org_id = $1 AND totp IS NOT NULL ORDER BY user_id LIMIT 1 OFFSET $2", "di",
			&c->org, at);
		if (st != ST_OK || !row)
			break;
		struct id user = db_id(s, 0);
		struct buf sealed = {0};
		buf_add(&sealed, db_blob(s, 1), db_bytes(s, 1));
		db_done(s);
		(void)snprintf(context, sizeof context, "totp:%s", id_format(&user, id));
		st = reseal(c, context, sealed.data, sealed.len, &out, err);
		if (st == ST_OK)
			st = rows_run(c, err, "UPDATE user_credentials SET totp = $1 WHERE user_id = $2", "bd", out.data, out.len, &user);
		buf_free(&sealed);
		buf_free(&out);
	}
	return st;
}

static enum status reseal_all(struct core *c, struct error *err)
{
	enum status st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	st = reseal_secrets(c, err);
	if (st == ST_OK)
		st = reseal_seeds(c, err);
	if (st == ST_OK)
		st = event_add(c, SEV_SECRETS_ROTATED, NULL, NULL, err);
	if (st == ST_OK)
		return db_commit(c->db, err);
	db_rollback(c->db);
	return st;
}

/* One program at a time, from reading the file to the last row that is sealed anew. */
enum status keyring_rotate(struct core *c, struct error *err)
{
	int lock;
	enum status st = keyring_open(c, err);
	if (st == ST_OK)
		st = keyfile_lock(c->keys, &lock, err);
	if (st != ST_OK)
		return st;
	st = refresh(c, err);
	struct vault *v = c->keys->v;
	if (st == ST_OK) {
		if (v->n == MAX_KEYS) /* nothing is sealed with the first any more: each rotation seals everything anew */
			memmove(&v->seal[0], &v->seal[1], sizeof v->seal[0] * (size_t)--v->n);
		new_seal_key(v);
		st = keyfile_replace(c->keys, err); /* the key is safe before anything needs it */
	}
	if (st == ST_OK)
		st = reseal_all(c, err);
	keyfile_unlock(lock);
	return st;
}

enum status keyring_sign(struct core *c, const void *data, size_t n, uint8_t signature[ED25519_SIGNATURE_BYTES],
	uint8_t public_key[ED25519_PUBLIC_BYTES], struct error *err)
{
	enum status st = keyring_open(c, err);
	if (st != ST_OK)
		return st;
	ed25519_public(c->keys->v->sign, public_key);
	ed25519_sign(c->keys->v->sign, data, n, signature);
	return ST_OK;
}
