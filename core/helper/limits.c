#include "core/helper/limits.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum { MOST_QUIET = 1024 };

struct host {
	char *name;
	int under_way;
	int64_t tokens, at; /* thousandths of a token, as of this monotonic ms */
};

struct limits {
	int64_t rate, burst; /* thousandths of a token in a ms; held at most */
	struct host *slots;  /* open addressing, a power of two of them */
	size_t n, cap;
};

struct limits *limits_new(int per_second)
{
	struct limits *l = mem_zalloc(sizeof *l);
	l->rate = per_second > 0 ? per_second : 0;
	l->burst = l->rate * LIMITS_BURST_S * 1000;
	return l;
}

void limits_free(struct limits **l)
{
	if (!*l)
		return;
	for (size_t i = 0; i < (*l)->cap; i++)
		free((*l)->slots[i].name);
	free((*l)->slots);
	free(*l);
	*l = NULL;
}

static struct host *slot_of(const struct limits *l, const char *name)
{
	uint64_t h = 14695981039346656037u;
	for (const char *p = name; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	size_t i = (size_t)h & (l->cap - 1);
	while (l->slots[i].name && strcmp(l->slots[i].name, name) != 0)
		i = (i + 1) & (l->cap - 1);
	return &l->slots[i];
}

static void fill(const struct limits *l, struct host *h, int64_t mono_ms)
{
	int64_t most = l->burst - h->tokens, passed = mono_ms - h->at;
	h->tokens += passed <= 0 ? 0 : passed > most / l->rate ? most : passed * l->rate;
	h->at = mono_ms;
}

/* Make room; those whose bucket is full and who have nothing under way are as good as new ones. */
static void grow(struct limits *l, int64_t mono_ms)
{
	struct host *old = l->slots;
	size_t old_cap = l->cap, kept = 0;
	for (size_t i = 0; i < old_cap; i++) {
		struct host *h = &old[i];
		if (h->name && l->n >= MOST_QUIET) {
			fill(l, h, mono_ms);
			if (!h->under_way && h->tokens >= l->burst) {
				free(h->name);
				h->name = NULL;
			}
		}
		kept += h->name != NULL;
	}
	l->cap = 64;
	while (l->cap < 4 * (kept + 1))
		l->cap *= 2;
	l->slots = mem_zalloc(l->cap * sizeof *l->slots);
	l->n = kept;
	for (size_t i = 0; i < old_cap; i++)
		if (old[i].name)
			*slot_of(l, old[i].name) = old[i];
	free(old);
}

int64_t limits_take(struct limits *l, const char *name, int64_t mono_ms)
{
	if (!l->rate)
		return 0;
	if (2 * (l->n + 1) > l->cap)
		grow(l, mono_ms);
	struct host *h = slot_of(l, name);
	if (!h->name) {
		*h = (struct host){.name = mem_strdup(name), .tokens = l->burst, .at = mono_ms};
		l->n++;
	}
	fill(l, h, mono_ms);
	if (h->under_way >= LIMITS_AT_ONCE)
		return LIMITS_FULL;
	if (h->tokens < 1000)
		return (1000 - h->tokens + l->rate - 1) / l->rate;
	h->tokens -= 1000;
	h->under_way++;
	return 0;
}

void limits_give(struct limits *l, const char *name)
{
	struct host *h = l->rate && l->cap ? slot_of(l, name) : NULL;
	if (h && h->name && h->under_way > 0)
		h->under_way--;
}

void limits_return(struct limits *l, const char *name)
{
	limits_give(l, name);
	struct host *h = l->rate && l->cap ? slot_of(l, name) : NULL;
	if (h && h->name && h->tokens < l->burst)
		h->tokens += 1000;
}

size_t limits_hosts(const struct limits *l)
{
	return l->n;
}
