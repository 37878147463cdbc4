/* What a mail server's reply means for us (RFC 5321, 4.2; RFC 3463), in the transaction or in a delivery report (RFC 3464). Pure. */
#ifndef CORE_MAIL_DSN_H
#define CORE_MAIL_DSN_H

#include <stddef.h>

enum dsn_kind {
	DSN_ACCEPTED,
	DSN_LATER,       /* greylisting, overload, a network in trouble: the same mail may pass later */
	DSN_BAD_ADDRESS, /* a hard bounce: never again to this address */
	DSN_FULL,        /* a soft bounce: the person exists, her mailbox takes nothing now */
	DSN_BLOCKED,     /* for what it says or where it comes from */
	DSN_AUTH,        /* the server we hand our mail to does not accept our user name or password */
	DSN_REFUSED,     /* for good, for another reason: too large, a command that the server lacks */
	DSN_KINDS,
};

struct smtp_reply {
	int code;        /* 250; 0: none */
	int status[3];   /* 5.1.1; zeros: none */
	char text[200];  /* what the server said, codes taken off, lines joined; as it came, to be cleaned before it is shown */
};

/* Read "550-5.1.1 No such\r\n550 5.1.1 user", or the "5.1.1" of a delivery report's Status field. */
void smtp_reply_read(const char *s, size_t n, struct smtp_reply *out);
enum dsn_kind dsn_classify(const struct smtp_reply *reply);
/* One plain sentence, translated. */
const char *dsn_sentence(enum dsn_kind kind);

#endif
