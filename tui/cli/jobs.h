/* simplix jobs …, and what webhooks can do beside the commands of every entity. */
#ifndef TUI_CLI_JOBS_H
#define TUI_CLI_JOBS_H

#include "tui/cli/cli.h"

int cli_jobs(struct cli *cli, int argc, char **argv);

bool cli_is_webhook_verb(const char *verb); /* test, secret, deliveries, redeliver, events */
int cli_webhook(struct cli *cli, const char *verb, int argc, char **argv);
/* A webhook was made: its secret, this once. */
int cli_webhook_added(struct cli *cli, const struct id *webhook);

#endif
