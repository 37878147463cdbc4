/* Text for paper: cleaned, made of characters that the fonts have, measured by their widths, broken into lines. */
#include "core/billing/pdf_parts.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "core/base/text.h"

static const char missing[] = "?";

/* Soft hyphens, zero-width blanks and byte order marks come along with pasted text and are meant to be unseen. */
static bool unseen(int32_t cp)
{
	return cp == 0xAD || cp == 0x200B || cp == 0x2060 || cp == 0xFEFF;
}

static bool has_glyph(const struct sheet *s, int32_t cp)
{
	return cp >= 0x20 && cp <= 0xFFFF && HPDF_TTFontDef_GetGlyphid(s->defs[0], (HPDF_UINT16)cp) != 0 && HPDF_TTFontDef_GetGlyphid(s->defs[1], (HPDF_UINT16)cp) != 0;
}

/* Without the unseen, and marks put together with their letters. */
static char *composed(struct arena *a, const char *text)
{
	struct buf b = {0};
	size_t n = strlen(text);
	int32_t cp;
	for (size_t i = 0; i < n;) {
		size_t used = (size_t)text_decode(text + i, n - i, &cp);
		if (!unseen(cp))
			buf_add(&b, text + i, used);
		i += used;
	}
	char *clean = text_clean_lines(a, buf_str(&b));
	buf_free(&b);
	utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)clean);
	if (nfc)
		clean = arena_strdup(a, (const char *)nfc);
	free(nfc);
	return clean;
}

static const char *prepare(struct sheet *s, const char *text, bool keep_lines)
{
	if (!pdf_said(text))
		return "";
	const char *clean = composed(s->a, text);
	size_t n = strlen(clean);
	struct buf b = {0};
	int32_t cp;
	for (size_t i = 0; i < n;) {
		size_t used = (size_t)text_decode(clean + i, n - i, &cp);
		if (cp == '\n')
			buf_putc(&b, keep_lines ? '\n' : ' ');
		else if (has_glyph(s, cp))
			buf_add(&b, clean + i, used);
		else
			buf_puts(&b, missing);
		i += used;
	}
	const char *out = text_trim(s->a, buf_str(&b));
	buf_free(&b);
	return out;
}

const char *pdf_text(struct sheet *s, const char *text)
{
	return prepare(s, text, true);
}

const char *pdf_line(struct sheet *s, const char *text)
{
	return prepare(s, text, false);
}

static float width_of(const struct sheet *s, const struct pdf_style *st, int32_t cp)
{
	return (float)HPDF_TTFontDef_GetCharWidth(s->defs[st->bold], (HPDF_UINT16)cp) * st->size / 1000.0F;
}

float pdf_measure(const struct sheet *s, const struct pdf_style *st, const char *text)
{
	float width = 0;
	size_t n = strlen(text);
	int32_t cp;
	for (size_t i = 0; i < n;) {
		i += (size_t)text_decode(text + i, n - i, &cp);
		width += width_of(s, st, cp);
	}
	return width;
}

/* Bytes of text that fit, up to a line's end, broken at the last blank or behind the last hyphen where one fits; at least one character. */
static size_t fitting(const struct sheet *s, const struct pdf_style *st, float width, const char *text, size_t n, bool words)
{
	size_t at = 0, good = 0;
	float used = 0;
	int32_t cp;
	while (at < n && text[at] != '\n') {
		size_t bytes = (size_t)text_decode(text + at, n - at, &cp);
		used += width_of(s, st, cp);
		if (cp == ' ')
			good = at;
		if (used > width && at > 0 && cp != ' ')
			return words && good ? good : at;
		at += bytes;
		if (cp == '-' && at < n)
			good = at;
	}
	return at;
}

const char *pdf_clip(struct sheet *s, const struct pdf_style *st, float width, const char *text)
{
	if (pdf_measure(s, st, text) <= width)
		return text;
	size_t n = fitting(s, st, width - width_of(s, st, 0x2026), text, strlen(text), false);
	return arena_printf(s->a, "%.*s\u2026", (int)n, text);
}

struct pdf_lines pdf_wrap(struct sheet *s, const struct pdf_style *st, float width, const char *text, size_t max)
{
	const char **lines = NULL;
	size_t n = 0, cap = 0, left = strlen(text);
	while (left > 0) {
		size_t take = fitting(s, st, width, text, left, true);
		mem_grow(&lines, &cap, n + 1, sizeof *lines);
		if (max && n + 1 == max && take < left) {
			lines[n++] = pdf_clip(s, st, width, arena_printf(s->a, "%.*s\u2026", (int)take, text));
			break;
		}
		size_t end = take;
		while (end > 0 && text[end - 1] == ' ')
			end--;
		lines[n++] = arena_strndup(s->a, text, end);
		bool ended = take < left && text[take] == '\n';
		take += ended;
		while (!ended && take < left && text[take] == ' ')
			take++;
		text += take;
		left -= take;
	}
	struct pdf_lines out = {arena_alloc(s->a, (n + 1) * sizeof *lines), n};
	if (n)
		memcpy(out.line, lines, n * sizeof *lines);
	free(lines);
	return out;
}
