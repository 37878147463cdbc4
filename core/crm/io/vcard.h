/* vCard: a reader for 2.1, 3.0 and 4.0 as programs really write them, and a writer for 3.0 and 4.0.
 *
 * The reader gives one card at a time: its properties in file order, unfolded, out of quoted-printable and in UTF-8.
 * Nothing is dropped: unknown properties stay, a line that is no property is kept under an empty name. Values keep
 * their escapes until vcard_value(), vcard_part() or vcard_list() takes them apart, for only these know what a
 * semicolon means. The functions below them answer what a CRM asks of a card.
 *
 * Sources: vCard 2.1 (versit, 1996), RFC 2426, RFC 6350, RFC 6868; Apple's itemN.X-ABLabel; what Outlook, Google,
 * Android and others do beside them.
 */
#ifndef CORE_CRM_IO_VCARD_H
#define CORE_CRM_IO_VCARD_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stdio.h>

enum {
	VCARD_LINE_BYTES = 8 << 20,   /* a folded line, photos included */
	VCARD_TEXT_BYTES = 1 << 20,   /* a value that is not binary */
	VCARD_BINARY_BYTES = 4 << 20, /* a larger photo is dropped */
	VCARD_CARD_BYTES = 8 << 20,
	VCARD_PROPERTIES = 10000,
};

struct vcard_param {
	const char *name;  /* upper case; a bare word of 2.1 is a TYPE or an ENCODING */
	const char *value;
};

struct vcard_prop {
	const char *group; /* "item1", or NULL */
	const char *name;  /* upper case; "" for a line that is no property */
	struct vcard_param *param;
	size_t params;
	const char *value;
	bool binary;       /* the value is base64 */
	bool dropped;      /* it was too large, the value is empty */
	long line;
};

struct vcard {
	int version; /* 21, 30 or 40 */
	long line;
	struct vcard_prop *prop;
	size_t count;
	bool damaged; /* characters had to be replaced */
};

struct vcard_reader;

/* The file must be seekable and stays the caller's. */
enum status vcard_open(FILE *f, struct vcard_reader **out, struct error *err);
/* The next card, made in `a`; *more is false at the end. ST_INVALID, ST_LIMIT or ST_CORRUPT with the line; the reader
 * is finished then. A card inside a card is the value of its AGENT, as lines of text. */
enum status vcard_read(struct vcard_reader *r, struct arena *a, struct vcard *out, bool *more, struct error *err);
void vcard_close(struct vcard_reader **r);

/* The first property of that name (upper case), or the next one behind `after`; NULL when there is none. */
const struct vcard_prop *vcard_find(const struct vcard *c, const char *name, const struct vcard_prop *after);
/* The first value of a parameter, or NULL; whether one of its values is `value` (both without regard to case). */
const char *vcard_param(const struct vcard_prop *p, const char *name);
bool vcard_has_type(const struct vcard_prop *p, const char *type);
/* Values without their escapes: whole; the n-th part of N, ADR, ORG ("" when absent); a list at its commas. */
char *vcard_value(struct arena *a, const struct vcard *c, const struct vcard_prop *p);
char *vcard_part(struct arena *a, const struct vcard *c, const struct vcard_prop *p, int part);
size_t vcard_list(struct arena *a, const struct vcard *c, const struct vcard_prop *p, char ***out);

struct vcard_name {
	const char *family, *given, *middle, *prefix, *suffix; /* never NULL */
};
/* False when the card has no N, or an empty one. */
bool vcard_name(struct arena *a, const struct vcard *c, struct vcard_name *out);
/* The text of the first property of that name that is not blank, trimmed; NULL when there is none. */
const char *vcard_text(struct arena *a, const struct vcard *c, const char *name);

struct vcard_labelled {
	const char *value;
	const char *label; /* work, home, mobile, fax, other, or the person's own word */
	bool preferred;
	const struct vcard_prop *prop;
};
/* E-mail addresses, telephone numbers, web addresses: the preferred one first, else in file order. */
size_t vcard_emails(struct arena *a, const struct vcard *c, struct vcard_labelled **out);
size_t vcard_phones(struct arena *a, const struct vcard *c, struct vcard_labelled **out);
size_t vcard_urls(struct arena *a, const struct vcard *c, struct vcard_labelled **out);

struct vcard_address {
	const char *street, *street2, *city, *region, *postal_code, *country; /* never NULL */
	const char *label;
	bool preferred;
};
size_t vcard_addresses(struct arena *a, const struct vcard *c, struct vcard_address **out);

/* A card that we wrote ourselves (PRODID): its line breaks are meant. */
bool vcard_is_own(const struct vcard *c);
#define VCARD_PRODID "-//Simplix//Simplix//EN"

/* ORG: company and department; NULL when the card names none. */
const char *vcard_company(struct arena *a, const struct vcard *c);
const char *vcard_department(struct arena *a, const struct vcard *c);
/* Dates as "1980-03-22", or "--03-22" without a year; NULL when absent or not a date. */
const char *vcard_date(struct arena *a, const struct vcard *c, const char *name);
/* All notes, an empty line between them; NULL when there is none. */
const char *vcard_note(struct arena *a, const struct vcard *c);
size_t vcard_categories(struct arena *a, const struct vcard *c, char ***out);

/* The writer appends to out. */
struct vcard_writer {
	struct buf *out;
	int version; /* 30 or 40 */
	int items;   /* groups given out, for labels; named so that no itemN of a card that was read is met */
};
void vcard_begin(struct vcard_writer *w, struct buf *out, int version);
void vcard_put_text(struct vcard_writer *w, const char *name, const char *text);
void vcard_put_parts(struct vcard_writer *w, const char *name, const char *label, const char *const *parts, size_t n);
void vcard_put_list(struct vcard_writer *w, const char *name, const char *const *items, size_t n);
/* EMAIL, TEL, URL with the label as a type, or as X-ABLabel when it is the person's own word. */
void vcard_put_labelled(struct vcard_writer *w, const char *name, const char *label, bool preferred, const char *value);
/* A property that was read before, in whatever version its card was. */
void vcard_put_prop(struct vcard_writer *w, const struct vcard *c, const struct vcard_prop *p);
void vcard_end(struct vcard_writer *w);

#endif
