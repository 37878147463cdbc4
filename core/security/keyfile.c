#include "core/security/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/security/policy.h"
#include "data/dbfile.h"

struct vault *vault_new(void)
{
	struct vault *v = mmap(NULL, sizeof *v, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (v == MAP_FAILED)
		return mem_zalloc(SIZE_MAX / 2); /* ends through the out-of-memory hook */
	(void)mlock(v, sizeof *v); /* refused by a small limit: then it may be swapped, not dumped */
	(void)madvise(v, sizeof *v, MADV_DONTDUMP);
	return v;
}

void vault_free(struct vault *v)
{
	crypto_wipe(v, sizeof *v);
	(void)munmap(v, sizeof *v);
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
enum status keyfile_parse(struct keyring *k, char *text, struct error *err)
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

void keyfile_wipe(struct buf *b)
{
	if (b->data)
		crypto_wipe(b->data, b->cap);
	buf_free(b);
}

enum status keyfile_passphrase_key(const char *passphrase, const uint8_t *salt, int log_n, uint8_t key[SEAL_KEY_BYTES], struct error *err)
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
		st = keyfile_passphrase_key(v->passphrase, salt, SCRYPT_LOG_N, key, err);
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
	keyfile_wipe(&lines);
	return st;
}

/* Files */

enum status keyfile_error(const char *path, struct error *err)
{
	return error_set(err, ST_IO, "%s: %s", path, error_system(errno));
}

static enum status write_whole(const char *temp, int more_flags, const struct buf *text, struct error *err)
{
	int fd = open(temp, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | more_flags, 0600);
	if (fd < 0)
		return keyfile_error(temp, err);
	enum status st = ST_OK;
	for (size_t at = 0; st == ST_OK && at < text->len;) {
		ssize_t n = write(fd, text->data + at, text->len - at);
		if (n < 0 && errno != EINTR)
			st = keyfile_error(temp, err);
		else if (n > 0)
			at += (size_t)n;
	}
	if (st == ST_OK && fsync(fd) != 0)
		st = keyfile_error(temp, err);
	if (close(fd) != 0 && st == ST_OK)
		st = keyfile_error(temp, err);
	return st;
}

/* A new file; ST_CONFLICT when another program was faster. */
enum status keyfile_create(struct keyring *k, struct error *err)
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
	keyfile_wipe(&text);
	free(temp);
	free(final);
	return st;
}

/* The present file replaced at once and whole, by whoever holds its lock: so what a killed program left under the one name may go. */
enum status keyfile_replace(struct keyring *k, struct error *err)
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
		st = keyfile_error(k->path, err);
	if (st != ST_OK)
		(void)unlink(beside);
	keyfile_wipe(&text);
	free(beside);
	return st;
}

enum status keyfile_read(struct keyring *k, struct error *err)
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
		st = keyfile_error(k->path, err);
	if (fd >= 0)
		(void)close(fd);
	if (st == ST_OK) {
		text[n] = '\0';
		st = keyfile_parse(k, text, err);
	}
	crypto_wipe(text, FILE_MAX);
	free(text);
	return st;
}

/* One writer at a time */

/* Who may replace the file: the lock is the file's own, taken anew when another program has just replaced it. -1 in memory. */
enum status keyfile_lock(struct keyring *k, int *out, struct error *err)
{
	*out = -1;
	while (k->path) {
		struct stat held, there;
		int fd = open(k->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return keyfile_error(k->path, err);
		while (flock(fd, LOCK_EX) != 0)
			if (errno != EINTR) {
				(void)close(fd);
				return keyfile_error(k->path, err);
			}
		if (fstat(fd, &held) == 0 && lstat(k->path, &there) == 0 && held.st_ino == there.st_ino && held.st_dev == there.st_dev) {
			*out = fd;
			return ST_OK;
		}
		(void)close(fd);
	}
	return ST_OK;
}

void keyfile_unlock(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}
