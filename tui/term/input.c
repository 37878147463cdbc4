#include "tui/term/input.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

#define SEQUENCE_MS 100 /* the rest of a sequence that was split by the network */

static const char paste_end[] = "\033[201~";

void input_init(struct input *in, int esc_ms)
{
	memset(in, 0, sizeof *in);
	in->esc_ms = esc_ms;
}

void input_define(struct input *in, const char *seq, enum key_code code, unsigned mods)
{
	size_t n = seq ? strlen(seq) : 0;
	/* One-byte strings (Enter, Backspace) are decoded as bytes. */
	if (n < 2 || n >= sizeof in->defined[0].seq || in->defined_count == INPUT_DEFINED)
		return;
	memcpy(in->defined[in->defined_count].seq, seq, n + 1);
	in->defined[in->defined_count].key = (struct key){.code = code, .mods = (uint8_t)mods};
	in->defined_count++;
}

size_t input_room(struct input *in)
{
	if (in->start > 0) {
		memmove(in->buf, in->buf + in->start, in->end - in->start);
		in->end -= in->start;
		in->start = 0;
	}
	return sizeof in->buf - in->end;
}

void input_feed(struct input *in, const char *bytes, size_t n)
{
	if (n > input_room(in))
		n = input_room(in);
	memcpy(in->buf + in->end, bytes, n);
	in->end += n;
}

void input_flush(struct input *in)
{
	if (in->pasting || in->swallowing) /* its end must still be recognised */
		return;
	in->start = in->end = 0;
}

void input_end_paste(struct input *in)
{
	in->pasting = false;
	in->start = in->end = 0;
}

int input_wait_ms(const struct input *in)
{
	size_t n = in->end - in->start;
	if (n == 0 || in->pasting)
		return -1;
	return n == 1 && in->buf[in->start] == '\033' ? in->esc_ms : SEQUENCE_MS;
}

/* How a try to read one thing ended. */
enum step { STEP_KEY, STEP_SKIP, STEP_MORE };

static enum step next_paste(struct input *in, struct key *out, const char *s, size_t n)
{
	size_t mark = sizeof paste_end - 1;
	const char *esc = memchr(s, '\033', n);
	while (esc) {
		size_t left = n - (size_t)(esc - s);
		if (memcmp(esc, paste_end, left < mark ? left : mark) == 0)
			break;
		esc = memchr(esc + 1, '\033', left - 1);
	}
	size_t take = esc ? (size_t)(esc - s) : n;
	if (take > 0) {
		/* Not half a character: the rest of it comes with the next read. */
		size_t whole = take;
		for (size_t back = 1; !esc && back <= 3 && back < take; back++) {
			unsigned char c = (unsigned char)s[take - back];
			if ((c & 0xC0) == 0xC0) {
				size_t want = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
				if (want > back)
					whole = take - back;
				break;
			}
			if ((c & 0x80) == 0)
				break;
		}
		memcpy(in->paste, s, whole);
		*out = (struct key){.code = K_PASTE_TEXT, .text = in->paste, .len = whole};
		in->start += whole;
		return STEP_KEY;
	}
	if (n < mark)
		return STEP_MORE;
	in->start += mark;
	in->pasting = false;
	*out = (struct key){.code = K_PASTE_END};
	return STEP_KEY;
}

/* xterm's modifier parameter is 1 + shift 1, alt 2, ctrl 4 (ctlseqs, "PC-Style Function Keys"). */
static uint8_t modifiers(long param)
{
	return param > 1 ? (uint8_t)((param - 1) & (MOD_SHIFT | MOD_ALT | MOD_CTRL)) : 0;
}

static enum key_code letter_key(char final)
{
	switch (final) {
	case 'A':
		return K_UP;
	case 'B':
		return K_DOWN;
	case 'C':
		return K_RIGHT;
	case 'D':
		return K_LEFT;
	case 'H':
		return K_HOME;
	case 'F':
		return K_END;
	case 'M':
		return K_ENTER; /* keypad, in SS3 only */
	case 'P':
		return K_F1;
	case 'Q':
		return K_F2;
	case 'R':
		return K_F3;
	case 'S':
		return K_F4;
	default:
		return K_NONE;
	}
}

static enum key_code tilde_key(long number)
{
	static const uint8_t codes[] = {[1] = K_HOME, [2] = K_INSERT, [3] = K_DELETE, [4] = K_END, [5] = K_PAGE_UP,
		[6] = K_PAGE_DOWN, [7] = K_HOME, [8] = K_END, [11] = K_F1, [12] = K_F2, [13] = K_F3, [14] = K_F4,
		[15] = K_F5, [17] = K_F6, [18] = K_F7, [19] = K_F8, [20] = K_F9, [21] = K_F10, [23] = K_F11,
		[24] = K_F12};
	return number > 0 && number < (long)sizeof codes ? (enum key_code)codes[number] : K_NONE;
}

/* A control byte or a code point as the key that makes it. */
static bool char_key(int32_t cp, struct key *out)
{
	struct key k = {.code = K_CHAR, .cp = cp};
	if (cp == '\r' || cp == '\n')
		k.code = K_ENTER;
	else if (cp == '\t')
		k.code = K_TAB;
	else if (cp == 0x7f || cp == '\b')
		k.code = K_BACKSPACE;
	else if (cp == 0) {
		k.cp = ' ';
		k.mods = MOD_CTRL;
	} else if (cp == 0x1b)
		k.code = K_ESC;
	else if (cp < 0x1b) {
		k.cp = cp + 'a' - 1;
		k.mods = MOD_CTRL;
	} else if (cp < 0x20) {
		k.cp = cp + '@';
		k.mods = MOD_CTRL;
	} else if (cp >= 0x80 && cp < 0xa0)
		return false;
	if (k.code != K_CHAR)
		k.cp = 0;
	*out = k;
	return true;
}

static bool mouse_key(const long *p, char final, struct key *out)
{
	struct key k = {.code = K_MOUSE, .row = (int)p[2] - 1, .col = (int)p[1] - 1};
	if (p[1] < 1 || p[2] < 1 || p[1] > 9999 || p[2] > 9999)
		return false;
	k.mods = (uint8_t)((p[0] & 4 ? MOD_SHIFT : 0) | (p[0] & 8 ? MOD_ALT : 0) | (p[0] & 16 ? MOD_CTRL : 0));
	if (p[0] & 32) /* motion was not asked for */
		return false;
	if (p[0] & 64)
		k.mouse = p[0] & 1 ? MOUSE_WHEEL_DOWN : MOUSE_WHEEL_UP;
	else {
		k.mouse = final == 'm' ? MOUSE_RELEASE : MOUSE_PRESS;
		k.button = (uint8_t)((p[0] & 3) + 1);
	}
	*out = k;
	return true;
}

/* The meaning of a whole CSI: private mark, up to three parameters, final byte. */
static bool csi_key(struct input *in, char private, const long *p, int count, char final, struct key *out)
{
	struct key k = {0};
	if (private == '<' && (final == 'M' || final == 'm') && count >= 3)
		return mouse_key(p, final, out);
	if (private)
		return false;
	if (final == '~' && p[0] == 200) {
		in->pasting = true;
		k.code = K_PASTE_BEGIN;
	} else if (final == '~') {
		k.code = tilde_key(p[0]);
		k.mods = modifiers(p[1]);
	} else if (final == 'I' || final == 'O') {
		k.code = final == 'I' ? K_FOCUS_IN : K_FOCUS_OUT;
	} else if (final == 'Z') {
		k.code = K_TAB;
		k.mods = MOD_SHIFT;
	} else if (final == 'u' && p[0] > 0 && p[0] <= 0x10ffff) {
		if (!char_key((int32_t)p[0], &k))
			return false;
		k.mods |= modifiers(p[1]);
		if (k.code == K_CHAR)
			k.mods &= (uint8_t)~MOD_SHIFT;
	} else if (final != 'M' && (count == 0 || p[0] <= 1)) {
		k.code = letter_key(final);
		k.mods = modifiers(p[1]);
	}
	*out = k;
	return k.code != K_NONE;
}

static enum step next_csi(struct input *in, struct key *out, const char *s, size_t n, bool settle)
{
	long p[4] = {0};
	int count = 0;
	size_t i = 2;
	char private = 0;
	if (i < n && s[i] >= '<' && s[i] <= '?')
		private = s[i++];
	for (; i < n && (unsigned char)s[i] >= 0x20 && (unsigned char)s[i] < 0x40; i++) {
		if (s[i] == ';' || s[i] == ':') {
			count += count < 3;
		} else if (s[i] >= '0' && s[i] <= '9' && p[count] < 1000000) {
			p[count] = p[count] * 10 + (s[i] - '0');
		}
	}
	if (i == n) {
		if (!settle)
			return STEP_MORE;
		in->start += n;
		*out = (struct key){.code = K_CHAR, .cp = '[', .mods = MOD_ALT};
		return n == 2 ? STEP_KEY : STEP_SKIP;
	}
	if (s[i] < 0x40 || s[i] == 0x7f) { /* a control byte breaks the sequence off; it is read by itself */
		in->start += i;
		return STEP_SKIP;
	}
	in->start += i + 1;
	return csi_key(in, private, p, i > 2 ? count + 1 : 0, s[i], out) ? STEP_KEY : STEP_SKIP;
}

static enum step next_ss3(struct input *in, struct key *out, const char *s, size_t n, bool settle)
{
	size_t i = 2;
	long mods = 0;
	while (i < n && s[i] >= '0' && s[i] <= '9')
		mods = s[i++] - '0';
	if (i == n) {
		if (!settle)
			return STEP_MORE;
		in->start += n;
		*out = (struct key){.code = K_CHAR, .cp = 'O', .mods = MOD_ALT};
		return n == 2 ? STEP_KEY : STEP_SKIP;
	}
	if ((unsigned char)s[i] < 0x20) {
		in->start += i;
		return STEP_SKIP;
	}
	in->start += i + 1;
	*out = (struct key){.code = letter_key(s[i]), .mods = modifiers(mods)};
	if (out->code == K_NONE && s[i] >= 'j' && s[i] <= 'y') /* the numeric keypad in application mode */
		*out = (struct key){.code = K_CHAR, .cp = "*+,-./0123456789"[s[i] - 'j']};
	return out->code == K_NONE ? STEP_SKIP : STEP_KEY;
}

/* DCS, OSC, APC, PM, SOS: answers we did not ask for. Dropped to their end. */
static enum step next_string(struct input *in, struct key *out, const char *s, size_t n, bool settle)
{
	for (size_t i = 2; i < n; i++) {
		bool st = s[i] == '\033' && i + 1 < n && s[i + 1] == '\\';
		if (s[i] == '\a' || st) {
			in->start += i + (st ? 2 : 1);
			return STEP_SKIP;
		}
	}
	if (!settle && n < sizeof in->buf)
		return STEP_MORE;
	in->swallowing = n == sizeof in->buf;
	in->start += n;
	*out = (struct key){.code = K_CHAR, .cp = (unsigned char)s[1], .mods = MOD_ALT};
	return n == 2 ? STEP_KEY : STEP_SKIP;
}

static enum step next_defined(struct input *in, struct key *out, const char *s, size_t n, bool settle)
{
	bool more = false;
	for (int i = 0; i < in->defined_count; i++) {
		size_t len = strlen(in->defined[i].seq);
		if (memcmp(in->defined[i].seq, s, len < n ? len : n) != 0)
			continue;
		if (len <= n) {
			in->start += len;
			*out = in->defined[i].key;
			return STEP_KEY;
		}
		more = true;
	}
	return more && !settle ? STEP_MORE : STEP_SKIP;
}

static enum step next_plain(struct input *in, struct key *out, const char *s, size_t n, bool settle)
{
	unsigned char c = (unsigned char)s[0];
	size_t want = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
	if (want > n && !settle)
		return STEP_MORE;
	int32_t cp = -1;
	int used = text_decode(s, n, &cp);
	in->start += used > 0 ? (size_t)used : 1;
	return cp >= 0 && char_key(cp, out) ? STEP_KEY : STEP_SKIP;
}

static enum step next_escape(struct input *in, struct key *out, const char *s, size_t n, bool settle)
{
	size_t before = in->start;
	enum step step = next_defined(in, out, s, n, settle);
	if (step != STEP_SKIP || in->start != before)
		return step;
	if (n == 1 || s[1] == '\033') {
		if (n == 1 && !settle)
			return STEP_MORE;
		in->start++;
		*out = (struct key){.code = K_ESC};
		return STEP_KEY;
	}
	if (s[1] == '[')
		return next_csi(in, out, s, n, settle);
	if (s[1] == 'O')
		return next_ss3(in, out, s, n, settle);
	if (s[1] && strchr("P]_^X", s[1]))
		return next_string(in, out, s, n, settle);
	step = next_plain(in, out, s + 1, n - 1, settle);
	if (step != STEP_MORE)
		in->start++; /* the Esc itself */
	out->mods |= MOD_ALT;
	return step;
}

/* The tail of a string sequence that did not fit the buffer. */
static enum step next_swallowed(struct input *in, const char *s, size_t n)
{
	const char *end = memchr(s, '\a', n);
	const char *st = memmem(s, n, "\033\\", 2);
	if (st && (!end || st < end))
		end = st + 1;
	in->start += end ? (size_t)(end - s) + 1 : n;
	in->swallowing = !end;
	return STEP_SKIP;
}

bool input_next(struct input *in, struct key *out, bool settle)
{
	while (in->start < in->end) {
		const char *s = in->buf + in->start;
		size_t n = in->end - in->start;
		enum step step;
		if (in->pasting)
			step = next_paste(in, out, s, n);
		else if (in->swallowing)
			step = next_swallowed(in, s, n);
		else if (s[0] == '\033')
			step = next_escape(in, out, s, n, settle);
		else
			step = next_plain(in, out, s, n, settle);
		if (step == STEP_KEY)
			return true;
		if (step == STEP_MORE)
			return false;
	}
	return false;
}
