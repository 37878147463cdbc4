/* One-time codes, their URI and backup codes: the vectors of the standards, the window, a second opinion. */
#include "core/base/crypto.h"
#include "core/security/policy.h"
#include "core/security/totp.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t rfc_secret[] = "12345678901234567890";
enum { RFC_SECRET = 20 };

TEST(totp_sec28_hotp_rfc_4226_appendix_d)
{
	static const char *const codes[] = {
		"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"};
	char out[9];
	for (uint64_t counter = 0; counter < 10; counter++) {
		hotp(rfc_secret, RFC_SECRET, counter, 6, out);
		CHECK_STR(out, codes[counter]);
	}
}

TEST(totp_sec28_rfc_6238_appendix_b_sha_1)
{
	static const struct {
		int64_t seconds;
		const char *code;
	} rows[] = {{59, "94287082"}, {1111111109, "07081804"}, {1111111111, "14050471"}, {1234567890, "89005924"},
		{2000000000, "69279037"}, {20000000000, "65353130"}};
	char out[9];
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		hotp(rfc_secret, RFC_SECRET, (uint64_t)totp_step(rows[i].seconds * 1000), 8, out);
		CHECK_STR(out, rows[i].code);
		hotp(rfc_secret, RFC_SECRET, (uint64_t)totp_step(rows[i].seconds * 1000), 7, out);
		CHECK_STR(out, rows[i].code + 1);
		CHECK(totp_match(rfc_secret, RFC_SECRET, rows[i].code + 2, rows[i].seconds * 1000, -1) >= 0);
	}
}

TEST(totp_steps_of_a_moment)
{
	CHECK_INT(totp_step(0), 0);
	CHECK_INT(totp_step(29999), 0);
	CHECK_INT(totp_step(30000), 1);
	CHECK_INT(totp_step(-1), -1);
	CHECK_INT(totp_step(-30000), -1);
	CHECK_INT(totp_step(-30001), -2);
}

static const int64_t noon = INT64_C(1800000000000); /* a multiple of the step */

static const char *code_at(int64_t step)
{
	static char out[9];
	hotp(rfc_secret, RFC_SECRET, (uint64_t)step, TOTP_DIGITS, out);
	return out;
}

static int64_t match(const char *code, int64_t now, int64_t last)
{
	return totp_match(rfc_secret, RFC_SECRET, code, now, last);
}

TEST(totp_sec29_one_step_of_drift_and_no_more)
{
	int64_t step = totp_step(noon);
	for (int away = -3; away <= 3; away++)
		CHECK_INT(match(code_at(step + away), noon, -1), away >= -1 && away <= 1 ? step + away : -1);
	/* ±31 s pass, ±61 s fail, whatever the second of the step. */
	for (int64_t second = 0; second < 30; second++) {
		int64_t now = noon + second * 1000;
		CHECK(second == 29 || match(code_at(totp_step(now + 31000)), now, -1) == totp_step(now + 31000));
		CHECK_INT(match(code_at(totp_step(now + 61000)), now, -1), -1);
		CHECK_INT(match(code_at(totp_step(now - 61000)), now, -1), -1);
	}
}

TEST(totp_sec28_a_step_counts_once)
{
	int64_t step = totp_step(noon);
	CHECK_INT(match(code_at(step), noon, step - 1), step);
	CHECK_INT(match(code_at(step), noon, step), -1);
	CHECK_INT(match(code_at(step - 1), noon, step), -1);
	CHECK_INT(match(code_at(step + 1), noon, step), step + 1);
	CHECK_INT(match(code_at(step + 1), noon, step + 1), -1);
}

TEST(totp_sec29_a_clock_set_back_is_refused)
{
	int64_t step = totp_step(noon), earlier = noon - 3600 * 1000;
	for (int away = -1; away <= 1; away++)
		CHECK_INT(match(code_at(totp_step(earlier) + away), earlier, step), -1);
	for (int64_t now = -40000; now <= 0; now += 5000) /* and nothing before 1970 */
		CHECK(match(code_at(-1), now, -5) < 0);
	CHECK_INT(match(code_at(0), 0, -1), 0);
}

TEST(totp_sec29_codes_as_people_type_them)
{
	int64_t step = totp_step(noon);
	char code[9], text[40];
	(void)snprintf(code, sizeof code, "%s", code_at(step));
	(void)snprintf(text, sizeof text, " %.3s %s\r\n", code, code + 3);
	CHECK_INT(match(text, noon, -1), step);
	(void)snprintf(text, sizeof text, "%.3s\u202f%s\u00a0", code, code + 3);
	CHECK_INT(match(text, noon, -1), step);
	(void)snprintf(text, sizeof text, "%s0", code);
	CHECK_INT(match(text, noon, -1), -1);
	(void)snprintf(text, sizeof text, "%.5s", code);
	CHECK_INT(match(text, noon, -1), -1);
	(void)snprintf(text, sizeof text, "%s-", code);
	CHECK_INT(match(text, noon, -1), -1);
	CHECK_INT(match("", noon, -1), -1);
	CHECK_INT(match("\xff\xfe", noon, -1), -1);
	int right = 0;
	for (int i = 0; i < 6; i++) {
		code[i] = (char)('0' + (code[i] - '0' + 1) % 10);
		right += match(code, noon, -1) >= 0;
		code[i] = (char)('0' + (code[i] - '0' + 9) % 10);
	}
	CHECK_INT(right, 0);
}

TEST(totp_sec29_oathtool_agrees)
{
	if (system("command -v oathtool >/dev/null 2>&1") != 0)
		test_skip("oathtool is not installed");
	struct arena *a = arena_new();
	for (int i = 0; i < 8; i++) {
		uint8_t secret[TOTP_SEED_BYTES];
		uint32_t seconds;
		char theirs[32] = "", ours[9];
		crypto_random(secret, sizeof secret);
		crypto_random(&seconds, sizeof seconds);
		int digits = 6 + i % 3;
		char *command = arena_printf(a, "oathtool --totp -b -d %d -N '@%u' '%s'", digits, seconds,
			totp_secret_text(a, secret, TOTP_SEED_BYTES));
		FILE *f = popen(command, "r");
		CHECK(f && fgets(theirs, sizeof theirs, f));
		if (f)
			CHECK_INT(pclose(f), 0);
		theirs[strcspn(theirs, "\n")] = '\0';
		hotp(secret, TOTP_SEED_BYTES, (uint64_t)totp_step((int64_t)seconds * 1000), digits, ours);
		CHECK_STR(ours, theirs);
	}
	arena_free(&a);
}

/* The URI */

TEST(totp_sec31_otpauth_is_written_by_the_book)
{
	struct arena *a = arena_new();
	CHECK_STR(otpauth_format(a, "Simplix", "ada@example.com", (const uint8_t *)"Hello!\xde\xad\xbe\xef", 10),
		"otpauth://totp/"
		"Simplix:ada%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Simplix");
	CHECK_STR(otpauth_format(a, "Société X: Éclair & Cie", "a/b?c#d", rfc_secret, 1),
		"otpauth://totp/Soci%C3%A9t%C3%A9%20X%20%20%C3%89clair%20%26%20Cie:a%2Fb%3Fc%23d?secret=GE&"
		"issuer=Soci%C3%A9t%C3%A9%20X%20%20%C3%89clair%20%26%20Cie");
	CHECK_STR(totp_secret_text(a, (const uint8_t *)"Hello!\xde\xad\xbe\xef", 10), "JBSW Y3DP EHPK 3PXP");
	CHECK_STR(totp_secret_text(a, rfc_secret, 1), "GE");
	arena_free(&a);
}

TEST(totp_sec31_otpauth_round_trip)
{
	static const char *const pairs[][2] = {
		{"Simplix", "ada@example.com"}, {"", "ada"}, {"Ünïcode 漢字", "a b+c%20&=?#/"}, {"50%", "100 %"}};
	struct arena *a = arena_new();
	struct error err;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct otpauth o;
		uint8_t secret[64];
		int n = 1 + (int)i * 21;
		crypto_random(secret, sizeof secret);
		MUST(otpauth_parse(a, otpauth_format(a, pairs[i][0], pairs[i][1], secret, n), &o, &err));
		CHECK_STR(o.issuer, pairs[i][0]);
		CHECK_STR(o.account, pairs[i][1]);
		CHECK_INT(o.secret_n, n);
		CHECK(memcmp(o.secret, secret, (size_t)n) == 0);
		CHECK_INT(o.digits, 6);
		CHECK_INT(o.period, 30);
	}
	arena_free(&a);
}

TEST(totp_otpauth_of_others_is_read)
{
	struct arena *a = arena_new();
	struct error err;
	struct otpauth o;
	/* The example of the wiki, with its encoded colon and blank. */
	MUST(otpauth_parse(a,
		"otpauth://totp/Example%3A%20alice@google.com?secret=jbswy3dpehpk3pxp&issuer=Example&image=x", &o,
		&err));
	CHECK_STR(o.issuer, "Example");
	CHECK_STR(o.account, "alice@google.com");
	CHECK_INT(o.secret_n, 10);
	MUST(otpauth_parse(
		a, "OTPAUTH://TOTP/alice?digits=8&period=60&algorithm=sha1&secret=JBSWY3DPEHPK3PXP====", &o, &err));
	CHECK_STR(o.issuer, "");
	CHECK_STR(o.account, "alice");
	CHECK_INT(o.digits, 8);
	CHECK_INT(o.period, 60);
	arena_free(&a);
}

TEST(totp_otpauth_refuses_the_rest)
{
	static const char *const bad[] = {"", "otpauth://", "otpauth://totp/", "otpauth://totp/a", "otpauth://totp/a?",
		"otpauth://totp/?secret=MY", "otpauth://hotp/a?secret=MY&counter=0",
		"otpauth://totp/a?secret=", "otpauth://totp/a?secret=M1", "http://totp/a?secret=MY",
		"otpauth://totp/a?secret=MY&secret=MY", "otpauth://totp/a?secret=MY&algorithm=SHA256",
		"otpauth://totp/a?secret=MY&digits=5", "otpauth://totp/a?secret=MY&digits=9",
		"otpauth://totp/a?secret=MY&digits=6x", "otpauth://totp/a?secret=MY&period=0",
		"otpauth://totp/a?secret=MY&period=99999999999", "otpauth://totp/a%00b?secret=MY",
		"otpauth://totp/a%0Ab?secret=MY", "otpauth://totp/a%FF?secret=MY", "otpauth://totp/a%4?secret=MY",
		"otpauth://totp/a%zz?secret=MY", "otpauth://totp/a:b:c?secret=MY",
		"otpauth://totp/a?secret=MY&issuer=b:c", "otpauth://totp/a?secret=MY#x", "otpauth://totp/a?secret",
		"otpauth://totp/a:?secret=MY"};
	struct arena *a = arena_new();
	struct error err;
	struct otpauth o = {.digits = 42};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (otpauth_parse(a, bad[i], &o, &err) != ST_INVALID)
			CHECK_STR(bad[i], "refused");
	CHECK_INT(o.digits, 42); /* untouched */
	char *longer = arena_alloc(a, 200);
	(void)snprintf(longer, 200, "otpauth://totp/a?secret=%0104d", 0);
	memset(longer + 24, 'A', 104); /* 65 bytes */
	CHECK_INT(otpauth_parse(a, longer, &o, &err), ST_INVALID);
	arena_free(&a);
}

/* Backup codes */

TEST(backup_sec32_codes_are_80_random_bits)
{
	bool seen[128] = {false};
	char code[20], last[20] = "", normal[17];
	for (int i = 0; i < 200; i++) {
		backup_code_make(code);
		CHECK_INT(strlen(code), 19);
		CHECK(code[4] == '-' && code[9] == '-' && code[14] == '-');
		CHECK(strcmp(code, last) != 0);
		memcpy(last, code, sizeof last);
		CHECK(backup_code_normal(code, normal));
		CHECK_INT(strlen(normal) * 5, BACKUP_CODE_BITS);
		for (const char *p = normal; *p; p++)
			seen[(unsigned char)*p] = true;
	}
	for (const char *p = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; *p; p++)
		CHECK(seen[(unsigned char)*p]);
	CHECK(!seen['I'] && !seen['L'] && !seen['O'] && !seen['U']);
}

TEST(backup_sec32_codes_as_people_type_them)
{
	static const char *const same[] = {"7ZKP-QM3X-0V1T-9HGD", "7zkpqm3x0v1t9hgd", " 7ZKP QM3X OVLT 9HGD ",
		"7zkp.qm3x.oVIt/9hgd\n", "7ZKP\u2013QM3X\u20110V1T\u00a09HGD", "7Z-KP-QM-3X-0V-1T-9H-GD"};
	static const char *const bad[] = {"", "7ZKP-QM3X-0V1T-9HG", "7ZKP-QM3X-0V1T-9HGDD", "7ZKP-QM3X-0V1T-9HGU",
		"7ZKP-QM3X-0V1T-9HGé", "7ZKP-QM3X-0V1T-9HG\xff", "----"};
	char out[17] = "untouched";
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(!backup_code_normal(bad[i], out));
	CHECK_STR(out, "untouched");
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		CHECK(backup_code_normal(same[i], out));
		CHECK_STR(out, "7ZKPQM3X0V1T9HGD");
	}
}
