/* Staging: the cells of one row, sorted to the records they belong to. Nothing is looked up or written here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/crm/import_map.h"
#include "core/crm/import_reach.h"
#include "core/crm/import_run.h"
#include "core/crm/import_stages.h"
#include "core/crm/import_value.h"

const char *import_header(const struct import_run *run, int column)
{
	if (run->p->vcard)
		return run->property ? run->property : _("vCard");
	return column >= 0 && (size_t)column < run->p->n ? run->p->col[column].header : "";
}

static void count_trouble(struct import_report *rep, const struct import_issue *is)
{
	int i = 0;
	while (i < rep->n_troubles && strcmp(rep->trouble[i].column, is->column) != 0)
		i++;
	if (i == IMPORT_TROUBLES)
		i--; /* the last one stands for all further columns */
	if (i == rep->n_troubles)
		rep->trouble[rep->n_troubles++] = (struct import_trouble){is->column, 0, is};
	rep->trouble[i].count++;
}

void import_issue(struct import_run *run, long line, const char *column, const char *value, const char *reason)
{
	struct import_report *rep = run->rep;
	rep->issues++;
	if (!rep->issue)
		rep->issue = arena_alloc(rep->arena, IMPORT_ISSUES * sizeof *rep->issue);
	if (rep->n_issues == IMPORT_ISSUES) {
		for (int i = 0; i < rep->n_troubles; i++)
			rep->trouble[i].count += strcmp(rep->trouble[i].column, column) == 0;
		return;
	}
	size_t n = strnlen(value, 80);
	while (n == 80 && n && ((unsigned char)value[n] & 0xC0) == 0x80)
		n--;
	struct import_issue *is = &rep->issue[rep->n_issues++];
	*is = (struct import_issue){line, arena_strdup(rep->arena, column), arena_strndup(rep->arena, value, n), arena_strdup(rep->arena, reason)};
	count_trouble(rep, is);
}

void import_note(struct import_run *run, enum import_role role, int column, const char *value)
{
	struct buf *b = &run->s[role].note;
	buf_printf(b, "%s%s: %s", b->len ? "\n" : "", import_header(run, column), value);
}

void import_refuse(struct import_run *run, int column, const char *value, const char *reason)
{
	import_note(run, IMPORT_MAIN, column, value);
	import_issue(run, run->line, import_header(run, column), value, reason);
	import_end_cell(run, column, IMPORT_CELL_REFUSED);
}

void import_end_cell(struct import_run *run, int column, enum import_end end)
{
	if (run->p->vcard) {
		run->card[IMPORT_CELL_FIELD]--;
		run->card[end]++;
	} else {
		run->end[column] = (unsigned char)end;
	}
}

void import_staged_clear(struct import_run *run)
{
	memset(run->card, 0, sizeof run->card);
	for (int i = 0; i < IMPORT_ROLES; i++) {
		struct staged *s = &run->s[i];
		struct buf keep[4] = {s->emails, s->phones, s->tags, s->note};
		const struct entity *e = import_role_entity(run->p, (enum import_role)i);
		*s = (struct staged){.e = e, .emails = keep[0], .phones = keep[1], .tags = keep[2], .note = keep[3]};
		buf_clear(&s->emails);
		buf_clear(&s->phones);
		buf_clear(&s->tags);
		buf_clear(&s->note);
		if (!e)
			continue;
		s->r = record_new(run->row, e);
		s->column = arena_alloc(run->row, (size_t)e->n_fields * sizeof *s->column);
	}
}

static bool put(struct staged *s, int index, struct value v, int column)
{
	if (s->r->set[index])
		return false;
	s->r->v[index] = v;
	s->r->set[index] = true;
	s->column[index] = column + 1;
	s->any = true;
	return true;
}

static void reading_of(const struct import_run *run, const struct staged *s, const struct field *f, int column,
	struct import_reading *how)
{
	const struct import_column *c = &run->p->col[column];
	const char *currency = f->currency ? record_text(s->r, f->currency) : NULL;
	*how = (struct import_reading){.order = c->order, .decimal = c->decimal, .scale = c->target.scale, .own = run->p->own,
		.currency = currency ? currency
			    : f->type == FT_MONEY && c->target.label ? c->target.label
			    : run->p->o.currency		     ? run->p->o.currency
								     : run->core->currency};
}

/* Put the currency an amount was read in beside it, so that it never changes its meaning. */
static bool put_currency(struct import_run *run, struct staged *s, const struct field *f, const char *named, const char *used)
{
	const char *currency = named[0] ? named : used;
	if (!f->currency)
		return strcmp(currency, run->core->currency) == 0;
	int i = entity_index_of(s->e, f->currency);
	if (s->r->set[i])
		return strcmp(s->r->v[i].s, currency) == 0;
	s->r->v[i] = (struct value){.kind = VAL_TEXT, .s = arena_strdup(run->row, currency)};
	s->r->set[i] = true;
	return true;
}

static void read_value(struct import_run *run, struct staged *s, const struct import_slot *slot, int column, char *text)
{
	const struct field *f = slot->field;
	struct import_reading how;
	struct value v;
	struct error err = {0};
	char currency[4] = "";
	reading_of(run, s, f, column, &how);
	if (import_read_value(f, text, &how, run->row, &v, currency, &err) != ST_OK) {
		import_refuse(run, column, text, err.message);
		return;
	}
	if (v.kind == VAL_NULL) {
		run->end[column] = IMPORT_CELL_EMPTY;
		return;
	}
	if (f->type == FT_MONEY && !put_currency(run, s, f, currency, how.currency)) {
		import_refuse(run, column, text, _("The amount is in another currency."));
		return;
	}
	run->end[column] = f->flags & FF_CUSTOM ? IMPORT_CELL_CUSTOM : IMPORT_CELL_FIELD;
	if (!put(s, slot->index, v, column)) {
		import_note(run, slot->role, column, text);
		run->end[column] = IMPORT_CELL_NOTE;
	}
}

/* Others */

static void read_instant(struct import_run *run, struct staged *s, const struct import_slot *slot, int column, char *text)
{
	int64_t ms;
	if (column_is_blank(text)) {
		run->end[column] = IMPORT_CELL_EMPTY;
		return;
	}
	if (!import_read_instant(text, run->p->col[column].order, &ms)) {
		import_refuse(run, column, text, arena_printf(run->row, _("“%s” is not a date."), text));
		return;
	}
	if (slot->reader == READ_CREATED) {
		if (ms > run->from_now) {
			import_refuse(run, column, text, _("The date lies in the future."));
			return;
		}
		s->created = ms;
	} else if (s->n_entered < IMPORT_DATES) {
		s->entered[s->n_entered++] = (struct staged_date){slot->label, ms, column};
	}
	run->end[column] = IMPORT_CELL_FIELD;
}

static void read_ref(struct import_run *run, struct staged *s, const struct import_slot *slot, int column, char *text)
{
	if (!run->p->own && column_is_blank(text)) {
		run->end[column] = IMPORT_CELL_EMPTY;
		return;
	}
	if (s->n_refs == IMPORT_REFS) {
		import_note(run, slot->role, column, text);
		run->end[column] = IMPORT_CELL_NOTE;
		return;
	}
	s->ref[s->n_refs++] = (struct staged_ref){slot->field, text, column};
	s->any = true;
	run->end[column] = IMPORT_CELL_FIELD;
}

static void read_products(struct import_run *run, struct staged *s, int column, char *text)
{
	char *rest = text;
	for (char *item; (item = import_next_item(&rest, false)) != NULL;) {
		if (s->n_products == IMPORT_PRODUCTS) {
			import_note(run, IMPORT_MAIN, column, item);
			continue;
		}
		s->product_column[s->n_products] = column;
		s->product[s->n_products++] = item;
	}
	run->end[column] = IMPORT_CELL_FIELD;
}

static bool any_word(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (text_eq_fold(text, *words))
			return true;
	return false;
}

const char *import_activity_status(const struct entity *e, const char *text)
{
	static const char *const done[] = {"done", "completed", "complete", "closed", "termine", "terminee", "fait", "erledigt", "hecho", NULL};
	static const char *const open[] = {"to do", "todo", "open", "planned", "not started", "in progress", "scheduled", "waiting", "deferred",
		"a faire", "en cours", "offen", "pendiente", NULL};
	const struct choice *choice = field_choice(entity_field(e, "status"), text);
	bool yes;
	if (choice)
		return choice->value;
	if (any_word(text, done))
		return "done";
	if (any_word(text, open))
		return "planned";
	return !column_read_bool(text, &yes) ? NULL : yes ? "done" : "planned";
}

static void read_done(struct import_run *run, struct staged *s, int column, const char *text)
{
	const char *status = import_activity_status(s->e, text);
	run->end[column] = IMPORT_CELL_FIELD;
	if (!status)
		import_refuse(run, column, text, arena_printf(run->row, _("“%s” says neither done nor to do."), text));
	else
		(void)put(s, entity_index_of(s->e, "status"), (struct value){.kind = VAL_TEXT, .s = status}, column);
}

static void read_birth(struct import_run *run, struct staged *s, const struct import_slot *slot, int column, const char *text)
{
	static const char *const part[] = {"year", "month", "day"};
	int64_t n;
	int i = 0;
	while (i < 2 && strcmp(part[i], slot->label) != 0)
		i++;
	if (integer_parse(text, &n, NULL) != ST_OK || n < 1 || n > 9999) {
		import_refuse(run, column, text, arena_printf(run->row, _("“%s” is not a date."), text));
		return;
	}
	s->birth[i] = (int)n;
	s->birth_column[i] = column;
	run->end[column] = IMPORT_CELL_FIELD;
}

static void read_cell(struct import_run *run, int column, char *cell)
{
	const struct import_slot *slot = &run->slot[column];
	struct staged *s = &run->s[slot->role];
	bool verbatim = slot->reader == READ_VALUE && slot->field->type == FT_LONG_TEXT;
	char *text = verbatim ? cell : import_trim(cell);
	if (!*text || (verbatim && text_is_blank(text))) {
		if (run->end[column] == IMPORT_CELL_ENDS)
			run->end[column] = IMPORT_CELL_EMPTY;
		return;
	}
	switch (slot->reader) {
	case READ_SKIP: /* of our own exports only what follows from other fields */
		run->end[column] = run->p->own && !run->p->col[column].chosen ? IMPORT_CELL_FIELD : IMPORT_CELL_SKIPPED;
		return;
	case READ_VALUE:
		read_value(run, s, slot, column, text);
		return;
	case READ_EMAILS:
	case READ_PHONES:
		import_read_reach(run, s, slot, column, text);
		return;
	case READ_TAGS:
		import_read_tags(run, s, column, text);
		return;
	case READ_ADDRESS:
		import_read_address(run, s, slot, column, text);
		return;
	case READ_NAME:
		s->full_name = text;
		s->name_column = column;
		s->any = true;
		run->end[column] = IMPORT_CELL_FIELD;
		return;
	case READ_REF:
		read_ref(run, s, slot, column, text);
		return;
	case READ_ID:
		s->id = text;
		s->id_column = column;
		run->end[column] = IMPORT_CELL_FIELD;
		return;
	case READ_ENTERED:
	case READ_CREATED:
		read_instant(run, s, slot, column, text);
		return;
	case READ_PRODUCT:
		read_products(run, s, column, text);
		return;
	case READ_STATUS:
		s->status = import_deal_status(text);
		run->end[column] = IMPORT_CELL_FIELD;
		if (!s->status)
			import_refuse(run, column, text, arena_printf(run->row, _("“%s” says neither won nor lost nor open."), text));
		return;
	case READ_TIME:
		s->time = text;
		s->time_field = slot->index;
		s->time_column = column;
		run->end[column] = IMPORT_CELL_FIELD;
		return;
	case READ_BIRTH:
		read_birth(run, s, slot, column, text);
		return;
	case READ_DONE:
		read_done(run, s, column, text);
		return;
	case READ_LABEL: /* taken by the column it belongs to; alone it says nothing but what it says */
		if (run->end[column] == IMPORT_CELL_ENDS) {
			import_note(run, IMPORT_MAIN, column, text);
			run->end[column] = IMPORT_CELL_NOTE;
		}
		return;
	case READ_CUSTOM:
	case READ_NOTE:
		import_note(run, slot->role, column, text);
		run->end[column] = IMPORT_CELL_NOTE;
		return;
	}
}

static int text_index(const struct entity *e, const char *name)
{
	int i = entity_index_of(e, name);
	return i >= 0 && (e->fields[i].flags & FF_DERIVED) == 0 ? i : -1;
}

/* Does a full name say anything that the parts do not? */
static bool name_adds(struct import_run *run, const struct staged *s)
{
	static const char *const parts[] = {"salutation", "first_name", "middle_name", "last_name", "suffix"};
	struct buf have = {0}, words = {0};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		int k = entity_index_of(s->e, parts[i]);
		if (k < 0 || !s->r->set[k] || s->r->v[k].kind != VAL_TEXT)
			continue;
		buf_putc(&have, ' ');
		text_tokens_to(&have, s->r->v[k].s);
	}
	buf_putc(&have, ' ');
	text_tokens_to(&words, s->full_name);
	char *copy = arena_strdup(run->row, buf_str(&words)), *save = NULL;
	bool adds = false;
	for (char *w = strtok_r(copy, " ", &save); w && !adds; w = strtok_r(NULL, " ", &save))
		adds = !strstr(buf_str(&have), arena_printf(run->row, " %s ", w));
	buf_free(&have);
	buf_free(&words);
	return adds;
}

/* A full name fills the parts that no column of their own gave. */
static void place_name(struct import_run *run, enum import_role role)
{
	struct staged *s = &run->s[role];
	struct import_name name;
	int first = text_index(s->e, "first_name"), last = text_index(s->e, "last_name"), salutation = text_index(s->e, "salutation");
	if (!s->full_name || first < 0 || last < 0)
		return;
	if (s->r->set[first] || s->r->set[last]) {
		if (name_adds(run, s)) {
			import_note(run, role, s->name_column, s->full_name);
			import_end_cell(run, s->name_column, IMPORT_CELL_NOTE);
		}
		return;
	}
	import_split_name(run->row, s->full_name, &name);
	if (name.salutation && salutation < 0)
		name.first = name.first ? arena_printf(run->row, "%s %s", name.salutation, name.first) : name.salutation;
	if (name.first)
		(void)put(s, first, (struct value){.kind = VAL_TEXT, .s = name.first}, s->name_column);
	if (name.last)
		(void)put(s, last, (struct value){.kind = VAL_TEXT, .s = name.last}, s->name_column);
	if (name.salutation && salutation >= 0)
		(void)put(s, salutation, (struct value){.kind = VAL_TEXT, .s = name.salutation}, s->name_column);
}

static void put_list(struct staged *s, const char *field, const struct buf *text, int column)
{
	int i = text->len ? entity_index_of(s->e, field) : -1;
	if (i >= 0)
		(void)put(s, i, (struct value){.kind = VAL_TEXT, .s = buf_str(text)}, column - 1);
}

/* All three, or the parts stay notes. */
static void place_birthday(struct import_run *run, struct staged *s, enum import_role role)
{
	int *b = s->birth, i = entity_index_of(s->e, "birthday");
	char iso[16];
	if (!b[0] && !b[1] && !b[2])
		return;
	if (i >= 0 && b[0] && b[1] && b[2] && clock_valid_date(b[0], b[1], b[2])) {
		(void)clock_format_date(clock_days_from_civil(b[0], b[1], b[2]), iso);
		if (put(s, i, (struct value){.kind = VAL_TEXT, .s = arena_strdup(run->row, iso)}, s->birth_column[2]))
			return;
	}
	for (int k = 0; k < 3; k++)
		if (b[k]) {
			import_note(run, role, s->birth_column[k], arena_printf(run->row, "%d", b[k]));
			run->end[s->birth_column[k]] = IMPORT_CELL_NOTE;
		}
}

/* "14:30" beside a date whose instant is that day's midnight. */
static void place_time(struct import_run *run, struct staged *s, enum import_role role)
{
	int64_t ms;
	if (!s->time)
		return;
	struct value *v = &s->r->v[s->time_field];
	if (v->kind == VAL_INT) {
		struct civil c = clock_local(v->i);
		const char *text = arena_printf(run->row, "%04d-%02d-%02d %s", c.year, c.month, c.day, s->time);
		if (import_read_instant(text, DATE_CLEAR, &ms)) {
			v->i = ms;
			return;
		}
	}
	import_note(run, role, s->time_column, s->time);
	run->end[s->time_column] = IMPORT_CELL_NOTE;
}

static void finish(struct import_run *run, enum import_role role)
{
	struct staged *s = &run->s[role];
	if (!s->e)
		return;
	place_name(run, role);
	place_birthday(run, s, role);
	place_time(run, s, role);
	put_list(s, "emails", &s->emails, s->emails_column);
	put_list(s, "phones", &s->phones, s->phones_column);
	put_list(s, "tags", &s->tags, s->tags_column);
}

void import_finish_row(struct import_run *run)
{
	for (int r = 0; r < IMPORT_ROLES; r++)
		finish(run, (enum import_role)r);
}

void import_stage_row(struct import_run *run, const struct csv_row *row)
{
	run->line = row->line;
	run->csv = (struct csv_row *)row;
	import_staged_clear(run);
	memset(run->end, IMPORT_CELL_ENDS, run->p->n);
	for (size_t k = 0; k < run->p->n; k++) {
		int i = run->order[k];
		if ((size_t)i < row->count)
			read_cell(run, i, row->field[i]);
		else
			run->end[i] = IMPORT_CELL_EMPTY;
	}
	import_finish_row(run);
}
