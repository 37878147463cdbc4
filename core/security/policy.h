/* The numbers of the security policy, in one place. tests/unit/security_policy_test.c holds each of them to what is documented. */
#ifndef CORE_SECURITY_POLICY_H
#define CORE_SECURITY_POLICY_H

enum {
	PASSWORD_MIN = 15,          /* characters, without a second factor */
	PASSWORD_MIN_2FA = 8,       /* with one */
	PASSWORD_MAX = 128,         /* characters */
	SCRYPT_LOG_N = 17,
	SCRYPT_R = 8,
	SCRYPT_P = 1,

	LOGIN_FREE_TRIES = 5,       /* failures before the first delay */
	LOGIN_DELAY_MS = 30 * 1000, /* doubles with each further failure… */
	LOGIN_DELAY_MAX_MS = 15 * 60 * 1000, /* …up to this */
	LOGIN_HARD_STOP = 50,       /* consecutive failures: only a known session or a backup code helps */
	HALF_LOGIN_MS = 5 * 60 * 1000, /* between password and code */
	HALF_LOGIN_TRIES = 5,

	TOTP_STEP_S = 30,
	TOTP_DIGITS = 6,
	TOTP_SEED_BYTES = 20,
	TOTP_DRIFT_STEPS = 1,

	BACKUP_CODES = 10,
	BACKUP_CODE_BITS = 80,

	SESSION_BYTES = 32,
	SESSION_IDLE_MS = 30 * 60 * 1000,
	SESSION_ABSOLUTE_MS = 12 * 60 * 60 * 1000,

	API_KEY_BYTES = 32,
	API_KEY_DAYS_MAX = 365,

	LOCK_MINUTES = 15,          /* default idle lock of the full screen */
	INVITATION_DAYS = 7,
};

#endif
