#include "tui/view/log.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/capture.h"
#include "core/crm/store.h"
#include "tui/view/edit.h"
#include "tui/view/record_form.h"
#include "tui/view/subject.h"
#include "tui/widget/menu.h"
#include "tui/widget/prompt.h"

/* Whom it is about, and which activity is being logged. */
struct logging {
	struct app *app;
	struct id contact, company, deal;
	char *name;
	const char *type;
	int64_t call;  /* number of the call just logged, to which a note may be added */
	char *said;    /* what was told of it, kept in sight while the note is asked for */
};

static void logging_free(struct logging *g)
{
	free(g->name);
	free(g->said);
	free(g);
}

/* Links of the selected record: a contact, a company, a deal, or what an activity is about. */
static bool links_of(struct app *app, const struct entity *e, int64_t num, struct logging *g)
{
	struct arena *a = arena_new();
	struct record *r;
	bool ok = store_load_num(app->core, e, num, a, &r, NULL) == ST_OK;
	if (ok && strcmp(e->name, "contacts") == 0) {
		g->contact = r->id;
		g->company = record_id(r, "company");
	} else if (ok && strcmp(e->name, "companies") == 0) {
		g->company = r->id;
	} else if (ok && strcmp(e->name, "deals") == 0) {
		g->deal = r->id;
		g->contact = record_id(r, "contact");
		g->company = record_id(r, "company");
	} else if (ok && strcmp(e->name, "activities") == 0) {
		g->deal = record_id(r, "deal");
		g->contact = record_id(r, "contact");
		g->company = record_id(r, "company");
	} else {
		ok = false;
	}
	if (ok)
		g->name = mem_strdup(store_title(app->core, e, &r->id, a));
	arena_free(&a);
	return ok;
}

const char *log_context(const struct entity *e)
{
	static const char *const kinds[] = {"contacts", "companies", "deals", "activities"};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i], e->name) == 0)
			return " log";
	return "";
}

static struct logging *begin(const struct command_call *call, const char *type)
{
	struct subject s;
	struct app *app = app_of(call->ui);
	if (!app_may(app, model_entity(app->core->model, "activities"), ACT_CREATE) || !subject_get(call->screen, &s))
		return NULL;
	struct logging *g = mem_zalloc(sizeof *g);
	g->app = app;
	g->type = type;
	if (!links_of(app, s.entity, s.nums[0], g)) {
		ui_toast(call->ui, TOAST_INFO, "%s", _("Select a contact, a company or a deal first."));
		free(g);
		g = NULL;
	}
	subject_free(&s);
	return g;
}

static struct record *new_activity(struct logging *g, const char *type, struct arena *a)
{
	struct record *r = record_new(a, model_entity(g->app->core->model, "activities"));
	record_put_text(r, "type", type);
	if (!id_is_nil(&g->contact))
		record_put_id(r, "contact", g->contact);
	if (!id_is_nil(&g->company))
		record_put_id(r, "company", g->company);
	if (!id_is_nil(&g->deal))
		record_put_id(r, "deal", g->deal);
	return r;
}

/* The next step: offered after every call, meeting and finished task. */

static const struct {
	char key;
	const char *text;
	int days; /* 0: ask; -1: none */
} steps[] = {
	{'t', N_("Tomorrow"), 1}, {'3', N_("In three days"), 3}, {'w', N_("In a week"), 7}, {'2', N_("In two weeks"), 14},
	{'m', N_("In a month"), 30}, {'d', N_("Another day…"), 0}, {'n', N_("No next step"), -1},
};
enum { STEPS = sizeof steps / sizeof *steps };

static void plan(struct logging *g, int64_t due)
{
	struct arena *a = arena_new();
	struct error err = {0};
	struct record *r = new_activity(g, strcmp(g->type, "call") == 0 ? "call" : "task", a);
	record_put_text(r, "subject", arena_printf(a, _("Follow up: %s"), g->name));
	record_put_int(r, "due_at", due);
	(void)app_done(g->app, store_save(g->app->core, r, &err), &err, _("Next step %s. u undoes."), clock_human_instant(a, due));
	arena_free(&a);
}

static int64_t in_days(int days)
{
	struct civil c = clock_local(clock_now());
	int64_t day = clock_today() + days;
	clock_civil_from_days(day, &c.year, &c.month, &c.day);
	int weekday = (int)((day + 3) % 7);
	if (weekday > 4) /* not on a weekend */
		clock_civil_from_days(day + 7 - weekday, &c.year, &c.month, &c.day);
	c.hour = 9;
	c.minute = c.second = c.ms = 0;
	return clock_from_local(&c);
}

/* The last question about a call; Enter alone skips it. */

static void note_typed(void *arg, const char *text)
{
	struct logging *g = arg;
	struct error err = {0};
	const struct entity *e = model_entity(g->app->core->model, "activities");
	if (text && !text_is_blank(text))
		(void)app_done(g->app, edit_apply(g->app, e, &g->call, 1, "body", text, &err), &err, "%s", _("Noted. u undoes."));
	else
		ui_toast(g->app->ui, TOAST_OK, "%s", g->said);
	logging_free(g);
}

static const char *note_above(void *arg, const char *text, struct arena *a)
{
	(void)text;
	(void)a;
	return ((struct logging *)arg)->said;
}

static void finish(struct logging *g)
{
	if (!g->call) {
		logging_free(g);
		return;
	}
	free(g->said);
	g->said = mem_strdup(ui_toast_text(g->app->ui));
	(void)prompt_open(g->app->ui, &(struct prompt_spec){.label = _("Note on the call (Enter skips):"), .note = note_above,
		.done = note_typed, .arg = g});
}

static void day_typed(void *arg, const char *text)
{
	struct logging *g = arg;
	int64_t ms;
	if (text && *text && clock_parse_instant(text, g->app->core->day_first, &ms)) {
		struct civil c = clock_local(ms);
		plan(g, c.hour || c.minute ? ms : ms + 9 * CLOCK_HOUR);
	}
	finish(g);
}

static enum status check_day(void *arg, const char *text, int *at, struct error *err)
{
	struct logging *g = arg;
	int64_t ms;
	(void)at;
	if (text_is_blank(text) || clock_parse_instant(text, g->app->core->day_first, &ms))
		return ST_OK;
	return error_set(err, ST_INVALID, _("“%s” is not a date."), text);
}

static void step_chosen(void *arg, int index)
{
	struct logging *g = arg;
	if (index >= 0 && steps[index].days > 0)
		plan(g, in_days(steps[index].days));
	if (index >= 0 && steps[index].days == 0)
		(void)prompt_open(g->app->ui, &(struct prompt_spec){.label = _("Next step on:"), .check = check_day, .done = day_typed,
			.arg = g});
	else if (index >= 0)
		finish(g);
	else
		logging_free(g);
}

static void offer_next(struct logging *g)
{
	struct menu_item items[STEPS];
	for (int i = 0; i < STEPS; i++)
		items[i] = (struct menu_item){.key = steps[i].key, .text = _(steps[i].text)};
	menu_open(g->app->ui, _("Next step?"), items, STEPS, 2, step_chosen, g);
}

static bool save_done(struct logging *g, const char *outcome, const char *body)
{
	struct arena *a = arena_new();
	struct error err = {0};
	struct record *r = new_activity(g, g->type, a);
	record_put_text(r, "status", "done");
	record_put_text(r, "direction", "outbound");
	if (outcome)
		record_put_text(r, "outcome", outcome);
	if (body)
		record_put_text(r, strlen(body) > 80 || strchr(body, '\n') ? "body" : "subject", body);
	const struct field *f = entity_field(r->entity, "outcome");
	bool call = strcmp(g->type, "call") == 0;
	bool ok = app_done(g->app, store_save(g->app->core, r, &err), &err, _("%s logged: %s"),
		choice_label(entity_field(r->entity, "type"), g->type), outcome ? choice_label(f, outcome) : g->name);
	g->call = ok && call ? r->num : 0;
	arena_free(&a);
	return ok;
}

static void outcome_chosen(void *arg, int index)
{
	struct logging *g = arg;
	const struct field *f = entity_field(model_entity(g->app->core->model, "activities"), "outcome");
	if (index < 0 || !save_done(g, f->choices[index].value, NULL)) {
		logging_free(g);
		return;
	}
	offer_next(g);
}

/* A letter for each choice: the first of its label that is still free. */
static void ask_outcome(struct logging *g)
{
	const struct field *f = entity_field(model_entity(g->app->core->model, "activities"), "outcome");
	struct menu_item items[24];
	struct arena *a = arena_new();
	int n = 0;
	for (; f->choices[n].value && n < 24; n++) {
		const char *label = choice_label(f, f->choices[n].value);
		items[n] = (struct menu_item){.text = label};
		for (const char *p = text_fold(a, label); *p && !items[n].key; p++) {
			bool taken = *p < 'a' || *p > 'z' || *p == 'j' || *p == 'k';
			for (int i = 0; i < n && !taken; i++)
				taken = items[i].key == *p;
			if (!taken)
				items[n].key = *p;
		}
	}
	menu_open(g->app->ui, arena_printf(a, _("Call with %s"), g->name), items, n, 0, outcome_chosen, g);
	arena_free(&a);
}

void log_call(const struct command_call *call)
{
	struct logging *g = begin(call, "call");
	if (g)
		ask_outcome(g);
}

static void text_typed(void *arg, const char *text)
{
	struct logging *g = arg;
	if (!text || !*text || !save_done(g, NULL, text) || strcmp(g->type, "note") == 0)
		logging_free(g);
	else
		offer_next(g);
}

void log_meeting(const struct command_call *call)
{
	struct logging *g = begin(call, "meeting");
	if (g)
		(void)prompt_open(call->ui, &(struct prompt_spec){.label = _("Meeting about:"), .done = text_typed, .arg = g});
}

void log_note(const struct command_call *call)
{
	struct logging *g = begin(call, "note");
	if (g)
		(void)prompt_open(call->ui, &(struct prompt_spec){.label = _("Note:"), .done = text_typed, .arg = g});
}

/* "Send the quote tuesday 10h": what and when in one line. */
static void task_typed(void *arg, const char *text)
{
	struct logging *g = arg;
	struct error err = {0};
	if (text && *text) {
		struct arena *a = arena_new();
		struct capture cap;
		capture_parse(g->app->core, arena_printf(a, "task %s", text), a, &cap);
		struct record *r = new_activity(g, "task", a);
		record_put_text(r, "subject", *cap.subject ? cap.subject : text);
		record_put_int(r, "due_at", cap.at ? cap.at : cap.follow_up ? cap.follow_up : in_days(1));
		(void)app_done(g->app, store_save(g->app->core, r, &err), &err, _("Task for %s. u undoes."),
			clock_human_instant(a, record_int(r, "due_at")));
		arena_free(&a);
	}
	logging_free(g);
}

void log_task(const struct command_call *call)
{
	struct logging *g = begin(call, "task");
	if (g)
		(void)prompt_open(call->ui, &(struct prompt_spec){.label = _("Task and when:"), .done = task_typed, .arg = g});
}

void log_deal(const struct command_call *call)
{
	struct logging *g = begin(call, "task");
	if (!g)
		return;
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(g->app->core->model, "deals"));
	if (!id_is_nil(&g->contact))
		record_put_id(r, "contact", g->contact);
	if (!id_is_nil(&g->company))
		record_put_id(r, "company", g->company);
	record_form_open(g->app, r->entity, 0, r);
	arena_free(&a);
	logging_free(g);
}

void log_done(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	struct subject s;
	struct error err = {0};
	if (!subject_get(call->screen, &s))
		return;
	if (strcmp(s.entity->name, "activities") != 0) {
		ui_toast(call->ui, TOAST_INFO, "%s", _("Select an activity first."));
	} else if (app_done(app, edit_apply(app, s.entity, s.nums, s.n, "status", "done", &err), &err, 
			   i18n_plural("%zu done. u undoes.", "%zu done. u undoes.", (long)s.n), s.n) &&
		   s.n == 1) {
		struct logging *g = mem_zalloc(sizeof *g);
		g->app = app;
		g->type = "task";
		if (links_of(app, s.entity, s.nums[0], g) && !(id_is_nil(&g->contact) && id_is_nil(&g->company) && id_is_nil(&g->deal)))
			offer_next(g);
		else
			logging_free(g);
	}
	subject_free(&s);
}

/* One line for everything */

static const char *line_note(void *arg, const char *text, struct arena *a)
{
	struct app *app = arg;
	struct capture cap;
	if (!*text)
		return _("call Marie ACME quote 12k call back tue 10h #hot");
	capture_parse(app->core, text, a, &cap);
	return capture_describe(app->core, &cap, a);
}

static void line_typed(void *arg, const char *text)
{
	struct app *app = arg;
	struct arena *a = arena_new();
	struct capture cap;
	struct error err = {0};
	int64_t num;
	if (text && *text) {
		capture_parse(app->core, text, a, &cap);
		if (*cap.doubt)
			ui_toast(app->ui, TOAST_WARN, _("Not saved: %s. Say which, with more of the name."), cap.doubt);
		else
			(void)app_done(app, capture_save(app->core, &cap, &num, &err), &err, _("Saved: %s. u undoes."),
				capture_describe(app->core, &cap, a));
	}
	arena_free(&a);
}

void log_line(const struct command_call *call)
{
	(void)prompt_open(call->ui, &(struct prompt_spec){.label = _("Log:"), .initial = call->args, .note = line_note, .done = line_typed,
		.arg = app_of(call->ui)});
}
