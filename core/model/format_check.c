#include "core/model/format_check.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/text.h"
#include "core/model/field_type.h"

static bool has_control_or_space(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f)
			return true;
	return false;
}

/* RFC 5321's shape without its quoted local parts, which no real book contains; international addresses (RFC 6531) pass. */
bool email_valid(const char *s)
{
	size_t n = strlen(s);
	const char *at = strrchr(s, '@');
	if (!at || at == s || n > 254 || at - s > 64 || has_control_or_space(s) || strpbrk(s, "<>()[],;:\\\""))
		return false;
	if (memchr(s, '@', (size_t)(at - s)) || s[0] == '.' || at[-1] == '.' || strstr(s, ".."))
		return false;
	const char *domain = at + 1, *dot = strrchr(domain, '.');
	return dot && dot != domain && dot[1] && domain[0] != '-' && domain[strlen(domain) - 1] != '-';
}

char *email_norm(struct arena *a, const char *s)
{
	struct buf b = {0};
	text_fold_to(&b, s);
	char *out = arena_strdup(a, text_trim(a, buf_str(&b)));
	buf_free(&b);
	return out;
}

char *phone_digits(struct arena *a, const char *s)
{
	char *out = arena_alloc(a, strlen(s) + 1);
	size_t n = 0;
	bool optional_zero = strchr(s, '+') != NULL;
	for (; *s; s++) {
		if (optional_zero && strncmp(s, "(0)", 3) == 0)
			s += 2;
		else if (isdigit((unsigned char)*s))
			out[n++] = *s;
		else if (n && (strncasecmp(s, "ext", 3) == 0 || *s == 'x' || *s == ';'))
			break;
	}
	out[n] = '\0';
	return strncmp(out, "00", 2) == 0 ? out + 2 : out;
}

bool phone_valid(const char *s)
{
	int digits = 0;
	for (const char *p = s; *p; p++) {
		if ((unsigned char)*p < ' ')
			return false;
		digits += isdigit((unsigned char)*p) != 0;
	}
	return digits >= 2 && digits <= 40 && strlen(s) <= 80;
}

bool url_valid(const char *s)
{
	const char *host = s;
	if (has_control_or_space(s) || strlen(s) > 2000)
		return false;
	const char *scheme = strstr(s, "://");
	if (scheme) {
		if (strncasecmp(s, "http://", 7) != 0 && strncasecmp(s, "https://", 8) != 0)
			return false;
		host = scheme + 3;
	}
	return *host && *host != '.' && *host != '/' && (strchr(host, '.') || strncasecmp(host, "localhost", 9) == 0);
}

char *url_domain(char *out, size_t size, const char *s)
{
	const char *host = strstr(s, "://");
	host = host ? host + 3 : s;
	if (strncasecmp(host, "www.", 4) == 0)
		host += 4;
	size_t n = 0;
	while (host[n] && !strchr("/:?#", host[n]) && n < size - 1) {
		out[n] = (char)tolower((unsigned char)host[n]);
		n++;
	}
	out[n] = '\0';
	return out;
}

static bool luhn(const char *s)
{
	int sum = 0, n = (int)strlen(s);
	for (int i = 0; i < n; i++) {
		int d = s[n - 1 - i] - '0';
		if (i % 2 == 1 && (d *= 2) > 9)
			d -= 9;
		sum += d;
	}
	return sum % 10 == 0;
}

/* Digits of s without spaces into out; false when anything else is there or the count is not n. */
static bool only_digits(const char *s, char *out, int n)
{
	int k = 0;
	for (; *s; s++) {
		if (*s == ' ' || *s == '.')
			continue;
		if (!isdigit((unsigned char)*s) || k >= n)
			return false;
		out[k++] = *s;
	}
	out[k] = '\0';
	return k == n;
}

bool siren_valid(const char *s)
{
	char d[10];
	return only_digits(s, d, 9) && luhn(d);
}

bool siret_valid(const char *s)
{
	char d[15];
	if (!only_digits(s, d, 14))
		return false;
	if (luhn(d))
		return true;
	/* La Poste's establishments: the digits add up to a multiple of five. */
	int sum = 0;
	for (int i = 0; i < 14; i++)
		sum += d[i] - '0';
	return strncmp(d, "356000000", 9) == 0 && sum % 5 == 0;
}

bool vat_valid(const char *s)
{
	char v[24];
	int n = 0;
	for (; *s; s++) {
		if (*s == ' ' || *s == '.' || *s == '-')
			continue;
		if (!isalnum((unsigned char)*s) || n >= 16)
			return false;
		v[n++] = (char)toupper((unsigned char)*s);
	}
	v[n] = '\0';
	if (n < 4 || !isalpha((unsigned char)v[0]) || !isalpha((unsigned char)v[1]))
		return false;
	if (strncmp(v, "FR", 2) == 0 && n == 13 && isdigit((unsigned char)v[2]) && isdigit((unsigned char)v[3])) {
		long siren = strtol(v + 4, NULL, 10);
		return (v[2] - '0') * 10 + (v[3] - '0') == (12 + 3 * (siren % 97)) % 97;
	}
	return true;
}
