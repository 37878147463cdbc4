#include "core/automation/domain_events.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/crm/record_json.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"
#include "core/helper/queue.h"

/* Patterns */

/* The next pattern of the list, from *s on; its length, 0 at the end. */
static size_t next_pattern(const char **s, const char **pattern)
{
	*s += strspn(*s, ", \t\n");
	*pattern = *s;
	size_t n = strcspn(*s, ", \t\n");
	*s += n;
	return n;
}

/* "*", "deal.*" or the type itself. */
static bool selects(const char *pattern, size_t n, const char *type)
{
	if (n == 1 && *pattern == '*')
		return true;
	if (n > 2 && pattern[n - 1] == '*' && pattern[n - 2] == '.')
		return strncmp(pattern, type, n - 1) == 0;
	return strlen(type) == n && strncmp(pattern, type, n) == 0;
}

bool event_matches(const char *patterns, const char *type)
{
	const char *pattern;
	for (size_t n; (n = next_pattern(&patterns, &pattern)) > 0;)
		if (selects(pattern, n, type))
			return true;
	return false;
}

enum status event_check_patterns(const char *patterns, struct error *err)
{
	const char *pattern;
	int seen = 0;
	for (size_t n; (n = next_pattern(&patterns, &pattern)) > 0; seen++) {
		bool any = false;
		for (int i = 0; i < event_kind_count && !any; i++)
			any = selects(pattern, n, event_kinds[i].type);
		if (!any) {
			error_field(err, ST_INVALID, "events", _("“%.*s” selects no event."), (int)n, pattern);
			error_hint(err, _("simplix webhooks events lists them; deal.* and * work too."));
			return ST_INVALID;
		}
	}
	return seen ? ST_OK : error_field(err, ST_INVALID, "events", _("Say which events: deal.won, contact.*, or *."));
}

/* Who listens */

enum { STATES_MOST = 4 };

struct listener {
	struct id webhook;
	const char *patterns;
	bool paused;
};

struct telling {
	struct txn *txn;
	struct core *core;
	struct arena *arena;
	struct listener *listeners;
	size_t n_listeners, listeners_cap;
	struct told *list;
	size_t n, cap;
	uint32_t *slots; /* of the list by id, plus one; a power of two of them */
	size_t n_slots;
};

/* One record that the set touched. */
struct told {
	const struct entity *entity;
	struct id id, merged, from_stage;
	bool created, deleted, changed, moved;
	const char *states[STATES_MOST]; /* verbs of the states it came to: "won", "paid" */
	int n_states;
	const char *fields; /* names of what changed, "a, b" */
};

static enum status load_listeners(struct telling *y, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_open(y->core, &s, err, "SELECT id, events, active FROM webhooks WHERE org_id = $1 AND deleted_at IS NULL AND (active = 1 OR disabled_reason IS NULL)", "d", &y->core->org);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		mem_grow(&y->listeners, &y->listeners_cap, y->n_listeners + 1, sizeof *y->listeners);
		y->listeners[y->n_listeners++] = (struct listener){db_id(s, 0), arena_strdup(y->arena, db_text(s, 1)), db_int(s, 2) == 0};
	}
	return st;
}

static bool somebody_wants(const struct telling *y, const char *type)
{
	for (size_t i = 0; i < y->n_listeners; i++)
		if (event_matches(y->listeners[i].patterns, type))
			return true;
	return false;
}

/* Gathering: what the log says of the set, by record */

static const struct entity *spoken_of(const struct core *c, const char *name, bool *child)
{
	static const char *const spoken[] = {"contacts", "companies", "deals", "activities", "products", "quotes", "invoices", "payments", "subscriptions"};
	const struct entity *e = model_entity(c->model, name);
	*child = false;
	if (e && e->parent && !e->top) {
		const struct field *f = entity_field(e, e->parent);
		e = f && f->ref ? model_entity(c->model, f->ref) : NULL;
		*child = true;
	}
	for (size_t i = 0; e && i < sizeof spoken / sizeof *spoken; i++)
		if (strcmp(e->name, spoken[i]) == 0)
			return e;
	return NULL;
}

static size_t slot_of(const struct telling *y, const struct id *id)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < sizeof id->b; i++)
		h = (h ^ id->b[i]) * 1099511628211u;
	size_t at = (size_t)h & (y->n_slots - 1);
	while (y->slots[at] && !id_eq(&y->list[y->slots[at] - 1].id, id))
		at = (at + 1) & (y->n_slots - 1);
	return at;
}

static struct told *told_of(struct telling *y, const struct entity *e, const struct id *id)
{
	if (2 * (y->n + 1) > y->n_slots) {
		free(y->slots);
		y->n_slots = y->n_slots ? 2 * y->n_slots : 64;
		y->slots = mem_zalloc(y->n_slots * sizeof *y->slots);
		for (size_t i = 0; i < y->n; i++)
			y->slots[slot_of(y, &y->list[i].id)] = (uint32_t)i + 1;
	}
	size_t at = slot_of(y, id);
	if (!y->slots[at]) {
		mem_grow(&y->list, &y->cap, y->n + 1, sizeof *y->list);
		y->list[y->n++] = (struct told){.entity = e, .id = *id, .fields = ""};
		y->slots[at] = (uint32_t)y->n;
	}
	return &y->list[y->slots[at] - 1];
}

/* A state that somebody may wait for: of an invoice "paid", of an activity "done", which is told as completed. */
static void note_state(struct telling *y, struct told *t, const char *state)
{
	if (!state || t->n_states == STATES_MOST)
		return;
	const char *verb = strcmp(state, "done") == 0 ? "completed" : state, *type = arena_printf(y->arena, "%s.%s", t->entity->singular, verb);
	bool known = false;
	for (int i = 0; i < event_kind_count && !known; i++)
		known = strcmp(event_kinds[i].type, type) == 0;
	for (int i = 0; i < t->n_states; i++)
		known = known && strcmp(t->states[i], verb) != 0;
	if (known)
		t->states[t->n_states++] = arena_strdup(y->arena, verb);
}

/* A change that only the program made to its own fields tells nobody anything. */
static void note_fields(struct telling *y, struct told *t, const char *diff)
{
	struct cJSON *doc = NULL;
	if (json_parse(diff, strlen(diff), &doc, NULL) != ST_OK)
		return;
	for (const struct cJSON *m = json_first(doc); m; m = json_next(m)) {
		const char *name = json_name(m);
		const struct field *f = entity_field(t->entity, name);
		if (f && (f->flags & FF_HIDDEN))
			continue;
		if (strcmp(name, "stage") == 0 && json_text(json_at(m, 0))) {
			t->moved = true;
			(void)id_parse(json_text(json_at(m, 0)), &t->from_stage);
		}
		if (strcmp(name, "status") == 0)
			note_state(y, t, json_text(json_at(m, 1)));
		t->changed |= !f || !(f->flags & FF_READONLY);
		t->fields = arena_printf(y->arena, "%s%s%s", t->fields, *t->fields ? ", " : "", name);
	}
	json_free(&doc);
}

static enum status gather(struct telling *y, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_open(y->core, &s, err,
		"SELECT g.entity, g.record_id, g.subject_id, g.op, g.diff FROM changes g JOIN change_sets k ON k.num = $1 WHERE g.seq BETWEEN k.first_seq AND "
		"k.last_seq AND g.set_num = $1 ORDER BY g.seq", "i", y->txn->number);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		bool child;
		const struct entity *e = spoken_of(y->core, db_text(s, 0), &child);
		struct id id = db_id(s, child ? 2 : 1);
		const char *op = db_text(s, 3), *diff = db_text(s, 4);
		if (!e)
			continue;
		struct told *t = told_of(y, e, &id);
		if (child)
			t->changed = true;
		else if (*op == 'c' || *op == 'r')
			t->created = !t->deleted, t->deleted = false;
		else if (*op == 'd')
			t->deleted = !t->created, t->created = false;
		if (diff && !child)
			note_fields(y, t, diff);
	}
	return st;
}

static enum status gather_merges(struct telling *y, struct error *err)
{
	struct db_stmt *s;
	bool row;
	if (y->txn->kind != CHANGE_MERGE && y->txn->kind != CHANGE_REDO)
		return ST_OK;
	/* done again is what the set that was taken back had taken back */
	enum status st = rows_open(y->core, &s, err,
		"SELECT entity, survivor_id, loser_id FROM merges WHERE set_num = CASE WHEN $2 = 0 THEN $1 ELSE (SELECT k.undoes FROM change_sets k WHERE k.num = $2) END", "ii",
		y->txn->number, y->txn->kind == CHANGE_REDO ? y->txn->undoes : 0);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		struct id survivor = db_id(s, 1), loser = db_id(s, 2);
		const struct entity *e = model_entity(y->core->model, db_text(s, 0));
		told_of(y, e, &loser)->deleted = false;
		told_of(y, e, &loser)->changed = false;
		told_of(y, e, &survivor)->merged = loser;
		told_of(y, e, &survivor)->changed = false;
	}
	return st;
}

/* Telling */

/* Money is a number here, as in the documents that people copy from. */
static void put_field(struct core *c, const struct record *r, const struct field *f, struct json_out *w)
{
	const struct value *v = &r->v[entity_field_index(r->entity, f)];
	if (f->type != FT_MONEY || v->kind != VAL_INT) {
		record_json_field(c, r, f, w);
		return;
	}
	json_key(w, f->name);
	json_raw(w, field_plain(f, v, record_currency(c, r, f), r->arena));
}

static void put_members(struct core *c, const struct record *r, const struct told *t, struct json_out *w)
{
	char id[ID_TEXT_SIZE], ref[24];
	json_key(w, arena_printf(r->arena, "%s_id", r->entity->singular));
	json_str(w, id_format(&r->id, id));
	json_key(w, "reference");
	json_str(w, record_reference(r->entity, r->num, ref));
	for (int i = 0; i < r->entity->n_fields; i++)
		if (!(r->entity->fields[i].flags & FF_HIDDEN))
			put_field(c, r, &r->entity->fields[i], w);
	if (*t->fields) {
		json_key(w, "changed");
		json_array(w);
		char *copy = arena_strdup(r->arena, t->fields), *save = NULL;
		for (char *name = strtok_r(copy, ", ", &save); name; name = strtok_r(NULL, ", ", &save))
			json_str(w, name);
		json_array_end(w);
	}
	if (!id_is_nil(&t->from_stage)) {
		json_key(w, "from_stage_id");
		json_str(w, id_format(&t->from_stage, id));
	}
	if (!id_is_nil(&t->merged)) {
		json_key(w, "merged_id");
		json_str(w, id_format(&t->merged, id));
	}
}

enum status domain_event_add(struct core *c, const char *type, const struct id *record, int64_t at, int64_t set, const char *data, int64_t *num, struct error *err)
{
	struct buf b = {0};
	struct json_out w;
	char text[ID_TEXT_SIZE], instant[32];
	struct id id = id_new();
	json_begin(&w, &b, false);
	json_object(&w);
	json_key(&w, "event");
	json_str(&w, type);
	json_key(&w, "timestamp");
	json_str(&w, clock_format_instant(at, instant));
	json_key(&w, "organization_id");
	json_str(&w, id_format(&c->org, text));
	json_key(&w, "id");
	json_str(&w, id_format(&id, text));
	json_key(&w, "data");
	json_raw(&w, data);
	json_object_end(&w);
	enum status st = rows_insert(c, num, err, "INSERT INTO domain_events (id, org_id, at, type, record_id, set_num, payload) VALUES ($1, $2, $3, $4, $5, $6, $7)", "dditdit",
		&id, &c->org, at, type, record, set, buf_str(&b));
	buf_free(&b);
	return st;
}

static enum status tell(struct telling *y, const struct told *t, const char *verb, struct error *err)
{
	struct record *r;
	int64_t event = 0;
	char ref[24];
	const char *type = arena_printf(y->arena, "%s.%s", t->entity->singular, verb);
	if (!somebody_wants(y, type))
		return ST_OK;
	struct arena *a = arena_new();
	struct buf b = {0};
	struct json_out w;
	enum status st = whole_load(y->core, t->entity, &t->id, a, &r, err);
	if (st == ST_OK) {
		json_begin(&w, &b, false);
		json_object(&w);
		put_members(y->core, r, t, &w);
		json_object_end(&w);
		st = domain_event_add(y->core, type, &t->id, y->txn->at, y->txn->number, buf_str(&b), &event, err);
	}
	for (size_t i = 0; st == ST_OK && i < y->n_listeners; i++)
		if (event_matches(y->listeners[i].patterns, type)) {
			struct job_new j = {.kind = "webhook", .target = y->listeners[i].webhook, .event = event,
				.title = arena_printf(a, "%s %s", type, record_reference(r->entity, r->num, ref))};
			st = queue_add(y->core, &j, NULL, err);
			if (st == ST_OK && y->listeners[i].paused) /* its line may be a new one */
				st = queue_hold(y->core, j.kind, &j.target, true, err);
		}
	buf_free(&b);
	arena_free(&a);
	return st;
}

static void note_first_state(struct telling *y, struct told *t)
{
	struct record *r;
	if (whole_load(y->core, t->entity, &t->id, y->arena, &r, NULL) == ST_OK)
		note_state(y, t, record_text(r, "status"));
}

static enum status tell_all(struct telling *y, struct error *err)
{
	enum status st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < y->n; i++) {
		struct told *t = &y->list[i];
		if (t->created && strcmp(t->entity->name, "payments") == 0) /* it came in as it was entered */
			note_first_state(y, t);
		const struct {
			bool so;
			const char *verb;
		} verbs[] = {{t->created, "created"}, {t->changed && !t->created && !t->deleted && !(t->n_states && t->entity->locked), "updated"}, {!id_is_nil(&t->merged), "merged"},
			{t->moved && !t->created && !t->deleted, "stage_changed"}, {t->deleted, "deleted"}};
		for (size_t k = 0; st == ST_OK && k < sizeof verbs / sizeof *verbs; k++)
			if (verbs[k].so)
				st = tell(y, t, verbs[k].verb, err);
		for (int k = 0; st == ST_OK && !t->deleted && k < t->n_states; k++)
			st = tell(y, t, t->states[k], err);
	}
	return st;
}

enum status domain_events_emit(struct txn *t, struct error *err)
{
	struct telling y = {.txn = t, .core = t->core, .arena = arena_new()};
	enum status st = load_listeners(&y, err);
	if (st == ST_OK && y.n_listeners) {
		st = gather(&y, err);
		if (st == ST_OK)
			st = gather_merges(&y, err);
		if (st == ST_OK)
			st = tell_all(&y, err);
	}
	free(y.listeners);
	free(y.list);
	free(y.slots);
	arena_free(&y.arena);
	return st;
}
