/* Clipboard: the bytes of OSC 52, and a private file with what was copied last. */
#ifndef TUI_TERM_CLIP_H
#define TUI_TERM_CLIP_H

#include "core/base/error.h"
#include "core/base/mem.h"

#include <stddef.h>

/* Append "ESC ] 52 ; c ; base64 BEL". Only base64 gets inside, so no data can end the sequence. */
void clip_sequence(struct buf *out, const char *text, size_t n);
/* Write the file `clip` (0600) into the runtime folder of runtime.h; nothing happens where there is none. */
enum status clip_save(const char *text, size_t n, struct error *err);

#endif
