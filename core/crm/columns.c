/* Cells of single rows, by one prepared statement for the chosen fields, and the search over everything. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/filter.h"
#include "core/crm/query.h"
#include "core/crm/record.h"
#include "core/crm/store.h"

struct columns {
	struct core *core;
	const struct entity *entity;
	struct arena *arena;
	char *sql;
	int n;
	const struct field **fields;
	int *at; /* first result column of each field */
};

enum { FIXED = 4 };

/* Result columns: num, id, deleted_at, title; then per field its value, for references its title, for money its currency. */
static void add_field(struct columns *cols, struct sql *q, const struct field *f, int *next)
{
	struct core *c = cols->core;
	const struct entity *e = cols->entity;
	sql_add(q, ", ");
	if (access_field(c, e, f) == FIELD_NONE)
		sql_add(q, "NULL");
	else
		sql_field(q, c, e, f);
	(*next)++;
	if (f->type == FT_REF && f->ref) {
		const struct entity *target = model_entity(c->model, f->ref);
		sql_add(q, ", (SELECT ");
		sql_title(q, target, 'r');
		sql_add(q, " FROM %s r WHERE r.id = ", target->name);
		sql_field(q, c, e, f);
		sql_add(q, access_field(c, e, f) == FIELD_NONE ? " AND 1 = 0)" : ")");
		(*next)++;
	} else if (f->type == FT_MONEY && f->currency) {
		sql_add(q, ", ");
		sql_field(q, c, e, entity_field(e, f->currency));
		(*next)++;
	}
}

enum status columns_open(struct core *c, const struct entity *e, const char *const *fields, int n, struct columns **out,
	struct error *err)
{
	struct columns *cols = mem_zalloc(sizeof *cols);
	struct sql q;
	cols->core = c;
	cols->entity = e;
	cols->arena = arena_new();
	cols->fields = arena_alloc(cols->arena, (size_t)(n + 1) * sizeof *cols->fields);
	cols->at = arena_alloc(cols->arena, (size_t)(n + 1) * sizeof *cols->at);
	cols->n = n;
	sql_init(&q, cols->arena);
	sql_add(&q, "SELECT t.num, t.id, t.deleted_at, %s", e->title);
	int next = FIXED;
	for (int i = 0; i < n; i++) {
		const struct field *f = entity_field(e, fields[i]);
		if (!f)
			f = filter_meta_field(fields[i]);
		if (!f) {
			error_field(err, ST_INVALID, fields[i], _("%s: there is no field “%s”."), _(e->label_plural), fields[i]);
			columns_free(&cols);
			return ST_INVALID;
		}
		cols->fields[i] = f;
		cols->at[i] = next;
		add_field(cols, &q, f, &next);
	}
	sql_add(&q, " FROM %s t WHERE t.num = $1 AND t.org_id = $2", e->name);
	cols->sql = arena_strdup(cols->arena, buf_str(&q.text));
	sql_free(&q);
	*out = cols;
	return ST_OK;
}

void columns_free(struct columns **cols)
{
	if (!*cols)
		return;
	arena_free(&(*cols)->arena);
	free(*cols);
	*cols = NULL;
}

int columns_count(const struct columns *cols)
{
	return cols->n;
}

const struct field *columns_field(const struct columns *cols, int i)
{
	return cols->fields[i];
}

/* All children in one line, or all tags. */
static enum status line_of(struct columns *cols, const struct field *f, const struct id *id, struct arena *a, const char **out,
	struct error *err)
{
	struct sql q;
	struct db_stmt *s;
	struct buf b = {0};
	bool row;
	sql_init(&q, a);
	if (f->type == FT_TAGS) {
		sql_add(&q, "SELECT g.name FROM taggings k JOIN tags g ON g.id = k.tag_id WHERE k.subject_id = ");
		sql_id(&q, id);
		sql_add(&q, " AND k.deleted_at IS NULL ORDER BY g.sort_key");
	} else {
		const struct entity *child = model_entity(cols->core->model, f->child);
		sql_add(&q, "SELECT k.%s FROM %s k WHERE k.%s = ", f->child_column, child->name,
			field_column(entity_field(child, child->parent)));
		sql_id(&q, id);
		sql_add(&q, " AND k.deleted_at IS NULL ORDER BY k.is_primary DESC, k.position, k.num");
	}
	enum status st = sql_prepare(&q, cols->core->db, &s, err);
	if (st == ST_OK)
		while ((st = db_step(s, &row, err)) == ST_OK && row)
			buf_printf(&b, "%s%s", b.len ? ", " : "", db_text(s, 0));
	sql_free(&q);
	*out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return st;
}

static struct value read_cell(const struct field *f, const struct db_stmt *s, int col, struct arena *a)
{
	struct value v = {0};
	if (db_is_null(s, col))
		return v;
	v.kind = field_kind(f);
	if (v.kind == VAL_INT)
		v.i = db_int(s, col);
	else if (v.kind == VAL_TEXT)
		v.s = arena_strdup(a, db_text(s, col));
	else
		v.id = db_id(s, col);
	return v;
}

/* Functions work on whole records; only small entities have them. */
static struct value computed(struct columns *cols, const struct field *f, const struct id *id, struct arena *a)
{
	struct record *r;
	if (store_load(cols->core, cols->entity, id, a, &r, NULL) != ST_OK)
		return (struct value){0};
	return r->v[entity_field_index(cols->entity, entity_field(cols->entity, f->name))];
}

enum status columns_fetch(struct columns *cols, int64_t num, struct arena *a, struct row *out, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(cols->core->db, cols->sql, &s, err);
	if (st != ST_OK)
		return st;
	db_bind_int(s, 1, num);
	db_bind_id(s, 2, &cols->core->org);
	if ((st = db_step(s, &row, err)) != ST_OK)
		return st;
	if (!row)
		return error_set(err, ST_NOT_FOUND, _("%s not found."), _(cols->entity->label));
	struct row r = {.num = db_int(s, 0), .id = db_id(s, 1), .deleted_at = db_int(s, 2)};
	const char *title = db_text(s, 3);
	r.title = arena_strdup(a, entity_title_label(cols->entity, title ? title : ""));
	r.v = arena_alloc(a, (size_t)(cols->n + 1) * sizeof *r.v);
	r.text = arena_alloc(a, (size_t)(cols->n + 1) * sizeof *r.text);
	r.currency = arena_alloc(a, (size_t)(cols->n + 1) * sizeof *r.currency);
	for (int i = 0; i < cols->n; i++) {
		const struct field *f = cols->fields[i];
		r.v[i] = read_cell(f, s, cols->at[i], a);
		if (f->type == FT_REF && f->ref) {
			const char *t = db_text(s, cols->at[i] + 1);
			r.text[i] = arena_strdup(a, t ? t : "");
		} else if (f->type == FT_MONEY) {
			const char *code = f->currency ? db_text(s, cols->at[i] + 1) : NULL;
			r.currency[i] = arena_strdup(a, code ? code : cols->core->currency);
		}
	}
	db_done(s);
	if ((st = access_check_row(cols->core, cols->entity, &r.id, ACT_READ, err)) != ST_OK)
		return st;
	for (int i = 0; i < cols->n; i++) {
		const struct field *f = cols->fields[i];
		if (access_field(cols->core, cols->entity, f) == FIELD_NONE) {
			r.text[i] = "";
			continue;
		}
		if (f->compute)
			r.v[i] = computed(cols, f, &r.id, a);
		if (f->type == FT_LIST || f->type == FT_TAGS) {
			if ((st = line_of(cols, f, &r.id, a, &r.text[i], err)) != ST_OK)
				return st;
			r.v[i] = *r.text[i] ? (struct value){.kind = VAL_TEXT, .s = r.text[i]} : (struct value){0};
		} else if (!r.text[i]) {
			r.text[i] = field_format(f, &r.v[i], r.currency[i] ? r.currency[i] : cols->core->currency, a);
		}
	}
	*out = r;
	return ST_OK;
}

/* Search over everything */

static const char *const searched[] = {"contacts", "companies", "deals", "activities", "products"};
static const char *const details[] = {"company", "industry", "company", "contact", "category"};

int search_all(struct core *c, const char *words, int max, struct arena *a, struct hit *out)
{
	int n = 0, kinds = (int)(sizeof searched / sizeof *searched);
	struct buf folded = {0};
	text_tokens_to(&folded, words);
	const char *clean = arena_strdup(a, text_trim(a, buf_str(&folded)));
	buf_free(&folded);
	for (int i = 0; i < kinds && *clean; i++) {
		const struct entity *e = model_entity(c->model, searched[i]);
		struct rowset *r;
		struct columns *cols;
		const char *fields[] = {details[i]};
		struct query q = {.entity = e, .filter = clean};
		if (rowset_open(c, &q, &r, NULL, NULL) != ST_OK)
			continue;
		if (columns_open(c, e, fields, 1, &cols, NULL) == ST_OK) {
			int share = i + 1 == kinds ? max - n : (max - n + 1) / 2;
			struct row row;
			for (int k = 0; k < share && k < rowset_count(r); k++)
				if (columns_fetch(cols, rowset_at(r, k), a, &row, NULL) == ST_OK)
					out[n++] = (struct hit){e, row.num, row.id, row.title, row.text[0]};
			columns_free(&cols);
		}
		rowset_free(&r);
	}
	return n;
}

void record_complete(struct core *c, struct record *r)
{
	enum { MOST = 32 };
	const char *names[MOST];
	struct columns *cols;
	struct row row;
	int n = 0;
	for (int i = 0; i < r->entity->n_fields && n < MOST; i++)
		if (r->entity->fields[i].sql)
			names[n++] = r->entity->fields[i].name;
	if (!n || columns_open(c, r->entity, names, n, &cols, NULL) != ST_OK)
		return;
	if (columns_fetch(cols, r->num, r->arena, &row, NULL) == ST_OK)
		for (int i = 0; i < n; i++)
			r->v[entity_index_of(r->entity, names[i])] = row.v[i];
	columns_free(&cols);
}
