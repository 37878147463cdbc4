#include "core/security/environment.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/i18n.h"

static bool starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static const char *stripe_key(const char *v)
{
	return starts(v, "sk_test_") || starts(v, "sk_live_") || starts(v, "rk_test_") || starts(v, "rk_live_")
		       ? NULL
		       : N_("A Stripe secret key begins with sk_test_ or sk_live_.");
}

static const char *stripe_hook(const char *v)
{
	for (const char *p = v; *p; p += strcspn(p, ","), p += *p == ',')
		if (!starts(p, "whsec_"))
			return N_("A Stripe webhook secret begins with whsec_; several are separated by commas.");
	return NULL;
}

static const char *stripe_price(const char *v)
{
	return starts(v, "price_") ? NULL : N_("The id of a Stripe price begins with price_.");
}

static const char *one_of(const char *v, const char *const *words, const char *problem)
{
	for (; *words; words++)
		if (strcmp(v, *words) == 0)
			return NULL;
	return problem;
}

static const char *ai_provider(const char *v)
{
	static const char *const words[] = {"anthropic", "openai", "none", NULL};
	return one_of(v, words, N_("It is anthropic, openai or none."));
}

static const char *anthropic_key(const char *v)
{
	return starts(v, "sk-ant-") ? NULL : N_("An Anthropic key begins with sk-ant-.");
}

static const char *openai_key(const char *v)
{
	return starts(v, "sk-") ? NULL : N_("An OpenAI key begins with sk-.");
}

static const char *email_provider(const char *v)
{
	static const char *const words[] = {"sendgrid", "ses", "mailgun", "smtp", NULL};
	return one_of(v, words, N_("It is sendgrid, ses, mailgun or smtp."));
}

static const char *sendgrid_key(const char *v)
{
	return starts(v, "SG.") ? NULL : N_("A SendGrid key begins with SG.");
}

static const char *address(const char *v)
{
	const char *at = strchr(v, '@');
	return at && at != v && strchr(at, '.') && !strpbrk(v, "\r\n") ? NULL : N_("It is a mail address, also as Name <address>.");
}

static const char *long_secret(const char *v)
{
	return strlen(v) >= 32 ? NULL : N_("It needs at least 32 characters. Make one: openssl rand -base64 48");
}

static const char *webhook_secret(const char *v)
{
	return starts(v, "whsec_") ? NULL : N_("The secret of a webhook begins with whsec_.");
}

static const char *database(const char *v)
{
	return starts(v, "postgresql://") || starts(v, "postgres://") ? NULL : N_("It begins with postgresql://.");
}

static const char *url(const char *v)
{
	return starts(v, "https://") || starts(v, "http://127.0.0.1") || starts(v, "http://localhost") || starts(v, "http://[::1]")
		       ? NULL
		       : N_("It begins with https://; http:// only leads to this machine.");
}

static const char *anything(const char *v)
{
	(void)v;
	return NULL;
}

static const char *port(const char *v)
{
	char *end;
	long n = strtol(v, &end, 10);
	return *v && !*end && n > 0 && n < 65536 ? NULL : N_("It is a number from 1 to 65535.");
}

static const char *count(const char *v)
{
	return *v && strspn(v, "0123456789") == strlen(v) && strlen(v) < 7 ? NULL : N_("It is a number.");
}

const struct variable environment_variables[] = {
	{"STRIPE_SECRET_KEY", N_("Payments with Stripe"), true, stripe_key},
	{"STRIPE_WEBHOOK_SECRET", N_("Checks Stripe's messages to this server"), true, stripe_hook},
	{"STRIPE_PRICE_STARTER", N_("Price of the starter plan"), false, stripe_price},
	{"STRIPE_PRICE_PRO", N_("Price of the professional plan"), false, stripe_price},
	{"STRIPE_PRICE_ENTERPRISE", N_("Price of the enterprise plan"), false, stripe_price},
	{"STRIPE_API_BASE", N_("Another address of Stripe's API, for tests"), false, url},
	{"AI_PROVIDER", N_("Who helps with texts"), false, ai_provider},
	{"ANTHROPIC_API_KEY", N_("Texts by Anthropic"), true, anthropic_key},
	{"OPENAI_API_KEY", N_("Texts by OpenAI"), true, openai_key},
	{"EMAIL_PROVIDER", N_("Who sends mail"), false, email_provider},
	{"SENDGRID_API_KEY", N_("Mail through SendGrid"), true, sendgrid_key},
	{"MAILGUN_API_KEY", N_("Mail through Mailgun"), true, anything},
	{"MAILGUN_DOMAIN", N_("Sending domain at Mailgun"), false, anything},
	{"AWS_ACCESS_KEY_ID", N_("Mail through Amazon SES"), true, anything},
	{"AWS_SECRET_ACCESS_KEY", N_("Mail through Amazon SES"), true, anything},
	{"AWS_REGION", N_("Region of Amazon SES"), false, anything},
	{"SMTP_HOST", N_("Mail through an SMTP server"), false, anything},
	{"SMTP_PORT", N_("Its port"), false, port},
	{"SMTP_USER", N_("Its user"), false, anything},
	{"SMTP_PASSWORD", N_("Its password"), true, anything},
	{"EMAIL_API_BASE", N_("Another address of the sending service, for tests"), false, url},
	{"EMAIL_FROM", N_("Sender of mails"), false, address},
	{"SIMPLIX_WEBHOOK_SECRET", N_("Checks and signs what simplix webhooks listen and replay handle"), true, webhook_secret},
	{"WEBHOOK_SECRET_SALT", N_("Makes secrets of webhooks"), true, long_secret},
	{"JWT_SECRET", N_("Signs tokens of the HTTP API"), true, long_secret},
	{"SESSION_SECRET", N_("Protects sessions of the HTTP API"), true, long_secret},
	{"SIMPLIX_ALLOWED_HOSTS", N_("Hosts that webhooks may call though they are inside or speak http"), false, anything},
	{"SIMPLIX_RATE_PER_HOST", N_("Requests a second to one host (50); 0: no limit"), false, count},
	{"SIMPLIX_CA_FILE", N_("Certificates to trust for outgoing calls, instead of the system's"), false, anything},
	{"SIMPLIX_TEMPORARY_TOKEN", N_("The sign-in that waits for its code"), true, anything},
	{"SIMPLIX_API_KEY", N_("The API key that this program works under"), true, anything},
	{"DATABASE_URL", N_("The team's PostgreSQL"), true, database},
};
const int environment_count = (int)(sizeof environment_variables / sizeof *environment_variables);

/* Written once at the start, before any thread, and wiped at the end. */
static char *taken[sizeof environment_variables / sizeof *environment_variables];

const struct variable *environment_find(const char *name)
{
	for (int i = 0; i < environment_count; i++)
		if (strcmp(environment_variables[i].name, name) == 0)
			return &environment_variables[i];
	return NULL;
}

void environment_take(void)
{
	for (int i = 0; i < environment_count; i++) {
		char *value = getenv(environment_variables[i].name);
		if (!value || taken[i])
			continue;
		taken[i] = mem_strdup(value);
		if (environment_variables[i].secret) {
			crypto_wipe(value, strlen(value)); /* the process's own copy, which /proc/PID/environ shows */
			(void)unsetenv(environment_variables[i].name);
		}
	}
}

const char *environment_get(const char *name)
{
	for (int i = 0; i < environment_count; i++)
		if (strcmp(environment_variables[i].name, name) == 0 && taken[i])
			return *taken[i] ? taken[i] : NULL;
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

void environment_wipe(void)
{
	for (int i = 0; i < environment_count; i++) {
		if (taken[i])
			crypto_wipe(taken[i], strlen(taken[i]));
		free(taken[i]);
		taken[i] = NULL;
	}
}

char *secret_mask(struct arena *a, const char *value)
{
	size_t n = strlen(value);
	return arena_printf(a, "••••%s", n >= 12 ? value + n - 4 : "");
}

/* postgresql://user:••••@host/db */
static char *mask_url(struct arena *a, const char *value)
{
	const char *scheme = strstr(value, "://"), *at = scheme ? strchr(scheme + 3, '@') : NULL;
	const char *colon = at ? memchr(scheme + 3, ':', (size_t)(at - scheme - 3)) : NULL;
	if (!colon)
		return arena_strdup(a, value);
	return arena_printf(a, "%.*s:••••%s", (int)(colon - value), value, at);
}

char *environment_mask(struct arena *a, const struct variable *v, const char *value)
{
	if (strstr(value, "://"))
		return mask_url(a, value);
	if (v->problem == database)
		return arena_strdup(a, value); /* the path of a file */
	return v->secret ? secret_mask(a, value) : arena_strdup(a, value);
}
