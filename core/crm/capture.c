#include "core/crm/capture.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/crm/query.h"
#include "core/crm/store.h"

enum { MAX_WORDS = 60, MAX_NAME = 4 };

static const struct {
	const char *word, *type;
} verbs[] = {
	{"call", "call"},       {"called", "call"},     {"appel", "call"},      {"appele", "call"},    {"appeler", "call"},
	{"tel", "call"},        {"phone", "call"},      {"phoned", "call"},     {"mail", "email"},     {"email", "email"},
	{"emailed", "email"},   {"courriel", "email"},  {"meeting", "meeting"}, {"met", "meeting"},    {"rdv", "meeting"},
	{"reunion", "meeting"}, {"rencontre", "meeting"}, {"visio", "meeting"}, {"demo", "meeting"},   {"note", "note"},
	{"task", "task"},       {"todo", "task"},       {"tache", "task"},      {"faire", "task"},     {"visit", "visit"},
	{"visited", "visit"},   {"visite", "visit"},    {"sms", "sms"},         {"texto", "sms"},
};

static const char *const follow_words[] = {"rappel", "rappeler", "relance", "relancer", "suivi", "callback", "followup", "follow-up",
	"remind", "reminder", "next", "ensuite", "puis"};
static const char *const fillers[] = {"with", "avec", "de", "du", "des", "chez", "from", "at", "a", "to", "about", "re", "pour", "for",
	"on", "le", "la", "the", "and", "et", "un", "une"};

struct words {
	const char *raw[MAX_WORDS], *folded[MAX_WORDS];
	bool used[MAX_WORDS];
	int n;
};

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

#define IS_ONE_OF(word, list) is_one_of((word), (list), sizeof(list) / sizeof *(list))

static void split(struct arena *a, const char *line, struct words *w)
{
	char *copy = arena_strdup(a, line), *save = NULL;
	for (char *t = strtok_r(copy, " \t\n,;", &save); t && w->n < MAX_WORDS; t = strtok_r(NULL, " \t\n,;", &save)) {
		w->raw[w->n] = t;
		w->folded[w->n++] = text_fold(a, t);
	}
}

static char *join(struct arena *a, const struct words *w, int from, int n, bool folded)
{
	struct buf b = {0};
	for (int i = from; i < from + n; i++)
		buf_printf(&b, "%s%s", i > from ? " " : "", folded ? w->folded[i] : w->raw[i]);
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static bool all_free(const struct words *w, int from, int n)
{
	for (int i = from; i < from + n; i++)
		if (i >= w->n || w->used[i])
			return false;
	return true;
}

static void use(struct words *w, int from, int n)
{
	for (int i = from; i < from + n; i++)
		w->used[i] = true;
}

/* Marks with a shape of their own */

static void find_verb_and_tags(struct arena *a, struct words *w, struct capture *out)
{
	struct buf tags = {0};
	for (int i = 0; i < w->n; i++) {
		if (w->raw[i][0] == '#' && w->raw[i][1]) {
			buf_printf(&tags, "%s%s", tags.len ? ", " : "", w->raw[i] + 1);
			w->used[i] = true;
		}
		for (size_t k = 0; i == 0 && k < sizeof verbs / sizeof *verbs; k++)
			if (strcmp(verbs[k].word, w->folded[0]) == 0) {
				out->type = verbs[k].type;
				w->used[0] = true;
			}
	}
	out->tags = arena_strdup(a, buf_str(&tags));
	buf_free(&tags);
}

/* A bare number is no date: "12" is more likely part of a name or an amount. */
static bool looks_like_date(const char *s)
{
	for (; *s; s++)
		if (!isdigit((unsigned char)*s))
			return true;
	return false;
}

static bool is_duration(const char *s)
{
	size_t n = strlen(s);
	return isdigit((unsigned char)*s) && n > 3 && (strcmp(s + n - 3, "min") == 0 || strcmp(s + n - 3, "mn") == 0);
}

static void find_times(struct core *c, struct arena *a, struct words *w, struct capture *out)
{
	bool follow = false;
	for (int i = 0; i < w->n; i++) {
		if (w->used[i])
			continue;
		if (i && i + 1 < w->n && strcmp(w->folded[i], "call") == 0 && strcmp(w->folded[i + 1], "back") == 0) {
			follow = true;
			use(w, i, 2);
			i++;
			continue;
		}
		if (IS_ONE_OF(w->folded[i], follow_words)) {
			follow = true;
			w->used[i] = true;
			continue;
		}
		if (i + 1 < w->n && isdigit((unsigned char)w->raw[i][0]) &&
			(strcmp(w->folded[i + 1], "min") == 0 || strcmp(w->folded[i + 1], "minutes") == 0) &&
			clock_parse_duration(w->raw[i], &out->duration)) {
			use(w, i, 2);
			continue;
		}
		if (is_duration(w->folded[i]) && clock_parse_duration(w->raw[i], &out->duration)) {
			w->used[i] = true;
			continue;
		}
		for (int n = 3; n >= 1; n--) {
			int64_t ms;
			char *text = i + n <= w->n && all_free(w, i, n) ? join(a, w, i, n, false) : NULL;
			if (!text || !looks_like_date(text) || !clock_parse_instant(text, c->day_first, &ms))
				continue;
			struct civil at = clock_local(ms);
			if (at.hour == 0 && at.minute == 0) /* a day without a time: in the morning */
				ms += 9 * CLOCK_HOUR;
			if (follow)
				out->follow_up = ms;
			else
				out->at = ms;
			use(w, i, n);
			follow = false;
			break;
		}
	}
	if (follow && !out->follow_up) {
		out->follow_up = out->at;
		out->at = 0;
	}
}

/* Money needs a sign: a currency, or a k or M. */
static void find_amount(struct core *c, struct arena *a, struct words *w, struct capture *out)
{
	(void)snprintf(out->currency, sizeof out->currency, "%s", c->currency);
	for (int i = 0; i < w->n; i++) {
		const char *s = w->folded[i];
		size_t len = strlen(s);
		if (w->used[i] || !len || !isdigit((unsigned char)s[0]))
			continue;
		bool suffix = len > 1 && (s[len - 1] == 'k' || s[len - 1] == 'm');
		bool sign = strstr(w->raw[i], "€") || strchr(w->raw[i], '$') || strstr(w->raw[i], "£");
		bool next = i + 1 < w->n && !w->used[i + 1] && money_find_currency(w->raw[i + 1]);
		if (!suffix && !sign && !next)
			continue;
		char *text = join(a, w, i, next ? 2 : 1, false);
		if (money_parse(text, c->currency, 0, &out->value, out->currency, NULL) == ST_OK) {
			use(w, i, next ? 2 : 1);
			return;
		}
	}
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
	text_tokens_to(&b, join(a, w, from, n, false));
	char *out = arena_strdup(a, text_trim(a, buf_str(&b)));
	buf_free(&b);
	return out;
}

static bool may_be_name(const struct words *w, int from, int n)
{
	if (!all_free(w, from, n) || from + n > w->n)
		return false;
	if (n == 1 && (strlen(w->folded[from]) < 3 || IS_ONE_OF(w->folded[from], fillers)))
		return false;
	return !IS_ONE_OF(w->folded[from], fillers) && !IS_ONE_OF(w->folded[from + n - 1], fillers);
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
				if (text_eq_fold(found[k].title, join(a, w, i, n, false)))
					pick = k;
			/* one word that begins a name, like ACME of ACME Corp, must stand at its beginning */
			if (pick >= 0 && strncmp(text_fold(a, found[pick].title), w->folded[i], strlen(w->folded[i])) != 0)
				pick = -1;
			if (pick < 0)
				continue;
			out->company = found[pick].id;
			out->company_name = found[pick].title;
			use(w, i, n);
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
			use(w, i, n);
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

static const char *left_over(struct arena *a, const struct words *w)
{
	struct buf b = {0};
	int first = 0, last = w->n - 1;
	while (first < w->n && (w->used[first] || IS_ONE_OF(w->folded[first], fillers)))
		first++;
	while (last >= first && (w->used[last] || IS_ONE_OF(w->folded[last], fillers)))
		last--;
	for (int i = first; i <= last; i++)
		if (!w->used[i])
			buf_printf(&b, "%s%s", b.len ? " " : "", w->raw[i]);
	const char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

void capture_parse(struct core *c, const char *line, struct arena *a, struct capture *out)
{
	struct words w = {0};
	*out = (struct capture){.type = "note", .subject = "", .contact_name = "", .company_name = "", .deal_name = "", .tags = "",
		.doubt = ""};
	split(a, line, &w);
	if (!w.n)
		return;
	find_verb_and_tags(a, &w, out);
	find_amount(c, a, &w, out);
	find_times(c, a, &w, out);
	find_company(c, a, &w, out);
	find_contact(c, a, &w, out);
	find_deal(c, a, out);
	out->subject = left_over(a, &w);
	/* an amount about a deal that has its own stays in words */
	if (out->value && !out->new_deal)
		out->subject = text_trim(a, arena_printf(a, "%s %s", out->subject, money_format(a, out->value, out->currency, true)));
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
	if (*cap->subject)
		buf_printf(&b, _(" · “%s”"), cap->subject);
	if (cap->at)
		buf_printf(&b, " · %s", clock_human_instant(a, cap->at));
	if (cap->duration)
		buf_printf(&b, " · %s", clock_human_duration(a, cap->duration));
	if (*cap->deal_name)
		buf_printf(&b, _(" · deal %s"), cap->deal_name);
	if (cap->new_deal)
		buf_printf(&b, _(" · new deal %s"), money_format(a, cap->value, cap->currency, true));
	if (cap->follow_up)
		buf_printf(&b, _(" · then task %s"), clock_human_instant(a, cap->follow_up));
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

static enum status save_all(struct txn *t, const struct capture *cap, struct arena *a, int64_t *num, struct error *err)
{
	struct core *c = txn_core(t);
	const struct entity *e = model_entity(c->model, "activities");
	struct id deal = cap->deal;
	enum status st = cap->new_deal ? add_deal(t, cap, a, &deal, err) : ST_OK;
	bool task = strcmp(cap->type, "task") == 0 || (cap->at > clock_now());
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
	if (st == ST_OK)
		st = store_insert(t, r, err);
	*num = r->num;
	if (st == ST_OK && cap->follow_up) {
		struct record *next = record_new(a, e);
		record_put_text(next, "type", strcmp(cap->type, "call") == 0 ? "call" : "task");
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
		st = save_all(t, cap, a, num, err);
		st = txn_end(&t, st, err);
	}
	arena_free(&a);
	return st;
}
