#include "tui/term/editor.h"

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "tui/term/runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS_MAX 16

/* "code -w" to argv; words are split at spaces, nothing is quoted or expanded. */
static int split_words(char *command, char **argv)
{
	int n = 0;
	char *save = NULL;
	for (char *w = strtok_r(command, " \t", &save); w && n < WORDS_MAX - 2; w = strtok_r(NULL, " \t", &save))
		argv[n++] = w;
	return n;
}

static enum status run_one(struct term *t, const char *command, char *path, int *code, struct error *err)
{
	char *argv[WORDS_MAX];
	char *words = mem_strdup(command);
	int n = split_words(words, argv);
	enum status st = ST_NOT_FOUND;
	if (n > 0) {
		argv[n++] = path;
		argv[n] = NULL;
		st = term_run(t, argv, code, err);
	}
	free(words);
	return st;
}

static enum status run_editor(struct term *t, char *path, struct error *err)
{
	const char *tries[] = {getenv("VISUAL"), getenv("EDITOR"), "sensible-editor", "nano", "vi"};
	enum status st = ST_NOT_FOUND;
	int code = 0;
	const char *wanted = tries[0] && *tries[0] ? tries[0] : tries[1] && *tries[1] ? tries[1] : NULL;
	if (wanted) /* no other one in its place */
		st = run_one(t, wanted, path, &code, err);
	for (size_t i = 2; i < sizeof tries / sizeof *tries && st == ST_NOT_FOUND && !wanted; i++)
		st = run_one(t, tries[i], path, &code, err);
	if (st == ST_NOT_FOUND) {
		if (wanted)
			error_set(err, st, _("The editor %s was not found."), wanted);
		else
			error_set(err, st, _("No editor was found."));
		error_hint(err, _("Set EDITOR to the name of your editor."));
	} else if (st == ST_OK && code != 0) {
		st = error_set(err, ST_CANCELLED, _("The editor ended with code %d: nothing was changed."), code);
	}
	return st;
}

static enum status read_back(const char *path, struct buf *out, struct error *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, ST_CANCELLED, _("The editor left no file: nothing was changed."));
	char chunk[16384];
	ssize_t n = 0;
	while (out->len <= EDITOR_MAX && ((n = read(fd, chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR)))
		if (n > 0)
			buf_add(out, chunk, (size_t)n);
	close(fd);
	if (n < 0)
		return error_set(err, ST_IO, _("What you wrote could not be read: %s"), error_system(errno));
	if (out->len > EDITOR_MAX)
		return error_set(err, ST_LIMIT, _("That is too long: at most %d kB."), EDITOR_MAX / 1024);
	if (!text_is_utf8(buf_str(out), out->len) || memchr(buf_str(out), 0, out->len))
		return error_set(err, ST_INVALID, _("That is not UTF-8 text."));
	return ST_OK;
}

/* The text without the newline that editors put at the end of a file. */
static size_t body_length(const char *s, size_t n)
{
	return n > 0 && s[n - 1] == '\n' ? n - 1 : n;
}

enum status editor_edit(struct term *t, const char *file_name, const char *text, struct buf *out, bool *changed,
	struct error *err)
{
	char *dir = NULL;
	enum status st = runtime_scratch(&dir, err);
	if (st != ST_OK)
		return st;
	char *path = mem_printf("%s/%s", dir, file_name);
	size_t n = strlen(text);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || runtime_write(fd, text, n) < 0 || (n > 0 && text[n - 1] != '\n' && runtime_write(fd, "\n", 1) < 0))
		st = error_set(err, ST_IO, _("%s could not be written: %s"), path, error_system(errno));
	if (fd >= 0)
		close(fd);
	buf_clear(out);
	if (st == ST_OK)
		st = run_editor(t, path, err);
	if (st == ST_OK)
		st = read_back(path, out, err);
	if (st == ST_OK) {
		size_t len = body_length(buf_str(out), out->len), old = body_length(text, n);
		*changed = len != old || memcmp(buf_str(out), text, len) != 0;
		if (len < out->len)
			out->data[out->len = len] = '\0';
	}
	runtime_remove(dir);
	free(path);
	free(dir);
	return st;
}
