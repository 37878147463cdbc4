/* What mail is sent with: EMAIL_PROVIDER (smtp, sendgrid, mailgun, ses) and the variables of each, from the environment or sealed in the
 * database. */
#ifndef CORE_MAIL_SERVICE_H
#define CORE_MAIL_SERVICE_H

#include "core/crm/core.h"
#include "core/helper/http.h"
#include "core/mail/message.h"
#include "core/mail/senders.h"

/* "smtp", "sendgrid"…; NULL: nothing is set up. */
const char *mail_provider(struct core *c, struct arena *a);

/* The request that sends the mail; `job` names it to the service. ST_BUSY: not set up, or set up wrong. */
enum status mail_service_request(struct core *c, const struct mail *m, const char *job, struct arena *a, struct http_request *out, struct error *err);
/* A service's own request as the helper's, guarded as all calls out are. */
enum status mail_service_call(const struct mail_request *q, struct arena *a, struct http_request *out, struct error *err);

#endif
