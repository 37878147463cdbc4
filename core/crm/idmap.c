#include "core/crm/idmap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/base/clock.h"
#include "core/base/mem.h"

struct idmap {
	uint64_t seed;
	uint64_t *hash;
	uint32_t *index; /* of the id, plus 1; 0: free */
	size_t size, used; /* size is a power of two */
	struct id *id;
	size_t ids, id_cap;
};

enum { FIRST_SIZE = 1024 };

struct idmap *idmap_new(void)
{
	struct idmap *m = mem_zalloc(sizeof *m);
	if (getrandom(&m->seed, sizeof m->seed, 0) != (ssize_t)sizeof m->seed)
		m->seed = (uint64_t)clock_monotonic() * UINT64_C(0x9E3779B97F4A7C15);
	return m;
}

void idmap_free(struct idmap **m)
{
	if (!*m)
		return;
	free((*m)->hash);
	free((*m)->index);
	free((*m)->id);
	free(*m);
	*m = NULL;
}

uint32_t idmap_add_id(struct idmap *m, const struct id *id)
{
	mem_grow(&m->id, &m->id_cap, m->ids + 1, sizeof *m->id);
	m->id[m->ids] = *id;
	return (uint32_t)m->ids++;
}

struct id idmap_id(const struct idmap *m, uint32_t index)
{
	return m->id[index];
}

/* Multiply and fold, as wyhash and others do: a 64 by 64 bit product's halves xored. */
static uint64_t mix(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 wide;
	wide p = (wide)a * b;
	return (uint64_t)p ^ (uint64_t)(p >> 64);
}

static uint64_t hash_bytes(uint64_t h, const void *data, size_t n)
{
	const unsigned char *p = data;
	uint64_t word;
	for (h ^= n; n >= sizeof word; p += sizeof word, n -= sizeof word) {
		memcpy(&word, p, sizeof word);
		h = mix(h ^ word, UINT64_C(0xE7037ED1A0B428DB));
	}
	word = 0;
	memcpy(&word, p, n);
	return mix(h ^ word, UINT64_C(0xA0761D6478BD642F) ^ n);
}

uint64_t idmap_hash(const struct idmap *m, const char *kind, const char *text)
{
	return hash_bytes(hash_bytes(m->seed, kind, strlen(kind)), text, strlen(text));
}

uint64_t idmap_hash_id(const struct idmap *m, uint64_t hash, const struct id *id)
{
	return hash_bytes(hash ^ m->seed, id->b, sizeof id->b);
}

static size_t find(const struct idmap *m, uint64_t hash)
{
	size_t at = (size_t)hash & (m->size - 1);
	while (m->index[at] && m->hash[at] != hash)
		at = (at + 1) & (m->size - 1);
	return at;
}

static void grow(struct idmap *m)
{
	struct idmap old = *m;
	m->size = old.size ? 2 * old.size : FIRST_SIZE;
	m->hash = mem_array(m->size, sizeof *m->hash);
	m->index = mem_array(m->size, sizeof *m->index);
	for (size_t i = 0; i < old.size; i++) {
		if (!old.index[i])
			continue;
		size_t at = find(m, old.hash[i]);
		m->hash[at] = old.hash[i];
		m->index[at] = old.index[i];
	}
	free(old.hash);
	free(old.index);
}

void idmap_put(struct idmap *m, uint64_t hash, uint32_t index)
{
	if (4 * (m->used + 1) > 3 * m->size)
		grow(m);
	size_t at = find(m, hash);
	if (m->index[at])
		return;
	m->hash[at] = hash;
	m->index[at] = index + 1;
	m->used++;
}

bool idmap_get(const struct idmap *m, uint64_t hash, struct id *out)
{
	if (!m->size)
		return false;
	size_t at = find(m, hash);
	if (!m->index[at])
		return false;
	*out = m->id[m->index[at] - 1];
	return true;
}

size_t idmap_count(const struct idmap *m)
{
	return m->used;
}
