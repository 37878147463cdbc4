/* Hashing of passwords: see password.h. The rules for choosing one are in password_rules.c.
 *
 * A user that does not exist costs the same as a wrong password (SEC-25) because both take the same way: one scrypt,
 * one comparison.
 */
#include "core/security/password.h"

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/security/policy.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { SALT_BYTES = 16, HASH_BYTES = 32, CODE_LOG_N = 14 };

/* PHC strings */

/* A number from 1 to max without leading zeros, after `name`; moves *s behind it. */
static bool take_number(const char **s, const char *name, int max, int *out)
{
	size_t n = strlen(name);
	if (strncmp(*s, name, n) != 0)
		return false;
	const char *p = *s + n;
	int value = 0;
	if (*p == '0')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		value = value * 10 + (*p - '0');
		if (value > max)
			return false;
	}
	*s = p;
	*out = value;
	return value > 0;
}

/* '$' and base64 without padding, up to the next '$' or the end. */
static bool take_bytes(const char **s, uint8_t out[PHC_BYTES_MAX], int *out_n)
{
	if (**s != '$')
		return false;
	char padded[48]; /* 32 bytes are 44 letters */
	size_t n = strcspn(*s + 1, "$=");
	if (n > 43)
		return false;
	memcpy(padded, *s + 1, n);
	*s += n + 1;
	while (n % 4 != 0)
		padded[n++] = '=';
	padded[n] = '\0';
	*out_n = base64_decode(padded, out, PHC_BYTES_MAX);
	return *out_n >= 0;
}

bool phc_parse(const char *text, struct phc *out)
{
	struct phc phc = {0};
	const char *s = text;
	if (!take_number(&s, "$scrypt$ln=", 20, &phc.log_n) || !take_number(&s, ",r=", 16, &phc.r) ||
		!take_number(&s, ",p=", 4, &phc.p))
		return false;
	if (!take_bytes(&s, phc.salt, &phc.salt_n) || !take_bytes(&s, phc.hash, &phc.hash_n) || *s)
		return false;
	if (phc.salt_n < 8 || phc.hash_n < 16 || !crypto_scrypt_allowed(phc.log_n, phc.r, phc.p))
		return false;
	*out = phc;
	return true;
}

void phc_format(const struct phc *phc, char out[PASSWORD_PHC_SIZE])
{
	struct arena *a = arena_new();
	char *salt = base64_encode(a, phc->salt, (size_t)phc->salt_n),
	     *hash = base64_encode(a, phc->hash, (size_t)phc->hash_n);
	(void)snprintf(out, PASSWORD_PHC_SIZE, "$scrypt$ln=%d,r=%d,p=%d$%.*s$%.*s", phc->log_n, phc->r, phc->p,
		(int)strcspn(salt, "="), salt, (int)strcspn(hash, "="), hash);
	arena_free(&a);
}

/* Hashing */

/* What is hashed: the password in NFC. NULL when it is not UTF-8. Wiped and freed by wipe_text(). */
static char *nfc(const char *password)
{
	uint8_t *out = NULL;
	utf8proc_ssize_t n = utf8proc_map(
		(const uint8_t *)password, 0, &out, UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n == UTF8PROC_ERROR_NOMEM)
		abort();
	return n >= 0 ? (char *)out : NULL;
}

static void wipe_text(char *text)
{
	if (text)
		crypto_wipe(text, strlen(text));
	free(text);
}

int password_length(const char *password)
{
	char *text = nfc(password);
	if (!text)
		return -1;
	int count = 0;
	for (const char *p = text; *p && count < INT_MAX; p++)
		count += (*p & 0xC0) != 0x80;
	wipe_text(text);
	return count;
}

static enum status scrypt_of(const struct phc *phc, const char *text, uint8_t *out, struct error *err)
{
	return crypto_scrypt(text, strlen(text), phc->salt, (size_t)phc->salt_n, phc->log_n, phc->r, phc->p, out,
		(size_t)phc->hash_n, err);
}

static enum status hash_at(int log_n, const char *password, char out[PASSWORD_PHC_SIZE], struct error *err)
{
	struct phc phc = {.log_n = log_n, .r = SCRYPT_R, .p = SCRYPT_P, .salt_n = SALT_BYTES, .hash_n = HASH_BYTES};
	char *text = nfc(password);
	if (!text) {
		error_field(err, ST_INVALID, "password", _("The password is not valid text (UTF-8)."));
		error_hint(err, _("Type it again."));
		return ST_INVALID;
	}
	crypto_random(phc.salt, SALT_BYTES);
	enum status st = scrypt_of(&phc, text, phc.hash, err);
	wipe_text(text);
	if (st == ST_OK)
		phc_format(&phc, out);
	crypto_wipe(&phc, sizeof phc);
	return st;
}

enum status password_hash(const char *password, char out[PASSWORD_PHC_SIZE], struct error *err)
{
	return hash_at(SCRYPT_LOG_N, password, out, err);
}

enum status password_hash_code(const char *code, char out[PASSWORD_PHC_SIZE], struct error *err)
{
	return hash_at(CODE_LOG_N, code, out, err);
}

static bool is_of_today(const struct phc *phc)
{
	return phc->log_n == SCRYPT_LOG_N && phc->r == SCRYPT_R && phc->p == SCRYPT_P && phc->salt_n == SALT_BYTES &&
	       phc->hash_n == HASH_BYTES;
}

enum status password_verify(const char *phc, const char *password, bool *rehash, struct error *err)
{
	struct phc stored = {
		.log_n = SCRYPT_LOG_N, .r = SCRYPT_R, .p = SCRYPT_P, .salt_n = SALT_BYTES, .hash_n = HASH_BYTES};
	if (phc && !phc_parse(phc, &stored)) {
		error_set(err, ST_CORRUPT, _("The stored hash of this password is damaged."));
		error_hint(err, _("An administrator can set a new password."));
		return ST_CORRUPT;
	}
	char *text = nfc(password);
	uint8_t hash[PHC_BYTES_MAX];
	enum status st = scrypt_of(&stored, text ? text : password, hash, err);
	bool same = crypto_equal(hash, stored.hash, (size_t)stored.hash_n);
	same = same && text && phc;
	wipe_text(text);
	crypto_wipe(hash, sizeof hash);
	if (st != ST_OK)
		return st;
	if (!same)
		return error_set(err, ST_DENIED, "%s", "");
	if (rehash)
		*rehash = !is_of_today(&stored);
	return ST_OK;
}
