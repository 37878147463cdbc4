#include "core/crm/filter.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/filter_name.h"
#include "core/security/access.h"

/* Parsing */

static int quoted_length(const char *s)
{
	int n = 1;
	while (s[n] && s[n] != '"')
		n++;
	return s[n] == '"' ? n + 1 : n;
}

static bool field_char(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_' || ch == '-' || ch == '.' || (unsigned char)ch >= 0x80;
}

/* Length of "name" when an operator follows it, else 0. */
static int field_length(const char *s)
{
	int n = 0;
	if (!isalpha((unsigned char)*s) && *s != '_' && (unsigned char)*s < 0x80)
		return 0;
	while (field_char(s[n]))
		n++;
	if (!strchr(":=<>!", s[n]) || !s[n] || (s[n] == '!' && s[n + 1] != '='))
		return 0;
	/* a web address or a time is no field */
	if (s[n] == ':' && s[n + 1] == '/' && s[n + 2] == '/')
		return 0;
	return n;
}

static int read_op(const char *s, enum filter_op *op)
{
	static const struct {
		const char *text;
		enum filter_op op;
	} ops[] = {{":>=", OP_GE}, {":<=", OP_LE}, {":!=", OP_NE}, {":>", OP_GT}, {":<", OP_LT}, {":=", OP_EQ},
		{">=", OP_GE}, {"<=", OP_LE}, {"!=", OP_NE}, {":", OP_HAS}, {"=", OP_EQ}, {">", OP_GT}, {"<", OP_LT}};
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		if (strncmp(s, ops[i].text, strlen(ops[i].text)) == 0) {
			*op = ops[i].op;
			return (int)strlen(ops[i].text);
		}
	}
	return 0;
}

/* A value runs to the next blank; quotes protect blanks anywhere in it and are removed. */
static int read_value(struct arena *a, const char *s, const char **out, bool *quoted)
{
	char *value = arena_alloc(a, strlen(s) + 1);
	int n = 0, k = 0;
	*quoted = *s == '"';
	while (s[n] && !isspace((unsigned char)s[n])) {
		if (s[n] == '"') {
			int q = quoted_length(s + n);
			int body = q - 1 - (q > 1 && s[n + q - 1] == '"');
			memcpy(value + k, s + n + 1, (size_t)body);
			k += body;
			n += q;
		} else {
			value[k++] = s[n++];
		}
	}
	value[k] = '\0';
	*out = value;
	return n;
}

/* No letter and no digit of any script. */
static bool says_nothing(struct arena *a, const char *value)
{
	struct buf b = {0};
	text_tokens_to(&b, value);
	bool nothing = !*text_trim(a, buf_str(&b));
	buf_free(&b);
	return nothing;
}

enum status filter_parse(struct arena *a, const char *text, struct filter *out, int *at, struct error *err)
{
	size_t len = strlen(text);
	struct filter f = {0};
	struct buf words = {0};
	bool either = false;
	if (len > 4000)
		return error_set(err, ST_LIMIT, _("The filter is too long."));
	f.terms = arena_alloc(a, (len / 2 + 2) * sizeof *f.terms);
	for (const char *p = text; *p;) {
		if (isspace((unsigned char)*p)) {
			p++;
			continue;
		}
		struct filter_term t = {.at = (int)(p - text), .either = either};
		const char *start = p;
		if ((*p == '-' || *p == '!') && p[1] && !isspace((unsigned char)p[1])) {
			t.negated = true;
			p++;
		}
		int n = field_length(p);
		if (n) {
			t.field = arena_strndup(a, p, (size_t)n);
			p += n;
			p += read_op(p, &t.op);
		}
		p += read_value(a, p, &t.value, &t.quoted);
		t.len = (int)(p - start);
		if (t.field && !*t.value && !t.quoted) {
			if (at)
				*at = t.at;
			error_field(err, ST_INVALID, t.field, _("“%s” needs a value after it."), arena_strndup(a, start, (size_t)t.len));
			error_hint(err, _("For example %s:none, or take it away."), t.field);
			buf_free(&words);
			return ST_INVALID;
		}
		if (!t.field && says_nothing(a, t.value)) {
			if (at)
				*at = t.at;
			error_set(err, ST_INVALID, _("“%s” says nothing to look for."), arena_strndup(a, start, (size_t)t.len));
			error_hint(err, _("Write words, or field:value."));
			buf_free(&words);
			return ST_INVALID;
		}
		bool last = !*(p + strspn(p, " \t"));
		if (!t.field && !t.quoted && !t.negated && f.n && !last &&
			(strcasecmp(t.value, "or") == 0 || strcasecmp(t.value, "ou") == 0)) {
			either = true;
			continue;
		}
		either = false;
		if (!t.field && !t.negated && !t.either && *t.value) {
			if (words.len)
				buf_putc(&words, ' ');
			text_tokens_to(&words, t.value);
		}
		if (t.field || *t.value)
			f.terms[f.n++] = t;
	}
	f.words = arena_strdup(a, text_trim(a, buf_str(&words)));
	buf_free(&words);
	*out = f;
	return ST_OK;
}

enum status filter_check(struct core *c, const struct entity *e, const char *text, int *at, struct error *err)
{
	struct arena *a = arena_new();
	struct filter f;
	struct sql q;
	sql_init(&q, a);
	enum status st = filter_parse(a, text, &f, at, err);
	if (st == ST_OK)
		st = filter_sql(c, e, &f, &q, at, err);
	sql_free(&q);
	arena_free(&a);
	return st;
}

/* Completion */

static void offer(struct completion *out, int *n, int max, struct arena *a, const char *typed, const char *text, const char *label)
{
	if (*n < max && strncmp(text_fold(a, text), typed, strlen(typed)) == 0)
		out[(*n)++] = (struct completion){text, label};
}

static int complete_field(struct core *c, const struct entity *e, const char *typed, struct arena *a, struct completion *out, int max)
{
	int n = 0;
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if ((f->flags & FF_HIDDEN) || access_field(c, e, f) == FIELD_NONE)
			continue;
		const char *name = f->alias && strncmp(f->alias, typed, strlen(typed)) == 0 ? f->alias : f->name;
		offer(out, &n, max, a, typed, arena_printf(a, "%s:", name), _(f->label));
	}
	return n;
}

static int complete_titles(struct core *c, const struct field *f, const char *lead, const char *typed, struct arena *a,
	struct completion *out, int max)
{
	const struct entity *target = model_entity(c->model, f->type == FT_TAGS ? "tags" : f->ref);
	struct db_stmt *s;
	struct sql q;
	bool row;
	int n = 0;
	if (strcmp(target->name, "users") == 0)
		offer(out, &n, max, a, typed, arena_printf(a, "%sme", lead), _("me"));
	sql_init(&q, a);
	sql_add(&q, "SELECT %s FROM %s t WHERE t.org_id = ", target->title, target->name);
	sql_id(&q, &c->org);
	access_where(c, target, ACT_READ, &q);
	sql_add(&q, " AND t.deleted_at IS NULL AND t.sort_key >= ");
	sql_text(&q, typed);
	sql_add(&q, " AND t.sort_key < ");
	sql_text(&q, arena_printf(a, "%s\U0010FFFF", typed));
	sql_add(&q, " ORDER BY t.sort_key LIMIT %d", max);
	if (sql_prepare(&q, c->db, &s, NULL) == ST_OK) {
		while (db_step(s, &row, NULL) == ST_OK && row && n < max) {
			const char *title = db_text(s, 0);
			const char *fmt = title && strpbrk(title, " \t,") ? "%s\"%s\"" : "%s%s";
			out[n++] = (struct completion){arena_printf(a, fmt, lead, title ? title : ""), ""};
		}
		db_done(s);
	}
	sql_free(&q);
	return n;
}

int filter_complete(struct core *c, const struct entity *e, const char *text, int cursor, struct arena *a, struct completion *out,
	int max, int *from)
{
	int start = cursor;
	while (start > 0 && !isspace((unsigned char)text[start - 1]))
		start--;
	if (start < cursor && (text[start] == '-' || text[start] == '!'))
		start++;
	*from = start;
	char *word = arena_strndup(a, text + start, (size_t)(cursor - start));
	int name = field_length(word);
	if (!name)
		return complete_field(c, e, text_fold(a, word), a, out, max);
	enum filter_op op;
	const struct field *f = filter_field(c, e, arena_strndup(a, word, (size_t)name));
	int lead_len = name + read_op(word + name, &op);
	const char *lead = arena_strndup(a, word, (size_t)lead_len);
	const char *typed = text_fold(a, word + lead_len);
	int n = 0;
	if (!f)
		return 0;
	if (*typed == '"')
		typed++;
	if (f->choices)
		for (const struct choice *ch = f->choices; ch->value; ch++)
			if (strncmp(text_fold(a, ch->value), typed, strlen(typed)) == 0 && n < max)
				out[n++] = (struct completion){arena_printf(a, "%s%s", lead, ch->value), choice_label(f, ch->value)};
	if (f->type == FT_TAGS || (f->ref && entity_index_of(model_entity(c->model, f->ref), "sort_key") >= 0))
		n = complete_titles(c, f, lead, typed, a, out, max);
	return n;
}
