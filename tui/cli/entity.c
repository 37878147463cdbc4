/* Commands on records, the same for every entity, built from its descriptor. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/crm/duplicates.h"
#include "core/crm/filter.h"
#include "core/crm/pipeline.h"
#include "core/crm/query.h"
#include "core/crm/record_json.h"
#include "core/crm/store.h"
#include "core/crm/undo.h"
#include "core/security/access.h"
#include "tui/cli/billing.h"
#include "tui/cli/cli.h"
#include "tui/cli/mail.h"
#include "tui/cli/output.h"
#include "tui/cli/webhook_lab.h"
#include "tui/cli/webhooks.h"

enum { MAX_COLUMNS = 64 };

/* The columns asked for, or the entity's default ones. */
static int pick_columns(struct cli *cli, const struct entity *e, const char *asked, const char **out)
{
	int n = 0;
	if (asked) {
		char *save = NULL;
		for (char *w = strtok_r(arena_strdup(cli->arena, asked), ", ", &save); w && n < MAX_COLUMNS;
			w = strtok_r(NULL, ", ", &save))
			out[n++] = w;
		return n;
	}
	for (int i = 0; i < e->n_fields && n < MAX_COLUMNS; i++) {
		const struct field *f = &e->fields[i];
		bool full = cli->format == OUT_CSV && !(f->flags & FF_HIDDEN) && !field_is_computed(f);
		if ((f->flags & FF_COLUMN) || full)
			out[n++] = f->name;
	}
	return n;
}

static void print_record_json(struct cli *cli, struct core *c, const struct record *r, bool pretty)
{
	struct buf b = {0};
	struct json_out w;
	json_begin(&w, &b, pretty);
	record_json(c, r, &w);
	print_data(cli, buf_str(&b));
	buf_free(&b);
}

static int list_json(struct cli *cli, struct core *c, const struct entity *e, struct rowset *rs, int64_t offset, int64_t limit)
{
	bool lines = cli->format == OUT_JSONL, first = true;
	struct arena *a = arena_new();
	if (!lines)
		(void)fputs("[", stdout);
	for (int64_t i = offset; i < rowset_count(rs) && i - offset < limit; i++) {
		struct record *r;
		enum status st = store_load_num(c, e, rowset_at(rs, i), a, &r, &cli->err);
		if (st == ST_NOT_FOUND || st == ST_DENIED) {
			cli->err = (struct error){0};
			continue;
		}
		if (st != ST_OK)
			break;
		(void)fputs(first ? (lines ? "" : "\n") : (lines ? "\n" : ",\n"), stdout);
		print_record_json(cli, c, r, false);
		first = false;
		arena_reset(a);
	}
	(void)fputs(lines ? (first ? "" : "\n") : "\n]\n", stdout);
	arena_free(&a);
	return cli->err.code ? cli_fail(cli) : 0;
}

static const char *plain_cell(struct core *c, const struct columns *cols, const struct row *row, int i, struct arena *a)
{
	const struct field *f = columns_field(cols, i);
	if (f->type == FT_REF || f->type == FT_LIST || f->type == FT_TAGS)
		return row->text[i];
	return field_plain(f, &row->v[i], row->currency[i] ? row->currency[i] : c->currency, a);
}

static int list_table(struct cli *cli, struct core *c, const struct entity *e, struct rowset *rs, const char **names, int n,
	int64_t offset, int64_t limit)
{
	struct columns *cols;
	if (columns_open(c, e, names, n, &cols, &cli->err) != ST_OK)
		return cli_fail(cli);
	const char *titles[MAX_COLUMNS + 1], *cells[MAX_COLUMNS + 1];
	bool right[MAX_COLUMNS + 1];
	bool csv = cli->format == OUT_CSV;
	int lead = csv ? 0 : 1;
	titles[0] = "";
	right[0] = false;
	for (int i = 0; i < n; i++) {
		const struct field *f = columns_field(cols, i);
		titles[i + lead] = csv ? f->name : _(f->label);
		right[i + lead] = field_right_aligned(f);
	}
	struct arena *a = arena_new();
	struct table *t = csv ? NULL : table_new(cli, titles, right, n + lead);
	for (int i = 0; csv && i < n; i++)
		output_csv_cell(cli, titles[i], i == 0);
	if (csv)
		(void)fputs("\r\n", stdout);
	for (int64_t k = offset; k < rowset_count(rs) && k - offset < limit; k++) {
		struct row row;
		char ref[24];
		enum status st = columns_fetch(cols, rowset_at(rs, k), a, &row, &cli->err);
		if (st == ST_NOT_FOUND || st == ST_DENIED) { /* it went while we were reading */
			cli->err = (struct error){0};
			continue;
		}
		if (st != ST_OK)
			break;
		cells[0] = e->letter ? record_reference(e, row.num, ref) : arena_printf(a, "%lld", (long long)row.num);
		for (int i = 0; i < n; i++)
			cells[i + lead] = csv ? plain_cell(c, cols, &row, i, a) : row.text[i];
		if (csv) {
			for (int i = 0; i < n; i++)
				output_csv_cell(cli, cells[i], i == 0);
			(void)fputs("\r\n", stdout);
		} else {
			table_row(t, cells);
		}
		arena_reset(a);
	}
	if (t)
		table_print(&t);
	arena_free(&a);
	columns_free(&cols);
	return cli->err.code ? cli_fail(cli) : 0;
}

static int run_list(struct cli *cli, struct core *c, const struct entity *e, int argc, char **argv)
{
	const char *filter = cli_option(&argc, argv, "filter"), *sort = cli_option(&argc, argv, "sort");
	const char *asked = cli_option(&argc, argv, "columns"), *limit_text = cli_option(&argc, argv, "limit");
	const char *offset_text = cli_option(&argc, argv, "offset");
	bool deleted = cli_flag(&argc, argv, "deleted"), count = cli_flag(&argc, argv, "count");
	const char *names[MAX_COLUMNS];
	struct rowset *rs;
	int64_t limit = INT64_MAX, offset = 0;
	int at = -1;
	for (int i = 0; i < argc; i++)
		if (strncmp(argv[i], "--", 2) == 0)
			return cli_usage(cli, arena_printf(cli->arena,
						      "%s list [WORDS] [--filter F] [--sort S] [--columns C] [--limit N] [--offset N] "
						      "[--deleted] [--count] [--json|--jsonl|--csv]",
						      e->name));
	if (limit_text && (integer_parse(limit_text, &limit, &cli->err) != ST_OK || limit < 0))
		return error_set(&cli->err, ST_USAGE, _("--limit takes a number.")), cli_fail(cli);
	if (offset_text && (integer_parse(offset_text, &offset, &cli->err) != ST_OK || offset < 0))
		return error_set(&cli->err, ST_USAGE, _("--offset takes a number.")), cli_fail(cli);
	struct buf words = {0};
	if (filter)
		buf_puts(&words, filter);
	for (int i = 0; i < argc; i++)
		buf_printf(&words, "%s%s", words.len ? " " : "", argv[i]);
	if (access_scope(c, e, ACT_READ) == SCOPE_NONE) /* not "none there" */
		return access_check(c, e, ACT_READ, &cli->err), cli_fail(cli);
	struct query q = {.entity = e, .filter = arena_strdup(cli->arena, buf_str(&words)), .sort = sort, .deleted = deleted,
		.all = true};
	buf_free(&words);
	if (sort && sort_check(c, e, sort, &cli->err) != ST_OK) {
		cli->err.code = ST_USAGE;
		return cli_fail(cli);
	}
	int n = pick_columns(cli, e, asked, names);
	for (int i = 0; asked && i < n; i++)
		if (!entity_field(e, names[i]) && !filter_meta_field(names[i])) {
			error_field(&cli->err, ST_USAGE, names[i], _("%s: there is no field “%s”."), _(e->label_plural), names[i]);
			error_hint(&cli->err, _("simplix %s --help lists the fields."), e->name);
			return cli_fail(cli);
		}
	if (rowset_open(c, &q, &rs, &at, &cli->err) != ST_OK) {
		if (cli->err.code == ST_INVALID)
			cli->err.code = ST_USAGE;
		int code = cli_fail(cli);
		if (at >= 0 && !cli_json(cli))
			(void)fprintf(stderr, "         %s\n         %*s^\n", text_clean(cli->arena, q.filter), at, "");
		return code;
	}
	/* a few rows off the top need no look at the rest */
	int64_t enough = count || limit > INT64_MAX - offset ? INT64_MAX : limit + offset;
	while (rowset_count(rs) < enough && rowset_pump(rs, 10))
		;
	int code;
	if (rowset_error(rs, &cli->err) != ST_OK)
		code = cli_fail(cli);
	else if (count)
		code = printf("%lld\n", (long long)rowset_count(rs)) < 0;
	else if (cli_json(cli))
		code = list_json(cli, c, e, rs, offset, limit);
	else
		code = list_table(cli, c, e, rs, names, n, offset, limit);
	rowset_free(&rs);
	return code;
}

struct record *cli_find_one(struct cli *cli, struct core *c, const struct entity *e, const char *word)
{
	struct id id;
	struct record *r;
	if (store_find(c, e, word, &id, &cli->err) != ST_OK ||
		store_load(c, e, &id, cli->arena, &r, &cli->err) != ST_OK)
		return NULL;
	return r;
}

static void show_human(struct cli *cli, struct core *c, const struct record *r)
{
	char ref[24];
	const struct entity *e = r->entity;
	print_clean(cli, stdout, store_title(c, e, &r->id, cli->arena));
	(void)printf("  %s%s\n", record_reference(e, r->num, ref), r->deleted_at ? _("  (deleted)") : "");
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if ((f->flags & FF_HIDDEN) || r->v[i].kind == VAL_NULL)
			continue;
		const char *label = _(f->label);
		(void)printf("  %s%*s ", label, 22 - text_width(label), "");
		print_clean(cli, stdout, record_format(c, r, f, cli->arena));
		(void)putchar('\n');
	}
}

static int show(struct cli *cli, struct core *c, const struct record *r)
{
	if (cli_json(cli)) {
		print_record_json(cli, c, r, cli->format == OUT_JSON);
		(void)putchar('\n');
	} else {
		show_human(cli, c, r);
	}
	return 0;
}

/* What stands there after a change. A record that was handed on to somebody out of one's reach is saved, and no longer shown. */
int cli_show_saved(struct cli *cli, struct core *c, const struct entity *e, const struct id *id)
{
	struct record *stored;
	struct error err = {0};
	enum status st = store_load(c, e, id, cli->arena, &stored, &err);
	if (st == ST_NOT_FOUND) {
		(void)fprintf(stderr, "%s\n", _("Saved. The record is no longer among those you may see."));
		return 0;
	}
	if (st != ST_OK) {
		cli->err = err;
		return cli_fail(cli);
	}
	return show(cli, c, stored);
}

static int run_show(struct cli *cli, struct core *c, const struct entity *e, int argc, char **argv)
{
	if (argc < 1)
		return cli_usage(cli, arena_printf(cli->arena, "%s show %s…", e->name, _("RECORD")));
	for (int i = 0; i < argc; i++) {
		struct record *r = cli_find_one(cli, c, e, argv[i]);
		if (!r)
			return cli_fail(cli);
		record_complete(c, r);
		(void)show(cli, c, r);
	}
	return 0;
}

/* field=value, --field value, --field=value into the patch. */
static bool read_fields(struct cli *cli, struct core *c, struct record *patch, int argc, char **argv)
{
	struct input *list = arena_alloc(cli->arena, (size_t)(argc + 1) * sizeof *list);
	int n = 0;
	for (int i = 0; i < argc; i++) {
		char *arg = arena_strdup(cli->arena, argv[i]);
		const char *value;
		bool option = strncmp(arg, "--", 2) == 0;
		char *name = option ? arg + 2 : arg, *eq = strchr(name, '=');
		if (eq) {
			*eq = '\0';
			value = eq + 1;
		} else if (option && i + 1 < argc) {
			value = argv[++i];
		} else {
			error_set(&cli->err, ST_USAGE, _("“%s” should be field=value."), argv[i]);
			return false;
		}
		for (char *p = name; *p; p++)
			if (*p == '-')
				*p = '_';
		list[n++] = (struct input){name, value};
	}
	return record_set_inputs(c, patch, list, n, &cli->err) == ST_OK;
}

static int run_add(struct cli *cli, struct core *c, const struct entity *e, int argc, char **argv)
{
	bool force = cli_flag(&argc, argv, "force");
	struct record *r = record_new(cli->arena, e);
	struct duplicate found[3];
	if (argc < 1)
		return cli_usage(cli, arena_printf(cli->arena, "%s add field=value… [--force]", e->name));
	if (!read_fields(cli, c, r, argc, argv))
		return cli_fail(cli);
	int n = force ? 0 : duplicates_of(c, r, cli->arena, found, 3);
	if (n) {
		error_set(&cli->err, ST_CONFLICT, _("%s is there already: %s (%s)."), _(e->label), found[0].title, found[0].why);
		error_hint(&cli->err, _("Edit that one, or add --force to make another."));
		return cli_fail(cli);
	}
	if (store_save(c, r, &cli->err) != ST_OK)
		return cli_fail(cli);
	return strcmp(e->name, "webhooks") == 0 ? cli_webhook_added(cli, &r->id) : cli_show_saved(cli, c, e, &r->id);
}

static int run_edit(struct cli *cli, struct core *c, const struct entity *e, int argc, char **argv)
{
	if (argc < 2)
		return cli_usage(cli, arena_printf(cli->arena, "%s edit %s field=value…", e->name, _("RECORD")));
	struct record *r = cli_find_one(cli, c, e, argv[0]);
	if (!r)
		return cli_fail(cli);
	struct record *patch = record_new(cli->arena, e);
	patch->id = r->id;
	patch->num = r->num;
	if (!read_fields(cli, c, patch, argc - 1, argv + 1) || store_save(c, patch, &cli->err) != ST_OK)
		return cli_fail(cli);
	return cli_show_saved(cli, c, e, &r->id);
}

static int show_ids(struct cli *cli, const struct entity *e, const struct id *ids, int n, bool deleted)
{
	struct output_json o;
	char text[ID_TEXT_SIZE];
	output_json_begin(&o, cli);
	json_array(&o.w);
	for (int i = 0; i < n; i++) {
		json_object(&o.w);
		output_json_text(&o, "entity", e->name);
		output_json_text(&o, "id", id_format(&ids[i], text));
		output_json_bool(&o, "deleted", deleted);
		json_object_end(&o.w);
	}
	json_array_end(&o.w);
	output_json_end(&o);
	return 0;
}

static int delete_or_restore(struct cli *cli, struct core *c, const struct entity *e, int argc, char **argv, bool deleted)
{
	struct txn *t;
	if (argc < 1)
		return cli_usage(cli, arena_printf(cli->arena, "%s %s %s…", e->name, deleted ? "delete" : "restore", _("RECORD")));
	char *label = argc > 1 ? arena_printf(cli->arena, deleted ? _("Delete %d %s") : _("Restore %d %s"), argc,
					text_decapital(cli->arena, _(e->label_plural)))
			       : NULL;
	if (txn_begin(c, argc > 1 ? CHANGE_BULK : CHANGE_EDIT, label, &t, &cli->err) != ST_OK)
		return cli_fail(cli);
	struct id *ids = arena_alloc(cli->arena, (size_t)argc * sizeof *ids);
	for (int i = 0; i < argc; i++) {
		struct record *r = cli_find_one(cli, c, e, argv[i]);
		if (r)
			ids[i] = r->id;
		enum status st = !r ? cli->err.code
				 : deleted ? store_delete(t, e, &r->id, &cli->err) : store_restore(t, e, &r->id, &cli->err);
		if (st != ST_OK) {
			txn_rollback(&t);
			return cli_fail(cli);
		}
	}
	if (txn_commit(&t, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli))
		return show_ids(cli, e, ids, argc, deleted);
	if (!cli->quiet)
		(void)fprintf(stderr, "%s\n", deleted ? _("Deleted. simplix undo brings it back.") : _("Restored."));
	return 0;
}

static int history_json(struct cli *cli, const struct history_line *lines, int n)
{
	struct buf b = {0};
	struct json_out w;
	char iso[32];
	json_begin(&w, &b, true);
	json_array(&w);
	for (int i = 0; i < n; i++) {
		const struct history_line *l = &lines[i];
		const char *op = l->op == 'c' ? "created" : l->op == 'u' ? "updated" : l->op == 'd' ? "deleted" : "restored";
		json_object(&w);
		json_key(&w, "at");
		json_str(&w, clock_format_instant(l->at, iso));
		json_key(&w, "change");
		json_num(&w, l->set);
		json_key(&w, "by");
		json_str(&w, l->who);
		json_key(&w, "action");
		json_str(&w, op);
		json_key(&w, "kind");
		json_str(&w, l->kind);
		json_key(&w, "entity");
		json_str(&w, l->entity);
		json_key(&w, "field");
		json_str(&w, l->field);
		json_key(&w, "old");
		json_str(&w, l->field ? l->old : NULL);
		json_key(&w, "new");
		json_str(&w, l->field ? l->now : NULL);
		json_object_end(&w);
	}
	json_array_end(&w);
	print_data(cli, buf_str(&b));
		(void)putchar('\n');
	buf_free(&b);
	return 0;
}

static int run_history(struct cli *cli, struct core *c, const struct entity *e, int argc, char **argv)
{
	struct history_line *lines;
	int n;
	if (argc != 1)
		return cli_usage(cli, arena_printf(cli->arena, "%s history %s", e->name, _("RECORD")));
	struct record *r = cli_find_one(cli, c, e, argv[0]);
	if (!r || history_of(c, e, &r->id, 500, cli->arena, &lines, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli))
		return history_json(cli, lines, n);
	const char *titles[] = {_("When"), _("Who"), _("What"), C_("value", "Old"), C_("value", "New")};
	struct table *t = table_new(cli, titles, NULL, 5);
	for (int i = 0; i < n; i++) {
		const struct history_line *l = &lines[i];
		const char *what = l->field ? l->field : l->op == 'c' ? _("created") : l->op == 'd' ? _("deleted") : _("restored");
		const char *cells[] = {clock_human_instant(cli->arena, l->at), l->who, what, l->old, l->now};
		table_row(t, cells);
	}
	table_print(&t);
	return 0;
}

/* deals move|won|lost and activities done|log are short forms of edit and add. */
static int run_deal(struct cli *cli, struct core *c, const struct entity *e, const char *verb, int argc, char **argv)
{
	bool move = strcmp(verb, "move") == 0;
	const char *reason = cli_option(&argc, argv, "reason");
	if (argc != (move ? 2 : 1))
		return cli_usage(cli, move ? "deals move DEAL STAGE" : arena_printf(cli->arena, "deals %s DEAL [--reason R]", verb));
	struct record *r = cli_find_one(cli, c, e, argv[0]);
	if (!r)
		return cli_fail(cli);
	struct record *patch = record_new(cli->arena, e);
	patch->id = r->id;
	patch->num = r->num;
	struct id stage;
	enum status st = move ? pipeline_find_stage(c, record_id(r, "pipeline"), argv[1], &stage, &cli->err)
			      : pipeline_stage_of_type(c, record_id(r, "pipeline"), verb, &stage, &cli->err);
	if (st != ST_OK)
		return cli_fail(cli);
	record_put_id(patch, "stage", stage);
	if (reason && record_set_input(c, patch, "lost_reason", reason, &cli->err) != ST_OK)
		return cli_fail(cli);
	return store_save(c, patch, &cli->err) == ST_OK ? cli_show_saved(cli, c, e, &r->id) : cli_fail(cli);
}

static int run_done(struct cli *cli, struct core *c, const struct entity *e, int argc, char **argv)
{
	char **args = arena_alloc(cli->arena, (size_t)(argc + 2) * sizeof *args);
	if (argc < 1)
		return cli_usage(cli, "activities done ACTIVITY [outcome=…] [duration=…]");
	args[0] = argv[0];
	args[1] = arena_strdup(cli->arena, "status=done");
	for (int i = 1; i < argc; i++)
		args[i + 1] = argv[i];
	return run_edit(cli, c, e, argc + 1, args);
}

/* What an entity can do beside that, in a module of its own. */
static const struct {
	const char *entity, *verbs;
	int (*run)(struct cli *cli, const char *verb, int argc, char **argv);
} own[] = {
	{"webhooks", "|test|secret|deliveries|redeliver|events", cli_webhook},
	{"webhooks", "|listen|replay|diff", cli_webhook_lab},
	{"senders", "|test|check", cli_sender},
	{"quotes", "|from-deal|revise|send|accept|decline|invoice|pdf", cli_quote},
	{"invoices", "|from-deal|from-quote|issue|send|pay|credit|pdf|charge|copy|remind|write-off|ageing|series|verify", cli_invoice},
	{"payments", "|refund|receipt", cli_payment},
	{"subscriptions", "|start|cancel|mrr", cli_subscription},
	{"billing_accounts", "|save-card|cards|charge-card", cli_account},
};
enum { OWN = sizeof own / sizeof *own };

void cli_entity_help(const struct entity *e)
{
	const char *more = strcmp(e->name, "deals") == 0 ? "|move|won|lost" : strcmp(e->name, "activities") == 0 ? "|log|done" : "";
	(void)printf(_("Usage: simplix %s list|show|add|edit|delete|history|restore%s"), e->name, more);
	for (size_t i = 0; i < OWN; i++)
		if (strcmp(own[i].entity, e->name) == 0)
			(void)printf("%s", own[i].verbs);
	(void)printf(" …\n\n%s\n", _("Fields:"));
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if (f->flags & FF_HIDDEN)
			continue;
		(void)printf("  %-22s %-12s %s%s\n", f->name, field_type_name(f->type), _(f->label),
			field_is_writable(f) ? "" : _("  (worked out)"));
		for (const struct choice *ch = f->choices; ch && ch->value; ch++)
			(void)printf("%s%s", ch == f->choices ? "      = " : ", ", ch->value);
		if (f->choices)
			(void)putchar('\n');
	}
}

int cli_entity(struct cli *cli, const struct entity *base, int argc, char **argv)
{
	if (argc && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)) {
		cli_entity_help(base);
		return 0;
	}
	bool asks = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
	for (size_t i = 0; argc && i < OWN; i++) /* they open the database themselves, when they need one */
		if (strcmp(own[i].entity, base->name) == 0 && cli_is_one_of(argv[0], own[i].verbs + 1))
			return asks && own[i].run != cli_webhook_lab ? ((void)own[i].run(cli, argv[0], 0, argv + argc), 0) : own[i].run(cli, argv[0], argc - 1, argv + 1);
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	const struct entity *e = model_entity(c->model, base->name);
	const char *verb = argc ? argv[0] : "list";
	argc -= argc > 0;
	argv += argv[0] != NULL;
	if (strcmp(verb, "list") == 0)
		return run_list(cli, c, e, argc, argv);
	if (strcmp(verb, "show") == 0)
		return run_show(cli, c, e, argc, argv);
	if (strcmp(verb, "add") == 0)
		return run_add(cli, c, e, argc, argv);
	if (strcmp(verb, "edit") == 0)
		return run_edit(cli, c, e, argc, argv);
	if (strcmp(verb, "delete") == 0 || strcmp(verb, "restore") == 0)
		return delete_or_restore(cli, c, e, argc, argv, *verb == 'd');
	if (strcmp(verb, "history") == 0)
		return run_history(cli, c, e, argc, argv);
	if (strcmp(e->name, "deals") == 0 && (!strcmp(verb, "move") || !strcmp(verb, "won") || !strcmp(verb, "lost")))
		return run_deal(cli, c, e, verb, argc, argv);
	if (strcmp(e->name, "activities") == 0 && strcmp(verb, "log") == 0)
		return cli_log(cli, argc, argv);
	if (strcmp(e->name, "activities") == 0 && strcmp(verb, "done") == 0)
		return run_done(cli, c, e, argc, argv);
	error_set(&cli->err, ST_USAGE, _("“%s” is nothing that %s can do."), verb, e->name);
	error_hint(&cli->err, _("simplix %s --help lists what it can do, and the fields."), e->name);
	return cli_fail(cli);
}
