/* Which characters this terminal shows, told from the environment. */
#ifndef TUI_TERM_LOCALE_H
#define TUI_TERM_LOCALE_H

#include <stdbool.h>

/* Set LC_CTYPE so that UTF-8 is decoded and measured, and say whether the terminal wants UTF-8. A locale the host has
 * not generated still tells by its name ("fr_FR.UTF-8" over SSH); other categories are left alone. */
bool locale_use_utf8(void);

#endif
