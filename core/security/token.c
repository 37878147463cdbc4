/* Bearer strings: see token.h. */
#include "core/security/token.h"

#include <stdio.h>
#include <string.h>

enum { RANDOM_BYTES = 32, BODY = 43, CHECK = 6 };

static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static const char *const prefixes[TOKEN_KINDS] = {
	[TOKEN_API_KEY] = "sx_", [TOKEN_SESSION] = "sxs_", [TOKEN_HALF_LOGIN] = "sxh_", [TOKEN_INVITATION] = "sxi_"};

/* The CRC-32 of IEEE 802.3, as in zip and PNG. */
static uint32_t crc32_of(const char *s, size_t n)
{
	uint32_t crc = UINT32_MAX;
	for (size_t i = 0; i < n; i++) {
		crc ^= (unsigned char)s[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xEDB88320) : 0);
	}
	return ~crc;
}

/* The number in n bytes, highest first, as `digits` base62 digits; the bytes are used up. */
static void base62(uint8_t *number, size_t n, char *out, int digits)
{
	while (digits-- > 0) {
		unsigned rest = 0;
		for (size_t i = 0; i < n; i++) {
			rest = rest << 8 | number[i];
			number[i] = (uint8_t)(rest / 62);
			rest %= 62;
		}
		out[digits] = letters[rest];
	}
}

static void checksum(const char *s, size_t n, char out[CHECK])
{
	uint32_t crc = crc32_of(s, n);
	uint8_t number[4] = {(uint8_t)(crc >> 24), (uint8_t)(crc >> 16), (uint8_t)(crc >> 8), (uint8_t)crc};
	base62(number, sizeof number, out, CHECK);
}

void token_make(enum token_kind kind, char out[TOKEN_SIZE])
{
	size_t prefix = strlen(prefixes[kind]);
	uint8_t number[RANDOM_BYTES];
	crypto_random(number, sizeof number);
	memcpy(out, prefixes[kind], prefix);
	base62(number, sizeof number, out + prefix, BODY);
	checksum(out, prefix + BODY, out + prefix + BODY);
	out[prefix + BODY + CHECK] = '\0';
	crypto_wipe(number, sizeof number);
}

static bool kind_of(const char *s, size_t n, enum token_kind *kind)
{
	for (int k = 0; k < TOKEN_KINDS; k++) {
		size_t prefix = strlen(prefixes[k]);
		if (n == prefix + BODY + CHECK && memcmp(s, prefixes[k], prefix) == 0 &&
			strspn(s + prefix, letters) >= BODY + CHECK) {
			*kind = (enum token_kind)k;
			return true;
		}
	}
	return false;
}

bool token_parse(const char *text, enum token_kind *kind, uint8_t hash[TOKEN_HASH_BYTES])
{
	static const char blanks[] = " \t\r\n";
	const char *s = text + strspn(text, blanks);
	size_t n = strlen(s);
	while (n > 0 && strchr(blanks, s[n - 1]))
		n--;
	enum token_kind found;
	char check[CHECK];
	if (!kind_of(s, n, &found))
		return false;
	checksum(s, n - CHECK, check);
	if (memcmp(check, s + n - CHECK, CHECK) != 0)
		return false;
	*kind = found;
	crypto_sha256(s, n, hash);
	return true;
}

void token_hint(const char *token, char out[20])
{
	enum token_kind kind;
	size_t n = strlen(token);
	if (!kind_of(token, n, &kind)) {
		(void)snprintf(out, 20, "…"); /* nothing of what we do not know */
		return;
	}
	(void)snprintf(out, 20, "%s%.3s…%s", prefixes[kind], token + strlen(prefixes[kind]), token + n - 4);
}

bool token_is_invitation(const char *text)
{
	text += strspn(text, " \t");
	return strncmp(text, prefixes[TOKEN_INVITATION], strlen(prefixes[TOKEN_INVITATION])) == 0;
}
