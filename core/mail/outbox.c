#include "core/mail/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/crm/store.h"
#include "core/helper/kind.h"
#include "core/mail/dsn.h"
#include "core/mail/senders.h"
#include "core/security/environment.h"
#include "core/security/secrets.h"

enum { TIMEOUT_MS = 60 * 1000, TRIES = 12, FIRST_MS = 2000, MOST_MS = 3600 * 1000 };

/* What is set up: the environment's, else what is sealed in the database. NULL when there is none. The copy is wiped with the arena's owner. */
static const char *setting(struct core *c, struct arena *a, const char *name)
{
	char *value = NULL;
	if (secret_get(c, name, &value, NULL) != ST_OK || !value)
		return NULL;
	const char *out = arena_strdup(a, value);
	crypto_wipe(value, strlen(value));
	free(value);
	return out;
}

static const char *provider_of(struct core *c, struct arena *a)
{
	const char *provider = setting(c, a, "EMAIL_PROVIDER");
	return provider ? provider : setting(c, a, "SMTP_HOST") ? "smtp" : NULL;
}

/* Writing down */

static void put(struct json_out *w, const char *key, const char *text)
{
	if (text) {
		json_key(w, key);
		json_str(w, text);
	}
}

static char *payload_of(const struct mail *m, const struct id *activity, struct arena *a)
{
	struct buf b = {0};
	struct json_out w;
	char id[ID_TEXT_SIZE];
	json_begin(&w, &b, false);
	json_object(&w);
	put(&w, "from", m->from.email);
	put(&w, "from_name", m->from.name);
	json_key(&w, "to");
	json_array(&w);
	for (size_t i = 0; i < m->to.n; i++) {
		json_object(&w);
		put(&w, "name", m->to.at[i].name);
		put(&w, "email", m->to.at[i].email);
		json_object_end(&w);
	}
	json_array_end(&w);
	put(&w, "subject", m->subject);
	put(&w, "text", m->text);
	put(&w, "html", m->html);
	put(&w, "message_id", m->message_id);
	json_key(&w, "at");
	json_num(&w, m->at);
	put(&w, "activity_id", id_format(activity, id));
	json_object_end(&w);
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static enum status add_activity(struct txn *t, const struct mail *m, const struct id *contact, struct arena *a, struct id *out, struct error *err)
{
	struct record *r = record_new(a, model_entity(txn_core(t)->model, "activities"));
	record_put_text(r, "type", "email");
	record_put_text(r, "direction", "outbound");
	record_put_text(r, "status", "planned");
	record_put_text(r, "subject", mail_has(m->subject) ? m->subject : _("(no subject)"));
	record_put_text(r, "body", mail_plain_text(a, m));
	if (!id_is_nil(contact))
		record_put_id(r, "contact", *contact);
	enum status st = store_insert(t, r, err);
	*out = r->id;
	return st;
}

/* In order to one recipient: a mailbox that takes nothing for hours delays nobody else. */
static struct id line_of(struct core *c, const struct mail *m, struct arena *a)
{
	return id_natural(&c->org, "mail", text_fold(a, m->to.at[0].email));
}

enum status outbox_add(struct core *c, const struct mail *given, const struct id *contact, int64_t *job, struct error *err)
{
	struct arena *a = arena_new();
	struct mail m = *given;
	struct id activity;
	struct txn *t;
	m.from.email = setting(c, a, "EMAIL_FROM");
	m.at = clock_now();
	enum status st = ST_OK;
	if (!provider_of(c, a) || !m.from.email) {
		st = error_set(err, ST_INVALID, _("Nothing is set up to send mail with."));
		error_hint(err, _("Set EMAIL_FROM, and SMTP_HOST or EMAIL_PROVIDER with its key: simplix secrets set NAME, or the environment."));
	}
	if (st == ST_OK) {
		m.message_id = mail_message_id(a, m.from.email);
		st = mail_check(&m, err);
	}
	const char *title = st == ST_OK ? arena_printf(a, "%s · %s", m.to.at[0].email, mail_has(m.subject) ? m.subject : "") : "";
	if (st == ST_OK)
		st = txn_begin(c, CHANGE_EDIT, arena_printf(a, _("Mail to %s"), m.to.at[0].email), &t, err);
	if (st == ST_OK) {
		st = add_activity(t, &m, contact, a, &activity, err);
		if (st == ST_OK)
			st = queue_add(c, &(struct job_new){.kind = "mail", .target = line_of(c, &m, a), .title = title, .payload = payload_of(&m, &activity, a)}, job, err);
		st = txn_end(&t, st, err);
	}
	arena_free(&a);
	return st;
}

/* Reading back */

static bool activity_of(const char *payload, struct id *out)
{
	struct cJSON *doc = NULL;
	if (json_parse(payload, strlen(payload), &doc, NULL) != ST_OK)
		return false;
	const char *text = json_text(json_get(doc, "activity_id"));
	bool good = text && id_parse(text, out);
	json_free(&doc);
	return good;
}

static enum status letter_of(const struct job *j, struct arena *a, struct mail *out, struct error *err)
{
	struct cJSON *doc = NULL;
	enum status st = json_parse(j->payload, strlen(j->payload), &doc, err);
	if (st != ST_OK)
		return st;
#define TEXT(object, key) (json_text(json_get(object, key)) ? arena_strdup(a, json_text(json_get(object, key))) : NULL)
	struct mail m = {.from = {TEXT(doc, "from_name"), TEXT(doc, "from")}, .subject = TEXT(doc, "subject"), .text = TEXT(doc, "text"),
		.html = TEXT(doc, "html"), .message_id = TEXT(doc, "message_id")};
	size_t n = 0;
	for (const struct cJSON *o = json_first(json_get(doc, "to")); o; o = json_next(o))
		n++;
	struct mail_address *to = arena_alloc(a, (n + 1) * sizeof *to);
	n = 0;
	for (const struct cJSON *o = json_first(json_get(doc, "to")); o; o = json_next(o))
		to[n++] = (struct mail_address){TEXT(o, "name"), TEXT(o, "email")};
	m.to = (struct mail_addresses){to, n};
	(void)json_int(json_get(doc, "at"), &m.at);
#undef TEXT
	json_free(&doc);
	*out = m;
	return ST_OK;
}

/* Sending */

static enum status by_smtp(struct core *c, const struct mail *m, struct arena *a, struct http_request *r, struct error *err)
{
	struct buf bytes = {0};
	const char *host = setting(c, a, "SMTP_HOST"), *port = setting(c, a, "SMTP_PORT");
	if (!host)
		return error_set(err, ST_BUSY, _("The sending service is not set up: %s is missing or wrong."), "SMTP_HOST");
	enum status st = mail_build(m, &bytes, err);
	if (st != ST_OK)
		return st;
	const char **rcpt = arena_alloc(a, (m->to.n + 1) * sizeof *rcpt);
	for (size_t i = 0; i < m->to.n; i++)
		rcpt[i] = m->to.at[i].email;
	bool implicit = port && strcmp(port, "465") == 0;
	r->url = arena_printf(a, "%s://%s:%s", implicit ? "smtps" : "smtp", host, port ? port : "587");
	r->mail_from = m->from.email;
	r->rcpt = rcpt;
	r->user = setting(c, a, "SMTP_USER");
	r->password = setting(c, a, "SMTP_PASSWORD");
	r->body = arena_strndup(a, bytes.data, bytes.len);
	r->body_n = bytes.len;
	buf_free(&bytes);
	return ST_OK;
}

static enum status by_service(struct core *c, const char *provider, const struct mail *m, const char *job, struct arena *a, struct http_request *r, struct error *err)
{
	struct mail_request q;
	enum status st = ST_BUSY;
	const char *base = setting(c, a, "EMAIL_API_BASE");
	if (strcmp(provider, "sendgrid") == 0)
		st = mail_request_sendgrid(base, setting(c, a, "SENDGRID_API_KEY"), m, job, a, &q, err);
	else if (strcmp(provider, "mailgun") == 0)
		st = mail_request_mailgun(base, setting(c, a, "MAILGUN_DOMAIN"), setting(c, a, "MAILGUN_API_KEY"), m, job, a, &q, err);
	else if (strcmp(provider, "ses") == 0)
		st = mail_request_ses(&(struct mail_ses){base, setting(c, a, "AWS_REGION"), setting(c, a, "AWS_ACCESS_KEY_ID"), setting(c, a, "AWS_SECRET_ACCESS_KEY"), clock_now()},
			m, job, a, &q, err);
	else
		error_set(err, ST_BUSY, _("The sending service is not set up: %s is missing or wrong."), "EMAIL_PROVIDER");
	if (st != ST_OK)
		return st;
	if ((st = http_check_url(q.url, environment_get("SIMPLIX_ALLOWED_HOSTS"), err)) != ST_OK)
		return st;
	const char **lines = arena_alloc(a, (q.headers_n + 1) * sizeof *lines);
	for (size_t i = 0; i < q.headers_n; i++)
		lines[i] = arena_printf(a, "%s: %s", q.headers[i].name, q.headers[i].value);
	*r = (struct http_request){.method = q.method, .url = q.url, .headers = lines, .body = q.body, .body_n = q.body_n, .timeout_ms = TIMEOUT_MS,
		.allowed = environment_get("SIMPLIX_ALLOWED_HOSTS")};
	return ST_OK;
}

static enum status request(struct core *c, const struct job *j, struct arena *a, struct http_request *out, struct error *err)
{
	struct mail m;
	struct http_request r = {.method = "POST", .timeout_ms = TIMEOUT_MS};
	const char *provider = provider_of(c, a);
	enum status st = provider ? letter_of(j, a, &m, err) : error_set(err, ST_BUSY, _("Nothing is set up to send mail with."));
	if (st == ST_OK && strcmp(provider, "smtp") == 0)
		st = by_smtp(c, &m, a, &r, err);
	else if (st == ST_OK)
		st = by_service(c, provider, &m, arena_printf(a, "job-%lld", (long long)j->num), a, &r, err);
	if (st == ST_OK)
		*out = r;
	return st;
}

/* The service has it: what was planned is done. */
static enum status mark_one(struct txn *t, const char *payload, struct arena *a)
{
	struct id activity;
	if (!activity_of(payload, &activity))
		return ST_OK;
	struct record *r = record_new(a, model_entity(txn_core(t)->model, "activities"));
	r->id = activity;
	record_put_text(r, "status", "done");
	return store_update(t, r, NULL);
}

static bool mark_these(struct core *c, const char *const *payloads, size_t n)
{
	struct txn *t;
	enum status st = txn_begin(c, CHANGE_SYSTEM, _("Mail sent"), &t, NULL);
	if (st != ST_OK)
		return false;
	struct arena *a = arena_new();
	for (size_t i = 0; st == ST_OK && i < n; i++)
		st = mark_one(t, payloads[i], a);
	st = txn_end(&t, st, NULL);
	arena_free(&a);
	return st == ST_OK;
}

/* All in one change set; one by one when one of them will not (somebody deleted it). */
static void mark_done(struct core *c, const char *const *payloads, size_t n)
{
	if (!mark_these(c, payloads, n) && n > 1)
		for (size_t i = 0; i < n; i++)
			(void)mark_these(c, &payloads[i], 1);
}

/* Full jitter (a random part of a wait that doubles), an hour at most. */
static int64_t wait_before(int attempt)
{
	uint16_t dice;
	int64_t most = FIRST_MS;
	for (int i = 0; i < attempt && most < MOST_MS; i++)
		most *= 2;
	crypto_random(&dice, sizeof dice);
	return 1000 + (most < MOST_MS ? most : MOST_MS) * dice / UINT16_MAX;
}

static bool smtp_verdict(const struct http_answer *answer, struct arena *a, struct result *r)
{
	struct smtp_reply reply;
	smtp_reply_read(answer->body, answer->body_n, &reply);
	enum dsn_kind kind = dsn_classify(&reply);
	r->status = reply.code;
	r->error = *reply.text ? arena_printf(a, "%s %s", dsn_sentence(kind), text_clean(a, reply.text)) : dsn_sentence(kind);
	return kind == DSN_LATER || kind == DSN_FULL || kind == DSN_AUTH; /* a password can be mended */
}

static bool service_verdict(struct core *c, const struct http_answer *answer, struct arena *a, struct result *r, bool *unclear)
{
	struct mail_answer m = {.status = answer->status, .body = answer->body, .body_n = answer->body_n};
	struct mail_verdict v;
	const char *provider = provider_of(c, a);
	if (provider && strcmp(provider, "mailgun") == 0)
		mail_answer_mailgun(&m, a, &v);
	else if (provider && strcmp(provider, "ses") == 0)
		mail_answer_ses(&m, a, &v);
	else
		mail_answer_sendgrid(&m, a, &v);
	r->end = v.outcome == MAIL_ACCEPTED ? JOB_DONE : JOB_FAILED;
	r->error = v.outcome == MAIL_ACCEPTED ? NULL : *v.said ? arena_printf(a, "%s %s", v.message, v.said) : v.message;
	*unclear = v.unclear;
	return v.outcome == MAIL_LATER;
}

static void judge(struct core *c, const struct job *j, const struct http_answer *answer, struct arena *a, struct result *r)
{
	bool again = true, unclear = answer->end != HTTP_ANSWERED && answer->sent;
	r->end = JOB_FAILED;
	if (answer->smtp && answer->end == HTTP_ANSWERED)
		r->end = JOB_DONE;
	else if (answer->smtp && answer->body_n && answer->status >= 400)
		again = smtp_verdict(answer, a, r), unclear = false;
	else if (answer->end != HTTP_ANSWERED)
		r->error = arena_strdup(a, answer->error);
	else
		again = service_verdict(c, answer, a, r, &unclear);
	r->response = NULL;
	if (r->end == JOB_DONE)
		return;
	/* a mail that comes twice is worse than one that a person looks after */
	if (again && unclear) {
		r->end = JOB_DEAD;
		r->error = arena_printf(a, "%s %s", r->error, _("It may have been sent: ask before you send it again."));
		return;
	}
	if (again) {
		r->end = j->attempt + 1 >= TRIES ? JOB_DEAD : JOB_LATER;
		r->later_at = clock_now() + (answer->retry_after_s >= 0 && answer->retry_after_s < 86400 ? answer->retry_after_s * 1000 : wait_before(j->attempt));
	}
}

const struct job_kind mail_kind = {.name = "mail", .request = request, .judge = judge, .done = mark_done};
