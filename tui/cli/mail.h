/* simplix mail …, and what senders can do beside the commands of every entity. */
#ifndef TUI_CLI_MAIL_H
#define TUI_CLI_MAIL_H

#include "tui/cli/cli.h"

int cli_mail(struct cli *cli, int argc, char **argv);
int cli_sender(struct cli *cli, const char *verb, int argc, char **argv); /* test, check */

/* Do what waits for up to half a minute, and tell what became of a mail. Exit code. */
const char *cli_mail_state(struct cli *cli, const struct id *activity); /* "sent"… */
int cli_mail_report(struct cli *cli, int64_t job, const struct id *activity, bool send);

#endif
