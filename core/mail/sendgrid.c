/* SendGrid, Mail Send v3: see senders.h. Source: www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send. */
#include "core/mail/request.h"

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/mail/mime_header.h"

#include <string.h>

static void add_address(struct json_out *w, const struct mail_address *p)
{
	json_object(w);
	json_key(w, "email");
	json_str(w, p->email);
	if (mail_has(p->name)) {
		json_key(w, "name");
		json_str(w, p->name);
	}
	json_object_end(w);
}

/* Recipients first to last - 1 of all, under a key; none writes nothing, since an empty list is refused. */
static void add_recipients(struct json_out *w, const char *key, const struct mail *m, size_t first, size_t end)
{
	bool begun = false;
	for (size_t i = first; i < end; i++) {
		if (request_is_repeated(m, i))
			continue;
		if (!begun) {
			json_key(w, key);
			json_array(w);
		}
		begun = true;
		add_address(w, request_recipient(m, i));
	}
	if (begun)
		json_array_end(w);
}

static void add_personalization(struct json_out *w, const struct mail *m, const char *job)
{
	size_t cc = m->to.n, bcc = cc + m->cc.n;
	json_key(w, "personalizations");
	json_array(w);
	json_object(w);
	add_recipients(w, "to", m, 0, cc);
	add_recipients(w, "cc", m, cc, bcc);
	add_recipients(w, "bcc", m, bcc, bcc + m->bcc.n);
	json_key(w, "custom_args");
	json_object(w);
	json_key(w, "job");
	json_str(w, job);
	json_object_end(w);
	json_object_end(w);
	json_array_end(w);
}

static void add_content(struct json_out *w, const char *type, const char *text)
{
	if (!mail_has(text))
		return;
	json_object(w);
	json_key(w, "type");
	json_str(w, type);
	json_key(w, "value");
	json_str(w, text);
	json_object_end(w);
}

static void add_attachment(struct json_out *w, const struct mail *m, const struct mail_part *p, struct arena *a)
{
	bool related = mail_has(p->content_id) && mail_has(m->html);
	json_object(w);
	json_key(w, "content");
	json_str(w, base64_encode(a, p->data, p->n));
	json_key(w, "type");
	json_str(w, request_type(a, p->type));
	json_key(w, "filename");
	json_str(w, p->name);
	json_key(w, "disposition");
	json_str(w, related ? "inline" : "attachment");
	if (related) {
		json_key(w, "content_id");
		json_str(w, p->content_id);
	}
	json_object_end(w);
}

static void add_attachments(struct json_out *w, const struct mail *m, struct arena *a)
{
	if (m->parts_n == 0)
		return;
	json_key(w, "attachments");
	json_array(w);
	for (size_t i = 0; i < m->parts_n; i++)
		add_attachment(w, m, &m->parts[i], a);
	json_array_end(w);
}

static void add_headers(struct json_out *w, const struct mail *m, struct arena *a)
{
	json_key(w, "headers");
	json_object(w);
	json_key(w, "Message-ID");
	json_str(w, arena_printf(a, "<%s>", m->message_id));
	if (mail_has(m->in_reply_to)) {
		const char *id = arena_printf(a, "<%s>", m->in_reply_to);
		json_key(w, "In-Reply-To");
		json_str(w, id);
		json_key(w, "References");
		json_str(w, id);
	}
	for (size_t i = 0; i < m->headers_n; i++) {
		const char *value = m->headers[i].value;
		json_key(w, m->headers[i].name);
		json_str(w, mime_is_ascii(value) ? value : mime_words(a, value));
	}
	json_object_end(w);
}

static void add_mail(struct json_out *w, const struct mail *m, const char *job, struct arena *a)
{
	json_object(w);
	add_personalization(w, m, job);
	json_key(w, "from");
	add_address(w, &m->from);
	if (mail_has(m->reply_to.email)) {
		json_key(w, "reply_to");
		add_address(w, &m->reply_to);
	}
	json_key(w, "subject");
	json_str(w, m->subject);
	json_key(w, "content");
	json_array(w);
	add_content(w, "text/plain", mail_plain_text(a, m)); /* before the HTML, or it is refused */
	add_content(w, "text/html", m->html);
	json_array_end(w);
	add_attachments(w, m, a);
	add_headers(w, m, a);
	json_object_end(w);
}

static enum status check(const struct mail *m, struct error *err)
{
	if (m->to.n == 0)
		return error_field(err, ST_INVALID, "to", _("This service needs a recipient in To, not in Cc or Bcc alone."));
	if (!mail_has(m->subject))
		return error_field(err, ST_INVALID, "subject", _("This service needs a subject."));
	for (size_t i = 0; i < m->parts_n; i++)
		if (m->parts[i].n == 0)
			return error_field(err, ST_INVALID, "parts", _("This service takes no empty file: %s."), m->parts[i].name);
	return ST_OK;
}

enum status mail_request_sendgrid(const char *base_url, const char *key, const struct mail *m, const char *job, struct arena *a,
	struct mail_request *out, struct error *err)
{
	enum status st = request_check(m, job, base_url, err);
	if (st == ST_OK)
		st = request_check_word(key, "key", err);
	if (st == ST_OK)
		st = check(m, err);
	if (st != ST_OK)
		return st;
	struct buf b = {0};
	struct json_out w;
	json_begin(&w, &b, false);
	add_mail(&w, m, job, a);
	*out = (struct mail_request){.method = "POST"};
	out->url = arena_printf(a, "%s/v3/mail/send", base_url ? base_url : "https://api.sendgrid.com");
	request_add_header(out, "Authorization", arena_printf(a, "Bearer %s", key));
	request_add_header(out, "Content-Type", "application/json");
	request_take_body(out, &b, a);
	return ST_OK;
}
