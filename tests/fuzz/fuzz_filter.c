/* Any bytes as a filter, typed over each entity in turn: it is understood or refused at a place inside the text, what is understood
 * runs, and completion at any point offers texts. */
#include "core/base/text.h"
#include "core/crm/core.h"
#include "core/crm/filter.h"
#include "core/crm/query.h"
#include "data/db.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct core *core;

static void require(bool ok, const struct error *err)
{
	if (ok)
		return;
	(void)fprintf(stderr, "%s\n", err ? err->message : "");
	abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct error err = {0};
	struct core_setup s = {"Test SARL", "Ada", "Owner", "ada@test.example", "EUR", "FR"};
	(void)argc;
	(void)argv;
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	require(core_open(":memory:", DB_CREATE, &core, &err) == ST_OK, &err);
	require(core_set_up(core, &s, &err) == ST_OK, &err);
	return 0;
}

static void check_completion(const struct entity *e, const char *text, int cursor)
{
	enum { MAX = 8 };
	struct arena *a = arena_new();
	struct completion list[MAX];
	int from = 0, n = filter_complete(core, e, text, cursor, a, list, MAX, &from);
	require(n >= 0 && n <= MAX && from >= 0 && from <= cursor, NULL);
	for (int i = 0; i < n; i++)
		require(list[i].text && text_is_utf8(list[i].text, strlen(list[i].text)), NULL);
	arena_free(&a);
}

static void check(const struct entity *e, const char *text)
{
	struct error err = {0};
	int at = 0, length = (int)strlen(text);
	int64_t count;
	struct query q = {.entity = e, .filter = text};
	enum status st = filter_check(core, e, text, &at, &err);
	if (st == ST_OK) {
		st = query_count(core, &q, &count, &err);
		require(st == ST_OK || st == ST_LIMIT, &err);
	} else {
		require(st == ST_INVALID || st == ST_NOT_FOUND || st == ST_LIMIT || st == ST_CONFLICT, &err);
		require(at >= 0 && at <= length && *err.message, &err);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"contacts", "companies", "deals", "activities", "products"};
	if (size < 2 || size > 300 || memchr(data, 0, size))
		return 0;
	const struct entity *e = model_entity(core->model, names[data[0] % (sizeof names / sizeof *names)]);
	char *text = mem_strndup((const char *)data + 2, size - 2);
	if (text_is_utf8(text, size - 2)) {
		check(e, text);
		int cursor = data[1] % (int)(size - 1);
		while (cursor > 0 && ((unsigned char)text[cursor] & 0xC0) == 0x80)
			cursor--;
		check_completion(e, text, cursor);
	}
	free(text);
	return 0;
}
