/* Signing in, the lock, the second factor and Settings, Security on the grid in memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "core/security/session.h"
#include "core/security/signin.h"
#include "core/security/twofactor.h"
#include "tests/unit/app_fixture.h"
#include "tests/unit/security_fixture.h"
#include "tui/view/sign_in.h"
#include "tui/widget/qr.h"

TEST(screen_a_session_that_ends_under_the_lock_asks_who_is_there)
{
	struct stage s;
	struct error err = {0};
	char token[TOKEN_SIZE];
	raise_curtain(&s, DB_SQLITE, 24, 80, true);
	secure_owner(s.core);
	MUST(session_begin(s.core, &s.core->user, false, token, &err));
	keys(&s, "g c");
	CHECK(sees(&s, "Fontaine"));
	keys(&s, "g l");
	CHECK(sees(&s, "Locked") && misses(&s, "Fontaine"));
	sign_in_watch(s.app, 0);
	CHECK(sees(&s, "Locked"));
	clock_freeze(NOW + 31 * CLOCK_MINUTE);
	type(&s, GOOD_PASSWORD);
	keys(&s, "Enter"); /* too late: nothing is left to unlock */
	CHECK(misses(&s, "Fontaine"));
	sign_in_watch(s.app, 31 * CLOCK_MINUTE);
	settle(&s);
	CHECK(sees(&s, "Mail address:") && misses(&s, "Fontaine"));
	type(&s, "ada@test.example");
	keys(&s, "Enter");
	type(&s, GOOD_PASSWORD);
	keys(&s, "Enter");
	CHECK(sees(&s, "Fontaine"));
	s.app->closing = true;
	curtain(&s);
}


/* Set up, with a password and a session of the owner. */
static void raise_signed_in(struct stage *s, int rows, int cols)
{
	struct error err = {0};
	char token[TOKEN_SIZE];
	raise_curtain(s, DB_SQLITE, rows, cols, true);
	secure_owner(s->core);
	MUST(session_begin(s->core, &s->core->user, false, token, &err));
}

static void fall(struct stage *s)
{
	s->app->closing = true; /* the prompts that are open tell nobody */
	curtain(s);
}

static void open_security(struct stage *s)
{
	keys(s, ":");
	type(s, "security");
	keys(s, "Enter");
}

TEST(screen_sign_in)
{
	struct stage s;
	raise_signed_in(&s, 24, 80);
	keys(&s, "g c");
	sign_in_out(s.app);
	settle(&s);
	golden(&s, "sign_in_80x24");
	type(&s, "ada@test.example");
	keys(&s, "Enter");
	type(&s, "not this one at all");
	CHECK(misses(&s, "not this"));
	keys(&s, "Enter");
	CHECK(sees(&s, "is not right") && misses(&s, "Fontaine"));
	keys(&s, "C-u");
	type(&s, GOOD_PASSWORD);
	keys(&s, "Enter");
	CHECK(sees(&s, "Fontaine"));
	fall(&s);
}

TEST(screen_lock)
{
	struct stage s;
	raise_signed_in(&s, 24, 80);
	keys(&s, "g c g l");
	golden(&s, "locked_80x24");
	keys(&s, "Esc Esc ? : g c C-p");
	CHECK(sees(&s, "Locked") && misses(&s, "Fontaine"));
	memory_resize(s.term, 5, 20);
	settle(&s);
	CHECK(misses(&s, "Fontaine"));
	memory_resize(s.term, 24, 80);
	keys(&s, "C-u");
	type(&s, GOOD_PASSWORD);
	keys(&s, "Enter");
	CHECK(sees(&s, "Fontaine"));
	fall(&s);
}

TEST(screen_lock_comes_by_itself)
{
	struct stage s;
	struct error err = {0};
	raise_signed_in(&s, 24, 80);
	keys(&s, "g c");
	MUST(setting_set(s.core, "lock_minutes", "5", &err));
	sign_in_watch(s.app, 5 * CLOCK_MINUTE - 1);
	CHECK(sees(&s, "Fontaine"));
	sign_in_watch(s.app, 5 * CLOCK_MINUTE);
	settle(&s);
	CHECK(sees(&s, "Locked") && misses(&s, "Fontaine"));
	fall(&s);
}

TEST(screen_security_without_a_password)
{
	struct stage s;
	raise_curtain(&s, DB_SQLITE, 24, 80, true);
	open_security(&s);
	CHECK(sees(&s, "whoever has your Unix account has this book") && sees(&s, "Set a password") && misses(&s, "Lock now"));
	keys(&s, "g l");
	CHECK(sees(&s, "There is no password to unlock with"));
	fall(&s);
}

TEST(screen_security)
{
	struct stage s;
	raise_signed_in(&s, 24, 80);
	open_security(&s);
	golden(&s, "security_80x24");
	fall(&s);
}

/* The dark and light squares that the screen shows, as a QR of its size; false when none is there. */
static bool qr_on_screen(struct stage *s, struct arena *a, struct qr *out, int *quiet)
{
	const struct grid *g = memory_frame(s->term);
	int top = -1, left = g->cols, right = -1, bottom = -1;
	for (int row = 0; row < g->rows; row++)
		for (int col = 0; col < g->cols; col++)
			if (grid_row(g, row)[col].role == ROLE_QR) {
				top = top < 0 ? row : top;
				bottom = row;
				left = col < left ? col : left;
				right = col > right ? col : right;
			}
	if (top < 0)
		return false;
	bool half = s->term->unicode;
	int rows = (bottom - top + 1) * (half ? 2 : 1), cols = (right - left + 1) / (half ? 1 : 2);
	uint8_t *dark = arena_alloc(a, (size_t)(rows * cols));
	for (int row = 0; row < rows; row++)
		for (int col = 0; col < cols; col++) {
			const struct cell *it = &grid_row(g, top + row / (half ? 2 : 1))[left + col * (half ? 1 : 2)];
			const char *ink = row % 2 ? "▄" : "▀";
			dark[row * cols + col] = half ? memcmp(it->text, "█", 3) == 0 || memcmp(it->text, ink, 3) == 0 : (it->attrs & ATTR_REVERSE) != 0;
		}
	int n = 0;
	while (n < rows && !memchr(dark + n * cols, 1, (size_t)cols))
		n++;
	*quiet = n;
	out->size = cols - 2 * n;
	uint8_t *code = arena_alloc(a, (size_t)(out->size * out->size));
	for (int row = 0; row < out->size; row++)
		memcpy(code + row * out->size, dark + (row + n) * cols + n, (size_t)out->size);
	out->dark = code;
	return true;
}

/* The secret that stands beside the square, for typing. */
static int secret_on_screen(struct stage *s, uint8_t out[64])
{
	const struct grid *g = memory_frame(s->term);
	char text[80] = "";
	size_t n = 0;
	for (int row = 0; row < g->rows; row++)
		for (int col = 0; col < g->cols; col++) {
			const struct cell *it = &grid_row(g, row)[col];
			if (it->role == ROLE_ACCENT && it->len == 1 && n < sizeof text - 1)
				text[n++] = it->text[0];
		}
	text[n] = '\0';
	return base32_decode(text, out, 64);
}

/* The square is the QR of the secret that is shown beside it, its first code turns the second factor on, ten backup codes follow. */
static void set_up_on_screen(int rows, int cols, bool unicode, bool drawn)
{
	struct stage s;
	struct arena *a = arena_new();
	struct qr seen = {0}, want;
	struct error err = {0};
	struct twofactor_status t;
	uint8_t seed[64];
	char code[9];
	int quiet = 0;
	raise_signed_in(&s, rows, cols);
	s.term->unicode = unicode;
	open_security(&s);
	keys(&s, "j Enter");
	int n = secret_on_screen(&s, seed);
	CHECK_INT(n, TOTP_SEED_BYTES);
	CHECK_INT(qr_on_screen(&s, a, &seen, &quiet), drawn);
	if (drawn) {
		MUST(qr_make(a, otpauth_format(a, "Simplix", "ada@test.example", seed, n), &want, &err));
		CHECK_INT(seen.size, want.size);
		CHECK(quiet >= 1);
		CHECK(seen.size == want.size && memcmp(seen.dark, want.dark, (size_t)(want.size * want.size)) == 0);
	} else {
		CHECK(sees(&s, "too small"));
	}
	keys(&s, "Enter");
	hotp(seed, n, (uint64_t)totp_step(clock_now()) + 20, 6, code);
	type(&s, code);
	keys(&s, "Enter");
	CHECK(misses(&s, "Backup codes"));
	keys(&s, "C-u");
	hotp(seed, n, (uint64_t)totp_step(clock_now()), 6, code);
	type(&s, code);
	keys(&s, "Enter");
	CHECK(sees(&s, "Backup codes"));
	MUST(twofactor_status(s.core, &s.core->user, &t, &err));
	CHECK(t.on);
	CHECK_INT(t.codes_left, BACKUP_CODES);
	keys(&s, "Enter");
	CHECK(sees(&s, "on since") && sees(&s, "10 left"));
	crypto_wipe(seed, sizeof seed);
	arena_free(&a);
	fall(&s);
}

TEST(screen_second_factor_at_80x24)
{
	set_up_on_screen(24, 80, true, true);
}

TEST(screen_second_factor_in_ascii)
{
	set_up_on_screen(60, 150, false, true);
}

TEST(screen_second_factor_where_the_square_does_not_fit)
{
	set_up_on_screen(20, 60, true, false);
}

TEST(screen_second_factor_in_ascii_where_the_square_does_not_fit)
{
	set_up_on_screen(24, 80, false, false);
}

TEST(screen_a_refused_answer_is_taken_out)
{
	struct stage s;
	raise_signed_in(&s, 24, 80);
	keys(&s, "g c g l");
	type(&s, "not this one");
	keys(&s, "Enter");
	CHECK(sees(&s, "This is not your password."));
	type(&s, GOOD_PASSWORD);
	keys(&s, "Enter");
	CHECK(sees(&s, "Fontaine"));
	fall(&s);
}

TEST(screen_who_was_invited_chooses_a_password)
{
	struct stage s;
	struct error err = {0};
	char token[TOKEN_SIZE];
	raise_signed_in(&s, 24, 100);
	MUST(signin_invite_address(s.core, "tom@test.example", "Tom", NULL, "Sales rep", token, &err));
	sign_in_out(s.app);
	settle(&s);
	keys(&s, "Enter");
	CHECK(sees(&s, "Type your mail address") && sees(&s, "Mail address:"));
	type(&s, "sxi_mistyped");
	keys(&s, "Enter");
	CHECK(sees(&s, "not valid any more"));
	keys(&s, "C-u");
	type(&s, token);
	keys(&s, "Enter");
	CHECK(sees(&s, "Welcome") && sees(&s, "At least 15 characters"));
	type(&s, "short");
	keys(&s, "Enter");
	CHECK(sees(&s, "New password:") && misses(&s, "Once more"));
	type(&s, "another gravel piano oven");
	keys(&s, "Enter");
	type(&s, "something else than that");
	keys(&s, "Enter");
	CHECK(sees(&s, "not the same"));
	keys(&s, "Esc");
	CHECK(sees(&s, "New password:"));
	type(&s, "another gravel piano oven");
	keys(&s, "Enter");
	type(&s, "another gravel piano oven");
	keys(&s, "Enter");
	CHECK(sees(&s, "Home") && sees(&s, "Tom"));
	CHECK(!access_is_admin(s.core));
	fall(&s);
}

TEST(screen_who_may_only_read_is_told_before_a_form)
{
	struct stage s;
	raise_signed_in(&s, 24, 80);
	struct id rea = secure_user(s.core, "Rea", "rea@test.example", "read_only");
	act_as(s.core, rea);
	keys(&s, "g c n");
	CHECK(sees(&s, "your role, Read only,") && misses(&s, "First name"));
	keys(&s, "e");
	CHECK(misses(&s, "First name"));
	keys(&s, "X");
	CHECK(misses(&s, "Delete this record?"));
	keys(&s, "c");
	CHECK(misses(&s, "Call with"));
	fall(&s);
}

TEST(screen_the_first_password_asks_for_the_address_it_needs)
{
	struct stage s;
	struct error err = {0};
	struct arena *a = arena_new();
	raise_curtain(&s, DB_SQLITE, 24, 80, true);
	struct record *r = record_new(a, model_entity(s.core->model, "users"));
	r->id = s.core->user;
	r->num = 1;
	record_put_text(r, "email", NULL);
	MUST(store_save(s.core, r, &err));
	arena_free(&a);
	open_security(&s);
	keys(&s, "Enter");
	CHECK(sees(&s, "Your mail address, to sign in with:"));
	type(&s, "nonsense");
	keys(&s, "Enter C-u");
	type(&s, "ada@new.example");
	keys(&s, "Enter");
	CHECK(sees(&s, "New password:"));
	type(&s, GOOD_PASSWORD);
	keys(&s, "Enter");
	type(&s, GOOD_PASSWORD);
	keys(&s, "Enter");
	CHECK(sees(&s, "From now on everybody signs in") || sees(&s, "Change the password"));
	CHECK_STR(fixture_field(s.core, "users", 1, "email"), "ada@new.example");
	fall(&s);
}
