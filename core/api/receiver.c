#include "core/api/receiver.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/mem.h"

enum { MEMORY = 32 * 1024, CONNECTIONS = 16, SILENT_S = 10, HEADERS = 100, DRAIN_MAX = 1 << 20, BACKLOG = 16 };

struct receiver {
	struct MHD_Daemon *daemon;
	receiver_fn *fn;
	void *arg;
	int port;
	struct exchange *list; /* all under way */
};

/* One request and its answer. */
struct exchange {
	struct exchange *next, **link;
	struct receiver *receiver;
	struct MHD_Connection *connection;
	struct buf body;
	size_t seen; /* bytes of body that came, kept or not */
	struct receiver_header headers[HEADERS];
	size_t n_headers;
	bool asked, waits; /* the function was called; the answer waits for `due` */
	int64_t due;
	int status;
	char *text;
};

const char *receiver_header(const struct receiver_request *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (strcasecmp(r->headers[i].name, name) == 0)
			return r->headers[i].value;
	return NULL;
}

static struct exchange *exchange_new(struct receiver *r, struct MHD_Connection *connection)
{
	struct exchange *x = mem_zalloc(sizeof *x);
	x->receiver = r;
	x->connection = connection;
	x->next = r->list;
	x->link = &r->list;
	if (x->next)
		x->next->link = &x->next;
	r->list = x;
	return x;
}

static void exchange_free(void *arg, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *state;
	(void)arg, (void)connection, (void)why;
	if (!x)
		return;
	*x->link = x->next;
	if (x->next)
		x->next->link = x->link;
	buf_free(&x->body);
	free(x->text);
	free(x);
	*state = NULL;
}

static enum MHD_Result take_header(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct exchange *x = arg;
	(void)kind;
	if (x->n_headers == HEADERS)
		return MHD_NO;
	x->headers[x->n_headers++] = (struct receiver_header){name, value ? value : ""};
	return MHD_YES;
}

static void ask(struct exchange *x, const char *method, const char *path)
{
	struct receiver *r = x->receiver;
	(void)MHD_get_connection_values(x->connection, MHD_HEADER_KIND, take_header, x);
	const struct receiver_request q = {.method = method, .path = path, .headers = x->headers, .n_headers = x->n_headers, .body = buf_str(&x->body),
		.body_n = x->body.len, .cut = x->seen > x->body.len};
	struct receiver_answer answer = r->fn(r->arg, &q);
	x->asked = true;
	x->status = answer.status;
	x->text = mem_strdup(answer.text ? answer.text : "");
	x->waits = answer.delay_ms > 0;
	x->due = clock_monotonic() + answer.delay_ms;
}

static enum MHD_Result reply(struct exchange *x)
{
	bool bare = x->status == 204 || x->status == 304;
	struct MHD_Response *response = MHD_create_response_from_buffer(bare ? 0 : strlen(x->text), x->text, MHD_RESPMEM_MUST_COPY);
	if (!response)
		return MHD_NO;
	(void)MHD_add_response_header(response, "Content-Type", "text/plain; charset=utf-8");
	enum MHD_Result queued = MHD_queue_response(x->connection, (unsigned)x->status, response);
	MHD_destroy_response(response);
	return queued;
}

/* Called once when the headers are there, for each piece of the body, at its end, and again when an answer has waited long enough. */
static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *path, const char *method, const char *version, const char *data,
	size_t *data_n, void **state)
{
	struct exchange *x = *state;
	(void)version;
	if (!x) {
		*state = exchange_new(arg, connection);
		return MHD_YES;
	}
	if (*data_n) {
		size_t room = RECEIVER_BODY_MAX - x->body.len;
		buf_add(&x->body, data, *data_n < room ? *data_n : room);
		x->seen += *data_n;
		*data_n = 0;
		return x->seen <= DRAIN_MAX ? MHD_YES : MHD_NO; /* one that never ends is hung up on */
	}
	if (!x->asked)
		ask(x, method, path);
	if (!x->waits)
		return reply(x);
	MHD_suspend_connection(connection);
	return MHD_YES;
}

static int listen_at(int *port, struct error *err)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof at;
	int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 && bind(fd, (const struct sockaddr *)&at, sizeof at) == 0 &&
		listen(fd, BACKLOG) == 0 && getsockname(fd, (struct sockaddr *)&at, &n) == 0) {
		*port = ntohs(at.sin_port);
		return fd;
	}
	int why = errno;
	if (fd >= 0)
		(void)close(fd);
	error_set(err, why == EADDRINUSE ? ST_CONFLICT : ST_IO, why == EADDRINUSE ? _("Port %d is taken by another program.") : _("Port %d cannot be listened at: %s."),
		*port, error_system(why));
	error_hint(err, _("Choose another: --port %d, or --port 0 for any that is free."), *port < 65535 ? *port + 1 : 8788);
	return -1;
}

enum status receiver_start(int port, receiver_fn *fn, void *arg, struct receiver **out, struct error *err)
{
	int fd = listen_at(&port, err);
	if (fd < 0)
		return err->code;
	struct receiver *r = mem_zalloc(sizeof *r);
	*r = (struct receiver){.fn = fn, .arg = arg, .port = port};
	r->daemon = MHD_start_daemon(MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handle, r, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)MEMORY, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENT_S,
		MHD_OPTION_NOTIFY_COMPLETED, exchange_free, r, MHD_OPTION_END);
	if (!r->daemon) {
		(void)close(fd);
		free(r);
		return error_set(err, ST_IO, _("Port %d cannot be listened at: %s."), port, error_system(errno));
	}
	*out = r;
	return ST_OK;
}

int receiver_port(const struct receiver *r)
{
	return r->port;
}

bool receiver_turn(struct receiver *r, int wait_ms)
{
	int64_t now = clock_monotonic();
	for (struct exchange *x = r->list; x; x = x->next) {
		if (!x->waits)
			continue;
		if (x->due <= now) {
			x->waits = false;
			MHD_resume_connection(x->connection);
		} else if (x->due - now < wait_ms) {
			wait_ms = (int)(x->due - now);
		}
	}
	return MHD_run_wait(r->daemon, wait_ms) == MHD_YES;
}

bool receiver_is_idle(const struct receiver *r)
{
	return !r->list;
}

void receiver_stop(struct receiver **rp)
{
	struct receiver *r = *rp;
	if (!r)
		return;
	for (struct exchange *x = r->list; x; x = x->next) /* a daemon may not end with connections suspended */
		if (x->waits)
			MHD_resume_connection(x->connection);
	MHD_stop_daemon(r->daemon);
	free(r);
	*rp = NULL;
}
