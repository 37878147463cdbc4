#include "tui/cli/output.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/text.h"

enum { MAX_CELL = 80 }; /* a cell wider than that is for show and --json */

struct table {
	struct cli *cli;
	struct arena *arena;
	int n;
	const char *const *titles;
	const bool *right;
	int *width;
	char ***rows;
	size_t n_rows, cap;
};

struct table *table_new(struct cli *cli, const char *const *titles, const bool *right, int n)
{
	struct table *t = mem_zalloc(sizeof *t);
	t->cli = cli;
	t->arena = arena_new();
	t->n = n;
	t->titles = titles;
	t->right = right;
	t->width = arena_alloc(t->arena, (size_t)n * sizeof *t->width);
	for (int i = 0; i < n; i++)
		t->width[i] = text_width(titles[i]);
	return t;
}

void table_row(struct table *t, const char *const *cells)
{
	char **row = arena_alloc(t->arena, (size_t)t->n * sizeof *row);
	for (int i = 0; i < t->n; i++) {
		row[i] = text_clean(t->arena, cells[i] ? cells[i] : "");
		row[i] = text_clip(t->arena, row[i], MAX_CELL);
		int w = text_width(row[i]);
		if (w > t->width[i])
			t->width[i] = w;
	}
	mem_grow(&t->rows, &t->cap, t->n_rows + 1, sizeof *t->rows);
	t->rows[t->n_rows++] = row;
}

static int terminal_width(void)
{
	struct winsize ws;
	return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col ? ws.ws_col : 0;
}

/* On a terminal the widest columns give way until a row fits a line. */
static void fit(struct table *t, int width)
{
	int total = 2 * (t->n - 1);
	for (int i = 0; i < t->n; i++)
		total += t->width[i];
	while (width && total > width) {
		int widest = 0;
		for (int i = 1; i < t->n; i++)
			if (t->width[i] > t->width[widest])
				widest = i;
		if (t->width[widest] <= 8)
			return;
		t->width[widest]--;
		total--;
	}
}

static void print_cell(struct table *t, int i, const char *s)
{
	char *clipped = text_clip(t->arena, s, t->width[i]);
	int pad = t->width[i] - text_width(clipped);
	bool right = t->right && t->right[i], last = i == t->n - 1;
	(void)printf("%s%*s%s%*s", i ? "  " : "", right ? pad : 0, "", clipped, right || last ? 0 : pad, "");
}

void table_print(struct table **tp)
{
	struct table *t = *tp;
	bool tty = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	fit(t, terminal_width());
	if (tty)
		(void)fputs("\033[1m", stdout);
	for (int i = 0; i < t->n; i++)
		print_cell(t, i, t->titles[i]);
	(void)fputs(tty ? "\033[0m\n" : "\n", stdout);
	for (size_t r = 0; r < t->n_rows; r++) {
		for (int i = 0; i < t->n; i++)
			print_cell(t, i, t->rows[r][i]);
		(void)putchar('\n');
	}
	arena_free(&t->arena);
	free(t->rows);
	free(t);
	*tp = NULL;
}

bool output_is_spared(const struct cli *cli)
{
	return !cli->raw && isatty(STDOUT_FILENO);
}

void print_data(struct cli *cli, const char *s)
{
	(void)fputs(output_is_spared(cli) ? text_clean_lines(cli->arena, s) : s, stdout);
}

void output_json_begin(struct output_json *o, struct cli *cli)
{
	*o = (struct output_json){.cli = cli};
	json_begin(&o->w, &o->buf, cli->format == OUT_JSON);
}

void output_json_text(struct output_json *o, const char *key, const char *text)
{
	json_key(&o->w, key);
	json_str(&o->w, text);
}

void output_json_int(struct output_json *o, const char *key, int64_t n)
{
	json_key(&o->w, key);
	json_num(&o->w, n);
}

void output_json_bool(struct output_json *o, const char *key, bool yes)
{
	json_key(&o->w, key);
	json_bool(&o->w, yes);
}

void output_json_end(struct output_json *o)
{
	print_data(o->cli, buf_str(&o->buf));
	(void)fputc('\n', stdout);
	buf_free(&o->buf);
}

void print_clean(struct cli *cli, FILE *f, const char *s)
{
	(void)fputs(text_clean_lines(cli->arena, s), f);
}

/* A cell that a spreadsheet would take for a formula gets an apostrophe in front; so does one that begins with apostrophes
 * before such a character, which makes the guard reversible. */
static bool looks_like_formula(const char *s)
{
	while (*s == '\'')
		s++;
	return *s && strchr("=+-@\t\r\n", *s);
}

void output_csv_cell(struct cli *cli, const char *s, bool first)
{
	FILE *f = stdout;
	if (output_is_spared(cli))
		s = text_clean_lines(cli->arena, s);
	bool guard = looks_like_formula(s);
	bool quote = guard || strpbrk(s, ",\"\r\n") || *s == ' ';
	if (!first)
		(void)fputc(',', f);
	if (quote)
		(void)fputc('"', f);
	if (guard)
		(void)fputc('\'', f);
	for (; *s; s++) {
		if (*s == '"')
			(void)fputc('"', f);
		(void)fputc(*s, f);
	}
	if (quote)
		(void)fputc('"', f);
}
