/* The key file as text on a disk, and its keys in memory: for keyring.c alone, whose header says what stands in it. */
#ifndef CORE_SECURITY_KEYFILE_H
#define CORE_SECURITY_KEYFILE_H

#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/mem.h"

enum { MAX_KEYS = 32, KEY_ID_BYTES = 4, FILE_MAX = 65536, SALT = 16, PHRASE_SIZE = 512 };

struct seal_key {
	uint8_t id[KEY_ID_BYTES];
	uint8_t key[SEAL_KEY_BYTES];
};

/* In locked, undumped pages. */
struct vault {
	struct seal_key seal[MAX_KEYS];
	int n;
	uint8_t sign[ED25519_SEED_BYTES];
	char passphrase[PHRASE_SIZE]; /* to write the file again; "" without one */
};

struct keyring {
	char *path; /* NULL in memory */
	char *locked; /* the file's `locked` line while no passphrase was given; NULL when open */
	struct vault *v;
};

struct vault *vault_new(void);
void vault_free(struct vault *v); /* and wipe */

/* Lines of keys into the vault; `locked` gets a copy of the line of that name. Alters the text. */
enum status keyfile_parse(struct keyring *k, char *text, struct error *err);
enum status keyfile_read(struct keyring *k, struct error *err);
/* A new file; ST_CONFLICT when another program was faster. */
enum status keyfile_create(struct keyring *k, struct error *err);
/* The present file replaced at once and whole, by whoever holds its lock. */
enum status keyfile_replace(struct keyring *k, struct error *err);
/* Who may replace the file; *out for keyfile_unlock(), -1 in memory. */
enum status keyfile_lock(struct keyring *k, int *out, struct error *err);
void keyfile_unlock(int lock);

enum status keyfile_passphrase_key(const char *passphrase, const uint8_t *salt, int log_n, uint8_t key[SEAL_KEY_BYTES], struct error *err);
enum status keyfile_error(const char *path, struct error *err);
void keyfile_wipe(struct buf *b); /* and free */

#endif
