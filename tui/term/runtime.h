/* Private short-lived files: the folder for what must vanish with the session.
 *
 * $XDG_RUNTIME_DIR (a tmpfs of the person's own on most systems) is used when it is a folder of hers that nobody
 * else may enter. A scratch folder is made inside it, or else by mkdtemp() in $TMPDIR or /tmp, always 0700, and
 * removed with everything an editor may have left there (swap files, backups).
 */
#ifndef TUI_TERM_RUNTIME_H
#define TUI_TERM_RUNTIME_H

#include "core/base/error.h"

#include <stddef.h>
#include <sys/types.h>

/* "$XDG_RUNTIME_DIR/simplix", made 0700; NULL when there is no safe place. The caller frees. */
char *runtime_home(void);
/* A new 0700 folder; the caller frees the path and calls runtime_remove(). */
enum status runtime_scratch(char **out, struct error *err);
/* Remove a folder and the files in it (one level of folders below it too). */
void runtime_remove(const char *dir);
/* write() all of it; -1 with errno on failure. */
int runtime_write(int fd, const char *s, size_t n);

#endif
