/* What the core takes for the things a screen asks, on a base made by `generate`: core DATABASE [times]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/crm/query.h"
#include "core/crm/store.h"
#include "data/db.h"

static double now_ms(void)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static struct core *core;
static int times = 40;

static void measure(const char *what, void (*run)(int i))
{
	double *ms = calloc((size_t)times, sizeof *ms);
	for (int i = 0; i < times; i++) {
		double from = now_ms();
		run(i);
		ms[i] = now_ms() - from;
	}
	qsort(ms, (size_t)times, sizeof *ms, compare);
	(void)printf("%-34s p50 %8.3f ms   p99 %8.3f ms\n", what, ms[times / 2], ms[times * 99 / 100]);
	free(ms);
}

static void rows(const char *entity, const char *filter, const char *sort, const char *scope, struct id id, int fetch)
{
	static const char *const fields[] = {"full_name", "company", "job_title", "email", "phone", "lifecycle_stage", "last_contacted_at"};
	const struct entity *e = model_entity(core->model, entity);
	struct query q = {.entity = e, .filter = filter, .sort = sort, .scope = scope, .scope_id = id};
	struct rowset *r;
	struct columns *cols;
	struct row row;
	struct arena *a = arena_new();
	if (rowset_open(core, &q, &r, NULL, NULL) != ST_OK)
		abort();
	(void)rowset_pump(r, 1);
	if (fetch && columns_open(core, e, fields, 7, &cols, NULL) == ST_OK) {
		for (int i = 0; i < fetch && i < rowset_count(r); i++)
			(void)columns_fetch(cols, rowset_at(r, i), a, &row, NULL);
		columns_free(&cols);
	}
	rowset_free(&r);
	arena_free(&a);
}

static struct id contact_id(int i)
{
	struct arena *a = arena_new();
	struct record *r;
	struct id id = {{0}};
	if (store_load_num(core, model_entity(core->model, "contacts"), 1 + i * 7919, a, &r, NULL) == ST_OK)
		id = r->id;
	arena_free(&a);
	return id;
}

static void load_contact(int i)
{
	(void)contact_id(i);
}

static void first_page(int i)
{
	(void)i;
	rows("contacts", "", NULL, NULL, (struct id){{0}}, 34);
}

static void by_company(int i)
{
	(void)i;
	rows("contacts", "company:bab lifecycle:lead", NULL, NULL, (struct id){{0}}, 0);
}

static void related_deals(int i)
{
	rows("deals", "", "-value", "contact", contact_id(i), 0);
}

static void related_next(int i)
{
	rows("activities", "status:planned", "due_at", "contact", contact_id(i), 0);
}

static void related_timeline(int i)
{
	rows("activities", "-status:planned", "-completed_at,-num", "contact", contact_id(i), 0);
}

static void first_of(const char *entity, const char *filter, const char *sort)
{
	struct query q = {.entity = model_entity(core->model, entity), .filter = filter, .sort = sort, .limit = 13};
	struct rowset *r;
	if (rowset_open(core, &q, &r, NULL, NULL) != ST_OK)
		abort();
	(void)rowset_pump(r, -1);
	rowset_free(&r);
}

#define HOME(name, entity, filter, sort)                                                                               \
	static void home_##name(int i)                                                                                 \
	{                                                                                                              \
		(void)i;                                                                                               \
		first_of(entity, filter, sort);                                                                        \
	}
HOME(overdue, "activities", "owner:me status:planned due<now", "due_at")
HOME(today, "activities", "owner:me status:planned due:today due>=now", "due_at")
HOME(closing, "deals", "owner:me status:open close<+14d", "close")
HOME(idle, "deals", "owner:me status:open next:none", "-value")
HOME(rotting, "deals", "owner:me status:open stage_entered_at<-21d", "-value")
HOME(week, "activities", "owner:me status:planned due>today due<+7d", "due_at")

static void sum(const char *filter)
{
	struct arena *a = arena_new();
	struct total *t;
	int n;
	struct query q = {.entity = model_entity(core->model, "deals"), .filter = filter};
	(void)query_totals(core, &q, "value", a, &t, &n, NULL);
	arena_free(&a);
}

static void home_open_sum(int i)
{
	(void)i;
	sum("owner:me status:open");
}

static void home_won_sum(int i)
{
	(void)i;
	sum("owner:me status:won won_at:month");
}

static void type(const char *text, int n)
{
	char word[16];
	(void)snprintf(word, sizeof word, "%.*s", n, text);
	rows("contacts", word, NULL, NULL, (struct id){{0}}, 34);
}

static const char *const typed[] = {"mari", "dupo", "kelo", "chen", "bano", "sigo", "tavi", "lore"};
#define LETTERS(n)                                                                                                     \
	static void type_##n(int i)                                                                                    \
	{                                                                                                              \
		type(typed[i % 8], n);                                                                                 \
	}
LETTERS(1)
LETTERS(2)
LETTERS(3)
LETTERS(4)

static void two_words(int i)
{
	(void)i;
	rows("contacts", "marie ban", NULL, NULL, (struct id){{0}}, 34);
}

static void misspelt(int i)
{
	(void)i;
	rows("contacts", "mraie", NULL, NULL, (struct id){{0}}, 34);
}

static void everything(int i)
{
	struct hit hits[12];
	struct arena *a = arena_new();
	(void)search_all(core, typed[i % 8], 12, a, hits);
	arena_free(&a);
}

int main(int argc, char **argv)
{
	struct error err = {0};
	if (argc < 2 || core_open(argv[1], DB_CREATE, &core, &err) != ST_OK) {
		(void)fprintf(stderr, "usage: core DATABASE [times]: %s\n", err.message);
		return 2;
	}
	if (argc > 2)
		times = atoi(argv[2]);
	measure("open a contact (all its children)", load_contact);
	measure("its deals", related_deals);
	measure("its next steps", related_next);
	measure("its timeline", related_timeline);
	measure("home: overdue", home_overdue);
	measure("home: today", home_today);
	measure("home: closing", home_closing);
	measure("home: without a next step", home_idle);
	measure("home: rotting", home_rotting);
	measure("home: next seven days", home_week);
	measure("home: sum of open deals", home_open_sum);
	measure("home: sum won this month", home_won_sum);
	measure("first page of contacts", first_page);
	measure("filter company:bab lifecycle:lead", by_company);
	measure("search, 1 letter", type_1);
	measure("search, 2 letters", type_2);
	measure("search, 3 letters", type_3);
	measure("search, 4 letters", type_4);
	measure("search, two words", two_words);
	measure("search, misspelt", misspelt);
	measure("search over everything", everything);
	core_close(&core);
	return 0;
}
