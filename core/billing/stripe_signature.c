/* Webhooks of Stripe are signed (docs.stripe.com/webhooks/signature): HMAC-SHA256 of "t.body" over the bytes as they came, t in seconds. What is not
 * exactly so is refused (SEC-54). */
#include "core/billing/stripe.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/security/secrets.h"

enum { HEADER_MOST = 4096, TOLERANCE_S = 300, SIGNATURES = 16 };

struct parts {
	const char *at; /* digits as they stand in the header: they are what is signed */
	size_t at_n;
	int64_t seconds;
	uint8_t signatures[SIGNATURES][SHA256_BYTES];
	int n;
};

static enum status refused(struct error *err, const char *why)
{
	return error_set(err, ST_INVALID, "%s", why);
}

static bool take_time(struct parts *p, const char *s, size_t n)
{
	if (p->at || n < 1 || n > 12)
		return false;
	p->at = s;
	p->at_n = n;
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		p->seconds = p->seconds * 10 + (s[i] - '0');
	}
	return true;
}

static void take_signature(struct parts *p, const char *s, size_t n)
{
	char hex[2 * SHA256_BYTES + 1];
	if (n != sizeof hex - 1 || p->n == SIGNATURES)
		return;
	memcpy(hex, s, n);
	hex[n] = '\0';
	p->n += hex_decode(hex, p->signatures[p->n], SHA256_BYTES) == SHA256_BYTES;
}

static enum status take_apart(const char *header, struct parts *p, struct error *err)
{
	if (!header || strlen(header) > HEADER_MOST)
		return refused(err, header ? _("The Stripe-Signature header is too long.") : _("The Stripe-Signature header is missing."));
	for (const char *s = header; *s;) {
		s += strspn(s, " ");
		size_t n = strcspn(s, ","), name = strcspn(s, "=,");
		if (name == 1 && *s == 't' && s[1] == '=') {
			if (!take_time(p, s + 2, n - 2))
				return refused(err, _("The Stripe-Signature header names no time, or several."));
		} else if (name == 2 && strncmp(s, "v1=", 3) == 0) {
			take_signature(p, s + 3, n - 3);
		}
		s += n + (s[n] == ',');
	}
	if (!p->at)
		return refused(err, _("The Stripe-Signature header names no time, or several."));
	return p->n ? ST_OK : refused(err, _("The Stripe-Signature header has no signature v1."));
}

/* Every secret with every signature, always all of them. */
static bool any_matches(const struct parts *p, const char *secrets, const void *body, size_t n)
{
	struct buf signed_text = {0};
	bool good = false;
	buf_add(&signed_text, p->at, p->at_n);
	buf_putc(&signed_text, '.');
	buf_add(&signed_text, body, n);
	for (const char *s = secrets; *s;) {
		s += strspn(s, " ");
		size_t len = strcspn(s, ", ");
		uint8_t mac[SHA256_BYTES];
		crypto_hmac_sha256(s, len, signed_text.data, signed_text.len, mac);
		for (int i = 0; len && i < p->n; i++)
			good |= crypto_equal(mac, p->signatures[i], sizeof mac);
		s += len;
		s += strspn(s, ", ");
	}
	buf_free(&signed_text);
	return good;
}

enum status stripe_signature_check(struct core *c, const char *header, const void *body, size_t n, int64_t now, struct error *err)
{
	struct parts p = {0};
	char *secrets = NULL;
	enum status st = take_apart(header, &p, err);
	if (st == ST_OK)
		st = secret_get(c, "STRIPE_WEBHOOK_SECRET", &secrets, err);
	if (st == ST_OK && !secrets) {
		error_set(err, ST_DENIED, _("Messages from Stripe cannot be checked: STRIPE_WEBHOOK_SECRET is not set."));
		error_hint(err, _("Stripe shows it beside the webhook in its dashboard; it begins with whsec_."));
		st = ST_DENIED;
	}
	if (st == ST_OK && !any_matches(&p, secrets, body, n))
		st = refused(err, _("The signature is not Stripe's: another secret, or the message was changed on its way."));
	int64_t apart = now / 1000 - p.seconds;
	if (st == ST_OK && (apart > TOLERANCE_S || apart < -TOLERANCE_S))
		st = refused(err, _("The message from Stripe is too old, or a clock is wrong."));
	if (secrets) {
		crypto_wipe(secrets, strlen(secrets));
		free(secrets);
	}
	return st;
}
