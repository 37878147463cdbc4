/* A map from texts to record ids in little memory: for telling a million imported rows from one another.
 *
 * Keys are not kept, only 64-bit hashes of them made with a random seed, so that nobody can write a file whose keys meet on
 * purpose; by chance two of a million keys meet once in thirty million runs. An entry costs 12 bytes, an id 16.
 */
#ifndef CORE_CRM_IDMAP_H
#define CORE_CRM_IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/id.h"

struct idmap;
struct idmap *idmap_new(void);
void idmap_free(struct idmap **m);

/* Number of an id, for the entries; the same id may be added again and costs again. */
uint32_t idmap_add_id(struct idmap *m, const struct id *id);
struct id idmap_id(const struct idmap *m, uint32_t index);

/* Hash of "kind", then the text. */
uint64_t idmap_hash(const struct idmap *m, const char *kind, const char *text);
uint64_t idmap_hash_id(const struct idmap *m, uint64_t hash, const struct id *id); /* the same for this id's sake */
/* The first id put under a key stays. */
void idmap_put(struct idmap *m, uint64_t hash, uint32_t index);
bool idmap_get(const struct idmap *m, uint64_t hash, struct id *out);
size_t idmap_count(const struct idmap *m);

#endif
