/* What webhooks can do beside the commands of every entity; trying them out is in webhook_lab.h. */
#ifndef TUI_CLI_WEBHOOKS_H
#define TUI_CLI_WEBHOOKS_H

#include "tui/cli/cli.h"

int cli_webhook(struct cli *cli, const char *verb, int argc, char **argv); /* test, secret, deliveries, redeliver, events */
/* A webhook was made: its secret, this once. */
int cli_webhook_added(struct cli *cli, const struct id *webhook);

#endif
