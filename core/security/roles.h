/* Guards of people's rights, called by the hooks of users. */
#ifndef CORE_SECURITY_ROLES_H
#define CORE_SECURITY_ROLES_H

#include "core/crm/store.h"

/* Role, status, team and manager are an administrator's to set; ownership an owner's. */
enum status roles_check_user(struct txn *t, const struct record *old, struct record *now, struct error *err);
bool roles_is_owner(struct core *c, const struct id *user);
/* After a user changed or went: an active owner must be left. */
enum status roles_check_owners(struct txn *t, struct error *err);

#endif
