#include "tui/view/remind.h"

#include <stdio.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/crm/query.h"
#include "core/crm/store.h"

void remind_check(struct app *app, int64_t *since)
{
	int64_t now = clock_now();
	char filter[160], from[32], to[32];
	struct rowset *rs;
	struct record *r;
	if (!core_signed_in(app->core))
		return;
	(void)snprintf(filter, sizeof filter, "owner:me status:planned remind_at>%s remind_at<=%s", clock_format_instant(*since, from),
		clock_format_instant(now, to));
	*since = now;
	struct query q = {.entity = model_entity(app->core->model, "activities"), .filter = filter};
	if (rowset_open(app->core, &q, &rs, NULL, NULL) != ST_OK)
		return;
	(void)rowset_pump(rs, 5);
	int64_t n = rowset_count(rs);
	struct arena *a = arena_new();
	if (n && store_load_num(app->core, q.entity, rowset_at(rs, 0), a, &r, NULL) == ST_OK) {
		const char *title = store_title(app->core, q.entity, &r->id, a);
		const char *who = record_format(app->core, r, entity_field(q.entity, "contact"), a);
		ui_toast(app->ui, TOAST_WARN, n > 1 ? _("Reminder: %s %s (and %lld more)") : _("Reminder: %s %s"), title, who,
			(long long)(n - 1));
		term_bell(app->term);
	}
	arena_free(&a);
	rowset_free(&rs);
}
