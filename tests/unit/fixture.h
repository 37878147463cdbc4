/* A core on a fresh database of either engine, set up for "Test SARL" with the owner Ada Owner. */
#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H

#include "core/crm/core.h"
#include "tests/unit/test.h"

/* Lives until the next call or the end of the test. */
struct core *fixture_core(enum db_engine engine);
/* Make a record from "field=value" pairs, ended by NULL; fails the test when refused. Returns its number. */
int64_t fixture_add(struct core *c, const char *entity, ...) __attribute__((sentinel));
/* A field of a record as stored, for a machine; static buffer. */
const char *fixture_field(struct core *c, const char *entity, int64_t num, const char *field);
/* Numbers that a filter gives, as "3 1 2"; static buffer. "error: …" when refused. */
const char *fixture_filter(struct core *c, const char *entity, const char *filter, const char *sort);

#endif
