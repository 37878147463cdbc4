#include "tui/view/record_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/crm/duplicates.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "tui/view/edit.h"
#include "tui/view/webhooks_view.h"
#include "tui/widget/form.h"
#include "tui/widget/picker.h"

struct record_form {
	struct app *app;
	const struct entity *entity;
	int64_t num, version;
	struct id id;
	struct arena *arena;
	struct form_field *fields;
	const char **initial;
	int n;
	bool warned;  /* of a duplicate, once */
	bool resumed; /* left unsaved the last time */
	struct form *form;
	int picking;
	const struct record *preset;
};

static const struct field *field_of(const struct record_form *f, int i)
{
	return entity_field(f->entity, f->fields[i].id);
}

static bool wanted(const struct record_form *f, const struct field *d)
{
	if (!field_is_writable(d) || d->type == FT_CURRENCY || access_field(f->app->core, f->entity, d) != FIELD_WRITE)
		return false;
	if (field_is_virtual(d) && (strcmp(d->name, "email") == 0 || strcmp(d->name, "phone") == 0))
		return false;
	bool any_short = false;
	for (int i = 0; i < f->entity->n_fields; i++)
		any_short = any_short || (f->entity->fields[i].flags & FF_FORM);
	return f->num || !any_short || ((d->flags & (FF_FORM | FF_CUSTOM)) || (d->flags & (FF_REQUIRED | FF_FILLED)) == FF_REQUIRED);
}

static void describe(struct record_form *f)
{
	const char *group = NULL;
	f->fields = arena_alloc(f->arena, (size_t)f->entity->n_fields * sizeof *f->fields);
	for (int i = 0; i < f->entity->n_fields; i++) {
		const struct field *d = &f->entity->fields[i];
		if (d->group)
			group = d->group;
		if (!wanted(f, d))
			continue;
		struct form_field *ff = &f->fields[f->n++];
		ff->id = d->name;
		ff->label = d->label;
		ff->group = group;
		ff->kind = d->type == FT_LONG_TEXT ? FORM_MULTILINE : edit_is_choice(d) && d->type != FT_TAGS ? FORM_CHOICE : FORM_TEXT;
		ff->flags = ((d->flags & (FF_REQUIRED | FF_FILLED)) == FF_REQUIRED ? FORM_REQUIRED : 0u) | (d->type == FT_TAGS || d->word ? FORM_PICK : 0u);
	}
}

static const char *value_text(struct record_form *f, const struct record *r, const struct field *d)
{
	const struct value *v = &r->v[entity_field_index(f->entity, d)];
	char id[ID_TEXT_SIZE];
	if (v->kind == VAL_ID)
		return arena_strdup(f->arena, id_format(&v->id, id));
	if (v->kind == VAL_NULL)
		return "";
	if (d->type == FT_ENUM || d->type == FT_BOOL)
		return field_plain(d, v, "", f->arena);
	return record_edit_text(f->app->core, r, d, f->arena);
}

static void fill(struct record_form *f, const struct record *r)
{
	f->initial = arena_alloc(f->arena, (size_t)f->n * sizeof *f->initial);
	for (int i = 0; i < f->n; i++) {
		const struct field *d = field_of(f, i);
		f->initial[i] = r ? value_text(f, r, d) : "";
		if (!f->num && !*f->initial[i] && d->def && d->type != FT_REF)
			f->initial[i] = d->def;
		if (!f->num && !*f->initial[i] && d->def && d->type == FT_REF) {
			char id[ID_TEXT_SIZE];
			f->initial[i] = arena_strdup(f->arena, id_format(&f->app->core->user, id));
		}
	}
}

/* Form events */

static enum status validate(void *arg, struct form *form, int i, const char *text, struct error *err)
{
	struct record_form *f = arg;
	const struct field *d = field_of(f, i);
	(void)form;
	if (text_is_blank(text) || edit_is_choice(d) || d->type == FT_LIST)
		return ST_OK;
	struct arena *a = arena_new();
	struct conventions conv = core_conventions(f->app->core);
	struct value v;
	enum status st = field_parse(d, text, &conv, a, &v, NULL, err);
	arena_free(&a);
	return st;
}

static void picked(void *arg, const char *text)
{
	struct record_form *f = arg;
	if (text)
		form_set(f->form, f->picking, text);
}

static const char *shown(void *arg, struct form *form, int i, const char *value, struct arena *a)
{
	struct record_form *f = arg;
	const struct field *d = field_of(f, i);
	struct id id;
	(void)form;
	if (d->type == FT_REF && id_parse(value, &id))
		return store_title(f->app->core, model_entity(f->app->core->model, d->ref), &id, a);
	if (d->type == FT_BOOL)
		return *value == '1' ? _("yes") : _("no");
	if (d->type == FT_ENUM && *value)
		return choice_label(d, value);
	return value;
}

/* Fields made of words: the chosen one is added to the line, or taken out of it. */

static bool has_word(const char *line, const char *word, const char **at)
{
	size_t n = strlen(word);
	for (const char *p = line; (p = strstr(p, word)); p += n)
		if ((p == line || p[-1] == ' ' || p[-1] == ',') && (!p[n] || p[n] == ' ' || p[n] == ',')) {
			*at = p;
			return true;
		}
	return false;
}

static void word_picked(void *arg, const struct picker_item *item)
{
	struct record_form *f = arg;
	struct word w;
	const char *at, *line = form_get(f->form, f->picking);
	if (!item || !field_of(f, f->picking)->word((int)item->id, &w))
		return;
	struct buf b = {0};
	if (has_word(line, w.text, &at)) {
		const char *rest = at + strlen(w.text);
		rest += strspn(rest, ", ");
		buf_add(&b, line, (size_t)(at - line));
		buf_puts(&b, rest);
		while (b.len && (b.data[b.len - 1] == ' ' || b.data[b.len - 1] == ','))
			b.data[--b.len] = '\0';
	} else {
		buf_printf(&b, "%s%s%s", line, text_is_blank(line) ? "" : ", ", w.text);
	}
	form_set(f->form, f->picking, buf_str(&b));
	buf_free(&b);
}

static void pick_word(struct record_form *f, const struct field *d, const char *line)
{
	enum { MOST = 100 };
	struct picker_item items[MOST];
	struct word w;
	const char *at;
	struct arena *a = arena_new();
	size_t n = 0;
	for (; n < MOST && d->word((int)n, &w); n++)
		items[n] = (struct picker_item){.text = arena_printf(a, "%s%s", w.group ? "" : "  ", w.text), .detail = has_word(line, w.text, &at) ? _("chosen") : "", .help = _(w.help),
			.id = (uint64_t)n};
	(void)picker_open(f->app->ui, &(struct picker_spec){.title = _(d->label), .items = items, .count = n, .keep_order = true, .done = word_picked, .arg = f});
	arena_free(&a);
}

static void pick(void *arg, struct form *form, int i, const char *typed)
{
	struct record_form *f = arg;
	if (field_of(f, i)->word) {
		f->picking = i;
		pick_word(f, field_of(f, i), form_get(form, i));
		return;
	}
	struct arena *a = arena_new();
	f->picking = i;
	if (f->fields[i].flags & FORM_PICK)
		typed = NULL; /* the whole text of the field */
	edit_choose(f->app, f->entity, f->fields[i].id, shown(f, form, i, form_get(form, i), a), typed, form_get_id(form, "company"),
		picked, f);
	arena_free(&a);
}

static void forget_draft(struct record_form *f)
{
	(void)setting_set(f->app->core, "draft", NULL, NULL);
}

/* After each field: a lost connection must not lose what was typed. */
static void keep_draft(void *arg, struct form *form, int field)
{
	struct record_form *f = arg;
	struct buf b = {0};
	struct json_out w;
	(void)field;
	if (f->app->core->read_only)
		return;
	json_begin(&w, &b, false);
	json_object(&w);
	json_key(&w, "_entity");
	json_str(&w, f->entity->name);
	json_key(&w, "_num");
	json_num(&w, f->num);
	for (int i = 0; i < f->n; i++) {
		json_key(&w, f->fields[i].id);
		json_str(&w, form_get(form, i));
	}
	json_object_end(&w);
	(void)setting_set(f->app->core, "draft", buf_str(&b), NULL);
	buf_free(&b);
}

static enum status warn_duplicate(struct record_form *f, const struct record *r, struct error *err)
{
	struct duplicate found[1];
	if (f->num || f->warned || !duplicates_of(f->app->core, r, r->arena, found, 1))
		return ST_OK;
	f->warned = true;
	error_set(err, ST_CONFLICT, _("%s may be there already: %s (%s)."), _(f->entity->label), found[0].title, found[0].why);
	error_hint(err, _("Save again to keep both, or Esc."));
	return ST_CONFLICT;
}

static enum status submit(void *arg, struct form *form, struct error *err)
{
	struct record_form *f = arg;
	struct arena *a = arena_new();
	struct record *r = record_new(a, f->entity);
	enum status st = ST_OK;
	r->id = f->id;
	r->num = f->num;
	r->version = f->version;
	if (f->preset) /* what the form does not show */
		for (int i = 0; i < f->entity->n_fields; i++)
			if (f->preset->set[i])
				record_put(r, &f->entity->fields[i], f->preset->v[i]);
	for (int i = 0; st == ST_OK && i < f->n; i++) {
		const char *text = form_get(form, i);
		if (!f->num || strcmp(text, f->initial[i]) != 0)
			if (*text || f->num)
				st = record_set_input(f->app->core, r, f->fields[i].id, text, err);
	}
	if (st == ST_OK)
		st = warn_duplicate(f, r, err);
	if (st == ST_OK)
		st = store_save(f->app->core, r, err);
	if (st == ST_OK) {
		struct app *app = f->app;
		const struct entity *e = f->entity;
		int64_t num = f->num ? 0 : r->num;
		struct id id = r->id;
		char *title = mem_strdup(store_title(app->core, e, &r->id, a));
		bool owned = e->parent != NULL || !e->top;
		form_close(form); /* frees f */
		(void)app_done(app, ST_OK, NULL, num ? _("%s added. u undoes.") : _("%s saved. u undoes."), title);
		if (num && !owned)
			app_open_record(app, e, num);
		if (num && strcmp(e->name, "webhooks") == 0)
			webhook_reveal(app, &id);
		free(title);
	}
	arena_free(&a);
	return st;
}

static void closed(void *arg, bool saved)
{
	struct record_form *f = arg;
	(void)saved;
	forget_draft(f);
}

static void freed(void *arg)
{
	struct arena *a = ((struct record_form *)arg)->arena;
	arena_free(&a);
}

static const char *title_of(struct record_form *f)
{
	return f->num ? arena_printf(f->arena, _("Edit %s"), store_title(f->app->core, f->entity, &f->id, f->arena))
	       : f->entity->label_new ? _(f->entity->label_new) : C_("command", "New");
}

static bool preset_link(const struct record_form *f, const char *name)
{
	const struct field *field = entity_field(f->entity, name);
	return field && field->type == FT_REF && !record_null(f->preset, field->name);
}

static void start(struct record_form *f, const char *const *values)
{
	struct app *app = f->app;
	const char *title = f->resumed ? arena_printf(f->arena, _("Unfinished: %s"), title_of(f)) : title_of(f);
	f->form = form_open(app->ui, &(struct form_spec){.title = title, .fields = f->fields, .count = f->n, .values = values,
		.unsaved = f->resumed, .validate = validate, .pick = pick, .shown = shown, .submit = submit, .changed = keep_draft, .closed = closed,
		.freed = freed, .arg = f});
	int first = 0; /* whose it is was said by opening the form there */
	while (f->preset && first + 1 < f->n && preset_link(f, f->fields[first].id))
		first++;
	form_focus(f->form, first);
}

static struct record_form *prepare(struct app *app, const struct entity *e, int64_t num, const struct record *preset)
{
	struct arena *a = arena_new();
	struct record_form *f = arena_alloc(a, sizeof *f);
	struct record *r = NULL;
	struct error err = {0};
	*f = (struct record_form){.app = app, .entity = e, .num = num, .arena = a};
	if (num && store_load_num(app->core, e, num, a, &r, &err) != ST_OK) {
		ui_error(app->ui, &err);
		arena_free(&a);
		return NULL;
	}
	if (r) {
		f->id = r->id;
		f->version = r->version;
	} else if (preset) {
		struct record *copy = record_new(a, e);
		for (int i = 0; i < e->n_fields; i++)
			if (preset->set[i])
				record_put(copy, &e->fields[i], preset->v[i]);
		f->preset = r = copy;
	}
	describe(f);
	fill(f, r);
	return f;
}

void record_form_open(struct app *app, const struct entity *e, int64_t num, const struct record *preset)
{
	struct record_form *f = app_may(app, e, num ? ACT_UPDATE : ACT_CREATE) ? prepare(app, e, num, preset) : NULL;
	if (f)
		start(f, f->initial);
}

bool record_form_resume(struct app *app)
{
	struct arena *a = arena_new();
	char *text = setting_get(app->core, a, "draft");
	struct cJSON *doc = NULL;
	int64_t num = 0;
	struct record_form *f = NULL;
	if (text && json_parse(text, strlen(text), &doc, NULL) == ST_OK) {
		const char *name = json_text(json_get(doc, "_entity"));
		const struct entity *e = name ? model_entity(app->core->model, name) : NULL;
		(void)json_int(json_get(doc, "_num"), &num);
		f = e ? prepare(app, e, num, NULL) : NULL;
	}
	if (f) {
		const char **values = arena_alloc(f->arena, (size_t)f->n * sizeof *values);
		for (int i = 0; i < f->n; i++) {
			const char *v = json_text(json_get(doc, f->fields[i].id));
			values[i] = arena_strdup(f->arena, v ? v : "");
		}
		const char *name = title_of(f);
		f->resumed = true;
		start(f, values);
		ui_toast(app->ui, TOAST_WARN, _("Unfinished: %s. Esc puts it away."), name);
	}
	json_free(&doc);
	arena_free(&a);
	return f != NULL;
}
