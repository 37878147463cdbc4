/* First run: the organization, its owner, and what a sales team needs on the first day. Names are in the language in use. */
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/core.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "data/db.h"

static struct record *named(struct txn *t, const char *entity, const char *name, struct arena *a)
{
	struct record *r = record_new(a, model_entity(txn_core(t)->model, entity));
	record_put_text(r, "name", name);
	return r;
}

struct stage_plan {
	const char *name, *type;
	int probability, rot_days;
};

static const struct stage_plan stages[] = {
	{NC_("stage", "Qualified"), "open", 10, 21}, {NC_("stage", "Meeting"), "open", 25, 21},    {N_("Proposal"), "open", 50, 14},
	{N_("Negotiation"), "open", 75, 14}, {NC_("stage", "Won"), "won", 100, 0}, {NC_("stage", "Lost"), "lost", 0, 0},
};

static enum status add_pipeline(struct txn *t, struct arena *a, const char *currency, struct error *err)
{
	struct record *p, *s;
	p = named(t, "pipelines", _("Sales"), a);
	record_put_int(p, "is_default", 1);
	record_put_text(p, "currency", currency);
	enum status st = store_insert(t, p, err);
	for (size_t i = 0; st == ST_OK && i < sizeof stages / sizeof *stages; i++) {
		s = named(t, "stages", _(stages[i].name), a);
		record_put_id(s, "pipeline", p->id);
		record_put_int(s, "position", (int64_t)i);
		record_put_text(s, "type", stages[i].type);
		record_put_int(s, "probability", stages[i].probability);
		if (stages[i].rot_days)
			record_put_int(s, "rot_days", stages[i].rot_days);
		st = store_insert(t, s, err);
	}
	return st;
}

static enum status add_lost_reasons(struct txn *t, struct arena *a, struct error *err)
{
	static const char *const names[] = {N_("Price"), N_("Competitor"), N_("No budget"), N_("Bad timing"), N_("No answer"),
		N_("Missing feature")};
	enum status st = ST_OK;
	struct record *r;
	for (size_t i = 0; st == ST_OK && i < sizeof names / sizeof *names; i++) {
		r = named(t, "lost_reasons", _(names[i]), a);
		st = store_insert(t, r, err);
	}
	return st;
}

static enum status add_views(struct txn *t, struct arena *a, struct error *err)
{
	static const struct {
		const char *object, *name, *filter, *sort;
	} views[] = {
		{"contacts", N_("My contacts"), "owner:me", "name"},
		{"contacts", N_("Not touched for a month"), "owner:me touched<-30d", "touched"},
		{"contacts", N_("No next step"), "owner:me next:none", "name"},
		{"companies", N_("My companies"), "owner:me", "name"},
		{"deals", N_("My open deals"), "owner:me status:open", "close"},
		{"deals", N_("Closing this month"), "status:open close<=+30d", "close"},
		{"deals", N_("No next step"), "status:open next:none", "-value"},
		{"activities", NC_("view", "Overdue"), "owner:me status:planned due<now", "due"},
		{"activities", NC_("view", "Planned"), "owner:me status:planned", "due"},
	};
	enum status st = ST_OK;
	struct record *r;
	for (size_t i = 0; st == ST_OK && i < sizeof views / sizeof *views; i++) {
		r = named(t, "saved_views", _(views[i].name), a);
		record_put_text(r, "object", views[i].object);
		record_put_text(r, "filter", views[i].filter);
		record_put_text(r, "sort", views[i].sort);
		record_put_text(r, "visibility", "team");
		record_put_int(r, "position", (int64_t)i);
		st = store_insert(t, r, err);
	}
	return st;
}

static enum status add_organization(struct txn *t, const struct core_setup *s, struct arena *a, struct error *err)
{
	struct core *c = txn_core(t);
	struct record *o;
	o = named(t, "organizations", s->organization, a);
	o->id = id_new();
	record_put_text(o, "default_currency", s->currency);
	if (s->country)
		record_put_text(o, "country", s->country);
	record_put_text(o, "locale", i18n_lang());
	c->org = o->id;
	enum status st = core_use_organization(c, err);
	return st == ST_OK ? store_insert(t, o, err) : st;
}

static enum status add_owner(struct txn *t, const struct core_setup *s, struct arena *a, struct error *err)
{
	struct core *c = txn_core(t);
	struct record *u = record_new(a, model_entity(c->model, "users"));
	u->id = id_new();
	c->user = u->id;
	record_put_text(u, "first_name", s->first_name);
	record_put_text(u, "last_name", s->last_name);
	record_put_text(u, "status", "active");
	record_put_id(u, "role", access_role(c, "owner"));
	if (!text_is_blank(s->email)) {
		enum status st = record_set_input(c, u, "email", s->email, err);
		if (st != ST_OK)
			return st;
	}
	return store_insert(t, u, err);
}

/* Somebody may have been faster since this database was opened. */
static enum status alone(struct core *c, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = db_lock(c->db, err);
	if (st == ST_OK)
		st = db_prepare(c->db, "SELECT 1 FROM organizations LIMIT 1", &s, err);
	if (st != ST_OK || (st = db_step(s, &row, err)) != ST_OK || !row)
		return st;
	db_done(s);
	return error_set(err, ST_CONFLICT, _("This database is set up already."));
}

enum status core_set_up(struct core *c, const struct core_setup *s, struct error *err)
{
	struct txn *t;
	struct arena *a;
	if (core_ready(c))
		return error_set(err, ST_CONFLICT, _("This database is set up already."));
	if (text_is_blank(s->organization))
		return error_field(err, ST_INVALID, "organization", _("The organization needs a name."));
	enum status st = txn_begin(c, CHANGE_SYSTEM, _("First start"), &t, err);
	if (st != ST_OK)
		return st;
	a = arena_new();
	st = alone(c, err);
	if (st == ST_OK)
		st = add_organization(t, s, a, err);
	if (st == ST_OK)
		st = access_add_roles(t, err);
	if (st == ST_OK)
		st = add_owner(t, s, a, err);
	if (st == ST_OK)
		st = add_pipeline(t, a, s->currency, err);
	if (st == ST_OK)
		st = add_lost_reasons(t, a, err);
	if (st == ST_OK)
		st = add_views(t, a, err);
	if (st == ST_OK)
		st = txn_commit(&t, err);
	txn_rollback(&t);
	if (st == ST_OK)
		st = access_load(c, NULL, err);
	if (st != ST_OK) {
		c->org = (struct id){{0}};
		c->user = (struct id){{0}};
	} else {
		(void)snprintf(c->currency, sizeof c->currency, "%s", s->currency);
		c->day_first = !(s->country && strcmp(s->country, "US") == 0);
	}
	arena_free(&a);
	return st;
}
