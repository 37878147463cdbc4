/* Text: decoding, cleaning, widths, cutting, folding and look-alikes, with hostile strings. */
#include "core/base/text.h"
#include "tests/unit/test.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

static struct arena *scratch;

static struct arena *fresh(void)
{
	if (!scratch)
		scratch = arena_new();
	arena_reset(scratch);
	return scratch;
}

#define CLEAN(s) text_clean(fresh(), s)
#define FOLD(s) text_fold(fresh(), s)
#define CLIP(s, n) text_clip(fresh(), s, n)

TEST(text_decode_accepts_only_scalar_values)
{
	static const struct {
		const char *bytes;
		int used;
		int32_t cp;
	} cases[] = {
		{"A", 1, 'A'},
		{"\xC3\xA9", 2, 0xE9},
		{"\xE2\x82\xAC", 3, 0x20AC},
		{"\xF0\x9F\x98\x80", 4, 0x1F600},
		{"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
		{"\xC0\x80", 1, -1},
		{"\xC1\xBF", 1, -1},
		{"\xE0\x80\x80", 1, -1},
		{"\xED\xA0\x80", 1, -1},
		{"\xF4\x90\x80\x80", 1, -1},
		{"\xF5\x80\x80\x80", 1, -1},
		{"\x80", 1, -1},
		{"\xE2\x82", 1, -1},
		{"\xE2(\xA1", 1, -1},
		{"\xFF", 1, -1},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int32_t cp = 0;
		CHECK_INT(text_decode(cases[i].bytes, strlen(cases[i].bytes), &cp), cases[i].used);
		CHECK_INT(cp, cases[i].cp);
	}
	int32_t cp;
	CHECK_INT(text_decode("", 0, &cp), 0);
	CHECK(text_is_utf8("h\xC3\xA9", 3));
	CHECK(!text_is_utf8("h\xC3\xA9", 2));
	CHECK(text_is_utf8("a\0b", 3));
}

TEST(text_encode_is_the_inverse_of_decode)
{
	for (int32_t cp = 0; cp <= 0x110000; cp++) {
		char enc[4];
		int n = text_encode(cp, enc);
		if ((cp >= 0xD800 && cp <= 0xDFFF) || cp > 0x10FFFF) {
			if (n != 0)
				CHECK_INT(n, 0);
			continue;
		}
		int32_t back = -2;
		if (text_decode(enc, (size_t)n, &back) != n || back != cp)
			CHECK_INT(back, cp);
	}
}

TEST(text_clean_shows_what_would_hide)
{
	CHECK_STR(CLEAN("Amélie Durand"), "Amélie Durand");
	CHECK_STR(CLEAN("a\tb"), "a b");
	CHECK_STR(CLEAN("a\nb\r\nc\rd"), "a⏎b⏎c⏎d");
	CHECK_STR(CLEAN("\x1B]52;c;AAAA\x07"), "␛]52;c;AAAA␇");
	CHECK_STR(CLEAN("\xC2\x9B"
			"31m"),
		"▯31m");
	CHECK_STR(CLEAN("inv\u202Efdp.exe"), "inv▯fdp.exe");
	CHECK_STR(CLEAN("a\u200Bb\uFEFFc\u00ADd"), "a▯b▯c▯d");
	CHECK_STR(CLEAN("x\xFFy"), "x\uFFFDy");
	CHECK_STR(CLEAN("del\x7F"), "del␡");
	CHECK_STR(CLEAN("hid\U000E0041den"), "hid▯den");
	CHECK_STR(CLEAN("\u115F\u3164"), "▯▯");
	CHECK_STR(CLEAN("line\u2028para\u2029"), "line⏎para⏎");
	CHECK_STR(text_clean_lines(fresh(), "a\r\nb\n\tc\x1B"), "a\nb\n c␛");
	struct buf b = {0};
	text_clean_to(&b, "a\0b", 3);
	CHECK_STR(buf_str(&b), "a␀b");
	buf_free(&b);
}

TEST(text_clean_takes_clusters_apart)
{
	CHECK_STR(CLEAN("👍🏽"), "👍");
	CHECK_STR(CLEAN("👨\u200D👩\u200D👧"), "👨👩👧");
	CHECK_STR(CLEAN("⚠\uFE0F"), "⚠");
	CHECK_STR(CLEAN("e\u0301\u0302\u0303\u0304\u0305\u0306"), "e\u0301\u0302\u0303\u0304");
	CHECK_STR(CLEAN("\u0301x"), "◌\u0301x");
	CHECK_INT(text_width(CLEAN("👍🏽")), 2);
}

TEST(text_width_counts_cells)
{
	CHECK_INT(text_width(""), 0);
	CHECK_INT(text_width("Chen Wei"), 8);
	CHECK_INT(text_width("陈伟"), 4);
	CHECK_INT(text_width("e\u0301te\u0301"), 3);
	CHECK_INT(text_width("한국어"), 6);
	CHECK_INT(text_width_n("abcdef", 3), 3);
	/* the same in a locale that knows no Unicode */
	const char *before = setlocale(LC_CTYPE, NULL);
	char *saved = strdup(before);
	setlocale(LC_CTYPE, "C");
	CHECK_INT(text_width("陈伟"), 4);
	CHECK_INT(text_width("Amélie"), 6);
	CHECK_INT(text_width("e\u0301"), 1);
	CHECK_STR(CLEAN("Amélie"), "Amélie");
	setlocale(LC_CTYPE, saved);
	free(saved);
}

TEST(text_fit_never_splits_a_cluster)
{
	int used;
	CHECK_INT(text_fit("陈伟", 3, &used), 3);
	CHECK_INT(used, 2);
	CHECK_INT(text_fit("e\u0301te\u0301", 1, &used), 3);
	CHECK_INT(text_fit("abc", 10, &used), 3);
	CHECK_INT(used, 3);
	CHECK_INT(text_fit("abc", 0, &used), 0);
	CHECK_STR(CLIP("Amélie Durand", 20), "Amélie Durand");
	CHECK_STR(CLIP("Amélie Durand", 13), "Amélie Durand");
	CHECK_STR(CLIP("Amélie Durand", 8), "Amélie …");
	CHECK_STR(CLIP("陈伟陈伟", 4), "陈…");
	CHECK_STR(CLIP("abc", 1), "…");
	CHECK_STR(CLIP("abc", 0), "");
}

TEST(text_steps_by_graphemes)
{
	const char *s = "ae\u0301👨\u200D👩z";
	size_t len = strlen(s);
	CHECK_INT(text_next(s, len, 0), 1);
	CHECK_INT(text_next(s, len, 1), 4);
	CHECK_INT(text_next(s, len, 4), len - 1);
	CHECK_INT(text_prev(s, len, len), len - 1);
	CHECK_INT(text_prev(s, len, len - 1), 4);
	CHECK_INT(text_prev(s, len, 4), 1);
	CHECK_INT(text_prev(s, len, 1), 0);
	CHECK_INT(text_prev(s, len, 0), 0);
	CHECK_INT(text_next(s, len, len), len);
	const char *flags = "🇫🇷🇩🇪";
	CHECK_INT(text_prev(flags, 16, 16), 8);
	CHECK_INT(text_next("\xFF\xFF", 2, 0), 1);
}

TEST(text_fold_is_blind_to_accents_and_case)
{
	CHECK_STR(FOLD("Éléonore d’Arcy–Łódź"), "eleonore d'arcy-lodz");
	CHECK_STR(FOLD("STRAẞE Straße"), "strasse strasse");
	CHECK_STR(FOLD("Œuvre Ærø Þór"), "oeuvre aero thor");
	CHECK_STR(FOLD("İstanbul ıssız"), "istanbul issiz");
	CHECK_STR(FOLD("ＡＣＭＥ ﬁn 𝐀"), "acme fin a");
	CHECK_STR(FOLD("Ελλάς"), "ελλασ");
	CHECK_STR(FOLD("Žluťoučký kůň"), "zlutoucky kun");
	CHECK_STR(FOLD("soft\u00ADhyphen"), "softhyphen");
	CHECK_STR(FOLD("bad\xFF"), "bad\uFFFD");
	CHECK(text_eq_fold("Amélie", "AMELIE"));
	CHECK(text_eq_fold("e\u0301", "é"));
	CHECK(!text_eq_fold("Amélie", "Amélia"));
	CHECK(!text_eq_fold("か", "が")); /* ka and ga are different letters */
	CHECK(text_eq_fold("が", "か\u3099")); /* composed or not */
	CHECK(!text_eq_fold("हिन्दी", "हन्द")); /* vowel signs are letters */
}

/* Random text from the blocks where folding has something to do. */
static void random_text(char *out, int length, unsigned *seed)
{
	static const int32_t from[] = {0x20, 0xA0, 0x300, 0x370, 0x590, 0x900, 0xE00, 0x1E00, 0x1F00, 0x2000, 0x3040,
		0xAC00, 0xF900, 0xFB00, 0xFF00, 0x1D400, 0x1F300, 0xE0000};
	size_t at = 0;
	for (int i = 0; i < length; i++) {
		int32_t cp = from[(unsigned)rand_r(seed) % 18] + (int32_t)((unsigned)rand_r(seed) % 0x100);
		at += (size_t)text_encode(cp, out + at);
	}
	out[at] = '\0';
}

TEST(text_fold_is_idempotent)
{
	unsigned seed = 42;
	char s[256];
	for (int i = 0; i < 20000; i++) {
		random_text(s, 20, &seed);
		struct arena *a = fresh();
		char *once = text_fold(a, s), *twice = text_fold(a, once);
		if (strcmp(once, twice) != 0)
			CHECK_STR(twice, once);
	}
}

TEST(text_clean_is_safe_on_any_bytes)
{
	unsigned seed = 7;
	for (int i = 0; i < 20000; i++) {
		char s[65];
		int n = rand_r(&seed) % 64;
		for (int k = 0; k < n; k++)
			s[k] = (char)(1 + rand_r(&seed) % 255);
		s[n] = '\0';
		if (i % 2)
			random_text(s, 12, &seed);
		struct arena *a = fresh();
		char *t = text_clean(a, s);
		CHECK(text_is_utf8(t, strlen(t)));
		for (const char *p = t; *p;) {
			int32_t cp;
			p += text_decode(p, strlen(p), &cp);
			if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || (cp >= 0x202A && cp <= 0x202E))
				CHECK_INT(cp, 0);
		}
		for (int cells = 0; cells < 14; cells++) {
			char *cut = text_clip(a, s, cells);
			if (text_width(cut) > cells)
				CHECK_INT(text_width(cut), cells);
		}
		if (strcmp(text_clean(a, t), t) != 0)
			CHECK_STR(text_clean(a, t), t);
	}
}

TEST(text_tokens_and_keys)
{
	struct buf b = {0};
	text_tokens_to(&b, "  O’Brien & Söhne, GmbH (Köln) 12-34! ");
	CHECK_STR(buf_str(&b), "o brien sohne gmbh koln 12 34");
	buf_clear(&b);
	text_tokens_to(&b, "—…!");
	CHECK_STR(buf_str(&b), "");
	buf_clear(&b);
	text_tokens_to(&b, "हिन्दी भाषा");
	CHECK_INT(text_width(buf_str(&b)) > 0, 1);
	CHECK(strchr(buf_str(&b), ' ') != NULL);
	buf_free(&b);
	CHECK_STR(text_sort_key(fresh(), "«Électricité» de France"), "electricite» de france");
	CHECK_STR(text_sort_key(fresh(), "***"), "***");
	char lengthy[400] = "";
	for (int i = 0; i < 60; i++)
		strcat(lengthy, "ψé");
	CHECK_INT(strlen(text_sort_key(fresh(), lengthy)), 80);
}

TEST(text_distance_counts_swaps)
{
	CHECK_INT(text_distance("", "", 3), 0);
	CHECK_INT(text_distance("durand", "durand", 2), 0);
	CHECK_INT(text_distance("durand", "durnad", 2), 1);
	CHECK_INT(text_distance("kitten", "sitting", 5), 3);
	CHECK_INT(text_distance("kitten", "sitting", 2), 3);
	CHECK_INT(text_distance("abc", "", 5), 3);
	CHECK_INT(text_distance("abc", "abcdefgh", 2), 3);
	CHECK_INT(text_distance("élan", "elan", 2), 1);
	CHECK_INT(text_distance("ca", "abc", 5), 3);
	char big[300], other[300];
	memset(big, 'a', sizeof big - 1);
	memset(other, 'a', sizeof other - 1);
	big[299] = other[299] = '\0';
	other[150] = 'b';
	CHECK_INT(text_distance(big, other, 3), 1);
}

TEST(text_trim_and_blank)
{
	CHECK_STR(text_trim(fresh(), " \t\u00A0\u3000 Anna Maria\u2003\r\n"), "Anna Maria");
	CHECK_STR(text_trim(fresh(), "\uFEFF x"), "x");
	CHECK_STR(text_trim(fresh(), " \n "), "");
	CHECK(text_is_blank(NULL));
	CHECK(text_is_blank(""));
	CHECK(text_is_blank(" \u00A0\n"));
	CHECK(!text_is_blank(" . "));
	CHECK_STR(text_lower_ascii(fresh(), "STRASSE É"), "strasse É");
	CHECK_STR(text_decapital(fresh(), "Étapes perdues"), "étapes perdues");
	CHECK_STR(text_decapital(fresh(), "SMS"), "SMS");
	CHECK_STR(text_decapital(fresh(), "A"), "a");
	CHECK_STR(text_decapital(fresh(), ""), "");
}

TEST(text_mixed_script_finds_look_alikes)
{
	CHECK(text_mixed_script("pаypal.com")); /* the first a is Cyrillic */
	CHECK(text_mixed_script("Αcme")); /* Greek Alpha */
	CHECK(!text_mixed_script("paypal.com"));
	CHECK(!text_mixed_script("Иванов ACME"));
	CHECK(!text_mixed_script("日本Tokyo"));
}
