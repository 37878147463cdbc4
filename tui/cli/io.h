/* Files in and out: import, imports, export. */
#ifndef TUI_CLI_IO_H
#define TUI_CLI_IO_H

#include "tui/cli/cli.h"

int cli_import(struct cli *cli, int argc, char **argv);
int cli_export(struct cli *cli, int argc, char **argv);
int cli_imports(struct cli *cli, int argc, char **argv);

#endif
