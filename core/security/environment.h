/* The variables of the environment that configure services, by the names of their providers: what each is for, whether its value makes sense,
 * and how it may be shown. Values may also be sealed in the database (secrets.h); the environment wins. An absent one turns its feature off. */
#ifndef CORE_SECURITY_ENVIRONMENT_H
#define CORE_SECURITY_ENVIRONMENT_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>

struct variable {
	const char *name;
	const char *purpose; /* N_() */
	bool secret;
	/* NULL when the value makes sense; else what is wrong with it, N_(). */
	const char *(*problem)(const char *value);
};

extern const struct variable environment_variables[];
extern const int environment_count;
const struct variable *environment_find(const char *name); /* NULL */

/* Copy what is secret out of the process's environment, so that children and /proc do not show it; once, at the start of the program. */
void environment_take(void);
/* The value from the environment, taken or not; NULL when unset or empty. */
const char *environment_get(const char *name);
/* Wipe what was taken; at the end of the program. */
void environment_wipe(void);

/* For people: secrets as "••••" and their last four characters (none of short ones), others whole, passwords in URLs hidden. */
char *environment_mask(struct arena *a, const struct variable *v, const char *value);
char *secret_mask(struct arena *a, const char *value);

#endif
