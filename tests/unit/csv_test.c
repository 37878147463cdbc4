/* CSV: every way a file may be written, what is refused and where, the guard against formulas, and the round trip. */
#include "core/crm/io/csv.h"
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

/* The whole file as text: cells between |, a row per line, the row's line number in front. Errors as "! message". */
static char *dump_file(FILE *f, bool verbatim)
{
	static struct buf out;
	struct csv_format format = {0};
	struct csv_reader *r = NULL;
	struct error err = {0};
	buf_clear(&out);
	buf_puts(&out, "");
	enum status st = csv_sniff(f, &format, &err);
	if (st == ST_OK)
		st = csv_open(f, &format, verbatim, &r, &err);
	bool more = true;
	while (st == ST_OK) {
		struct csv_row row;
		st = csv_read(r, &row, &more, &err);
		if (st != ST_OK || !more)
			break;
		buf_printf(&out, "%s%ld", out.len ? "\n" : "", row.line);
		for (size_t i = 0; i < row.count; i++)
			buf_printf(&out, "|%s", row.field[i]);
		if (row.blank)
			buf_puts(&out, " (blank)");
		if (row.damaged)
			buf_puts(&out, " (damaged)");
	}
	if (st != ST_OK)
		buf_printf(&out, "%s! %s", out.len ? "\n" : "", err.message);
	if (r)
		csv_close(&r);
	fclose(f);
	return out.data;
}

#define DUMP(s) dump_file(file_of(s, sizeof(s) - 1), false)

TEST(csv_reads_the_plain_forms)
{
	CHECK_STR(DUMP("a,b\n1,2\n"), "1|a|b\n2|1|2");
	CHECK_STR(DUMP("a,b\r\n1,2"), "1|a|b\n2|1|2");
	CHECK_STR(DUMP("a,b\r1,2\r"), "1|a|b\n2|1|2");
	CHECK_STR(DUMP("a;b\n1,5;2,5\n3,5;4\n"), "1|a|b\n2|1,5|2,5\n3|3,5|4");
	CHECK_STR(DUMP("a\tb\n1\t2\n"), "1|a|b\n2|1|2");
	CHECK_STR(DUMP("a|b|c\n1|2|3\n"), "1|a|b|c\n2|1|2|3");
	CHECK_STR(DUMP("sep=;\r\na;b\r\n1;2\r\n"), "2|a|b\n3|1|2");
	CHECK_STR(DUMP("\"sep=\t\"\na\tb\n"), "2|a|b");
	CHECK_STR(DUMP("Email\na@b.example\n"), "1|Email\n2|a@b.example");
	CHECK_STR(DUMP("\xEF\xBB\xBFé,b\n1,2\n"), "1|é|b\n2|1|2");
}

TEST(csv_keeps_line_numbers)
{
	CHECK_STR(DUMP("a,b\n\n\n1,2\n,\n \t,\n3,4,5\n6\n"), "1|a|b\n4|1|2\n5|| (blank)\n6| \t| (blank)\n7|3|4|5\n8|6");
	CHECK_STR(DUMP("a,b\n\"x\ny\r\nz\",2\n3,4\n"), "1|a|b\n2|x\ny\r\nz|2\n5|3|4");
	CHECK_STR(DUMP("a,b\r\r\n1,2\r\r\n"), "1|a|b\n3|1|2"); /* CR CR LF: an empty line between */
	CHECK_STR(DUMP("a,b,\n1,2,\n"), "1|a|b|\n2|1|2|");
}

TEST(csv_treats_quotation_marks_as_python_does)
{
	CHECK_STR(DUMP("a,b\n\"1\",\"2\"\n"), "1|a|b\n2|1|2");
	CHECK_STR(DUMP("a,b\n\"say \"\"hi\"\"\",\"\"\n"), "1|a|b\n2|say \"hi\"|");
	CHECK_STR(DUMP("a,b\n5\" disk,x\"y\"\n"), "1|a|b\n2|5\" disk|x\"y\"");
	CHECK_STR(DUMP("a,b\n\"ab\"c,\"d\" \n"), "1|a|b\n2|abc|d ");
	CHECK_STR(DUMP("a,b\n \"x\",y\n"), "1|a|b\n2| \"x\"|y");
	CHECK_STR(DUMP("a,b\n\"\"\"\",\"\"\"x\"\"\"\n"), "1|a|b\n2|\"|\"x\"");
	CHECK_STR(DUMP("a,b\n\"\n\""), "1|a|b\n2|\n (blank)");
}

TEST(csv_says_where_it_is_wrong)
{
	CHECK_STR(DUMP("a,b\n1,\"two\n3,4\n"),
		"1|a|b\n! Line 2, column 3: the quotation mark that opens this field is never closed.");
	CHECK_STR(DUMP("é,b\né,é\"x,\"y\n"),
		"1|é|b\n! Line 2, column 7: the quotation mark that opens this field is never closed.");
	CHECK_STR(DUMP("a,b\n1,x\0y\n"), "1|a|b\n! Line 2, column 4: a NUL character; this is not a text file.");
	CHECK_STR(DUMP(""), "! The file holds no row.");
	CHECK_STR(DUMP("\n\r\n\n"), "! The file holds no row.");
	CHECK_STR(DUMP("PK\3\4zipzip"), "! This is not a text file but a spreadsheet (.xlsx, .ods) or a zip archive.");
}

TEST(csv_bounds_memory)
{
	FILE *f = tmpfile();
	fputs("a,b\n1,", f);
	char block[4096];
	memset(block, 'x', sizeof block);
	for (int i = 0; i < 2048; i++) /* 8 MiB without a line end */
		(void)fwrite(block, 1, sizeof block, f);
	rewind(f);
	CHECK_STR(dump_file(f, false), "1|a|b\n! Line 2, column 3: the field is longer than 1 MiB.");
	f = tmpfile();
	fputs("a,b\n", f);
	for (int i = 0; i < 3000; i++)
		fputs("y,", f);
	rewind(f);
	CHECK(strstr(dump_file(f, false), "more than 2048 columns") != NULL);
	f = tmpfile();
	fputs("a,b\n1,\"", f);
	for (int i = 0; i < 300; i++)
		(void)fwrite(block, 1, sizeof block, f);
	rewind(f);
	CHECK(strstr(dump_file(f, false), "Line 2, column 3: the quotation mark") != NULL);
}

TEST(csv_reads_character_sets)
{
	CHECK_STR(DUMP("Nom;Ville\nJos\xE9;Orl\xE9"
		       "ans\n"),
		"1|Nom|Ville\n2|José|Orléans");
	CHECK_STR(DUMP("Nom;Ville\nJos\x8E;Orl\x8E"
		       "ans\n"),
		"1|Nom|Ville\n2|José|Orléans");
	CHECK_STR(DUMP("\xFF\xFEN\0;\0V\0\n\0J\0\xE9\0;\0=\xD8\0\xDE\n\0"), "1|N|V\n2|Jé|😀");
	CHECK_STR(DUMP("\xFE\xFF\0N\0;\0V\0\n\0J\0\xE9\0;\0x\0\n"), "1|N|V\n2|Jé|x");
	CHECK_STR(DUMP("N\0a\0m\0e\0,\0V\0\n\0J\0\xE9\0,\0x\0\n\0"), "1|Name|V\n2|Jé|x");
	CHECK_STR(DUMP("\xEF\xBB\xBF"
		       "a,b\n\xFF,é\n"),
		"1|a|b\n2|\uFFFD|é (damaged)");
}

TEST(csv_finds_the_header)
{
	struct csv_format format;
	struct error err;
	static const struct {
		const char *text;
		long line;
	} cases[] = {
		{"Name,Email\nJo,jo@x.example\n", 1},
		{",,,,\nLead ID,Contact,Email / Phone,Owner,Status\nL1,Raj,x,P,Hot\n", 2},
		{"Export of 2024\n\nName,Email,Phone\nJo,jo@x.example,1\n", 3},
		{"Jo,jo@x.example,0612345678\nAl,al@x.example,3\n", 0},
		{"1,2,3\n4,5,6\n", 0},
		{"Region,2023,2024\nNorth,5,6\n", 1},
		{"sep=,\nName,City\nJo,Lyon\n", 2},
		{"accounts,,,,,,teams,,\naccount,sector,year,revenue,employees,office,agent,manager,region\na,b,c,d,e,"
		 "f,g,h,i\n",
			2},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		FILE *f = file_of(cases[i].text, strlen(cases[i].text));
		MUST(csv_sniff(f, &format, &err));
		test_check_int(format.header_line, cases[i].line, cases[i].text, __FILE__, __LINE__);
		fclose(f);
	}
}

TEST(csv_finds_the_delimiter)
{
	struct csv_format format;
	struct error err;
	static const struct {
		const char *text;
		char delimiter;
	} cases[] = {
		{"Nom;Montant;Note\nA;1,50;x, y\nB;2,50;z\nC;3,10;a, b, c\n", ';'},
		{"a,b,c\n\"x;y;z\",2,3\n\"p;q;r\",5,6\n", ','},
		{"Name\tNote\nJo\tone, two, three\nAl\tfour, five; six\n", '\t'},
		{"\"a;b\"\n\"c;d\"\n", ','},
		{"Date;Amount\n\"1,5\";\"2,5\"\n", ';'},
		{"one column\nfirst\nsecond\n", ','},
		{"Name\nDurand; Jean\nMartin; Paul\n", ','},
		{"A title\na;b;c\nd;e;f\n", ';'},
		{"Name;City\n\"Smith\nJohn, Jr\";Lyon\n\"Doe, Jane\";Paris\n", ';'},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		FILE *f = file_of(cases[i].text, strlen(cases[i].text));
		MUST(csv_sniff(f, &format, &err));
		test_check_int(format.delimiter, cases[i].delimiter, cases[i].text, __FILE__, __LINE__);
		fclose(f);
	}
}

TEST(csv_writer_guards_and_quotes)
{
	struct buf b = {0};
	struct csv_writer w;
	csv_begin(&w, &b, ',');
	static const char *const cells[] = {"x", "=1+1", "+33 6", "-5", "@x", "'=x", "'x", "''=x", "a,b", "say \"hi\"",
		"", "\tx", "=a,\"b\"", " pad ", "two\nlines"};
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
		csv_text(&w, cells[i]);
	csv_number(&w, "-5.00");
	csv_text(&w, NULL);
	csv_end_row(&w);
	csv_text(&w, "");
	csv_end_row(&w);
	CHECK_STR(buf_str(&b),
		"x,'=1+1,'+33 6,'-5,'@x,''=x,'x,'''=x,\"a,b\",\"say \"\"hi\"\"\",,\"'\tx\",\"'=a,\"\"b\"\"\","
		"\" pad \",\"two\nlines\",-5.00,\r\n\"\"\r\n");
	buf_free(&b);
}

/* International numbers stay as they are, alone, in a list and with a label; what only begins like one is guarded. */
TEST(csv_writer_knows_phone_numbers)
{
	static const struct {
		const char *cell;
		bool guarded;
	} cases[] = {{"+33 6 12 34 56 78", false}, {"+1 (555) 010-0100", false}, {"+33.6.12.34.56.78", false}, {"+33612345678 (mobile)", false},
		{"+33 6 12 34 56 78 (mobile), +33 1 00 00 00 00 (work)", false}, {"+33 6 12 34 56 78, 06 12 34 56 78", false}, {"+1+1", true},
		{"+1-1", true}, {"+1234567+1", true}, {"+cmd|' /C calc'!A0", true}, {"+1234567 (A1)", true}, {"+1234567,=A1", true},
		{"+1234567, =A1", true}, {"+1234567 (sum", true}, {"+1234567*2", true}, {"-1234567", true}, {"+1234567\n", true}, {"'+1234567", false},
		{"''+1+1", true}, {"+1234567 sum(1)", true}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf b = {0};
		struct csv_writer w;
		csv_begin(&w, &b, ';');
		csv_text(&w, cases[i].cell);
		const char *first = b.data[0] == '"' ? b.data + 1 : b.data;
		test_check_int(strncmp(first, cases[i].cell, strlen(cases[i].cell)) != 0, cases[i].guarded, cases[i].cell, __FILE__, __LINE__);
		char *cell = mem_strdup(first);
		cell[strcspn(cell, "\"")] = '\0';
		CHECK_STR(csv_unguard(cell), cases[i].cell);
		free(cell);
		buf_free(&b);
	}
}

/* A cell of the characters that matter, and some that do not. */
static void random_cell(char *out, unsigned *seed)
{
	static const char *const atoms[] = {"=", "+", "-", "@", "'", "\"", ",", ";", "\t", "\n", "\r", "\r\n", " ", "a",
		"1", "é", "€", "😀", "\u00A0", "\uFEFF", "sep=", "|", "0", "\x7F", "\x01"};
	int n = rand_r(seed) % 7;
	*out = '\0';
	for (int i = 0; i < n; i++)
		strcat(out, atoms[(unsigned)rand_r(seed) % (sizeof atoms / sizeof *atoms)]);
}

TEST(csv_round_trip_restores_every_byte)
{
	enum { COLUMNS = 4, CELLS = COLUMNS * 250 };
	static char cell[CELLS][64];
	unsigned seed = 99;
	struct error err;
	for (int round = 0; round < 40; round++) {
		char delimiter = ",;\t|"[round % 4];
		struct buf b = {0};
		struct csv_writer w;
		csv_begin(&w, &b, delimiter);
		for (int i = 0; i < CELLS; i++) {
			random_cell(cell[i], &seed);
			csv_text(&w, cell[i]);
			if (i % COLUMNS == COLUMNS - 1)
				csv_end_row(&w);
		}
		FILE *f = file_of(b.data, b.len);
		struct csv_format format = {.delimiter = delimiter};
		struct csv_reader *r = NULL;
		MUST(csv_open(f, &format, false, &r, &err));
		for (int i = 0; i < CELLS; i += COLUMNS) {
			struct csv_row row;
			bool more;
			MUST(csv_read(r, &row, &more, &err));
			CHECK(more);
			CHECK_INT(row.count, COLUMNS);
			for (int k = 0; k < COLUMNS; k++)
				if (strcmp(csv_cell(&row, (size_t)k), cell[i + k]) != 0)
					CHECK_STR(csv_cell(&row, (size_t)k), cell[i + k]);
		}
		csv_close(&r);
		fclose(f);
		buf_free(&b);
	}
}

TEST(csv_written_cells_are_never_formulas)
{
	unsigned seed = 4;
	char cell[64];
	for (int i = 0; i < 100000; i++) {
		random_cell(cell, &seed);
		struct buf b = {0};
		struct csv_writer w;
		csv_begin(&w, &b, ',');
		csv_text(&w, cell);
		const char *first = b.data[0] == '"' ? b.data + 1 : b.data;
		if (cell[0] && cell[0] != '"' && strchr("=+-@\t\r\n", *first))
			CHECK_STR(b.data, "a guarded cell");
		buf_free(&b);
	}
}

TEST(csv_cell_is_empty_behind_the_end)
{
	char *field[] = {(char[]){"x"}};
	struct csv_row row = {.field = field, .count = 1};
	CHECK_STR(csv_cell(&row, 0), "x");
	CHECK_STR(csv_cell(&row, 1), "");
}
