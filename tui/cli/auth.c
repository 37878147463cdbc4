/* simplix auth …: signing in and out, the second factor, sessions, keys, events. With --json the shapes of the HTTP API: token;
 * requires_2fa, temporary_token; secret, qr_code_url, backup_codes. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/security/environment.h"
#include "core/security/events.h"
#include "core/security/signin.h"
#include "core/security/twofactor.h"
#include "tui/cli/auth_lists.h"
#include "tui/cli/cli.h"
#include "tui/cli/output.h"
#include "tui/cli/qr_print.h"
#include "tui/cli/secret_input.h"
#include "tui/cli/shell_session.h"

static bool json_wanted(const struct cli *cli)
{
	return cli->format == OUT_JSON || cli->format == OUT_JSONL;
}

struct answer {
	struct buf b;
	struct json_out w;
};

static void answer_begin(struct answer *j)
{
	*j = (struct answer){0};
	json_begin(&j->w, &j->b, true);
	json_object(&j->w);
}

static void answer_text(struct answer *j, const char *key, const char *value)
{
	json_key(&j->w, key);
	json_str(&j->w, value);
}

static void answer_bool(struct answer *j, const char *key, bool value)
{
	json_key(&j->w, key);
	json_bool(&j->w, value);
}

static int answer_end(struct answer *j)
{
	json_object_end(&j->w);
	(void)printf("%s\n", buf_str(&j->b));
	crypto_wipe(j->b.data, j->b.cap);
	buf_free(&j->b);
	return 0;
}

/* Signed in, or as far as a half login: keep the token for the shell and tell. */
static int entered(struct cli *cli, const struct signin *in)
{
	if (shell_keep(cli->core, in->needs_code ? "half" : "session", in->token, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (json_wanted(cli)) {
		struct answer j;
		answer_begin(&j);
		answer_bool(&j, "requires_2fa", in->needs_code);
		answer_text(&j, in->needs_code ? "temporary_token" : "token", in->token);
		if (in->must_set_up)
			answer_bool(&j, "requires_2fa_setup", true);
		return answer_end(&j);
	}
	if (in->needs_code)
		(void)printf("%s\n", _("A code is needed: simplix auth 2fa verify"));
	else if (in->must_set_up)
		(void)printf("%s\n", _("Signed in, but your organization asks for a second factor first: simplix auth 2fa setup"));
	else
		(void)printf("%s\n", _("Signed in. simplix auth logout ends it."));
	if (in->set_up_by && !in->must_set_up)
		(void)printf(_("A second factor is asked for from %s on: simplix auth 2fa setup\n"), clock_human_instant(cli->arena, in->set_up_by));
	return 0;
}

static int verify(struct cli *cli, const char *token, const char *given)
{
	char code[SECRET_SIZE] = "", normal[17];
	struct signin in;
	if (given && backup_code_normal(given, normal)) {
		error_set(&cli->err, ST_USAGE, _("A backup code is a secret; other people of this machine see what a command is called with."));
		error_hint(&cli->err, _("Leave it out: it is asked for."));
		return cli_fail(cli);
	}
	if (given)
		(void)snprintf(code, sizeof code, "%s", given);
	else if (!line_read(cli, _("Code of the authenticator, or a backup code:"), code))
		return cli_fail(cli);
	enum status st = signin_code(cli->core, token, code, &in, &cli->err);
	crypto_wipe(code, sizeof code);
	if (st != ST_OK)
		return cli_fail(cli);
	int result = entered(cli, &in);
	crypto_wipe(&in, sizeof in);
	return result;
}

static int login(struct cli *cli, int argc, char **argv)
{
	bool with_backup = cli_flag(&argc, argv, "backup-code");
	char email[SECRET_SIZE] = "", password[SECRET_SIZE], backup[SECRET_SIZE] = "";
	struct signin in;
	if (argc > 1)
		return cli_usage(cli, "auth login [EMAIL] [--backup-code]");
	struct core *c = cli_core_unsigned(cli);
	if (!c)
		return cli_fail(cli);
	if (!signin_required(c)) {
		error_set(&cli->err, ST_CONFLICT, _("Nobody has a password here yet, so nobody signs in."));
		error_hint(&cli->err, _("Set one: simplix auth password"));
		return cli_fail(cli);
	}
	if (argc)
		(void)snprintf(email, sizeof email, "%s", argv[0]);
	else if (!line_read(cli, _("Mail address:"), email))
		return cli_fail(cli);
	if (!secret_read(cli, _("Password:"), password) || (with_backup && !line_read(cli, _("Backup code:"), backup)))
		return cli_fail(cli);
	enum status st = signin_password(c, email, password, with_backup ? backup : NULL, &in, &cli->err);
	crypto_wipe(password, sizeof password);
	crypto_wipe(backup, sizeof backup);
	if (st != ST_OK)
		return cli_fail(cli);
	if (in.needs_code && input_is_terminal() && !json_wanted(cli))
		return verify(cli, in.token, NULL);
	int result = entered(cli, &in);
	crypto_wipe(&in, sizeof in);
	return result;
}

static int logout(struct cli *cli)
{
	struct core *c = cli_core_unsigned(cli);
	if (!c)
		return cli_fail(cli);
	char *token = shell_token(c, "session", cli->arena);
	if (token && session_resume(c, token, NULL) == ST_OK && session_end(c, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (shell_keep(c, "session", NULL, &cli->err) != ST_OK)
		return cli_fail(cli);
	(void)printf("%s\n", token ? _("Signed out.") : _("Nobody was signed in here."));
	return 0;
}

/* May it be chosen: by whoever works, or by whom the invitation invites (NULL: no invitation). */
static bool choice_is_good(struct cli *cli, const char *invitation, const char *password)
{
	return (invitation ? signin_check_invitation(cli->core, invitation, password, &cli->err) : signin_check_choice(cli->core, password, &cli->err)) == ST_OK;
}

/* Asked twice at a terminal, again when it will not do; once where a program answers. */
static bool new_password(struct cli *cli, const char *invitation, char out[SECRET_SIZE])
{
	enum { TRIES = 3 };
	char again[SECRET_SIZE];
	if (input_is_terminal())
		(void)fprintf(stderr, "%s\n", signin_password_rule(cli->arena));
	for (int i = 0; i < TRIES; i++) {
		if (!secret_read(cli, _("New password:"), out))
			return false;
		bool good = choice_is_good(cli, invitation, out);
		if (!input_is_terminal())
			return good;
		if (good && !secret_read(cli, _("Once more:"), again))
			return false;
		bool same = good && strcmp(out, again) == 0;
		crypto_wipe(again, sizeof again);
		if (same)
			return true;
		if (good)
			error_set(&cli->err, ST_INVALID, _("The two are not the same."));
		if (i < TRIES - 1)
			(void)fprintf(stderr, "%s\n", cli->err.message);
	}
	return false;
}

static int password(struct cli *cli)
{
	struct core *c = cli_core(cli);
	char old[SECRET_SIZE] = "", fresh[SECRET_SIZE] = "", token[TOKEN_SIZE];
	if (!c)
		return cli_fail(cli);
	bool had = signin_has_password(c, &c->user);
	bool asked = (!had || secret_read(cli, _("Present password:"), old)) && new_password(cli, NULL, fresh);
	enum status st = asked ? signin_set_password(c, had ? old : NULL, fresh, token, &cli->err) : cli->err.code;
	crypto_wipe(old, sizeof old);
	crypto_wipe(fresh, sizeof fresh);
	if (st == ST_OK && *token)
		st = shell_keep(c, "session", token, &cli->err);
	if (st != ST_OK || !asked)
		return cli_fail(cli);
	(void)printf("%s\n", had ? _("Password changed. Your other sessions were ended.")
				 : _("Password set. From now on everybody signs in; this shell is signed in already."));
	return 0;
}

static int accept_invitation(struct cli *cli)
{
	struct core *c = cli_core_unsigned(cli);
	char token[SECRET_SIZE], fresh[SECRET_SIZE] = "";
	struct signin in;
	if (!c || !secret_read(cli, _("Invitation:"), token) || signin_check_invitation(c, token, NULL, &cli->err) != ST_OK || !new_password(cli, token, fresh))
		return cli_fail(cli);
	enum status st = signin_accept(c, token, fresh, &in, &cli->err);
	crypto_wipe(token, sizeof token);
	crypto_wipe(fresh, sizeof fresh);
	return st == ST_OK ? entered(cli, &in) : cli_fail(cli);
}

/* The second factor */

static void print_codes(struct cli *cli, char codes[BACKUP_CODES][20])
{
	(void)cli;
	(void)printf("%s\n", _("Backup codes, each good once. Keep them where your phone is not:"));
	for (int i = 0; i < BACKUP_CODES; i++)
		(void)printf("  %2d  %s%s", i + 1, codes[i], i % 2 ? "\n" : "   ");
}

static void answer_codes(struct answer *j, char codes[BACKUP_CODES][20])
{
	json_key(&j->w, "backup_codes");
	json_array(&j->w);
	for (int i = 0; i < BACKUP_CODES; i++)
		json_str(&j->w, codes[i]);
	json_array_end(&j->w);
}

/* "JBSW Y3DP" without the blanks, for programs. */
static char *squeeze(struct arena *a, const char *s)
{
	char *out = arena_strdup(a, s), *p = out;
	for (; *s; s++)
		if (*s != ' ')
			*p++ = *s;
	*p = '\0';
	return out;
}

static int setup(struct cli *cli, bool ascii)
{
	struct core *c = cli_core(cli);
	struct twofactor_setup s;
	struct twofactor_status now;
	char secret[SECRET_SIZE] = "", code[SECRET_SIZE] = "";
	if (!c || twofactor_status(c, &c->user, &now, &cli->err) != ST_OK)
		return cli_fail(cli);
	/* replacing one that is on takes what turning it off would */
	if (now.on && (!secret_read(cli, _("Password:"), secret) || !line_read(cli, _("Code of the authenticator, or a backup code:"), code)))
		return cli_fail(cli);
	enum status st = twofactor_begin(c, secret, code, cli->arena, &s, &cli->err);
	crypto_wipe(secret, sizeof secret);
	if (st != ST_OK)
		return cli_fail(cli);
	if (json_wanted(cli)) {
		struct answer j;
		answer_begin(&j);
		answer_text(&j, "secret", squeeze(cli->arena, s.secret));
		answer_text(&j, "qr_code_url", s.uri);
		answer_codes(&j, s.codes);
		return answer_end(&j);
	}
	/* the square last, so that it stands whole on the screen */
	print_codes(cli, s.codes);
	if (qr_print(cli, s.uri, ascii) != ST_OK)
		return cli_fail(cli);
	(void)printf(_("Scan it with an authenticator, or type: %s\n"), s.secret);
	(void)printf("%s\n", _("It is not in force yet: simplix auth 2fa verify-setup"));
	crypto_wipe(&s, sizeof s);
	return 0;
}

static int verify_setup(struct cli *cli, const char *given)
{
	char code[SECRET_SIZE] = "";
	struct core *c = cli_core(cli);
	if (!c)
		return cli_fail(cli);
	if (given)
		(void)snprintf(code, sizeof code, "%s", given);
	else if (!line_read(cli, _("Code of the authenticator:"), code))
		return cli_fail(cli);
	if (twofactor_activate(c, code, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (json_wanted(cli)) {
		struct answer j;
		answer_begin(&j);
		answer_bool(&j, "two_factor_enabled", true);
		return answer_end(&j);
	}
	(void)printf("%s\n", _("The second factor is on. Your other sessions were ended."));
	return 0;
}

static int verify_login(struct cli *cli, const char *given)
{
	struct core *c = cli_core_unsigned(cli);
	if (!c)
		return cli_fail(cli);
	const char *token = environment_get("SIMPLIX_TEMPORARY_TOKEN");
	if (!token || !*token)
		token = shell_token(c, "half", cli->arena);
	if (!token) {
		error_set(&cli->err, ST_NOT_FOUND, _("No sign-in waits for a code here."));
		error_hint(&cli->err, _("Begin with: simplix auth login"));
		return cli_fail(cli);
	}
	return verify(cli, token, given);
}

/* Password and code, as both disabling and new codes ask for them. */
static int with_proof(struct cli *cli, bool disable)
{
	char secret[SECRET_SIZE] = "", code[SECRET_SIZE] = "", codes[BACKUP_CODES][20];
	struct core *c = cli_core(cli);
	if (!c || !secret_read(cli, _("Password:"), secret) || !line_read(cli, _("Code of the authenticator, or a backup code:"), code))
		return cli_fail(cli);
	enum status st = disable ? twofactor_disable(c, secret, code, &cli->err) : twofactor_new_codes(c, secret, code, codes, &cli->err);
	crypto_wipe(secret, sizeof secret);
	if (st != ST_OK)
		return cli_fail(cli);
	if (json_wanted(cli)) {
		struct answer j;
		answer_begin(&j);
		answer_bool(&j, "two_factor_enabled", !disable);
		if (!disable)
			answer_codes(&j, codes);
		return answer_end(&j);
	}
	if (disable)
		(void)printf("%s\n", _("The second factor is off."));
	else
		print_codes(cli, codes);
	return 0;
}

static int show_status(struct cli *cli)
{
	struct core *c = cli_core(cli);
	struct twofactor_status t;
	if (!c || twofactor_status(c, &c->user, &t, &cli->err) != ST_OK)
		return cli_fail(cli);
	if (json_wanted(cli)) {
		struct answer j;
		answer_begin(&j);
		answer_bool(&j, "two_factor_enabled", t.on);
		answer_bool(&j, "required", t.required);
		json_key(&j.w, "backup_codes_left");
		json_num(&j.w, t.codes_left);
		return answer_end(&j);
	}
	(void)printf("%s\n", t.on ? _("The second factor is on.") : _("The second factor is off."));
	if (t.on)
		(void)printf(_("Backup codes left: %d\n"), t.codes_left);
	if (t.required)
		(void)printf("%s\n", _("Your organization or role asks for it."));
	return 0;
}

static int two_factor(struct cli *cli, int argc, char **argv)
{
	const char *verb = argc ? argv[0] : "status", *code = argc > 1 ? argv[1] : NULL;
	bool ascii = cli_flag(&argc, argv, "ascii");
	if (argc <= 1 && strcmp(verb, "setup") == 0)
		return setup(cli, ascii);
	if (argc <= 2 && strcmp(verb, "verify-setup") == 0)
		return verify_setup(cli, code);
	if (argc <= 2 && strcmp(verb, "verify") == 0)
		return verify_login(cli, code);
	if (argc <= 1 && strcmp(verb, "disable") == 0)
		return with_proof(cli, true);
	if (argc <= 1 && strcmp(verb, "regenerate-backup-codes") == 0)
		return with_proof(cli, false);
	if (argc <= 1 && strcmp(verb, "status") == 0)
		return show_status(cli);
	return cli_usage(cli, "auth 2fa setup [--ascii] | verify-setup [CODE] | verify [CODE] | disable | regenerate-backup-codes | status");
}

int cli_auth(struct cli *cli, int argc, char **argv)
{
	static const char usage[] = "auth login [EMAIL] | logout | password | accept | 2fa … | sessions … | history | events … | keys …";
	const char *verb = argc ? argv[0] : "";
	if (strcmp(verb, "login") == 0)
		return login(cli, argc - 1, argv + 1);
	if (strcmp(verb, "logout") == 0 && argc == 1)
		return logout(cli);
	if (strcmp(verb, "password") == 0 && argc == 1)
		return password(cli);
	if (strcmp(verb, "accept") == 0 && argc == 1)
		return accept_invitation(cli);
	if (strcmp(verb, "2fa") == 0)
		return two_factor(cli, argc - 1, argv + 1);
	if (strcmp(verb, "sessions") == 0)
		return cli_auth_sessions(cli, argc - 1, argv + 1);
	if (strcmp(verb, "history") == 0)
		return cli_auth_history(cli, argc - 1, argv + 1);
	if (strcmp(verb, "events") == 0)
		return cli_auth_events(cli, argc - 1, argv + 1);
	if (strcmp(verb, "keys") == 0)
		return cli_auth_keys(cli, argc - 1, argv + 1);
	return cli_usage(cli, usage);
}
