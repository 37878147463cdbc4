/* Bearer strings: form, checksum, what is shown of them. */
#include "core/security/token.h"
#include "tests/unit/test.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

/* As documented in token.h. */
static const char documented[] = "\\b(sx|sxs|sxh|sxi)_[0-9A-Za-z]{49}\\b";

TEST(key_sec35_regex_and_checksum_find_it)
{
	regex_t re;
	CHECK_INT(regcomp(&re, documented, REG_EXTENDED), 0);
	for (int kind = 0; kind < TOKEN_KINDS; kind++) {
		char token[TOKEN_SIZE], line[200], found[TOKEN_SIZE] = "";
		token_make((enum token_kind)kind, token);
		(void)snprintf(line, sizeof line,
			"curl -H 'Authorization: Bearer %s' https://crm.example/api # left in a script", token);
		regmatch_t m[1];
		CHECK_INT(regexec(&re, line, 1, m, 0), 0);
		(void)snprintf(found, sizeof found, "%.*s", (int)(m[0].rm_eo - m[0].rm_so), line + m[0].rm_so);
		CHECK_STR(found, token);
		enum token_kind is = TOKEN_KINDS;
		uint8_t hash[TOKEN_HASH_BYTES];
		CHECK(token_parse(found, &is, hash));
		CHECK_INT(is, kind);
	}
	regfree(&re);
}

TEST(key_sec35_one_wrong_letter_is_noticed)
{
	char token[TOKEN_SIZE];
	enum token_kind kind = TOKEN_KINDS;
	uint8_t hash[TOKEN_HASH_BYTES];
	static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";
	token_make(TOKEN_API_KEY, token);
	int accepted = 0;
	for (size_t i = 0; token[i]; i++) {
		char right = token[i];
		for (const char *l = letters; *l; l++) {
			token[i] = *l;
			accepted += *l != right && token_parse(token, &kind, hash);
		}
		token[i] = right;
	}
	CHECK_INT(accepted, 0);
	CHECK_INT(kind, TOKEN_KINDS); /* untouched */
	CHECK(token_parse(token, &kind, hash));
}

TEST(key_sec35_other_text_is_none)
{
	char token[TOKEN_SIZE], text[TOKEN_SIZE + 8];
	enum token_kind kind;
	uint8_t hash[TOKEN_HASH_BYTES], same[TOKEN_HASH_BYTES];
	static const char *const none[] = {"", " ", "sx_", "sx",
		"sk_live_0000000000000000000000000000000000000000000000000",
		"sx_0000000000000000000000000000000000000000000000000", "\xff"};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		CHECK(!token_parse(none[i], &kind, hash));
	token_make(TOKEN_SESSION, token);
	(void)snprintf(text, sizeof text, "%s0", token);
	CHECK(!token_parse(text, &kind, hash));
	(void)snprintf(text, sizeof text, "%.*s", (int)strlen(token) - 1, token);
	CHECK(!token_parse(text, &kind, hash));
	(void)snprintf(text, sizeof text, " %s\r\n", token);
	CHECK(token_parse(text, &kind, hash));
	CHECK_INT(kind, TOKEN_SESSION);
	crypto_sha256(token, strlen(token), same);
	CHECK(memcmp(hash, same, sizeof hash) == 0);
}

/* The checksum is the CRC-32 of zip: "123456789" gives CBF43926; this token's was computed by Python's zlib. */
TEST(key_sec35_checksum_is_crc_32)
{
	enum token_kind kind;
	uint8_t hash[TOKEN_HASH_BYTES];
	CHECK(token_parse("sx_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg13IGbi", &kind, hash));
}

TEST(session_sec34_tokens_differ_everywhere)
{
	enum { COUNT = 500, BODY = 43 };
	static char tokens[COUNT][TOKEN_SIZE];
	bool seen[BODY][128] = {{false}};
	int repeats = 0;
	for (int i = 0; i < COUNT; i++) {
		token_make(TOKEN_SESSION, tokens[i]);
		for (int j = 0; j < i; j++)
			repeats += strcmp(tokens[i], tokens[j]) == 0;
		for (int k = 0; k < BODY; k++)
			seen[k][(unsigned char)tokens[i][4 + k]] = true;
	}
	CHECK_INT(repeats, 0);
	for (int k = 0; k < BODY; k++) {
		int letters = 0;
		for (int c = 0; c < 128; c++)
			letters += seen[k][c];
		CHECK(letters > 50); /* of 62; the chance that one is missing is 0.03 % each */
	}
}

TEST(key_sec35_hint_shows_little)
{
	char hint[20], token[TOKEN_SIZE], want[20];
	for (int kind = 0; kind < TOKEN_KINDS; kind++) {
		token_make((enum token_kind)kind, token);
		token_hint(token, hint);
		size_t prefix = strcspn(token, "_") + 1;
		(void)snprintf(want, sizeof want, "%.*s…%s", (int)prefix + 3, token, token + strlen(token) - 4);
		CHECK_STR(hint, want);
	}
	token_hint("hunter2", hint);
	CHECK_STR(hint, "…");
	token_hint("", hint);
	CHECK_STR(hint, "…");
}
