#include "core/billing/stripe.h"
#include "core/base/i18n.h"
#define OFF { return error_set(err, ST_DENIED, "Stripe is not set up."); }
#define U __attribute__((unused))
enum stripe_mode stripe_mode(struct core *c U) { return STRIPE_OFF; }
enum status charge_link(struct core *c U, const struct id *i U, int64_t a U, struct id *o U, struct error *err) OFF
enum status charge_card(struct core *c U, const struct id *i U, int64_t a U, const struct id *m U, struct id *o U, struct error *err) OFF
enum status card_setup(struct core *c U, const struct id *a U, struct id *o U, struct error *err) OFF
enum status cards_refresh(struct core *c U, const struct id *a U, struct error *err) OFF
enum status subscription_start(struct core *c U, const struct id *a U, const char *p U, int64_t q U, struct id *o U, struct error *err) OFF
enum status subscription_cancel(struct core *c U, const struct id *s U, bool e U, const char *r U, struct error *err) OFF
void stripe_look_now(struct core *c U) {}
