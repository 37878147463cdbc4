/* Which character set is this? See charset.h.
 *
 * One pass over the file counts what each answer needs. A BOM is certain; NULs in every second byte mean UTF-16; valid
 * UTF-8 with a non-ASCII character is practically never anything else. For the 8-bit sets every byte above 127 is
 * looked at with its neighbours in each set: a small letter between letters speaks for the set, the more the commoner
 * the letter; a capital or a symbol inside a word speaks against it. "Société" in MacRoman would be "SociŽtŽ" in
 * Windows-1252. Central European letters need stronger evidence, for most of them are western letters too.
 */
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/io/charset.h"
#include "core/crm/io/charset_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { SETS = 3, UNDEFINED_COST = 20 };
static const enum charset eight_bit[SETS] = {CHARSET_WINDOWS_1252, CHARSET_MACROMAN, CHARSET_WINDOWS_1250};

struct tally {
	int64_t bytes, high;
	int64_t nul_even, nul_odd;
	int64_t lines_le, lines_be; /* line feeds that stand where UTF-16 would have them */
	int64_t utf8_good, utf8_bad;
	int64_t score[SETS];
	int64_t polish, czech, western; /* letters that only one region uses, where Windows-1250 and 1252 differ */
	unsigned char tail[4]; /* the last bytes of the piece before: a sequence or a word may span two pieces */
	size_t tail_length;
};

static bool listed(int32_t cp, const int32_t *list)
{
	for (; *list; list++)
		if (*list == cp)
			return true;
	return false;
}

/* How common a small letter is in the languages a set is used for. */
static int commonness(enum charset c, int32_t cp)
{
	static const int32_t western[] = {0xE9, 0xE8, 0xE0, 0xE7, 0xEA, 0xFC, 0xF6, 0xE4, 0xF1, 0xE1, 0xED, 0xF3, 0xF8,
		0xE5, 0xE6, 0xE3, 0xF5, 0xF4, 0xDF, 0};
	static const int32_t central[] = {0xE9, 0xE1, 0xED, 0xF3, 0xFC, 0xF6, 0xE4, 0xFD, 0x105, 0x107, 0x10D, 0x119,
		0x11B, 0x142, 0x144, 0x15B, 0x161, 0x17A, 0x17C, 0x17E, 0x159, 0x16F, 0};
	return listed(cp, c == CHARSET_WINDOWS_1250 ? central : western) ? 3 : 1;
}

enum kind { OTHER, LOWER, UPPER };

static enum kind kind_of(int32_t cp)
{
	if (cp < 0x80)
		return cp >= 'a' && cp <= 'z' ? LOWER : cp >= 'A' && cp <= 'Z' ? UPPER : OTHER;
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_LL:
		return LOWER;
	case UTF8PROC_CATEGORY_LU:
		return UPPER;
	default:
		return OTHER;
	}
}

/* What one byte, between its neighbours, says for a set. */
static int judge(enum charset c, unsigned char before, unsigned char b, unsigned char after)
{
	static const int32_t typographic[] = {
		0x2019, 0x2018, 0x201C, 0x201D, 0x2013, 0x2014, 0x2026, 0xAB, 0xBB, 0x20AC, 0xB0, 0xA0, 0xAE, 0xA9, 0};
	int32_t cp = charset_byte(c, b);
	if (cp < 0)
		return -UNDEFINED_COST;
	enum kind here = kind_of(cp), left = kind_of(charset_byte(c, before)), right = kind_of(charset_byte(c, after));
	if (here == LOWER)
		return left == UPPER && right == UPPER ? -2 : commonness(c, cp);
	if (here == UPPER)
		return left == LOWER ? -3 : right == LOWER || left == UPPER || right == UPPER ? 2 : 0;
	bool inside = left != OTHER && right != OTHER;
	if (cp == 0x2019) /* l’ami, O’Brien: a lone letter before it makes it an apostrophe */
		return inside ? 2 : 1;
	if (listed(cp, typographic))
		return inside ? -1 : 1;
	return inside ? -3 : -1;
}

static void count_central(struct tally *t, unsigned char before, unsigned char b, unsigned char after)
{
	static const unsigned char polish[] = {0xB9, 0xB3, 0xBF, 0x9F, 0xBE, 0x9D, 0};
	static const unsigned char czech[] = {0x8A, 0x9A, 0x8E, 0x9E, 0xFD, 0xDD, 0};
	static const unsigned char west[] = {0xE0, 0xE2, 0xE3, 0xE5, 0xE6, 0xEA, 0xF1, 0xF5, 0xFB, 0x9C, 0};
	bool in_word = kind_of(before) == LOWER || kind_of(before) == UPPER || kind_of(after) == LOWER;
	if (in_word && strchr((const char *)polish, b))
		t->polish++;
	if (in_word && strchr((const char *)czech, b))
		t->czech++;
	if (strchr((const char *)west, b))
		t->western++;
}

static void count_letters(struct tally *t, unsigned char before, unsigned char b, unsigned char after)
{
	if (b < 0x80)
		return;
	t->high++;
	for (int i = 0; i < SETS; i++)
		t->score[i] += judge(eight_bit[i], before, b, after);
	count_central(t, before, b, after);
}

/* Count the sequences of s; *used is where a sequence may go on in the next piece. */
static void count_utf8(struct tally *t, const unsigned char *s, size_t n, bool last, size_t *used)
{
	size_t i = 0;
	while (i < n) {
		if (s[i] < 0x80) {
			i++;
			continue;
		}
		if (!last && n - i < 4)
			break;
		int32_t cp;
		i += (size_t)text_decode((const char *)s + i, n - i, &cp);
		if (cp < 0)
			t->utf8_bad++;
		else
			t->utf8_good++;
	}
	*used = i;
}

static void count_units(struct tally *t, unsigned char before, unsigned char b)
{
	bool odd = t->bytes & 1;
	if (b == 0)
		*(odd ? &t->nul_odd : &t->nul_even) += 1;
	t->lines_le += odd && before == '\n' && b == 0;
	t->lines_be += odd && before == 0 && b == '\n';
}

/* One piece, with up to three bytes kept from the piece before in front of it. `before` is the byte in front of s. */
static void count_piece(struct tally *t, const unsigned char *s, size_t n, bool last, unsigned char *before)
{
	size_t used;
	count_utf8(t, s, n, last, &used);
	if (!last && used == n && n > 0 && s[n - 1] < 0x80)
		used = n - 1; /* the last letter waits for its neighbour */
	/* letters and NULs are counted for the bytes that are not kept back */
	for (size_t i = 0; i < used; i++) {
		count_units(t, *before, s[i]);
		count_letters(t, *before, s[i], i + 1 < n ? s[i + 1] : 0);
		*before = s[i];
		t->bytes++;
	}
	t->tail_length = n - used;
	memcpy(t->tail, s + used, t->tail_length);
}

static enum charset best_8_bit(const struct tally *t)
{
	int64_t windows = t->score[0], mac = t->score[1];
	bool central = t->polish * 12 >= t->high || (t->czech * 6 >= t->high && t->western * 12 <= t->high);
	if (central && t->score[2] > windows)
		return mac >= t->score[2] ? CHARSET_MACROMAN : CHARSET_WINDOWS_1250;
	if (central && t->score[2] == windows && windows >= mac)
		return CHARSET_WINDOWS_1250;
	return mac > windows ? CHARSET_MACROMAN : CHARSET_WINDOWS_1252;
}

/* NULs in one half of the units: every fourth byte, or, since Chinese has few of them, some of them in line ends. */
static bool is_utf16(const struct tally *t, int64_t here, int64_t other, int64_t lines)
{
	return here > 0 && other * 10 <= here && (here * 4 >= t->bytes || (here * 40 >= t->bytes && lines > 0));
}

static enum charset decide(const struct tally *t)
{
	if (is_utf16(t, t->nul_odd, t->nul_even, t->lines_le))
		return CHARSET_UTF16LE;
	if (is_utf16(t, t->nul_even, t->nul_odd, t->lines_be))
		return CHARSET_UTF16BE;
	/* some broken characters in a large UTF-8 file do not make it something else */
	if (t->utf8_bad == 0 || t->utf8_good >= 10 * t->utf8_bad)
		return CHARSET_UTF8;
	return best_8_bit(t);
}

enum charset charset_of_bytes(const char *s, size_t n)
{
	struct tally t = {0};
	unsigned char before = 0;
	count_piece(&t, (const unsigned char *)s, n, true, &before);
	return t.utf8_bad == 0 ? CHARSET_UTF8 : best_8_bit(&t);
}

static bool mark_at(const unsigned char *s, size_t n, struct charset_guess *g)
{
	if (n >= 3 && s[0] == 0xEF && s[1] == 0xBB && s[2] == 0xBF)
		*g = (struct charset_guess){CHARSET_UTF8, 3, false};
	else if (n >= 2 && s[0] == 0xFF && s[1] == 0xFE)
		*g = (struct charset_guess){CHARSET_UTF16LE, 2, false};
	else if (n >= 2 && s[0] == 0xFE && s[1] == 0xFF)
		*g = (struct charset_guess){CHARSET_UTF16BE, 2, false};
	else
		return false;
	return true;
}

/* The name of a format that is not text, by its first bytes; NULL for text. */
static const char *binary_format(const unsigned char *s, size_t n)
{
	static const struct {
		const char *magic;
		size_t length;
		const char *what;
	} formats[] = {
		{"PK\3\4", 4, N_("a spreadsheet (.xlsx, .ods) or a zip archive")},
		{"\xD0\xCF\x11\xE0", 4, N_("an Excel workbook (.xls)")},
		{"%PDF-", 5, N_("a PDF document")},
		{"\x1F\x8B", 2, N_("a gzip archive")},
		{"SQLite format 3", 16, N_("a database")},
		{"\x89PNG", 4, N_("a picture")},
		{"\xFF\xD8\xFF", 3, N_("a picture")},
		{"GIF8", 4, N_("a picture")},
		{"\x7F"
		 "ELF",
			4, N_("a program")},
		{"7z\xBC\xAF", 4, N_("an archive")},
		{"BZh", 3, N_("an archive")},
	};
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (n >= formats[i].length && memcmp(s, formats[i].magic, formats[i].length) == 0)
			return formats[i].what;
	return NULL;
}

static enum status count_file(FILE *f, struct tally *t, unsigned char *piece, size_t size, struct error *err)
{
	unsigned char before = 0;
	for (bool last = false; !last;) {
		memcpy(piece, t->tail, t->tail_length);
		size_t kept = t->tail_length;
		size_t got = fread(piece + kept, 1, size - kept, f);
		if (got == 0 && ferror(f))
			return error_set(err, ST_IO, _("Cannot read the file: %s."), error_system(errno));
		last = got == 0;
		count_piece(t, piece, kept + got, last, &before);
	}
	return ST_OK;
}

static enum status read_all(FILE *f, unsigned char *piece, size_t size, struct charset_guess *out, struct error *err)
{
	if (fseeko(f, 0, SEEK_SET) != 0)
		return error_set(err, ST_IO, _("Cannot read the file: %s."), error_system(errno));
	size_t n = fread(piece, 1, 32, f);
	if (n == 0 && ferror(f))
		return error_set(err, ST_IO, _("Cannot read the file: %s."), error_system(errno));
	const char *what = binary_format(piece, n);
	if (what) {
		enum status st = error_set(err, ST_INVALID, _("This is not a text file but %s."), _(what));
		error_hint(err, _("Save it as CSV (or vCard) first, then import that file."));
		return st;
	}
	rewind(f);
	if (mark_at(piece, n, out))
		return ST_OK;
	struct tally t = {0};
	enum status st = count_file(f, &t, piece, size, err);
	rewind(f);
	if (st == ST_OK)
		*out = (struct charset_guess){decide(&t), 0, t.high == 0};
	return st;
}

enum status charset_detect(FILE *f, struct charset_guess *out, struct error *err)
{
	const size_t size = 65536;
	unsigned char *piece = mem_alloc(size);
	enum status st = read_all(f, piece, size, out, err);
	free(piece);
	return st;
}
