/* Deals and activities: what a stage means, what a call changes.
 *
 * A deal's status follows its stage's type; each change of stage is a row of history with the time spent. A contact's and a
 * deal's last touch and next step follow their activities.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/hooks.h"
#include "core/crm/recur.h"
#include "core/crm/store_raw.h"
#include "data/db.h"

static bool is_set(const struct record *r, const char *field)
{
	return r->set[entity_index_of(r->entity, field)];
}

/* One id by a query over the organization ($1) and one more id ($2, may be NULL). */
static struct id one_id(struct core *c, const char *sql, const struct id *param)
{
	struct db_stmt *s;
	struct id out = {{0}};
	bool row;
	if (db_prepare(c->db, sql, &s, NULL) != ST_OK)
		return out;
	db_bind_id(s, 1, &c->org);
	if (param)
		db_bind_id(s, 2, param);
	if (db_step(s, &row, NULL) == ST_OK && row) {
		out = db_id(s, 0);
		db_done(s);
	}
	return out;
}

static struct record *load_ref(struct txn *t, const struct record *r, const char *field)
{
	struct record *out = NULL;
	struct id id = record_id(r, field);
	const struct field *f = entity_field(r->entity, field);
	if (id_is_nil(&id) || whole_load(t->core, model_entity(t->core->model, f->ref), &id, t->arena, &out, NULL) != ST_OK)
		return NULL;
	return out;
}

static enum status place_in_pipeline(struct txn *t, const struct record *old, struct record *now, struct record **stage,
	struct error *err)
{
	struct core *c = t->core;
	bool moved = is_set(now, "pipeline") && old && !value_eq(record_get(old, "pipeline"), record_get(now, "pipeline"));
	if (record_null(now, "stage") || (moved && !is_set(now, "stage"))) {
		struct id p = record_id(now, "pipeline");
		if (id_is_nil(&p))
			p = one_id(c, "SELECT id FROM pipelines WHERE org_id = $1 AND deleted_at IS NULL ORDER BY is_default DESC, num LIMIT 1",
				NULL);
		struct id s = one_id(c,
			"SELECT id FROM stages WHERE org_id = $1 AND pipeline_id = $2 AND type = 'open' AND deleted_at IS NULL "
			"ORDER BY position, num LIMIT 1",
			&p);
		record_put_id(now, "stage", s);
	}
	*stage = load_ref(t, now, "stage");
	if (!*stage)
		return error_field(err, ST_INVALID, "stage", _("The deal needs a stage; the pipeline has none."));
	record_put_id(now, "pipeline", record_id(*stage, "pipeline"));
	return ST_OK;
}

static void close_or_open(struct txn *t, const struct record *old, struct record *now, const char *type)
{
	const char *was = old ? record_text(old, "status") : "open";
	record_put_text(now, "status", type);
	if (strcmp(type, "won") == 0 && record_null(now, "won_at"))
		record_put_int(now, "won_at", t->at);
	if (strcmp(type, "lost") == 0 && record_null(now, "lost_at"))
		record_put_int(now, "lost_at", t->at);
	if (strcmp(type, "won") != 0)
		record_clear(now, "won_at");
	if (strcmp(type, "lost") != 0) {
		record_clear(now, "lost_at");
		if (was && strcmp(was, "lost") == 0)
			record_clear(now, "lost_reason");
	}
}

enum status hook_deal_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	struct record *stage;
	if (record_int(now, "value") < 0)
		return error_field(err, ST_INVALID, "value", _("The value of a deal cannot be negative."));
	enum status st = place_in_pipeline(t, old, now, &stage, err);
	if (st != ST_OK)
		return st;
	if (record_null(now, "currency")) {
		struct record *p = load_ref(t, now, "pipeline");
		const char *currency = p ? record_text(p, "currency") : NULL;
		record_put_text(now, "currency", currency ? currency : t->core->currency);
	}
	if (record_null(now, "company") && !record_null(now, "contact") && is_set(now, "contact")) {
		struct record *contact = load_ref(t, now, "contact");
		if (contact)
			record_put_id(now, "company", record_id(contact, "company"));
	}
	if (!old || !value_eq(record_get(old, "stage"), record_get(now, "stage"))) {
		close_or_open(t, old, now, record_text(stage, "type"));
		if (!is_set(now, "stage_entered_at"))
			record_put_int(now, "stage_entered_at", t->at);
	}
	return ST_OK;
}

/* Refused while live deals are there, since they would be on no board. */
static enum status needs_no_deals(struct txn *t, const struct record *r, const char *column, struct error *err)
{
	char sql[160];
	struct db_stmt *s;
	bool row;
	(void)snprintf(sql, sizeof sql, "SELECT count(*) FROM deals WHERE org_id = $1 AND %s = $2 AND deleted_at IS NULL", column);
	enum status st = db_prepare(t->core->db, sql, &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &t->core->org);
	db_bind_id(s, 2, &r->id);
	if ((st = db_step(s, &row, err)) != ST_OK || !row)
		return st;
	long long n = (long long)db_int(s, 0);
	db_done(s);
	if (!n)
		return ST_OK;
	error_set(err, ST_CONFLICT, _("%s still has deals: %lld."), record_text(r, "name"), n);
	error_hint(err, _("Move them to another stage first."));
	return ST_CONFLICT;
}

enum status hook_stage_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	bool gone = now->deleted_at != 0;
	bool other = old && (!value_eq(record_get(old, "type"), record_get(now, "type")) ||
				    !value_eq(record_get(old, "pipeline"), record_get(now, "pipeline")));
	return gone || other ? needs_no_deals(t, now, "stage_id", err) : ST_OK;
}

enum status hook_pipeline_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	(void)old;
	return now->deleted_at ? needs_no_deals(t, now, "pipeline_id", err) : ST_OK;
}

enum status hook_deal_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	if (now->quiet || (old && value_eq(record_get(old, "stage"), record_get(now, "stage"))))
		return ST_OK;
	struct record *h = record_new(t->arena, model_entity(t->core->model, "deal_stage_history"));
	int64_t at = record_int(now, "stage_entered_at");
	record_put_id(h, "deal", now->id);
	record_put_id(h, "to_stage", record_id(now, "stage"));
	record_put_int(h, "at", at);
	record_put_id(h, "by", t->core->user);
	if (!record_null(now, "value"))
		record_put_int(h, "value", record_int(now, "value"));
	if (old) {
		record_put_id(h, "from_stage", record_id(old, "stage"));
		if (!record_null(old, "stage_entered_at"))
			record_put_int(h, "seconds", (at - record_int(old, "stage_entered_at")) / 1000);
	}
	return raw_insert(t, h, old != NULL, err);
}

static void inherit_links(struct txn *t, struct record *now)
{
	if (!record_null(now, "deal") && is_set(now, "deal")) {
		struct record *deal = load_ref(t, now, "deal");
		if (deal && record_null(now, "company"))
			record_put_id(now, "company", record_id(deal, "company"));
		if (deal && record_null(now, "contact"))
			record_put_id(now, "contact", record_id(deal, "contact"));
	}
	if (record_null(now, "company") && is_set(now, "contact")) {
		struct record *contact = load_ref(t, now, "contact");
		if (contact)
			record_put_id(now, "company", record_id(contact, "company"));
	}
}

enum status hook_activity_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	const char *type = record_text(now, "type"), *status = record_text(now, "status"), *rule = record_text(now, "rrule");
	if (record_null(now, "subject") && record_null(now, "body") && record_null(now, "contact") && record_null(now, "company") &&
		record_null(now, "deal"))
		return error_field(err, ST_INVALID, "subject", _("Say what it is about, or link it to somebody."));
	if (type && strcmp(type, "note") == 0 && status && strcmp(status, "planned") == 0)
		record_put_text(now, "status", status = "done");
	if (rule && is_set(now, "rrule")) {
		char *norm = recur_parse(now->arena, rule);
		if (!norm)
			return error_field(err, ST_INVALID, "rrule", _("“%s” is no repetition; write daily, every 2 weeks, monthly."), rule);
		record_put_text(now, "rrule", norm);
	}
	if ((is_set(now, "start_at") || is_set(now, "end_at")) && !now->quiet && !record_null(now, "start_at") && !record_null(now, "end_at") &&
		record_int(now, "end_at") < record_int(now, "start_at"))
		return error_field(err, ST_INVALID, "end_at", _("It cannot end before it starts."));
	inherit_links(t, now);
	bool done = status && strcmp(status, "done") == 0;
	bool was_done = old && record_text(old, "status") && strcmp(record_text(old, "status"), "done") == 0;
	if (done && !was_done && record_null(now, "completed_at"))
		record_put_int(now, "completed_at", record_null(now, "start_at") ? t->at : record_int(now, "start_at"));
	if (!done)
		record_clear(now, "completed_at");
	return ST_OK;
}

/* Last touch, last inbound and next step of a contact or deal, from its activities. */
static enum status refresh_touch(struct txn *t, const char *entity, const char *column, const struct id *id, const char *last,
	const char *inbound, struct error *err)
{
	struct core *c = t->core;
	struct db_stmt *s;
	struct record *old, *now;
	char sql[700];
	bool row, changed;
	if (id_is_nil(id))
		return ST_OK;
	(void)snprintf(sql, sizeof sql,
		"SELECT max(CASE WHEN status = 'done' AND type NOT IN ('task', 'note') THEN completed_at END), "
		"max(CASE WHEN status = 'done' AND type NOT IN ('task', 'note') AND direction = 'inbound' THEN completed_at END), "
		"min(CASE WHEN status = 'planned' THEN COALESCE(due_at, start_at) END) "
		"FROM activities WHERE org_id = $1 AND %s = $2 AND deleted_at IS NULL",
		column);
	enum status st = db_prepare(c->db, sql, &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	db_bind_id(s, 2, id);
	if ((st = db_step(s, &row, err)) != ST_OK || !row)
		return st;
	struct value v[3];
	for (int i = 0; i < 3; i++)
		v[i] = db_is_null(s, i) ? (struct value){0} : (struct value){.kind = VAL_INT, .i = db_int(s, i)};
	db_done(s);
	for (int tries = 0;; tries++) {
		if (whole_load(c, model_entity(c->model, entity), id, t->arena, &old, NULL) != ST_OK || old->deleted_at)
			return ST_OK;
		now = record_copy(t->arena, old);
		struct value *values = now->v;
		/* An import may know of a touch that has no activity here: never move it back. */
		if (v[0].kind == VAL_INT && v[0].i > record_int(old, last))
			values[entity_index_of(old->entity, last)] = v[0];
		if (inbound && v[1].kind == VAL_INT && v[1].i > record_int(old, inbound))
			values[entity_index_of(old->entity, inbound)] = v[1];
		values[entity_index_of(old->entity, "next_activity_at")] = v[2];
		st = raw_update(t, old, now, &changed, err);
		/* somebody else's edit came between: no reason to refuse the activity */
		if (st != ST_CONFLICT || tries == 3)
			return st;
	}
}

static enum status refresh_links(struct txn *t, const struct record *r, struct error *err)
{
	struct id contact = record_id(r, "contact"), deal = record_id(r, "deal");
	enum status st = refresh_touch(t, "contacts", "contact_id", &contact, "last_contacted_at", "last_inbound_at", err);
	if (st == ST_OK)
		st = refresh_touch(t, "deals", "deal_id", &deal, "last_activity_at", NULL, err);
	return st;
}

static enum status repeat(struct txn *t, const struct record *now, struct error *err)
{
	int64_t due = record_null(now, "due_at") ? t->at : record_int(now, "due_at"), next;
	if (!recur_next(record_text(now, "rrule"), due, &next))
		return ST_OK;
	struct record *r = record_new(t->arena, now->entity);
	static const char *const copied[] = {"type", "subject", "contact", "company", "deal", "priority", "owner", "rrule", "body",
		"location"};
	for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
		if (!record_null(now, copied[i]))
			record_put(r, entity_field(now->entity, copied[i]), *record_get(now, copied[i]));
	record_put_text(r, "rrule", recur_keep(r->arena, record_text(now, "rrule"), due));
	record_put_int(r, "due_at", next);
	record_put_text(r, "status", "planned");
	return store_insert(t, r, err);
}

enum status hook_activity_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	if (now->quiet)
		return ST_OK;
	enum status st = refresh_links(t, now, err);
	if (st == ST_OK && old && old != now &&
		(!value_eq(record_get(old, "contact"), record_get(now, "contact")) ||
			!value_eq(record_get(old, "deal"), record_get(now, "deal"))))
		st = refresh_links(t, old, err);
	const char *status = record_text(now, "status"), *was = old ? record_text(old, "status") : NULL;
	bool finished = status && strcmp(status, "done") == 0 && was && strcmp(was, "planned") == 0 && old != now;
	if (st == ST_OK && finished && !record_null(now, "rrule"))
		st = repeat(t, now, err);
	return st;
}

void hook_activity_what(struct core *c, const struct record *r, struct value *out)
{
	const struct field *type = entity_field(r->entity, "type"), *state = entity_field(r->entity, "mail_state");
	const char *what = record_text(r, "type"), *mail = record_text(r, "mail_state");
	(void)c;
	what = what ? choice_label(type, what) : "";
	*out = (struct value){.kind = VAL_TEXT, .s = mail ? arena_printf(r->arena, "%s · %s", what, choice_label(state, mail)) : what};
}
