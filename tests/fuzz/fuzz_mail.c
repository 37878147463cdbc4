/* Any bytes as names, addresses, subjects, bodies and files of a mail, as answers of services and replies of servers. What is built may
 * travel: CRLF, ASCII, lines of 998 octets, no dot at the start of a line; whatever has a line break in a header is refused. */
#include "core/base/text.h"
#include "core/mail/dsn.h"
#include "core/mail/senders.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIELDS = 10 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return 0;
}

static void require(bool ok)
{
	if (!ok)
		abort();
}

static void check_wire(const char *s, size_t n)
{
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		require(c < 0x7F && (c >= 0x20 || c == '\t' || c == '\r' || c == '\n'));
		require(c != '\r' || (i + 1 < n && s[i + 1] == '\n'));
		require(c != '\n' || (i > 0 && s[i - 1] == '\r'));
		require(at > 0 || c != '.');
		at = c == '\n' ? 0 : at + 1;
		require(at <= 999); /* with the CR */
	}
	require(n >= 2 && s[n - 1] == '\n');
}

static bool has_break(const char *s)
{
	return strpbrk(s, "\r\n") || strstr(s, "\xE2\x80\xA8") || strstr(s, "\xC2\x85");
}

/* The header section has as many fields as we asked for. */
static int fields_in(const char *s)
{
	int n = 0;
	for (; strncmp(s, "\r\n", 2) != 0; s = strstr(s, "\r\n") + 2)
		n += *s != ' ';
	return n;
}

static void check_mail(struct arena *a, char *const f[FIELDS], const uint8_t *data, size_t size)
{
	const struct mail_address to = {f[1], f[2]}, cc = {f[0], "c@example.com"};
	const struct mail_header header = {"X-Test", f[7]};
	const struct mail_part part = {f[5], f[8], data, size, f[6]};
	struct mail m = {.from = {f[0], "a@example.com"}, .to = {&to, 1}, .cc = {&cc, 1}, .subject = f[3], .text = f[4], .html = f[9], .parts = &part,
		.parts_n = size % 2, .headers = &header, .headers_n = size / 2 % 2, .message_id = "1@example.com", .at = INT64_C(1772270965000)};
	struct buf b = {0};
	struct mail_request r;
	const struct mail_ses ses = {.region = "eu-west-1", .access_key = "A", .secret = "s", .now_ms = 1};
	enum status st = mail_build(&m, &b, NULL);
	bool broken = has_break(f[0]) || has_break(f[1]) || has_break(f[2]) || has_break(f[3]) || (m.parts_n && has_break(f[5])) ||
		(m.headers_n && has_break(f[7]));
	require(!broken || st != ST_OK);
	if (st == ST_OK) {
		check_wire(b.data, b.len);
		int content = m.parts_n || *m.html ? 1 : 2;
		require(fields_in(b.data) == 6 + (*m.subject != 0) + (int)m.headers_n + content);
	}
	require(mail_request_ses(&ses, &m, "j", a, &r, NULL) == st);
	require(mail_request_mailgun(NULL, "d.example", "k", &m, "j", a, &r, NULL) == st);
	require(mail_request_sendgrid(NULL, "k", &m, "j", a, &r, NULL) == ST_OK || st != ST_OK || !*m.subject || size == 0);
	buf_free(&b);
}

static void check_answers(struct arena *a, const char *s, size_t size)
{
	static void (*const readers[])(const struct mail_answer *, struct arena *, struct mail_verdict *) = {
		mail_answer_sendgrid, mail_answer_mailgun, mail_answer_ses};
	const struct mail_header header = {"Retry-After", arena_strndup(a, s, size)};
	const struct mail_answer answer = {.status = 100 + (int)(size % 500), .headers = &header, .headers_n = 1, .body = s, .body_n = size};
	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
		struct mail_verdict v;
		readers[i](&answer, a, &v);
		require(*v.message && text_is_utf8(v.said, strlen(v.said)) && v.retry_s >= 0 && !strpbrk(v.id, "\r\n"));
	}
	struct smtp_reply reply;
	smtp_reply_read(s, size, &reply);
	require(dsn_classify(&reply) < DSN_KINDS && strlen(reply.text) < sizeof reply.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 8192)
		return 0;
	struct arena *a = arena_new();
	const char *s = (const char *)data;
	char *f[FIELDS];
	size_t at = 0;
	for (int i = 0; i < FIELDS; i++) {
		size_t n = strnlen(s + at, size - at);
		f[i] = arena_strndup(a, s + at, n);
		at += n + (at + n < size);
	}
	check_mail(a, f, data, size);
	check_answers(a, s, size);
	struct buf text = {0};
	mail_html_text(f[9], &text);
	require(!text_is_utf8(f[9], strlen(f[9])) || text_is_utf8(buf_str(&text), text.len));
	buf_free(&text);
	arena_free(&a);
	return 0;
}
