#include "tui/cmd/keymap.h"

#include "core/base/mem.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

/* "gd": plain characters written together. */
static int parse_letters(const char *s, size_t n, struct key out[KEYMAP_SEQUENCE])
{
	int count = 0;
	for (size_t at = 0; at < n;) {
		int32_t cp;
		int used = text_decode(s + at, n - at, &cp);
		if (used <= 0 || count == KEYMAP_SEQUENCE || !key_parse(s + at, (size_t)used, &out[count]))
			return 0;
		at += (size_t)used;
		count++;
	}
	return count;
}

int keymap_parse(const char *text, size_t n, struct key out[KEYMAP_SEQUENCE])
{
	if (n == 1 && key_parse(text, n, &out[0]))
		return 1;
	int count = 0;
	bool commas = memchr(text, ',', n) != NULL;
	for (size_t at = 0; at < n; count++) {
		const char *comma = memchr(text + at, ',', n - at);
		size_t len = comma ? (size_t)(comma - text) - at : n - at;
		if (count == KEYMAP_SEQUENCE)
			return 0;
		if (!key_parse(text + at, len, &out[count]))
			return commas ? 0 : parse_letters(text, n, out);
		at += len + 1;
	}
	return count;
}

char *keymap_format(const struct key *keys, int n)
{
	struct buf b = {0};
	bool letters = true;
	for (int i = 0; i < n; i++)
		letters &= key_is_text(&keys[i]) && keys[i].cp != ' ';
	for (int i = 0; i < n; i++) {
		char *one = key_label(&keys[i]);
		buf_printf(&b, "%s%s", i > 0 && !letters ? " " : "", one);
		free(one);
	}
	return buf_take(&b);
}

void keymap_add(struct keymap *m, const char *context, const struct key *keys, int n, const char *line, bool user)
{
	mem_grow(&m->items, &m->cap, m->count + 1, sizeof *m->items);
	struct binding b = {
		.context = mem_strdup(context), .n = n, .line = line ? mem_strdup(line) : NULL, .user = user};
	memcpy(b.keys, keys, (size_t)n * sizeof *keys);
	size_t at = user ? 0 : m->count;
	memmove(m->items + at + 1, m->items + at, (m->count - at) * sizeof *m->items);
	m->items[at] = b;
	m->count++;
}

enum keymap_answer keymap_find(const struct keymap *m, const char *context, const struct key *keys, int n,
	const struct binding **out)
{
	enum keymap_answer answer = KEYMAP_NONE;
	for (size_t i = 0; i < m->count; i++) {
		const struct binding *b = &m->items[i];
		if (b->n < n || strcmp(b->context, context) != 0)
			continue;
		bool same = true;
		for (int k = 0; k < n && same; k++)
			same = key_eq(&b->keys[k], &keys[k]);
		if (!same)
			continue;
		if (b->n == n) {
			*out = b;
			return KEYMAP_FOUND;
		}
		answer = KEYMAP_MORE;
	}
	return answer;
}

void keymap_free(struct keymap *m)
{
	for (size_t i = 0; i < m->count; i++) {
		free(m->items[i].context);
		free(m->items[i].line);
	}
	free(m->items);
	*m = (struct keymap){0};
}
