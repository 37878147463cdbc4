/* Mail, senders, webhooks and jobs in the full screen, on the grid in memory; nothing is sent (no helper runs). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/crm/rows.h"
#include "core/crm/store.h"
#include "core/mail/delivery.h"
#include "tests/unit/app_fixture.h"

static void set_up(struct stage *s, enum db_engine engine, int rows, int cols)
{
	(void)setenv("SMTP_HOST", "mail.test.example", 1);
	(void)unsetenv("EMAIL_FROM");
	(void)unsetenv("EMAIL_PROVIDER");
	raise_curtain(s, engine, rows, cols, true);
	(void)fixture_add(s->core, "senders", "name=Alex Martin", "email=alex@simplix.example", "signature=Alex", NULL);
	(void)fixture_add(s->core, "templates", "name=Offer", "subject=For {{first_name}}", "body_text=Dear {{first_name}},\n\n{{deal.title | the offer}}\n", "body_html=<b>Dear {{first_name}}</b>", NULL);
}

static void to_zoe(struct stage *s)
{
	keys(s, "g c / 'botté' Enter Enter");
	CHECK(sees(s, "Atelier Botté"));
	keys(s, "m");
}

TEST_ENGINES(screen_mail_from_a_contact)
{
	struct stage s;
	set_up(&s, engine, 24, 80);
	to_zoe(&s);
	CHECK(sees(&s, "Zoé Botté <zoe@atelier-botte.example>"));
	CHECK(sees(&s, "Alex Martin <alex@simplix.example>"));
	type(&s, "Hello");
	golden(&s, "mail_80x24");
	keys(&s, "Down Enter");
	type(&s, "Dear Zoé,");
	keys(&s, "F2 F2");
	CHECK(sees(&s, "On its way to zoe@atelier-botte.example"));
	CHECK_INT(rows_int(s.core, 0, "SELECT count(*) FROM jobs", ""), 1);
	const char *num = fixture_filter(s.core, "activities", "contact:botté type:email", NULL);
	CHECK_STR(fixture_field(s.core, "activities", atoll(num), "mail_state"), "outbox");
	CHECK_STR(fixture_field(s.core, "activities", atoll(num), "body"), "Dear Zoé,\n\n-- \nAlex\n");
	CHECK(sees(&s, "Hello"));
	/* taken back while it waits */
	keys(&s, "u");
	CHECK_STR(fixture_filter(s.core, "activities", "contact:botté type:email", NULL), "");
	curtain(&s);
}

TEST_ENGINES(screen_mail_template_keeps_its_html_until_it_is_changed)
{
	struct stage s;
	set_up(&s, engine, 30, 100);
	to_zoe(&s);
	keys(&s, "Up Enter");
	CHECK(sees(&s, "Offer"));
	keys(&s, "Enter");
	CHECK(sees(&s, "For Zoé"));
	keys(&s, "F2");
	struct arena *a = arena_new();
	struct db_stmt *stmt;
	bool row;
	CHECK(rows_first(s.core, &stmt, &row, NULL, "SELECT payload FROM jobs", "") == ST_OK && row);
	const char *payload = rows_text(a, stmt, 0);
	db_done(stmt);
	CHECK(strstr(payload, "<b>Dear Zoé</b>") && strstr(payload, "the offer"));
	keys(&s, "m Up Enter Enter Down Down Enter");
	type(&s, "More. ");
	keys(&s, "F2 F2");
	CHECK(rows_first(s.core, &stmt, &row, NULL, "SELECT payload FROM jobs ORDER BY num DESC LIMIT 1", "") == ST_OK && row);
	payload = rows_text(a, stmt, 0);
	db_done(stmt);
	CHECK(strstr(payload, "More. Dear Zoé") && !strstr(payload, "<b>"));
	/* another template does not throw away what was written */
	keys(&s, "m Down Enter");
	type(&s, "My own words");
	keys(&s, "F2 Up Up Enter Enter");
	CHECK(sees(&s, "Replace what you wrote?"));
	keys(&s, "Esc");
	CHECK(sees(&s, "My own words"));
	arena_free(&a);
	curtain(&s);
}

TEST_ENGINES(screen_mail_that_may_not_be_sent_asks)
{
	struct stage s;
	set_up(&s, engine, 24, 90);
	struct error err = {0};
	struct mail_event e = {.what = MAIL_BOUNCED, .dead = true, .provider = "smtp", .address = "zoe@atelier-botte.example", .reason = "550 nobody"};
	MUST(mail_events_record(s.core, &e, 1, NULL, &err));
	app_data_changed(s.app);
	to_zoe(&s);
	type(&s, "Again");
	keys(&s, "Down Enter");
	type(&s, "x");
	keys(&s, "F2 F2");
	CHECK(sees(&s, "Send it anyway?"));
	CHECK(sees(&s, "550 nobody"));
	CHECK_INT(rows_int(s.core, -1, "SELECT count(*) FROM jobs", ""), 0);
	keys(&s, "Esc");
	CHECK(sees(&s, "Again"));
	keys(&s, "F2");
	keys(&s, "S");
	CHECK(sees(&s, "On its way"));
	CHECK_INT(rows_int(s.core, -1, "SELECT count(*) FROM jobs", ""), 1);
	curtain(&s);
}

/* What is being written outlives the program. */
TEST_ENGINES(screen_mail_is_kept_when_the_line_breaks)
{
	struct stage s;
	set_up(&s, engine, 24, 80);
	to_zoe(&s);
	type(&s, "Half a mail");
	keys(&s, "Tab");
	app_keep_screens(s.app);
	app_leave_screens(s.app);
	app_begin(s.app);
	settle(&s);
	CHECK(sees(&s, "Half a mail"));
	CHECK(sees(&s, "An unfinished mail"));
	keys(&s, "Esc D");
	CHECK(misses(&s, "Half a mail"));
	curtain(&s);
}

TEST_ENGINES(screen_mail_says_what_to_set_up)
{
	struct stage s;
	raise_curtain(&s, engine, 24, 100, true);
	(void)unsetenv("EMAIL_FROM");
	to_zoe(&s);
	CHECK(sees(&s, "Nothing is set up to send mail with."));
	keys(&s, "g p m");
	curtain(&s);
}

/* Events are chosen from a tree, one after another; chosen again they go. */
TEST_ENGINES(screen_webhook_events_are_chosen)
{
	struct stage s;
	raise_curtain(&s, engine, 36, 100, true);
	commands_run(s.app->commands, "settings.webhooks");
	settle(&s);
	keys(&s, "n");
	type(&s, "Hook");
	keys(&s, "Tab");
	type(&s, "https://hooks.example/x");
	keys(&s, "Tab F4");
	CHECK(sees(&s, "contact.created"));
	type(&s, "deal.won");
	keys(&s, "Enter");
	CHECK(sees(&s, "deal.won"));
	keys(&s, "F4");
	CHECK(sees(&s, "chosen"));
	type(&s, "contact.*");
	keys(&s, "Enter F2");
	CHECK(sees(&s, "whsec_"));
	CHECK_STR(fixture_field(s.core, "webhooks", 1, "events"), "deal.won, contact.*");
	keys(&s, "Esc e Tab Tab F4");
	type(&s, "deal.won");
	keys(&s, "Enter F2");
	CHECK_STR(fixture_field(s.core, "webhooks", 1, "events"), "contact.*");
	curtain(&s);
}

TEST_ENGINES(screen_webhook_test_call_and_jobs)
{
	struct stage s;
	raise_curtain(&s, engine, 24, 100, true);
	(void)fixture_add(s.core, "webhooks", "name=Billing", "url=https://hooks.example/x", "events=deal.*", NULL);
	app_data_changed(s.app);
	commands_run(s.app->commands, "settings.webhooks");
	settle(&s);
	CHECK(sees(&s, "Billing"));
	keys(&s, "t");
	CHECK(sees(&s, "webhook.test"));
	keys(&s, "Enter");
	CHECK(sees(&s, "What is sent"));
	CHECK(sees(&s, "\"test\": true"));
	keys(&s, "Esc C");
	CHECK(sees(&s, "Cancelled"));
	CHECK_INT(rows_int(s.core, -1, "SELECT count(*) FROM jobs WHERE state = 'cancelled'", ""), 1);
	keys(&s, "R");
	CHECK_INT(rows_int(s.core, -1, "SELECT count(*) FROM jobs WHERE state = 'pending'", ""), 1);
	keys(&s, "Esc P");
	CHECK_STR(fixture_filter(s.core, "webhooks", "active:no", NULL), "1");
	keys(&s, "P");
	CHECK_STR(fixture_filter(s.core, "webhooks", "active:no", NULL), "");
	keys(&s, "N");
	CHECK(sees(&s, "Make a new secret?"));
	keys(&s, "N");
	CHECK(sees(&s, "whsec_"));
	curtain(&s);
}
