#include "core/crm/record_json.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/crm/list_text.h"
#include "core/crm/store.h"

static void put_id(struct json_out *w, const char *key, const struct id *id)
{
	char text[ID_TEXT_SIZE];
	json_key(w, key);
	if (id_is_nil(id))
		json_null(w);
	else
		json_str(w, id_format(id, text));
}

static void put_instant(struct json_out *w, const char *key, int64_t ms)
{
	char iso[32];
	json_key(w, key);
	json_str(w, clock_format_instant(ms, iso));
}

static void put_list(const struct record *r, const struct field *f, const struct value *v, struct json_out *w)
{
	struct list_item *items = NULL;
	int n = v->kind != VAL_TEXT ? 0 : f->type == FT_TAGS ? list_parse_plain(r->arena, v->s, &items) : list_parse(r->arena, v->s, &items);
	json_array(w);
	for (int i = 0; i < n; i++) {
		if (f->type == FT_TAGS) {
			json_str(w, items[i].value);
			continue;
		}
		json_object(w);
		json_key(w, "value");
		json_str(w, items[i].value);
		json_key(w, "label");
		json_str(w, items[i].label);
		json_object_end(w);
	}
	json_array_end(w);
}

void record_json_field(struct core *c, const struct record *r, const struct field *f, struct json_out *w)
{
	const struct value *v = &r->v[entity_field_index(r->entity, f)];
	if (f->type == FT_REF) {
		put_id(w, field_column(f), &v->id);
		if (strcmp(field_column(f), f->name) == 0 || !f->ref)
			return;
		json_key(w, f->name);
		json_str(w, v->kind == VAL_ID ? store_title(c, model_entity(c->model, f->ref), &v->id, r->arena) : NULL);
		return;
	}
	json_key(w, f->name);
	if (f->type == FT_LIST || f->type == FT_TAGS) {
		put_list(r, f, v, w);
	} else if (v->kind == VAL_NULL) {
		json_null(w);
	} else if (f->type == FT_BOOL) {
		json_bool(w, v->i != 0);
	} else if (v->kind == VAL_INT && (f->type == FT_INT || f->type == FT_PERCENT || f->type == FT_DURATION)) {
		json_num(w, v->i);
	} else {
		json_str(w, field_plain(f, v, record_currency(c, r, f), r->arena));
	}
	if (f->type == FT_MONEY && strcmp(field_column(f), f->name) != 0 && !f->child) {
		json_key(w, field_column(f));
		if (v->kind == VAL_INT)
			json_num(w, v->i);
		else
			json_null(w);
	}
}

void record_json(struct core *c, const struct record *r, struct json_out *w)
{
	char ref[24];
	json_object(w);
	put_id(w, "id", &r->id);
	if (r->entity->letter) {
		json_key(w, "reference");
		json_str(w, record_reference(r->entity, r->num, ref));
	}
	for (int i = 0; i < r->entity->n_fields; i++)
		if (!(r->entity->fields[i].flags & FF_HIDDEN))
			record_json_field(c, r, &r->entity->fields[i], w);
	put_instant(w, "created_at", r->created_at);
	put_instant(w, "updated_at", r->updated_at);
	json_key(w, "version");
	json_num(w, r->version);
	if (r->deleted_at)
		put_instant(w, "deleted_at", r->deleted_at);
	json_object_end(w);
}
