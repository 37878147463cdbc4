#include "tests/unit/fixture.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/crm/query.h"
#include "core/crm/store.h"

struct core *fixture_core(enum db_engine engine)
{
	static struct core *core;
	struct error err = {0};
	core_close(&core);
	if (core_open(test_db_target(engine), DB_CREATE, &core, &err) != ST_OK)
		test_abort(__FILE__, __LINE__, err.message);
	struct core_setup s = {"Test SARL", "Ada", "Owner", "ada@test.example", "EUR", "FR"};
	if (core_set_up(core, &s, &err) != ST_OK)
		test_abort(__FILE__, __LINE__, err.message);
	return core;
}

int64_t fixture_add(struct core *c, const char *entity, ...)
{
	struct error err = {0};
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, entity));
	va_list ap;
	va_start(ap, entity);
	for (const char *pair = va_arg(ap, const char *); pair; pair = va_arg(ap, const char *)) {
		const char *eq = strchr(pair, '=');
		if (record_set_input(c, r, arena_strndup(a, pair, (size_t)(eq - pair)), eq + 1, &err) != ST_OK)
			test_abort(pair, __LINE__, err.message);
	}
	va_end(ap);
	if (store_save(c, r, &err) != ST_OK)
		test_abort(__FILE__, __LINE__, err.message);
	int64_t num = r->num;
	arena_free(&a);
	return num;
}

const char *fixture_field(struct core *c, const char *entity, int64_t num, const char *field)
{
	static char out[600];
	struct error err = {0};
	struct arena *a = arena_new();
	struct record *r;
	const struct entity *e = model_entity(c->model, entity);
	if (store_load_num(c, e, num, a, &r, &err) != ST_OK) {
		(void)snprintf(out, sizeof out, "error: %s", err.message);
	} else {
		const struct field *f = entity_field(e, field);
		const struct value *v = &r->v[entity_field_index(e, f)];
		const char *s = v->kind == VAL_ID ? record_format(c, r, f, a) : field_plain(f, v, record_currency(c, r, f), a);
		(void)snprintf(out, sizeof out, "%s", s);
	}
	arena_free(&a);
	return out;
}

const char *fixture_filter(struct core *c, const char *entity, const char *filter, const char *sort)
{
	static char out[4000];
	struct error err = {0};
	struct rowset *r;
	struct query q = {.entity = model_entity(c->model, entity), .filter = filter, .sort = sort};
	size_t n = 0;
	out[0] = '\0';
	if (rowset_open(c, &q, &r, NULL, &err) != ST_OK) {
		(void)snprintf(out, sizeof out, "error: %s", err.message);
		return out;
	}
	while (rowset_pump(r, -1))
		;
	for (int64_t i = 0; i < rowset_count(r) && n < sizeof out - 24; i++)
		n += (size_t)snprintf(out + n, sizeof out - n, "%s%lld", i ? " " : "", (long long)rowset_at(r, i));
	rowset_free(&r);
	return out;
}
