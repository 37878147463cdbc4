#include "tui/view/path.h"

#include <dirent.h>
#include <stdio.h>
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

void path_complete(void *arg, struct lineedit *e)
{
	char *path = path_expand(lineedit_text(e)), *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	char *folder = slash ? mem_strndup(path, (size_t)(slash - path) + 1) : mem_strdup("./");
	DIR *d = opendir(folder);
	char best[256] = "";
	int matches = 0;
	(void)arg;
	for (struct dirent *ent; d && (ent = readdir(d));) {
		if (strncmp(ent->d_name, base, strlen(base)) != 0 || (ent->d_name[0] == '.' && *base != '.'))
			continue;
		if (!matches++)
			(void)snprintf(best, sizeof best, "%s", ent->d_name);
		size_t n = 0;
		while (best[n] && best[n] == ent->d_name[n])
			n++;
		best[n] = '\0';
	}
	if (d)
		(void)closedir(d);
	if (matches) {
		char *full = mem_printf("%s%s", slash ? folder : "", best);
		struct stat sb;
		char *line = mem_printf("%s%s", full, matches == 1 && stat(full, &sb) == 0 && S_ISDIR(sb.st_mode) ? "/" : "");
		lineedit_set(e, line);
		free(line);
		free(full);
	}
	free(folder);
	free(path);
}
