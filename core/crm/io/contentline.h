/* Content lines: the line format that vCard (RFC 6350, RFC 2426) and iCalendar (RFC 5545) share, as written.
 *
 * A line is folded at 75 octets, never inside a character; text escapes backslash, comma, semicolon and newline;
 * parameter values are quoted when they must be, and what quoting cannot carry is written as RFC 6868 says (^n ^' ^^).
 */
#ifndef CORE_CRM_IO_CONTENTLINE_H
#define CORE_CRM_IO_CONTENTLINE_H

#include "core/base/mem.h"

/* Append a complete line, folded, with CRLF. Line ends inside it must have been escaped before. */
void contentline_add(struct buf *out, const char *line, size_t n);
/* Append text as a value. CR LF and CR count as a newline. */
void contentline_escape(struct buf *line, const char *text);
/* Append ";NAME=value". */
void contentline_param(struct buf *line, const char *name, const char *value);

#endif
