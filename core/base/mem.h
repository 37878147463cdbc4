/* Memory: allocation that never returns NULL, arenas and a growable buffer.
 *
 * Out of memory cannot be handled sensibly in a program whose data is safe on disk: mem_* calls
 * the out-of-memory hook (the terminal layer restores the screen there), then aborts.
 *
 * An arena belongs to one screen load, request or job and is freed as a whole. Pointers into an
 * arena stay valid until arena_reset() or arena_free().
 */
#ifndef CORE_BASE_MEM_H
#define CORE_BASE_MEM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void *mem_alloc(size_t n);                  /* uninitialised */
void *mem_zalloc(size_t n);                 /* zeroed */
void *mem_realloc(void *p, size_t n);
void *mem_array(size_t count, size_t size); /* zeroed; aborts on overflow */
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t n);
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* caller frees */

/* Called once before abort() when memory runs out. */
void mem_on_exhausted(void (*hook)(void));

/* Grow *items (elements of `size` bytes) so that `need` fit; *cap counts elements. */
void mem_grow(void *items, size_t *cap, size_t need, size_t size);

struct arena;
struct arena *arena_new(void);
void arena_free(struct arena **a);  /* NULL allowed; nulls the pointer */
void arena_reset(struct arena *a);  /* forget everything, keep one block */
void *arena_alloc(struct arena *a, size_t n);  /* zeroed, aligned for any type */
char *arena_strdup(struct arena *a, const char *s); /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap);
size_t arena_size(const struct arena *a); /* bytes held */

/* A growable string of bytes, always NUL-terminated. Zero-initialise: struct buf b = {0}. */
struct buf {
	char *data;
	size_t len;
	size_t cap;
};
void buf_free(struct buf *b);
void buf_clear(struct buf *b);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *buf_str(const struct buf *b); /* "" when empty; owned by b */
char *buf_take(struct buf *b);            /* caller frees; b is empty after */

#endif
