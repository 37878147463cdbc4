/* Record ids: layout, order, uniqueness over threads, natural ids. */
#include "core/base/clock.h"
#include "core/base/id.h"
#include "tests/unit/test.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

TEST(id_new_has_the_layout_of_version_7)
{
	clock_freeze(1645557742000); /* the instant of the example in RFC 9562, A.6 */
	struct id id = id_new();
	clock_freeze(0);
	char text[ID_TEXT_SIZE];
	id_format(&id, text);
	CHECK_INT(text[14], '7');
	CHECK(strchr("89ab", text[19]) != NULL);
	CHECK_INT(strlen(text), 36);
	CHECK(!id_is_nil(&id));
}

TEST(id_new_carries_the_time_of_the_clock)
{
	int64_t at = clock_now() + 3 * CLOCK_DAY; /* ahead of every id made before */
	clock_freeze(at);
	struct id id = id_new();
	clock_freeze(0);
	int64_t ms = 0;
	for (int i = 0; i < 6; i++)
		ms = ms << 8 | id.b[i];
	CHECK_INT(ms, at);
}

TEST(id_new_never_goes_back)
{
	int64_t start = clock_now();
	struct id last = id_new();
	for (int i = 0; i < 20000; i++) {
		clock_freeze(start - i); /* a clock that runs backwards */
		struct id next = id_new();
		if (memcmp(&next, &last, sizeof next) <= 0)
			CHECK(memcmp(&next, &last, sizeof next) > 0);
		last = next;
	}
	clock_freeze(0);
}

enum { THREADS = 4, PER_THREAD = 5000 };

static void *draw(void *arg)
{
	struct id *ids = arg;
	for (int i = 0; i < PER_THREAD; i++)
		ids[i] = id_new();
	return NULL;
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct id));
}

TEST(id_new_is_unique_over_threads)
{
	static struct id ids[THREADS * PER_THREAD];
	pthread_t thread[THREADS];
	for (int i = 0; i < THREADS; i++)
		CHECK_INT(pthread_create(&thread[i], NULL, draw, ids + i * PER_THREAD), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	qsort(ids, THREADS * PER_THREAD, sizeof *ids, by_bytes);
	for (int i = 1; i < THREADS * PER_THREAD; i++)
		if (memcmp(&ids[i - 1], &ids[i], 8) == 0) /* even the ordered half is unique within a process */
			CHECK_INT(i, 0);
}

TEST(id_natural_depends_on_every_part)
{
	struct id org = id_new(), other = id_new();
	struct id a = id_natural(&org, "tag", "vip"), b = id_natural(&org, "tag", "vip");
	CHECK(id_eq(&a, &b));
	CHECK_INT(a.b[6] >> 4, 8);
	CHECK_INT(a.b[8] >> 6, 2);
	b = id_natural(&other, "tag", "vip");
	CHECK(!id_eq(&a, &b));
	b = id_natural(&org, "ta", "gvip");
	CHECK(!id_eq(&a, &b));
	/* sha256(16 zero bytes, "tag\0", "vip") by coreutils, with version and variant put in */
	char text[ID_TEXT_SIZE];
	b = id_natural(NULL, "tag", "vip");
	CHECK_STR(id_format(&b, text), "f724a947-5f7c-829a-bc1d-89cd7b1d985d");
}

TEST(id_parse_is_strict)
{
	struct id id, same;
	CHECK(id_parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", &id)); /* RFC 9562, A.6 */
	char text[ID_TEXT_SIZE];
	CHECK_STR(id_format(&id, text), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
	same = id;
	CHECK(!id_parse("", &id));
	CHECK(!id_parse("017f22e279b07cc398c4dc0c0c07398f", &id));
	CHECK(!id_parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398", &id));
	CHECK(!id_parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398fa", &id));
	CHECK(!id_parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398g", &id));
	CHECK(!id_parse("{17f22e2-79b0-7cc3-98c4-dc0c0c07398f", &id));
	CHECK(id_eq(&id, &same)); /* untouched by failure */
	CHECK(id_parse("00000000-0000-0000-0000-000000000000", &id));
	CHECK(id_is_nil(&id));
}
