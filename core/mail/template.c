#include "core/mail/template.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/store.h"
#include "core/mail/message.h"
#include "core/security/access.h"

/* One {{…}}: where it stands, its name and its fallback, both trimmed and not terminated. */
struct variable {
	const char *at;
	size_t n; /* braces included */
	const char *name, *fallback;
	size_t name_n, fallback_n;
	bool has_fallback, closed;
};

static void trim(const char **s, size_t *n)
{
	while (*n && (**s == ' ' || **s == '\t'))
		(*s)++, (*n)--;
	while (*n && ((*s)[*n - 1] == ' ' || (*s)[*n - 1] == '\t'))
		(*n)--;
}

/* The next one from `s` on. */
static bool next_variable(const char *s, struct variable *v)
{
	*v = (struct variable){.at = strstr(s, "{{")};
	if (!v->at)
		return false;
	const char *begin = v->at + 2, *end = strstr(begin, "}}"), *line = strchr(begin, '\n');
	if (!end || (line && line < end)) {
		v->n = 2;
		v->name = begin;
		return true;
	}
	v->closed = true;
	v->n = (size_t)(end + 2 - v->at);
	const char *bar = memchr(begin, '|', (size_t)(end - begin));
	v->name = begin;
	v->name_n = (size_t)((bar ? bar : end) - begin);
	trim(&v->name, &v->name_n);
	if (bar) {
		v->has_fallback = true;
		v->fallback = bar + 1;
		v->fallback_n = (size_t)(end - bar - 1);
		trim(&v->fallback, &v->fallback_n);
	}
	return true;
}

/* Names */

static const struct {
	const char *word, *entity;
} kinds[] = {{"contact", "contacts"}, {"company", "companies"}, {"deal", "deals"}, {"me", "users"}, {"organization", "organizations"}};
enum { KINDS = sizeof kinds / sizeof *kinds, CONTACT = 0, COMPANY, DEAL, ME, ORGANIZATION };

static bool is_word(const struct variable *v, const char *word)
{
	return strlen(word) == v->name_n && memcmp(v->name, word, v->name_n) == 0;
}

/* Which record, and which of its fields; NULL when there is no such thing. */
static const struct field *field_named(struct core *c, const struct variable *v, int *kind)
{
	char name[80];
	if (v->name_n == 0 || v->name_n >= sizeof name)
		return NULL;
	memcpy(name, v->name, v->name_n);
	name[v->name_n] = '\0';
	char *dot = strchr(name, '.');
	*kind = CONTACT;
	for (int i = 0; dot && i < KINDS; i++)
		if (strlen(kinds[i].word) == (size_t)(dot - name) && strncmp(kinds[i].word, name, (size_t)(dot - name)) == 0)
			return *kind = i, entity_field(model_entity(c->model, kinds[i].entity), dot + 1);
	return dot ? NULL : entity_field(model_entity(c->model, "contacts"), name);
}

static bool is_known(struct core *c, const struct variable *v)
{
	int kind;
	if (is_word(v, "sender.name") || is_word(v, "sender.email") || is_word(v, "today"))
		return true;
	const struct field *f = field_named(c, v, &kind);
	return f && !(f->flags & FF_HIDDEN);
}

enum status template_check(struct core *c, const char *text, const char *field, struct error *err)
{
	struct variable v;
	for (const char *s = text ? text : ""; next_variable(s, &v); s = v.at + v.n) {
		if (!v.closed) {
			error_field(err, ST_INVALID, field, _("“{{%.*s” is not closed on its line."), (int)strcspn(v.name, "\n") > 30 ? 30 : (int)strcspn(v.name, "\n"), v.name);
			error_hint(err, _("A variable is written {{first_name}}, or {{first_name | there}} with a word for want of one."));
			return ST_INVALID;
		}
		if (!is_known(c, &v)) {
			error_field(err, ST_INVALID, field, _("There is no variable {{%.*s}}."), v.name_n > 60 ? 60 : (int)v.name_n, v.name);
			error_hint(err, _("Known are the contact's fields ({{first_name}}), {{company.name}}, {{deal.title}}, {{me.full_name}}, {{sender.name}}, {{organization.name}} and {{today}}."));
			return ST_INVALID;
		}
	}
	return ST_OK;
}

/* "a, b, c" */
static bool is_in(const char *list, const char *name, size_t n)
{
	for (const char *p = list; (p = memmem(p, strlen(p), name, n)); p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ',' || !p[n]))
			return true;
	return false;
}

static void add_name(struct buf *list, const char *name, size_t n)
{
	if (!n || is_in(buf_str(list), name, n))
		return;
	if (list->len)
		buf_puts(list, ", ");
	buf_add(list, name, n);
}

void template_variables(const char *text, struct buf *seen)
{
	struct variable v;
	for (const char *s = text ? text : ""; next_variable(s, &v); s = v.at + v.n)
		add_name(seen, v.name, v.name_n);
}

/* Filling in */

struct filling {
	struct core *core;
	const struct template_about *about;
	struct arena *arena;
	struct record *records[KINDS];
};

static enum status load(struct filling *f, int kind, struct id id, struct error *err)
{
	if (id_is_nil(&id))
		return ST_OK;
	enum status st = store_load(f->core, model_entity(f->core->model, kinds[kind].entity), &id, f->arena, &f->records[kind], err);
	return st == ST_NOT_FOUND && kind == COMPANY ? ST_OK : st; /* one may see a person whose company one may not */
}

static enum status load_all(struct filling *f, struct error *err)
{
	struct id company = f->about->company;
	enum status st = load(f, CONTACT, f->about->contact, err);
	if (st == ST_OK)
		st = load(f, DEAL, f->about->deal, err);
	if (st == ST_OK && id_is_nil(&company) && f->records[CONTACT])
		company = record_id(f->records[CONTACT], "company");
	if (st == ST_OK)
		st = load(f, COMPANY, company, err);
	if (st == ST_OK)
		st = load(f, ME, f->core->user, err);
	return st == ST_OK ? load(f, ORGANIZATION, f->core->org, err) : st;
}

/* Whoever reads it reads it later: no "today" or "Tue". */
static const char *whole_date(struct arena *a, int64_t days)
{
	int y, m, d;
	clock_civil_from_days(days, &y, &m, &d);
	return arena_printf(a, "%d %s %d", d, clock_month_short(m), y);
}

static const char *format(struct filling *f, const struct record *r, const struct field *field)
{
	int64_t days;
	const struct value *v = &r->v[entity_field_index(r->entity, field)];
	if (field->type == FT_DATE && v->kind == VAL_TEXT && clock_parse_iso_date(v->s, &days))
		return whole_date(f->arena, days);
	if (field->type == FT_DATETIME && v->kind == VAL_INT) {
		struct civil c = clock_local(v->i);
		return arena_printf(f->arena, "%s, %02d:%02d", whole_date(f->arena, clock_days_from_civil(c.year, c.month, c.day)), c.hour, c.minute);
	}
	return record_format(f->core, r, field, f->arena);
}

static const char *value_of(struct filling *f, const struct variable *v)
{
	int kind;
	if (is_word(v, "today"))
		return whole_date(f->arena, clock_today());
	if (is_word(v, "sender.name"))
		return f->about->sender_name;
	if (is_word(v, "sender.email"))
		return f->about->sender_email;
	const struct field *field = field_named(f->core, v, &kind);
	const struct record *r = field ? f->records[kind] : NULL;
	if (!r || access_field(f->core, r->entity, field) == FIELD_NONE)
		return NULL;
	return format(f, r, field);
}

static void add_escaped(struct buf *b, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		switch (s[i]) {
		case '&':
			buf_puts(b, "&amp;");
			break;
		case '<':
			buf_puts(b, "&lt;");
			break;
		case '>':
			buf_puts(b, "&gt;");
			break;
		case '"':
			buf_puts(b, "&quot;");
			break;
		default:
			buf_putc(b, s[i]);
		}
	}
}

static void add_value(struct buf *b, const char *s, size_t n, bool html)
{
	if (html)
		add_escaped(b, s, n);
	else
		buf_add(b, s, n);
}

enum status template_fill(struct core *c, const char *text, const struct template_about *about, bool html, struct arena *a, const char **out,
	const char **missing, struct error *err)
{
	struct filling f = {c, about, a, {NULL}};
	struct buf b = {0}, without = {0};
	struct variable v;
	const char *s = text ? text : "";
	enum status st = template_check(c, s, "text", err);
	if (st == ST_OK)
		st = load_all(&f, err);
	if (st != ST_OK)
		return st;
	for (; next_variable(s, &v); s = v.at + v.n) {
		const char *value = value_of(&f, &v);
		buf_add(&b, s, (size_t)(v.at - s));
		if (mail_has(value))
			add_value(&b, value, strlen(value), html);
		else if (v.has_fallback)
			add_value(&b, v.fallback, v.fallback_n, html);
		else
			add_name(&without, v.name, v.name_n);
	}
	buf_puts(&b, s);
	*out = arena_strdup(a, buf_str(&b));
	*missing = arena_strdup(a, buf_str(&without));
	buf_free(&b);
	buf_free(&without);
	return ST_OK;
}
