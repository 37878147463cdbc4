#include "core/mail/news.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/crm/rows.h"
#include "core/mail/reports.h"
#include "core/mail/service.h"
#include "core/security/secrets.h"

enum { FIRST_MS = 60 * 1000, MOST_MS = 6 * 3600 * 1000, OVERLAP_MS = 10 * 60 * 1000, ANSWER_MAX = 4 * 1024 * 1024, TRIES = 8, PAGE = 300 };
#define FOLLOWED_MS (4 * 24 * INT64_C(3600000))

/* One job for each list of SendGrid; the others have one list. */
static const char *const sendgrid_lists[] = {"bounces", "blocks", "invalid_emails", "spam_reports"};

static enum status add(struct core *c, const char *provider, const char *list, int64_t since, int64_t run_at)
{
	struct buf b = {0};
	struct json_out w;
	int64_t job;
	struct arena *a = arena_new();
	json_begin(&w, &b, false);
	json_object(&w);
	json_key(&w, "provider");
	json_str(&w, provider);
	json_key(&w, "list");
	json_str(&w, list);
	json_key(&w, "since");
	json_num(&w, since);
	json_object_end(&w);
	struct id line = id_natural(&c->org, "mail_news", arena_printf(a, "%s/%s", provider, list));
	enum status st = db_begin(c->db, NULL);
	if (st == ST_OK) {
		st = queue_add(c, &(struct job_new){.kind = mail_news_kind.name, .target = line, .title = arena_printf(a, _("What became of mails: %s"), *list ? list : provider),
				       .payload = buf_str(&b), .run_at = run_at}, &job, NULL);
		if (st == ST_OK)
			st = db_commit(c->db, NULL);
		else
			db_rollback(c->db);
	}
	buf_free(&b);
	arena_free(&a);
	return st;
}

void mail_news_follow(struct core *c)
{
	struct arena *a = arena_new();
	const char *provider = mail_provider(c, a);
	if (!provider || strcmp(provider, "smtp") == 0) { /* reports come by mail */
		arena_free(&a);
		return;
	}
	int64_t open = rows_int(c, 0, "SELECT count(*) FROM jobs j JOIN job_targets g ON g.num = j.target_num WHERE g.org_id = $1 AND g.kind = $2 AND j.finished_at IS NULL AND "
		"j.payload LIKE $3", "dtt", &c->org, mail_news_kind.name, arena_printf(a, "%%\"provider\":\"%s\"%%", provider));
	int64_t now = clock_now();
	if (!open && strcmp(provider, "sendgrid") == 0)
		for (size_t i = 0; i < sizeof sendgrid_lists / sizeof *sendgrid_lists; i++)
			(void)add(c, provider, sendgrid_lists[i], now - OVERLAP_MS, now + FIRST_MS);
	else if (!open)
		(void)add(c, provider, "", now - OVERLAP_MS, now + FIRST_MS);
	arena_free(&a);
}

struct look {
	const char *provider, *list;
	int64_t since;
};

static enum status read_payload(const struct job *j, struct arena *a, struct look *out, struct error *err)
{
	struct cJSON *doc = NULL;
	enum status st = json_parse(j->payload, strlen(j->payload), &doc, err);
	if (st != ST_OK)
		return st;
	const char *provider = json_text(json_get(doc, "provider")), *list = json_text(json_get(doc, "list"));
	*out = (struct look){arena_strdup(a, provider ? provider : ""), arena_strdup(a, list ? list : ""), 0};
	(void)json_int(json_get(doc, "since"), &out->since);
	json_free(&doc);
	return ST_OK;
}

/* Requests. Their order and limits are the services' (docs.sendgrid.com/api-reference/bounces-api, documentation.mailgun.com/docs/mailgun/api-reference,
 * docs.aws.amazon.com/ses/latest/APIReference-V2). */

static enum status ask(struct core *c, const struct look *l, struct arena *a, struct mail_request *q, struct error *err)
{
	const char *base = secret_text(c, a, "EMAIL_API_BASE");
	*q = (struct mail_request){.method = "GET", .body = ""};
	if (strcmp(l->provider, "sendgrid") == 0) {
		const char *key = secret_text(c, a, "SENDGRID_API_KEY");
		if (!key)
			return error_set(err, ST_BUSY, _("The sending service is not set up: %s is missing or wrong."), "SENDGRID_API_KEY");
		q->url = arena_printf(a, "%s/v3/suppression/%s?start_time=%lld&limit=500", base ? base : "https://api.sendgrid.com", l->list, (long long)(l->since / 1000));
		q->headers[q->headers_n++] = (struct mail_header){"Authorization", arena_printf(a, "Bearer %s", key)};
		return ST_OK;
	}
	if (strcmp(l->provider, "mailgun") == 0) {
		const char *key = secret_text(c, a, "MAILGUN_API_KEY"), *domain = secret_text(c, a, "MAILGUN_DOMAIN");
		if (!key || !domain)
			return error_set(err, ST_BUSY, _("The sending service is not set up: %s is missing or wrong."), key ? "MAILGUN_DOMAIN" : "MAILGUN_API_KEY");
		const char *user = arena_printf(a, "api:%s", key);
		q->url = arena_printf(a, "%s/v3/%s/events?begin=%lld&ascending=yes&limit=300&event=delivered%%20OR%%20failed%%20OR%%20rejected%%20OR%%20complained%%20OR%%20unsubscribed", base ? base : "https://api.mailgun.net", domain, (long long)(l->since / 1000));
		q->headers[q->headers_n++] = (struct mail_header){"Authorization", arena_printf(a, "Basic %s", base64_encode(a, user, strlen(user)))};
		return ST_OK;
	}
	return mail_request_ses_suppressed(&(struct mail_ses){base, secret_text(c, a, "AWS_REGION"), secret_text(c, a, "AWS_ACCESS_KEY_ID"), secret_text(c, a, "AWS_SECRET_ACCESS_KEY"),
		clock_now()}, a, q, err);
}

static enum status request(struct core *c, const struct job *j, struct arena *a, struct http_request *out, struct error *err)
{
	struct look l;
	struct mail_request q;
	const char *provider = mail_provider(c, a);
	enum status st = read_payload(j, a, &l, err);
	if (st == ST_OK && (!provider || strcmp(provider, l.provider) != 0))
		return error_set(err, ST_CANCELLED, _("Another service is set up now."));
	if (st == ST_OK)
		st = ask(c, &l, a, &q, err);
	if (st == ST_OK)
		st = mail_service_call(&q, a, out, err);
	if (st == ST_OK)
		out->answer_max = ANSWER_MAX;
	return st;
}

/* Half as long as the last mail is old: after a minute, two, four … up to some hours; -1 when nothing is worth looking for. */
static int64_t next_look(struct core *c)
{
	int64_t now = clock_now();
	int64_t last = rows_int(c, 0, "SELECT max(j.finished_at) FROM job_targets g JOIN jobs j ON j.target_num = g.num WHERE g.org_id = $1 AND g.kind = 'mail' AND j.state = 'done'", "d", &c->org);
	int64_t age = now - last, wait = age / 2 < FIRST_MS ? FIRST_MS : age / 2 > MOST_MS ? MOST_MS : age / 2;
	return last && age < FOLLOWED_MS ? now + wait : -1;
}

/* *full: the page held as many as it can, and *last is when the last of them was. */
static enum status take(struct core *c, const struct look *l, const struct http_answer *answer, struct arena *a, bool *full, int64_t *last, struct error *err)
{
	struct mail_event *list;
	int n = 0;
	enum status st = mail_report_read(l->provider, *l->list ? l->list : NULL, answer->body, answer->body_n, a, &list, &n, err);
	if (st == ST_OK)
		st = mail_events_record(c, list, (size_t)n, NULL, err);
	*full = n >= PAGE && strcmp(l->provider, "mailgun") == 0;
	*last = n ? list[n - 1].at : 0;
	return st;
}

static void judge(struct core *c, const struct job *j, const struct http_answer *answer, struct arena *a, struct result *r)
{
	struct look l;
	struct error err = {0};
	int64_t began = clock_now() - answer->latency_ms, last = 0;
	bool full = false, good = answer->end == HTTP_ANSWERED && answer->status / 100 == 2, refused = answer->end == HTTP_ANSWERED && answer->status / 100 == 4 && answer->status != 429;
	r->response = NULL;
	r->end = JOB_DONE;
	if (good && read_payload(j, a, &l, &err) == ST_OK && take(c, &l, answer, a, &full, &last, &err) == ST_OK) {
		int64_t at = full && last > l.since ? clock_now() : next_look(c);
		if (at > 0)
			(void)add(c, l.provider, l.list, full && last > l.since ? last : began - OVERLAP_MS, at);
		return;
	}
	r->end = refused || j->attempt + 1 >= TRIES ? JOB_DEAD : JOB_LATER;
	r->later_at = clock_now() + (answer->retry_after_s > 0 && answer->retry_after_s < 86400 ? answer->retry_after_s * 1000 : FIRST_MS << (j->attempt < 6 ? j->attempt : 6));
	r->error = *err.message ? arena_strdup(a, err.message) : answer->end != HTTP_ANSWERED ? arena_strdup(a, answer->error) : arena_printf(a, _("The service answered %d."), answer->status);
}

const struct job_kind mail_news_kind = {.name = "mail_news", .request = request, .judge = judge};
