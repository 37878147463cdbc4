/* Passwords: hashes, their text form, what they cost, and which may be chosen. */
#include "core/base/crypto.h"
#include "core/security/password.h"
#include "core/security/policy.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* A PHC string at a low cost, so that tests stay quick. */
static const char *cheap(const char *password)
{
	static char text[PASSWORD_PHC_SIZE];
	struct phc phc = {.log_n = 10, .r = 8, .p = 1, .salt_n = 16, .hash_n = 32};
	struct error err;
	crypto_random(phc.salt, 16);
	MUST(crypto_scrypt(password, strlen(password), phc.salt, 16, phc.log_n, phc.r, phc.p, phc.hash, 32, &err));
	phc_format(&phc, text);
	return text;
}

TEST(password_sec24_equal_passwords_have_unequal_hashes)
{
	struct error err;
	char one[PASSWORD_PHC_SIZE], two[PASSWORD_PHC_SIZE];
	struct phc a, b;
	MUST(password_hash_code("7ZKPQM3X0V4T9HGD", one, &err));
	MUST(password_hash_code("7ZKPQM3X0V4T9HGD", two, &err));
	CHECK(phc_parse(one, &a) && phc_parse(two, &b));
	CHECK_INT(a.salt_n, 16);
	CHECK_INT(a.hash_n, 32);
	CHECK(memcmp(a.salt, b.salt, 16) != 0);
	CHECK(memcmp(a.hash, b.hash, 32) != 0);
}

/* The third vector of RFC 7914 as a PHC string: cut to 32 bytes, which PBKDF2 allows since its blocks are of 32 bytes
 * each. */
TEST(password_sec24_verifies_rfc_7914)
{
	struct error err;
	bool rehash = false;
	static const char phc[] =
		"$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf0468/bqPu6kE+Oqz6ptUXaHyk";
	struct phc parts;
	uint8_t want[32];
	CHECK(phc_parse(phc, &parts));
	CHECK_INT(hex_decode("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2", want, 32), 32);
	memcpy(parts.hash, want, 32);
	char text[PASSWORD_PHC_SIZE];
	phc_format(&parts, text);
	MUST(password_verify(text, "pleaseletmein", &rehash, &err));
	CHECK(rehash);
	CHECK_INT(password_verify(text, "pleaseletmeout", &rehash, &err), ST_DENIED);
}

TEST(password_sec24_other_costs_verify_and_want_hashing_anew)
{
	struct error err;
	bool rehash = false;
	MUST(password_verify(cheap("sesame"), "sesame", &rehash, &err));
	CHECK(rehash);
	MUST(password_verify(cheap("sesame"), "sesame", NULL, &err));
	rehash = false;
	err.code = ST_OK;
	CHECK_INT(password_verify(cheap("sesame"), "Sesame", &rehash, &err), ST_DENIED);
	CHECK(!rehash); /* untouched */
	CHECK_INT(err.code, ST_DENIED);
	CHECK_STR(err.message, "");
	CHECK_INT(password_verify(cheap("sesame"), "sesame ", &rehash, &err), ST_DENIED);
	CHECK_INT(password_verify(cheap("sesame"), "", &rehash, &err), ST_DENIED);
	CHECK_INT(password_verify(cheap("ses\xff"), "ses\xff", &rehash, &err), ST_DENIED); /* not text */
}

TEST(password_sec24_absurd_costs_are_refused_unread)
{
	static const char tail[] = "$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
	static const char *const good[] = {
		"$scrypt$ln=17,r=8,p=1", "$scrypt$ln=1,r=1,p=1", "$scrypt$ln=20,r=2,p=4", "$scrypt$ln=17,r=16,p=4"};
	static const char *const bad[] = {"$scrypt$ln=21,r=8,p=1", "$scrypt$ln=20,r=3,p=1", "$scrypt$ln=17,r=17,p=1",
		"$scrypt$ln=17,r=8,p=5", "$scrypt$ln=99999999999999999999,r=8,p=1", "$scrypt$ln=0,r=8,p=1",
		"$scrypt$ln=-1,r=8,p=1", "$scrypt$ln=017,r=8,p=1", "$scrypt$ln=17,r=0,p=1", "$scrypt$ln=17,r=8,p=0",
		"$scrypt$ln=18,r=16,p=1", "$scrypt$ln=16,r=1,p=1", "$scrypt$ln= 17,r=8,p=1", "$scrypt$r=8,ln=17,p=1",
		"$scrypt$ln=17,r=8", "$argon2id$v=19$m=1,t=1,p=1", "$scrypt$ln=,r=8,p=1", "scrypt$ln=17,r=8,p=1", ""};
	struct phc phc;
	char text[256], back[PASSWORD_PHC_SIZE];
	struct error err;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		(void)snprintf(text, sizeof text, "%s%s", good[i], tail);
		CHECK(phc_parse(text, &phc));
		phc_format(&phc, back);
		CHECK_STR(back, text);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		(void)snprintf(text, sizeof text, "%s%s", bad[i], tail);
		if (phc_parse(text, &phc))
			CHECK_STR(text, "refused");
		CHECK_INT(password_verify(text, "x", NULL, &err), ST_CORRUPT);
	}
}

TEST(password_sec24_phc_bytes_are_strict)
{
	static const char *const bad[] = {"$c2FsdHNhbHRzYWx0c2FsdA", "$c2FsdHNhbHRzYWx0c2FsdA$",
		"$$aGFzaGhhc2hoYXNoaGFzaA", "$c2FsdHNhbHQ$aGFzaGhhc2g",
		/* a hash of 8 bytes */ "$c2FsdA$aGFzaGhhc2hoYXNoaGFzaA", /* a salt of 4 */
		"$c2FsdHNhbHQ=$aGFzaGhhc2hoYXNoaGFzaA",
		"$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA==", "$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaB",
		"$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA$", "$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA ",
		"$c2FsdHNhbHQ$aGFzaGhhc2ho-XNoaGFzaA", "$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo"};
	struct phc phc;
	char text[256];
	CHECK(phc_parse("$scrypt$ln=17,r=8,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA", &phc));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		(void)snprintf(text, sizeof text, "$scrypt$ln=17,r=8,p=1%s", bad[i]);
		if (phc_parse(text, &phc))
			CHECK_STR(text, "refused");
	}
}

/* Processor time, so that other programs do not count. */
static double verify_seconds(const char *phc, const char *password, enum status want)
{
	struct error err;
	struct timespec t;
	bool rehash = false;
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	double start = (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
	enum status st = password_verify(phc, password, &rehash, &err);
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	CHECK_INT(st, want);
	CHECK(!rehash);
	if (st == ST_DENIED) { /* nothing tells the two apart */
		CHECK_INT(err.code, ST_DENIED);
		CHECK_STR(err.message, "");
		CHECK_STR(err.field, "");
		CHECK_STR(err.hint, "");
	}
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9 - start;
}

static double lesser(double a, double b)
{
	return a < b ? a : b;
}

/* Time of an unknown user over that of a known one. In turn, so that a processor that slows down slows both; of each
 * the lesser, which is the one that less came in the way of. */
static double unknown_to_known(const char *phc)
{
	double unknown = verify_seconds(NULL, "wrong horse battery staple", ST_DENIED);
	double known = verify_seconds(phc, "wrong horse battery staple", ST_DENIED);
	unknown = lesser(unknown, verify_seconds(NULL, "lantern ovens gravel piano", ST_DENIED));
	known = lesser(known, verify_seconds(phc, "lantern ovens gravel piano", ST_OK));
	return unknown / known;
}

/* With it the full cost: these are the only hashes of a real password here, half a second each. */
TEST(password_sec25_unknown_user_costs_the_same)
{
	struct error err;
	char phc[PASSWORD_PHC_SIZE];
	MUST(password_hash("lantern ovens gravel piano", phc, &err));
	CHECK(strncmp(phc, "$scrypt$ln=17,r=8,p=1$", 22) == 0);
	CHECK_INT(strlen(phc), 22 + 22 + 1 + 43);
	bool same = false;
	for (int try = 0; try < 3 && !same; try++) { /* a busy machine may spoil one */
		double ratio = unknown_to_known(phc);
		same = ratio > 0.85 && ratio < 1.15;
	}
	CHECK(same);
}

TEST(password_sec26_nfc_before_hashing)
{
	struct error err;
	static const char composed[] = "Caf\u00e9 \u00c5ngstr\u00f6m", apart[] = "Cafe\u0301 A\u030angstro\u0308m";
	char phc[PASSWORD_PHC_SIZE];
	MUST(password_verify(cheap(composed), apart, NULL, &err));
	CHECK_INT(password_verify(cheap(composed), "Cafe Angstrom", NULL, &err), ST_DENIED);
	MUST(password_hash_code(apart, phc, &err));
	MUST(password_verify(phc, composed, NULL, &err));
	CHECK_INT(password_length(composed), 13);
	CHECK_INT(password_length(apart), 13);
	CHECK_INT(password_length("\xff"), -1);
}

TEST(password_sec26_nothing_is_cut_off)
{
	struct error err;
	struct arena *a = arena_new();
	char *s = arena_alloc(a, 128 * 4 + 2), *t;
	for (int i = 0; i < 128; i++)
		memcpy(s + 4 * i, "\U0001F511", 4); /* 512 bytes */
	const char *phc = cheap(s);
	MUST(password_verify(phc, s, NULL, &err));
	t = arena_strdup(a, s);
	t[511] ^= 1;
	CHECK_INT(password_verify(phc, t, NULL, &err), ST_DENIED);
	s[512] = 'x';
	CHECK_INT(password_verify(phc, s, NULL, &err), ST_DENIED);
	arena_free(&a);
}

TEST(password_sec26_hash_refuses_what_is_not_text)
{
	struct error err;
	char out[PASSWORD_PHC_SIZE] = "untouched";
	CHECK_INT(password_hash("caf\xe9 caf\xe9 caf\xe9", out, &err), ST_INVALID);
	CHECK_STR(err.field, "password");
	CHECK_STR(out, "untouched");
}

TEST(backup_sec32_codes_are_hashed_at_their_own_cost)
{
	struct error err;
	char phc[PASSWORD_PHC_SIZE];
	MUST(password_hash_code("7ZKPQM3X0V4T9HGD", phc, &err));
	CHECK(strncmp(phc, "$scrypt$ln=14,r=8,p=1$", 22) == 0);
	MUST(password_verify(phc, "7ZKPQM3X0V4T9HGD", NULL, &err));
	CHECK_INT(password_verify(phc, "7ZKPQM3X0V4T9HGE", NULL, &err), ST_DENIED);
}

/* Choosing */

static bool accepted(const char *password, bool two_factor, const char *const *words)
{
	struct error err = {0};
	enum status st = password_check(password, two_factor, words, &err);
	if (st != ST_OK) {
		CHECK_INT(st, ST_INVALID);
		CHECK(err.message[0] && err.hint[0]);
		CHECK_STR(err.field, "password");
	}
	return st == ST_OK;
}

static void all(bool want, bool two_factor, const char *const *words, const char *const *passwords)
{
	for (; *passwords; passwords++)
		if (accepted(*passwords, two_factor, words) != want)
			CHECK_STR(*passwords, want ? "accepted" : "refused");
}

TEST(password_sec26_length_is_15_or_8_with_a_second_factor)
{
	CHECK(!accepted("", false, NULL));
	CHECK(!accepted("", true, NULL));
	CHECK(!accepted("vigour tubing.", false, NULL)); /* 14 */
	CHECK(accepted("vigour tubing..", false, NULL));
	CHECK(!accepted("vz7-tub", true, NULL));
	CHECK(accepted("vz7-tubi", true, NULL));
	CHECK(!accepted("éàüöñçî", true, NULL)); /* 7 characters of 14 bytes */
	CHECK(accepted("éàüöñçîx", true, NULL));
	CHECK(!accepted("e\u0301a\u0300u\u0308o\u0308", true, NULL)); /* 4, in 8 code points */
	CHECK(!accepted("caf\xe9 caf\xe9 caf\xe9 caf\xe9", false, NULL));
}

TEST(password_sec26_128_characters_of_utf8)
{
	struct arena *a = arena_new();
	char *s = arena_alloc(a, 4 * 130);
	for (int i = 0; i < 128; i++)
		strncat(s,
			(const char *[]){
				"é", "ß", "漢", "я", "x", "\U0001F511", " ", "Q", "w", "7", "-", "ф"}[i * i % 47 % 12],
			4);
	CHECK_INT(password_length(s), 128);
	CHECK(accepted(s, false, NULL));
	strncat(s, "y", 2);
	CHECK(!accepted(s, false, NULL));
	arena_free(&a);
}

TEST(password_sec26_no_rules_of_composition)
{
	all(true, false, NULL,
		(const char *const[]){"lantern ovens gravel piano",
			"tuesday lantern gravel", "LANTERN GRAVEL OVEN", "9481 0273 5516 8840 37",
			"le chat dort sous la pluie", "пароль на каждый день", "password managers are good things",
			"the dragon sleeps by 7", "   spaces   are   fine  too", NULL});
	all(true, true, NULL, (const char *const[]){"kd8abc!z", "tV9#mm2q", "lantern gravel", NULL});
}

TEST(password_sec26_common_ones_are_refused)
{
	all(false, true, NULL,
		(const char *const[]){"password", "Password", "PASSWORD", "baseball", "trustno1", "iloveyou", "correct horse battery staple", "CorrectHorseBatteryStaple1",
			"qwertyuiop", "michael1", "jennifer", "1qaz2wsx", "motdepasse", "pässwörd", "p@ssw0rd", NULL});
}

TEST(password_sec26_common_ones_with_digits_and_signs_are_refused)
{
	all(false, false, NULL,
		(const char *const[]){"password1234567", "Password2026!!!", "dragon.83649273", "!!!!baseball2026!!!!",
			"2026-07-monkey-2026", "p@ssw0rd2026!!!", "Michael19840312", "iloveyou 19840312", NULL});
	all(false, true, NULL, (const char *const[]){"dragon12", "monkey!!", "1monkey1", "summer26", NULL});
}

TEST(password_sec26_repetitions_are_refused)
{
	all(false, false, NULL,
		(const char *const[]){"aaaaaaaaaaaaaaa", "abcabcabcabcabc", "passwordpassword", "Password1Password1",
			"xkxkxkxkxkxkxkxk", "zutzutzutzutzut1984", "ababbaabbabaabab", "11111111111111111111",
			"               ", "ééééééééééééééé", NULL});
	all(false, true, NULL, (const char *const[]){"aaaabbbb", "12123434", "zutzutzut", NULL});
}

TEST(password_sec26_sequences_are_refused)
{
	all(false, false, NULL,
		(const char *const[]){"123456789012345", "qwertyuiopasdfgh", "abcdefghijklmnop", "987654321098765",
			"azertyuiopqsdfg", "poiuytrewq12345", "1qaz2wsx3edc4rfv", "aaaabbbbccccdddd",
			"QwertyuiopAsdfghjkl", "abcdefgh12345678", "zyxwvutsrqponmlk", "Xk9aaaaaaaaaaaa", NULL});
	all(false, true, NULL, (const char *const[]){"1234abcd", "qwertyui", "asdfghjk", "87654321", NULL});
}

TEST(password_sec26_words_that_others_know_are_refused)
{
	const char *const words[] = {
		"Hélène Dupont-Martin", "helene.dupont@acme-industries.example", "ACME Industries SAS", NULL};
	all(false, false, words,
		(const char *const[]){"HeleneDupontMartin", "acmeindustries1", "Acme-Industries-2026",
			"hélène dupont 84!", "1984DUPONT1984..", "dupont.martin.crm", "simplix-2026-simplix",
			"martin-helene-xyz", NULL});
	all(true, false, words,
		(const char *const[]){"lantern ovens gravel piano", "dupont likes lantern gravel ovens",
			"industrial revolution of tea", NULL});
	all(true, false, NULL, (const char *const[]){"acmeindustries-gravel", NULL});
	const char *const none[] = {"", "@", "Al", NULL};
	CHECK(accepted("lantern gravel al oven", false, none));
}

TEST(password_sec26_the_list_is_sorted_and_whole)
{
	/* the first and the last of the list, and one in the middle, found by a search that relies on its order */
	all(false, true, NULL,
		(const char *const[]){"11111111", "zxcvbnm1", "liverpool", "00000000", "zzzzzzzz", "letmein1", NULL});
	CHECK(accepted("liverpoom", true, NULL));
}
