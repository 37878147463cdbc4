#include "tui/view/compose.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "core/mail/draft.h"
#include "tui/view/path.h"
#include "tui/view/subject.h"
#include "tui/widget/confirm.h"
#include "tui/widget/form.h"
#include "tui/widget/picker.h"
#include "tui/widget/prompt.h"

enum { FROM, TO, CC, BCC, TEMPLATE, SUBJECT, TEXT, FILES, FIELDS };

static const struct form_field fields[FIELDS] = {
	[FROM] = {"from", NC_("mail", "From"), NULL, NULL, FORM_CHOICE, 0, 0},
	[TO] = {"to", NC_("mail", "To"), NULL, N_("Names or addresses, with commas between them."), FORM_TEXT, FORM_REQUIRED | FORM_PICK, 4000},
	[CC] = {"cc", N_("Cc"), NULL, NULL, FORM_TEXT, FORM_PICK, 4000},
	[BCC] = {"bcc", N_("Bcc"), NULL, NULL, FORM_TEXT, FORM_PICK, 4000},
	[TEMPLATE] = {"template", N_("Template"), NULL, NULL, FORM_CHOICE, 0, 0},
	[SUBJECT] = {"subject", N_("Subject"), NULL, NULL, FORM_TEXT, 0, 900},
	[TEXT] = {"text", N_("Text"), NULL, NULL, FORM_MULTILINE, 0, 0},
	[FILES] = {"parts", N_("Files"), NULL, N_("Paths, with commas between them: ~/offer.pdf. F4 completes them."), FORM_TEXT, FORM_PICK, 4000},
};

/* A mail being written. */
struct compose {
	struct app *app;
	struct arena *arena; /* holds this too */
	struct form *form;
	struct draft_links links;
	struct identity *senders;
	int n_senders;
	const char *template_text; /* the text that the template gave, to see whether it was changed */
	const char *html;          /* goes along while the text is as the template gave it */
	int picking;
	const struct entity *about; /* the record it was begun from */
	int64_t num;
	bool resumed;
};

#define DRAFT "mail_draft" /* the setting */

/* Senders */

static const char *sender_text(const struct identity *who, struct arena *a)
{
	return who->name ? arena_printf(a, "%s <%s>", who->name, who->email) : arena_strdup(a, who->email);
}

static const struct identity *sender_of(struct compose *k)
{
	int i = atoi(form_get(k->form, FROM));
	return &k->senders[i >= 0 && i < k->n_senders ? i : 0];
}

static void sender_picked(void *arg, const struct picker_item *item)
{
	struct compose *k = arg;
	struct arena *a = arena_new();
	if (item) {
		const char *text = form_get(k->form, TEXT), *old = sender_of(k)->signature;
		const char *unsigned_ = text;
		const char *at = old ? strstr(text, arena_printf(a, "\n\n-- \n%s\n", old)) : NULL;
		if (at && !at[strlen(old) + 7]) /* the other sender's signature stands at the end */
			unsigned_ = arena_strndup(a, text, (size_t)(at - text));
		form_set(k->form, FROM, arena_printf(a, "%d", (int)item->id));
		form_set(k->form, TEXT, identity_sign(sender_of(k), arena_strdup(a, unsigned_), a));
	}
	arena_free(&a);
}

static void pick_sender(struct compose *k, const char *typed)
{
	struct picker_item *items = arena_alloc(k->arena, (size_t)k->n_senders * sizeof *items);
	for (int i = 0; i < k->n_senders; i++)
		items[i] = (struct picker_item){.text = sender_text(&k->senders[i], k->arena), .detail = id_is_nil(&k->senders[i].id) ? "EMAIL_FROM" : NULL, .id = (uint64_t)i};
	(void)picker_open(k->app->ui, &(struct picker_spec){.title = C_("mail", "From"), .items = items, .count = (size_t)k->n_senders, .initial = typed, .keep_order = true,
		.done = sender_picked, .arg = k});
}

/* Templates */

static void use_template(struct compose *k, const struct id *id)
{
	struct draft_texts t;
	struct error err = {0};
	if (draft_template(k->app->core, id, &k->links, sender_of(k), k->arena, &t, &err) != ST_OK) {
		ui_error(k->app->ui, &err);
		return;
	}
	char text[ID_TEXT_SIZE];
	k->template_text = identity_sign(sender_of(k), t.text, k->arena);
	k->html = t.html;
	form_set(k->form, TEMPLATE, id_format(id, text));
	form_set(k->form, SUBJECT, t.subject);
	form_set(k->form, TEXT, k->template_text);
	if (*t.missing)
		ui_toast(k->app->ui, TOAST_WARN, _("No value for %s: look the text over."), t.missing);
}

struct replacing {
	struct compose *compose;
	struct id id;
};

static void replace_answered(void *arg, int answer)
{
	struct replacing *r = arg;
	if (answer == 1)
		use_template(r->compose, &r->id);
	free(r);
}

/* Text of one's own is not thrown away unasked. */
static bool has_own_text(struct compose *k)
{
	struct arena *a = arena_new();
	const char *text = form_get(k->form, TEXT), *empty = identity_sign(sender_of(k), "", a);
	bool own = !text_is_blank(text) && strcmp(text, empty) != 0 && (!k->template_text || strcmp(text, k->template_text) != 0);
	arena_free(&a);
	return own;
}

static void template_picked(void *arg, const struct picker_item *item)
{
	struct compose *k = arg;
	struct arena *a = arena_new();
	struct record *r;
	const struct entity *e = model_entity(k->app->core->model, "templates");
	if (item && store_load_num(k->app->core, e, (int64_t)item->id, a, &r, NULL) == ST_OK) {
		if (has_own_text(k)) {
			struct replacing *w = mem_zalloc(sizeof *w);
			*w = (struct replacing){k, r->id};
			confirm_open(k->app->ui, &(struct confirm_spec){.title = _("Replace what you wrote?"), .text = store_title(k->app->core, e, &r->id, a), .key = 'R',
				.verb = C_("verb", "replace"), .done = replace_answered, .arg = w});
		} else {
			use_template(k, &r->id);
		}
	}
	arena_free(&a);
}

static void pick_template(struct compose *k, const char *typed)
{
	struct core *c = k->app->core;
	const struct entity *e = model_entity(c->model, "templates");
	static const char *const names[] = {"name", "subject"};
	struct rowset *rs;
	struct columns *cols;
	struct error err = {0};
	struct query q = {.entity = e, .filter = "status:active", .limit = 500};
	if (rowset_open(c, &q, &rs, NULL, &err) != ST_OK) {
		ui_error(k->app->ui, &err);
		return;
	}
	(void)rowset_pump(rs, 100);
	int64_t n = rowset_count(rs), kept = 0;
	struct picker_item *items = arena_alloc(k->arena, (size_t)(n + 1) * sizeof *items);
	if (columns_open(c, e, names, 2, &cols, &err) == ST_OK) {
		for (int64_t i = 0; i < n; i++) {
			struct row row;
			if (columns_fetch(cols, rowset_at(rs, i), k->arena, &row, NULL) == ST_OK)
				items[kept++] = (struct picker_item){.text = row.text[0], .detail = row.text[1], .id = (uint64_t)row.num};
		}
		columns_free(&cols);
	}
	rowset_free(&rs);
	if (!kept)
		ui_toast(k->app->ui, TOAST_INFO, "%s", _("There are no templates yet. They are made in Settings, Templates."));
	else
		(void)picker_open(k->app->ui, &(struct picker_spec){.title = _("Template"), .items = items, .count = (size_t)kept, .initial = typed,
			.done = template_picked, .arg = k});
}

/* Recipients */

static void person_picked(void *arg, const struct picker_item *item)
{
	struct compose *k = arg;
	struct arena *a = arena_new();
	if (item) {
		const char *have = form_get(k->form, k->picking), *end = have + strlen(have);
		while (end > have && (end[-1] == ' ' || end[-1] == ','))
			end--;
		form_set(k->form, k->picking, arena_printf(a, "%.*s%s%s <%s>", (int)(end - have), have, end > have ? ", " : "", item->text, item->detail));
	}
	arena_free(&a);
}

/* People with an address, best first. */
static void fill_people(void *arg, struct picker *p, const char *typed)
{
	struct compose *k = arg;
	struct core *c = k->app->core;
	const struct entity *e = model_entity(c->model, "contacts");
	static const char *const names[] = {"full_name", "email"};
	struct rowset *rs;
	struct columns *cols;
	struct query q = {.entity = e, .filter = typed, .limit = 50};
	if (rowset_open(c, &q, &rs, NULL, NULL) != ST_OK)
		return;
	(void)rowset_pump(rs, 30);
	struct arena *a = arena_new();
	if (columns_open(c, e, names, 2, &cols, NULL) == ST_OK) {
		for (int64_t i = 0; i < rowset_count(rs) && i < 50; i++) {
			struct row row;
			if (columns_fetch(cols, rowset_at(rs, i), a, &row, NULL) == ST_OK)
				picker_add(p, &(struct picker_item){.text = row.text[0], .detail = row.text[1], .id = (uint64_t)row.num,
						      .reason = *row.text[1] ? NULL : _("no mail address")});
		}
		columns_free(&cols);
	}
	arena_free(&a);
	rowset_free(&rs);
}

/* Files */

static void file_named(void *arg, const char *text)
{
	struct compose *k = arg;
	if (!text || text_is_blank(text))
		return;
	struct arena *a = arena_new();
	char *path = path_expand(text);
	const char *have = form_get(k->form, FILES), *quote = strchr(path, ',') ? "\"" : "";
	form_set(k->form, FILES, arena_printf(a, "%s%s%s%s%s", have, text_is_blank(have) ? "" : ", ", quote, path, quote));
	free(path);
	arena_free(&a);
}

/* Form events */

static void pick(void *arg, struct form *f, int field, const char *typed)
{
	struct compose *k = arg;
	(void)f;
	k->picking = field;
	if (field == FROM)
		pick_sender(k, typed);
	else if (field == TEMPLATE)
		pick_template(k, typed);
	else if (field == FILES)
		(void)prompt_open(k->app->ui, &(struct prompt_spec){.label = _("File (Tab completes):"), .initial = "~/", .complete = path_complete, .done = file_named, .arg = k});
	else
		(void)picker_open(k->app->ui, &(struct picker_spec){.title = _(fields[field].label), .fill = fill_people, .empty = _("Nothing fits."),
			.done = person_picked, .arg = k});
}

static const char *shown(void *arg, struct form *f, int field, const char *value, struct arena *a)
{
	struct compose *k = arg;
	struct id id;
	(void)f;
	if (field == FROM)
		return sender_text(&k->senders[atoi(value)], a);
	if (field == TEMPLATE && id_parse(value, &id))
		return store_title(k->app->core, model_entity(k->app->core->model, "templates"), &id, a);
	return value;
}

static enum status validate(void *arg, struct form *f, int field, const char *text, struct error *err)
{
	struct compose *k = arg;
	struct mail_addresses people;
	struct id nobody = {{1}};
	struct arena *a = arena_new();
	enum status st = ST_OK;
	(void)f;
	if (field == TO || field == CC || field == BCC)
		st = draft_people(k->app->core, text, fields[field].id, a, &people, &nobody, err);
	else if (field == FILES)
		st = draft_files(text, a, NULL, NULL, err);
	arena_free(&a);
	return st;
}

static enum status fill(struct compose *k, struct arena *a, struct outgoing *o, struct error *err)
{
	struct core *c = k->app->core;
	struct form *f = k->form;
	struct id nobody = {{1}};
	struct mail *m = &o->mail;
	const struct identity *who = sender_of(k);
	*o = (struct outgoing){.sender = who->email, .contact = k->links.contact, .company = k->links.company, .deal = k->links.deal};
	m->subject = arena_strdup(a, form_get(f, SUBJECT));
	m->text = arena_strdup(a, form_get(f, TEXT));
	if (k->html && k->template_text && strcmp(m->text, k->template_text) == 0)
		m->html = k->html;
	enum status st = draft_people(c, form_get(f, TO), "to", a, &m->to, &o->contact, err);
	if (st == ST_OK)
		st = draft_people(c, form_get(f, CC), "cc", a, &m->cc, &nobody, err);
	if (st == ST_OK)
		st = draft_people(c, form_get(f, BCC), "bcc", a, &m->bcc, &nobody, err);
	if (st == ST_OK)
		st = draft_files(form_get(f, FILES), a, &m->parts, &m->parts_n, err);
	return st;
}

static enum status send(struct compose *k, bool anyway, struct error *err)
{
	struct arena *a = arena_new();
	struct outgoing o;
	struct app *app = k->app;
	int64_t job;
	enum status st = fill(k, a, &o, err);
	o.anyway = anyway;
	if (st == ST_OK)
		st = outbox_add(app->core, &o, NULL, &job, err);
	if (st == ST_OK) {
		char *to = mem_strdup(o.mail.to.at[0].email);
		form_close(k->form); /* frees k */
		(void)app_done(app, ST_OK, NULL, _("On its way to %s. u takes it back while it waits."), to);
		free(to);
	}
	arena_free(&a);
	return st;
}

static void anyway_answered(void *arg, int answer)
{
	struct compose *k = arg;
	struct error err = {0};
	if (answer == 1 && send(k, true, &err) != ST_OK)
		ui_error(k->app->ui, &err);
}

static enum status submit(void *arg, struct form *f, struct error *err)
{
	struct compose *k = arg;
	enum status st = send(k, false, err);
	(void)f;
	if (st == ST_CONFLICT) /* the address bounced, or the person wants no mail */
		confirm_open(k->app->ui, &(struct confirm_spec){.title = _("Send it anyway?"), .text = err->message, .key = 'S', .verb = C_("verb", "send"), .done = anyway_answered,
			.arg = k});
	return st;
}

static void freed(void *arg)
{
	struct arena *a = ((struct compose *)arg)->arena;
	arena_free(&a);
}

/* What is written is kept from field to field: a lost connection must not lose it. */

static void keep_draft(void *arg, struct form *f, int field)
{
	struct compose *k = arg;
	struct buf b = {0};
	struct json_out w;
	(void)field;
	if (k->app->core->read_only)
		return;
	json_begin(&w, &b, false);
	json_object(&w);
	json_key(&w, "_entity");
	json_str(&w, k->about->name);
	json_key(&w, "_num");
	json_num(&w, k->num);
	json_key(&w, "_pid"); /* another screen does not take up what is being written here */
	json_num(&w, getpid());
	json_key(&w, "_template_text");
	json_str(&w, k->template_text ? k->template_text : "");
	json_key(&w, "_html");
	json_str(&w, k->html ? k->html : "");
	for (int i = 0; i < FIELDS; i++) {
		json_key(&w, fields[i].id);
		json_str(&w, i == FROM ? sender_of(k)->email : form_get(f, i));
	}
	json_object_end(&w);
	(void)setting_set(k->app->core, DRAFT, buf_str(&b), NULL);
	buf_free(&b);
}

/* Who writes the draft that is kept; 0: nobody. */
static int64_t writer_of(const struct cJSON *doc)
{
	int64_t pid = 0;
	(void)json_int(json_get(doc, "_pid"), &pid);
	return pid > 0 && pid < INT_MAX && (pid == getpid() || kill((pid_t)pid, 0) == 0 || errno == EPERM) ? pid : 0;
}

static void closed(void *arg, bool saved)
{
	struct core *c = ((struct compose *)arg)->app->core;
	struct cJSON *doc = NULL;
	struct arena *a = arena_new();
	char *text = setting_get(c, a, DRAFT);
	(void)saved;
	bool mine = !text || json_parse(text, strlen(text), &doc, NULL) != ST_OK || writer_of(doc) == getpid() || !writer_of(doc);
	if (text && mine)
		(void)setting_set(c, DRAFT, NULL, NULL);
	json_free(&doc);
	arena_free(&a);
}

/* Opening */

/* What was sent once is the beginning of the next. */
static void begin_with(struct compose *k, const char *values[FIELDS])
{
	struct record *r;
	if (strcmp(k->about->name, "activities") != 0 || store_load_num(k->app->core, k->about, k->num, k->arena, &r, NULL) != ST_OK || record_null(r, "mail_state"))
		return;
	values[SUBJECT] = record_text(r, "subject");
	values[TEXT] = record_text(r, "body");
	if (!*k->links.to && record_text(r, "mail_to"))
		values[TO] = record_text(r, "mail_to");
}

static enum status prepare(struct compose *k, const char *values[FIELDS], struct error *err)
{
	struct core *c = k->app->core;
	struct record *r;
	enum status st = identities_list(c, k->arena, &k->senders, &k->n_senders, err);
	if (st == ST_OK && !k->n_senders) {
		struct identity none;
		st = identity_find(c, NULL, k->arena, &none, err); /* says what to set up */
	}
	if (st == ST_OK)
		st = store_load_num(c, k->about, k->num, k->arena, &r, err);
	if (st == ST_OK)
		st = draft_about(c, k->about, &r->id, k->arena, &k->links, err);
	if (st != ST_OK)
		return st;
	values[FROM] = "0";
	values[TO] = k->links.to;
	values[TEXT] = identity_sign(&k->senders[0], "", k->arena);
	begin_with(k, values);
	return ST_OK;
}

static struct compose *begin(struct app *app, const struct entity *e, int64_t num)
{
	struct arena *a = arena_new();
	struct compose *k = arena_alloc(a, sizeof *k);
	*k = (struct compose){.app = app, .arena = a, .about = e, .num = num};
	return k;
}

static void open_form(struct compose *k, const char *const *values)
{
	k->form = form_open(k->app->ui, &(struct form_spec){.title = _("New mail"), .fields = fields, .count = FIELDS, .values = values, .submit_label = C_("button", "Send"),
		.contexts = "mail form", .unsaved = k->resumed, .validate = validate, .pick = pick, .shown = shown, .submit = submit, .changed = keep_draft, .closed = closed, .freed = freed, .arg = k});
	form_focus(k->form, values[TO] && *values[TO] ? SUBJECT : TO);
}

/* Several are marked: to all of them. */
static const char *all_of(struct compose *k, const struct subject *s)
{
	struct buf b = {0};
	struct record *r;
	struct draft_links l;
	struct core *c = k->app->core;
	for (size_t i = 0; i < s->n && i < MAIL_RECIPIENTS_MAX; i++)
		if (store_load_num(c, s->entity, s->nums[i], k->arena, &r, NULL) == ST_OK && draft_about(c, s->entity, &r->id, k->arena, &l, NULL) == ST_OK && *l.to &&
			!strstr(buf_str(&b), l.to))
			buf_printf(&b, "%s%s", b.len ? ", " : "", l.to);
	const char *out = arena_strdup(k->arena, buf_str(&b));
	buf_free(&b);
	return out;
}

void compose_mail(const struct command_call *call)
{
	struct app *app = app_of(call->ui);
	struct subject s;
	struct error err = {0};
	const char *values[FIELDS] = {NULL};
	if (!app_may(app, model_entity(app->core->model, "activities"), ACT_CREATE) || !subject_get(call->screen, &s))
		return;
	struct compose *k = begin(app, s.entity, s.nums[0]);
	if (prepare(k, values, &err) == ST_OK) {
		if (s.n > 1)
			values[TO] = all_of(k, &s);
		open_form(k, values);
	} else {
		ui_error(app->ui, &err);
		freed(k);
	}
	subject_free(&s);
}

void compose_send(const struct command_call *call)
{
	(void)commands_run(call->commands, "form.save");
}

/* The sender by its address, since there may be others now; and what the template gave. */
static void take_up(struct compose *k, const struct cJSON *doc, const char *values[FIELDS])
{
	const char *template_text = json_text(json_get(doc, "_template_text")), *html = json_text(json_get(doc, "_html")), *email = values[FROM];
	values[FROM] = "0";
	for (int i = 0; i < k->n_senders; i++)
		if (strcmp(k->senders[i].email, email) == 0)
			values[FROM] = arena_printf(k->arena, "%d", i);
	if (mail_has(template_text))
		k->template_text = arena_strdup(k->arena, template_text);
	if (mail_has(html))
		k->html = arena_strdup(k->arena, html);
}

bool compose_resume(struct app *app)
{
	struct cJSON *doc = NULL;
	int64_t num = 0;
	bool opened = false;
	struct arena *a = arena_new();
	char *text = setting_get(app->core, a, DRAFT);
	if (text && json_parse(text, strlen(text), &doc, NULL) == ST_OK) {
		const char *name = json_text(json_get(doc, "_entity")), *values[FIELDS] = {NULL};
		const struct entity *e = name ? model_entity(app->core->model, name) : NULL;
		(void)json_int(json_get(doc, "_num"), &num);
		bool elsewhere = writer_of(doc) && writer_of(doc) != getpid();
		struct compose *k = e && !elsewhere ? begin(app, e, num) : NULL;
		opened = k && prepare(k, values, NULL) == ST_OK;
		for (int i = 0; opened && i < FIELDS; i++) {
			const char *v = json_text(json_get(doc, fields[i].id));
			values[i] = v ? arena_strdup(k->arena, v) : values[i];
		}
		if (opened)
			take_up(k, doc, values);
		if (opened) {
			k->resumed = true;
			open_form(k, values);
		} else if (k) {
			freed(k);
		}
		if (opened)
			ui_toast(app->ui, TOAST_WARN, "%s", _("An unfinished mail: go on, or Esc."));
	}
	json_free(&doc);
	arena_free(&a);
	return opened;
}
