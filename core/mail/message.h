/* A mail, and the bytes of it (RFC 5322, MIME). Pure.
 *
 * Whoever sends describes a struct mail; mail_check() says whether it may leave, mail_build() makes the message that an SMTP
 * server or Amazon SES takes, senders.h the bodies of services that make the message themselves. Nothing that could end a line is let
 * into a header, an address or a name (SEC-60): it is refused, not mended, since a name with a line break in it is an attack or a mistake.
 * Bodies are free text: their line ends become CRLF, and what a mail server might alter is encoded.
 */
#ifndef CORE_MAIL_MESSAGE_H
#define CORE_MAIL_MESSAGE_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MAIL_RECIPIENTS_MAX = 100, /* To, Cc and Bcc together */
	MAIL_PARTS_MAX = 100,
};

struct mail_address {
	const char *name; /* NULL or "": none */
	const char *email;
};

struct mail_addresses {
	const struct mail_address *at;
	size_t n;
};

/* A file that goes along; with a content id it is an image that the HTML shows as cid:ID. */
struct mail_part {
	const char *name;
	const char *type; /* "application/pdf", also with parameters; NULL: unknown */
	const void *data;
	size_t n;
	const char *content_id; /* without <>; NULL or "": an attachment */
};

struct mail_header {
	const char *name, *value;
};

struct mail {
	struct mail_address from, reply_to; /* reply_to.email NULL: none */
	struct mail_addresses to, cc, bcc;
	const char *subject;
	const char *text, *html; /* UTF-8; one may be missing */
	const struct mail_part *parts;
	size_t parts_n;
	const struct mail_header *headers; /* List-Unsubscribe and the like */
	size_t headers_n;
	const char *message_id;  /* without <> */
	const char *in_reply_to; /* without <>; NULL: not an answer */
	int64_t at;              /* ms since 1970 */
};

/* May it be sent? The error names the field: "from", "to", "subject", "parts"… */
enum status mail_check(const struct mail *m, struct error *err);
/* local@domain of RFC 5321 in ASCII; `field` is what an error names. */
enum status mail_check_address(const char *email, const char *field, struct error *err);

/* Check it, then append the message: CRLF throughout, no line above 998 octets, Bcc left out. Nothing is appended on failure. */
enum status mail_build(const struct mail *m, struct buf *out, struct error *err);

/* A new message id, without <>, in the domain of a mail address. */
char *mail_message_id(struct arena *a, const char *email);

/* Is there such a text: neither NULL nor empty? */
bool mail_has(const char *s);
/* The text to show beside the HTML: what was given, else what mail_html_text() makes of the HTML. */
const char *mail_plain_text(struct arena *a, const struct mail *m);
/* HTML as plain text: tags dropped, characters by name decoded, links as "words (URL)", blocks on lines of their own. */
void mail_html_text(const char *html, struct buf *out);

#endif
