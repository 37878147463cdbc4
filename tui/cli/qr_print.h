/* A QR code on standard output: half blocks in forced black on white, or ASCII. */
#ifndef TUI_CLI_QR_PRINT_H
#define TUI_CLI_QR_PRINT_H

#include "tui/cli/cli.h"

/* ascii: two characters a module, for terminals without half blocks; also chosen where the locale is not UTF-8. */
enum status qr_print(struct cli *cli, const char *text, bool ascii);

#endif
