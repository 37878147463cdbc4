#include "core/crm/import_propose.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/import_map.h"
#include "core/crm/import_stages.h"
#include "core/crm/import_value.h"

enum { LONG_VALUE = 200, MAX_CUSTOM = 40 };

static const char *const importable[] = {"contacts", "companies", "deals", "activities", "products", "users"};
enum { IMPORTABLE = (int)(sizeof importable / sizeof *importable) };

enum field_type import_custom_type(const struct import_plan *p, int column)
{
	const struct import_column *c = &p->col[column];
	if (c->keeps_zeros)
		return FT_TEXT;
	switch (c->profile.kind) {
	case COLUMN_INTEGER:
		return c->profile.may_be_phone ? FT_TEXT : FT_INT;
	case COLUMN_DECIMAL:
		return c->profile.percent ? FT_TEXT : FT_DECIMAL;
	case COLUMN_MONEY:
		return !c->profile.several_currencies && strcmp(c->profile.currency, p->core->currency) == 0 ? FT_MONEY : FT_TEXT;
	case COLUMN_DATE:
		return c->profile.order == DATE_AMBIGUOUS ? FT_TEXT : FT_DATE;
	case COLUMN_DATETIME:
		return c->profile.order == DATE_AMBIGUOUS ? FT_TEXT : FT_DATETIME;
	case COLUMN_BOOL:
		return FT_BOOL;
	case COLUMN_EMAIL:
		return FT_TEXT; /* may hold several */
	case COLUMN_PHONE:
		return FT_PHONE;
	case COLUMN_URL:
		return FT_URL;
	default:
		return c->profile.longest > LONG_VALUE ? FT_LONG_TEXT : FT_TEXT;
	}
}

static bool is_date_slot(const struct import_slot *s, const struct import_target *t)
{
	enum field_type type = s->reader == READ_CUSTOM ? t->type : s->reader == READ_VALUE ? s->field->type : FT_TEXT;
	return s->reader == READ_ENTERED || s->reader == READ_CREATED || type == FT_DATE || type == FT_DATETIME;
}

static bool is_number_slot(const struct import_slot *s, const struct import_target *t)
{
	enum field_type type = s->reader == READ_CUSTOM ? t->type : s->reader == READ_VALUE ? s->field->type : FT_TEXT;
	return type == FT_MONEY || type == FT_DECIMAL || type == FT_INT;
}

void import_settle(struct import_plan *p, int column)
{
	struct import_column *c = &p->col[column];
	struct import_slot s = import_slot_of(p, column);
	c->order = c->profile.order;
	if (c->order == DATE_AMBIGUOUS && p->o.dates != DATE_AMBIGUOUS)
		c->order = p->o.dates;
	if (is_date_slot(&s, &c->target) && c->profile.may_be_serial && !c->profile.may_be_compact)
		c->order = DATE_SERIAL;
	if (p->own)
		c->order = DATE_CLEAR;
	c->decimal = p->own ? '.' : c->profile.decimal;
	if (!c->decimal)
		c->decimal = p->o.decimal;
}

enum import_question import_asks(const struct import_plan *p, int column)
{
	const struct import_column *c = &p->col[column];
	struct import_slot s = import_slot_of(p, column);
	if (is_date_slot(&s, &c->target) && c->order == DATE_AMBIGUOUS)
		return IMPORT_ASKS_DATES;
	if (is_number_slot(&s, &c->target) && c->profile.decimal_open && !c->decimal)
		return IMPORT_ASKS_DECIMAL;
	return IMPORT_ASKS_NOTHING;
}

int import_open_questions(const struct import_plan *p)
{
	int n = 0;
	for (size_t i = 0; i < p->n; i++)
		n += import_asks(p, (int)i) != IMPORT_ASKS_NOTHING;
	return n;
}

void import_set_dates(struct import_plan *p, int column, enum date_order order)
{
	for (int i = 0; i < (int)p->n; i++)
		if (i == column || (column < 0 && p->col[i].profile.order == DATE_AMBIGUOUS))
			p->col[i].order = order;
	if (column < 0)
		p->o.dates = order;
}

void import_set_decimal(struct import_plan *p, int column, char decimal)
{
	for (int i = 0; i < (int)p->n; i++)
		if (i == column || (column < 0 && !p->col[i].profile.decimal))
			p->col[i].decimal = decimal;
	if (column < 0)
		p->o.decimal = decimal;
}

static bool sample_suits(const struct import_slot *s, char *text, const struct import_reading *how, struct arena *a)
{
	struct value v;
	int64_t ms;
	char currency[4], *rest = text;
	switch (s->reader) {
	case READ_EMAILS:
		return (text = import_next_item(&rest, true)) != NULL && email_valid(text);
	case READ_PHONES:
		return (text = import_next_item(&rest, true)) != NULL && phone_valid(text);
	case READ_VALUE:
		return import_read_value(s->field, text, how, a, &v, currency, NULL) == ST_OK;
	case READ_CREATED:
	case READ_ENTERED:
		return import_read_instant(text, how->order, &ms);
	case READ_STATUS:
		return import_deal_status(text) != NULL;
	case READ_DONE:
		return import_activity_status(s->entity, text) != NULL;
	default:
		return true;
	}
}

/* Do the values bear the proposal out? Half of the samples must be readable. */
static bool values_suit(const struct import_plan *p, int column)
{
	const struct import_column *c = &p->col[column];
	struct import_slot s = import_slot_of(p, column);
	struct arena *a = arena_new();
	size_t good = 0;
	struct import_reading how = {p->core->currency, c->order == DATE_AMBIGUOUS ? DATE_DAY_FIRST : c->order, c->decimal ? c->decimal : '.',
		c->target.scale, p->own};
	for (size_t i = 0; i < c->profile.samples; i++)
		good += sample_suits(&s, import_trim(arena_strdup(a, c->profile.sample[i])), &how, a);
	arena_free(&a);
	return c->profile.samples == 0 || 2 * good >= c->profile.samples;
}

/* Two columns for one value: only lists, notes and parts of what is put together may be given twice. */
static bool taken(const struct import_plan *p, int column)
{
	const struct import_target *t = &p->col[column].target;
	struct import_slot s = import_slot_of(p, column);
	if (s.reader == READ_EMAILS || s.reader == READ_PHONES || s.reader == READ_TAGS || s.reader == READ_NOTE || s.reader == READ_PRODUCT)
		return false;
	for (int i = 0; i < (int)p->n; i++) {
		const struct import_target *o = &p->col[i].target;
		bool same_field = t->use != IMPORT_FIELD || (t->field && o->field && strcmp(t->field, o->field) == 0);
		bool same_label = !t->label || !o->label ? t->label == o->label : strcmp(t->label, o->label) == 0;
		if (i != column && o->use == t->use && o->role == t->role && o->group == t->group && same_field && same_label && (i < column || p->col[i].chosen))
			return true;
	}
	return false;
}

static bool same_words(const char *a, const char *b)
{
	struct buf x = {0}, y = {0};
	preset_compact(&x, a);
	preset_compact(&y, b);
	bool same = x.len && strcmp(buf_str(&x), buf_str(&y)) == 0;
	buf_free(&x);
	buf_free(&y);
	return same;
}

/* A custom field that an earlier import or a person made for this header. */
static const struct field *known_custom(const struct entity *e, const char *header)
{
	for (int i = 0; i < e->n_fields; i++)
		if ((e->fields[i].flags & FF_CUSTOM) && (same_words(e->fields[i].label, header) || same_words(e->fields[i].name, header)))
			return &e->fields[i];
	return NULL;
}

/* "year_established" is "Year established" to people, and Salesforce's "Health_Score__c" is "Health Score". */
static const char *custom_label(struct arena *a, const char *header)
{
	char *label = arena_strdup(a, header);
	size_t n = strlen(label);
	bool plain = !strchr(label, ' ');
	if (n > 3 && strcmp(label + n - 3, "__c") == 0)
		label[n - 3] = '\0';
	for (char *p = label; plain && *p; p++)
		if (*p == '_')
			*p = ' ';
	if (plain)
		*label = (char)toupper((unsigned char)*label);
	return label;
}

static void fall_back(struct import_plan *p, int column, int *customs)
{
	struct import_column *c = &p->col[column];
	bool has_notes = import_note_field(p->entity) != NULL;
	c->target = (struct import_target){.use = IMPORT_NOTE};
	if (c->profile.kind != COLUMN_EMPTY && (!has_notes || (c->profile.longest <= LONG_VALUE && *customs < MAX_CUSTOM))) {
		(*customs)++;
		c->target = (struct import_target){
			.use = IMPORT_CUSTOM, .label = custom_label(p->arena, c->header), .type = import_custom_type(p, column)};
	}
	import_settle(p, column);
}

/* The text of the target that a guess means. */
static const char *guess_text(const struct import_plan *p, const struct column_guess *g, struct arena *a)
{
	if (strcmp(g->field, "external_id") == 0)
		return "id";
	if (strcmp(g->field, "contact_points") == 0)
		return "emails";
	const struct field *f = entity_field(p->entity, g->field);
	if (f && f->child && strcmp(f->child, "addresses") == 0 && (g->label_column >= 0 || g->index > 1))
		return arena_printf(a, "%s:#%d", g->field, g->index ? g->index : 1);
	return g->label ? arena_printf(a, "%s:%s", g->field, g->label) : g->field;
}

/* A header that is called as a field of ours is. */
static const char *named_field(const struct entity *e, const char *header)
{
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if (import_may_fill(f) && (same_words(f->name, header) || same_words(i18n_english(f->label), header) || same_words(_(f->label), header)))
			return f->name;
	}
	return NULL;
}

static void propose_column(struct import_plan *p, int column, const struct column_guess *g)
{
	struct import_column *c = &p->col[column];
	const struct field *custom = known_custom(p->entity, c->header);
	struct import_target t = {.use = IMPORT_NOTE};
	const char *text = g->field ? guess_text(p, g, p->arena) : named_field(p->entity, c->header);
	if (custom)
		t = (struct import_target){.use = IMPORT_FIELD, .field = custom->name};
	else if (!text || import_target_parse(p, column, text, &t, NULL) != ST_OK)
		return;
	c->target = t;
	import_settle(p, column);
	/* a program's own column of numbers holds them, whatever somebody typed into it: words go to the notes, one by one */
	bool sure = p->preset && import_slot_of(p, column).reader == READ_PHONES;
	if (taken(p, column) || (!sure && !values_suit(p, column))) {
		c->target = (struct import_target){.use = IMPORT_NOTE};
		return;
	}
	if (g->label_column >= 0 && g->label_column < (int)p->n && !p->col[g->label_column].chosen)
		p->col[g->label_column].target = (struct import_target){.use = IMPORT_LABEL, .of = column};
}

/* Our own exports: field names, and the ids of references beside their names. */
static const char *own_target(const struct entity *e, const char *header, struct arena *a)
{
	if (strcmp(header, "id") == 0 || strcmp(header, "created_at") == 0)
		return header;
	if (strncmp(header, "custom:", 7) == 0) {
		const char *slash = strrchr(header + 7, '/');
		const char *label = slash ? arena_strndup(a, header + 7, (size_t)(slash - header - 7)) : header + 7;
		const struct field *have = known_custom(e, label);
		return have ? have->name : header;
	}
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if (strcmp(f->name, header) == 0)
			return import_may_fill(f) || strcmp(f->name, "status") == 0 ? header : "skip";
		if (f->type == FT_REF && strcmp(field_column(f), header) == 0)
			return arena_printf(a, "%s:id", f->name);
	}
	return NULL;
}

static void propose_own(struct import_plan *p)
{
	for (int i = 0; i < (int)p->n; i++) {
		const char *text = own_target(p->entity, p->col[i].header, p->arena);
		if (p->col[i].chosen || !text)
			continue;
		if (import_target_parse(p, i, text, &p->col[i].target, NULL) != ST_OK)
			p->col[i].target = (struct import_target){.use = IMPORT_NOTE};
		import_settle(p, i);
	}
}

static struct column_guess *guess_all(struct import_plan *p)
{
	const char **header = arena_alloc(p->arena, p->n * sizeof *header);
	struct column_profile *profile = arena_alloc(p->arena, p->n * sizeof *profile);
	struct column_guess *g = arena_alloc(p->arena, p->n * sizeof *g);
	for (size_t i = 0; i < p->n; i++) {
		header[i] = p->col[i].header;
		profile[i] = p->col[i].profile;
	}
	bool preset = p->preset && strcmp(p->preset->entity, p->entity->name) == 0;
	preset_map_columns(preset ? p->preset : NULL, p->entity->name, header, p->n, profile, g);
	return g;
}

/* "mql_id": a column of different values that is called an id, where no other is the record's. */
static void propose_id(struct import_plan *p)
{
	int found = -1;
	for (int i = 0; i < (int)p->n; i++) {
		const struct import_column *c = &p->col[i];
		size_t n = strlen(c->header), values = c->profile.rows < COLUMN_DISTINCT ? c->profile.rows : COLUMN_DISTINCT;
		bool named = n > 2 && strcasecmp(c->header + n - 2, "id") == 0 && (n == 2 || strchr("_ -", c->header[n - 3]) || c->header[n - 2] == 'I');
		if (c->target.use == IMPORT_ID && c->target.role == IMPORT_MAIN)
			return;
		if (found < 0 && named && !c->chosen && c->target.use == IMPORT_NOTE && !c->profile.blanks && c->profile.distinct >= values)
			found = i;
	}
	if (found >= 0)
		p->col[found].target = (struct import_target){.use = IMPORT_ID};
}

void import_propose_columns(struct import_plan *p)
{
	int customs = 0;
	for (int i = 0; i < (int)p->n; i++)
		if (!p->col[i].chosen)
			p->col[i].target = (struct import_target){.use = IMPORT_NOTE};
	struct column_guess *g = p->own ? NULL : guess_all(p);
	if (p->own)
		propose_own(p);
	for (int i = 0; g && i < (int)p->n; i++)
		if (!p->col[i].chosen && !g[i].consumed)
			propose_column(p, i, &g[i]);
	if (g)
		propose_id(p);
	for (int i = 0; i < (int)p->n; i++)
		if (!p->col[i].chosen && p->col[i].target.use == IMPORT_NOTE)
			fall_back(p, i, &customs);
}

static bool is_own(const struct import_plan *p, const struct entity *e)
{
	bool id = false;
	struct arena *a = arena_new();
	bool all = true;
	for (size_t i = 0; all && i < p->n; i++) {
		all = own_target(e, p->col[i].header, a) != NULL;
		id = id || strcmp(p->col[i].header, "id") == 0;
	}
	arena_free(&a);
	return all && id && import_find_column(p, "created_at") >= 0;
}

static const char *told_entity(struct import_plan *p)
{
	if (p->vcard)
		return "contacts";
	for (int i = 0; i < IMPORTABLE; i++)
		if (!p->o.preset && is_own(p, model_entity(p->core->model, importable[i]))) {
			p->own = true;
			return importable[i];
		}
	const char **header = arena_alloc(p->arena, p->n * sizeof *header);
	for (size_t i = 0; i < p->n; i++)
		header[i] = p->col[i].header;
	if (!p->o.preset)
		p->preset = preset_detect(header, p->n);
	return p->preset ? p->preset->entity : preset_guess_entity(header, p->n);
}

static enum status choose_preset(struct import_plan *p, struct error *err)
{
	if (!p->o.preset || strcmp(p->o.preset, "none") == 0)
		return ST_OK;
	if (strcmp(p->o.preset, "simplix") == 0) {
		p->own = true;
		return ST_OK;
	}
	p->preset = preset_find(p->o.preset);
	if (p->preset)
		return ST_OK;
	struct buf all = {0};
	for (size_t i = 0; preset_at(i); i++)
		buf_printf(&all, "%s%s", i ? ", " : "", preset_at(i)->id);
	error_set(err, ST_INVALID, _("There is no preset “%s”."), p->o.preset);
	error_hint(err, _("Choose one of: %s"), buf_str(&all));
	buf_free(&all);
	return ST_INVALID;
}

static enum status choose_entity(struct import_plan *p, const char *name, struct error *err)
{
	const struct entity *e = model_entity(p->core->model, name);
	for (int i = 0; e && i < IMPORTABLE; i++)
		if (strcmp(e->name, importable[i]) == 0) {
			p->entity = e;
			return ST_OK;
		}
	error_set(err, ST_INVALID, _("“%s” is nothing that can be imported."), name);
	error_hint(err, _("Choose one of: %s"), "contacts, companies, deals, activities, products, users");
	return ST_INVALID;
}

enum status import_set_entity(struct import_plan *p, const char *entity, struct error *err)
{
	enum status st = choose_entity(p, entity, err);
	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < p->n; i++)
		p->col[i].chosen = false;
	import_propose_columns(p);
	return ST_OK;
}

/* Where ids come from: what makes "10001" of one program another than "10001" of the next. */
static const char *told_system(const struct import_plan *p)
{
	if (p->own)
		return "simplix";
	if (p->o.system)
		return p->o.system;
	if (p->vcard)
		return "vcard";
	if (p->preset)
		return arena_strndup(p->arena, p->preset->id, strcspn(p->preset->id, "-"));
	/* "accounts (3).csv" and "accounts-2026-03.csv" are later exports of the same */
	size_t n = strcspn(p->name, ".(0123456789");
	while (n && strchr(" -_", p->name[n - 1]))
		n--;
	return text_lower_ascii(p->arena, arena_strndup(p->arena, p->name, n ? n : strcspn(p->name, ".")));
}

enum status import_propose(struct import_plan *p, struct error *err)
{
	enum status st = choose_preset(p, err);
	const char *told = st == ST_OK ? told_entity(p) : NULL;
	if (st == ST_OK)
		st = choose_entity(p, p->o.entity ? p->o.entity : told, err);
	if (st != ST_OK)
		return st;
	if (p->vcard && strcmp(p->entity->name, "contacts") != 0)
		return error_set(err, ST_INVALID, _("A vCard file holds contacts."));
	if (p->own && !is_own(p, p->entity))
		p->own = false;
	p->system = told_system(p);
	import_propose_columns(p);
	return ST_OK;
}
