/* Header fields: folding (RFC 5322, 2.2.3), encoded words (RFC 2047), long and foreign parameters (RFC 2231).
 *
 * Everything here takes text that mail_check() has let through: UTF-8 without control characters. Lines are kept within 76 octets where
 * a value has blanks to fold at; what has none stays whole, and mail_check() keeps it far below the 998 that RFC 5322 allows.
 */
#ifndef CORE_MAIL_MIME_HEADER_H
#define CORE_MAIL_MIME_HEADER_H

#include "core/base/mem.h"
#include "core/mail/message.h"

#include <stddef.h>

/* Name: value, folded at blanks; for structured values in ASCII. */
void mime_field(struct buf *out, const char *name, const char *value);
/* The same for text of any language. */
void mime_text_field(struct buf *out, const char *name, const char *value);
void mime_address_field(struct buf *out, const char *name, const struct mail_address *list, size_t n);
/* The value of an extra header: ASCII as it is (a URL must not be cut), else as text. */
void mime_extra_field(struct buf *out, const char *name, const char *value);
/* ; name=value on a line of its own, behind a field whose end is not written yet. */
void mime_param(struct buf *out, const char *name, const char *value);

/* Encoded words with blanks between, for services that fold by themselves. */
char *mime_words(struct arena *a, const char *text);
/* Has it quotes or backslashes? Not every reader undoes their escapes, so names that have some go as encoded words. */
bool mime_needs_escape(const char *name);
/* "name" in quotes, quotes and backslashes escaped. */
void mime_quoted(struct buf *out, const char *name);
/* Is every byte a visible ASCII character or a blank? */
bool mime_is_ascii(const char *s);

#endif
