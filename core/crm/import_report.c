#include "core/crm/import_report.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "data/db.h"

struct import_report *import_report_new(bool dry)
{
	struct import_report *r = mem_zalloc(sizeof *r);
	r->arena = arena_new();
	r->dry = dry;
	return r;
}

void import_report_free(struct import_report **r)
{
	if (!*r)
		return;
	arena_free(&(*r)->arena);
	free(*r);
	*r = NULL;
}

struct import_made *import_made(struct import_run *run, const struct entity *e)
{
	struct import_report *rep = run->rep;
	for (int i = 0; i < rep->n_made; i++)
		if (rep->made[i].entity == e)
			return &rep->made[i];
	if (rep->n_made == IMPORT_KINDS)
		return &rep->made[IMPORT_KINDS - 1];
	rep->made[rep->n_made] = (struct import_made){.entity = e};
	return &rep->made[rep->n_made++];
}

static const char *const end_names[IMPORT_CELL_ENDS] = {"field", "note", "custom_field", "empty", "skipped", "kept", "refused", "lost"};

const char *import_end_name(enum import_end end)
{
	return end_names[end];
}

const char *import_end_text(struct arena *a, enum import_end end, int64_t n)
{
	long count = n > 1000 ? 1000 : (long)n; /* no language tells more apart */
	const char *text = "";
	switch (end) {
	case IMPORT_CELL_FIELD:
		text = i18n_plural("%s cell in a field", "%s cells in fields", count);
		break;
	case IMPORT_CELL_NOTE:
		text = i18n_plural("%s cell in the notes", "%s cells in the notes", count);
		break;
	case IMPORT_CELL_CUSTOM:
		text = i18n_plural("%s cell in a custom field", "%s cells in custom fields", count);
		break;
	case IMPORT_CELL_EMPTY:
		text = i18n_plural("%s empty cell", "%s empty cells", count);
		break;
	case IMPORT_CELL_SKIPPED:
		text = i18n_plural("%s cell skipped", "%s cells skipped", count);
		break;
	case IMPORT_CELL_KEPT:
		text = i18n_plural("%s cell of which the record has another value, which stays", "%s cells of which the record has another value, which stays", count);
		break;
	case IMPORT_CELL_REFUSED:
		text = i18n_plural("%s cell refused by its field, kept in the notes", "%s cells refused by their fields, kept in the notes", count);
		break;
	case IMPORT_CELL_LOST:
		text = i18n_plural("%s cell not imported", "%s cells not imported", count);
		break;
	case IMPORT_CELL_ENDS:
		break;
	}
	return arena_printf(a, text, number_format(a, n));
}

void import_report_json(const struct import_report *r, struct json_out *w)
{
	json_object(w);
	json_key(w, "import");
	json_num(w, r->number);
	json_key(w, "change");
	json_num(w, r->set);
	json_key(w, "dry_run");
	json_bool(w, r->dry);
	json_key(w, "rows");
	json_num(w, r->rows);
	json_key(w, "blank_rows");
	json_num(w, r->blank_rows);
	json_key(w, "failed_rows");
	json_num(w, r->failed_rows);
	json_key(w, "records");
	json_object(w);
	for (int i = 0; i < r->n_made; i++) {
		json_key(w, r->made[i].entity->name);
		json_object(w);
		json_key(w, "created");
		json_num(w, r->made[i].created);
		json_key(w, "updated");
		json_num(w, r->made[i].updated);
		json_key(w, "unchanged");
		json_num(w, r->made[i].unchanged);
		json_key(w, "skipped");
		json_num(w, r->made[i].skipped);
		json_object_end(w);
	}
	json_object_end(w);
	json_key(w, "cells");
	json_object(w);
	for (int i = 0; i < IMPORT_CELL_ENDS; i++) {
		json_key(w, end_names[i]);
		json_num(w, r->cells[i]);
	}
	json_object_end(w);
	json_key(w, "new_fields");
	json_array(w);
	for (int i = 0; i < r->n_new_fields; i++)
		json_str(w, r->new_fields[i]);
	json_array_end(w);
	json_key(w, "pipeline");
	json_str(w, r->pipeline);
	json_key(w, "issue_count");
	json_num(w, r->issues);
	json_key(w, "issues");
	json_array(w);
	for (int i = 0; i < r->n_issues; i++) {
		json_object(w);
		json_key(w, "line");
		json_num(w, r->issue[i].line);
		json_key(w, "column");
		json_str(w, r->issue[i].column);
		json_key(w, "value");
		json_str(w, r->issue[i].value);
		json_key(w, "reason");
		json_str(w, r->issue[i].reason);
		json_object_end(w);
	}
	json_array_end(w);
	json_object_end(w);
}

static bool file_digest(FILE *f, char out[65])
{
	uint8_t piece[16384], hash[SHA256_BYTES];
	size_t n;
	if (fseek(f, 0, SEEK_SET) != 0)
		return false;
	struct sha256 *h = sha256_new();
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		sha256_add(h, piece, n);
	sha256_end(&h, hash);
	struct arena *a = arena_new();
	memcpy(out, hex_encode(a, hash, sizeof hash), 65);
	arena_free(&a);
	return !ferror(f);
}

static char *mapping_json(const struct import_plan *p)
{
	struct buf b = {0};
	struct json_out w;
	struct arena *a = arena_new();
	json_begin(&w, &b, false);
	json_object(&w);
	for (size_t i = 0; i < p->n; i++) {
		json_key(&w, p->col[i].header);
		json_str(&w, import_target_text(p, (int)i, a));
	}
	json_object_end(&w);
	arena_free(&a);
	return buf_take(&b);
}

static enum status insert(struct import_run *run, const char *digest, const char *mapping, struct error *err)
{
	struct import_report *r = run->rep;
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(run->core->db,
		"INSERT INTO imports (org_id, at, user_id, file, sha256, preset, entity, mapping, status, set_num, n_rows, n_created, "
		"n_updated, n_skipped, n_failed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'done', $9, $10, $11, $12, $13, $14) RETURNING num",
		&s, err);
	if (st != ST_OK)
		return st;
	const struct import_made *m = &r->made[0];
	db_bind_id(s, 1, &run->core->org);
	db_bind_int(s, 2, run->t->at);
	db_bind_id(s, 3, &run->core->user);
	db_bind_text(s, 4, run->p->name);
	db_bind_text(s, 5, digest);
	db_bind_text(s, 6, run->p->own ? "simplix" : run->p->preset ? run->p->preset->id : NULL);
	db_bind_text(s, 7, run->p->entity->name);
	db_bind_text(s, 8, mapping);
	db_bind_int(s, 9, run->t->number);
	db_bind_int(s, 10, r->rows);
	db_bind_int(s, 11, m->created);
	db_bind_int(s, 12, m->updated);
	db_bind_int(s, 13, m->skipped + m->unchanged);
	db_bind_int(s, 14, r->failed_rows);
	st = db_step(s, &row, err);
	if (st == ST_OK && row)
		r->number = db_int(s, 0);
	db_done(s);
	return st;
}

/* The report knows the number of its own row, so it is written last. */
static enum status write_report(struct import_run *run, struct error *err)
{
	struct db_stmt *s;
	struct buf b = {0};
	struct json_out w;
	enum status st = db_prepare(run->core->db, "UPDATE imports SET report = $1 WHERE num = $2", &s, err);
	if (st != ST_OK)
		return st;
	json_begin(&w, &b, false);
	import_report_json(run->rep, &w);
	db_bind_text(s, 1, buf_str(&b));
	db_bind_int(s, 2, run->rep->number);
	st = db_run(s, err);
	buf_free(&b);
	return st;
}

enum status import_report_store(struct import_run *run, struct error *err)
{
	char digest[65] = "";
	if (!run->t->number) /* nothing changed, nothing to take back */
		return ST_OK;
	if (!file_digest(run->p->f, digest))
		return error_set(err, ST_IO, _("%s cannot be read."), run->p->name);
	run->rep->set = run->t->number;
	char *mapping = mapping_json(run->p);
	enum status st = insert(run, digest, mapping, err);
	free(mapping);
	return st == ST_OK ? write_report(run, err) : st;
}
