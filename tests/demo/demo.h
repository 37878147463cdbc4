/* The demo's screens besides its list. */
#ifndef TESTS_DEMO_DEMO_H
#define TESTS_DEMO_DEMO_H

#include "tui/cmd/command.h"

/* Commands of the context "people" that open one screen of each kind. */
extern const struct command demo_commands[];
extern const size_t demo_command_count;

#endif
