/* The JSON writer: see json.h. It places commas and indentation; a wrong order of calls is a bug and aborts. */
#include "core/base/json.h"

#include "core/base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 64 };

void json_begin(struct json_out *w, struct buf *out, bool pretty)
{
	*w = (struct json_out){.out = out, .pretty = pretty};
	w->first[0] = true;
}

static void new_line(struct json_out *w)
{
	if (!w->pretty)
		return;
	buf_putc(w->out, '\n');
	for (int i = 0; i < w->depth; i++)
		buf_puts(w->out, "  ");
}

/* What stands in front of a value or a key. */
static void separate(struct json_out *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->depth > 0) {
		if (!w->first[w->depth])
			buf_putc(w->out, ',');
		new_line(w);
	}
	w->first[w->depth] = false;
}

static void open(struct json_out *w, char bracket)
{
	separate(w);
	buf_putc(w->out, bracket);
	if (++w->depth >= MAX_DEPTH)
		abort();
	w->first[w->depth] = true;
}

static void close(struct json_out *w, char bracket)
{
	if (w->depth == 0 || w->after_key)
		abort();
	bool empty = w->first[w->depth];
	w->depth--;
	if (!empty)
		new_line(w);
	buf_putc(w->out, bracket);
}

void json_object(struct json_out *w)
{
	open(w, '{');
}

void json_object_end(struct json_out *w)
{
	close(w, '}');
}

void json_array(struct json_out *w)
{
	open(w, '[');
}

void json_array_end(struct json_out *w)
{
	close(w, ']');
}

void json_key(struct json_out *w, const char *key)
{
	if (w->after_key)
		abort();
	separate(w);
	json_quote(w->out, key, strlen(key));
	buf_puts(w->out, w->pretty ? ": " : ":");
	w->after_key = true;
}

void json_str(struct json_out *w, const char *s)
{
	if (s)
		json_strn(w, s, strlen(s));
	else
		json_null(w);
}

void json_strn(struct json_out *w, const char *s, size_t n)
{
	separate(w);
	json_quote(w->out, s, n);
}

void json_num(struct json_out *w, int64_t v)
{
	separate(w);
	buf_printf(w->out, "%" PRId64, v);
}

void json_real(struct json_out *w, double v)
{
	if (!isfinite(v)) {
		json_null(w);
		return;
	}
	char text[40];
	for (int precision = 15; precision <= 17; precision++) {
		(void)snprintf(text, sizeof text, "%.*g", precision, v);
		if (strtod(text, NULL) == v)
			break;
	}
	for (char *p = text; *p; p++)
		if (*p == ',') /* a locale's decimal point */
			*p = '.';
	separate(w);
	buf_puts(w->out, text);
	if (fabs(v) >= 9007199254740992.0 && !strpbrk(text, ".e"))
		buf_puts(w->out, ".0"); /* beyond 2^53 a reader must not take it for an exact integer */
}

void json_bool(struct json_out *w, bool v)
{
	json_raw(w, v ? "true" : "false");
}

void json_null(struct json_out *w)
{
	json_raw(w, "null");
}

void json_raw(struct json_out *w, const char *json)
{
	separate(w);
	buf_puts(w->out, json);
}

static void escape(struct buf *out, int32_t cp)
{
	static const char letters[] = "\bb\tt\nn\ff\rr\"\"\\\\";
	for (const char *p = letters; *p; p += 2)
		if (*p == cp) {
			buf_putc(out, '\\');
			buf_putc(out, p[1]);
			return;
		}
	buf_printf(out, "\\u%04x", (unsigned)cp);
}

void json_quote(struct buf *out, const char *s, size_t n)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < n;) {
		size_t run = i;
		while (run < n && s[run] >= 0x20 && s[run] < 0x7F && s[run] != '"' && s[run] != '\\')
			run++;
		buf_add(out, s + i, run - i);
		if (run == n)
			break;
		int32_t cp;
		size_t used = (size_t)text_decode(s + run, n - run, &cp);
		if (cp < 0)
			buf_puts(out, "\uFFFD");
		else if (cp < 0xA0) /* also DEL and C1: JSON allows them, a terminal that shows it does not */
			escape(out, cp);
		else
			buf_add(out, s + run, used);
		i = run + used;
	}
	buf_putc(out, '"');
}

static void line_break(struct buf *b, int depth)
{
	buf_putc(b, '\n');
	for (int i = 0; i < depth; i++)
		buf_puts(b, "  ");
}

char *json_laid_out(struct arena *a, const char *json)
{
	struct buf b = {0};
	int depth = 0;
	bool quoted = false;
	for (const char *p = json; *p; p++) {
		if (quoted || *p == '"') {
			buf_putc(&b, *p);
			if (quoted && *p == '\\' && p[1])
				buf_putc(&b, *++p);
			else if (*p == '"')
				quoted = !quoted;
		} else if ((*p == '{' && p[1] == '}') || (*p == '[' && p[1] == ']')) {
			buf_add(&b, p++, 2);
		} else if (*p == '{' || *p == '[') {
			buf_putc(&b, *p);
			line_break(&b, ++depth);
		} else if (*p == '}' || *p == ']') {
			line_break(&b, depth > 0 ? --depth : 0);
			buf_putc(&b, *p);
		} else if (*p == ',') {
			buf_putc(&b, *p);
			line_break(&b, depth);
		} else if (*p == ':') {
			buf_puts(&b, ": ");
		} else if (*p != ' ' && *p != '\n' && *p != '\t' && *p != '\r') {
			buf_putc(&b, *p);
		}
	}
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}
