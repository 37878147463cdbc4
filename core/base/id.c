/* Record ids: see id.h.
 *
 * The 48 bits of milliseconds and the 12 bits of rand_a are one 60-bit counter that never goes back (RFC 9562, section
 * 6.2, method 1 with a carry into the time): it follows the clock, and moves on by one when the clock stands still or
 * jumps back. The other 62 bits are fresh from the kernel for every id, so that a forked child or another device that
 * draws in the same millisecond cannot meet us.
 */
#include "core/base/id.h"

#include "core/base/clock.h"
#include "core/base/crypto.h"

#include <stdatomic.h>
#include <string.h>

enum { COUNTER_BITS = 12 };

static uint64_t next_tick(void)
{
	static _Atomic uint64_t newest;
	int64_t now = clock_now();
	uint64_t want = (now > 0 ? (uint64_t)now : 0) << COUNTER_BITS;
	uint64_t last = atomic_load_explicit(&newest, memory_order_relaxed), next;
	do {
		next = want > last ? want : last + 1;
	} while (!atomic_compare_exchange_weak_explicit(
		&newest, &last, next, memory_order_relaxed, memory_order_relaxed));
	return next;
}

static void stamp(struct id *id, unsigned version)
{
	id->b[6] = (uint8_t)((id->b[6] & 0x0F) | version << 4);
	id->b[8] = (uint8_t)((id->b[8] & 0x3F) | 0x80);
}

struct id id_new(void)
{
	struct id id;
	crypto_random(id.b + 8, 8);
	uint64_t tick = next_tick();
	uint64_t ms = tick >> COUNTER_BITS;
	for (int i = 5; i >= 0; i--, ms >>= 8)
		id.b[i] = (uint8_t)ms;
	id.b[6] = (uint8_t)(tick >> 8 & 0x0F);
	id.b[7] = (uint8_t)tick;
	stamp(&id, 7);
	return id;
}

struct id id_natural(const struct id *org, const char *kind, const char *folded_key)
{
	static const struct id nil;
	uint8_t hash[SHA256_BYTES];
	struct sha256 *h = sha256_new();
	sha256_add(h, org ? org : &nil, 16);
	sha256_add(h, kind, strlen(kind) + 1); /* its NUL keeps kind and key apart */
	sha256_add(h, folded_key, strlen(folded_key));
	sha256_end(&h, hash);
	struct id id;
	memcpy(id.b, hash, sizeof id.b);
	stamp(&id, 8);
	return id;
}

bool id_is_nil(const struct id *id)
{
	static const struct id nil;
	return memcmp(id->b, nil.b, sizeof nil.b) == 0;
}

bool id_eq(const struct id *a, const struct id *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

static bool hyphen_before(int byte)
{
	return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

char *id_format(const struct id *id, char out[ID_TEXT_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	char *p = out;
	for (int i = 0; i < 16; i++) {
		if (hyphen_before(i))
			*p++ = '-';
		*p++ = hex[id->b[i] >> 4];
		*p++ = hex[id->b[i] & 15];
	}
	*p = '\0';
	return out;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool id_parse(const char *s, struct id *out)
{
	struct id id;
	for (int i = 0; i < 16; i++) {
		if (hyphen_before(i) && *s++ != '-')
			return false;
		int high = hex_value(s[0]);
		int low = high < 0 ? -1 : hex_value(s[1]);
		if (low < 0)
			return false;
		id.b[i] = (uint8_t)(high << 4 | low);
		s += 2;
	}
	if (*s)
		return false;
	*out = id;
	return true;
}
