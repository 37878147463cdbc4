#include "core/mail/letter.h"

#include <string.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/json.h"

/* Writing */

static void put(struct json_out *w, const char *key, const char *text)
{
	if (mail_has(text)) {
		json_key(w, key);
		json_str(w, text);
	}
}

static void put_people(struct json_out *w, const char *key, const struct mail_addresses *list)
{
	if (!list->n)
		return;
	json_key(w, key);
	json_array(w);
	for (size_t i = 0; i < list->n; i++) {
		json_object(w);
		put(w, "name", list->at[i].name);
		put(w, "email", list->at[i].email);
		json_object_end(w);
	}
	json_array_end(w);
}

static void put_parts(struct json_out *w, const struct mail *m, struct arena *a)
{
	if (!m->parts_n)
		return;
	json_key(w, "parts");
	json_array(w);
	for (size_t i = 0; i < m->parts_n; i++) {
		const struct mail_part *p = &m->parts[i];
		json_object(w);
		put(w, "name", p->name);
		put(w, "type", p->type);
		put(w, "content_id", p->content_id);
		put(w, "data", base64_encode(a, p->data, p->n));
		json_object_end(w);
	}
	json_array_end(w);
}

char *letter_write(const struct letter *l, struct arena *a)
{
	struct buf b = {0};
	struct json_out w;
	char id[ID_TEXT_SIZE];
	const struct mail *m = &l->mail;
	json_begin(&w, &b, false);
	json_object(&w);
	put(&w, "from", m->from.email);
	put(&w, "from_name", m->from.name);
	put(&w, "reply_to", m->reply_to.email);
	put_people(&w, "to", &m->to);
	put_people(&w, "cc", &m->cc);
	put_people(&w, "bcc", &m->bcc);
	put(&w, "subject", m->subject);
	put(&w, "text", m->text);
	put(&w, "html", m->html);
	put(&w, "message_id", m->message_id);
	put(&w, "in_reply_to", m->in_reply_to);
	json_key(&w, "at");
	json_num(&w, m->at);
	put(&w, "activity_id", id_format(&l->activity, id));
	put_parts(&w, m, a);
	json_object_end(&w);
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

/* Reading */

static const char *text_of(const struct cJSON *object, const char *key, struct arena *a)
{
	const char *s = json_text(json_get(object, key));
	return s ? arena_strdup(a, s) : NULL;
}

static size_t count(const struct cJSON *array)
{
	size_t n = 0;
	for (const struct cJSON *m = json_first(array); m; m = json_next(m))
		n++;
	return n;
}

static struct mail_addresses people_of(const struct cJSON *array, struct arena *a)
{
	struct mail_address *list = arena_alloc(a, (count(array) + 1) * sizeof *list);
	size_t n = 0;
	for (const struct cJSON *m = json_first(array); m; m = json_next(m))
		list[n++] = (struct mail_address){text_of(m, "name", a), text_of(m, "email", a)};
	return (struct mail_addresses){list, n};
}

static enum status read_parts(const struct cJSON *array, struct arena *a, struct mail *out, struct error *err)
{
	struct mail_part *list = arena_alloc(a, (count(array) + 1) * sizeof *list);
	size_t n = 0;
	for (const struct cJSON *m = json_first(array); m; m = json_next(m)) {
		const char *data = json_text(json_get(m, "data"));
		size_t cap = data ? strlen(data) / 4 * 3 : 0;
		uint8_t *bytes = arena_alloc(a, cap + 1);
		int got = data ? base64_decode(data, bytes, cap) : 0;
		if (got < 0)
			return error_set(err, ST_INVALID, _("A file of this mail cannot be read."));
		list[n++] = (struct mail_part){.name = text_of(m, "name", a), .type = text_of(m, "type", a), .data = bytes, .n = (size_t)got,
			.content_id = text_of(m, "content_id", a)};
	}
	out->parts = list;
	out->parts_n = n;
	return ST_OK;
}

enum status letter_read(const char *json, struct arena *a, struct letter *out, struct error *err)
{
	struct cJSON *doc = NULL;
	enum status st = json_parse(json, strlen(json), &doc, err);
	if (st != ST_OK)
		return st;
	struct letter l = {.mail = {.from = {text_of(doc, "from_name", a), text_of(doc, "from", a)}, .reply_to = {NULL, text_of(doc, "reply_to", a)},
				   .to = people_of(json_get(doc, "to"), a), .cc = people_of(json_get(doc, "cc"), a), .bcc = people_of(json_get(doc, "bcc"), a),
				   .subject = text_of(doc, "subject", a), .text = text_of(doc, "text", a), .html = text_of(doc, "html", a),
				   .message_id = text_of(doc, "message_id", a), .in_reply_to = text_of(doc, "in_reply_to", a)}};
	(void)json_int(json_get(doc, "at"), &l.mail.at);
	if (json_text(json_get(doc, "activity_id")))
		(void)id_parse(json_text(json_get(doc, "activity_id")), &l.activity);
	st = read_parts(json_get(doc, "parts"), a, &l.mail, err);
	json_free(&doc);
	if (st == ST_OK)
		*out = l;
	return st;
}
