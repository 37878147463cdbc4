#include "core/base/json_diff.h"

#include <stdlib.h>
#include <string.h>

struct diff {
	struct arena *arena;
	struct json_change *list;
	size_t n, cap;
};

static void add(struct diff *d, const char *path, const struct cJSON *old, const struct cJSON *now)
{
	const struct json_change one = {path, old ? json_print(d->arena, old) : NULL, now ? json_print(d->arena, now) : NULL};
	mem_grow(&d->list, &d->cap, d->n + 1, sizeof *d->list);
	d->list[d->n++] = one;
}

static bool is_plain(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '_' || *p == '-'))
			return false;
	return *name != '\0';
}

/* The path of a member, or of an element at a place. */
static const char *under(struct diff *d, const char *path, const char *name, int place)
{
	struct buf quoted = {0};
	if (!name)
		return arena_printf(d->arena, "%s[%d]", path, place);
	if (is_plain(name))
		return arena_printf(d->arena, "%s%s%s", path, *path ? "." : "", name);
	json_quote(&quoted, name, strlen(name));
	const char *out = arena_printf(d->arena, "%s[%s]", path, buf_str(&quoted));
	buf_free(&quoted);
	return out;
}

static bool holds_more(const struct cJSON *v)
{
	return v && json_first(v);
}

/* All of it is on one side only. */
static void one_side(struct diff *d, const char *path, const struct cJSON *v, bool old)
{
	bool array = json_kind(v) == JSON_ARRAY;
	int place = 0;
	if (!holds_more(v))
		add(d, path, old ? v : NULL, old ? NULL : v);
	for (const struct cJSON *m = json_first(v); m; m = json_next(m))
		one_side(d, under(d, path, array ? NULL : json_name(m), place++), m, old);
}

static void compare(struct diff *d, const char *path, const struct cJSON *a, const struct cJSON *b);

static void compare_arrays(struct diff *d, const char *path, const struct cJSON *a, const struct cJSON *b)
{
	const struct cJSON *x = json_first(a), *y = json_first(b);
	for (int i = 0; x || y; i++) {
		const char *at = under(d, path, NULL, i);
		if (x && y)
			compare(d, at, x, y);
		else
			one_side(d, at, x ? x : y, x != NULL);
		x = x ? json_next(x) : NULL;
		y = y ? json_next(y) : NULL;
	}
}

static void compare_objects(struct diff *d, const char *path, const struct cJSON *a, const struct cJSON *b)
{
	for (const struct cJSON *m = json_first(a); m; m = json_next(m)) {
		const struct cJSON *other = json_get(b, json_name(m));
		const char *at = under(d, path, json_name(m), 0);
		if (other)
			compare(d, at, m, other);
		else
			one_side(d, at, m, true);
	}
	for (const struct cJSON *m = json_first(b); m; m = json_next(m))
		if (!json_get(a, json_name(m)))
			one_side(d, under(d, path, json_name(m), 0), m, false);
}

static void compare(struct diff *d, const char *path, const struct cJSON *a, const struct cJSON *b)
{
	enum json_kind kind = json_kind(a);
	if (kind == json_kind(b) && kind == JSON_OBJECT) {
		compare_objects(d, path, a, b);
	} else if (kind == json_kind(b) && kind == JSON_ARRAY) {
		compare_arrays(d, path, a, b);
	} else if (holds_more(a) || holds_more(b)) {
		one_side(d, path, a, true);
		one_side(d, path, b, false);
	} else if (strcmp(json_print(d->arena, a), json_print(d->arena, b)) != 0) {
		add(d, path, a, b);
	}
}

void json_diff(const struct cJSON *a, const struct cJSON *b, struct arena *arena, struct json_change **out, size_t *n)
{
	struct diff d = {.arena = arena};
	compare(&d, "", a, b);
	*out = arena_alloc(arena, (d.n + 1) * sizeof *d.list);
	if (d.n)
		memcpy(*out, d.list, d.n * sizeof *d.list);
	*n = d.n;
	free(d.list);
}
