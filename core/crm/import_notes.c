#include "core/crm/import_notes.h"

#include <string.h>

#include "core/base/text.h"

enum { LONGEST_HEADER = 80 };

/* "Header: " at the beginning of a line. */
static bool is_note(const char *line)
{
	size_t n = strcspn(line, ":\n");
	return n > 0 && n <= LONGEST_HEADER && line[n] == ':' && line[n + 1] == ' ';
}

/* Where the notes begin: behind the first blank line that a note follows, or at once. */
static const char *notes_of(const char *stored)
{
	for (const char *p = strstr(stored, "\n\n"); p; p = strstr(p + 1, "\n\n"))
		if (is_note(p + 2))
			return p + 2;
	return is_note(stored) ? stored : "";
}

static bool has_line(const char *text, const char *line)
{
	size_t n = strlen(line);
	for (const char *p = text; (p = strstr(p, line)) != NULL; p++)
		if ((p == text || p[-1] == '\n') && (p[n] == '\0' || p[n] == '\n'))
			return true;
	return false;
}

bool notes_say(const char *stored, const char *text)
{
	size_t n = strlen(text);
	return strncmp(stored, text, n) == 0 && (!stored[n] || strcmp(notes_of(stored), stored + n + 2) == 0);
}

const char *notes_join(struct arena *a, const char *text, const char *stored, const char *lines)
{
	struct buf b = {0};
	bool noted = stored != NULL && *notes_of(stored);
	if (!text || (stored && notes_say(stored, text))) {
		buf_puts(&b, stored ? stored : "");
	} else {
		buf_puts(&b, text);
		if (noted && !strstr(text, notes_of(stored)))
			buf_printf(&b, "%s%s", b.len ? "\n\n" : "", notes_of(stored));
	}
	char *copy = arena_strdup(a, lines), *save = NULL;
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (has_line(buf_str(&b), line))
			continue;
		if (b.len)
			buf_puts(&b, noted ? "\n" : "\n\n");
		buf_puts(&b, line);
		noted = true;
	}
	const char *out = b.len ? arena_strdup(a, buf_str(&b)) : NULL;
	buf_free(&b);
	return out;
}
