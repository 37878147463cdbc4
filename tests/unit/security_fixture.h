/* Users with passwords for the tests of sign-in, cheap to verify. */
#ifndef TESTS_UNIT_SECURITY_FIXTURE_H
#define TESTS_UNIT_SECURITY_FIXTURE_H

#include "core/crm/core.h"
#include "core/security/policy.h"
#include "tests/unit/fixture.h"

#define GOOD_PASSWORD "lantern ovens gravel piano"

/* A user with a role's key ("rep"), who signs in with GOOD_PASSWORD; its id. */
struct id secure_user(struct core *c, const char *first, const char *email, const char *role);
/* The first user gets GOOD_PASSWORD too. */
void secure_owner(struct core *c);
/* Set the second factor up for whoever works; the seed, its length, and the backup codes. */
int second_factor(struct core *c, uint8_t seed[64], char codes[BACKUP_CODES][20]);
/* Work as somebody, without signing in. */
void act_as(struct core *c, struct id user);
/* Another core on the same database, nobody signed in where that is asked for. */
struct core *second_core(enum db_engine engine);
struct id id_of(struct core *c, const char *entity, int64_t num);
/* First column of the first row as text; static buffer. For looking behind the doors. */
const char *peek(struct core *c, const char *sql);

#endif
