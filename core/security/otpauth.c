/* The otpauth URI: see totp.h. Source: github.com/google/google-authenticator/wiki/Key-Uri-Format.
 *
 * A label is ISSUER:ACCOUNT, where the colon may be written %3A and blanks may follow it; neither part has a colon of
 * its own. What we write has a literal colon, %20 for blanks and every parameter; what we read may leave out all but
 * the secret.
 */
#include "core/security/totp.h"

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/security/policy.h"

#include <string.h>
#include <strings.h>

enum { URI_MAX = 4096 };

static const char scheme[] = "otpauth://totp/";

/* RFC 3986, 2.3; a colon would be taken for the one between issuer and account, so it becomes a blank. */
static void add_encoded(struct buf *out, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)(*s == ':' ? ' ' : *s);
		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || strchr("-._~", c))
			buf_putc(out, (char)c);
		else
			buf_printf(out, "%%%02X", c);
	}
}

char *otpauth_format(struct arena *a, const char *issuer, const char *account, const uint8_t *secret, int secret_n)
{
	struct buf b = {0};
	buf_puts(&b, scheme);
	if (*issuer) {
		add_encoded(&b, issuer);
		buf_putc(&b, ':');
	}
	add_encoded(&b, account);
	buf_printf(&b, "?secret=%s", base32_encode(a, secret, (size_t)secret_n));
	if (*issuer) {
		buf_puts(&b, "&issuer=");
		add_encoded(&b, issuer);
	}
	char *uri = arena_strndup(a, buf_str(&b), b.len);
	crypto_wipe(b.data, b.len);
	buf_free(&b);
	return uri;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* n bytes of a URI, decoded and without blanks around them; NULL when they are not text of one line. */
static char *decoded(struct arena *a, const char *s, size_t n)
{
	char *text = arena_alloc(a, n + 1), *to = text;
	for (size_t i = 0; i < n; i++) {
		char c = s[i];
		if (c == '%') {
			int high = i + 2 < n ? hex_digit(s[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(s[i + 2]) : -1;
			if (low < 0)
				return NULL;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if ((unsigned char)c < 0x20 || c == 0x7F)
			return NULL;
		*to++ = c;
	}
	return text_is_utf8(text, (size_t)(to - text)) ? text_trim(a, text) : NULL;
}

/* 1 to max in decimal digits, or -1. */
static int small_number(const char *s, int max)
{
	int value = 0;
	for (; *s >= '0' && *s <= '9'; s++) {
		value = value * 10 + (*s - '0');
		if (value > max)
			return -1;
	}
	return *s ? -1 : value;
}

static bool take_label(struct arena *a, const char *s, size_t n, struct otpauth *out)
{
	char *label = decoded(a, s, n);
	if (!label)
		return false;
	char *colon = strchr(label, ':');
	out->issuer = colon ? text_trim(a, arena_strndup(a, label, (size_t)(colon - label))) : "";
	out->account = colon ? text_trim(a, colon + 1) : label;
	return *out->account && !strchr(out->account, ':');
}

enum { SECRET = 1, ISSUER = 2, ALGORITHM = 4, DIGITS = 8, PERIOD = 16 };

static int name_of(const char *s, size_t n)
{
	static const struct {
		const char *name;
		int bit;
	} names[] = {{"secret", SECRET}, {"issuer", ISSUER}, {"algorithm", ALGORITHM}, {"digits", DIGITS},
		{"period", PERIOD}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (n == strlen(names[i].name) && memcmp(s, names[i].name, n) == 0)
			return names[i].bit;
	return 0; /* others are for others: image, color… */
}

static bool take_value(int name, const char *value, struct otpauth *out)
{
	switch (name) {
	case SECRET:
		out->secret_n = base32_decode(value, out->secret, sizeof out->secret);
		return out->secret_n > 0;
	case ISSUER:
		if (*value)
			out->issuer = value;
		return !strchr(value, ':');
	case ALGORITHM:
		return strcasecmp(value, "SHA1") == 0;
	case DIGITS:
		out->digits = small_number(value, 8);
		return out->digits >= 6;
	case PERIOD:
		out->period = small_number(value, 3600);
		return out->period >= 1;
	default:
		return true;
	}
}

/* name=value of s; each name that we know once. */
static bool take_parameter(struct arena *a, const char *s, size_t n, int *seen, struct otpauth *out)
{
	const char *equals = memchr(s, '=', n);
	if (!equals)
		return n == 0;
	int name = name_of(s, (size_t)(equals - s));
	char *value = decoded(a, equals + 1, n - (size_t)(equals - s) - 1);
	if (!value || (*seen & name))
		return false;
	*seen |= name;
	return take_value(name, value, out);
}

static bool take_uri(struct arena *a, const char *uri, struct otpauth *out)
{
	size_t n = sizeof scheme - 1;
	if (strlen(uri) > URI_MAX || strncasecmp(uri, scheme, n) != 0 || strchr(uri, '#'))
		return false;
	const char *s = uri + n;
	n = strcspn(s, "?");
	if (!s[n] || !take_label(a, s, n, out))
		return false;
	int seen = 0;
	for (s += n; *s; s += n) {
		s++;
		n = strcspn(s, "&");
		if (!take_parameter(a, s, n, &seen, out))
			return false;
	}
	return (seen & SECRET) != 0;
}

enum status otpauth_parse(struct arena *a, const char *uri, struct otpauth *out, struct error *err)
{
	struct otpauth read = {.issuer = "", .account = "", .digits = TOTP_DIGITS, .period = TOTP_STEP_S};
	bool ok = take_uri(a, uri, &read);
	if (ok)
		*out = read;
	crypto_wipe(read.secret, sizeof read.secret);
	if (ok)
		return ST_OK;
	error_set(err, ST_INVALID, _("This is not the address of a one-time code that Simplix can read."));
	error_hint(err, _("It starts with otpauth://totp/ and has a secret in base32; its algorithm is SHA1."));
	return ST_INVALID;
}
