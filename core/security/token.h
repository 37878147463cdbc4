/* Random bearer strings: session tokens, half-login tokens, API keys, invitations. Only their SHA-256 is stored.
 *
 * A token is PREFIX + base62 of 32 random bytes in 43 characters + 6 characters of base62 CRC-32 over all before, so a leaked one is found by
 *     \b(sx|sxs|sxh|sxi)_[0-9A-Za-z]{49}\b
 * and the checksum tells it from noise. sx_ is an API key, sxs_ a session, sxh_ a half login, sxi_ an invitation. */
#ifndef CORE_SECURITY_TOKEN_H
#define CORE_SECURITY_TOKEN_H

#include "core/base/crypto.h"

enum token_kind { TOKEN_API_KEY, TOKEN_SESSION, TOKEN_HALF_LOGIN, TOKEN_INVITATION, TOKEN_KINDS };

enum { TOKEN_SIZE = 56, TOKEN_HASH_BYTES = SHA256_BYTES };

void token_make(enum token_kind kind, char out[TOKEN_SIZE]);
/* Kind and hash of a token's text; false when it is none: wrong prefix, length, letters or checksum. Blanks around it are ignored. */
bool token_parse(const char *text, enum token_kind *kind, uint8_t hash[TOKEN_HASH_BYTES]);
/* Meant as an invitation, whole or not: for a line where an address may stand too. */
bool token_is_invitation(const char *text);
/* What may be shown of it in lists: "sx_4fT…a9Zq" (prefix, first three, last four). out has room for 20. */
void token_hint(const char *token, char out[20]);

#endif
