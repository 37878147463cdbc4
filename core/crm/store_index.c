/* The words of records in their search indexes.
 *
 * Invariant: after each write the index of a live record holds the words of its searched fields, and that of a deleted one nothing. A
 * searched reference gives the words of the other record's title, so a new title is carried to all that refer to it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/crm/store_raw.h"
#include "data/db.h"

/* Batches. Each word index keeps what is added in memory until another statement needs a journal of its own; among the writes of an import
 * that would be each time, a little file of words for every row. So the words of many rows wait here and go in together. Titles of
 * references repeat from row to row and are kept as words. */
enum { BATCH_BYTES = 1 << 20, TITLES = 1024 };

struct waiting {
	const struct entity *entity;
	int64_t num;
	size_t at; /* of its words in text */
};

struct index_batch {
	struct waiting *list;
	size_t n, cap;
	struct buf text;
	struct {
		struct id id;
		char *words;
	} title[TITLES];
};

void txn_bulk(struct txn *t)
{
	if (!t->batch)
		t->batch = mem_zalloc(sizeof *t->batch);
}

void raw_index_free(struct txn *t)
{
	struct index_batch *b = t->batch;
	if (!b)
		return;
	for (int i = 0; i < TITLES; i++)
		free(b->title[i].words);
	buf_free(&b->text);
	free(b->list);
	free(b);
	t->batch = NULL;
}

enum status raw_index_flush(struct txn *t, struct error *err)
{
	struct index_batch *b = t->batch;
	enum status st = ST_OK;
	for (size_t i = 0; b && st == ST_OK && i < b->n; i++)
		st = db_search_put(t->core->db, b->list[i].entity->name, b->list[i].num, b->text.data + b->list[i].at, err);
	if (b) {
		b->n = 0;
		buf_clear(&b->text);
	}
	return st;
}

static enum status put_words(struct txn *t, const struct record *r, const struct buf *words, struct error *err)
{
	struct index_batch *b = t->batch;
	if (!b)
		return db_search_put(t->core->db, r->entity->name, r->num, buf_str(words), err);
	mem_grow(&b->list, &b->cap, b->n + 1, sizeof *b->list);
	b->list[b->n++] = (struct waiting){r->entity, r->num, b->text.len};
	buf_add(&b->text, buf_str(words), words->len + 1);
	return b->text.len < BATCH_BYTES ? ST_OK : raw_index_flush(t, err);
}

static size_t title_slot(const struct id *id)
{
	uint16_t h;
	memcpy(&h, id->b + sizeof id->b - sizeof h, sizeof h); /* its random end */
	return h % TITLES;
}

static void forget_title(struct txn *t, const struct id *id)
{
	if (!t->batch)
		return;
	size_t at = title_slot(id);
	free(t->batch->title[at].words);
	t->batch->title[at].words = NULL;
}

static void title_words(struct txn *t, const struct field *f, const struct id *id, struct buf *out)
{
	struct index_batch *b = t->batch;
	size_t at = title_slot(id);
	if (b && b->title[at].words && id_eq(&b->title[at].id, id)) {
		buf_puts(out, b->title[at].words);
		return;
	}
	size_t from = out->len;
	text_tokens_to(out, store_title(t->core, model_entity(t->core->model, f->ref), id, t->arena));
	if (b) {
		free(b->title[at].words);
		b->title[at].words = mem_strdup(out->data ? out->data + from : "");
		b->title[at].id = *id;
	}
}

/* Words of the record for its index. */
enum status raw_index(struct txn *t, const struct record *r, struct error *err)
{
	const struct entity *e = r->entity;
	if (e->no_search)
		return ST_OK;
	struct buf words = {0};
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		const struct value *v = &r->v[i];
		if (!(f->flags & FF_SEARCH) || v->kind == VAL_NULL)
			continue;
		if (words.len)
			buf_putc(&words, ' ');
		if (f->type == FT_REF)
			title_words(t, f, &v->id, &words);
		else
			text_tokens_to(&words, v->s);
		if (strcmp(f->name, "phones") == 0) {
			buf_putc(&words, ' ');
			buf_puts(&words, phone_digits(t->arena, v->s));
		}
	}
	enum status st = put_words(t, r, &words, err);
	buf_free(&words);
	return st;
}

/* Live rows of `other` whose reference `f` is the record. */
static enum status index_referring(struct txn *t, const struct entity *other, const struct field *f, const struct id *id,
	struct error *err)
{
	char sql[240];
	struct db_stmt *s;
	struct id *ids = NULL;
	size_t n = 0, cap = 0;
	bool row;
	(void)snprintf(sql, sizeof sql, "SELECT t.id FROM %s t WHERE t.org_id = $1 AND t.%s = $2 AND t.deleted_at IS NULL", other->name,
		field_column(f));
	enum status st = db_prepare(t->core->db, sql, &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &t->core->org);
	db_bind_id(s, 2, id);
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		mem_grow(&ids, &cap, n + 1, sizeof *ids);
		ids[n++] = db_id(s, 0);
	}
	struct arena *a = arena_new();
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		struct record *r;
		if ((st = store_load(t->core, other, &ids[i], a, &r, err)) == ST_OK)
			st = raw_index(t, r, err);
		arena_reset(a);
	}
	arena_free(&a);
	free(ids);
	return st;
}

enum status raw_index_referrers(struct txn *t, const struct entity *e, const struct id *id, struct error *err)
{
	const struct model *m = t->core->model;
	enum status st = ST_OK;
	forget_title(t, id);
	for (int i = 0; i < m->n; i++) {
		const struct entity *other = &m->entities[i].e;
		for (int k = 0; st == ST_OK && !other->no_search && k < other->n_fields; k++) {
			const struct field *f = &other->fields[k];
			if (f->type == FT_REF && (f->flags & FF_SEARCH) && f->ref && strcmp(f->ref, e->name) == 0)
				st = index_referring(t, other, f, id, err);
		}
	}
	return st;
}
