/* Writing CSV, and the guard that keeps cells from becoming formulas: see csv.h. */
#include "core/crm/io/csv.h"

#include <string.h>

enum { PHONE_DIGITS = 7 };

/* One number, perhaps with a plain word behind it: "+33 6 12 34 56 78 (mobile)". Moves on behind it. */
static bool is_phone(const char **at)
{
	const char *s = *at;
	int digits = 0;
	for (s += *s == '+'; *s && strchr("0123456789 .-()", *s); s++)
		digits += *s >= '0' && *s <= '9';
	if (s[0] >= 'a' && s[0] <= 'z' && s[-1] == '(') {
		s += strspn(s, "abcdefghijklmnopqrstuvwxyz");
		if (*s++ != ')')
			return false;
	}
	*at = s;
	return digits >= PHONE_DIGITS;
}

/* International numbers, alone or in a list: what a spreadsheet can make of digits, blanks, dots, hyphens and parentheses is a number or
 * a text, never a call. */
static bool are_phones(const char *s)
{
	if (*s != '+')
		return false;
	while (is_phone(&s)) {
		if (!*s)
			return true;
		if (strncmp(s, ", ", 2) != 0)
			return false;
		s += 2;
	}
	return false;
}

bool csv_is_formula(const char *s)
{
	return *s && strchr("=+-@\t\r\n", *s) && !are_phones(s);
}

static const char *behind_apostrophes(const char *s)
{
	while (*s == '\'')
		s++;
	return s;
}

const char *csv_unguard(const char *s)
{
	return *s == '\'' && csv_is_formula(behind_apostrophes(s)) ? s + 1 : s;
}

void csv_begin(struct csv_writer *w, struct buf *out, char delimiter)
{
	*w = (struct csv_writer){.out = out, .delimiter = delimiter};
}

static bool needs_quotes(const struct csv_writer *w, const char *s)
{
	size_t n = strlen(s);
	if (n == 0)
		return false;
	if (s[0] == ' ' || s[n - 1] == ' ')
		return true;
	for (const char *p = s; *p; p++)
		if (*p == w->delimiter || *p == '"' || *p == '\n' || *p == '\r' || *p == '\t')
			return true;
	return false;
}

static void put_quoted(struct buf *out, const char *s)
{
	buf_putc(out, '"');
	for (const char *quote; (quote = strchr(s, '"')); s = quote + 1) {
		buf_add(out, s, (size_t)(quote - s) + 1);
		buf_putc(out, '"');
	}
	buf_puts(out, s);
	buf_putc(out, '"');
}

static void put(struct csv_writer *w, const char *s, bool guarded)
{
	if (w->fields++ > 0)
		buf_putc(w->out, w->delimiter);
	w->empty = w->fields == 1 && !*s;
	bool guard = guarded && csv_is_formula(behind_apostrophes(s));
	if (!needs_quotes(w, s)) {
		if (guard)
			buf_putc(w->out, '\'');
		buf_puts(w->out, s);
	} else if (guard) {
		struct buf cell = {0};
		buf_putc(&cell, '\'');
		buf_puts(&cell, s);
		put_quoted(w->out, buf_str(&cell));
		buf_free(&cell);
	} else {
		put_quoted(w->out, s);
	}
}

void csv_text(struct csv_writer *w, const char *s)
{
	put(w, s ? s : "", true);
}

void csv_number(struct csv_writer *w, const char *s)
{
	put(w, s ? s : "", false);
}

void csv_end_row(struct csv_writer *w)
{
	if (w->fields <= 1 && (w->fields == 0 || w->empty))
		buf_puts(w->out, "\"\""); /* an empty line would be no row at all */
	buf_puts(w->out, "\r\n");
	w->fields = 0;
}
