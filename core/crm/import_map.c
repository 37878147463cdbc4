#include "core/crm/import_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/crm/import_propose.h"
#include "core/crm/import_value.h"

static const char *const role_words[IMPORT_ROLES] = {"", "company.", "contact.", "deal."};

/* Beside the fields of the descriptors. Empty entity: of all. */
static const struct special {
	const char *entity, *name, *label;
	enum import_reader reader;
} specials[] = {
	{"", "created_at", N_("Created"), READ_CREATED},
	{"contacts", "full_name", NC_("contact", "Name"), READ_NAME},
	{"users", "full_name", NC_("contact", "Name"), READ_NAME},
	{"deals", "product", N_("Product"), READ_PRODUCT},
	{"deals", "status", N_("Status"), READ_STATUS},
	{"activities", "status", N_("Status"), READ_DONE},
};

static const struct special *find_special(const struct entity *e, const char *name)
{
	for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
		if ((!*specials[i].entity || strcmp(specials[i].entity, e->name) == 0) && strcmp(specials[i].name, name) == 0)
			return &specials[i];
	return NULL;
}

enum import_reader import_special(const struct entity *e, const char *name)
{
	const struct special *s = find_special(e, name);
	return s ? s->reader : READ_NOTE;
}

const struct field *import_note_field(const struct entity *e)
{
	const struct field *f = entity_field(e, strcmp(e->name, "activities") == 0 ? "body" : "description");
	return f && f->type == FT_LONG_TEXT && !(f->flags & FF_CUSTOM) ? f : NULL;
}

bool import_may_fill(const struct field *f)
{
	if (field_is_computed(f) || (f->flags & (FF_DERIVED | FF_INTERNAL_REF)))
		return false;
	if (f->flags & FF_READONLY)
		return f->type == FT_DATETIME;
	if (f->flags & FF_HIDDEN)
		return f->type == FT_CURRENCY;
	/* addresses and numbers are reached through their lists */
	return !field_is_virtual(f) || (strcmp(f->child, "contact_emails") != 0 && strcmp(f->child, "contact_phones") != 0);
}

const struct entity *import_role_entity(const struct import_plan *p, enum import_role role)
{
	const char *main = p->entity->name;
	bool contacts = strcmp(main, "contacts") == 0, deals = strcmp(main, "deals") == 0, acts = strcmp(main, "activities") == 0;
	switch (role) {
	case IMPORT_MAIN:
		return p->entity;
	case IMPORT_OF_COMPANY:
		return contacts || deals || acts ? model_entity(p->core->model, "companies") : NULL;
	case IMPORT_OF_CONTACT:
		return deals || acts ? model_entity(p->core->model, "contacts") : NULL;
	case IMPORT_OF_DEAL:
		return acts ? model_entity(p->core->model, "deals") : NULL;
	default:
		return NULL;
	}
}

static bool is_address(const struct field *f)
{
	return f->child && strcmp(f->child, "addresses") == 0;
}

/* What may stand behind the colon of a field's target. */
static bool label_fits(const struct field *f, const char *label)
{
	switch (f->type) {
	case FT_LIST:
		return true;
	case FT_MONEY:
		return money_digits(label) >= 0;
	case FT_REF:
		return strcmp(label, "id") == 0;
	case FT_DATE:
		return !strcmp(label, "year") || !strcmp(label, "month") || !strcmp(label, "day");
	case FT_DATETIME:
		return strcmp(label, "time") == 0;
	default:
		return is_address(f);
	}
}

/* A name as people write it: "email" is the list of emails where there is one. */
static const struct field *target_field(const struct entity *e, const char *name)
{
	const struct field *f = entity_field(e, name);
	if (f && field_is_virtual(f) && strcmp(f->name, "email") == 0 && entity_field(e, "emails"))
		f = entity_field(e, "emails");
	if (f && field_is_virtual(f) && strcmp(f->name, "phone") == 0 && entity_field(e, "phones"))
		f = entity_field(e, "phones");
	return f;
}

/* "date", "select(gold|silver)", "user": false for words that are no type. */
static bool custom_type(char *word, struct import_target *t)
{
	char *open = strchr(word, '('), *close = open ? strrchr(open, ')') : NULL;
	if (strcmp(word, "user") == 0 || strcmp(word, "contact") == 0 || strcmp(word, "company") == 0) {
		t->type = FT_REF;
		t->options = word;
		return true;
	}
	if (open && (!close || close[1]))
		return false;
	if (open)
		*open = *close = '\0';
	bool known = field_type_by_name(word, &t->type);
	bool choices = t->type == FT_ENUM || t->type == FT_MULTI;
	if (known && t->type != FT_REF && t->type != FT_LIST && t->type != FT_TAGS && choices == (open != NULL)) {
		t->options = open ? open + 1 : NULL;
		return true;
	}
	if (open) {
		*open = '(';
		*close = ')';
	}
	return false;
}

static void parse_custom(const struct import_plan *p, int column, char *label, struct import_target *t)
{
	char *slash = strrchr(label, '/');
	t->use = IMPORT_CUSTOM;
	if (slash && custom_type(slash + 1, t))
		*slash = '\0';
	else
		t->type = import_custom_type(p, column);
	t->label = text_is_blank(label) ? p->col[column].header : label;
}

/* How a deal stands is told by a file of deals, where stages are found and made; a row that only names one leaves it where it is. */
static bool is_main_only(enum import_role role, const char *name)
{
	static const char *const names[] = {"stage", "pipeline", "status", "product"};
	for (size_t i = 0; role == IMPORT_OF_DEAL && i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static enum status parse_field(const struct import_plan *p, const struct entity *e, char *name, struct import_target *t,
	struct error *err)
{
	size_t n = strlen(name);
	char *star = strchr(name, '*'), *colon = strchr(name, ':');
	if (star) {
		char s = star[1];
		bool k = s == 'k' || s == 'K' || strcmp(star + 1, "1000") == 0;
		bool m = s == 'M' || s == 'm' || strcmp(star + 1, "1000000") == 0;
		if (!k && !m)
			return error_set(err, ST_INVALID, _("“%s” should be *k for thousands or *M for millions."), star);
		t->scale = k ? 'k' : 'M';
		*star = '\0';
	}
	if (colon) {
		*colon = '\0';
		t->label = colon + 1;
	}
	for (size_t i = 0; i < n; i++)
		if (name[i] == '-' || name[i] == ' ')
			name[i] = '_';
	const struct special *special = find_special(e, name);
	const struct field *f = target_field(e, name);
	if (!special && f && (special = find_special(e, f->name)) != NULL)
		f = NULL;
	if (is_main_only(t->role, name) || (!special && (!f || !import_may_fill(f)))) {
		error_field(err, ST_INVALID, name, _("%s: there is no field “%s” that can be imported."), _(e->label_plural), name);
		error_hint(err, _("simplix %s --help lists the fields; others: note, custom, custom:Label, id, skip."), e->name);
		return ST_INVALID;
	}
	if (t->scale && (special || f->type != FT_MONEY))
		return error_set(err, ST_INVALID, _("Only amounts of money can be in thousands or millions."));
	if (t->label && (special || !label_fits(f, t->label)))
		return error_set(err, ST_INVALID, _("“%s” is no label for %s."), t->label, name);
	if (t->label && *t->label == '#') {
		t->group = atoi(t->label + 1);
		t->label = NULL;
	}
	t->use = IMPORT_FIELD;
	t->field = special ? special->name : f->name;
	(void)p;
	return ST_OK;
}

/* A link to a company, contact or deal is that record's name (or id), so that it can be made when it is missing. */
static void to_role(const struct import_plan *p, struct import_target *t)
{
	static const struct {
		const char *field, *name;
		enum import_role role;
	} links[] = {{"company", "name", IMPORT_OF_COMPANY}, {"contact", "full_name", IMPORT_OF_CONTACT}, {"deal", "title", IMPORT_OF_DEAL}};
	for (size_t i = 0; t->role == IMPORT_MAIN && i < sizeof links / sizeof *links; i++) {
		if (strcmp(t->field, links[i].field) != 0 || !import_role_entity(p, links[i].role))
			continue;
		bool id = t->label && strcmp(t->label, "id") == 0;
		*t = (struct import_target){.use = id ? IMPORT_ID : IMPORT_FIELD, .role = links[i].role, .field = id ? NULL : links[i].name};
		return;
	}
}

enum status import_target_parse(const struct import_plan *p, int column, const char *text, struct import_target *out,
	struct error *err)
{
	struct import_target t = {.use = IMPORT_NOTE};
	char *s = import_trim(arena_strdup(p->arena, text));
	enum status st = ST_OK;
	for (int r = 1; r < IMPORT_ROLES; r++) {
		size_t n = strlen(role_words[r]);
		if (strncmp(s, role_words[r], n) != 0)
			continue;
		t.role = (enum import_role)r;
		s += n;
	}
	const struct entity *e = import_role_entity(p, t.role);
	if (!e)
		return error_set(err, ST_INVALID, _("%s are not linked to a %.*s."), _(p->entity->label_plural),
			(int)strlen(role_words[t.role]) - 1, role_words[t.role]);
	if (strcmp(s, "note") == 0) {
		t.use = IMPORT_NOTE;
	} else if (strcmp(s, "skip") == 0) {
		t.use = IMPORT_SKIP;
	} else if (strcmp(s, "id") == 0) {
		t.use = IMPORT_ID;
	} else if (strcmp(s, "custom") == 0) {
		parse_custom(p, column, s + 6, &t);
	} else if (strncmp(s, "custom:", 7) == 0) {
		parse_custom(p, column, s + 7, &t);
	} else if (strncmp(s, "label:", 6) == 0) {
		t.use = IMPORT_LABEL;
		t.of = import_find_column(p, s + 6);
		if (t.of < 0 || t.of == column)
			st = error_set(err, ST_INVALID, _("There is no column “%s”."), s + 6);
	} else if (strncmp(s, "entered:", 8) == 0) {
		t.use = IMPORT_ENTERED;
		t.label = import_trim(s + 8);
		if (strcmp(p->entity->name, "deals") != 0 || !*t.label)
			st = error_set(err, ST_INVALID, _("entered:STAGE is when a deal entered that stage."));
	} else {
		st = parse_field(p, e, s, &t, err);
		if (st == ST_OK)
			to_role(p, &t);
	}
	if (st == ST_OK)
		*out = t;
	return st;
}

enum status import_set_target(struct import_plan *p, int column, const char *text, struct error *err)
{
	struct import_target t;
	enum status st = import_target_parse(p, column, text, &t, err);
	if (st != ST_OK)
		return st;
	p->col[column].target = t;
	p->col[column].chosen = true;
	import_settle(p, column);
	return ST_OK;
}

const char *import_target_text(const struct import_plan *p, int column, struct arena *a)
{
	const struct import_target *t = &p->col[column].target;
	const char *role = role_words[t->role];
	switch (t->use) {
	case IMPORT_SKIP:
		return "skip";
	case IMPORT_ID:
		return arena_printf(a, "%sid", role);
	case IMPORT_CUSTOM:
		if (t->type == FT_REF)
			return arena_printf(a, "custom:%s/%s", t->label, t->options);
		return arena_printf(a, t->options ? "custom:%s/%s(%s)" : "custom:%s/%s", t->label, field_type_name(t->type), t->options);
	case IMPORT_ENTERED:
		return arena_printf(a, "entered:%s", t->label);
	case IMPORT_LABEL:
		return arena_printf(a, "label:%s", p->col[t->of].header);
	case IMPORT_FIELD:
		return t->group ? arena_printf(a, "%s%s:#%d", role, t->field, t->group)
				: arena_printf(a, "%s%s%s%s%s%.1s", role, t->field, t->label ? ":" : "", t->label ? t->label : "",
					  t->scale ? "*" : "", &t->scale);
	case IMPORT_NOTE:
		break;
	}
	return arena_printf(a, "%snote", role);
}

static const char *field_label(const struct entity *e, const char *name)
{
	const struct special *s = find_special(e, name);
	const struct field *f = entity_field(e, name);
	return s ? _(s->label) : f ? ((f->flags & FF_CUSTOM) ? f->label : _(f->label)) : name;
}

const char *import_target_label(const struct import_plan *p, int column, struct arena *a)
{
	const struct import_target *t = &p->col[column].target;
	const struct entity *e = import_role_entity(p, t->role);
	const char *what = "";
	switch (t->use) {
	case IMPORT_NOTE:
		what = _("Notes");
		break;
	case IMPORT_SKIP:
		return _("Not imported");
	case IMPORT_ID:
		what = _("Id in the source");
		break;
	case IMPORT_CUSTOM:
		return arena_printf(a, _("New field “%s”"), t->label);
	case IMPORT_ENTERED:
		return arena_printf(a, _("Entered %s on"), t->label);
	case IMPORT_LABEL:
		return arena_printf(a, _("Label of %s"), p->col[t->of].header);
	case IMPORT_FIELD:
		what = arena_printf(a, t->label ? "%s (%s)" : "%s", field_label(e, t->field), t->label);
		break;
	}
	return t->role == IMPORT_MAIN ? what : arena_printf(a, _("%s: %s"), _(e->label), what);
}

/* Slots */

static enum import_reader field_reader(const struct import_target *t, const struct field *f)
{
	if (f->type == FT_LIST)
		return strcmp(f->name, "phones") == 0 ? READ_PHONES : READ_EMAILS;
	if (f->type == FT_TAGS)
		return READ_TAGS;
	if (f->type == FT_REF)
		return READ_REF;
	if ((t->label || t->group) && is_address(f))
		return READ_ADDRESS;
	if (t->label && f->type == FT_DATE)
		return READ_BIRTH;
	if (t->label && f->type == FT_DATETIME)
		return READ_TIME;
	return READ_VALUE;
}

struct import_slot import_slot_of(const struct import_plan *p, int column)
{
	const struct import_target *t = &p->col[column].target;
	const struct entity *e = import_role_entity(p, t->role);
	struct import_slot s = {.reader = READ_NOTE, .role = t->role, .entity = e, .index = -1, .label = t->label, .group = t->group};
	if (!e) {
		s.role = IMPORT_MAIN;
		s.entity = p->entity;
		return s;
	}
	switch (t->use) {
	case IMPORT_SKIP:
		s.reader = READ_SKIP;
		break;
	case IMPORT_ID:
		s.reader = READ_ID;
		break;
	case IMPORT_ENTERED:
		s.reader = READ_ENTERED;
		break;
	case IMPORT_LABEL:
		s.reader = READ_LABEL;
		break;
	case IMPORT_CUSTOM:
		s.reader = READ_CUSTOM;
		break;
	case IMPORT_FIELD:
		s.reader = import_special(e, t->field);
		s.field = entity_field(e, t->field);
		if (s.reader == READ_NOTE && s.field)
			s.reader = field_reader(t, s.field);
		if (s.field)
			s.index = entity_field_index(e, s.field);
		break;
	case IMPORT_NOTE:
		break;
	}
	return s;
}

/* Choices */

struct choices {
	struct arena *arena;
	struct import_choice *list;
	size_t n, cap;
};

/* Each target once: what the column has now stands first and is not told again. */
static void add_choice(struct choices *c, const char *text, const char *label)
{
	if (c->n && strcmp(c->list[0].text, text) == 0)
		return;
	mem_grow(&c->list, &c->cap, c->n + 1, sizeof *c->list);
	c->list[c->n++] = (struct import_choice){arena_strdup(c->arena, text), arena_strdup(c->arena, label)};
}

static void add_labelled(struct choices *c, const struct entity *child, const char *role, const struct field *f, const char *label)
{
	const struct field *l = child ? entity_field(child, f->type == FT_LIST ? "label" : "type") : NULL;
	for (const struct choice *ch = l ? l->choices : NULL; ch && ch->value; ch++)
		add_choice(c, arena_printf(c->arena, "%s%s:%s", role, f->name, ch->value),
			arena_printf(c->arena, "%s (%s)", label, _(ch->label)));
}

static void add_role(struct choices *c, const struct import_plan *p, enum import_role role)
{
	const struct entity *e = import_role_entity(p, role);
	const char *prefix = role == IMPORT_MAIN || !e ? "" : arena_printf(c->arena, _("%s: "), _(e->label));
	for (size_t i = 0; e && i < sizeof specials / sizeof *specials; i++)
		if ((!*specials[i].entity || strcmp(specials[i].entity, e->name) == 0) && !is_main_only(role, specials[i].name))
			add_choice(c, arena_printf(c->arena, "%s%s", role_words[role], specials[i].name),
				arena_printf(c->arena, "%s%s", prefix, _(specials[i].label)));
	for (int i = 0; e && i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if (!import_may_fill(f) || find_special(e, f->name) || is_main_only(role, f->name))
			continue;
		const char *label = arena_printf(c->arena, "%s%s", prefix, field_label(e, f->name));
		add_choice(c, arena_printf(c->arena, "%s%s", role_words[role], f->name), label);
		if (f->type == FT_LIST || is_address(f))
			add_labelled(c, model_entity(p->core->model, f->child), role_words[role], f, label);
	}
	if (e)
		add_choice(c, arena_printf(c->arena, "%sid", role_words[role]), arena_printf(c->arena, "%s%s", prefix, _("Id in the source")));
}

int import_choices(const struct import_plan *p, int column, struct arena *a, struct import_choice **out)
{
	struct choices c = {.arena = a};
	add_choice(&c, import_target_text(p, column, a), import_target_label(p, column, a));
	add_role(&c, p, IMPORT_MAIN);
	add_choice(&c, arena_printf(a, "custom:%s/%s", p->col[column].header, field_type_name(import_custom_type(p, column))),
		arena_printf(a, _("New field “%s”"), p->col[column].header));
	add_choice(&c, "note", _("Notes"));
	add_choice(&c, "skip", _("Not imported"));
	for (int r = 1; r < IMPORT_ROLES; r++)
		add_role(&c, p, (enum import_role)r);
	*out = arena_alloc(a, c.n * sizeof **out);
	memcpy(*out, c.list, c.n * sizeof **out);
	free(c.list);
	return (int)c.n;
}
