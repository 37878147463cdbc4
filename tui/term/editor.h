/* Editing text in the person's own editor ($VISUAL, $EDITOR, else the first of sensible-editor, nano, vi).
 *
 * The text lives in a 0600 file of a 0700 scratch folder, which is removed with all the editor left beside it. The
 * editor is started by its words, never through a shell. */
#ifndef TUI_TERM_EDITOR_H
#define TUI_TERM_EDITOR_H

#include "core/base/error.h"
#include "core/base/mem.h"
#include "tui/term/term.h"

#include <stdbool.h>

/* Edit `text`; `file_name` ("note.md") tells the editor the kind. On ST_OK *changed says whether `out` was filled with
 * something different. ST_CANCELLED when the editor failed: nothing may be saved then. The file may have at most
 * EDITOR_MAX bytes of UTF-8 (ST_LIMIT, ST_INVALID); then `out` holds what was written so that it is not lost. */
#define EDITOR_MAX (1024 * 1024)
enum status editor_edit(struct term *t, const char *file_name, const char *text, struct buf *out, bool *changed,
	struct error *err);

#endif
