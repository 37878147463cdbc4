/* The arithmetic of the trail, and its text form for third parties. Pure: no database. */
#ifndef CORE_SECURITY_AUDIT_CHAIN_H
#define CORE_SECURITY_AUDIT_CHAIN_H

#include "core/base/crypto.h"
#include "core/base/id.h"
#include "core/base/mem.h"

struct chain_entry {
	struct id org;
	int64_t seq, at, ref, device;
	const char *kind;
	uint8_t digest[SHA256_BYTES];
};

/* SHA-256("simplix-audit-1\n" ORG "\n" SEQ "\n" AT "\n" KIND "\n" REF "\n" DEVICE "\n" DIGEST "\n" BEFORE "\n"), hashes as lower-case hex. */
void chain_hash(const uint8_t before[SHA256_BYTES], const struct chain_entry *e, uint8_t out[SHA256_BYTES]);

struct chain_checkpoint {
	struct id org;
	int64_t seq, at, device;
	uint8_t hash[SHA256_BYTES], key[ED25519_PUBLIC_BYTES], signature[ED25519_SIGNATURE_BYTES];
};

/* What a checkpoint signs: "simplix-checkpoint-1\n" ORG "\n" SEQ "\n" HASH "\n". */
void chain_checkpoint_message(struct buf *out, const struct id *org, int64_t seq, const uint8_t hash[SHA256_BYTES]);

/* One line of JSON each. content: NULL when what the entry stands for is gone. */
void chain_write_entry(struct buf *line, const struct chain_entry *e, const uint8_t hash[SHA256_BYTES], const struct buf *content);
void chain_write_checkpoint(struct buf *line, const struct chain_checkpoint *p);

#endif
