/* simplix senders test|check: does mail go out, and does the domain vouch for it. */
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/mail/domain_check.h"
#include "core/mail/identity.h"
#include "core/mail/service.h"
#include "tui/cli/mail.h"
#include "tui/cli/output.h"

static const char *word_of(enum proof p)
{
	static const char *const words[] = {[PROOF_GOOD] = "good", [PROOF_WEAK] = "weak", [PROOF_MISSING] = "missing", [PROOF_UNKNOWN] = "unknown"};
	return words[p];
}

static int print_check(struct cli *cli, const struct domain_check *d)
{
	static const char *const names[] = {"spf", "dkim", "dmarc"};
	const enum proof proofs[] = {d->spf, d->dkim, d->dmarc};
	const char *const said[] = {d->spf_said, d->dkim_said, d->dmarc_said};
	bool good = d->spf == PROOF_GOOD && d->dkim == PROOF_GOOD && d->dmarc == PROOF_GOOD;
	if (cli_json(cli)) {
		struct output_json o;
		output_json_begin(&o, cli);
		json_object(&o.w);
		for (int i = 0; i < 3; i++) {
			output_json_text(&o, names[i], word_of(proofs[i]));
			output_json_text(&o, arena_printf(cli->arena, "%s_record", names[i]), d->record[i]);
			output_json_text(&o, arena_printf(cli->arena, "%s_advice", names[i]), said[i]);
		}
		json_object_end(&o.w);
		output_json_end(&o);
	} else {
		for (int i = 0; i < 3; i++)
			(void)printf("%s\n%s%s%s", said[i], d->record[i] ? "    " : "", d->record[i] ? text_clean(cli->arena, d->record[i]) : "", d->record[i] ? "\n" : "");
	}
	return good ? 0 : 1;
}

static int check(struct cli *cli, const struct record *r)
{
	struct domain_check d;
	const char *provider = mail_provider(cli->core, cli->arena);
	if (record_null(r, "email"))
		return error_set(&cli->err, ST_DENIED, _("You may not see the address of this sender.")), cli_fail(cli);
	if (domain_check(record_text(r, "email"), provider, record_text(r, "dkim_selector"), cli->arena, &d, &cli->err) != ST_OK ||
		identity_checked(cli->core, &r->id, d.proofs, &cli->err) != ST_OK)
		return cli_fail(cli);
	return print_check(cli, &d);
}

int cli_sender(struct cli *cli, const char *verb, int argc, char **argv)
{
	struct core *c = cli_core(cli);
	struct id activity;
	int64_t job = 0;
	if (argc != 1)
		return cli_usage(cli, arena_printf(cli->arena, "senders %s SENDER", verb));
	const struct record *r = c ? cli_find_one(cli, c, model_entity(c->model, "senders"), argv[0]) : NULL;
	if (!r)
		return cli_fail(cli);
	if (strcmp(verb, "check") == 0)
		return check(cli, r);
	if (identity_test(c, &r->id, &activity, &job, &cli->err) != ST_OK)
		return cli_fail(cli);
	int code = cli_mail_report(cli, job, &activity, true);
	const char *state = code == 0 ? cli_mail_state(cli, &activity) : "";
	return code ? code : strcmp(state, "sent") == 0 ? 0 : 1; /* a test that waits has failed so far */
}
