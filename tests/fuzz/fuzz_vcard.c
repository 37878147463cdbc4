/* Any bytes as a vCard file: every card is asked everything, written again and read again. */
#include "core/base/text.h"
#include "core/crm/io/vcard.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
	if (!ok)
		abort();
}

static void ask(struct arena *a, const struct vcard *c)
{
	struct vcard_name name;
	struct vcard_labelled *l;
	struct vcard_address *adr;
	char **items;
	(void)vcard_name(a, c, &name);
	size_t n = vcard_emails(a, c, &l) + vcard_urls(a, c, &l) + vcard_addresses(a, c, &adr) +
		   vcard_categories(a, c, &items);
	require(n <= 2 * (c->count + 1) * 1000000);
	n = vcard_phones(a, c, &l);
	for (size_t i = 0; i < n; i++)
		require(l[i].label && text_is_utf8(l[i].value, strlen(l[i].value)));
	(void)vcard_company(a, c);
	(void)vcard_department(a, c);
	(void)vcard_date(a, c, "BDAY");
	(void)vcard_note(a, c);
	for (size_t i = 0; i < c->count; i++)
		require(text_is_utf8(c->prop[i].value, strlen(c->prop[i].value)));
}

/* The card written in a version reads as one card with the same texts. */
static void rewrite(struct arena *a, const struct vcard *c, int version)
{
	struct buf b = {0};
	struct vcard_writer w;
	vcard_begin(&w, &b, version);
	for (size_t i = 0; i < c->count; i++)
		vcard_put_prop(&w, c, &c->prop[i]);
	vcard_put_text(&w, "X-LAST", "end");
	vcard_end(&w);
	FILE *f = fmemopen(b.data, b.len, "r");
	struct vcard_reader *r = NULL;
	struct vcard again;
	struct error err;
	bool more;
	require(f && vcard_open(f, &r, &err) == ST_OK);
	if (vcard_read(r, a, &again, &more, &err) == ST_OK) {
		require(more && vcard_text(a, &again, "X-LAST") != NULL);
		(void)vcard_read(r, a, &again, &more, &err);
		require(!more);
	}
	vcard_close(&r);
	fclose(f);
	buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *f = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
	struct vcard_reader *r = NULL;
	struct error err;
	if (f && vcard_open(f, &r, &err) == ST_OK) {
		struct arena *a = arena_new();
		struct vcard c;
		bool more = true;
		for (int i = 0; i < 20 && vcard_read(r, a, &c, &more, &err) == ST_OK && more; i++) {
			ask(a, &c);
			rewrite(a, &c, 30);
			rewrite(a, &c, 40);
			arena_reset(a);
		}
		arena_free(&a);
		vcard_close(&r);
	}
	if (f)
		fclose(f);
	return 0;
}
