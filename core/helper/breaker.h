/* Hosts that do not answer are left alone for a while: after BREAKER_FAILS failures in a row for 30 seconds, doubling to 15 minutes; then one
 * request is let through to see. In the memory of one helper: another finds out by itself. */
#ifndef CORE_HELPER_BREAKER_H
#define CORE_HELPER_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum { BREAKER_FAILS = 5, BREAKER_FIRST_MS = 30 * 1000, BREAKER_MOST_MS = 15 * 60 * 1000 };

struct breaker;
struct breaker *breaker_new(void);
void breaker_free(struct breaker **b);
/* How long (ms) the host is left alone from now on; 0: go ahead. */
int64_t breaker_wait(struct breaker *b, const char *host, int64_t mono_ms);
/* The request that was let through told nothing: the next may see. */
void breaker_release(struct breaker *b, const char *host);
void breaker_note(struct breaker *b, const char *host, bool answered, int64_t mono_ms);

#endif
