/* The sheet: libharu's document with our fonts, inks and rules. The library keeps the first error of a document, so drawing is not checked call by call; pdf_save() asks once.
 *
 * Fonts come from memory, which the library's own interface does not offer: a font definition is loaded from a stream of bytes and put into the document's list, as its loader for files
 * does. Its table from codes to Unicode is of the wrong kind (cidrange, where ISO 32000-1, 9.10.3 wants bfrange), so it is written anew: codes are UTF-16 already. */
#include "core/billing/pdf_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/assets.h"
#include "core/base/clock.h"
#include "core/base/mem.h"

enum { PAGES_MAX = 400, QUIET_ZONE = 4 };

static const float inks[INK_COUNT][3] = {[INK_TEXT] = {0.13F, 0.15F, 0.18F},
	[INK_SOFT] = {0.40F, 0.44F, 0.50F},
	[INK_ACCENT] = {0.09F, 0.25F, 0.47F},
	[INK_HAIR] = {0.83F, 0.86F, 0.89F}};

__attribute__((weak)) const struct asset *asset_find(const char *name);

static void *HPDF_STDCALL take(HPDF_UINT n)
{
	return mem_zalloc(n);
}

static void HPDF_STDCALL give(void *p)
{
	free(p);
}

/* Codes are what they stand for. */
static void write_unicode_map(HPDF_Font font)
{
	HPDF_Dict map = HPDF_Dict_GetItem(font, "ToUnicode", HPDF_OCLASS_DICT);
	if (!map || !map->stream)
		return;
	struct buf b = {0};
	buf_puts(&b, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
		     "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
	for (unsigned from = 0; from < 256; from += 64) {
		buf_puts(&b, "64 beginbfrange\n");
		for (unsigned high = from; high < from + 64; high++)
			buf_printf(&b, "<%02X00> <%02XFF> <%02X00>\n", high, high, high >= 0xD8 && high < 0xE0 ? 0xFFU : high); /* no halves of pairs */
		buf_puts(&b, "endbfrange\n");
	}
	buf_puts(&b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
	HPDF_MemStream_FreeData(map->stream);
	(void)HPDF_Stream_Write(map->stream, (const HPDF_BYTE *)b.data, (HPDF_UINT)b.len);
	map->filter = HPDF_STREAM_FILTER_FLATE_DECODE;
	buf_free(&b);
}

static bool load_font(struct sheet *s, int i, const char *file, char *tag)
{
	const struct asset *ttf = asset_find ? asset_find(file) : NULL;
	if (!ttf)
		return false;
	HPDF_Stream bytes = HPDF_MemStream_New(s->pdf->mmgr, (HPDF_UINT)ttf->size);
	if (!bytes || HPDF_Stream_Write(bytes, ttf->data, (HPDF_UINT)ttf->size) != HPDF_OK)
		return false;
	HPDF_FontDef def = HPDF_TTFontDef_Load(s->pdf->mmgr, bytes, HPDF_TRUE); /* owns the stream */
	if (!def || HPDF_List_Add(s->pdf->fontdef_list, def) != HPDF_OK)
		return false;
	(void)HPDF_TTFontDef_SetTagName(def, tag);
	s->defs[i] = def;
	s->fonts[i] = HPDF_GetFont(s->pdf, def->base_font, "UTF-8");
	if (s->fonts[i])
		write_unicode_map(s->fonts[i]);
	return s->fonts[i] != NULL;
}

static void set_date(struct sheet *s, int64_t ms)
{
	HPDF_Date date = {.ind = 'Z'};
	int64_t days = ms / CLOCK_DAY - (ms % CLOCK_DAY < 0);
	int seconds = (int)((ms - days * CLOCK_DAY) / 1000);
	if (days < 0 || days >= clock_days_from_civil(10000, 1, 1))
		return;
	clock_civil_from_days(days, &date.year, &date.month, &date.day);
	date.hour = seconds / 3600;
	date.minutes = seconds / 60 % 60;
	date.seconds = seconds % 60;
	(void)HPDF_SetInfoDateAttr(s->pdf, HPDF_INFO_CREATION_DATE, date);
	(void)HPDF_SetInfoDateAttr(s->pdf, HPDF_INFO_MOD_DATE, date);
}

enum status pdf_open(struct sheet *s, int64_t made_at, struct error *err)
{
	s->pdf = HPDF_NewEx(NULL, take, give, 0, NULL);
	if (!s->pdf)
		return error_set(err, ST_INTERNAL, _("The PDF could not be made (%s)."), "new");
	s->pdf->pdf_version = HPDF_VER_15;
	(void)HPDF_SetCompressionMode(s->pdf, HPDF_COMP_ALL);
	(void)HPDF_UseUTFEncodings(s->pdf);
	(void)HPDF_SetCurrentEncoder(s->pdf, "UTF-8");
	char regular[] = "SIMPLA", bold[] = "SIMPLB"; /* of the subsets: six letters */
	if (!load_font(s, 0, "fonts/LiberationSans-Regular.ttf", regular) || !load_font(s, 1, "fonts/LiberationSans-Bold.ttf", bold))
		return error_set(err, ST_INTERNAL, _("The PDF could not be made (%s)."), "fonts");
	(void)HPDF_Dict_Add(s->pdf->catalog, "Lang", HPDF_String_New(s->pdf->mmgr, pdf_french(s) ? "fr" : "en", NULL));
	HPDF_Dict preferences = HPDF_Dict_New(s->pdf->mmgr);
	(void)HPDF_Dict_AddBoolean(preferences, "DisplayDocTitle", HPDF_TRUE);
	(void)HPDF_Dict_Add(s->pdf->catalog, "ViewerPreferences", preferences);
	set_date(s, made_at);
	return ST_OK;
}

enum status pdf_save(struct sheet *s, struct buf *out, struct error *err)
{
	if (s->full)
		return error_set(err, ST_LIMIT, _("The document would have more than %d pages."), PAGES_MAX);
	HPDF_STATUS problem = HPDF_GetError(s->pdf);
	if (problem == HPDF_OK)
		problem = HPDF_SaveToStream(s->pdf);
	char code[24];
	(void)snprintf(code, sizeof code, "0x%04lX", problem);
	if (problem != HPDF_OK)
		return error_set(err, ST_INTERNAL, _("The PDF could not be made (%s)."), code);
	(void)HPDF_ResetStream(s->pdf);
	for (;;) {
		HPDF_BYTE part[8192];
		HPDF_UINT32 n = sizeof part;
		HPDF_STATUS st = HPDF_ReadFromStream(s->pdf, part, &n);
		buf_add(out, part, n);
		if (st != HPDF_OK || n == 0)
			return ST_OK;
	}
}

void pdf_close(struct sheet *s)
{
	if (s->pdf)
		HPDF_Free(s->pdf);
	s->pdf = NULL;
	free(s->pages);
	s->pages = NULL;
}

void pdf_new_page(struct sheet *s)
{
	if (s->n_pages == PAGES_MAX) {
		s->full = true;
		s->y = PDF_TOP;
		return;
	}
	s->page = HPDF_AddPage(s->pdf);
	(void)HPDF_Page_SetWidth(s->page, PDF_WIDTH);
	(void)HPDF_Page_SetHeight(s->page, PDF_HEIGHT);
	mem_grow(&s->pages, &s->cap, s->n_pages + 1, sizeof(HPDF_Page));
	s->pages[s->n_pages++] = s->page;
	s->y = PDF_TOP;
	if (s->n_pages > 1 && s->on_page)
		s->on_page(s, s->with);
}

void pdf_need(struct sheet *s, float height)
{
	if (!s->full && s->y + height > PDF_BOTTOM && s->y > PDF_TOP)
		pdf_new_page(s);
}

void pdf_gap(struct sheet *s, float height)
{
	s->y += s->y <= PDF_TOP && height > 12 ? 12 : height;
}

void pdf_put(struct sheet *s, const struct pdf_style *st, float x, float y, const char *text)
{
	if (s->full || !*text)
		return;
	const float *ink = inks[st->ink];
	(void)HPDF_Page_SetRGBFill(s->page, ink[0], ink[1], ink[2]);
	(void)HPDF_Page_BeginText(s->page);
	(void)HPDF_Page_SetFontAndSize(s->page, s->fonts[st->bold], st->size);
	(void)HPDF_Page_TextOut(s->page, x, PDF_HEIGHT - y, text);
	(void)HPDF_Page_EndText(s->page);
}

void pdf_put_right(struct sheet *s, const struct pdf_style *st, float x, float y, const char *text)
{
	pdf_put(s, st, x - pdf_measure(s, st, text), y, text);
}

void pdf_rule(struct sheet *s, float x, float to, float y, float weight, enum pdf_ink ink)
{
	if (s->full)
		return;
	const float *c = inks[ink];
	(void)HPDF_Page_SetRGBStroke(s->page, c[0], c[1], c[2]);
	(void)HPDF_Page_SetLineWidth(s->page, weight);
	(void)HPDF_Page_MoveTo(s->page, x, PDF_HEIGHT - y);
	(void)HPDF_Page_LineTo(s->page, to, PDF_HEIGHT - y);
	(void)HPDF_Page_Stroke(s->page);
}

void pdf_frame(struct sheet *s, float x, float y, float width, float height, enum pdf_ink ink)
{
	if (s->full)
		return;
	const float *c = inks[ink];
	(void)HPDF_Page_SetRGBStroke(s->page, c[0], c[1], c[2]);
	(void)HPDF_Page_SetLineWidth(s->page, 0.8F);
	(void)HPDF_Page_Rectangle(s->page, x, PDF_HEIGHT - y - height, width, height);
	(void)HPDF_Page_Stroke(s->page);
}

void pdf_qr(struct sheet *s, const struct qr *q, float x, float y, float side)
{
	if (s->full)
		return;
	float module = side / (float)(q->size + 2 * QUIET_ZONE);
	(void)HPDF_Page_SetRGBFill(s->page, 0, 0, 0);
	for (int row = 0; row < q->size; row++)
		for (int col = 0, end; col < q->size; col = end) {
			for (end = col + 1; qr_dark(q, row, col) && qr_dark(q, row, end); end++)
				continue;
			if (qr_dark(q, row, col))
				(void)HPDF_Page_Rectangle(s->page, x + module * (float)(col + QUIET_ZONE), PDF_HEIGHT - y - module * (float)(row + QUIET_ZONE + 1),
					module * (float)(end - col), module);
		}
	(void)HPDF_Page_Fill(s->page);
}

static bool plain_address(const char *url)
{
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		return false;
	size_t n = 0;
	while (url[n] > ' ' && url[n] < 0x7F && url[n] != '"' && url[n] != '<' && url[n] != '>')
		n++;
	return !url[n] && n < 2000;
}

void pdf_link(struct sheet *s, float x, float y, float width, float height, const char *url)
{
	if (s->full || !plain_address(url))
		return;
	HPDF_Rect place = {.left = x, .right = x + width, .top = PDF_HEIGHT - y, .bottom = PDF_HEIGHT - y - height};
	HPDF_Annotation link = HPDF_Page_CreateURILinkAnnot(s->page, place, url);
	if (link)
		(void)HPDF_LinkAnnot_SetBorderStyle(link, 0, 0, 0);
}
