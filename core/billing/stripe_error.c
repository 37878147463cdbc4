#include "core/billing/stripe_error.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"

struct words {
	const char *code, *text;
};

static const struct words declines[] = {
	{"insufficient_funds", N_("The card was declined: there is not enough money on its account.")},
	{"expired_card", N_("The card has expired.")},
	{"incorrect_cvc", N_("The card's security code is wrong.")},
	{"incorrect_number", N_("The card number is wrong.")},
	{"lost_card", N_("The card was declined: it was reported lost.")},
	{"stolen_card", N_("The card was declined: it was reported stolen.")},
	{"fraudulent", N_("The payment was blocked: Stripe takes it for fraud.")},
	{"card_velocity_exceeded", N_("The card was declined: its limit of payments or of money is reached.")},
	{"withdrawal_count_limit_exceeded", N_("The card was declined: its limit of payments or of money is reached.")},
	{"card_not_supported", N_("The card does not allow this kind of payment.")},
	{"currency_not_supported", N_("The card does not allow this currency.")},
	{"transaction_not_allowed", N_("The card does not allow this kind of payment.")},
	{"do_not_honor", N_("The bank declined the card without saying why. The customer may ask it.")},
	{"generic_decline", N_("The bank declined the card without saying why. The customer may ask it.")},
	{"call_issuer", N_("The bank declined the card without saying why. The customer may ask it.")},
	{"try_again_later", N_("The bank declined the card for now. Try again later.")},
	{"processing_error", N_("The card could not be processed just now. Try again later.")},
	{"authentication_required", N_("The bank wants the customer to confirm the payment herself.")},
	{"testmode_decline", N_("This is a test card, and the payment was real.")},
};

static const struct words codes[] = {
	{"authentication_required", N_("The bank wants the customer to confirm the payment herself.")},
	{"card_declined", N_("The bank declined the card without saying why. The customer may ask it.")},
	{"expired_card", N_("The card has expired.")},
	{"amount_too_small", N_("The amount is less than Stripe takes.")},
	{"amount_too_large", N_("The amount is more than Stripe takes at once.")},
	{"charge_already_refunded", N_("All of it was given back already.")},
	{"charge_disputed", N_("The bank holds this payment in dispute; it cannot be refunded.")},
	{"insufficient_funds", N_("There is not enough money on the account at Stripe.")},
	{"balance_insufficient", N_("There is not enough money on the account at Stripe.")},
	{"api_key_expired", N_("The key for Stripe has expired: set a new STRIPE_SECRET_KEY.")},
	{"payment_intent_authentication_failure", N_("The customer did not confirm the payment with the bank.")},
	{"setup_intent_authentication_failure", N_("The customer did not confirm the card with the bank.")},
	{"email_invalid", N_("Stripe does not take the mail address of the account.")},
};

static const char *words_of(const struct words *list, size_t n, const char *code)
{
	for (size_t i = 0; code && i < n; i++)
		if (strcmp(list[i].code, code) == 0)
			return _(list[i].text);
	return NULL;
}

bool stripe_error_is(const struct cJSON *error, const char *code)
{
	const char *s = json_text(json_get(error, "code"));
	return s && strcmp(s, code) == 0;
}

bool stripe_wants_customer(const struct cJSON *error)
{
	const char *decline = json_text(json_get(error, "decline_code"));
	return stripe_error_is(error, "authentication_required") || (decline && strcmp(decline, "authentication_required") == 0);
}

const char *stripe_error_words(struct arena *a, const struct cJSON *error)
{
	const char *code = json_text(json_get(error, "code")), *decline = json_text(json_get(error, "decline_code")), *said = json_text(json_get(error, "message"));
	const char *param = json_text(json_get(error, "param"));
	const char *text = words_of(declines, sizeof declines / sizeof *declines, decline);
	if (!text)
		text = words_of(declines, sizeof declines / sizeof *declines, code);
	if (!text)
		text = words_of(codes, sizeof codes / sizeof *codes, code);
	if (!text && code && strcmp(code, "resource_missing") == 0)
		text = param && strcmp(param, "customer") == 0 ? _("Stripe does not know this customer any more. Clear “Stripe customer” on the account, then ask again.")
						      : arena_printf(a, _("Stripe does not know it any more: %s"), text_clean(a, said ? said : ""));
	if (text)
		return text;
	return said && *said ? arena_printf(a, _("Stripe says: %s"), text_clip(a, said, 300)) : _("Stripe did not say why.");
}

const char *stripe_refund_words(struct arena *a, const char *reason)
{
	static const struct words list[] = {
		{"expired_or_canceled_card", N_("The card has expired or was cancelled. Give the money back another way.")},
		{"lost_or_stolen_card", N_("The card was lost or stolen. Give the money back another way.")},
		{"charge_for_pending_refund_disputed", N_("The customer disputed the payment meanwhile.")},
		{"insufficient_funds", N_("There is not enough money on the account at Stripe.")},
		{"declined", N_("The bank declined the refund. Give the money back another way.")},
		{"merchant_request", N_("It was stopped at Stripe on your request.")},
		{"unknown", N_("Stripe did not say why.")},
	};
	const char *text = words_of(list, sizeof list / sizeof *list, reason);
	return text ? text : reason ? arena_printf(a, _("Stripe says: %s"), text_clip(a, reason, 100)) : _("Stripe did not say why.");
}
