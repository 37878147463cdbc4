/* What we need of cryptography, over OpenSSL; the only place that includes its headers.
 *
 * Keys, passwords and seeds are wiped by their owners with crypto_wipe(). Functions that can fail only when the library itself is
 * broken or memory is out abort instead of returning a status that nobody could act on.
 */
#ifndef CORE_BASE_CRYPTO_H
#define CORE_BASE_CRYPTO_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SHA1_BYTES = 20,
	SHA256_BYTES = 32,
	SEAL_KEY_BYTES = 32,
	SEAL_OVERHEAD = 12 + 16, /* nonce before, tag behind */
	ED25519_SEED_BYTES = 32,
	ED25519_PUBLIC_BYTES = 32,
	ED25519_SIGNATURE_BYTES = 64,
	SCRYPT_MAX_BYTES = 256 << 20,
};

void crypto_random(void *out, size_t n);
void crypto_wipe(void *p, size_t n); /* NULL allowed */
/* In time that depends on n alone. */
bool crypto_equal(const void *a, const void *b, size_t n);

void crypto_sha256(const void *data, size_t n, uint8_t out[SHA256_BYTES]);
struct sha256; /* for data in pieces */
struct sha256 *sha256_new(void);
void sha256_add(struct sha256 *h, const void *data, size_t n);
void sha256_end(struct sha256 **h, uint8_t out[SHA256_BYTES]); /* and free; out may be NULL */
void crypto_hmac_sha256(const void *key, size_t key_n, const void *data, size_t n, uint8_t out[SHA256_BYTES]);
void crypto_hmac_sha1(const void *key, size_t key_n, const void *data, size_t n, uint8_t out[SHA1_BYTES]);

/* May these costs be computed: 128 r 2^log_n bytes within SCRYPT_MAX_BYTES, p up to 255, log_n < 16 r (RFC 7914, section 2)? */
bool crypto_scrypt_allowed(int log_n, int r, int p);
/* RFC 7914; log_n is log2 of the cost. ST_LIMIT when that is not allowed, or memory is short just now. */
enum status crypto_scrypt(const void *password, size_t n, const void *salt, size_t salt_n, int log_n, int r, int p, uint8_t *out,
	size_t out_n, struct error *err);

/* AES-256-GCM with a random nonce: out holds n + SEAL_OVERHEAD bytes. `context` is authenticated, not stored: the name of what is
 * sealed, so that one sealed value cannot stand in another's place. */
void crypto_seal(const uint8_t key[SEAL_KEY_BYTES], const char *context, const void *data, size_t n, uint8_t *out);
/* out holds sealed_n - SEAL_OVERHEAD bytes. ST_CORRUPT when key, context or bytes are not those of the sealing. */
enum status crypto_open(const uint8_t key[SEAL_KEY_BYTES], const char *context, const void *sealed, size_t sealed_n, uint8_t *out,
	struct error *err);

/* RFC 8032 */
void ed25519_public(const uint8_t seed[ED25519_SEED_BYTES], uint8_t out[ED25519_PUBLIC_BYTES]);
void ed25519_sign(const uint8_t seed[ED25519_SEED_BYTES], const void *data, size_t n, uint8_t out[ED25519_SIGNATURE_BYTES]);
bool ed25519_verify(const uint8_t key[ED25519_PUBLIC_BYTES], const void *data, size_t n, const uint8_t signature[ED25519_SIGNATURE_BYTES]);

/* Text forms (encoding.c). Decoding gives the number of bytes, or -1 when the text is not exactly such a form (digits that nothing
 * stands for, bits left over that are not zero) or does not fit; out may hold a part of it then. */
char *hex_encode(struct arena *a, const void *data, size_t n); /* lower case */
int hex_decode(const char *s, uint8_t *out, size_t cap);       /* either case */
char *base64url_encode(struct arena *a, const void *data, size_t n); /* RFC 4648 section 5, no padding */
int base64url_decode(const char *s, uint8_t *out, size_t cap);
char *base64_encode(struct arena *a, const void *data, size_t n); /* RFC 4648 section 4, padded */
int base64_decode(const char *s, uint8_t *out, size_t cap);
char *base32_encode(struct arena *a, const void *data, size_t n); /* RFC 4648 section 6, upper case, no padding */
/* Blind to case, blanks, hyphens and padding at the end, as people type it. */
int base32_decode(const char *s, uint8_t *out, size_t cap);

#endif
