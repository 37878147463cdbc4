/* The log of changes: one row a change set, one a change, appended below the door and never altered, but for what takes a set back and
 * what erases a person. Each set ends as an entry of the audit trail. */
#include "core/crm/store_raw.h"

#include <string.h>

#include "core/base/json.h"
#include "core/security/audit.h"
#include "core/security/digest.h"
#include "data/db.h"

static const char *const kind_names[] = {"edit", "bulk", "import", "merge", "undo", "redo", "revert", "system"};

enum status log_open_set(struct txn *t, struct error *err)
{
	struct core *c = t->core;
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(c->db,
		"INSERT INTO change_sets (org_id, at, user_id, device, kind, label, undoes, first_seq) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7, "
		"(SELECT COALESCE(max(seq), 0) + 1 FROM changes)) RETURNING num",
		&s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	db_bind_int(s, 2, t->at);
	db_bind_id(s, 3, &c->user);
	db_bind_int(s, 4, c->device);
	db_bind_text(s, 5, kind_names[t->kind]);
	db_bind_text(s, 6, t->label ? t->label : "");
	if (t->undoes)
		db_bind_int(s, 7, t->undoes);
	else
		db_bind_null(s, 7);
	st = db_step(s, &row, err);
	if (st == ST_OK && row)
		t->number = db_int(s, 0);
	db_done(s);
	struct digest_head h = {.org = c->org, .user = c->user, .at = t->at, .device = c->device, .undoes = t->undoes,
		.kind = kind_names[t->kind]};
	struct buf b = {0};
	digest_begin_set(&b, &h);
	t->digest = sha256_new();
	sha256_add(t->digest, b.data, b.len);
	buf_free(&b);
	return st;
}

enum status log_close_set(struct txn *t, struct error *err)
{
	struct db_stmt *s;
	struct buf b = {0};
	uint8_t salt[SALT_BYTES], commitment[SHA256_BYTES], digest[SHA256_BYTES];
	const char *label = t->label ? t->label : "";
	enum status st = db_prepare(t->core->db,
		"UPDATE change_sets SET label = $1, n_changes = $2, label_salt = $4, "
		"last_seq = (SELECT max(seq) FROM changes) WHERE num = $3",
		&s, err);
	if (st != ST_OK)
		return st;
	crypto_random(salt, sizeof salt);
	db_bind_text(s, 1, label);
	db_bind_int(s, 2, t->changes);
	db_bind_int(s, 3, t->number);
	db_bind_blob(s, 4, salt, sizeof salt);
	if ((st = db_run(s, err)) != ST_OK)
		return st;
	digest_commit(salt, label, commitment);
	digest_end_set(&b, commitment);
	sha256_add(t->digest, b.data, b.len);
	buf_free(&b);
	sha256_end(&t->digest, digest);
	return audit_append(t->core, "change", t->number, digest, err);
}

/* The change as the audit trail knows it; the salt goes beside the diff. */
static void chain_change(struct txn *t, const struct entity *e, const struct id *id, const struct id *subject, char op, const char *diff,
	uint8_t salt[SALT_BYTES])
{
	uint8_t commitment[SHA256_BYTES];
	struct buf b = {0};
	if (diff) {
		crypto_random(salt, SALT_BYTES);
		digest_commit(salt, diff, commitment);
	}
	digest_add_change(&b, &(struct digest_change){e->name, *id, *subject, op, diff ? commitment : NULL});
	sha256_add(t->digest, b.data, b.len);
	buf_free(&b);
}

enum status log_append(struct txn *t, const struct entity *e, const struct id *id, const struct id *subject, char op,
	const char *diff, struct error *err)
{
	enum status st = ST_OK;
	t->webhooks_changed |= strcmp(e->name, "webhooks") == 0;
	if (!t->number && (st = log_open_set(t, err)) != ST_OK)
		return st;
	struct db_stmt *s;
	st = db_prepare(t->core->db,
		"INSERT INTO changes (set_num, entity, record_id, subject_id, op, diff, salt) VALUES ($1, $2, $3, $4, $5, $6, $7)", &s,
		err);
	if (st != ST_OK)
		return st;
	char word[2] = {op, '\0'};
	uint8_t salt[SALT_BYTES];
	chain_change(t, e, id, subject, op, diff, salt);
	db_bind_int(s, 1, t->number);
	db_bind_text(s, 2, e->name);
	db_bind_id(s, 3, id);
	db_bind_id(s, 4, subject);
	db_bind_text(s, 5, word);
	db_bind_text(s, 6, diff);
	db_bind_blob(s, 7, diff ? salt : NULL, diff ? sizeof salt : 0);
	t->changes++;
	return db_run(s, err);
}

void log_value(struct buf *out, const struct value *v)
{
	char id[ID_TEXT_SIZE];
	switch (v->kind) {
	case VAL_NULL:
		buf_puts(out, "null");
		return;
	case VAL_INT:
		buf_printf(out, "\"%lld\"", (long long)v->i);
		return;
	case VAL_TEXT:
		json_quote(out, v->s, strlen(v->s));
		return;
	case VAL_ID:
		buf_printf(out, "\"%s\"", id_format(&v->id, id));
		return;
	}
}
