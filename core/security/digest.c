#include "core/security/digest.h"

#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/crm/rows.h"

void digest_commit(const uint8_t salt[SALT_BYTES], const char *text, uint8_t out[SHA256_BYTES])
{
	struct sha256 *h = sha256_new();
	sha256_add(h, salt, SALT_BYTES);
	sha256_add(h, text, strlen(text));
	sha256_end(&h, out);
}

static void add_bytes(struct buf *b, const void *p, size_t n)
{
	uint8_t length[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
	buf_add(b, length, sizeof length);
	if (n)
		buf_add(b, p, n);
}

static void add_text(struct buf *b, const char *s)
{
	add_bytes(b, s, s ? strlen(s) : 0);
}

static void add_int(struct buf *b, int64_t i)
{
	char text[24];
	(void)snprintf(text, sizeof text, "%lld", (long long)i);
	add_text(b, text);
}

static void add_id(struct buf *b, const struct id *id)
{
	add_bytes(b, id->b, id_is_nil(id) ? 0 : sizeof id->b);
}

/* Change sets */

void digest_begin_set(struct buf *content, const struct digest_head *h)
{
	add_text(content, "change");
	add_id(content, &h->org);
	add_id(content, &h->user);
	add_int(content, h->at);
	add_int(content, h->device);
	add_text(content, h->kind);
	add_int(content, h->undoes);
}

void digest_add_change(struct buf *content, const struct digest_change *g)
{
	add_text(content, g->entity);
	add_id(content, &g->record);
	add_id(content, &g->subject);
	add_bytes(content, &g->op, 1);
	add_bytes(content, g->commitment, g->commitment ? SHA256_BYTES : 0);
}

void digest_end_set(struct buf *content, const uint8_t label_commitment[SHA256_BYTES])
{
	add_bytes(content, label_commitment, SHA256_BYTES);
}

/* The commitment that a row stands by: what was erased left it behind, else it is made of salt and text. False when neither is whole. */
static bool commitment_of(const struct db_stmt *s, int text_col, int salt_col, int erased_col, uint8_t out[SHA256_BYTES])
{
	if (!db_is_null(s, erased_col)) {
		if (db_bytes(s, erased_col) != SHA256_BYTES || !db_is_null(s, salt_col))
			return false;
		memcpy(out, db_blob(s, erased_col), SHA256_BYTES);
		return true;
	}
	if (db_is_null(s, text_col) || db_bytes(s, salt_col) != SALT_BYTES)
		return false;
	uint8_t salt[SALT_BYTES];
	memcpy(salt, db_blob(s, salt_col), SALT_BYTES);
	digest_commit(salt, db_text(s, text_col), out);
	return true;
}

static enum status add_changes(struct core *c, int64_t num, int64_t first, int64_t last, struct buf *content, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_open(c, &s, err,
		"SELECT entity, record_id, subject_id, op, diff, salt, erased FROM changes WHERE seq BETWEEN $1 AND $2 AND set_num = $3 ORDER BY seq",
		"iii", first, last, num);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		uint8_t commitment[SHA256_BYTES];
		bool has = commitment_of(s, 4, 5, 6, commitment), bare = db_is_null(s, 4) && db_is_null(s, 5) && db_is_null(s, 6);
		const char *entity = db_text(s, 0), *op = db_text(s, 3);
		if (!has && !bare)
			memset(commitment, 0, sizeof commitment); /* salt and text do not belong together: differs from what was chained */
		struct digest_change g = {entity, db_id(s, 1), db_id(s, 2), op ? *op : '\0', bare ? NULL : commitment};
		digest_add_change(content, &g);
	}
	return st;
}

enum status content_change_set(struct core *c, int64_t num, struct buf *content, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_first(c, &s, &row, err,
		"SELECT at, user_id, device, kind, undoes, first_seq, last_seq, label, label_salt, label_erased FROM change_sets "
		"WHERE num = $1 AND org_id = $2",
		"id", num, &c->org);
	if (st != ST_OK)
		return st;
	if (!row)
		return error_set(err, ST_NOT_FOUND, _("There is no change %lld."), (long long)num);
	char kind[40];
	uint8_t label[SHA256_BYTES] = {0};
	const char *word = db_text(s, 3);
	(void)snprintf(kind, sizeof kind, "%s", word ? word : "");
	struct digest_head h = {.org = c->org, .user = db_id(s, 1), .at = db_int(s, 0), .device = db_int(s, 2), .undoes = db_int(s, 4), .kind = kind};
	int64_t first = db_int(s, 5), last = db_is_null(s, 6) ? first - 1 : db_int(s, 6);
	(void)commitment_of(s, 7, 8, 9, label);
	db_done(s);
	digest_begin_set(content, &h);
	st = add_changes(c, num, first, last, content, err);
	digest_end_set(content, label);
	return st;
}

/* Events and sign-ins: every column but the acknowledgement, which comes later. */

static enum status content_row(struct core *c, int64_t num, const char *kind, const char *sql, struct buf *content, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_first(c, &s, &row, err, sql, "id", num, &c->org);
	if (st != ST_OK)
		return st;
	if (!row)
		return error_set(err, ST_NOT_FOUND, _("Entry %lld is gone."), (long long)num);
	add_text(content, kind);
	for (int i = 0; i < db_columns(s); i++) {
		bool id = strstr(db_column_name(s, i), "_id") != NULL;
		struct id v = id ? db_id(s, i) : (struct id){{0}};
		if (id)
			add_id(content, &v);
		else
			add_text(content, db_text(s, i));
	}
	db_done(s);
	return ST_OK;
}

enum status content_event(struct core *c, int64_t num, struct buf *content, struct error *err)
{
	return content_row(c, num, "event",
		"SELECT org_id, at, type, severity, user_id, by_user_id, detail, client, address FROM security_events WHERE num = $1 AND org_id = $2",
		content, err);
}

enum status content_login(struct core *c, int64_t num, struct buf *content, struct error *err)
{
	return content_row(c, num, "login",
		"SELECT org_id, at, user_id, email, ok, method, reason, client, device, address FROM login_history WHERE num = $1 AND org_id = $2",
		content, err);
}

static enum status digest_of(struct core *c, int64_t num,
	enum status (*content)(struct core *, int64_t, struct buf *, struct error *), uint8_t out[SHA256_BYTES], struct error *err)
{
	struct buf b = {0};
	enum status st = content(c, num, &b, err);
	if (st == ST_OK)
		crypto_sha256(b.data, b.len, out);
	buf_free(&b);
	return st;
}

enum status digest_event(struct core *c, int64_t num, uint8_t out[SHA256_BYTES], struct error *err)
{
	return digest_of(c, num, content_event, out, err);
}

enum status digest_login(struct core *c, int64_t num, uint8_t out[SHA256_BYTES], struct error *err)
{
	return digest_of(c, num, content_login, out, err);
}
