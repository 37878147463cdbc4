#include "core/crm/import_vcard.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/children.h"
#include "core/crm/import_value.h"
#include "core/crm/io/vcard.h"
#include "core/crm/list_text.h"

enum { PROGRESS_EVERY = 64 };

bool import_is_vcard(FILE *f)
{
	char head[256], text[sizeof head + 1];
	size_t n = fread(head, 1, sizeof head, f), len = 0;
	rewind(f);
	for (size_t i = 0; i < n; i++) /* UTF-16 is ASCII with NULs between; marks and white space may stand in front */
		if (head[i] && (unsigned char)head[i] < 0x80 && !(len == 0 && (unsigned char)head[i] <= ' '))
			text[len++] = head[i];
	text[len] = '\0';
	return strncasecmp(text, "BEGIN:VCARD", 11) == 0;
}

enum status import_vcard_scan(struct import_plan *p, struct error *err)
{
	struct vcard_reader *r;
	struct vcard card;
	bool more;
	struct arena *a = arena_new();
	enum status st = vcard_open(p->f, &r, err);
	while (st == ST_OK && (st = vcard_read(r, a, &card, &more, err)) == ST_OK && more) {
		p->rows++;
		arena_reset(a);
		if (p->rows > IMPORT_ROWS)
			st = error_set(err, ST_LIMIT, _("%s has more than %d cards; split it."), p->name, IMPORT_ROWS);
	}
	vcard_close(&r);
	arena_free(&a);
	return st;
}

/* One card being staged. */
struct staging {
	struct import_run *run;
	const struct vcard *card;
	struct staged *main, *company;
	bool *used; /* per property */
};

static size_t index_of(const struct staging *g, const struct vcard_prop *p)
{
	return (size_t)(p - g->card->prop);
}

static void use(struct staging *g, const struct vcard_prop *p, enum import_end end)
{
	if (g->used[index_of(g, p)])
		return;
	g->used[index_of(g, p)] = true;
	g->run->card[end]++;
}

static void use_all(struct staging *g, const char *name, enum import_end end)
{
	for (const struct vcard_prop *p = vcard_find(g->card, name, NULL); p; p = vcard_find(g->card, name, p))
		use(g, p, end);
}

static bool put(struct staged *s, const char *field, const char *text)
{
	int i = entity_index_of(s->e, field);
	if (i < 0 || s->r->set[i] || text_is_blank(text))
		return false;
	s->r->v[i] = (struct value){.kind = VAL_TEXT, .s = text};
	s->r->set[i] = true;
	s->column[i] = 1;
	s->any = true;
	return true;
}

static void note(struct staging *g, const char *name, const char *value)
{
	struct buf *b = &g->main->note;
	if (!text_is_blank(value))
		buf_printf(b, "%s%s: %s", b->len ? "\n" : "", name, value);
}

static void put_names(struct staging *g)
{
	struct vcard_name n;
	struct arena *a = g->run->row;
	if (vcard_name(a, g->card, &n)) {
		(void)put(g->main, "last_name", n.family);
		(void)put(g->main, "first_name", n.given);
		(void)put(g->main, "middle_name", n.middle);
		(void)put(g->main, "salutation", n.prefix);
		(void)put(g->main, "suffix", n.suffix);
		use_all(g, "N", IMPORT_CELL_FIELD);
	}
	const char *full = vcard_text(a, g->card, "FN");
	if (full) {
		g->main->full_name = full;
		g->main->name_column = 0;
		g->main->any = true;
		use_all(g, "FN", IMPORT_CELL_FIELD);
	}
	if (put(g->main, "nickname", vcard_text(a, g->card, "NICKNAME")))
		use_all(g, "NICKNAME", IMPORT_CELL_FIELD);
}

/* A label of the person's own becomes "other"; the word itself goes to the notes. */
static void keep_word(struct staging *g, const char *list, const struct vcard_labelled *l)
{
	const struct entity *child = model_entity(g->run->core->model, entity_field(g->main->e, list)->child);
	const char *known = list_label_of(child, l->label);
	if (known && strcmp(known, "other") == 0 && strcasecmp(l->label, "other") != 0)
		note(g, l->label, l->value);
}

static void put_list(struct staging *g, const char *list, struct buf *to, const struct vcard_labelled *l, size_t n,
	bool (*valid)(const char *), const char *why)
{
	for (size_t i = 0; i < n; i++) {
		const char *value = text_trim(g->run->row, l[i].value);
		use(g, l[i].prop, *value ? IMPORT_CELL_FIELD : IMPORT_CELL_EMPTY);
		g->run->property = l[i].prop->name;
		g->run->line = l[i].prop->line;
		if (valid(value)) {
			list_append(to, value, l[i].label);
			keep_word(g, list, &l[i]);
		} else if (*value) {
			import_refuse(g->run, 0, value, arena_printf(g->run->row, why, value));
		}
	}
	g->run->property = NULL;
	g->run->line = g->card->line;
	g->main->any = g->main->any || to->len;
}

static void put_reach(struct staging *g)
{
	struct vcard_labelled *l;
	size_t n = vcard_emails(g->run->row, g->card, &l);
	put_list(g, "emails", &g->main->emails, l, n, email_valid, _("“%s” is not an email address."));
	n = vcard_phones(g->run->row, g->card, &l);
	put_list(g, "phones", &g->main->phones, l, n, phone_valid, _("“%s” is not a phone number."));
	g->main->emails_column = g->main->phones_column = 1;
}

static void put_urls(struct staging *g)
{
	struct vcard_labelled *l;
	struct arena *a = g->run->row;
	size_t n = vcard_urls(a, g->card, &l);
	for (size_t i = 0; i < n; i++) {
		const char *value = text_trim(a, l[i].value);
		bool linkedin = strstr(value, "linkedin.com/") || (l[i].label && strcasecmp(l[i].label, "linkedin") == 0);
		bool ok = column_is_url(value) && put(g->main, linkedin ? "linkedin_url" : "website", value);
		if (!ok)
			note(g, "URL", value);
		use(g, l[i].prop, ok ? IMPORT_CELL_FIELD : IMPORT_CELL_NOTE);
	}
}

static void put_addresses(struct staging *g)
{
	struct vcard_address *list;
	struct arena *a = g->run->row;
	size_t n = vcard_addresses(a, g->card, &list);
	for (size_t i = 0; i < n; i++) {
		const struct vcard_address *v = &list[i];
		const char *part[ADDRESS_PARTS] = {v->street, v->street2, v->postal_code, v->city, v->region, v->country};
		if (g->main->n_addresses == IMPORT_ADDRESSES) {
			note(g, "ADR", arena_printf(a, "%s %s %s %s %s %s", part[0], part[1], part[2], part[3], part[4], part[5]));
			continue;
		}
		struct staged_address *to = &g->main->address[g->main->n_addresses++];
		*to = (struct staged_address){.group = (int)i + 1, .type = v->label};
		for (int k = 0; k < ADDRESS_PARTS; k++)
			if (*part[k]) {
				to->part[k] = part[k];
				to->column[k] = 1;
			}
	}
	use_all(g, "ADR", IMPORT_CELL_FIELD);
}

static void put_work(struct staging *g)
{
	struct arena *a = g->run->row;
	const struct vcard_prop *org = vcard_find(g->card, "ORG", NULL);
	(void)put(g->company, "name", vcard_company(a, g->card));
	(void)put(g->main, "department", vcard_department(a, g->card));
	if (org) {
		for (int i = 2; i < 6; i++)
			note(g, "ORG", vcard_part(a, g->card, org, i));
		use(g, org, IMPORT_CELL_FIELD);
	}
	if (put(g->main, "job_title", vcard_text(a, g->card, "TITLE")))
		use(g, vcard_find(g->card, "TITLE", NULL), IMPORT_CELL_FIELD);
	else if (put(g->main, "job_title", vcard_text(a, g->card, "ROLE")))
		use(g, vcard_find(g->card, "ROLE", NULL), IMPORT_CELL_FIELD);
}

/* "Tier: gold" of a card of ours: back into the custom field where there is one, else a line of the notes. */
static void put_own_note(struct staging *g, const struct vcard_prop *p)
{
	struct arena *a = g->run->row;
	const char *text = vcard_value(a, g->card, p);
	struct import_reading how = {.currency = g->run->core->currency, .order = DATE_CLEAR, .decimal = '.', .own = true};
	const struct entity *e = g->main->e;
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		size_t n = strlen(f->label);
		struct value v;
		char currency[4];
		if (!(f->flags & FF_CUSTOM) || f->type == FT_REF || strncmp(text, f->label, n) != 0 || strncmp(text + n, ": ", 2) != 0 ||
			import_read_value(f, text + n + 2, &how, a, &v, currency, NULL) != ST_OK)
			continue;
		g->main->r->v[i] = v;
		g->main->r->set[i] = true;
		use(g, p, IMPORT_CELL_CUSTOM);
		return;
	}
	buf_printf(&g->main->note, "%s%s", g->main->note.len ? "\n" : "", text);
	use(g, p, IMPORT_CELL_NOTE);
}

static void put_own_notes(struct staging *g)
{
	for (const struct vcard_prop *p = vcard_find(g->card, "NOTE", NULL); p; p = vcard_find(g->card, "NOTE", p)) {
		if (p->group)
			put_own_note(g, p);
		else if (p == vcard_find(g->card, "NOTE", NULL))
			use(g, p, IMPORT_CELL_FIELD);
	}
}

static void put_rest(struct staging *g)
{
	struct arena *a = g->run->row;
	char **tag;
	const char *birthday = vcard_date(a, g->card, "BDAY"), *text = vcard_note(a, g->card);
	if (birthday && *birthday != '-' && put(g->main, "birthday", birthday))
		use(g, vcard_find(g->card, "BDAY", NULL), IMPORT_CELL_FIELD);
	if (text && put(g->main, "description", text) && !vcard_is_own(g->card))
		use_all(g, "NOTE", IMPORT_CELL_FIELD);
	if (vcard_is_own(g->card))
		put_own_notes(g);
	size_t n = vcard_categories(a, g->card, &tag);
	for (size_t i = 0; i < n; i++)
		if (!text_is_blank(tag[i]))
			list_append(&g->main->tags, text_trim(a, tag[i]), NULL);
	g->main->tags_column = 1;
	use_all(g, "CATEGORIES", IMPORT_CELL_FIELD);
	if (put(g->main, "language", vcard_text(a, g->card, "LANG")))
		use(g, vcard_find(g->card, "LANG", NULL), IMPORT_CELL_FIELD);
	if (put(g->main, "timezone", vcard_text(a, g->card, "TZ")))
		use(g, vcard_find(g->card, "TZ", NULL), IMPORT_CELL_FIELD);
	const char *uid = vcard_text(a, g->card, "UID");
	if (uid) {
		g->main->id = uid;
		use_all(g, "UID", IMPORT_CELL_FIELD);
	}
}

/* What belongs to the file and not to the person. */
static bool is_frame(const struct vcard_prop *p)
{
	static const char *const frame[] = {"BEGIN", "END", "VERSION", "PRODID", "REV", "X-ABLABEL", "X-ABADR", "CLASS", "PROFILE", NULL};
	for (int i = 0; frame[i]; i++)
		if (strcmp(p->name, frame[i]) == 0)
			return true;
	return strcmp(p->name, "KIND") == 0 && strcasecmp(p->value, "individual") == 0;
}

static bool is_media(const struct vcard_prop *p)
{
	static const char *const media[] = {"PHOTO", "LOGO", "SOUND", "KEY", NULL};
	for (int i = 0; media[i]; i++)
		if (strcmp(p->name, media[i]) == 0)
			return true;
	return p->binary || p->dropped;
}

/* Labels and frames say nothing by themselves; pictures are counted as not imported; all else is kept as text. */
static void put_unknown(struct staging *g)
{
	struct arena *a = g->run->row;
	for (size_t i = 0; i < g->card->count; i++) {
		const struct vcard_prop *p = &g->card->prop[i];
		if (g->used[i] || is_frame(p))
			continue;
		if (is_media(p)) {
			use(g, p, IMPORT_CELL_SKIPPED);
			import_issue(g->run, p->line, p->name, "",
				p->dropped ? _("Too large or damaged: not imported.") : _("Pictures, sounds and keys are not imported."));
			continue;
		}
		const char *value = text_trim(a, strcmp(p->name, "AGENT") == 0 ? p->value : vcard_value(a, g->card, p));
		note(g, *p->name ? p->name : _("Line"), value);
		use(g, p, *value ? IMPORT_CELL_NOTE : IMPORT_CELL_EMPTY);
	}
}

static bool is_group(const struct vcard *c)
{
	const struct vcard_prop *kind = vcard_find(c, "KIND", NULL), *apple = vcard_find(c, "X-ADDRESSBOOKSERVER-KIND", NULL);
	return (kind && strcasecmp(kind->value, "group") == 0) || (apple && strcasecmp(apple->value, "group") == 0);
}

static void stage(struct import_run *run, const struct vcard *card)
{
	struct staging g = {run, card, &run->s[IMPORT_MAIN], &run->s[IMPORT_OF_COMPANY],
		arena_alloc(run->row, (card->count + 1) * sizeof(bool))};
	run->line = card->line;
	import_staged_clear(run);
	put_names(&g);
	put_reach(&g);
	put_work(&g);
	put_addresses(&g);
	put_urls(&g);
	put_rest(&g);
	put_unknown(&g);
	import_finish_row(run);
}

static enum status one_card(struct import_run *run, const struct vcard *card,
	enum status (*write)(struct import_run *run, struct error *err), struct error *err)
{
	if (is_group(card)) {
		run->rep->cells[IMPORT_CELL_LOST] += (int64_t)card->count;
		run->rep->failed_rows++;
		import_issue(run, card->line, "KIND", "group", _("A group of contacts is not imported; its members are, each by their own card."));
		return ST_OK;
	}
	stage(run, card);
	enum status st = write(run, err);
	for (int i = 0; i < IMPORT_CELL_ENDS; i++)
		run->rep->cells[i] += run->card[i];
	return st;
}

enum status import_vcard_rows(struct import_run *run, enum status (*write)(struct import_run *run, struct error *err),
	const struct import_progress *progress, struct error *err)
{
	struct vcard_reader *r;
	struct vcard card;
	bool more;
	rewind(run->p->f);
	enum status st = vcard_open(run->p->f, &r, err);
	while (st == ST_OK && (st = vcard_read(r, run->row, &card, &more, err)) == ST_OK && more) {
		st = one_card(run, &card, write, err);
		run->rep->rows++;
		arena_reset(run->row);
		arena_reset(run->t->arena);
		if (st == ST_OK && progress && progress->step && run->rep->rows % PROGRESS_EVERY == 0 &&
			!progress->step(progress->arg, run->rep->rows, run->p->rows))
			st = error_set(err, ST_CANCELLED, _("The import was stopped; nothing was changed."));
	}
	vcard_close(&r);
	return st;
}
