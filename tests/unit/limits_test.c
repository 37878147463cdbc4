/* How much one host is asked: at once, and a second. Time is given. */
#include <stdio.h>

#include "core/helper/limits.h"
#include "tests/unit/test.h"

TEST(helper_limits_requests_at_once)
{
	struct limits *l = limits_new(50);
	for (int i = 0; i < LIMITS_AT_ONCE; i++)
		CHECK_INT(limits_take(l, "a:443", 0), 0);
	CHECK(limits_take(l, "a:443", 0) == LIMITS_FULL);
	CHECK(limits_take(l, "a:443", 1000000) == LIMITS_FULL); /* no time changes that */
	CHECK_INT(limits_take(l, "a:8443", 0), 0);              /* another port is another host */
	CHECK_INT(limits_take(l, "b:443", 0), 0);
	limits_give(l, "a:443");
	CHECK_INT(limits_take(l, "a:443", 1000000), 0);
	limits_give(l, "never:1"); /* nothing to give */
	limits_free(&l);
	CHECK(!l);
}

static int burst(struct limits *l, const char *host, int64_t at)
{
	int n = 0;
	while (limits_take(l, host, at) == 0) {
		limits_give(l, host);
		n++;
	}
	return n;
}

TEST(helper_limits_fill_steadily)
{
	struct limits *l = limits_new(50);
	CHECK_INT(burst(l, "a:443", 1000), 100); /* who was quiet may be sent a burst */
	CHECK_INT(limits_take(l, "a:443", 1000), 20);
	CHECK_INT(limits_take(l, "a:443", 1019), 1);
	CHECK_INT(burst(l, "a:443", 1020), 1);
	CHECK_INT(burst(l, "a:443", 2020), 50);
	CHECK_INT(burst(l, "a:443", 1000000), 100); /* no more than that is saved up */
	CHECK_INT(burst(l, "a:443", 0), 0);         /* a clock that goes back gives nothing */
	CHECK_INT(burst(l, "b:443", 1000), 100);
	/* what was not sent after all counts for nothing */
	CHECK_INT(burst(l, "c:443", 0), 100);
	CHECK_INT(limits_take(l, "c:443", 20), 0);
	limits_return(l, "c:443");
	CHECK_INT(burst(l, "c:443", 20), 1);
	limits_free(&l);
}

TEST(helper_limits_of_many_hosts_and_of_none)
{
	struct limits *l = limits_new(1), *none = limits_new(0);
	char host[32];
	for (int i = 0; i < 20000; i++) {
		(void)snprintf(host, sizeof host, "h%d:443", i);
		CHECK_INT(limits_take(l, host, (int64_t)i * 10), 0);
		if (i)
			limits_give(l, host);
	}
	CHECK(limits_hosts(l) < 8000); /* the quiet ones are forgotten */
	for (int i = 1; i < LIMITS_AT_ONCE; i++)
		(void)limits_take(l, "h0:443", 10000000 + i * 2000);
	CHECK(limits_take(l, "h0:443", 20000000) == LIMITS_FULL); /* not those that are asked */
	for (int i = 0; i < 1000; i++)
		CHECK_INT(limits_take(none, "a:443", 0), 0);
	limits_free(&l);
	limits_free(&none);
}
