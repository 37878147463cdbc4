/* Time: UTC milliseconds since 1970 for instants, proleptic Gregorian days for dates.
 *
 * Instants are stored as int64 ms UTC, dates as ISO text (YYYY-MM-DD). A person's input and what she sees are in
 * her time zone. SIMPLIX_CLOCK (an ISO instant) freezes the clock for tests and scripted runs.
 */
#ifndef CORE_BASE_CLOCK_H
#define CORE_BASE_CLOCK_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_MINUTE INT64_C(60000)
#define CLOCK_HOUR (60 * CLOCK_MINUTE)
#define CLOCK_DAY (24 * CLOCK_HOUR)

int64_t clock_now(void);       /* UTC ms; frozen by SIMPLIX_CLOCK or clock_freeze() */
int64_t clock_monotonic(void); /* ms, for timers only; never frozen */
void clock_freeze(int64_t ms); /* tests; 0 thaws */

struct civil {
	int year, month, day, hour, minute, second, ms; /* month and day from 1 */
	int weekday;                                    /* 0 = Monday */
};

/* Days since 1970-01-01 of a date (any year), and back. */
int64_t clock_days_from_civil(int year, int month, int day);
void clock_civil_from_days(int64_t days, int *year, int *month, int *day);
bool clock_valid_date(int year, int month, int day);
int clock_days_in_month(int year, int month);

/* The person's local civil time of an instant, and the instant of a local civil time (in a gap or fold the later
 * offset is taken). Uses the process's zone (TZ), through the C library. */
struct civil clock_local(int64_t ms);
int64_t clock_from_local(const struct civil *c);
int64_t clock_today(void); /* local date now, in days */

/* ISO text: "2026-02-28" and "2026-02-28T09:30:00.000Z". Buffers are returned. */
char *clock_format_date(int64_t days, char out[16]);
char *clock_format_instant(int64_t ms, char out[32]);
/* Parse strict ISO; instants take Z, an offset, or nothing (local). A bare date is local midnight. */
bool clock_parse_iso_date(const char *s, int64_t *days);
bool clock_parse_iso_instant(const char *s, int64_t *ms);

/* What a person types: ISO; 28/02/2026, 28.2.26 or 02/28/2026 by `day_first`; today, tomorrow, aujourd'hui, demain;
 * mon..sun, lundi..dimanche (the next one); +3d, -2w, +1m, +1y; 28 feb, 28 février; each optionally followed by a time
 * 10h, 10h30, 10:30, 3pm (instants only). Years of two digits are 2000..2099. */
bool clock_parse_date(const char *s, bool day_first, int64_t *days);
bool clock_parse_instant(const char *s, bool day_first, int64_t *ms);
/* "1h30", "90m", "12 min", "45" (minutes) to seconds. */
bool clock_parse_duration(const char *s, int64_t *seconds);

/* For a person: "today", "tomorrow", "Tue 10:00", "2 d ago", "3 Mar", "3 Mar 2024", in the language in use. */
char *clock_human_date(struct arena *a, int64_t days);
char *clock_human_instant(struct arena *a, int64_t ms);
char *clock_human_ago(struct arena *a, int64_t ms); /* "2 d ago", "in 3 h" */
char *clock_human_duration(struct arena *a, int64_t seconds);
const char *clock_month_short(int month); /* translated, 1..12 */
const char *clock_weekday_short(int weekday);

#endif
