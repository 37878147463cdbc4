/* The full screen on the grid in memory, and golden screens.
 *
 * A golden is tests/screens/NAME.txt, the text of the frame and below it the map of roles. UPDATE_SCREENS=1 writes them anew; read
 * the difference before you commit it. */
#ifndef TESTS_UNIT_APP_FIXTURE_H
#define TESTS_UNIT_APP_FIXTURE_H

#include "core/base/clock.h"
#include "tests/unit/fixture.h"
#include "tui/app.h"
#include "tui/term/memory.h"

#define NOW INT64_C(1767258000000) /* Thursday 2026-01-01 09:00 UTC: the clock of a stage */

struct stage {
	struct term *term;
	struct ui *ui;
	struct app *app;
	struct core *core;
	struct config config;
};

void raise_curtain(struct stage *s, enum db_engine engine, int rows, int cols, bool demo);
void curtain(struct stage *s);
void settle(struct stage *s);
/* A memory_keys() script, and a text typed; both settle. */
void keys(struct stage *s, const char *script);
void type(struct stage *s, const char *text);
/* The frame holds the text (shows the frame when it does not), or does not. */
bool sees(struct stage *s, const char *text);
bool misses(struct stage *s, const char *text);
/* The frame as it stands is tests/screens/NAME.txt. */
void golden(struct stage *s, const char *name);

#endif
