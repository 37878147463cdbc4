#include "core/model/field_type.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/model/format_check.h"

static const struct {
	const char *name;
	short width;
	bool right;
} types[FT_TYPES] = {
	[FT_TEXT] = {"text", 20, false},
	[FT_LONG_TEXT] = {"long_text", 30, false},
	[FT_INT] = {"integer", 9, true},
	[FT_DECIMAL] = {"decimal", 10, true},
	[FT_PERCENT] = {"percent", 6, true},
	[FT_MONEY] = {"money", 14, true},
	[FT_CURRENCY] = {"currency", 5, false},
	[FT_DATE] = {"date", 11, false},
	[FT_DATETIME] = {"datetime", 12, false},
	[FT_DURATION] = {"duration", 8, true},
	[FT_BOOL] = {"bool", 6, false},
	[FT_ENUM] = {"select", 12, false},
	[FT_MULTI] = {"multi_select", 18, false},
	[FT_EMAIL] = {"email", 26, false},
	[FT_PHONE] = {"phone", 18, false},
	[FT_URL] = {"url", 24, false},
	[FT_COUNTRY] = {"country", 12, false},
	[FT_REF] = {"reference", 20, false},
	[FT_LIST] = {"list", 26, false},
	[FT_TAGS] = {"tags", 18, false},
};

const char *field_type_name(enum field_type t)
{
	return types[t].name;
}

bool field_type_by_name(const char *name, enum field_type *out)
{
	for (int i = 0; i < FT_TYPES; i++) {
		if (strcmp(types[i].name, name) == 0) {
			*out = (enum field_type)i;
			return true;
		}
	}
	return false;
}

bool field_right_aligned(const struct field *f)
{
	return types[f->type].right;
}

int field_width(const struct field *f)
{
	return f->width ? f->width : types[f->type].width;
}

const struct choice *field_choice(const struct field *f, const char *text)
{
	if (!f->choices)
		return NULL;
	for (const struct choice *c = f->choices; c->value; c++)
		if (strcasecmp(c->value, text) == 0)
			return c;
	for (const struct choice *c = f->choices; c->value; c++)
		if (text_eq_fold(i18n_english(c->label), text) || text_eq_fold(_(c->label), text))
			return c;
	/* "in progress", "in-progress" for in_progress */
	for (const struct choice *c = f->choices; c->value; c++) {
		const char *v = c->value, *t = text;
		while (*v && *t && (*v == *t || (*v == '_' && (*t == ' ' || *t == '-'))))
			v++, t++;
		if (!*v && !*t)
			return c;
	}
	return NULL;
}

const char *choice_label(const struct field *f, const char *value)
{
	if (f->choices)
		for (const struct choice *c = f->choices; c->value; c++)
			if (strcmp(c->value, value) == 0)
				return (f->flags & FF_CUSTOM) ? c->label : _(c->label);
	return value;
}

const char *entity_title_label(const struct entity *e, const char *title)
{
	for (int i = 0; strstr(e->title, "t.type") && i < e->n_fields; i++)
		if (strcmp(e->fields[i].name, "type") == 0 && e->fields[i].type == FT_ENUM)
			return choice_label(&e->fields[i], title);
	return title;
}

static enum status bad_choice(const struct field *f, const char *text, struct error *err)
{
	struct buf all = {0};
	for (const struct choice *c = f->choices; c && c->value; c++)
		buf_printf(&all, "%s%s", c == f->choices ? "" : ", ", c->value);
	error_field(err, ST_INVALID, f->name, _("“%s” is not one of the choices of %s."), text, _(f->label));
	error_hint(err, _("Choose one of: %s"), buf_str(&all));
	buf_free(&all);
	return ST_INVALID;
}

static bool parse_bool(const char *s, int64_t *out)
{
	static const char *const yes[] = {"1", "yes", "y", "true", "t", "on", "x", "oui", "o", "vrai", "✓", "✔", NULL};
	static const char *const no[] = {"0", "no", "n", "false", "f", "off", "non", "faux", "-", NULL};
	for (int i = 0; yes[i]; i++)
		if (strcasecmp(yes[i], s) == 0)
			return *out = 1, true;
	for (int i = 0; no[i]; i++)
		if (strcasecmp(no[i], s) == 0)
			return *out = 0, true;
	return false;
}

static enum status parse_multi(const struct field *f, const char *text, struct arena *a, struct value *out,
	struct error *err)
{
	struct buf b = {0};
	char *copy = arena_strdup(a, text), *save = NULL;
	for (char *word = strtok_r(copy, ",;|", &save); word; word = strtok_r(NULL, ",;|", &save)) {
		const char *w = text_trim(a, word);
		if (!*w)
			continue;
		const struct choice *c = field_choice(f, w);
		if (!c && f->choices) {
			buf_free(&b);
			return bad_choice(f, w, err);
		}
		buf_printf(&b, "%s%s", b.len ? ", " : "", c ? c->value : w);
	}
	out->kind = b.len ? VAL_TEXT : VAL_NULL;
	out->s = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return ST_OK;
}

static void set_int(struct value *v, int64_t i)
{
	v->kind = VAL_INT;
	v->i = i;
}

static void set_text(struct value *v, const char *s)
{
	v->kind = VAL_TEXT;
	v->s = s;
}

static enum status parse_date(const struct field *f, const char *s, const struct conventions *conv, struct arena *a,
	struct value *v, struct error *err)
{
	int64_t days;
	char iso[16];
	if (!clock_parse_date(s, conv->day_first, &days)) {
		error_field(err, ST_INVALID, f->name, _("“%s” is not a date."), s);
		error_hint(err, _("Write 2026-03-31, 31/3, tomorrow, friday or +2w."));
		return ST_INVALID;
	}
	set_text(v, arena_strdup(a, clock_format_date(days, iso)));
	return ST_OK;
}

static enum status parse_instant(const struct field *f, const char *s, const struct conventions *conv,
	struct value *v, struct error *err)
{
	int64_t ms;
	if (!clock_parse_instant(s, conv->day_first, &ms)) {
		error_field(err, ST_INVALID, f->name, _("“%s” is not a date and time."), s);
		error_hint(err, _("Write 2026-03-31 10:30, tomorrow 9h or +2d."));
		return ST_INVALID;
	}
	set_int(v, ms);
	return ST_OK;
}

static enum status parse_percent(const struct field *f, const char *s, struct arena *a, struct value *v,
	struct error *err)
{
	size_t n = strlen(s);
	char *t = arena_strdup(a, s);
	if (n && t[n - 1] == '%')
		t[n - 1] = '\0';
	int64_t i;
	if (integer_parse(text_trim(a, t), &i, NULL) != ST_OK || i < 0 || i > 100)
		return error_field(err, ST_INVALID, f->name, _("%s takes a whole number from 0 to 100, not “%s”."), _(f->label), s);
	set_int(v, i);
	return ST_OK;
}

static enum status parse_currency(const struct field *f, const char *s, struct value *v, struct error *err)
{
	const char *code = money_find_currency(s);
	if (!code) {
		error_field(err, ST_INVALID, f->name, _("“%s” is not a currency."), s);
		error_hint(err, _("Write its ISO code, such as EUR or USD."));
		return ST_INVALID;
	}
	set_text(v, code);
	return ST_OK;
}

/* Minor units; thousands of such amounts still add up within 64 bits. */
#define MONEY_LIMIT INT64_C(1000000000000000)

enum { LONGEST_TEXT = 10000, LONGEST_LONG_TEXT = 1 << 20 }; /* characters; bytes */

static enum status check_length(const struct field *f, const char *s, struct error *err)
{
	size_t bytes = strlen(s), n = 0;
	if (f->type == FT_LONG_TEXT)
		return bytes <= LONGEST_LONG_TEXT ? ST_OK : error_field(err, ST_INVALID, f->name, _("%s may hold a megabyte of text at most."), _(f->label));
	if (bytes <= LONGEST_TEXT)
		return ST_OK;
	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n <= LONGEST_TEXT ? ST_OK : error_field(err, ST_INVALID, f->name, _("%s may hold %d characters at most."), _(f->label), LONGEST_TEXT);
}

enum status field_parse(const struct field *f, const char *text, const struct conventions *conv, struct arena *a,
	struct value *out, char currency_out[4], struct error *err)
{
	struct value v = {0};
	const char *s = f->type == FT_LONG_TEXT ? text : text_trim(a, text ? text : "");
	if (text_is_blank(s)) {
		if ((f->flags & FF_REQUIRED) && !f->def)
			return error_field(err, ST_INVALID, f->name, _("%s is needed."), _(f->label));
		*out = v;
		return ST_OK;
	}
	if (!text_is_utf8(s, strlen(s)))
		return error_field(err, ST_INVALID, f->name, _("%s is not valid UTF-8 text."), _(f->label));
	enum status st = check_length(f, s, err);
	int64_t i = 0;
	if (st != ST_OK)
		return st;
	switch (f->type) {
	case FT_TEXT:
	case FT_LONG_TEXT:
	case FT_COUNTRY:
		set_text(&v, arena_strdup(a, s));
		break;
	case FT_INT:
		st = integer_parse(s, &i, err);
		if (st == ST_OK && (f->low || f->high) && (i < f->low || i > f->high))
			st = error_field(err, ST_INVALID, f->name, _("%s takes a number from %lld to %lld."), _(f->label), (long long)f->low,
				(long long)f->high);
		set_int(&v, i);
		break;
	case FT_DECIMAL: {
		const char *dec = NULL;
		st = decimal_parse(a, s, conv->decimal, &dec, err);
		set_text(&v, dec);
		break;
	}
	case FT_PERCENT:
		st = parse_percent(f, s, a, &v, err);
		break;
	case FT_MONEY:
		st = money_parse(s, conv->currency, conv->decimal, &i, currency_out, err);
		if (st == ST_OK && (i > MONEY_LIMIT || i < -MONEY_LIMIT))
			st = error_field(err, ST_INVALID, f->name, _("“%s” is more money than there is."), s);
		set_int(&v, i);
		break;
	case FT_CURRENCY:
		st = parse_currency(f, s, &v, err);
		break;
	case FT_DATE:
		st = parse_date(f, s, conv, a, &v, err);
		break;
	case FT_DATETIME:
		st = parse_instant(f, s, conv, &v, err);
		break;
	case FT_DURATION:
		if (!clock_parse_duration(s, &i))
			st = error_field(err, ST_INVALID, f->name, _("“%s” is not a duration; write 45, 1h30 or 20 min."), s);
		set_int(&v, i);
		break;
	case FT_BOOL:
		if (!parse_bool(s, &i))
			st = error_field(err, ST_INVALID, f->name, _("%s takes yes or no, not “%s”."), _(f->label), s);
		set_int(&v, i);
		break;
	case FT_ENUM: {
		const struct choice *c = field_choice(f, s);
		if (!c)
			return bad_choice(f, s, err);
		set_text(&v, c->value);
		break;
	}
	case FT_MULTI:
		st = parse_multi(f, s, a, &v, err);
		break;
	case FT_EMAIL:
		if (!email_valid(s))
			st = error_field(err, ST_INVALID, f->name, _("“%s” is not an email address."), s);
		set_text(&v, arena_strdup(a, s));
		break;
	case FT_PHONE:
		if (!phone_valid(s))
			st = error_field(err, ST_INVALID, f->name, _("“%s” is not a phone number."), s);
		set_text(&v, arena_strdup(a, s));
		break;
	case FT_URL:
		if (!url_valid(s))
			st = error_field(err, ST_INVALID, f->name, _("“%s” is not a web address."), s);
		set_text(&v, arena_strdup(a, s));
		break;
	case FT_REF:
	case FT_LIST:
	case FT_TAGS:
	case FT_TYPES:
		return error_field(err, ST_INTERNAL, f->name, "%s cannot be parsed without the database", f->name);
	}
	if (st != ST_OK) {
		if (err && !err->field[0])
			(void)snprintf(err->field, sizeof err->field, "%s", f->name);
		return st;
	}
	*out = v;
	return ST_OK;
}

static const char *iso_instant(int64_t ms, struct arena *a)
{
	char iso[32];
	return arena_strdup(a, clock_format_instant(ms, iso));
}

static const char *multi_labels(const struct field *f, const char *s, struct arena *a)
{
	struct buf b = {0};
	char *copy = arena_strdup(a, s), *save = NULL;
	for (char *w = strtok_r(copy, ",", &save); w; w = strtok_r(NULL, ",", &save))
		buf_printf(&b, "%s%s", b.len ? ", " : "", choice_label(f, text_trim(a, w)));
	const char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

const char *field_format(const struct field *f, const struct value *v, const char *currency, struct arena *a)
{
	if (v->kind == VAL_NULL)
		return "";
	int64_t days;
	switch (f->type) {
	case FT_INT:
		return number_format(a, v->i);
	case FT_PERCENT:
		return arena_printf(a, "%lld %%", (long long)v->i);
	case FT_MONEY:
		return money_format(a, v->i, currency, true);
	case FT_DATE:
		return clock_parse_iso_date(v->s, &days) ? clock_human_date(a, days) : v->s;
	case FT_DATETIME:
		return clock_human_instant(a, v->i);
	case FT_DURATION:
		return clock_human_duration(a, v->i);
	case FT_BOOL:
		return v->i ? _("yes") : _("no");
	case FT_ENUM:
		return choice_label(f, v->s);
	case FT_MULTI:
		return multi_labels(f, v->s, a);
	default:
		return field_plain(f, v, currency, a);
	}
}

const char *field_edit_text(const struct field *f, const struct value *v, const char *currency, struct arena *a)
{
	if (v->kind == VAL_NULL)
		return "";
	switch (f->type) {
	case FT_DATETIME: {
		struct civil c = clock_local(v->i);
		return arena_printf(a, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
	}
	case FT_MONEY:
		return arena_printf(a, "%s %s", money_decimal(a, v->i, currency), currency);
	case FT_BOOL:
	case FT_ENUM:
	case FT_MULTI:
		return field_format(f, v, currency, a);
	case FT_DURATION:
		return clock_human_duration(a, v->i);
	default:
		return field_plain(f, v, currency, a);
	}
}

const char *field_plain(const struct field *f, const struct value *v, const char *currency, struct arena *a)
{
	char id[ID_TEXT_SIZE];
	switch (v->kind) {
	case VAL_NULL:
		return "";
	case VAL_TEXT:
		return v->s;
	case VAL_ID:
		return arena_strdup(a, id_format(&v->id, id));
	case VAL_INT:
		break;
	}
	if (f->type == FT_MONEY)
		return money_decimal(a, v->i, currency);
	if (f->type == FT_DATETIME)
		return iso_instant(v->i, a);
	return arena_printf(a, "%lld", (long long)v->i);
}
