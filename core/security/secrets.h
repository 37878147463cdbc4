/* Secrets of services: from the environment, else sealed in the database under the key file. */
#ifndef CORE_SECURITY_SECRETS_H
#define CORE_SECURITY_SECRETS_H

#include "core/crm/core.h"

/* The value for the program's own use. Caller wipes and frees *out; NULL when there is none (ST_OK). */
enum status secret_get(struct core *c, const char *name, char **out, struct error *err);
/* The same, in arena memory; NULL when there is none. */
const char *secret_text(struct core *c, struct arena *a, const char *name);
/* Administrators only. The value is checked as the environment's would be. */
enum status secret_set(struct core *c, const char *name, const char *value, struct error *err);
enum status secret_remove(struct core *c, const char *name, struct error *err);

struct secret_row {
	const char *name, *purpose;
	const char *shown;   /* masked; NULL when unset */
	const char *from;    /* "environment", "database", "" */
	const char *problem; /* translated; NULL when it makes sense */
};
/* Every variable we know, in order. Arena memory. */
enum status secrets_list(struct core *c, struct arena *a, struct secret_row **out, int *n, struct error *err);

#endif
