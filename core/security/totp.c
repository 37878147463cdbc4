/* One-time codes: see totp.h. */
#include "core/security/totp.h"

#include "core/base/crypto.h"
#include "core/base/text.h"
#include "core/security/policy.h"

#include <string.h>

/* RFC 4226, 5.3 */
void hotp(const uint8_t *secret, int secret_n, uint64_t counter, int digits, char out[9])
{
	uint8_t moving[8], mac[SHA1_BYTES];
	for (int i = 7; i >= 0; i--, counter >>= 8)
		moving[i] = (uint8_t)counter;
	crypto_hmac_sha1(secret, (size_t)secret_n, moving, sizeof moving, mac);
	const uint8_t *p = mac + (mac[SHA1_BYTES - 1] & 0x0F);
	uint32_t number = (uint32_t)(p[0] & 0x7F) << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	digits = digits < 6 ? 6 : digits > 8 ? 8 : digits;
	out[digits] = '\0';
	for (int i = digits; i-- > 0; number /= 10)
		out[i] = (char)('0' + number % 10);
	crypto_wipe(mac, sizeof mac);
}

int64_t totp_step(int64_t now_ms)
{
	const int64_t step_ms = TOTP_STEP_S * 1000;
	return now_ms >= 0 ? now_ms / step_ms : -1 - (-1 - now_ms) / step_ms;
}

static bool is_blank(int32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xA0 || cp == 0x3000 ||
	       (cp >= 0x2000 && cp <= 0x200B) || cp == 0x202F;
}

/* The digits without blanks; false when these are not TOTP_DIGITS digits, and out is then all zero bytes. */
static bool take_code(const char *code, char out[TOTP_DIGITS])
{
	size_t len = strlen(code);
	int n = 0;
	bool ok = true;
	int32_t cp;
	for (size_t i = 0; i < len;) {
		i += (size_t)text_decode(code + i, len - i, &cp);
		if (is_blank(cp))
			continue;
		if (cp < '0' || cp > '9' || n == TOTP_DIGITS) {
			ok = false;
			break;
		}
		out[n++] = (char)cp;
	}
	ok = ok && n == TOTP_DIGITS;
	if (!ok)
		memset(out, 0, TOTP_DIGITS);
	return ok;
}

int64_t totp_match(const uint8_t *secret, int secret_n, const char *code, int64_t now_ms, int64_t last_step)
{
	char typed[TOTP_DIGITS], right[9];
	bool is_code = take_code(code, typed);
	int64_t now = totp_step(now_ms), best = -1;
	/* From far to near, so that the nearest stays. */
	for (int away = TOTP_DRIFT_STEPS; away >= 0; away--)
		for (int side = 1; side >= (away ? -1 : 1); side -= 2) {
			int64_t step = now + (int64_t)side * away;
			hotp(secret, secret_n, (uint64_t)step, TOTP_DIGITS, right);
			bool same = crypto_equal(typed, right, TOTP_DIGITS);
			best = same && is_code && step >= 0 && step > last_step ? step : best;
		}
	crypto_wipe(typed, sizeof typed);
	crypto_wipe(right, sizeof right);
	return best;
}

char *totp_secret_text(struct arena *a, const uint8_t *secret, int secret_n)
{
	const char *plain = base32_encode(a, secret, (size_t)secret_n);
	char *text = arena_alloc(a, strlen(plain) * 5 / 4 + 2), *to = text;
	for (size_t i = 0; plain[i]; i++) {
		if (i && i % 4 == 0)
			*to++ = ' ';
		*to++ = plain[i];
	}
	return text;
}

/* Backup codes, in the base32 of Douglas Crockford (crockford.com/base32.html) */

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum { CODE_LETTERS = BACKUP_CODE_BITS / 5 };

void backup_code_make(char out[20])
{
	uint8_t bytes[CODE_LETTERS]; /* five bits of each */
	crypto_random(bytes, sizeof bytes);
	char *to = out;
	for (int i = 0; i < CODE_LETTERS; i++) {
		if (i && i % 4 == 0)
			*to++ = '-';
		*to++ = crockford[bytes[i] & 31];
	}
	*to = '\0';
	crypto_wipe(bytes, sizeof bytes);
}

/* The letter that is meant; 0 for a separator, -1 for what cannot be in a code. */
static int code_letter(int32_t cp)
{
	if (cp >= 'a' && cp <= 'z')
		cp -= 'a' - 'A';
	if (cp == 'O')
		return '0';
	if (cp == 'I' || cp == 'L')
		return '1';
	if (cp > 0 && cp < 0x80 && strchr(crockford, (int)cp))
		return (int)cp;
	if (cp < 0 || (cp >= 'A' && cp <= 'Z'))
		return -1;
	return cp < 0x80 || cp == 0xA0 || cp == 0x3000 || (cp >= 0x2000 && cp <= 0x206F) || cp == 0x2212 ? 0 : -1;
}

bool backup_code_normal(const char *typed, char out[17])
{
	char code[CODE_LETTERS + 1] = "";
	size_t len = strlen(typed);
	int n = 0;
	int32_t cp;
	for (size_t i = 0; i < len;) {
		i += (size_t)text_decode(typed + i, len - i, &cp);
		int letter = code_letter(cp);
		if (letter < 0 || (letter && n == CODE_LETTERS))
			return false;
		if (letter)
			code[n++] = (char)letter;
	}
	if (n == CODE_LETTERS)
		memcpy(out, code, sizeof code);
	crypto_wipe(code, sizeof code);
	return n == CODE_LETTERS;
}
