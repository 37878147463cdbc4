/* Text that people typed, pasted or imported: see text.h.
 *
 * Three questions are answered here, each by one pass over code points: may it be shown as it is (cleaning), how many
 * cells does it take (width), and what does it look like without accents and case (folding, in text_fold.c).
 *
 * Terminals agree with the C library on single code points but not on clusters: a family emoji is two cells in one and
 * six in another. So everything that glues code points together is dropped before measuring, and what is left has the
 * same width everywhere. Where the process runs in a locale without Unicode wcwidth() knows nothing; utf8proc's table
 * stands in.
 */
#include "core/base/text.h"

#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

enum {
	MARKS_PER_CELL = 4,
	CONTROL_PICTURES = 0x2400,
	RETURN_SIGN = 0x23CE,
	INVISIBLE_MARK = 0x25AF,
	BROKEN = 0xFFFD,
	DOTTED_CIRCLE = 0x25CC
};

int text_decode(const char *s, size_t n, int32_t *cp)
{
	if (n == 0)
		return 0;
	const unsigned char *p = (const unsigned char *)s;
	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	*cp = -1;
	int len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	if (p[0] < 0xC2 || p[0] > 0xF4 || n < (size_t)len)
		return 1;
	int32_t v = p[0] & (0x7F >> len);
	for (int i = 1; i < len; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 1;
		v = v << 6 | (p[i] & 0x3F);
	}
	static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	if (v < least[len] || v > 0x10FFFF || (v >= 0xD800 && v <= 0xDFFF))
		return 1;
	*cp = v;
	return len;
}

int text_encode(int32_t cp, char out[4])
{
	if (cp < 0 || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		return 0;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	int len = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (int i = len - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (cp & 0x3F));
		cp >>= 6;
	}
	out[0] = (char)((0xF00 >> len & 0xFF) | cp);
	return len;
}

bool text_is_utf8(const char *s, size_t n)
{
	int32_t cp;
	for (size_t i = 0; i < n;) {
		int used = text_decode(s + i, n - i, &cp);
		if (cp < 0)
			return false;
		i += (size_t)used;
	}
	return true;
}

static void put(struct buf *out, int32_t cp)
{
	char enc[4];
	buf_add(out, enc, (size_t)text_encode(cp, enc));
}

/* Cells of one code point; -1 when it cannot be shown. */
static int cell_width(int32_t cp)
{
	if (cp < 0x80)
		return cp >= 0x20 && cp != 0x7F ? 1 : -1;
	int w = wcwidth((wchar_t)cp);
	if (w >= 0 || wcwidth(0x4E2D) == 2)
		return w;
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CS:
		return -1;
	default:
		return utf8proc_charwidth(cp);
	}
}

/* What cleaning does with one code point. */
static bool is_dropped(int32_t cp)
{
	return cp == 0x200C || cp == 0x200D || /* joiners */
	       (cp >= 0xFE00 && cp <= 0xFE0F) || (cp >= 0xE0100 && cp <= 0xE01EF) || /* variation selectors */
	       (cp >= 0x180B && cp <= 0x180F && cp != 0x180E) || /* Mongolian ones */
	       (cp >= 0x1F3FB && cp <= 0x1F3FF); /* skin tones */
}

static bool is_invisible(int32_t cp)
{
	if (cp == 0x115F || cp == 0x1160 || cp == 0x3164 || cp == 0xFFA0 || cp == 0x17B4 || cp == 0x17B5)
		return true; /* fillers that category and width call letters */
	return utf8proc_category(cp) == UTF8PROC_CATEGORY_CF;
}

static bool is_newline(int32_t cp)
{
	return cp == '\n' || cp == '\r' || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}

static int32_t shown_as(int32_t cp)
{
	if (cp < 0)
		return BROKEN;
	if (cp == '\t')
		return ' ';
	if (cp < 0x20)
		return CONTROL_PICTURES + cp;
	if (cp == 0x7F)
		return 0x2421;
	if ((cp >= 0x80 && cp < 0xA0) || is_invisible(cp))
		return INVISIBLE_MARK;
	return cell_width(cp) < 0 ? BROKEN : cp;
}

static void clean(struct buf *out, const char *s, size_t n, bool keep_lines)
{
	int marks = -1; /* zero-width code points on the cell being filled; -1 where there is no cell yet */
	for (size_t i = 0; i < n;) {
		size_t run = i;
		while (run < n && s[run] >= 0x20 && s[run] < 0x7F)
			run++;
		if (run > i) {
			buf_add(out, s + i, run - i);
			i = run;
			marks = 0;
			continue;
		}
		int32_t cp;
		i += (size_t)text_decode(s + i, n - i, &cp);
		if (is_dropped(cp))
			continue;
		if (is_newline(cp)) {
			if (cp == '\r' && i < n && s[i] == '\n')
				i++;
			put(out, keep_lines ? '\n' : RETURN_SIGN);
			marks = keep_lines ? -1 : 0;
			continue;
		}
		cp = shown_as(cp);
		if (cell_width(cp) > 0) {
			marks = 0;
		} else if (marks < 0) {
			put(out, DOTTED_CIRCLE);
			marks = 1;
		} else if (++marks > MARKS_PER_CELL) {
			continue;
		}
		put(out, cp);
	}
}

void text_clean_to(struct buf *out, const char *s, size_t n)
{
	clean(out, s, n, false);
}

static char *clean_in(struct arena *a, const char *s, bool keep_lines)
{
	struct buf b = {0};
	clean(&b, s, strlen(s), keep_lines);
	char *copy = arena_strndup(a, buf_str(&b), b.len);
	buf_free(&b);
	return copy;
}

char *text_clean(struct arena *a, const char *s)
{
	return clean_in(a, s, false);
}

char *text_clean_lines(struct arena *a, const char *s)
{
	return clean_in(a, s, true);
}

int text_width_n(const char *s, size_t n)
{
	int cells = 0;
	for (size_t i = 0; i < n;) {
		int32_t cp;
		i += (size_t)text_decode(s + i, n - i, &cp);
		int w = cp < 0 ? 1 : cell_width(cp);
		cells += w < 0 ? 1 : w;
	}
	return cells;
}

int text_width(const char *s)
{
	return text_width_n(s, strlen(s));
}

static bool plain_ascii(char c)
{
	return c >= 0x20 && c < 0x7F;
}

size_t text_next(const char *s, size_t len, size_t at)
{
	if (at >= len)
		return len;
	int32_t cp, next, state = 0;
	at += (size_t)text_decode(s + at, len - at, &cp);
	while (at < len && cp >= 0) {
		int used = text_decode(s + at, len - at, &next);
		if (next < 0 || utf8proc_grapheme_break_stateful(cp, next, &state))
			break;
		at += (size_t)used;
		cp = next;
	}
	return at;
}

size_t text_prev(const char *s, size_t len, size_t at)
{
	if (at > len)
		at = len;
	if (at == 0)
		return 0;
	/* Between two plain ASCII characters there is always a boundary: walk forward from the nearest such place. */
	size_t from = at - 1;
	while (from > 0 && !(plain_ascii(s[from]) && plain_ascii(s[from - 1])))
		from--;
	for (;;) {
		size_t next = text_next(s, len, from);
		if (next >= at)
			return from;
		from = next;
	}
}

size_t text_fit(const char *s, int cells, int *used)
{
	size_t len = strlen(s), at = 0;
	int total = 0;
	while (at < len) {
		bool simple = plain_ascii(s[at]) && (at + 1 == len || plain_ascii(s[at + 1]));
		size_t next = simple ? at + 1 : text_next(s, len, at);
		int w = simple ? 1 : text_width_n(s + at, next - at);
		if (total + w > cells)
			break;
		total += w;
		at = next;
	}
	if (used)
		*used = total;
	return at;
}

char *text_clip(struct arena *a, const char *s, int cells)
{
	char *t = text_clean(a, s);
	int used;
	size_t fits = text_fit(t, cells, &used);
	if (!t[fits])
		return t;
	if (cells < 1)
		return arena_strdup(a, "");
	fits = text_fit(t, cells - 1, &used);
	return arena_printf(a, "%.*s…", (int)fits, t);
}

static bool is_space(int32_t cp)
{
	if (cp < 0x80)
		return cp == ' ' || (cp >= '\t' && cp <= '\r');
	if (cp == 0x85 || cp == 0x200B || cp == 0xFEFF)
		return true;
	utf8proc_category_t c = utf8proc_category(cp);
	return c == UTF8PROC_CATEGORY_ZS || c == UTF8PROC_CATEGORY_ZL || c == UTF8PROC_CATEGORY_ZP;
}

/* First and one-past-last byte that is not white space. */
static void trimmed(const char *s, size_t *first, size_t *end)
{
	size_t n = strlen(s);
	bool seen = false;
	*first = *end = 0;
	for (size_t i = 0; i < n;) {
		int32_t cp;
		size_t used = (size_t)text_decode(s + i, n - i, &cp);
		if (!is_space(cp)) {
			if (!seen)
				*first = i;
			seen = true;
			*end = i + used;
		}
		i += used;
	}
}

char *text_trim(struct arena *a, const char *s)
{
	size_t first, end;
	trimmed(s, &first, &end);
	return arena_strndup(a, s + first, end - first);
}

bool text_is_blank(const char *s)
{
	if (!s)
		return true;
	size_t first, end;
	trimmed(s, &first, &end);
	return first == end;
}

char *text_decapital(struct arena *a, const char *s)
{
	int32_t first, second;
	char small[4];
	int n = text_decode(s, strlen(s), &first);
	if (n == 0 || first < 0 || (text_decode(s + n, strlen(s + n), &second) && second >= 0 && utf8proc_tolower(second) != second))
		return arena_strdup(a, s);
	int m = text_encode(utf8proc_tolower(first), small);
	return arena_printf(a, "%.*s%s", m, small, s + n);
}

char *text_lower_ascii(struct arena *a, const char *s)
{
	char *copy = arena_strdup(a, s);
	for (char *p = copy; p && *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p | 0x20);
	return copy;
}
