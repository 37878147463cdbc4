#include "tui/view/actions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/security/access.h"
#include "core/crm/merge.h"
#include "core/crm/pipeline.h"
#include "core/crm/store.h"
#include "core/crm/undo.h"
#include "tui/view/edit.h"
#include "tui/view/record_form.h"
#include "tui/view/record_list.h"
#include "tui/view/subject.h"
#include "tui/widget/confirm.h"
#include "tui/widget/pager.h"
#include "tui/widget/picker.h"
#include "tui/widget/prompt.h"

/* A subject that waits for an answer. */
struct waiting {
	struct app *app;
	struct subject subject;
	char *text;
};

static struct waiting *wait_for(const struct command_call *call)
{
	struct waiting *w = mem_zalloc(sizeof *w);
	w->app = app_of(call->ui);
	if (!subject_get(call->screen, &w->subject)) {
		free(w);
		return NULL;
	}
	return w;
}

static void waiting_free(struct waiting *w)
{
	subject_free(&w->subject);
	free(w->text);
	free(w);
}

/* The entity that "new" means here: the list's own. */
static const struct entity *entity_here(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	char word[40] = "";
	const struct entity *e = NULL;
	int used;
	for (const char *p = call->screen->contexts; !e && sscanf(p, "%39s%n", word, &used) == 1; p += used)
		e = model_entity(app->core->model, word);
	return e ? e : model_entity(app->core->model, "contacts");
}

void action_new(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	const struct entity *e = call->args && *call->args ? model_entity(app->core->model, call->args) : entity_here(call);
	if (!e)
		ui_toast(call->ui, TOAST_WARN, _("“%s” is not a kind of record."), call->args);
	else
		record_form_open(app, e, 0, NULL);
}

void action_edit(const struct command_call *call)
{
	struct subject s;
	if (!subject_get(call->screen, &s))
		return;
	record_form_open(app_of(call->ui), s.entity, s.nums[0], NULL);
	subject_free(&s);
}

static void field_picked(void *arg, const struct picker_item *item)
{
	struct waiting *w = arg;
	if (item) {
		edit_field_open(w->app, w->subject.entity, w->subject.nums, w->subject.n, w->subject.entity->fields[item->id].name);
		w->subject.nums = NULL; /* taken over */
	}
	waiting_free(w);
}

void action_edit_field(const struct command_call *call)
{
	struct waiting *w = wait_for(call);
	struct picker_item items[128];
	size_t n = 0;
	if (!w)
		return;
	for (int i = 0; i < w->subject.entity->n_fields && n < 128; i++) {
		const struct field *f = &w->subject.entity->fields[i];
		if (field_is_writable(f) && access_field(w->app->core, w->subject.entity, f) == FIELD_WRITE && !(w->subject.n > 1 && (f->flags & FF_NOBULK)))
			items[n++] = (struct picker_item){.text = _(f->label), .detail = f->name, .id = (uint64_t)i};
	}
	struct arena *a = arena_new();
	(void)picker_open(call->ui, &(struct picker_spec){.title = w->subject.n > 1
			? arena_printf(a, _("Change which field of %zu?"), w->subject.n) : _("Change which field?"),
		.items = items, .count = n, .done = field_picked, .arg = w});
	arena_free(&a);
}

/* Deleting and restoring */

static enum status set_deleted(struct app *app, const struct subject *s, bool deleted, struct error *err)
{
	struct txn *t;
	struct arena *a = arena_new();
	const char *label = s->n > 1 ? arena_printf(a, deleted ? _("Delete %zu %s") : _("Restore %zu %s"), s->n,
						 text_decapital(a, _(s->entity->label_plural))) : NULL;
	enum status st = txn_begin(app->core, s->n > 1 ? CHANGE_BULK : CHANGE_EDIT, label, &t, err);
	if (st == ST_OK) {
		struct arena *each = arena_new();
		for (size_t i = 0; st == ST_OK && i < s->n; i++) {
			struct record *r;
			st = store_load_num(app->core, s->entity, s->nums[i], each, &r, err);
			if (st == ST_OK)
				st = deleted ? store_delete(t, s->entity, &r->id, err) : store_restore(t, s->entity, &r->id, err);
			arena_reset(each);
		}
		arena_free(&each);
		st = txn_end(&t, st, err);
	}
	arena_free(&a);
	return st;
}

static void delete_answered(void *arg, int answer)
{
	struct waiting *w = arg;
	struct error err = {0};
	if (answer == 1) {
		struct screen *top = ui_top(w->app->ui);
		enum status st = set_deleted(w->app, &w->subject, true, &err);
		if (app_done(w->app, st, &err, i18n_plural("%zu deleted. u undoes.", "%zu deleted. u undoes.", (long)w->subject.n),
			    w->subject.n) && top &&
			strcmp(top->ops->name, "record") == 0 && ui_depth(w->app->ui) > 1)
			ui_pop(w->app->ui, top);
	}
	waiting_free(w);
}

void action_delete(const struct command_call *call)
{
	struct waiting *w = wait_for(call);
	struct buf names = {0};
	if (w && !app_may(w->app, w->subject.entity, ACT_DELETE)) {
		waiting_free(w);
		return;
	}
	if (!w)
		return;
	struct arena *a = arena_new();
	for (size_t i = 0; i < w->subject.n && i < 5; i++) {
		struct record *r;
		if (store_load_num(w->app->core, w->subject.entity, w->subject.nums[i], a, &r, NULL) == ST_OK)
			buf_printf(&names, "%s%s", i ? ", " : "", store_title(w->app->core, w->subject.entity, &r->id, a));
	}
	if (w->subject.n > 5)
		buf_puts(&names, ", …");
	const char *title = w->subject.n > 1
		? arena_printf(a, _("Delete %zu %s?"), w->subject.n, text_decapital(a, _(w->subject.entity->label_plural)))
		: _("Delete this record?");
	confirm_open(call->ui, &(struct confirm_spec){.title = title, .text = buf_str(&names), .key = 'D', .verb = _("delete"),
		.count = (long)w->subject.n, .done = delete_answered, .arg = w});
	buf_free(&names);
	arena_free(&a);
}

/* Only the deleted ones of the subject stay in it. */
static void keep_deleted(struct core *c, struct subject *s)
{
	struct arena *a = arena_new();
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++) {
		struct record *r;
		if (store_load_num(c, s->entity, s->nums[i], a, &r, NULL) == ST_OK && r->deleted_at)
			s->nums[n++] = s->nums[i];
		arena_reset(a);
	}
	s->n = n;
	arena_free(&a);
}

void action_restore(const struct command_call *call)
{
	struct subject s;
	struct error err = {0};
	struct app *app = app_of(call->ui);
	if (!subject_get(call->screen, &s))
		return;
	keep_deleted(app->core, &s);
	if (!s.n)
		ui_toast(call->ui, TOAST_INFO, "%s", _("Nothing to restore: this is not deleted. :deleted shows what is."));
	else
		(void)app_done(app, set_deleted(app, &s, false, &err), &err, i18n_plural("%zu restored.", "%zu restored.", (long)s.n), s.n);
	subject_free(&s);
}

void action_deleted(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	const struct entity *e = call->args && *call->args ? model_entity(app->core->model, call->args) : NULL;
	if (call->args && *call->args && (!e || !e->top)) {
		ui_toast(call->ui, TOAST_WARN, _("“%s” is not a kind of record."), call->args);
	} else if (e || !record_list_toggle_deleted(call->screen)) {
		app_open_list(app, e ? e : entity_here(call), NULL, NULL);
		(void)record_list_toggle_deleted(ui_top(call->ui));
	}
}

/* Tags: added to what is there. */

static enum status add_tag(struct app *app, const struct subject *s, const char *tag, struct error *err)
{
	struct txn *t;
	struct arena *a = arena_new();
	enum status st = txn_begin(app->core, s->n > 1 ? CHANGE_BULK : CHANGE_EDIT, arena_printf(a, _("Tag %zu with %s"), s->n, tag), &t,
		err);
	for (size_t i = 0; st == ST_OK && i < s->n; i++) {
		struct record *old;
		if ((st = store_load_num(app->core, s->entity, s->nums[i], a, &old, err)) != ST_OK)
			break;
		struct record *patch = record_new(a, s->entity);
		const char *have = record_text(old, "tags");
		patch->id = old->id;
		record_put_text(patch, "tags", have ? arena_printf(a, "%s, %s", have, tag) : tag);
		st = store_update(t, patch, err);
	}
	st = txn_end(&t, st, err);
	arena_free(&a);
	return st;
}

static void tag_chosen(void *arg, const char *text)
{
	struct waiting *w = arg;
	struct error err = {0};
	if (text && *text)
		(void)app_done(w->app, add_tag(w->app, &w->subject, text, &err), &err, _("Tagged %s. u undoes."), text);
	waiting_free(w);
}

void action_tag(const struct command_call *call)
{
	struct waiting *w = wait_for(call);
	if (!w)
		return;
	if (entity_index_of(w->subject.entity, "tags") < 0) {
		ui_toast(call->ui, TOAST_INFO, _("%s: there are no tags here."), _(w->subject.entity->label_plural));
		waiting_free(w);
		return;
	}
	edit_choose(w->app, w->subject.entity, "tags", NULL, NULL, NULL, tag_chosen, w);
}

void action_assign(const struct command_call *call)
{
	struct subject s;
	if (!subject_get(call->screen, &s))
		return;
	if (entity_index_of(s.entity, "owner") < 0) {
		ui_toast(call->ui, TOAST_INFO, _("%s: there is no owner here."), _(s.entity->label_plural));
		subject_free(&s);
		return;
	}
	edit_field_open(app_of(call->ui), s.entity, s.nums, s.n, "owner");
}

/* The story of a record */

void action_history(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	struct subject s;
	struct record *r;
	struct history_line *lines;
	struct error err = {0};
	int n;
	if (!subject_get(call->screen, &s))
		return;
	struct arena *a = arena_new();
	if (store_load_num(app->core, s.entity, s.nums[0], a, &r, &err) == ST_OK &&
		history_of(app->core, s.entity, &r->id, 500, a, &lines, &n, &err) == ST_OK) {
		struct styled text = {0};
		int64_t set = 0;
		for (int i = 0; i < n; i++) {
			const struct history_line *l = &lines[i];
			if (l->set != set) {
				styled_format(&text, ROLE_HEADER, "%s%s  %s", i ? "\n" : "", clock_human_instant(a, l->at), l->who);
				styled_format(&text, ROLE_DIM, "  %s\n", l->label);
				set = l->set;
			}
			const char *what = l->field ? l->field : l->op == 'c' ? _("created") : l->op == 'd' ? _("deleted") : _("restored");
			styled_format(&text, ROLE_LABEL, "    %s", what);
			if (l->field)
				styled_format(&text, ROLE_TEXT, "  %s → %s", *l->old ? l->old : "—", *l->now ? l->now : "—");
			styled_add(&text, ROLE_TEXT, "\n");
		}
		(void)pager_open(call->ui, arena_printf(a, _("History of %s"), store_title(app->core, s.entity, &r->id, a)), &text, false);
	} else {
		ui_error(call->ui, &err);
	}
	arena_free(&a);
	subject_free(&s);
}

void action_copy(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	struct subject s;
	struct error err = {0};
	struct buf text = {0};
	if (!subject_get(call->screen, &s))
		return;
	struct arena *a = arena_new();
	for (size_t i = 0; i < s.n && i < 500; i++) {
		struct record *r;
		if (store_load_num(app->core, s.entity, s.nums[i], a, &r, NULL) != ST_OK)
			continue;
		const char *mail = entity_index_of(s.entity, "email") >= 0 ? record_text(r, "email") : NULL;
		const char *name = store_title(app->core, s.entity, &r->id, a);
		if (mail)
			buf_printf(&text, "%s%s <%s>", text.len ? "\n" : "", name, mail);
		else
			buf_printf(&text, "%s%s", text.len ? "\n" : "", name);
	}
	if (term_copy(app->term, buf_str(&text), text.len, &err) == ST_OK)
		ui_toast(call->ui, TOAST_OK, "%s", _("Copied."));
	else
		ui_error(call->ui, &err);
	buf_free(&text);
	arena_free(&a);
	subject_free(&s);
}

/* Deals */

static void set_stage(const struct command_call *call, const char *type)
{
	struct app *app = app_of(call->ui);
	struct subject s;
	struct arena *a = arena_new();
	struct error err = {0};
	if (!subject_get(call->screen, &s)) {
		arena_free(&a);
		return;
	}
	struct record *r;
	struct id stage;
	enum status st = strcmp(s.entity->name, "deals") == 0 ? ST_OK : error_set(&err, ST_INVALID, _("Select a deal first."));
	if (st == ST_OK)
		st = store_load_num(app->core, s.entity, s.nums[0], a, &r, &err);
	if (st == ST_OK)
		st = pipeline_stage_of_type(app->core, record_id(r, "pipeline"), type, &stage, &err);
	if (st == ST_OK) {
		const char *name = store_title(app->core, model_entity(app->core->model, "stages"), &stage, a);
		st = edit_apply(app, s.entity, s.nums, s.n, "stage", name, &err);
	}
	if (app_done(app, st, &err, strcmp(type, "won") == 0 ? _("Won. Well done! u undoes.") : _("Lost. u undoes.")) &&
		strcmp(type, "lost") == 0) {
		edit_field_open(app, s.entity, s.nums, s.n, "lost_reason");
		s.nums = NULL;
	}
	subject_free(&s);
	arena_free(&a);
}

void action_won(const struct command_call *call)
{
	set_stage(call, "won");
}

void action_lost(const struct command_call *call)
{
	set_stage(call, "lost");
}

void action_stage(const struct command_call *call)
{
	struct subject s;
	if (!subject_get(call->screen, &s))
		return;
	if (strcmp(s.entity->name, "deals") != 0) {
		ui_toast(call->ui, TOAST_INFO, "%s", _("Select a deal first."));
		subject_free(&s);
		return;
	}
	edit_field_open(app_of(call->ui), s.entity, s.nums, s.n, "stage");
}

/* Merging the two marked records */

static void merge_answered(void *arg, int answer)
{
	struct waiting *w = arg;
	struct error err = {0};
	struct arena *a = arena_new();
	struct record *x, *y;
	struct core *c = w->app->core;
	if (answer) {
		int keep = answer == 1 ? 0 : 1;
		enum status st = store_load_num(c, w->subject.entity, w->subject.nums[keep], a, &x, &err);
		if (st == ST_OK)
			st = store_load_num(c, w->subject.entity, w->subject.nums[!keep], a, &y, &err);
		if (st == ST_OK)
			st = merge_records(c, w->subject.entity, &x->id, &y->id, &err);
		(void)app_done(w->app, st, &err, "%s", _("Merged. u takes it back."));
	}
	arena_free(&a);
	waiting_free(w);
}

void action_merge(const struct command_call *call)
{
	struct waiting *w = wait_for(call);
	struct record *x, *y;
	if (!w)
		return;
	if (w->subject.n != 2) {
		ui_toast(call->ui, TOAST_INFO, "%s", _("Mark the two records that are the same with Space, then merge."));
		waiting_free(w);
		return;
	}
	struct arena *a = arena_new();
	struct core *c = w->app->core;
	if (store_load_num(c, w->subject.entity, w->subject.nums[0], a, &x, NULL) == ST_OK &&
		store_load_num(c, w->subject.entity, w->subject.nums[1], a, &y, NULL) == ST_OK) {
		char rx[24], ry[24];
		const char *text = arena_printf(a, _("A keeps %s %s, B keeps %s %s. The other's values fill the gaps; its deals and activities move."),
			record_reference(x->entity, x->num, rx), store_title(c, x->entity, &x->id, a), record_reference(y->entity, y->num, ry),
			store_title(c, y->entity, &y->id, a));
		confirm_open(call->ui, &(struct confirm_spec){.title = _("Merge these two?"), .text = text, .key = 'A',
			.verb = _("keep the first"), .other_key = 'B', .other_verb = _("keep the second"), .done = merge_answered, .arg = w});
	}
	arena_free(&a);
}

/* Undo and redo */

static void report(struct app *app, enum status st, const struct error *err, const struct undo_report *rep, const char *fmt)
{
	if (st == ST_NOT_FOUND)
		ui_toast(app->ui, TOAST_INFO, "%s", err->message);
	else if (app_done(app, st, err, NULL) && rep->kept)
		ui_toast(app->ui, TOAST_WARN, _("%s. Left alone, changed since: %s"), rep->label, rep->kept_what);
	else if (st == ST_OK)
		ui_toast(app->ui, TOAST_OK, fmt, rep->label);
}

void action_undo(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	struct undo_report rep = {0};
	struct error err = {0};
	report(app, undo_last(app->core, &rep, &err), &err, &rep, _("Undone: %s. C-r does it again."));
}

void action_redo(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	struct undo_report rep = {0};
	struct error err = {0};
	report(app, redo_last(app->core, &rep, &err), &err, &rep, _("Done again: %s"));
}
