/* The static descriptors, one per entity. Only model.c and the descriptor files include this. */
#ifndef CORE_MODEL_CATALOGUE_H
#define CORE_MODEL_CATALOGUE_H

#include "core/model/entity.h"

#define ENTITY_FIELDS(array) .fields = (array), .n_fields = (int)(sizeof(array) / sizeof *(array))

extern const struct entity entity_organizations, entity_teams, entity_users, entity_companies, entity_contacts,
	entity_contact_emails, entity_contact_phones, entity_addresses, entity_contact_companies, entity_tags,
	entity_taggings, entity_pipelines, entity_stages, entity_lost_reasons, entity_deals, entity_deal_contacts,
	entity_deal_lines, entity_deal_stage_history, entity_activities, entity_activity_participants, entity_products,
	entity_prices, entity_custom_fields, entity_saved_views, entity_smart_lists, entity_roles, entity_role_permissions,
	entity_field_permissions, entity_webhooks, entity_senders, entity_templates, entity_email_logs, entity_billing_accounts,
	entity_quotes, entity_quote_lines, entity_invoices, entity_invoice_lines, entity_payments, entity_refunds, entity_disputes,
	entity_payment_intents, entity_payment_methods, entity_subscriptions;

#endif
