/* The input decoder and key names: every dialect, every split, garbage, pastes. */
#include "core/base/mem.h"
#include "tests/unit/test.h"
#include "tui/term/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Decode all of it and write the keys in text form, a space between; pastes as {text}. */
static char *decode(const char *bytes, size_t n, size_t step, bool settle)
{
	struct input *in = mem_zalloc(sizeof *in);
	struct buf out = {0};
	struct key k;
	char name[KEY_TEXT_SIZE];
	input_init(in, 25);
	input_define(in, "\033[[A", K_F1, 0);
	for (size_t at = 0; at < n || at == 0; at += step) {
		input_feed(in, bytes + at, n - at < step ? n - at : step);
		while (input_next(in, &k, settle && at + step >= n)) {
			if (out.len && k.code != K_PASTE_TEXT && k.code != K_PASTE_END)
				buf_putc(&out, ' ');
			if (k.code == K_PASTE_BEGIN)
				buf_putc(&out, '{');
			else if (k.code == K_PASTE_TEXT)
				buf_add(&out, k.text, k.len);
			else if (k.code == K_PASTE_END)
				buf_putc(&out, '}');
			else if (k.code == K_FOCUS_IN)
				buf_puts(&out, "focus");
			else if (k.code == K_MOUSE)
				buf_printf(&out, "mouse%d@%d,%d", (int)k.mouse, k.row, k.col);
			else
				buf_puts(&out, key_format(&k, name));
		}
		if (n == 0)
			break;
	}
	free(in);
	return buf_take(&out);
}

static const struct {
	const char *bytes, *keys;
} cases[] = {
	{"a", "a"}, {"\xC3\xA9", "é"}, {"\xF0\x9F\x98\x80", "😀"}, {" ", "Space"}, {"\r", "Enter"}, {"\n", "Enter"}, {"\t", "Tab"},
	{"\x7f", "BS"}, {"\b", "BS"}, {"\x01", "C-a"}, {"\x1a", "C-z"}, {"\x1f", "C-_"}, {"\033", "Esc"}, {"\033\033", "Esc Esc"},
	{"\033x", "M-x"}, {"\033\xC3\xA9", "M-é"}, {"\033\x01", "C-M-a"}, {"\033\x7f", "M-BS"}, {"\033[A", "Up"}, {"\033OA", "Up"},
	{"\033[1;5C", "C-Right"}, {"\033[1;2D", "S-Left"}, {"\033[1;3A", "M-Up"}, {"\033[H", "Home"}, {"\033[1~", "Home"},
	{"\033[7~", "Home"}, {"\033[F", "End"}, {"\033[3~", "Del"}, {"\033[3;5~", "C-Del"}, {"\033[5~", "PgUp"}, {"\033[6~", "PgDn"},
	{"\033OP", "F1"}, {"\033[15~", "F5"}, {"\033[24~", "F12"}, {"\033[[A", "F1"}, {"\033[Z", "S-Tab"}, {"\033O5A", "C-Up"},
	{"\033OM", "Enter"}, {"\033Op", "0"}, {"\033[I", "focus"}, {"\033[97;5u", "C-a"}, {"\033[13;2u", "S-Enter"},
	{"\033[<0;5;3M", "mouse0@2,4"}, {"\033[<0;5;3m", "mouse1@2,4"}, {"\033[<64;5;3M", "mouse2@2,4"},
	{"\033[<65;5;3M", "mouse3@2,4"}, {"\033[<35;5;3M", ""}, {"\033[<0;0;0M", ""},
	{"\033[99;99z" "b", "b"}, {"\033Oz" "b", "b"}, {"\033[?62;4c" "b", "b"}, {"\033]11;rgb:00/00\a" "b", "b"},
	{"\033]0;x\033\\b", "b"}, {"\033P1$r\033\\b", "b"}, {"\033_Gx\033\\b", "b"}, {"\xff" "b", "b"}, {"\xc3(", "("},
	{"\xc2\x9b" "b", "b"}, {"\033[200~x\r\ny\033[Az\033[201~q", "{x\r\ny\033[Az} q"}, {"\033[200~\033[201~", "{}"},
	{"\033[", "M-["}, {"\033O", "M-O"}, {"ab\033[Bc", "a b Down c"}, {"\033[200~a\033[200~b\033[201~", "{a\033[200~b}"},
};

TEST(input_decodes_every_dialect)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *got = decode(cases[i].bytes, strlen(cases[i].bytes), 4096, true);
		if (strcmp(got, cases[i].keys) != 0)
			test_check_str(got, cases[i].keys, cases[i].bytes + 1, __FILE__, __LINE__);
		free(got);
	}
	CHECK(true);
}

TEST(input_does_not_mind_where_it_is_cut)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (size_t step = 1; step < 4; step++) {
			char *got = decode(cases[i].bytes, strlen(cases[i].bytes), step, true);
			if (strcmp(got, cases[i].keys) != 0)
				test_check_str(got, cases[i].keys, "cut in pieces", __FILE__, __LINE__);
			free(got);
		}
	}
	CHECK(true);
}

TEST(input_waits_for_the_rest_of_a_sequence)
{
	struct input *in = mem_zalloc(sizeof *in);
	struct key k;
	input_init(in, 25);
	CHECK_INT(input_wait_ms(in), -1);
	input_feed(in, "\033", 1);
	CHECK(!input_next(in, &k, false));
	CHECK_INT(input_wait_ms(in), 25);
	input_feed(in, "[1;", 3);
	CHECK(!input_next(in, &k, false));
	CHECK(input_wait_ms(in) >= 25);
	input_feed(in, "5B", 2);
	CHECK(input_next(in, &k, false));
	CHECK(k.code == K_DOWN && k.mods == MOD_CTRL);
	CHECK_INT(input_wait_ms(in), -1);
	free(in);
}

TEST(input_keeps_a_long_paste_whole)
{
	enum { SIZE = 20000 };
	char *sent = mem_alloc(SIZE);
	for (int i = 0; i < SIZE; i++)
		sent[i] = "abc\r\033[q\xC3"[i % 8];
	for (int i = 0; i < SIZE; i++)
		if (sent[i] == '\xC3' && i + 1 < SIZE)
			sent[++i] = '\xA9';
	struct buf all = {0};
	buf_puts(&all, "\033[200~");
	buf_add(&all, sent, SIZE);
	buf_puts(&all, "\033[201~j");
	for (size_t step = 1; step <= 4096; step = step * 3 + 1) {
		char *got = decode(all.data, all.len, step, true);
		CHECK_INT(strlen(got), SIZE + 4);
		CHECK(memcmp(got + 1, sent, SIZE) == 0 && strcmp(got + 1 + SIZE, "} j") == 0);
		free(got);
	}
	buf_free(&all);
	free(sent);
}

TEST(input_dropping_type_ahead_keeps_a_paste_closed)
{
	struct input *in = mem_zalloc(sizeof *in);
	struct key k;
	input_init(in, 25);
	input_feed(in, "\033[200~text", 10);
	CHECK(input_next(in, &k, false) && k.code == K_PASTE_BEGIN);
	input_flush(in);
	CHECK(input_next(in, &k, false) && k.code == K_PASTE_TEXT);
	input_feed(in, "jjD", 3);
	input_flush(in);
	CHECK(input_next(in, &k, false) && k.code == K_PASTE_TEXT);
	input_feed(in, "\033[201~xyz", 9);
	CHECK(input_next(in, &k, false) && k.code == K_PASTE_END);
	input_flush(in);
	CHECK(!input_next(in, &k, false));
	free(in);
}

TEST(input_survives_garbage)
{
	static const char alphabet[] = "\033\033\033[[O]P_\\\a;0123456789<?~mMABZu\xC3\xA9\xFF\x9b q";
	struct input *in = mem_zalloc(sizeof *in);
	unsigned seed = 42;
	struct key k;
	input_init(in, 25);
	for (int round = 0; round < 20000; round++) {
		char bytes[64];
		size_t n = 0;
		for (; n < sizeof bytes; n++) {
			seed = seed * 1103515245u + 12345u;
			bytes[n] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
		}
		if (input_room(in) < n)
			while (input_next(in, &k, true))
				continue;
		CHECK(input_room(in) >= n || in->pasting || (input_flush(in), true));
		input_feed(in, bytes, n < input_room(in) ? n : input_room(in));
		int keys = 0;
		while (input_next(in, &k, round % 3 == 0)) {
			keys++;
			if (k.code == K_CHAR && (k.cp < 0x20 || (k.cp >= 0x7f && k.cp < 0xa0)))
				CHECK_INT(k.cp, -1);
		}
		if (keys > (int)INPUT_BUFFER)
			CHECK_INT(keys, 0);
	}
	free(in);
}

TEST(input_swallows_a_string_longer_than_its_buffer)
{
	struct buf b = {0};
	buf_puts(&b, "\033]52;c;");
	for (int i = 0; i < 30000; i++)
		buf_putc(&b, 'q');
	buf_puts(&b, "\ajk");
	char *got = decode(b.data, b.len, 1000, true);
	CHECK_STR(got, "j k");
	free(got);
	buf_free(&b);
}

TEST(key_names_are_read_back)
{
	static const char *const names[] = {"a", "G", "é", "Space", "Enter", "S-Tab", "C-p", "M-x", "C-M-a", "PgDn", "F12", "C-Left", "-",
		"C--", "?", "Esc"};
	char text[KEY_TEXT_SIZE];
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct key k;
		CHECK(key_parse(names[i], strlen(names[i]), &k));
		CHECK_STR(key_format(&k, text), names[i]);
	}
	struct key k;
	CHECK(!key_parse("", 0, &k));
	CHECK(!key_parse("ab", 2, &k));
	CHECK(!key_parse("C-", 2, &k));
	CHECK(!key_parse("\033", 1, &k));
}
