#include "tui/view/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/pipeline.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "tui/term/editor.h"
#include "tui/widget/picker.h"
#include "tui/widget/prompt.h"

enum { MATCHES = 60 };

static bool is_stage(const struct entity *e, const char *field)
{
	return strcmp(e->name, "deals") == 0 && strcmp(field, "stage") == 0;
}

static enum status apply_one(struct txn *t, const struct entity *e, int64_t num, bool many, const char *field, const char *text,
	struct arena *a, struct error *err)
{
	struct core *c = txn_core(t);
	struct record *old;
	enum status st = store_load_num(c, e, num, a, &old, err);
	if (st != ST_OK)
		return st;
	struct record *patch = record_new(a, e);
	patch->id = old->id;
	patch->num = num;
	for (int i = 0; i < e->n_fields; i++)
		if (e->fields[i].type == FT_CURRENCY)
			patch->v[i] = old->v[i];
	if (is_stage(e, field)) {
		struct id stage;
		if (!id_parse(text, &stage) && (st = pipeline_find_stage(c, record_id(old, "pipeline"), text, &stage, err)) != ST_OK)
			return st;
		record_put_id(patch, "stage", stage);
		if (!many)
			txn_label(t, arena_printf(a, _("Move %s to %s"), store_title(c, e, &old->id, a),
				store_title(c, model_entity(c->model, "stages"), &stage, a)));
	} else if ((st = record_set_input(c, patch, field, text, err)) != ST_OK) {
		return st;
	}
	return store_update(t, patch, err);
}

enum status edit_apply(struct app *app, const struct entity *e, const int64_t *nums, size_t n, const char *field, const char *text,
	struct error *err)
{
	struct txn *t;
	struct arena *a = arena_new();
	const char *label = n > 1 ? arena_printf(a, _("%s of %zu %s"), _(entity_field(e, field)->label), n,
						  text_decapital(a, _(e->label_plural))) : NULL;
	enum status st = txn_begin(app->core, n > 1 ? CHANGE_BULK : CHANGE_EDIT, label, &t, err);
	if (st == ST_OK) {
		struct arena *each = arena_new();
		for (size_t i = 0; st == ST_OK && i < n; i++) {
			st = apply_one(t, e, nums[i], n > 1, field, text, each, err);
			arena_reset(each);
		}
		arena_free(&each);
		st = txn_end(&t, st, err);
	}
	arena_free(&a);
	return st;
}

bool edit_is_choice(const struct field *f)
{
	return f->type == FT_ENUM || f->type == FT_BOOL || f->type == FT_REF || f->type == FT_TAGS;
}

/* Choosing */

struct choosing {
	struct app *app;
	const struct entity *entity;
	char *field;
	char *current;
	struct id company; /* of a person that is made */
	void (*done)(void *arg, const char *text);
	void *arg;
};

static void finish(struct choosing *ch, const char *text)
{
	void (*done)(void *, const char *) = ch->done;
	void *arg = ch->arg;
	char *copy = text ? mem_strdup(text) : NULL;
	free(ch->field);
	free(ch->current);
	free(ch);
	done(arg, copy);
	free(copy);
}

static void choice_done(void *arg, const struct picker_item *item)
{
	struct choosing *ch = arg;
	const struct field *f = entity_field(ch->entity, ch->field);
	if (!item)
		finish(ch, NULL);
	else if (f->type == FT_BOOL)
		finish(ch, item->id ? "1" : "0");
	else
		finish(ch, item->id ? f->choices[item->id - 1].value : "");
}

static void choose_enum(struct choosing *ch, const struct field *f, const char *typed)
{
	struct picker_item items[64];
	size_t n = 0;
	if (f->type == FT_BOOL) {
		items[n++] = (struct picker_item){.text = _("yes"), .id = 1};
		items[n++] = (struct picker_item){.text = _("no"), .id = 0};
	} else {
		for (int i = 0; f->choices && f->choices[i].value && n < 64; i++)
			items[n++] = (struct picker_item){.text = choice_label(f, f->choices[i].value), .words = f->choices[i].value,
				.id = (uint64_t)i + 1};
		if (!(f->flags & FF_REQUIRED) && n < 64)
			items[n++] = (struct picker_item){.text = _("(none)"), .id = 0};
	}
	uint64_t current = n ? items[0].id : 0;
	const struct choice *c = f->choices && ch->current ? field_choice(f, ch->current) : NULL;
	if (c)
		current = (uint64_t)(c - f->choices) + 1;
	else if (f->type == FT_BOOL)
		current = ch->current && text_eq_fold(ch->current, _("yes"));
	(void)picker_open(ch->app->ui, &(struct picker_spec){.title = _(f->label), .items = items, .count = n, .current = current,
		.initial = typed, .keep_order = true, .done = choice_done, .arg = ch});
}

/* Only a picker's: what was typed becomes a new record. */
#define NEW_RECORD UINT64_MAX

static bool can_make(const struct choosing *ch, const struct field *f)
{
	return f->type == FT_REF && (strcmp(f->ref, "companies") == 0 || strcmp(f->ref, "contacts") == 0) && !ch->app->core->read_only;
}

/* "Acme New" as a company, "Marie Curie" as a person. */
static struct record *made_of(struct core *c, const char *entity, const char *typed, struct id company, struct arena *a)
{
	struct record *r = record_new(a, model_entity(c->model, entity));
	char *name = text_trim(a, typed), *last = strrchr(name, ' ');
	if (strcmp(entity, "companies") == 0) {
		record_put_text(r, "name", name);
		return r;
	}
	if (last)
		*last++ = '\0';
	record_put_text(r, "first_name", text_trim(a, name));
	if (last)
		record_put_text(r, "last_name", last);
	if (!id_is_nil(&company))
		record_put_id(r, "company", company);
	return r;
}

/* Nothing when it could not be made; the reason is told. */
static void make_record(const struct choosing *ch, const struct field *f, const char *typed, char id[ID_TEXT_SIZE])
{
	struct app *app = ch->app;
	struct arena *a = arena_new();
	struct error err = {0};
	struct record *r = made_of(app->core, f->ref, typed, ch->company, a);
	enum status st = store_save(app->core, r, &err);
	if (app_done(app, st, &err, _("%s added."), st == ST_OK ? store_title(app->core, r->entity, &r->id, a) : ""))
		(void)id_format(&r->id, id);
	arena_free(&a);
}

static void fill_records(void *arg, struct picker *p, const char *typed)
{
	struct choosing *ch = arg;
	struct core *c = ch->app->core;
	const struct field *f = entity_field(ch->entity, ch->field);
	const struct entity *target = model_entity(c->model, f->type == FT_TAGS ? "tags" : f->ref);
	const char *fields[] = {strcmp(target->name, "contacts") == 0 ? "company" : strcmp(target->name, "deals") == 0 ? "company"
			       : strcmp(target->name, "stages") == 0 ? "pipeline" : strcmp(target->name, "companies") == 0 ? "city"
			       : "num"};
	struct rowset *rs;
	struct columns *cols;
	struct row row;
	struct query q = {.entity = target};
	bool exact = false;
	char *quoted = *typed ? mem_printf("\"%s\"", typed) : mem_strdup("");
	q.filter = quoted;
	if (rowset_open(c, &q, &rs, NULL, NULL) == ST_OK) {
		struct arena *a = arena_new();
		(void)rowset_pump(rs, 8);
		if (columns_open(c, target, fields, 1, &cols, NULL) == ST_OK) {
			for (int64_t i = 0; i < MATCHES && i < rowset_count(rs); i++)
				if (columns_fetch(cols, rowset_at(rs, i), a, &row, NULL) == ST_OK) {
					exact = exact || text_eq_fold(row.title, typed);
					picker_add(p, &(struct picker_item){.text = row.title,
							       .detail = strcmp(fields[0], "num") ? row.text[0] : NULL,
							       .id = (uint64_t)row.num});
				}
			columns_free(&cols);
		}
		arena_free(&a);
		rowset_free(&rs);
	}
	if (!*typed && !(f->flags & FF_REQUIRED) && f->type != FT_TAGS)
		picker_add(p, &(struct picker_item){.text = _("(none)"), .id = 0});
	if (!text_is_blank(typed) && !exact && can_make(ch, f)) {
		char *offer = mem_printf(_("%s “%s”"), _(target->label_new), typed);
		picker_add(p, &(struct picker_item){.text = offer, .detail = "+", .words = typed, .id = NEW_RECORD});
		free(offer);
	}
	free(quoted);
}

static void record_done(void *arg, const struct picker_item *item)
{
	struct choosing *ch = arg;
	const struct field *f = entity_field(ch->entity, ch->field);
	if (!item) {
		finish(ch, NULL);
		return;
	}
	if (f->type == FT_TAGS) {
		char *all = ch->current && *ch->current ? mem_printf("%s, %s", ch->current, item->text) : mem_strdup(item->text);
		finish(ch, all);
		free(all);
		return;
	}
	if (!item->id) {
		finish(ch, "");
		return;
	}
	char id[ID_TEXT_SIZE] = "";
	if (item->id == NEW_RECORD) {
		make_record(ch, f, item->words, id);
		finish(ch, *id ? id : NULL);
		return;
	}
	struct arena *a = arena_new();
	struct record *r;
	if (store_load_num(ch->app->core, model_entity(ch->app->core->model, f->ref), (int64_t)item->id, a, &r, NULL) == ST_OK)
		(void)id_format(&r->id, id);
	arena_free(&a);
	finish(ch, id);
}

void edit_choose(struct app *app, const struct entity *e, const char *field, const char *current, const char *typed, const char *company,
	void (*done)(void *arg, const char *text), void *arg)
{
	struct choosing *ch = mem_zalloc(sizeof *ch);
	const struct field *f = entity_field(e, field);
	ch->app = app;
	ch->entity = e;
	ch->field = mem_strdup(f->name);
	ch->current = current ? mem_strdup(current) : NULL;
	if (company)
		(void)id_parse(company, &ch->company);
	ch->done = done;
	ch->arg = arg;
	if (f->type == FT_ENUM || f->type == FT_BOOL)
		choose_enum(ch, f, typed);
	else
		(void)picker_open(app->ui, &(struct picker_spec){.title = _(f->label), .fill = fill_records, .done = record_done,
			.initial = typed, .free_text = f->type == FT_TAGS, .empty = _("Nothing fits."), .arg = ch});
}

bool edit_long_text(struct app *app, const char *text, char **out)
{
	struct buf b = {0};
	struct error err = {0};
	bool changed = false;
	if (editor_edit(app->term, "note.md", text ? text : "", &b, &changed, &err) != ST_OK) {
		ui_error(app->ui, &err);
		changed = false;
	}
	if (changed)
		*out = buf_take(&b);
	buf_free(&b);
	return changed;
}

/* One field of many records */

struct editing {
	struct app *app;
	const struct entity *entity;
	char *field;
	int64_t *nums;
	size_t n;
};

static void edited(void *arg, const char *text)
{
	struct editing *ed = arg;
	struct error err = {0};
	if (text) {
		enum status st = edit_apply(ed->app, ed->entity, ed->nums, ed->n, ed->field, text, &err);
		(void)app_done(ed->app, st, &err, ed->n > 1 ? _("%zu changed. u undoes.") : NULL, ed->n);
	}
	free(ed->field);
	free(ed->nums);
	free(ed);
}

static char *current_text(struct app *app, const struct entity *e, int64_t num, const struct field *f)
{
	struct arena *a = arena_new();
	struct record *r;
	char *out = mem_strdup("");
	if (store_load_num(app->core, e, num, a, &r, NULL) == ST_OK) {
		free(out);
		out = mem_strdup(record_edit_text(app->core, r, f, a));
	}
	arena_free(&a);
	return out;
}

void edit_field_open(struct app *app, const struct entity *e, int64_t *nums, size_t n, const char *field)
{
	const struct field *f = entity_field(e, field);
	if (!app_may(app, e, ACT_UPDATE)) {
		free(nums);
		return;
	}
	struct arena *a = arena_new();
	if (!field_is_writable(f) || !n) {
		ui_toast(app->ui, TOAST_WARN, _("%s is worked out by Simplix; it cannot be set."), _(f->label));
		free(nums);
		arena_free(&a);
		return;
	}
	struct editing *ed = mem_zalloc(sizeof *ed);
	*ed = (struct editing){app, e, mem_strdup(f->name), nums, n};
	char *now = n == 1 ? current_text(app, e, nums[0], f) : mem_strdup("");
	if (edit_is_choice(f) && (f->type != FT_TAGS || n > 1)) {
		edit_choose(app, e, f->name, now, NULL, NULL, edited, ed);
	} else if (f->type == FT_LONG_TEXT) {
		char *text = NULL;
		edited(ed, edit_long_text(app, now, &text) ? text : NULL);
		free(text);
	} else {
		const char *label = n > 1 ? arena_printf(a, _("%s of %zu:"), _(f->label), n) : arena_printf(a, _("%s:"), _(f->label));
		(void)prompt_open(app->ui, &(struct prompt_spec){.label = label, .initial = now, .done = edited, .arg = ed});
	}
	free(now);
	arena_free(&a);
}
