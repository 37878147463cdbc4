/* simplix jobs …, and what others show and do of the queue. */
#ifndef TUI_CLI_JOBS_H
#define TUI_CLI_JOBS_H

#include "core/helper/queue.h"
#include "tui/cli/cli.h"

int cli_jobs(struct cli *cli, int argc, char **argv);

bool cli_job_number(const char *s, int64_t *out);
extern const char cli_job_states[]; /* usage of --state */
bool cli_is_job_state(const char *word);
int cli_print_jobs(struct cli *cli, const struct job_filter *f);
/* One after another, each named by its number; the first that fails ends it. */
int cli_each_job(struct cli *cli, int argc, char **argv, enum status (*fn)(struct core *, int64_t, struct error *));

#endif
