#include "core/helper/http.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <curl/curl.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/helper/address.h"

enum { PER_HOST = 4, IDLE_CONNECTIONS = 128, IDLE_HANDLES = 64 };

/* Handles that are set up as far as all requests of a kind are alike: making one costs more than a request on loopback. */
struct idle {
	CURL *easy[IDLE_HANDLES];
	int n;
};

struct http {
	CURLM *multi;
	int epoll, wake, extra; /* extra: somebody else's, -1 */
	int64_t timer_at; /* when curl wants to be called though nothing arrived (monotonic ms); -1: never */
	char *ca_file;
	int running;
	struct flight *flights; /* all under way */
	struct idle requests, mails;
};

/* One request under way. */
struct flight {
	struct http *http;
	struct flight *next, **link; /* in the list of all */
	CURL *easy;
	struct curl_slist *headers, *rcpt;
	const char *mail; /* its bytes, the arena's; NULL: HTTP */
	size_t mail_n, mail_at, body_n;
	struct arena *arena;
	struct buf body;
	bool allowed;   /* the host may be inside */
	bool forbidden; /* the address was not one to call */
	size_t body_max;
	size_t line;    /* where the last line of a mail server's reply begins */
	bool cut;       /* the answer was longer than we read */
	int errno_of_connect;
	int64_t retry_after_s;
	bool replayed;
	http_done *done;
	void *arg;
	char message[CURL_ERROR_SIZE];
};

/* curl is told which sockets are ready, so that a request which nobody answers costs nothing while others are */

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *of_socket)
{
	struct http *h = arg;
	struct epoll_event e = {.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u), .data.fd = fd};
	(void)easy;
	(void)of_socket;
	if (what == CURL_POLL_REMOVE)
		(void)epoll_ctl(h->epoll, EPOLL_CTL_DEL, fd, NULL);
	else if (epoll_ctl(h->epoll, EPOLL_CTL_MOD, fd, &e) != 0)
		(void)epoll_ctl(h->epoll, EPOLL_CTL_ADD, fd, &e);
	return 0;
}

static int set_timer(CURLM *multi, long ms, void *arg)
{
	struct http *h = arg;
	(void)multi;
	h->timer_at = ms < 0 ? -1 : clock_monotonic() + (ms ? ms + 1 : 0); /* rather late than early: an early call is not asked for again */
	return 0;
}

static void watch(struct http *h, int fd)
{
	struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
	if (fd >= 0)
		(void)epoll_ctl(h->epoll, EPOLL_CTL_ADD, fd, &e);
}

void http_watch(struct http *h, int fd)
{
	if (h->extra >= 0 && h->extra != fd)
		(void)epoll_ctl(h->epoll, EPOLL_CTL_DEL, h->extra, NULL);
	h->extra = fd;
	watch(h, fd); /* also anew: a number that was closed and given out again is another socket */
}

struct http *http_new(const char *ca_file)
{
	static bool once;
	if (!once) /* helper threads are started by one thread, one after another */
		once = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	struct http *h = mem_zalloc(sizeof *h);
	h->multi = curl_multi_init();
	h->ca_file = ca_file ? mem_strdup(ca_file) : NULL;
	(void)curl_multi_setopt(h->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)PER_HOST);
	h->epoll = epoll_create1(EPOLL_CLOEXEC);
	h->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	h->extra = -1;
	h->timer_at = -1;
	watch(h, h->wake);
	(void)curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	(void)curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	(void)curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	(void)curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	(void)curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS);
	return h;
}

static void flight_free(struct flight *f)
{
	*f->link = f->next;
	if (f->next)
		f->next->link = f->link;
	struct idle *idle = f->mail ? &f->http->mails : &f->http->requests;
	(void)curl_easy_setopt(f->easy, CURLOPT_ERRORBUFFER, NULL);
	if (idle->n < IDLE_HANDLES)
		idle->easy[idle->n++] = f->easy;
	else
		curl_easy_cleanup(f->easy);
	curl_slist_free_all(f->headers);
	curl_slist_free_all(f->rcpt);
	buf_free(&f->body);
	arena_free(&f->arena);
	free(f);
}

void http_free(struct http **h)
{
	if (!*h)
		return;
	while ((*h)->flights) { /* what is under way is given up; nobody hears of it */
		(void)curl_multi_remove_handle((*h)->multi, (*h)->flights->easy);
		flight_free((*h)->flights);
	}
	for (int i = 0; i < (*h)->requests.n; i++)
		curl_easy_cleanup((*h)->requests.easy[i]);
	for (int i = 0; i < (*h)->mails.n; i++)
		curl_easy_cleanup((*h)->mails.easy[i]);
	(void)curl_multi_cleanup((*h)->multi);
	(void)close((*h)->epoll);
	(void)close((*h)->wake);
	free((*h)->ca_file);
	free(*h);
	*h = NULL;
}

/* Callbacks */

static size_t take_body(char *data, size_t size, size_t n, void *arg)
{
	struct flight *f = arg;
	size_t bytes = size * n, room = f->body_max - f->body.len;
	buf_add(&f->body, data, bytes < room ? bytes : room);
	f->cut = bytes > room;
	return f->cut ? 0 : bytes; /* enough: the status is known */
}

/* A mail server's reply, all of its lines ("250-…" goes on, "250 …" ends): the first that refuses is what counts, else the last before its
 * goodbye. */
static void take_reply(struct flight *f, const char *data, size_t n)
{
	bool ended = f->body.len && buf_str(&f->body)[f->line + 3] != '-';
	if (ended && (*buf_str(&f->body) >= '4' || strncmp(data, "221", 3) == 0))
		return;
	if (f->body.len && buf_str(&f->body)[f->line + 3] != '-')
		f->body.len = 0;
	f->line = f->body.len;
	if (f->body.len + n <= HTTP_BODY_MAX)
		buf_add(&f->body, data, n);
}

static size_t give_mail(char *out, size_t size, size_t n, void *arg)
{
	struct flight *f = arg;
	size_t room = size * n, left = f->mail_n - f->mail_at, bytes = left < room ? left : room;
	memcpy(out, f->mail + f->mail_at, bytes);
	f->mail_at += bytes;
	return bytes;
}

static size_t take_header(char *data, size_t size, size_t n, void *arg)
{
	struct flight *f = arg;
	static const char name[] = "retry-after:", replayed[] = "idempotent-replayed: true";
	char value[64] = "", *end;
	size_t bytes = size * n;
	if (f->mail) {
		if (bytes > 3)
			take_reply(f, data, bytes);
		return bytes;
	}
	if (bytes > sizeof replayed - 1 && strncasecmp(data, replayed, sizeof replayed - 1) == 0)
		f->replayed = true;
	if (bytes < sizeof name || strncasecmp(data, name, sizeof name - 1) != 0)
		return bytes;
	(void)snprintf(value, sizeof value, "%.*s", (int)(bytes - sizeof name + 1), data + sizeof name - 1);
	long long s = strtoll(value, &end, 10);
	time_t date = curl_getdate(value, NULL);
	if (strspn(value, " 0123456789\r\n") == strlen(value) && end != value)
		f->retry_after_s = s;
	else if (date > 0) /* RFC 9110, 10.2.3: seconds, or a date */
		f->retry_after_s = date > clock_now() / 1000 ? date - clock_now() / 1000 : 0;
	return bytes;
}

/* The address that is connected to, whatever the name said. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct flight *f = arg;
	(void)purpose;
	if (!f->allowed && !address_is_public(&a->addr)) {
		f->forbidden = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* URLs */

static char *part(CURLU *u, CURLUPart what, unsigned flags, struct arena *a)
{
	char *text = NULL;
	if (curl_url_get(u, what, &text, flags) != CURLUE_OK)
		return NULL;
	char *out = arena_strdup(a, text);
	curl_free(text);
	return out;
}

struct target {
	char *scheme, *host, *user;
	int port;
};

static bool take_apart(const char *url, struct arena *a, struct target *t)
{
	CURLU *u = curl_url();
	bool good = curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
	if (good) {
		char *port = part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT, a);
		*t = (struct target){.scheme = part(u, CURLUPART_SCHEME, 0, a), .host = part(u, CURLUPART_HOST, 0, a), .user = part(u, CURLUPART_USER, 0, a),
			.port = port ? atoi(port) : 0};
		good = t->scheme && t->host;
	}
	curl_url_cleanup(u);
	if (good && *t->host == '[') { /* an IPv6 address */
		t->host++;
		t->host[strcspn(t->host, "]")] = '\0';
	}
	return good;
}

enum status http_check_url(const char *url, const char *allowed, struct error *err)
{
	struct arena *a = arena_new();
	struct target t;
	enum status st = ST_OK;
	if (!take_apart(url, a, &t)) {
		st = error_field(err, ST_INVALID, "url", _("“%s” is no web address."), url);
	} else if (t.user) {
		st = error_field(err, ST_INVALID, "url", _("A web address with a name or password in it is not called."));
	} else if (strcmp(t.scheme, "https") != 0 && !(strcmp(t.scheme, "http") == 0 && address_is_listed(allowed, t.host, t.port))) {
		st = error_field(err, ST_INVALID, "url", _("Only https addresses are called."));
		error_hint(err, _("A host of your own that speaks http can be allowed: SIMPLIX_ALLOWED_HOSTS=%s:%d"), t.host, t.port);
	}
	arena_free(&a);
	return st;
}

char *http_host(const char *url, struct arena *a)
{
	struct target t;
	return take_apart(url, a, &t) ? arena_printf(a, "%s:%d", t.host, t.port) : arena_strdup(a, "");
}

/* Sending */

static void set_up_mail(struct flight *f, const struct http_request *r)
{
	CURL *e = f->easy;
	for (const char *const *to = r->rcpt; *to; to++)
		f->rcpt = curl_slist_append(f->rcpt, arena_printf(f->arena, "<%s>", *to));
	(void)curl_easy_setopt(e, CURLOPT_MAIL_FROM, arena_printf(f->arena, "<%s>", r->mail_from));
	(void)curl_easy_setopt(e, CURLOPT_MAIL_RCPT, f->rcpt);
	(void)curl_easy_setopt(e, CURLOPT_READDATA, f);
	(void)curl_easy_setopt(e, CURLOPT_USERNAME, r->user);
	(void)curl_easy_setopt(e, CURLOPT_PASSWORD, r->password);
}

/* What differs from one to the next; nothing of the one before is left. */
static void set_up(struct flight *f, const struct http_request *r)
{
	CURL *e = f->easy;
	for (const char *const *line = r->headers; line && *line; line++)
		f->headers = curl_slist_append(f->headers, *line);
	f->headers = curl_slist_append(f->headers, "Expect:"); /* no waiting for 100 Continue */
	(void)curl_easy_setopt(e, CURLOPT_URL, r->url);
	if (f->mail) {
		set_up_mail(f, r);
	} else {
		(void)curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, r->method);
		(void)curl_easy_setopt(e, CURLOPT_POST, r->body ? 1L : 0L);
		(void)curl_easy_setopt(e, CURLOPT_POSTFIELDS, r->body ? arena_strndup(f->arena, r->body, r->body_n) : NULL);
		(void)curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, r->body ? (curl_off_t)r->body_n : (curl_off_t)-1);
		if (!r->body)
			(void)curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
	}
	(void)curl_easy_setopt(e, CURLOPT_HTTPHEADER, f->headers);
	(void)curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, f->mail ? "smtp,smtps" : f->allowed ? "http,https" : "https");
	(void)curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms);
	(void)curl_easy_setopt(e, CURLOPT_WRITEDATA, f);
	(void)curl_easy_setopt(e, CURLOPT_HEADERDATA, f);
	(void)curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, f);
	(void)curl_easy_setopt(e, CURLOPT_ERRORBUFFER, f->message);
	(void)curl_easy_setopt(e, CURLOPT_PRIVATE, f);
}

/* What all requests, or all mails, have in common. */
static CURL *new_handle(struct http *h, bool mail)
{
	CURL *e = curl_easy_init();
	(void)curl_easy_setopt(e, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_MS);
	(void)curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	(void)curl_easy_setopt(e, CURLOPT_BUFFERSIZE, (long)HTTP_BODY_MAX); /* of many at once, and no answer is longer to us */
	(void)curl_easy_setopt(e, CURLOPT_UPLOAD_BUFFERSIZE, (long)HTTP_BODY_MAX);
	if (h->ca_file)
		(void)curl_easy_setopt(e, CURLOPT_CAINFO, h->ca_file);
	(void)curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
	(void)curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header);
	(void)curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	(void)curl_easy_setopt(e, CURLOPT_USERAGENT, "Simplix");
	if (!mail)
		return e;
	(void)curl_easy_setopt(e, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	(void)curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
	(void)curl_easy_setopt(e, CURLOPT_READFUNCTION, give_mail);
	return e;
}

void http_send(struct http *h, const struct http_request *r, http_done *done, void *arg)
{
	struct target t;
	struct flight *f = mem_zalloc(sizeof *f);
	f->http = h;
	f->arena = arena_new();
	f->retry_after_s = -1;
	f->replayed = false;
	f->done = done;
	f->arg = arg;
	f->mail = r->mail_from ? arena_strndup(f->arena, r->body, r->body_n) : NULL;
	f->mail_n = r->mail_from ? r->body_n : 0;
	f->body_n = r->body_n;
	f->body_max = r->answer_max ? r->answer_max : HTTP_BODY_MAX;
	/* the mail server is the operator's own choice, often inside */
	f->allowed = f->mail || (take_apart(r->url, f->arena, &t) && address_is_listed(r->allowed, t.host, t.port));
	f->next = h->flights;
	f->link = &h->flights;
	if (f->next)
		f->next->link = &f->next;
	h->flights = f;
	struct idle *idle = f->mail ? &h->mails : &h->requests;
	f->easy = idle->n ? idle->easy[--idle->n] : new_handle(h, f->mail != NULL);
	set_up(f, r);
	(void)curl_multi_add_handle(h->multi, f->easy);
	h->running++;
}

/* What went wrong, as a person would say it; curl's own words behind. */
static const char *in_words(const struct flight *f, CURLcode code)
{
	const char *said = *f->message ? text_clean(f->arena, f->message) : curl_easy_strerror(code);
	if (f->forbidden)
		return _("The address lies inside a network; only public ones are called.");
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return _("The host name is not known.");
	case CURLE_COULDNT_CONNECT:
		return _("Nobody answers there.");
	case CURLE_OPERATION_TIMEDOUT:
		return _("No answer in time.");
	case CURLE_PEER_FAILED_VERIFICATION:
		return arena_printf(f->arena, _("The certificate is not to be trusted: %s"), said);
	default:
		return said;
	}
}

static bool network_is_up(void)
{
	struct ifaddrs *list = NULL;
	bool up = false;
	if (getifaddrs(&list) != 0)
		return true;
	for (const struct ifaddrs *i = list; i && !up; i = i->ifa_next)
		up = i->ifa_addr && (i->ifa_addr->sa_family == AF_INET || i->ifa_addr->sa_family == AF_INET6) && (i->ifa_flags & IFF_UP) && (i->ifa_flags & IFF_RUNNING) &&
		     !(i->ifa_flags & IFF_LOOPBACK);
	freeifaddrs(list);
	return up;
}

static enum http_end end_of(const struct flight *f, CURLcode code, long status)
{
	long number = 0;
	if (code == CURLE_OK || (f->cut && status))
		return HTTP_ANSWERED;
	if (f->forbidden)
		return HTTP_FORBIDDEN;
	(void)curl_easy_getinfo(f->easy, CURLINFO_OS_ERRNO, &number);
	bool unreached = code == CURLE_COULDNT_CONNECT && (number == ENETUNREACH || number == EHOSTUNREACH || number == ENETDOWN);
	/* a name that is not known may be mistyped: only without any network is it the network's fault */
	if (unreached || (code == CURLE_COULDNT_RESOLVE_HOST && !network_is_up()))
		return HTTP_NO_NETWORK;
	return HTTP_FAILED;
}

static void land(struct http *h, CURL *easy, CURLcode code)
{
	struct flight *f = NULL;
	long status = 0;
	curl_off_t us = 0, sent = 0;
	(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&f);
	(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &us);
	(void)curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &sent);
	(void)curl_multi_remove_handle(h->multi, easy);
	h->running--;
	enum http_end end = end_of(f, code, status);
	struct http_answer a = {.end = end, .sent = sent > 0 && (size_t)sent >= f->body_n, .smtp = f->mail != NULL, .status = end == HTTP_ANSWERED || f->mail ? (int)status : 0, .latency_ms = (int)(us / 1000), .retry_after_s = f->retry_after_s, .replayed = f->replayed,
		.body = buf_str(&f->body), .body_n = f->body.len, .error = end == HTTP_ANSWERED ? "" : in_words(f, code)};
	f->done(f->arg, &a);
	flight_free(f);
}

int http_running(const struct http *h)
{
	return h->running;
}

void http_turn(struct http *h, int wait_ms)
{
	struct epoll_event ready[64];
	uint64_t count;
	int running, left, n;
	CURLMsg *m;
	int64_t timer = h->timer_at < 0 ? wait_ms : h->timer_at - clock_monotonic();
	do {
		n = epoll_wait(h->epoll, ready, 64, timer < 0 ? 0 : timer < wait_ms ? (int)timer : wait_ms);
		for (int i = 0; i < n; i++) {
			uint32_t e = ready[i].events;
			if (ready[i].data.fd == h->wake)
				(void)!read(h->wake, &count, sizeof count);
			else if (ready[i].data.fd != h->extra)
				(void)curl_multi_socket_action(h->multi, ready[i].data.fd,
					(e & EPOLLIN ? CURL_CSELECT_IN : 0) | (e & EPOLLOUT ? CURL_CSELECT_OUT : 0) | (e & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0), &running);
		}
		if (n <= 0 || (h->timer_at >= 0 && clock_monotonic() >= h->timer_at)) {
			h->timer_at = -1;
			(void)curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
		}
		timer = wait_ms = 0;
	} while (n == 64);
	while ((m = curl_multi_info_read(h->multi, &left)))
		if (m->msg == CURLMSG_DONE)
			land(h, m->easy_handle, m->data.result);
}

void http_wake(struct http *h)
{
	uint64_t one = 1;
	(void)!write(h->wake, &one, sizeof one);
}
