/* SQL of a record's children, shared by the door, queries and filters. */
#ifndef CORE_CRM_CHILDREN_H
#define CORE_CRM_CHILDREN_H

#include <stddef.h>

#include "core/model/entity.h"

/* "k.contact_id = $1 [AND k.owner_type = $2] AND k.deleted_at IS NULL ORDER BY main one first". */
void children_where(const struct entity *child, char *out, size_t size);
/* The label enum value for what a person or file wrote; "other" when unknown, NULL for none. */
const char *list_label_of(const struct entity *child, const char *label);

#endif
