/* What a person does to records, from a list, a board or an open record: make, edit, delete, tag, merge, undo. */
#ifndef TUI_VIEW_ACTIONS_H
#define TUI_VIEW_ACTIONS_H

#include "tui/cmd/command.h"

void action_new(const struct command_call *call);
void action_edit(const struct command_call *call);
void action_edit_field(const struct command_call *call); /* one field, of all marked */
void action_delete(const struct command_call *call);
void action_restore(const struct command_call *call); /* the deleted ones of the selected or marked */
void action_deleted(const struct command_call *call); /* the deleted records of this kind, or of the one in the argument */
void action_tag(const struct command_call *call);
void action_assign(const struct command_call *call);
void action_history(const struct command_call *call);
void action_copy(const struct command_call *call);
void action_won(const struct command_call *call);
void action_lost(const struct command_call *call);
void action_stage(const struct command_call *call);
void action_merge(const struct command_call *call);
void action_undo(const struct command_call *call);
void action_redo(const struct command_call *call);

#endif
