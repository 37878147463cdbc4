/* What another program changed is read again, and only by the screens that show such things. */
#include <string.h>

#include "core/crm/rows.h"
#include "core/helper/queue.h"
#include "core/crm/store.h"
#include "tests/unit/app_fixture.h"
#include "tests/unit/security_fixture.h"
#include "tui/ui/loop.h"

/* A moment in which the screen looks around; true when records count as changed. */
static bool later(struct stage *s, bool *anything)
{
	int64_t serial = s->app->serial, changes = s->app->changes;
	loop_advance(ui_loop(s->ui), 2000);
	settle(s);
	*anything = s->app->changes != changes;
	return s->app->serial != serial;
}

/* A job, and behind every door a contact's name, which nobody who does not read again can know. */
static void put_job(struct core *other, const char *title, const char *name)
{
	struct error err = {0};
	struct job_new j = {.kind = "tea", .target = {{1, 2, 3}}, .title = title};
	MUST(db_begin(other->db, &err));
	MUST(queue_add(other, &j, NULL, &err));
	MUST(rows_run(other, &err, "UPDATE contacts SET full_name = $1 WHERE num = 1", "t", name));
	MUST(db_commit(other->db, &err));
}

TEST_ENGINES(screen_work_in_the_queue_disturbs_no_list)
{
	struct stage s;
	bool anything;
	raise_curtain(&s, engine, 24, 100, false);
	(void)fixture_add(s.core, "contacts", "first_name=Ada", "last_name=Before", NULL);
	app_data_changed(s.app);
	struct core *other = second_core(engine);
	other->user = s.core->user;
	keys(&s, "g c");
	CHECK(sees(&s, "Ada Before"));
	(void)later(&s, &anything);
	put_job(other, "first tea", "Ada Behind");
	CHECK(!later(&s, &anything));
	CHECK(anything);
	CHECK(sees(&s, "Ada Before"));
	/* after a change of our own, and one of the queue, too */
	(void)fixture_add(s.core, "contacts", "last_name=Own", NULL);
	app_data_changed(s.app);
	settle(&s);
	CHECK(sees(&s, "Ada Behind") && sees(&s, "Own"));
	put_job(other, "second tea", "Ada Hidden");
	CHECK(!later(&s, &anything));
	CHECK(sees(&s, "Ada Behind"));
	/* a record */
	(void)fixture_add(other, "contacts", "last_name=Elsewhere", NULL);
	CHECK(later(&s, &anything));
	CHECK(sees(&s, "Ada Hidden") && sees(&s, "Elsewhere"));
	/* both at once */
	(void)fixture_add(other, "contacts", "last_name=Together", NULL);
	put_job(other, "third tea", "Ada Last");
	CHECK(later(&s, &anything));
	CHECK(sees(&s, "Ada Last") && sees(&s, "Together"));
	core_close(&other);
	curtain(&s);
}

TEST_ENGINES(screen_jobs_follow_the_queue)
{
	struct stage s;
	bool anything;
	raise_curtain(&s, engine, 60, 100, false);
	struct core *other = second_core(engine);
	other->user = s.core->user;
	keys(&s, ":jobs Enter");
	(void)later(&s, &anything);
	put_job(other, "first tea", "");
	CHECK(!later(&s, &anything));
	CHECK(sees(&s, "first tea"));
	keys(&s, "Esc");
	keys(&s, "g s");
	CHECK(sees(&s, "1 waiting"));
	put_job(other, "second tea", "");
	CHECK(!later(&s, &anything));
	CHECK(sees(&s, "2 waiting"));
	/* the numbers of a webhook */
	(void)fixture_add(s.core, "webhooks", "name=Shop", "url=https://hooks.example/x", "events=deal.won", NULL);
	app_data_changed(s.app);
	app_open_list(s.app, model_entity(s.core->model, "webhooks"), NULL, NULL);
	settle(&s);
	CHECK(sees(&s, "Shop"));
	CHECK(misses(&s, "777"));
	struct error err = {0};
	struct job_new j = {.kind = "webhook", .target = id_of(s.core, "webhooks", 1), .title = "x"};
	MUST(db_begin(other->db, &err));
	MUST(queue_add(other, &j, NULL, &err));
	MUST(rows_run(other, &err, "UPDATE job_targets SET last_error = 'a teapot', n_failed = 777 WHERE kind = 'webhook'", ""));
	MUST(db_commit(other->db, &err));
	CHECK(!later(&s, &anything));
	CHECK(sees(&s, "777"));
	core_close(&other);
	curtain(&s);
}
