/* Any bytes as text: cleaning is safe and settles, widths agree with cutting, folding is idempotent; and every parser
 * of what people type takes them without harm. */
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/money.h"
#include "core/base/text.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* With the C library's widths; SIMPLIX_FUZZ_C=1 for those of a locale without Unicode. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (!getenv("SIMPLIX_FUZZ_C"))
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	return 0;
}

static void require(bool ok)
{
	if (!ok)
		abort();
}

static void check_clean(struct arena *a, const char *s)
{
	const char *t = text_clean(a, s);
	size_t n = strlen(t);
	require(text_is_utf8(t, n) && strcmp(text_clean(a, t), t) == 0);
	for (size_t i = 0; i < n;) {
		int32_t cp;
		i += (size_t)text_decode(t + i, n - i, &cp);
		require(cp >= 0x20 && cp != 0x7F && !(cp >= 0x80 && cp < 0xA0) && !(cp >= 0x202A && cp <= 0x202E));
	}
	int width = text_width(t), used;
	for (int cells = 0; cells < 9; cells++) {
		size_t fits = text_fit(t, cells, &used);
		require(used <= cells && text_width_n(t, fits) == used);
		require(text_width(text_clip(a, s, cells)) <= cells);
	}
	require(text_fit(t, width, &used) == n);
	require(text_is_utf8(text_clean_lines(a, s), strlen(text_clean_lines(a, s))));
}

static void check_steps(const char *s, size_t n)
{
	size_t at = 0;
	while (at < n) {
		size_t next = text_next(s, n, at);
		require(next > at && next <= n && text_prev(s, n, next) == at);
		at = next;
	}
}

static void check_fold(struct arena *a, const char *s)
{
	const char *once = text_fold(a, s);
	require(strcmp(text_fold(a, once), once) == 0);
	struct buf b = {0};
	text_tokens_to(&b, s);
	require(text_is_utf8(buf_str(&b), b.len));
	buf_free(&b);
	require(strlen(text_sort_key(a, s)) <= 80);
	(void)text_mixed_script(s);
	require(text_distance(s, s, 3) == 0);
	require(text_eq_fold(s, once));
}

static void check_parsers(struct arena *a, const char *s, size_t n)
{
	struct error err;
	int64_t v;
	const char *decimal;
	if (money_parse(s, "EUR", '\0', &v, NULL, &err) == ST_OK) {
		int64_t back = v + 1;
		require(money_parse(money_decimal(a, v, "EUR"), "EUR", '.', &back, NULL, &err) == ST_OK && back == v);
	}
	if (decimal_parse(a, s, '\0', &decimal, &err) == ST_OK) {
		const char *again;
		require(decimal_parse(a, decimal, '.', &again, &err) == ST_OK && strcmp(again, decimal) == 0);
	}
	(void)integer_parse(s, &v, &err);
	(void)clock_parse_date(s, true, &v);
	(void)clock_parse_instant(s, false, &v);
	(void)clock_parse_duration(s, &v);
	struct cJSON *doc = NULL;
	if (json_parse(s, n, &doc, &err) == ST_OK)
		json_free(&doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 4096)
		return 0;
	struct arena *a = arena_new();
	char *s = arena_strndup(a, (const char *)data, size);
	size_t n = strlen(s);
	check_clean(a, s);
	check_steps(s, n);
	check_fold(a, s);
	check_parsers(a, s, n);
	arena_free(&a);
	return 0;
}
