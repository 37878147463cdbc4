/* A mail as its job keeps it: a JSON document that holds all that is needed to send it, files included. Pure. */
#ifndef CORE_MAIL_LETTER_H
#define CORE_MAIL_LETTER_H

#include "core/base/id.h"
#include "core/mail/message.h"

struct letter {
	struct mail mail;
	struct id activity; /* on whose timeline it is */
};

char *letter_write(const struct letter *l, struct arena *a);
/* ST_INVALID when it is no letter. What it points to is the arena's. */
enum status letter_read(const char *json, struct arena *a, struct letter *out, struct error *err);

#endif
