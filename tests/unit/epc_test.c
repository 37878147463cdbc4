/* SEPA transfers: IBAN, RF reference and the payload of EPC069-12, with the examples of the standards. */
#include <string.h>

#include "core/billing/epc.h"
#include "tests/unit/test.h"

TEST(epc_iban)
{
	/* of the SWIFT IBAN registry */
	static const char *const good[] = {"FR14 2004 1010 0505 0001 3M02 606", "DE89370400440532013000", "GB82 WEST 1234 5698 7654 32", "BE68539007547034", "NO9386011117947",
		"MT84MALT011000012345MTLCAST001S", "CH9300762011623852957", "NL91ABNA0417164300", "ES9121000418450200051332", "IT60X0542811101000000123456",
		"LU280019400644750000", "MC5811222000010123456789030", "SE4550000000058398257466", "ie29aibk93115212345678", "PT50\u00A00002\u00A00123\u00A01234\u00A05678\u00A09015\u00A04"};
	static const char *const bad[] = {"", "FR", "FR14", "FR1420041010050500013M02607", "FR142004101005050001302606", "DE8937040044053201300", "DE893704004405320130000",
		"ZZ89370400440532013000", "DE99370400440532013000", "DE8937040044053201300O", "DE89-3704-0044-0532-0130-00", "GB82WEST12345698765423", "\xFF\xFE"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		test_check(iban_valid(good[i]), __FILE__, __LINE__, "%s is right", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		test_check(!iban_valid(bad[i]), __FILE__, __LINE__, "%s is wrong", bad[i]);
	CHECK(!iban_valid(NULL));
	struct arena *a = arena_new();
	CHECK_STR(iban_spaced(a, "fr1420041010050500013M02606"), "FR14 2004 1010 0505 0001 3M02 606");
	CHECK_STR(iban_spaced(a, " DE89 3704 0044 0532 0130 00 "), "DE89 3704 0044 0532 0130 00");
	CHECK_STR(iban_spaced(a, ""), "");
	arena_free(&a);
}

/* No slip of one digit and no swap of two neighbours goes unnoticed. */
TEST(epc_iban_finds_slips)
{
	char iban[] = "DE89370400440532013000";
	for (size_t i = 2; iban[i]; i++) {
		char was = iban[i];
		for (char c = '0'; c <= '9'; c++) {
			iban[i] = c;
			CHECK(iban_valid(iban) == (c == was));
		}
		iban[i] = was;
		if (iban[i + 1] && iban[i + 1] != was) {
			iban[i] = iban[i + 1];
			iban[i + 1] = was;
			CHECK(!iban_valid(iban));
			iban[i + 1] = iban[i];
			iban[i] = was;
		}
	}
}

TEST(epc_rf_reference)
{
	struct arena *a = arena_new();
	CHECK_STR(rf_reference(a, "539007547034"), "RF18539007547034"); /* of ISO 11649 */
	CHECK_STR(rf_reference(a, "2348231"), "RF712348231");
	CHECK_STR(rf_reference(a, "inv-2026/0042"), rf_reference(a, "INV20260042"));
	CHECK(rf_valid(rf_reference(a, "INV-2026-0042")));
	CHECK_INT(strlen(rf_reference(a, "1234567890123456789012345")), 25);
	CHECK(strstr(rf_reference(a, "1234567890123456789012345"), "567890123456789012345") != NULL);
	CHECK(rf_reference(a, "") == NULL);
	CHECK(rf_reference(a, "-/é") == NULL);
	for (int i = 0; i < 500; i++)
		CHECK(rf_valid(rf_reference(a, arena_printf(a, "A%dB%d", i * 7919, i))));
	CHECK(rf_valid("RF18 5390 0754 7034"));
	CHECK(rf_valid("rf18539007547034"));
	CHECK(!rf_valid("RF18539007547035"));
	CHECK(!rf_valid("RF1"));
	CHECK(!rf_valid("RF18"));
	CHECK(!rf_valid("18539007547034"));
	CHECK(!rf_valid("RF1853900754703412345678901234"));
	CHECK(!rf_valid(NULL));
	arena_free(&a);
}

TEST(epc_payload_as_the_guidelines_say)
{
	struct arena *a = arena_new();
	struct error err = {0};
	const char *p;
	struct epc_transfer t = {.bic = "BPOTBEB1", .name = "Red Cross of Belgium", .iban = "BE72 0000 0000 1616", .amount = 100, .text = "Urgency fund"};
	MUST(epc_payload(&t, a, &p, &err));
	CHECK_STR(p, "BCD\n002\n1\nSCT\nBPOTBEB1\nRed Cross of Belgium\nBE72000000001616\nEUR1.00\n\n\nUrgency fund");
	t.reference = "RF18 5390 0754 7034"; /* instead of the text */
	t.bic = NULL;
	t.amount = INT64_C(99999999999);
	MUST(epc_payload(&t, a, &p, &err));
	CHECK_STR(p, "BCD\n002\n1\nSCT\n\nRed Cross of Belgium\nBE72000000001616\nEUR999999999.99\n\nRF18539007547034");
	t.reference = t.text = NULL;
	t.amount = 1;
	MUST(epc_payload(&t, a, &p, &err));
	CHECK_STR(p, "BCD\n002\n1\nSCT\n\nRed Cross of Belgium\nBE72000000001616\nEUR0.01");
	arena_free(&a);
}

TEST(epc_payload_refuses)
{
	struct arena *a = arena_new();
	static const struct {
		struct epc_transfer t;
		const char *field;
	} cases[] = {{{.name = "X", .iban = "BE72000000001617", .amount = 1}, "iban"}, {{.name = "X", .amount = 1}, "iban"}, {{.name = "X", .iban = "BE72000000001616"}, "amount"},
		{{.name = "X", .iban = "BE72000000001616", .amount = -1}, "amount"}, {{.name = "X", .iban = "BE72000000001616", .amount = INT64_C(100000000000)}, "amount"},
		{{.name = "X", .iban = "BE72000000001616", .amount = 1, .bic = "BPOT"}, "bic"}, {{.name = "X", .iban = "BE72000000001616", .amount = 1, .bic = "BPOTBEB1\nEVIL"}, "bic"},
		{{.name = "X", .iban = "BE72000000001616", .amount = 1, .reference = "RF19539007547034"}, "reference"}, {{.name = " \n ", .iban = "BE72000000001616", .amount = 1}, "name"},
		{{.iban = "BE72000000001616", .amount = 1}, "name"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = {0};
		const char *p = "untouched";
		enum status st = epc_payload(&cases[i].t, a, &p, &err);
		CHECK_INT(st, strcmp(cases[i].field, "amount") == 0 ? ST_LIMIT : ST_INVALID);
		CHECK_STR(err.field, cases[i].field);
		CHECK_STR(p, "untouched");
	}
	arena_free(&a);
}

/* A line end in a text cannot begin another field, and what is long is cut at characters. */
TEST(epc_sec66_payload_keeps_its_fields)
{
	struct arena *a = arena_new();
	struct error err = {0};
	const char *p;
	char name[401] = "", text[801] = "";
	for (int i = 0; i < 200; i++)
		memcpy(name + 2 * i, "é", 3);
	for (int i = 0; i < 200; i++)
		memcpy(text + 4 * i, "😀", 5);
	struct epc_transfer t = {.name = "Ed\r\nDE89370400440532013000\x85\xE2\x80\xA8", .iban = "BE72000000001616", .amount = 123, .text = "a\nb\x01\xFF"};
	MUST(epc_payload(&t, a, &p, &err));
	CHECK_STR(p, "BCD\n002\n1\nSCT\n\nEd  DE89370400440532013000?\nBE72000000001616\nEUR1.23\n\n\na b ?");
	t.name = name;
	t.text = text;
	MUST(epc_payload(&t, a, &p, &err));
	CHECK(strlen(p) <= 331 && strlen(p) > 325);
	CHECK(strstr(p, "é\nBE72") != NULL);
	int lines = 1;
	for (const char *s = p; *s; s++)
		lines += *s == '\n';
	CHECK_INT(lines, 11);
	arena_free(&a);
}
