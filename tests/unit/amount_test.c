/* Amounts and their currencies: whatever comes first, the digits are right. */
#include <string.h>

#include "core/crm/query.h"
#include "core/crm/record.h"
#include "core/crm/store.h"
#include "tests/unit/fixture.h"

static enum status change(struct core *c, const char *entity, int64_t num, const struct input *list, int n, struct error *err)
{
	struct arena *a = arena_new();
	struct record *r, *p;
	enum status st = store_load_num(c, model_entity(c->model, entity), num, a, &r, err);
	if (st == ST_OK) {
		p = record_new(a, r->entity);
		p->id = r->id;
		p->num = num;
		st = record_set_inputs(c, p, list, n, err);
	}
	if (st == ST_OK)
		st = store_save(c, p, err);
	arena_free(&a);
	return st;
}

static enum status change_one(struct core *c, const char *entity, int64_t num, const char *field, const char *text, struct error *err)
{
	return change(c, entity, num, &(struct input){field, text}, 1, err);
}

TEST_ENGINES(amount_and_currency_in_either_order)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	int64_t a = fixture_add(c, "deals", "title=A", "value=1000", "currency=JPY", NULL);
	int64_t b = fixture_add(c, "deals", "title=B", "currency=JPY", "value=1000", NULL);
	CHECK_STR(fixture_field(c, "deals", a, "value"), "1000");
	CHECK_STR(fixture_field(c, "deals", b, "value"), "1000");
	const struct input kwd[] = {{"value", "1.2345"}, {"currency", "CLF"}};
	MUST(change(c, "deals", a, kwd, 2, &err));
	CHECK_STR(fixture_field(c, "deals", a, "value"), "1.2345");
	const struct input two[] = {{"value", "10 USD"}, {"currency", "EUR"}};
	CHECK(change(c, "deals", a, two, 2, &err) == ST_INVALID);
	CHECK_STR(err.message, "“10 USD” and EUR are two currencies.");
	/* an amount alone is in the currency the record has */
	MUST(change_one(c, "deals", b, "value", "6000", &err));
	CHECK_STR(fixture_field(c, "deals", b, "value"), "6000");
	/* a pipeline's own currency comes after the amount */
	MUST(change_one(c, "pipelines", 1, "currency", "JPY", &err));
	int64_t d = fixture_add(c, "deals", "title=D", "value=700", NULL);
	CHECK_STR(fixture_field(c, "deals", d, "currency"), "JPY");
	CHECK_STR(fixture_field(c, "deals", d, "value"), "700");
}

TEST_ENGINES(amount_keeps_its_worth_when_the_currency_changes)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	int64_t n = fixture_add(c, "deals", "title=A", "value=1000", "recurring=20.50", NULL);
	CHECK(change_one(c, "deals", n, "currency", "JPY", &err) == ST_INVALID);
	CHECK_STR(err.field, "currency");
	CHECK_STR(fixture_field(c, "deals", n, "currency"), "EUR");
	MUST(change_one(c, "deals", n, "recurring", "20", &err));
	MUST(change_one(c, "deals", n, "currency", "JPY", &err));
	CHECK_STR(fixture_field(c, "deals", n, "value"), "1000");
	CHECK_STR(fixture_field(c, "deals", n, "recurring"), "20");
	MUST(change_one(c, "deals", n, "currency", "KWD", &err));
	CHECK_STR(fixture_field(c, "deals", n, "value"), "1000.000");
	int64_t p = fixture_add(c, "products", "name=P", "price=12 EUR", NULL);
	MUST(change_one(c, "products", p, "currency", "JPY", &err));
	CHECK_STR(fixture_field(c, "products", p, "price"), "12");
}

TEST_ENGINES(amount_filters_and_sorts_across_currencies)
{
	struct core *c = fixture_core(engine);
	fixture_add(c, "deals", "title=A", "value=5000 EUR", NULL);
	fixture_add(c, "deals", "title=B", "value=900 EUR", NULL);
	CHECK_STR(fixture_filter(c, "deals", "value>1k", "-value"), "1");
	fixture_add(c, "deals", "title=C", "value=4000 JPY", NULL);
	fixture_add(c, "deals", "title=D", "value=950.500 KWD", NULL);
	fixture_add(c, "deals", "title=E", "value=7000.1234 CLF", NULL);
	fixture_add(c, "deals", "title=F", NULL);
	CHECK_STR(fixture_filter(c, "deals", "", "-value"), "5 1 3 4 2 6");
	CHECK_STR(fixture_filter(c, "deals", "", "value"), "2 4 3 1 5 6");
	CHECK_STR(fixture_filter(c, "deals", "value>1k", "value"), "3 1 5");
	CHECK_STR(fixture_filter(c, "deals", "value>=5000", "value"), "1 5");
	CHECK_STR(fixture_filter(c, "deals", "value<=950.50", "value"), "2 4");
	CHECK_STR(fixture_filter(c, "deals", "value<950.5", "value"), "2");
	CHECK_STR(fixture_filter(c, "deals", "value:4000", NULL), "3");
	CHECK_STR(fixture_filter(c, "deals", "value:\"950.5 KWD\"", NULL), "4");
	CHECK_STR(fixture_filter(c, "deals", "value>\"950.501 KWD\"", "value"), "3 1 5");
	CHECK_STR(fixture_filter(c, "deals", "value:900..5000", "value"), "2 4 3 1");
	CHECK_STR(fixture_filter(c, "deals", "value!=4000", "title"), "1 2 4 5 6");
	CHECK_STR(fixture_filter(c, "deals", "-value:4000", "title"), "1 2 4 5 6");
	fixture_add(c, "products", "name=P", "price=100 JPY", NULL);
	fixture_add(c, "products", "name=Q", "price=20 EUR", NULL);
	CHECK_STR(fixture_filter(c, "products", "price>50", NULL), "1");
	CHECK_STR(fixture_filter(c, "products", "", "-price"), "1 2");
	fixture_add(c, "companies", "name=R", "annual_revenue=100 JPY", NULL);
	fixture_add(c, "companies", "name=S", "annual_revenue=20 EUR", NULL);
	CHECK_STR(fixture_filter(c, "companies", "revenue>50", NULL), "1");
}
