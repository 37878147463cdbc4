/* AWS Signature Version 4: see sigv4.h. */
#include "core/mail/sigv4.h"

#include "core/base/clock.h"

#include <string.h>

static const char algorithm[] = "AWS4-HMAC-SHA256";

char *sigv4_date(struct arena *a, int64_t now_ms)
{
	char iso[32];
	clock_format_instant(now_ms, iso); /* 2015-08-30T12:36:00.000Z */
	return arena_printf(a, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", iso, iso + 5, iso + 8, iso + 11, iso + 14, iso + 17);
}

void sigv4_key(const char *secret, const char *day, const char *region, const char *service, uint8_t out[SHA256_BYTES])
{
	struct buf first = {0};
	buf_printf(&first, "AWS4%s", secret);
	crypto_hmac_sha256(first.data, first.len, day, strlen(day), out);
	crypto_wipe(first.data, first.len);
	buf_free(&first);
	const char *const parts[] = {region, service, "aws4_request"};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		uint8_t next[SHA256_BYTES];
		crypto_hmac_sha256(out, SHA256_BYTES, parts[i], strlen(parts[i]), next);
		memcpy(out, next, sizeof next);
		crypto_wipe(next, sizeof next);
	}
}

static char *sha256_hex(struct arena *a, const void *data, size_t n)
{
	uint8_t hash[SHA256_BYTES];
	crypto_sha256(data, n, hash);
	return hex_encode(a, hash, sizeof hash);
}

static char *signed_names(struct arena *a, const struct sigv4 *s)
{
	struct buf b = {0};
	for (size_t i = 0; i < s->headers_n; i++)
		buf_printf(&b, "%s%s", i > 0 ? ";" : "", s->headers[i].name);
	char *names = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return names;
}

static char *canonical_hash(struct arena *a, const struct sigv4 *s, const char *names)
{
	struct buf b = {0};
	buf_printf(&b, "%s\n%s\n\n", s->method, s->path);
	for (size_t i = 0; i < s->headers_n; i++)
		buf_printf(&b, "%s:%s\n", s->headers[i].name, s->headers[i].value);
	buf_printf(&b, "\n%s\n%s", names, sha256_hex(a, s->body, s->body_n));
	char *hash = sha256_hex(a, b.data, b.len);
	buf_free(&b);
	return hash;
}

char *sigv4_authorization(struct arena *a, const struct sigv4 *s)
{
	const char *date = sigv4_date(a, s->now_ms), *names = signed_names(a, s);
	const char *day = arena_strndup(a, date, 8);
	const char *scope = arena_printf(a, "%s/%s/%s/aws4_request", day, s->region, s->service);
	const char *text = arena_printf(a, "%s\n%s\n%s\n%s", algorithm, date, scope, canonical_hash(a, s, names));
	uint8_t key[SHA256_BYTES], signature[SHA256_BYTES];
	sigv4_key(s->secret, day, s->region, s->service, key);
	crypto_hmac_sha256(key, sizeof key, text, strlen(text), signature);
	crypto_wipe(key, sizeof key);
	return arena_printf(a, "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s", algorithm, s->access_key, scope, names,
		hex_encode(a, signature, sizeof signature));
}
