/* Messages as they travel: what goes in comes out again at the other end, and what could end a line does not go in. */
#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/json.h"
#include "core/mail/mime_body.h"
#include "core/mail/mime_header.h"
#include "tests/unit/mail_fixture.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct mail_address somebody = {"Ada Lovelace", "ada@example.com"};

static struct mail sample(void)
{
	return (struct mail){.from = {"Simplix", "crm@example.org"}, .to = {&somebody, 1}, .subject = "Offer", .text = "Hello,\nthere.\n",
		.message_id = "1.abc@example.org", .at = INT64_C(1772270965000)};
}

static char *built(struct arena *a, const struct mail *m)
{
	struct buf b = {0};
	struct error err = {0};
	if (mail_build(m, &b, &err) != ST_OK)
		test_abort(__FILE__, __LINE__, err.message);
	char *s = arena_strndup(a, b.data, b.len);
	CHECK_INT(strlen(s), b.len); /* no NUL in it */
	buf_free(&b);
	return s;
}

TEST(mail_message_plain)
{
	struct arena *a = arena_new();
	struct mail m = sample();
	const char *s = built(a, &m);
	CHECK_STR(strstr(s, "From:"), "From: \"Simplix\" <crm@example.org>\r\nTo: \"Ada Lovelace\" <ada@example.com>\r\nSubject: Offer\r\n"
		"Message-ID: <1.abc@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n"
		"Content-Transfer-Encoding: 7bit\r\n\r\nHello,\r\nthere.\r\n");
	char zone = field_of(a, s, "Date")[26];
	CHECK(zone == '+' || zone == '-');
	arena_free(&a);
}

TEST(mail_message_date_is_the_instant)
{
	struct arena *a = arena_new();
	struct mail m = sample();
	static const int64_t instants[] = {0, 951782400000, 1772270965000, 1789000000999, 253402200000000};
	for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
		m.at = instants[i];
		char day[4], month[4], sign;
		int d, y, h, min, s, zone;
		CHECK_INT(sscanf(field_of(a, built(a, &m), "Date"), "%3s, %d %3s %d %d:%d:%d %c%d", day, &d, month, &y, &h, &min, &s, &sign,
			&zone), 9);
		static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
		int64_t days = clock_days_from_civil(y, (int)(strstr(months, month) - months) / 3 + 1, d);
		int64_t offset = (zone / 100 * 60 + zone % 100) * (sign == '-' ? -60 : 60);
		CHECK_INT(days * 86400 + h * 3600 + min * 60 + s - offset, instants[i] / 1000);
		CHECK(strncmp("ThuFriSatSunMonTueWed" + days % 7 * 3, day, 3) == 0);
	}
	arena_free(&a);
}

TEST(mail_message_bcc_is_not_told)
{
	struct arena *a = arena_new();
	struct mail m = sample();
	const struct mail_address hidden = {"Hidden", "hidden@example.net"};
	m.bcc = (struct mail_addresses){&hidden, 1};
	CHECK(!strcasestr(built(a, &m), "hidden"));
	m.to.n = 0;
	const char *s = built(a, &m);
	CHECK(!strcasestr(s, "hidden"));
	CHECK_STR(field_of(a, s, "To"), "undisclosed-recipients:;");
	arena_free(&a);
}

/* Subjects and names of every kind come back as they were, on clean lines. */
TEST(mail_message_headers_come_back)
{
	struct random r = {.state = 20260301};
	for (int turn = 0; turn < 6000; turn++) {
		struct arena *a = arena_new();
		struct mail m = sample();
		const struct mail_address people[] = {{random_line(&r, a, 90), "a.long.local.part@some-long-domain.example.com"}};
		const struct mail_header extra[] = {{"X-Words", random_line(&r, a, 60)}, {"List-Unsubscribe", "<https://example.com/u?x=?y?=>"}};
		m.subject = random_line(&r, a, turn % 10 ? 60 : 400);
		m.to = (struct mail_addresses){people, 1};
		m.headers = strspn(extra[0].value, " ") == strlen(extra[0].value) ? extra + 1 : extra;
		m.headers_n = (size_t)(extra + 2 - m.headers);
		struct error err = {0};
		if (mail_check(&m, &err) != ST_OK) {
			CHECK(strlen(extra[0].value) > 0 && strcmp(err.field, "X-Words") == 0);
			m.headers_n = 0;
		}
		const char *s = built(a, &m);
		char *name = NULL, *email = NULL;
		CHECK(wire_is_clean(s, strlen(s)) && wire_longest(s, strlen(s)) <= 78);
		if (*m.subject)
			CHECK_STR(words_decode(a, field_of(a, s, "Subject")), m.subject);
		CHECK(address_decode(a, field_of(a, s, "To"), &name, &email));
		CHECK_STR(name, people[0].name);
		CHECK_STR(email, people[0].email);
		if (m.headers_n == 2 && !mime_is_ascii(extra[0].value))
			CHECK_STR(words_decode(a, field_of(a, s, "X-Words")), extra[0].value);
		if (m.headers_n > 0)
			CHECK_STR(field_of(a, s, "List-Unsubscribe"), extra[1].value);
		arena_free(&a);
	}
}

TEST(mail_message_bodies_come_back)
{
	struct random r = {.state = 77};
	for (int turn = 0; turn < 3000; turn++) {
		struct arena *a = arena_new();
		struct mail m = sample();
		m.text = random_body(&r, a, turn % 20 ? 300 : 4000);
		m.html = turn % 3 ? NULL : random_body(&r, a, 300);
		if (!mail_has(m.text) && !mail_has(m.html))
			m.text = ".";
		const char *s = built(a, &m);
		struct leaf leaves[4];
		int n = leaves_of(a, s, leaves, 4);
		CHECK(wire_is_clean(s, strlen(s)) && !strstr(s, "\n.") && !strstr(strstr(s, "\r\n\r\n"), "\nFrom "));
		CHECK_INT(n, mail_has(m.html) ? 2 : 1);
		const char *text = mail_plain_text(a, &m);
		/* A part's last line end may belong to the boundary behind it. */
		if (n >= 1)
			CHECK_STR(normal_lines(a, leaves[0].data), normal_lines(a, text));
		if (n == 2)
			CHECK_STR(normal_lines(a, leaves[1].data), normal_lines(a, m.html));
		arena_free(&a);
	}
}

TEST(mail_message_quoted_printable_and_7bit)
{
	struct buf b = {0};
	CHECK(mime_is_7bit("Hello\n\tthere - you\n") && mime_is_7bit(""));
	static const char *const no[] = {".", "a\n.b", "From x", "é", "a \nb", "a\t", "\x1b[0m", "\x7f",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		CHECK(!mime_is_7bit(no[i]));
	mime_add_quoted_printable(&b, "a \n.\n..b\r\nFrom é=\rx\t");
	CHECK_STR(b.data, "a=20\r\n=2E\r\n=2E.b\r\n=46rom =C3=A9=3D\r\nx=09\r\n");
	buf_free(&b);
}

TEST(mail_message_parts_nest_as_needed)
{
	struct arena *a = arena_new();
	struct mail m = sample();
	uint8_t bytes[256];
	for (int i = 0; i < 256; i++)
		bytes[i] = (uint8_t)i;
	const struct mail_part parts[] = {{"Offre été 2026.pdf", "application/pdf", bytes, 256, NULL}, {"logo.png", "image/png", bytes, 100, "logo"},
		{"letter.eml", "message/rfc822", "From: x\r\n\r\ny", 12, ""}};
	struct leaf leaves[8];
	m.html = "<p>Hello <img src=\"cid:logo\"></p>";
	m.text = NULL;
	m.parts = parts;
	m.parts_n = 3;
	const char *s = built(a, &m);
	CHECK_INT(leaves_of(a, s, leaves, 8), 5);
	CHECK(strstr(s, "multipart/mixed") < strstr(s, "multipart/related") && strstr(s, "multipart/related;") < strstr(s, "multipart/alternative;"));
	CHECK(strncmp(leaves[0].type, "text/plain", 10) == 0 && strncmp(leaves[1].type, "text/html", 9) == 0);
	CHECK_STR(field_of(a, leaves[2].head, "Content-ID"), "<logo>");
	CHECK_STR(field_of(a, leaves[2].head, "Content-Disposition"), "inline; filename=\"logo.png\"");
	CHECK_STR(field_of(a, leaves[3].head, "Content-Disposition"),
		"attachment; filename*=UTF-8''Offre%20%C3%A9t%C3%A9%202026.pdf; filename=\"Offre _t_ 2026.pdf\"");
	CHECK(leaves[3].n == 256 && memcmp(leaves[3].data, bytes, 256) == 0);
	CHECK_STR(leaves[4].type, "application/octet-stream");
	m.parts_n = 0;
	CHECK(!strstr(built(a, &m), "mixed") && !strstr(built(a, &m), "related"));
	m.html = NULL;
	m.text = "x";
	m.parts = parts + 1;
	m.parts_n = 1; /* nothing shows the image: a file like any other */
	s = built(a, &m);
	CHECK(!strstr(s, "related") && !strstr(s, "alternative") && strstr(s, "attachment;"));
	arena_free(&a);
}

TEST(mail_message_boundary_is_in_no_text)
{
	struct arena *a = arena_new();
	struct mail m = sample();
	m.html = "<p>x</p>";
	const char *first = strstr(built(a, &m), "boundary=\"") + 10;
	const char *boundary = arena_strndup(a, first, strcspn(first, "\""));
	m.text = arena_printf(a, "a\n--%s--\nb\n", boundary);
	struct leaf leaves[4];
	CHECK_INT(leaves_of(a, built(a, &m), leaves, 4), 2);
	CHECK_STR(normal_lines(a, leaves[0].data), m.text);
	arena_free(&a);
}

static void refused(const struct mail *m, const char *field, int line)
{
	struct buf b = {0};
	struct error err = {0};
	bool ok = mail_build(m, &b, &err) != ST_OK && strcmp(err.field, field) == 0 && *err.message && b.len == 0;
	test_check(ok, __FILE__, line, "%s: refused as %s: %s", field, err.field, err.message);
	buf_free(&b);
}
#define REFUSED(change, field)                                                                                                 \
	do {                                                                                                                   \
		struct mail m = sample();                                                                                      \
		change;                                                                                                        \
		refused(&m, field, __LINE__);                                                                                  \
	} while (0)

static const char *const breaks[] = {"a\r\nBcc: x@example.com", "a\nb", "a\rb", "a\r", "\n", "a\x0b""b", "a\x1b[2J", "a\x7f", "a\xc2\x85""b", "a\u2028b",
	"a\u2029b", "a\tb", "\xff", "a\xc3", "a\xc0\x8a""b", "a\xe2\x80", "\xed\xa0\x80", "a\x01"};

TEST(mail_sec60_nothing_ends_a_header)
{
	for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
		const char *s = breaks[i];
		const struct mail_address name = {s, "a@example.com"};
		struct mail_header value = {"X-Test", s}, header = {s, "x"};
		struct mail_part file = {s, "text/plain", "x", 1, NULL}, type = {"x", s, "x", 1, NULL}, id = {"x", "image/png", "x", 1, s};
		REFUSED(m.subject = s, "subject");
		REFUSED(m.from = name, "from");
		REFUSED(m.from.email = s, "from");
		REFUSED(m.reply_to = name, "reply_to");
		REFUSED(m.to.at = &name, "to");
		REFUSED((m.cc = (struct mail_addresses){&name, 1}), "cc");
		REFUSED((m.bcc = (struct mail_addresses){&name, 1}), "bcc");
		REFUSED(m.message_id = s, "message_id");
		REFUSED(m.in_reply_to = s, "in_reply_to");
		REFUSED((m.headers = &value, m.headers_n = 1), "X-Test");
		REFUSED((m.headers = &header, m.headers_n = 1), "headers");
		REFUSED((m.parts = &file, m.parts_n = 1), "parts");
		REFUSED((m.parts = &type, m.parts_n = 1), "type");
		REFUSED((m.parts = &id, m.parts_n = 1), "content_id");
	}
}

TEST(mail_sec60_addresses)
{
	static const char *const good[] = {"a@b.co", "a.b+c@x-y.example", "o'neil@example.ie", "\"a b\"@example.com", "\"a\\\"b\"@example.com",
		"root@localhost", "a@xn--bcher-kva.example", "{x}|y~@example.com", "1@2.example"};
	static const char *const bad[] = {"", "a", "@b.co", "a@", "a@b..co", ".a@b.co", "a.@b.co", "a..b@b.co", "a b@c.co", "a@b@c.co", "a@-b.co", "a@b-.co",
		"a@b.co.", "a@.b.co", "a@[127.0.0.1]", "a@127.0.0.1", "<a@b.co>", "A <a@b.co>", "a@b.co,c@d.co", "a@b.co>", "a@b.co;", "a@b_c.co",
		"\"a@b.co", "a\"b@c.co", "\"\"@b.co", "\"a\\\"@b.co", "a@b.co\r\nRCPT TO:<x@y.co>", "a@b.co\nx", "a@b.co ", " a@b.co", "a(b)@c.co",
		"é@b.co", "a@bücher.example", "a@b.co\u2028", "a\\@b.co", "a,b@c.co", "a:b@c.co"};
	struct error err = {0};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		test_check(mail_check_address(good[i], "to", &err) == ST_OK, __FILE__, __LINE__, "%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		test_check(mail_check_address(bad[i], "to", &err) != ST_OK && strcmp(err.field, "to") == 0, __FILE__, __LINE__, "%s", bad[i]);
	CHECK(mail_check_address("a@bücher.example", "to", &err) == ST_INVALID && strstr(err.hint, "xn--"));
	char local[80] = "", label[90] = "a@";
	memset(local, 'a', 65);
	strncpy(local + 65, "@b.co", 6);
	CHECK(mail_check_address(local, "to", &err) != ST_OK);
	CHECK(mail_check_address(local + 1, "to", &err) == ST_OK);
	memset(label + 2, 'b', 64);
	CHECK(mail_check_address(label, "to", &err) != ST_OK);
	label[65] = '\0';
	CHECK(mail_check_address(label, "to", &err) == ST_OK);
}

TEST(mail_sec60_bodies_cannot_end_the_mail)
{
	struct arena *a = arena_new();
	static const char *const bodies[] = {"a\n.\nMAIL FROM:<x>", "a\r\n.\r\nQUIT\r\n", "a\r.\rb", "a\n.\r\nb", "a\r\n.\nb", ".", "..", "\n.\n", "\r\n.", "x\n.\n.\n."};
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		struct mail m = sample();
		struct leaf leaf;
		m.text = bodies[i];
		const char *s = built(a, &m);
		CHECK(!strstr(s, "\n.") && wire_is_clean(s, strlen(s)));
		CHECK_INT(leaves_of(a, s, &leaf, 1), 1);
		CHECK_STR(normal_lines(a, leaf.data), normal_lines(a, bodies[i]));
	}
	arena_free(&a);
}

TEST(mail_check_what_is_missing)
{
	static struct mail_address many[MAIL_RECIPIENTS_MAX + 1];
	for (size_t i = 0; i < sizeof many / sizeof *many; i++)
		many[i] = somebody;
	static char subject[4000];
	memset(subject, 'x', sizeof subject - 1);
	const struct mail_header reserved[] = {{"Bcc", "a@b.co"}, {"subject", "x"}, {"Content-Type", "x"}, {"X Y", "x"}, {"X:", "x"}, {"", "x"}};
	REFUSED(m.to.n = 0, "to");
	REFUSED((m.to = (struct mail_addresses){many, MAIL_RECIPIENTS_MAX + 1}), "to");
	REFUSED(m.from.email = NULL, "from");
	REFUSED(m.text = NULL, "text");
	REFUSED(m.text = "", "text");
	REFUSED(m.text = "\xff", "text");
	REFUSED(m.html = "\xff", "html");
	REFUSED(m.message_id = NULL, "message_id");
	REFUSED(m.message_id = "a b@c", "message_id");
	REFUSED(m.message_id = "<a@c>", "message_id");
	REFUSED(m.subject = subject, "subject");
	REFUSED(m.at = -1, "at");
	REFUSED(m.reply_to.name = "x", "reply_to");
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		REFUSED((m.headers = &reserved[i], m.headers_n = 1), "headers");
	struct mail m = sample();
	struct arena *a = arena_new();
	m.to = (struct mail_addresses){many, MAIL_RECIPIENTS_MAX};
	m.message_id = mail_message_id(a, m.from.email);
	CHECK_INT(mail_check(&m, NULL), ST_OK);
	arena_free(&a);
}

static void html_is(const char *html, const char *text, int line)
{
	struct buf b = {0};
	mail_html_text(html, &b);
	test_check_str(buf_str(&b), text, html, __FILE__, line);
	buf_free(&b);
}

TEST(mail_html_as_text)
{
	html_is("<html><head><title>T</title><style>p{}</style></head><body><p>Hello&nbsp;<b>Ada</b>,</p><p>caf&eacute; &amp; th&#233;&#x21;</p></body>",
		"Hello\u00a0Ada,\n\ncafé & thé!\n", __LINE__);
	html_is("See <a href=\"https://example.com/a?b=1&amp;c=2\">our offer</a>.", "See our offer (https://example.com/a?b=1&c=2).\n", __LINE__);
	html_is("<a href='https://example.com'>https://example.com</a> <a href=#x>up</a> <a href=\"mailto:a@b.co\">write</a>",
		"https://example.com up write (a@b.co)\n", __LINE__);
	html_is("<ul><li>one<li>two</ul>after<br>break<br/><br>twice", "- one\n- two\n\nafter\nbreak\n\ntwice\n", __LINE__);
	html_is("a < b &lt;c&gt; &unknown; &#0; &#10; <!-- no --> d <img alt=\"a logo\" src=x>", "a < b <c> &unknown; &#0; &#10; d a logo\n", __LINE__);
	html_is("<script>if (a < b) {}</script>x<p title=\"a>b\">y", "x\n\ny\n", __LINE__);
	html_is("", "", __LINE__);
	html_is("<img src=x><p></p>", "", __LINE__);
	html_is("<", "<\n", __LINE__);
	html_is("<a href=", "", __LINE__);
	html_is("</>x<a href=\"", "x\n", __LINE__);
}

/* For tests/integration/mail_test.py: messages and what is in them, in the folder named by SIMPLIX_MAIL_OUT. */
static void write_file(const char *dir, int i, const char *ending, const char *data, size_t n)
{
	char path[4200];
	(void)snprintf(path, sizeof path, "%s/%03d.%s", dir, i, ending);
	FILE *f = fopen(path, "wb");
	CHECK(f && fwrite(data, 1, n, f) == n && fclose(f) == 0);
}

static void put_text(struct json_out *w, const char *key, const char *value)
{
	json_key(w, key);
	json_str(w, value);
}

static void put_people(struct json_out *w, const char *key, const struct mail_addresses *list)
{
	json_key(w, key);
	json_array(w);
	for (size_t i = 0; i < list->n; i++) {
		json_array(w);
		json_str(w, list->at[i].name);
		json_str(w, list->at[i].email);
		json_array_end(w);
	}
	json_array_end(w);
}

static void put_mail(struct json_out *w, const struct mail *m, struct arena *a)
{
	const struct mail_addresses from = {&m->from, 1};
	json_object(w);
	put_text(w, "subject", m->subject);
	put_text(w, "text", normal_lines(a, mail_plain_text(a, m)));
	put_text(w, "html", m->html ? normal_lines(a, m->html) : NULL);
	put_text(w, "message_id", m->message_id);
	json_key(w, "at");
	json_num(w, m->at);
	put_people(w, "from", &from);
	put_people(w, "to", &m->to);
	put_people(w, "cc", &m->cc);
	json_key(w, "parts");
	json_array(w);
	for (size_t i = 0; i < m->parts_n; i++) {
		json_object(w);
		put_text(w, "name", m->parts[i].name);
		put_text(w, "type", m->parts[i].type);
		put_text(w, "data", base64_encode(a, m->parts[i].data, m->parts[i].n));
		put_text(w, "content_id", m->parts[i].content_id);
		json_object_end(w);
	}
	json_array_end(w);
	json_object_end(w);
}

/* Text as people write it: the marks that a reader would take for encoded words are tested here in C. */
static char *human_line(struct random *r, struct arena *a, unsigned max, bool file)
{
	static const char *const words[] = {"Offre", "été", "für", "Größe", "日本語", "Привет", "100%", "«devis»", "\xF0\x9F\x8E\x89", "O'Neil", "a,b;c", "(x)", "x@y", "\"q\"",
		"n°42", "re:", "<tag>", "back\\slash", "deux–tirets", "ελληνικά"};
	struct buf b = {0};
	for (unsigned n = 1 + random_below(r, max); n > 0; n--)
		buf_printf(&b, "%s%s", b.len ? " " : "", words[random_below(r, sizeof words / sizeof *words)]);
	if (file)
		buf_puts(&b, ".pdf");
	char *s = arena_strndup(a, b.data, b.len);
	buf_free(&b);
	return s;
}

static void write_mail(struct random *r, const char *dir, int i)
{
	struct arena *a = arena_new();
	struct mail m = sample();
	struct mail_address to[3], cc[2];
	struct mail_part parts[3];
	struct json_out w;
	struct buf b = {0};
	for (int k = 0; k < 3; k++)
		to[k] = (struct mail_address){random_below(r, 4) ? human_line(r, a, 1u << (2 * k), false) : "", arena_printf(a, "p%d@example.com", k)};
	for (int k = 0; k < 2; k++)
		cc[k] = (struct mail_address){human_line(r, a, 3, false), arena_printf(a, "c%d@example.net", k)};
	for (int k = 0; k < 3; k++) {
		size_t n = 1 + random_below(r, 3000);
		char *data = arena_alloc(a, n);
		for (size_t c = 0; c < n; c++)
			data[c] = (char)random_below(r, 256);
		parts[k] = (struct mail_part){human_line(r, a, 1u << (2 * k), true), "application/pdf", data, n, k == 1 && i % 2 ? "logo.1@example.org" : NULL};
	}
	m.from.name = human_line(r, a, 4, false);
	m.to = (struct mail_addresses){to, 1 + random_below(r, 3)};
	m.cc = (struct mail_addresses){cc, random_below(r, 3)};
	m.subject = human_line(r, a, 30, false);
	m.text = i % 5 == 4 ? NULL : arena_printf(a, "%s\n.dot\nFrom me\nend \n%s", human_line(r, a, 60, false), human_line(r, a, 9, false));
	m.html = i % 2 || !m.text ? arena_printf(a, "<p>%s</p>\r\n<img src=\"cid:logo.1@example.org\">\n", human_line(r, a, 40, false)) : NULL;
	m.parts = parts;
	m.parts_n = random_below(r, 4);
	m.at += i * INT64_C(7654321000);
	const char *s = built(a, &m);
	write_file(dir, i, "eml", s, strlen(s));
	json_begin(&w, &b, false);
	put_mail(&w, &m, a);
	write_file(dir, i, "json", b.data, b.len);
	buf_free(&b);
	arena_free(&a);
}

TEST(mail_written_for_other_readers)
{
	const char *dir = getenv("SIMPLIX_MAIL_OUT");
	struct random r = {.state = 4711};
	for (int i = 0; i < 60; i++)
		write_mail(&r, dir && *dir ? dir : test_dir(), i);
}
