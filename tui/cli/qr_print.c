#include "tui/cli/qr_print.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/qr.h"

enum { QUIET = 4, QUIET_SMALL = 2 };

/* Rows of the terminal; 0 when it is none. */
static int terminal_rows(void)
{
	struct winsize ws;
	return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 ? ws.ws_row : 0;
}

/* Black on white whatever the theme; without colours (a file, NO_COLOR has no say here) light modules are drawn instead. */
static void print_half_blocks(const struct qr *q, int quiet, bool colours)
{
	for (int row = -quiet; row < q->size + quiet; row += 2) {
		if (colours)
			(void)fputs("\033[30;107m", stdout);
		for (int col = -quiet; col < q->size + quiet; col++) {
			bool top = qr_dark(q, row, col), bottom = row + 1 < q->size + quiet && qr_dark(q, row + 1, col);
			bool up = colours ? top : !top, down = colours ? bottom : !bottom;
			(void)fputs(up && down ? "█" : up ? "▀" : down ? "▄" : " ", stdout);
		}
		(void)fputs(colours ? "\033[0m\n" : "\n", stdout);
	}
}

static void print_ascii(const struct qr *q, int quiet, bool colours)
{
	for (int row = -quiet; row < q->size + quiet; row++) {
		for (int col = -quiet; col < q->size + quiet; col++) {
			bool dark = qr_dark(q, row, col);
			if (colours)
				(void)fputs(dark ? "\033[40m  " : "\033[107m  ", stdout);
			else
				(void)fputs(dark ? "  " : "##", stdout);
		}
		(void)fputs(colours ? "\033[0m\n" : "\n", stdout);
	}
}

enum status qr_print(struct cli *cli, const char *text, bool ascii)
{
	struct qr q;
	enum status st = qr_make(cli->arena, text, &q, &cli->err);
	if (st != ST_OK)
		return st;
	const char *term = getenv("TERM");
	bool colours = isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
	int rows = terminal_rows(), quiet = rows && (q.size + 2 * QUIET + 1) / 2 >= rows ? QUIET_SMALL : QUIET;
	if (ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		print_ascii(&q, quiet, colours);
	else
		print_half_blocks(&q, quiet, colours);
	return ST_OK;
}
