/* Files made of text, imported into a fixture's core. */
#ifndef TESTS_UNIT_IMPORT_FIXTURE_H
#define TESTS_UNIT_IMPORT_FIXTURE_H

#include "core/crm/import.h"
#include "tests/unit/fixture.h"

/* The path, in a static buffer. */
const char *import_write(const char *name, const char *text);
struct import_plan *import_text_open(struct core *c, const char *name, const char *text, const struct import_options *o);
/* Run and close a plan; every cell of a CSV file must have ended somewhere. The caller frees the report. */
struct import_report *import_run_plan(struct import_plan *p);
struct import_report *import_text(struct core *c, const char *name, const char *text, const struct import_options *o);
int64_t import_created(const struct import_report *r, const char *entity);
int64_t import_count(struct core *c, const char *entity, const char *filter);

#endif
