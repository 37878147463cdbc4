#include "core/billing/stripe_amount.h"

#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/base/money.h"

enum { MOST = 99999999 };

/* What can be charged in. */
static const char taken[] =
	"USD AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP "
	"GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR "
	"NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TND TOP TRY TTD TWD TZS UAH UGX UYU UZS VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ";
static const char without_decimals[] = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF ";
static const char three_decimals[] = "BHD JOD KWD OMR TND ";

static const struct {
	char currency[4];
	int least;
} minimums[] = {{"USD", 50}, {"AED", 200}, {"AUD", 50}, {"BGN", 100}, {"BRL", 50}, {"CAD", 50}, {"CHF", 50}, {"CZK", 1500}, {"DKK", 250}, {"EUR", 50}, {"GBP", 30}, {"HKD", 400},
	{"HUF", 17500}, {"INR", 50}, {"JPY", 50}, {"MXN", 1000}, {"MYR", 200}, {"NOK", 300}, {"NZD", 50}, {"PLN", 200}, {"RON", 200}, {"SEK", 300}, {"SGD", 50}, {"THB", 1000}};

static bool among(const char *list, const char *currency)
{
	for (const char *p = list; *p; p += 4)
		if (strncasecmp(p, currency, 3) == 0)
			return strlen(currency) == 3;
	return false;
}

/* ISK and UGX have no decimals, but Stripe counts them as if they had two, for those who wrote to it before. */
static int decimals(const char *currency)
{
	return among(without_decimals, currency) ? 0 : among(three_decimals, currency) ? 3 : 2;
}

static int64_t power(int n)
{
	int64_t p = 1;
	while (n-- > 0)
		p *= 10;
	return p;
}

static int iso_digits(const char *currency)
{
	char upper[4] = "";
	for (int i = 0; i < 3 && currency[i]; i++)
		upper[i] = (char)(currency[i] >= 'a' && currency[i] <= 'z' ? currency[i] - 32 : currency[i]);
	return money_digits(upper);
}

enum status stripe_amount_of(const char *currency, int64_t minor, struct arena *a, int64_t *out, struct error *err)
{
	int theirs = decimals(currency), ours = iso_digits(currency);
	if (!among(taken, currency) || ours < 0)
		return error_field(err, ST_INVALID, "currency", _("Stripe does not take payments in %s."), currency);
	int64_t up = power(theirs > ours ? theirs - ours : 0), down = power(ours > theirs ? ours - theirs : 0);
	if (minor <= 0 || minor > INT64_MAX / up)
		return error_field(err, ST_INVALID, "amount", _("A payment is more than nothing."));
	if (minor % down || (theirs == 3 && minor % 10)) {
		error_field(err, ST_INVALID, "amount", _("Stripe does not take %s: amounts in %s are rounded."), money_format(a, minor, currency, false), currency);
		error_hint(err, theirs == 3 ? _("The last of the three decimals must be 0.") : _("It takes whole units of it only."));
		return ST_INVALID;
	}
	*out = minor * up / down;
	return ST_OK;
}

enum status stripe_charge_amount(const char *currency, int64_t minor, struct arena *a, int64_t *out, struct error *err)
{
	int64_t amount = 0, least = 1, back = 0;
	enum status st = stripe_amount_of(currency, minor, a, &amount, err);
	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < sizeof minimums / sizeof *minimums; i++)
		if (strcasecmp(minimums[i].currency, currency) == 0)
			least = minimums[i].least;
	if (amount > MOST) {
		(void)stripe_amount_back(currency, MOST, &back);
		error_field(err, ST_INVALID, "amount", _("Stripe takes at most %s at once."), money_format(a, back, currency, false));
		error_hint(err, _("Ask for it in parts, or by transfer."));
		return ST_INVALID;
	}
	if (amount < least) {
		(void)stripe_amount_back(currency, least, &back);
		return error_field(err, ST_INVALID, "amount", _("Stripe takes at least %s."), money_format(a, back, currency, false));
	}
	*out = amount;
	return ST_OK;
}

bool stripe_amount_back(const char *currency, int64_t amount, int64_t *minor)
{
	int theirs = decimals(currency), ours = iso_digits(currency);
	if (ours < 0 || amount < 0)
		return false;
	int64_t up = power(ours > theirs ? ours - theirs : 0), down = power(theirs > ours ? theirs - ours : 0);
	if (amount > INT64_MAX / up)
		return false;
	*minor = amount * up / down;
	return true;
}
