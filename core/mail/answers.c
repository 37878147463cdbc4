/* What the services' answers mean: see senders.h.
 *
 * The status of HTTP decides, since it is what all three document; a service's own error names tell apart what shares a status.
 */
#include "core/mail/senders.h"

#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SAID_MAX = 300, BODY_MAX = 1 << 20, RETRY_MAX_S = 24 * 60 * 60 };

static const char *header(const struct mail_answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->headers_n; i++)
		if (strcasecmp(answer->headers[i].name, name) == 0)
			return answer->headers[i].value;
	return "";
}

/* Seconds of Retry-After (RFC 9110, 10.2.3); its form as a date is not used by these services. */
static int64_t retry_after(const struct mail_answer *answer)
{
	const char *s = header(answer, "Retry-After");
	size_t n = strspn(s, "0123456789");
	if (n == 0 || n > 9 || s[n])
		return 0;
	long seconds = strtol(s, NULL, 10);
	return seconds < RETRY_MAX_S ? seconds : RETRY_MAX_S;
}

static struct cJSON *body_of(const struct mail_answer *answer)
{
	struct cJSON *doc = NULL;
	if (!answer->body || answer->body_n == 0 || answer->body_n > BODY_MAX ||
		json_parse(answer->body, answer->body_n, &doc, NULL) != ST_OK)
		return NULL;
	return doc;
}

/* Words from outside, safe to show and not too long. */
static const char *cleaned(struct arena *a, const char *s)
{
	if (!mail_has(s))
		return "";
	struct buf b = {0};
	text_clean_to(&b, s, strlen(s));
	char *text = arena_strdup(a, text_trim(a, buf_str(&b)));
	buf_free(&b);
	if (strlen(text) <= SAID_MAX)
		return text;
	return arena_printf(a, "%s…", arena_strndup(a, text, text_prev(text, strlen(text), SAID_MAX)));
}

/* An id that goes into our own records. */
static const char *clean_id(struct arena *a, const char *s)
{
	if (!s)
		return "";
	size_t n = strlen(s);
	bool framed = n > 2 && s[0] == '<' && s[n - 1] == '>';
	return cleaned(a, framed ? arena_strndup(a, s + 1, n - 2) : s);
}

static void set(struct mail_verdict *v, enum mail_outcome outcome, const char *message)
{
	v->outcome = outcome;
	v->message = message;
}

/* What a status means with all of them. */
static void by_status(const struct mail_answer *answer, struct mail_verdict *v)
{
	int status = answer->status;
	*v = (struct mail_verdict){.id = "", .said = "", .retry_s = retry_after(answer)};
	if (status == 0) {
		set(v, MAIL_LATER, _("The sending service did not answer."));
		v->unclear = true;
	} else if (status >= 200 && status < 300) {
		set(v, MAIL_ACCEPTED, _("The sending service has taken the mail."));
	} else if (status == 429) {
		set(v, MAIL_LATER, _("The sending service asks us to go slower."));
	} else if (status == 408 || status == 425 || status >= 500) {
		set(v, MAIL_LATER, _("The sending service is out of order just now."));
		v->unclear = status == 408 || status == 502 || status == 504;
	} else if (status == 401 || status == 403) {
		set(v, MAIL_REFUSED, _("The sending service does not accept our key, or the key may not send from this address."));
	} else if (status == 404) {
		set(v, MAIL_REFUSED, _("The sending service does not know the domain or account that is set up."));
	} else if (status == 413) {
		set(v, MAIL_REFUSED, _("The mail is too large for the sending service."));
	} else if (status >= 300 && status < 400) {
		set(v, MAIL_REFUSED, _("The address of the sending service is not right: it sends us elsewhere."));
	} else {
		set(v, MAIL_REFUSED, _("The sending service refuses the mail."));
	}
}

/* Taken, says the status, but no service says it so: something else may have answered. */
static void set_unclear(struct mail_verdict *v)
{
	set(v, MAIL_LATER, _("The answer of the sending service cannot be understood."));
	v->unclear = true;
}

void mail_answer_sendgrid(const struct mail_answer *answer, struct arena *a, struct mail_verdict *out)
{
	struct cJSON *doc = body_of(answer);
	by_status(answer, out);
	out->said = cleaned(a, json_text(json_get(json_at(json_get(doc, "errors"), 0), "message")));
	if (out->outcome == MAIL_ACCEPTED)
		out->id = clean_id(a, header(answer, "X-Message-Id"));
	/* 202, or 200 in sandbox mode; both have no body. */
	if (out->outcome == MAIL_ACCEPTED && (!*out->id && answer->body_n > 0))
		set_unclear(out);
	json_free(&doc);
}

void mail_answer_mailgun(const struct mail_answer *answer, struct arena *a, struct mail_verdict *out)
{
	struct cJSON *doc = body_of(answer);
	by_status(answer, out);
	out->said = cleaned(a, json_text(json_get(doc, "message")));
	/* A wrong key is answered with the bare word Forbidden. */
	if (answer->status == 401 && !doc && answer->body && answer->body_n > 0 && answer->body_n < SAID_MAX)
		out->said = cleaned(a, arena_strndup(a, answer->body, answer->body_n));
	if (out->outcome == MAIL_ACCEPTED)
		out->id = clean_id(a, json_text(json_get(doc, "id")));
	if (out->outcome == MAIL_ACCEPTED && !*out->id)
		set_unclear(out);
	json_free(&doc);
}

/* Errors of SES and of AWS that pass, whatever their status is. */
static bool ses_passes(const char *type)
{
	static const char *const names[] = {"TooManyRequestsException", "LimitExceededException", "ThrottlingException", "Throttling",
		"SendingPausedException", "ConcurrentModificationException", "InternalFailure", "ServiceUnavailable", "RequestTimeout"};
	const char *name = strrchr(type, '#');
	name = name ? name + 1 : type;
	size_t n = strcspn(name, ":");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == n && strncmp(name, names[i], n) == 0)
			return true;
	return false;
}

void mail_answer_ses(const struct mail_answer *answer, struct arena *a, struct mail_verdict *out)
{
	struct cJSON *doc = body_of(answer);
	by_status(answer, out);
	const char *said = json_text(json_get(doc, "message")), *type = json_text(json_get(doc, "__type"));
	out->said = cleaned(a, said ? said : json_text(json_get(doc, "Message")));
	if (out->outcome == MAIL_REFUSED && ses_passes(type ? type : header(answer, "X-Amzn-ErrorType")))
		set(out, MAIL_LATER, _("The sending service asks us to go slower."));
	if (out->outcome == MAIL_ACCEPTED)
		out->id = clean_id(a, json_text(json_get(doc, "MessageId")));
	if (out->outcome == MAIL_ACCEPTED && !*out->id)
		set_unclear(out);
	json_free(&doc);
}
