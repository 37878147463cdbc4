#include "tui/view/path.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *path_expand(const char *path)
{
	const char *home = getenv("HOME");
	if (path[0] == '~' && path[1] == '/' && home)
		return mem_printf("%s%s", home, path + 1);
	return mem_strdup(path);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct candidate *)a)->text, ((const struct candidate *)b)->text);
}

int path_complete(void *arg, const char *text, size_t cursor, struct arena *a, struct candidate *out, int max, size_t *from)
{
	const char *typed = arena_strndup(a, text, cursor), *slash = strrchr(typed, '/');
	size_t base = slash ? (size_t)(slash - typed) + 1 : 0, len = strlen(typed + base);
	char *folder = path_expand(base ? arena_strndup(a, typed, base) : "./");
	DIR *d = opendir(folder);
	int n = 0;
	(void)arg;
	*from = base;
	for (struct dirent *ent; d && n < max && (ent = readdir(d));) {
		struct stat sb;
		bool hidden = ent->d_name[0] == '.' && (typed[base] != '.' || strcmp(ent->d_name, ".") == 0 || strcmp(ent->d_name, "..") == 0);
		if (hidden || strncmp(ent->d_name, typed + base, len) != 0)
			continue;
		bool is_folder = stat(arena_printf(a, "%s%s", folder, ent->d_name), &sb) == 0 && S_ISDIR(sb.st_mode);
		out[n++] = (struct candidate){.text = arena_printf(a, "%s%s", ent->d_name, is_folder ? "/" : "")};
	}
	if (d)
		(void)closedir(d);
	free(folder);
	if (n)
		qsort(out, (size_t)n, sizeof *out, by_name);
	return n;
}
