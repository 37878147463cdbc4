/* One-time codes: HOTP (RFC 4226), TOTP (RFC 6238), the otpauth URI that authenticator programs read, and backup codes' text. Pure. */
#ifndef CORE_SECURITY_TOTP_H
#define CORE_SECURITY_TOTP_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stdbool.h>
#include <stdint.h>

struct otpauth {
	const char *issuer, *account; /* UTF-8, decoded */
	uint8_t secret[64];
	int secret_n;
	int digits, period; /* SHA-1 only: what every authenticator program understands */
};

/* The code of a counter, as `digits` (6 to 8) digits with leading zeros; out has room for 9. */
void hotp(const uint8_t *secret, int secret_n, uint64_t counter, int digits, char out[9]);
/* The time step of a moment (ms since 1970). */
int64_t totp_step(int64_t now_ms);
/* Which step near now the code belongs to: the nearest of now's step and TOTP_DRIFT_STEPS around it that is later than `last_step`; -1
 * when none. Blanks in the code are ignored. All candidates are always compared. */
int64_t totp_match(const uint8_t *secret, int secret_n, const char *code, int64_t now_ms, int64_t last_step);

/* otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=… (Key URI format of Google Authenticator). SHA1, 6 digits and 30 s are its defaults and
 * left out, so that the QR stays small enough for 24 lines. */
char *otpauth_format(struct arena *a, const char *issuer, const char *account, const uint8_t *secret, int secret_n);
/* ST_INVALID unless it is such a URI of a TOTP with SHA1. Strings are the arena's. */
enum status otpauth_parse(struct arena *a, const char *uri, struct otpauth *out, struct error *err);
/* "JBSW Y3DP EHPK 3PXP": the secret for typing. */
char *totp_secret_text(struct arena *a, const uint8_t *secret, int secret_n);

/* A backup code of BACKUP_CODE_BITS: 16 characters of Crockford's base32 in groups of four, "7ZKP-QM3X-0V4T-9HGD". out has room for 20. */
void backup_code_make(char out[20]);
/* As typed (any case, O for 0, I and L for 1, any separators) to the 16 characters; false when it cannot be one. out has room for 17. */
bool backup_code_normal(const char *typed, char out[17]);

#endif
