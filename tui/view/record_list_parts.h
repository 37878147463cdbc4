/* The insides of a record list, shared by its two files only. */
#ifndef TUI_VIEW_RECORD_LIST_PARTS_H
#define TUI_VIEW_RECORD_LIST_PARTS_H

#include "core/crm/query.h"
#include "tui/app.h"
#include "tui/view/card.h"
#include "tui/view/views.h"
#include "tui/widget/list.h"

struct record_list {
	struct screen screen;
	struct app *app;
	const struct entity *entity;
	char *filter; /* in force */
	bool deleted; /* the deleted records are shown */
	char *sort, *title;
	char contexts[80];
	struct rowset *rows;
	struct columns *cells;
	struct arena *names; /* column names */
	struct list list;
	struct list_column columns[LIST_COLUMNS];
	int n_columns;
	bool has_status; /* the cells have one column more: the status */
	uint32_t pump_timer, card_timer;
	struct card *card;
	bool show_card, card_fits;
	int64_t last_found;
	struct error problem; /* of a filter given with a command */
	int64_t seen;
};


/* record_list.c */
char *record_list_setting(struct record_list *l, struct arena *a, const char *what); /* name of a setting of this list */
void record_list_apply(struct record_list *l, const char *filter, bool restart);
void record_list_sort(struct record_list *l, const char *field, bool down);
void record_list_show_sort(struct record_list *l);
void record_list_choose_columns(struct record_list *l);

/* record_list_choices.c: what is chosen from a picker. */
void record_list_pick_sort(struct record_list *l);
void record_list_pick_columns(struct record_list *l);
void record_list_pick_view(struct record_list *l);
void record_list_use_view(struct record_list *l, const struct saved_view *v);
void record_list_use_view_at(struct record_list *l, int position); /* from 1 */
void record_list_save_view(struct record_list *l);
void record_list_export(struct record_list *l);

#endif
