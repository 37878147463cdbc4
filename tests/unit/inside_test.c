/* No spelling of an address, no name and no name server leads inside (SEC-48, SEC-49): a listener on loopback that would notice, more than
 * fifty spellings, and names whose answer changes between the check and the connection.
 *
 * The resolver is ours for names that end in .rebind.test: getaddrinfo() below stands before the C library's, also for curl. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/helper/address.h"
#include "core/helper/http.h"
#include "tests/unit/test.h"

/* What the name server says next; numbers alone. */
static const char *rebound_to;

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	static const char ours[] = ".rebind.test";
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = NULL;
	void *found = dlsym(RTLD_NEXT, "getaddrinfo");
	size_t n = name ? strlen(name) : 0;
	memcpy(&real, &found, sizeof real);
	if (n >= sizeof ours && strcmp(name + n - (sizeof ours - 1), ours) == 0)
		name = rebound_to;
	return real(name, service, hints, out);
}

struct listener {
	int four, six, port;
};

static int listen_on(const struct sockaddr *a, socklen_t n)
{
	int fd = socket(a->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	if (fd >= 0 && a->sa_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
	if (fd >= 0 && (bind(fd, a, n) != 0 || listen(fd, 64) != 0)) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* On every address of this machine, of IPv6 where there is any. */
static struct listener listener_new(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	socklen_t n = sizeof in;
	struct listener l = {.four = listen_on((struct sockaddr *)&in, sizeof in)};
	CHECK(l.four >= 0 && getsockname(l.four, (struct sockaddr *)&in, &n) == 0);
	in6.sin6_port = in.sin_port;
	l.six = listen_on((struct sockaddr *)&in6, sizeof in6);
	l.port = ntohs(in.sin_port);
	return l;
}

static bool was_reached(const struct listener *l)
{
	struct pollfd fds[] = {{.fd = l->four, .events = POLLIN}, {.fd = l->six, .events = POLLIN}};
	if (poll(fds, 2, 0) <= 0)
		return false;
	for (size_t i = 0; i < 2; i++)
		if (fds[i].revents & POLLIN)
			(void)close(accept(fds[i].fd, NULL, NULL));
	return true;
}

static void listener_close(struct listener *l)
{
	(void)close(l->four);
	if (l->six >= 0)
		(void)close(l->six);
}

struct outcome {
	enum http_end end;
	char error[160];
	int calls;
};

static void take(void *arg, const struct http_answer *answer)
{
	struct outcome *o = arg;
	o->end = answer->end;
	(void)snprintf(o->error, sizeof o->error, "%s", answer->error);
	o->calls++;
}

static struct outcome call(struct http *h, const char *url, const char *allowed)
{
	struct outcome o = {.end = HTTP_ANSWERED};
	http_send(h, &(struct http_request){.method = "POST", .url = url, .body = "x", .body_n = 1, .timeout_ms = 1500, .allowed = allowed}, take, &o);
	for (int turn = 0; turn < 100 && !o.calls; turn++)
		http_turn(h, 100);
	CHECK_INT(o.calls, 1);
	return o;
}

/* Refused before a socket was there, or no such name: nothing was tried. */
static bool kept_out(const struct outcome *o)
{
	return o->end == HTTP_FORBIDDEN || strcmp(o->error, "The host name is not known.") == 0 || strstr(o->error, "URL") || strstr(o->error, "resolve");
}

TEST(address_sec48_sec49_sixty_spellings_of_the_inside)
{
	static const char *const hosts[] = {/* this machine, as inet_aton() reads numbers */
		"127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7F000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "0177.1", "017700000001",
		"00000000177.0.0.1", "127.000.000.001", "0x7f.0.0x0.01", "0", "0.0.0.0", "0x0", "00", "0.0", "127.0.0.1.", "4294967295", "4294967296", "18446744073709551617",
		/* as names and in other scripts */
		"localhost", "LOCALHOST", "LocalHost.", "localhost.localdomain", "127。0。0。1", "127.0.0.1", "127。0.0。1", "①②⑦.⓪.⓪.①", "%31%32%37.0.0.1", "127.0.0.1%2e",
		/* IPv6 and what it carries */
		"[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000:0000:0000:0000:0000:0000:0000:0001]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[::FFFF:10.0.0.1]",
		"[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:a00:1::1]", "[2001:0:7f00:1::]",
		"[fe80::1]", "[fe80::1%25lo]", "[fe80::1%25eth0]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[100::1]", "[2001:db8::1]", "[::1%25lo]",
		/* the neighbours, and what clouds keep there */
		"169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.43518", "[::ffff:169.254.169.254]", "10.0.0.1", "10.1", "0xa.0.0.1", "012.0.0.1", "172.16.0.1",
		"172.31.255.254", "192.168.0.1", "192.168.1", "0300.0250.0.1", "100.64.0.1", "100.127.255.254", "100.100.100.200", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1",
		"203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"};
	enum { N = sizeof hosts / sizeof *hosts };
	CHECK(N >= 60);
	struct http *h = http_new(NULL);
	struct listener l = listener_new();
	for (size_t i = 0; i < N; i++) {
		char url[160];
		struct error err = {0};
		(void)snprintf(url, sizeof url, "https://%s:%d/", hosts[i], l.port);
		if (http_check_url(url, NULL, &err) != ST_OK)
			continue;
		/* also where another host is allowed */
		struct outcome o = call(h, url, i % 2 ? "hooks.lan, 127.0.0.1:1" : NULL);
		test_check(kept_out(&o) && !was_reached(&l), __FILE__, __LINE__, "%s: %d %s", url, (int)o.end, o.error);
	}
	listener_close(&l);
	http_free(&h);
}

TEST(address_sec48_no_such_url_is_taken)
{
	static const char *const urls[] = {"https://user@127.0.0.1/", "https://hooks.example:443@127.0.0.1/", "https://user:pass@hooks.example/", "https://:@hooks.example/", "http://127.0.0.1/",
		"HTTP://127.0.0.1/", "http://127.0.0.1:8081/", "http://127.0.0.1.hooks.example:8080/", "http://localhost:8080/", "http://[::ffff:127.0.0.1]:8080/", "http://hooks.example/",
		"//127.0.0.1/", "/etc/passwd", "file:///etc/passwd", "FILE:///etc/passwd", "gopher://127.0.0.1:25/_x", "dict://127.0.0.1:11211/", "ldap://127.0.0.1/", "ftp://hooks.example/",
		"smtp://127.0.0.1/", "telnet://127.0.0.1/", "imap://127.0.0.1/", "scp://127.0.0.1/x", "tftp://127.0.0.1/x", "ws://127.0.0.1/", "javascript:alert(1)", "data:text/plain,x", "https:",
		"https://", "https://hooks.example:99999/", "https://hooks.example:-1/", "https://hooks.example:x/", "https://hooks .example/", "https://hooks.example/\r\nHost: x",
		"https://hooks.example\r\n/", "https://[::1", "https://[127.0.0.1]/", "https://[::1]x/", ""};
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct error err = {0};
		enum status st = http_check_url(urls[i], "127.0.0.1:8080", &err);
		test_check(st == ST_INVALID && *err.message, __FILE__, __LINE__, "“%s” was taken", urls[i]);
	}
	struct error err = {0};
	MUST(http_check_url("http://127.0.0.1:8080/", "127.0.0.1:8080", &err));
	MUST(http_check_url("https://hooks.example:8443/a?b=c#d", NULL, &err));
}

/* Its name server says something public when it is asked first and the inside when we connect: what counts is the socket's address. */
TEST(address_sec49_a_name_that_changes_its_mind)
{
	static const char *const later[] = {"127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "10.0.0.1", "169.254.169.254", "64:ff9b::7f00:1", "fd00::1", "224.0.0.1"};
	static const char name[] = "https://hook.rebind.test:%d/";
	char url[80];
	struct error err = {0};
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct addrinfo *list = NULL;
	struct http *h = http_new(NULL);
	struct listener l = listener_new();
	(void)snprintf(url, sizeof url, name, l.port);
	rebound_to = "93.184.216.34";
	CHECK_INT(getaddrinfo("hook.rebind.test", NULL, NULL, &list), 0);
	memcpy(&in, list->ai_addr, sizeof in);
	freeaddrinfo(list);
	CHECK(address_is_public((const struct sockaddr *)&in));
	MUST(http_check_url(url, NULL, &err));
	for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
		char fresh[80]; /* a name of its own: curl remembers answers */
		rebound_to = later[i];
		(void)snprintf(fresh, sizeof fresh, "https://h%zu.rebind.test:%d/", i, l.port);
		struct outcome o = call(h, fresh, NULL);
		test_check(kept_out(&o) && !was_reached(&l), __FILE__, __LINE__, "%s: %d %s", later[i], (int)o.end, o.error);
	}
	/* allowed by name it is reached: the listener would have noticed the others */
	rebound_to = "127.0.0.1";
	(void)snprintf(url, sizeof url, "https://own.rebind.test:%d/", l.port);
	struct outcome o = call(h, url, "own.rebind.test");
	CHECK(o.end == HTTP_FAILED && was_reached(&l));
	listener_close(&l);
	http_free(&h);
}
