#include "core/crm/import_value.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"

/* Does the cell say "nothing" in a word? In a text it may be a name, and NA is Namibia. */
static bool is_nothing(const struct field *f, const char *s)
{
	bool country = f->type == FT_COUNTRY && strcasecmp(s, "na") == 0;
	return f->type != FT_TEXT && f->type != FT_LONG_TEXT && !country && column_is_blank(s);
}

static enum status read_money(const char *text, const struct import_reading *how, struct arena *a, struct value *out,
	char currency[4], struct error *err)
{
	int64_t minor;
	const char *s = how->scale ? arena_printf(a, "%s%c", text, how->scale) : text;
	enum status st = money_parse(s, how->currency, how->decimal, &minor, currency, err);
	if (st == ST_OK)
		*out = (struct value){.kind = VAL_INT, .i = minor};
	return st;
}

static enum status read_date(const char *text, const struct import_reading *how, struct arena *a, struct value *out, struct error *err)
{
	int64_t days;
	char iso[16];
	if (!column_read_date(text, how->order, &days))
		return error_set(err, ST_INVALID, _("“%s” is not a date."), text);
	*out = (struct value){.kind = VAL_TEXT, .s = arena_strdup(a, clock_format_date(days, iso))};
	return ST_OK;
}

bool import_read_instant(const char *text, enum date_order order, int64_t *ms)
{
	return column_read_instant(text, order, ms);
}

/* The parsers of numbers take one decimal sign or decide alone; a percent sign is for fields of percents. */
static enum status read_integer(const char *text, const struct import_reading *how, struct value *out, struct error *err)
{
	int64_t i;
	char *end;
	errno = 0;
	i = strtoll(text, &end, 10);
	if (*end || errno) {
		struct arena *a = arena_new();
		const char *canon;
		enum status st = decimal_parse(a, text, how->decimal, &canon, err);
		if (st == ST_OK)
			st = integer_parse(canon, &i, err);
		arena_free(&a);
		if (st != ST_OK)
			return st;
	}
	*out = (struct value){.kind = VAL_INT, .i = i};
	return ST_OK;
}

enum status import_read_value(const struct field *f, const char *text, const struct import_reading *how, struct arena *a,
	struct value *out, char currency[4], struct error *err)
{
	bool yes;
	int64_t ms;
	if (!how->own && is_nothing(f, text)) {
		*out = (struct value){0};
		return ST_OK;
	}
	switch (f->type) {
	case FT_TEXT:
	case FT_COUNTRY:
	case FT_LONG_TEXT:
		*out = (struct value){.kind = VAL_TEXT, .s = text};
		return ST_OK;
	case FT_MONEY:
		return read_money(text, how, a, out, currency, err);
	case FT_DATE:
		return read_date(text, how, a, out, err);
	case FT_DATETIME:
		if (!import_read_instant(text, how->order, &ms))
			return error_set(err, ST_INVALID, _("“%s” is not a date and time."), text);
		*out = (struct value){.kind = VAL_INT, .i = ms};
		return ST_OK;
	case FT_DURATION:
		if (!how->own)
			break;
		return read_integer(text, how, out, err);
	case FT_INT:
		return read_integer(text, how, out, err);
	case FT_BOOL:
		if (!column_read_bool(text, &yes))
			break;
		*out = (struct value){.kind = VAL_INT, .i = yes};
		return ST_OK;
	default:
		break;
	}
	struct conventions conv = {.currency = how->currency, .decimal = how->decimal, .day_first = how->order != DATE_MONTH_FIRST};
	return field_parse(f, text, &conv, a, out, currency, err);
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

char *import_trim(char *s)
{
	for (;;) {
		if (is_space(*s))
			s++;
		else if ((unsigned char)s[0] == 0xC2 && (unsigned char)s[1] == 0xA0)
			s += 2;
		else
			break;
	}
	size_t n = strlen(s);
	for (;;) {
		if (n && is_space(s[n - 1]))
			n--;
		else if (n > 1 && (unsigned char)s[n - 2] == 0xC2 && (unsigned char)s[n - 1] == 0xA0)
			n -= 2;
		else
			break;
	}
	s[n] = '\0';
	return s;
}

/* Names */

static bool one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcasecmp(*list, word) == 0)
			return true;
	return false;
}

static bool is_salutation(const char *word)
{
	static const char *const list[] = {"mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss", "dr", "dr.", "prof", "prof.", "m.", "mme",
		"mme.", "mlle", "mlle.", "herr", "frau", "sr.", "sra.", "sra", "don", "sir", "me.", NULL};
	return one_of(word, list);
}

/* Words that begin a family name: "de la Cruz", "van den Berg". */
static bool is_particle(const char *word)
{
	static const char *const list[] = {"de", "du", "des", "da", "das", "do", "dos", "di", "del", "della", "la", "le", "van", "von",
		"vom", "zu", "zum", "zur", "den", "der", "ten", "ter", "bin", "ibn", "ben", "al", "el", "af", "av", "y", NULL};
	return islower((unsigned char)*word) && one_of(word, list);
}

static char *join(struct arena *a, char **word, int from, int to)
{
	struct buf b = {0};
	for (int i = from; i < to; i++)
		buf_printf(&b, "%s%s", i > from ? " " : "", word[i]);
	char *out = b.len ? arena_strdup(a, buf_str(&b)) : NULL;
	buf_free(&b);
	return out;
}

void import_split_name(struct arena *a, const char *full, struct import_name *out)
{
	enum { WORDS = 12 };
	char *copy = arena_strdup(a, full), *word[WORDS], *save = NULL;
	char *comma = strchr(copy, ',');
	int n = 0;
	*out = (struct import_name){0};
	if (comma && comma > copy && !strchr(comma + 1, ',') && !text_is_blank(comma + 1)) {
		*comma = '\0';
		out->last = import_trim(copy);
		out->first = import_trim(comma + 1);
		return;
	}
	for (char *w = strtok_r(copy, " \t\r\n", &save); w && n < WORDS; w = strtok_r(NULL, " \t\r\n", &save))
		word[n++] = w;
	if (n == WORDS) { /* no name at all, perhaps; kept as it is */
		out->first = arena_strdup(a, full);
		return;
	}
	int from = n > 1 && is_salutation(word[0]) ? 1 : 0;
	if (from)
		out->salutation = word[0];
	int last = n - 1;
	while (last > from + 1 && is_particle(word[last - 1]))
		last--;
	if (n - from < 2) {
		out->first = join(a, word, from, n);
		return;
	}
	out->first = join(a, word, from, last);
	out->last = join(a, word, last, n);
}

/* Several in one cell */

static size_t separator(const char *s, bool slashes)
{
	if (*s == ',' || *s == ';' || *s == '|' || *s == '\n' || *s == '\r')
		return 1;
	if (strncmp(s, ":::", 3) == 0)
		return 3;
	if (slashes && strncmp(s, " / ", 3) == 0)
		return 3;
	return 0;
}

char *import_next_item(char **rest, bool slashes)
{
	while (*rest && **rest) {
		char *s = *rest, *p = s;
		size_t used = 0;
		while (*p && !(used = separator(p, slashes)))
			p++;
		*rest = *p ? p + used : p;
		if (used)
			*p = '\0';
		s = import_trim(s);
		if (*s)
			return s;
	}
	return NULL;
}
