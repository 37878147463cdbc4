#include "core/helper/bell.h"

#include <stdlib.h>

#include "core/base/clock.h"
#include "data/listen.h"

enum { RING_MS = 50, AGAIN_FIRST_MS = 1000, AGAIN_MOST_MS = 60 * 1000 };

struct bell {
	struct http *http;
	struct db_listener *listener; /* NULL: lost, or not there yet */
	char *target;
	struct id org;
	bool due;
	int64_t rung, opened, open_at; /* monotonic ms */
	int again_ms;
};

struct bell *bell_new(const struct core *c, struct http *http)
{
	if (db_kind(c->db) != DB_POSTGRES)
		return NULL;
	struct bell *b = mem_zalloc(sizeof *b);
	b->http = http;
	b->target = mem_strdup(c->target);
	b->org = c->org;
	b->rung = -RING_MS;
	b->again_ms = AGAIN_FIRST_MS;
	return b;
}

static void lose(struct bell *b)
{
	int64_t now = clock_monotonic();
	http_watch(b->http, -1); /* first: once it is closed its number may be another's */
	if (b->listener && now - b->opened > AGAIN_MOST_MS)
		b->again_ms = AGAIN_FIRST_MS; /* it served */
	db_listener_close(&b->listener);
	b->open_at = now + b->again_ms;
	b->again_ms = 2 * b->again_ms < AGAIN_MOST_MS ? 2 * b->again_ms : AGAIN_MOST_MS;
}

static bool reopen(struct bell *b)
{
	if (clock_monotonic() < b->open_at)
		return false;
	if (db_listener_open(b->target, &b->org, &b->listener, NULL) != ST_OK) {
		lose(b);
		return false;
	}
	b->opened = clock_monotonic();
	http_watch(b->http, db_listener_fd(b->listener));
	return true;
}

static void ring(struct bell *b)
{
	enum status st = db_listener_notify(b->listener);
	if (st == ST_OK) {
		b->due = false;
		b->rung = clock_monotonic();
	} else if (st != ST_BUSY) {
		lose(b);
	}
}

void bell_free(struct bell **b)
{
	if (!*b)
		return;
	if ((*b)->listener && (*b)->due)
		ring(*b);
	http_watch((*b)->http, -1);
	db_listener_close(&(*b)->listener);
	free((*b)->target);
	free(*b);
	*b = NULL;
}

void bell_ring(struct bell *b)
{
	if (b)
		b->due = true;
}

bool bell_turn(struct bell *b)
{
	bool heard = false;
	if (!b)
		return false;
	if (b->listener && db_listener_drain(b->listener, &heard) != ST_OK)
		lose(b);
	if (!b->listener)
		heard |= reopen(b);
	if (b->listener && b->due && clock_monotonic() - b->rung >= RING_MS)
		ring(b);
	return heard;
}

int bell_wait(const struct bell *b, int wait_ms)
{
	if (!b || !b->due || !b->listener)
		return wait_ms;
	int64_t left = b->rung + RING_MS - clock_monotonic();
	int most = left > 0 && left < RING_MS ? (int)left : RING_MS; /* past that the last one is under way, whose answer ends the wait */
	return most < wait_ms ? most : wait_ms;
}
