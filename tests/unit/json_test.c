/* JSON: what the strict reader refuses and a lax one takes, and what the writer writes. */
#include "core/base/json.h"
#include "tests/unit/test.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool accepts(const char *s)
{
	struct error err;
	struct cJSON *doc = NULL;
	bool ok = json_parse(s, strlen(s), &doc, &err) == ST_OK;
	if (ok)
		json_free(&doc);
	return ok;
}

TEST(json_parse_takes_json)
{
	static const char *const good[] = {"{}", "[]", "0", "-0", "\"\"", "true", "null", " [1 , 2.5e-3, -7E+2 ] ",
		"{\"a\":{\"a\":[{\"a\":1}]},\"b\":\"\\u00e9\\ud83d\\ude00\\n\"}", "\"\xC3\xA9\xF0\x9F\x98\x80\"",
		"9007199254740991", "1e308", "0.1", "\"\\/\\b\""};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		test_check(accepts(good[i]), __FILE__, __LINE__, "refused %s", good[i]);
}

TEST(json_parse_refuses_the_rest)
{
	static const char *const bad[] = {"", " ", "{", "[", "]", "[1,]", "[,1]", "{\"a\":1,}", "{\"a\"}", "{a:1}",
		"{'a':1}", "[1 2]", "007", "01", "+1", ".5", "1.", "1e", "1e+", "-", "0x10", "NaN", "Infinity",
		"-Infinity", "1e999", "9007199254740993", "9007199254740992", "tru", "nulls", "True", "\"", "\"\\x\"",
		"\"\\u12\"", "\"\\u0000\"", "\"x\\u0000y\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
		"\"\t\"", "\"a\nb\"", "\"\xFF\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\xEF\xBB\xBF{}", "{}{}", "[1]x",
		"// c\n1", "[1/**/]", "{\"a\":1,\"a\":2}", "[{\"x\":[{\"k\":1,\"k\":1}]}]", "{\"a\":1,\"\\u0061\":2}",
		"1 1", "\"a\" :", "1111111111111111111111111111111111111111111111111111111111111111e-63"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		test_check(!accepts(bad[i]), __FILE__, __LINE__, "accepted %s", bad[i]);
	struct error err;
	struct cJSON *doc = NULL;
	CHECK_INT(json_parse("[1\0]", 4, &doc, &err), ST_INVALID);
	CHECK(doc == NULL);
	CHECK_INT(json_parse("{\n  \"é\": 1,\n  \"b\" 2\n}", 23, &doc, &err), ST_INVALID);
	CHECK(strstr(err.message, "line 3, column 7") != NULL);
	CHECK(strstr(err.message, "a missing colon") != NULL);
}

TEST(json_parse_limits_depth)
{
	char deep[200];
	for (int n = 63; n <= 66; n++) {
		memset(deep, '[', (size_t)n);
		memset(deep + n, ']', (size_t)n);
		deep[2 * n] = '\0';
		CHECK_INT(accepts(deep), n <= 64);
	}
	char *flood = malloc(1000001);
	memset(flood, '[', 1000000);
	flood[1000000] = '\0';
	CHECK(!accepts(flood));
	free(flood);
}

TEST(json_reads_members)
{
	static const char text[] =
		"{\"Name\":\"x\",\"n\":42,\"half\":0.5,\"big\":1e300,\"neg\":-9007199254740991,\"list\":[1]}";
	struct error err;
	struct cJSON *doc = NULL;
	MUST(json_parse(text, sizeof text - 1, &doc, &err));
	CHECK_STR(json_text(json_get(doc, "Name")), "x");
	CHECK(json_get(doc, "name") == NULL);
	CHECK(json_get(json_get(doc, "list"), "x") == NULL);
	CHECK(json_get(NULL, "x") == NULL);
	CHECK_STR(json_text(json_get(doc, "n")), NULL);
	int64_t v = 7;
	CHECK(json_int(json_get(doc, "n"), &v));
	CHECK_INT(v, 42);
	CHECK(!json_int(json_get(doc, "half"), &v));
	CHECK(!json_int(json_get(doc, "big"), &v));
	CHECK(!json_int(json_get(doc, "Name"), &v));
	CHECK_INT(v, 42);
	CHECK(json_int(json_get(doc, "neg"), &v));
	CHECK_INT(v, -9007199254740991);
	json_free(&doc);
	CHECK(doc == NULL);
}

TEST(json_writer_places_commas)
{
	struct buf b = {0};
	struct json_out w;
	json_begin(&w, &b, false);
	json_object(&w);
	json_key(&w, "a");
	json_num(&w, -5);
	json_key(&w, "list");
	json_array(&w);
	json_str(&w, "x");
	json_str(&w, NULL);
	json_bool(&w, true);
	json_object(&w);
	json_object_end(&w);
	json_array_end(&w);
	json_key(&w, "raw");
	json_raw(&w, "[1,2]");
	json_key(&w, "r");
	json_real(&w, 0.1);
	json_key(&w, "nan");
	json_real(&w, NAN);
	json_object_end(&w);
	CHECK_STR(buf_str(&b), "{\"a\":-5,\"list\":[\"x\",null,true,{}],\"raw\":[1,2],\"r\":0.1,\"nan\":null}");
	buf_clear(&b);
	json_begin(&w, &b, true);
	json_array(&w);
	json_object(&w);
	json_key(&w, "k");
	json_array(&w);
	json_array_end(&w);
	json_object_end(&w);
	json_num(&w, 2);
	json_array_end(&w);
	CHECK_STR(buf_str(&b), "[\n  {\n    \"k\": []\n  },\n  2\n]");
	buf_free(&b);
}

TEST(json_writer_escapes)
{
	struct buf b = {0};
	json_quote(&b, "a\"b\\c\n\t\x1B/é\x7F\xC2\x9B\xFFz\0!", 18);
	CHECK_STR(buf_str(&b), "\"a\\\"b\\\\c\\n\\t\\u001b/é\\u007f\\u009b\uFFFDz\\u0000!\"");
	buf_free(&b);
}

TEST(json_round_trips)
{
	unsigned seed = 11;
	for (int i = 0; i < 5000; i++) {
		char s[40];
		size_t n = (size_t)rand_r(&seed) % 30;
		for (size_t k = 0; k < n; k++)
			s[k] = (char)(1 + rand_r(&seed) % 127);
		s[n] = '\0';
		double x = (double)rand_r(&seed) / (1 + rand_r(&seed)) * pow(10, rand_r(&seed) % 40 - 20);
		struct buf b = {0};
		struct json_out w;
		json_begin(&w, &b, i % 2);
		json_array(&w);
		json_str(&w, s);
		json_real(&w, x);
		json_array_end(&w);
		struct error err;
		struct cJSON *doc = NULL;
		MUST(json_parse(b.data, b.len, &doc, &err));
		CHECK_STR(doc->child->valuestring, s);
		CHECK(doc->child->next->valuedouble == x);
		json_free(&doc);
		buf_free(&b);
	}
}
