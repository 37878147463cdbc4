/* The numbers of the security policy are those that are documented: changing one is a decision, not an accident. */
#include "core/security/policy.h"
#include "tests/unit/test.h"

TEST(policy_sec26_passwords)
{
	CHECK_INT(PASSWORD_MIN, 15);
	CHECK_INT(PASSWORD_MIN_2FA, 8);
	CHECK_INT(PASSWORD_MAX, 128);
}

TEST(policy_sec24_scrypt)
{
	CHECK_INT(SCRYPT_LOG_N, 17);
	CHECK_INT(SCRYPT_R, 8);
	CHECK_INT(SCRYPT_P, 1);
}

TEST(policy_sec27_throttling)
{
	CHECK_INT(LOGIN_FREE_TRIES, 5);
	CHECK_INT(LOGIN_DELAY_MS, 30000);
	CHECK_INT(LOGIN_DELAY_MAX_MS, 900000);
	CHECK_INT(LOGIN_HARD_STOP, 50);
	/* Guessing codes until the hard stop: three of a million each time, 1.5e-4 in all. */
	CHECK(LOGIN_HARD_STOP * (2 * TOTP_DRIFT_STEPS + 1) <= 150);
}

TEST(policy_sec30_half_login)
{
	CHECK_INT(HALF_LOGIN_MS, 300000);
	CHECK_INT(HALF_LOGIN_TRIES, 5);
}

TEST(policy_sec29_one_time_codes)
{
	CHECK_INT(TOTP_STEP_S, 30);
	CHECK_INT(TOTP_DIGITS, 6);
	CHECK_INT(TOTP_SEED_BYTES * 8, 160);
	CHECK_INT(TOTP_DRIFT_STEPS, 1);
}

TEST(policy_sec32_backup_codes)
{
	CHECK_INT(BACKUP_CODES, 10);
	CHECK_INT(BACKUP_CODE_BITS, 80);
}

TEST(policy_sec34_sessions)
{
	CHECK_INT(SESSION_BYTES * 8, 256);
	CHECK_INT(SESSION_IDLE_MS, 1800000);
	CHECK_INT(SESSION_ABSOLUTE_MS, 43200000);
	CHECK_INT(LOCK_MINUTES, 15);
	CHECK_INT(INVITATION_DAYS, 7);
}

TEST(policy_sec35_api_keys)
{
	CHECK_INT(API_KEY_BYTES * 8, 256);
	CHECK_INT(API_KEY_DAYS_MAX, 365);
}
