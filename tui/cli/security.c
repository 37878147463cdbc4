/* simplix invite, audit, secrets and admin. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "core/security/audit.h"
#include "core/security/erase.h"
#include "core/security/keyring.h"
#include "core/security/policy.h"
#include "core/security/secrets.h"
#include "core/security/signin.h"
#include "core/security/twofactor.h"
#include "data/db.h"
#include "tui/cli/output.h"
#include "tui/cli/rows_print.h"
#include "tui/cli/secret_input.h"
#include "tui/cli/shell_session.h"

static bool json_wanted(const struct cli *cli)
{
	return cli->format == OUT_JSON || cli->format == OUT_JSONL;
}

int cli_invite(struct cli *cli, int argc, char **argv)
{
	const char *role = cli_option(&argc, argv, "role"), *first = cli_option(&argc, argv, "first"), *last = cli_option(&argc, argv, "last");
	char token[TOKEN_SIZE];
	if (argc != 1)
		return cli_usage(cli, "invite EMAIL [--first NAME] [--last NAME] [--role ROLE]");
	struct core *c = cli_core(cli);
	if (!c || signin_invite_address(c, argv[0], first, last, role, token, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (json_wanted(cli)) {
		(void)printf("{\"invitation\": \"%s\"}\n", token);
	} else {
		(void)printf("%s\n", token);
		(void)fprintf(stderr, _("Give it to %s: simplix auth accept asks for it. Good for %d days, once.\n"), argv[0], INVITATION_DAYS);
	}
	crypto_wipe(token, sizeof token);
	return 0;
}

/* The audit trail */

static int print_verdict(struct cli *cli, const struct audit_verdict *v)
{
	if (json_wanted(cli)) {
		struct buf b = {0};
		struct json_out w;
		json_begin(&w, &b, true);
		json_object(&w);
		json_key(&w, "valid");
		json_bool(&w, v->good);
		json_key(&w, "entries");
		json_num(&w, v->entries);
		json_key(&w, "checkpoints");
		json_num(&w, v->checkpoints);
		json_key(&w, "older_changes");
		json_num(&w, v->before);
		json_key(&w, "clock_set_back");
		json_num(&w, v->backwards);
		json_key(&w, "first_bad");
		if (v->good) {
			json_null(&w);
		} else {
			json_object(&w);
			json_key(&w, "seq");
			json_num(&w, v->bad_seq);
			json_key(&w, "kind");
			json_str(&w, v->kind);
			json_key(&w, "ref");
			json_num(&w, v->ref);
			json_key(&w, "reason");
			json_str(&w, v->why);
			json_object_end(&w);
		}
		json_key(&w, "public_keys");
		json_str(&w, v->public_keys);
		json_object_end(&w);
		(void)printf("%s\n", buf_str(&b));
		buf_free(&b);
		return v->good ? 0 : 1;
	}
	if (v->good)
		(void)printf(_("Whole: %lld entries, %lld signed checkpoints.\n"), (long long)v->entries, (long long)v->checkpoints);
	else
		(void)printf(_("Not whole. First fault at entry %lld (%s %lld): %s.\n"), (long long)v->bad_seq, v->kind, (long long)v->ref, v->why);
	if (v->good && v->entries && !v->checkpoints)
		(void)printf("%s\n", _("Nothing of it is signed yet."));
	if (v->backwards)
		(void)printf(i18n_plural("%lld entry is older than the one before it: a clock was set back.\n", "%lld entries are older than the one before them: a clock was set back.\n",
			(int)v->backwards), (long long)v->backwards);
	if (v->before)
		(void)printf(i18n_plural("%lld change is older than the trail; nothing proves it.\n", "%lld changes are older than the trail; nothing proves them.\n", (int)v->before),
			(long long)v->before);
	if (*v->public_keys)
		(void)printf(_("Signed by: %s\n"), v->public_keys);
	return v->good ? 0 : 1;
}

static int verify_trail(struct cli *cli, const char *file, const char *key)
{
	struct audit_verdict v;
	enum status st;
	if (file) {
		FILE *f = fopen(file, "re");
		if (!f)
			return error_set(&cli->err, ST_NOT_FOUND, "%s: %s", file, error_system(errno)), cli_fail(cli);
		st = audit_verify_file(f, key, cli->arena, &v, &cli->err);
		(void)fclose(f);
	} else {
		struct core *c = cli_core(cli);
		st = c ? audit_verify(c, cli->arena, &v, &cli->err) : cli->err.code;
	}
	return st == ST_OK ? print_verdict(cli, &v) : cli_fail(cli);
}

static int export_trail(struct cli *cli, const char *path)
{
	int64_t lines;
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	bool out = strcmp(path, "-") == 0;
	int fd = out ? -1 : open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *f = out ? stdout : fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!f) {
		error_set(&cli->err, errno == EEXIST ? ST_CONFLICT : ST_IO, "%s: %s", path, error_system(errno));
		return cli_fail(cli);
	}
	enum status st = audit_export(c, f, &lines, &cli->err);
	if (!out && fclose(f) != 0 && st == ST_OK)
		st = error_set(&cli->err, ST_IO, "%s: %s", path, error_system(errno));
	if (st != ST_OK)
		return cli_fail(cli);
	(void)fprintf(stderr, _("%lld lines. Anybody with the public key checks them: simplix audit verify %s --key …\n"), (long long)lines, path);
	return 0;
}

static int list_trail(struct cli *cli, const char *limit)
{
	struct audit_entry *list;
	int n, most = limit ? atoi(limit) : 100;
	struct core *c = cli_core(cli);
	if (most < 1 || most > 100000)
		return cli_usage(cli, "audit list [--limit N]");
	if (!c || audit_list(c, most, cli->arena, &list, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	const struct column columns[] = {{"seq", "#", 'n'}, {"at", _("When"), 'w'}, {"actor", _("Who"), 't'}, {"kind", _("Kind"), 'k'}, {"what", _("What"), 'k'}, {"result", _("Result"), 'k'},
		{"ref", NULL, 'n'}, {"device", NULL, 'n'}};
	enum { N = sizeof columns / sizeof *columns };
	struct cell *cells = arena_alloc(cli->arena, (size_t)(n * N + 1) * sizeof *cells);
	for (int i = 0; i < n; i++) {
		const struct audit_entry *e = &list[i];
		const struct cell row[N] = {{NULL, e->seq}, {NULL, e->at}, {e->who, 0}, {e->kind, 0}, {e->what, 0}, {e->result, 0}, {NULL, e->ref}, {NULL, e->device}};
		memcpy(&cells[i * N], row, sizeof row);
	}
	rows_print(cli, columns, N, cells, n);
	return 0;
}

int cli_audit(struct cli *cli, int argc, char **argv)
{
	const char *limit = cli_option(&argc, argv, "limit"), *key = cli_option(&argc, argv, "key");
	const char *verb = argc ? argv[0] : "list";
	if (argc <= 1 && strcmp(verb, "list") == 0)
		return list_trail(cli, limit);
	if (argc <= 2 && strcmp(verb, "verify") == 0)
		return verify_trail(cli, argc == 2 ? argv[1] : NULL, key);
	if (argc == 2 && strcmp(verb, "export") == 0)
		return export_trail(cli, argv[1]);
	return cli_usage(cli, "audit list [--limit N] | verify [FILE] [--key PUBLICKEY] | export FILE");
}

/* Secrets */

static int list_secrets(struct cli *cli, struct core *c)
{
	struct secret_row *list;
	int n;
	if (secrets_list(c, cli->arena, &list, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	const struct column columns[] = {{"name", _("Name"), 't'}, {"value", C_("secret", "Value"), 't'}, {"from", C_("origin", "From"), 'k'}, {"purpose", _("For"), 't'},
		{"problem", _("Problem"), 't'}};
	enum { N = sizeof columns / sizeof *columns };
	struct cell *cells = arena_alloc(cli->arena, (size_t)(n * N + 1) * sizeof *cells);
	for (int i = 0; i < n; i++) {
		const struct cell row[N] = {{list[i].name, 0}, {list[i].shown, 0}, {list[i].from, 0}, {list[i].purpose, 0}, {list[i].problem, 0}};
		memcpy(&cells[i * N], row, sizeof row);
	}
	rows_print(cli, columns, N, cells, n);
	return 0;
}

static int set_passphrase(struct cli *cli, struct core *c, bool remove)
{
	char phrase[SECRET_SIZE] = "", again[SECRET_SIZE] = "";
	if (!remove && !secret_read(cli, _("New passphrase of the key file:"), phrase))
		return cli_fail(cli);
	if (!remove && input_is_terminal() && (!secret_read(cli, _("Once more:"), again) || strcmp(phrase, again) != 0))
		return error_set(&cli->err, ST_INVALID, _("The two are not the same.")), cli_fail(cli);
	enum status st = access_check_admin(c, &cli->err);
	if (st == ST_OK)
		st = keyring_set_passphrase(c, remove ? NULL : phrase, &cli->err);
	crypto_wipe(phrase, sizeof phrase);
	crypto_wipe(again, sizeof again);
	if (st != ST_OK)
		return cli_fail(cli);
	(void)printf("%s\n", remove ? _("The key file needs no passphrase any more.") : _("The key file is under the passphrase now."));
	return 0;
}

int cli_secrets(struct cli *cli, int argc, char **argv)
{
	bool remove = cli_flag(&argc, argv, "remove");
	const char *verb = argc ? argv[0] : "list";
	char value[SECRET_SIZE];
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	if (argc <= 1 && strcmp(verb, "list") == 0)
		return list_secrets(cli, c);
	if (argc == 2 && strcmp(verb, "set") == 0) {
		if (!secret_read(cli, arena_printf(cli->arena, "%s:", argv[1]), value))
			return cli_fail(cli);
		enum status st = secret_set(c, argv[1], value, &cli->err);
		crypto_wipe(value, sizeof value);
		return st == ST_OK ? 0 : cli_fail(cli);
	}
	if (argc == 2 && strcmp(verb, "remove") == 0)
		return secret_remove(c, argv[1], &cli->err) == ST_OK ? 0 : cli_fail(cli);
	if (argc == 1 && strcmp(verb, "rotate") == 0) {
		if (access_check_admin(c, &cli->err) != ST_OK || keyring_rotate(c, &cli->err) != ST_OK)
			return cli_fail(cli);
		(void)printf(_("A new key seals from now on. Copy the key file anew: %s\n"), keyring_path(c));
		return 0;
	}
	if (argc == 1 && strcmp(verb, "passphrase") == 0)
		return set_passphrase(cli, c, remove);
	return cli_usage(cli, "secrets list | set NAME | remove NAME | rotate | passphrase [--remove]");
}

/* The host */

/* Whoever owns the database file and its key file sits at the host; over the network there is no such way. */
static int reset_second_factor(struct cli *cli, const char *email)
{
	struct core *c = cli_core_unsigned(cli);
	if (!c)
		return cli_fail(cli);
	/* over the network there is no host to sit at; and whoever is signed in is no administrator by sitting here */
	bool known = core_signed_in(c) || shell_sign_in(c, &cli->err) == ST_OK;
	if (!known && db_kind(c->db) == DB_POSTGRES)
		return cli_fail(cli);
	if (known && access_check_admin(c, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (twofactor_reset(c, email, &cli->err) != ST_OK)
		return cli_fail(cli);
	(void)printf(_("%s signs in with the password alone now, and should set up a second factor anew. This is in the audit trail.\n"), email);
	return 0;
}

static int erase(struct cli *cli, const char *entity, const char *who, bool yes)
{
	struct core *c = cli_core(cli);
	struct id id;
	struct erase_report rep;
	if (!c)
		return cli_fail(cli);
	const struct entity *e = model_entity(c->model, entity);
	if (!e || strcmp(e->name, "contacts") != 0)
		return cli_usage(cli, "admin erase contacts RECORD --yes");
	if (store_find(c, e, who, &id, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (!yes) {
		error_set(&cli->err, ST_USAGE, _("This cannot be undone: %s and all that the history knows of them go for good."), store_title(c, e, &id, cli->arena));
		error_hint(&cli->err, _("Say so with --yes. Backups made before still hold them."));
		return cli_fail(cli);
	}
	if (person_erase(c, &id, &rep, &cli->err) != ST_OK)
		return cli_fail(cli);
	(void)printf(_("Erased: the record, %lld rows that hung on it, %lld entries of the history. The audit trail stays whole.\n"), (long long)rep.children,
		(long long)rep.changes);
	return 0;
}

int cli_host(struct cli *cli, int argc, char **argv)
{
	bool yes = cli_flag(&argc, argv, "yes");
	if (argc == 2 && strcmp(argv[0], "reset-2fa") == 0)
		return reset_second_factor(cli, argv[1]);
	if (argc == 3 && strcmp(argv[0], "erase") == 0)
		return erase(cli, argv[1], argv[2], yes);
	return cli_usage(cli, "admin reset-2fa EMAIL | erase contacts RECORD --yes");
}
