#include "core/crm/import_stages.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/import_value.h"
#include "core/crm/pipeline.h"

enum { MAX_STAGES = 60, MAX_PIPELINES = 30 };

/* One pipeline as the run sees it. */
struct lane {
	struct id id;
	const char *name;
	struct stage stage[MAX_STAGES];
	int n;
	const char *wanted[MAX_STAGES]; /* stage names of the file */
	struct id wanted_id[MAX_STAGES]; /* of our own exports: the ids to make them with */
	int n_wanted;
};

struct import_stages {
	struct lane lane[MAX_PIPELINES];
	int n;
	int pipeline_column, stage_column; /* -1: the file has none */
	int pipeline_id_column, stage_id_column; /* of our own exports */
	struct lane *main;                 /* of rows that name none */
};

/* Words */

static const char *stage_type(const char *name)
{
	static const char *const won[] = {"won", "closed won", "closedwon", "closed - won", "win", "winner", "success", "successful", "gagne", "gagnee", "conclu",
		"signe", "gewonnen", "ganado", "ganada", "cerrado ganado", "vyhrano", "vinto", NULL};
	static const char *const lost[] = {"lost", "loss", "lose", "closed lost", "closedlost", "closed - lost", "failed", "perdu", "perdue", "verloren", "perdido",
		"perdida", "cerrado perdido", "prohrano", "perso", "abandoned", NULL};
	for (int i = 0; won[i]; i++)
		if (text_eq_fold(name, won[i]))
			return "won";
	for (int i = 0; lost[i]; i++)
		if (text_eq_fold(name, lost[i]))
			return "lost";
	return "open";
}

const char *import_deal_status(const char *word)
{
	static const char *const open[] = {"open", "ouvert", "ouverte", "en cours", "in progress", "active", "pending", "offen", "abierto",
		"abierta", "otevreno", NULL};
	const char *type = stage_type(word);
	if (strcmp(type, "open") != 0)
		return type;
	for (int i = 0; open[i]; i++)
		if (text_eq_fold(word, open[i]))
			return type;
	return NULL;
}

/* Where in a sale a stage of this name comes, for pipelines made from a file; unknown ones keep the order they came in. */
static int stage_rank(const char *name)
{
	static const char *const words[] = {"new", "lead", "prospect", "inquiry", "identif", "contact", "appointment", "qualif", "discover",
		"engag", "meeting", "needs", "analysis", "present", "demo", "trial", "propos", "quote", "devis", "angebot", "value", "decision",
		"perception", "negoti", "verhandl", "review", "contract", "commit", NULL};
	char *low = mem_strdup(name);
	int rank = 1000;
	for (char *p = low; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	for (int i = 0; words[i] && rank == 1000; i++)
		if (strstr(low, words[i]))
			rank = i;
	free(low);
	return rank;
}

/* Lanes */

static const struct stage *lane_stage(const struct lane *l, const char *name)
{
	for (int i = 0; i < l->n; i++)
		if (text_eq_fold(l->stage[i].name, name))
			return &l->stage[i];
	const char *type = stage_type(name);
	for (int i = 0; strcmp(type, "open") != 0 && i < l->n; i++)
		if (strcmp(l->stage[i].type, type) == 0)
			return &l->stage[i];
	return NULL;
}

static const struct stage *lane_of_type(const struct lane *l, const char *type)
{
	for (int i = 0; i < l->n; i++)
		if (strcmp(l->stage[i].type, type) == 0)
			return &l->stage[i];
	return NULL;
}

static const struct stage *lane_by_id(const struct lane *l, const struct id *id)
{
	for (int i = 0; i < l->n; i++)
		if (id_eq(&l->stage[i].id, id))
			return &l->stage[i];
	return NULL;
}

static void want(struct import_run *run, struct lane *l, const char *name, const struct id *id)
{
	for (int i = 0; i < l->n_wanted; i++)
		if (text_eq_fold(l->wanted[i], name))
			return;
	if (l->n_wanted == MAX_STAGES)
		return;
	if (id)
		l->wanted_id[l->n_wanted] = *id;
	l->wanted[l->n_wanted++] = arena_strdup(run->a, name);
}

static enum status load_lanes(struct import_run *run, struct import_stages *g, struct error *err)
{
	struct pipeline *list;
	int n;
	enum status st = pipelines_load(run->core, run->a, &list, &n, err);
	for (int i = 0; st == ST_OK && i < n && g->n < MAX_PIPELINES; i++) {
		struct lane *l = &g->lane[g->n++];
		*l = (struct lane){.id = list[i].id, .name = list[i].name};
		for (int k = 0; k < list[i].n_stages && l->n < MAX_STAGES; k++)
			l->stage[l->n++] = list[i].stages[k];
	}
	return st;
}

static struct lane *find_lane(struct import_stages *g, const char *name)
{
	for (int i = 0; i < g->n; i++)
		if (text_eq_fold(g->lane[i].name, name))
			return &g->lane[i];
	return NULL;
}

static enum status make_lane(struct import_run *run, struct import_stages *g, const char *name, const struct id *id, struct lane **out,
	struct error *err)
{
	struct record *r = record_new(run->a, model_entity(run->core->model, "pipelines"));
	if (g->n == MAX_PIPELINES)
		return error_set(err, ST_LIMIT, _("There are more than %d pipelines."), MAX_PIPELINES);
	r->id = *id;
	record_put_text(r, "name", name);
	record_put_text(r, "currency", run->p->o.currency ? run->p->o.currency : run->core->currency);
	record_put_int(r, "position", g->n);
	enum status st = store_insert(run->t, r, err);
	if (st != ST_OK)
		return st;
	import_made(run, r->entity)->created++;
	*out = &g->lane[g->n++];
	**out = (struct lane){.id = r->id, .name = arena_strdup(run->a, name)};
	return ST_OK;
}

static enum status add_stage(struct import_run *run, struct lane *l, const char *name, const char *type, int probability,
	struct error *err)
{
	struct id id = {{0}};
	for (int i = 0; i < l->n_wanted; i++)
		if (strcmp(l->wanted[i], name) == 0)
			id = l->wanted_id[i];
	struct record *r = record_new(run->a, model_entity(run->core->model, "stages"));
	if (l->n == MAX_STAGES)
		return error_set(err, ST_LIMIT, _("The pipeline “%s” would have more than %d stages."), l->name, MAX_STAGES);
	r->id = id;
	record_put_text(r, "name", name);
	record_put_id(r, "pipeline", l->id);
	record_put_int(r, "position", l->n);
	record_put_text(r, "type", type);
	record_put_int(r, "probability", probability);
	enum status st = store_insert(run->t, r, err);
	if (st != ST_OK)
		return st;
	import_made(run, r->entity)->created++;
	l->stage[l->n++] = (struct stage){.id = r->id, .pipeline = l->id, .name = arena_strdup(run->a, name), .type = type};
	return ST_OK;
}

/* Stages that are wanted and missing. In a pipeline just made the open ones come in a seller's order, then won, then lost. */
static enum status complete_lane(struct import_run *run, struct lane *l, struct error *err)
{
	const char *open[MAX_STAGES], *closing[2] = {C_("stage", "Won"), C_("stage", "Lost")};
	int n = 0;
	bool made = l->n == 0;
	for (int i = 0; i < l->n_wanted; i++) {
		const char *name = l->wanted[i], *type = stage_type(name);
		if (lane_stage(l, name))
			continue;
		if (strcmp(type, "open") != 0) {
			closing[strcmp(type, "lost") == 0] = name;
			continue;
		}
		int at = n++;
		for (; at > 0 && stage_rank(open[at - 1]) > stage_rank(name); at--)
			open[at] = open[at - 1];
		open[at] = name;
	}
	if (made && n == 0)
		open[n++] = C_("stage", "Open");
	enum status st = ST_OK;
	for (int i = 0; st == ST_OK && i < n; i++)
		st = add_stage(run, l, open[i], "open", made ? 10 + 80 * i / n : 50, err);
	if (st == ST_OK && !lane_of_type(l, "won"))
		st = add_stage(run, l, closing[0], "won", 100, err);
	if (st == ST_OK && !lane_of_type(l, "lost"))
		st = add_stage(run, l, closing[1], "lost", 0, err);
	return st;
}

/* What the file says, in a pass of its own: its pipelines and stages are few, but their rows may come last. */

static struct lane *wanting_lane(struct import_run *run, struct lane *named, int *n, const char *pipeline, const struct id *id)
{
	for (int i = 0; i < *n; i++)
		if (text_eq_fold(named[i].name, pipeline))
			return &named[i];
	if (*n == MAX_PIPELINES)
		return NULL;
	named[*n] = (struct lane){.name = arena_strdup(run->a, pipeline), .id = *id};
	return &named[(*n)++];
}

static struct id id_in(const struct csv_row *row, int column)
{
	struct id id = {{0}};
	return column >= 0 && id_parse(csv_cell(row, (size_t)column), &id) ? id : (struct id){{0}};
}

static enum status read_wanted(struct import_run *run, const struct import_stages *g, struct lane *named, int *n, struct error *err)
{
	struct csv_reader *r;
	struct csv_row row;
	bool more;
	enum status st = csv_open(run->p->f, &run->p->format, false, &r, err);
	if (st != ST_OK)
		return st;
	while ((st = csv_read(r, &row, &more, err)) == ST_OK && more) {
		if (row.line <= run->p->format.header_line || row.blank)
			continue;
		const char *pipeline = g->pipeline_column < 0 ? "" : text_trim(run->row, csv_cell(&row, (size_t)g->pipeline_column));
		const char *stage = g->stage_column < 0 ? "" : text_trim(run->row, csv_cell(&row, (size_t)g->stage_column));
		struct id pipeline_id = id_in(&row, g->pipeline_id_column), stage_id = id_in(&row, g->stage_id_column);
		struct lane *l = wanting_lane(run, named, n, pipeline, &pipeline_id);
		if (l && *stage && !column_is_blank(stage))
			want(run, l, stage, &stage_id);
		arena_reset(run->row);
	}
	csv_close(&r);
	return st;
}

static bool fits(const struct lane *l, const struct lane *wanted)
{
	for (int i = 0; i < wanted->n_wanted; i++)
		if (!lane_stage(l, wanted->wanted[i]))
			return false;
	return l->n > 0;
}

/* "sales_pipeline-2026.csv" makes the pipeline "Sales pipeline 2026". */
static const char *lane_name(struct import_run *run)
{
	const char *name = run->p->name, *dot = strrchr(name, '.');
	char *out = arena_strndup(run->a, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
	for (char *p = out; *p; p++)
		if (*p == '_' || *p == '-')
			*p = ' ';
	*out = (char)toupper((unsigned char)*out);
	return out;
}

static enum status settle_lane(struct import_run *run, struct import_stages *g, const struct lane *wanted, struct lane **out,
	struct error *err)
{
	struct lane *l = NULL;
	const char *name = *wanted->name ? wanted->name : run->p->o.pipeline;
	enum status st = ST_OK;
	for (int i = 0; !name && !l && i < g->n; i++)
		if (fits(&g->lane[i], wanted))
			l = &g->lane[i];
	if (!name)
		name = lane_name(run);
	if (!l)
		l = find_lane(g, name);
	if (!l)
		st = make_lane(run, g, name, &wanted->id, &l, err);
	for (int i = 0; st == ST_OK && i < wanted->n_wanted; i++)
		want(run, l, wanted->wanted[i], &wanted->wanted_id[i]);
	if (st == ST_OK)
		st = complete_lane(run, l, err);
	if (st == ST_OK)
		*out = l;
	return st;
}

static int column_of(const struct import_run *run, const char *field, bool id)
{
	for (int i = 0; i < (int)run->p->n; i++) {
		const struct import_slot *s = &run->slot[i];
		if (s->role == IMPORT_MAIN && s->reader == READ_REF && (s->label != NULL) == id && strcmp(s->field->name, field) == 0)
			return i;
	}
	return -1;
}

enum status import_stages_begin(struct import_run *run, struct error *err)
{
	if (strcmp(run->p->entity->name, "deals") != 0)
		return ST_OK;
	struct import_stages *g = arena_alloc(run->a, sizeof *g);
	struct lane *named = arena_alloc(run->a, MAX_PIPELINES * sizeof *named), *l = NULL;
	int n = 0;
	run->stages = g;
	g->pipeline_column = column_of(run, "pipeline", false);
	g->stage_column = column_of(run, "stage", false);
	g->pipeline_id_column = run->p->own ? column_of(run, "pipeline", true) : -1;
	g->stage_id_column = run->p->own ? column_of(run, "stage", true) : -1;
	enum status st = load_lanes(run, g, err);
	if (st == ST_OK)
		st = read_wanted(run, g, named, &n, err);
	for (int i = 0; st == ST_OK && i < (int)run->p->n; i++)
		if (run->slot[i].reader == READ_ENTERED && n)
			want(run, &named[0], run->slot[i].label, NULL);
	for (int i = 0; st == ST_OK && i < n; i++) {
		st = settle_lane(run, g, &named[i], &l, err);
		if (st == ST_OK && (!g->main || !*named[i].name))
			g->main = l;
	}
	if (st == ST_OK && g->main)
		run->rep->pipeline = arena_strdup(run->rep->arena, g->main->name);
	return st;
}

/* Rows */

static const char *ref_text(const struct import_run *run, const struct staged *s, const char *field, int *column)
{
	for (int i = 0; i < s->n_refs; i++)
		if (strcmp(s->ref[i].field->name, field) == 0 && !run->p->col[s->ref[i].column].target.label) {
			*column = s->ref[i].column;
			return s->ref[i].text;
		}
	return NULL;
}

static int64_t value_int(const struct staged *s, const char *field)
{
	int i = entity_index_of(s->e, field);
	return s->r->set[i] && s->r->v[i].kind == VAL_INT ? s->r->v[i].i : 0;
}

static void put_int(struct staged *s, const char *field, int64_t v)
{
	int i = entity_index_of(s->e, field);
	s->r->v[i] = (struct value){.kind = VAL_INT, .i = v};
	s->r->set[i] = true;
}

/* The day the deal was closed: as told, else its close date. 0 when nobody says. */
static int64_t closing_time(const struct staged *s, const char *type)
{
	int64_t at = value_int(s, strcmp(type, "won") == 0 ? "won_at" : "lost_at"), ms;
	int i = entity_index_of(s->e, "expected_close_date");
	if (!at && s->r->set[i] && s->r->v[i].kind == VAL_TEXT && import_read_instant(s->r->v[i].s, DATE_CLEAR, &ms))
		at = ms;
	return at;
}

static int64_t last_entered(const struct staged *s, const struct lane *l, const struct id *stage)
{
	int64_t at = 0;
	for (int i = 0; i < s->n_entered; i++) {
		const struct stage *g = lane_stage(l, s->entered[i].stage);
		if (g && id_eq(&g->id, stage) && s->entered[i].at > at)
			at = s->entered[i].at;
	}
	return at;
}

static void set_dates(struct import_run *run, struct staged *s, const struct lane *l, const struct stage *g)
{
	int64_t at = value_int(s, "stage_entered_at"), first = s->created;
	bool closed = strcmp(g->type, "open") != 0;
	if (closed) {
		int64_t close = closing_time(s, g->type);
		put_int(s, strcmp(g->type, "won") == 0 ? "won_at" : "lost_at", close && close <= run->from_now ? close : run->t->at);
		if (!at)
			at = close && close <= run->from_now ? close : 0;
	}
	if (!at)
		at = last_entered(s, l, &g->id);
	for (int i = 0; i < s->n_entered; i++)
		if (!first || (!s->created && s->entered[i].at < first))
			first = s->entered[i].at;
	if (!s->created && first && first < run->t->at)
		s->created = first;
	if (!at)
		at = s->created && !s->n_entered ? s->created : run->t->at;
	put_int(s, "stage_entered_at", at);
}

static void place(struct staged *s, const char *field, const struct id *id, int column)
{
	int i = entity_index_of(s->e, field);
	s->r->v[i] = (struct value){.kind = VAL_ID, .id = *id};
	s->r->set[i] = true;
	if (column >= 0)
		s->column[i] = column + 1;
}

enum status import_stages_place(struct import_run *run, struct staged *s, bool stored, struct error *err)
{
	struct import_stages *g = run->stages;
	int pipeline_column = -1, stage_column = -1;
	const char *pipeline = ref_text(run, s, "pipeline", &pipeline_column), *name = ref_text(run, s, "stage", &stage_column);
	struct lane *l = pipeline ? find_lane(g, pipeline) : NULL;
	if (!l)
		l = g->main;
	if (!l)
		return error_set(err, ST_INVALID, _("There is no pipeline for these deals."));
	const struct stage *stage = name ? lane_stage(l, name) : NULL;
	const char *type = s->status ? s->status : "open";
	if (strcmp(type, "open") != 0 && (!stage || strcmp(stage->type, "open") == 0)) {
		/* "won" beside the stage it was won from */
		if (stage && s->n_entered < IMPORT_DATES)
			s->before_close = stage->id;
		stage = lane_of_type(l, type);
	}
	if (!stage && (stored || !(stage = lane_of_type(l, "open"))))
		return ST_OK;
	place(s, "stage", &stage->id, stage_column);
	place(s, "pipeline", &l->id, pipeline_column);
	set_dates(run, s, l, stage);
	return ST_OK;
}

struct event {
	struct id stage;
	int64_t at;
};

static enum status write_event(struct import_run *run, const struct staged *s, const struct event *from, const struct event *to, bool last,
	struct error *err)
{
	struct record *r = record_new(run->row, model_entity(run->core->model, "deal_stage_history"));
	record_put_id(r, "deal", s->r->id);
	record_put_id(r, "to_stage", to->stage);
	record_put_int(r, "at", to->at);
	record_put_id(r, "by", run->core->user);
	if (from) {
		record_put_id(r, "from_stage", from->stage);
		record_put_int(r, "seconds", to->at > from->at ? (to->at - from->at) / 1000 : 0);
	}
	if (last && !record_null(s->r, "value"))
		record_put_int(r, "value", record_int(s->r, "value"));
	return raw_insert(run->t, r, false, err);
}

enum status import_stages_history(struct import_run *run, const struct staged *s, struct error *err)
{
	struct event list[IMPORT_DATES + 2];
	struct id current = record_id(s->r, "stage"), pipeline = record_id(s->r, "pipeline");
	const struct lane *l = NULL;
	int n = 0;
	for (int i = 0; i < run->stages->n; i++)
		if (id_eq(&run->stages->lane[i].id, &pipeline))
			l = &run->stages->lane[i];
	for (int i = 0; l && i < s->n_entered; i++) {
		const struct stage *g = lane_stage(l, s->entered[i].stage);
		if (!g || id_eq(&g->id, &current))
			continue;
		int at = n++;
		for (; at > 0 && list[at - 1].at > s->entered[i].at; at--)
			list[at] = list[at - 1];
		list[at] = (struct event){g->id, s->entered[i].at};
	}
	if (l && !id_is_nil(&s->before_close) && lane_by_id(l, &s->before_close) && (!n || !id_eq(&list[n - 1].stage, &s->before_close))) {
		int64_t at = n ? list[n - 1].at : s->created ? s->created : record_int(s->r, "stage_entered_at");
		list[n++] = (struct event){s->before_close, at};
	}
	list[n++] = (struct event){current, record_int(s->r, "stage_entered_at")};
	enum status st = ST_OK;
	for (int i = 0; st == ST_OK && i < n; i++)
		st = write_event(run, s, i ? &list[i - 1] : NULL, &list[i], i == n - 1, err);
	return st;
}
