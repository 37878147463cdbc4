#include "core/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*exhausted_hook)(void);

void mem_on_exhausted(void (*hook)(void))
{
	exhausted_hook = hook;
}

static _Noreturn void exhausted(void)
{
	if (exhausted_hook)
		exhausted_hook();
	static const char msg[] = "simplix: out of memory\n";
	(void)fwrite(msg, 1, sizeof msg - 1, stderr);
	abort();
}

void *mem_alloc(size_t n)
{
	void *p = malloc(n ? n : 1);
	if (!p)
		exhausted();
	return p;
}

void *mem_zalloc(size_t n)
{
	void *p = calloc(1, n ? n : 1);
	if (!p)
		exhausted();
	return p;
}

void *mem_realloc(void *p, size_t n)
{
	void *q = realloc(p, n ? n : 1);
	if (!q)
		exhausted();
	return q;
}

void *mem_array(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);
	if (!p)
		exhausted();
	return p;
}

char *mem_strndup(const char *s, size_t n)
{
	char *p = mem_alloc(n + 1);
	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *mem_strdup(const char *s)
{
	return mem_strndup(s, strlen(s));
}

char *mem_printf(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *p = NULL;
	if (vasprintf(&p, fmt, ap) < 0)
		exhausted();
	va_end(ap);
	return p;
}

void mem_grow(void *items, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return;
	size_t n = *cap ? *cap : 8;
	while (n < need) {
		if (n > SIZE_MAX / 2)
			exhausted();
		n *= 2;
	}
	if (size && n > SIZE_MAX / size)
		exhausted();
	void **slot = items;
	*slot = mem_realloc(*slot, n * size);
	*cap = n;
}

/* Arenas: a chain of blocks, the newest first. */

struct block {
	struct block *next;
	size_t cap;
	size_t used;
	_Alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *head;
	size_t held;
};

enum { FIRST_BLOCK = 4096 - (int)sizeof(struct block) };

static struct block *block_new(struct arena *a, size_t cap)
{
	struct block *b = mem_alloc(sizeof *b + cap);
	b->cap = cap;
	b->used = 0;
	b->next = a->head;
	a->head = b;
	a->held += cap;
	return b;
}

struct arena *arena_new(void)
{
	return mem_zalloc(sizeof(struct arena));
}

void arena_free(struct arena **a)
{
	if (!*a)
		return;
	for (struct block *b = (*a)->head, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(*a);
	*a = NULL;
}

void arena_reset(struct arena *a)
{
	if (!a->head)
		return;
	struct block *keep = a->head;
	for (struct block *b = keep->next, *next; b; b = next) {
		next = b->next;
		a->held -= b->cap;
		free(b);
	}
	keep->next = NULL;
	keep->used = 0;
}

void *arena_alloc(struct arena *a, size_t n)
{
	const size_t align = _Alignof(max_align_t);
	if (n > SIZE_MAX - align)
		exhausted();
	n = (n + align - 1) & ~(align - 1);
	struct block *b = a->head;
	if (!b || b->cap - b->used < n) {
		size_t cap = b ? b->cap * 2 : FIRST_BLOCK;
		if (cap > (1u << 20))
			cap = 1u << 20;
		if (cap < n)
			cap = n;
		b = block_new(a, cap);
	}
	void *p = b->data + b->used;
	b->used += n;
	memset(p, 0, n);
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);
	memcpy(p, s, n);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		n = 0;
	char *p = arena_alloc(a, (size_t)n + 1);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

size_t arena_size(const struct arena *a)
{
	return a->held;
}

/* Buffers */

void buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){0};
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->data)
		b->data[0] = '\0';
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	if (n > SIZE_MAX - b->len - 1)
		exhausted();
	mem_grow(&b->data, &b->cap, b->len + n + 1, 1);
	if (n)
		memcpy(b->data + b->len, p, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n > 0) {
		mem_grow(&b->data, &b->cap, b->len + (size_t)n + 1, 1);
		(void)vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
		b->len += (size_t)n;
	}
	va_end(ap);
}

const char *buf_str(const struct buf *b)
{
	return b->data ? b->data : "";
}

char *buf_take(struct buf *b)
{
	char *p = b->data ? b->data : mem_strdup("");
	*b = (struct buf){0};
	return p;
}
