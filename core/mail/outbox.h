/* Mail on its way out: written down with its activity in one transaction, sent by the helper through whatever service is set up
 * (service.h). The activity is planned until the service has taken the mail, then done; delivery.h says what became of it. The message id is made
 * once, so a mail that is sent twice is known as one. Deleting the activity (undo does) while the mail waits takes it back. */
#ifndef CORE_MAIL_OUTBOX_H
#define CORE_MAIL_OUTBOX_H

#include "core/crm/core.h"
#include "core/mail/message.h"

enum { OUTBOX_FILES_MAX = 10 * 1024 * 1024 }; /* bytes of all files of a mail together */

struct outgoing {
	struct mail mail;   /* from, reply_to, message id and time are filled in */
	const char *sender; /* which of identity.h, by what people type; NULL: the best */
	struct id contact, company, deal; /* whose timeline it belongs to; nil contact: who has the first address */
	bool anyway;        /* also to an address that bounced, and to who wants no mail: else ST_CONFLICT */
};

/* *job: its number; *activity may be NULL. ST_INVALID when nothing is set up to send with, or naming what is wrong with the mail. */
enum status outbox_add(struct core *c, const struct outgoing *o, struct id *activity, int64_t *job, struct error *err);

/* The same in a change set that is open: what was mailed and that it was are one. */
struct txn;
enum status outbox_put(struct txn *t, const struct outgoing *o, struct id *activity, int64_t *job, struct error *err);

extern const struct job_kind mail_kind;

#endif
