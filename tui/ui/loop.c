#include "tui/ui/loop.h"

#include "core/base/clock.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define KEYS_PER_FRAME 256
#define SETTLE_MS 10000

struct timer {
	int64_t due;
	uint32_t id;
	void (*fn)(void *arg);
	void *arg;
};

struct post {
	void (*fn)(void *arg);
	void *arg;
	struct post *next;
};

struct loop {
	struct term *term;
	struct loop_hooks hooks;
	struct timer *heap; /* heap[0] is due first */
	size_t timers, timers_cap;
	uint32_t last_id;
	int64_t skew; /* added to the clock by loop_advance() */
	pthread_mutex_t lock;
	struct post *first, **last;
	atomic_int busy;
	bool more_keys;
	bool quit;
	int code;
};

struct loop *loop_new(struct term *t, const struct loop_hooks *hooks)
{
	struct loop *l = mem_zalloc(sizeof *l);
	l->term = t;
	l->hooks = *hooks;
	l->last = &l->first;
	(void)pthread_mutex_init(&l->lock, NULL);
	return l;
}

static struct post *take_posts(struct loop *l)
{
	(void)pthread_mutex_lock(&l->lock);
	struct post *p = l->first;
	l->first = NULL;
	l->last = &l->first;
	(void)pthread_mutex_unlock(&l->lock);
	return p;
}

void loop_free(struct loop **l)
{
	if (!*l)
		return;
	for (struct post *p = take_posts(*l), *next; p; p = next) {
		next = p->next;
		free(p);
	}
	(void)pthread_mutex_destroy(&(*l)->lock);
	free((*l)->heap);
	free(*l);
	*l = NULL;
}

int64_t loop_now(const struct loop *l)
{
	return clock_monotonic() + l->skew;
}

void loop_advance(struct loop *l, int64_t ms)
{
	l->skew += ms;
}

/* Timers: a binary heap by due time, then by id, so that equal times keep their order. */

static bool earlier(const struct timer *a, const struct timer *b)
{
	return a->due != b->due ? a->due < b->due : (int32_t)(a->id - b->id) < 0;
}

static void swap(struct timer *a, struct timer *b)
{
	struct timer t = *a;
	*a = *b;
	*b = t;
}

static void sift_up(struct loop *l, size_t i)
{
	for (; i > 0 && earlier(&l->heap[i], &l->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&l->heap[i], &l->heap[(i - 1) / 2]);
}

static void sift_down(struct loop *l, size_t i)
{
	for (;;) {
		size_t least = i;
		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < l->timers; child++)
			if (earlier(&l->heap[child], &l->heap[least]))
				least = child;
		if (least == i)
			return;
		swap(&l->heap[i], &l->heap[least]);
		i = least;
	}
}

static void remove_timer(struct loop *l, size_t i)
{
	l->heap[i] = l->heap[--l->timers];
	if (i < l->timers) {
		sift_up(l, i);
		sift_down(l, i);
	}
}

uint32_t loop_after(struct loop *l, int64_t ms, void (*fn)(void *arg), void *arg)
{
	mem_grow(&l->heap, &l->timers_cap, l->timers + 1, sizeof *l->heap);
	if (++l->last_id == 0)
		l->last_id = 1;
	l->heap[l->timers++] = (struct timer){.due = loop_now(l) + ms, .id = l->last_id, .fn = fn, .arg = arg};
	sift_up(l, l->timers - 1);
	return l->last_id;
}

void loop_cancel(struct loop *l, uint32_t *id)
{
	for (size_t i = 0; *id != 0 && i < l->timers; i++) {
		if (l->heap[i].id == *id) {
			remove_timer(l, i);
			break;
		}
	}
	*id = 0;
}

static void run_timers(struct loop *l)
{
	int64_t now = loop_now(l);
	while (l->timers > 0 && l->heap[0].due <= now) {
		struct timer t = l->heap[0];
		remove_timer(l, 0);
		t.fn(t.arg);
	}
}

void loop_post(struct loop *l, void (*fn)(void *arg), void *arg)
{
	struct post *p = mem_alloc(sizeof *p);
	*p = (struct post){.fn = fn, .arg = arg};
	(void)pthread_mutex_lock(&l->lock);
	*l->last = p;
	l->last = &p->next;
	(void)pthread_mutex_unlock(&l->lock);
	term_wake(l->term);
}

void loop_busy(struct loop *l, int change)
{
	atomic_fetch_add(&l->busy, change);
	if (change < 0)
		term_wake(l->term);
}

static void run_posts(struct loop *l)
{
	for (struct post *p = take_posts(l), *next; p; p = next) {
		next = p->next;
		p->fn(p->arg);
		free(p);
	}
}

void loop_quit(struct loop *l, int code)
{
	l->quit = true;
	l->code = code;
}

bool loop_quitting(const struct loop *l)
{
	return l->quit;
}

static int timeout_ms(const struct loop *l, int max_ms)
{
	int64_t best = max_ms;
	int wait = l->more_keys ? 0 : term_wait_ms(l->term);
	if (wait >= 0 && (best < 0 || wait < best))
		best = wait;
	if (l->timers > 0) {
		int64_t left = l->heap[0].due - loop_now(l);
		left = left < 0 ? 0 : left;
		if (best < 0 || left < best)
			best = left;
	}
	return best > INT32_MAX ? INT32_MAX : (int)best;
}

static void read_keys(struct loop *l)
{
	struct key k;
	int n = 0;
	l->more_keys = false;
	while (!l->quit && term_read(l->term, &k)) {
		l->hooks.key(l->hooks.arg, &k);
		if (++n == KEYS_PER_FRAME) {
			l->more_keys = true;
			return;
		}
	}
}

void loop_turn(struct loop *l, int max_ms)
{
	struct pollfd fds[2] = {{.fd = term_wake_fd(l->term), .events = POLLIN}, {.fd = l->term->fd, .events = POLLIN}};
	(void)poll(fds, l->term->fd >= 0 && !l->term->gone ? 2 : 1, timeout_ms(l, max_ms));
	term_wake_drain(l->term);
	run_posts(l);
	run_timers(l);
	/* Asked even when poll() saw nothing: keys may wait in the decoder. */
	read_keys(l);
	if (!l->quit)
		l->hooks.frame(l->hooks.arg);
}

int loop_run(struct loop *l)
{
	l->quit = false;
	l->hooks.frame(l->hooks.arg);
	while (!l->quit)
		loop_turn(l, -1);
	return l->code;
}

bool loop_idle(struct loop *l)
{
	(void)pthread_mutex_lock(&l->lock);
	bool posts = l->first != NULL;
	(void)pthread_mutex_unlock(&l->lock);
	bool due = l->timers > 0 && l->heap[0].due <= loop_now(l);
	return !posts && !due && !l->more_keys && term_wait_ms(l->term) < 0 && atomic_load(&l->busy) == 0;
}

void loop_settle(struct loop *l)
{
	int64_t end = clock_monotonic() + SETTLE_MS;
	do
		loop_turn(l, atomic_load(&l->busy) > 0 ? 100 : 0);
	while (!l->quit && !loop_idle(l) && clock_monotonic() < end);
}
