/* Filter terms to SQL conditions over row `t`. Every name and value is checked here, so an error can point at its word. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/children.h"
#include "core/crm/filter.h"
#include "core/crm/filter_money.h"
#include "core/crm/filter_name.h"
#include "core/crm/hooks.h"
#include "core/crm/query.h"
#include "core/security/access.h"
#include "core/crm/store.h"
#include "core/crm/store_raw.h"

struct build {
	struct core *core;
	const struct entity *entity;
	struct sql *q;
	struct error *err;
	const struct filter_term *term;
};

/* Fields that every row has. */
static const struct field meta_fields[] = {
	{.name = "created_at", .type = FT_DATETIME, .label = N_("Created"), .alias = "created"},
	{.name = "updated_at", .type = FT_DATETIME, .label = N_("Changed"), .alias = "updated"},
	{.name = "created_by", .type = FT_REF, .label = N_("Created by"), .ref = "users"},
	{.name = "updated_by", .type = FT_REF, .label = N_("Changed by"), .ref = "users"},
	{.name = "num", .type = FT_INT, .label = N_("Number"), .alias = "ref"},
};

const struct field *filter_meta_field(const char *name)
{
	for (size_t i = 0; i < sizeof meta_fields / sizeof *meta_fields; i++)
		if (strcasecmp(meta_fields[i].name, name) == 0 ||
			(meta_fields[i].alias && strcasecmp(meta_fields[i].alias, name) == 0))
			return &meta_fields[i];
	return NULL;
}

static void add_expr(struct build *b, const struct field *f)
{
	sql_field(b->q, b->core, b->entity, f);
}

static const char *op_text(enum filter_op op)
{
	static const char *const names[] = {"=", "=", "<>", ">", ">=", "<", "<="};
	return names[op];
}

/* A period named by one word, as a range of days [from, to). */
static bool period(const char *word, int64_t *from, int64_t *to)
{
	int y, m, d, span = 1;
	int64_t today = clock_today();
	clock_civil_from_days(today, &y, &m, &d);
	int year, month, end = 0;
	const char *w = word;
	int shift = 0;
	if (strncasecmp(w, "last", 4) == 0 || strncasecmp(w, "next", 4) == 0 || strncasecmp(w, "this", 4) == 0) {
		shift = tolower((unsigned char)*w) == 'l' ? -1 : tolower((unsigned char)*w) == 'n' ? 1 : 0;
		w += 4;
	}
	if (strcasecmp(w, "week") == 0 || strcasecmp(w, "semaine") == 0) {
		int64_t monday = today - ((today + 3) % 7 + 7) % 7;
		*from = monday + 7 * shift;
		*to = *from + 7;
		return true;
	}
	if (sscanf(word, "%4d-%2d%n", &year, &month, &end) == 2 && !word[end] && month >= 1 && month <= 12) {
		y = year;
		m = month;
	} else if (strlen(word) == 4 && sscanf(word, "%4d%n", &year, &end) == 1 && end == 4 && year > 1900) {
		y = year;
		m = 1;
		span = 12;
	} else if (strcasecmp(w, "month") == 0 || strcasecmp(w, "mois") == 0) {
		m += shift;
	} else if (strcasecmp(w, "quarter") == 0 || strcasecmp(w, "trimestre") == 0) {
		m = (m - 1) / 3 * 3 + 1 + 3 * shift;
		span = 3;
	} else if (strcasecmp(w, "year") == 0 || strcasecmp(w, "annee") == 0) {
		m = 1;
		y += shift;
		span = 12;
	} else {
		return false;
	}
	while (m < 1)
		m += 12, y--;
	while (m > 12)
		m -= 12, y++;
	*from = clock_days_from_civil(y, m, 1);
	m += span;
	if (m > 12)
		m -= 12, y++;
	*to = clock_days_from_civil(y, m, 1);
	return true;
}

static void bind_day(struct build *b, const struct field *f, int64_t day)
{
	if (f->type == FT_DATE) {
		char iso[16];
		sql_text(b->q, clock_format_date(day, iso));
		return;
	}
	struct civil c = {0};
	clock_civil_from_days(day, &c.year, &c.month, &c.day);
	sql_int(b->q, clock_from_local(&c));
}

/* [from, to) of days compared with an operator. */
static void add_day_range(struct build *b, const struct field *f, enum filter_op op, int64_t from, int64_t to)
{
	struct sql *q = b->q;
	if (op == OP_HAS || op == OP_EQ) {
		sql_add(q, "(");
		add_expr(b, f);
		sql_add(q, " >= ");
		bind_day(b, f, from);
		sql_add(q, " AND ");
		add_expr(b, f);
		sql_add(q, " < ");
		bind_day(b, f, to);
		sql_add(q, ")");
		return;
	}
	bool upper = op == OP_GT || op == OP_LE;
	add_expr(b, f);
	sql_add(q, " %s ", op == OP_GT || op == OP_GE ? ">=" : "<");
	bind_day(b, f, upper ? to : from);
}

static enum status add_when(struct build *b, const struct field *f, enum filter_op op, const char *value)
{
	int64_t from, to, ms;
	struct conventions conv = core_conventions(b->core);
	if (period(value, &from, &to)) {
		add_day_range(b, f, op, from, to);
		return ST_OK;
	}
	bool now = strcasecmp(value, "now") == 0 || strcasecmp(value, "maintenant") == 0;
	if (clock_parse_date(value, conv.day_first, &from) && !now) {
		add_day_range(b, f, op, from, from + 1);
		return ST_OK;
	}
	if (f->type == FT_DATETIME && (now || clock_parse_instant(value, conv.day_first, &ms))) {
		add_expr(b, f);
		sql_add(b->q, " %s ", op_text(op));
		sql_int(b->q, now ? clock_now() : ms);
		return ST_OK;
	}
	error_field(b->err, ST_INVALID, b->term->field, _("“%s” is not a date."), value);
	error_hint(b->err, _("Write 2026-03-31, today, +30d, -2w, month or 2026-03."));
	return ST_INVALID;
}

/* LIKE pattern: * and % of the person are wild only as *, the rest is literal. */
static char *like_pattern(struct arena *a, const char *folded, bool whole)
{
	struct buf b = {0};
	if (!whole)
		buf_putc(&b, '%');
	for (const char *p = folded; *p; p++) {
		if (*p == '%' || *p == '_' || *p == '\\')
			buf_putc(&b, '\\');
		buf_putc(&b, *p == '*' ? '%' : *p);
	}
	if (!whole)
		buf_putc(&b, '%');
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static void add_text_match(struct build *b, const char *expr, enum filter_op op, const char *value)
{
	char folded[1024];
	struct sql *q = b->q;
	db_fold(b->core->db, expr, folded, sizeof folded);
	if (op >= OP_GT) {
		sql_add(q, "%s %s ", folded, op_text(op));
		sql_text(q, text_fold(q->arena, value));
		return;
	}
	bool whole = op != OP_HAS;
	sql_add(q, "COALESCE(%s, '') LIKE ", folded);
	sql_text(q, like_pattern(q->arena, text_fold(q->arena, value), whole));
	sql_add(q, " ESCAPE '\\'");
}

static enum status add_text(struct build *b, const struct field *f, enum filter_op op, const char *value)
{
	struct sql part;
	sql_init(&part, b->q->arena);
	sql_field(&part, b->core, b->entity, f);
	add_text_match(b, buf_str(&part.text), op, value);
	sql_free(&part);
	return ST_OK;
}

/* Any child of the owner matches: emails, phones, addresses. */
static enum status add_child(struct build *b, const struct field *f, enum filter_op op, const char *value)
{
	struct sql *q = b->q;
	const struct entity *child = model_entity(b->core->model, f->child);
	const struct field *cf = entity_field(child, f->child_column);
	char column[80];
	if (field_kind(f) == VAL_INT) {
		struct value v;
		struct conventions conv = core_conventions(b->core);
		enum status st = field_parse(f, value, &conv, q->arena, &v, NULL, b->err);
		if (st != ST_OK)
			return st;
		add_expr(b, f);
		sql_add(q, " %s ", op_text(op));
		sql_value(q, &v);
		return ST_OK;
	}
	sql_add(q, "t.id IN (SELECT k.%s FROM %s k WHERE k.deleted_at IS NULL AND ",
		field_column(entity_field(child, child->parent)), child->name);
	if (child->owner_type)
		sql_add(q, "k.%s = '%s' AND ", child->owner_type, b->entity->name);
	if (strcmp(child->name, "contact_emails") == 0 && op != OP_HAS) {
		sql_add(q, "k.address_norm = ");
		sql_text(q, email_norm(q->arena, value));
	} else if (strcmp(child->name, "contact_phones") == 0) {
		const char *digits = phone_digits(q->arena, value);
		while (*digits == '0')
			digits++;
		sql_add(q, "k.digits LIKE ");
		sql_text(q, arena_printf(q->arena, "%%%s%%", digits));
	} else {
		(void)snprintf(column, sizeof column, "k.%s", field_column(cf));
		add_text_match(b, column, op, value);
	}
	sql_add(q, ")");
	return ST_OK;
}

/* Does a condition over the target `t` hold for any live row? Only asked of who may see all of them: to others a name that they may not
 * see and one that is not there look alike. */
static bool any_target(struct build *b, const struct entity *target, const struct sql *condition, bool words)
{
	struct sql q = {.arena = b->q->arena};
	struct db_stmt *s;
	bool row, any = true;
	if (!access_reads_everything(b->core))
		return true;
	for (size_t i = 0; i < condition->n; i++)
		sql_value(&q, &condition->params[i]);
	buf_clear(&q.text);
	if (words) { /* walks to the first match only */
		char from[400];
		db_search_from(b->core->db, target->name, "t", "num", (int)q.n, from, sizeof from);
		sql_add(&q, "SELECT 1 FROM %s WHERE t.deleted_at IS NULL AND t.org_id = ", from);
	} else {
		sql_add(&q, "SELECT 1 FROM %s t WHERE %s AND t.deleted_at IS NULL AND t.org_id = ", target->name, buf_str(&condition->text));
	}
	sql_id(&q, &b->core->org);
	sql_add(&q, " LIMIT 1");
	if (sql_prepare(&q, b->core->db, &s, NULL) == ST_OK && db_step(s, &row, NULL) == ST_OK) {
		any = row;
		db_done(s);
	}
	sql_free(&q);
	return any;
}

static enum status add_tag(struct build *b, const char *value)
{
	struct sql *q = b->q;
	const struct entity *tags = model_entity(b->core->model, "tags");
	const char *name = *value == '#' ? value + 1 : value;
	struct sql own = {.arena = q->arena};
	sql_add(&own, "t.sort_key LIKE ");
	sql_text(&own, like_pattern(q->arena, text_sort_key(q->arena, name), true));
	sql_add(&own, " ESCAPE '\\'");
	bool there = any_target(b, tags, &own, false);
	sql_free(&own);
	if (!there)
		return filter_no_name(b->core, tags, b->term->field, name, b->err);
	sql_add(q, "t.id IN (SELECT k.subject_id FROM taggings k JOIN tags g ON g.id = k.tag_id WHERE k.deleted_at IS NULL "
		   "AND k.subject_type = '%s' AND g.sort_key LIKE ",
		b->entity->name);
	sql_text(q, like_pattern(q->arena, text_sort_key(q->arena, name), true));
	sql_add(q, " ESCAPE '\\')");
	return ST_OK;
}

static bool exact_ref(struct build *b, const struct entity *target, const char *value, struct id *id)
{
	char *end = NULL;
	bool reference = target->letter && toupper((unsigned char)*value) == target->letter[0] && value[1] == '-' &&
			 strtoll(value + 2, &end, 10) > 0 && !*end;
	bool me = strcmp(target->name, "users") == 0 && (strcasecmp(value, "me") == 0 || strcasecmp(value, "moi") == 0);
	if (id_parse(value, id))
		return true;
	return (reference || me) && store_find(b->core, target, value, id, NULL) == ST_OK;
}

/* Rows of the target, `t`, that are called so. True when they are looked up in the index of words, false when names are compared. */
static bool named_condition(struct build *b, struct sql *q, const struct entity *target, enum filter_op op, const char *value)
{
	char condition[256];
	struct buf words = {0};
	text_tokens_to(&words, value);
	bool indexed = op == OP_HAS && !target->no_search && words.len;
	if (indexed) {
		char *term = db_search_term(b->core->db, buf_str(&words), true);
		db_search_condition(b->core->db, target->name, "t.num", (int)q->n + 1, condition, sizeof condition);
		sql_silent_text(q, term); /* the condition holds its mark already */
		sql_add(q, "%s", condition);
		free(term);
	} else {
		struct build own = *b;
		own.q = q;
		add_text_match(&own, target->title, op, value);
	}
	buf_free(&words);
	return indexed;
}

static enum status add_ref(struct build *b, const struct field *f, enum filter_op op, const char *value)
{
	struct sql *q = b->q;
	const struct entity *target = model_entity(b->core->model, f->ref);
	struct id id;
	if (op != OP_HAS && op != OP_EQ)
		return error_field(b->err, ST_INVALID, b->term->field, _("%s takes : or =, not < or >."), _(f->label));
	if (exact_ref(b, target, value, &id)) {
		add_expr(b, f);
		sql_add(q, " = ");
		sql_id(q, &id);
	} else {
		struct sql own = {.arena = q->arena};
		bool words = named_condition(b, &own, target, op, value);
		bool there = any_target(b, target, &own, words);
		sql_free(&own);
		if (!there)
			return filter_no_name(b->core, target, b->term->field, value, b->err);
		add_expr(b, f);
		/* the target's title speaks of `t`; inside its own SELECT that is the target */
		sql_add(q, " IN (SELECT t.id FROM %s t WHERE t.org_id = ", target->name);
		sql_id(q, &b->core->org);
		sql_add(q, " AND t.deleted_at IS NULL AND ");
		(void)named_condition(b, q, target, op, value);
		sql_add(q, ")");
	}
	return ST_OK;
}

static enum status add_scalar(struct build *b, const struct field *f, enum filter_op op, const char *value)
{
	struct value v;
	struct conventions conv = core_conventions(b->core);
	struct field plain = *f;
	plain.flags &= ~(unsigned)FF_REQUIRED;
	enum status st = field_parse(&plain, value, &conv, b->q->arena, &v, NULL, b->err);
	if (st != ST_OK)
		return st;
	if (f->type == FT_MULTI) { /* choices stand in one text, "a, b" */
		sql_add(b->q, "', ' || ");
		add_expr(b, f);
		sql_add(b->q, " || ', ' LIKE ");
		sql_text(b->q, like_pattern(b->q->arena, arena_printf(b->q->arena, ", %s, ", v.s), false));
		sql_add(b->q, " ESCAPE '\\'");
		return ST_OK;
	}
	if (f->type == FT_DECIMAL)
		sql_add(b->q, "CAST(");
	add_expr(b, f);
	sql_add(b->q, f->type == FT_DECIMAL ? " AS NUMERIC) %s " : " %s ", op_text(op));
	if (f->type == FT_DECIMAL)
		sql_add(b->q, "CAST(");
	sql_value(b->q, &v);
	if (f->type == FT_DECIMAL)
		sql_add(b->q, " AS NUMERIC)");
	return ST_OK;
}

static enum status add_one(struct build *b, const struct field *f, enum filter_op op, const char *value)
{
	if (f->type == FT_TAGS)
		return add_tag(b, value);
	if (f->type == FT_MONEY)
		return filter_money(b->core, b->entity, f, op, value, b->q, b->err);
	if (f->child)
		return add_child(b, f, op, value);
	switch (f->type) {
	case FT_REF:
		return add_ref(b, f, op, value);
	case FT_DATE:
	case FT_DATETIME:
		return add_when(b, f, op, value);
	case FT_INT:
	case FT_PERCENT:
	case FT_DURATION:
	case FT_BOOL:
	case FT_ENUM:
	case FT_MULTI:
	case FT_DECIMAL:
		return add_scalar(b, f, op, value);
	default:
		return add_text(b, f, op, value);
	}
}

static enum status add_range_or_one(struct build *b, const struct field *f, const char *value)
{
	const char *dots = strstr(value, "..");
	struct arena *a = b->q->arena;
	bool ordered = f->type == FT_DATE || f->type == FT_DATETIME || (field_kind(f) == VAL_INT && f->type != FT_BOOL) ||
		       f->type == FT_DECIMAL;
	if (!dots || !ordered || b->term->op >= OP_GT)
		return add_one(b, f, b->term->op, value);
	const char *low = arena_strndup(a, value, (size_t)(dots - value)), *high = dots + 2;
	enum status st = ST_OK;
	sql_add(b->q, "(1 = 1");
	if (*low) {
		sql_add(b->q, " AND ");
		st = add_one(b, f, OP_GE, low);
	}
	if (st == ST_OK && *high) {
		sql_add(b->q, " AND ");
		st = add_one(b, f, OP_LE, high);
	}
	sql_add(b->q, ")");
	return st;
}

/* none / any */
static void add_presence(struct build *b, const struct field *f, bool any)
{
	struct sql *q = b->q;
	if (f->type == FT_LIST || f->type == FT_TAGS || field_is_virtual(f)) {
		const struct entity *child = model_entity(b->core->model, f->type == FT_TAGS ? "taggings" : f->child);
		sql_add(q, "t.id %sIN (SELECT k.%s FROM %s k WHERE k.deleted_at IS NULL", any ? "" : "NOT ",
			field_column(entity_field(child, child->parent)), child->name);
		if (f->type != FT_TAGS && field_is_virtual(f))
			sql_add(q, " AND k.%s IS NOT NULL", f->child_column);
		sql_add(q, ")");
		return;
	}
	add_expr(b, f);
	sql_add(q, any ? " IS NOT NULL" : " IS NULL");
}

static void add_words(struct build *b, const char *text)
{
	struct sql *q = b->q;
	char condition[256];
	struct buf words = {0};
	text_tokens_to(&words, text);
	if (!words.len || b->entity->no_search) {
		add_text_match(b, b->entity->title, OP_HAS, text);
	} else {
		char *term = db_search_term(b->core->db, buf_str(&words), true);
		db_search_condition(b->core->db, b->entity->name, "t.num", (int)q->n + 1, condition, sizeof condition);
		sql_silent_text(q, term);
		sql_add(q, "%s", condition);
		free(term);
	}
	buf_free(&words);
}

static enum status add_term(struct build *b)
{
	const struct filter_term *t = b->term;
	struct sql *q = b->q;
	enum status st = ST_OK;
	struct filter_term inverse = *t;
	if (!t->field) {
		if (t->negated)
			sql_add(q, "NOT ");
		add_words(b, t->value);
		return ST_OK;
	}
	const struct field *f = filter_field(b->core, b->entity, t->field);
	if (!f)
		return filter_no_field(b->core, b->entity, t->field, b->err);
	bool none = strcasecmp(t->value, "none") == 0 || strcasecmp(t->value, "aucun") == 0 || (!*t->value && t->quoted);
	bool any = strcasecmp(t->value, "any") == 0;
	if ((none || any) && t->op <= OP_NE) {
		add_presence(b, f, any != (t->negated || t->op == OP_NE));
		return ST_OK;
	}
	if (t->op == OP_NE) { /* what has no value is not it: "!=" and "-" say the same of it */
		inverse.op = OP_EQ;
		inverse.negated = !t->negated;
		b->term = t = &inverse;
	}
	sql_add(q, t->negated ? "NOT COALESCE((" : "(");
	char *copy = arena_strdup(q->arena, t->value), *save = NULL;
	bool list = !t->quoted && strchr(copy, ',') && t->op <= OP_NE;
	bool first = true;
	for (char *w = list ? strtok_r(copy, ",", &save) : copy; st == ST_OK && w; w = list ? strtok_r(NULL, ",", &save) : NULL) {
		if (!first)
			sql_add(q, " OR ");
		first = false;
		st = add_range_or_one(b, f, w);
	}
	if (first)
		st = add_one(b, f, t->op, t->value);
	sql_add(q, t->negated ? "), 1 = 0)" : ")");
	return st;
}

enum status filter_sql(struct core *c, const struct entity *e, const struct filter *f, struct sql *q, int *at, struct error *err)
{
	struct build b = {.core = c, .entity = e, .q = q, .err = err};
	for (int i = 0; i < f->n; i++) {
		const struct filter_term *t = &f->terms[i];
		bool opens = i + 1 < f->n && f->terms[i + 1].either, closes = t->either && !opens;
		if (!t->field && !t->negated && !t->either && !opens)
			continue;
		b.term = t;
		sql_add(q, t->either ? " OR " : opens ? " AND (" : " AND ");
		enum status st = add_term(&b);
		if (st != ST_OK) {
			if (at)
				*at = t->at;
			return st;
		}
		if (closes)
			sql_add(q, ")");
	}
	return ST_OK;
}

void hook_smart_list_count(struct core *c, const struct record *r, struct value *out)
{
	const char *object = record_text(r, "object"), *text = record_text(r, "filter");
	struct query q = {.entity = object ? model_entity(c->model, object) : NULL, .filter = text};
	int64_t n;
	if (q.entity && query_count(c, &q, &n, NULL) == ST_OK)
		*out = (struct value){.kind = VAL_INT, .i = n};
}

enum status hook_filter_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	const char *object = record_text(now, "object"), *text = record_text(now, "filter");
	const struct entity *e = object ? model_entity(t->core->model, object) : NULL;
	(void)old;
	if (!e || !e->top)
		return error_field(err, ST_INVALID, "object", _("“%s” is not a kind of record."), object ? object : "");
	if (!text)
		return ST_OK;
	enum status st = filter_check(t->core, e, text, NULL, err);
	if (st != ST_OK && err)
		(void)snprintf(err->field, sizeof err->field, "filter");
	return st;
}
