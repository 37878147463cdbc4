/* Choosing a password: judged when it is first typed, then asked once more. */
#ifndef TUI_VIEW_NEW_PASSWORD_H
#define TUI_VIEW_NEW_PASSWORD_H

#include "tui/app.h"

struct new_password {
	enum status (*judge)(void *arg, const char *password, struct error *err); /* may it be chosen? */
	enum status (*take)(void *arg, const char *password, struct error *err);  /* typed twice alike */
	void (*done)(void *arg, bool taken); /* once; false: given up at the first question, or everything closes */
	bool quits;                          /* as in struct prompt_spec */
	void *arg;
};

void new_password_ask(struct app *app, const struct new_password *spec);

#endif
