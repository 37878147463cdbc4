/* The exports of other programs, as their own files and documentation name the columns.
 *
 * Only what the dictionary (preset_alias.c) would not know, or would read differently, needs a line here: a preset's
 * unmapped columns go through the dictionary. Between presets that fit, more signature columns win, then the earlier one.
 */
#include "core/crm/io/preset_table.h"

#include <stddef.h>

/* clang-format off */
static const struct preset_map hubspot_contacts[] = {
	{"Record ID", "external_id", NULL}, {"First Name", "first_name", NULL}, {"Last Name", "last_name", NULL},
	{"Email", "emails", NULL}, {"Additional email addresses", "emails", "other"}, {"Work email", "emails", "work"},
	{"Phone Number", "phones", "work"}, {"Phone", "phones", "work"}, {"Mobile Phone Number", "phones", "mobile"}, {"mobilephone", "phones", "mobile"},
	{"Fax Number", "phones", "fax"}, {"Job Title", "job_title", NULL}, {"Company Name", "company", NULL}, {"company", "company", NULL},
	{"Associated Company", "company", NULL}, {"Associated Company IDs (Primary)", "company", "id"}, {"Associated Company IDs", "company", "id"},
	{"Contact owner", "owner", NULL}, {"hubspot_owner_id", "owner", "id"}, {"Lifecycle Stage", "lifecycle_stage", NULL},
	{"Lead Status", "lead_status", NULL}, {"hs_lead_status", "lead_status", NULL}, {"Create Date", "created_at", NULL},
	{"Last Activity Date", "last_contacted_at", NULL}, {"Last Contacted", "last_contacted_at", NULL}, {"Original Source", "source", NULL},
	{"Original Traffic Source", "source", NULL}, {"Original Source Type", "source", NULL},
	{"Website URL", "website", NULL}, {"Street Address", "street", "work"}, {"Address", "street", "work"}, {"City", "city", "work"},
	{"State/Region", "region", "work"}, {"State", "region", "work"}, {"Postal Code", "postal_code", "work"}, {"Zip", "postal_code", "work"},
	{"Country/Region", "country", "work"}, {"Country", "country", "work"}, {"Date of birth", "birthday", NULL},
	{"hs_email_optout", "do_not_email", NULL}, {"Unsubscribed from all email", "do_not_email", NULL},
	{"Preferred language", "language", NULL}, {"hs_language", "language", NULL}, {"Message", "description", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map hubspot_companies[] = {
	{"Record ID", "external_id", NULL}, {"Company name", "name", NULL}, {"Company Domain Name", "domain", NULL}, {"Domain", "domain", NULL},
	{"Company owner", "owner", NULL}, {"Industry", "industry", NULL}, {"Create Date", "created_at", NULL},
	{"Number of Employees", "employees", NULL}, {"Annual Revenue", "annual_revenue", NULL}, {"Phone Number", "phone", NULL},
	{"Street Address", "street", "work"}, {"Street Address 2", "street2", "work"}, {"City", "city", "work"}, {"State/Region", "region", "work"},
	{"Postal Code", "postal_code", "work"}, {"Country/Region", "country", "work"}, {"Website URL", "website", NULL}, {"Type", "type", NULL},
	{"Parent Company", "parent", NULL}, {"LinkedIn Company Page", "linkedin_url", NULL}, {"About Us", "description", NULL},
	{"Description", "description", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map hubspot_deals[] = {
	{"Record ID", "external_id", NULL}, {"Deal Name", "title", NULL}, {"Deal Stage", "stage", NULL}, {"Pipeline", "pipeline", NULL},
	{"Close Date", "expected_close_date", NULL}, {"Deal owner", "owner", NULL}, {"hubspot_owner_id", "owner", "id"}, {"Amount", "value", NULL},
	{"Currency", "currency", NULL}, {"Deal currency code", "currency", NULL}, {"Create Date", "created_at", NULL},
	{"Associated Company", "company", NULL}, {"Associated Company (Primary)", "company", NULL}, {"Associated Company IDs (Primary)", "company", "id"},
	{"Associated Company IDs", "company", "id"}, {"Associated Contact", "contact", NULL}, {"Associated Contact IDs", "contact", "id"},
	{"hs_next_step", "next_step", NULL}, {"Next step", "next_step", NULL}, {"closed_lost_reason", "lost_reason", NULL},
	{"Closed Lost Reason", "lost_reason", NULL}, {"Deal probability", "probability", NULL}, {"Deal Description", "description", NULL},
	{"Original Source Type", "source", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map hubspot_notes[] = {
	{"Activity date", "start_at", NULL}, {"Note body", "body", NULL}, {"Associated Contact", "contact", NULL}, {"Associated Contact IDs", "contact", "id"},
	{"Associated Company", "company", NULL}, {"Associated Company IDs", "company", "id"}, {"Associated Deal", "deal", NULL},
	{"Associated Deal IDs", "deal", "id"}, {"Activity assigned to", "owner", NULL}, {"Record ID", "external_id", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map pipedrive_activities[] = {
	{"Activity - Subject", "subject", NULL}, {"Activity - Type", "type", NULL}, {"Activity - Due date", "due_at", NULL},
	{"Activity - Due time", "due_at", "time"}, {"Activity - Duration", "duration_s", NULL}, {"Activity - Done", "status", NULL},
	{"Activity - Status", "status", NULL}, {"Activity - Note", "body", NULL}, {"Activity - Public description", "body", NULL},
	{"Activity - Assigned to user", "owner", NULL}, {"Activity - ID", "external_id", NULL}, {"Activity - Pipedrive System ID", "external_id", NULL},
	{"Deal - Title", "deal", NULL}, {"Person - Name", "contact", NULL}, {"Organization - Name", "company", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map pipedrive_deals[] = {
	{"Deal - Title", "title", NULL}, {"Deal - Value", "value", NULL}, {"Deal - Currency of value", "currency", NULL}, {"Deal - Currency", "currency", NULL},
	{"Organization", "company", NULL}, {"Organization - Name", "company", NULL}, {"Deal - Organization", "company", NULL},
	{"Contact person", "contact", NULL}, {"Person - Name", "contact", NULL}, {"Deal - Contact person", "contact", NULL},
	{"Deal - Owner", "owner", NULL}, {"Deal - Pipeline", "pipeline", NULL}, {"Deal - Stage", "stage", NULL}, {"Deal - Stage (pipeline)", "stage", NULL},
	{"Deal - Status", "status", NULL}, {"Deal - Status (Open/Won/Lost)", "status", NULL}, {"Deal - Probability", "probability", NULL},
	{"Deal - Expected close date", "expected_close_date", NULL}, {"Deal - Won time", "won_at", NULL}, {"Deal - Lost time", "lost_at", NULL},
	{"Deal - Lost reason", "lost_reason", NULL}, {"Deal - Creation date", "created_at", NULL}, {"Deal - Deal created", "created_at", NULL},
	{"Deal - Label", "tags", NULL}, {"Deal - Labels", "tags", NULL}, {"Deal - Source origin", "source", NULL}, {"Deal - Source channel", "source", NULL},
	{"Deal - Pipedrive System ID", "external_id", NULL}, {"Deal - ID", "external_id", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map pipedrive_products[] = {
	{"Product - Name", "name", NULL}, {"Product - Product code", "sku", NULL}, {"Product - Code", "sku", NULL}, {"Product - Unit", "unit", NULL},
	{"Product - Price", "price", NULL}, {"Product - Unit prices", "price", NULL}, {"Product - Currency", "currency", NULL},
	{"Product - Description", "description", NULL}, {"Product - Category", "category", NULL}, {"Product - Active", "active", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map pipedrive_persons[] = {
	{"Person - Name", "full_name", NULL}, {"Person - First name", "first_name", NULL}, {"Person - Last name", "last_name", NULL},
	{"Person - Email (Work)", "emails", "work"}, {"Person - Email (Home)", "emails", "home"}, {"Person - Email (Other)", "emails", "other"},
	{"Person - Email", "emails", NULL}, {"Person - Phone (Work)", "phones", "work"}, {"Person - Phone (Home)", "phones", "home"},
	{"Person - Phone (Mobile)", "phones", "mobile"}, {"Person - Phone (Other)", "phones", "other"}, {"Person - Phone", "phones", NULL},
	{"Person - Label", "tags", NULL}, {"Person - Labels", "tags", NULL}, {"Person - Owner", "owner", NULL}, {"Person - Creation date", "created_at", NULL},
	{"Person - Person created", "created_at", NULL}, {"Person - ID", "external_id", NULL}, {"Person - Pipedrive System ID", "external_id", NULL},
	{"Person - Job title", "job_title", NULL}, {"Person - Birthday", "birthday", NULL}, {"Person - Notes", "description", NULL},
	{"Person - Postal address", "street", "work"}, {"Person - Marketing status", "do_not_email", NULL},
	{"Person - Organization", "company", NULL}, {"Organization - Name", "company", NULL}, {"Organization", "company", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map pipedrive_organizations[] = {
	{"Organization - Name", "name", NULL}, {"Organization - Address", "street", "work"}, {"Organization - Address - Street/road name of Address", NULL, NULL},
	{"Organization - Street/road name of Address", NULL, NULL}, {"Organization - ZIP/Postal code of Address", "postal_code", "work"},
	{"Organization - Address - ZIP/Postal code of Address", "postal_code", "work"}, {"Organization - City/town/village/locality of Address", "city", "work"},
	{"Organization - Address - City/town/village/locality of Address", "city", "work"}, {"Organization - State/county of Address", "region", "work"},
	{"Organization - Country of Address", "country", "work"}, {"Organization - Address - Country of Address", "country", "work"},
	{"Organization - Owner", "owner", NULL}, {"Organization - Label", "tags", NULL}, {"Organization - Labels", "tags", NULL},
	{"Organization - Creation date", "created_at", NULL}, {"Organization - Organization created", "created_at", NULL},
	{"Organization - ID", "external_id", NULL}, {"Organization - Pipedrive System ID", "external_id", NULL}, {"Organization - Website", "website", NULL},
	{"Organization - Industry", "industry", NULL}, {"Organization - Annual revenue", "annual_revenue", NULL},
	{"Organization - Number of employees", "employees", NULL}, {"Organization - LinkedIn profile", "linkedin_url", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map salesforce_contacts[] = {
	{"Id", "external_id", NULL}, {"Contact ID", "external_id", NULL}, {"AccountId", "company", "id"}, {"Account Name", "company", NULL}, {"OwnerId", "owner", "id"}, {"Contact Owner", "owner", NULL},
	{"LastName", "last_name", NULL}, {"FirstName", "first_name", NULL}, {"MiddleName", "middle_name", NULL}, {"Salutation", "salutation", NULL},
	{"Suffix", "suffix", NULL}, {"Title", "job_title", NULL}, {"Department", "department", NULL}, {"Email", "emails", NULL},
	{"Phone", "phones", "work"}, {"MobilePhone", "phones", "mobile"}, {"Mobile", "phones", "mobile"}, {"HomePhone", "phones", "home"}, {"OtherPhone", "phones", "other"},
	{"Fax", "phones", "fax"}, {"AssistantPhone", NULL, NULL}, {"Asst. Phone", NULL, NULL},
	{"MailingStreet", "street", "work"}, {"MailingCity", "city", "work"}, {"MailingState", "region", "work"}, {"Mailing State/Province", "region", "work"},
	{"MailingPostalCode", "postal_code", "work"}, {"Mailing Zip/Postal Code", "postal_code", "work"}, {"MailingCountry", "country", "work"},
	{"OtherStreet", "street", "other"}, {"OtherCity", "city", "other"}, {"OtherState", "region", "other"}, {"Other State/Province", "region", "other"},
	{"OtherPostalCode", "postal_code", "other"}, {"Other Zip/Postal Code", "postal_code", "other"}, {"OtherCountry", "country", "other"},
	{"LeadSource", "source", NULL}, {"Birthdate", "birthday", NULL}, {"Description", "description", NULL}, {"CreatedDate", "created_at", NULL},
	{"LastActivityDate", "last_contacted_at", NULL}, {"Last Activity", "last_contacted_at", NULL}, {"HasOptedOutOfEmail", "do_not_email", NULL}, {"DoNotCall", "do_not_call", NULL},
	{"Email Opt Out", "do_not_email", NULL}, {"Name", NULL, NULL}, {NULL, NULL, NULL},
};
static const struct preset_map salesforce_leads[] = {
	{"Id", "external_id", NULL}, {"Lead ID", "external_id", NULL}, {"LastName", "last_name", NULL}, {"FirstName", "first_name", NULL}, {"Salutation", "salutation", NULL},
	{"Company", "company", NULL}, {"Company / Account", "company", NULL}, {"Title", "job_title", NULL}, {"Email", "emails", NULL}, {"Phone", "phones", "work"},
	{"MobilePhone", "phones", "mobile"}, {"Mobile", "phones", "mobile"}, {"Fax", "phones", "fax"}, {"Street", "street", "work"}, {"City", "city", "work"},
	{"State", "region", "work"}, {"State/Province", "region", "work"}, {"PostalCode", "postal_code", "work"}, {"Zip/Postal Code", "postal_code", "work"},
	{"Country", "country", "work"}, {"Website", "website", NULL}, {"Status", "lead_status", NULL}, {"Lead Status", "lead_status", NULL},
	{"LeadSource", "source", NULL}, {"OwnerId", "owner", "id"}, {"Lead Owner", "owner", NULL}, {"Description", "description", NULL},
	{"CreatedDate", "created_at", NULL}, {"LastActivityDate", "last_contacted_at", NULL}, {"HasOptedOutOfEmail", "do_not_email", NULL},
	{"DoNotCall", "do_not_call", NULL}, {"Name", NULL, NULL}, {NULL, NULL, NULL},
};
static const struct preset_map salesforce_accounts[] = {
	{"Id", "external_id", NULL}, {"Account ID", "external_id", NULL}, {"Name", "name", NULL}, {"Account Name", "name", NULL}, {"Type", "type", NULL}, {"ParentId", "parent", "id"},
	{"Parent Account", "parent", NULL}, {"BillingStreet", "street", "work"}, {"BillingCity", "city", "work"}, {"BillingState", "region", "work"},
	{"Billing State/Province", "region", "work"}, {"BillingPostalCode", "postal_code", "work"}, {"Billing Zip/Postal Code", "postal_code", "work"},
	{"BillingCountry", "country", "work"}, {"ShippingStreet", "street", "other"}, {"ShippingCity", "city", "other"}, {"ShippingState", "region", "other"},
	{"ShippingPostalCode", "postal_code", "other"}, {"ShippingCountry", "country", "other"}, {"Phone", "phone", NULL}, {"Website", "website", NULL},
	{"Industry", "industry", NULL}, {"AnnualRevenue", "annual_revenue", NULL}, {"NumberOfEmployees", "employees", NULL}, {"Employees", "employees", NULL},
	{"OwnerId", "owner", "id"}, {"Account Owner", "owner", NULL}, {"Description", "description", NULL}, {"CreatedDate", "created_at", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map salesforce_opportunities[] = {
	{"Id", "external_id", NULL}, {"Opportunity ID", "external_id", NULL}, {"AccountId", "company", "id"}, {"Account Name", "company", NULL}, {"Name", "title", NULL},
	{"Opportunity Name", "title", NULL}, {"Description", "description", NULL}, {"StageName", "stage", NULL}, {"Stage", "stage", NULL}, {"Amount", "value", NULL},
	{"Amount Currency", "currency", NULL}, {"CurrencyIsoCode", "currency", NULL}, {"Probability", "probability", NULL}, {"Probability (%)", "probability", NULL},
	{"ExpectedRevenue", NULL, NULL}, {"Expected Revenue", NULL, NULL}, {"CloseDate", "expected_close_date", NULL}, {"NextStep", "next_step", NULL},
	{"LeadSource", "source", NULL}, {"OwnerId", "owner", "id"}, {"Opportunity Owner", "owner", NULL}, {"CreatedDate", "created_at", NULL},
	{"ContactId", "contact", "id"}, {"Primary Contact", "contact", NULL}, {"Loss Reason", "lost_reason", NULL}, {"Type", NULL, NULL}, {NULL, NULL, NULL},
};
static const struct preset_map google_contacts[] = {
	{"First Name", "first_name", NULL}, {"Middle Name", "middle_name", NULL}, {"Last Name", "last_name", NULL}, {"Name Prefix", "salutation", NULL},
	{"Name Suffix", "suffix", NULL}, {"Nickname", "nickname", NULL}, {"File As", NULL, NULL}, {"Organization Name", "company", NULL},
	{"Organization Title", "job_title", NULL}, {"Organization Department", "department", NULL}, {"Birthday", "birthday", NULL}, {"Notes", "description", NULL},
	{"Labels", "tags", NULL}, {"E-mail # - Value", "emails", "@E-mail # - Label"}, {"Phone # - Value", "phones", "@Phone # - Label"},
	{"Address # - Street", "street", "@Address # - Label"}, {"Address # - Extended Address", "street2", "@Address # - Label"},
	{"Address # - City", "city", "@Address # - Label"}, {"Address # - Region", "region", "@Address # - Label"},
	{"Address # - Postal Code", "postal_code", "@Address # - Label"}, {"Address # - Country", "country", "@Address # - Label"},
	{"Address # - Formatted", NULL, NULL}, {"Address # - PO Box", NULL, NULL}, {"Website # - Value", "website", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map google_contacts_old[] = {
	{"Name", "full_name", NULL}, {"Given Name", "first_name", NULL}, {"Additional Name", "middle_name", NULL}, {"Family Name", "last_name", NULL},
	{"Name Prefix", "salutation", NULL}, {"Name Suffix", "suffix", NULL}, {"Nickname", "nickname", NULL}, {"Birthday", "birthday", NULL},
	{"Notes", "description", NULL}, {"Language", "language", NULL}, {"Group Membership", "tags", NULL}, {"Occupation", NULL, NULL}, {"Location", NULL, NULL},
	{"Gender", NULL, NULL}, {"Short Name", NULL, NULL}, {"Maiden Name", NULL, NULL}, {"Subject", NULL, NULL}, {"Priority", NULL, NULL},
	{"E-mail # - Value", "emails", "@E-mail # - Type"}, {"Phone # - Value", "phones", "@Phone # - Type"}, {"Organization 1 - Name", "company", NULL},
	{"Organization 1 - Title", "job_title", NULL}, {"Organization 1 - Department", "department", NULL}, {"Address # - Formatted", NULL, NULL},
	{"Address # - PO Box", NULL, NULL}, {"Address # - Street", "street", "@Address # - Type"}, {"Address # - Extended Address", "street2", "@Address # - Type"},
	{"Address # - City", "city", "@Address # - Type"}, {"Address # - Region", "region", "@Address # - Type"},
	{"Address # - Postal Code", "postal_code", "@Address # - Type"}, {"Address # - Country", "country", "@Address # - Type"},
	{"Website # - Value", "website", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map outlook[] = {
	{"Display Name", "full_name", NULL}, {"First Name", "first_name", NULL}, {"Middle Name", "middle_name", NULL}, {"Last Name", "last_name", NULL},
	{"Title", "salutation", NULL}, {"Suffix", "suffix", NULL}, {"Initials", NULL, NULL}, {"Nickname", "nickname", NULL}, {"Web Page", "website", NULL},
	{"Birthday", "birthday", NULL}, {"Notes", "description", NULL}, {"E-mail Address", "emails", NULL}, {"E-mail # Address", "emails", NULL},
	{"Email Home", "emails", "home"}, {"Email Work", "emails", "work"}, {"Email Other", "emails", "other"},
	{"Primary Phone", "phones", "other"}, {"Home Phone", "phones", "home"}, {"Home Phone 2", "phones", "home"}, {"Mobile Phone", "phones", "mobile"}, {"Home Mobile", "phones", "mobile"},
	{"Business Phone", "phones", "work"}, {"Business Phone 2", "phones", "work"}, {"Company Main Phone", "phones", "work"}, {"Business Fax", "phones", "fax"},
	{"Home Fax", "phones", "fax"}, {"Other Fax", "phones", "fax"}, {"Other Phone", "phones", "other"}, {"Pager", "phones", "other"},
	{"Home Street", "street", "home"}, {"Home Street 2", "street2", "home"}, {"Home City", "city", "home"}, {"Home State", "region", "home"},
	{"Home Postal Code", "postal_code", "home"}, {"Home Zip", "postal_code", "home"}, {"Home Country", "country", "home"}, {"Home Country/Region", "country", "home"},
	{"Company", "company", NULL}, {"Job Title", "job_title", NULL}, {"Department", "department", NULL},
	{"Business Street", "street", "work"}, {"Business Street 2", "street2", "work"}, {"Business City", "city", "work"}, {"Work City", "city", "work"},
	{"Business State", "region", "work"}, {"Work State", "region", "work"}, {"Business Postal Code", "postal_code", "work"}, {"Work Zip", "postal_code", "work"},
	{"Business Country", "country", "work"}, {"Business Country/Region", "country", "work"}, {"Work Country", "country", "work"},
	{"Other Street", "street", "other"}, {"Other City", "city", "other"}, {"Other State", "region", "other"}, {"Other Postal Code", "postal_code", "other"},
	{"Other Zip", "postal_code", "other"}, {"Other Country", "country", "other"}, {"Other Country/Region", "country", "other"},
	{"Categories", "tags", NULL}, {"Language", "language", NULL}, {"Location", NULL, NULL}, {NULL, NULL, NULL},
};
static const struct preset_map thunderbird[] = {
	{"First Name", "first_name", NULL}, {"Last Name", "last_name", NULL}, {"Display Name", "full_name", NULL}, {"Nickname", "nickname", NULL},
	{"Primary Email", "emails", NULL}, {"Secondary Email", "emails", "other"}, {"Work Phone", "phones", "work"}, {"Home Phone", "phones", "home"},
	{"Fax Number", "phones", "fax"}, {"Pager Number", "phones", "other"}, {"Mobile Number", "phones", "mobile"}, {"Home Address", "street", "home"},
	{"Home Address 2", "street2", "home"}, {"Home City", "city", "home"}, {"Home State", "region", "home"}, {"Home ZipCode", "postal_code", "home"},
	{"Home Country", "country", "home"}, {"Work Address", "street", "work"}, {"Work Address 2", "street2", "work"}, {"Work City", "city", "work"},
	{"Work State", "region", "work"}, {"Work ZipCode", "postal_code", "work"}, {"Work Country", "country", "work"}, {"Job Title", "job_title", NULL},
	{"Department", "department", NULL}, {"Organization", "company", NULL}, {"Web Page 1", "website", NULL}, {"Birth Year", "birthday", "year"},
	{"Birth Month", "birthday", "month"}, {"Birth Day", "birthday", "day"}, {"Notes", "description", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map zoho_leads[] = {
	{"Record Id", "external_id", NULL}, {"Lead Id", "external_id", NULL}, {"Lead Name", "full_name", NULL}, {"Full Name", "full_name", NULL}, {"First Name", "first_name", NULL},
	{"Last Name", "last_name", NULL}, {"Lead Owner", "owner", NULL}, {"Lead Owner.id", "owner", "id"}, {"Company", "company", NULL}, {"Title", "job_title", NULL},
	{"Email", "emails", NULL}, {"Secondary Email", "emails", "other"}, {"Phone", "phones", "work"}, {"Mobile", "phones", "mobile"}, {"Fax", "phones", "fax"},
	{"Website", "website", NULL}, {"Lead Source", "source", NULL}, {"Lead Status", "lead_status", NULL}, {"Description", "description", NULL},
	{"Email Opt Out", "do_not_email", NULL}, {"Street", "street", "work"}, {"City", "city", "work"}, {"State", "region", "work"}, {"Zip Code", "postal_code", "work"},
	{"Country", "country", "work"}, {"Created Time", "created_at", NULL}, {"Last Activity Time", "last_contacted_at", NULL}, {"Tag", "tags", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map zoho_contacts[] = {
	{"Record Id", "external_id", NULL}, {"Contact Name", "full_name", NULL}, {"Contact Owner", "owner", NULL}, {"Contact Owner.id", "owner", "id"},
	{"Account Name", "company", NULL}, {"Account Name.id", "company", "id"}, {"Title", "job_title", NULL}, {"Phone", "phones", "work"},
	{"Other Phone", "phones", "other"}, {"Secondary Email", "emails", "other"}, {"Date of Birth", "birthday", NULL}, {"Mailing Zip", "postal_code", "work"},
	{"Other Zip", "postal_code", "other"}, {"Created Time", "created_at", NULL}, {"Last Activity Time", "last_contacted_at", NULL}, {"Tag", "tags", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map zoho_accounts[] = {
	{"Record Id", "external_id", NULL}, {"Account Name", "name", NULL}, {"Account Owner", "owner", NULL}, {"Account Owner.id", "owner", "id"}, {"Parent Account", "parent", NULL},
	{"Account Type", "type", NULL}, {"Employees", "employees", NULL}, {"Billing Code", "postal_code", "work"}, {"Created Time", "created_at", NULL},
	{"Tag", "tags", NULL}, {"Ownership", NULL, NULL}, {NULL, NULL, NULL},
};
static const struct preset_map zoho_deals[] = {
	{"Record Id", "external_id", NULL}, {"Deal Name", "title", NULL}, {"Deal Owner", "owner", NULL}, {"Deal Owner.id", "owner", "id"}, {"Closing Date", "expected_close_date", NULL},
	{"Stage", "stage", NULL}, {"Amount", "value", NULL}, {"Account Name", "company", NULL}, {"Account Name.id", "company", "id"}, {"Contact Name", "contact", NULL},
	{"Contact Name.id", "contact", "id"}, {"Probability (%)", "probability", NULL}, {"Next Step", "next_step", NULL}, {"Lead Source", "source", NULL},
	{"Reason For Loss", "lost_reason", NULL}, {"Created Time", "created_at", NULL}, {"Tag", "tags", NULL}, {"Expected Revenue", NULL, NULL}, {"Type", NULL, NULL}, {NULL, NULL, NULL},
};
static const struct preset_map facebook_leads[] = {
	{"id", "external_id", NULL}, {"created_time", "created_at", NULL}, {"full_name", "full_name", NULL}, {"first_name", "first_name", NULL},
	{"last_name", "last_name", NULL}, {"email", "emails", NULL}, {"phone_number", "phones", "mobile"}, {"platform", "source", NULL},
	{"company_name", "company", NULL}, {"job_title", "job_title", NULL}, {"street_address", "street", "home"}, {"city", "city", "home"},
	{"state", "region", "home"}, {"zip_code", "postal_code", "home"}, {"post_code", "postal_code", "home"}, {"country", "country", "home"},
	{"date_of_birth", "birthday", NULL}, {"ad_id", NULL, NULL}, {"form_id", NULL, NULL}, {NULL, NULL, NULL},
};
static const struct preset_map google_ads_leads[] = {
	{"Lead ID", "external_id", NULL}, {"GCLID", NULL, NULL}, {"GCL ID", NULL, NULL}, {"Lead Email", "emails", NULL}, {"User Email", "emails", NULL},
	{"Lead Phone", "phones", "mobile"}, {"Phone Number", "phones", "mobile"}, {"User Phone", "phones", "mobile"}, {"Full name", "full_name", NULL},
	{"Conversion Time", "created_at", NULL}, {"Lead Submit Time", "created_at", NULL}, {"Company Name", "company", NULL}, {"Job Title", "job_title", NULL},
	{"Conversion Name", "source", NULL}, {"Postal Code", "postal_code", "home"}, {"City", "city", "home"}, {NULL, NULL, NULL},
};
static const struct preset_map espocrm_contacts[] = {
	{"id", "external_id", NULL}, {"firstName", "first_name", NULL}, {"lastName", "last_name", NULL}, {"salutationName", "salutation", NULL},
	{"emailAddress", "emails", NULL}, {"phoneNumber", "phones", NULL}, {"accountName", "company", NULL}, {"accountId", "company", "id"},
	{"assignedUserName", "owner", NULL}, {"assignedUserId", "owner", "id"}, {"title", "job_title", NULL}, {"addressStreet", "street", "work"},
	{"addressCity", "city", "work"}, {"addressState", "region", "work"}, {"addressPostalCode", "postal_code", "work"},
	{"addressCountry", "country", "work"}, {"doNotCall", "do_not_call", NULL}, {"createdAt", "created_at", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map odoo_leads[] = {
	{"id", "external_id", NULL}, {"name", "title", NULL}, {"Opportunity", "title", NULL}, {"partner_id", "company", NULL}, {"Customer", "company", NULL},
	{"company_name", "company", NULL}, {"partner_name", "company", NULL}, {"contact_name", "contact", NULL}, {"Contact Name", "contact", NULL},
	{"expected_revenue", "value", NULL}, {"Expected Revenue", "value", NULL}, {"stage_id", "stage", NULL}, {"Stage", "stage", NULL}, {"probability", "probability", NULL},
	{"date_deadline", "expected_close_date", NULL}, {"Expected Closing", "expected_close_date", NULL}, {"user_id", "owner", NULL}, {"Salesperson", "owner", NULL},
	{"lost_reason_id", "lost_reason", NULL}, {"Lost Reason", "lost_reason", NULL}, {"tag_ids", "tags", NULL}, {"Tags", "tags", NULL}, {"source_id", "source", NULL},
	{"description", "description", NULL}, {"create_date", "created_at", NULL}, {"Created on", "created_at", NULL}, {NULL, NULL, NULL},
};
static const struct preset_map odoo_contacts[] = {
	{"id", "external_id", NULL}, {"name", "full_name", NULL}, {"Name", "full_name", NULL}, {"Display Name", "full_name", NULL}, {"company_name", "company", NULL}, {"parent_id", "company", NULL},
	{"Related Company", "company", NULL}, {"function", "job_title", NULL}, {"Job Position", "job_title", NULL}, {"email", "emails", NULL}, {"phone", "phones", NULL},
	{"mobile", "phones", "mobile"}, {"street", "street", "work"}, {"street2", "street2", "work"}, {"city", "city", "work"}, {"zip", "postal_code", "work"},
	{"state_id", "region", "work"}, {"country_id", "country", "work"}, {"category_id", "tags", NULL}, {"Tags", "tags", NULL}, {"user_id", "owner", NULL},
	{"Salesperson", "owner", NULL}, {"comment", "description", NULL}, {"lang", "language", NULL}, {"is_company", NULL, NULL}, {NULL, NULL, NULL},
};
static const struct preset_map twenty_people[] = {
	{"Id", "external_id", NULL}, {"name.firstName", "first_name", NULL}, {"Name / First Name", "first_name", NULL}, {"name.lastName", "last_name", NULL}, {"Name / Last Name", "last_name", NULL},
	{"emails.primaryEmail", "emails", NULL}, {"Emails / Primary Email", "emails", NULL}, {"emails.additionalEmails", "emails", "other"},
	{"phones.primaryPhoneNumber", "phones", NULL}, {"Phones / Primary Phone Number", "phones", NULL}, {"company", "company", NULL}, {"jobTitle", "job_title", NULL},
	{"linkedinLink", "linkedin_url", NULL}, {"linkedinLink.primaryLinkUrl", "linkedin_url", NULL}, {"Linkedin / Link URL", "linkedin_url", NULL}, {"city", "city", "work"},
	{"createdAt", "created_at", NULL}, {NULL, NULL, NULL},
};

const struct import_preset preset_table[] = {
	{"hubspot-notes", "HubSpot notes", "activities", {"Activity date", "Note body"}, hubspot_notes},
	{"hubspot-deals", "HubSpot deals", "deals", {"Deal Name", "Deal Stage", "Pipeline"}, hubspot_deals},
	{"hubspot-contacts", "HubSpot contacts", "contacts", {"Record ID", "First Name", "Last Name", "Email"}, hubspot_contacts},
	{"hubspot-contacts", "HubSpot contacts", "contacts", {"First Name", "Last Name", "Email", "Lifecycle Stage"}, hubspot_contacts},
	{"hubspot-companies", "HubSpot companies", "companies", {"Record ID", "Company name", "Company Domain Name|Domain|Company owner"}, hubspot_companies},
	{"pipedrive-activities", "Pipedrive activities", "activities", {"Activity - Subject", "Activity - Type|Activity - Due date"}, pipedrive_activities},
	{"pipedrive-deals", "Pipedrive deals", "deals", {"Deal - Title", "Deal - Value|Deal - Stage|Deal - Status|Deal - Owner"}, pipedrive_deals},
	{"pipedrive-products", "Pipedrive products", "products", {"Product - Name", "Product - Product code|Product - Unit|Product - Price|Product - Unit prices"}, pipedrive_products},
	{"pipedrive-persons", "Pipedrive people", "contacts", {"Person - Name", "Person - Email|Person - Email (Work)|Person - Phone|Person - Phone (Work)|Person - ID|Person - Owner"}, pipedrive_persons},
	{"pipedrive-organizations", "Pipedrive organizations", "companies", {"Organization - Name", "Organization - Address|Organization - Owner|Organization - ID|Organization - Label|Organization - Labels|Organization - Pipedrive System ID"}, pipedrive_organizations},
	{"salesforce-contacts", "Salesforce contacts", "contacts", {"Id", "LastName", "FirstName", "AccountId", "Email"}, salesforce_contacts},
	{"salesforce-contacts", "Salesforce contacts", "contacts", {"First Name", "Last Name", "Account Name", "Mailing Street|Mailing City|Mailing State/Province|Mailing Country|Contact Owner|Contact ID"}, salesforce_contacts},
	{"salesforce-leads", "Salesforce leads", "contacts", {"Id", "LastName", "Company", "Status", "LeadSource|IsConverted"}, salesforce_leads},
	{"salesforce-leads", "Salesforce leads", "contacts", {"Last Name", "Company / Account", "Lead Status|Lead Owner|Lead Source"}, salesforce_leads},
	{"salesforce-accounts", "Salesforce accounts", "companies", {"Id", "Name", "BillingStreet|BillingCity|BillingCountry", "OwnerId|ParentId|Industry|Type"}, salesforce_accounts},
	{"salesforce-accounts", "Salesforce accounts", "companies", {"Account Name", "Account Owner", "Billing Street|Billing City|Billing State/Province|Billing Country"}, salesforce_accounts},
	{"salesforce-opportunities", "Salesforce opportunities", "deals", {"Id", "Name", "StageName", "CloseDate"}, salesforce_opportunities},
	{"salesforce-opportunities", "Salesforce opportunities", "deals", {"Opportunity Name", "Stage", "Close Date"}, salesforce_opportunities},
	{"google-contacts", "Google Contacts", "contacts", {"First Name", "Last Name", "Name Prefix", "File As", "Organization Name"}, google_contacts},
	{"google-contacts-old", "Google Contacts (old)", "contacts", {"Given Name", "Family Name", "Name Prefix", "Yomi Name|Group Membership|Short Name"}, google_contacts_old},
	{"outlook", "Outlook", "contacts", {"First Name", "Last Name", "E-mail Address", "Business Phone|Business Street|Home Phone|Mobile Phone|Company Main Phone"}, outlook},
	{"outlook", "Outlook (Roundcube)", "contacts", {"Display Name", "First Name", "Last Name", "Email Home|Email Work"}, outlook},
	{"thunderbird", "Thunderbird", "contacts", {"First Name", "Last Name", "Display Name", "Primary Email"}, thunderbird},
	{"zoho-leads", "Zoho leads", "contacts", {"Lead Owner", "Lead Source", "Lead Status", "Lead Name|Record Id|Lead Id"}, zoho_leads},
	{"zoho-contacts", "Zoho contacts", "contacts", {"Record Id", "Contact Owner", "Account Name"}, zoho_contacts},
	{"zoho-accounts", "Zoho accounts", "companies", {"Record Id", "Account Owner", "Account Name"}, zoho_accounts},
	{"zoho-deals", "Zoho deals", "deals", {"Deal Name", "Deal Owner", "Closing Date", "Stage"}, zoho_deals},
	{"facebook-leads", "Facebook leads", "contacts", {"created_time", "full_name|first_name", "form_name|form_id|ad_name|platform"}, facebook_leads},
	{"google-ads-leads", "Google Ads leads", "contacts", {"GCLID|GCL ID", "Lead Email|User Email|Lead Phone|Phone Number"}, google_ads_leads},
	{"espocrm-contacts", "EspoCRM contacts", "contacts", {"firstName", "lastName", "emailAddress", "accountName|assignedUserName|assignedUserId"}, espocrm_contacts},
	{"odoo-leads", "Odoo opportunities", "deals", {"expected_revenue|Expected Revenue", "stage_id|Stage", "name|Opportunity", "date_deadline|Expected Closing|probability|Salesperson"}, odoo_leads},
	{"odoo-contacts", "Odoo contacts", "contacts", {"is_company|Is a Company|Company Type", "name|Display Name", "email|phone"}, odoo_contacts},
	{"twenty-people", "Twenty people", "contacts", {"name.firstName|Name / First Name", "emails.primaryEmail|Emails / Primary Email"}, twenty_people},
	{NULL, NULL, NULL, {NULL}, NULL},
};
/* clang-format on */
