/* What an entry of the audit trail says, as bytes that everybody computes alike, and their SHA-256.
 *
 * A content is a sequence of fields, each a 4-byte big-endian length and that many bytes; numbers are decimal text, ids their 16 bytes,
 * null is a field of length 0. Texts that may name a person (old and new values, the label of a change) are not in it themselves but as
 * SHA-256(salt, text), with 16 random bytes of salt stored beside the text: erasing text and salt leaves nothing that could be guessed,
 * and the digest stays what it was. */
#ifndef CORE_SECURITY_DIGEST_H
#define CORE_SECURITY_DIGEST_H

#include "core/base/crypto.h"
#include "core/crm/core.h"

enum { SALT_BYTES = 16 };

/* The commitment to a text. */
void digest_commit(const uint8_t salt[SALT_BYTES], const char *text, uint8_t out[SHA256_BYTES]);

/* A change set's content grows while it is written (store_raw.c); what is read back from the tables is the same. */
struct digest_head {
	struct id org, user;
	int64_t at, device, undoes;
	const char *kind;
};
struct digest_change {
	const char *entity;
	struct id record, subject;
	char op;
	const uint8_t *commitment; /* of the diff; NULL: none */
};
void digest_begin_set(struct buf *content, const struct digest_head *h);
void digest_add_change(struct buf *content, const struct digest_change *g);
void digest_end_set(struct buf *content, const uint8_t label_commitment[SHA256_BYTES]);

/* Contents as the tables say now; ST_NOT_FOUND when the row is gone. Appended to `content`. */
enum status content_change_set(struct core *c, int64_t num, struct buf *content, struct error *err);
enum status content_event(struct core *c, int64_t num, struct buf *content, struct error *err);
enum status content_login(struct core *c, int64_t num, struct buf *content, struct error *err);

enum status digest_event(struct core *c, int64_t num, uint8_t out[SHA256_BYTES], struct error *err);
enum status digest_login(struct core *c, int64_t num, uint8_t out[SHA256_BYTES], struct error *err);

#endif
