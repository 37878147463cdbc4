/* Mail on its way out: written down with its activity in one transaction, sent by the helper through whatever service is set up
 * (EMAIL_PROVIDER: smtp, sendgrid, mailgun or ses, and its variables). The activity is planned until the service has taken the mail, then
 * done; what fails for good is told by the job. The message id is made once, so a mail that is sent twice is known as one. */
#ifndef CORE_MAIL_OUTBOX_H
#define CORE_MAIL_OUTBOX_H

#include "core/crm/core.h"
#include "core/mail/message.h"

/* `to` has one recipient or more; from, message id and time are filled in. contact: whose timeline it belongs to (nil: nobody's). ST_INVALID
 * when nothing is set up to send with. */
enum status outbox_add(struct core *c, const struct mail *m, const struct id *contact, int64_t *job, struct error *err);

extern const struct job_kind mail_kind;

#endif
