/* Bodies on their way: 7bit, quoted-printable and base64 (RFC 2045, 6). Output has CRLF line ends only and ends with one. */
#ifndef CORE_MAIL_MIME_BODY_H
#define CORE_MAIL_MIME_BODY_H

#include "core/base/mem.h"

#include <stdbool.h>
#include <stddef.h>

/* May text go as 7bit: short lines of visible ASCII that no mail server would touch? */
bool mime_is_7bit(const char *text);
/* LF, CR and CRLF each end a line. */
void mime_add_7bit(struct buf *out, const char *text);
void mime_add_quoted_printable(struct buf *out, const char *text);
/* In lines of 76. */
void mime_add_base64(struct buf *out, const void *data, size_t n);

#endif
