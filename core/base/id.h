/* Record ids: UUIDv7, 16 bytes (RFC 9562), made from the clock so that they sort by creation.
 * Natural keys (a tag's name, a link) get a UUIDv8 from a hash, so the same tag made on two devices is one row.
 */
#ifndef CORE_BASE_ID_H
#define CORE_BASE_ID_H

#include <stdbool.h>
#include <stdint.h>

struct id {
	uint8_t b[16];
};

#define ID_TEXT_SIZE 37

struct id id_new(void);                         /* monotonic within the process, any thread */
struct id id_natural(const struct id *org, const char *kind, const char *folded_key);
bool id_is_nil(const struct id *id);
bool id_eq(const struct id *a, const struct id *b);
char *id_format(const struct id *id, char out[ID_TEXT_SIZE]); /* returns out */
bool id_parse(const char *s, struct id *out);   /* 36 characters, hyphens required */

#endif
