/* Mail from a template to what became of it: variables, recipients, files, the letter a job keeps, the outbox, events in any order, reports of services
 * and mail servers, what a domain says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/crm/rows.h"
#include "core/crm/store.h"
#include "core/crm/undo.h"
#include "core/helper/http.h"
#include "core/helper/kind.h"
#include "core/mail/delivery.h"
#include "core/mail/domain_check.h"
#include "core/mail/draft.h"
#include "core/mail/letter.h"
#include "core/mail/outbox.h"
#include "core/mail/reports.h"
#include "core/mail/template.h"
#include "tests/unit/security_fixture.h"

static const int64_t noon = INT64_C(1790000000000);

static void set_up_smtp(void)
{
	(void)setenv("EMAIL_FROM", "desk@test.example", 1);
	(void)setenv("SMTP_HOST", "mail.test.example", 1);
	(void)unsetenv("EMAIL_PROVIDER");
}

static int64_t person(struct core *c)
{
	return fixture_add(c, "contacts", "first_name=Zoé", "last_name=O'Neil & Co", "email=zoe@client.example", NULL);
}

/* Templates */

static const char *filled(struct core *c, const char *text, struct id contact, bool html, const char **missing)
{
	static char out[600];
	struct error err = {0};
	struct arena *a = arena_new();
	const char *s = "", *without = "";
	static char kept[200];
	struct template_about about = {.contact = contact, .sender_name = "Ada"};
	if (template_fill(c, text, &about, html, a, &s, &without, &err) != ST_OK)
		s = err.message;
	(void)snprintf(out, sizeof out, "%s", s);
	(void)snprintf(kept, sizeof kept, "%s", without);
	*missing = kept;
	arena_free(&a);
	return out;
}

TEST_ENGINES(template_is_filled_in)
{
	struct core *c = fixture_core(engine);
	const char *missing;
	struct id id = id_of(c, "contacts", person(c));
	CHECK_STR(filled(c, "Bonjour {{first_name}} {{ contact.last_name }} !", id, false, &missing), "Bonjour Zoé O'Neil & Co !");
	CHECK_STR(missing, "");
	CHECK_STR(filled(c, "<p>{{last_name}}</p>", id, true, &missing), "<p>O'Neil &amp; Co</p>");
	CHECK_STR(filled(c, "{{job_title | Madame}}, {{job_title|}}x", id, false, &missing), "Madame, x");
	CHECK_STR(missing, "");
	CHECK_STR(filled(c, "{{job_title}}-{{job_title}}-{{deal.title}}", id, false, &missing), "--");
	CHECK_STR(missing, "job_title, deal.title");
	CHECK_STR(filled(c, "{{me.full_name}} {{sender.name}} {{organization.name}}", id, false, &missing), "Ada Owner Ada Test SARL");
	CHECK_STR(filled(c, "no } braces { at all", id, false, &missing), "no } braces { at all");
	/* a value is never read for variables again */
	struct id sly = id_of(c, "contacts", fixture_add(c, "contacts", "first_name={{me.email}}", NULL));
	CHECK_STR(filled(c, "{{first_name}}", sly, false, &missing), "{{me.email}}");
}

TEST_ENGINES(template_names_are_checked_when_it_is_saved)
{
	struct core *c = fixture_core(engine);
	static const struct {
		const char *text;
		bool good;
	} cases[] = {{"{{first_name}}", true}, {"{{deal.expected_close_date}} {{today}}", true}, {"{{frist_name}}", false}, {"{{contact.}}", false}, {"{{}}", false},
		{"{{first_name", false}, {"{{first\nname}}", false}, {"{{me.password}}", false}, {"{{deal.nothing}}", false}, {"{{webhook.url}}", false}, {"{{sort_key}}", false}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = {0};
		enum status st = template_check(c, cases[i].text, "body_text", &err);
		if (!CHECK_INT(st == ST_OK, cases[i].good))
			(void)printf("  %s\n", cases[i].text);
		if (!cases[i].good)
			CHECK_STR(err.field, "body_text");
	}
	int64_t num = fixture_add(c, "templates", "name=Welcome", "subject=Bienvenue {{first_name}} !", "body_text={{first_name}} {{company.name | vous}}", NULL);
	CHECK_STR(fixture_field(c, "templates", num, "variables"), "first_name, company.name");
}

/* Recipients and files */

TEST_ENGINES(draft_reads_recipients)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct mail_addresses to;
	struct id contact = {{0}}, zoe = id_of(c, "contacts", person(c));
	MUST(draft_people(c, "Zoé O'Neil & Co; \"Durand, Max\" <max@x.example>, plain@y.example", "to", a, &to, &contact, &err));
	CHECK_INT(to.n, 3);
	CHECK_STR(to.at[0].email, "zoe@client.example");
	CHECK_STR(to.at[1].name, "Durand, Max");
	CHECK_STR(to.at[1].email, "max@x.example");
	CHECK_STR(to.at[2].email, "plain@y.example");
	CHECK(id_eq(&contact, &zoe));
	/* an address of the book brings its person along */
	contact = (struct id){{0}};
	MUST(draft_people(c, "zoe@client.example", "to", a, &to, &contact, &err));
	CHECK(id_eq(&contact, &zoe));
	CHECK_STR(to.at[0].name, "Zoé O'Neil & Co");
	CHECK_INT(draft_people(c, "nobody of that name", "cc", a, &to, &contact, &err), ST_NOT_FOUND);
	CHECK_STR(err.field, "cc");
	CHECK_INT(draft_people(c, "a@b.example\r\nBcc: x@y.example", "to", a, &to, &contact, &err), ST_INVALID);
	CHECK_INT(draft_people(c, "Max <not an address>", "to", a, &to, &contact, &err), ST_NOT_FOUND);
	arena_free(&a);
}

TEST(draft_reads_files)
{
	struct error err = {0};
	struct arena *a = arena_new();
	const struct mail_part *parts;
	size_t n = 0;
	const char *path = arena_printf(a, "%s/offre, été.pdf", test_dir());
	FILE *f = fopen(path, "w");
	(void)fputs("%PDF", f);
	(void)fclose(f);
	MUST(draft_files(arena_printf(a, "\"%s\"", path), a, &parts, &n, &err));
	CHECK_INT(n, 1);
	CHECK_STR(parts[0].name, "offre, été.pdf");
	CHECK_STR(parts[0].type, "application/pdf");
	CHECK_INT(parts[0].n, 4);
	CHECK_INT(draft_files("/nowhere/x.pdf", a, &parts, &n, &err), ST_NOT_FOUND);
	CHECK_INT(draft_files(test_dir(), a, &parts, &n, &err), ST_INVALID);
	CHECK_INT(draft_files("/dev/zero", a, &parts, &n, &err), ST_INVALID);
	MUST(draft_files("", a, &parts, &n, &err));
	CHECK_INT(n, 0);
	arena_free(&a);
}

TEST(letter_comes_back_as_it_was)
{
	struct error err = {0};
	struct arena *a = arena_new();
	const struct mail_address to[] = {{"Zoé", "z@x.example"}, {NULL, "y@x.example"}}, cc[] = {{"C", "c@x.example"}}, bcc[] = {{NULL, "b@x.example"}};
	const struct mail_part parts[] = {{"a\xc3\xa9.bin", "application/octet-stream", "\0\xff\n\r", 4, NULL}, {"i.png", "image/png", "", 0, "logo"}};
	struct letter l = {.mail = {.from = {"Ada", "a@x.example"}, .reply_to = {NULL, "r@x.example"}, .to = {to, 2}, .cc = {cc, 1}, .bcc = {bcc, 1}, .subject = "Été \"x\"",
				   .text = "a\n.\n", .html = "<p>", .parts = parts, .parts_n = 2, .message_id = "1@x", .in_reply_to = "0@x", .at = noon},
		.activity = {{1, 2, 3}}}, back;
	MUST(letter_read(letter_write(&l, a), a, &back, &err));
	CHECK_STR(letter_write(&back, a), letter_write(&l, a));
	CHECK_INT(back.mail.parts_n, 2);
	CHECK_INT(back.mail.parts[0].n, 4);
	CHECK(memcmp(back.mail.parts[0].data, "\0\xff\n\r", 4) == 0);
	CHECK(id_eq(&back.activity, &l.activity));
	CHECK_INT(letter_read("{\"parts\":[{\"data\":\"%%%\"}]}", a, &back, &err), ST_INVALID);
	CHECK_INT(letter_read("nonsense", a, &back, &err), ST_INVALID);
	arena_free(&a);
}

/* The outbox */

static int64_t post(struct core *c, const char *to, struct id *activity, int64_t *job)
{
	struct error err = {0};
	struct mail_address address = {NULL, to};
	struct outgoing o = {.mail = {.to = {&address, 1}, .subject = "Offer", .text = "Hello"}};
	MUST(outbox_add(c, &o, activity, job, &err));
	struct arena *a = arena_new();
	struct record *r;
	MUST(store_load(c, model_entity(c->model, "activities"), activity, a, &r, &err));
	int64_t num = r->num;
	arena_free(&a);
	return num;
}

TEST_ENGINES(outbox_writes_mail_activity_and_job_as_one)
{
	set_up_smtp();
	struct core *c = fixture_core(engine);
	struct id activity;
	int64_t job = 0;
	(void)person(c);
	int64_t num = post(c, "zoe@client.example", &activity, &job);
	CHECK(job > 0);
	CHECK_STR(fixture_field(c, "activities", num, "status"), "planned");
	CHECK_STR(fixture_field(c, "activities", num, "mail_state"), "outbox");
	CHECK_STR(fixture_field(c, "activities", num, "contact"), "Zoé O'Neil & Co");
	CHECK_STR(fixture_field(c, "activities", num, "mail_to"), "zoe@client.example");
	CHECK_INT(rows_int(c, 0, "SELECT mail_job FROM activities WHERE num = $1", "i", num), job);
	/* a mail that is refused leaves nothing */
	struct error err = {0};
	struct mail_address bad = {NULL, "no address"};
	struct outgoing o = {.mail = {.to = {&bad, 1}, .text = "x"}};
	CHECK_INT(outbox_add(c, &o, NULL, &job, &err), ST_INVALID);
	o = (struct outgoing){.mail = {.text = "x"}};
	CHECK(outbox_add(c, &o, NULL, &job, &err) != ST_OK);
	CHECK_STR(peek(c, "SELECT count(*) FROM jobs"), "1");
	CHECK_STR(peek(c, "SELECT count(*) FROM activities"), "1");
}

static enum status request_of(struct core *c, int64_t num, struct arena *a, struct http_request *r, struct error *err)
{
	struct job j = {.num = num, .kind = "mail", .payload = arena_strdup(a, peek(c, "SELECT payload FROM jobs ORDER BY num DESC LIMIT 1"))};
	return mail_kind.request(c, &j, a, r, err);
}

TEST_ENGINES(outbox_what_is_undone_before_it_leaves_stays_here)
{
	set_up_smtp();
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct http_request r;
	struct undo_report report;
	struct id activity;
	int64_t job = 0;
	(void)post(c, "x@client.example", &activity, &job);
	MUST(request_of(c, job, a, &r, &err));
	CHECK_STR(r.rcpt[0], "x@client.example");
	MUST(undo_last(c, &report, &err));
	CHECK_INT(request_of(c, job, a, &r, &err), ST_CANCELLED);
	arena_free(&a);
}

TEST_ENGINES(outbox_bcc_is_in_the_envelope_alone)
{
	set_up_smtp();
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct http_request r;
	struct mail_address to = {NULL, "to@x.example"}, cc = {NULL, "cc@x.example"}, bcc = {NULL, "bcc@x.example"};
	struct outgoing o = {.mail = {.to = {&to, 1}, .cc = {&cc, 1}, .bcc = {&bcc, 1}, .subject = "s", .text = "t"}};
	int64_t job;
	MUST(outbox_add(c, &o, NULL, &job, &err));
	MUST(request_of(c, job, a, &r, &err));
	CHECK_STR(r.rcpt[0], "to@x.example");
	CHECK_STR(r.rcpt[1], "cc@x.example");
	CHECK_STR(r.rcpt[2], "bcc@x.example");
	CHECK(r.rcpt[3] == NULL);
	CHECK(strstr(r.body, "cc@x.example") != NULL);
	CHECK(strstr(r.body, "bcc@x.example") == NULL);
	/* whoever else is of the book takes part; Bcc is nobody's business */
	(void)person(c);
	(void)fixture_add(c, "contacts", "first_name=Hidden", "email=hidden@client.example", NULL);
	struct mail_address both[] = {{NULL, "to@x.example"}, {NULL, "zoe@client.example"}}, hidden = {NULL, "hidden@client.example"};
	o = (struct outgoing){.mail = {.to = {both, 2}, .bcc = {&hidden, 1}, .subject = "s", .text = "t"}};
	MUST(outbox_add(c, &o, NULL, &job, &err));
	CHECK_STR(peek(c, "SELECT k.first_name || p.role FROM activity_participants p JOIN contacts k ON k.id = p.contact_id"), "Zoéto");
	CHECK_STR(peek(c, "SELECT count(*) FROM activity_participants"), "1");
	arena_free(&a);
}

/* What became of it */

static void happen(struct core *c, struct mail_event e)
{
	struct error err = {0};
	if (!e.provider)
		e.provider = "sendgrid";
	MUST(mail_events_record(c, &e, 1, NULL, &err));
}

TEST_ENGINES(delivery_has_one_effect_in_any_order)
{
	static const enum mail_happening orders[][3] = {{MAIL_SENT, MAIL_DELIVERED, MAIL_BOUNCED}, {MAIL_BOUNCED, MAIL_DELIVERED, MAIL_SENT}, {MAIL_DELIVERED, MAIL_BOUNCED, MAIL_SENT}};
	static const char *const ids[] = {[MAIL_SENT] = "s", [MAIL_DELIVERED] = "d", [MAIL_BOUNCED] = "b"};
	set_up_smtp();
	struct core *c = fixture_core(engine);
	for (size_t k = 0; k < 3; k++) {
		struct error err = {0};
		struct id activity;
		struct arena *a = arena_new();
		int64_t job = 0;
		const char *address = arena_printf(a, "p%zu@client.example", k), *row;
		(void)fixture_add(c, "contacts", "first_name=P", arena_printf(a, "email=%s", address), NULL);
		int64_t num = post(c, address, &activity, &job);
		for (int round = 0; round < 2; round++)
			for (size_t i = 0; i < 3; i++)
				happen(c, (struct mail_event){.what = orders[k][i], .dead = true, .id = arena_printf(a, "%s%zu", ids[orders[k][i]], k), .job = job,
						      .address = arena_printf(a, "P%zu@client.example", k), .reason = "550 no such user", .at = noon});
		CHECK_STR(fixture_field(c, "activities", num, "mail_state"), "bounced");
		CHECK_STR(fixture_field(c, "activities", num, "mail_note"), "550 no such user");
		CHECK_INT(rows_int(c, -1, "SELECT count(*) FROM email_logs l JOIN activities a ON a.id = l.activity_id WHERE a.num = $1", "i", num), 3);
		row = peek(c, arena_printf(a, "SELECT status || ' ' || status_reason FROM contact_emails WHERE address = '%s'", address));
		CHECK_STR(row, "bounced 550 no such user");
		CHECK_INT(rows_int(c, -1, "SELECT count(*) FROM activities WHERE type = 'task'", ""), (int64_t)k + 1); /* once, however often it is said */
		CHECK_INT(mail_may_write(c, address, &err), ST_CONFLICT);
		CHECK_STR(err.field, "to");
		arena_free(&a);
	}
}

TEST_ENGINES(delivery_soft_refusals_leave_the_address_alone)
{
	set_up_smtp();
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct id activity;
	int64_t job = 0;
	int64_t contact = person(c), num = post(c, "zoe@client.example", &activity, &job);
	happen(c, (struct mail_event){.what = MAIL_BOUNCED, .dead = false, .id = "x", .job = job, .address = "zoe@client.example", .reason = "552 full"});
	CHECK_STR(fixture_field(c, "activities", num, "mail_state"), "bounced");
	CHECK_STR(peek(c, "SELECT status FROM contact_emails"), "unknown");
	MUST(mail_may_write(c, "zoe@client.example", &err));
	happen(c, (struct mail_event){.what = MAIL_UNSUBSCRIBED, .id = "u", .job = job, .address = "zoe@client.example"});
	CHECK_STR(fixture_field(c, "contacts", contact, "do_not_email"), "1");
	CHECK_INT(mail_may_write(c, "zoe@client.example", &err), ST_CONFLICT);
	happen(c, (struct mail_event){.what = MAIL_COMPLAINT, .id = "c", .job = job, .address = "zoe@client.example"});
	happen(c, (struct mail_event){.what = MAIL_DELIVERED, .id = "d", .job = job, .address = "zoe@client.example"});
	CHECK_STR(peek(c, "SELECT status FROM contact_emails"), "complained"); /* "valid" does not wash it away */
	MUST(mail_may_write(c, "who@nobody.example", &err));
}

/* Two databases at one service: the other's job of the same number is not ours. */
TEST_ENGINES(delivery_a_number_alone_is_not_believed)
{
	set_up_smtp();
	struct core *c = fixture_core(engine);
	struct id activity;
	char tag[MAIL_TAG_SIZE];
	int64_t job = 0, num = post(c, "zoe@client.example", &activity, &job);
	happen(c, (struct mail_event){.what = MAIL_BOUNCED, .dead = true, .id = "1", .job = job, .address = "other@else.example"});
	happen(c, (struct mail_event){.what = MAIL_BOUNCED, .dead = true, .id = "2", .job = job, .tag = "0123456789ab", .address = "zoe@client.example"});
	CHECK_STR(fixture_field(c, "activities", num, "mail_state"), "outbox");
	CHECK_STR(peek(c, "SELECT count(*) FROM email_logs"), "0");
	struct arena *a = arena_new();
	const char *reason = arena_printf(a, "550 %0*d", 300000, 1);
	happen(c, (struct mail_event){.what = MAIL_BOUNCED, .dead = true, .id = "3", .job = job, .tag = mail_job_tag(&activity, tag), .address = "zoe@client.example", .reason = reason});
	CHECK_STR(fixture_field(c, "activities", num, "mail_state"), "bounced");
	CHECK(strlen(peek(c, "SELECT mail_note FROM activities WHERE mail_note IS NOT NULL")) < 600);
	arena_free(&a);
}

TEST_ENGINES(delivery_is_sent_after_all)
{
	set_up_smtp();
	struct core *c = fixture_core(engine);
	struct id activity;
	int64_t job = 0, num = post(c, "zoe@client.example", &activity, &job);
	happen(c, (struct mail_event){.what = MAIL_DROPPED, .ours = true, .id = "job/0", .job = job, .reason = "No"});
	CHECK_STR(fixture_field(c, "activities", num, "mail_state"), "failed");
	CHECK_STR(fixture_field(c, "activities", num, "status"), "cancelled");
	happen(c, (struct mail_event){.what = MAIL_SENT, .ours = true, .id = "job/1", .job = job});
	CHECK_STR(fixture_field(c, "activities", num, "mail_state"), "sent");
	CHECK_STR(fixture_field(c, "activities", num, "status"), "done");
	/* a list of dead addresses finds the mail by its address, soon after */
	happen(c, (struct mail_event){.what = MAIL_BOUNCED, .dead = true, .address = "zoe@client.example", .at = clock_now()});
	CHECK_STR(fixture_field(c, "activities", num, "mail_state"), "sent"); /* nobody in the book has it */
}

/* Reports */

static int read_report(const char *provider, const char *list, const char *text, struct arena *a, struct mail_event **e)
{
	struct error err = {0};
	int n = 0;
	if (mail_report_read(provider, list, text, strlen(text), a, e, &n, &err) != ST_OK)
		return -1;
	return n;
}

TEST(report_sendgrid)
{
	struct arena *a = arena_new();
	struct mail_event *e;
	CHECK_INT(read_report("sendgrid", NULL,
			  "[{\"email\":\"a@b.c\",\"timestamp\":1700000000,\"event\":\"bounce\",\"type\":\"bounce\",\"sg_event_id\":\"e1\",\"reason\":\"550 5.1.1 no\",\"status\":\"5.1.1\",\"job\":\"job-7\"},"
			  "{\"email\":\"a@b.c\",\"event\":\"bounce\",\"type\":\"blocked\",\"sg_event_id\":\"e2\"},{\"event\":\"open\"},{\"event\":\"spamreport\",\"email\":\"x@y.z\"}]", a, &e), 3);
	CHECK_INT(e[0].what, MAIL_BOUNCED);
	CHECK_INT(e[0].job, 7);
	CHECK_INT(e[0].at, INT64_C(1700000000000));
	CHECK(e[0].dead && !e[1].dead);
	CHECK_INT(e[2].what, MAIL_COMPLAINT);
	CHECK_INT(read_report("sendgrid", "bounces", "[{\"created\":1700000000,\"email\":\"a@b.c\",\"reason\":\"550\",\"status\":\"5.1.1\"}]", a, &e), 1);
	CHECK(e[0].dead);
	CHECK_INT(read_report("sendgrid", "spam_reports", "[{\"created\":1700000000,\"email\":\"a@b.c\"}]", a, &e), 1);
	CHECK_INT(e[0].what, MAIL_COMPLAINT);
	CHECK_INT(read_report("sendgrid", NULL, "[{\"event\":\"bounce\",\"job\":\"job-7x\",\"timestamp\":1e30}]", a, &e), 1);
	CHECK(e[0].job == 0 && e[0].at == 0);
	CHECK_INT(read_report("sendgrid", NULL, "{not json", a, &e), -1);
	CHECK_INT(read_report("pigeon", NULL, "[]", a, &e), -1);
	arena_free(&a);
}

TEST(report_mailgun)
{
	struct arena *a = arena_new();
	struct mail_event *e;
	CHECK_INT(read_report("mailgun", NULL,
			  "{\"items\":[{\"event\":\"failed\",\"severity\":\"permanent\",\"reason\":\"bounce\",\"id\":\"m1\",\"timestamp\":1700000000.5,\"recipient\":\"a@b.c\","
			  "\"delivery-status\":{\"code\":550,\"message\":\"550 5.1.1 No such user\"},\"user-variables\":{\"job\":\"job-9\"},\"message\":{\"headers\":{\"message-id\":\"1@x\"}}},"
			  "{\"event\":\"failed\",\"severity\":\"temporary\",\"id\":\"m2\",\"recipient\":\"a@b.c\"},{\"event\":\"opened\"}]}", a, &e), 2);
	CHECK_INT(e[0].what, MAIL_BOUNCED);
	CHECK(e[0].dead);
	CHECK_INT(e[0].job, 9);
	CHECK_STR(e[0].message_id, "1@x");
	CHECK_INT(e[0].at, INT64_C(1700000000500));
	CHECK_INT(e[1].what, MAIL_DEFERRED);
	CHECK_INT(read_report("mailgun", NULL, "{\"event-data\":{\"event\":\"complained\",\"recipient\":\"a@b.c\"}}", a, &e), 1);
	CHECK_INT(e[0].what, MAIL_COMPLAINT);
	arena_free(&a);
}

TEST(report_ses)
{
	struct arena *a = arena_new();
	struct mail_event *e;
	static const char event[] = "{\\\"eventType\\\":\\\"Bounce\\\",\\\"mail\\\":{\\\"messageId\\\":\\\"i\\\",\\\"tags\\\":{\\\"job\\\":[\\\"job-3\\\"]}},\\\"bounce\\\":{\\\"bounceType\\\":\\\"Permanent\\\",\\\"feedbackId\\\":\\\"f\\\","
				    "\\\"timestamp\\\":\\\"2026-01-01T00:00:00.000Z\\\",\\\"bouncedRecipients\\\":[{\\\"emailAddress\\\":\\\"a@b.c\\\",\\\"status\\\":\\\"5.1.1\\\",\\\"diagnosticCode\\\":\\\"smtp; 550\\\"}]}}";
	CHECK_INT(read_report("ses", NULL, arena_printf(a, "{\"Type\":\"Notification\",\"Message\":\"%s\"}", event), a, &e), 1);
	CHECK_INT(e[0].what, MAIL_BOUNCED);
	CHECK(e[0].dead);
	CHECK_INT(e[0].job, 3);
	CHECK_STR(e[0].address, "a@b.c");
	CHECK_INT(read_report("ses", NULL, "{\"SuppressedDestinationSummaries\":[{\"EmailAddress\":\"a@b.c\",\"Reason\":\"COMPLAINT\",\"LastUpdateTime\":1.7e9},{\"EmailAddress\":\"d@b.c\",\"Reason\":\"BOUNCE\"}]}", a, &e), 2);
	CHECK_INT(e[0].what, MAIL_COMPLAINT);
	CHECK(e[1].dead);
	CHECK_INT(read_report("ses", NULL, "{\"Message\":\"not json\"}", a, &e), -1);
	arena_free(&a);
}

TEST(report_delivery_status)
{
	static const char report[] = "From: MAILER-DAEMON@x\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"b\"\r\nMessage-ID: <own@x>\r\n\r\n--b\r\n\r\nSorry.\r\n\r\n--b\r\n"
				     "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nOriginal-Recipient: rfc822; first@b.c\r\nFinal-Recipient: rfc822; moved@b.c\r\n"
				     "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n No such\r\n\tuser\r\n\r\nFinal-Recipient: rfc822;full@b.c\r\nAction: failed\r\nStatus: 5.2.2\r\n"
				     "\r\nFinal-Recipient: rfc822; late@b.c\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: x\r\nMessage-ID: <abc@ours>\r\n\r\n--b--\r\n";
	struct arena *a = arena_new();
	struct mail_event *e;
	CHECK_INT(read_report("dsn", NULL, report, a, &e), 3);
	CHECK_STR(e[0].address, "first@b.c");
	CHECK_STR(e[0].message_id, "abc@ours");
	CHECK_STR(e[0].reason, "550 5.1.1 No such user");
	CHECK(e[0].dead && !e[1].dead);
	CHECK_INT(e[1].what, MAIL_BOUNCED);
	CHECK_INT(e[2].what, MAIL_DEFERRED);
	CHECK_INT(read_report("dsn", NULL, "Subject: hello\r\n\r\nNo report at all.\r\n", a, &e), -1);
	CHECK_INT(read_report("dsn", NULL, "Content-Type: x\nContent-Type: message/delivery-status", a, &e), 0);
	/* cut anywhere, nothing is read beyond the end */
	for (size_t n = 0; n < sizeof report; n++) {
		struct error err = {0};
		char *copy = mem_strndup(report, n);
		int count;
		(void)mail_report_read("dsn", NULL, copy, n, a, &e, &count, &err);
		free(copy);
	}
	arena_free(&a);
}

/* The domain */

TEST(domain_verdicts)
{
	struct arena *a = arena_new();
	struct domain_check d;
	domain_judge("v=spf1 mx ~all", 1, "v=DKIM1; k=rsa; p=MIGf", "v=DMARC1; p=reject", NULL, a, &d);
	CHECK(d.spf == PROOF_GOOD && d.dkim == PROOF_GOOD && d.dmarc == PROOF_GOOD);
	domain_judge("v=spf1 mx ~all", 2, "v=DKIM1; p=", "v=DMARC1", NULL, a, &d);
	CHECK(d.spf == PROOF_WEAK && d.dkim == PROOF_WEAK && d.dmarc == PROOF_WEAK);
	domain_judge("", 0, "", "", "mailgun", a, &d);
	CHECK(d.spf == PROOF_MISSING && d.dkim == PROOF_MISSING && d.dmarc == PROOF_MISSING);
	CHECK(strstr(d.spf_said, "include:mailgun.org") != NULL);
	domain_judge("v=spf1 +all", 1, NULL, NULL, NULL, a, &d);
	CHECK(d.spf == PROOF_WEAK && d.dkim == PROOF_UNKNOWN && d.dmarc == PROOF_UNKNOWN);
	domain_judge("v=spf1 mx -all", 1, "p=x", "v=DMARC1; p=none", "sendgrid", a, &d);
	CHECK_INT(d.spf, PROOF_WEAK);
	domain_judge("v=spf1 include:sendgrid.net -all", 1, "p=x", "v=DMARC1; p=none", "sendgrid", a, &d);
	CHECK_INT(d.spf, PROOF_GOOD);
	arena_free(&a);
}
