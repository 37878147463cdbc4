/* simplix webhooks listen, replay, diff: trying webhooks out from the command line. They need a database only where one is named. */
#ifndef TUI_CLI_WEBHOOK_LAB_H
#define TUI_CLI_WEBHOOK_LAB_H

#include "tui/cli/cli.h"

int cli_webhook_lab(struct cli *cli, const char *verb, int argc, char **argv);

/* Parts of it */
int cli_webhook_listen(struct cli *cli, int argc, char **argv);
/* The secret of --secret-file or SIMPLIX_WEBHOOK_SECRET; out NULL when neither is there. Arena text; wipe it. */
bool lab_secret(struct cli *cli, const char *file, char **out);
/* The webhook that a word names, for administrators; NULL with cli->err. */
const struct record *lab_webhook(struct cli *cli, const char *word);
/* What is left of argv holds options that nobody took: told, with the usage. */
bool lab_refuses_options(struct cli *cli, int argc, char **argv, const char *usage);

#endif
