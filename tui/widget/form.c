#include "tui/widget/form.h"

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "tui/widget/form_parts.h"
#include "tui/widget/menu.h"
#include "tui/widget/textedit.h"

#include <stdlib.h>
#include <string.h>

#define IDLE_MS 2000

static struct form *self(struct screen *s)
{
	return (struct form *)s;
}

struct screen *form_screen(struct form *f)
{
	return &f->screen;
}

static const struct form_field *field_at(const struct form *f, int i)
{
	return &f->spec.fields[i];
}

bool form_is_edited(const struct form *f, int i)
{
	if (i < 0 || i >= f->spec.count || (field_at(f, i)->flags & FORM_READONLY))
		return false;
	return field_at(f, i)->kind == FORM_TEXT || field_at(f, i)->kind == FORM_SECRET;
}

/* Values */

const char *form_get(struct form *f, int field)
{
	return field == f->focus && form_is_edited(f, field) ? lineedit_text(&f->edit) : f->values[field].text;
}

int form_find(const struct form *f, const char *id)
{
	for (int i = 0; i < f->spec.count; i++)
		if (strcmp(field_at(f, i)->id, id) == 0)
			return i;
	return -1;
}

const char *form_get_id(struct form *f, const char *id)
{
	int i = form_find(f, id);
	return i < 0 ? "" : form_get(f, i);
}

static void store(struct form *f, int field, const char *text)
{
	if (strcmp(f->values[field].text, text) == 0)
		return;
	char *copy = mem_strdup(text);
	if (field_at(f, field)->kind == FORM_SECRET)
		explicit_bzero(f->values[field].text, strlen(f->values[field].text));
	free(f->values[field].text);
	f->values[field].text = copy;
	if (f->spec.changed)
		f->spec.changed(f->spec.arg, f, field);
}

static enum status check(struct form *f, int i, struct error *err)
{
	const struct form_field *fd = field_at(f, i);
	const char *text = form_get(f, i);
	if ((fd->flags & FORM_REQUIRED) && text_is_blank(text))
		return error_field(err, ST_INVALID, fd->id, _("This is needed."));
	return f->spec.validate ? f->spec.validate(f->spec.arg, f, i, text, err) : ST_OK;
}

static void set_error(struct form *f, int i, const char *message)
{
	free(f->values[i].error);
	f->values[i].error = message ? mem_strdup(message) : NULL;
}

void form_fail(struct form *f, int field, const char *message)
{
	set_error(f, field, message);
	if (message)
		form_focus(f, field);
}

/* The focused field's text into its value, checked. A blank required field is told of on saving only. */
static void leave_field(struct form *f)
{
	int i = f->focus;
	if (!form_is_edited(f, i))
		return;
	struct error err = {0};
	store(f, i, lineedit_text(&f->edit));
	bool blank = text_is_blank(f->values[i].text);
	set_error(f, i, !blank && check(f, i, &err) != ST_OK ? err.message : NULL);
}

/* Two seconds without a key: what was typed so far is kept too. */
static void on_idle(void *arg)
{
	struct form *f = arg;
	f->idle = 0;
	if (form_is_edited(f, f->focus))
		store(f, f->focus, lineedit_text(&f->edit));
	else if (f->spec.changed && f->focus < f->spec.count)
		f->spec.changed(f->spec.arg, f, f->focus);
}

static void enter_field(struct form *f, int i)
{
	loop_cancel(ui_loop(f->screen.ui), &f->idle);
	f->focus = i;
	lineedit_free(&f->edit);
	lineedit_init(&f->edit, form_is_edited(f, i) ? f->values[i].text : "");
	if (i < f->spec.count) {
		f->edit.secret = field_at(f, i)->kind == FORM_SECRET;
		f->edit.max = field_at(f, i)->max;
	}
	f->screen.flags |= SCREEN_TEXT_INPUT; /* also on what is not typed into: no key leads out of a form by chance */
	form_show(f);
}

void form_focus(struct form *f, int field)
{
	leave_field(f);
	enter_field(f, field);
}

void form_set(struct form *f, int field, const char *value)
{
	store(f, field, value);
	set_error(f, field, NULL);
	struct error err = {0};
	if (!text_is_blank(value) && check(f, field, &err) != ST_OK)
		set_error(f, field, err.message);
	if (field == f->focus)
		enter_field(f, field);
	form_show(f);
}

bool form_changed(const struct form *f)
{
	if (f->spec.unsaved)
		return true;
	for (int i = 0; i < f->spec.count; i++) {
		const char *now = i == f->focus && form_is_edited(f, i) ? lineedit_text(&f->edit) : f->values[i].text;
		if (strcmp(now, f->values[i].initial) != 0)
			return true;
	}
	return false;
}

/* Moving: fields, then the two buttons */

static bool can_focus(const struct form *f, int i)
{
	return i >= f->spec.count || !(field_at(f, i)->flags & FORM_READONLY);
}

static void step(struct form *f, int direction)
{
	int n = f->spec.count + 2, i = f->focus;
	do
		i = (i + direction + n) % n;
	while (!can_focus(f, i));
	form_focus(f, i);
}

static void step_many(struct form *f, int direction)
{
	for (int i = 0; i < 5; i++) {
		int before = f->focus;
		bool edge = direction > 0 ? before >= f->spec.count : before == 0;
		if (!edge)
			step(f, direction);
	}
}

/* Saving and leaving */

static void submit(struct form *f)
{
	int first = -1;
	leave_field(f);
	for (int i = 0; i < f->spec.count; i++) {
		struct error err = {0};
		bool wrong = !(field_at(f, i)->flags & FORM_READONLY) && check(f, i, &err) != ST_OK;
		set_error(f, i, wrong ? err.message : NULL);
		first = wrong && first < 0 ? i : first;
	}
	if (first >= 0) {
		enter_field(f, first);
		ui_toast(f->screen.ui, TOAST_ERROR, _("%s: %s"), _(field_at(f, first)->label), f->values[first].error);
		return;
	}
	struct error err = {0};
	struct ui *ui = f->screen.ui;
	if (f->spec.submit(f->spec.arg, f, &err) == ST_OK)
		return;
	int field = err.field[0] ? form_find(f, err.field) : -1;
	if (field >= 0)
		form_fail(f, field, err.message);
	ui_error(ui, &err);
}

static void leave(struct form *f, bool saved)
{
	loop_cancel(ui_loop(f->screen.ui), &f->idle);
	if (f->spec.closed)
		f->spec.closed(f->spec.arg, saved);
	ui_pop(f->screen.ui, &f->screen);
}

void form_close(struct form *f)
{
	leave(f, true);
}

static void on_leave(void *arg, int choice)
{
	if (choice == 0)
		submit(arg);
	else if (choice == 1)
		leave(arg, false);
}

static void cancel(struct form *f)
{
	if (!form_changed(f)) {
		leave(f, false);
		return;
	}
	const struct menu_item items[] = {{'s', f->spec.submit_label ? f->spec.submit_label : _("Save"), NULL, NULL}, {'D', _("Throw the changes away"), NULL, NULL},
		{'e', _("Go on editing"), NULL, NULL}};
	menu_open(f->screen.ui, _("There are unsaved changes."), items, 3, 2, on_leave, f);
}

/* Keys */

static void on_text(void *arg, const char *text)
{
	struct form *f = arg;
	form_set(f, f->focus, text ? text : f->before);
	free(f->before);
	f->before = NULL;
}

/* What is being written counts already: it is kept as everything else is, two seconds after the last key. */
static void on_writing(void *arg, const char *text)
{
	struct form *f = arg;
	free(f->values[f->focus].text);
	f->values[f->focus].text = mem_strdup(text);
	loop_cancel(ui_loop(f->screen.ui), &f->idle);
	f->idle = loop_after(ui_loop(f->screen.ui), IDLE_MS, on_idle, f);
}

static void open_text(struct form *f, const char *typed)
{
	const struct form_field *fd = field_at(f, f->focus);
	free(f->before);
	f->before = mem_strdup(f->values[f->focus].text);
	textedit_open(f->screen.ui, &(struct textedit_spec){.title = _(fd->label), .text = f->before, .file_name = "text.md", .max = fd->max, .from_top = true, .typed = typed,
						    .changed = on_writing, .done = on_text, .arg = f});
}

static void open_field(struct form *f, const char *typed)
{
	const struct form_field *fd = field_at(f, f->focus);
	if (fd->kind == FORM_MULTILINE)
		open_text(f, typed);
	else if (fd->kind == FORM_CHECK)
		form_set(f, f->focus, f->values[f->focus].text[0] ? "" : "1");
	else if (f->spec.pick && (fd->kind == FORM_CHOICE || (fd->flags & FORM_PICK)))
		f->spec.pick(f->spec.arg, f, f->focus, typed);
}

static bool button_key(struct form *f, const struct key *k)
{
	bool press = key_is(k, K_ENTER) || key_is_char(k, ' ');
	if (key_is(k, K_LEFT) || key_is(k, K_RIGHT) || key_is_char(k, 'h') || key_is_char(k, 'l'))
		form_focus(f, f->focus == f->spec.count ? f->spec.count + 1 : f->spec.count);
	else if (press && f->focus == f->spec.count)
		submit(f);
	else if (press)
		cancel(f);
	else
		return false;
	return true;
}

static bool field_key(struct form *f, const struct key *k)
{
	const struct form_field *fd = field_at(f, f->focus);
	bool opens = fd->kind == FORM_MULTILINE || fd->kind == FORM_CHOICE || fd->kind == FORM_CHECK;
	if (key_is(k, K_F4) || (opens && (key_is(k, K_ENTER) || key_is_char(k, ' ')))) {
		open_field(f, form_is_edited(f, f->focus) ? lineedit_text(&f->edit) : "");
		return true;
	}
	if (key_is(k, K_ENTER)) {
		step(f, 1);
		return true;
	}
	if ((fd->kind == FORM_CHOICE || fd->kind == FORM_MULTILINE) && key_is_text(k)) {
		char typed[5] = "";
		typed[text_encode(k->cp, typed)] = '\0';
		open_field(f, typed);
		return true;
	}
	if ((fd->kind == FORM_CHOICE || fd->kind == FORM_MULTILINE) && (key_is(k, K_DELETE) || key_is(k, K_BACKSPACE))) {
		if (fd->kind == FORM_CHOICE)
			form_set(f, f->focus, "");
		return true;
	}
	if (form_is_edited(f, f->focus) && lineedit_key(&f->edit, k) != EDIT_IGNORED) {
		set_error(f, f->focus, NULL);
		loop_cancel(ui_loop(f->screen.ui), &f->idle);
		f->idle = loop_after(ui_loop(f->screen.ui), IDLE_MS, on_idle, f);
		return true;
	}
	return false;
}

static bool moving_key(struct form *f, const struct key *k)
{
	bool edited = form_is_edited(f, f->focus);
	if (key_is(k, K_TAB) || key_is(k, K_DOWN) || key_is_ctrl(k, 'n') || (!edited && key_is_char(k, 'j')))
		step(f, 1);
	else if ((k->code == K_TAB && k->mods == MOD_SHIFT) || key_is(k, K_UP) || key_is_ctrl(k, 'p') ||
		 (!edited && key_is_char(k, 'k')))
		step(f, -1);
	else if (key_is(k, K_PAGE_DOWN))
		step_many(f, 1);
	else if (key_is(k, K_PAGE_UP))
		step_many(f, -1);
	else
		return false;
	return true;
}

static bool form_key(struct screen *s, const struct key *k)
{
	struct form *f = self(s);
	enum form_kind kind = f->focus < f->spec.count ? field_at(f, f->focus)->kind : FORM_CHECK;
	bool choice = kind == FORM_CHOICE || kind == FORM_MULTILINE;
	if (k->code == K_MOUSE)
		return form_mouse(f, k);
	if (key_is(k, K_ESC) || key_is_ctrl(k, 'g') || key_is_ctrl(k, 'c')) {
		cancel(f);
		return true;
	}
	/* A secret is not left behind in a stopped program. */
	if (form_is_edited(f, f->focus) && f->edit.secret && key_is_ctrl(k, 'z'))
		return true;
	if (key_is(k, K_F2) || key_is_ctrl(k, 's')) {
		submit(f);
		return true;
	}
	/* A letter on a choice narrows its picker, on a text it begins to write: it moves nowhere there. */
	if (!(choice && key_is_text(k)) && moving_key(f, k))
		return true;
	return f->focus >= f->spec.count ? button_key(f, k) : field_key(f, k);
}

static bool form_command(struct screen *s, const char *id, const char *args)
{
	(void)args;
	if (strcmp(id, "form.save") == 0)
		submit(self(s));
	else if (strcmp(id, "form.cancel") == 0)
		cancel(self(s));
	else if (strcmp(id, "form.pick") == 0 && self(s)->focus < self(s)->spec.count)
		open_field(self(s), "");
	else
		return false;
	return true;
}

void form_press(struct form *f, int what)
{
	form_focus(f, what);
	if (what == f->spec.count)
		submit(f);
	else if (what > f->spec.count)
		cancel(f);
	else
		open_field(f, "");
}

static void form_close_screen(struct screen *s)
{
	struct form_spec spec = ((struct form *)s)->spec;
	struct form *f = self(s);
	if (f->idle) /* the program ends: what was typed last is kept too */
		on_idle(f);
	loop_cancel(ui_loop(s->ui), &f->idle);
	free(f->before);
	for (int i = 0; i < f->spec.count; i++) {
		if (f->values[i].secret)
			explicit_bzero(f->values[i].text, strlen(f->values[i].text));
		free(f->values[i].text);
		free(f->values[i].initial);
		free(f->values[i].error);
	}
	free(f->values);
	free(f->title);
	lineedit_free(&f->edit);
	free(f);
	if (spec.freed)
		spec.freed(spec.arg);
}

static const char *form_title(struct screen *s)
{
	return self(s)->title;
}

static const struct screen_ops form_ops = {
	.name = "form",
	.contexts = "form",
	.layout = form_layout,
	.paint = form_paint,
	.cursor = form_cursor,
	.key = form_key,
	.command = form_command,
	.title = form_title,
	.close = form_close_screen,
};

struct form *form_open(struct ui *ui, const struct form_spec *spec)
{
	struct form *f = mem_zalloc(sizeof *f);
	f->screen.ops = &form_ops;
	f->spec = *spec;
	f->title = mem_strdup(spec->title);
	f->values = mem_array((size_t)spec->count, sizeof *f->values);
	for (int i = 0; i < spec->count; i++) {
		const char *v = spec->values && spec->values[i] ? spec->values[i] : "";
		f->values[i].text = mem_strdup(v);
		f->values[i].initial = mem_strdup(v);
		f->values[i].secret = spec->fields[i].kind == FORM_SECRET;
	}
	ui_push(ui, &f->screen);
	if (spec->contexts)
		f->screen.contexts = spec->contexts;
	int first = 0;
	while (first < spec->count && !can_focus(f, first))
		first++;
	enter_field(f, first);
	return f;
}
