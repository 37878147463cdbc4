/* JSON: a strict reader over cJSON and an append-only writer.
 *
 * cJSON alone truncates at \u0000, takes duplicate keys, broken UTF-8 and lossy integers; json_parse() refuses all of
 * these first (depth 64). The writer emits UTF-8 as it is and escapes what must be.
 */
#ifndef CORE_BASE_JSON_H
#define CORE_BASE_JSON_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stdint.h>

struct cJSON;

/* Strict parse; *out is owned by the caller: json_free(). */
enum status json_parse(const char *text, size_t n, struct cJSON **out, struct error *err);
void json_free(struct cJSON **doc);

/* Case-sensitive member; NULL when absent or obj is not an object. */
const struct cJSON *json_get(const struct cJSON *obj, const char *key);
const char *json_text(const struct cJSON *v);               /* NULL when not a string */
bool json_int(const struct cJSON *v, int64_t *out);         /* exact integers below 2^53 only */
bool json_is_true(const struct cJSON *v);                   /* false also for what is no bool */
bool json_real_of(const struct cJSON *v, double *out);      /* any finite number */

/* Walk members of an object (or elements of an array) in order; NULL ends. */
const struct cJSON *json_first(const struct cJSON *v);
const struct cJSON *json_next(const struct cJSON *member);
const char *json_name(const struct cJSON *member);
const struct cJSON *json_at(const struct cJSON *array, int index); /* NULL when out of range */

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };
enum json_kind json_kind(const struct cJSON *v);
char *json_print(struct arena *a, const struct cJSON *v); /* a value as JSON on one line */

/* Writer. Commas are placed by the writer; keys and values alternate inside objects. */
struct json_out {
	struct buf *out;
	int depth;
	bool first[64];
	bool after_key;
	bool pretty; /* two-space indentation */
};
void json_begin(struct json_out *w, struct buf *out, bool pretty);
void json_object(struct json_out *w);
void json_object_end(struct json_out *w);
void json_array(struct json_out *w);
void json_array_end(struct json_out *w);
void json_key(struct json_out *w, const char *key);
void json_str(struct json_out *w, const char *s);  /* NULL writes null */
void json_strn(struct json_out *w, const char *s, size_t n);
void json_num(struct json_out *w, int64_t v);
void json_real(struct json_out *w, double v);      /* shortest that round-trips; not finite: null */
void json_bool(struct json_out *w, bool v);
void json_null(struct json_out *w);
void json_raw(struct json_out *w, const char *json); /* already JSON */
/* A document with line breaks and two-space indentation, to be read; nothing is checked. */
char *json_laid_out(struct arena *a, const char *json);
/* Append s as a JSON string literal. */
void json_quote(struct buf *out, const char *s, size_t n);

#endif
