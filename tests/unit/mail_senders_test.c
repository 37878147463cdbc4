/* Requests to the services that send mail, their signature, what their answers mean; and what a mail server's reply means. */
#include "core/base/json.h"
#include "core/mail/dsn.h"
#include "core/mail/senders.h"
#include "core/mail/sigv4.h"
#include "tests/unit/mail_fixture.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct mail_address to[] = {{"Zoë \"Z\" O'Neil", "zoe@example.com"}, {NULL, "b@example.com"}};
static const struct mail_address cc[] = {{"", "B@example.com"}, {"Cy", "cy@example.com"}};
static const struct mail_address bcc[] = {{"Hid", "hid@example.net"}};
static const struct mail_part parts[] = {{"Offre été.pdf", "application/pdf; x=1", "%PDF\r\n\0x", 8, NULL}, {"logo.png", "image/png", "\x89PNG", 4, "logo.1"}};
static const struct mail_header headers[] = {{"List-Unsubscribe", "<https://example.com/u>"}, {"X-Note", "été"}};

static struct mail sample(void)
{
	return (struct mail){.from = {"Simplix", "crm@example.org"}, .reply_to = {NULL, "ada@example.org"}, .to = {to, 2}, .cc = {cc, 2},
		.bcc = {bcc, 1}, .subject = "Ça va?", .text = "Bonjour é\n.\n", .html = "<p>Bonjour <img src=\"cid:logo.1\"></p>", .parts = parts,
		.parts_n = 2, .headers = headers, .headers_n = 2, .message_id = "1.abc@example.org", .in_reply_to = "0.abc@example.com",
		.at = INT64_C(1772270965000)};
}

static const char *header_of(const struct mail_request *r, const char *name)
{
	for (size_t i = 0; i < r->headers_n; i++)
		if (strcmp(r->headers[i].name, name) == 0)
			return r->headers[i].value;
	return NULL;
}

TEST(mail_sendgrid_request)
{
	struct arena *a = arena_new();
	struct error err = {0};
	struct mail m = sample();
	struct mail_request r;
	struct cJSON *doc = NULL;
	MUST(mail_request_sendgrid(NULL, "SG.key", &m, "job-1", a, &r, &err));
	CHECK_STR(r.url, "https://api.sendgrid.com/v3/mail/send");
	CHECK_STR(header_of(&r, "Authorization"), "Bearer SG.key");
	MUST(json_parse(r.body, r.body_n, &doc, &err));
	const struct cJSON *p = json_at(json_get(doc, "personalizations"), 0);
	CHECK_STR(json_text(json_get(json_at(json_get(p, "to"), 0), "name")), to[0].name);
	CHECK(!json_get(json_at(json_get(p, "to"), 1), "name"));
	CHECK_STR(json_text(json_get(json_at(json_get(p, "cc"), 0), "email")), "cy@example.com"); /* b is in To already */
	CHECK_STR(json_text(json_get(json_at(json_get(p, "bcc"), 0), "email")), "hid@example.net");
	CHECK_STR(json_text(json_get(json_get(p, "custom_args"), "job")), "job-1");
	CHECK_STR(json_text(json_get(json_at(json_get(doc, "content"), 0), "type")), "text/plain");
	CHECK_STR(json_text(json_get(json_at(json_get(doc, "content"), 1), "value")), m.html);
	const struct cJSON *file = json_at(json_get(doc, "attachments"), 0);
	CHECK_STR(json_text(json_get(file, "type")), "application/pdf");
	CHECK_STR(json_text(json_get(file, "filename")), "Offre été.pdf");
	CHECK_STR(json_text(json_get(file, "content")), "JVBERg0KAHg=");
	CHECK_STR(json_text(json_get(json_at(json_get(doc, "attachments"), 1), "content_id")), "logo.1");
	CHECK_STR(json_text(json_get(json_get(doc, "headers"), "Message-ID")), "<1.abc@example.org>");
	CHECK_STR(json_text(json_get(json_get(doc, "headers"), "X-Note")), "=?UTF-8?B?w6l0w6k=?=");
	json_free(&doc);
	arena_free(&a);
}

TEST(mail_mailgun_request)
{
	struct arena *a = arena_new();
	struct error err = {0};
	struct mail m = sample();
	struct mail_request r;
	MUST(mail_request_mailgun("https://api.eu.mailgun.net", "mg.example.org", "key-1", &m, "job-1", a, &r, &err));
	CHECK_STR(r.url, "https://api.eu.mailgun.net/v3/mg.example.org/messages");
	CHECK_STR(header_of(&r, "Authorization"), "Basic YXBpOmtleS0x");
	const char *boundary = strstr(header_of(&r, "Content-Type"), "boundary=") + 9;
	static const char *const has[] = {"name=\"to\"\r\n\r\n=?UTF-8?B?Wm/DqyAiWiIgTydOZWls?= <zoe@example.com>\r\n", "name=\"to\"\r\n\r\nb@example.com\r\n",
		"name=\"cc\"\r\n\r\n\"Cy\" <cy@example.com>\r\n", "name=\"bcc\"\r\n\r\n\"Hid\" <hid@example.net>\r\n", "name=\"subject\"\r\n\r\nÇa va?\r\n",
		"name=\"h:Reply-To\"\r\n\r\nada@example.org\r\n", "name=\"h:Message-Id\"\r\n\r\n<1.abc@example.org>\r\n", "name=\"v:job\"\r\n\r\njob-1\r\n",
		"name=\"attachment\"; filename=\"Offre été.pdf\"\r\nContent-Type: application/pdf; x=1\r\n\r\n%PDF\r\n\0x",
		"name=\"inline\"; filename=\"logo.1\"\r\n"};
	for (size_t i = 0; i < sizeof has / sizeof *has; i++)
		test_check(memmem(r.body, r.body_n, has[i], strlen(has[i])) != NULL, __FILE__, __LINE__, "%s", has[i]);
	CHECK(!memmem(r.body, r.body_n, "B@example.com", 13));
	/* A text that holds the boundary gets another one. */
	m.text = arena_printf(a, "--%s--", boundary);
	struct mail_request again;
	MUST(mail_request_mailgun(NULL, "mg.example.org", "key-1", &m, "job-1", a, &again, &err));
	CHECK(!strstr(header_of(&again, "Content-Type"), boundary));
	CHECK(mail_request_mailgun(NULL, "mg.example.org/x?", "key-1", &m, "job-1", a, &again, &err) != ST_OK);
	CHECK_STR(err.field, "domain");
	CHECK(mail_request_mailgun(NULL, "mg.example.org", "key\r\nX: y", &m, "job-1", a, &again, &err) != ST_OK);
	CHECK_STR(err.field, "key");
	arena_free(&a);
}

TEST(mail_ses_request)
{
	struct arena *a = arena_new();
	struct error err = {0};
	struct mail m = sample();
	struct mail_request r;
	struct cJSON *doc = NULL;
	struct buf message = {0};
	struct mail_ses ses = {.region = "eu-west-1", .access_key = "AKID", .secret = "secret", .now_ms = INT64_C(1440938160000)};
	MUST(mail_request_ses(&ses, &m, "job-1", a, &r, &err));
	CHECK_STR(r.url, "https://email.eu-west-1.amazonaws.com/v2/email/outbound-emails");
	CHECK_STR(header_of(&r, "X-Amz-Date"), "20150830T123600Z");
	CHECK(strstr(header_of(&r, "Authorization"), "Credential=AKID/20150830/eu-west-1/ses/aws4_request, SignedHeaders=content-type;host;x-amz-date, "));
	MUST(json_parse(r.body, r.body_n, &doc, &err));
	MUST(mail_build(&m, &message, &err));
	CHECK_STR(json_text(json_get(json_get(json_get(doc, "Content"), "Raw"), "Data")), base64_encode(a, message.data, message.len));
	CHECK_STR(json_text(json_at(json_get(json_get(doc, "Destination"), "BccAddresses"), 0)), "hid@example.net");
	CHECK_STR(json_text(json_get(json_at(json_get(doc, "EmailTags"), 0), "Value")), "job-1");
	buf_free(&message);
	json_free(&doc);
	arena_free(&a);
}

TEST(mail_sec60_services_get_nothing_that_ends_a_header)
{
	struct arena *a = arena_new();
	struct error err = {0};
	const struct mail_ses ses = {.region = "eu-west-1", .access_key = "AKID", .secret = "secret", .now_ms = 1};
	static const char *const bad[] = {"a\r\nBcc: x@y.co", "a\nb", "a\u2028", "a\x01"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct mail m = sample();
		struct mail_request r = {.method = "untouched"};
		m.subject = bad[i];
		CHECK(mail_request_sendgrid(NULL, "SG.k", &m, "j", a, &r, &err) != ST_OK);
		CHECK(mail_request_mailgun(NULL, "d.example", "k", &m, "j", a, &r, &err) != ST_OK);
		CHECK(mail_request_ses(&ses, &m, "j", a, &r, &err) != ST_OK);
		m = sample();
		CHECK(mail_request_sendgrid(NULL, bad[i], &m, "j", a, &r, &err) != ST_OK);
		CHECK(mail_request_sendgrid(NULL, "k", &m, bad[i], a, &r, &err) != ST_OK);
		CHECK(mail_request_sendgrid(bad[i], "k", &m, "j", a, &r, &err) != ST_OK);
		CHECK_STR(r.method, "untouched");
	}
	arena_free(&a);
}

/* AWS's own examples: the derived key of its documentation, two requests of its aws4_testsuite. */
TEST(mail_sigv4_examples_of_aws)
{
	struct arena *a = arena_new();
	uint8_t key[SHA256_BYTES];
	static const char secret[] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
	sigv4_key(secret, "20150830", "us-east-1", "iam", key);
	CHECK_STR(hex_encode(a, key, sizeof key), "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
	const struct mail_header signs[] = {{"host", "example.amazonaws.com"}, {"x-amz-date", "20150830T123600Z"}};
	struct sigv4 s = {.access_key = "AKIDEXAMPLE", .secret = secret, .region = "us-east-1", .service = "service", .method = "GET", .path = "/",
		.headers = signs, .headers_n = 2, .body = "", .body_n = 0, .now_ms = INT64_C(1440938160000)};
	CHECK_STR(sigv4_authorization(a, &s),
		"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, "
		"Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
	s.method = "POST";
	CHECK_STR(strstr(sigv4_authorization(a, &s), "Signature="), "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
	arena_free(&a);
}

typedef void reader(const struct mail_answer *answer, struct arena *a, struct mail_verdict *out);

static void answer_is(reader *read, int status, const char *body, enum mail_outcome outcome, bool unclear, const char *id, const char *said, int line)
{
	struct arena *a = arena_new();
	const struct mail_header given[] = {{"x-message-id", "sg-1"}, {"Retry-After", "30"}};
	struct mail_answer answer = {status, given, status == 202 || status == 429 ? 2 : 0, body, strlen(body)};
	struct mail_verdict v;
	read(&answer, a, &v);
	test_check(v.outcome == outcome && v.unclear == unclear && *v.message, __FILE__, line, "%d %s: %d %d", status, body, v.outcome, v.unclear);
	test_check_str(v.id, id, body, __FILE__, line);
	test_check_str(v.said, said, body, __FILE__, line);
	test_check_int(v.retry_s, status == 202 || status == 429 ? 30 : 0, "retry", __FILE__, line);
	arena_free(&a);
}

TEST(mail_answers)
{
	answer_is(mail_answer_sendgrid, 202, "", MAIL_ACCEPTED, false, "sg-1", "", __LINE__);
	answer_is(mail_answer_sendgrid, 200, "", MAIL_ACCEPTED, false, "", "", __LINE__);
	answer_is(mail_answer_sendgrid, 200, "<html>", MAIL_LATER, true, "", "", __LINE__);
	answer_is(mail_answer_sendgrid, 400, "{\"errors\":[{\"message\":\"Bad\\u001b[2J to\",\"field\":\"to\"}]}", MAIL_REFUSED, false, "", "Bad␛[2J to", __LINE__);
	answer_is(mail_answer_sendgrid, 429, "{\"errors\":[{\"message\":\"too many\"}]}", MAIL_LATER, false, "", "too many", __LINE__);
	answer_is(mail_answer_sendgrid, 0, "", MAIL_LATER, true, "", "", __LINE__);
	answer_is(mail_answer_sendgrid, 503, "{", MAIL_LATER, false, "", "", __LINE__);
	answer_is(mail_answer_sendgrid, 504, "", MAIL_LATER, true, "", "", __LINE__);
	answer_is(mail_answer_mailgun, 200, "{\"id\":\"<m1@mg.example>\",\"message\":\"Queued. Thank you.\"}", MAIL_ACCEPTED, false, "m1@mg.example",
		"Queued. Thank you.", __LINE__);
	answer_is(mail_answer_mailgun, 200, "<html>login</html>", MAIL_LATER, true, "", "", __LINE__);
	answer_is(mail_answer_mailgun, 401, "Forbidden", MAIL_REFUSED, false, "", "Forbidden", __LINE__);
	answer_is(mail_answer_mailgun, 400, "{\"message\":\"to parameter is not a valid address\"}", MAIL_REFUSED, false, "",
		"to parameter is not a valid address", __LINE__);
	answer_is(mail_answer_mailgun, 302, "", MAIL_REFUSED, false, "", "", __LINE__);
	answer_is(mail_answer_ses, 200, "{\"MessageId\":\"010f-1\"}", MAIL_ACCEPTED, false, "010f-1", "", __LINE__);
	answer_is(mail_answer_ses, 200, "{}", MAIL_LATER, true, "", "", __LINE__);
	answer_is(mail_answer_ses, 400, "{\"__type\":\"com.amazonaws.sesv2#MessageRejected\",\"message\":\"Email address is not verified.\"}", MAIL_REFUSED,
		false, "", "Email address is not verified.", __LINE__);
	answer_is(mail_answer_ses, 400, "{\"__type\":\"LimitExceededException\",\"Message\":\"x\"}", MAIL_LATER, false, "", "x", __LINE__);
	answer_is(mail_answer_ses, 403, "{\"message\":\"The request signature we calculated does not match\"}", MAIL_REFUSED, false, "",
		"The request signature we calculated does not match", __LINE__);
}

TEST(mail_replies_of_servers)
{
	static const struct {
		const char *reply;
		enum dsn_kind kind;
	} replies[] = {
		{"250 2.0.0 OK", DSN_ACCEPTED}, {"250-first\r\n250 last", DSN_ACCEPTED}, {"354 go", DSN_ACCEPTED},
		{"451 4.7.1 Greylisted, try again", DSN_LATER}, {"421 4.3.2 closing", DSN_LATER}, {"452 4.3.1 Insufficient system storage", DSN_LATER},
		{"452 4.5.3 Too many recipients", DSN_LATER}, {"", DSN_LATER}, {"4.4.1", DSN_LATER},
		{"550 5.1.1 User unknown", DSN_BAD_ADDRESS}, {"550 No such user here", DSN_BAD_ADDRESS}, {"550-5.1.1 The email account\r\n550 5.1.1 does not exist", DSN_BAD_ADDRESS},
		{"551 User not local", DSN_BAD_ADDRESS}, {"556 5.1.10 null MX", DSN_BAD_ADDRESS}, {"550 5.2.1 mailbox disabled", DSN_BAD_ADDRESS},
		{"550 5.7.1 recipient unknown", DSN_BAD_ADDRESS}, {"5.1.1", DSN_BAD_ADDRESS}, {"550 5.0.0 user unknown", DSN_BAD_ADDRESS},
		{"552 5.2.2 Over quota", DSN_FULL}, {"452 4.2.2 mailbox full", DSN_FULL}, {"552 mailbox full", DSN_FULL}, {"5.2.2", DSN_FULL},
		{"550 Mailbox is full", DSN_FULL},
		{"554 5.7.1 Blocked by spam policy", DSN_BLOCKED}, {"550 5.7.26 DMARC", DSN_BLOCKED}, {"554 Transaction failed", DSN_BLOCKED},
		{"550 5.1.8 sender rejected", DSN_BLOCKED}, {"550 blocked using spamhaus", DSN_BLOCKED}, {"550 relay not permitted", DSN_BLOCKED},
		{"535 5.7.8 Authentication failed", DSN_AUTH}, {"530 5.7.0 Authentication required", DSN_AUTH}, {"535", DSN_AUTH},
		{"552 5.3.4 message too big", DSN_REFUSED}, {"500 what", DSN_REFUSED}, {"550 5.6.0 bad content", DSN_REFUSED},
	};
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		struct smtp_reply r;
		smtp_reply_read(replies[i].reply, strlen(replies[i].reply), &r);
		test_check(dsn_classify(&r) == replies[i].kind, __FILE__, __LINE__, "%s: %s", replies[i].reply, dsn_sentence(dsn_classify(&r)));
	}
	struct smtp_reply r;
	smtp_reply_read("550-5.1.1 The account\r\n550 5.1.1 does not exist", 47, &r);
	CHECK_INT(r.code, 550);
	CHECK_INT(r.status[2], 1);
	CHECK_STR(r.text, "The account does not exist");
}

/* For trying the requests by hand against something that answers as the services do: headers and body of each, in the folder named by
 * SIMPLIX_MAIL_OUT, with the keys of SIMPLIX_MAIL_… */
static const char *setting(const char *name, const char *otherwise)
{
	const char *value = getenv(name);
	return value && *value ? value : otherwise;
}

static void write_request(const char *dir, const char *name, const struct mail_request *r)
{
	char path[4200];
	(void)snprintf(path, sizeof path, "%s/%s.head", dir, name);
	FILE *f = fopen(path, "w");
	for (size_t i = 0; f && i < r->headers_n; i++)
		(void)fprintf(f, "%s: %s\n", r->headers[i].name, r->headers[i].value);
	CHECK(f && fclose(f) == 0);
	(void)snprintf(path, sizeof path, "%s/%s.body", dir, name);
	f = fopen(path, "wb");
	CHECK(f && fwrite(r->body, 1, r->body_n, f) == r->body_n && fclose(f) == 0);
}

TEST(mail_requests_written)
{
	const char *dir = setting("SIMPLIX_MAIL_OUT", test_dir());
	struct arena *a = arena_new();
	struct error err = {0};
	struct mail m = sample();
	struct mail_request r;
	struct mail_ses ses = {.base_url = setting("SIMPLIX_MAIL_SES_URL", NULL), .region = "us-east-1",
		.access_key = setting("SIMPLIX_MAIL_SES_KEY", "AKID"), .secret = setting("SIMPLIX_MAIL_SES_SECRET", "secret"),
		.now_ms = (int64_t)1000 * (int64_t)time(NULL)};
	MUST(mail_request_sendgrid(NULL, setting("SIMPLIX_MAIL_SENDGRID_KEY", "SG.key"), &m, "job-1", a, &r, &err));
	write_request(dir, "sendgrid", &r);
	MUST(mail_request_mailgun(NULL, setting("SIMPLIX_MAIL_MAILGUN_DOMAIN", "mg.example.test"), setting("SIMPLIX_MAIL_MAILGUN_KEY", "key"), &m, "job-1", a, &r, &err));
	write_request(dir, "mailgun", &r);
	MUST(mail_request_ses(&ses, &m, "job-1", a, &r, &err));
	write_request(dir, "ses", &r);
	arena_free(&a);
}
