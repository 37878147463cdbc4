/* The listing half of `simplix auth`. */
#ifndef TUI_CLI_AUTH_LISTS_H
#define TUI_CLI_AUTH_LISTS_H

#include "tui/cli/cli.h"

int cli_auth_sessions(struct cli *cli, int argc, char **argv);
int cli_auth_history(struct cli *cli, int argc, char **argv);
int cli_auth_events(struct cli *cli, int argc, char **argv);
int cli_auth_keys(struct cli *cli, int argc, char **argv);

#endif
