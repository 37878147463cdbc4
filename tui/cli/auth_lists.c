#include "tui/cli/auth_lists.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/security/access.h"
#include "core/security/events.h"
#include "core/security/session.h"
#include "tui/cli/rows_print.h"

enum { MOST = 200 };

static bool number_arg(const char *s, int64_t *out)
{
	char *end;
	*out = strtoll(s, &end, 10);
	return *s && !*end && *out > 0;
}

static int list_sessions(struct cli *cli, struct core *c, bool all)
{
	static const struct column columns[] = {{"id", "#", 'n'}, {"user", N_("Who"), 't'}, {"client", N_("Client"), 'k'}, {"device", N_("Device"), 't'},
		{"address", N_("Address"), 'k'}, {"created_at", N_("Since"), 'w'}, {"last_seen_at", N_("Last seen"), 'w'}, {"two_factor", N_("2FA"), 'b'},
		{"current", NULL, 'b'}, {"active", NULL, 'b'}, {NULL, N_("State"), 't'}, {"expires_at", NULL, 'w'}, {"revoked_at", NULL, 'w'}};
	enum { N = sizeof columns / sizeof *columns };
	struct column shown[N];
	struct session_row *list;
	int n;
	if (sessions_list(c, all, MOST, cli->arena, &list, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	memcpy(shown, columns, sizeof columns);
	for (int i = 0; i < N; i++)
		shown[i].title = columns[i].title ? _(columns[i].title) : NULL;
	struct cell *cells = arena_alloc(cli->arena, (size_t)(n * N + 1) * sizeof *cells);
	for (int i = 0; i < n; i++) {
		const struct session_row *r = &list[i];
		const char *state = r->current ? _("this one") : r->alive ? C_("session", "open") : r->revoked_at ? _("ended") : _("expired");
		const struct cell row[N] = {{NULL, r->num}, {r->who, 0}, {r->client, 0}, {r->device, 0}, {r->address, 0}, {NULL, r->created_at}, {NULL, r->seen_at},
			{NULL, r->mfa}, {NULL, r->current}, {NULL, r->alive}, {state, 0}, {NULL, r->expires_at}, {NULL, r->revoked_at}};
		memcpy(&cells[i * N], row, sizeof row);
	}
	rows_print(cli, shown, N, cells, n);
	return 0;
}

int cli_auth_sessions(struct cli *cli, int argc, char **argv)
{
	bool all = cli_flag(&argc, argv, "all");
	int64_t num, ended;
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	if (argc == 0 || (argc == 1 && strcmp(argv[0], "list") == 0))
		return list_sessions(cli, c, all);
	if (argc == 2 && strcmp(argv[0], "revoke") == 0 && number_arg(argv[1], &num)) {
		if (session_revoke(c, num, &cli->err) != ST_OK)
			return cli_fail(cli);
		(void)printf("%s\n", _("Ended."));
		return 0;
	}
	if (argc == 1 && strcmp(argv[0], "revoke-others") == 0) {
		if (session_revoke_others(c, &ended, &cli->err) != ST_OK)
			return cli_fail(cli);
		(void)printf(_("Ended: %lld\n"), (long long)ended);
		return 0;
	}
	return cli_usage(cli, "auth sessions [--all] | sessions revoke NUMBER | sessions revoke-others");
}

int cli_auth_history(struct cli *cli, int argc, char **argv)
{
	struct login_row *list;
	int n;
	struct core *c = cli_core(cli);
	(void)argv;
	if (argc)
		return cli_usage(cli, "auth history");
	if (!c || logins_list(c, MOST, cli->arena, &list, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	const struct column columns[] = {{"at", _("When"), 'w'}, {"email", _("Address given"), 't'}, {"user", _("Who"), 't'}, {"success", _("Let in"), 'b'},
		{"method", _("By"), 'k'}, {"reason", _("Why"), 'k'}, {"client", _("Client"), 'k'}, {"device", _("Device"), 't'}, {"address", C_("origin", "From"), 'k'}};
	enum { N = sizeof columns / sizeof *columns };
	struct cell *cells = arena_alloc(cli->arena, (size_t)(n * N + 1) * sizeof *cells);
	for (int i = 0; i < n; i++) {
		const struct login_row *r = &list[i];
		const struct cell row[N] = {{NULL, r->at}, {r->email, 0}, {r->who, 0}, {NULL, r->ok && !*r->reason}, {r->method, 0}, {r->reason, 0}, {r->client, 0}, {r->device, 0},
			{r->address, 0}};
		memcpy(&cells[i * N], row, sizeof row);
	}
	rows_print(cli, columns, N, cells, n);
	return 0;
}

int cli_auth_events(struct cli *cli, int argc, char **argv)
{
	struct event_row *list;
	int n;
	int64_t num;
	bool open_only = cli_flag(&argc, argv, "open");
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	if (argc == 2 && strcmp(argv[0], "ack") == 0 && number_arg(argv[1], &num))
		return event_acknowledge(c, num, &cli->err) == ST_OK ? 0 : cli_fail(cli);
	if (argc)
		return cli_usage(cli, "auth events [--open] | events ack NUMBER");
	if (events_list(c, open_only, MOST, cli->arena, &list, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	const struct column columns[] = {{"id", "#", 'n'}, {"at", _("When"), 'w'}, {"severity", _("Severity"), 'k'}, {"type", NULL, 't'}, {NULL, _("What"), 't'},
		{"user", _("Who"), 't'}, {"by", _("By"), 't'}, {"detail", _("Detail"), 't'}, {"client", NULL, 'k'}, {"address", C_("origin", "From"), 'k'},
		{"acknowledged_at", _("Seen"), 'w'}, {"acknowledged_by", NULL, 't'}};
	enum { N = sizeof columns / sizeof *columns };
	struct cell *cells = arena_alloc(cli->arena, (size_t)(n * N + 1) * sizeof *cells);
	for (int i = 0; i < n; i++) {
		const struct event_row *r = &list[i];
		const struct cell row[N] = {{NULL, r->num}, {NULL, r->at}, {r->severity, 0}, {r->type, 0}, {security_event_label(r->type), 0}, {r->who, 0}, {r->by, 0},
			{r->detail, 0}, {r->client, 0}, {r->address, 0}, {NULL, r->ack_at}, {r->ack_by, 0}};
		memcpy(&cells[i * N], row, sizeof row);
	}
	rows_print(cli, columns, N, cells, n);
	return 0;
}

static int list_keys(struct cli *cli, struct core *c, bool all)
{
	struct key_row *list;
	int n;
	if (keys_list(c, all, MOST, cli->arena, &list, &n, &cli->err) != ST_OK)
		return cli_fail(cli);
	const struct column columns[] = {{"id", "#", 'n'}, {"name", _("Name"), 't'}, {"key", _("Key"), 't'}, {"user", _("Who"), 't'}, {"scopes", _("Scopes"), 't'},
		{"addresses", C_("origin", "From"), 't'}, {"created_at", NULL, 'w'}, {"expires_at", C_("key", "Until"), 'w'}, {"last_used_at", _("Last used"), 'w'},
		{"last_used_address", NULL, 't'}, {"revoked_at", _("Revoked"), 'w'}};
	enum { N = sizeof columns / sizeof *columns };
	struct cell *cells = arena_alloc(cli->arena, (size_t)(n * N + 1) * sizeof *cells);
	for (int i = 0; i < n; i++) {
		const struct key_row *r = &list[i];
		const struct cell row[N] = {{NULL, r->num}, {r->name, 0}, {r->hint, 0}, {r->who, 0}, {r->scopes, 0}, {r->addresses, 0}, {NULL, r->created_at},
			{NULL, r->expires_at}, {NULL, r->used_at}, {r->used_address, 0}, {NULL, r->revoked_at}};
		memcpy(&cells[i * N], row, sizeof row);
	}
	rows_print(cli, columns, N, cells, n);
	return 0;
}

static int add_key(struct cli *cli, struct core *c, int argc, char **argv)
{
	const char *scopes = cli_option(&argc, argv, "scopes"), *days = cli_option(&argc, argv, "days"), *from = cli_option(&argc, argv, "from");
	char key[TOKEN_SIZE];
	int64_t num, lives = 90;
	if (argc != 1 || (days && !number_arg(days, &lives)) || lives > 100000)
		return cli_usage(cli, "auth keys add NAME --scopes contacts:read,deals:write [--days 90] [--from ADDRESSES]");
	if (key_make(c, argv[0], scopes ? scopes : "", from ? from : "", (int)lives, key, &num, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (cli->format == OUT_JSON || cli->format == OUT_JSONL) {
		struct buf b = {0};
		struct json_out w;
		json_begin(&w, &b, true);
		json_object(&w);
		json_key(&w, "id");
		json_num(&w, num);
		json_key(&w, "api_key");
		json_str(&w, key);
		json_object_end(&w);
		(void)printf("%s\n", buf_str(&b));
		crypto_wipe(b.data, b.cap);
		buf_free(&b);
	} else {
		(void)printf("%s\n", key);
		(void)fprintf(stderr, "%s\n", _("It is shown this once. Scripts give it as SIMPLIX_API_KEY."));
	}
	crypto_wipe(key, sizeof key);
	return 0;
}

int cli_auth_keys(struct cli *cli, int argc, char **argv)
{
	bool all = cli_flag(&argc, argv, "all");
	int64_t num;
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	if (argc == 0 || (argc == 1 && strcmp(argv[0], "list") == 0))
		return list_keys(cli, c, all);
	if (strcmp(argv[0], "add") == 0)
		return add_key(cli, c, argc - 1, argv + 1);
	if (argc == 2 && strcmp(argv[0], "revoke") == 0 && number_arg(argv[1], &num)) {
		if (key_revoke(c, num, &cli->err) != ST_OK)
			return cli_fail(cli);
		(void)printf("%s\n", _("Revoked."));
		return 0;
	}
	return cli_usage(cli, "auth keys [--all] | keys add NAME --scopes S [--days N] [--from ADDRESSES] | keys revoke NUMBER");
}
