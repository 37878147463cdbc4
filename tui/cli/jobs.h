/* simplix jobs …, and what webhooks can do beside the commands of every entity. */
#ifndef TUI_CLI_JOBS_H
#define TUI_CLI_JOBS_H

#include "tui/cli/cli.h"

int cli_jobs(struct cli *cli, int argc, char **argv);

int cli_webhook(struct cli *cli, const char *verb, int argc, char **argv); /* test, secret, deliveries, redeliver, events */
/* A webhook was made: its secret, this once. */
int cli_webhook_added(struct cli *cli, const struct id *webhook);

#endif
