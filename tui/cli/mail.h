/* simplix mail send: a mail to people of the book or to addresses, from the command line. */
#ifndef TUI_CLI_MAIL_H
#define TUI_CLI_MAIL_H

#include "tui/cli/cli.h"

int cli_mail(struct cli *cli, int argc, char **argv);

#endif
