/* What quotes, invoices, payments and subscriptions can do beside the commands of every entity. */
#ifndef TUI_CLI_BILLING_H
#define TUI_CLI_BILLING_H

#include "tui/cli/cli.h"

int cli_quote(struct cli *cli, const char *verb, int argc, char **argv);
int cli_invoice(struct cli *cli, const char *verb, int argc, char **argv);
int cli_payment(struct cli *cli, const char *verb, int argc, char **argv);
int cli_subscription(struct cli *cli, const char *verb, int argc, char **argv);
int cli_account(struct cli *cli, const char *verb, int argc, char **argv);

/* Shared by the files of these: the record that a word names, with the rest of the words looked at; NULL with cli->err, or after the usage was printed
 * when there is none (*code is what to exit with). */
struct record *cli_billing_one(struct cli *cli, const char *entity, const char *usage, int argc, char **argv, int *code);
/* An amount as it was typed, in a currency. */
bool cli_billing_amount(struct cli *cli, const char *text, const char *currency, int64_t *out);
int cli_invoice_charge(struct cli *cli, int argc, char **argv);
int cli_invoice_series(struct cli *cli, int argc, char **argv);
int cli_invoice_verify(struct cli *cli);
int cli_invoice_ageing(struct cli *cli);

#endif
