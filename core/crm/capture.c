#include "core/crm/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/crm/capture_words.h"
#include "core/crm/import_value.h"
#include "core/crm/query.h"
#include "core/crm/store.h"

enum { MAX_NAME = 4 };

static const struct {
	const char *word, *type;
} verbs[] = {
	{"call", "call"},       {"called", "call"},     {"appel", "call"},      {"appele", "call"},    {"appeler", "call"},
	{"tel", "call"},        {"phone", "call"},      {"phoned", "call"},     {"rang", "call"},      {"spoke", "call"},
	{"mail", "email"},      {"email", "email"},     {"emailed", "email"},   {"mailed", "email"},   {"courriel", "email"},
	{"meeting", "meeting"}, {"meet", "meeting"},    {"met", "meeting"},     {"rdv", "meeting"},    {"reunion", "meeting"},
	{"rencontre", "meeting"}, {"vu", "meeting"},    {"visio", "meeting"},   {"demo", "meeting"},   {"note", "note"},
	{"task", "task"},       {"todo", "task"},       {"tache", "task"},      {"faire", "task"},     {"visit", "visit"},
	{"visited", "visit"},   {"visite", "visit"},    {"sms", "sms"},         {"texto", "sms"},
};

/* The same, but the word says more than the kind and stays. */
static const char *const meals[] = {"lunch", "dejeuner", "dinner", "diner", "coffee", "cafe", "breakfast"};

/* A line that begins with what is to be done is a task; the word stays. */
static const char *const todo_verbs[] = {"send", "envoyer", "envoie", "prepare", "preparer", "write", "ecrire", "rediger", "draft", "finish",
	"finir", "check", "verifier", "book", "reserver", "review", "relire", "update", "ask", "demander", "order", "commander", "pay", "payer",
	"buy", "acheter", "organise", "organiser", "plan", "planifier", "sign", "signer", "confirm", "confirmer", "schedule", "transmettre", "make"};

static const char *const fillers[] = {"with", "avec", "de", "du", "des", "chez", "from", "at", "a", "to", "about", "re", "pour", "for", "on",
	"le", "la", "the", "and", "et", "un", "une", "in", "dans", "sur"};

static void find_verb_and_tags(struct arena *a, struct words *w, struct capture *out)
{
	struct buf tags = {0};
	for (int i = 0; i < w->n; i++)
		if (w->raw[i][0] == '#' && w->raw[i][1]) {
			buf_printf(&tags, "%s%s", tags.len ? ", " : "", w->raw[i] + 1);
			w->used[i] = true;
		}
	out->tags = arena_strdup(a, buf_str(&tags));
	buf_free(&tags);
	if (w->n > 1 && strcmp(w->folded[1], "back") == 0) /* "call back": what comes next, not what was */
		return;
	for (size_t k = 0; k < sizeof verbs / sizeof *verbs && !w->verb; k++)
		if (strcmp(verbs[k].word, w->folded[0]) == 0) {
			out->type = verbs[k].type;
			w->used[0] = w->verb = true;
		}
	w->task = w->verb && strcmp(out->type, "task") == 0;
	bool meal = WORD_IN(w->folded[0], meals);
	if (w->verb || (!meal && !WORD_IN(w->folded[0], todo_verbs)))
		return;
	out->type = meal ? "meeting" : "task";
	w->verb = w->kept[0] = true;
}

/* Names that the book knows */

struct candidate {
	int64_t num;
	struct id id;
	const char *title;
	struct id company;
};

static int candidates(struct core *c, const char *entity, const char *words, struct arena *a, struct candidate *out, int max)
{
	const struct entity *e = model_entity(c->model, entity);
	const char *fields[] = {"company"};
	bool contacts = strcmp(entity, "contacts") == 0;
	struct rowset *rs;
	struct columns *cols;
	struct row row;
	int n = 0;
	struct query q = {.entity = e, .filter = arena_printf(a, "\"%s\"", words)};
	if (rowset_open(c, &q, &rs, NULL, NULL) != ST_OK)
		return 0;
	if (!rowset_corrected(rs) && columns_open(c, e, fields, contacts ? 1 : 0, &cols, NULL) == ST_OK) {
		for (int64_t i = 0; i < 50 && i < rowset_count(rs) && n < max; i++) {
			if (columns_fetch(cols, rowset_at(rs, i), a, &row, NULL) != ST_OK)
				continue;
			/* the words must be of the name, not of a mail address or the company */
			struct buf name = {0};
			text_tokens_to(&name, row.title);
			char *save = NULL, *copy = arena_strdup(a, words);
			bool all = true;
			for (char *w = strtok_r(copy, " ", &save); w && all; w = strtok_r(NULL, " ", &save)) {
				const char *at = strstr(buf_str(&name), w);
				while (at && at != buf_str(&name) && at[-1] != ' ')
					at = strstr(at + 1, w);
				all = at != NULL;
			}
			buf_free(&name);
			if (all)
				out[n++] = (struct candidate){row.num, row.id, row.title,
					contacts && row.v[0].kind == VAL_ID ? row.v[0].id : (struct id){{0}}};
		}
		columns_free(&cols);
	}
	rowset_free(&rs);
	return n;
}

static char *search_words(struct arena *a, const struct words *w, int from, int n)
{
	struct buf b = {0};
	text_tokens_to(&b, words_join(a, w, from, n, false));
	char *out = arena_strdup(a, text_trim(a, buf_str(&b)));
	buf_free(&b);
	return out;
}

static bool may_be_name(const struct words *w, int from, int n)
{
	if (from + n > w->n || !words_free(w, from, n))
		return false;
	for (int i = from; i < from + n; i++)
		if (w->kept[i])
			return false;
	if (n == 1 && strlen(w->folded[from]) < 3)
		return false;
	return !WORD_IN(w->folded[from], fillers) && !WORD_IN(w->folded[from + n - 1], fillers);
}

static void find_company(struct core *c, struct arena *a, struct words *w, struct capture *out)
{
	for (int n = MAX_NAME; n >= 1; n--)
		for (int i = 0; i + n <= w->n; i++) {
			struct candidate found[8];
			if (!may_be_name(w, i, n))
				continue;
			const char *text = search_words(a, w, i, n);
			int count = *text ? candidates(c, "companies", text, a, found, 8) : 0;
			int pick = count == 1 ? 0 : -1;
			for (int k = 0; k < count; k++)
				if (text_eq_fold(found[k].title, words_join(a, w, i, n, false)))
					pick = k;
			/* one word that begins a name, like ACME of ACME Corp, must stand at its beginning */
			if (pick >= 0 && strncmp(text_fold(a, found[pick].title), w->folded[i], strlen(w->folded[i])) != 0)
				pick = -1;
			if (pick < 0)
				continue;
			out->company = found[pick].id;
			out->company_name = found[pick].title;
			words_use(w, i, n);
			return;
		}
}

static void find_contact(struct core *c, struct arena *a, struct words *w, struct capture *out)
{
	for (int n = MAX_NAME; n >= 1; n--)
		for (int i = 0; i + n <= w->n; i++) {
			struct candidate found[20];
			if (!may_be_name(w, i, n))
				continue;
			const char *text = search_words(a, w, i, n);
			int count = *text ? candidates(c, "contacts", text, a, found, 20) : 0, fits = 0, pick = -1;
			for (int k = 0; k < count; k++)
				if (id_is_nil(&out->company) || id_eq(&found[k].company, &out->company))
					pick = k, fits++;
			if (fits == 0 && count == 1 && n > 1)
				pick = 0, fits = 1;
			if (fits > 1) {
				out->doubt = arena_printf(a, _("several contacts fit “%s”: %s, %s"), text, found[0].title, found[1].title);
				continue;
			}
			if (fits != 1)
				continue;
			out->contact = found[pick].id;
			out->contact_name = found[pick].title;
			out->doubt = "";
			if (id_is_nil(&out->company) && !id_is_nil(&found[pick].company)) {
				out->company = found[pick].company;
				out->company_name = store_title(c, model_entity(c->model, "companies"), &out->company, a);
			}
			words_use(w, i, n);
			return;
		}
}

/* The only open deal of the person or company is what an amount or a word like "quote" is about. */
static void find_deal(struct core *c, struct arena *a, struct capture *out)
{
	const struct entity *e = model_entity(c->model, "deals");
	bool by_company = !id_is_nil(&out->company);
	struct rowset *rs;
	struct query q = {.entity = e, .filter = "status:open", .scope = by_company ? "company" : "contact",
		.scope_id = by_company ? out->company : out->contact};
	if (id_is_nil(&q.scope_id))
		return;
	if (rowset_open(c, &q, &rs, NULL, NULL) == ST_OK) {
		struct record *deal;
		(void)rowset_pump(rs, 20);
		if (rowset_count(rs) == 1 && store_load_num(c, e, rowset_at(rs, 0), a, &deal, NULL) == ST_OK) {
			out->deal = deal->id;
			out->deal_name = record_text(deal, "title");
		}
		rowset_free(&rs);
	}
	out->new_deal = out->value && id_is_nil(&out->deal);
}

/* Names that the book does not know */

static bool is_name_word(const struct words *w, int i)
{
	return i < w->n && !w->used[i] && !w->kept[i] && words_begin_upper(w->raw[i]) && strlen(w->raw[i]) > 1 && strcmp(w->folded[i], "i") != 0;
}

static bool all_capitals(const char *s)
{
	for (const char *p = s; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			return false;
	return strlen(s) > 1;
}

static bool has_legal_form(const char *folded)
{
	static const char *const forms[] = {"sa", "sas", "sasu", "sarl", "eurl", "inc", "ltd", "llc", "gmbh", "ag", "bv", "corp", "plc"};
	return WORD_IN(folded, forms);
}

/* Words with capitals where a name stands: behind the verb, "with", "to", "chez", or another name. What follows "about" is the subject. */
static int name_at(const struct words *w, const char *type, int from, bool *company)
{
	static const char *const of_company[] = {"chez", "at", "from", "@"};
	static const char *const between[] = {"with", "avec", "to", "a", "de", "du", "la", "le", "the", "and", "et"};
	for (int i = from; i < w->n; i++) {
		bool here = i > 0 && (w->used[i - 1] || WORD_IN(w->folded[i - 1], between) || WORD_IN(w->folded[i - 1], of_company));
		*company = i > 0 && WORD_IN(w->folded[i - 1], of_company);
		if (strcmp(type, "note") == 0 && i != 1) /* a note tells of much; only what it begins with is who it is about */
			continue;
		if ((here || i == 1) && is_name_word(w, i))
			return i;
	}
	return -1;
}

static void note_unknown(struct arena *a, struct words *w, struct capture *out)
{
	bool company, person_known = !id_is_nil(&out->contact), company_known = !id_is_nil(&out->company);
	for (int from = 0, i; (i = name_at(w, out->type, from, &company)) >= 0;) {
		int n = 1, capitals;
		while (is_name_word(w, i + n) && n < MAX_NAME)
			n++;
		for (capitals = 0; capitals < n && all_capitals(w->bare[i + n - 1 - capitals]); capitals++)
			;
		if (has_legal_form(w->folded[i + n - 1])) /* "Dupont SARL" */
			capitals = n;
		if (company || (n == 1 && strcmp(out->type, "note") == 0)) /* "quote Initech 12k" */
			capitals = n;
		const char *who = n > capitals ? words_join(a, w, i, n - capitals, false) : "";
		const char *where = capitals ? words_join(a, w, i + n - capitals, capitals, false) : "";
		bool person = *who && !*out->unknown_contact && !person_known, firm = *where && !*out->unknown_company && !company_known;
		if (person)
			out->unknown_contact = who;
		if (firm)
			out->unknown_company = where;
		for (int k = i; k < i + n; k++) { /* in the subject, but not once they are made */
			bool of_company = k >= i + n - capitals;
			w->kept[k] = w->kept[k] || (of_company ? firm : person);
			w->name[k] = of_company ? firm : person;
		}
		from = i + n;
	}
}

/* What was not understood, without the small words at its ends; without names of people that are to be made. */
static const char *left_over(struct arena *a, const struct words *w, bool names)
{
	struct buf b = {0};
	int first = 0, last = w->n - 1;
	while (first < w->n && (w->used[first] || (!names && w->name[first]) || (!w->kept[first] && WORD_IN(w->folded[first], fillers))))
		first++;
	while (last >= first && (w->used[last] || (!names && w->name[last]) || (!w->kept[last] && WORD_IN(w->folded[last], fillers))))
		last--;
	for (int i = first; i <= last; i++)
		if (!w->used[i] && (names || !w->name[i]))
			buf_printf(&b, "%s%s", b.len ? " " : "", w->raw[i]);
	const char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static bool is_unknown(const struct capture *cap)
{
	return *cap->unknown_contact || *cap->unknown_company;
}

static bool makes_deal(const struct capture *cap)
{
	return cap->new_deal || (cap->create && cap->value && id_is_nil(&cap->deal) && is_unknown(cap));
}

void capture_parse(struct core *c, const char *line, struct arena *a, struct capture *out)
{
	struct words w = {0};
	*out = (struct capture){.type = "note", .subject = "", .outcome = "", .contact_name = "", .company_name = "", .deal_name = "", .tags = "",
		.doubt = "", .unknown_contact = "", .unknown_company = "", .subject_made = "", .follow_type = "task"};
	words_split(a, line, &w);
	if (!w.n)
		return;
	find_verb_and_tags(a, &w, out);
	capture_find_outcome(&w, out);
	capture_find_amount(c, a, &w, out);
	capture_find_times(c, a, &w, out);
	if (!w.verb && !out->planned && out->at > clock_now()) /* what lies ahead without a word for it */
		out->type = "task";
	find_company(c, a, &w, out);
	find_contact(c, a, &w, out);
	if (!*out->doubt)
		note_unknown(a, &w, out);
	find_deal(c, a, out);
	out->subject = left_over(a, &w, true);
	out->subject_made = left_over(a, &w, false);
	/* an amount about a deal that has its own stays in words */
	if (out->value && !out->new_deal) {
		const char *money = money_format(a, out->value, out->currency, true);
		out->subject = text_trim(a, arena_printf(a, "%s %s", out->subject, money));
		if (!is_unknown(out)) /* else it becomes a deal of theirs */
			out->subject_made = out->subject;
	}
}

char *capture_describe(struct core *c, const struct capture *cap, struct arena *a)
{
	const struct field *type = entity_field(model_entity(c->model, "activities"), "type");
	struct buf b = {0};
	buf_printf(&b, "%s", choice_label(type, cap->type));
	if (*cap->contact_name)
		buf_printf(&b, " · %s", cap->contact_name);
	if (*cap->company_name)
		buf_printf(&b, " · %s", cap->company_name);
	const char *subject = cap->create ? cap->subject_made : cap->subject;
	if (*subject)
		buf_printf(&b, _(" · “%s”"), subject);
	if (cap->at)
		buf_printf(&b, " · %s", clock_human_instant(a, cap->at));
	if (cap->duration)
		buf_printf(&b, " · %s", clock_human_duration(a, cap->duration));
	if (*cap->deal_name)
		buf_printf(&b, _(" · deal %s"), cap->deal_name);
	if (makes_deal(cap))
		buf_printf(&b, _(" · new deal %s"), money_format(a, cap->value, cap->currency, true));
	if (*cap->outcome)
		buf_printf(&b, " · %s", choice_label(entity_field(model_entity(c->model, "activities"), "outcome"), cap->outcome));
	if (cap->planned && !cap->at)
		buf_printf(&b, _(" · to do"));
	if (cap->follow_up)
		buf_printf(&b, strcmp(cap->follow_type, "call") == 0 ? _(" · then call %s") : _(" · then task %s"), clock_human_instant(a, cap->follow_up));
	if (*cap->unknown_contact)
		buf_printf(&b, cap->create ? _(" · new contact %s") : _(" · not in the book: %s"), cap->unknown_contact);
	if (*cap->unknown_company)
		buf_printf(&b, cap->create ? _(" · new company %s") : _(" · not in the book: %s"), cap->unknown_company);
	if (*cap->tags)
		buf_printf(&b, " · #%s", cap->tags);
	if (*cap->doubt)
		buf_printf(&b, "  (%s)", cap->doubt);
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

/* Saving */

static void link_to(struct record *r, const struct capture *cap, const struct id *deal)
{
	if (!id_is_nil(&cap->contact))
		record_put_id(r, "contact", cap->contact);
	if (!id_is_nil(&cap->company))
		record_put_id(r, "company", cap->company);
	if (!id_is_nil(deal))
		record_put_id(r, "deal", *deal);
}

static enum status add_deal(struct txn *t, const struct capture *cap, struct arena *a, struct id *deal, struct error *err)
{
	struct core *c = txn_core(t);
	struct record *r = record_new(a, model_entity(c->model, "deals"));
	const char *about = *cap->subject ? cap->subject : _("Deal");
	record_put_text(r, "title", *cap->company_name ? arena_printf(a, "%s, %s", cap->company_name, about) : about);
	record_put_int(r, "value", cap->value);
	record_put_text(r, "currency", cap->currency);
	record_put_id(r, "owner", c->user);
	if (!id_is_nil(&cap->contact))
		record_put_id(r, "contact", cap->contact);
	if (!id_is_nil(&cap->company))
		record_put_id(r, "company", cap->company);
	enum status st = store_insert(t, r, err);
	*deal = r->id;
	return st;
}

static enum status add_tags(struct txn *t, const struct capture *cap, struct arena *a, struct error *err)
{
	struct core *c = txn_core(t);
	bool person = !id_is_nil(&cap->contact);
	const struct entity *e = model_entity(c->model, person ? "contacts" : "companies");
	struct record *old;
	struct id id = person ? cap->contact : cap->company;
	if (id_is_nil(&id))
		return ST_OK;
	enum status st = store_load(c, e, &id, a, &old, err);
	if (st != ST_OK)
		return st;
	struct record *patch = record_new(a, e);
	const char *have = record_text(old, "tags");
	patch->id = id;
	record_put_text(patch, "tags", have ? arena_printf(a, "%s, %s", have, cap->tags) : cap->tags);
	return store_update(t, patch, err);
}

/* The names that the book did not know become records, and the line is about them. */
static enum status add_unknown(struct txn *t, struct capture *cap, struct arena *a, struct error *err)
{
	struct core *c = txn_core(t);
	enum status st = ST_OK;
	if (*cap->unknown_company) {
		struct record *r = record_new(a, model_entity(c->model, "companies"));
		record_put_text(r, "name", cap->unknown_company);
		if ((st = store_insert(t, r, err)) != ST_OK)
			return st;
		cap->company = r->id;
		cap->company_name = cap->unknown_company;
	}
	if (*cap->unknown_contact) {
		struct record *r = record_new(a, model_entity(c->model, "contacts"));
		struct import_name name;
		import_split_name(a, cap->unknown_contact, &name);
		record_put_text(r, "first_name", name.first);
		record_put_text(r, "last_name", name.last);
		record_put_text(r, "salutation", name.salutation);
		if (!id_is_nil(&cap->company))
			record_put_id(r, "company", cap->company);
		if ((st = store_insert(t, r, err)) != ST_OK)
			return st;
		cap->contact = r->id;
		cap->contact_name = cap->unknown_contact;
	}
	cap->subject = cap->subject_made;
	cap->new_deal = makes_deal(cap);
	return st;
}

static enum status save_all(struct txn *t, struct capture *cap, struct arena *a, int64_t *num, struct error *err)
{
	struct core *c = txn_core(t);
	const struct entity *e = model_entity(c->model, "activities");
	struct id deal = cap->deal;
	enum status st = cap->create ? add_unknown(t, cap, a, err) : ST_OK;
	if (st == ST_OK && cap->new_deal)
		st = add_deal(t, cap, a, &deal, err);
	bool task = strcmp(cap->type, "task") == 0 || cap->planned || (cap->at > clock_now());
	struct record *r = record_new(a, e);
	record_put_text(r, "type", cap->type);
	if (*cap->subject)
		record_put_text(r, "subject", cap->subject);
	link_to(r, cap, &deal);
	record_put_id(r, "owner", c->user);
	record_put_text(r, "status", task ? "planned" : "done");
	if (task && cap->at)
		record_put_int(r, "due_at", cap->at);
	else if (cap->at)
		record_put_int(r, "start_at", cap->at);
	if (cap->duration)
		record_put_int(r, "duration_s", cap->duration);
	if (*cap->outcome && !task)
		record_put_text(r, "outcome", cap->outcome);
	if (st == ST_OK)
		st = store_insert(t, r, err);
	*num = r->num;
	if (st == ST_OK && cap->follow_up) {
		struct record *next = record_new(a, e);
		record_put_text(next, "type", cap->follow_type);
		record_put_text(next, "subject", *cap->subject ? cap->subject : _("Follow up"));
		record_put_int(next, "due_at", cap->follow_up);
		record_put_id(next, "owner", c->user);
		link_to(next, cap, &deal);
		st = store_insert(t, next, err);
	}
	if (st == ST_OK && *cap->tags)
		st = add_tags(t, cap, a, err);
	return st;
}

enum status capture_save(struct core *c, const struct capture *cap, int64_t *num, struct error *err)
{
	struct txn *t;
	struct arena *a = arena_new();
	enum status st = txn_begin(c, CHANGE_EDIT, arena_printf(a, _("Log: %s"), capture_describe(c, cap, a)), &t, err);
	if (st == ST_OK) {
		struct capture made = *cap;
		st = save_all(t, &made, a, num, err);
		st = txn_end(&t, st, err);
	}
	arena_free(&a);
	return st;
}
