/* Text forms of bytes: hex, base64, base64url, base32 (RFC 4648), see crypto.h.
 *
 * One reader and one writer of digits of 4, 5 or 6 bits serve all of them. Reading is strict: every byte string has
 * exactly one text, so bits left over at the end must be zero, and two texts that differ never give the same bytes (but
 * for what base32 is blind to).
 */
#include "core/base/crypto.h"

#include <limits.h>
#include <string.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base32_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Bytes to digits of `bits` bits, filled up to a multiple of `group` digits with '='. */
static char *encode(struct arena *a, const char *digits, int bits, size_t group, const void *data, size_t n)
{
	const uint8_t *p = data;
	char *text = arena_alloc(a, n * 2 + group + 1), *to = text;
	unsigned held = 0;
	int have = 0;
	for (size_t i = 0; i < n; i++) {
		held = (held << 8 | p[i]) & 0xFFFF;
		for (have += 8; have >= bits; have -= bits)
			*to++ = digits[held >> (have - bits) & ((1u << bits) - 1)];
	}
	if (have > 0)
		*to++ = digits[held << (bits - have) & ((1u << bits) - 1)];
	while ((size_t)(to - text) % group != 0)
		*to++ = '=';
	*to = '\0';
	return text;
}

/* Digits are given one by one. */
struct decoder {
	uint8_t *out;
	size_t cap, n;
	int bits, have;
	unsigned held;
};

static bool decode_digit(struct decoder *d, unsigned value)
{
	d->held = (d->held << d->bits | value) & 0xFFFF;
	d->have += d->bits;
	if (d->have < 8)
		return true;
	if (d->n == d->cap || d->n == INT_MAX)
		return false;
	d->have -= 8;
	d->out[d->n++] = (uint8_t)(d->held >> d->have);
	return true;
}

/* The number of bytes, -1 when a digit is missing or too many, or bits that nobody needs are not zero. */
static int decode_end(const struct decoder *d)
{
	bool ok = d->have < d->bits && (d->held & ((1u << d->have) - 1)) == 0;
	return ok ? (int)d->n : -1;
}

static int digit_value(const char *digits, char c)
{
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

/* n letters of s, all of them digits. */
static int decode(const char *digits, int bits, const char *s, size_t n, uint8_t *out, size_t cap)
{
	struct decoder d = {.out = out, .cap = cap, .bits = bits};
	for (size_t i = 0; i < n; i++) {
		int value = digit_value(digits, s[i]);
		if (value < 0 || !decode_digit(&d, (unsigned)value))
			return -1;
	}
	return decode_end(&d);
}

char *hex_encode(struct arena *a, const void *data, size_t n)
{
	return encode(a, hex_digits, 4, 1, data, n);
}

int hex_decode(const char *s, uint8_t *out, size_t cap)
{
	struct decoder d = {.out = out, .cap = cap, .bits = 4};
	for (; *s; s++) {
		int value = digit_value(hex_digits, *s >= 'A' && *s <= 'F' ? (char)(*s | 0x20) : *s);
		if (value < 0 || !decode_digit(&d, (unsigned)value))
			return -1;
	}
	return decode_end(&d);
}

char *base64url_encode(struct arena *a, const void *data, size_t n)
{
	return encode(a, base64url_digits, 6, 1, data, n);
}

int base64url_decode(const char *s, uint8_t *out, size_t cap)
{
	return decode(base64url_digits, 6, s, strlen(s), out, cap);
}

char *base64_encode(struct arena *a, const void *data, size_t n)
{
	return encode(a, base64_digits, 6, 4, data, n);
}

int base64_decode(const char *s, uint8_t *out, size_t cap)
{
	size_t n = strlen(s), body = n;
	while (body > 0 && s[body - 1] == '=')
		body--;
	if (n % 4 != 0 || n - body > 2)
		return -1;
	return decode(base64_digits, 6, s, body, out, cap);
}

char *base32_encode(struct arena *a, const void *data, size_t n)
{
	return encode(a, base32_digits, 5, 1, data, n);
}

int base32_decode(const char *s, uint8_t *out, size_t cap)
{
	static const char blind[] = " \t\r\n-";
	struct decoder d = {.out = out, .cap = cap, .bits = 5};
	size_t n = strlen(s);
	while (n > 0 && (s[n - 1] == '=' || strchr(blind, s[n - 1])))
		n--;
	for (size_t i = 0; i < n; i++) {
		if (strchr(blind, s[i]))
			continue;
		int value = digit_value(base32_digits, s[i] >= 'a' && s[i] <= 'z' ? (char)(s[i] & ~0x20) : s[i]);
		if (value < 0 || !decode_digit(&d, (unsigned)value))
			return -1;
	}
	return decode_end(&d);
}
