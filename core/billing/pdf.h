/* A document as PDF: A4, embedded fonts, in the document's own language, over libharu; the only module that includes its header. */
#ifndef CORE_BILLING_PDF_H
#define CORE_BILLING_PDF_H

#include "core/billing/document.h"

struct pdf_options {
	const void *logo; /* PNG or JPEG; NULL: the seller's name stands in its place */
	size_t logo_n;
	int64_t made_at;  /* ms, for the file's own date: the same document gives the same bytes */
};

/* Append the file to `out`. ST_INVALID for a logo that cannot be read, ST_LIMIT for what has no room. Any thread. */
enum status pdf_make(const struct document *d, const struct pdf_options *o, struct buf *out, struct error *err);

#endif
