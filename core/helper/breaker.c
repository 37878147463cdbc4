#include "core/helper/breaker.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

struct host {
	char *name;
	int fails;
	int64_t open_until, open_ms;
	bool probing;
};

struct breaker {
	struct host *hosts; /* those that failed lately */
	size_t n, cap;
};

struct breaker *breaker_new(void)
{
	return mem_zalloc(sizeof(struct breaker));
}

void breaker_free(struct breaker **b)
{
	if (!*b)
		return;
	for (size_t i = 0; i < (*b)->n; i++)
		free((*b)->hosts[i].name);
	free((*b)->hosts);
	free(*b);
	*b = NULL;
}

static struct host *find(struct breaker *b, const char *name)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->hosts[i].name, name) == 0)
			return &b->hosts[i];
	return NULL;
}

int64_t breaker_wait(struct breaker *b, const char *name, int64_t mono_ms)
{
	struct host *h = find(b, name);
	if (!h || h->fails < BREAKER_FAILS)
		return 0;
	if (mono_ms < h->open_until)
		return h->open_until - mono_ms;
	if (h->probing)
		return 1000;
	h->probing = true;
	return 0;
}

void breaker_release(struct breaker *b, const char *name)
{
	struct host *h = find(b, name);
	if (h)
		h->probing = false;
}

void breaker_note(struct breaker *b, const char *name, bool answered, int64_t mono_ms)
{
	struct host *h = find(b, name);
	if (answered && h) {
		free(h->name);
		*h = b->hosts[--b->n];
		return;
	}
	if (answered)
		return;
	if (!h) {
		mem_grow(&b->hosts, &b->cap, b->n + 1, sizeof *b->hosts);
		h = &b->hosts[b->n++];
		*h = (struct host){.name = mem_strdup(name)};
	}
	h->probing = false;
	if (++h->fails < BREAKER_FAILS)
		return;
	h->open_ms = h->open_ms ? 2 * h->open_ms : BREAKER_FIRST_MS;
	if (h->open_ms > BREAKER_MOST_MS)
		h->open_ms = BREAKER_MOST_MS;
	h->open_until = mono_ms + h->open_ms;
}
