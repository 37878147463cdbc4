/* Passwords: hashes as scrypt PHC strings, and the rules for choosing one.
 *
 * `$scrypt$ln=17,r=8,p=1$SALT$HASH`, base64 without padding, 16 bytes of salt, 32 of hash. Text is brought to NFC before hashing, so
 * that é typed on two keyboards is one password; nothing is cut off. A string with other costs still verifies and says that it wants
 * hashing anew. */
#ifndef CORE_SECURITY_PASSWORD_H
#define CORE_SECURITY_PASSWORD_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stdint.h>

enum { PASSWORD_PHC_SIZE = 128, PHC_BYTES_MAX = 32 };

/* A PHC string taken apart. */
struct phc {
	int log_n, r, p;
	int salt_n, hash_n;
	uint8_t salt[PHC_BYTES_MAX], hash[PHC_BYTES_MAX];
};

/* Costs that no wise person sets are refused before anything is computed: log_n up to 20, r to 16, p to 4, 256 MiB in all. The salt
 * has 8 to 32 bytes, the hash 16 to 32. Every string that is accepted is the one that phc_format() gives back. */
bool phc_parse(const char *text, struct phc *out);
void phc_format(const struct phc *phc, char out[PASSWORD_PHC_SIZE]);

/* The PHC string of a password. ST_INVALID when it is not UTF-8, ST_LIMIT when memory is short. */
enum status password_hash(const char *password, char out[PASSWORD_PHC_SIZE], struct error *err);
/* ST_OK, or ST_DENIED when it is not the password (no message: the caller words it). *rehash (may be NULL): the string's costs are not
 * today's. ST_CORRUPT when the string is no PHC string of scrypt that phc_parse() accepts. A NULL string costs as much as a wrong
 * password and gives ST_DENIED: for users that do not exist or have no password. */
enum status password_verify(const char *phc, const char *password, bool *rehash, struct error *err);

/* In characters as they are counted: code points after NFC. -1 when it is not UTF-8. */
int password_length(const char *password);
/* May this be chosen? Length in characters after NFC (fewer with a second factor); not on the list of common ones, nor one of these
 * with digits or signs around it; no repetition, no walk along the keyboard; not made of the words given (names, mail addresses, of
 * which the part before the @ counts, company; NULL-terminated list, may be NULL). ST_INVALID says what to do. */
enum status password_check(const char *password, bool two_factor, const char *const *words, struct error *err);

/* RFC 4648-like text of machine-made one-time codes is hashed at a lower cost (80 random bits need no stretching to resist
 * guessing; this is for the copy of the database that somebody stole): ln=14. Same form, same verify. */
enum status password_hash_code(const char *code, char out[PASSWORD_PHC_SIZE], struct error *err);

#endif
