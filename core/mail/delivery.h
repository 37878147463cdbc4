/* What became of a mail: what servers and services say of it, by whatever way it reaches us (the answer to the sending, a report in a
 * mailbox, a service's events or its list of dead addresses), has one effect however often it comes and in whatever order: a line in
 * email_logs, the state of its activity, the state of the address, and a task for whoever sent what did not arrive. */
#ifndef CORE_MAIL_DELIVERY_H
#define CORE_MAIL_DELIVERY_H

#include "core/crm/core.h"

enum mail_happening { MAIL_SENT, MAIL_DEFERRED, MAIL_DELIVERED, MAIL_BOUNCED, MAIL_DROPPED, MAIL_COMPLAINT, MAIL_UNSUBSCRIBED };

struct mail_event {
	enum mail_happening what;
	bool dead;               /* with MAIL_BOUNCED, MAIL_DROPPED: the address takes no mail at all, now or later */
	bool ours;               /* our own word, of the sending itself: a mail that failed is sent after all */
	const char *provider;    /* "smtp", "sendgrid", "mailgun", "ses" */
	const char *id;          /* the service's own of this event; NULL: made of the others */
	const char *address, *code, *reason; /* reason, code: may be NULL */
	int64_t at;              /* ms; 0: now */
	int64_t job;             /* that sent it; 0: not said */
	const char *tag;         /* of the job, mail_job_tag(): another database has a job of that number too; NULL: not said */
	const char *message_id;  /* without <>; NULL: not said */
};

enum { MAIL_TAG_SIZE = 13 };
/* What a service is told beside the job's number: the end of the activity's id, which nobody else has. */
char *mail_job_tag(const struct id *activity, char out[MAIL_TAG_SIZE]);

/* All in one change set; *fresh (may be NULL): how many were not known. For the core's own work: the caller asked whether the person may. */
enum status mail_events_record(struct core *c, const struct mail_event *list, size_t n, int *fresh, struct error *err);

/* May one write to this address? ST_CONFLICT, with why not: it bounced, or the person wants no mail. */
enum status mail_may_write(struct core *c, const char *address, struct error *err);

#endif
