#include "tui/cli/rows_print.h"

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/helper/queue.h"
#include "core/security/events.h"
#include "tui/cli/output.h"

static void put_value(struct json_out *w, const struct column *c, const struct cell *v)
{
	char instant[32];
	json_key(w, c->key);
	if (c->kind == 'n')
		json_num(w, v->number);
	else if (c->kind == 'b')
		json_bool(w, v->number != 0);
	else if (c->kind == 'w')
		json_str(w, v->number ? clock_format_instant(v->number, instant) : NULL);
	else
		json_str(w, v->text);
}

static void put_object(struct json_out *w, const struct column *columns, int n, const struct cell *cells)
{
	json_object(w);
	for (int i = 0; i < n; i++)
		if (columns[i].key)
			put_value(w, &columns[i], &cells[i]);
	json_object_end(w);
}

static void print_json(struct cli *cli, const struct column *columns, int n, const struct cell *cells, int rows)
{
	struct buf b = {0};
	struct json_out w;
	bool lines = cli->format == OUT_JSONL;
	if (!lines) {
		json_begin(&w, &b, true);
		json_array(&w);
	}
	for (int r = 0; r < rows; r++) {
		if (lines)
			json_begin(&w, &b, false);
		put_object(&w, columns, n, cells + r * n);
		if (lines)
			buf_putc(&b, '\n');
	}
	if (!lines) {
		json_array_end(&w);
		buf_putc(&b, '\n');
	}
	(void)fputs(buf_str(&b), stdout);
	buf_free(&b);
}

static const char *in_words(struct cli *cli, const struct column *c, const struct cell *v)
{
	if (c->kind == 'n')
		return arena_printf(cli->arena, "%lld", (long long)v->number);
	if (c->kind == 'b')
		return v->number ? _("yes") : _("no");
	if (c->kind == 'w')
		return v->number ? clock_human_instant(cli->arena, v->number) : "—";
	return !v->text ? "—" : c->kind == 'k' ? security_word(v->text) : c->kind == 'j' ? job_state_label(v->text) : v->text;
}

void rows_print(struct cli *cli, const struct column *columns, int n, const struct cell *cells, int rows)
{
	enum { MOST = 16 };
	const char *titles[MOST], *texts[MOST];
	bool right[MOST];
	int shown = 0;
	if (cli->format == OUT_JSON || cli->format == OUT_JSONL) {
		print_json(cli, columns, n, cells, rows);
		return;
	}
	for (int i = 0; i < n && shown < MOST; i++)
		if (columns[i].title) {
			titles[shown] = columns[i].title;
			right[shown++] = columns[i].kind == 'n';
		}
	struct table *t = table_new(cli, titles, right, shown);
	for (int r = 0; r < rows; r++) {
		int k = 0;
		for (int i = 0; i < n && k < shown; i++)
			if (columns[i].title)
				texts[k++] = in_words(cli, &columns[i], &cells[r * n + i]);
		table_row(t, texts);
	}
	table_print(&t);
}
