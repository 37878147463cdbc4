/* A lost connection must be noticed though nobody asks anything of it for hours: it sends keep-alives, and a notification that is not
 * answered in time counts as lost. Nothing here waits but the opening. */
#include "data/listen.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/mem.h"

enum { OPEN_MS = 5000, ANSWER_MS = 10 * 1000, CHANNEL_SIZE = 64 };

struct db_listener {
	PGconn *conn;
	char channel[CHANNEL_SIZE];
	int64_t asked; /* since when a notification is under way (monotonic ms); 0: none */
};

static void name_channel(const struct id *whom, char out[CHANNEL_SIZE])
{
	size_t n = (size_t)snprintf(out, CHANNEL_SIZE, "simplix_jobs_");
	for (size_t i = 0; i < sizeof whom->b; i++)
		n += (size_t)snprintf(out + n, CHANNEL_SIZE - n, "%02x", whom->b[i]);
}

static void ignore_notice(void *arg, const char *message)
{
	(void)arg, (void)message;
}

static bool connected(PGconn *conn)
{
	PostgresPollingStatusType next = PGRES_POLLING_WRITING;
	int64_t end = clock_monotonic() + OPEN_MS;
	while (next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
		struct pollfd p = {.fd = PQsocket(conn), .events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT};
		int64_t left = end - clock_monotonic();
		int n = left > 0 ? poll(&p, 1, (int)left) : 0;
		if (n == 0 || (n < 0 && errno != EINTR))
			return false;
		if (n > 0)
			next = PQconnectPoll(conn);
	}
	return next == PGRES_POLLING_OK;
}

static bool listen_on(struct db_listener *l)
{
	char sql[CHANNEL_SIZE + 10];
	(void)snprintf(sql, sizeof sql, "LISTEN %s", l->channel); /* LISTEN takes no parameters; the name is ours, of letters and digits */
	PGresult *r = PQexecParams(l->conn, sql, 0, NULL, NULL, NULL, NULL, 0);
	bool good = PQresultStatus(r) == PGRES_COMMAND_OK;
	PQclear(r);
	return good;
}

enum status db_listener_open(const char *target, const struct id *whom, struct db_listener **out, struct error *err)
{
	/* what stands before the URL gives way to it */
	static const char *const keys[] = {"fallback_application_name", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "dbname", "client_encoding", NULL};
	const char *values[] = {"simplix listener", "60", "10", "3", "30000", target, "UTF8", NULL};
	if (!db_is_server(target))
		return error_set(err, ST_INVALID, "nobody is told about a file");
	struct db_listener *l = mem_zalloc(sizeof *l);
	name_channel(whom, l->channel);
	l->conn = PQconnectStartParams(keys, values, 1);
	if (l->conn)
		(void)PQsetNoticeProcessor(l->conn, ignore_notice, NULL); /* before the server says anything: there is a screen */
	if (!l->conn || PQstatus(l->conn) == CONNECTION_BAD || !connected(l->conn) || !listen_on(l) || PQsetnonblocking(l->conn, 1) != 0) {
		char text[300];
		(void)snprintf(text, sizeof text, "%s", PQerrorMessage(l->conn));
		text[strcspn(text, "\n")] = '\0';
		db_listener_close(&l);
		return error_set(err, ST_CONNECTION, _("The database server cannot be reached: %s"), text);
	}
	*out = l;
	return ST_OK;
}

void db_listener_close(struct db_listener **l)
{
	if (!*l)
		return;
	PQfinish((*l)->conn);
	free(*l);
	*l = NULL;
}

int db_listener_fd(const struct db_listener *l)
{
	return PQsocket(l->conn);
}

enum status db_listener_drain(struct db_listener *l, bool *heard)
{
	PGresult *r;
	PGnotify *n;
	bool good = PQconsumeInput(l->conn) && PQflush(l->conn) >= 0;
	while (!PQisBusy(l->conn)) {
		if (!(r = PQgetResult(l->conn))) {
			l->asked = 0;
			break;
		}
		PQclear(r);
	}
	while ((n = PQnotifies(l->conn))) {
		*heard |= n->be_pid != PQbackendPID(l->conn);
		PQfreemem(n);
	}
	bool silent = l->asked && clock_monotonic() - l->asked > ANSWER_MS;
	return good && !silent && PQstatus(l->conn) == CONNECTION_OK ? ST_OK : ST_CONNECTION;
}

enum status db_listener_notify(struct db_listener *l)
{
	const char *values[] = {l->channel};
	if (l->asked)
		return ST_BUSY;
	if (!PQsendQueryParams(l->conn, "SELECT pg_catalog.pg_notify($1, '')", 1, NULL, values, NULL, NULL, 0) || PQflush(l->conn) < 0)
		return ST_CONNECTION;
	l->asked = clock_monotonic();
	return ST_OK;
}

enum status db_notify(struct db *db, const struct id *whom, struct error *err)
{
	struct db_stmt *s;
	char channel[CHANNEL_SIZE];
	if (db_kind(db) != DB_POSTGRES)
		return ST_OK;
	if (db_in_transaction(db))
		return error_set(err, ST_INTERNAL, "a notification inside a transaction");
	name_channel(whom, channel);
	enum status st = db_prepare(db, "SELECT pg_catalog.pg_notify($1, '')", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_text(s, 1, channel);
	return db_run(s, err);
}
