/* A large, deterministic book of business for benchmarks: the same seed gives the same rows. */
#ifndef TESTS_BENCH_GENERATE_H
#define TESTS_BENCH_GENERATE_H

#include "core/crm/core.h"

struct generate_sizes {
	int64_t companies, contacts, deals, activities;
};

/* Fill a fresh, set-up database (SQLite): bare loads, then indexes and word indexes. */
enum status generate_base(struct core *c, const struct generate_sizes *n, struct error *err);

#endif
