/* The key file, sealed secrets, the environment: SEC-10, SEC-11, SEC-12, SEC-15, SEC-70. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/security/environment.h"
#include "core/security/keyring.h"
#include "core/security/secrets.h"
#include "core/security/signin.h"
#include "core/security/twofactor.h"
#include "tests/unit/security_fixture.h"

#define STRIPE_KEY "sk_test_51Abcdefghijklmnop1234"

static void check_secret(struct core *c, const char *want)
{
	struct error err = {0};
	char *value = NULL;
	MUST(secret_get(c, "STRIPE_SECRET_KEY", &value, &err));
	CHECK_STR(value ? value : "", want);
	free(value);
}

TEST_ENGINES(keyring_seals_and_rotates)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct twofactor_setup s;
	secure_owner(c);
	MUST(secret_set(c, "STRIPE_SECRET_KEY", STRIPE_KEY, &err));
	CHECK(secret_set(c, "STRIPE_SECRET_KEY", "pk_live_nonsense", &err) == ST_INVALID);
	CHECK(secret_set(c, "NO_SUCH_NAME", "x", &err) == ST_INVALID);
	check_secret(c, STRIPE_KEY);
	CHECK(memmem(peek(c, "SELECT sealed FROM secrets"), 20, "sk_test", 7) == NULL);
	MUST(twofactor_begin(c, NULL, NULL, a, &s, &err));
	MUST(keyring_rotate(c, &err));
	MUST(keyring_rotate(c, &err));
	check_secret(c, STRIPE_KEY);
	/* one sealed value cannot stand in another's place */
	struct buf sealed = {0}, plain = {0};
	MUST(keyring_seal(c, "secret:A", "abc", 3, &sealed, &err));
	CHECK(keyring_unseal(c, "secret:B", sealed.data, sealed.len, &plain, &err) == ST_CORRUPT);
	buf_free(&sealed);
	buf_free(&plain);
	MUST(secret_remove(c, "STRIPE_SECRET_KEY", &err));
	check_secret(c, "");
	arena_free(&a);
}

TEST(keyring_sec10_sec11_sec12_the_key_file_is_private)
{
	struct core *c = fixture_core(DB_SQLITE);
	struct error err = {0};
	struct stat sb;
	char path[4200], moved[4300];
	MUST(secret_set(c, "STRIPE_SECRET_KEY", STRIPE_KEY, &err));
	(void)snprintf(path, sizeof path, "%s", keyring_path(c));
	(void)snprintf(moved, sizeof moved, "%s.moved", path);
	CHECK(stat(path, &sb) == 0 && (sb.st_mode & 07777) == 0600);
	struct core *d = second_core(DB_SQLITE);
	(void)chmod(path, 0644);
	char *value = NULL;
	CHECK(secret_get(d, "STRIPE_SECRET_KEY", &value, &err) == ST_DENIED);
	CHECK(strstr(err.hint, "chmod 600") != NULL);
	(void)chmod(path, 0600);
	check_secret(d, STRIPE_KEY);
	core_close(&d);
	/* a link in its place is not followed; without it nothing is made anew over what it sealed */
	CHECK(rename(path, moved) == 0 && symlink(moved, path) == 0);
	d = second_core(DB_SQLITE);
	CHECK(secret_get(d, "STRIPE_SECRET_KEY", &value, &err) == ST_DENIED);
	(void)unlink(path);
	CHECK(secret_get(d, "STRIPE_SECRET_KEY", &value, &err) == ST_NOT_FOUND);
	CHECK(stat(path, &sb) != 0);
	CHECK(rename(moved, path) == 0);
	check_secret(d, STRIPE_KEY);
	core_close(&d);
}

TEST(keyring_a_passphrase_locks_it)
{
	struct core *c = fixture_core(DB_SQLITE);
	struct error err = {0};
	char *value = NULL, text[4096] = "";
	MUST(secret_set(c, "STRIPE_SECRET_KEY", STRIPE_KEY, &err));
	CHECK(keyring_set_passphrase(c, "short", &err) == ST_INVALID);
	MUST(keyring_set_passphrase(c, "a phrase for the keys", &err));
	FILE *f = fopen(keyring_path(c), "re");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
	if (f)
		(void)fclose(f);
	text[n] = '\0';
	CHECK(strstr(text, "\nlocked 17 ") != NULL && strstr(text, "seal ") == NULL && strstr(text, "\nsign ") == NULL);
	struct core *d = second_core(DB_SQLITE);
	CHECK(keyring_locked(d));
	CHECK(secret_get(d, "STRIPE_SECRET_KEY", &value, &err) == ST_BUSY);
	CHECK(keyring_unlock(d, "another phrase", &err) == ST_DENIED);
	MUST(keyring_unlock(d, "a phrase for the keys", &err));
	check_secret(d, STRIPE_KEY);
	MUST(keyring_set_passphrase(d, NULL, &err));
	core_close(&d);
	d = second_core(DB_SQLITE);
	CHECK(!keyring_locked(d));
	check_secret(d, STRIPE_KEY);
	core_close(&d);
}

/* The sealing key of the file, each byte turned over so that this is no copy of it. */
static bool turned_key(const char *path, uint8_t out[SEAL_KEY_BYTES])
{
	char line[400];
	bool found = false;
	FILE *f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		found = strncmp(line, "seal ", 5) == 0 && base64_decode(strrchr(line, ' ') + 1, out, SEAL_KEY_BYTES) == SEAL_KEY_BYTES;
		for (int i = 0; found && i < SEAL_KEY_BYTES; i++)
			out[i] ^= 0xA5;
	}
	if (f)
		(void)fclose(f);
	explicit_bzero(line, sizeof line);
	return found;
}

/* Is the key anywhere in what this process may write to? */
static int copies_in_memory(const uint8_t turned[SEAL_KEY_BYTES])
{
	char line[400], mode[8];
	unsigned long from, to;
	int copies = 0, mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	FILE *maps = fopen("/proc/self/maps", "re");
	uint8_t *piece = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	while (maps && mem >= 0 && fgets(line, sizeof line, maps)) {
		if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) != 3 || mode[1] != 'w')
			continue;
		for (unsigned long at = from; at < to; at += (1 << 20) - SEAL_KEY_BYTES) {
			if (at <= (unsigned long)(uintptr_t)piece && (unsigned long)(uintptr_t)piece < to)
				break;
			size_t want = to - at < 1 << 20 ? to - at : 1 << 20;
			ssize_t n = pread(mem, piece, want, (off_t)at);
			for (ssize_t i = 0; i + SEAL_KEY_BYTES <= n; i++) {
				int k = 0;
				while (k < SEAL_KEY_BYTES && (piece[i + k] ^ 0xA5) == turned[k])
					k++;
				copies += k == SEAL_KEY_BYTES;
			}
		}
	}
	(void)munmap(piece, 1 << 20);
	if (maps)
		(void)fclose(maps);
	if (mem >= 0)
		(void)close(mem);
	return copies;
}

TEST(keyring_sec17_no_key_stays_in_memory)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	test_skip("a sanitizer's shadow memory is as large as the address space");
#endif
	struct core *c = fixture_core(DB_SQLITE);
	struct error err = {0};
	uint8_t turned[SEAL_KEY_BYTES];
	MUST(secret_set(c, "STRIPE_SECRET_KEY", STRIPE_KEY, &err));
	CHECK(turned_key(keyring_path(c), turned));
	keyring_close(&c->keys);
	if (copies_in_memory(turned) != 0)
		CHECK(!"the key is still in memory after it was made and closed");
	struct core *d = second_core(DB_SQLITE);
	check_secret(d, STRIPE_KEY);
	CHECK_INT(copies_in_memory(turned), 1); /* found while open, so the search works */
	core_close(&d);
	CHECK_INT(copies_in_memory(turned), 0);
}

TEST(environment_says_what_is_wrong)
{
	static const struct {
		const char *name, *good, *bad;
	} rows[] = {
		{"STRIPE_SECRET_KEY", "sk_live_x", "pk_live_x"}, {"STRIPE_WEBHOOK_SECRET", "whsec_a,whsec_b", "whsec_a,b"},
		{"STRIPE_PRICE_STARTER", "price_1", "1"}, {"STRIPE_PRICE_PRO", "price_1", "1"}, {"STRIPE_PRICE_ENTERPRISE", "price_1", "1"},
		{"AI_PROVIDER", "none", "hal"}, {"ANTHROPIC_API_KEY", "sk-ant-1", "sk-1"}, {"OPENAI_API_KEY", "sk-1", "1"}, {"EMAIL_PROVIDER", "smtp", "pigeon"},
		{"SENDGRID_API_KEY", "SG.1", "1"}, {"EMAIL_FROM", "Acme <a@acme.example>", "acme"},
		{"WEBHOOK_SECRET_SALT", "0123456789012345678901234567890123", "short"}, {"JWT_SECRET", "0123456789012345678901234567890123", "short"},
		{"SESSION_SECRET", "0123456789012345678901234567890123", "short"}, {"DATABASE_URL", "postgresql://a@b/c", "mysql://a"},
		{"SMTP_PORT", "587", "70000"}, {"STRIPE_API_BASE", "http://127.0.0.1:9", "http://evil.example"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct variable *v = environment_find(rows[i].name);
		CHECK(v != NULL);
		test_check(v && !v->problem(rows[i].good), __FILE__, __LINE__, "%s refuses %s", rows[i].name, rows[i].good);
		test_check(v && v->problem(rows[i].bad), __FILE__, __LINE__, "%s takes %s", rows[i].name, rows[i].bad);
	}
}

TEST(environment_sec15_sec70_is_taken_and_masked)
{
	struct arena *a = arena_new();
	(void)setenv("SMTP_PASSWORD", "canary-4711-secret", 1);
	(void)setenv("DATABASE_URL", "postgresql://ada:canary@db.example/crm", 1);
	environment_take();
	CHECK(getenv("SMTP_PASSWORD") == NULL && getenv("DATABASE_URL") == NULL);
	CHECK_STR(environment_get("SMTP_PASSWORD"), "canary-4711-secret");
	CHECK_STR(environment_mask(a, environment_find("SMTP_PASSWORD"), environment_get("SMTP_PASSWORD")), "••••cret");
	CHECK_STR(environment_mask(a, environment_find("SMTP_PASSWORD"), "short"), "••••");
	CHECK_STR(environment_mask(a, environment_find("DATABASE_URL"), environment_get("DATABASE_URL")), "postgresql://ada:••••@db.example/crm");
	environment_wipe();
	CHECK(environment_get("SMTP_PASSWORD") == NULL);
	arena_free(&a);
}

struct turn {
	pthread_t thread;
	struct core *core;
	bool phrase;
	enum status got;
};

static void *take_turn(void *arg)
{
	struct turn *t = arg;
	struct error err = {0};
	for (int i = 0; i < 5 && t->got == ST_OK; i++)
		t->got = t->phrase ? keyring_set_passphrase(t->core, NULL, &err) : keyring_rotate(t->core, &err);
	return NULL;
}

/* Programs that replace the key file at once lose none of each other's keys. */
TEST(keyring_rotations_at_once_lose_nothing)
{
	enum { N = 4 };
	struct core *c = fixture_core(DB_SQLITE);
	struct error err = {0};
	struct turn turns[N] = {0};
	MUST(secret_set(c, "STRIPE_SECRET_KEY", STRIPE_KEY, &err));
	for (int i = 0; i < N; i++) {
		turns[i].core = second_core(DB_SQLITE);
		turns[i].phrase = i == N - 1;
		MUST(keyring_open(turns[i].core, &err));
	}
	for (int i = 0; i < N; i++)
		CHECK_INT(pthread_create(&turns[i].thread, NULL, take_turn, &turns[i]), 0);
	for (int i = 0; i < N; i++) {
		(void)pthread_join(turns[i].thread, NULL);
		CHECK_INT(turns[i].got, ST_OK);
		core_close(&turns[i].core);
	}
	check_secret(c, STRIPE_KEY); /* which has loaded the file before all of that */
	struct core *d = second_core(DB_SQLITE);
	check_secret(d, STRIPE_KEY);
	core_close(&d);
}
