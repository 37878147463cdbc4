/* For tests of mail: random text, and a small reader of messages that shares nothing with the writer. */
#ifndef TESTS_UNIT_MAIL_FIXTURE_H
#define TESTS_UNIT_MAIL_FIXTURE_H

#include "core/mail/message.h"

struct random {
	uint64_t state;
};
unsigned random_below(struct random *r, unsigned n);
/* Up to `max` characters of one line: ASCII, accents, other scripts, emoji and the signs that mean something in a header. Never blank at
 * the ends when `trimmed`. */
char *random_line(struct random *r, struct arena *a, unsigned max);
/* The same with line ends of all kinds and lines that begin with dots, "From " and "--". */
char *random_body(struct random *r, struct arena *a, unsigned max);

/* Is this a message as it may travel: CRLF only, lines of 998 octets at most, ASCII, and no control character but those? */
bool wire_is_clean(const char *s, size_t n);
/* The longest line of it. */
size_t wire_longest(const char *s, size_t n);

/* A field's value, unfolded; NULL when there is none. `s` begins at the first field. */
char *field_of(struct arena *a, const char *s, const char *name);
/* Encoded words decoded (RFC 2047); NULL when one of them is broken or longer than 75. */
char *words_decode(struct arena *a, const char *s);
/* The name and the address of a field of one address; quotes and encoded words undone. */
bool address_decode(struct arena *a, const char *value, char **name, char **email);
/* LF for every line end, and one at the end. */
char *normal_lines(struct arena *a, const char *s);

struct leaf {
	const char *type; /* of the Content-Type field, parameters and all */
	const char *head; /* its fields */
	const char *data; /* decoded */
	size_t n;
};
/* The parts of a message that are no multipart, in order; -1 when its structure is broken. */
int leaves_of(struct arena *a, const char *s, struct leaf *out, int max);

#endif
