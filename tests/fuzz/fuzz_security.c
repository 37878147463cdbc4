/* Any bytes as what people and databases hand to the sign-in: codes, tokens, URIs, hashes and the text forms of bytes.
 * What is accepted is written back and read again to the same; nothing here may cost more than reading. */
#include "core/base/crypto.h"
#include "core/base/text.h"
#include "core/security/password.h"
#include "core/security/token.h"
#include "core/security/totp.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return 0;
}

static void require(bool ok)
{
	if (!ok)
		abort();
}

static void check_decoding(struct arena *a, const char *s)
{
	uint8_t bytes[4096], again[4096];
	int n = hex_decode(s, bytes, sizeof bytes);
	require(n < 0 || strcasecmp(hex_encode(a, bytes, (size_t)n), s) == 0);
	n = base64_decode(s, bytes, sizeof bytes);
	require(n < 0 || strcmp(base64_encode(a, bytes, (size_t)n), s) == 0);
	n = base64url_decode(s, bytes, sizeof bytes);
	require(n < 0 || strcmp(base64url_encode(a, bytes, (size_t)n), s) == 0);
	n = base32_decode(s, bytes, sizeof bytes);
	if (n >= 0) {
		int same = base32_decode(base32_encode(a, bytes, (size_t)n), again, sizeof again);
		require(same == n && memcmp(bytes, again, (size_t)n) == 0);
		require(n == 0 || base32_decode(s, again, (size_t)n - 1) < 0); /* keeps to its room */
	}
}

static void check_encoding(struct arena *a, const uint8_t *data, size_t size)
{
	uint8_t back[4096];
	require(hex_decode(hex_encode(a, data, size), back, sizeof back) == (int)size && memcmp(back, data, size) == 0);
	require(base64_decode(base64_encode(a, data, size), back, sizeof back) == (int)size &&
		memcmp(back, data, size) == 0);
	require(base64url_decode(base64url_encode(a, data, size), back, sizeof back) == (int)size &&
		memcmp(back, data, size) == 0);
	require(base32_decode(base32_encode(a, data, size), back, sizeof back) == (int)size &&
		memcmp(back, data, size) == 0);
}

static void check_otpauth(struct arena *a, const char *s)
{
	struct otpauth one, two;
	if (otpauth_parse(a, s, &one, NULL) != ST_OK)
		return;
	require(one.secret_n > 0 && one.secret_n <= (int)sizeof one.secret && one.digits >= 6 && one.digits <= 8 &&
		one.period > 0);
	require(text_is_utf8(one.account, strlen(one.account)) && text_is_utf8(one.issuer, strlen(one.issuer)));
	/* Long names grow threefold and may pass the limit. */
	char *uri = otpauth_format(a, one.issuer, one.account, one.secret, one.secret_n);
	if (strlen(uri) > 4096)
		return;
	require(otpauth_parse(a, uri, &two, NULL) == ST_OK);
	require(strcmp(one.issuer, two.issuer) == 0 && strcmp(one.account, two.account) == 0);
	require(one.secret_n == two.secret_n && memcmp(one.secret, two.secret, (size_t)one.secret_n) == 0);
}

static void check_stored(const char *s)
{
	struct phc phc;
	char text[PASSWORD_PHC_SIZE];
	if (phc_parse(s, &phc)) {
		require(phc.log_n <= 20 && phc.r <= 16 && phc.p <= 4 &&
			((int64_t)128 * phc.r << phc.log_n) <= SCRYPT_MAX_BYTES);
		phc_format(&phc, text);
		require(strcmp(text, s) == 0);
	}
	enum token_kind kind;
	uint8_t hash[TOKEN_HASH_BYTES];
	char hint[20];
	if (token_parse(s, &kind, hash))
		require(kind < TOKEN_KINDS && strlen(s) >= 52);
	token_hint(s, hint);
	require(strlen(hint) < sizeof hint);
}

static void check_typed(const char *s)
{
	char code[17], again[17];
	if (backup_code_normal(s, code))
		require(strlen(code) == 16 && backup_code_normal(code, again) && strcmp(code, again) == 0);
	static const uint8_t secret[] = "12345678901234567890";
	int64_t step = totp_match(secret, 20, s, INT64_C(1800000000000), -1);
	require(step == -1 || (step >= 59999999 && step <= 60000001));
	const char *const words[] = {"Ada Lovelace", s, NULL};
	(void)password_check(s, true, words, NULL);
	require(password_length(s) <= (int)strlen(s) * 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 4096)
		return 0;
	struct arena *a = arena_new();
	char *s = arena_strndup(a, (const char *)data, size);
	check_decoding(a, s);
	check_encoding(a, data, size);
	check_otpauth(a, s);
	check_stored(s);
	check_typed(s);
	arena_free(&a);
	return 0;
}
