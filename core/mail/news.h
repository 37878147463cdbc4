/* Asking a sending service what became of our mails: nobody can call a terminal, so after mails were sent the helper looks now and then, often at
 * first, for some days. SMTP has no such list; there reports come back as mail (reports.h). */
#ifndef CORE_MAIL_NEWS_H
#define CORE_MAIL_NEWS_H

#include "core/helper/kind.h"

/* A service took a mail: look after it, unless somebody does already. */
void mail_news_follow(struct core *c);

extern const struct job_kind mail_news_kind;

#endif
