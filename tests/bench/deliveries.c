/* The helper against the least that could be done: deliveries FOLDER [CERTIFICATE KEY].
 *
 * Receivers are processes of the bench's own on loopback: HTTP/1.1 with keep-alive, a port that nobody listens at, one that never answers, SMTP
 * with STARTTLS. Bare loops send the same bytes through curl and write the same columns of an equal table, one transaction a turn.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>
#include <openssl/ssl.h>

#include "core/automation/domain_events.h"
#include "core/automation/webhook.h"
#include "core/base/clock.h"
#include "core/crm/rows.h"
#include "core/crm/store.h"
#include "core/helper/helper.h"
#include "core/helper/queue.h"
#include "core/mail/message.h"
#include "core/mail/outbox.h"
#include "data/db.h"

enum { ROUNDS = 3, MOST_WAITS = 200000, AT_ONCE = 64, HOSTS = 16 };

static struct error err;

static void must(enum status st)
{
	if (st == ST_OK)
		return;
	(void)fprintf(stderr, "deliveries bench: %s\n", err.message);
	exit(1);
}

static double seconds(void)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double at_share(double *list, size_t n, double share)
{
	qsort(list, n, sizeof *list, compare);
	return n ? list[(size_t)((double)(n - 1) * share)] : 0;
}

static void line(const char *what, const char *seen, const char *bar, bool good)
{
	(void)printf("%-66s %-40s %-12s %s\n", what, seen, bar, good ? "pass" : "MISS");
	(void)fflush(stdout);
}

/* ms of this process */
static double cpu(void)
{
	struct rusage u;
	(void)getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

/* Receivers */

/* What a receiver tells the bench, in memory that both see. */
static struct told {
	int n;
	double wait[MOST_WAITS]; /* from "t" in the body to its arrival, in seconds */
} *told;

static int listen_at(int *port)
{
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port)};
	socklen_t n = sizeof a;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 4096) != 0 || getsockname(fd, (struct sockaddr *)&a, &n) != 0) {
		perror("deliveries bench: listen");
		exit(1);
	}
	*port = ntohs(a.sin_port);
	return fd;
}

struct connection {
	int fd;
	size_t n;
	char in[32 * 1024];
};

static const char thanks[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/* All whole requests that came in are answered. */
static void answer(struct connection *c)
{
	for (char *end; (end = memmem(c->in, c->n, "\r\n\r\n", 4));) {
		*end = '\0';
		const char *length = strcasestr(c->in, "content-length:");
		size_t all = (size_t)(end - c->in) + 4 + (length ? strtoul(length + 15, NULL, 10) : 0);
		*end = '\r';
		if (c->n < all)
			return;
		const char *stamp = memmem(c->in, all, "\"t\":", 4);
		if (stamp && told->n < MOST_WAITS)
			told->wait[told->n++] = seconds() - strtod(stamp + 4, NULL);
		if (write(c->fd, thanks, sizeof thanks - 1) < 0)
			return;
		memmove(c->in, c->in + all, c->n - all);
		c->n -= all;
	}
}

static void receive(int fd)
{
	struct epoll_event e = {.events = EPOLLIN}, ready[256];
	int ep = epoll_create1(0), one = 1;
	(void)epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
	for (;;) {
		int n = epoll_wait(ep, ready, 256, -1);
		for (int i = 0; i < n; i++) {
			struct connection *c = ready[i].data.ptr;
			if (!c) {
				int got = accept(fd, NULL, NULL);
				if (got < 0)
					continue;
				(void)setsockopt(got, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
				c = calloc(1, sizeof *c);
				c->fd = got;
				e = (struct epoll_event){.events = EPOLLIN, .data.ptr = c};
				(void)epoll_ctl(ep, EPOLL_CTL_ADD, got, &e);
				continue;
			}
			ssize_t bytes = read(c->fd, c->in + c->n, sizeof c->in - c->n);
			if (bytes <= 0) {
				(void)close(c->fd);
				free(c);
				continue;
			}
			c->n += (size_t)bytes;
			answer(c);
		}
	}
}

static pid_t start_receiver(void (*run)(int fd), int fd)
{
	pid_t child = fork();
	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)signal(SIGPIPE, SIG_IGN);
		run(fd);
		_exit(0);
	}
	return child;
}

static void never(int fd)
{
	for (;;)
		(void)accept(fd, NULL, NULL);
}

/* SMTP: one connection a process, sessions counted in told->n */

static const char *cert_file, *key_file;

static int line_in(SSL *ssl, int fd, char *out, size_t size)
{
	static char buf[64 * 1024];
	static size_t n, at;
	size_t len = 0;
	while (len + 1 < size) {
		if (at == n) {
			ssize_t got = ssl ? SSL_read(ssl, buf, sizeof buf) : read(fd, buf, sizeof buf);
			if (got <= 0)
				return -1;
			n = (size_t)got;
			at = 0;
		}
		char c = buf[at++];
		if (c == '\n')
			break;
		if (c != '\r')
			out[len++] = c;
	}
	out[len] = '\0';
	return (int)len;
}

static void say(SSL *ssl, int fd, const char *text)
{
	if (ssl)
		(void)SSL_write(ssl, text, (int)strlen(text));
	else if (write(fd, text, strlen(text)) < 0)
		_exit(0);
}

static void talk(int fd)
{
	char text[4096];
	SSL *ssl = NULL;
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	(void)SSL_CTX_use_certificate_file(ctx, cert_file, SSL_FILETYPE_PEM);
	(void)SSL_CTX_use_PrivateKey_file(ctx, key_file, SSL_FILETYPE_PEM);
	say(NULL, fd, "220 bench ESMTP\r\n");
	while (line_in(ssl, fd, text, sizeof text) >= 0) {
		if (strncasecmp(text, "EHLO", 4) == 0) {
			say(ssl, fd, ssl ? "250-bench\r\n250 8BITMIME\r\n" : "250-bench\r\n250 STARTTLS\r\n");
		} else if (strncasecmp(text, "STARTTLS", 8) == 0) {
			say(NULL, fd, "220 go\r\n");
			ssl = SSL_new(ctx);
			(void)SSL_set_fd(ssl, fd);
			if (SSL_accept(ssl) != 1)
				return;
		} else if (strncasecmp(text, "DATA", 4) == 0) {
			say(ssl, fd, "354 go on\r\n");
			while (line_in(ssl, fd, text, sizeof text) >= 0 && strcmp(text, ".") != 0)
				;
			say(ssl, fd, "250 taken\r\n");
		} else if (strncasecmp(text, "QUIT", 4) == 0) {
			say(ssl, fd, "221 bye\r\n");
			return;
		} else {
			say(ssl, fd, "250 ok\r\n");
		}
	}
}

static void receive_mail(int fd)
{
	(void)signal(SIGCHLD, SIG_IGN);
	for (int one = 1, got; (got = accept(fd, NULL, NULL)) >= 0; (void)close(got)) {
		told->n++;
		(void)setsockopt(got, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		if (fork() == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			talk(got);
			_exit(0);
		}
	}
}

/* The book */

static struct core *fresh(const char *folder)
{
	static const char *const ending[] = {"", "-wal", "-shm", ".key"};
	struct core *c;
	struct core_setup s = {"Bench", "Ada", "Owner", "ada@bench.example", "EUR", "FR"};
	char path[600], name[620];
	(void)snprintf(path, sizeof path, "%s/deliveries.db", folder);
	for (int i = 0; i < 4; i++) {
		(void)snprintf(name, sizeof name, "%s%s", path, ending[i]);
		(void)unlink(name);
	}
	must(core_open(path, DB_CREATE, &c, &err));
	must(core_set_up(c, &s, &err));
	return c;
}

/* Webhooks that nothing in the book tells anything; their ids. */
static void add_webhooks(struct core *c, int n, void (*url_of)(int i, char out[80]), struct id *out)
{
	struct txn *t;
	char url[80], name[40];
	must(txn_begin(c, CHANGE_EDIT, "webhooks", &t, &err));
	for (int i = 0; i < n; i++) {
		struct arena *a = arena_new();
		struct record *r = record_new(a, model_entity(c->model, "webhooks"));
		url_of(i, url);
		(void)snprintf(name, sizeof name, "Webhook %d", i);
		record_put_text(r, "name", name);
		record_put_text(r, "url", url);
		record_put_text(r, "events", "product.deleted");
		must(store_insert(t, r, &err));
		out[i] = r->id;
		arena_free(&a);
	}
	must(txn_end(&t, ST_OK, &err));
	struct arena *a = arena_new();
	char secret[100];
	for (int i = 0; i < n; i++)
		must(webhook_new_secret(c, &out[i], secret, &err));
	arena_free(&a);
}

/* Some hundred bytes, as an event of a contact has. */
static const char *data_of(double t, int i, char *out, size_t size)
{
	(void)snprintf(out, size,
		"{\"t\":%.6f,\"contact_id\":\"019283aa-1f2b-7c3d-8e4f-5a6b7c8d9e%02x\",\"reference\":\"C-%d\",\"first_name\":\"Amélie\",\"last_name\":\"Durand\","
		"\"company\":\"Keller AG\",\"job_title\":\"Head of Operations\",\"email\":\"amelie.durand@keller.example\",\"phone\":\"+33 1 23 45 67 89\","
		"\"lifecycle_stage\":\"lead\",\"city\":\"Lyon\",\"country\":\"France\",\"created_at\":\"2026-11-24T10:00:00Z\",\"changed\":[\"job_title\",\"city\"]}",
		t, i % 256, i);
	return out;
}

static void enqueue(struct core *c, const struct id *hook, double t, int i)
{
	char data[1200];
	int64_t event = 0;
	must(domain_event_add(c, "contact.updated", hook, clock_now(), 0, data_of(t, i, data, sizeof data), &event, &err));
	must(queue_add(c, &(struct job_new){.kind = "webhook", .target = *hook, .event = event, .title = "contact.updated C-1"}, NULL, &err));
}

static int http_port, refused_port, silent_port;

static void url_of_one_of_16(int i, char out[80])
{
	(void)snprintf(out, 80, "http://127.0.0.%d:%d/hook/%d", 1 + i % HOSTS, http_port, i);
}

static void allow(int n, void (*url_of)(int i, char out[80]))
{
	struct buf b = {0};
	char url[80];
	for (int i = 0; i < n; i++) {
		url_of(i, url);
		buf_printf(&b, "%s%.*s", i ? "," : "", (int)strcspn(url + 7, "/"), url + 7);
	}
	(void)setenv("SIMPLIX_ALLOWED_HOSTS", buf_str(&b), 1);
	buf_free(&b);
}

/* a. As many deliveries as go */

static double ours(struct core *c, const struct id *hooks, int n)
{
	int64_t done = 0, failed = 0;
	must(db_begin(c->db, &err));
	for (int i = 0; i < n; i++)
		enqueue(c, &hooks[i % AT_ONCE], 0, i);
	must(db_commit(c->db, &err));
	double from = seconds(), worked = cpu();
	must(helper_run_once(c, 0, &done, &failed, &err));
	double took = seconds() - from;
	if (getenv("VERBOSE"))
		(void)fprintf(stderr, "%d in %.0f ms, %.0f ms of CPU\n", n, took * 1e3, cpu() - worked);
	if (done != n || failed) {
		(void)fprintf(stderr, "deliveries bench: %lld of %d delivered, %lld failed\n", (long long)done, n, (long long)failed);
		exit(1);
	}
	return n / took;
}

static size_t swallow(char *data, size_t size, size_t n, void *arg)
{
	(void)data, (void)arg;
	return size * n;
}

struct bare {
	CURL *easy;
	int64_t job;
};

static double bare(struct core *c, int n)
{
	struct bare list[AT_ONCE];
	struct curl_slist *headers = curl_slist_append(curl_slist_append(NULL, "Content-Type: application/json"), "Expect:");
	CURLM *multi = curl_multi_init();
	char data[1200], body[1600];
	int sent = 0, ended = 0, running, left;
	(void)curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 4L);
	must(db_exec(c->db, "DROP TABLE IF EXISTS bare; CREATE TABLE bare AS SELECT * FROM jobs WHERE 1 = 0; CREATE UNIQUE INDEX bare_num ON bare (num);"
		"CREATE INDEX bare_line ON bare (target_num, num) WHERE finished_at IS NULL; CREATE INDEX bare_bad ON bare (org_id, num) WHERE state IN ('failed', 'dead');",
		&err));
	must(db_begin(c->db, &err));
	for (int i = 0; i < n; i++)
		must(rows_run(c, &err, "INSERT INTO bare (num, org_id, target_num, title, state, run_at, attempt, created_at) VALUES ($1, $2, $3, 'contact.updated C-1', "
			"'pending', $4, 0, $4)", "idii", (int64_t)i + 1, &c->org, (int64_t)(i % AT_ONCE), clock_now()));
	must(db_commit(c->db, &err));
	(void)snprintf(body, sizeof body, "{\"event\":\"contact.updated\",\"timestamp\":\"2026-11-24T10:00:00Z\",\"organization_id\":\"%036d\",\"id\":\"%036d\",\"data\":%s}", 1, 2,
		data_of(0, 1, data, sizeof data));
	double from = seconds();
	for (int i = 0; i < AT_ONCE; i++) {
		char url[80];
		CURL *e = list[i].easy = curl_easy_init();
		url_of_one_of_16(i, url);
		(void)curl_easy_setopt(e, CURLOPT_URL, url);
		(void)curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
		(void)curl_easy_setopt(e, CURLOPT_POSTFIELDS, body);
		(void)curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, swallow);
		(void)curl_easy_setopt(e, CURLOPT_PRIVATE, &list[i]);
		(void)curl_multi_add_handle(multi, e);
		list[i].job = ++sent;
	}
	while (ended < n) {
		bool began = false;
		CURLMsg *m;
		(void)curl_multi_perform(multi, &running);
		while ((m = curl_multi_info_read(multi, &left))) {
			struct bare *b;
			long status = 0;
			curl_off_t us = 0;
			(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&b);
			(void)curl_easy_getinfo(b->easy, CURLINFO_RESPONSE_CODE, &status);
			(void)curl_easy_getinfo(b->easy, CURLINFO_TOTAL_TIME_T, &us);
			if (m->data.result != CURLE_OK || status != 200)
				exit(1);
			if (!began)
				must(db_begin(c->db, &err));
			began = true;
			must(rows_run(c, &err, "UPDATE bare SET state = $2, finished_at = $3, attempt = attempt + 1, status = $4, latency_ms = $5, error = $6, response = $7 "
				"WHERE num = $1 AND finished_at IS NULL", "itiiitt", b->job, "done", clock_now(), (int64_t)status, (int64_t)(us / 1000), NULL, "ok"));
			(void)curl_multi_remove_handle(multi, b->easy);
			ended++;
			if (sent < n) {
				b->job = ++sent;
				(void)curl_multi_add_handle(multi, b->easy);
			}
		}
		if (began)
			must(db_commit(c->db, &err));
		else
			(void)curl_multi_poll(multi, NULL, 0, 100, NULL);
	}
	double took = seconds() - from;
	for (int i = 0; i < AT_ONCE; i++)
		curl_easy_cleanup(list[i].easy);
	(void)curl_multi_cleanup(multi);
	curl_slist_free_all(headers);
	return n / took;
}

static void bench_rate(const char *folder)
{
	enum { N = 20000 };
	struct id hooks[AT_ONCE];
	double ratio[ROUNDS], mine[ROUNDS], its[ROUNDS];
	char seen[100];
	allow(HOSTS, url_of_one_of_16);
	(void)setenv("SIMPLIX_RATE_PER_HOST", "0", 1);
	struct core *c = fresh(folder);
	add_webhooks(c, AT_ONCE, url_of_one_of_16, hooks);
	for (int i = 0; i < ROUNDS; i++) {
		its[i] = bare(c, N);
		mine[i] = ours(c, hooks, N);
		ratio[i] = mine[i] / its[i];
	}
	double median = at_share(ratio, ROUNDS, 0.5);
	(void)snprintf(seen, sizeof seen, "%.0f/s, bare %.0f/s: %.2f", at_share(mine, ROUNDS, 0.5), at_share(its, ROUNDS, 0.5), median);
	line("deliveries, each recorded, to a bare curl loop that records", seen, "≥ 0.70", median >= 0.70);
	core_close(&c);
}

/* b. 1,000 targets of which 100 are dead, deliveries that come in steadily */

enum { TARGETS = 1000, DEAD = 100, JOBS = 100000, A_SECOND = 2500 };

static void url_of_one_of_1000(int i, char out[80])
{
	bool dead = i % (TARGETS / DEAD) == 0, silent = i / (TARGETS / DEAD) % 2;
	(void)snprintf(out, 80, "http://127.%d.%d.%d:%d/hook", dead ? 1 : 2, i / 200, 1 + i % 200, !dead ? http_port : silent ? silent_port : refused_port);
}

static void bench_dead(const char *folder)
{
	static struct id hooks[TARGETS];
	struct helper *h;
	char seen[100];
	allow(TARGETS, url_of_one_of_1000);
	(void)unsetenv("SIMPLIX_RATE_PER_HOST");
	struct core *c = fresh(folder);
	add_webhooks(c, TARGETS, url_of_one_of_1000, hooks);
	told->n = 0;
	int jobs = getenv("QUICK") ? JOBS / 5 : JOBS, live = jobs / 10 * 9;
	must(helper_start(c, &h, &err));
	double from = seconds(), end = 0;
	for (int i = 0; i < jobs;) {
		int due = (int)((seconds() - from) * A_SECOND);
		must(db_begin(c->db, &err));
		double now = seconds();
		for (; i < jobs && i < due; i++)
			enqueue(c, &hooks[i * 7 % TARGETS], now, i);
		must(db_commit(c->db, &err));
		helper_wake(h);
		(void)usleep(20000);
	}
	for (end = seconds(); told->n < live && seconds() - end < 60;)
		(void)usleep(20000);
	(void)helper_stop(&h, 5000);
	int n = told->n;
	double p50 = at_share(told->wait, (size_t)n, 0.5), p99 = at_share(told->wait, (size_t)n, 0.99), most = at_share(told->wait, (size_t)n, 1);
	(void)snprintf(seen, sizeof seen, "%d of %d: p50 %.2f p99 %.2f max %.2f s", n, live, p50, p99, most);
	line("written to arrived, 1,000 targets of which 100 are dead, 2,500 a second", seen, "p99 < 2 s", n >= live && p99 < 2);
	core_close(&c);
}

/* c. What a webhook adds to a change */

/* µs a change; *worked: of them of CPU, which others on the machine disturb less. */
static double change_all(struct core *c, const struct id *ids, int n, int round, double *worked)
{
	char text[40];
	double from = seconds(), before = cpu();
	for (int i = 0; i < n; i++) {
		struct arena *a = arena_new();
		struct txn *t;
		struct record *r = record_new(a, model_entity(c->model, "contacts"));
		r->id = ids[i];
		(void)snprintf(text, sizeof text, "Buyer %d", round);
		record_put_text(r, "job_title", text);
		must(txn_begin(c, CHANGE_EDIT, "edit", &t, &err));
		must(txn_end(&t, store_update(t, r, &err), &err));
		arena_free(&a);
	}
	*worked = (cpu() - before) / n * 1e3;
	return (seconds() - from) / n * 1e6;
}

static void bench_enqueue(const char *folder)
{
	enum { N = 1000, TIMES = 9 };
	static struct id ids[N];
	struct id hook;
	struct txn *t;
	double more[TIMES], without[TIMES], more_cpu[TIMES], cpu_with, cpu_without;
	char seen[100];
	allow(HOSTS, url_of_one_of_16);
	struct core *c = fresh(folder);
	add_webhooks(c, 1, url_of_one_of_16, &hook);
	must(txn_begin(c, CHANGE_EDIT, "contacts", &t, &err));
	for (int i = 0; i < N; i++) {
		struct arena *a = arena_new();
		char name[40];
		struct record *r = record_new(a, model_entity(c->model, "contacts"));
		(void)snprintf(name, sizeof name, "Durand %d", i);
		record_put_text(r, "last_name", name);
		must(store_insert(t, r, &err));
		ids[i] = r->id;
		arena_free(&a);
	}
	must(txn_end(&t, ST_OK, &err));
	(void)change_all(c, ids, N, 0, &cpu_with);
	for (int i = 0; i < TIMES; i++) {
		must(rows_run(c, &err, "UPDATE webhooks SET active = 0, events = 'contact.updated' WHERE id = $1", "d", &hook));
		without[i] = change_all(c, ids, N, 2 * i + 1, &cpu_without);
		must(rows_run(c, &err, "UPDATE webhooks SET active = 1 WHERE id = $1", "d", &hook));
		more[i] = change_all(c, ids, N, 2 * i + 2, &cpu_with) - without[i];
		more_cpu[i] = cpu_with - cpu_without;
	}
	double median = at_share(more, TIMES, 0.5);
	(void)snprintf(seen, sizeof seen, "%.0f µs more (CPU %.0f) on %.0f µs", median, at_share(more_cpu, TIMES, 0.5), at_share(without, TIMES, 0.5));
	line("what a webhook adds to a change", seen, "≤ 100 µs", median <= 100);
	core_close(&c);
}

/* d. Mail */

struct letter {
	const char *at;
	size_t left;
};

static size_t give(char *out, size_t size, size_t n, void *arg)
{
	struct letter *l = arg;
	size_t bytes = l->left < size * n ? l->left : size * n;
	memcpy(out, l->at, bytes);
	l->at += bytes;
	l->left -= bytes;
	return bytes;
}

static struct mail mail_to(int i, struct mail_address *to, char address[60])
{
	static char text[2000];
	if (!*text)
		for (size_t k = 0; k + 1 < sizeof text; k++)
			text[k] = k % 72 == 71 ? '\n' : (char)('a' + k % 26);
	(void)snprintf(address, 60, "person%d@bench.example", i);
	*to = (struct mail_address){.name = "Person", .email = address};
	return (struct mail){.from = {.email = "rep@bench.example"}, .to = {to, 1}, .subject = "The quote", .text = text};
}

/* What must be there of each mail: the job, what its target came to, the activity's state, a line in the log; one transaction for as many as the helper
 * records at once. */
static void bare_record(struct core *c, int first, int n, int round)
{
	must(db_begin(c->db, &err));
	for (int i = first; i < first + n; i++) {
		int64_t num = (int64_t)round * 1000000 + i + 1, now = clock_now();
		struct id id = id_new();
		must(rows_run(c, &err, "UPDATE bare_jobs SET state = 'done', finished_at = $2, attempt = attempt + 1, status = 250, latency_ms = 1 WHERE num = $1", "ii", num, now));
		must(rows_run(c, &err, "UPDATE bare_targets SET n_done = n_done + 1, lease_by = NULL, due_at = NULL WHERE num = $1", "i", num));
		must(rows_run(c, &err, "UPDATE bare_activities SET mail_state = 'sent', status = 'done', version = version + 1, updated_at = $2 WHERE num = $1", "ii", num, now));
		must(rows_run(c, &err, "INSERT INTO bare_logs (num, id, activity_id, event, at, provider) VALUES ($1, $2, $2, 'processed', $3, 'smtp')", "idi", num, &id, now));
	}
	must(db_commit(c->db, &err));
}

static void bare_tables(struct core *c, int n, int round)
{
	must(db_exec(c->db, "CREATE TABLE IF NOT EXISTS bare_jobs (num INTEGER PRIMARY KEY, payload TEXT, state TEXT, finished_at INTEGER, attempt INTEGER, status INTEGER, latency_ms INTEGER);"
		"CREATE TABLE IF NOT EXISTS bare_targets (num INTEGER PRIMARY KEY, n_done INTEGER, lease_by INTEGER, due_at INTEGER);"
		"CREATE TABLE IF NOT EXISTS bare_activities (num INTEGER PRIMARY KEY, body TEXT, mail_state TEXT, status TEXT, version INTEGER, updated_at INTEGER);"
		"CREATE TABLE IF NOT EXISTS bare_logs (num INTEGER PRIMARY KEY, id BLOB UNIQUE, activity_id BLOB, event TEXT, at INTEGER, provider TEXT)", &err));
	char address[60], *text = mem_alloc(2001);
	struct mail_address to;
	(void)snprintf(text, 2001, "%s", mail_to(0, &to, address).text);
	must(db_begin(c->db, &err));
	for (int i = 0; i < n; i++) {
		int64_t num = (int64_t)round * 1000000 + i + 1;
		must(rows_run(c, &err, "INSERT INTO bare_jobs VALUES ($1, $2, 'pending', NULL, 0, NULL, NULL)", "it", num, text));
		must(rows_run(c, &err, "INSERT INTO bare_targets VALUES ($1, 0, 1, 1)", "i", num));
		must(rows_run(c, &err, "INSERT INTO bare_activities VALUES ($1, $2, 'outbox', 'planned', 1, 0)", "it", num, text));
	}
	must(db_commit(c->db, &err));
	free(text);
}

/* c: with equal rows written; NULL: only sent. */
static double bare_mail(struct core *c, int port, int n, int round)
{
	struct arena *a = arena_new();
	struct buf *list = mem_zalloc((size_t)n * sizeof *list);
	char url[60], address[60];
	struct mail_address to;
	for (int i = 0; i < n; i++) {
		struct mail m = mail_to(round * n + i, &to, address);
		m.message_id = mail_message_id(a, m.from.email);
		m.at = clock_now();
		must(mail_build(&m, &list[i], &err));
	}
	(void)snprintf(url, sizeof url, "smtp://localhost:%d", port);
	CURL *e = curl_easy_init();
	(void)curl_easy_setopt(e, CURLOPT_URL, url);
	(void)curl_easy_setopt(e, CURLOPT_MAIL_FROM, "<rep@bench.example>");
	(void)curl_easy_setopt(e, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	(void)curl_easy_setopt(e, CURLOPT_CAINFO, cert_file);
	(void)curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
	(void)curl_easy_setopt(e, CURLOPT_READFUNCTION, give);
	if (c)
		bare_tables(c, n, round);
	enum { TOGETHER = 10 };
	double from = seconds();
	for (int i = 0; i < n; i++) {
		char rcpt[64];
		struct letter l = {buf_str(&list[i]), list[i].len};
		(void)snprintf(rcpt, sizeof rcpt, "<person%d@bench.example>", i);
		struct curl_slist *s = curl_slist_append(NULL, rcpt);
		(void)curl_easy_setopt(e, CURLOPT_MAIL_RCPT, s);
		(void)curl_easy_setopt(e, CURLOPT_READDATA, &l);
		if (curl_easy_perform(e) != CURLE_OK) {
			(void)fprintf(stderr, "deliveries bench: a mail was not sent\n");
			exit(1);
		}
		curl_slist_free_all(s);
		if (c && i % TOGETHER == TOGETHER - 1)
			bare_record(c, i - TOGETHER + 1, TOGETHER, round);
	}
	double took = seconds() - from;
	curl_easy_cleanup(e);
	for (int i = 0; i < n; i++)
		buf_free(&list[i]);
	free(list);
	arena_free(&a);
	return n / took;
}

static double our_mail(struct core *c, int n, int round)
{
	int64_t done = 0, failed = 0, job = 0;
	for (int i = 0; i < n; i++) {
		char address[60];
		struct mail_address to;
		struct mail m = mail_to(round * n + i, &to, address);
		must(outbox_add(c, &(struct outgoing){.mail = m}, NULL, &job, &err));
	}
	double from = seconds(), worked = cpu();
	must(helper_run_once(c, 0, &done, &failed, &err));
	double took = seconds() - from;
	if (getenv("VERBOSE"))
		(void)fprintf(stderr, "%d in %.0f ms, %.0f ms of CPU\n", n, took * 1e3, cpu() - worked);
	if (done != n || failed) {
		(void)fprintf(stderr, "deliveries bench: %lld of %d mails sent, %lld failed\n", (long long)done, n, (long long)failed);
		exit(1);
	}
	return n / took;
}

static void bench_mail(const char *folder)
{
	enum { N = 1000 };
	int port = 0, fd = listen_at(&port), connections = 0;
	char number[12], seen[100];
	double ratio[ROUNDS], mine[ROUNDS], its[ROUNDS], recorded[ROUNDS], fair[ROUNDS];
	pid_t server = start_receiver(receive_mail, fd);
	(void)snprintf(number, sizeof number, "%d", port);
	(void)setenv("EMAIL_PROVIDER", "smtp", 1);
	(void)setenv("EMAIL_FROM", "rep@bench.example", 1);
	(void)setenv("SMTP_HOST", "localhost", 1);
	(void)setenv("SMTP_PORT", number, 1);
	(void)setenv("SIMPLIX_CA_FILE", cert_file, 1);
	(void)setenv("SIMPLIX_RATE_PER_HOST", "0", 1);
	struct core *c = fresh(folder);
	for (int i = 0; i < ROUNDS; i++) {
		its[i] = bare_mail(NULL, port, N, i);
		recorded[i] = bare_mail(c, port, N, i);
		told->n = 0;
		mine[i] = our_mail(c, N, i);
		ratio[i] = mine[i] / its[i];
		fair[i] = mine[i] / recorded[i];
		connections = told->n;
	}
	double median = at_share(ratio, ROUNDS, 0.5);
	(void)snprintf(seen, sizeof seen, "%.0f/s, bare %.0f/s: %.2f, %d connection%s", at_share(mine, ROUNDS, 0.5), at_share(its, ROUNDS, 0.5), median, connections,
		connections == 1 ? "" : "s");
	line("mails by SMTP (TLS), each marked as sent, to a bare curl loop", seen, "≥ 0.70", median >= 0.70);
	median = at_share(fair, ROUNDS, 0.5);
	(void)snprintf(seen, sizeof seen, "bare %.0f/s: %.2f", at_share(recorded, ROUNDS, 0.5), median);
	line("the same, to a bare curl loop that writes as many rows", seen, "≥ 0.70", median >= 0.70);
	core_close(&c);
	(void)kill(server, SIGKILL);
	(void)waitpid(server, NULL, 0);
	(void)close(fd);
}

/* e. Nothing to do */

static void bench_idle(const char *folder)
{
	struct helper *h;
	char seen[60];
	struct core *c = fresh(folder);
	must(helper_start(c, &h, &err));
	(void)sleep(1);
	double from = cpu();
	(void)sleep(10);
	double ms = cpu() - from;
	(void)helper_stop(&h, 5000);
	(void)snprintf(seen, sizeof seen, "%.1f ms of CPU in 10 s", ms);
	line("the helper with nothing to do", seen, "≤ 20 ms", ms <= 20);
	core_close(&c);
}

int main(int argc, char **argv)
{
	const char *only = getenv("ONLY") ? getenv("ONLY") : "abcde";
	int fd;
	if (argc < 2)
		return 2;
	cert_file = argc > 3 ? argv[2] : NULL;
	key_file = argc > 3 ? argv[3] : NULL;
	told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	(void)curl_global_init(CURL_GLOBAL_DEFAULT);
	fd = listen_at(&http_port);
	pid_t http = start_receiver(receive, fd);
	fd = listen_at(&silent_port);
	pid_t silent = start_receiver(never, fd);
	(void)close(listen_at(&refused_port));
	if (strchr(only, 'a'))
		bench_rate(argv[1]);
	if (strchr(only, 'b'))
		bench_dead(argv[1]);
	if (strchr(only, 'c'))
		bench_enqueue(argv[1]);
	if (strchr(only, 'd') && cert_file)
		bench_mail(argv[1]);
	if (strchr(only, 'e'))
		bench_idle(argv[1]);
	(void)kill(http, SIGKILL);
	(void)kill(silent, SIGKILL);
	return 0;
}
