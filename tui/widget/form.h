/* The form: labelled fields in groups, edited in place.
 *
 * Tab, arrows and Enter go from field to field, the last Enter to the buttons; F2 or C-s saves from anywhere; Esc leaves, and
 * asks when something was changed. A choice or a reference opens a picker of the owner's (Enter, Space, F4, or a letter
 * typed). A field of several lines opens the text screen, and from there $EDITOR. What is wrong with a field stands below
 * it; the form checks a field when it is left and all of them on saving. Values are text; what they mean is the owner's
 * business (core/model parses and formats).
 *
 *     static const struct form_field fields[] = {
 *             {"name", N_("Name"), N_("Person"), NULL, FORM_TEXT, FORM_REQUIRED, 200},
 *             {"stage", N_("Stage"), N_("Deal"), NULL, FORM_CHOICE, 0, 0}, …
 *     };
 *     form_open(ui, &(struct form_spec){.title = _("New deal"), .fields = fields, .count = 2, .submit = save, …});
 *
 * submit() returns ST_OK and calls form_close() itself (it may push something else first), or an error whose `field` is the
 * id of the field to point at.
 */
#ifndef TUI_WIDGET_FORM_H
#define TUI_WIDGET_FORM_H

#include "core/base/error.h"
#include "tui/ui/ui.h"

#include <stdbool.h>

enum form_kind {
	FORM_TEXT,
	FORM_MULTILINE,
	FORM_CHOICE, /* only what pick() sets */
	FORM_CHECK,  /* "1" or "" */
	FORM_SECRET,
};

enum form_flag {
	FORM_REQUIRED = 1,
	FORM_READONLY = 2,
	FORM_PICK = 4, /* text that F4 can pick too (a date, a reference) */
};

struct form_field {
	const char *id;
	const char *label, *group, *help; /* marked with N_(), translated when shown; group and help may be NULL */
	enum form_kind kind;
	unsigned flags;
	size_t max; /* bytes; 0: no limit of its own */
};

struct form;

struct form_spec {
	const char *title;
	const struct form_field *fields; /* must outlive the form */
	int count;
	const char *const *values;       /* one per field, NULL for empty; NULL: all empty. Copied */
	bool unsaved;                    /* what it opens with is saved nowhere yet: leaving asks */
	const char *submit_label;        /* NULL: "Save" */
	const char *contexts;            /* of commands, "form" among them; NULL: "form" */
	/* Check one value; called for blank ones too, after the required check. May be NULL. */
	enum status (*validate)(void *arg, struct form *f, int field, const char *text, struct error *err);
	/* Open a picker for the field, `typed` narrowing it ("" mostly); form_set() later. */
	void (*pick)(void *arg, struct form *f, int field, const char *typed);
	/* What a choice's value looks like; NULL: as it is. */
	const char *(*shown)(void *arg, struct form *f, int field, const char *value, struct arena *a);
	enum status (*submit)(void *arg, struct form *f, struct error *err);
	void (*changed)(void *arg, struct form *f, int field); /* a value changed and was left, or
	                                                             * rests for 2 s: keep a draft. May be NULL */
	void (*closed)(void *arg, bool saved);                 /* the person leaves the form. May be NULL */
	void (*freed)(void *arg);                              /* nothing of the form is used any more, however it went. May be NULL */
	void *arg;
};

struct form *form_open(struct ui *ui, const struct form_spec *spec);
void form_close(struct form *f); /* from submit(), or when its record has gone */

const char *form_get(struct form *f, int field); /* valid until the value changes */
const char *form_get_id(struct form *f, const char *id); /* "" when there is no such field */
int form_find(const struct form *f, const char *id);     /* -1 when there is none */
void form_set(struct form *f, int field, const char *value);
void form_fail(struct form *f, int field, const char *message); /* NULL takes it away; the first failing field gets the focus */
void form_focus(struct form *f, int field);
bool form_changed(const struct form *f);
struct screen *form_screen(struct form *f);

#endif
