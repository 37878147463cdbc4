/* Character sets: told apart in many languages, decoded over every boundary, refused when it is no text. */
#include "core/crm/io/charset.h"
#include "core/base/text.h"
#include "tests/unit/test.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

/* UTF-8 text in another set, by the C library. */
static struct buf encoded(const char *utf8, const char *set)
{
	struct buf b = {0};
	iconv_t cd = iconv_open(set, "UTF-8");
	if (cd == (iconv_t)-1)
		test_skip("iconv has no such set here");
	char out[8192], *to = out, *from = (char *)(uintptr_t)utf8;
	size_t left = strlen(utf8), room = sizeof out;
	CHECK(iconv(cd, &from, &left, &to, &room) != (size_t)-1);
	buf_add(&b, out, sizeof out - room);
	iconv_close(cd);
	return b;
}

static enum charset detected(const char *bytes, size_t n)
{
	FILE *f = tmpfile();
	(void)fwrite(bytes, 1, n, f);
	struct charset_guess g = {.charset = CHARSET_COUNT};
	struct error err;
	(void)charset_detect(f, &g, &err);
	fclose(f);
	return g.charset;
}

static const char *const western[] = {
	"Société Générale, Crédit Agricole, Orléans, Besançon",
	"José, Márquez, Núñez, Muñoz, Córdoba, Málaga",
	"Müller, Jürgen Groß, Böhm, Käthe, München, Straße",
	"João Conceição, São Paulo, Antônio, Magalhães",
	"Søren Kierkegaard, Ærø, Århus, København",
	"Niccolò, Forlì, Cantù, perché, così",
	"Åsa Öberg, Malmö, Västerås",
	"L’été à la Côte d’Azur — déjà vu…",
	"Jos\u00E9",
	"Zürich",
	"Noël",
	"François",
	"Prix : 12 € à Orléans",
	"Jean-François Lefèvre\nHélène Béranger\nÉric Dupré",
	"ÉTÉ, NOËL, FRANÇOIS, MÜLLER",
};
static const char *const central[] = {
	"Dvořák, Jiří Žižka, Černý, Růžička, Němec, Plzeň, České Budějovice",
	"Żółć, Wałęsa, Łódź, Kraków, Poznań, Gdańsk",
	"Nováková, Štěpán, Příbram, žlutý kůň",
	"Wiśniewski, Dąbrowski, Zieliński, Woźniak, Kozłowski",
};

TEST(charset_tells_western_sets_apart)
{
	for (size_t i = 0; i < sizeof western / sizeof *western; i++) {
		struct buf windows = encoded(western[i], "CP1252"), mac = encoded(western[i], "MACINTOSH");
		test_check_int(
			detected(windows.data, windows.len), CHARSET_WINDOWS_1252, western[i], __FILE__, __LINE__);
		test_check_int(detected(mac.data, mac.len), CHARSET_MACROMAN, western[i], __FILE__, __LINE__);
		CHECK_INT(detected(western[i], strlen(western[i])), CHARSET_UTF8);
		struct buf back = {0};
		CHECK_INT(charset_to_utf8(&back, CHARSET_MACROMAN, mac.data, mac.len), 0);
		CHECK_STR(back.data, western[i]);
		buf_clear(&back);
		CHECK_INT(charset_to_utf8(&back, CHARSET_WINDOWS_1252, windows.data, windows.len), 0);
		CHECK_STR(back.data, western[i]);
		buf_free(&windows);
		buf_free(&mac);
		buf_free(&back);
	}
}

TEST(charset_knows_central_europe)
{
	for (size_t i = 0; i < sizeof central / sizeof *central; i++) {
		struct buf b = encoded(central[i], "CP1250"), back = {0};
		test_check_int(detected(b.data, b.len), CHARSET_WINDOWS_1250, central[i], __FILE__, __LINE__);
		CHECK_INT(charset_to_utf8(&back, CHARSET_WINDOWS_1250, b.data, b.len), 0);
		CHECK_STR(back.data, central[i]);
		buf_free(&b);
		buf_free(&back);
	}
}

TEST(charset_finds_utf16_with_and_without_mark)
{
	const char *text = "Name,Ville\r\nJosé,Orléans 😀\r\n";
	struct buf le = encoded(text, "UTF-16LE"), be = encoded(text, "UTF-16BE"), marked = encoded(text, "UTF-16");
	CHECK_INT(detected(le.data, le.len), CHARSET_UTF16LE);
	CHECK_INT(detected(be.data, be.len), CHARSET_UTF16BE);
	CHECK_INT(detected(marked.data, marked.len), CHARSET_UTF16LE);
	buf_free(&le);
	buf_free(&be);
	buf_free(&marked);
	CHECK_INT(detected("plain", 5), CHARSET_UTF8);
	CHECK_INT(detected("", 0), CHARSET_UTF8);
	CHECK_INT(detected("\xEF\xBB\xBF\xFF", 4), CHARSET_UTF8);
}

TEST(charset_forgives_a_broken_character_in_utf8)
{
	struct buf b = {0};
	for (int i = 0; i < 50; i++)
		buf_puts(&b, "déjà ");
	buf_puts(&b, "\xE9 x");
	CHECK_INT(detected(b.data, b.len), CHARSET_UTF8);
	buf_free(&b);
}

TEST(charset_refuses_what_is_not_text)
{
	static const char *const files[] = {
		"PK\3\4....", "\xD0\xCF\x11\xE0....", "%PDF-1.4", "\x1F\x8B\x08", "\x89PNG\r\n"};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		CHECK_INT(detected(files[i], strlen(files[i])), CHARSET_COUNT);
}

/* The decoder gives the same text whatever the size of its pieces, and never a part of a character. */
static void check_pieces(const struct buf *bytes, enum charset set, const char *want)
{
	struct decoder *d = mem_alloc(sizeof *d);
	struct error err;
	for (size_t cap = 16; cap < 80; cap += 7) {
		FILE *f = tmpfile();
		for (int i = 0; i < 700; i++) /* longer than the decoder's own piece */
			(void)fwrite(bytes->data, 1, bytes->len, f);
		struct charset_guess g = {.charset = set};
		MUST(decoder_open(d, f, &g, &err));
		char out[128];
		size_t n = 1, at = 0, length = strlen(want), total = 0;
		while (n > 0) {
			MUST(decoder_read(d, out, cap, &n, &err));
			CHECK(text_is_utf8(out, n));
			for (size_t i = 0; i < n; i++, at = (at + 1) % length)
				if (out[i] != want[at])
					test_abort(__FILE__, __LINE__, "decoded text differs");
			total += n;
		}
		CHECK_INT(total, 700 * length);
		CHECK_INT(d->replaced, 0);
		fclose(f);
	}
	free(d);
}

TEST(charset_decodes_over_boundaries)
{
	const char *text = "abc é € 😀 xyz, ça va? Ünïcödé 12345 ";
	struct buf plain = {0};
	buf_puts(&plain, text);
	check_pieces(&plain, CHARSET_UTF8, text);
	struct buf le = encoded(text, "UTF-16LE"), be = encoded(text, "UTF-16BE");
	check_pieces(&le, CHARSET_UTF16LE, text);
	check_pieces(&be, CHARSET_UTF16BE, text);
	buf_free(&plain);
	buf_free(&le);
	buf_free(&be);
}

TEST(charset_counts_what_it_replaces)
{
	struct buf b = {0};
	CHECK_INT(charset_to_utf8(&b, CHARSET_UTF8, "a\xFFz\xC3", 4), 2);
	CHECK_STR(b.data, "a\uFFFDz\uFFFD");
	buf_clear(&b);
	CHECK_INT(charset_to_utf8(&b, CHARSET_UTF16LE, "a\0\0\xD8z\0x", 7), 2);
	CHECK_STR(b.data, "a\uFFFDz\uFFFD");
	buf_clear(&b);
	CHECK_INT(charset_to_utf8(&b, CHARSET_WINDOWS_1252, "\x81", 1), 1);
	buf_free(&b);
}

TEST(charset_is_named)
{
	enum charset c;
	CHECK(charset_find("utf-8", &c) && c == CHARSET_UTF8);
	CHECK(charset_find("iso-8859-1", &c) && c == CHARSET_WINDOWS_1252);
	CHECK(charset_find("macintosh", &c) && c == CHARSET_MACROMAN);
	CHECK(!charset_find("klingon", &c));
	for (int i = 0; i < CHARSET_COUNT; i++)
		CHECK(charset_find(charset_name((enum charset)i), &c) && c == (enum charset)i);
	struct buf b = {0};
	CHECK(charset_named_to_utf8(&b, "ISO-8859-2", "\xE8", 1));
	CHECK_STR(b.data, "č");
	buf_clear(&b);
	CHECK(charset_named_to_utf8(&b, "SHIFT_JIS", "\x82\xA0\xFF!", 4));
	CHECK_STR(b.data, "あ\uFFFD!");
	CHECK(!charset_named_to_utf8(&b, "nonsense", "x", 1));
	buf_free(&b);
}
