/* Does a domain vouch for what is sent in its name? SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489) as its name servers have them, with a plain
 * verdict. Asks the system's name servers, or SIMPLIX_NAMESERVER=ADDRESS[:PORT]; may take seconds: never in the thread of the screen. */
#ifndef CORE_MAIL_DOMAIN_CHECK_H
#define CORE_MAIL_DOMAIN_CHECK_H

#include "core/base/error.h"
#include "core/base/mem.h"

enum proof {
	PROOF_GOOD,
	PROOF_WEAK,    /* there, but it does not do what it is for */
	PROOF_MISSING,
	PROOF_UNKNOWN, /* the name servers did not answer, or we do not know where to look */
};

struct domain_check {
	enum proof spf, dkim, dmarc;
	const char *spf_said, *dkim_said, *dmarc_said; /* one sentence each, translated */
	const char *record[3]; /* as found: SPF, DKIM, DMARC; NULL */
	const char *proofs;    /* "good,missing,unknown": to be kept */
};

/* For an address or a domain. `provider` ("sendgrid", …; NULL) is who sends; `selector` of DKIM, NULL: the usual ones are tried. ST_CONNECTION when
 * no name server answers at all. Arena memory. */
enum status domain_check(const char *address, const char *provider, const char *selector, struct arena *a, struct domain_check *out, struct error *err);

/* One short line for what is kept, in the language in use; NULL for NULL. */
const char *domain_verdict(const char *proofs, struct arena *a);

/* The judging alone, of what the name servers have ("" none, NULL not known). Pure. */
void domain_judge(const char *spf, int n_spf, const char *dkim, const char *dmarc, const char *provider, struct arena *a, struct domain_check *out);

#endif
