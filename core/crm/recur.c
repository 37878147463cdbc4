#include "core/crm/recur.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"

static const struct {
	const char *word, *freq;
	int interval;
} words[] = {
	{"daily", "DAILY", 1},       {"day", "DAILY", 1},       {"days", "DAILY", 1},    {"d", "DAILY", 1},
	{"jour", "DAILY", 1},        {"jours", "DAILY", 1},     {"j", "DAILY", 1},       {"quotidien", "DAILY", 1},
	{"weekly", "WEEKLY", 1},     {"week", "WEEKLY", 1},     {"weeks", "WEEKLY", 1},  {"w", "WEEKLY", 1},
	{"semaine", "WEEKLY", 1},    {"semaines", "WEEKLY", 1}, {"hebdomadaire", "WEEKLY", 1}, {"s", "WEEKLY", 1},
	{"monthly", "MONTHLY", 1},   {"month", "MONTHLY", 1},   {"months", "MONTHLY", 1}, {"mois", "MONTHLY", 1},
	{"m", "MONTHLY", 1},         {"mensuel", "MONTHLY", 1}, {"quarterly", "MONTHLY", 3}, {"trimestre", "MONTHLY", 3},
	{"yearly", "YEARLY", 1},     {"year", "YEARLY", 1},     {"years", "YEARLY", 1},  {"y", "YEARLY", 1},
	{"an", "YEARLY", 1},         {"ans", "YEARLY", 1},      {"annuel", "YEARLY", 1},
};

struct rule {
	char freq[16];
	int interval, day; /* day of the month that short months cut; 0: the day it falls on */
};

static bool read_number(const char *s, int max, int *out)
{
	char *end;
	long n = strtol(s, &end, 10);
	*out = (int)n;
	return isdigit((unsigned char)*s) && !*end && n > 0 && n <= max;
}

/* FREQ=…;INTERVAL=…;BYMONTHDAY=… and nothing else: a part that we would leave out makes another rule. */
static bool read_rule(const char *text, struct rule *r)
{
	char copy[120], *save = NULL;
	*r = (struct rule){.interval = 1};
	if (snprintf(copy, sizeof copy, "%s", text) >= (int)sizeof copy)
		return false;
	for (char *part = strtok_r(copy, ";", &save); part; part = strtok_r(NULL, ";", &save)) {
		if (strncmp(part, "FREQ=", 5) == 0)
			(void)snprintf(r->freq, sizeof r->freq, "%s", part + 5);
		else if (strncmp(part, "INTERVAL=", 9) == 0 ? !read_number(part + 9, 999, &r->interval)
							     : strncmp(part, "BYMONTHDAY=", 11) != 0 || !read_number(part + 11, 31, &r->day))
			return false;
	}
	bool months = strcmp(r->freq, "MONTHLY") == 0 || strcmp(r->freq, "YEARLY") == 0;
	return months || (!r->day && (strcmp(r->freq, "DAILY") == 0 || strcmp(r->freq, "WEEKLY") == 0));
}

static char *write_rule(struct arena *a, const struct rule *r)
{
	return r->day ? arena_printf(a, "FREQ=%s;INTERVAL=%d;BYMONTHDAY=%d", r->freq, r->interval, r->day)
		      : arena_printf(a, "FREQ=%s;INTERVAL=%d", r->freq, r->interval);
}

char *recur_parse(struct arena *a, const char *text)
{
	struct rule r;
	int interval = 1;
	char *s = text_fold(a, text_trim(a, text));
	if (strncmp(s, "freq=", 5) == 0 || strncmp(s, "rrule:", 6) == 0) {
		char *up = arena_strdup(a, *s == 'r' ? s + 6 : s);
		for (char *p = up; *p; p++)
			*p = (char)toupper((unsigned char)*p);
		return read_rule(up, &r) ? write_rule(a, &r) : NULL;
	}
	static const char *const lead[] = {"every ", "chaque ", "toutes les ", "tous les ", "+"};
	for (size_t i = 0; i < sizeof lead / sizeof *lead; i++)
		if (strncmp(s, lead[i], strlen(lead[i])) == 0)
			s += strlen(lead[i]);
	if (isdigit((unsigned char)*s)) {
		interval = (int)strtol(s, &s, 10);
		while (*s == ' ')
			s++;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].word, s) == 0 && interval > 0 && interval < 1000)
			return arena_printf(a, "FREQ=%s;INTERVAL=%d", words[i].freq, interval * words[i].interval);
	return NULL;
}

/* The day that the rule means: its own where the month of `at` only cut it short, else the one that was chosen since. */
static int meant_day(const struct rule *r, const struct civil *at)
{
	int last = clock_days_in_month(at->year, at->month);
	return r->day > at->day && at->day == last ? r->day : at->day;
}

bool recur_next(const char *rrule, int64_t from, int64_t *out)
{
	struct rule r;
	if (!read_rule(rrule, &r))
		return false;
	struct civil c = clock_local(from);
	int64_t days = clock_days_from_civil(c.year, c.month, c.day);
	if (strcmp(r.freq, "DAILY") == 0 || strcmp(r.freq, "WEEKLY") == 0) {
		days += (int64_t)r.interval * (r.freq[0] == 'W' ? 7 : 1);
		clock_civil_from_days(days, &c.year, &c.month, &c.day);
	} else {
		int day = meant_day(&r, &c), at = c.month - 1 + (r.freq[0] == 'Y' ? 12 * r.interval : r.interval);
		c.year += at / 12;
		c.month = at % 12 + 1;
		int last = clock_days_in_month(c.year, c.month);
		c.day = day > last ? last : day;
	}
	*out = clock_from_local(&c);
	return true;
}

char *recur_keep(struct arena *a, const char *rrule, int64_t from)
{
	struct rule r;
	if (!read_rule(rrule, &r))
		return arena_strdup(a, rrule);
	struct civil c = clock_local(from);
	if (strcmp(r.freq, "DAILY") != 0 && strcmp(r.freq, "WEEKLY") != 0) {
		int day = meant_day(&r, &c);
		r.day = day > 28 ? day : 0;
	}
	return write_rule(a, &r);
}
