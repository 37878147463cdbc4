#include "core/security/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/security/events.h"
#include "core/security/policy.h"
#include "core/crm/rows.h"
#include "data/db.h"
#include "data/dbfile.h"

enum { MAX_KEYS = 32, KEY_ID_BYTES = 4, FILE_MAX = 65536, SALT = 16, PHRASE_SIZE = 512 };

struct seal_key {
	uint8_t id[KEY_ID_BYTES];
	uint8_t key[SEAL_KEY_BYTES];
};

/* In locked, undumped pages. */
struct vault {
	struct seal_key seal[MAX_KEYS];
	int n;
	uint8_t sign[ED25519_SEED_BYTES];
	char passphrase[PHRASE_SIZE]; /* to write the file again; "" without one */
};

struct keyring {
	char *path; /* NULL in memory */
	char *locked; /* the file's `locked` line while no passphrase was given; NULL when open */
	struct vault *v;
};

static struct vault *vault_new(void)
{
	struct vault *v = mmap(NULL, sizeof *v, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (v == MAP_FAILED)
		return mem_zalloc(SIZE_MAX / 2); /* ends through the out-of-memory hook */
	(void)mlock(v, sizeof *v); /* refused by a small limit: then it may be swapped, not dumped */
	(void)madvise(v, sizeof *v, MADV_DONTDUMP);
	return v;
}

static void vault_free(struct vault *v)
{
	crypto_wipe(v, sizeof *v);
	(void)munmap(v, sizeof *v);
}

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

/* The file's text */

static bool add_seal(struct vault *v, char *rest)
{
	char *text = strchr(rest, ' ');
	if (!text || v->n == MAX_KEYS)
		return false;
	*text++ = '\0';
	struct seal_key *k = &v->seal[v->n];
	if (hex_decode(rest, k->id, sizeof k->id) != sizeof k->id || base64_decode(text, k->key, sizeof k->key) != sizeof k->key)
		return false;
	v->n++;
	return true;
}

/* Lines of keys into the vault; `locked` gets a copy of the line of that name. */
static enum status parse(struct keyring *k, char *text, struct error *err)
{
	char *save = NULL;
	bool sign = false;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		bool good = *line == '#' || !*line;
		if (strncmp(line, "seal ", 5) == 0)
			good = add_seal(k->v, line + 5);
		else if (strncmp(line, "sign ", 5) == 0)
			good = sign = base64_decode(line + 5, k->v->sign, sizeof k->v->sign) == sizeof k->v->sign;
		else if (strncmp(line, "locked ", 7) == 0 && !k->locked)
			good = (k->locked = mem_strdup(line + 7)) != NULL;
		if (!good) {
			error_set(err, ST_CORRUPT, _("The key file %s is damaged."), k->path ? k->path : "");
			error_hint(err, _("Put back your copy of it. Without it, stored secrets and second factors must be set up anew."));
			return ST_CORRUPT;
		}
	}
	if (!k->locked && (!sign || !k->v->n))
		return error_set(err, ST_CORRUPT, _("The key file %s is not complete."), k->path ? k->path : "");
	return ST_OK;
}

static void add_lines(const struct vault *v, struct buf *out)
{
	struct arena *a = arena_new();
	char *text;
	for (int i = 0; i < v->n; i++) {
		text = base64_encode(a, v->seal[i].key, SEAL_KEY_BYTES);
		buf_printf(out, "seal %s %s\n", hex_encode(a, v->seal[i].id, KEY_ID_BYTES), text);
		crypto_wipe(text, strlen(text));
	}
	text = base64_encode(a, v->sign, sizeof v->sign);
	buf_printf(out, "sign %s\n", text);
	crypto_wipe(text, strlen(text));
	arena_free(&a);
}

static void wipe_buf(struct buf *b)
{
	if (b->data)
		crypto_wipe(b->data, b->cap);
	buf_free(b);
}

static enum status passphrase_key(const char *passphrase, const uint8_t *salt, int log_n, uint8_t key[SEAL_KEY_BYTES], struct error *err)
{
	return crypto_scrypt(passphrase, strlen(passphrase), salt, SALT, log_n, SCRYPT_R, SCRYPT_P, key, SEAL_KEY_BYTES, err);
}

static enum status file_text(const struct vault *v, struct buf *out, struct error *err)
{
	struct buf lines = {0};
	uint8_t salt[SALT], key[SEAL_KEY_BYTES];
	enum status st = ST_OK;
	buf_puts(out, "# Simplix key file. It opens the secrets in the database beside it: keep it private (mode 0600), keep a copy elsewhere.\n");
	add_lines(v, &lines);
	if (!*v->passphrase) {
		buf_add(out, lines.data, lines.len);
	} else {
		crypto_random(salt, sizeof salt);
		st = passphrase_key(v->passphrase, salt, SCRYPT_LOG_N, key, err);
		if (st == ST_OK) {
			struct arena *a = arena_new();
			uint8_t *sealed = arena_alloc(a, lines.len + SEAL_OVERHEAD);
			crypto_seal(key, "keyring", lines.data, lines.len, sealed);
			buf_printf(out, "locked %d %s %s\n", SCRYPT_LOG_N, base64_encode(a, salt, sizeof salt),
				base64_encode(a, sealed, lines.len + SEAL_OVERHEAD));
			arena_free(&a);
		}
		crypto_wipe(key, sizeof key);
	}
	wipe_buf(&lines);
	return st;
}

/* Files */

static enum status file_error(const char *path, struct error *err)
{
	return error_set(err, ST_IO, "%s: %s", path, error_system(errno));
}

static enum status write_whole(const char *temp, int more_flags, const struct buf *text, struct error *err)
{
	int fd = open(temp, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | more_flags, 0600);
	if (fd < 0)
		return file_error(temp, err);
	enum status st = ST_OK;
	for (size_t at = 0; st == ST_OK && at < text->len;) {
		ssize_t n = write(fd, text->data + at, text->len - at);
		if (n < 0 && errno != EINTR)
			st = file_error(temp, err);
		else if (n > 0)
			at += (size_t)n;
	}
	if (st == ST_OK && fsync(fd) != 0)
		st = file_error(temp, err);
	if (close(fd) != 0 && st == ST_OK)
		st = file_error(temp, err);
	return st;
}

/* A new file; ST_CONFLICT when another program was faster. */
static enum status store_first(struct keyring *k, struct error *err)
{
	struct buf text = {0};
	char *temp = NULL, *final = NULL;
	if (!k->path)
		return ST_OK;
	enum status st = file_text(k->v, &text, err);
	if (st == ST_OK)
		st = dbfile_temp(k->path, &temp, &final, err);
	if (st == ST_OK)
		st = write_whole(temp, O_TRUNC, &text, err);
	if (st == ST_OK)
		st = dbfile_publish(temp, final, err);
	if (st != ST_OK && temp)
		(void)unlink(temp);
	wipe_buf(&text);
	free(temp);
	free(final);
	return st;
}

/* The present file replaced at once and whole, by whoever holds its lock: so what a killed program left under the one name may go. */
static enum status replace(struct keyring *k, struct error *err)
{
	struct buf text = {0};
	if (!k->path)
		return ST_OK;
	char *beside = mem_printf("%s.new", k->path);
	enum status st = file_text(k->v, &text, err);
	if (st == ST_OK) {
		(void)unlink(beside);
		st = write_whole(beside, O_CREAT | O_EXCL, &text, err);
	}
	if (st == ST_OK && rename(beside, k->path) != 0)
		st = file_error(k->path, err);
	if (st != ST_OK)
		(void)unlink(beside);
	wipe_buf(&text);
	free(beside);
	return st;
}

static enum status read_file(struct keyring *k, struct error *err)
{
	char *real = NULL;
	enum status st = dbfile_ready(k->path, false, &real, err); /* ours, private, no link */
	if (st != ST_OK)
		return st;
	free(real);
	char *text = mem_alloc(FILE_MAX);
	int fd = open(k->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, FILE_MAX - 1);
	if (n < 0)
		st = file_error(k->path, err);
	if (fd >= 0)
		(void)close(fd);
	if (st == ST_OK) {
		text[n] = '\0';
		st = parse(k, text, err);
	}
	crypto_wipe(text, FILE_MAX);
	free(text);
	return st;
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
			st = file_error(copy, err);
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
		st = store_first(k, err);
	if (st == ST_CONFLICT) { /* another process was faster: take its keys */
		k->v->n = 0;
		st = read_file(k, err);
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
	enum status st = k->path && (lstat(k->path, &sb) == 0 || errno != ENOENT) ? read_file(k, err) : create(c, k, err);
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
	enum status st = n > SEAL_OVERHEAD ? passphrase_key(passphrase, salt, log_n, key, err)
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
		st = parse(c->keys, lines.data, err);
		if (st == ST_OK) {
			free(locked);
			(void)snprintf(c->keys->v->passphrase, sizeof c->keys->v->passphrase, "%s", passphrase);
		} else {
			free(c->keys->locked);
			c->keys->locked = locked;
		}
	}
	wipe_buf(&lines);
	return st;
}

/* Who may replace the file: the lock is the file's own, taken anew when another program has just replaced it. -1 in memory. */
static enum status lock_file(struct keyring *k, int *out, struct error *err)
{
	*out = -1;
	while (k->path) {
		struct stat held, there;
		int fd = open(k->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return file_error(k->path, err);
		while (flock(fd, LOCK_EX) != 0)
			if (errno != EINTR) {
				(void)close(fd);
				return file_error(k->path, err);
			}
		if (fstat(fd, &held) == 0 && lstat(k->path, &there) == 0 && held.st_ino == there.st_ino && held.st_dev == there.st_dev) {
			*out = fd;
			return ST_OK;
		}
		(void)close(fd);
	}
	return ST_OK;
}

static void unlock_file(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}

/* The keys as the file has them now: another program may have added some. What was loaded stays when that fails. */
static enum status refresh(struct core *c, struct error *err)
{
	struct keyring *k = c->keys;
	if (!k->path)
		return ST_OK;
	struct vault *old = k->v;
	k->v = vault_new();
	enum status st = read_file(k, err);
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
	if ((st = lock_file(c->keys, &lock, err)) != ST_OK)
		return st;
	st = refresh(c, err);
	struct vault *v = c->keys->v;
	memcpy(before, v->passphrase, sizeof before);
	if (st == ST_OK) {
		memset(v->passphrase, 0, sizeof v->passphrase);
		if (passphrase)
			(void)snprintf(v->passphrase, sizeof v->passphrase, "%s", passphrase);
		st = replace(c->keys, err);
	}
	if (st != ST_OK)
		memcpy(v->passphrase, before, sizeof before);
	crypto_wipe(before, sizeof before);
	unlock_file(lock);
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
	wipe_buf(&plain);
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
		st = lock_file(c->keys, &lock, err);
	if (st != ST_OK)
		return st;
	st = refresh(c, err);
	struct vault *v = c->keys->v;
	if (st == ST_OK) {
		if (v->n == MAX_KEYS) /* nothing is sealed with the first any more: each rotation seals everything anew */
			memmove(&v->seal[0], &v->seal[1], sizeof v->seal[0] * (size_t)--v->n);
		new_seal_key(v);
		st = replace(c->keys, err); /* the key is safe before anything needs it */
	}
	if (st == ST_OK)
		st = reseal_all(c, err);
	unlock_file(lock);
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
