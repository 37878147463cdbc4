#include "tui/widget/handles.h"

#include "core/base/mem.h"

#include <stdlib.h>

/* Finalizer of splitmix64: handles are often small and consecutive. */
static size_t home(const struct handles *h, uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (size_t)(x ^ (x >> 31)) & (h->cap - 1);
}

/* Slot of the handle, or the free slot where it belongs. */
static size_t find(const struct handles *h, uint64_t handle)
{
	size_t i = home(h, handle);
	while (h->used[i] && h->slots[i] != handle)
		i = (i + 1) & (h->cap - 1);
	return i;
}

bool handles_has(const struct handles *h, uint64_t handle)
{
	return h->count > 0 && h->used[find(h, handle)];
}

static void place(struct handles *h, uint64_t handle)
{
	size_t i = find(h, handle);
	h->count += !h->used[i];
	h->used[i] = 1;
	h->slots[i] = handle;
}

void handles_add(struct handles *h, uint64_t handle)
{
	if (h->cap == 0 || h->count * 2 >= h->cap) {
		struct handles bigger = {.cap = h->cap ? h->cap * 2 : 16};
		bigger.slots = mem_array(bigger.cap, sizeof *bigger.slots);
		bigger.used = mem_array(bigger.cap, sizeof *bigger.used);
		for (size_t i = 0; i < h->cap; i++)
			if (h->used[i])
				place(&bigger, h->slots[i]);
		handles_clear(h);
		*h = bigger;
	}
	place(h, handle);
}

void handles_remove(struct handles *h, uint64_t handle)
{
	if (!handles_has(h, handle))
		return;
	size_t i = find(h, handle);
	h->used[i] = 0;
	h->count--;
	/* Close the gap: members behind it may have wanted its place. */
	for (size_t k = (i + 1) & (h->cap - 1); h->used[k]; k = (k + 1) & (h->cap - 1)) {
		uint64_t moved = h->slots[k];
		h->used[k] = 0;
		h->count--;
		place(h, moved);
	}
}

void handles_clear(struct handles *h)
{
	free(h->slots);
	free(h->used);
	*h = (struct handles){0};
}

uint64_t *handles_list(const struct handles *h)
{
	uint64_t *out = mem_array(h->count, sizeof *out);
	size_t n = 0;
	for (size_t i = 0; i < h->cap; i++)
		if (h->used[i])
			out[n++] = h->slots[i];
	return out;
}
