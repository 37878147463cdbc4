/* The keys that belong to this database on this device, in a file beside it.
 *
 * DATABASE.key (for PostgreSQL: ORGANIZATION.key in $XDG_DATA_HOME/simplix), mode 0600, one key a line: `seal ID BASE64` seals secrets (the
 * last such line; earlier ones still open what they sealed), `sign BASE64` signs audit checkpoints (an Ed25519 seed). Under a passphrase the
 * same lines stand sealed in one line `locked LN SALT SEALED`, the key made by scrypt. A copy of the database without this file opens
 * none of its secrets; losing it loses them. In memory the keys sit in locked pages that are not dumped.
 *
 * In-memory databases have keys of their own that end with them. */
#ifndef CORE_SECURITY_KEYRING_H
#define CORE_SECURITY_KEYRING_H

#include "core/base/crypto.h"
#include "core/crm/core.h"

struct keyring;

/* Read the file, make it when there is none. ST_DENIED when others may read it, it is a link or somebody else's; ST_BUSY when a
 * passphrase is needed. Called by whoever needs a key; cheap when open. */
enum status keyring_open(struct core *c, struct error *err);
void keyring_close(struct keyring **k); /* and wipe */
bool keyring_locked(struct core *c);    /* the file is there and needs a passphrase that has not been given */
bool keyring_has_passphrase(struct core *c);
enum status keyring_unlock(struct core *c, const char *passphrase, struct error *err); /* ST_DENIED when it is not the one */
/* Put the keys under a passphrase; NULL takes it away. */
enum status keyring_set_passphrase(struct core *c, const char *passphrase, struct error *err);
const char *keyring_path(struct core *c); /* "" in memory */

/* Seal under the newest key / open with the key that sealed it. Caller frees *out with free() after wiping. `context` names the place. */
enum status keyring_seal(struct core *c, const char *context, const void *data, size_t n, struct buf *out, struct error *err);
enum status keyring_unseal(struct core *c, const char *context, const void *sealed, size_t n, struct buf *out, struct error *err);
/* A new key seals from now on; everything sealed in the tables is sealed anew. */
enum status keyring_rotate(struct core *c, struct error *err);

/* ST_BUSY when locked. */
enum status keyring_sign(struct core *c, const void *data, size_t n, uint8_t signature[ED25519_SIGNATURE_BYTES],
	uint8_t public_key[ED25519_PUBLIC_BYTES], struct error *err);

#endif
