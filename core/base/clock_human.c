/* Dates and times as people read them, in the language in use: see clock.h.
 *
 * Near things are named by their distance ("tomorrow", "Tue 10:00", "2 d ago"), far ones by their date. Everything is
 * short: these texts live in columns of a list.
 */
#include "core/base/clock.h"
#include "core/base/i18n.h"

#include <stdio.h>

const char *clock_month_short(int month)
{
	static const char *const names[] = {N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"), N_("Jul"),
		N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")};
	return month >= 1 && month <= 12 ? _(names[month - 1]) : "?";
}

const char *clock_weekday_short(int weekday)
{
	static const char *const names[] = {
		N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};
	return weekday >= 0 && weekday <= 6 ? _(names[weekday]) : "?";
}

static int weekday_of(int64_t days)
{
	int64_t w = (days + 3) % 7;
	return (int)(w < 0 ? w + 7 : w);
}

/* "today" and its neighbours; NULL when the day has no such name. */
static const char *near_name(int64_t days, int64_t today)
{
	switch (days - today) {
	case -1:
		return _("yesterday");
	case 0:
		return _("today");
	case 1:
		return _("tomorrow");
	default:
		return days > today && days < today + 7 ? clock_weekday_short(weekday_of(days)) : NULL;
	}
}

char *clock_human_date(struct arena *a, int64_t days)
{
	int64_t today = clock_today();
	const char *name = near_name(days, today);
	if (name)
		return arena_strdup(a, name);
	int y, m, d, this_year, unused;
	clock_civil_from_days(days, &y, &m, &d);
	clock_civil_from_days(today, &this_year, &unused, &unused);
	if (y == this_year)
		return arena_printf(a, "%d %s", d, clock_month_short(m));
	return arena_printf(a, "%d %s %d", d, clock_month_short(m), y);
}

char *clock_human_instant(struct arena *a, int64_t ms)
{
	struct civil c = clock_local(ms), now = clock_local(clock_now());
	int64_t days = clock_days_from_civil(c.year, c.month, c.day);
	const char *date = clock_human_date(a, days);
	if (c.year != now.year && !near_name(days, clock_today()))
		return arena_strdup(a, date); /* so far away the hour says nothing */
	if (c.hour == 0 && c.minute == 0)
		return arena_strdup(a, date); /* a day that was given without a time */
	if (days == clock_today())
		date = C_("before the hour", "today"); /* a column holds the short form only */
	return arena_printf(a, "%s %02d:%02d", date, c.hour, c.minute);
}

static char *distance(struct arena *a, long n, bool ahead, const char *past, const char *future)
{
	return arena_printf(a, ahead ? future : past, n);
}

char *clock_human_ago(struct arena *a, int64_t ms)
{
	int64_t gap = clock_now() - ms;
	bool ahead = gap < 0;
	if (ahead)
		gap = -gap;
	long minutes = (long)(gap / CLOCK_MINUTE), hours = (long)(gap / CLOCK_HOUR), days = (long)(gap / CLOCK_DAY);
	if (minutes < 1)
		return arena_strdup(a, _("now"));
	if (hours < 1)
		return distance(a, minutes, ahead, _("%ld min ago"), _("in %ld min"));
	if (days < 1)
		return distance(a, hours, ahead, _("%ld h ago"), _("in %ld h"));
	if (days < 14)
		return distance(a, days, ahead, _("%ld d ago"), _("in %ld d"));
	if (days < 61)
		return distance(a, days / 7, ahead, _("%ld w ago"), _("in %ld w"));
	if (days < 730)
		return distance(a, days * 12 / 365, ahead, _("%ld mo ago"), _("in %ld mo"));
	return distance(a, days * 4 / 1461, ahead, _("%ld y ago"), _("in %ld y"));
}

char *clock_human_duration(struct arena *a, int64_t seconds)
{
	long s = (long)seconds, minutes = s / 60, hours = minutes / 60;
	if (s < 0) {
		char *positive = clock_human_duration(a, -seconds);
		return arena_printf(a, "-%s", positive);
	}
	if (s < 60)
		return arena_printf(a, _("%ld s"), s);
	if (hours < 1)
		return arena_printf(a, _("%ld min"), minutes);
	if (minutes % 60 == 0)
		return arena_printf(a, _("%ld h"), hours);
	return arena_printf(a, _("%ld h %02ld"), hours, minutes % 60);
}
