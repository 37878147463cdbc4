#include "tui/view/cells.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"

enum role tone_role(const char *tone)
{
	static const struct {
		const char *tone;
		enum role role;
	} roles[] = {{"ok", ROLE_OK}, {"warn", ROLE_WARN}, {"error", ROLE_ERROR}, {"dim", ROLE_DIM}};
	for (size_t i = 0; tone && i < sizeof roles / sizeof *roles; i++)
		if (strcmp(roles[i].tone, tone) == 0)
			return roles[i].role;
	return ROLE_TEXT;
}

enum { DAY_SECONDS = 86400, LONG_DAYS = 2 }; /* from two days on a duration is told in days */

static bool overdue(const struct field *f, const struct value *v)
{
	int64_t day;
	if (f->alias && strcmp(f->alias, "due") == 0)
		return v->kind == VAL_INT && v->i < clock_now();
	if (f->alias && strcmp(f->alias, "next") == 0)
		return v->kind == VAL_INT && v->i < clock_now();
	if (strcmp(f->name, "expected_close_date") == 0)
		return v->kind == VAL_TEXT && clock_parse_iso_date(v->s, &day) && day < clock_today();
	return false;
}

bool cell_status_is_over(const char *status)
{
	return status && strcmp(status, "open") != 0 && strcmp(status, "planned") != 0;
}

void cell_of(const struct field *f, const struct value *v, const char *text, struct arena *a, struct list_cell *out)
{
	out->role = ROLE_TEXT;
	if (v->kind == VAL_NULL && (!text || !*text)) {
		out->text = "—";
		out->role = ROLE_DIM;
		return;
	}
	out->text = text;
	if (f->type == FT_ENUM && v->kind == VAL_TEXT)
		for (const struct choice *ch = f->choices; ch && ch->value; ch++)
			if (strcmp(ch->value, v->s) == 0)
				out->role = tone_role(ch->tone);
	if (f->type == FT_DURATION && v->kind == VAL_INT && v->i >= LONG_DAYS * DAY_SECONDS)
		out->text = arena_printf(a, _("%lld d"), (long long)(v->i / DAY_SECONDS));
	if (f->type == FT_MONEY && v->kind == VAL_INT && v->i < 0)
		out->role = ROLE_MONEY_NEG;
	if (overdue(f, v))
		out->role = ROLE_OVERDUE;
}
