/* What a mail server's reply means: see dsn.h.
 *
 * The enhanced code decides where there is one that says something; servers that have none, or say 5.0.0 or 5.7.1 to everything, are read
 * by their words, which are few and old. In doubt a refusal is not laid at the address's door: an address that is taken for dead is
 * lost, one that is tried again costs a mail.
 */
#include "core/mail/dsn.h"

#include "core/base/i18n.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* n.n.n at s; gives the bytes it takes, 0 when there is none. */
static size_t read_status(const char *s, size_t n, int status[3])
{
	size_t i = 0;
	int found[3] = {0};
	for (int part = 0; part < 3; part++) {
		size_t begin = i;
		for (; i < n && isdigit((unsigned char)s[i]) && i - begin < 3; i++)
			found[part] = found[part] * 10 + (s[i] - '0');
		if (i == begin || (part < 2 && (i == n || s[i++] != '.')))
			return 0;
	}
	if ((found[0] != 2 && found[0] != 4 && found[0] != 5) || (i < n && !isspace((unsigned char)s[i])))
		return 0;
	memcpy(status, found, sizeof found);
	return i;
}

static size_t read_code(const char *s, size_t n, int *code)
{
	if (n < 3 || s[0] < '2' || s[0] > '5' || !isdigit((unsigned char)s[1]) || !isdigit((unsigned char)s[2]))
		return 0;
	if (n > 3 && s[3] != ' ' && s[3] != '-')
		return 0;
	*code = (s[0] - '0') * 100 + (s[1] - '0') * 10 + (s[2] - '0');
	return n > 3 ? 4 : 3;
}

static void add_text(struct smtp_reply *out, const char *s, size_t n)
{
	size_t have = strlen(out->text);
	for (size_t i = 0; i <= n && have + 1 < sizeof out->text; i++) {
		char c = i == 0 ? ' ' : s[i - 1];
		if (i > 0 || have > 0)
			out->text[have++] = c ? c : ' ';
	}
	out->text[have] = '\0';
}

static void read_line(const char *s, size_t n, struct smtp_reply *out)
{
	int status[3];
	size_t used = read_code(s, n, &out->code);
	s += used;
	n -= used;
	used = read_status(s, n, status);
	if (used > 0)
		memcpy(out->status, status, sizeof status);
	for (s += used, n -= used; n > 0 && isspace((unsigned char)*s); s++)
		n--;
	add_text(out, s, n);
}

void smtp_reply_read(const char *s, size_t n, struct smtp_reply *out)
{
	*out = (struct smtp_reply){0};
	const char *end = s + n;
	while (s < end) {
		const char *line = s;
		while (s < end && *s != '\r' && *s != '\n')
			s++;
		if (s > line)
			read_line(line, (size_t)(s - line), out);
		while (s < end && (*s == '\r' || *s == '\n'))
			s++;
	}
}

static bool says(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcasestr(text, *words))
			return true;
	return false;
}

static enum dsn_kind by_words(const char *text, enum dsn_kind otherwise)
{
	static const char *const full[] = {"mailbox full", "mailbox is full", "over quota", "overquota", "quota exceeded",
		"exceeded storage", "insufficient storage", NULL};
	static const char *const blocked[] = {"spam", "blocked", "blacklist", "blocklist", "block list", "black list", "spamhaus", "policy",
		"reputation", "dmarc", "dkim", "spf", "banned", "relay", "content rejected", NULL};
	static const char *const bad[] = {"user unknown", "unknown user", "no such user", "does not exist", "doesn't exist", "user not found",
		"unknown recipient", "recipient unknown", "invalid recipient", "no mailbox", "mailbox unavailable", "mailbox not found",
		"unknown address", "address unknown", "account disabled", "account is disabled", "no such recipient", NULL};
	if (says(text, full))
		return DSN_FULL;
	if (says(text, blocked))
		return DSN_BLOCKED;
	return says(text, bad) ? DSN_BAD_ADDRESS : otherwise;
}

/* RFC 3463, 3.2 to 3.8, for a refusal for good. */
static enum dsn_kind by_status(const struct smtp_reply *r, enum dsn_kind otherwise)
{
	int subject = r->status[1], detail = r->status[2];
	switch (subject) {
	case 1: /* addressing; 7 and 8 are about the sender's address, 10 is a null MX */
		return detail == 7 || detail == 8 ? DSN_BLOCKED : detail == 0 ? by_words(r->text, DSN_BAD_ADDRESS) : DSN_BAD_ADDRESS;
	case 2: /* mailbox: disabled, full, message too long, a list */
		return detail == 2 ? DSN_FULL : detail == 1 ? DSN_BAD_ADDRESS : detail == 3 ? DSN_REFUSED : by_words(r->text, otherwise);
	case 3: /* the system: full, or the message too large for it */
		return detail == 1 ? DSN_FULL : detail == 4 ? DSN_REFUSED : by_words(r->text, otherwise);
	case 4: /* no such host: the domain is none */
		return detail == 4 ? by_words(r->text, DSN_BAD_ADDRESS) : by_words(r->text, otherwise);
	case 7: /* some say 5.7.1 of users they do not have */
		return detail == 8 || detail == 9 ? DSN_AUTH : by_words(r->text, DSN_BLOCKED);
	default:
		return by_words(r->text, otherwise);
	}
}

/* RFC 4954, 6 */
static bool is_auth(int code)
{
	return code == 530 || code == 534 || code == 535 || code == 538;
}

enum dsn_kind dsn_classify(const struct smtp_reply *r)
{
	int first = r->code ? r->code / 100 : r->status[0];
	if (is_auth(r->code))
		return DSN_AUTH;
	if (first == 2 || first == 3)
		return DSN_ACCEPTED;
	if (first == 4 || first == 0) {
		bool full = (r->status[1] == 2 && r->status[2] == 2) || by_words(r->text, DSN_LATER) == DSN_FULL;
		return full ? DSN_FULL : DSN_LATER;
	}
	if (r->status[0] == 5)
		return by_status(r, DSN_REFUSED);
	switch (r->code) { /* RFC 5321, 4.2.3 */
	case 550:
	case 553:
		return by_words(r->text, DSN_BAD_ADDRESS);
	case 551:
	case 556: /* RFC 7504: takes no mail */
		return DSN_BAD_ADDRESS;
	case 552:
		return by_words(r->text, DSN_FULL);
	case 554:
		return by_words(r->text, DSN_BLOCKED);
	default:
		return by_words(r->text, DSN_REFUSED);
	}
}

const char *dsn_sentence(enum dsn_kind kind)
{
	static const char *const sentences[DSN_KINDS] = {
		[DSN_ACCEPTED] = N_("The mail server has taken the mail."),
		[DSN_LATER] = N_("The mail server cannot take the mail now; it is tried again later."),
		[DSN_BAD_ADDRESS] = N_("There is no such mail address."),
		[DSN_FULL] = N_("The mailbox of the recipient is full."),
		[DSN_BLOCKED] = N_("The mail server blocks the mail: it takes it for spam, or does not trust where it comes from."),
		[DSN_AUTH] = N_("The mail server does not accept our user name or password."),
		[DSN_REFUSED] = N_("The mail server refuses the mail."),
	};
	return _(sentences[kind < DSN_KINDS ? kind : DSN_REFUSED]);
}
