/* Dates in files: see columns.h. Shapes are recognised here, an order for 03/04/2026 is the column's to know. */
#include "core/crm/io/column_date.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/crm/io/columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Up to `most` digits; returns how many. */
static int number(const char **s, int most, int *value)
{
	int n = 0, v = 0;
	while (n < most && is_digit((*s)[n]))
		v = v * 10 + (*s)[n++] - '0';
	*value = v;
	*s += n;
	return n;
}

static size_t letters(const char *s)
{
	size_t n = 0;
	while (s[n] >= 'a' && s[n] <= 'z')
		n++;
	return n;
}

/* Months in English, French, German, Spanish, Italian, Portuguese and Czech, folded; a word of three letters or more
 * that one of them begins with (or that begins with a Czech stem) is that month. */
static int month_named(const char *word, size_t n)
{
	static const char *const names[12] = {"january janvier januar enero gennaio janeiro ledna leden",
		"february fevrier februar febrero febbraio fevereiro unora unor",
		"march mars marz marzo marco brezna brezen maerz", "april avril abril aprile dubna duben",
		"may mai mayo maggio maio kvetna kveten", "june juin juni junio giugno junho cervna cerven",
		"july juillet juli julio luglio julho cervence cervenec", "august aout agosto srpna srpen",
		"september septembre settembre setembro zari septiembre",
		"october octobre oktober octubre ottobre outubro rijna rijen",
		"november novembre noviembre novembro listopadu listopad",
		"december decembre dezember diciembre dicembre dezembro prosince prosinec"};
	static const char *const unclear[] = {"jui", "jun ", "cer", "cerv", "cerve"};
	if (n < 3)
		return 0;
	for (size_t i = 0; i < sizeof unclear / sizeof *unclear; i++)
		if (strlen(unclear[i]) == n && strncmp(unclear[i], word, n) == 0)
			return 0;
	for (int exact = 1; exact >= 0; exact--) /* "cervence" begins like "cerven" */
		for (int m = 0; m < 12; m++)
			for (const char *p = names[m]; *p; p += letters(p) + (p[letters(p)] == ' '))
				if (strncmp(p, word, n) == 0 && (!exact || letters(p) == n))
					return m + 1;
	return 0;
}

static int full_year(int value, int digits)
{
	if (digits == 2)
		return value < 70 ? 2000 + value : 1900 + value; /* POSIX strptime's %y */
	return digits == 4 ? value : 0;
}

static bool plausible(int year, int month, int day)
{
	return year >= 1800 && year <= 2200 && clock_valid_date(year, month, day);
}

/* "28/02/2026", "2026-02-28", "28.2.26" */
static bool scan_numeric(const char **s, struct date_shape *out)
{
	int part[3], digits[3];
	digits[0] = number(s, 4, &part[0]);
	char sep = **s;
	if (!digits[0] || !sep || !strchr("/.-", sep))
		return false;
	(*s)++;
	while (sep == '.' && **s == ' ') /* "28. 2. 2026" */
		(*s)++;
	digits[1] = number(s, 2, &part[1]);
	if (!digits[1] || **s != sep)
		return false;
	(*s)++;
	while (sep == '.' && **s == ' ')
		(*s)++;
	digits[2] = number(s, 4, &part[2]);
	if (is_digit(**s))
		return false;
	if (digits[0] == 4 && digits[2] >= 1 && digits[2] <= 2) {
		*out = (struct date_shape){.clear = true, .year = part[0], .first = part[1], .second = part[2]};
		return plausible(part[0], part[1], part[2]);
	}
	int year = full_year(part[2], digits[2]);
	if (!year || digits[0] > 2)
		return false;
	*out = (struct date_shape){
		.year = year, .first = part[0], .second = part[1], .day_first = true, .month_first = true};
	out->day_first = plausible(year, part[1], part[0]);
	out->month_first = sep != '.' && plausible(year, part[0], part[1]);
	if (sep == '.') { /* nobody writes month.day.year */
		out->clear = out->day_first;
		out->first = part[1];
		out->second = part[0];
	}
	return out->day_first || out->month_first;
}

static void skip(const char **s)
{
	while (**s == ' ' || **s == ',' || **s == '.' || **s == '-')
		(*s)++;
	if (strncmp(*s, "de ", 3) == 0)
		*s += 3;
}

/* "15 Mar 2024", "15-mar-24", "March 15th, 2024", "Friday, 15. März 2024", "15 de marzo de 2024" */
static bool scan_named(const char **s, struct date_shape *out)
{
	int day = 0, month = 0, year = 0, digits = 0;
	for (int words = 0; words < 5 && **s && !(day && month && year); words++) {
		size_t n = letters(*s);
		int value;
		if (n > 0) {
			int found = month_named(*s, n);
			if (!found && (words > 0 || n < 3)) /* only a weekday's name may stand in front */
				return false;
			if (found && month)
				return false;
			month = found ? found : month;
			*s += n;
		} else if ((digits = number(s, 4, &value)) > 0) {
			if (digits <= 2 && !day)
				day = value;
			else if (day && month)
				year = full_year(value, digits);
			else if (digits == 4 && !day && !month && !year)
				return false;
			if (strncmp(*s, "st", 2) == 0 || strncmp(*s, "nd", 2) == 0 || strncmp(*s, "rd", 2) == 0 ||
				strncmp(*s, "th", 2) == 0 || strncmp(*s, "er", 2) == 0)
				*s += 2;
		} else {
			return false;
		}
		if (!(day && month && year))
			skip(s);
	}
	*out = (struct date_shape){.clear = true, .year = year, .first = month, .second = day};
	return plausible(year, month, day) && !is_digit(**s);
}

static bool scan_zone(const char **s, struct date_shape *out)
{
	if (**s == 'z' || strncmp(*s, "utc", 3) == 0 || strncmp(*s, "gmt", 3) == 0) {
		*s += **s == 'z' ? 1 : 3;
		out->zoned = true;
		return true;
	}
	if (**s != '+' && **s != '-')
		return true;
	int sign = *(*s)++ == '-' ? -1 : 1, hours, minutes = 0;
	if (number(s, 2, &hours) != 2 || hours > 14)
		return false;
	*s += **s == ':';
	if (is_digit(**s) && number(s, 2, &minutes) != 2)
		return false;
	out->zoned = true;
	out->offset_ms = sign * (hours * CLOCK_HOUR + minutes * CLOCK_MINUTE);
	return true;
}

/* "T09:12:00.000Z", " 9:12 PM", ", 09:12+0200" */
static bool scan_time(const char **s, struct date_shape *out)
{
	int hour, minute, second = 0, ms = 0;
	while (**s == ' ' || **s == ',')
		(*s)++;
	if (**s == 't')
		(*s)++;
	if (strncmp(*s, "at ", 3) == 0)
		*s += 3;
	if (!number(s, 2, &hour) || (**s != ':' && **s != 'h'))
		return false;
	(*s)++;
	if (number(s, 2, &minute) != 2)
		return false;
	if (**s == ':') {
		(*s)++;
		if (number(s, 2, &second) != 2)
			return false;
	}
	if ((**s == '.' || **s == ',') && is_digit((*s)[1])) {
		(*s)++;
		for (int unit = 100; is_digit(**s); (*s)++, unit /= 10)
			ms += (**s - '0') * unit;
	}
	while (**s == ' ')
		(*s)++;
	bool pm = strncmp(*s, "pm", 2) == 0 || strncmp(*s, "p.m.", 4) == 0;
	bool am = strncmp(*s, "am", 2) == 0 || strncmp(*s, "a.m.", 4) == 0;
	if (am || pm) {
		if (hour < 1 || hour > 12)
			return false;
		hour = hour % 12 + (pm ? 12 : 0);
		*s += (*s)[1] == '.' ? 4 : 2;
		while (**s == ' ')
			(*s)++;
	}
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	out->timed = true;
	out->time_ms = hour * CLOCK_HOUR + minute * CLOCK_MINUTE + second * INT64_C(1000) + ms;
	return scan_zone(s, out);
}

static bool scan_shape(const char *s, struct date_shape *out)
{
	while (*s == ' ')
		s++;
	const char *start = s;
	struct date_shape shape;
	bool ok = scan_numeric(&s, &shape);
	if (!ok) {
		s = start;
		ok = strpbrk(s, "0123456789") && scan_named(&s, &shape);
	}
	while (ok && *s == ' ')
		s++;
	if (ok && *s)
		ok = scan_time(&s, &shape);
	while (ok && *s == ' ')
		s++;
	if (!ok || *s)
		return false;
	*out = shape;
	return true;
}

bool date_shape_scan(const char *text, struct date_shape *out)
{
	char lower[64];
	size_t n = strlen(text), i = 0;
	if (n < 6 || n > 60)
		return false;
	for (; i <= n && (unsigned char)text[i] < 0x80; i++)
		lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] | 0x20) : text[i];
	if (i > n) /* plain ASCII, as most are */
		return scan_shape(lower, out);
	struct buf folded = {0};
	text_fold_to(&folded, text);
	bool ok = scan_shape(buf_str(&folded), out);
	buf_free(&folded);
	return ok;
}

/* Excel's day 60 is a 29 February 1900 that never was; from 1 March 1900 on, days count from 1899-12-30. */
static bool read_serial(const char *s, int64_t *days, int64_t *time_ms)
{
	char *end;
	double v = strtod(s, &end);
	while (*end == ' ')
		end++;
	if (end == s || *end || !(v >= 61 && v < 2958466))
		return false;
	double whole = floor(v);
	*days = (int64_t)whole - 25569;
	*time_ms = (int64_t)llround((v - whole) * 86400.0) * 1000;
	return true;
}

static bool read_compact(const char *s, int64_t *days)
{
	while (*s == ' ')
		s++;
	const char *p = s;
	int v;
	if (number(&p, 8, &v) != 8 || *p || !plausible(v / 10000, v / 100 % 100, v % 100))
		return false;
	*days = clock_days_from_civil(v / 10000, v / 100 % 100, v % 100);
	return true;
}

/* The day a shape means under an order; false when that is open. */
static bool resolve(const struct date_shape *d, enum date_order order, int64_t *days)
{
	bool day_first = order == DATE_DAY_FIRST;
	if (!d->clear) {
		if (d->day_first != d->month_first)
			day_first = d->day_first; /* the other order is no date */
		else if (order != DATE_DAY_FIRST && order != DATE_MONTH_FIRST && d->first != d->second)
			return false;
	}
	int month = d->clear || !day_first ? d->first : d->second, day = d->clear || !day_first ? d->second : d->first;
	*days = clock_days_from_civil(d->year, month, day);
	return true;
}

bool column_read_date(const char *s, enum date_order order, int64_t *days)
{
	int64_t unused;
	if (order == DATE_SERIAL)
		return read_serial(s, days, &unused);
	struct date_shape d;
	if (date_shape_scan(s, &d))
		return resolve(&d, order, days);
	return read_compact(s, days);
}

bool column_read_instant(const char *s, enum date_order order, int64_t *ms)
{
	struct date_shape d = {0};
	int64_t days = 0;
	if (order == DATE_SERIAL) {
		if (!read_serial(s, &days, &d.time_ms))
			return false;
	} else if (!date_shape_scan(s, &d)) {
		if (!read_compact(s, &days))
			return false;
	} else if (!resolve(&d, order, &days)) {
		return false;
	}
	if (d.zoned) {
		*ms = days * CLOCK_DAY + d.time_ms - d.offset_ms;
		return true;
	}
	struct civil c = {0};
	clock_civil_from_days(days, &c.year, &c.month, &c.day);
	c.hour = (int)(d.time_ms / CLOCK_HOUR);
	c.minute = (int)(d.time_ms / CLOCK_MINUTE % 60);
	c.second = (int)(d.time_ms / 1000 % 60);
	c.ms = (int)(d.time_ms % 1000);
	*ms = clock_from_local(&c);
	return true;
}
