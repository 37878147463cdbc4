/* What is special about single entities, called by the one door (store.c). See struct entity for the contract. */
#ifndef CORE_CRM_HOOKS_H
#define CORE_CRM_HOOKS_H

#include "core/base/error.h"

struct record;
struct txn;

void hook_contact_derive(struct record *r);
void hook_name_derive(struct record *r); /* sort_key from name or title */
void hook_user_derive(struct record *r);
void hook_email_derive(struct record *r);
void hook_phone_derive(struct record *r);

enum status hook_contact_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_company_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_deal_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_activity_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_custom_field_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_filter_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_user_check(struct txn *t, const struct record *old, struct record *now, struct error *err);

enum status hook_webhook_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_sender_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_template_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_rights_check(struct txn *t, const struct record *old, struct record *now, struct error *err);

/* What may not go: the person who acts; a stage or pipeline that has deals. */
enum status hook_user_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_role_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_stage_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_pipeline_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_deal_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_activity_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_team_check(struct txn *t, const struct record *old, struct record *now, struct error *err);
enum status hook_tag_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err);
enum status hook_custom_field_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err);

/* How many records a smart list selects now. */
struct core;
struct value;
void hook_sender_verdict(struct core *c, const struct record *r, struct value *out); /* what a look-up of its domain said, in the language in use */
void hook_activity_what(struct core *c, const struct record *r, struct value *out); /* "Call"; of a mail also what became of it */
void hook_smart_list_count(struct core *c, const struct record *r, struct value *out);

#endif
