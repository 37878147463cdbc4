/* The lines of a vCard file: physical lines, unfolded into logical ones. Used by the reader only. */
#ifndef CORE_CRM_IO_VCARD_LINE_H
#define CORE_CRM_IO_VCARD_LINE_H

#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/crm/io/charset.h"

#include <stdbool.h>
#include <stdio.h>

struct vcard_lines {
	FILE *f;
	struct charset_guess charset;
	struct decoder *decoder; /* for UTF-16; NULL where bytes are taken as they are */
	char *piece;
	size_t at, n;
	bool end;
	bool after_cr; /* the line before ended in CR; more of its end may follow */
	struct buf next; /* the physical line ahead */
	bool has_next;
	long read;      /* physical lines read so far */
	long next_line; /* number of the line ahead */
};

enum status vcard_lines_open(struct vcard_lines *l, FILE *f, struct error *err);
void vcard_lines_close(struct vcard_lines *l);
/* The next logical line into out, its first physical line's number into *line; *more is false at the end. Blank lines
 * are skipped. `old` for version 2.1, where unfolding keeps the white space. */
enum status vcard_lines_next(struct vcard_lines *l, bool old, struct buf *out, long *line, bool *more, struct error *err);

#endif
