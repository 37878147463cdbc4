/* Reading passwords and codes: from the terminal without echo, else a line of standard input; never from the arguments. */
#ifndef TUI_CLI_SECRET_INPUT_H
#define TUI_CLI_SECRET_INPUT_H

#include "tui/cli/cli.h"

enum { SECRET_SIZE = 1024 };

/* The prompt goes to the terminal. False at the end of the input, with cli->err set. Wipe out[] afterwards. */
bool secret_read(struct cli *cli, const char *prompt, char out[SECRET_SIZE]);
/* The same with echo: a mail address, a code. */
bool line_read(struct cli *cli, const char *prompt, char out[SECRET_SIZE]);
bool input_is_terminal(void);
/* The first line that the command of SIMPLIX_SECRET_COMMAND prints; run by the shell as the person wrote it. False when there is none or it fails. */
bool secret_command(const char *command, char out[SECRET_SIZE]);

#endif
