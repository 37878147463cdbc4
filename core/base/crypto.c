/* Hashes, sealing, signatures, random bytes: see crypto.h. The text forms are in encoding.c.
 *
 * Everything is the EVP interface of OpenSSL 3. Its calls on memory of ours fail only when the library is not what it
 * was built to be or memory is out; nobody can act on that, so we stop. What depends on input (a sealed value that was
 * touched, a signature that is not one) is told apart and returned.
 */
#include "core/base/crypto.h"

#include "core/base/i18n.h"

#include <errno.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { NONCE_BYTES = 12, TAG_BYTES = SEAL_OVERHEAD - NONCE_BYTES };

static _Noreturn void die(void)
{
	abort();
}

static void must(bool ok)
{
	if (!ok)
		die();
}

void crypto_random(void *out, size_t n)
{
	uint8_t *p = out;
	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);
		if (got < 0 && errno != EINTR)
			die(); /* a kernel without randomness cannot make keys */
		if (got > 0) {
			p += got;
			n -= (size_t)got;
		}
	}
}

void crypto_wipe(void *p, size_t n)
{
	if (p)
		OPENSSL_cleanse(p, n);
}

bool crypto_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

/* Hashes */

struct sha256 {
	EVP_MD_CTX *md;
};

struct sha256 *sha256_new(void)
{
	struct sha256 *h = mem_alloc(sizeof *h);
	h->md = EVP_MD_CTX_new();
	must(h->md && EVP_DigestInit_ex(h->md, EVP_sha256(), NULL) == 1);
	return h;
}

void sha256_add(struct sha256 *h, const void *data, size_t n)
{
	must(EVP_DigestUpdate(h->md, data, n) == 1);
}

void sha256_end(struct sha256 **h, uint8_t out[SHA256_BYTES])
{
	if (out)
		must(EVP_DigestFinal_ex((*h)->md, out, NULL) == 1);
	EVP_MD_CTX_free((*h)->md);
	free(*h);
	*h = NULL;
}

void crypto_sha256(const void *data, size_t n, uint8_t out[SHA256_BYTES])
{
	must(EVP_Digest(data, n, out, NULL, EVP_sha256(), NULL) == 1);
}

static void hmac(
	const char *digest, const void *key, size_t key_n, const void *data, size_t n, uint8_t *out, size_t out_n)
{
	size_t got = 0;
	/* A key that is NULL would mean "that of before" to OpenSSL. */
	must(EVP_Q_mac(NULL, "HMAC", NULL, digest, NULL, key ? key : "", key_n, data, n, out, out_n, &got) &&
		got == out_n);
}

void crypto_hmac_sha256(const void *key, size_t key_n, const void *data, size_t n, uint8_t out[SHA256_BYTES])
{
	hmac("SHA256", key, key_n, data, n, out, SHA256_BYTES);
}

void crypto_hmac_sha1(const void *key, size_t key_n, const void *data, size_t n, uint8_t out[SHA1_BYTES])
{
	hmac("SHA1", key, key_n, data, n, out, SHA1_BYTES);
}

bool crypto_scrypt_allowed(int log_n, int r, int p)
{
	if (log_n < 1 || log_n > 30 || r < 1 || r > 255 || p < 1 || p > 255)
		return false;
	if (log_n >= 16 * r) /* N < 2^(128 r / 8) */
		return false;
	return (uint64_t)128 * (uint64_t)r << log_n <= SCRYPT_MAX_BYTES;
}

enum status crypto_scrypt(const void *password, size_t n, const void *salt, size_t salt_n, int log_n, int r, int p,
	uint8_t *out, size_t out_n, struct error *err)
{
	if (!crypto_scrypt_allowed(log_n, r, p))
		return error_set(err, ST_LIMIT,
			_("Checking this password would take more memory than is allowed (%d MiB)."),
			SCRYPT_MAX_BYTES >> 20);
	/* The block V that we limit, and what OpenSSL counts beside it. */
	uint64_t room = ((uint64_t)128 * (uint64_t)r << log_n) + (uint64_t)128 * (uint64_t)r * (uint64_t)(p + 2) + 4096;
	if (EVP_PBE_scrypt(
		    password, n, salt, salt_n, UINT64_C(1) << log_n, (uint64_t)r, (uint64_t)p, room, out, out_n) == 1)
		return ST_OK;
	ERR_clear_error();
	error_set(err, ST_LIMIT, _("There is not enough free memory to check a password."));
	error_hint(err, _("Try again in a moment, or close other programs."));
	return ST_LIMIT;
}

/* Sealing. Random nonces of 96 bits are safe for 2^32 values under one key (NIST SP 800-38D, 8.3). */

void crypto_seal(const uint8_t key[SEAL_KEY_BYTES], const char *context, const void *data, size_t n, uint8_t *out)
{
	size_t context_n = strlen(context);
	must(n <= INT_MAX && context_n <= INT_MAX);
	crypto_random(out, NONCE_BYTES);
	uint8_t *body = out + NONCE_BYTES;
	int got = 0, rest = 0;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	must(c && EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, out) == 1);
	must(EVP_EncryptUpdate(c, NULL, &got, (const uint8_t *)context, (int)context_n) == 1);
	got = 0;
	must(n == 0 || EVP_EncryptUpdate(c, body, &got, data, (int)n) == 1);
	must(EVP_EncryptFinal_ex(c, body + got, &rest) == 1 && (size_t)got + (size_t)rest == n);
	must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, body + n) == 1);
	EVP_CIPHER_CTX_free(c);
}

/* Decrypts body to out; false when the tag says no, and out is then not to be used. */
static bool gcm_open(
	const uint8_t *key, const char *context, const uint8_t *nonce, const uint8_t *body, int n, uint8_t *out)
{
	uint8_t tag[TAG_BYTES];
	memcpy(tag, body + n, sizeof tag);
	int got = 0, rest = 0;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	must(c && EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, nonce) == 1);
	must(EVP_DecryptUpdate(c, NULL, &got, (const uint8_t *)context, (int)strlen(context)) == 1);
	got = 0;
	must(n == 0 || EVP_DecryptUpdate(c, out, &got, body, n) == 1);
	must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, tag) == 1);
	bool ok = EVP_DecryptFinal_ex(c, out + got, &rest) == 1;
	EVP_CIPHER_CTX_free(c);
	return ok;
}

enum status crypto_open(const uint8_t key[SEAL_KEY_BYTES], const char *context, const void *sealed, size_t sealed_n,
	uint8_t *out, struct error *err)
{
	bool ok = false;
	if (sealed_n >= SEAL_OVERHEAD && sealed_n <= INT_MAX) {
		size_t n = sealed_n - SEAL_OVERHEAD;
		const uint8_t *s = sealed;
		uint8_t *plain = mem_alloc(n + 1); /* a forgery must not reach out */
		ok = gcm_open(key, context, s, s + NONCE_BYTES, (int)n, plain);
		if (ok && n)
			memcpy(out, plain, n);
		crypto_wipe(plain, n);
		free(plain);
	}
	if (ok)
		return ST_OK;
	ERR_clear_error();
	error_set(err, ST_CORRUPT, _("A sealed value cannot be opened: it was altered, or sealed with another key."));
	error_hint(err, _("See that the key file is the one that belongs to this database."));
	return ST_CORRUPT;
}

/* Signatures */

static EVP_PKEY *ed25519_private(const uint8_t seed[ED25519_SEED_BYTES])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, ED25519_SEED_BYTES);
	must(key != NULL);
	return key;
}

void ed25519_public(const uint8_t seed[ED25519_SEED_BYTES], uint8_t out[ED25519_PUBLIC_BYTES])
{
	EVP_PKEY *key = ed25519_private(seed);
	size_t n = ED25519_PUBLIC_BYTES;
	must(EVP_PKEY_get_raw_public_key(key, out, &n) == 1 && n == ED25519_PUBLIC_BYTES);
	EVP_PKEY_free(key);
}

void ed25519_sign(
	const uint8_t seed[ED25519_SEED_BYTES], const void *data, size_t n, uint8_t out[ED25519_SIGNATURE_BYTES])
{
	EVP_PKEY *key = ed25519_private(seed);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	size_t got = ED25519_SIGNATURE_BYTES;
	must(md && EVP_DigestSignInit(md, NULL, NULL, NULL, key) == 1);
	must(EVP_DigestSign(md, out, &got, data, n) == 1 && got == ED25519_SIGNATURE_BYTES);
	EVP_MD_CTX_free(md);
	EVP_PKEY_free(key);
}

bool ed25519_verify(const uint8_t key[ED25519_PUBLIC_BYTES], const void *data, size_t n,
	const uint8_t signature[ED25519_SIGNATURE_BYTES])
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, ED25519_PUBLIC_BYTES);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	must(pkey && md && EVP_DigestVerifyInit(md, NULL, NULL, NULL, pkey) == 1);
	bool ok = EVP_DigestVerify(md, signature, ED25519_SIGNATURE_BYTES, data, n) == 1;
	EVP_MD_CTX_free(md);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return ok;
}
