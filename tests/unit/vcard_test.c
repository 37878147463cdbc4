/* vCard: the dialects of the programs that write them, what is refused, and the round trip. */
#include "core/crm/io/vcard.h"
#include "core/base/text.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>

static FILE *file_of(const char *bytes, size_t n)
{
	FILE *f = tmpfile();
	if (!f)
		test_abort(__FILE__, __LINE__, "no temporary file");
	(void)fwrite(bytes, 1, n, f);
	rewind(f);
	return f;
}

/* The cards of a text, up to 8. */
struct deck {
	struct arena *a;
	struct vcard card[8];
	size_t count;
	struct error err;
	enum status st;
};

static struct deck deal_file(FILE *f)
{
	struct deck d = {.a = arena_new()};
	struct vcard_reader *r = NULL;
	bool more = true;
	d.st = vcard_open(f, &r, &d.err);
	while (d.st == ST_OK && d.count < 8) {
		d.st = vcard_read(r, d.a, &d.card[d.count], &more, &d.err);
		if (d.st != ST_OK || !more)
			break;
		d.count++;
	}
	if (r)
		vcard_close(&r);
	fclose(f);
	return d;
}

static struct deck deal(const char *s)
{
	return deal_file(file_of(s, strlen(s)));
}

/* One card around these lines. */
static struct deck card(const char *version, const char *body)
{
	struct buf b = {0};
	buf_printf(&b, "BEGIN:VCARD\r\nVERSION:%s\r\n%sEND:VCARD\r\n", version, body);
	struct deck d = deal_file(file_of(b.data, b.len));
	buf_free(&b);
	return d;
}

static const char *text_of(struct deck *d, const char *name)
{
	return d->count ? vcard_text(d->a, &d->card[0], name) : d->err.message;
}

TEST(vcard_reads_3_0)
{
	struct deck d = deal(
		"BEGIN:vCard\nVERSION:3.0\nFN:Frank Dawson\nN:Dawson;Frank;;Dr.;\nADR;TYPE=WORK,POSTAL:;;6544 Battle\n"
		" ford Drive\n ;Raleigh;NC;27613-3502;U.S.A.\nNOTE:one\\ntwo\\, three\\; "
		"four\\\\n\\:five\nEND:vCard\n");
	CHECK_INT(d.count, 1);
	CHECK_STR(text_of(&d, "FN"), "Frank Dawson");
	CHECK_STR(text_of(&d, "NOTE"), "one\ntwo, three; four\\n:five");
	struct vcard_name n;
	CHECK(vcard_name(d.a, &d.card[0], &n));
	CHECK_STR(n.family, "Dawson");
	CHECK_STR(n.given, "Frank");
	CHECK_STR(n.prefix, "Dr.");
	CHECK_STR(n.suffix, "");
	struct vcard_address *adr;
	CHECK_INT(vcard_addresses(d.a, &d.card[0], &adr), 1);
	CHECK_STR(adr[0].street, "6544 Battleford Drive");
	CHECK_STR(adr[0].city, "Raleigh");
	CHECK_STR(adr[0].country, "U.S.A.");
	CHECK_STR(adr[0].label, "work");
	arena_free(&d.a);
}

TEST(vcard_reads_2_1_quoted_printable)
{
	struct deck d = card("2.1",
		"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=91=20X;=41=3B;;;\r\n"
		"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=91=20=\r\n=C3=91=20=\r\n=3D\r\n"
		"NOTE;ENCODING=QUOTED-PRINTABLE:line one=0D=0A=\r\nline two=0D=\r\n=0A\r\n"
		"TITLE;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Pr=E9sident\r\n"
		"ORG;ENCODING=QUOTED-PRINTABLE:Soci=E9t=E9\r\n"
		"X-OUT:C:\\new\\table\r\n"
		"EMAIL;PREF;INTERNET:a=b@x.example\r\nTEL;WORK;FAX:1\r\nTEL;CELL:2\r\nTEL;HOME;PREF:3\r\n");
	CHECK_STR(text_of(&d, "FN"), "Ñ Ñ =");
	CHECK_STR(text_of(&d, "NOTE"), "line one\nline two");
	CHECK_STR(text_of(&d, "TITLE"), "Président");
	CHECK_STR(text_of(&d, "ORG"), "Société");
	CHECK_STR(text_of(&d, "X-OUT"), "C:\\new\\table");
	struct vcard_labelled *l;
	CHECK_INT(vcard_phones(d.a, &d.card[0], &l), 3);
	CHECK_STR(l[0].value, "3");
	CHECK(l[0].preferred);
	CHECK_STR(l[0].label, "home");
	CHECK_STR(l[1].label, "fax");
	CHECK_STR(l[2].label, "mobile");
	CHECK_INT(vcard_emails(d.a, &d.card[0], &l), 1);
	CHECK_STR(l[0].value, "a=b@x.example");
	CHECK_STR(l[0].label, "other");
	arena_free(&d.a);
}

TEST(vcard_reads_4_0)
{
	struct deck d = card("4.0", "FN:Simon Perreault\r\nBDAY:--0203\r\n"
				    "TEL;VALUE=uri;TYPE=\"work,voice\";PREF=2:tel:+1-418-656-9254;ext=102\r\n"
				    "TEL;VALUE=uri;TYPE=\"work,cell\";PREF=1:tel:+1-418-262-6501\r\n"
				    "EMAIL;TYPE=work:mailto:s@x.example\r\n"
				    "ADR;LABEL=\"Mr^n^'X^' a;b:c^^\":;Suite 1;2875 Laurier;;QC;G1V 2M2;Canada\r\n");
	struct vcard_labelled *l;
	CHECK_INT(vcard_phones(d.a, &d.card[0], &l), 2);
	CHECK_STR(l[0].value, "+1-418-262-6501");
	CHECK_STR(l[0].label, "mobile");
	CHECK_STR(l[1].value, "+1-418-656-9254 x102");
	CHECK_STR(l[1].label, "work");
	CHECK_INT(vcard_emails(d.a, &d.card[0], &l), 1);
	CHECK_STR(l[0].value, "s@x.example");
	CHECK_STR(vcard_date(d.a, &d.card[0], "BDAY"), "--02-03");
	CHECK_STR(vcard_param(vcard_find(&d.card[0], "ADR", NULL), "LABEL"), "Mr\n\"X\" a;b:c^");
	struct vcard_address *adr;
	CHECK_INT(vcard_addresses(d.a, &d.card[0], &adr), 1);
	CHECK_STR(adr[0].street2, "Suite 1");
	arena_free(&d.a);
}

TEST(vcard_reads_apple_and_google_labels)
{
	struct deck d = card("3.0",
		"item1.TEL:1\r\nitem1.X-ABLabel:_$!<Mobile>!$_\r\nitem2.TEL:2\r\nitem2.X-ABLabel:Ski hut\r\n"
		"ITEM3.URL:http\\://x.example\r\nitem3.X-ABLabel:_$!<HomePage>!$_\r\n"
		"TEL;type=IPHONE;type=pref:4\r\nTEL;TYPE=workfax:5\r\nBDAY;X-APPLE-OMIT-YEAR=1604:1604-05-06\r\n"
		"ADR;TYPE=HOME:;Rue 1\\n75001 Paris\\, FR\\n;;;;;\r\n");
	struct vcard_labelled *l;
	CHECK_INT(vcard_phones(d.a, &d.card[0], &l), 4);
	CHECK_STR(l[0].value, "4");
	CHECK_STR(l[0].label, "mobile");
	CHECK_STR(l[1].label, "mobile");
	CHECK_STR(l[2].label, "Ski hut");
	CHECK_STR(l[3].label, "fax");
	CHECK_INT(vcard_urls(d.a, &d.card[0], &l), 1);
	CHECK_STR(l[0].value, "http://x.example");
	CHECK_STR(l[0].label, "home");
	CHECK_STR(vcard_date(d.a, &d.card[0], "BDAY"), "--05-06");
	struct vcard_address *adr;
	CHECK_INT(vcard_addresses(d.a, &d.card[0], &adr), 1);
	CHECK_STR(adr[0].street, "Rue 1, 75001 Paris, FR");
	arena_free(&d.a);
}

TEST(vcard_reads_base64_however_it_is_folded)
{
	static const char *const bodies[] = {
		"PHOTO;ENCODING=b;TYPE=JPEG:AAAA\r\n BBBB\r\n CC==\r\nFN:X\r\n",
		"PHOTO;BASE64:\r\n  AAAA\r\n  BBBBCC==\r\nFN:X\r\n",
		"PHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n AAAABBBB\r\n CC==\r\n\r\nFN:X\r\n",
		"PHOTO;JPEG;ENCODING=BASE64:AAAA\r\nBBBB\r\nCC==\r\n\r\nFN:X\r\n",
		"PHOTO;ENCODING=BASE64;JPEG:AAAABBBBCC==\r\nFN:X\r\n",
		"PHOTO;ENCODING=B:AAAABBBB\r\n CC==\r\nFN:X\r\n",
	};
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		struct deck d = card("2.1", bodies[i]);
		CHECK_INT(d.count, 1);
		const struct vcard_prop *p = vcard_find(&d.card[0], "PHOTO", NULL);
		CHECK(p && p->binary);
		test_check_str(p ? p->value : NULL, "AAAABBBBCC==", bodies[i], __FILE__, __LINE__);
		CHECK_STR(text_of(&d, "FN"), "X");
		arena_free(&d.a);
	}
}

TEST(vcard_reads_every_line_end_and_charset)
{
	static const char *const files[] = {
		"BEGIN:VCARD\nFN:Jos\xC3\xA9\nEND:VCARD",
		"BEGIN:VCARD\rFN:Jos\xC3\xA9\rEND:VCARD\r",
		"BEGIN:VCARD\r\r\nFN:Jos\r\r\n \xC3\xA9\r\r\nEND:VCARD\r\r\n",
		("\xEF\xBB\xBF"
		 "BEGIN:VCARD\r\nFN:Jos\xC3\xA9\r\nEND:VCARD"),
		"begin:vcard \nFN:Jos\xE9\nend:vcard\t\n",
		"BEGIN:VCARD\nFN:Jos\x8E\nEND:VCARD\n",
		"BEGIN:VCARD\nFN;CHARSET=MACINTOSH:Jos\x8E\nEND:VCARD\n",
		"\n\n BEGIN:VCARD\nFN:Jos\xC3\xA9\nEND:VCARD\n\n",
	};
	for (size_t i = 0; i + 1 < sizeof files / sizeof *files; i++) {
		struct deck d = deal(files[i]);
		test_check_str(text_of(&d, "FN"), "José", files[i], __FILE__, __LINE__);
		arena_free(&d.a);
	}
	static const char wide[] =
		"\xFF\xFE"
		"B\0E\0G\0I\0N\0:\0V\0C\0A\0R\0D\0\n\0F\0N\0:\0J\0o\0s\0\xE9\0\n\0E\0N\0D\0:\0V\0C\0A\0R\0D\0\n\0";
	struct deck d = deal_file(file_of(wide, sizeof wide - 1));
	CHECK_STR(text_of(&d, "FN"), "José");
	arena_free(&d.a);
	d = deal("BEGIN:VCARD\nFN:A\nEND:VCARD\n\xEF\xBB\xBF"
		 "BEGIN:VCARD\nFN:B\nEND:VCARD\n");
	CHECK_INT(d.count, 2); /* two files joined */
	arena_free(&d.a);
}

TEST(vcard_keeps_agents_and_the_unknown)
{
	struct deck d = card("2.1",
		"FN:Boss\r\nAGENT:\r\nBEGIN:VCARD\r\nFN:Aide\r\nAGENT:\r\nBEGIN:VCARD\r\nFN:Deep\r\nEND:VCARD\r\n"
		"END:VCARD\r\nTEL:1\r\nthis is no property\r\nX-CUSTOM;A=\"1;2\":v\r\n");
	CHECK_INT(d.count, 1);
	CHECK_STR(text_of(&d, "FN"), "Boss");
	CHECK(vcard_find(&d.card[0], "FN", vcard_find(&d.card[0], "FN", NULL)) == NULL);
	CHECK_STR(text_of(&d, "TEL"), "1");
	CHECK_STR(vcard_find(&d.card[0], "AGENT", NULL)->value, "FN:Aide\nAGENT:\nFN:Deep");
	CHECK_STR(text_of(&d, ""), "this is no property");
	CHECK_STR(vcard_param(vcard_find(&d.card[0], "X-CUSTOM", NULL), "A"), "1;2");
	arena_free(&d.a);
}

TEST(vcard_says_where_it_is_wrong)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"", "The file holds no card."},
		{"\n\n", "The file holds no card."},
		{"name,email\nJo,x\n", "Line 1, column 1: a card must begin with BEGIN:VCARD."},
		{"BEGIN:VCARD\nFN:A\n", "The card that begins in line 1 has no end."},
		{"BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\n",
			"Line 3: a card begins before the card of line 1 has ended."},
		{"BEGIN:VCARD\nAGENT:\nBEGIN:VCARD\nEND:VCARD\n", "The card that begins in line 1 has no end."},
		{"BEGIN:VCARD\nAGENT:\nBEGIN:VCARD\n", "The file ends inside a card."},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct deck d = deal(cases[i].text);
		CHECK(d.st != ST_OK);
		CHECK_STR(d.err.message, cases[i].message);
		arena_free(&d.a);
	}
	struct deck d = deal_file(file_of("BEGIN:VCARD\nFN:a\0b\nEND:VCARD\n", 29));
	CHECK_STR(d.err.message, "Line 2 has a NUL character; this is not a text file.");
	arena_free(&d.a);
}

TEST(vcard_bounds_memory)
{
	char block[4096];
	memset(block, 'A', sizeof block);
	static const struct {
		const char *head;
		int blocks;
		const char *message; /* NULL: the card is read without its photo */
	} cases[] = {{"NOTE:", 300, "Line 2: the value is longer than 1 MiB."}, {"PHOTO;ENCODING=b:", 1100, NULL},
		{"PHOTO;ENCODING=b:", 2100, "Line 2 is longer than 8 MiB."}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		FILE *f = tmpfile();
		fprintf(f, "BEGIN:VCARD\n%s", cases[i].head);
		for (int k = 0; k < cases[i].blocks; k++)
			(void)fwrite(block, 1, sizeof block, f);
		fputs("\nFN:X\nEND:VCARD\n", f);
		rewind(f);
		struct deck d = deal_file(f);
		if (cases[i].message) {
			CHECK_STR(d.err.message, cases[i].message);
		} else {
			CHECK_STR(text_of(&d, "FN"), "X");
			CHECK(vcard_find(&d.card[0], "PHOTO", NULL)->dropped);
		}
		arena_free(&d.a);
	}
	FILE *f = tmpfile();
	fputs("BEGIN:VCARD\n", f);
	for (int i = 0; i < 10001; i++)
		fputs("X:1\n", f);
	rewind(f);
	struct deck d = deal_file(f);
	CHECK_STR(d.err.message, "Line 10002: the card has more than 10000 properties.");
	arena_free(&d.a);
}

TEST(vcard_answers_what_a_crm_asks)
{
	struct deck d = card("3.0",
		"ORG:IBM;Accounting;Dungeon\r\nCATEGORIES:a\\, b,c\r\nCATEGORIES:d\r\nNOTE:one\r\nNOTE:two\r\n"
		"NICKNAME:Johny,Jay\\,Jay\r\nBDAY:19800322\r\nANNIVERSARY;VALUE=text:circa 1990\r\nN:;;;;\r\n");
	CHECK_STR(vcard_company(d.a, &d.card[0]), "IBM");
	CHECK_STR(vcard_department(d.a, &d.card[0]), "Accounting");
	CHECK_STR(vcard_note(d.a, &d.card[0]), "one\n\ntwo");
	CHECK_STR(vcard_date(d.a, &d.card[0], "BDAY"), "1980-03-22");
	CHECK_STR(vcard_date(d.a, &d.card[0], "ANNIVERSARY"), NULL);
	char **items;
	CHECK_INT(vcard_categories(d.a, &d.card[0], &items), 4);
	CHECK_STR(items[1], "b");
	CHECK_STR(items[3], "d");
	CHECK_INT(vcard_list(d.a, &d.card[0], vcard_find(&d.card[0], "NICKNAME", NULL), &items), 2);
	CHECK_STR(items[1], "Jay,Jay");
	struct vcard_name n;
	CHECK(!vcard_name(d.a, &d.card[0], &n));
	arena_free(&d.a);
}

/* Writing */

TEST(vcard_writes_both_versions)
{
	struct buf b = {0};
	struct vcard_writer w;
	vcard_begin(&w, &b, 30);
	vcard_put_text(&w, "FN", "Amélie Durand, Dr; \\ x\r\ny");
	vcard_put_parts(&w, "N", NULL, (const char *const[]){"Durand", "Amélie", NULL, "Dr", ""}, 5);
	vcard_put_labelled(&w, "TEL", "mobile", true, "+33 6");
	vcard_put_labelled(&w, "TEL", "Ski hut", false, "1");
	vcard_put_labelled(&w, "EMAIL", "other", false, "a@x.example");
	vcard_put_list(&w, "CATEGORIES", (const char *const[]){"a,b", "c"}, 2);
	vcard_end(&w);
	CHECK_STR(b.data,
		"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Amélie Durand\\, Dr\\; \\\\ x\\ny\r\nN:Durand;Amélie;;Dr;\r\n"
		"TEL;TYPE=cell;TYPE=pref:+33 6\r\nown1.TEL:1\r\nown1.X-ABLabel:Ski hut\r\nEMAIL:a@x.example\r\n"
		"CATEGORIES:a\\,b,c\r\nEND:VCARD\r\n");
	buf_clear(&b);
	vcard_begin(&w, &b, 40);
	vcard_put_labelled(&w, "TEL", "work", true, "1");
	CHECK_STR(b.data, "BEGIN:VCARD\r\nVERSION:4.0\r\nTEL;TYPE=work;PREF=1:1\r\n");
	buf_free(&b);
}

TEST(vcard_folds_at_75_octets)
{
	struct buf b = {0}, text = {0};
	for (int i = 0; i < 60; i++)
		buf_puts(&text, i % 3 ? "é" : "😀");
	struct vcard_writer w;
	vcard_begin(&w, &b, 40);
	vcard_put_text(&w, "NOTE", text.data);
	vcard_end(&w);
	for (char *line = b.data, *end; (end = strstr(line, "\r\n")); line = end + 2) {
		CHECK(end - line <= 75);
		CHECK(text_is_utf8(line, (size_t)(end - line)));
	}
	struct deck d = deal(b.data);
	CHECK_STR(text_of(&d, "NOTE"), text.data);
	arena_free(&d.a);
	buf_free(&b);
	buf_free(&text);
}

static void random_text(char *out, unsigned *seed)
{
	static const char *const atoms[] = {"a", "B", ",", ";", ":", "\\", "\n", "\"", "=", "é", "€", "😀", " ", "\t",
		"\\n", "^n", "^", "item1.", "word word word word word word word", "=3D", "\u00A0", "'"};
	int n = rand_r(seed) % 40;
	*out = '\0';
	for (int i = 0; i < n; i++)
		strcat(out, atoms[(unsigned)rand_r(seed) % (sizeof atoms / sizeof *atoms)]);
}

TEST(vcard_round_trip_restores_text)
{
	unsigned seed = 77;
	static char text[6][2000];
	for (int round = 0; round < 3000; round++) {
		for (int i = 0; i < 6; i++)
			random_text(text[i], &seed);
		struct buf b = {0};
		struct vcard_writer w;
		vcard_begin(&w, &b, round % 2 ? 30 : 40);
		vcard_put_text(&w, "X-ONE", text[0]);
		vcard_put_parts(&w, "N", NULL, (const char *const[]){text[1], text[2], text[3], "", ""}, 5);
		vcard_put_list(&w, "NICKNAME", (const char *const[]){text[4], text[5]}, 2);
		vcard_put_labelled(&w, "URL", "Ski; hut,\"x\"", round % 3 == 0, "http://x.example/a,b;c");
		vcard_end(&w);
		struct deck d = deal(b.data);
		CHECK_INT(d.count, 1);
		struct vcard *c = &d.card[0];
		const struct vcard_prop *p = vcard_find(c, "X-ONE", NULL);
		CHECK_STR(vcard_value(d.a, c, p), text[0]);
		p = vcard_find(c, "N", NULL);
		for (int i = 0; i < 3; i++)
			CHECK_STR(vcard_part(d.a, c, p, i), text_trim(d.a, text[i + 1]));
		char **items;
		size_t n = vcard_list(d.a, c, vcard_find(c, "NICKNAME", NULL), &items);
		CHECK_INT(n, !text_is_blank(text[4]) + !text_is_blank(text[5]));
		struct vcard_labelled *l;
		CHECK_INT(vcard_urls(d.a, c, &l), 1);
		CHECK_STR(l[0].value, "http://x.example/a,b;c");
		CHECK_STR(l[0].label, "Ski; hut,\"x\"");
		CHECK_INT(l[0].preferred, round % 3 == 0);
		arena_free(&d.a);
		buf_free(&b);
	}
}

/* Every property of a card, written again, reads the same. */
static void check_rewrite(const struct deck *d, size_t i, int version)
{
	struct buf b = {0};
	struct vcard_writer w;
	const struct vcard *c = &d->card[i];
	vcard_begin(&w, &b, version);
	for (size_t k = 0; k < c->count; k++)
		vcard_put_prop(&w, c, &c->prop[k]);
	vcard_end(&w);
	struct deck again = deal(b.data);
	CHECK_INT(again.count, 1);
	const struct vcard *n = &again.card[0];
	size_t at = 1; /* behind VERSION */
	for (size_t k = 0; k < c->count && again.count; k++) {
		const struct vcard_prop *p = &c->prop[k];
		if (!*p->name || strcmp(p->name, "VERSION") == 0)
			continue;
		CHECK(at < n->count);
		const struct vcard_prop *q = &n->prop[at++];
		CHECK_STR(q->name, p->name);
		if (p->binary)
			CHECK(strstr(q->value, p->value) != NULL);
		else
			CHECK_STR(vcard_value(again.a, n, q), vcard_value(d->a, c, p));
	}
	arena_free(&again.a);
	buf_free(&b);
}

TEST(vcard_reads_the_files_of_real_programs)
{
	static const struct {
		const char *file;
		size_t cards;
		const char *name; /* of the first card */
		size_t emails, phones, addresses;
	} files[] = {
		{"John_Doe_ANDROID.vcf", 6, NULL, 1, 0, 0},
		{"John_Doe_BLACK_BERRY.vcf", 1, "John Doe", 0, 1, 0},
		{"John_Doe_EVOLUTION.vcf", 1, "Mr. John Richter, James Doe Sr.", 1, 2, 1},
		{"John_Doe_GMAIL.vcf", 1, "Mr. John Richter, James Doe Sr.", 1, 2, 1},
		{"John_Doe_IPHONE.vcf", 1, "Mr. John Richter James Doe Sr.", 1, 7, 2},
		{"John_Doe_LOTUS_NOTES.vcf", 1, "Mr. Doe John I Johny", 2, 2, 1},
		{"John_Doe_MAC_ADDRESS_BOOK.vcf", 1, "Mr. John Richter,James Doe Sr.", 1, 7, 2},
		{"John_Doe_MS_OUTLOOK.vcf", 1, "Mr. John Richter James Doe Sr.", 1, 2, 2},
		{"fullcontact.vcf", 1, "Prefix FirstName MiddleName LastName Suffix", 5, 9, 4},
		{"gmail-list.vcf", 3, "Arnold Smith", 1, 0, 0},
		{"gmail-single.vcf", 1, "Greg Dartmouth", 1, 2, 2},
		{"gmail-single2.vcf", 1, "VCard Test", 5, 11, 5},
		{"issue114.vcf", 1, "Dummy, Dummy", 1, 2, 1},
		{"outlook-2003.vcf", 1, "John Doe III", 1, 4, 1},
		{"outlook-2007.vcf", 1, "Mr. Michael Angstadt Jr.", 1, 4, 1},
		{"rfc2426-example.vcf", 2, "Frank Dawson", 2, 2, 1},
		{"rfc6350-example.vcf", 1, "Simon Perreault", 1, 2, 1},
		{"thunderbird-MoreFunctionsForAddressBook-extension.vcf", 1, "John Doe", 5, 5, 2},
	};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char path[200];
		(void)snprintf(path, sizeof path, "import_vcard/ezvcard/%s", files[i].file);
		FILE *f = fopen(test_shared(path), "rb");
		CHECK(f != NULL);
		if (!f)
			continue;
		struct deck d = deal_file(f);
		test_check_str(d.err.message, "", files[i].file, __FILE__, __LINE__);
		test_check_int((int64_t)d.count, (int64_t)files[i].cards, files[i].file, __FILE__, __LINE__);
		test_check_str(vcard_text(d.a, &d.card[0], "FN"), files[i].name, files[i].file, __FILE__, __LINE__);
		struct vcard_labelled *l;
		struct vcard_address *adr;
		test_check_int((int64_t)vcard_emails(d.a, &d.card[0], &l), (int64_t)files[i].emails, files[i].file,
			__FILE__, __LINE__);
		test_check_int((int64_t)vcard_phones(d.a, &d.card[0], &l), (int64_t)files[i].phones, files[i].file,
			__FILE__, __LINE__);
		test_check_int((int64_t)vcard_addresses(d.a, &d.card[0], &adr), (int64_t)files[i].addresses,
			files[i].file, __FILE__, __LINE__);
		for (size_t k = 0; k < d.count; k++) {
			CHECK(vcard_find(&d.card[k], "", NULL) == NULL);
			CHECK(!d.card[k].damaged);
			check_rewrite(&d, k, 30);
			check_rewrite(&d, k, 40);
		}
		arena_free(&d.a);
	}
}
