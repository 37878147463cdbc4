/* Days, times and durations in a captured line, in English and French. What one word or phrase means is core/base/clock_parse.c's; here is
 * what people put around it: "on dec 3 at 9am", "le 3 décembre à 9h", "lundi prochain", "in 3 days", "demain matin".
 *
 * "1h30" is how long it took, "10h30" is when: up to four hours without a day or "at" before them are a duration.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/crm/capture_words.h"

enum { LONGEST_PHRASE = 7, LONGEST_DURATION = 4 };

static const char *const at_words[] = {"at", "a", "@", "vers", "around"};

static bool is_number(const char *s)
{
	size_t n = strspn(s, "0123456789");
	return n > 0 && n < 5 && !s[n];
}

/* Words i..i+n as one text for the clock, without "next" and "prochain". */
static bool read_phrase(struct core *c, struct arena *a, const struct words *w, int i, int n, int64_t *ms)
{
	static const char *const dropped[] = {"next", "prochain", "prochaine"};
	struct buf b = {0};
	bool letters = false, ok = true;
	for (int k = i; k < i + n && ok; k++) {
		const char *s = w->folded[k];
		bool last = k == i + n - 1, at = WORD_IN(s, at_words);
		ok = !w->used[k] && !w->kept[k] && !(last && (at || strcmp(s, "next") == 0)) && !(k == i && strncmp(s, "prochain", 8) == 0);
		if (WORD_IN(s, dropped))
			continue;
		buf_printf(&b, "%s%s", b.len ? " " : "", at ? "at" : s);
		letters = letters || !is_number(s);
	}
	ok = ok && letters && clock_parse_instant(buf_str(&b), c->day_first, ms);
	(void)a;
	buf_free(&b);
	return ok;
}

/* Sam is a person, sam. is Saturday: a short name with a capital and nothing around it that tells a time is a name. */
static bool may_be_person(const struct words *w, int i, int n, bool led)
{
	return n == 1 && !led && words_begin_upper(w->bare[i]) && strlen(w->bare[i]) <= 3;
}

static int64_t day_start(int64_t days)
{
	struct civil c = {0};
	clock_civil_from_days(days, &c.year, &c.month, &c.day);
	return clock_from_local(&c);
}

/* "in 3 days", "dans une semaine", "in 2 hours"; returns the words it took. */
static int read_relative(const struct words *w, int i, int64_t *ms)
{
	static const char *const lead[] = {"in", "dans", "within", "d'ici"}, *const one[] = {"a", "an", "un", "une"};
	static const struct {
		const char *word;
		char unit;
	} units[] = {{"day", 'd'}, {"days", 'd'}, {"jour", 'd'}, {"jours", 'd'}, {"week", 'w'}, {"weeks", 'w'}, {"semaine", 'w'}, {"semaines", 'w'},
		{"month", 'm'}, {"months", 'm'}, {"mois", 'm'}, {"hour", 'h'}, {"hours", 'h'}, {"heure", 'h'}, {"heures", 'h'}, {"h", 'h'},
		{"min", 'i'}, {"mins", 'i'}, {"mn", 'i'}, {"minute", 'i'}, {"minutes", 'i'}};
	if (!words_free(w, i, 3) || !WORD_IN(w->folded[i], lead))
		return 0;
	bool single = WORD_IN(w->folded[i + 1], one);
	if (!single && !is_number(w->folded[i + 1]))
		return 0;
	int64_t n = single ? 1 : strtoll(w->folded[i + 1], NULL, 10), days;
	for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
		if (strcmp(units[k].word, w->folded[i + 2]) != 0)
			continue;
		struct civil c = {0};
		switch (units[k].unit) {
		case 'h':
			*ms = clock_now() + n * CLOCK_HOUR;
			return 3;
		case 'i':
			*ms = clock_now() + n * CLOCK_MINUTE;
			return 3;
		case 'm':
			clock_civil_from_days(clock_today(), &c.year, &c.month, &c.day);
			c.month += (int)(n % 1200);
			c.year += (c.month - 1) / 12;
			c.month = (c.month - 1) % 12 + 1;
			while (c.day > 28 && !clock_valid_date(c.year, c.month, c.day))
				c.day--;
			*ms = clock_from_local(&c);
			return 3;
		default:
			days = clock_today() + n * (units[k].unit == 'w' ? 7 : 1);
			*ms = day_start(days);
			return 3;
		}
	}
	return 0;
}

/* "next week" is its Monday, "le mois prochain" its first day. */
static int read_next(const struct words *w, int i, int64_t *ms)
{
	static const struct {
		const char *a, *b;
		bool month;
	} phrases[] = {{"next", "week", false}, {"semaine", "prochaine", false}, {"next", "month", true}, {"mois", "prochain", true}};
	for (size_t k = 0; k < sizeof phrases / sizeof *phrases; k++) {
		if (!words_free(w, i, 2) || strcmp(w->folded[i], phrases[k].a) != 0 || strcmp(w->folded[i + 1], phrases[k].b) != 0)
			continue;
		int64_t today = clock_today();
		struct civil c = {0};
		clock_civil_from_days(today, &c.year, &c.month, &c.day);
		c = (struct civil){.year = c.month == 12 ? c.year + 1 : c.year, .month = c.month % 12 + 1, .day = 1};
		*ms = phrases[k].month ? clock_from_local(&c) : day_start(today + 7 - (today + 3) % 7);
		return 2;
	}
	return 0;
}

static int part_of_day(const struct words *w, int i, int64_t *ms)
{
	static const struct {
		const char *word;
		int hour;
	} parts[] = {{"matin", 9}, {"morning", 9}, {"apres-midi", 14}, {"aprem", 14}, {"afternoon", 14}, {"soir", 18}, {"evening", 18}};
	for (size_t k = 0; i < w->n && !w->used[i] && k < sizeof parts / sizeof *parts; k++)
		if (strcmp(parts[k].word, w->folded[i]) == 0) {
			*ms += parts[k].hour * CLOCK_HOUR;
			return 1;
		}
	return 0;
}

/* The hour behind a day that had none: "next week at 10h". */
static int hour_behind(struct core *c, struct arena *a, const struct words *w, int i, int64_t *ms)
{
	for (int n = 3; n >= 1; n--) {
		int64_t clock;
		if (!words_free(w, i, n) || !read_phrase(c, a, w, i, n, &clock))
			continue;
		struct civil at = clock_local(clock);
		bool day = clock - day_start(clock_today()) >= CLOCK_DAY || clock < day_start(clock_today());
		if (day || (at.hour == 0 && at.minute == 0))
			continue;
		*ms += at.hour * CLOCK_HOUR + at.minute * CLOCK_MINUTE;
		return n;
	}
	return 0;
}

static bool is_led(const struct words *w, int i)
{
	static const char *const lead[] = {"pendant", "for", "during", "pour"};
	return i > 0 && WORD_IN(w->folded[i - 1], lead);
}

/* "30m", "45 min", "1h30", "2 hours"; returns the words it took. */
static int read_duration(const struct words *w, int i, int64_t *seconds)
{
	static const char *const minutes[] = {"m", "mn", "min", "mins", "minute", "minutes"};
	static const char *const hours[] = {"h", "hr", "hrs", "hour", "hours", "heure", "heures"};
	const char *s = w->folded[i];
	size_t n = strspn(s, "0123456789");
	if (!n || n > 3)
		return 0;
	if (!s[n] && i + 1 < w->n && !w->used[i + 1] && (WORD_IN(w->folded[i + 1], minutes) || WORD_IN(w->folded[i + 1], hours))) {
		bool h = *w->folded[i + 1] == 'h', half = h && i + 2 < w->n && !w->used[i + 2] && strlen(w->folded[i + 2]) == 2 && is_number(w->folded[i + 2]);
		*seconds = strtoll(s, NULL, 10) * (h ? 3600 : 60) + (half ? strtoll(w->folded[i + 2], NULL, 10) * 60 : 0);
		return half ? 3 : 2;
	}
	if (WORD_IN(s + n, minutes))
		return clock_parse_duration(s, seconds) ? 1 : 0;
	bool told = is_led(w, i);
	if (s[n] != 'h' || (strtol(s, NULL, 10) > LONGEST_DURATION && !told))
		return 0;
	return clock_parse_duration(s, seconds) ? 1 : 0;
}

/* What a moment was told by: what comes apart in the line, "at 3pm … on friday", comes together. */
enum told { TOLD_NOTHING, TOLD_CLOCK, TOLD_DAY, TOLD_BOTH };

/* A day or a time from word i on; returns the words it took. Days without a time are in the morning. */
static int read_when(struct core *c, struct arena *a, const struct words *w, int i, bool led, int64_t *ms, enum told *told)
{
	static const char *const how_long[] = {"for", "pour"};
	static const char *const lead[] = {"on", "le", "the", "by", "before", "avant", "ce", "this", "la", "until", "d'ici", "for", "pour"};
	int skip = WORD_IN(w->folded[i], lead) || (WORD_IN(w->folded[i], at_words) && i + 1 < w->n) ? 1 : 0, n = read_relative(w, i, ms);
	struct civil at;
	int64_t unused;
	*told = TOLD_BOTH;
	if (!n && i + 1 < w->n && WORD_IN(w->folded[i], how_long) && read_duration(w, i + 1, &unused))
		return 0;
	if (!n && (n = read_next(w, i + skip, ms)) > 0)
		n += skip;
	for (int k = LONGEST_PHRASE; !n && k >= 1; k--)
		if (i + skip + k <= w->n && read_phrase(c, a, w, i + skip, k, ms) && !may_be_person(w, i + skip, k, led || skip))
			n = skip + k;
	if (!n)
		return 0;
	at = clock_local(*ms);
	for (int k = i; k < i + n && *told == TOLD_BOTH; k++) /* a time of today begins with a digit and has no day beside it */
		if (!WORD_IN(w->folded[k], at_words))
			*told = n - (k - i) <= 2 && isdigit((unsigned char)*w->folded[k]) && strpbrk(words_join(a, w, k, n - (k - i), true), "h:m") &&
						*ms >= day_start(clock_today()) && *ms < day_start(clock_today()) + CLOCK_DAY
					? TOLD_CLOCK
					: TOLD_NOTHING;
	if (*told != TOLD_CLOCK)
		*told = TOLD_BOTH;
	if (at.hour == 0 && at.minute == 0) {
		int more = part_of_day(w, i + n, ms);
		if (!more)
			more = hour_behind(c, a, w, i + n, ms);
		n += more;
		if (!more) {
			*ms += 9 * CLOCK_HOUR;
			*told = TOLD_DAY;
		}
	}
	return n;
}

static void put_when(int64_t *to, enum told *had, int64_t ms, enum told told)
{
	if (*had == TOLD_CLOCK && told == TOLD_DAY)
		ms = day_start(clock_today() + (ms - day_start(clock_today())) / CLOCK_DAY) + (*to - day_start(clock_today()));
	if (*had == TOLD_DAY && told == TOLD_CLOCK)
		ms = *to - 9 * CLOCK_HOUR + (ms - day_start(clock_today()));
	*to = ms;
	*had = told;
}

/* What comes next: "call back", "rappel", "relance"; returns the words it took. */
static int read_follow(const struct words *w, int i, bool *call)
{
	static const char *const calls[] = {"rappel", "rappeler", "rappelle", "callback", "recall"};
	static const char *const others[] = {"relance", "relancer", "suivi", "followup", "follow-up", "remind", "reminder", "next", "ensuite", "puis", "then"};
	static const char *const ring[] = {"call", "ring", "phone"};
	bool two = i + 1 < w->n && !w->used[i + 1];
	if (two && WORD_IN(w->folded[i], ring) && strcmp(w->folded[i + 1], "back") == 0) {
		*call = true;
		return 2;
	}
	if (two && strcmp(w->folded[i], "follow") == 0 && strcmp(w->folded[i + 1], "up") == 0)
		return 2;
	if (WORD_IN(w->folded[i], calls)) {
		*call = true;
		return 1;
	}
	return WORD_IN(w->folded[i], others) ? 1 : 0;
}

void capture_find_times(struct core *c, struct arena *a, struct words *w, struct capture *out)
{
	bool follow = false, call = false;
	enum told told, had[2] = {TOLD_NOTHING, TOLD_NOTHING};
	int said_at = 0, said = 0; /* where what comes next was told */
	for (int i = 0, n; i < w->n; i += n) {
		int64_t ms = 0;
		n = 1;
		if (w->used[i] || w->kept[i])
			continue;
		if (!out->duration && (n = read_duration(w, i, &out->duration)) > 0) {
			bool led = is_led(w, i);
			words_use(w, led ? i - 1 : i, led ? n + 1 : n);
			continue;
		}
		if ((n = read_when(c, a, w, i, follow, &ms, &told)) > 0) {
			put_when(follow ? &out->follow_up : &out->at, &had[follow], ms, told);
			words_use(w, i, n);
			follow = false;
			continue;
		}
		if (!w->task && (n = read_follow(w, i, &call)) > 0) {
			follow = true;
			said_at = i;
			said = n;
			words_use(w, i, n);
			continue;
		}
		n = 1;
	}
	if (follow && !out->follow_up) {
		out->follow_up = out->at;
		out->at = 0;
		out->planned = !w->verb; /* to be done, whenever */
		for (int i = said_at; w->verb && !out->follow_up && i < said_at + said; i++)
			w->used[i] = false;
	}
	out->follow_type = call || strcmp(out->type, "call") == 0 ? "call" : "task";
	if (w->verb || w->task || (!out->follow_up && !out->planned))
		return;
	/* the line is about nothing but what comes next */
	out->type = out->follow_type;
	out->at = out->follow_up;
	out->follow_up = 0;
	out->planned = true;
}
