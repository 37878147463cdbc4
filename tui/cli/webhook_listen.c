/* simplix webhooks listen: a receiver on this machine that tells what it thinks of each delivery. */
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/api/receiver.h"
#include "core/automation/delivery.h"
#include "core/automation/lab.h"
#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/helper/address.h"
#include "core/security/environment.h"
#include "tui/cli/output.h"
#include "tui/cli/secret_input.h"
#include "tui/cli/webhook_lab.h"

enum { PORT = 8787, TURN_MS = 100, LAST_MS = 5000, FAILS_WITH = 503, REFUSES_WITH = 400 };

static const char usage[] = "webhooks listen [WEBHOOK] [--port N] [--secret-file FILE] [--status CODE] [--fail-first N] [--delay MS] [--count N] [--seconds N] "
	"[--save FOLDER]";

struct listener {
	struct cli *cli;
	struct lab *lab;
	struct arena *arena; /* of one request */
	const char *webhook, *save;
	char *secret; /* given; NULL */
	int64_t port, status, fail_first, delay, count, seconds; /* status 0: by what is found; count, seconds 0: no end */
	int64_t requests, valid, invalid;
	bool failed; /* a file could not be written, or the output is gone */
};

/* Telling */

static const char *mark(enum lab_verdict v)
{
	static const char *const ascii[] = {".", "+", "?", "-"}, *const signs[] = {"·", "✓", "?", "✗"};
	bool plain = getenv("SIMPLIX_ASCII") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	return plain ? ascii[v] : signs[v];
}

static const char *verdict_text(enum lab_verdict v)
{
	return v == LAB_GOOD ? _("Valid.") : v == LAB_BAD ? _("Not valid.") : _("Not checked.");
}

static const char *answer_text(struct listener *l, const struct receiver_answer *answer, bool told)
{
	if (answer->delay_ms)
		return arena_printf(l->arena, told ? _("Answered %d after %d ms, as told.") : _("Answered %d after %d ms."), answer->status, answer->delay_ms);
	return arena_printf(l->arena, told ? _("Answered %d, as told.") : _("Answered %d."), answer->status);
}

static void print_line(struct listener *l, const char *line)
{
	(void)fputs(text_clean(l->arena, line), stdout);
	(void)putchar('\n');
}

static void print_request(struct listener *l, const struct receiver_request *q, const struct lab_report *r, const char *saved, const char *answer)
{
	struct civil now = clock_local(clock_now());
	print_line(l, arena_printf(l->arena, "%02d:%02d:%02d  %.80s  %.80s  %.10s %.80s  %zu B", now.hour, now.minute, now.second, *r->event ? r->event : "?", *r->id ? r->id : "?",
		q->method, q->path, q->body_n));
	for (int i = 0; i < r->n; i++)
		print_line(l, arena_printf(l->arena, "  %s %s", mark(r->steps[i].verdict), r->steps[i].text));
	if (saved)
		print_line(l, arena_printf(l->arena, _("  %s Saved as %s"), mark(LAB_NOTE), saved));
	print_line(l, arena_printf(l->arena, "  %s %s %s", mark(r->verdict), verdict_text(r->verdict), answer));
	(void)putchar('\n');
}

static void json_request(struct listener *l, const struct receiver_request *q, const struct lab_report *r, const char *saved, const struct receiver_answer *answer)
{
	static const char *const words[] = {"note", "good", "unknown", "bad"};
	struct output_json o = {.cli = l->cli};
	char instant[32];
	json_begin(&o.w, &o.buf, false); /* a line of its own, whichever form was asked for */
	json_object(&o.w);
	output_json_text(&o, "at", clock_format_instant(clock_now(), instant));
	output_json_text(&o, "id", *r->id ? r->id : NULL);
	output_json_text(&o, "event", *r->event ? r->event : NULL);
	output_json_text(&o, "method", q->method);
	output_json_text(&o, "path", q->path);
	output_json_int(&o, "bytes", (int64_t)q->body_n);
	output_json_int(&o, "attempt", r->attempt);
	output_json_bool(&o, "repeated", r->repeated);
	json_key(&o.w, "valid");
	json_raw(&o.w, r->verdict == LAB_GOOD ? "true" : r->verdict == LAB_BAD ? "false" : "null");
	output_json_int(&o, "status", answer->status);
	output_json_int(&o, "delay_ms", answer->delay_ms);
	output_json_text(&o, "saved", saved);
	json_key(&o.w, "steps");
	json_array(&o.w);
	for (int i = 0; i < r->n; i++) {
		json_object(&o.w);
		output_json_text(&o, "step", r->steps[i].key);
		output_json_text(&o, "result", words[r->steps[i].verdict]);
		output_json_text(&o, "text", r->steps[i].text);
		json_object_end(&o.w);
	}
	json_array_end(&o.w);
	json_object_end(&o.w);
	output_json_end(&o);
}

/* Receiving */

static const char *save(struct listener *l, const struct receiver_request *q, const char *id)
{
	const char *path = NULL;
	struct error err = {0};
	struct delivery_header *headers = arena_alloc(l->arena, (q->n_headers + 1) * sizeof *headers);
	for (size_t i = 0; i < q->n_headers; i++)
		headers[i] = (struct delivery_header){q->headers[i].name, q->headers[i].value};
	const struct delivery_copy copy = {.at = clock_now(), .method = q->method, .path = q->path, .id = *id ? id : NULL, .headers = headers,
		.n_headers = q->n_headers, .body = q->body, .body_n = q->body_n};
	if (!l->save || delivery_save(l->save, &copy, l->arena, &path, &err) == ST_OK)
		return path;
	l->failed = true;
	l->cli->err = err;
	return NULL;
}

static struct receiver_answer decide(const struct listener *l, const struct lab_report *r, bool *told)
{
	bool fails = l->requests <= l->fail_first;
	int64_t status = fails ? (l->status ? l->status : FAILS_WITH) : l->status && !l->fail_first ? l->status : r->verdict == LAB_BAD ? REFUSES_WITH : 200;
	*told = fails || (l->status && !l->fail_first);
	return (struct receiver_answer){.status = (int)status, .delay_ms = (int)l->delay, .text = *told ? "as told\n" : r->verdict == LAB_BAD ? "not valid\n" : "ok\n"};
}

static struct receiver_answer receive(void *arg, const struct receiver_request *q)
{
	struct listener *l = arg;
	struct lab_report r;
	bool told;
	const struct lab_request request = {.method = q->method, .cut = q->cut, .delivery = {.id = receiver_header(q, "webhook-id"),
		.timestamp = receiver_header(q, "webhook-timestamp"), .signature = receiver_header(q, "webhook-signature"),
		.legacy = receiver_header(q, "x-webhook-signature"), .body = q->body, .n = q->body_n}};
	arena_reset(l->arena);
	lab_check(l->lab, &request, l->arena, &r);
	l->requests++;
	l->valid += r.verdict == LAB_GOOD;
	l->invalid += r.verdict == LAB_BAD;
	struct receiver_answer answer = decide(l, &r, &told);
	lab_answered(l->lab, &r, answer.status);
	const char *saved = save(l, q, r.id);
	if (cli_json(l->cli))
		json_request(l, q, &r, saved, &answer);
	else
		print_request(l, q, &r, saved, answer_text(l, &answer, told));
	l->failed |= fflush(stdout) != 0;
	return answer;
}

/* Starting and ending */

/* How a webhook is made to point here: http to this machine must be allowed by the Simplix that sends. */
static void tell_how(FILE *f, const char *url, int port, const struct lab_key *key)
{
	const char *listed = environment_get("SIMPLIX_ALLOWED_HOSTS");
	(void)fprintf(f, "%s\n", key->core ? _("To send it here, where Simplix runs:") : _("For a webhook that points here, where Simplix runs:"));
	if (!address_is_listed(listed, "127.0.0.1", port))
		(void)fprintf(f, "  export SIMPLIX_ALLOWED_HOSTS='%s%s127.0.0.1:%d'\n", listed ? listed : "", listed ? "," : "", port);
	if (key->core)
		(void)fprintf(f, "  simplix webhooks edit %s url=%s\n", key->name, url);
	else
		(void)fprintf(f, "  simplix webhooks add name=Lab url=%s events='*'\n", url);
	(void)fprintf(f, "  simplix jobs run   # %s\n", _("sends what waits, where no Simplix is open"));
}

/* For people; beside JSON on the other output. */
static void tell_start(const struct listener *l, int port, const struct lab_key *key)
{
	FILE *f = cli_json(l->cli) ? stderr : stdout;
	const char *url = arena_printf(l->cli->arena, "http://127.0.0.1:%d/", port);
	(void)fprintf(f, _("Listening at %s for this machine alone; Ctrl-C ends it.\n"), url);
	if (key->core)
		(void)fprintf(f, _("Signatures are checked with the secret of %s.\n"), key->name);
	else
		(void)fprintf(f, "%s\n", key->secret ? _("Signatures are checked with the secret given.") : _("Without a secret signatures cannot be checked."));
	if (!l->cli->quiet)
		tell_how(f, url, port, key);
	(void)fputc('\n', f);
	(void)fflush(f);
}

static bool interrupted(const sigset_t *signals)
{
	const struct timespec now = {0};
	return sigtimedwait(signals, NULL, &now) > 0;
}

/* Until it was told enough; true when a person ended it. */
static bool serve(struct listener *l, struct receiver *r)
{
	sigset_t signals, before;
	bool ended = false;
	int64_t end = l->seconds ? clock_monotonic() + 1000 * l->seconds : INT64_MAX;
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &signals, &before);
	void (*pipes)(int) = signal(SIGPIPE, SIG_IGN); /* a sender that hung up */
	while (!l->failed && !ended && (!l->count || l->requests < l->count) && clock_monotonic() < end) {
		l->failed |= !receiver_turn(r, TURN_MS);
		ended = interrupted(&signals);
	}
	int64_t last = clock_monotonic() + l->delay + LAST_MS;
	while (!l->failed && !ended && !receiver_is_idle(r) && clock_monotonic() < last) {
		l->failed |= !receiver_turn(r, TURN_MS);
		ended = interrupted(&signals);
	}
	(void)signal(SIGPIPE, pipes);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return ended;
}

static int report(struct listener *l, bool ended)
{
	FILE *f = cli_json(l->cli) ? stderr : stdout;
	int64_t unchecked = l->requests - l->valid - l->invalid;
	(void)fprintf(f, _("Requests: %lld. Valid: %lld. Not valid: %lld. Not checked: %lld.\n"), (long long)l->requests, (long long)l->valid, (long long)l->invalid,
		(long long)unchecked);
	if (l->cli->err.code != ST_OK)
		return cli_fail(l->cli);
	bool enough = ended || (l->requests && l->requests >= l->count);
	return l->valid == l->requests && enough && !l->failed ? 0 : 1;
}

/* What to check signatures with: a webhook of this database, a secret, or what a person types. */
static bool find_key(struct listener *l, const char *file, struct lab_key *key, char typed[SECRET_SIZE])
{
	struct cli *cli = l->cli;
	struct webhook_match m;
	char ref[24];
	if (l->webhook) {
		const struct record *r = lab_webhook(cli, l->webhook);
		if (!r || webhook_match_own(cli->core, &r->id, &(struct webhook_delivery){.body = ""}, &m, &cli->err) != ST_OK)
			return false;
		*key = (struct lab_key){.core = cli->core, .webhook = r->id, .name = arena_strdup(cli->arena, record_reference(r->entity, r->num, ref))};
		return true;
	}
	if (!lab_secret(cli, file, &l->secret))
		return false;
	if (!l->secret && input_is_terminal() && !cli_json(cli)) {
		if (!secret_read(cli, _("Secret of the webhook (Enter: none):"), typed))
			error_clear(&cli->err);
		if (*typed && !webhook_is_secret(typed)) {
			error_set(&cli->err, ST_INVALID, _("That is no secret of a webhook."));
			error_hint(&cli->err, _("It is whsec_ and base64, as simplix webhooks add or simplix webhooks secret printed it."));
			return false;
		}
		l->secret = *typed ? typed : NULL;
	}
	*key = (struct lab_key){.secret = l->secret};
	return true;
}

static int listen_with(struct listener *l, const struct lab_key *key)
{
	struct receiver *r;
	l->lab = lab_new(key);
	l->arena = arena_new();
	enum status st = receiver_start((int)l->port, receive, l, &r, &l->cli->err);
	int code;
	if (st == ST_OK) {
		tell_start(l, receiver_port(r), key);
		bool ended = serve(l, r);
		receiver_stop(&r);
		code = report(l, ended);
	} else {
		code = cli_fail(l->cli);
	}
	arena_free(&l->arena);
	lab_free(&l->lab);
	return code;
}

struct number_option {
	const char *name;
	int64_t least, most, *value;
};

static bool take_numbers(struct cli *cli, int *argc, char **argv, const struct number_option *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *text = cli_option(argc, argv, list[i].name);
		char *end;
		if (!text)
			continue;
		long long v = strtoll(text, &end, 10);
		if (!*text || *end || v < list[i].least || v > list[i].most) {
			error_set(&cli->err, ST_USAGE, _("--%s takes a number from %lld to %lld."), list[i].name, (long long)list[i].least, (long long)list[i].most);
			return false;
		}
		*list[i].value = v;
	}
	return true;
}

int cli_webhook_listen(struct cli *cli, int argc, char **argv)
{
	enum { MANY = 1000000 };
	struct listener l = {.cli = cli, .port = PORT};
	const struct number_option numbers[] = {{"port", 0, 65535, &l.port}, {"status", 200, 599, &l.status}, {"fail-first", 1, MANY, &l.fail_first},
		{"delay", 0, RECEIVER_DELAY_MAX_MS, &l.delay}, {"count", 1, MANY, &l.count}, {"seconds", 1, MANY, &l.seconds}};
	struct lab_key key;
	char typed[SECRET_SIZE] = "";
	if (cli_flag(&argc, argv, "help") || (argc && strcmp(argv[0], "-h") == 0)) {
		(void)printf(_("Usage: simplix %s"), usage);
		(void)putchar('\n');
		return 0;
	}
	const char *file = cli_option(&argc, argv, "secret-file");
	l.save = cli_option(&argc, argv, "save");
	if (!take_numbers(cli, &argc, argv, numbers, sizeof numbers / sizeof *numbers) || lab_refuses_options(cli, argc, argv, usage))
		return cli_fail(cli);
	if (argc > 1 || (argc && file))
		return cli_usage(cli, usage);
	l.webhook = argc ? argv[0] : NULL;
	int code = find_key(&l, file, &key, typed) ? listen_with(&l, &key) : cli_fail(cli);
	crypto_wipe(l.secret, l.secret ? strlen(l.secret) : 0);
	crypto_wipe(typed, sizeof typed);
	return code;
}
