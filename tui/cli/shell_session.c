#include "tui/cli/shell_session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/security/environment.h"
#include "core/security/session.h"
#include "tui/config.h"

static char *state_path(struct arena *a)
{
	return config_state_path(a, "simplix/sessions");
}

/* The whole file; "" when there is none. A file that others may read is not trusted. */
static enum status read_state(struct arena *a, const char *path, char **out, struct error *err)
{
	enum { MOST = 65536 };
	struct stat sb;
	*out = arena_alloc(a, MOST);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? ST_OK : error_set(err, ST_IO, "%s: %s", path, error_system(errno));
	enum status st = ST_OK;
	if (fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode) || (sb.st_mode & 077) || sb.st_uid != geteuid()) {
		st = error_set(err, ST_DENIED, _("Others may read %s."), path);
		error_hint(err, "chmod 600 '%s'", path);
	} else {
		ssize_t n = read(fd, *out, MOST - 1);
		(*out)[n > 0 ? n : 0] = '\0';
	}
	(void)close(fd);
	return st;
}

static bool is_line_of(const char *line, const char *org, const char *kind)
{
	size_t n = strlen(org);
	return strncmp(line, org, n) == 0 && line[n] == ' ' && (!kind || (strncmp(line + n + 1, kind, strlen(kind)) == 0 && line[n + 1 + strlen(kind)] == ' '));
}

char *shell_token(const struct core *c, const char *kind, struct arena *a)
{
	char org[ID_TEXT_SIZE], *text, *save = NULL;
	if (read_state(a, state_path(a), &text, NULL) != ST_OK)
		return NULL;
	(void)id_format(&c->org, org);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (is_line_of(line, org, kind))
			return arena_strdup(a, strrchr(line, ' ') + 1);
	return NULL;
}

static enum status write_state(struct arena *a, const char *path, const char *text, struct error *err)
{
	char *temp = arena_printf(a, "%s.%ld", path, (long)getpid());
	for (char *slash = strchr(temp + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(temp, 0700);
		*slash = '/';
	}
	int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set(err, ST_IO, "%s: %s", temp, error_system(errno));
	size_t n = strlen(text);
	bool good = write(fd, text, n) == (ssize_t)n;
	good = close(fd) == 0 && good && rename(temp, path) == 0;
	if (good)
		return ST_OK;
	(void)unlink(temp);
	return error_set(err, ST_IO, "%s: %s", path, error_system(errno));
}

enum status shell_keep(const struct core *c, const char *kind, const char *token, struct error *err)
{
	struct arena *a = arena_new();
	struct buf out = {0};
	char org[ID_TEXT_SIZE], *text, *save = NULL, *path = state_path(a);
	enum status st = read_state(a, path, &text, err);
	(void)id_format(&c->org, org);
	if (st == ST_OK) {
		for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
			if (!is_line_of(line, org, NULL))
				buf_printf(&out, "%s\n", line);
		if (token)
			buf_printf(&out, "%s %s %s\n", org, kind, token);
		st = write_state(a, path, buf_str(&out), err);
	}
	if (out.data)
		crypto_wipe(out.data, out.cap);
	buf_free(&out);
	arena_free(&a);
	return st;
}

enum status shell_sign_in(struct core *c, struct error *err)
{
	const char *key = environment_get("SIMPLIX_API_KEY");
	if (core_signed_in(c) && !(key && *key))
		return ST_OK;
	if (key && *key)
		return session_api_key(c, key, err);
	struct arena *a = arena_new();
	char *token = shell_token(c, "session", a);
	enum status st;
	if (token) {
		st = session_resume(c, token, err);
		if (st == ST_DENIED) /* ended or expired: it opens nothing any more */
			(void)shell_keep(c, "session", NULL, NULL);
	} else {
		st = error_set(err, ST_DENIED, _("Please sign in first."));
		error_hint(err, _("simplix auth login, or SIMPLIX_API_KEY for scripts."));
	}
	arena_free(&a);
	return st;
}
