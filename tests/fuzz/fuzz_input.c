/* The input decoder: any bytes, cut anywhere, give keys that are in range and never hang. */
#include "tui/term/input.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct input in;
	struct key k;
	input_init(&in, 25);
	input_define(&in, "\033[[A", K_F1, 0);
	for (size_t at = 0; at + 1 < size;) {
		size_t n = data[at] + 1u, left = size - at - 1;
		int settle = data[at] & 1;
		at++;
		n = n < left ? n : left;
		while (n > 0) {
			size_t room = input_room(&in);
			size_t part = n < room ? n : room;
			input_feed(&in, (const char *)data + at, part);
			at += part;
			n -= part;
			size_t keys = 0;
			while (input_next(&in, &k, settle || part == 0)) {
				if (++keys > 2 * INPUT_BUFFER)
					abort();
				if (k.code == K_CHAR && (k.cp < 0x20 || k.cp > 0x10ffff || (k.cp >= 0x7f && k.cp < 0xa0)))
					abort();
				if (k.code == K_PASTE_TEXT && (k.len == 0 || k.len > INPUT_BUFFER))
					abort();
				if (k.code == K_MOUSE && (k.row < 0 || k.col < 0))
					abort();
			}
		}
	}
	return 0;
}
