/* Spelling in ASCII, for terminals whose character set is not UTF-8. */
#ifndef TUI_TERM_ASCII_H
#define TUI_TERM_ASCII_H

#include <stddef.h>

/* The ASCII character nearest to a cluster of UTF-8: 'e' for é, '-' for a dash, '?' when there is none. */
char ascii_nearest(const char *text, size_t n);

#endif
