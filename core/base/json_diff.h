/* What differs between two JSON documents, field by field. */
#ifndef CORE_BASE_JSON_DIFF_H
#define CORE_BASE_JSON_DIFF_H

#include "core/base/json.h"

struct json_change {
	const char *path;      /* data.tags[1]; a name that needs it in brackets and quotes: data["a.b"]; "" is the whole document */
	const char *old, *now; /* JSON on one line; NULL: not there */
};
/* In the order of a, then what only b has. Objects are compared by name, arrays by place; what is an object or array on one side only is told by
 * its leaves. Arena memory. */
void json_diff(const struct cJSON *a, const struct cJSON *b, struct arena *arena, struct json_change **out, size_t *n);

#endif
