/* Themes: what a role looks like, per colour depth.
 *
 * The base theme stands on the person's own foreground and background, so that it follows her light or dark
 * scheme; colour is for meaning, and a letter or sign always says the same. With 256 colours the chosen ones have a
 * contrast of at least 3.8 (most 4.4) to white and to black alike. A theme file changes roles line by line:
 *
 *     # comment
 *     title   = default default bold
 *     error   = bright-red
 *     stage1  = 67 default bold underline
 *
 * Colours: default, black red green yellow blue magenta cyan white, bright-…, or 0..255. A colour the terminal does
 * not have becomes the nearest it has. Attributes: bold dim underline reverse italic none.
 */
#ifndef TUI_UI_THEME_H
#define TUI_UI_THEME_H

#include "core/base/error.h"
#include "tui/term/role.h"

/* The base theme for 0 (mono), 8, 16 or 256 colours. */
void theme_base(int colors, struct style out[ROLE_COUNT]);
/* Change `out` by a theme's text. On failure the error names the line, and `out` is untouched. */
enum status theme_parse(const char *text, int colors, struct style out[ROLE_COUNT], struct error *err);
/* The palette entry (0..15) nearest to one of 0..255. */
int theme_nearest16(int color);

#endif
