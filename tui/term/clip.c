#include "tui/term/clip.h"

#include "core/base/i18n.h"
#include "tui/term/runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void clip_sequence(struct buf *out, const char *text, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *s = (const unsigned char *)text;
	buf_puts(out, "\033]52;c;");
	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		unsigned v = (unsigned)s[i] << 16 | (left > 1 ? (unsigned)s[i + 1] << 8 : 0) | (left > 2 ? s[i + 2] : 0u);
		char four[4] = {digits[v >> 18 & 63], digits[v >> 12 & 63], left > 1 ? digits[v >> 6 & 63] : '=',
			left > 2 ? digits[v & 63] : '='};
		buf_add(out, four, 4);
	}
	buf_putc(out, '\a');
}

enum status clip_save(const char *text, size_t n, struct error *err)
{
	char *dir = runtime_home();
	if (!dir)
		return ST_OK;
	char *path = mem_printf("%s/clip", dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	enum status st = ST_OK;
	if (fd < 0 || fchmod(fd, 0600) < 0 || runtime_write(fd, text, n) < 0)
		st = error_set(err, ST_IO, _("%s could not be written: %s"), path, error_system(errno));
	if (fd >= 0)
		close(fd);
	free(path);
	free(dir);
	return st;
}
