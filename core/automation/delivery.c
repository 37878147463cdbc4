#include "core/automation/delivery.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/crm/rows.h"
#include "core/helper/http.h"
#include "core/security/access.h"
#include "core/security/environment.h"

enum { FILE_MAX = 1 << 20, MOST_FILES = 9999, SEND_MS = 30 * 1000, TURN_MS = 200, ID_MAX = 64, ID_LONGEST = 255 };

/* From the queue */

enum status delivery_of_job(struct core *c, int64_t job, struct arena *a, struct delivery *out, struct error *err)
{
	struct db_stmt *s;
	bool row;
	char id[ID_TEXT_SIZE];
	enum status st = access_check_admin(c, err);
	if (st == ST_OK)
		st = rows_first(c, &s, &row, err,
			"SELECT g.record_id, e.id, e.payload, g.kind FROM jobs j JOIN job_targets g ON g.num = j.target_num LEFT JOIN domain_events e ON e.num = j.event_num "
			"WHERE j.org_id = $1 AND j.num = $2", "di", &c->org, job);
	if (st != ST_OK)
		return st;
	if (!row) {
		error_set(err, ST_NOT_FOUND, _("There is no job %lld."), (long long)job);
		error_hint(err, _("simplix jobs lists them; simplix webhooks deliveries WEBHOOK those of one webhook."));
		return ST_NOT_FOUND;
	}
	struct id event = db_id(s, 1);
	bool hook = strncmp(rows_text(a, s, 3), "webhook", 7) == 0, kept = !db_is_null(s, 1);
	struct delivery d = {.webhook = db_id(s, 0), .body = rows_text(a, s, 2)};
	db_done(s);
	if (!hook || !kept)
		return error_set(err, ST_NOT_FOUND, _("Job %lld is no delivery of a webhook."), (long long)job);
	d.id = arena_printf(a, "evt_%s", id_format(&event, id));
	d.n = strlen(d.body);
	*out = d;
	return ST_OK;
}

/* Files */

static enum status read_file(const char *path, struct buf *out, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char piece[16 * 1024];
	ssize_t n = fd < 0 ? -1 : 1;
	while (n > 0 && out->len <= FILE_MAX)
		if ((n = read(fd, piece, sizeof piece)) > 0)
			buf_add(out, piece, (size_t)n);
	int why = errno;
	if (fd >= 0)
		(void)close(fd);
	if (n < 0) {
		enum status st = why == ENOENT ? ST_NOT_FOUND : ST_IO;
		error_set(err, st, _("%s cannot be read: %s."), path, error_system(why));
		error_hint(err, _("Name the number of a job, or a file that simplix webhooks listen --save wrote."));
		return st;
	}
	return out->len > FILE_MAX ? error_set(err, ST_LIMIT, _("%s is larger than a saved delivery."), path) : ST_OK;
}

static bool take_body(const struct cJSON *doc, struct arena *a, struct delivery *d)
{
	const char *text = json_text(json_get(doc, "body")), *coded = json_text(json_get(doc, "body_base64"));
	if (text) {
		d->body = arena_strdup(a, text);
		d->n = strlen(text);
		return true;
	}
	size_t room = coded ? strlen(coded) : 0;
	uint8_t *bytes = arena_alloc(a, room + 1);
	int n = coded ? base64_decode(coded, bytes, room) : -1;
	d->body = (const char *)bytes;
	d->n = n < 0 ? 0 : (size_t)n;
	return n >= 0;
}

static bool is_header_value(const char *s)
{
	size_t n = 0;
	while (s[n] > ' ' && s[n] < 0x7f)
		n++;
	return n && n <= ID_LONGEST && !s[n];
}

enum status delivery_of_file(const char *path, struct arena *a, struct delivery *out, struct error *err)
{
	struct buf b = {0};
	struct cJSON *doc = NULL;
	struct delivery d = {0};
	enum status st = read_file(path, &b, err);
	if (st == ST_OK)
		st = json_parse(buf_str(&b), b.len, &doc, err);
	if (st == ST_OK && !take_body(doc, a, &d)) {
		st = error_set(err, ST_INVALID, _("%s holds no delivery: it has no “body”."), path);
		error_hint(err, _("simplix webhooks listen --save FOLDER writes such files."));
	}
	if (st == ST_OK)
		d.id = arena_strdup(a, json_text(json_get(doc, "id")));
	if (st == ST_OK && d.id && !is_header_value(d.id))
		st = error_set(err, ST_INVALID, _("%s names an id that no header may hold."), path);
	if (st == ST_OK)
		*out = d;
	json_free(&doc);
	buf_free(&b);
	return st;
}

static void put_text(struct json_out *w, const char *key, const char *text)
{
	json_key(w, key);
	json_str(w, text);
}

/* Names in lower case; what came several times in one line, as RFC 9110 (5.2) allows. */
static void put_headers(struct json_out *w, const struct delivery_copy *d, struct arena *a)
{
	const char **names = arena_alloc(a, (d->n_headers + 1) * sizeof *names);
	for (size_t i = 0; i < d->n_headers; i++)
		names[i] = text_lower_ascii(a, d->headers[i].name);
	json_key(w, "headers");
	json_object(w);
	for (size_t i = 0; i < d->n_headers; i++) {
		const char *value = names[i] ? d->headers[i].value : NULL;
		for (size_t k = i + 1; value && k < d->n_headers; k++)
			if (names[k] && strcmp(names[i], names[k]) == 0) {
				value = arena_printf(a, "%s, %s", value, d->headers[k].value);
				names[k] = NULL;
			}
		if (value)
			put_text(w, names[i], value);
	}
	json_object_end(w);
}

static void as_json(const struct delivery_copy *d, struct arena *a, struct buf *out)
{
	struct json_out w;
	char instant[32];
	bool text = text_is_utf8(d->body, d->body_n) && !memchr(d->body, '\0', d->body_n);
	json_begin(&w, out, true);
	json_object(&w);
	put_text(&w, "id", d->id);
	put_text(&w, "received_at", clock_format_instant(d->at, instant));
	put_text(&w, "method", d->method);
	put_text(&w, "path", d->path);
	put_headers(&w, d, a);
	put_text(&w, text ? "body" : "body_base64", text ? arena_strndup(a, d->body, d->body_n) : base64_encode(a, d->body, d->body_n));
	json_object_end(&w);
	buf_putc(out, '\n');
}

/* ID.json; of what comes again ID-2.json and on. */
static int create(const char *folder, const char *id, struct arena *a, const char **path)
{
	char name[ID_MAX + 1] = "request";
	size_t n = 0;
	int fd = -1;
	for (const char *p = id ? id : ""; *p && n < ID_MAX; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || (*p == '-' && n);
		name[n++] = plain ? *p : '_';
		name[n] = '\0';
	}
	errno = EEXIST;
	for (int i = 1; fd < 0 && errno == EEXIST && i <= MOST_FILES; i++) {
		*path = i == 1 ? arena_printf(a, "%s/%s.json", folder, name) : arena_printf(a, "%s/%s-%d.json", folder, name, i);
		fd = open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	}
	return fd;
}

enum status delivery_save(const char *folder, const struct delivery_copy *d, struct arena *a, const char **path, struct error *err)
{
	struct buf b = {0};
	const char *name = folder;
	int fd = mkdir(folder, 0700) == 0 || errno == EEXIST ? create(folder, d->id, a, &name) : -1;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	as_json(d, a, &b);
	bool good = f && fwrite(buf_str(&b), 1, b.len, f) == b.len && fflush(f) == 0;
	int why = errno;
	if (f)
		(void)fclose(f);
	else if (fd >= 0)
		(void)close(fd);
	buf_free(&b);
	if (!good)
		return error_set(err, ST_IO, _("%s cannot be written: %s."), name, error_system(why));
	*path = name;
	return ST_OK;
}

/* Sending */

struct sending {
	struct arena *arena;
	struct http_answer answer;
	bool ended;
};

static void take_answer(void *arg, const struct http_answer *answer)
{
	struct sending *s = arg;
	s->answer = *answer;
	s->answer.body = arena_strndup(s->arena, answer->body ? answer->body : "", answer->body_n);
	s->answer.error = arena_strdup(s->arena, answer->error);
	s->ended = true;
}

enum status delivery_send(const char *url, const char *const *headers, const struct delivery *d, struct arena *a, struct http_answer *out, struct error *err)
{
	struct sending s = {.arena = a};
	const struct http_request r = {.method = "POST", .url = url, .headers = headers, .body = d->body, .body_n = d->n, .timeout_ms = SEND_MS,
		.allowed = environment_get("SIMPLIX_ALLOWED_HOSTS")};
	enum status st = http_check_url(url, r.allowed, err);
	if (st != ST_OK)
		return st;
	struct http *h = http_new(environment_get("SIMPLIX_CA_FILE"));
	http_send(h, &r, take_answer, &s);
	while (!s.ended && http_running(h) > 0)
		http_turn(h, TURN_MS);
	http_free(&h);
	if (!s.ended)
		return error_set(err, ST_INTERNAL, "a request without an answer");
	*out = s.answer;
	return ST_OK;
}
