#include "tui/term/runtime.h"

#include "core/base/i18n.h"
#include "core/base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder of ours that nobody else can enter; symlinks are not followed. */
static bool is_private(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 077) == 0;
}

char *runtime_home(void)
{
	const char *base = getenv("XDG_RUNTIME_DIR");
	if (!base || base[0] != '/' || !is_private(base))
		return NULL;
	char *dir = mem_printf("%s/simplix", base);
	if ((mkdir(dir, 0700) < 0 && errno != EEXIST) || !is_private(dir)) {
		free(dir);
		return NULL;
	}
	return dir;
}

enum status runtime_scratch(char **out, struct error *err)
{
	char *home = runtime_home();
	const char *tmp = getenv("TMPDIR");
	char *dir = home ? mem_printf("%s/edit-XXXXXX", home)
			 : mem_printf("%s/simplix-XXXXXX", tmp && tmp[0] == '/' ? tmp : "/tmp");
	free(home);
	if (!mkdtemp(dir)) {
		enum status st = error_set(err, ST_IO, _("No private folder could be made (%s): %s"), dir, error_system(errno));
		free(dir);
		return st;
	}
	*out = dir;
	return ST_OK;
}

static void remove_below(int at, const char *name, int depth)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (struct dirent *e; (e = readdir(d));) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, e->d_name, 0) < 0 && depth < 2)
			remove_below(fd, e->d_name, depth + 1);
	}
	closedir(d);
	(void)unlinkat(at, name, AT_REMOVEDIR);
}

void runtime_remove(const char *dir)
{
	remove_below(AT_FDCWD, dir, 0);
}

int runtime_write(int fd, const char *s, size_t n)
{
	while (n > 0) {
		ssize_t w = write(fd, s, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -1;
		s += w;
		n -= (size_t)w;
	}
	return 0;
}
