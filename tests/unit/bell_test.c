/* Helpers that are told of work which others put in the queue (PostgreSQL). No claims about time: only that it happens at all. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/crm/rows.h"
#include "core/helper/bell.h"
#include "core/helper/helper.h"
#include "core/helper/queue.h"
#include "data/listen.h"
#include "tests/unit/security_fixture.h"

enum { GENEROUS_MS = 10 * 1000, NEVER_MS = 24 * 3600 * 1000 };

static void rest(int ms)
{
	(void)nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

/* Does the query give the number in time? */
static bool comes(struct core *c, const char *sql, int64_t want)
{
	for (int64_t end = clock_monotonic() + GENEROUS_MS; clock_monotonic() < end; rest(10))
		if (rows_int(c, -1, sql, "") == want)
			return true;
	return false;
}

static const char listeners[] = "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE application_name = 'simplix listener'";
static const char end_listeners[] =
	"SELECT count(pg_catalog.pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity WHERE application_name = 'simplix listener'";

/* Ring at one until the other hears it. */
static bool reaches(struct bell *from, struct http *from_http, struct bell *to, struct http *to_http)
{
	bell_ring(from);
	for (int64_t end = clock_monotonic() + GENEROUS_MS; clock_monotonic() < end;) {
		CHECK(!bell_turn(from)); /* its own ringing is nothing to it */
		http_turn(from_http, 0);
		if (bell_turn(to))
			return true;
		http_turn(to_http, bell_wait(to, 50));
	}
	return false;
}

TEST(helper_bell_is_heard_by_others_only)
{
	struct core *c = fixture_core(DB_POSTGRES);
	struct http *h1 = http_new(NULL), *h2 = http_new(NULL);
	struct bell *a = bell_new(c, h1), *b = bell_new(c, h2);
	CHECK(bell_turn(a)); /* before it listened something may have come */
	CHECK(bell_turn(b));
	CHECK(!bell_turn(b));
	CHECK(reaches(a, h1, b, h2));
	CHECK(reaches(b, h2, a, h1));
	CHECK_INT(bell_wait(a, 1000), 1000); /* nothing is to be rung */
	/* many rings are one */
	for (int i = 0; i < 100; i++)
		bell_ring(a);
	CHECK(bell_wait(a, 1000) <= 50);
	CHECK(reaches(a, h1, b, h2));
	CHECK(!bell_turn(b));
	/* to another organization it is silent */
	struct core other = *c;
	other.org.b[0] ^= 1;
	struct http *h3 = http_new(NULL);
	struct bell *stranger = bell_new(&other, h3);
	CHECK(bell_turn(stranger));
	CHECK(reaches(a, h1, b, h2));
	http_turn(h3, 50);
	CHECK(!bell_turn(stranger));
	bell_free(&stranger);
	bell_free(&a);
	bell_free(&b);
	http_free(&h1);
	http_free(&h2);
	http_free(&h3);
}

TEST(helper_bell_comes_back)
{
	struct core *c = fixture_core(DB_POSTGRES);
	struct http *h1 = http_new(NULL), *h2 = http_new(NULL);
	struct bell *a = bell_new(c, h1), *b = bell_new(c, h2);
	CHECK(bell_turn(a) && bell_turn(b));
	CHECK_INT(rows_int(c, 0, end_listeners, ""), 2);
	CHECK(comes(c, listeners, 0));
	int back = 0, turns = 0;
	bell_ring(a); /* is rung when there is a connection again */
	for (int64_t end = clock_monotonic() + GENEROUS_MS; back < 2 && clock_monotonic() < end; turns++) {
		back += bell_turn(a) + bell_turn(b); /* each looks once: something may have been missed */
		http_turn(h1, bell_wait(a, 50));
		http_turn(h2, bell_wait(b, 50));
	}
	CHECK_INT(back, 2);
	CHECK(turns < 2 * GENEROUS_MS / 50); /* no spinning */
	CHECK(comes(c, listeners, 2));
	(void)bell_turn(a);
	(void)bell_turn(b);
	CHECK(reaches(b, h2, a, h1));
	bell_free(&a);
	bell_free(&b);
	http_free(&h1);
	http_free(&h2);
}

/* Another program puts a job in and ends; has the helper taken it up? No Simplix knows such work, so it says that and waits. */
static bool is_taken_up(struct core *c, uint8_t target)
{
	char sql[120];
	struct error err = {0};
	struct core *other = second_core(DB_POSTGRES);
	int64_t num = 0;
	struct job_new j = {.kind = "tea", .target = {{target, 1, 2, 3}}, .title = "tea"};
	MUST(db_begin(other->db, &err));
	MUST(queue_add(other, &j, &num, &err));
	MUST(db_commit(other->db, &err));
	core_close(&other);
	(void)snprintf(sql, sizeof sql, "SELECT count(*) FROM jobs WHERE num = %lld AND error IS NOT NULL", (long long)num);
	return comes(c, sql, 1);
}

TEST(helper_is_woken_by_other_programs)
{
	struct core *c = fixture_core(DB_POSTGRES);
	struct error err = {0};
	struct helper *h = NULL;
	MUST(helper_start_polling(c, NEVER_MS, &h, &err));
	for (uint8_t round = 1; round < 4; round++) {
		CHECK(comes(c, listeners, 1));
		CHECK(is_taken_up(c, round)); /* perhaps found by the first look */
		CHECK(is_taken_up(c, round + 10)); /* that was over */
		if (round < 3)
			CHECK_INT(rows_int(c, 0, end_listeners, ""), 1);
		if (round < 3)
			CHECK(comes(c, listeners, 0));
	}
	CHECK(helper_stop(&h, GENEROUS_MS));
	CHECK(comes(c, listeners, 0));
}

TEST(helper_bell_of_a_file)
{
	struct core *c = fixture_core(DB_SQLITE);
	struct error err = {0};
	struct db_listener *l = NULL;
	struct http *http = http_new(NULL);
	struct bell *b = bell_new(c, http);
	CHECK(!b);
	bell_ring(b);
	CHECK(!bell_turn(b));
	CHECK_INT(bell_wait(b, 70), 70);
	bell_free(&b);
	CHECK_INT(db_listener_open(c->target, &c->org, &l, &err), ST_INVALID);
	CHECK_INT(db_notify(c->db, &c->org, &err), ST_OK);
	http_free(&http);
}

/* The server lets everybody go, as when it starts anew: the helper's own connection sees the rows of its organization again. */
TEST(helper_goes_on_after_the_server_was_gone)
{
	struct core *c = fixture_core(DB_POSTGRES);
	struct error err = {0};
	struct helper *h = NULL;
	MUST(helper_start(c, &h, &err));
	CHECK(comes(c, listeners, 1));
	CHECK(is_taken_up(c, 1));
	CHECK(rows_int(c, 0, "SELECT count(pg_catalog.pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity WHERE application_name LIKE 'simplix%' AND pid <> "
		"pg_catalog.pg_backend_pid()", "") > 1);
	CHECK(is_taken_up(c, 2));
	CHECK(is_taken_up(c, 3));
	CHECK(helper_stop(&h, GENEROUS_MS));
}
