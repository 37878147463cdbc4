/* The second pass: rows to records, in one change set.
 *
 * And in one transaction, however long. Slices of some thousand rows would let other programs in between, but then everybody sees half
 * a file for minutes, can change what may yet be taken back, and a killed run leaves rows that only a revert hides: deleted, with
 * their numbers and their log used up, where import.h promises that nothing was changed. So it stays whole: readers never wait (WAL,
 * PostgreSQL's snapshots), and a program that wants to write to the same SQLite file waits for up to a minute and says so
 * (db_patience() in tui/cli/cli.c). Some 300,000 rows take half of that; on PostgreSQL nobody waits.
 */
#include "core/crm/import_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/import_link.h"
#include "core/crm/import_map.h"
#include "core/crm/import_report.h"
#include "core/crm/import_stages.h"
#include "core/crm/import_vcard.h"
#include "core/crm/import_write.h"
#include "core/security/access.h"
#include "data/db.h"

enum { PROGRESS_EVERY = 256 };

/* Custom fields */

/* Make the fields that columns ask for; each such column then fills a field like any other. */
static enum status make_custom_field(struct import_run *run, int column, struct error *err)
{
	struct import_target *t = &run->p->col[column].target;
	const struct entity *e = import_role_entity(run->p, t->role);
	struct record *r = record_new(run->a, model_entity(run->core->model, "custom_fields"));
	record_put_text(r, "object", e->name);
	record_put_text(r, "label", t->label);
	record_put_text(r, "type", t->type == FT_REF ? t->options : field_type_name(t->type));
	if (t->options && t->type != FT_REF)
		record_put_text(r, "options", t->options);
	enum status st = store_insert(run->t, r, err);
	for (int k = 2; st == ST_CONFLICT && k < 100; k++) { /* the key is taken by a field of another meaning */
		error_clear(err);
		record_put_text(r, "key", arena_printf(run->a, "%.40s_%d", record_text(r, "key"), k));
		st = store_insert(run->t, r, err);
	}
	if (st != ST_OK)
		return st;
	t->field = arena_strdup(run->p->arena, record_text(r, "key"));
	struct import_report *rep = run->rep;
	rep->new_fields[rep->n_new_fields++] = arena_strdup(rep->arena, t->label);
	return ST_OK;
}

static enum status make_custom_fields(struct import_run *run, struct error *err)
{
	enum status st = ST_OK;
	run->rep->new_fields = arena_alloc(run->rep->arena, (run->p->n + 1) * sizeof *run->rep->new_fields);
	for (int i = 0; st == ST_OK && i < (int)run->p->n; i++)
		if (run->p->col[i].target.use == IMPORT_CUSTOM)
			st = make_custom_field(run, i, err);
	if (st == ST_OK && run->rep->n_new_fields)
		st = core_reload_model(run->core, err);
	return st;
}

/* How each column is read */

static void plan_columns(struct import_run *run)
{
	struct import_plan *p = run->p;
	int n = 0;
	run->slot = arena_alloc(run->a, (p->n + 1) * sizeof *run->slot);
	run->order = arena_alloc(run->a, (p->n + 1) * sizeof *run->order);
	run->label_of = arena_alloc(run->a, (p->n + 1) * sizeof *run->label_of);
	run->end = arena_alloc(run->a, p->n + 1);
	for (int i = 0; i < (int)p->n; i++) {
		struct import_target t = p->col[i].target;
		if (t.use == IMPORT_CUSTOM) { /* the field is there by now */
			p->col[i].target.use = IMPORT_FIELD;
			p->col[i].target.label = NULL;
		}
		run->slot[i] = import_slot_of(p, i);
		p->col[i].target = t;
		run->label_of[i] = -1;
		if (run->slot[i].field && strcmp(run->slot[i].field->name, "owner") == 0)
			run->tells_owner[run->slot[i].role] = true;
	}
	for (int pass = 0; pass < 3; pass++)
		for (int i = 0; i < (int)p->n; i++) {
			const struct import_slot *s = &run->slot[i];
			int turn = s->reader == READ_LABEL ? 2 : s->reader == READ_VALUE && s->field->type == FT_CURRENCY ? 0 : 1;
			if (turn == pass)
				run->order[n++] = i;
		}
	for (int i = 0; i < (int)p->n; i++) {
		int of = p->col[i].target.of;
		if (run->slot[i].reader != READ_LABEL)
			continue;
		run->label_of[of] = i;
		for (int k = 0; k < (int)p->n; k++) /* all parts of one address have one label */
			if (run->slot[of].reader == READ_ADDRESS && run->slot[k].reader == READ_ADDRESS && run->slot[k].group == run->slot[of].group)
				run->label_of[k] = i;
	}
}

static void note_newest(struct import_run *run)
{
	struct db_stmt *s;
	bool row;
	const char *sql = arena_printf(run->a, "SELECT max(num) FROM %s", run->p->entity->name);
	if (db_prepare(run->core->db, sql, &s, NULL) == ST_OK && db_step(s, &row, NULL) == ST_OK && row) {
		run->newest = db_int(s, 0);
		db_done(s);
	}
}

static void note_fresh(struct import_run *run)
{
	static const char *const names[] = {"contacts", "companies", "deals", "activities", "products", "users"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct entity *e = model_entity(run->core->model, names[i]);
		struct db_stmt *s;
		bool row = true;
		const char *sql = arena_printf(run->a, "SELECT 1 FROM %s LIMIT 1", e->name);
		if (db_prepare(run->core->db, sql, &s, NULL) != ST_OK || db_step(s, &row, NULL) != ST_OK)
			row = true;
		else
			db_done(s);
		run->fresh[run->n_fresh].e = e;
		run->fresh[run->n_fresh++].empty = !row && strcmp(names[i], "users") != 0 && strcmp(names[i], "deals") != 0 &&
						   strcmp(names[i], "activities") != 0 && strcmp(names[i], "products") != 0;
	}
}

/* Rows */

static void put_link(struct staged *main, const char *field, const struct id *id)
{
	int i = entity_index_of(main->e, field);
	if (i < 0 || id_is_nil(id))
		return;
	main->r->v[i] = (struct value){.kind = VAL_ID, .id = *id};
	main->r->set[i] = true;
	main->any = true;
}

static enum status write_row(struct import_run *run, struct error *err)
{
	static const char *const link[IMPORT_ROLES] = {NULL, "company", "contact", "deal"};
	struct staged *main = &run->s[IMPORT_MAIN];
	struct id company, other, id;
	enum status st = import_save(run, IMPORT_OF_COMPANY, &company, err);
	if (st != ST_OK)
		return st;
	put_link(main, link[IMPORT_OF_COMPANY], &company);
	for (int r = IMPORT_OF_CONTACT; st == ST_OK && r < IMPORT_ROLES; r++) {
		if (!run->s[r].e)
			continue;
		put_link(&run->s[r], "company", &company);
		
		st = import_save(run, (enum import_role)r, &other, err);
		put_link(main, link[r], &other);
	}
	return st == ST_OK ? import_save(run, IMPORT_MAIN, &id, err) : st;
}

static void count_cells(struct import_run *run, const struct csv_row *row)
{
	(void)row;
	for (size_t i = 0; i < run->p->n; i++)
		run->rep->cells[run->end[i] < IMPORT_CELL_ENDS ? run->end[i] : IMPORT_CELL_NOTE]++;
}

/* What stands above the header or is blank is no row, but is accounted for. */
static void count_outside(struct import_run *run, const struct csv_row *row)
{
	for (size_t i = 0; i < row->count; i++) {
		bool empty = text_is_blank(row->field[i]);
		run->rep->cells[empty ? IMPORT_CELL_EMPTY : IMPORT_CELL_LOST]++;
		if (!empty)
			import_issue(run, row->line, "", row->field[i], _("Stands above the header."));
	}
	run->rep->blank_rows += row->blank;
}

static enum status read_rows(struct import_run *run, const struct import_progress *progress, struct error *err)
{
	struct csv_reader *r;
	struct csv_row row;
	bool more;
	enum status st = csv_open(run->p->f, &run->p->format, false, &r, err);
	if (st != ST_OK)
		return st;
	while ((st = csv_read(r, &row, &more, err)) == ST_OK && more) {
		if (row.line < run->p->format.header_line || row.blank) {
			count_outside(run, &row);
			continue;
		}
		if (row.line == run->p->format.header_line)
			continue;
		import_stage_row(run, &row);
		if ((st = write_row(run, err)) != ST_OK)
			break;
		count_cells(run, &row);
		run->rep->rows++;
		arena_reset(run->row);
		arena_reset(run->t->arena);
		if (progress && progress->step && run->rep->rows % PROGRESS_EVERY == 0 &&
			!progress->step(progress->arg, run->rep->rows, run->p->rows)) {
			st = error_set(err, ST_CANCELLED, _("The import was stopped; nothing was changed."));
			break;
		}
	}
	csv_close(&r);
	return st;
}

static enum status check_questions(const struct import_plan *p, struct error *err)
{
	for (int i = 0; i < (int)p->n; i++) {
		const struct import_column *c = &p->col[i];
		const char *sample = c->profile.samples ? c->profile.sample[0] : "";
		switch (import_asks(p, i)) {
		case IMPORT_ASKS_NOTHING:
			continue;
		case IMPORT_ASKS_DATES:
			error_field(err, ST_INVALID, c->header, _("The dates of “%s” can be read in two ways: “%s”."), c->header, sample);
			error_hint(err, _("Say which comes first: --dates dmy for the day, --dates mdy for the month."));
			return ST_INVALID;
		case IMPORT_ASKS_DECIMAL:
			error_field(err, ST_INVALID, c->header, _("The numbers of “%s” can be read in two ways: “%s”."), c->header, sample);
			error_hint(err, _("Say what marks decimals: --decimal comma or --decimal point."));
			return ST_INVALID;
		}
	}
	return ST_OK;
}

static void run_free(struct import_run *run)
{
	for (int i = 0; i < IMPORT_ROLES; i++) {
		buf_free(&run->s[i].emails);
		buf_free(&run->s[i].phones);
		buf_free(&run->s[i].tags);
		buf_free(&run->s[i].note);
	}
	for (size_t i = 0; i < run->n_later; i++)
		free(run->later[i].text);
	free(run->later);
	free(run->turn);
	idmap_free(&run->names);
	idmap_free(&run->known);
	arena_free(&run->row);
	arena_free(&run->a);
}

/* A file of which no row makes a record was taken for something it is not. */
static enum status nothing_made(const struct import_run *run, struct error *err)
{
	const char *why = run->rep->n_issues ? run->rep->issue[run->rep->n_issues - 1].reason : "";
	error_set(err, ST_INVALID, _("None of the rows of %s makes a record (%s): %s"), run->p->name, _(run->p->entity->label), why);
	error_hint(err, _("Say what the file holds with --as, or what a column is with --map."));
	return ST_INVALID;
}

static enum status run_all(struct import_run *run, const struct import_progress *progress, struct error *err)
{
	enum status st = make_custom_fields(run, err);
	if (st != ST_OK)
		return st;
	plan_columns(run);
	note_fresh(run);
	note_newest(run);
	(void)import_made(run, run->p->entity);
	if (run->p->vcard)
		st = import_vcard_rows(run, write_row, progress, err);
	else if ((st = import_stages_begin(run, err)) == ST_OK)
		st = read_rows(run, progress, err);
	if (st == ST_OK && run->rep->rows > 0 && run->rep->failed_rows == run->rep->rows)
		return nothing_made(run, err);
	return st == ST_OK ? import_link_later(run, err) : st;
}

enum status import_rehearse(struct core *c, struct txn **out, struct error *err)
{
	db_bulk(c->db, true);
	enum status st = txn_begin(c, CHANGE_IMPORT, NULL, out, err);
	if (st == ST_OK)
		txn_bulk(*out);
	else
		db_bulk(c->db, false);
	return st;
}

void import_rehearse_end(struct txn **t)
{
	if (!*t)
		return;
	struct core *c = (*t)->core;
	txn_rollback(t);
	db_bulk(c->db, false);
	(void)core_reload_model(c, NULL); /* with the fields it had */
}

/* The change set of a run: its own, or that of the rehearsal it takes part in. */
static enum status open_set(struct import_run *run, struct error *err)
{
	struct core *c = run->core;
	if (run->p->o.rehearsal) {
		run->t = run->p->o.rehearsal;
		return ST_OK;
	}
	db_bulk(c->db, true);
	enum status st = txn_begin(c, CHANGE_IMPORT, arena_printf(run->a, _("Import %s"), run->p->name), &run->t, err);
	if (st == ST_OK)
		txn_bulk(run->t);
	else
		db_bulk(c->db, false);
	return st;
}

static enum status close_set(struct import_run *run, enum status st, bool dry, struct error *err)
{
	struct core *c = run->core;
	bool fields = run->rep->n_new_fields > 0 || run->t->model_changed;
	if (run->p->o.rehearsal)
		return st;
	if (st == ST_OK && !dry)
		st = txn_commit(&run->t, err);
	else
		txn_rollback(&run->t);
	/* what a rolled back run made of the model is no more */
	if (fields && (dry || st != ST_OK))
		(void)core_reload_model(c, NULL);
	db_bulk(c->db, false);
	return st;
}

enum status import_run(struct import_plan *p, bool dry, const struct import_progress *progress, struct import_report **out,
	struct error *err)
{
	struct import_run run = {.p = p, .core = p->core};
	enum status st = access_check(p->core, p->entity, ACT_IMPORT, err);
	if (st == ST_OK)
		st = check_questions(p, err);
	if (st != ST_OK)
		return st;
	dry = dry || p->o.rehearsal;
	run.a = arena_new();
	if ((st = open_set(&run, err)) != ST_OK) {
		arena_free(&run.a);
		return st;
	}
	run.row = arena_new();
	run.names = idmap_new();
	run.known = idmap_new();
	run.from_now = clock_now() + CLOCK_DAY;
	run.rep = import_report_new(dry);
	st = run_all(&run, progress, err);
	if (st == ST_OK && !dry)
		st = import_report_store(&run, err);
	st = close_set(&run, st, dry, err);
	if (st == ST_OK)
		*out = run.rep;
	else
		import_report_free(&run.rep);
	run_free(&run);
	return st;
}
