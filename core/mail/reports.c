#include "core/mail/reports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/mail/dsn.h"
#include "core/mail/message.h"

struct reading {
	const char *provider, *list;
	struct arena *arena;
	struct mail_event *events;
	size_t n, cap;
};

/* The address is one that takes no mail, by what was said and its codes. */
static bool is_dead(const char *code, const char *reason)
{
	struct smtp_reply r;
	char text[400];
	(void)snprintf(text, sizeof text, "%s%s%s", code ? code : "", code && reason ? " " : "", reason ? reason : "");
	if (reason && strspn(reason, "0123456789") == 3) /* the server's own words begin with its code */
		(void)snprintf(text, sizeof text, "%s", reason);
	smtp_reply_read(text, strlen(text), &r);
	return dsn_classify(&r) == DSN_BAD_ADDRESS;
}

static struct mail_event *add(struct reading *r, enum mail_happening what)
{
	mem_grow(&r->events, &r->cap, r->n + 1, sizeof *r->events);
	struct mail_event *e = &r->events[r->n++];
	*e = (struct mail_event){.what = what, .provider = r->provider};
	return e;
}

static const char *keep(struct reading *r, const struct cJSON *v)
{
	const char *s = json_text(v);
	return s && *s ? arena_strdup(r->arena, s) : NULL;
}

/* "job-12-0123456789ab", the name that outbox.c gives a mail: its number, and its tag. */
static void name_of(struct reading *r, const char *s, struct mail_event *e)
{
	char *end;
	long long n = s && strncmp(s, "job-", 4) == 0 ? strtoll(s + 4, &end, 10) : 0;
	if (n > 0 && (!*end || (*end == '-' && end[1]))) {
		e->job = n;
		e->tag = *end ? arena_strdup(r->arena, end + 1) : NULL;
	}
}

/* Seconds since 1970, whole or not. */
static int64_t at_of(const struct cJSON *seconds)
{
	double v = 0;
	return json_real_of(seconds, &v) && v > 0 && v < 1e11 ? (int64_t)(v * 1000) : 0;
}

static bool named(const char *word, const char *const *words, size_t n, size_t *at)
{
	for (size_t i = 0; word && i < n; i++)
		if (strcasecmp(word, words[i]) == 0) {
			*at = i;
			return true;
		}
	return false;
}

/* SendGrid */

static void sendgrid_event(struct reading *r, const struct cJSON *o)
{
	static const char *const words[] = {"processed", "deferred", "delivered", "bounce", "dropped", "spamreport", "unsubscribe", "group_unsubscribe"};
	static const enum mail_happening whats[] = {MAIL_SENT, MAIL_DEFERRED, MAIL_DELIVERED, MAIL_BOUNCED, MAIL_DROPPED, MAIL_COMPLAINT, MAIL_UNSUBSCRIBED, MAIL_UNSUBSCRIBED};
	size_t i;
	if (!named(json_text(json_get(o, "event")), words, sizeof words / sizeof *words, &i))
		return;
	struct mail_event *e = add(r, whats[i]);
	e->id = keep(r, json_get(o, "sg_event_id"));
	e->address = keep(r, json_get(o, "email"));
	e->code = keep(r, json_get(o, "status"));
	e->reason = keep(r, json_get(o, "reason"));
	if (!e->reason)
		e->reason = keep(r, json_get(o, "response"));
	e->at = at_of(json_get(o, "timestamp"));
	name_of(r, json_text(json_get(o, "job")), e);
	const char *type = json_text(json_get(o, "type"));
	e->dead = e->what == MAIL_BOUNCED && !(type && strcmp(type, "blocked") == 0);
}

static void sendgrid_listed(struct reading *r, const struct cJSON *o)
{
	bool complaint = strcmp(r->list, "spam_reports") == 0, unwanted = strcmp(r->list, "unsubscribes") == 0;
	struct mail_event *e = add(r, complaint ? MAIL_COMPLAINT : unwanted ? MAIL_UNSUBSCRIBED : MAIL_BOUNCED);
	e->address = keep(r, json_get(o, "email"));
	e->code = keep(r, json_get(o, "status"));
	e->reason = keep(r, json_get(o, "reason"));
	e->at = at_of(json_get(o, "created"));
	e->dead = strcmp(r->list, "bounces") == 0 || strcmp(r->list, "invalid_emails") == 0;
}

/* Mailgun */

static void mailgun_event(struct reading *r, const struct cJSON *o)
{
	static const char *const words[] = {"accepted", "delivered", "failed", "rejected", "complained", "unsubscribed"};
	static const enum mail_happening whats[] = {MAIL_SENT, MAIL_DELIVERED, MAIL_BOUNCED, MAIL_DROPPED, MAIL_COMPLAINT, MAIL_UNSUBSCRIBED};
	size_t i;
	if (!named(json_text(json_get(o, "event")), words, sizeof words / sizeof *words, &i))
		return;
	const struct cJSON *status = json_get(o, "delivery-status");
	const char *severity = json_text(json_get(o, "severity"));
	bool temporary = severity && strcmp(severity, "temporary") == 0;
	struct mail_event *e = add(r, whats[i] == MAIL_BOUNCED && temporary ? MAIL_DEFERRED : whats[i]);
	int64_t code = 0;
	e->id = keep(r, json_get(o, "id"));
	e->address = keep(r, json_get(o, "recipient"));
	e->reason = keep(r, json_get(status, "message"));
	if (!e->reason)
		e->reason = keep(r, json_get(status, "description"));
	if (!e->reason)
		e->reason = keep(r, json_get(o, "reason"));
	if (json_int(json_get(status, "code"), &code))
		e->code = arena_printf(r->arena, "%lld", (long long)code);
	e->at = at_of(json_get(o, "timestamp"));
	name_of(r, json_text(json_get(json_get(o, "user-variables"), "job")), e);
	e->message_id = keep(r, json_get(json_get(json_get(o, "message"), "headers"), "message-id"));
	const char *why = json_text(json_get(o, "reason"));
	e->dead = e->what == MAIL_BOUNCED && (is_dead(e->code, e->reason) || (why && strcmp(why, "suppress-bounce") == 0));
}

/* Amazon SES */

static int64_t iso(const struct cJSON *v)
{
	int64_t ms = 0;
	const char *s = json_text(v);
	return s && clock_parse_iso_instant(s, &ms) ? ms : 0;
}

static void ses_recipients(struct reading *r, const struct cJSON *what, const struct cJSON *list, enum mail_happening happening, bool dead, const char *job, const char *id)
{
	for (const struct cJSON *m = json_first(list); m; m = json_next(m)) {
		struct mail_event *e = add(r, happening);
		e->address = json_text(m) ? keep(r, m) : keep(r, json_get(m, "emailAddress"));
		e->code = keep(r, json_get(m, "status"));
		e->reason = keep(r, json_get(m, "diagnosticCode"));
		if (!e->reason)
			e->reason = keep(r, json_get(what, "smtpResponse"));
		e->at = iso(json_get(what, "timestamp"));
		name_of(r, job, e);
		e->dead = dead;
		const char *own = json_text(json_get(what, "feedbackId"));
		e->id = own || id ? arena_printf(r->arena, "%s/%s/%s", own ? own : id, e->address ? e->address : "", own ? "" : happening == MAIL_DELIVERED ? "delivery" : "other") : NULL;
	}
}

static void ses_event(struct reading *r, const struct cJSON *o)
{
	const char *type = json_text(json_get(o, "eventType"));
	const struct cJSON *mail = json_get(o, "mail"), *part;
	const char *job = json_text(json_at(json_get(json_get(mail, "tags"), "job"), 0));
	const char *id = keep(r, json_get(mail, "messageId"));
	if (!type)
		type = json_text(json_get(o, "notificationType"));
	if (!type)
		return;
	if (strcmp(type, "Bounce") == 0 && (part = json_get(o, "bounce"))) {
		const char *kind = json_text(json_get(part, "bounceType"));
		bool soft = kind && strcmp(kind, "Transient") == 0;
		ses_recipients(r, part, json_get(part, "bouncedRecipients"), MAIL_BOUNCED, !soft, job, id);
	} else if (strcmp(type, "Complaint") == 0 && (part = json_get(o, "complaint"))) {
		ses_recipients(r, part, json_get(part, "complainedRecipients"), MAIL_COMPLAINT, false, job, id);
	} else if (strcmp(type, "Delivery") == 0 && (part = json_get(o, "delivery"))) {
		ses_recipients(r, part, json_get(part, "recipients"), MAIL_DELIVERED, false, job, id);
	} else if (strcmp(type, "DeliveryDelay") == 0 && (part = json_get(o, "deliveryDelay"))) {
		ses_recipients(r, part, json_get(part, "delayedRecipients"), MAIL_DEFERRED, false, job, id);
	} else if (strcmp(type, "Reject") == 0 || strcmp(type, "Rendering Failure") == 0) {
		struct mail_event *e = add(r, MAIL_DROPPED);
		name_of(r, job, e);
		e->id = id ? arena_printf(r->arena, "%s/reject", id) : NULL;
		e->reason = keep(r, json_get(json_get(o, "reject"), "reason"));
	} else if (strcmp(type, "Subscription") == 0) {
		ses_recipients(r, json_get(o, "subscription"), json_get(mail, "destination"), MAIL_UNSUBSCRIBED, false, job, id);
	}
}

static void ses_listed(struct reading *r, const struct cJSON *o)
{
	const char *why = json_text(json_get(o, "Reason"));
	bool complaint = why && strcmp(why, "COMPLAINT") == 0;
	struct mail_event *e = add(r, complaint ? MAIL_COMPLAINT : MAIL_BOUNCED);
	e->address = keep(r, json_get(o, "EmailAddress"));
	e->dead = !complaint;
	e->at = at_of(json_get(o, "LastUpdateTime"));
	e->reason = complaint ? NULL : _("Amazon SES no longer sends to this address: it bounced.");
}

static enum status ses_read(struct reading *r, const struct cJSON *doc, struct error *err)
{
	const struct cJSON *list = json_get(doc, "SuppressedDestinationSummaries");
	const char *message = json_text(json_get(doc, "Message"));
	for (const struct cJSON *m = json_first(list); m; m = json_next(m))
		ses_listed(r, m);
	if (list)
		return ST_OK;
	if (!message) {
		ses_event(r, doc);
		return ST_OK;
	}
	struct cJSON *inner = NULL;
	enum status st = json_parse(message, strlen(message), &inner, err);
	if (st == ST_OK)
		ses_event(r, inner);
	json_free(&inner);
	return st;
}

static enum status read_json(struct reading *r, const char *text, size_t n, struct error *err)
{
	struct cJSON *doc = NULL;
	enum status st = json_parse(text, n, &doc, err);
	if (st != ST_OK)
		return st;
	if (strcmp(r->provider, "sendgrid") == 0) {
		for (const struct cJSON *m = json_first(doc); m; m = json_next(m))
			r->list ? sendgrid_listed(r, m) : sendgrid_event(r, m);
	} else if (strcmp(r->provider, "mailgun") == 0) {
		const struct cJSON *data = json_get(doc, "event-data");
		if (data)
			mailgun_event(r, data);
		for (const struct cJSON *m = json_first(json_get(doc, "items")); m; m = json_next(m))
			mailgun_event(r, m);
	} else {
		st = ses_read(r, doc, err);
	}
	json_free(&doc);
	return st;
}

/* Delivery reports: the part message/delivery-status has a group of fields for the message, then one for each recipient; the mail it is about, or
 * its header, stands behind. */

/* The value of a field in the group that begins at s (up to an empty line), folded lines joined; NULL. */
static const char *group_field(const char *s, const char *end, const char *name, struct arena *a)
{
	size_t n = strlen(name);
	while (s < end && *s != '\n' && !(s[0] == '\r' && s + 1 < end && s[1] == '\n')) {
		const char *line = memchr(s, '\n', (size_t)(end - s));
		const char *next = line ? line + 1 : end;
		while (next < end && (*next == ' ' || *next == '\t')) {
			line = memchr(next, '\n', (size_t)(end - next));
			next = line ? line + 1 : end;
		}
		if ((size_t)(next - s) > n && strncasecmp(s, name, n) == 0 && s[n] == ':') {
			char *value = arena_strndup(a, s + n + 1, (size_t)(next - s) - n - 1), *to = value;
			for (const char *p = value; *p; p++)
				if (*p != '\r' && *p != '\n')
					*to++ = *p == '\t' ? ' ' : *p;
			*to = '\0';
			while (to > value && to[-1] == ' ')
				*--to = '\0';
			return value + strspn(value, " ");
		}
		s = next;
	}
	return NULL;
}

/* Behind the next empty line; `end` when there is none. */
static const char *next_group(const char *s, const char *end)
{
	while (s < end) {
		const char *line = memchr(s, '\n', (size_t)(end - s));
		if (!line)
			return end;
		s = line + 1;
		if (s < end && (*s == '\n' || (*s == '\r' && s + 1 < end && s[1] == '\n')))
			return s + (*s == '\r' ? 2 : 1);
	}
	return end;
}

/* "rfc822; a@b.c" */
static const char *address_of(const char *value)
{
	const char *semicolon = value ? strchr(value, ';') : NULL;
	const char *s = semicolon ? semicolon + 1 : value;
	return s ? s + strspn(s, " <") : NULL;
}

static void one_recipient(struct reading *r, const char *group, const char *end, const char *message_id)
{
	const char *address = address_of(group_field(group, end, "Final-Recipient", r->arena)), *action = group_field(group, end, "Action", r->arena);
	const char *original = address_of(group_field(group, end, "Original-Recipient", r->arena));
	static const char *const words[] = {"failed", "delayed", "delivered", "relayed", "expanded"};
	static const enum mail_happening whats[] = {MAIL_BOUNCED, MAIL_DEFERRED, MAIL_DELIVERED, MAIL_SENT, MAIL_DELIVERED};
	size_t i;
	if (!address || !*address || !named(action, words, sizeof words / sizeof *words, &i))
		return;
	struct mail_event *e = add(r, whats[i]);
	e->address = original && *original ? original : address;
	char *angle = strchr(e->address, '>');
	if (angle)
		*angle = '\0';
	e->code = group_field(group, end, "Status", r->arena);
	const char *said = address_of(group_field(group, end, "Diagnostic-Code", r->arena));
	e->reason = said ? said : e->code;
	e->message_id = message_id;
	e->dead = e->what == MAIL_BOUNCED && is_dead(e->code, said);
	if (message_id)
		e->id = arena_printf(r->arena, "%s/%s/%s", message_id, e->address, action);
}

/* The Message-ID of the mail that came back: a field of a header behind the report. */
static const char *original_id(const char *s, const char *end, struct arena *a)
{
	for (; s < end; s = next_group(s, end)) {
		const char *id = group_field(s, end, "Message-ID", a), *open = id ? strchr(id, '<') : NULL, *close = open ? strchr(open, '>') : NULL;
		if (close)
			return arena_strndup(a, open + 1, (size_t)(close - open - 1));
	}
	return NULL;
}

static enum status dsn_read(struct reading *r, const char *text, size_t n, struct error *err)
{
	static const char mark[] = "message/delivery-status";
	const char *end = text + n, *part = text;
	/* the first mention may be the report-type of the whole */
	while ((part = memmem(part, (size_t)(end - part), "\n", 1))) {
		part++;
		if ((size_t)(end - part) > 13 && strncasecmp(part, "Content-Type:", 13) == 0) {
			const char *value = part + 13 + strspn(part + 13, " \t");
			if ((size_t)(end - value) >= sizeof mark - 1 && strncasecmp(value, mark, sizeof mark - 1) == 0)
				break;
		}
	}
	if (!part)
		return error_set(err, ST_INVALID, _("This is no delivery report: it has no part message/delivery-status."));
	const char *body = next_group(part, end), *close = body;
	while (close < end && !(close[0] == '-' && end - close > 2 && close[1] == '-')) {
		const char *line = memchr(close, '\n', (size_t)(end - close));
		close = line ? line + 1 : end;
	}
	const char *id = original_id(close, end, r->arena);
	for (const char *group = next_group(body, close); group < close; group = next_group(group, close))
		one_recipient(r, group, close, id);
	return ST_OK;
}

enum status mail_report_read(const char *provider, const char *list, const char *text, size_t n, struct arena *a, struct mail_event **out, int *count,
	struct error *err)
{
	struct reading r = {.provider = provider, .list = list, .arena = a};
	static const char *const known[] = {"sendgrid", "mailgun", "ses"};
	size_t i;
	enum status st = strcmp(provider, "dsn") == 0 ? dsn_read(&r, text, n, err) : named(provider, known, 3, &i) ? read_json(&r, text, n, err)
		: error_set(err, ST_INVALID, _("“%s” is no service: sendgrid, mailgun, ses or dsn."), provider);
	if (st == ST_OK) {
		struct mail_event *kept = arena_alloc(a, (r.n + 1) * sizeof *kept);
		if (r.n)
			memcpy(kept, r.events, r.n * sizeof *kept);
		*out = kept;
		*count = (int)r.n;
	}
	free(r.events);
	return st;
}
