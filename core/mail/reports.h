/* What services and mail servers report of mails, read into mail_events (delivery.h). Pure.
 *
 *   sendgrid  the array of its event webhook; a list of its suppression API (/v3/suppression/bounces and its sisters)
 *   mailgun   the body of its webhook ("event-data"), or a page of its events API ("items")
 *   ses       an SNS notification, the event in it alone, or the list of suppressed destinations
 *   dsn       a delivery report as mail servers send it back (RFC 3464), a whole message
 * What says nothing about delivery (opens, clicks) is passed over. */
#ifndef CORE_MAIL_REPORTS_H
#define CORE_MAIL_REPORTS_H

#include "core/mail/delivery.h"

/* ST_INVALID when it is no such report. Arena memory. `list` is what a suppression list of SendGrid holds ("bounces", "spam_reports"…); else NULL. */
enum status mail_report_read(const char *provider, const char *list, const char *text, size_t n, struct arena *a, struct mail_event **out, int *count,
	struct error *err);

#endif
