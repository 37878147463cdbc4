/* Character sets of files that people bring: told from the bytes, turned into UTF-8 as the file is read.
 *
 * Everything behind this module sees valid UTF-8 and nothing else. What could not be decoded becomes U+FFFD and is
 * counted, so that an import can say how much it could not read.
 */
#ifndef CORE_CRM_IO_CHARSET_H
#define CORE_CRM_IO_CHARSET_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum charset {
	CHARSET_UTF8,
	CHARSET_UTF16LE,
	CHARSET_UTF16BE,
	CHARSET_WINDOWS_1252,
	CHARSET_MACROMAN,
	CHARSET_WINDOWS_1250,
	CHARSET_COUNT
};

/* "UTF-8", "Windows-1252", …: also what a person types to overrule the guess, in any case, with the usual aliases. */
const char *charset_name(enum charset c);
bool charset_find(const char *name, enum charset *out);

struct charset_guess {
	enum charset charset;
	int bom;    /* bytes of a byte order mark to skip */
	bool ascii; /* no byte above 127: every guess is right */
};

/* Read the whole file (which must be seekable) and rewind it. A BOM decides; then NULs (UTF-16), then whether it is
 * UTF-8, then the letters that each 8-bit set would give. ST_INVALID, saying what it is, for files that are not text
 * (spreadsheets, PDF, archives, images); ST_IO. */
enum status charset_detect(FILE *f, struct charset_guess *out, struct error *err);

struct decoder {
	FILE *f;
	enum charset charset;
	unsigned char in[32768];
	size_t at, n;
	bool end;
	int64_t replaced; /* characters that became U+FFFD so far */
};

/* Start at the beginning of f, behind its BOM. The file stays the caller's. */
enum status decoder_open(struct decoder *d, FILE *f, const struct charset_guess *g, struct error *err);
/* Up to cap (at least 16) bytes of UTF-8, never a part of a character; *n is 0 at the end. */
enum status decoder_read(struct decoder *d, char *out, size_t cap, size_t *n, struct error *err);

/* Append bytes as UTF-8; returns the number of characters that had to be replaced. */
int64_t charset_to_utf8(struct buf *out, enum charset c, const char *s, size_t n);
/* The same for a set known only by a name in a file (vCard's CHARSET), through iconv for what is not ours. False, and
 * nothing appended, when the name is unknown. */
bool charset_named_to_utf8(struct buf *out, const char *name, const char *s, size_t n);
/* UTF-8 when it is valid, else the 8-bit set whose letters fit best. */
enum charset charset_of_bytes(const char *s, size_t n);

#endif
