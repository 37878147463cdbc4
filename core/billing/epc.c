/* The QR code of a SEPA transfer (EPC069-12, version 002) and the check digits in it: IBAN by ISO 13616, RF reference by ISO 11649, both ISO 7064's mod 97-10. Pure.
 *
 * A payload is lines ended by LF, the last one that says something without: service tag, version, character set (1: UTF-8), SCT, BIC, name, IBAN, amount, purpose, reference, text.
 * It has room for 331 bytes, what a version 13 code of correction level M holds. */
#include "core/billing/epc.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"

enum { PAYLOAD_MAX = 331, NAME_MAX_CHARS = 70, TEXT_MAX_CHARS = 140, IBAN_MAX = 34, RF_BASE_MAX = 21 };
#define AMOUNT_MAX INT64_C(99999999999)

/* Country and length, of the SWIFT IBAN registry, release 97. */
static const char iban_lengths[] = "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28"
				   "HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29"
				   "RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Blanks dropped, letters large; false when something else than letters and digits is left, or more than `max` of them. */
static bool compact(const char *s, char *out, size_t max)
{
	size_t n = 0;
	for (; *s; s++) {
		if (*s == ' ' || (strncmp(s, "\u00A0", 2) == 0 && s++) || (strncmp(s, "\u202F", 3) == 0 && (s += 2)))
			continue;
		char c = upper(*s);
		if (n == max || (!is_digit(c) && !is_letter(c)))
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return true;
}

/* The text's number by mod 97, letters read as 10 to 35, going on from `rest`. */
static int mod97(int rest, const char *s)
{
	for (; *s; s++)
		rest = is_digit(*s) ? (rest * 10 + (*s - '0')) % 97 : (rest * 100 + (*s - 'A' + 10)) % 97;
	return rest;
}

/* Four characters in front, moved behind, make 1. */
static bool checks(const char *s)
{
	char head[5] = {s[0], s[1], s[2], s[3], '\0'};
	return mod97(mod97(0, s + 4), head) == 1;
}

static size_t iban_length(const char *country)
{
	for (const char *p = iban_lengths; *p; p += 4)
		if (p[0] == country[0] && p[1] == country[1])
			return (size_t)((p[2] - '0') * 10 + (p[3] - '0'));
	return 0;
}

bool iban_valid(const char *iban)
{
	char s[IBAN_MAX + 1];
	if (!iban || !compact(iban, s, IBAN_MAX))
		return false;
	size_t n = strlen(s);
	/* check digits 00, 01 and 99 are never given out, though they may satisfy the sum */
	return n > 4 && n == iban_length(s) && is_digit(s[2]) && is_digit(s[3]) && strncmp(s + 2, "00", 2) != 0 && strncmp(s + 2, "01", 2) != 0 &&
	       strncmp(s + 2, "99", 2) != 0 && checks(s);
}

char *iban_spaced(struct arena *a, const char *iban)
{
	char *out = arena_alloc(a, strlen(iban) + strlen(iban) / 4 + 2), *p = out;
	int n = 0;
	for (const char *s = iban; *s; s++) {
		if (*s == ' ')
			continue;
		if (n && n % 4 == 0)
			*p++ = ' ';
		*p++ = upper(*s);
		n++;
	}
	*p = '\0';
	return out;
}

char *rf_reference(struct arena *a, const char *base)
{
	char *all = arena_alloc(a, strlen(base) + 1);
	size_t n = 0;
	for (const char *s = base; *s; s++)
		if (is_digit(upper(*s)) || is_letter(upper(*s)))
			all[n++] = upper(*s);
	if (!n)
		return NULL;
	const char *kept = n > RF_BASE_MAX ? all + n - RF_BASE_MAX : all;
	return arena_printf(a, "RF%02d%s", 98 - mod97(mod97(0, kept), "RF00"), kept);
}

bool rf_valid(const char *reference)
{
	char s[4 + RF_BASE_MAX + 1];
	return reference && compact(reference, s, sizeof s - 1) && strlen(s) > 4 && s[0] == 'R' && s[1] == 'F' && is_digit(s[2]) && is_digit(s[3]) && checks(s);
}

/* ISO 9362: four letters or digits, a country, two letters or digits, perhaps three of a branch. */
static bool bic_valid(const char *s)
{
	size_t n = strlen(s);
	return (n == 8 || n == 11) && is_letter(s[4]) && is_letter(s[5]);
}

/* On one line, at most `chars` characters; control characters and line ends are blanks. */
static char *one_line(struct arena *a, const char *s, int chars)
{
	struct buf b = {0};
	size_t n = strlen(s);
	int32_t cp;
	for (size_t i = 0; i < n;) {
		size_t used = (size_t)text_decode(s + i, n - i, &cp);
		bool blank = cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x2028 || cp == 0x2029;
		if (cp < 0)
			buf_putc(&b, '?');
		else if (blank)
			buf_putc(&b, ' ');
		else
			buf_add(&b, s + i, used);
		i += used;
	}
	char *line = text_trim(a, buf_str(&b));
	buf_free(&b);
	size_t at = 0, length = strlen(line);
	for (; chars > 0 && at < length; chars--)
		at += (size_t)text_decode(line + at, length - at, &cp);
	line[at] = '\0';
	return line;
}

/* The last character goes. */
static void shorten(char *s)
{
	size_t n = strlen(s);
	while (n > 0 && ((unsigned char)s[n - 1] & 0xC0) == 0x80)
		n--;
	if (n > 0)
		s[n - 1] = '\0';
}

static char *lay_out(struct arena *a, const char *bic, const char *name, const char *iban, int64_t amount, const char *reference, const char *text)
{
	char *end = *text ? arena_printf(a, "\n\n\n%s", text) : *reference ? arena_printf(a, "\n\n%s", reference) : "";
	return arena_printf(a, "BCD\n002\n1\nSCT\n%s\n%s\n%s\nEUR%lld.%02d%s", bic, name, iban, (long long)(amount / 100), (int)(amount % 100), end);
}

enum status epc_payload(const struct epc_transfer *t, struct arena *a, const char **out, struct error *err)
{
	char iban[IBAN_MAX + 1], bic[11 + 1] = "", reference[4 + RF_BASE_MAX + 1] = "";
	if (!t->iban || !iban_valid(t->iban) || !compact(t->iban, iban, IBAN_MAX))
		return error_field(err, ST_INVALID, "iban", _("The IBAN is not right: its length or its check digits."));
	if (t->bic && *t->bic && (!compact(t->bic, bic, 11) || !bic_valid(bic)))
		return error_field(err, ST_INVALID, "bic", _("A BIC has 8 or 11 letters and digits."));
	if (t->reference && *t->reference && (!rf_valid(t->reference) || !compact(t->reference, reference, sizeof reference - 1)))
		return error_field(err, ST_INVALID, "reference", _("The payment reference is not right: RF and its check digits."));
	if (t->amount < 1 || t->amount > AMOUNT_MAX)
		return error_field(err, ST_LIMIT, "amount", _("A SEPA transfer is between 0.01 and 999,999,999.99 euros."));
	char *name = one_line(a, t->name ? t->name : "", NAME_MAX_CHARS);
	char *text = one_line(a, t->text && !*reference ? t->text : "", TEXT_MAX_CHARS);
	if (!*name)
		return error_field(err, ST_INVALID, "name", _("A transfer needs the name of the account's holder."));
	char *payload = lay_out(a, bic, name, iban, t->amount, reference, text);
	while (strlen(payload) > PAYLOAD_MAX) { /* characters of several bytes */
		shorten(*text ? text : name);
		payload = lay_out(a, bic, name, iban, t->amount, reference, text);
	}
	*out = payload;
	return ST_OK;
}
