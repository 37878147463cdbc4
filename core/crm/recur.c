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

static bool read_rule(const char *rule, char freq[16], int *interval)
{
	*interval = 1;
	freq[0] = '\0';
	const char *f = strstr(rule, "FREQ="), *i = strstr(rule, "INTERVAL=");
	if (!f || sscanf(f + 5, "%15[A-Z]", freq) != 1)
		return false;
	if (i)
		*interval = atoi(i + 9);
	return *interval > 0 && *interval < 1000;
}

char *recur_parse(struct arena *a, const char *text)
{
	char freq[16];
	int interval = 1;
	char *s = text_fold(a, text_trim(a, text));
	if (strncmp(s, "freq=", 5) == 0 || strncmp(s, "rrule:", 6) == 0) {
		char *up = arena_strdup(a, s);
		for (char *p = up; *p; p++)
			*p = (char)toupper((unsigned char)*p);
		if (!read_rule(up, freq, &interval) || !(!strcmp(freq, "DAILY") || !strcmp(freq, "WEEKLY") ||
							    !strcmp(freq, "MONTHLY") || !strcmp(freq, "YEARLY")))
			return NULL;
		return arena_printf(a, "FREQ=%s;INTERVAL=%d", freq, interval);
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

bool recur_next(const char *rrule, int64_t from, int64_t *out)
{
	char freq[16];
	int n;
	if (!read_rule(rrule, freq, &n))
		return false;
	struct civil c = clock_local(from);
	int64_t days = clock_days_from_civil(c.year, c.month, c.day);
	if (strcmp(freq, "DAILY") == 0 || strcmp(freq, "WEEKLY") == 0) {
		days += (int64_t)n * (freq[0] == 'W' ? 7 : 1);
		clock_civil_from_days(days, &c.year, &c.month, &c.day);
	} else {
		int months = freq[0] == 'Y' ? 12 * n : n;
		int at = c.month - 1 + months;
		c.year += at / 12;
		c.month = at % 12 + 1;
		int last = clock_days_in_month(c.year, c.month);
		if (c.day > last)
			c.day = last;
	}
	*out = clock_from_local(&c);
	return true;
}
