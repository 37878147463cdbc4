#include "core/model/model.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool value_eq(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case VAL_NULL:
		return true;
	case VAL_INT:
		return a->i == b->i;
	case VAL_TEXT:
		return strcmp(a->s, b->s) == 0;
	case VAL_ID:
		return id_eq(&a->id, &b->id);
	}
	return false;
}

const char *field_column(const struct field *f)
{
	return f->column ? f->column : f->name;
}

bool field_is_virtual(const struct field *f)
{
	return f->child && f->type != FT_LIST && f->type != FT_TAGS;
}

bool field_is_computed(const struct field *f)
{
	return f->sql || f->compute;
}

bool field_is_stored(const struct field *f)
{
	return !f->child && !f->sql && !f->compute && !(f->flags & FF_CUSTOM) && f->type != FT_TAGS;
}

bool field_is_writable(const struct field *f)
{
	return !f->sql && !f->compute && !(f->flags & (FF_READONLY | FF_HIDDEN | FF_DERIVED));
}

enum value_kind field_kind(const struct field *f)
{
	switch (f->type) {
	case FT_INT:
	case FT_PERCENT:
	case FT_MONEY:
	case FT_DATETIME:
	case FT_DURATION:
	case FT_BOOL:
		return VAL_INT;
	case FT_REF:
		return VAL_ID;
	default:
		return VAL_TEXT;
	}
}

struct model *model_new(void)
{
	struct model *m = mem_zalloc(sizeof *m);
	m->arena = arena_new();
	m->n = model_catalogue_count;
	m->entities = mem_array((size_t)m->n, sizeof *m->entities);
	for (int i = 0; i < m->n; i++) {
		m->entities[i].base = model_catalogue[i];
		m->entities[i].e = *model_catalogue[i];
	}
	return m;
}

void model_free(struct model **m)
{
	if (!*m)
		return;
	arena_free(&(*m)->arena);
	free((*m)->entities);
	free(*m);
	*m = NULL;
}

const struct entity *model_entity(const struct model *m, const char *name)
{
	for (int i = 0; i < m->n; i++) {
		const struct entity *e = &m->entities[i].e;
		if (strcasecmp(e->name, name) == 0 || strcasecmp(e->singular, name) == 0)
			return e;
	}
	return NULL;
}

void model_set_custom(struct model *m, const char *entity, const struct field *fields, int n)
{
	for (int i = 0; i < m->n; i++) {
		struct model_entity *me = &m->entities[i];
		if (strcmp(me->e.name, entity) != 0)
			continue;
		const struct entity *base = me->base;
		size_t total = (size_t)(base->n_fields + n);
		struct field *all = arena_alloc(m->arena, total * sizeof *all);
		memcpy(all, base->fields, (size_t)base->n_fields * sizeof *all);
		for (int k = 0; k < n; k++)
			all[base->n_fields + k] = fields[k];
		me->e.fields = all;
		me->e.n_fields = (int)total;
		return;
	}
}

const struct field *entity_field(const struct entity *e, const char *name)
{
	for (int i = 0; i < e->n_fields; i++)
		if (strcasecmp(e->fields[i].name, name) == 0)
			return &e->fields[i];
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if ((f->alias && strcasecmp(f->alias, name) == 0) || (f->column && strcasecmp(f->column, name) == 0))
			return f;
	}
	return NULL;
}

int entity_field_index(const struct entity *e, const struct field *f)
{
	return (int)(f - e->fields);
}

int entity_index_of(const struct entity *e, const char *name)
{
	const struct field *f = entity_field(e, name);
	return f ? entity_field_index(e, f) : -1;
}
