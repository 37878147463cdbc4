/* Memory: arenas, growing arrays, buffers. */
#include "core/base/mem.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

TEST(arena_gives_zeroed_aligned_memory)
{
	struct arena *a = arena_new();
	for (int round = 0; round < 3; round++) {
		for (size_t n = 0; n < 3000; n += 7) {
			unsigned char *p = arena_alloc(a, n);
			CHECK((uintptr_t)p % _Alignof(max_align_t) == 0);
			for (size_t i = 0; i < n; i++)
				if (p[i])
					CHECK_INT(p[i], 0);
			memset(p, 0xAB, n);
		}
		arena_reset(a);
	}
	CHECK(arena_size(a) > 0);
	char *big = arena_alloc(a, 3 << 20);
	big[(3 << 20) - 1] = 'x';
	CHECK_STR(arena_printf(a, "%s-%d", "a", 7), "a-7");
	CHECK_STR(arena_strdup(a, NULL), NULL);
	CHECK_STR(arena_strndup(a, "abcdef", 3), "abc");
	arena_free(&a);
	CHECK(a == NULL);
	arena_free(&a);
}

TEST(arena_reset_keeps_one_block)
{
	struct arena *a = arena_new();
	for (int i = 0; i < 1000; i++)
		arena_alloc(a, 10000);
	size_t full = arena_size(a);
	arena_reset(a);
	CHECK(arena_size(a) < full);
	size_t kept = arena_size(a);
	arena_alloc(a, 1000);
	CHECK_INT(arena_size(a), kept);
	arena_free(&a);
}

TEST(buf_grows_and_ends_with_nul)
{
	struct buf b = {0};
	CHECK_STR(buf_str(&b), "");
	buf_puts(&b, "ab");
	buf_putc(&b, 'c');
	buf_printf(&b, "%05d%s", 42, "xyz");
	CHECK_STR(buf_str(&b), "abc00042xyz");
	CHECK_INT(b.len, 11);
	buf_add(&b, "\0z", 2);
	CHECK_INT(b.len, 13);
	buf_clear(&b);
	CHECK_STR(buf_str(&b), "");
	for (int i = 0; i < 10000; i++)
		buf_putc(&b, (char)('a' + i % 26));
	CHECK_INT(strlen(buf_str(&b)), 10000);
	char *taken = buf_take(&b);
	CHECK_INT(strlen(taken), 10000);
	CHECK_STR(buf_str(&b), "");
	free(taken);
	taken = buf_take(&b);
	CHECK_STR(taken, "");
	free(taken);
	buf_free(&b);
}

TEST(mem_grow_doubles)
{
	int *items = NULL;
	size_t cap = 0;
	for (size_t i = 0; i < 1000; i++) {
		mem_grow(&items, &cap, i + 1, sizeof *items);
		items[i] = (int)i;
	}
	CHECK(cap >= 1000 && cap < 4000);
	CHECK_INT(items[999], 999);
	free(items);
	char *s = mem_printf("%d %s", 1, "x");
	CHECK_STR(s, "1 x");
	free(s);
}
