#include "core/automation/event_kinds.h"

#include <string.h>

#include "core/base/i18n.h"

const struct event_kind event_kinds[] = {
	{"contact.created", N_("A contact was added, or brought back")},
	{"contact.updated", N_("A contact was changed, also its addresses and tags")},
	{"contact.deleted", N_("A contact was deleted")},
	{"contact.merged", N_("Two contacts became one: merged_id is the one that went")},
	{"company.created", N_("A company was added, or brought back")},
	{"company.updated", N_("A company was changed")},
	{"company.deleted", N_("A company was deleted")},
	{"company.merged", N_("Two companies became one: merged_id is the one that went")},
	{"deal.created", N_("A deal was added, or brought back")},
	{"deal.updated", N_("A deal was changed")},
	{"deal.stage_changed", N_("A deal moved to another stage: from_stage_id is the one before")},
	{"deal.won", N_("A deal was won")},
	{"deal.lost", N_("A deal was lost")},
	{"deal.deleted", N_("A deal was deleted")},
	{"activity.created", N_("A call, meeting, task or note was added, or brought back")},
	{"activity.updated", N_("An activity was changed")},
	{"activity.completed", N_("An activity was done")},
	{"activity.deleted", N_("An activity was deleted")},
	{"product.created", N_("A product was added, or brought back")},
	{"product.updated", N_("A product was changed")},
	{"product.deleted", N_("A product was deleted")},
	{"quote.created", N_("A quote was begun, or brought back")},
	{"quote.updated", N_("A quote was changed, also its lines")},
	{"quote.sent", N_("A quote was numbered and sent")},
	{"quote.accepted", N_("A quote was accepted")},
	{"quote.declined", N_("A quote was declined")},
	{"quote.expired", N_("The day until which a quote was valid has passed")},
	{"quote.deleted", N_("A draft of a quote was deleted")},
	{"invoice.created", N_("An invoice or credit note was begun, or brought back")},
	{"invoice.updated", N_("A draft of an invoice was changed, also its lines")},
	{"invoice.issued", N_("An invoice or credit note took its number")},
	{"invoice.sent", N_("An invoice was mailed")},
	{"invoice.partially_paid", N_("A part of an invoice was paid")},
	{"invoice.paid", N_("An invoice is paid in full")},
	{"invoice.overdue", N_("The day on which an invoice was due has passed")},
	{"invoice.credited", N_("An invoice was taken back by credit notes")},
	{"invoice.uncollectible", N_("An invoice was written off")},
	{"invoice.deleted", N_("A draft of an invoice was deleted")},
	{"payment.created", N_("A payment was entered, or came by Stripe")},
	{"payment.updated", N_("A payment was changed")},
	{"payment.succeeded", N_("A payment came in")},
	{"payment.failed", N_("A payment failed")},
	{"payment.partially_refunded", N_("A part of a payment was given back")},
	{"payment.refunded", N_("A payment was given back")},
	{"payment.disputed", N_("A payment is disputed by the customer's bank")},
	{"payment.deleted", N_("A payment that was entered by mistake was deleted")},
	{"subscription.created", N_("A subscription was started")},
	{"subscription.updated", N_("A subscription was changed")},
	{"subscription.active", N_("A subscription is running")},
	{"subscription.trialing", N_("A subscription is on trial")},
	{"subscription.past_due", N_("A subscription's payment is late")},
	{"subscription.unpaid", N_("A subscription's payment never came")},
	{"subscription.canceled", N_("A subscription ended")},
	{"subscription.deleted", N_("A subscription was deleted")},
	{"webhook.test", N_("The test call of a webhook; sent to it whatever it subscribed")},
};
const int event_kind_count = (int)(sizeof event_kinds / sizeof *event_kinds);

/* "deal" of "deal.won" */
static size_t kind_length(const char *type)
{
	return strcspn(type, ".");
}

static bool begins_kind(int i)
{
	size_t n = kind_length(event_kinds[i].type);
	return i == 0 || n != kind_length(event_kinds[i - 1].type) || strncmp(event_kinds[i].type, event_kinds[i - 1].type, n) != 0;
}

/* All of a kind, "deal.*": for the kinds whose events one subscribes to. */
static const char *all_of(int i)
{
	static const char *const all[] = {"contact.*", "company.*", "deal.*", "activity.*", "product.*", "quote.*", "invoice.*", "payment.*", "subscription.*"};
	for (size_t k = 0; k < sizeof all / sizeof *all; k++)
		if (strncmp(all[k], event_kinds[i].type, kind_length(event_kinds[i].type) + 1) == 0)
			return all[k];
	return NULL; /* the test call comes unasked */
}

bool event_word(int i, struct word *out)
{
	if (i == 0) {
		*out = (struct word){"*", N_("Everything that happens"), "*"};
		return true;
	}
	int at = 1;
	for (int k = 0; k < event_kind_count; k++) {
		const char *all = all_of(k);
		if (!all)
			continue;
		if (begins_kind(k) && at++ == i) {
			*out = (struct word){all, N_("All of these"), all};
			return true;
		}
		if (at++ == i) {
			*out = (struct word){event_kinds[k].type, event_kinds[k].when, NULL};
			return true;
		}
	}
	return false;
}
