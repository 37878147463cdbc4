/* Errors: every function that can fail returns a status and fills a struct error.
 *
 * The message is designed text, already in the person's language: what happened. The hint
 * says what to do next. `field` names the input that is wrong (a descriptor's field name, a
 * CSV column, a filter word), so that a form or a parser can point at it. Out-parameters of a
 * function that fails are left untouched.
 */
#ifndef CORE_BASE_ERROR_H
#define CORE_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#define STATUS_TABLE(X)                                                                            \
	X(OK, "ok")                                                                                \
	X(INVALID, "invalid")      /* the input is wrong: exit 1, or 2 for usage */                \
	X(USAGE, "usage")          /* the command line is wrong: exit 2 */                         \
	X(NOT_FOUND, "not_found")  /* no such record, file or command: exit 3 */                   \
	X(DENIED, "denied")        /* rights or sign-in: exit 4 */                                 \
	X(CONFLICT, "conflict")    /* somebody changed it, or a unique value is taken */           \
	X(BUSY, "busy")            /* another process holds the database; worth trying again */    \
	X(IO, "io")                /* file system, disk full */                                    \
	X(CORRUPT, "corrupt")      /* a file is not what it says it is */                          \
	X(VERSION, "version")      /* made by a newer program */                                   \
	X(CONNECTION, "connection") /* server not reachable or gone */                             \
	X(ABORTED, "aborted")      /* the transaction was already poisoned by an earlier error */  \
	X(CANCELLED, "cancelled")  /* the person said stop */                                      \
	X(LIMIT, "limit")          /* larger than we accept */                                     \
	X(INTERNAL, "internal")    /* our own bug */

enum status {
#define X(id, name) ST_##id,
	STATUS_TABLE(X)
#undef X
};

struct error {
	enum status code;
	char message[512];
	char field[96];
	char hint[256];
};

/* Stable lower-case word for a status, used in JSON. */
const char *status_name(enum status s);

/* Process exit code of the command-line contract (0, 1, 2, 3, 4). */
int status_exit_code(enum status s);

/* Fill *err (NULL allowed) and return code, so that a caller can `return error_set(...)`. */
enum status error_set(struct error *err, enum status code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, naming the field that is wrong. */
enum status error_field(struct error *err, enum status code, const char *field, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Add what to do next to an error that is already set. */
void error_hint(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void error_clear(struct error *err);

/* What the system says of an errno, in the language in use where we know the words. */
const char *error_system(int code);

#endif
