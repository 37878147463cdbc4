/* JSON, strict in what it reads: see json.h.
 *
 * Reading is done twice. A checker of our own walks the text by RFC 8259's grammar and refuses what cJSON lets through
 * or changes: broken UTF-8, lone surrogates, \u0000, numbers that a double cannot hold exactly enough, nesting above
 * 64. Then cJSON builds the tree, in which repeated keys are looked for. A document that passes means the same to every
 * reader.
 */
#include "core/base/json.h"

#include "core/base/i18n.h"
#include "core/base/text.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 64, MAX_NUMBER = 60 };
#define EXACT_LIMIT 9007199254740992.0 /* 2^53 */

struct reader {
	const char *s;
	size_t n, at;
	int depth;
	const char *problem;
};

static bool fail(struct reader *r, const char *problem)
{
	if (!r->problem)
		r->problem = problem;
	return false;
}

static int peek(const struct reader *r)
{
	return r->at < r->n ? (unsigned char)r->s[r->at] : -1;
}

static void space(struct reader *r)
{
	while (r->at < r->n && strchr(" \t\r\n", r->s[r->at]) && r->s[r->at])
		r->at++;
}

static bool check_value(struct reader *r);

/* Four hex digits; -1 otherwise. */
static int32_t hex4(struct reader *r)
{
	int32_t v = 0;
	for (int i = 0; i < 4; i++) {
		int c = peek(r);
		int d = c >= '0' && c <= '9'                     ? c - '0'
			: (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
								 : -1;
		if (c < 0 || d < 0)
			return -1;
		v = v << 4 | d;
		r->at++;
	}
	return v;
}

static bool check_unicode_escape(struct reader *r)
{
	int32_t v = hex4(r);
	if (v < 0)
		return fail(r, N_("a broken \\u escape"));
	if (v == 0)
		return fail(r, N_("a NUL character"));
	if (v >= 0xDC00 && v <= 0xDFFF)
		return fail(r, N_("half a surrogate pair"));
	if (v < 0xD800 || v > 0xDBFF)
		return true;
	if (peek(r) != '\\')
		return fail(r, N_("half a surrogate pair"));
	r->at++;
	if (peek(r) != 'u')
		return fail(r, N_("half a surrogate pair"));
	r->at++;
	v = hex4(r);
	return (v >= 0xDC00 && v <= 0xDFFF) || fail(r, N_("half a surrogate pair"));
}

static bool check_string(struct reader *r)
{
	if (peek(r) != '"')
		return fail(r, N_("a missing quotation mark"));
	r->at++;
	for (;;) {
		int c = peek(r);
		if (c < 0)
			return fail(r, N_("a string without an end"));
		if (c < 0x20)
			return fail(r, N_("a control character in a string"));
		if (c == '"') {
			r->at++;
			return true;
		}
		if (c == '\\') {
			r->at++;
			c = peek(r);
			if (c < 0 || !strchr("\"\\/bfnrtu", c) || c == 0)
				return fail(r, N_("an unknown escape"));
			r->at++;
			if (c == 'u' && !check_unicode_escape(r))
				return false;
			continue;
		}
		int32_t cp;
		int used = text_decode(r->s + r->at, r->n - r->at, &cp);
		if (cp < 0)
			return fail(r, N_("text that is not UTF-8"));
		r->at += (size_t)used;
	}
}

static bool digits(struct reader *r)
{
	size_t start = r->at;
	while (peek(r) >= '0' && peek(r) <= '9')
		r->at++;
	return r->at > start;
}

static bool check_number(struct reader *r)
{
	size_t start = r->at;
	bool whole = true;
	if (peek(r) == '-')
		r->at++;
	if (peek(r) == '0')
		r->at++;
	else if (!digits(r))
		return fail(r, N_("something that is not JSON"));
	if (peek(r) == '.') {
		whole = false;
		r->at++;
		if (!digits(r))
			return fail(r, N_("a broken number"));
	}
	if (peek(r) == 'e' || peek(r) == 'E') {
		whole = false;
		r->at++;
		if (peek(r) == '+' || peek(r) == '-')
			r->at++;
		if (!digits(r))
			return fail(r, N_("a broken number"));
	}
	char copy[MAX_NUMBER + 1];
	size_t n = r->at - start;
	if (n > MAX_NUMBER)
		return fail(r, N_("a number with too many digits"));
	memcpy(copy, r->s + start, n);
	copy[n] = '\0';
	double v = strtod(copy, NULL);
	if (!isfinite(v) || (whole && fabs(v) >= EXACT_LIMIT))
		return fail(r, N_("a number too large to be exact"));
	return true;
}

static bool check_word(struct reader *r, const char *word)
{
	size_t n = strlen(word);
	if (r->n - r->at < n || memcmp(r->s + r->at, word, n) != 0)
		return fail(r, N_("something that is not JSON"));
	r->at += n;
	return true;
}

/* The members of an object or the items of an array, behind the opening bracket. */
static bool check_members(struct reader *r, bool object)
{
	char close = object ? '}' : ']';
	space(r);
	if (peek(r) == close) {
		r->at++;
		return true;
	}
	for (;;) {
		space(r);
		if (object) {
			if (!check_string(r))
				return false;
			space(r);
			if (peek(r) != ':')
				return fail(r, N_("a missing colon"));
			r->at++;
		}
		if (!check_value(r))
			return false;
		space(r);
		int c = peek(r);
		if (c != ',' && c != close)
			return fail(r, c < 0 ? N_("an end that comes too early") : N_("a missing comma"));
		r->at++;
		if (c == close)
			return true;
	}
}

static bool check_value(struct reader *r)
{
	space(r);
	int c = peek(r);
	switch (c) {
	case '{':
	case '[': {
		if (r->depth == MAX_DEPTH)
			return fail(r, N_("nesting that is too deep"));
		r->depth++;
		r->at++;
		bool ok = check_members(r, c == '{');
		r->depth--;
		return ok;
	}
	case '"':
		return check_string(r);
	case 't':
		return check_word(r, "true");
	case 'f':
		return check_word(r, "false");
	case 'n':
		return check_word(r, "null");
	case -1:
		return fail(r, N_("an end that comes too early"));
	default:
		return check_number(r);
	}
}

static enum status complain(const struct reader *r, struct error *err)
{
	long line = 1, column = 1;
	for (size_t i = 0; i < r->at && i < r->n; i++) {
		if (r->s[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)r->s[i] & 0xC0) != 0x80) {
			column++;
		}
	}
	return error_set(
		err, ST_INVALID, _("Not valid JSON: line %ld, column %ld has %s."), line, column, _(r->problem));
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A key that an object of the tree has twice, or NULL. */
static const char *repeated_key(const struct cJSON *v)
{
	size_t count = 0;
	const char *found = NULL;
	for (const struct cJSON *c = v->child; c && !found; c = c->next, count++)
		if (c->child)
			found = repeated_key(c);
	if (found || !cJSON_IsObject(v) || count < 2)
		return found;
	const char **keys = mem_array(count, sizeof *keys);
	size_t i = 0;
	for (const struct cJSON *c = v->child; c; c = c->next)
		keys[i++] = c->string;
	qsort(keys, count, sizeof *keys, by_name);
	for (i = 1; i < count && !found; i++)
		if (strcmp(keys[i - 1], keys[i]) == 0)
			found = keys[i];
	free(keys);
	return found;
}

enum status json_parse(const char *text, size_t n, struct cJSON **out, struct error *err)
{
	struct reader r = {.s = text, .n = n};
	bool ok = check_value(&r);
	space(&r);
	if (ok && r.at < n)
		ok = fail(&r, N_("something behind its end"));
	if (!ok)
		return complain(&r, err);
	struct cJSON *doc = cJSON_ParseWithLength(text, n);
	if (!doc)
		return error_set(err, ST_LIMIT, _("The JSON document is too large."));
	const char *twice = repeated_key(doc);
	if (twice) {
		enum status st = error_set(err, ST_INVALID, _("Not valid JSON: the key “%.80s” comes twice."), twice);
		cJSON_Delete(doc);
		return st;
	}
	*out = doc;
	return ST_OK;
}

void json_free(struct cJSON **doc)
{
	cJSON_Delete(*doc);
	*doc = NULL;
}

const struct cJSON *json_get(const struct cJSON *obj, const char *key)
{
	return obj && cJSON_IsObject(obj) ? cJSON_GetObjectItemCaseSensitive(obj, key) : NULL;
}

const char *json_text(const struct cJSON *v)
{
	return v && cJSON_IsString(v) ? v->valuestring : NULL;
}

bool json_int(const struct cJSON *v, int64_t *out)
{
	if (!v || !cJSON_IsNumber(v) || fabs(v->valuedouble) >= EXACT_LIMIT || floor(v->valuedouble) != v->valuedouble)
		return false;
	*out = (int64_t)v->valuedouble;
	return true;
}

bool json_is_true(const struct cJSON *v)
{
	return cJSON_IsTrue(v);
}

bool json_real_of(const struct cJSON *v, double *out)
{
	if (!v || !cJSON_IsNumber(v) || !isfinite(v->valuedouble))
		return false;
	*out = v->valuedouble;
	return true;
}

const struct cJSON *json_first(const struct cJSON *v)
{
	return cJSON_IsObject(v) || cJSON_IsArray(v) ? v->child : NULL;
}

const struct cJSON *json_next(const struct cJSON *member)
{
	return member->next;
}

const char *json_name(const struct cJSON *member)
{
	return member->string ? member->string : "";
}

const struct cJSON *json_at(const struct cJSON *array, int index)
{
	return cJSON_GetArrayItem(array, index);
}

enum json_kind json_kind(const struct cJSON *v)
{
	return cJSON_IsObject(v) ? JSON_OBJECT : cJSON_IsArray(v) ? JSON_ARRAY : cJSON_IsString(v) ? JSON_STRING : cJSON_IsNumber(v) ? JSON_NUMBER
		: cJSON_IsBool(v) ? JSON_BOOL : JSON_NULL;
}

char *json_print(struct arena *a, const struct cJSON *v)
{
	char *text = cJSON_PrintUnformatted(v), *out = arena_strdup(a, text ? text : "null");
	cJSON_free(text);
	return out;
}
