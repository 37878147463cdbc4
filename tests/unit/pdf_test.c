/* PDFs are made of any document, the same one of the same. What other programs read in them is compared in tests/integration/pdf_test.py, for which these tests write their files into
 * $PDF_OUT where that is set. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/billing/pdf.h"
#include "tests/unit/billing_fixture.h"
#include "tests/unit/test.h"

#define MADE_AT INT64_C(1772530200000) /* 2026-03-03 09:30 */

static void keep(const char *name, const struct buf *b)
{
	const char *dir = getenv("PDF_OUT");
	if (!dir || !*dir)
		return;
	char *path = mem_printf("%s/%s.pdf", dir, name);
	FILE *f = fopen(path, "wb");
	CHECK(f && fwrite(b->data, 1, b->len, f) == b->len);
	if (f)
		(void)fclose(f);
	free(path);
}

/* A file of the document, twice: it looks like one and both are the same. */
static size_t make_with(const char *name, const struct document *d, const struct pdf_options *o)
{
	struct error err = {0};
	struct buf one = {0}, two = {0};
	MUST(pdf_make(d, o, &one, &err));
	MUST(pdf_make(d, o, &two, &err));
	CHECK(one.len > 1000 && memcmp(one.data, "%PDF-1.", 7) == 0);
	CHECK(one.len > 6 && memmem(one.data + one.len - 16, 16, "%%EOF", 5) != NULL);
	CHECK(one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
	keep(name, &one);
	size_t n = one.len;
	buf_free(&one);
	buf_free(&two);
	return n;
}

static size_t make(const char *name, const struct document *d)
{
	const struct pdf_options o = {.made_at = MADE_AT};
	return make_with(name, d, &o);
}

TEST(pdf_of_every_kind)
{
	struct arena *a = arena_new();
	struct document d = billing_invoice(a);
	CHECK(make("invoice", &d) < 200000);
	d.paid = true;
	make("paid", &d);
	d.paid = false;
	d.kind = DOCUMENT_DEPOSIT;
	make("deposit", &d);
	d = billing_facture(a);
	make("facture", &d);
	d = billing_credit_note(a);
	make("credit", &d);
	d = billing_quote(a);
	make("quote", &d);
	d = billing_draft(a);
	make("draft", &d);
	arena_free(&a);
}

TEST(pdf_of_any_length)
{
	struct arena *a = arena_new();
	static const size_t lengths[] = {0, 1, 17, 18, 19, 20, 21, 22, 23, 24, 25, 60, 200};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct document d = billing_long(a, lengths[i]);
		char name[32];
		(void)snprintf(name, sizeof name, "long%zu", lengths[i]);
		make(name, &d);
	}
	arena_free(&a);
}

TEST(pdf_sec66_hostile_text_stays_text)
{
	struct arena *a = arena_new();
	struct document d = billing_hostile(a);
	make("hostile", &d);
	d.language = "fr";
	d.kind = DOCUMENT_QUOTE;
	make("hostile_quote", &d);
	struct document nothing = {.kind = DOCUMENT_INVOICE};
	make("nothing", &nothing);
	nothing.language = "xx";
	nothing.currency = "XQQ";
	nothing.lines = d.lines; /* and no totals */
	nothing.n_lines = 3;
	make("untotalled", &nothing);
	d = billing_huge(a);
	make("huge", &d);
	arena_free(&a);
}

TEST(pdf_of_too_many_pages)
{
	struct arena *a = arena_new();
	struct error err = {0};
	struct buf out = {0};
	struct document d = billing_long(a, 20000);
	CHECK_INT(pdf_make(&d, NULL, &out, &err), ST_LIMIT);
	CHECK_INT(out.len, 0);
	buf_free(&out);
	arena_free(&a);
}

/* A PNG with transparency of 120 by 40 pixels, a grey JPEG of 8 by 8. */
static const unsigned char png[] = {
#include "tests/unit/logo_png.inc"
};
static const unsigned char jpeg[] = {
#include "tests/unit/logo_jpeg.inc"
};

TEST(pdf_logos)
{
	struct arena *a = arena_new();
	struct document d = billing_invoice(a);
	struct pdf_options o = {.made_at = MADE_AT, .logo = png, .logo_n = sizeof png};
	make_with("logo_png", &d, &o);
	o.logo = jpeg;
	o.logo_n = sizeof jpeg;
	make_with("logo_jpeg", &d, &o);
	arena_free(&a);
}

/* Broken in each byte and cut at each length: a file or a refusal, and no crash. */
TEST(pdf_sec66_broken_logos)
{
	struct arena *a = arena_new();
	struct document d = {.kind = DOCUMENT_INVOICE};
	static const struct {
		const unsigned char *data;
		size_t n;
	} logos[] = {{png, sizeof png}, {jpeg, sizeof jpeg}};
	int refused = 0;
	for (size_t i = 0; i < 2; i++) {
		size_t step = logos[i].n / 60 + 1;
		for (size_t at = 0; at < 2 * logos[i].n; at += step) {
			struct error err = {0};
			struct buf out = {0};
			unsigned char *copy = mem_alloc(logos[i].n);
			memcpy(copy, logos[i].data, logos[i].n);
			bool cut = at >= logos[i].n;
			if (!cut)
				copy[at] ^= 0x5A;
			struct pdf_options o = {.logo = copy, .logo_n = cut ? at - logos[i].n : logos[i].n};
			enum status st = pdf_make(&d, &o, &out, &err);
			CHECK(st == ST_OK || (st == ST_INVALID && strcmp(err.field, "logo") == 0 && out.len == 0));
			refused += st != ST_OK;
			free(copy);
			buf_free(&out);
		}
	}
	CHECK(refused > 20);
	arena_free(&a);
}

TEST(pdf_speaks_the_document_s_language)
{
	struct arena *a = arena_new();
	struct document d = billing_facture(a);
	const struct pdf_options o = {.made_at = MADE_AT};
	struct error err = {0};
	struct buf english = {0}, french = {0};
	i18n_use("en");
	MUST(pdf_make(&d, &o, &english, &err));
	i18n_use("fr");
	MUST(pdf_make(&d, &o, &french, &err));
	i18n_use("en");
	CHECK(english.len == french.len && memcmp(english.data, french.data, french.len) == 0);
	buf_free(&english);
	buf_free(&french);
	arena_free(&a);
}
