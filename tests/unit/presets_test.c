/* Import presets and the dictionary of headers: the tables themselves, and whole files' headers. */
#include "core/crm/io/preset_alias.h"
#include "core/crm/io/preset_guess.h"
#include "core/crm/io/preset_table.h"
#include "core/crm/io/presets.h"
#include "core/crm/io/csv.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The fields that an import may fill, by entity. */
static const struct {
	const char *entity;
	char letter;
	const char *fields;
} allowed[] = {
	{"contacts", 'c',
		" salutation first_name middle_name last_name suffix nickname full_name job_title department emails "
		"phones contact_points "
		"company owner lifecycle_stage lead_status source website linkedin_url birthday language description "
		"tags street street2 "
		"postal_code city region country do_not_email do_not_call external_id created_at last_contacted_at "},
	{"companies", 'o',
		" name legal_name domain website industry siren siret vat_number type employees annual_revenue parent "
		"phone owner "
		"description tags street street2 postal_code city region country external_id created_at linkedin_url "},
	{"deals", 'd',
		" title value currency stage pipeline status probability expected_close_date won_at lost_at "
		"lost_reason company contact owner "
		"next_step source description external_id created_at tags product "},
	{"activities", 'a',
		" type subject body due_at start_at duration_s status owner contact company deal external_id "
		"created_at department "},
	{"products", 'p', " name sku description unit price currency active type category "},
	{"users", 'u', " name email manager team role owner "},
};

static bool is_allowed(const char *entity, const char *field)
{
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
		char word[64];
		snprintf(word, sizeof word, " %s ", field);
		if (strcmp(entity, allowed[i].entity) == 0 || (strlen(entity) == 1 && entity[0] == allowed[i].letter))
			return strstr(allowed[i].fields, word) != NULL;
	}
	return false;
}

TEST(presets_dictionary_is_well_formed)
{
	for (const struct preset_alias *a = preset_aliases; a->field; a++) {
		for (const char *e = a->entities; *e; e++)
			test_check(is_allowed((char[]){*e, 0}, a->field), __FILE__, __LINE__, "%c has no field %s", *e,
				a->field);
		char *copy = strdup(a->words), *rest = copy, *word;
		while ((word = strsep(&rest, " "))) {
			struct buf b = {0};
			char *hash = strchr(word, '#');
			if (hash)
				*hash = '7';
			preset_compact(&b, word);
			test_check_str(buf_str(&b), word, a->field, __FILE__, __LINE__);
			CHECK(strlen(word) > 0 && strlen(word) < 60);
			buf_free(&b);
		}
		free(copy);
	}
}

/* The first of "A|B". */
static const char *first_alternative(const char *s, char *out)
{
	size_t n = strcspn(s, "|");
	memcpy(out, s, n);
	out[n] = '\0';
	return out;
}

TEST(presets_are_found_by_their_own_columns)
{
	for (const struct import_preset *p = preset_table; p->id; p++) {
		char text[8][80];
		const char *headers[8];
		size_t n = 0;
		for (; n < 8 && p->signature[n]; n++)
			headers[n] = first_alternative(p->signature[n], text[n]);
		CHECK(n >= 2);
		const struct import_preset *found = preset_detect(headers, n);
		test_check_str(found ? found->id : NULL, p->id, p->title, __FILE__, __LINE__);
		const struct import_preset *less = preset_detect(headers, n - 1); /* all columns are needed */
		test_check(less != p, __FILE__, __LINE__, "%s was found without its last column", p->id);
		for (const struct preset_map *m = p->map; m->header; m++)
			if (m->field)
				test_check(is_allowed(p->entity, m->field), __FILE__, __LINE__, "%s maps %s", p->id,
					m->field);
		CHECK_STR(preset_find(p->id)->entity, p->entity);
	}
	CHECK(preset_find("nothing") == NULL);
	size_t count = 0;
	for (; preset_at(count); count++)
		CHECK(count == 0 || strcmp(preset_at(count)->id, preset_at(count - 1)->id) != 0);
	CHECK(count >= 20);
}

enum { MOST = 80 };

/* Headers separated by |, mapped; "field:label, …" with - for what is unknown and ~ for a label column. */
static const char *map(const char *text, const char *preset_id, const char *entity)
{
	static struct buf out;
	char *copy = strdup(text), *rest = copy, *word;
	const char *headers[MOST];
	struct column_guess g[MOST];
	size_t n = 0;
	while ((word = strsep(&rest, "|")))
		headers[n++] = word;
	const struct import_preset *p = preset_detect(headers, n);
	test_check_str(p ? p->id : NULL, preset_id, text, __FILE__, __LINE__);
	if (!p)
		test_check_str(preset_guess_entity(headers, n), entity, text, __FILE__, __LINE__);
	preset_map_columns(p, entity, headers, n, NULL, g);
	buf_clear(&out);
	buf_puts(&out, "");
	for (size_t i = 0; i < n; i++)
		buf_printf(&out, "%s%s%s%s", i ? " " : "",
			g[i].field      ? g[i].field
			: g[i].consumed ? "~"
					: "-",
			g[i].label ? ":" : "", g[i].label ? g[i].label : "");
	free(copy);
	return out.data;
}

TEST(presets_map_exports)
{
	CHECK_STR(map("Record ID|First Name|Last Name|Email|Phone Number|Mobile Phone Number|Job Title|Company "
		      "Name|Contact owner|Lifecycle Stage|"
		      "Lead Status|Create Date|Last Activity Date|Associated Company|Associated Company "
		      "IDs|City|State/Region|Postal Code|"
		      "Country/Region|Website URL|Original Source|HubSpot Score|Marketing contact status",
			  "hubspot-contacts", "contacts"),
		"external_id first_name last_name emails phones:work phones:mobile job_title company owner "
		"lifecycle_stage lead_status created_at "
		"last_contacted_at - company:id city:work region:work postal_code:work country:work website source - "
		"-");
	CHECK_STR(map("firstname|lastname|email|phone|mobilephone|jobtitle|company|lifecyclestage|hs_lead_status|"
		      "hubspot_owner_id|createdate|"
		      "lastmodifieddate|hs_email_optout",
			  "hubspot-contacts", "contacts"),
		"first_name last_name emails phones:work phones:mobile job_title company lifecycle_stage lead_status "
		"owner:id created_at - do_not_email");
	CHECK_STR(map("Record ID|Deal Name|Deal Stage|Pipeline|Close Date|Deal owner|Amount|Associated "
		      "Company|Associated Contact IDs",
			  "hubspot-deals", "deals"),
		"external_id title stage pipeline expected_close_date owner value company contact:id");
	CHECK_STR(map("Person - Name|Person - Email - Work|Person - Phone - Mobile|Person - Label|Person - "
		      "Owner|Organization - Name|Person - ID",
			  "pipedrive-persons", "contacts"),
		"full_name emails:work phones:mobile tags owner company external_id");
	CHECK_STR(map("Deal - Title|Deal - Value|Deal - Currency of value|Organization - Name|Person - Name|Deal - "
		      "Stage|Deal - Status|Deal - Won time",
			  "pipedrive-deals", "deals"),
		"title value currency company contact stage status won_at");
	CHECK_STR(map("Activity - Subject|Activity - Type|Activity - Due date|Activity - Due time|Activity - "
		      "Duration|Activity - Done|Deal - Title|Person - Name",
			  "pipedrive-activities", "activities"),
		"subject type due_at due_at:time duration_s status deal contact");
	CHECK_STR(map("Id|IsDeleted|AccountId|LastName|FirstName|Salutation|Name|MailingStreet|MailingPostalCode|"
		      "OtherCity|Phone|MobilePhone|Email|Title|"
		      "Birthdate|OwnerId|CreatedDate",
			  "salesforce-contacts", "contacts"),
		"external_id - company:id last_name first_name salutation - street:work postal_code:work city:other "
		"phones:work phones:mobile emails "
		"job_title birthday owner:id created_at");
	CHECK_STR(map("First Name|Last Name|Account Name|Title|Email|Phone|Mailing Street|Mailing City|Mailing "
		      "State/Province|Mailing Zip/Postal Code|"
		      "Mailing Country|Contact Owner|Lead Source",
			  "salesforce-contacts", "contacts"),
		"first_name last_name company job_title emails phones:work street:work city:work region:work "
		"postal_code:work country:work owner source");
	CHECK_STR(map("Id|Name|StageName|Amount|Probability|ExpectedRevenue|CloseDate|NextStep|LeadSource|AccountId",
			  "salesforce-opportunities", "deals"),
		"external_id title stage value probability - expected_close_date next_step source company:id");
	CHECK_STR(map("First Name|Middle Name|Last Name|Phonetic First Name|Name Prefix|Name Suffix|Nickname|File "
		      "As|Organization Name|Birthday|Labels|"
		      "E-mail 1 - Label|E-mail 1 - Value|E-mail 2 - Label|E-mail 2 - Value|Phone 1 - Label|Phone 1 - "
		      "Value|Address 1 - Label|"
		      "Address 1 - Street|Address 2 - Street",
			  "google-contacts", "contacts"),
		"first_name middle_name last_name - salutation suffix nickname - company birthday tags ~ emails ~ "
		"emails ~ phones ~ street -");
	CHECK_STR(map("First Name|Last Name|Title|E-mail Address|E-mail 2 Address|Home Phone|Business Phone|Business "
		      "Fax|Company|Job Title|Business Street|"
		      "Home Postal Code",
			  "outlook", "contacts"),
		"first_name last_name salutation emails emails phones:home phones:work phones:fax company job_title "
		"street:work postal_code:home");
	CHECK_STR(map("created_time|full_name|email|phone_number|form_name|platform", "facebook-leads", "contacts"),
		"created_at full_name emails phones:mobile - source");
	CHECK_STR(map("name|email_from|company_name|expected_revenue|stage_id|probability|date_deadline", "odoo-leads",
			  "deals"),
		"title - company value stage probability expected_close_date");
	CHECK_STR(map("firstName|lastName|emailAddress|phoneNumber|accountName|assignedUserName", "espocrm-contacts",
			  "contacts"),
		"first_name last_name emails phones company owner");
	CHECK_STR(map("name.firstName|name.lastName|emails.primaryEmail|company|jobTitle|linkedinLink", "twenty-people",
			  "contacts"),
		"first_name last_name emails company job_title linkedin_url");
}

TEST(presets_dictionary_maps_many_languages)
{
	CHECK_STR(map("Civilité|Prénom|Nom|Adresse e-mail|Téléphone portable|Tél. bureau|Société|Fonction|Code "
		      "postal|Ville|Pays|Remarques",
			  NULL, "contacts"),
		"salutation first_name last_name emails phones:mobile phones:work company job_title postal_code city "
		"country description");
	CHECK_STR(map("Vorname|Name|E-Mail|Telefon|Handy|Firma|Straße|PLZ|Ort|Land|Geburtstag|Bemerkungen", NULL,
			  "contacts"),
		"first_name last_name emails phones phones:mobile company street postal_code city country birthday "
		"description");
	CHECK_STR(map("Nombre|Apellidos|Correo electrónico|Teléfono móvil|Empresa|Cargo|Código postal|Ciudad|País",
			  NULL, "contacts"),
		"first_name last_name emails phones:mobile company job_title postal_code city country");
	CHECK_STR(map("Jméno|Příjmení|E-mail|Telefon|Firma|Město|PSČ|Poznámka", NULL, "contacts"),
		"first_name last_name emails phones company city postal_code description");
	CHECK_STR(map("Nom|Email|Téléphone|Entreprise|Statut", NULL, "contacts"),
		"full_name emails phones company lead_status");
	CHECK_STR(map("Raison sociale|SIREN|SIRET|N° TVA|Effectif|Chiffre d'affaires|Secteur d'activité|Site web", NULL,
			  "companies"),
		"legal_name siren siret vat_number employees annual_revenue industry website");
	CHECK_STR(map("Affaire|Montant (EUR)|Étape|Date de clôture|Probabilité|Commercial|Raison de perte", NULL,
			  "deals"),
		"title value:EUR stage expected_close_date probability owner lost_reason");
	CHECK_STR(map("Opportunity Number|Opportunity Amount USD|Opportunity Result|Sales Stage", NULL, "deals"),
		"external_id value:USD status stage");
	CHECK_STR(map("Réf.|Désignation|Prix unitaire HT|Unité|Actif", NULL, "products"), "sku name price unit active");
	CHECK_STR(map("sales_agent|manager|regional_office", NULL, "users"), "name manager team");
	CHECK_STR(map("account|sector|year_established|revenue|employees|office_location|subsidiary_of", NULL,
			  "companies"),
		"name industry - annual_revenue employees country parent");
	CHECK_STR(map("opportunity_id|sales_agent|product|account|deal_stage|engage_date|close_date|close_value", NULL,
			  "deals"),
		"external_id owner product company stage created_at expected_close_date value");
	CHECK_STR(map("Type|Subject|Due Date|Status|Assigned To|Contact Name|Duration (minutes)|Comments", NULL,
			  "activities"),
		"type subject due_at status owner contact duration_s body");
}

TEST(presets_dictionary_forgives)
{
	CHECK_STR(map("Nmae|Emial|Phne|Comapny|Jobtitle|Adress", NULL, "contacts"),
		"full_name emails phones company job_title street");
	CHECK_STR(map("FIRST_NAME|last-name|E Mail|MobileNo|companyname", NULL, "contacts"),
		"first_name last_name emails phones:mobile company");
	CHECK_STR(map("Name|Email|Phone|Name|Email|Notes", NULL, "contacts"),
		"full_name emails phones - emails description");
	CHECK_STR(map("Home Address|Home City|Work Phone|Phone (home)|Personal Email|Email pro|Home Phone 2|Lead City",
			  NULL, "contacts"),
		"street:home city:home phones:work phones:home emails:home emails:work phones:home city");
	CHECK_STR(map("Lead ID|Contact|Email / Phone|Owner|Status|Notes", NULL, "contacts"),
		"external_id full_name contact_points owner lead_status description");
	struct column_guess g;
	CHECK(!preset_guess_field("contacts", "form_name", NULL, &g));
	CHECK(!preset_guess_field("contacts", "Favourite colour", NULL, &g));
	CHECK(!preset_guess_field("contacts", "", NULL, &g));
	CHECK(!preset_guess_field("contacts", "☎", NULL, &g));
	CHECK(!preset_guess_field("nothing", "email", NULL, &g));
}

TEST(presets_look_at_values)
{
	struct column_guess g;
	struct column_profile phone = {.kind = COLUMN_PHONE}, mail = {.kind = COLUMN_EMAIL},
			      text = {.kind = COLUMN_TEXT},
			      link = {.kind = COLUMN_URL, .sample = {"https://www.linkedin.com/in/x"}, .samples = 1};
	CHECK(preset_guess_field("contacts", "☎ Contact", &phone, &g));
	CHECK_STR(g.field, "phones");
	CHECK(preset_guess_field("contacts", "X1", &mail, &g));
	CHECK_STR(g.field, "emails");
	CHECK_INT(g.confidence, 50);
	CHECK(preset_guess_field("contacts", "Profile", &link, &g));
	CHECK_STR(g.field, "linkedin_url");
	CHECK(!preset_guess_field("contacts", "X1", &text, &g));
	CHECK(preset_guess_field("contacts", "Emial", &mail, &g));
	CHECK(!preset_guess_field("contacts", "Emial", &text, &g));
}

TEST(presets_read_values)
{
	struct arena *a = arena_new();
	char **items;
	CHECK_INT(preset_split_values(a, "* jo@x.example ::: al@x.example", &items), 2);
	CHECK_STR(items[0], "jo@x.example");
	CHECK_STR(items[1], "al@x.example");
	CHECK_INT(preset_split_values(a, " * My Contacts ::: ", &items), 1);
	CHECK_STR(items[0], "My Contacts");
	CHECK_INT(preset_split_values(a, "", &items), 0);
	arena_free(&a);
	char id[19];
	CHECK(preset_salesforce_id("001D000000IRFma", id)); /* the example of Salesforce's own help */
	CHECK_STR(id, "001D000000IRFmaIAH");
	char again[19];
	CHECK(preset_salesforce_id("001d000000irfmaiah", again)); /* a spreadsheet lost the case */
	CHECK_STR(again, "001D000000IRFmaIAH");
	CHECK(!preset_salesforce_id("0032800000AAaa", id));
	CHECK(!preset_salesforce_id("0032800000AAa-B", id));
	CHECK(!preset_salesforce_id("003280000000000P99", id));
}

/* The files of the shared folder: what they are taken for. */
TEST(presets_recognise_real_files)
{
	static const struct {
		const char *file, *preset, *entity;
	} files[] = {
		{"import_csv/groweasy/01-facebook-leads-standard.csv", "facebook-leads", "contacts"},
		{"import_csv/groweasy/03-google-ads-leads.csv", "google-ads-leads", "contacts"},
		{"import_csv/groweasy/05-excel-export.csv", NULL, "contacts"},
		{"import_csv/groweasy/07-real-estate-crm.csv", NULL, "contacts"},
		{"import_csv/groweasy/25-hubspot-export.csv", "hubspot-contacts", "contacts"},
		{"import_csv/groweasy/agency-chaos.csv", NULL, "contacts"},
		{"import_csv/groweasy/european-semicolon.csv", NULL, "contacts"},
		{"import_csv/groweasy/facebook-leads-realistic.csv", "facebook-leads", "contacts"},
		{"import_csv/groweasy/horrible-headers-mixed.csv", NULL, "contacts"},
		{"import_csv/groweasy/rtl-arabic-headers.csv", NULL, "contacts"},
		{"import_csv/groweasy/zoho-crm-export.csv", "zoho-leads", "contacts"},
		{"import_csv/roundcube/all.csv", "outlook", "contacts"},
		{"import_csv/roundcube/gmail.csv", "google-contacts-old", "contacts"},
		{"import_csv/roundcube/tb_plain.csv", "thunderbird", "contacts"},
		{"import_csv/roundcube/outlook.csv", NULL, "contacts"},
		{"import_csv/roundcube/email.csv", NULL, "contacts"},
		{"maven_crm/accounts.csv", NULL, "companies"},
		{"maven_crm/products.csv", NULL, "products"},
		{"maven_crm/sales_pipeline.csv", NULL, "deals"},
		{"maven_crm/sales_teams.csv", NULL, "users"},
		{"ibm_win_loss/deals_12000.csv", NULL, "deals"},
		{"sf_seed_sample/contacts.csv", NULL, "contacts"},
		{"sf_seed_sample/accounts.csv", NULL, "companies"},
		{"sf_seed_sample/opportunities.csv", NULL, "deals"},
		{"sf_seed_sample/tasks.csv", NULL, "activities"},
		{"sf_seed_sample/products.csv", NULL, "products"},
		{"crm_chatgpt_synthetic/Leads.csv", NULL, "contacts"},
	};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		FILE *f = fopen(test_shared(files[i].file), "rb");
		struct csv_format format;
		struct csv_reader *r = NULL;
		struct csv_row row;
		struct error err;
		bool more;
		CHECK(f != NULL);
		if (!f)
			continue;
		MUST(csv_sniff(f, &format, &err));
		CHECK(format.header_line > 0);
		MUST(csv_open(f, &format, false, &r, &err));
		do
			MUST(csv_read(r, &row, &more, &err));
		while (more && row.line < format.header_line);
		const struct import_preset *p = preset_detect((const char *const *)row.field, row.count);
		test_check_str(p ? p->id : NULL, files[i].preset, files[i].file, __FILE__, __LINE__);
		test_check_str(p ? p->entity : preset_guess_entity((const char *const *)row.field, row.count),
			files[i].entity, files[i].file, __FILE__, __LINE__);
		csv_close(&r);
		fclose(f);
	}
}
