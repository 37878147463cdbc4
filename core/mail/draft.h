/* From what a person types to a mail: whom it goes to, what a template says, which files go along. */
#ifndef CORE_MAIL_DRAFT_H
#define CORE_MAIL_DRAFT_H

#include "core/mail/identity.h"
#include "core/mail/outbox.h"

/* "Amélie Durand <a@b.example>, C-12; x@y.example": each an address or somebody of the book; a group by commas or semicolons. *contact is the
 * first of the book (left alone when it is set). ST_INVALID or ST_NOT_FOUND, naming `field`. "" gives none. Arena memory. */
enum status draft_people(struct core *c, const char *text, const char *field, struct arena *a, struct mail_addresses *out, struct id *contact,
	struct error *err);

/* Whom a mail about this record goes to, as text that draft_people() takes ("" when nobody is known), and its links. */
struct draft_links {
	struct id contact, company, deal;
	const char *to;
};
enum status draft_about(struct core *c, const struct entity *e, const struct id *id, struct arena *a, struct draft_links *out, struct error *err);

struct draft_texts {
	const char *subject, *text, *html; /* html: NULL when the template has none */
	const char *missing;               /* variables that had no value: "first_name"; "" */
};
/* A template filled in. `who` sends it. */
enum status draft_template(struct core *c, const struct id *tmpl, const struct draft_links *links, const struct identity *who, struct arena *a,
	struct draft_texts *out, struct error *err);

/* "offer.pdf, ~/pictures/plan.png": files that go along, read now. Names with a comma stand in "quotes". "" gives none. Without `out` they are only looked at. */
enum status draft_files(const char *text, struct arena *a, const struct mail_part **out, size_t *n, struct error *err);

#endif
