/* The audit trail.
 *
 * One chain per organization. An entry stands for one change set, one security event or one sign-in; its digest is the SHA-256 of the
 * content (digest.h), its hash the SHA-256 of the hash before, its own columns and the digest. The end of the chain is a row of its own,
 * locked last in each transaction, so entries are in the order of commits, without a gap. Entries are appended by change_log.c and
 * events.c in the transaction of what they stand for; nothing else writes here.
 *
 * Checkpoints are Ed25519 signatures over organization, sequence and hash, by the key in this device's key file. With the public key alone
 * a third party verifies an exported trail: chain, contents, signatures. The newest checkpoint is also noted in a file beside the key
 * file, so that cutting off the end of the trail together with its checkpoints shows too.
 *
 * Erasure. The trail holds no values: old and new values and labels enter a digest only as SHA-256(salt, text). audit_forget() replaces text
 * and salt by that commitment. Without the 128 random bits of salt the text cannot be guessed from it, and the chain verifies as
 * before. Whoever holds the text still (a backup) can prove that it is what was recorded.
 */
#include "core/security/audit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/security/access.h"
#include "core/security/audit_chain.h"
#include "core/security/digest.h"
#include "core/security/keyring.h"
#include "core/crm/rows.h"

static const char head_sqlite[] = "SELECT seq, hash FROM audit_heads WHERE org_id = $1";
static const char head_postgres[] = "SELECT seq, hash FROM audit_heads WHERE org_id = $1 FOR UPDATE";

static enum status read_head(struct core *c, bool lock, int64_t *seq, uint8_t hash[SHA256_BYTES], bool *there, struct error *err)
{
	struct db_stmt *s;
	const char *sql = lock && db_kind(c->db) == DB_POSTGRES ? head_postgres : head_sqlite;
	enum status st = rows_first(c, &s, there, err, sql, "d", &c->org);
	*seq = 0;
	memset(hash, 0, SHA256_BYTES);
	if (st == ST_OK && *there) {
		*seq = db_int(s, 0);
		if (db_bytes(s, 1) == SHA256_BYTES)
			memcpy(hash, db_blob(s, 1), SHA256_BYTES);
		db_done(s);
	}
	return st;
}

enum status audit_append(struct core *c, const char *kind, int64_t ref, const uint8_t digest[SHA256_BYTES], struct error *err)
{
	struct chain_entry e = {.org = c->org, .at = clock_now(), .kind = kind, .ref = ref, .device = c->device};
	uint8_t before[SHA256_BYTES], hash[SHA256_BYTES];
	bool there;
	enum status st = read_head(c, true, &e.seq, before, &there, err);
	if (st == ST_OK && !there) {
		/* the first of all; somebody else may be making it too: then theirs is waited for and read */
		st = rows_run(c, err, "INSERT INTO audit_heads (org_id, seq, hash) VALUES ($1, 0, $2) ON CONFLICT (org_id) DO NOTHING", "db",
			&c->org, before, sizeof before);
		if (st == ST_OK)
			st = read_head(c, true, &e.seq, before, &there, err);
	}
	if (st != ST_OK)
		return st;
	e.seq++;
	memcpy(e.digest, digest, SHA256_BYTES);
	chain_hash(before, &e, hash);
	st = rows_run(c, err, "INSERT INTO audit_log (seq, org_id, at, kind, ref, device, digest, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		"iditiibb", e.seq, &c->org, e.at, kind, ref, e.device, digest, (size_t)SHA256_BYTES, hash, sizeof hash);
	if (st == ST_OK)
		st = rows_run(c, err, "UPDATE audit_heads SET seq = $1, hash = $2 WHERE org_id = $3", "ibd", e.seq, hash, sizeof hash, &c->org);
	c->audited = true;
	return st;
}

/* Checkpoints */

/* The newest checkpoint beside the key file: "SEQ HASH\n". What cannot be written there is not worth failing for. */
static char *note_path(struct core *c)
{
	const char *key = keyring_path(c);
	return *key ? mem_printf("%s.audit", key) : NULL;
}

static void note_checkpoint(struct core *c, int64_t seq, const uint8_t hash[SHA256_BYTES])
{
	char *path = note_path(c);
	if (!path)
		return;
	struct arena *a = arena_new();
	char *temp = arena_printf(a, "%s.%ld", path, (long)getpid()), *text = arena_printf(a, "%lld %s\n", (long long)seq, hex_encode(a, hash, SHA256_BYTES));
	(void)unlink(temp); /* of a program of the same number that was killed */
	int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0) {
		size_t n = strlen(text);
		bool good = write(fd, text, n) == (ssize_t)n;
		good = close(fd) == 0 && good;
		if (!good || rename(temp, path) != 0)
			(void)unlink(temp);
	}
	arena_free(&a);
	free(path);
}

static bool read_note(struct core *c, int64_t *seq, uint8_t hash[SHA256_BYTES])
{
	char *path = note_path(c), text[200] = "", hex[80];
	long long n;
	FILE *f = path ? fopen(path, "re") : NULL;
	bool good = f && fgets(text, sizeof text, f) && sscanf(text, "%lld %79s", &n, hex) == 2 && hex_decode(hex, hash, SHA256_BYTES) == SHA256_BYTES;
	if (good)
		*seq = n;
	if (f)
		(void)fclose(f);
	free(path);
	return good;
}

enum status audit_checkpoint(struct core *c, struct error *err)
{
	int64_t seq;
	uint8_t hash[SHA256_BYTES], signature[ED25519_SIGNATURE_BYTES], key[ED25519_PUBLIC_BYTES];
	bool there;
	if (c->read_only || id_is_nil(&c->org) || keyring_locked(c))
		return ST_OK;
	enum status st = read_head(c, false, &seq, hash, &there, err);
	if (st != ST_OK || !there || rows_int(c, 0, "SELECT max(seq) FROM audit_checkpoints WHERE org_id = $1 AND device = $2", "di", &c->org,
					     (int64_t)c->device) >= seq)
		return st;
	struct buf message = {0};
	chain_checkpoint_message(&message, &c->org, seq, hash);
	st = keyring_sign(c, message.data, message.len, signature, key, err);
	buf_free(&message);
	if (st == ST_OK)
		st = rows_run(c, err,
			"INSERT INTO audit_checkpoints (org_id, seq, hash, at, device, public_key, signature) VALUES ($1, $2, $3, $4, $5, $6, $7)", "dibiibb",
			&c->org, seq, hash, sizeof hash, clock_now(), (int64_t)c->device, key, sizeof key, signature, sizeof signature);
	if (st == ST_OK) {
		note_checkpoint(c, seq, hash);
		c->audited = false;
	}
	return st;
}

/* Reading */

enum status audit_list(struct core *c, int limit, struct arena *a, struct audit_entry **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = access_check_admin(c, err);
	if (st != ST_OK)
		return st;
	st = rows_open(c, &s, err,
		"SELECT l.seq, l.at, l.ref, l.device, l.kind, u.full_name, COALESCE(k.label, e.type, NULLIF(h.email, ''), h.method), "
		"CASE WHEN h.num IS NULL THEN NULL WHEN h.ok = 1 AND h.reason = '' THEN 'success' WHEN h.ok = 1 THEN h.reason ELSE 'failure' END FROM audit_log l "
		"LEFT JOIN change_sets k ON l.kind = 'change' AND k.num = l.ref LEFT JOIN security_events e ON l.kind = 'event' AND e.num = l.ref "
		"LEFT JOIN login_history h ON l.kind = 'login' AND h.num = l.ref "
		"LEFT JOIN users u ON u.id = COALESCE(k.user_id, e.by_user_id, h.user_id) WHERE l.org_id = $1 ORDER BY l.seq DESC LIMIT $2",
		"di", &c->org, (int64_t)limit);
	if (st != ST_OK)
		return st;
	*out = arena_alloc(a, (size_t)(limit + 1) * sizeof **out);
	*n = 0;
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		const char *who = db_text(s, 5), *what = db_text(s, 6);
		(*out)[(*n)++] = (struct audit_entry){.seq = db_int(s, 0), .at = db_int(s, 1), .ref = db_int(s, 2), .device = db_int(s, 3),
			.kind = arena_strdup(a, db_text(s, 4)), .who = arena_strdup(a, who ? who : ""), .what = arena_strdup(a, what ? what : ""),
			.result = rows_text(a, s, 7)};
	}
	return st;
}

/* Verifying */

struct walk {
	struct core *core;
	struct arena *a;
	struct audit_verdict *v;
	uint8_t hash[SHA256_BYTES]; /* of the entry before */
	int64_t seq;
	int64_t at; /* of the entry before */
};

static void blame(struct walk *w, int64_t seq, const char *kind, int64_t ref, const char *why)
{
	if (!w->v->good)
		return;
	w->v->good = false;
	w->v->bad_seq = seq;
	w->v->kind = arena_strdup(w->a, kind);
	w->v->ref = ref;
	w->v->why = why;
}

static enum status content_of(struct core *c, const char *kind, int64_t ref, struct buf *out, struct error *err)
{
	if (strcmp(kind, "change") == 0)
		return content_change_set(c, ref, out, err);
	if (strcmp(kind, "event") == 0)
		return content_event(c, ref, out, err);
	if (strcmp(kind, "login") == 0)
		return content_login(c, ref, out, err);
	return error_set(err, ST_NOT_FOUND, "%s", kind);
}

static enum status check_entry(struct walk *w, const struct chain_entry *e, const uint8_t stored[SHA256_BYTES], struct error *err)
{
	uint8_t hash[SHA256_BYTES], digest[SHA256_BYTES];
	struct buf content = {0};
	w->v->entries++;
	if (e->seq != w->seq + 1) {
		blame(w, w->seq + 1, e->kind, 0, _("an entry is missing"));
		return ST_OK;
	}
	w->v->backwards += e->at < w->at - CLOCK_MINUTE;
	w->at = e->at;
	chain_hash(w->hash, e, hash);
	if (memcmp(hash, stored, SHA256_BYTES) != 0) {
		blame(w, e->seq, e->kind, e->ref, _("the entry was altered, or one before it"));
		return ST_OK;
	}
	enum status st = content_of(w->core, e->kind, e->ref, &content, err);
	if (st == ST_NOT_FOUND) {
		blame(w, e->seq, e->kind, e->ref, _("what the entry stands for is gone"));
		st = ST_OK;
	} else if (st == ST_OK) {
		crypto_sha256(content.data, content.len, digest);
		if (memcmp(digest, e->digest, SHA256_BYTES) != 0)
			blame(w, e->seq, e->kind, e->ref, _("what the entry stands for was altered"));
	}
	buf_free(&content);
	memcpy(w->hash, hash, SHA256_BYTES);
	w->seq = e->seq;
	return st;
}

static bool read_entry(const struct core *c, const struct db_stmt *s, struct arena *a, struct chain_entry *e, uint8_t hash[SHA256_BYTES])
{
	const char *kind = db_text(s, 2);
	*e = (struct chain_entry){.org = c->org, .seq = db_int(s, 0), .at = db_int(s, 1), .kind = arena_strdup(a, kind ? kind : ""),
		.ref = db_int(s, 3), .device = db_int(s, 4)};
	if (db_bytes(s, 5) != SHA256_BYTES || db_bytes(s, 6) != SHA256_BYTES)
		return false;
	memcpy(e->digest, db_blob(s, 5), SHA256_BYTES);
	memcpy(hash, db_blob(s, 6), SHA256_BYTES);
	return true;
}

/* Calls `each` for every entry in order, in slices, so that no statement is open while contents are read. */
static enum status each_entry(struct core *c, enum status (*each)(void *arg, const struct chain_entry *e, const uint8_t *hash, bool whole,
	struct error *err), void *arg, struct error *err)
{
	enum { SLICE = 256 };
	struct arena *a = arena_new();
	struct chain_entry *list = mem_array(SLICE, sizeof *list);
	uint8_t (*hashes)[SHA256_BYTES] = mem_array(SLICE, sizeof *hashes);
	bool *whole = mem_array(SLICE, sizeof *whole);
	enum status st = ST_OK;
	int n = SLICE;
	for (int64_t after = INT64_MIN; st == ST_OK && n == SLICE;) {
		struct db_stmt *s;
		bool row;
		n = 0;
		arena_reset(a);
		st = rows_open(c, &s, err,
			"SELECT seq, at, kind, ref, device, digest, hash FROM audit_log WHERE org_id = $1 AND seq > $2 ORDER BY seq LIMIT $3", "dii", &c->org,
			after, (int64_t)SLICE);
		while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
			whole[n] = read_entry(c, s, a, &list[n], hashes[n]);
			after = list[n].seq;
			n++;
		}
		for (int i = 0; st == ST_OK && i < n; i++)
			st = each(arg, &list[i], hashes[i], whole[i], err);
	}
	free(list);
	free(hashes);
	free(whole);
	arena_free(&a);
	return st;
}

static enum status verify_entry(void *arg, const struct chain_entry *e, const uint8_t *hash, bool whole, struct error *err)
{
	struct walk *w = arg;
	if (!w->v->good)
		return ST_OK;
	if (!whole) {
		blame(w, e->seq, e->kind, e->ref, _("the entry was altered, or one before it"));
		return ST_OK;
	}
	return check_entry(w, e, hash, err);
}

/* Rows that nothing in the chain stands for, from the chain's first on. */
static void check_unchained(struct walk *w)
{
	static const struct {
		const char *kind, *sql;
	} places[] = {
		{"change", "SELECT k.num FROM change_sets k WHERE k.org_id = $1 AND (k.num < 1 OR k.num >= (SELECT min(l.ref) FROM audit_log l WHERE l.org_id = $1 "
			   "AND l.kind = 'change')) AND NOT EXISTS (SELECT 1 FROM audit_log l WHERE l.org_id = $1 AND l.kind = 'change' AND l.ref = k.num) ORDER BY k.num LIMIT 1"},
		{"event", "SELECT k.num FROM security_events k WHERE k.org_id = $1 AND NOT EXISTS (SELECT 1 FROM audit_log l WHERE l.org_id = $1 AND "
			  "l.kind = 'event' AND l.ref = k.num) ORDER BY k.num LIMIT 1"},
		{"login", "SELECT k.num FROM login_history k WHERE k.org_id = $1 AND NOT EXISTS (SELECT 1 FROM audit_log l WHERE l.org_id = $1 AND "
			  "l.kind = 'login' AND l.ref = k.num) ORDER BY k.num LIMIT 1"},
		/* a change put into a set that was closed, or into none */
		{"change", "SELECT g.set_num FROM changes g LEFT JOIN change_sets k ON k.num = g.set_num WHERE (k.num IS NULL OR k.org_id = $1) AND (k.num IS NULL OR "
			   "g.seq < k.first_seq OR g.seq > k.last_seq) ORDER BY g.seq LIMIT 1"},
	};
	w->v->before = rows_int(w->core, 0, "SELECT count(*) FROM change_sets WHERE org_id = $1 AND num >= 1 AND num < (SELECT min(ref) FROM audit_log "
		"WHERE org_id = $1 AND kind = 'change')", "d", &w->core->org);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		int64_t num = rows_int(w->core, INT64_MIN, places[i].sql, "d", &w->core->org);
		if (num != INT64_MIN)
			blame(w, 0, places[i].kind, num, _("it is in the tables but not in the trail"));
	}
}

static enum status check_signatures(struct walk *w, struct error *err)
{
	struct core *c = w->core;
	struct db_stmt *s;
	bool row;
	struct buf keys = {0};
	enum status st = rows_open(c, &s, err,
		"SELECT p.seq, p.hash, p.public_key, p.signature, l.hash FROM audit_checkpoints p LEFT JOIN audit_log l ON l.org_id = p.org_id AND "
		"l.seq = p.seq WHERE p.org_id = $1 ORDER BY p.seq",
		"d", &c->org);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		int64_t seq = db_int(s, 0);
		uint8_t hash[SHA256_BYTES], key[ED25519_PUBLIC_BYTES], signature[ED25519_SIGNATURE_BYTES];
		struct buf message = {0};
		bool sized = db_bytes(s, 1) == sizeof hash && db_bytes(s, 2) == sizeof key && db_bytes(s, 3) == sizeof signature;
		if (sized) {
			memcpy(hash, db_blob(s, 1), sizeof hash);
			memcpy(key, db_blob(s, 2), sizeof key);
			memcpy(signature, db_blob(s, 3), sizeof signature);
			chain_checkpoint_message(&message, &c->org, seq, hash);
		}
		w->v->checkpoints++;
		if (!sized || !ed25519_verify(key, message.data, message.len, signature))
			blame(w, seq, "checkpoint", seq, _("a checkpoint's signature is not right"));
		else if (db_bytes(s, 4) != sizeof hash || memcmp(db_blob(s, 4), hash, sizeof hash) != 0)
			blame(w, seq, "checkpoint", seq, _("the trail is not what was signed: cut off or written anew"));
		buf_free(&message);
		char *text = sized ? base64_encode(w->a, key, sizeof key) : NULL;
		if (text && !strstr(buf_str(&keys), text))
			buf_printf(&keys, "%s%s", keys.len ? "\n" : "", text);
	}
	w->v->public_keys = arena_strdup(w->a, buf_str(&keys));
	buf_free(&keys);
	return st;
}

static void check_head(struct walk *w, int64_t head_seq, const uint8_t head[SHA256_BYTES])
{
	if (w->seq != head_seq || memcmp(w->hash, head, SHA256_BYTES) != 0)
		blame(w, w->seq + 1, "change", 0, _("the end of the trail was cut off"));
}

static void check_note(struct walk *w)
{
	int64_t noted;
	uint8_t hash[SHA256_BYTES];
	if (!w->v->good || !read_note(w->core, &noted, hash))
		return;
	struct db_stmt *s;
	bool row;
	bool same = false;
	if (rows_first(w->core, &s, &row, NULL, "SELECT hash FROM audit_log WHERE org_id = $1 AND seq = $2", "di", &w->core->org, noted) == ST_OK &&
		row) {
		same = db_bytes(s, 0) == SHA256_BYTES && memcmp(db_blob(s, 0), hash, SHA256_BYTES) == 0;
		db_done(s);
	}
	if (!same)
		blame(w, noted, "checkpoint", noted, _("the trail is not what this device signed: cut off, written anew, or an older copy"));
}

/* A trail written anew can be signed anew, by any key but this device's own. */
static void check_own_key(struct walk *w)
{
	struct core *c = w->core;
	uint8_t own[ED25519_PUBLIC_BYTES], signature[ED25519_SIGNATURE_BYTES];
	if (!w->v->good || !w->v->entries || c->read_only || keyring_locked(c) || keyring_sign(c, "", 0, signature, own, NULL) != ST_OK)
		return;
	if (w->v->checkpoints && rows_int(c, 0, "SELECT count(*) FROM audit_checkpoints WHERE org_id = $1 AND device = $2 AND public_key = $3 AND seq = (SELECT max(seq) "
		"FROM audit_checkpoints WHERE org_id = $1 AND device = $2)", "dib", &c->org, (int64_t)c->device, own, sizeof own) == 0)
		blame(w, 0, "checkpoint", 0, _("its end is not signed by this device's key: written anew, or the key file was replaced"));
}

enum status audit_verify(struct core *c, struct arena *a, struct audit_verdict *out, struct error *err)
{
	struct audit_verdict v = {.good = true, .public_keys = ""};
	struct walk w = {.core = c, .a = a, .v = &v};
	int64_t head_seq;
	uint8_t head[SHA256_BYTES];
	bool there;
	enum status st = access_check_admin(c, err);
	if (st == ST_OK)
		st = db_begin_read(c->db, err);
	if (st != ST_OK)
		return st;
	st = read_head(c, false, &head_seq, head, &there, err);
	if (st == ST_OK)
		st = each_entry(c, verify_entry, &w, err);
	if (st == ST_OK && v.good)
		check_head(&w, head_seq, head);
	if (st == ST_OK && v.good)
		check_unchained(&w);
	if (st == ST_OK)
		st = check_signatures(&w, err);
	if (st == ST_OK)
		check_note(&w);
	if (st == ST_OK)
		check_own_key(&w);
	db_rollback(c->db);
	if (st == ST_OK)
		*out = v;
	return st;
}

/* Export */

struct sink {
	struct core *core;
	FILE *f;
	int64_t lines;
};

static enum status export_entry(void *arg, const struct chain_entry *e, const uint8_t *hash, bool whole, struct error *err)
{
	struct sink *k = arg;
	struct buf content = {0}, line = {0};
	(void)whole;
	enum status st = content_of(k->core, e->kind, e->ref, &content, err);
	if (st == ST_OK || st == ST_NOT_FOUND) {
		chain_write_entry(&line, e, hash, st == ST_OK ? &content : NULL);
		st = fwrite(line.data, 1, line.len, k->f) == line.len ? ST_OK : error_set(err, ST_IO, _("The trail could not be written."));
		k->lines++;
	}
	buf_free(&content);
	buf_free(&line);
	return st;
}

static enum status export_checkpoints(struct sink *k, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_open(k->core, &s, err,
		"SELECT seq, hash, public_key, signature, at, device FROM audit_checkpoints WHERE org_id = $1 ORDER BY seq, num", "d", &k->core->org);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		struct chain_checkpoint p = {.org = k->core->org, .seq = db_int(s, 0), .at = db_int(s, 4), .device = db_int(s, 5)};
		struct buf line = {0};
		if (db_bytes(s, 1) == sizeof p.hash)
			memcpy(p.hash, db_blob(s, 1), sizeof p.hash);
		if (db_bytes(s, 2) == sizeof p.key)
			memcpy(p.key, db_blob(s, 2), sizeof p.key);
		if (db_bytes(s, 3) == sizeof p.signature)
			memcpy(p.signature, db_blob(s, 3), sizeof p.signature);
		chain_write_checkpoint(&line, &p);
		if (fwrite(line.data, 1, line.len, k->f) != line.len)
			st = error_set(err, ST_IO, _("The trail could not be written."));
		k->lines++;
		buf_free(&line);
	}
	return st;
}

enum status audit_export(struct core *c, FILE *f, int64_t *lines, struct error *err)
{
	struct sink k = {.core = c, .f = f};
	enum status st = access_check_admin(c, err);
	if (st == ST_OK)
		st = audit_checkpoint(c, err);
	if (st == ST_OK)
		st = db_begin_read(c->db, err);
	if (st != ST_OK)
		return st;
	st = each_entry(c, export_entry, &k, err);
	if (st == ST_OK)
		st = export_checkpoints(&k, err);
	db_rollback(c->db);
	if (st == ST_OK && fflush(f) != 0)
		st = error_set(err, ST_IO, _("The trail could not be written."));
	if (st == ST_OK)
		*lines = k.lines;
	return st;
}

/* Forgetting */

struct forgotten {
	int64_t key;
	uint8_t commitment[SHA256_BYTES];
};

static enum status forget(struct core *c, const char *select, const char *update, const struct id *subject, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct forgotten *list = NULL;
	size_t n = 0, cap = 0;
	enum status st = rows_open(c, &s, err, select, "d", subject);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		uint8_t salt[SALT_BYTES] = {0};
		mem_grow(&list, &cap, n + 1, sizeof *list);
		list[n].key = db_int(s, 0);
		bool salted = db_bytes(s, 2) == SALT_BYTES;
		if (salted)
			memcpy(salt, db_blob(s, 2), SALT_BYTES);
		else
			crypto_random(salt, sizeof salt); /* from before there was a trail: nothing stands by it */
		digest_commit(salt, db_text(s, 1), list[n++].commitment);
	}
	for (size_t i = 0; st == ST_OK && i < n; i++)
		st = rows_run(c, err, update, "bi", list[i].commitment, sizeof list[i].commitment, list[i].key);
	free(list);
	return st;
}

enum status audit_forget(struct core *c, const struct id *subject, struct error *err)
{
	enum status st = forget(c,
		"SELECT k.num, k.label, k.label_salt FROM change_sets k WHERE k.label_erased IS NULL AND k.num IN (SELECT g.set_num FROM changes g WHERE "
		"g.subject_id = $1)",
		"UPDATE change_sets SET label = '', label_salt = NULL, label_erased = $1 WHERE num = $2", subject, err);
	if (st == ST_OK)
		st = forget(c, "SELECT g.seq, g.diff, g.salt FROM changes g WHERE g.subject_id = $1 AND g.diff IS NOT NULL",
			"UPDATE changes SET diff = NULL, salt = NULL, erased = $1 WHERE seq = $2", subject, err);
	return st;
}
