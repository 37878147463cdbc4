/* What the commands of billing share: the record that one is about, with the questions asked on the way to doing something with it.
 *
 * A question takes the `struct about` along. When its answer has been dealt with and no further question was asked, it is freed; so
 * it is when the person gives up. */
#ifndef TUI_VIEW_BILLING_PARTS_H
#define TUI_VIEW_BILLING_PARTS_H

#include "core/crm/store.h"
#include "tui/app.h"
#include "tui/widget/menu.h"

struct about {
	struct app *app;
	struct arena *arena;
	struct record *r;
	bool asking; /* a further question is open */
	void (*text)(struct about *k, const char *text);
	void (*amount)(struct about *k, int64_t minor);
	void (*choice)(struct about *k, int index);
	/* what was answered so far */
	int64_t minor, most;
	int chosen;
	const char *note; /* above the prompt; translated */
	struct id id;
};

/* The one record that the command is about, as stored now; NULL, with a toast, when there is none or several are marked. */
struct about *about_here(const struct command_call *call);
struct about *about_record(struct app *app, const struct entity *e, int64_t num);
void about_free(struct about *k);

/* One line; "" is an answer too. `note` stands above. */
void about_ask(struct about *k, const char *label, const char *initial, const char *note, void (*done)(struct about *k, const char *text));
/* An amount in the record's currency, more than 0 and at most `most`. */
void about_ask_amount(struct about *k, const char *label, int64_t initial, int64_t most, void (*done)(struct about *k, int64_t minor));
void about_choose(struct about *k, const char *title, const struct menu_item *items, int n, void (*done)(struct about *k, int index));
/* Done when the person says yes; `text` is what will happen. */
void about_confirm(struct about *k, const char *title, const char *text, char key, const char *verb, void (*done)(struct about *k, int answer));

const char *about_currency(const struct about *k);
const char *about_title(struct about *k); /* of the record */
bool about_is(const struct about *k, const char *field, const char *value);
/* Open the record of that id as a page. */
void about_open(struct app *app, const char *entity, const struct id *id);

/* What the selected record is, read once as long as nothing changes: for saying which commands make sense. */
struct billing_now {
	const struct entity *entity; /* NULL: nothing is selected */
	int64_t num, serial;
	bool issued, credit_note, stripe;
	int64_t due, left; /* left: of a payment, what can still be given back */
	char status[24];
};
const struct billing_now *billing_now(const struct command_call *call);

/* In the tables of billing_view.c */
void quote_make(const struct command_call *call);   /* of a deal */
void invoice_make(const struct command_call *call); /* of a deal, of a quote */
void deposit_make(const struct command_call *call);
void quote_mail(const struct command_call *call);
void quote_say_yes(const struct command_call *call);
void quote_say_no(const struct command_call *call);
void quote_anew(const struct command_call *call);

void invoice_number(const struct command_call *call); /* issue it */
void invoice_mail(const struct command_call *call);
void invoice_pay(const struct command_call *call);
void invoice_charge(const struct command_call *call);
void invoice_credit(const struct command_call *call);
void invoice_give_up(const struct command_call *call);
void invoice_remind(const struct command_call *call);
void invoice_again(const struct command_call *call);

void document_save(const struct command_call *call);
void document_open(const struct command_call *call);

void payment_refund(const struct command_call *call);
void payment_receipt(const struct command_call *call);
void subscription_end(const struct command_call *call);
void account_card(const struct command_call *call);
void account_subscribe(const struct command_call *call);
void account_refresh(const struct command_call *call);
/* Our own plan with Stripe: begin, change, end. */
void plan_choose(struct app *app);
const char *plan_state(struct app *app, struct arena *a);

#endif
