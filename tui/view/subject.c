#include "tui/view/subject.h"

#include <stdlib.h>

#include "core/base/i18n.h"
#include "tui/view/board.h"
#include "tui/view/document_view.h"
#include "tui/view/lines_screen.h"
#include "tui/view/record_list.h"
#include "tui/view/record_view.h"

static bool one(struct subject *out, const struct entity *e, int64_t num)
{
	if (!num)
		return false;
	out->entity = e;
	out->n = 1;
	out->nums = mem_array(1, sizeof *out->nums);
	out->nums[0] = num;
	return true;
}

bool subject_get(struct screen *s, struct subject *out)
{
	const struct entity *e = NULL;
	*out = (struct subject){0};
	if (record_list_subject(s, out))
		return true;
	subject_free(out); /* an empty list */
	if (board_subject(s, out))
		return true;
	int64_t num = record_view_subject(s, &e);
	if (!num)
		num = document_view_subject(s, &e);
	if (!num)
		num = lines_screen_subject(s, &e);
	if (one(out, e, num))
		return true;
	ui_toast(s->ui, TOAST_INFO, "%s", _("Select a record first."));
	return false;
}

int64_t subject_selected(struct screen *s, const struct entity **e)
{
	int64_t num = record_list_selected(s, e);
	if (!num)
		num = record_view_subject(s, e);
	if (!num)
		num = document_view_subject(s, e);
	return num ? num : lines_screen_subject(s, e);
}

void subject_free(struct subject *s)
{
	free(s->nums);
	*s = (struct subject){0};
}
