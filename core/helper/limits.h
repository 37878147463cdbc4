/* How much one host is asked at once and a second: LIMITS_AT_ONCE requests under way, and a bucket of tokens that fills steadily, so that a
 * host that was quiet may be sent a burst. In the memory of one helper. Who has to wait costs nobody else anything. */
#ifndef CORE_HELPER_LIMITS_H
#define CORE_HELPER_LIMITS_H

#include <stddef.h>
#include <stdint.h>

enum { LIMITS_AT_ONCE = 4, LIMITS_PER_SECOND = 50, LIMITS_BURST_S = 2 /* seconds' worth of tokens that a bucket holds */ };

struct limits;
/* per_second 0: no rate, and as many at once as come. */
struct limits *limits_new(int per_second);
void limits_free(struct limits **l);

/* 0: go ahead, one more is under way until limits_give(). LIMITS_FULL: wait until one has ended. Else: wait so many ms. */
#define LIMITS_FULL INT64_MAX
int64_t limits_take(struct limits *l, const char *host, int64_t mono_ms);
/* One has ended. */
void limits_give(struct limits *l, const char *host);
/* It was not sent after all: the token comes back too. */
void limits_return(struct limits *l, const char *host);
size_t limits_hosts(const struct limits *l); /* how many are remembered */

#endif
