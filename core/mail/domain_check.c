#include "core/mail/domain_check.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/base/text.h"

enum { ANSWER_MAX = 16 * 1024, WAIT_S = 3 };

/* Judging */

/* The word stands in the record, as a term of its own. */
static bool has_term(const char *record, const char *term)
{
	size_t n = strlen(term);
	for (const char *p = record; (p = strcasestr(p, term)); p++)
		if ((p == record || p[-1] == ' ' || p[-1] == ';') && (!p[n] || p[n] == ' ' || p[n] == ';'))
			return true;
	return false;
}

/* What the services ask their customers to include. */
static const char *included_by(const char *provider)
{
	static const char *const names[][2] = {{"sendgrid", "include:sendgrid.net"}, {"mailgun", "include:mailgun.org"}, {"ses", "include:amazonses.com"}};
	for (size_t i = 0; provider && i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i][0], provider) == 0)
			return names[i][1];
	return NULL;
}

static void judge_spf(struct domain_check *d, const char *spf, int n, const char *provider, struct arena *a)
{
	const char *include = included_by(provider);
	d->spf = PROOF_WEAK;
	if (!spf) {
		d->spf = PROOF_UNKNOWN;
		d->spf_said = _("SPF: the name servers did not say.");
	} else if (!*spf) {
		d->spf = PROOF_MISSING;
		d->spf_said = include ? arena_printf(a, _("SPF: none. Add a TXT record to the domain: v=spf1 %s ~all"), include)
				      : _("SPF: none. Add a TXT record to the domain that names your mail server: v=spf1 mx ~all");
	} else if (n > 1) {
		d->spf_said = _("SPF: there are several records, so none of them counts. Keep one.");
	} else if (has_term(spf, "+all") || has_term(spf, "all")) {
		d->spf_said = _("SPF: the record allows everybody (+all), so it proves nothing.");
	} else if (include && !strcasestr(spf, include)) {
		d->spf_said = arena_printf(a, _("SPF: the record does not name the service that sends. Add %s to it, unless the service uses a domain of its own for returns."), include);
	} else {
		d->spf = PROOF_GOOD;
		d->spf_said = _("SPF: good.");
	}
}

static void judge_dkim(struct domain_check *d, const char *dkim)
{
	const char *key = dkim ? strstr(dkim, "p=") : NULL;
	if (!dkim) {
		d->dkim = PROOF_UNKNOWN;
		d->dkim_said = _("DKIM: no key under the usual names. Set the sender's DKIM selector to look for the right one.");
	} else if (!*dkim) {
		d->dkim = PROOF_MISSING;
		d->dkim_said = _("DKIM: there is no key under this selector.");
	} else if (!key || key[2] == ';' || key[2] == ' ' || !key[2]) {
		d->dkim = PROOF_WEAK;
		d->dkim_said = _("DKIM: the key was withdrawn (p= is empty).");
	} else {
		d->dkim = PROOF_GOOD;
		d->dkim_said = _("DKIM: good.");
	}
}

static void judge_dmarc(struct domain_check *d, const char *dmarc)
{
	if (!dmarc) {
		d->dmarc = PROOF_UNKNOWN;
		d->dmarc_said = _("DMARC: the name servers did not say.");
	} else if (!*dmarc) {
		d->dmarc = PROOF_MISSING;
		d->dmarc_said = _("DMARC: none. Large mailbox services ask for one: TXT at _dmarc: v=DMARC1; p=none; rua=mailto:you");
	} else if (strcasestr(dmarc, "p=reject") || strcasestr(dmarc, "p=quarantine")) {
		d->dmarc = PROOF_GOOD;
		d->dmarc_said = _("DMARC: good.");
	} else if (strcasestr(dmarc, "p=none")) {
		d->dmarc = PROOF_GOOD;
		d->dmarc_said = _("DMARC: good, it only watches so far (p=none).");
	} else {
		d->dmarc = PROOF_WEAK;
		d->dmarc_said = _("DMARC: the record names no policy (p=).");
	}
}

static const char *const words[] = {[PROOF_GOOD] = NC_("proof", "good"), [PROOF_WEAK] = NC_("proof", "weak"), [PROOF_MISSING] = NC_("proof", "missing"),
	[PROOF_UNKNOWN] = NC_("proof", "unknown")};

/* The word in the language in use for the one that is kept; what is no such word as it is. */
static const char *shown(const char *kept)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(i18n_english(words[i]), kept) == 0)
			return _(words[i]);
	return kept;
}

const char *domain_verdict(const char *proofs, struct arena *a)
{
	char spf[16], dkim[16], dmarc[16];
	if (!proofs || sscanf(proofs, "%15[^,],%15[^,],%15s", spf, dkim, dmarc) != 3)
		return NULL;
	return strcmp(proofs, "good,good,good") == 0 ? _("SPF, DKIM and DMARC are good.") : arena_printf(a, _("SPF %s, DKIM %s, DMARC %s."), shown(spf), shown(dkim), shown(dmarc));
}

void domain_judge(const char *spf, int n_spf, const char *dkim, const char *dmarc, const char *provider, struct arena *a, struct domain_check *out)
{
	struct domain_check d = {.record = {spf && *spf ? spf : NULL, dkim && *dkim ? dkim : NULL, dmarc && *dmarc ? dmarc : NULL}};
	judge_spf(&d, spf, n_spf, provider, a);
	judge_dkim(&d, dkim);
	judge_dmarc(&d, dmarc);
	d.proofs = arena_printf(a, "%s,%s,%s", i18n_english(words[d.spf]), i18n_english(words[d.dkim]), i18n_english(words[d.dmarc]));
	*out = d;
}

/* Asking */

struct asking {
	struct __res_state state;
	struct arena *arena;
	bool answered; /* by any server, to any question */
	bool absent;   /* the name last asked for does not exist at all */
};

static bool set_server(struct asking *q, const char *server)
{
	char host[64];
	const char *colon = strchr(server, ':');
	size_t n = colon ? (size_t)(colon - server) : strlen(server);
	struct sockaddr_in *to = &q->state.nsaddr_list[0];
	if (n >= sizeof host)
		return false;
	memcpy(host, server, n);
	host[n] = '\0';
	*to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)(colon ? atoi(colon + 1) : 53))};
	q->state.nscount = 1;
	return inet_pton(AF_INET, host, &to->sin_addr) == 1;
}

static bool begin(struct asking *q, struct arena *a)
{
	*q = (struct asking){.arena = a};
	const char *server = getenv("SIMPLIX_NAMESERVER");
	if (res_ninit(&q->state) != 0)
		return false;
	q->state.retrans = WAIT_S;
	q->state.retry = 2;
	return !server || !*server || set_server(q, server);
}

/* The strings of one TXT record, joined (RFC 7208, 3.3). */
static char *txt_of(const uint8_t *data, size_t n, struct arena *a)
{
	struct buf b = {0};
	for (size_t i = 0; i < n && i + 1 + data[i] <= n; i += 1u + data[i])
		buf_add(&b, data + i + 1, data[i]);
	char *out = text_clean(a, buf_str(&b));
	buf_free(&b);
	return out;
}

/* The first TXT record that begins with `mark` ("" when there is none, NULL when nobody says), and how many do. */
static const char *txt(struct asking *q, const char *name, const char *mark, int *count)
{
	static const char none[] = "";
	uint8_t *answer = arena_alloc(q->arena, ANSWER_MAX);
	ns_msg message;
	const char *found = none;
	*count = 0;
	q->absent = false;
	int n = res_nquery(&q->state, name, ns_c_in, ns_t_txt, answer, ANSWER_MAX);
	if (n < 0) {
		bool known = q->state.res_h_errno == HOST_NOT_FOUND || q->state.res_h_errno == NO_DATA;
		q->answered |= known;
		q->absent = q->state.res_h_errno == HOST_NOT_FOUND;
		return known ? none : NULL;
	}
	q->answered = true;
	if (n > ANSWER_MAX || ns_initparse(answer, n, &message) != 0)
		return NULL;
	for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
		ns_rr rr;
		if (ns_parserr(&message, ns_s_an, i, &rr) != 0 || ns_rr_type(rr) != ns_t_txt)
			continue;
		const char *text = txt_of(ns_rr_rdata(rr), ns_rr_rdlen(rr), q->arena);
		if (strncasecmp(text, mark, strlen(mark)) != 0)
			continue;
		if ((*count)++ == 0)
			found = text;
	}
	return found;
}

/* Of the domain itself, else of the one above it: a policy is the whole organization's (RFC 7489, 6.6.3). */
static const char *dmarc_of(struct asking *q, const char *domain)
{
	int n;
	const char *found = NULL;
	for (const char *at = domain; at && strchr(at, '.'); at = strchr(at, '.') + 1) {
		found = txt(q, arena_printf(q->arena, "_dmarc.%s", at), "v=DMARC1", &n);
		if (!found || *found)
			return found;
	}
	return found;
}

static const char *dkim_of(struct asking *q, const char *domain, const char *selector)
{
	static const char *const usual[] = {"s1", "s2", "default", "google", "selector1", "selector2", "k1", "mx", "dkim", "mail", "smtp", "pic"};
	int n;
	if (selector)
		return txt(q, arena_printf(q->arena, "%s._domainkey.%s", selector, domain), "", &n);
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
		const char *found = txt(q, arena_printf(q->arena, "%s._domainkey.%s", usual[i], domain), "", &n);
		if (!found || *found)
			return found;
	}
	return NULL;
}

enum status domain_check(const char *address, const char *provider, const char *selector, struct arena *a, struct domain_check *out, struct error *err)
{
	struct asking q;
	int n_spf = 0;
	bool absent = false;
	const char *at = strrchr(address, '@'), *domain = at ? at + 1 : address;
	const char *spf = NULL, *dkim = NULL, *dmarc = NULL;
	if (begin(&q, a)) {
		spf = txt(&q, domain, "v=spf1", &n_spf);
		absent = q.absent;
		if (q.answered && !absent) {
			dmarc = dmarc_of(&q, domain);
			dkim = dkim_of(&q, domain, selector && *selector ? selector : NULL);
		}
		res_nclose(&q.state);
	}
	if (!q.answered) {
		error_set(err, ST_CONNECTION, _("No name server answers: %s could not be looked up."), domain);
		error_hint(err, _("Try again when there is a network."));
		return ST_CONNECTION;
	}
	if (absent) {
		error_set(err, ST_NOT_FOUND, _("The name servers know no domain %s."), domain);
		error_hint(err, _("See whether the address is written right. On a closed network they may know only their own names."));
		return ST_NOT_FOUND;
	}
	domain_judge(spf, n_spf, dkim, dmarc, provider, a, out);
	return ST_OK;
}
