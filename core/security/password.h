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

enum { PASSWORD_PHC_SIZE = 128 };

/* The PHC string of a password. */
enum status password_hash(const char *password, char out[PASSWORD_PHC_SIZE], struct error *err);
/* ST_OK, or ST_DENIED when it is not the password (no message: the caller words it). *rehash (may be NULL): the string's costs are not
 * today's. ST_CORRUPT when the string is no PHC string of scrypt. A NULL string costs as much as a wrong password and gives
 * ST_DENIED: for users that do not exist or have no password. */
enum status password_verify(const char *phc, const char *password, bool *rehash, struct error *err);

/* May this be chosen? Length in characters (fewer with a second factor), not on the list of common ones, not made of the words given
 * (names, mail address, company; NULL-terminated list, may be NULL). ST_INVALID says what to do. */
enum status password_check(const char *password, bool two_factor, const char *const *words, struct error *err);

/* RFC 4648-like text of machine-made one-time codes is hashed at a lower cost (80 random bits need no stretching to resist
 * guessing; this is for the copy of the database that somebody stole): ln=14. Same form, same verify. */
enum status password_hash_code(const char *code, char out[PASSWORD_PHC_SIZE], struct error *err);

#endif
