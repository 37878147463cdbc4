/* One-line capture: "appel Marie ACME devis 12k rappel mardi 10h #chaud", in English and French, mixed.
 *
 * The line is understood without any model: a verb, tags, an amount, a duration, a follow-up with its date, the people and companies that
 * the book knows; what is left is the subject. Nothing is saved before the person has seen what was understood.
 */
#ifndef CORE_CRM_CAPTURE_H
#define CORE_CRM_CAPTURE_H

#include "core/crm/core.h"

struct capture {
	const char *type;    /* activity type: call, email, meeting, note, task, visit, sms */
	const char *subject; /* "" when nothing was left */
	const char *outcome; /* "no_answer", "interested"…, also in the subject; "" when none was told */
	bool planned;        /* still to be done, with or without a day */
	struct id contact, company, deal;
	const char *contact_name, *company_name, *deal_name; /* "" when none */
	bool new_deal;       /* an amount was named and no open deal fits */
	int64_t value;       /* minor units; 0: none */
	char currency[4];
	int64_t duration;    /* seconds */
	int64_t at;          /* when it happened or is due; 0: now */
	int64_t follow_up;   /* when to do what comes next; 0: nothing */
	const char *follow_type; /* and what that is: call, task */
	/* Names that the book does not know: they stay in the subject, unless `create` is set, which makes them. "" when all are known. */
	const char *unknown_contact, *unknown_company;
	bool create;
	const char *subject_made; /* the subject then */
	const char *tags;    /* "chaud, vip" */
	const char *doubt;   /* what could not be decided, translated; "" when all is clear */
};

/* Arena memory. Never fails: what is not understood is the subject. */
void capture_parse(struct core *c, const char *line, struct arena *a, struct capture *out);
/* What was understood, in one line for the person. */
char *capture_describe(struct core *c, const struct capture *cap, struct arena *a);
/* Save it as one change set. *num gets the activity's number. */
enum status capture_save(struct core *c, const struct capture *cap, int64_t *num, struct error *err);

#endif
