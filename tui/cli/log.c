/* simplix log WORDS…: one line for a call, a meeting, a note, a task. */
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/capture.h"
#include "core/crm/record.h"
#include "tui/cli/cli.h"
#include "tui/cli/output.h"

int cli_log(struct cli *cli, int argc, char **argv)
{
	bool dry = cli_flag(&argc, argv, "dry-run"), create = cli_flag(&argc, argv, "create");
	struct buf line = {0};
	struct capture cap;
	int64_t num = 0;
	if (!argc)
		return cli_usage(cli, "log [--dry-run] [--create] call Marie ACME quote 12k call back tue 10h #hot");
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	for (int i = 0; i < argc; i++)
		buf_printf(&line, "%s%s", i ? " " : "", argv[i]);
	capture_parse(c, arena_strdup(cli->arena, buf_str(&line)), cli->arena, &cap);
	buf_free(&line);
	cap.create = create;
	if (*cap.doubt) {
		error_set(&cli->err, ST_CONFLICT, _("Not saved: %s."), cap.doubt);
		error_hint(&cli->err, _("Say which, with more of the name."));
		return cli_fail(cli);
	}
	if (!dry && capture_save(c, &cap, &num, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli_json(cli)) {
		struct output_json o;
		char ref[24];
		output_json_begin(&o, cli);
		json_object(&o.w);
		output_json_bool(&o, "saved", !dry);
		output_json_text(&o, "reference", dry ? NULL : record_reference(model_entity(c->model, "activities"), num, ref));
		output_json_text(&o, "understood", capture_describe(c, &cap, cli->arena));
		json_object_end(&o.w);
		output_json_end(&o);
		return 0;
	}
	print_clean(cli, stdout, capture_describe(c, &cap, cli->arena));
	(void)putchar('\n');
	if (!create && (*cap.unknown_contact || *cap.unknown_company)) {
		const char *both = *cap.unknown_contact && *cap.unknown_company ? ", " : "";
		(void)fprintf(stderr, _("simplix: not in the book: %s%s%s. The words are kept; --create makes the records.\n"),
			text_clean(cli->arena, cap.unknown_contact), both, text_clean(cli->arena, cap.unknown_company));
	}
	return 0;
}
