/* What the requests of senders.h have in common; of this folder alone. */
#ifndef CORE_MAIL_REQUEST_H
#define CORE_MAIL_REQUEST_H

#include "core/mail/senders.h"

/* mail_check(), and is the job one that all services keep as it is, and the address of the service one? */
enum status request_check(const struct mail *m, const char *job, const char *base_url, struct error *err);
/* A key, domain or region that goes into a header or a URL: visible ASCII, not empty. */
enum status request_check_word(const char *s, const char *field, struct error *err);
void request_add_header(struct mail_request *r, const char *name, const char *value);
/* What was gathered in b becomes the body; b is empty after. */
void request_take_body(struct mail_request *r, struct buf *b, struct arena *a);
/* The type without its parameters, for services that take no more; NULL and "" give what a file of unknown type has. */
const char *request_type(struct arena *a, const char *type);
/* Is this address among those before `i` of the lists To, Cc, Bcc taken as one? Services refuse a mail that names one twice. */
bool request_is_repeated(const struct mail *m, size_t i);
/* The i-th of To, Cc and Bcc taken as one. */
const struct mail_address *request_recipient(const struct mail *m, size_t i);

#endif
