/* The model at run time: every entity's fields, the customer's own included.
 *
 * One struct model belongs to a struct core. Entities never move; an entity's field list is rebuilt when
 * custom fields change, so keep field names or indexes across such a change, never pointers.
 */
#ifndef CORE_MODEL_MODEL_H
#define CORE_MODEL_MODEL_H

#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/model/entity.h"

struct model_entity {
	struct entity e; /* fields point into the model */
	const struct entity *base;
};

struct model {
	struct arena *arena; /* custom fields */
	struct model_entity *entities;
	int n;
};

/* Static descriptors, in order of creation (parents before children). */
extern const struct entity *const model_catalogue[];
extern const int model_catalogue_count;

struct model *model_new(void);
void model_free(struct model **m);
const struct entity *model_entity(const struct model *m, const char *name); /* plural or singular; NULL */
/* Replace the custom fields of an entity. The fields are copied. */
void model_set_custom(struct model *m, const char *entity, const struct field *fields, int n);

/* By name or alias or column, case-blind; NULL. */
const struct field *entity_field(const struct entity *e, const char *name);
int entity_field_index(const struct entity *e, const struct field *f);
int entity_index_of(const struct entity *e, const char *name); /* -1 */

#endif
