#include "tests/unit/import_fixture.h"

#include <stdio.h>
#include <string.h>

#include "core/crm/query.h"

const char *import_write(const char *name, const char *text)
{
	static char path[512];
	(void)snprintf(path, sizeof path, "%s/%s", test_dir(), name);
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(text, 1, strlen(text), f) != strlen(text) || fclose(f) != 0)
		test_abort(__FILE__, __LINE__, "the file could not be written");
	return path;
}

static int64_t cells_of(const struct import_report *r)
{
	int64_t n = 0;
	for (int i = 0; i < IMPORT_CELL_ENDS; i++)
		n += r->cells[i];
	return n;
}

struct import_plan *import_text_open(struct core *c, const char *name, const char *text, const struct import_options *o)
{
	struct error err = {0};
	struct import_plan *p;
	MUST(import_open(c, import_write(name, text), o, &p, &err));
	return p;
}

/* Run and close a plan. The caller frees the report. */
struct import_report *import_run_plan(struct import_plan *p)
{
	struct error err = {0};
	struct import_report *r;
	int columns = import_columns(p);
	MUST(import_run(p, false, NULL, &r, &err));
	if (columns) /* every cell ended somewhere */
		CHECK_INT(cells_of(r), columns * (r->rows + r->blank_rows));
	import_close(&p);
	return r;
}

struct import_report *import_text(struct core *c, const char *name, const char *text, const struct import_options *o)
{
	return import_run_plan(import_text_open(c, name, text, o));
}

int64_t import_created(const struct import_report *r, const char *entity)
{
	for (int i = 0; i < r->n_made; i++)
		if (strcmp(r->made[i].entity->name, entity) == 0)
			return r->made[i].created;
	return 0;
}

int64_t import_count(struct core *c, const char *entity, const char *filter)
{
	struct error err = {0};
	struct query q = {.entity = model_entity(c->model, entity), .filter = filter};
	int64_t n = -1;
	MUST(query_count(c, &q, &n, &err));
	return n;
}
