/* What is weak about this installation: `simplix doctor`. */
#ifndef CORE_SECURITY_CHECKS_H
#define CORE_SECURITY_CHECKS_H

#include "core/crm/admin.h"

/* Lines about sign-in, keys, row security and the environment; the number. Arena text. */
int security_checks(struct core *c, struct arena *a, struct check *out, int max);

#endif
