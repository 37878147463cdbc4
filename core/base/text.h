/* Text: UTF-8, cell widths, cleaning for display, folding for search.
 *
 * Stored text is never altered; what reaches a terminal, a log or a PDF goes through text_clean()
 * first. Width is measured after cleaning, with the C library's wcwidth() (as ncurses does), so
 * every layer agrees. Folding (NFKD, marks dropped, case folded) makes search blind to accents
 * and case on both engines alike, since neither engine's own rules are used.
 */
#ifndef CORE_BASE_TEXT_H
#define CORE_BASE_TEXT_H

#include "core/base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decode one code point at s (n bytes left). Returns the bytes used (1..4), or 0 at the end;
 * a broken sequence uses 1 byte and gives -1. */
int text_decode(const char *s, size_t n, int32_t *cp);
/* Encode cp to out (at least 4 bytes). Returns the length; 0 when cp is not a scalar value. */
int text_encode(int32_t cp, char out[4]);
bool text_is_utf8(const char *s, size_t n);

/* Make text safe to show on one line: control, bidi and invisible characters become a visible
 * marker, newlines a return sign, broken bytes U+FFFD, tabs a space; variation selectors, joiners and skin
 * tones are dropped; at most 4 combining marks stay in a cell (SEC-1..3, 5). */
char *text_clean(struct arena *a, const char *s);
void text_clean_to(struct buf *out, const char *s, size_t n);
/* The same but '\n' stays (for pagers and notes). */
char *text_clean_lines(struct arena *a, const char *s);

/* Cells that cleaned text takes. */
int text_width(const char *s);
int text_width_n(const char *s, size_t n);
/* Bytes of s that fit in `cells` cells, never splitting a cluster. *used gets the cells. */
size_t text_fit(const char *s, int cells, int *used);
/* Cleaned text cut to `cells` with an ellipsis when it does not fit. */
char *text_clip(struct arena *a, const char *s, int cells);
/* Byte offset of the grapheme after / before offset `at` (for line editing). */
size_t text_next(const char *s, size_t len, size_t at);
size_t text_prev(const char *s, size_t len, size_t at);

/* Accent- and case-blind form: NFKD, marks removed, case folded, special Latin letters spelled out
 * (oe, ss, l for l-stroke); punctuation kept. */
char *text_fold(struct arena *a, const char *s);
void text_fold_to(struct buf *out, const char *s);
/* Folded, everything but letters and digits becomes one space: the words of an index. */
void text_tokens_to(struct buf *out, const char *s);
/* Folded key for ordering people and company names, cut to 80 bytes. */
char *text_sort_key(struct arena *a, const char *s);
/* Damerau-Levenshtein (adjacent swaps) in code points; gives up above `limit` and returns limit + 1. */
int text_distance(const char *a, const char *b, int limit);

/* Trim ASCII and Unicode white space at both ends. */
char *text_trim(struct arena *a, const char *s);
bool text_eq_fold(const char *a, const char *b);  /* equal after folding */
bool text_is_blank(const char *s);                /* NULL, empty or only white space */
/* The first letter small, for a label in the middle of a sentence; a word in capitals stays. */
char *text_decapital(struct arena *a, const char *s);
/* Lower-case ASCII only; for protocol words. */
char *text_lower_ascii(struct arena *a, const char *s);
/* True when the letters of one word mix scripts that look alike (Latin with Cyrillic or Greek): SEC-4. */
bool text_mixed_script(const char *s);

#endif
