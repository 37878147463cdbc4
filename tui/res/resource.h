/* Resources: what the full screen adds to an entity's descriptor. One file per resource holds its related lists; the list, the record, the
 * form come from the descriptor. */
#ifndef TUI_RES_RESOURCE_H
#define TUI_RES_RESOURCE_H

#include "core/base/error.h"
#include "tui/term/role.h"

/* Rows of another entity that belong to a record. */
struct related {
	const char *title;  /* N_() */
	const char *entity;
	const char *scope;  /* the reference of that entity that names us */
	const char *filter, *sort; /* NULL: none, default */
	const char *columns[3];    /* left text, then what stands at the right */
	const char *adds;   /* field of the new row that is filled by us when one is added; NULL: cannot be added here */
};

struct resource {
	const char *entity;
	const struct related *related;
	int n_related;
};

const struct resource *resource_of(const char *entity); /* NULL when nothing special */

/* A theme carried in the binary, over the base styles. ST_NOT_FOUND lists the names. */
enum status resource_theme(const char *name, int colors, struct style styles[ROLE_COUNT], struct error *err);
/* Names of the themes, shown through _(); returns the count. */
int resource_themes(const char *names[], int max);

#endif
