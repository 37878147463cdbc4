/* A set of 64-bit row handles: what is marked in a list or on a board. Zero-initialise; any value may be a member. */
#ifndef TUI_WIDGET_HANDLES_H
#define TUI_WIDGET_HANDLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct handles {
	uint64_t *slots; /* open addressing; a slot is in use when its bit says so */
	uint8_t *used;
	size_t cap, count;
};

bool handles_has(const struct handles *h, uint64_t handle);
void handles_add(struct handles *h, uint64_t handle);
void handles_remove(struct handles *h, uint64_t handle);
void handles_clear(struct handles *h); /* frees the memory too */
/* All members, in no order; the caller frees. */
uint64_t *handles_list(const struct handles *h);

#endif
