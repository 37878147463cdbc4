/* The full screen: the core, the interface and what all screens share. One per process, passed around; no globals. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "core/security/access.h"
#include "core/crm/core.h"
#include "core/security/signin.h"
#include "tui/cmd/command.h"
#include "tui/config.h"
#include "tui/ui/ui.h"
#include "tui/widget/lineedit.h"

enum tab { TAB_HOME, TAB_CONTACTS, TAB_COMPANIES, TAB_DEALS, TAB_ACTIVITIES, TAB_INVOICES, TAB_SETTINGS, TAB_COUNT };

struct app {
	struct core *core;
	struct ui *ui;
	struct commands *commands;
	struct term *term;
	const struct config *config;
	struct history filters, colon;
	enum tab tab;
	const char *target; /* what a second connection opens */
	struct import_job *import_job; /* running beside; NULL */
	uint32_t watch_timer;
	int64_t reminded;
	bool closing;            /* screens are being taken away: nothing is asked any more */
	char who[120];           /* the person's name, for the header */
	struct lookup *lookup;   /* name servers are being asked (senders_view.c); NULL */
	struct billing_now *billing; /* what the selected document is (billing_parts.h); NULL: not looked yet */
	bool test_mode;          /* Stripe moves no real money */
	struct helper *helper;   /* NULL: this database needs none, or nobody was in yet */
	int64_t kept_session;    /* the shell's, that outlives this program; any other ends with it */
	struct signin signed_in; /* the outcome of the sign-in under way */
	int64_t serial;  /* moves when records changed; a screen that has read at this serial need not read again */
	int64_t changes; /* moves with it, and when anything else did: the queue, sessions */
};

static inline struct app *app_of(struct ui *ui)
{
	return ui_app(ui);
}

/* Run the full screen on the database of cfg until the person leaves. Returns the exit code. */
int app_run(const struct config *cfg, const char *target, bool read_only);

/* Put everything of the CRM (commands, header, timers) on an interface that exists: app_run() and screen tests do this. */
struct app *app_new(struct ui *ui, struct core *core, const struct config *cfg);
void app_free(struct app **app);
/* Show the first screen: welcome when the database is new, else where the person left off. */
void app_start(struct app *app);

/* The person is in: language, theme and the screens as they left them. */
void app_begin(struct app *app);
/* Note which screens are open, for the next sign-in. */
void app_keep_screens(struct app *app);
/* Take every screen away, as it was left kept for the next sign-in. */
void app_leave_screens(struct app *app);

void app_show_tab(struct app *app, enum tab tab);
/* The data changed (by us or somebody else): every screen reads again what it shows. */
void app_data_changed(struct app *app);
/* In recalc(): have records changed since the screen read (*seen, 0 at first)? With `all`, for screens that show more than records, has
 * anything? */
bool app_stale(struct app *app, bool all, int64_t *seen);
/* Does what is shown of such records come from elsewhere too, as a webhook's deliveries do? */
bool app_shows_more(const struct entity *e);
/* Report the outcome of a write: data changed and a toast, or the error. */
bool app_done(struct app *app, enum status st, const struct error *err, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* May the person do this to such records at all? Says why not: before a form is filled in for nothing. */
bool app_may(struct app *app, const struct entity *e, enum action action);

/* Open things by what they are. */
void app_open_record(struct app *app, const struct entity *e, int64_t num);
void app_open_list(struct app *app, const struct entity *e, const char *filter, const char *title);

#endif
