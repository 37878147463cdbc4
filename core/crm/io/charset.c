/* Decoding of character sets: see charset.h. Which set a file is in is found out in charset_detect.c. */
#include "core/crm/io/charset.h"

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/io/charset_table.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

/* Unicode of the bytes 0x80 to 0xFF; 0 where a set has no character. From the mappings at unicode.org. */
/* clang-format off */
static const uint16_t windows_1252_low[32] = {
	0x20AC, 0x0000, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x0000,
	0x017D, 0x0000, 0x0000, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
	0x0153, 0x0000, 0x017E, 0x0178,
};
static const uint16_t windows_1250[128] = {
	0x20AC, 0x0000, 0x201A, 0x0000, 0x201E, 0x2026, 0x2020, 0x2021, 0x0000, 0x2030, 0x0160, 0x2039, 0x015A, 0x0164,
	0x017D, 0x0179, 0x0000, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x0000, 0x2122, 0x0161, 0x203A,
	0x015B, 0x0165, 0x017E, 0x017A, 0x00A0, 0x02C7, 0x02D8, 0x0141, 0x00A4, 0x0104, 0x00A6, 0x00A7, 0x00A8, 0x00A9,
	0x015E, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x017B, 0x00B0, 0x00B1, 0x02DB, 0x0142, 0x00B4, 0x00B5, 0x00B6, 0x00B7,
	0x00B8, 0x0105, 0x015F, 0x00BB, 0x013D, 0x02DD, 0x013E, 0x017C, 0x0154, 0x00C1, 0x00C2, 0x0102, 0x00C4, 0x0139,
	0x0106, 0x00C7, 0x010C, 0x00C9, 0x0118, 0x00CB, 0x011A, 0x00CD, 0x00CE, 0x010E, 0x0110, 0x0143, 0x0147, 0x00D3,
	0x00D4, 0x0150, 0x00D6, 0x00D7, 0x0158, 0x016E, 0x00DA, 0x0170, 0x00DC, 0x00DD, 0x0162, 0x00DF, 0x0155, 0x00E1,
	0x00E2, 0x0103, 0x00E4, 0x013A, 0x0107, 0x00E7, 0x010D, 0x00E9, 0x0119, 0x00EB, 0x011B, 0x00ED, 0x00EE, 0x010F,
	0x0111, 0x0144, 0x0148, 0x00F3, 0x00F4, 0x0151, 0x00F6, 0x00F7, 0x0159, 0x016F, 0x00FA, 0x0171, 0x00FC, 0x00FD,
	0x0163, 0x02D9,
};
static const uint16_t mac_roman[128] = {
	0x00C4, 0x00C5, 0x00C7, 0x00C9, 0x00D1, 0x00D6, 0x00DC, 0x00E1, 0x00E0, 0x00E2, 0x00E4, 0x00E3, 0x00E5, 0x00E7,
	0x00E9, 0x00E8, 0x00EA, 0x00EB, 0x00ED, 0x00EC, 0x00EE, 0x00EF, 0x00F1, 0x00F3, 0x00F2, 0x00F4, 0x00F6, 0x00F5,
	0x00FA, 0x00F9, 0x00FB, 0x00FC, 0x2020, 0x00B0, 0x00A2, 0x00A3, 0x00A7, 0x2022, 0x00B6, 0x00DF, 0x00AE, 0x00A9,
	0x2122, 0x00B4, 0x00A8, 0x2260, 0x00C6, 0x00D8, 0x221E, 0x00B1, 0x2264, 0x2265, 0x00A5, 0x00B5, 0x2202, 0x2211,
	0x220F, 0x03C0, 0x222B, 0x00AA, 0x00BA, 0x03A9, 0x00E6, 0x00F8, 0x00BF, 0x00A1, 0x00AC, 0x221A, 0x0192, 0x2248,
	0x2206, 0x00AB, 0x00BB, 0x2026, 0x00A0, 0x00C0, 0x00C3, 0x00D5, 0x0152, 0x0153, 0x2013, 0x2014, 0x201C, 0x201D,
	0x2018, 0x2019, 0x00F7, 0x25CA, 0x00FF, 0x0178, 0x2044, 0x20AC, 0x2039, 0x203A, 0xFB01, 0xFB02, 0x2021, 0x00B7,
	0x201A, 0x201E, 0x2030, 0x00C2, 0x00CA, 0x00C1, 0x00CB, 0x00C8, 0x00CD, 0x00CE, 0x00CF, 0x00CC, 0x00D3, 0x00D4,
	0xF8FF, 0x00D2, 0x00DA, 0x00DB, 0x00D9, 0x0131, 0x02C6, 0x02DC, 0x00AF, 0x02D8, 0x02D9, 0x02DA, 0x00B8, 0x02DD,
	0x02DB, 0x02C7,
};
/* clang-format on */

int32_t charset_byte(enum charset c, unsigned char b)
{
	if (b < 0x80)
		return b;
	int32_t cp;
	switch (c) {
	case CHARSET_WINDOWS_1252:
		cp = b < 0xA0 ? windows_1252_low[b - 0x80] : b;
		break;
	case CHARSET_WINDOWS_1250:
		cp = windows_1250[b - 0x80];
		break;
	case CHARSET_MACROMAN:
		cp = mac_roman[b - 0x80];
		break;
	default:
		cp = 0;
	}
	return cp ? cp : -1;
}

/* Names, the first of each set being its own. ISO 8859-1 is read as Windows-1252, as browsers do (WHATWG Encoding). */
/* clang-format off */
static const struct {
	const char *name;
	enum charset charset;
} names[] = {
	{"UTF-8", CHARSET_UTF8}, {"UTF-16LE", CHARSET_UTF16LE}, {"UTF-16BE", CHARSET_UTF16BE},
	{"Windows-1252", CHARSET_WINDOWS_1252}, {"MacRoman", CHARSET_MACROMAN}, {"Windows-1250", CHARSET_WINDOWS_1250},
	{"UTF8", CHARSET_UTF8}, {"US-ASCII", CHARSET_UTF8}, {"ASCII", CHARSET_UTF8}, {"UTF-16", CHARSET_UTF16LE},
	{"CP1252", CHARSET_WINDOWS_1252}, {"1252", CHARSET_WINDOWS_1252}, {"ISO-8859-1", CHARSET_WINDOWS_1252},
	{"ISO8859-1", CHARSET_WINDOWS_1252}, {"LATIN1", CHARSET_WINDOWS_1252}, {"ANSI", CHARSET_WINDOWS_1252},
	{"MACINTOSH", CHARSET_MACROMAN}, {"X-MAC-ROMAN", CHARSET_MACROMAN}, {"MAC", CHARSET_MACROMAN},
	{"CP1250", CHARSET_WINDOWS_1250}, {"1250", CHARSET_WINDOWS_1250},
};
/* clang-format on */

const char *charset_name(enum charset c)
{
	return names[c].name;
}

bool charset_find(const char *name, enum charset *out)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcasecmp(name, names[i].name) == 0) {
			*out = names[i].charset;
			return true;
		}
	return false;
}

/* One character from n bytes. Returns the bytes used; 0 when the character may go on behind the end and `last` is
 * false. *cp is -1 for what cannot be decoded. */
static size_t take_utf8(const unsigned char *s, size_t n, bool last, int32_t *cp)
{
	size_t need = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : s[0] >= 0xC2 ? 2 : 1;
	size_t used = (size_t)text_decode((const char *)s, n, cp);
	if (*cp >= 0 || n >= need || last)
		return used;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xC0) != 0x80)
			return used; /* broken already, more bytes will not mend it */
	return 0;
}

static unsigned unit_at(const unsigned char *s, bool little)
{
	return little ? s[0] | (unsigned)s[1] << 8 : s[1] | (unsigned)s[0] << 8;
}

static size_t take_utf16(const unsigned char *s, size_t n, bool little, bool last, int32_t *cp)
{
	*cp = -1;
	if (n < 2)
		return last ? n : 0;
	unsigned high = unit_at(s, little);
	if (high < 0xD800 || high > 0xDFFF) {
		*cp = (int32_t)high;
		return 2;
	}
	if (high > 0xDBFF)
		return 2;
	if (n < 4)
		return last ? 2 : 0;
	unsigned low = unit_at(s + 2, little);
	if (low < 0xDC00 || low > 0xDFFF)
		return 2;
	*cp = (int32_t)(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
	return 4;
}

static size_t take(enum charset c, const unsigned char *s, size_t n, bool last, int32_t *cp)
{
	switch (c) {
	case CHARSET_UTF8:
		return take_utf8(s, n, last, cp);
	case CHARSET_UTF16LE:
	case CHARSET_UTF16BE:
		return take_utf16(s, n, c == CHARSET_UTF16LE, last, cp);
	default:
		*cp = charset_byte(c, s[0]);
		return 1;
	}
}

/* Bytes at the start of s that are ASCII and thus the same in every set but UTF-16. */
static size_t ascii_run(enum charset c, const unsigned char *s, size_t n)
{
	if (c == CHARSET_UTF16LE || c == CHARSET_UTF16BE)
		return 0;
	size_t i = 0;
	while (i + 8 <= n) {
		uint64_t eight;
		memcpy(&eight, s + i, 8);
		if (eight & UINT64_C(0x8080808080808080))
			break;
		i += 8;
	}
	while (i < n && s[i] < 0x80)
		i++;
	return i;
}

enum status decoder_open(struct decoder *d, FILE *f, const struct charset_guess *g, struct error *err)
{
	d->f = f;
	d->charset = g->charset;
	d->at = d->n = 0;
	d->end = false;
	d->replaced = 0;
	if (fseeko(f, g->bom, SEEK_SET) != 0)
		return error_set(err, ST_IO, _("Cannot read the file: %s."), error_system(errno));
	return ST_OK;
}

static enum status refill(struct decoder *d, struct error *err)
{
	memmove(d->in, d->in + d->at, d->n - d->at);
	d->n -= d->at;
	d->at = 0;
	size_t got = fread(d->in + d->n, 1, sizeof d->in - d->n, d->f);
	if (got == 0 && ferror(d->f))
		return error_set(err, ST_IO, _("Cannot read the file: %s."), error_system(errno));
	d->n += got;
	d->end = got == 0;
	return ST_OK;
}

enum status decoder_read(struct decoder *d, char *out, size_t cap, size_t *n, struct error *err)
{
	size_t len = 0;
	while (cap - len >= 4) {
		size_t left = d->n - d->at;
		size_t run = ascii_run(d->charset, d->in + d->at, left < cap - len ? left : cap - len);
		memcpy(out + len, d->in + d->at, run);
		len += run;
		d->at += run;
		left -= run;
		if (cap - len < 4)
			break;
		int32_t cp = -1;
		size_t used = left ? take(d->charset, d->in + d->at, left, d->end, &cp) : 0;
		if (used == 0) {
			if (d->end || len > 0) /* hand over what there is before waiting for more */
				break;
			enum status st = refill(d, err);
			if (st != ST_OK)
				return st;
			continue;
		}
		d->at += used;
		d->replaced += cp < 0;
		len += (size_t)text_encode(cp < 0 ? 0xFFFD : cp, out + len);
	}
	*n = len;
	return ST_OK;
}

int64_t charset_to_utf8(struct buf *out, enum charset c, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	int64_t replaced = 0;
	for (size_t i = 0; i < n;) {
		size_t run = ascii_run(c, p + i, n - i);
		buf_add(out, s + i, run);
		i += run;
		if (i == n)
			break;
		int32_t cp;
		char enc[4];
		i += take(c, p + i, n - i, true, &cp);
		replaced += cp < 0;
		buf_add(out, enc, (size_t)text_encode(cp < 0 ? 0xFFFD : cp, enc));
	}
	return replaced;
}

/* A name as IANA registers them. Others would reach iconv's own syntax ("//IGNORE") and its forgiving look-up. */
static bool is_charset_name(const char *name)
{
	size_t n = strlen(name);
	return n > 0 && n <= 40 &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:+") == n;
}

/* What iconv cannot convert is replaced byte by byte. */
static void through_iconv(iconv_t cd, struct buf *out, const char *s, size_t n)
{
	char *in = (char *)(uintptr_t)s; /* iconv's signature lacks const; it does not write there */
	size_t left = n;
	while (left > 0) {
		char piece[1024], *to = piece;
		size_t room = sizeof piece;
		size_t got = iconv(cd, &in, &left, &to, &room);
		buf_add(out, piece, sizeof piece - room);
		if (got != (size_t)-1 || errno == E2BIG)
			continue;
		buf_puts(out, "\uFFFD");
		in++;
		left--;
	}
}

bool charset_named_to_utf8(struct buf *out, const char *name, const char *s, size_t n)
{
	enum charset ours;
	if (charset_find(name, &ours)) {
		charset_to_utf8(out, ours, s, n);
		return true;
	}
	if (!is_charset_name(name))
		return false;
	iconv_t cd = iconv_open("UTF-8", name);
	if (cd == (iconv_t)-1)
		return false;
	size_t before = out->len;
	through_iconv(cd, out, s, n);
	iconv_close(cd);
	if (text_is_utf8(out->data + before, out->len - before))
		return true;
	out->len = before; /* its UTF-8 is not ours: surrogates and five-byte forms pass some of its converters */
	return false;
}
