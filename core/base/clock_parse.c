/* Dates, times and durations as people type them, in English and French: see clock.h.
 *
 * The text is folded first, so case and accents do not matter. Then one cursor walks over it: a date, and for instants
 * a time after it or alone (which means today). Both languages are always understood, whatever the language in use:
 * teams mix them. Where a word means two things the place decides: "mar" after a number is March, alone it is mardi.
 */
#include "core/base/clock.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cursor {
	const char *s;
};

static void skip(struct cursor *c)
{
	while (*c->s == ' ' || *c->s == ',')
		c->s++;
}

/* Digits at the cursor; the number of them, 0 when there are none or too many. */
static int number(struct cursor *c, int *value)
{
	int n = 0, v = 0;
	*value = 0;
	while (c->s[n] >= '0' && c->s[n] <= '9') {
		if (n == 8)
			return 0;
		v = v * 10 + c->s[n++] - '0';
	}
	*value = v;
	c->s += n;
	return n;
}

static size_t letters(const char *s)
{
	size_t n = 0;
	while (s[n] >= 'a' && s[n] <= 'z')
		n++;
	return n;
}

/* True when the word of n letters is `name` or at least its first three letters. */
static bool abbreviates(const char *word, size_t n, const char *name)
{
	return n >= 3 && strncmp(word, name, n) == 0;
}

static int find_name(const char *const (*names)[2], int count, const char *word, size_t n)
{
	for (int i = 0; i < count; i++)
		if (abbreviates(word, n, names[i][0]) || abbreviates(word, n, names[i][1]))
			return i;
	return -1;
}

static int weekday_named(const char *word, size_t n)
{
	static const char *const names[7][2] = {{"monday", "lundi"}, {"tuesday", "mardi"}, {"wednesday", "mercredi"},
		{"thursday", "jeudi"}, {"friday", "vendredi"}, {"saturday", "samedi"}, {"sunday", "dimanche"}};
	return find_name(names, 7, word, n);
}

/* 1..12, or 0. "jui" could be two French months and is neither. */
static int month_named(const char *word, size_t n)
{
	static const char *const names[12][2] = {{"january", "janvier"}, {"february", "fevrier"}, {"march", "mars"},
		{"april", "avril"}, {"may", "mai"}, {"june", "juin"}, {"july", "juillet"}, {"august", "aout"},
		{"september", "septembre"}, {"october", "octobre"}, {"november", "novembre"}, {"december", "decembre"}};
	if (n == 3 && strncmp(word, "jui", 3) == 0)
		return 0;
	return find_name(names, 12, word, n) + 1;
}

static int full_year(int value, int digits)
{
	return digits <= 2 ? 2000 + value : value;
}

/* A date without a year is the one nearest to today. */
static bool nearest_year(int month, int day, int64_t *days)
{
	int64_t today = clock_today();
	int y, m, d;
	clock_civil_from_days(today, &y, &m, &d);
	bool found = false;
	for (int k = y - 1; k <= y + 1; k++) {
		if (!clock_valid_date(k, month, day))
			continue;
		int64_t at = clock_days_from_civil(k, month, day);
		if (!found || llabs(at - today) < llabs(*days - today))
			*days = at;
		found = true;
	}
	return found;
}

static bool dated(int year, int month, int day, int64_t *days)
{
	if (!clock_valid_date(year, month, day))
		return false;
	*days = clock_days_from_civil(year, month, day);
	return true;
}

/* After "28 " or "28": a month's name and perhaps a year. */
static bool named_month(struct cursor *c, int day, int64_t *days)
{
	skip(c);
	size_t n = letters(c->s);
	int month = month_named(c->s, n);
	if (!month)
		return false;
	c->s += n;
	if (*c->s == '.')
		c->s++;
	struct cursor at = *c;
	skip(&at);
	int year, digits = number(&at, &year);
	bool is_year = (digits == 4 || digits == 2) && *at.s != ':' && *at.s != 'h';
	if (!is_year)
		return nearest_year(month, day, days);
	*c = at;
	return dated(full_year(year, digits), month, day, days);
}

/* "28/02/2026", "28.2.26", "2026-02-28", "28/2". */
static bool numeric_date(struct cursor *c, bool day_first, int64_t *days)
{
	int part[3] = {0}, digits[3] = {0}, count = 0;
	char sep = '\0';
	for (;;) {
		digits[count] = number(c, &part[count]);
		if (!digits[count])
			return false;
		count++;
		if (count == 3 || !*c->s || !strchr("/.-", *c->s) || (sep && *c->s != sep))
			break;
		if (c->s[1] < '0' || c->s[1] > '9')
			break; /* the final dot of "28.2." */
		sep = *c->s++;
	}
	if (*c->s == '.')
		c->s++;
	if (count == 3 && digits[0] == 4)
		return dated(part[0], part[1], part[2], days);
	int day = day_first ? part[0] : part[1], month = day_first ? part[1] : part[0];
	if (count < 2 || digits[0] > 2 || digits[1] > 2)
		return false;
	if (count == 2)
		return nearest_year(month, day, days);
	return (digits[2] == 2 || digits[2] == 4) && dated(full_year(part[2], digits[2]), month, day, days);
}

static int64_t add_months(int64_t days, int64_t months)
{
	int y, m, d;
	clock_civil_from_days(days, &y, &m, &d);
	int64_t total = (int64_t)y * 12 + m - 1 + months;
	y = (int)(total / 12);
	m = (int)(total % 12) + 1;
	int last = clock_days_in_month(y, m);
	return clock_days_from_civil(y, m, d < last ? d : last);
}

/* "+3d", "-2w", "+1m", "+1y" and their French letters. */
static bool relative(struct cursor *c, int64_t *days)
{
	int64_t sign = *c->s++ == '-' ? -1 : 1;
	int n;
	skip(c);
	if (!number(c, &n) || n > 100000)
		return false;
	skip(c);
	size_t len = letters(c->s);
	char unit = len ? *c->s : 'd';
	c->s += len;
	int64_t today = clock_today();
	switch (unit) {
	case 'd':
	case 'j':
		*days = today + sign * n;
		return true;
	case 'w':
	case 's':
		*days = today + sign * n * 7;
		return true;
	case 'm':
	case 'y':
	case 'a': {
		int64_t months = sign * n * (unit == 'm' ? 1 : 12);
		if (llabs(months) > 12 * 1000)
			return false;
		*days = add_months(today, months);
		return true;
	}
	default:
		return false;
	}
}

static bool day_word(struct cursor *c, int64_t *days)
{
	static const struct {
		const char *word;
		int shift;
	} words[] = {{"today", 0}, {"aujourd'hui", 0}, {"aujourdhui", 0}, {"auj", 0}, {"tomorrow", 1}, {"tom", 1},
		{"tmr", 1}, {"demain", 1}, {"apres-demain", 2}, {"apres demain", 2}, {"yesterday", -1}, {"hier", -1},
		{"avant-hier", -2}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i].word);
		if (strncmp(c->s, words[i].word, n) != 0 || letters(c->s + n))
			continue;
		c->s += n;
		*days = clock_today() + words[i].shift;
		return true;
	}
	size_t n = letters(c->s);
	int weekday = weekday_named(c->s, n);
	if (weekday < 0)
		return false;
	c->s += n;
	if (*c->s == '.')
		c->s++;
	int64_t today = clock_today(), now = (today + 3) % 7;
	int64_t ahead = (weekday - now + 7) % 7;
	*days = today + (ahead ? ahead : 7);
	return true;
}

/* "feb 28" and "february 28, 2026" */
static bool month_first(struct cursor *c, int64_t *days)
{
	size_t n = letters(c->s);
	int month = month_named(c->s, n), day, year;
	if (!month)
		return false;
	c->s += n;
	if (*c->s == '.')
		c->s++;
	skip(c);
	int digits = number(c, &day);
	if (digits < 1 || digits > 2 || *c->s == ':' || *c->s == 'h')
		return false;
	struct cursor at = *c;
	skip(&at);
	digits = number(&at, &year);
	if (digits != 4)
		return nearest_year(month, day, days);
	*c = at;
	return dated(year, month, day, days);
}

static bool scan_day(struct cursor *c, bool day_first, int64_t *days)
{
	if (*c->s == '+' || *c->s == '-')
		return relative(c, days);
	if (*c->s >= '0' && *c->s <= '9') {
		struct cursor at = *c;
		int day, digits = number(&at, &day);
		if (strncmp(at.s, "er", 2) == 0 && !letters(at.s + 2)) /* 1er mars */
			at.s += 2;
		if (digits && digits <= 2 && named_month(&at, day, days)) {
			*c = at;
			return true;
		}
		return numeric_date(c, day_first, days);
	}
	struct cursor at = *c;
	if (month_first(&at, days)) {
		*c = at;
		return true;
	}
	if (!day_word(c, days))
		return false;
	/* "lundi 3 mars", "Tue 28/02": the date counts, the day's name is a courtesy */
	at = *c;
	skip(&at);
	int64_t dated_days;
	if (*at.s >= '0' && *at.s <= '9' && scan_day(&at, day_first, &dated_days)) {
		*c = at;
		*days = dated_days;
	}
	return true;
}

/* "10h", "10h30", "10:30", "10:30:15", "3pm", "3:30 pm", "noon"; milliseconds of the day. */
static bool scan_clock(struct cursor *c, int64_t *ms)
{
	static const struct {
		const char *word;
		int hour;
	} words[] = {{"noon", 12}, {"midi", 12}, {"midnight", 0}, {"minuit", 0}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i].word);
		if (strncmp(c->s, words[i].word, n) == 0 && !letters(c->s + n)) {
			c->s += n;
			*ms = words[i].hour * CLOCK_HOUR;
			return true;
		}
	}
	int hour, minute = 0, second = 0, digits = number(c, &hour);
	if (digits < 1 || digits > 2)
		return false;
	bool marked = false;
	if (*c->s == ':') {
		c->s++;
		if (number(c, &minute) != 2)
			return false;
		if (*c->s == ':' && (c->s++, number(c, &second) != 2))
			return false;
		marked = true;
	}
	struct cursor at = *c;
	skip(&at);
	if (!marked && *at.s == 'h' && letters(at.s) == 1) {
		at.s++;
		*c = at;
		skip(&at);
		if (number(&at, &minute) == 2)
			*c = at;
		else
			minute = 0;
		marked = true;
	} else if ((*at.s == 'a' || *at.s == 'p') && at.s[1] == 'm' && letters(at.s) == 2) {
		if (hour < 1 || hour > 12)
			return false;
		hour = hour % 12 + (*at.s == 'p' ? 12 : 0);
		at.s += 2;
		*c = at;
		marked = true;
	}
	if (!marked || hour > 23 || minute > 59 || second > 59)
		return false;
	*ms = hour * CLOCK_HOUR + minute * CLOCK_MINUTE + second * INT64_C(1000);
	return true;
}

static void skip_at(struct cursor *c)
{
	skip(c);
	static const char *const words[] = {"at ", "a ", "@"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strncmp(c->s, words[i], strlen(words[i])) == 0) {
			c->s += strlen(words[i]);
			break;
		}
	skip(c);
}

bool clock_parse_date(const char *s, bool day_first, int64_t *days)
{
	struct arena *a = arena_new();
	struct cursor c = {text_trim(a, text_fold(a, s))};
	int64_t found = 0;
	bool ok = scan_day(&c, day_first, &found) && !*c.s;
	arena_free(&a);
	if (ok)
		*days = found;
	return ok;
}

static int64_t local_instant(int64_t days, int64_t of_day)
{
	struct civil c = {0};
	clock_civil_from_days(days, &c.year, &c.month, &c.day);
	c.hour = (int)(of_day / CLOCK_HOUR);
	c.minute = (int)(of_day / CLOCK_MINUTE % 60);
	c.second = (int)(of_day / 1000 % 60);
	return clock_from_local(&c);
}

static bool scan_instant(struct cursor c, bool day_first, int64_t *ms)
{
	int64_t days, of_day = 0;
	struct cursor alone = c;
	skip_at(&alone);
	if (scan_clock(&alone, &of_day) && !*alone.s) {
		*ms = local_instant(clock_today(), of_day);
		return true;
	}
	of_day = 0;
	if (!scan_day(&c, day_first, &days))
		return false;
	skip_at(&c);
	if (*c.s && (!scan_clock(&c, &of_day) || *c.s))
		return false;
	*ms = local_instant(days, of_day);
	return true;
}

bool clock_parse_instant(const char *s, bool day_first, int64_t *ms)
{
	struct arena *a = arena_new();
	const char *text = text_trim(a, s);
	int64_t found = 0;
	bool ok = clock_parse_iso_instant(text, &found) ||
		  scan_instant((struct cursor){text_fold(a, text)}, day_first, &found);
	arena_free(&a);
	if (ok)
		*ms = found;
	return ok;
}

/* Seconds of a unit's word; 0 when it is none. */
static int64_t unit_seconds(const char *word, size_t n)
{
	static const struct {
		const char *word;
		int64_t seconds;
	} units[] = {{"s", 1}, {"sec", 1}, {"secs", 1}, {"second", 1}, {"seconds", 1}, {"seconde", 1}, {"secondes", 1},
		{"m", 60}, {"mn", 60}, {"min", 60}, {"mins", 60}, {"minute", 60}, {"minutes", 60}, {"h", 3600},
		{"hr", 3600}, {"hrs", 3600}, {"hour", 3600}, {"hours", 3600}, {"heure", 3600}, {"heures", 3600},
		{"d", 86400}, {"day", 86400}, {"days", 86400}, {"j", 86400}, {"jour", 86400}, {"jours", 86400}};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strlen(units[i].word) == n && strncmp(units[i].word, word, n) == 0)
			return units[i].seconds;
	return 0;
}

/* "1:30" and "1:30:15" */
static bool colon_duration(const char *s, int64_t *seconds)
{
	struct cursor c = {s};
	int hours, minutes, secs = 0;
	if (!number(&c, &hours) || *c.s++ != ':' || number(&c, &minutes) != 2)
		return false;
	if (*c.s == ':' && (c.s++, number(&c, &secs) != 2))
		return false;
	if (*c.s || minutes > 59 || secs > 59)
		return false;
	*seconds = hours * INT64_C(3600) + minutes * 60 + secs;
	return true;
}

static bool scan_duration(struct cursor c, int64_t *seconds)
{
	int64_t total = 0, last_unit = 0;
	if (!*c.s)
		return false;
	while (*c.s) {
		int whole, tenths = 0, digits = number(&c, &whole), scale = 1;
		if (!digits)
			return false;
		if ((*c.s == '.' || *c.s == ',') && c.s[1] >= '0' && c.s[1] <= '9') {
			c.s++;
			digits = number(&c, &tenths);
			if (!digits || digits > 3)
				return false;
			for (; digits > 0; digits--)
				scale *= 10;
		}
		skip(&c);
		size_t n = letters(c.s);
		int64_t unit = n                   ? unit_seconds(c.s, n)
			       : last_unit == 3600 ? 60
			       : last_unit == 60   ? 1
			       : last_unit         ? 0
						   : 60;
		if (!unit || (last_unit && unit >= last_unit))
			return false;
		c.s += n;
		if (*c.s == '.')
			c.s++;
		total += whole * unit + (tenths * unit + scale / 2) / scale;
		last_unit = unit;
		skip(&c);
	}
	*seconds = total;
	return true;
}

bool clock_parse_duration(const char *s, int64_t *seconds)
{
	struct arena *a = arena_new();
	const char *text = text_trim(a, text_fold(a, s));
	int64_t found = 0;
	bool ok = colon_duration(text, &found) || scan_duration((struct cursor){text}, &found);
	arena_free(&a);
	if (ok)
		*seconds = found;
	return ok;
}
