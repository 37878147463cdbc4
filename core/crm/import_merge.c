#include "core/crm/import_merge.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/crm/import_map.h"
#include "core/crm/import_notes.h"
#include "core/crm/list_text.h"
#include "data/db.h"

static const char *const address_parts[ADDRESS_PARTS] = {"street", "street2", "postal_code", "city", "region", "country"};

/* Fields of a record that a person changed after it came from a file. */
static void fields_by_hand(struct import_run *run, const struct record *have, bool *by_hand)
{
	struct db_stmt *q;
	bool row;
	if (db_prepare(run->core->db,
		    "SELECT g.diff FROM changes g JOIN change_sets k ON k.num = g.set_num WHERE g.subject_id = $1 AND g.record_id = $1 "
		    "AND g.op = 'u' AND k.kind <> 'import'",
		    &q, NULL) != ST_OK)
		return;
	db_bind_id(q, 1, &have->id);
	while (db_step(q, &row, NULL) == ST_OK && row) {
		struct cJSON *doc = NULL;
		const char *diff = db_text(q, 0);
		if (!diff || json_parse(diff, strlen(diff), &doc, NULL) != ST_OK)
			continue;
		for (const struct cJSON *m = json_first(doc); m; m = json_next(m)) {
			int i = entity_index_of(have->entity, json_name(m));
			if (i >= 0)
				by_hand[i] = true;
		}
		json_free(&doc);
	}
}

/* What a list has and the file adds. NULL when that is nothing. */
static const char *joined_list(struct arena *a, const char *have, const char *more, bool tags)
{
	struct list_item *old, *new;
	struct buf b = {0};
	int n = tags ? list_parse_plain(a, have, &old) : list_parse(a, have, &old);
	int m = tags ? list_parse_plain(a, more, &new) : list_parse(a, more, &new);
	bool added = false;
	for (int i = 0; i < n; i++)
		list_append(&b, old[i].value, old[i].label);
	for (int k = 0; k < m; k++) {
		bool known = false;
		for (int i = 0; i < n && !known; i++)
			known = text_eq_fold(old[i].value, new[k].value) ||
				(!tags && !strchr(new[k].value, '@') && strcmp(phone_digits(a, old[i].value), phone_digits(a, new[k].value)) == 0);
		if (known)
			continue;
		list_append(&b, new[k].value, new[k].label);
		added = true;
	}
	const char *out = added ? arena_strdup(a, buf_str(&b)) : NULL;
	buf_free(&b);
	return out;
}

/* Parts of one address belong together: a city is not filled into another street's address. */
static bool other_address(const struct staged *s, const struct record *have)
{
	for (int k = 0; k < ADDRESS_PARTS; k++) {
		int i = entity_index_of(s->e, address_parts[k]);
		const struct value *v = i >= 0 ? &s->r->v[i] : NULL;
		if (v && s->r->set[i] && v->kind == VAL_TEXT && have->v[i].kind == VAL_TEXT && !text_eq_fold(v->s, have->v[i].s))
			return true;
	}
	return false;
}

static bool is_address_part(const struct field *f)
{
	return f->child && strcmp(f->child, "addresses") == 0;
}

/* A row that only names a record says nothing new about its name, and a deal's company need not be its contact's. */
static void drop_names(struct staged *s)
{
	static const char *const names[] = {"salutation", "first_name", "last_name", "name", "title", "company"};
	for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
		int i = entity_index_of(s->e, names[k]);
		if (i >= 0)
			s->r->set[i] = false;
	}
}

/* Dates that follow from a stage do not change where the stage stays. */
static void keep_stage_dates(struct staged *s)
{
	static const char *const follow[] = {"pipeline", "won_at", "lost_at", "stage_entered_at"};
	if (strcmp(s->e->name, "deals") != 0 || s->r->set[entity_index_of(s->e, "stage")])
		return;
	for (size_t k = 0; k < sizeof follow / sizeof *follow; k++)
		s->r->set[entity_index_of(s->e, follow[k])] = false;
}

void import_merge(struct import_run *run, struct staged *s, const struct record *have, bool same_source)
{
	const struct entity *e = s->e;
	bool link = s != &run->s[IMPORT_MAIN], wins = !link && run->p->o.duplicates == IMPORT_UPDATE;
	if (link) {
		drop_names(s);
		same_source = false;
	}
	bool *by_hand = arena_alloc(run->row, (size_t)e->n_fields * sizeof *by_hand);
	bool address = !wins && other_address(s, have);
	const struct field *note = import_note_field(e);
	if (same_source && !wins)
		fields_by_hand(run, have, by_hand);
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		struct value *v = &s->r->v[i];
		int column = s->column[i] - 1;
		if (!s->r->set[i])
			continue;
		if (v->kind == VAL_NULL || value_eq(v, &have->v[i])) {
			s->r->set[i] = false;
			continue;
		}
		if (f->type == FT_LIST || f->type == FT_TAGS) {
			const char *all = have->v[i].kind == VAL_TEXT ? joined_list(run->row, have->v[i].s, v->s, f->type == FT_TAGS) : v->s;
			s->r->set[i] = all != NULL;
			v->s = all;
			continue;
		}
		if (f == note && !run->p->own && v->kind == VAL_TEXT && have->v[i].kind == VAL_TEXT && notes_say(have->v[i].s, v->s)) {
			s->r->set[i] = false;
			continue;
		}
		bool keep = !wins && have->v[i].kind != VAL_NULL && !(same_source && !by_hand[i] && !is_address_part(f));
		if (is_address_part(f) && address && !(same_source && !by_hand[i]))
			keep = true;
		bool same = !wins && v->kind == VAL_TEXT && have->v[i].kind == VAL_TEXT && text_eq_fold(v->s, have->v[i].s);
		if (!keep && !same)
			continue;
		s->r->set[i] = false;
		if (same) /* but for case and accents */
			continue;
		if (column >= 0)
			import_end_cell(run, column, IMPORT_CELL_KEPT);
	}
	keep_stage_dates(s);
}

bool import_anything_set(const struct record *r)
{
	for (int i = 0; i < r->entity->n_fields; i++)
		if (r->set[i])
			return true;
	return false;
}
