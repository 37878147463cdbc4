#include "core/crm/list_text.h"

#include <ctype.h>
#include <string.h>

#include "core/base/text.h"

static bool is_separator(char c)
{
	return c == ',' || c == ';' || c == '\n';
}

static void take_label(struct arena *a, struct list_item *it, char *text)
{
	size_t len = strlen(text);
	char *open = len && text[len - 1] == ')' ? strrchr(text, '(') : NULL;
	if (!open || !isalpha((unsigned char)open[1]))
		return;
	text[len - 1] = '\0';
	*open = '\0';
	it->label = text_trim(a, open + 1);
}

/* A value in quotation marks, which are taken off in place; *end is what follows it. NULL when its end is missing. */
static char *unquote(char *s, char **end)
{
	char *from = s + 1, *to = s;
	for (; *from; from++) {
		if (*from == '"' && from[1] != '"') {
			*end = from + 1;
			*to = '\0';
			return s;
		}
		from += *from == '"';
		*to++ = *from;
	}
	return NULL;
}

static char *skip_space(char *s)
{
	while (*s == ' ' || *s == '\t' || *s == '\r')
		s++;
	return s;
}

static int parse(struct arena *a, const char *text, bool labels, struct list_item **out)
{
	int n = 0, cap = 1;
	for (const char *p = text; *p; p++)
		cap += is_separator(*p);
	*out = arena_alloc(a, (size_t)cap * sizeof **out);
	char *copy = arena_strdup(a, text), *next;
	for (char *s = copy; *s; s = next) {
		struct list_item it = {NULL, NULL};
		char *end = s = skip_space(s);
		char *saved = *s == '"' ? arena_strdup(a, s) : NULL, *rest = NULL;
		char *quoted = saved ? unquote(saved, &rest) : NULL;
		if (quoted)
			end = s + (rest - saved);
		while (*end && !is_separator(*end))
			end++;
		next = *end ? end + 1 : end;
		*end = '\0';
		if (quoted) {
			char *tail = arena_strndup(a, rest, strcspn(rest, ",;\n"));
			take_label(a, &it, text_trim(a, tail));
			it.value = quoted;
		} else {
			char *item = text_trim(a, s);
			if (labels)
				take_label(a, &it, item);
			it.value = it.label ? text_trim(a, item) : item;
		}
		if (*it.value)
			(*out)[n++] = it;
	}
	return n;
}

int list_parse(struct arena *a, const char *text, struct list_item **out)
{
	return parse(a, text, true, out);
}

int list_parse_plain(struct arena *a, const char *text, struct list_item **out)
{
	return parse(a, text, false, out);
}

static bool needs_quotes(const char *s)
{
	size_t n = strlen(s);
	return strpbrk(s, ",;\n\"") || (n && (s[n - 1] == ')' || isspace((unsigned char)s[n - 1]) || isspace((unsigned char)*s)));
}

void list_append(struct buf *b, const char *value, const char *label)
{
	if (b->len)
		buf_puts(b, ", ");
	if (needs_quotes(value)) {
		buf_putc(b, '"');
		for (; *value; value++) {
			if (*value == '"')
				buf_putc(b, '"');
			buf_putc(b, *value);
		}
		buf_putc(b, '"');
	} else {
		buf_puts(b, value);
	}
	if (label)
		buf_printf(b, " (%s)", label);
}
