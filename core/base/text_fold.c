/* Folding and comparison: what makes two spellings the same for search, sorting and look-alike checks.
 *
 * NFKD and Unicode case folding by utf8proc; then accents go, but not the marks that carry letters (Indic and Thai
 * vowel signs, the Japanese voicing mark), for without them different names would become one. Latin letters that have
 * no decomposition are spelled out; typographic apostrophes and dashes become the plain ones. Folding is idempotent and
 * gives the same bytes for NFC and NFD input.
 */
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { SORT_KEY_BYTES = 80, MAX_PARTS = 64, MAX_MARKS = 16 };

static const char *spelled_out(int32_t cp)
{
	static const struct {
		int32_t from;
		const char *text;
	} letters[] = {
		{0x00B4, "'"},
		{0x00E6, "ae"},
		{0x00F0, "d"},
		{0x00F8, "o"},
		{0x00FE, "th"},
		{0x0111, "d"},
		{0x0127, "h"},
		{0x0131, "i"},
		{0x0142, "l"},
		{0x014B, "n"},
		{0x0153, "oe"},
		{0x0167, "t"},
		{0x0180, "b"},
		{0x0192, "f"},
		{0x0199, "k"},
		{0x0253, "b"},
		{0x0256, "d"},
		{0x0257, "d"},
		{0x0268, "i"},
		{0x02BC, "'"},
		{0x2010, "-"},
		{0x2011, "-"},
		{0x2012, "-"},
		{0x2013, "-"},
		{0x2014, "-"},
		{0x2015, "-"},
		{0x2018, "'"},
		{0x2019, "'"},
		{0x201B, "'"},
		{0x201C, "\""},
		{0x201D, "\""},
		{0x201E, "\""},
		{0x2212, "-"},
		{INT32_MAX, NULL},
	};
	size_t i = 0;
	while (letters[i].from < cp)
		i++;
	return letters[i].from == cp ? letters[i].text : NULL;
}

/* Accents by combining class: overlays, Hebrew and Arabic points, and everything above or below a letter. */
static bool is_accent(int ccc)
{
	return ccc == 1 || (ccc >= 10 && ccc <= 36) || ccc >= 200;
}

static bool is_mark(int32_t cp)
{
	utf8proc_category_t c = utf8proc_category(cp);
	return c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_MC || c == UTF8PROC_CATEGORY_ME;
}

/* Marks that stay wait here until the next letter, so that they come out in canonical order. */
struct folder {
	struct buf *out;
	int32_t mark[MAX_MARKS];
	int ccc[MAX_MARKS];
	int marks;
};

static void put(struct buf *out, int32_t cp)
{
	char enc[4];
	buf_add(out, enc, (size_t)text_encode(cp, enc));
}

static void flush_marks(struct folder *f)
{
	for (int i = 0; i < f->marks; i++)
		put(f->out, f->mark[i]);
	f->marks = 0;
}

static void fold_part(struct folder *f, int32_t cp)
{
	const utf8proc_property_t *prop = utf8proc_get_property(cp);
	int ccc = prop->combining_class;
	if (ccc > 0 && is_accent(ccc))
		return;
	if (cp >= 0x1F3FB && cp <= 0x1F3FF)
		return;
	if (ccc > 0) {
		if (f->marks == MAX_MARKS)
			flush_marks(f);
		int at = f->marks++;
		for (; at > 0 && f->ccc[at - 1] > ccc; at--) {
			f->mark[at] = f->mark[at - 1];
			f->ccc[at] = f->ccc[at - 1];
		}
		f->mark[at] = cp;
		f->ccc[at] = ccc;
		return;
	}
	flush_marks(f);
	const char *spelled = spelled_out(cp);
	if (spelled)
		buf_puts(f->out, spelled);
	else
		put(f->out, cp);
}

static void fold_bytes(struct buf *out, const char *s, size_t n)
{
	struct folder f = {.out = out};
	const int options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	for (size_t i = 0; i < n;) {
		unsigned char c = (unsigned char)s[i];
		if (c < 0x80) {
			flush_marks(&f);
			buf_putc(out, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : (char)c);
			i++;
			continue;
		}
		int32_t cp;
		i += (size_t)text_decode(s + i, n - i, &cp);
		if (cp < 0) {
			flush_marks(&f);
			put(out, 0xFFFD);
			continue;
		}
		int32_t parts[MAX_PARTS];
		int boundary = 0;
		const char *early = spelled_out(cp); /* U+00B4 would decompose to a space and a mark */
		if (early) {
			flush_marks(&f);
			buf_puts(out, early);
			continue;
		}
		utf8proc_ssize_t got = utf8proc_decompose_char(cp, parts, MAX_PARTS, options, &boundary);
		for (utf8proc_ssize_t k = 0; k < got && k < MAX_PARTS; k++)
			fold_part(&f, parts[k]);
	}
	flush_marks(&f);
}

void text_fold_to(struct buf *out, const char *s)
{
	fold_bytes(out, s, strlen(s));
}

char *text_fold(struct arena *a, const char *s)
{
	struct buf b = {0};
	text_fold_to(&b, s);
	char *copy = arena_strndup(a, buf_str(&b), b.len);
	buf_free(&b);
	return copy;
}

static bool is_word(int32_t cp)
{
	if (cp < 0x80)
		return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z');
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return true;
	default:
		return is_mark(cp);
	}
}

void text_tokens_to(struct buf *out, const char *s)
{
	struct buf folded = {0};
	text_fold_to(&folded, s);
	size_t start = out->len;
	bool gap = false;
	for (size_t i = 0; i < folded.len;) {
		int32_t cp;
		size_t used = (size_t)text_decode(folded.data + i, folded.len - i, &cp);
		if (!is_word(cp)) {
			gap = true;
		} else {
			if (gap && out->len > start)
				buf_putc(out, ' ');
			gap = false;
			buf_add(out, folded.data + i, used);
		}
		i += used;
	}
	if (out->len == start)
		buf_add(out, "", 0);
	buf_free(&folded);
}

char *text_sort_key(struct arena *a, const char *s)
{
	struct buf b = {0};
	text_fold_to(&b, s);
	size_t from = 0, end, used;
	int32_t cp;
	while (from < b.len) { /* quotes and dots in front of a name do not count */
		used = (size_t)text_decode(b.data + from, b.len - from, &cp);
		if (is_word(cp))
			break;
		from += used;
	}
	if (from == b.len)
		from = 0;
	for (end = from; end < b.len; end += used) {
		used = (size_t)text_decode(b.data + end, b.len - end, &cp);
		if (end + used > from + SORT_KEY_BYTES)
			break;
	}
	char *key = arena_strndup(a, buf_str(&b) + from, end - from);
	buf_free(&b);
	return key;
}

bool text_eq_fold(const char *a, const char *b)
{
	struct buf fa = {0}, fb = {0};
	text_fold_to(&fa, a);
	text_fold_to(&fb, b);
	bool same = fa.len == fb.len && memcmp(buf_str(&fa), buf_str(&fb), fa.len) == 0;
	buf_free(&fa);
	buf_free(&fb);
	return same;
}

/* Optimal string alignment (Damerau-Levenshtein without edits between swapped letters): Boytsov, "Indexing methods for
 * approximate dictionary searching", 2011. Three rows, stops as soon as a whole row is above the limit. */

static size_t code_points(const char *s, int32_t *out)
{
	size_t n = strlen(s), count = 0;
	for (size_t i = 0; i < n;)
		i += (size_t)text_decode(s + i, n - i, &out[count++]);
	return count;
}

static int least(int x, int y)
{
	return x < y ? x : y;
}

static int align(const int32_t *a, size_t na, const int32_t *b, size_t nb, int *rows, int limit)
{
	int *before = rows, *last = rows + nb + 1, *row = rows + 2 * (nb + 1);
	for (size_t j = 0; j <= nb; j++)
		last[j] = (int)j;
	for (size_t i = 1; i <= na; i++) {
		int best = row[0] = (int)i;
		for (size_t j = 1; j <= nb; j++) {
			int d = last[j - 1] + (a[i - 1] != b[j - 1]);
			d = least(d, least(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d = least(d, before[j - 2] + 1);
			row[j] = d;
			best = least(best, d);
		}
		int swap_row = i > 1 ? least(best, last[0] + 1) : best;
		if (swap_row > limit + 1)
			return limit + 1;
		int *free_row = before;
		before = last;
		last = row;
		row = free_row;
	}
	return least(last[nb], limit + 1);
}

int text_distance(const char *a, const char *b, int limit)
{
	enum { SMALL = 64 };
	int32_t small[2 * SMALL];
	int small_rows[3 * (SMALL + 1)];
	size_t la = strlen(a), lb = strlen(b);
	bool fits = la <= SMALL && lb <= SMALL;
	int32_t *pa = fits ? small : mem_array(la + lb + 1, sizeof *pa);
	size_t na = code_points(a, pa);
	int32_t *pb = pa + na;
	size_t nb = code_points(b, pb);
	int d = limit + 1;
	if ((na > nb ? na - nb : nb - na) <= (size_t)limit) {
		int *rows = fits ? small_rows : mem_array(3 * (nb + 1), sizeof *rows);
		d = align(pa, na, pb, nb, rows, limit);
		if (!fits)
			free(rows);
	}
	if (!fits)
		free(pa);
	return d;
}

/* Scripts whose letters look alike. Blocks are enough here: what is asked is only Latin, Greek or Cyrillic. */
enum script { SCRIPT_OTHER, SCRIPT_LATIN, SCRIPT_GREEK, SCRIPT_CYRILLIC };

static enum script script_of(int32_t cp)
{
	static const struct {
		int32_t from, to;
		enum script script;
	} blocks[] = {
		{'A', 'Z', SCRIPT_LATIN},
		{'a', 'z', SCRIPT_LATIN},
		{0xC0, 0xD6, SCRIPT_LATIN},
		{0xD8, 0xF6, SCRIPT_LATIN},
		{0xF8, 0x2AF, SCRIPT_LATIN},
		{0x370, 0x3FF, SCRIPT_GREEK},
		{0x400, 0x52F, SCRIPT_CYRILLIC},
		{0x1C80, 0x1C8F, SCRIPT_CYRILLIC},
		{0x1E00, 0x1EFF, SCRIPT_LATIN},
		{0x1F00, 0x1FFF, SCRIPT_GREEK},
		{0x2C60, 0x2C7F, SCRIPT_LATIN},
		{0x2DE0, 0x2DFF, SCRIPT_CYRILLIC},
		{0xA640, 0xA69F, SCRIPT_CYRILLIC},
		{0xA722, 0xA7FF, SCRIPT_LATIN},
		{0xAB30, 0xAB64, SCRIPT_LATIN},
		{0xFF21, 0xFF3A, SCRIPT_LATIN},
		{0xFF41, 0xFF5A, SCRIPT_LATIN},
	};
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks && cp >= blocks[i].from; i++)
		if (cp <= blocks[i].to)
			return blocks[i].script;
	return SCRIPT_OTHER;
}

bool text_mixed_script(const char *s)
{
	size_t n = strlen(s);
	enum script seen = SCRIPT_OTHER;
	for (size_t i = 0; i < n;) {
		int32_t cp;
		i += (size_t)text_decode(s + i, n - i, &cp);
		if (cp < 0 || !is_word(cp)) {
			seen = SCRIPT_OTHER;
			continue;
		}
		enum script here = script_of(cp);
		if (here == SCRIPT_OTHER)
			continue;
		if (seen != SCRIPT_OTHER && seen != here)
			return true;
		seen = here;
	}
	return false;
}
