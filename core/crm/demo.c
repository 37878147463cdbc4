#include "core/crm/demo.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/crm/pipeline.h"
#include "core/crm/store.h"
#include "data/db.h"

/* Each row is a record: "field=value" parts between bars. Days count from today: due_at=+2d. What is marked is translated. */

static const char *const companies[] = {
	"name=Aurore Énergies|domain=aurore-energies.example|industry=" N_("Energy") "|type=customer|employees=420|city=Nantes|country=" N_("France") "|tags=" N_("key account"),
	"name=Brauhaus Keller AG|domain=keller-ag.example|industry=" N_("Food & beverage") "|type=prospect|employees=1250|city=München|country=" N_("Germany"),
	"name=Lantern Systems|domain=lantern.example|industry=" N_("Software") "|type=customer|employees=85|city=Dublin|country=" N_("Ireland") "|tags=" N_("reference"),
	"name=Nord & Fils|domain=nordetfils.example|industry=" N_("Logistics") "|type=prospect|employees=310|city=Lille|country=" N_("France"),
	"name=Sakura Trading 株式会社|domain=sakura.example|industry=" N_("Wholesale") "|type=prospect|employees=64|city=Osaka|country=" N_("Japan"),
	"name=Clinique des Alpes|domain=clinique-alpes.example|industry=" N_("Health care") "|type=customer|employees=540|city=Annecy|country=" N_("France"),
	"name=Meridian Retail Group|domain=meridian-retail.example|industry=" N_("Retail") "|type=prospect|employees=8200|city=Leeds|country=" N_("United Kingdom") "|tags=" N_("key account"),
	"name=Atelier Botté|domain=atelier-botte.example|industry=" N_("Manufacturing") "|type=customer|employees=23|city=Lyon|country=" N_("France"),
	"name=Solvang Marine|domain=solvang.example|industry=" N_("Maritime") "|type=prospect|employees=150|city=Bergen|country=" N_("Norway"),
	"name=Piedra Azul|domain=piedra-azul.example|industry=" N_("Hospitality") "|type=prospect|employees=95|city=Sevilla|country=" N_("Spain"),
	"name=Datawerk|domain=datawerk.example|industry=" N_("Software") "|type=partner|employees=40|city=Berlin|country=" N_("Germany"),
	"name=Mairie de Saint-Clair|domain=saint-clair.example|industry=" N_("Public sector") "|type=prospect|employees=210|city=Saint-Clair|country=" N_("France"),
};

static const char *const contacts[] = {
	"first_name=Amélie|last_name=Durand|job_title=" N_("Head of Operations") "|company=Aurore Énergies|emails=amelie.durand@aurore-energies.example|phones=+33 6 12 34 56 78 (mobile), +33 2 40 11 22 33|lifecycle_stage=customer|tags=" N_("champion"),
	"first_name=Hugo|last_name=Lemaire|job_title=" N_("Purchasing manager") "|company=Aurore Énergies|emails=hugo.lemaire@aurore-energies.example|lifecycle_stage=customer",
	"first_name=Bruno|last_name=Keller|job_title=" N_("CTO") "|company=Brauhaus Keller AG|emails=b.keller@keller-ag.example|phones=+49 89 1234567|lifecycle_stage=opportunity",
	"first_name=Greta|last_name=Vogel|job_title=" N_("CFO") "|company=Brauhaus Keller AG|emails=g.vogel@keller-ag.example|lifecycle_stage=opportunity",
	"first_name=Chen|last_name=Wei|job_title=" N_("Purchasing") "|company=Lantern Systems|emails=chen.wei@lantern.example|phones=+353 1 555 0148|lifecycle_stage=customer",
	"first_name=Niamh|last_name=O'Connor|job_title=" N_("VP Engineering") "|company=Lantern Systems|emails=niamh@lantern.example|lifecycle_stage=customer|tags=" N_("champion, reference"),
	"first_name=Julien|last_name=Nord|job_title=Directeur général|company=Nord & Fils|emails=julien@nordetfils.example|phones=03 20 55 66 77|lifecycle_stage=sql|tags=" N_("hot"),
	"first_name=Salomé|last_name=Petit|job_title=Responsable logistique|company=Nord & Fils|emails=salome.petit@nordetfils.example|lifecycle_stage=sql",
	"first_name=Haruka|last_name=Ōsaki|job_title=" N_("Import director") "|company=Sakura Trading|emails=osaki@sakura.example|lifecycle_stage=lead",
	"first_name=Claire|last_name=Fontaine|job_title=Directrice administrative|company=Clinique des Alpes|emails=c.fontaine@clinique-alpes.example|phones=+33 4 50 10 20 30|lifecycle_stage=customer",
	"first_name=Marc|last_name=Rey|job_title=DSI|company=Clinique des Alpes|emails=m.rey@clinique-alpes.example|lifecycle_stage=customer",
	"first_name=Oliver|last_name=Hughes|job_title=" N_("Procurement lead") "|company=Meridian Retail Group|emails=oliver.hughes@meridian-retail.example|phones=+44 113 496 0000|lifecycle_stage=opportunity|tags=" N_("hot"),
	"first_name=Priya|last_name=Nair|job_title=" N_("Head of Digital") "|company=Meridian Retail Group|emails=priya.nair@meridian-retail.example|lifecycle_stage=opportunity",
	"first_name=Zoé|last_name=Botté|job_title=Gérante|company=Atelier Botté|emails=zoe@atelier-botte.example|phones=06 98 76 54 32|lifecycle_stage=customer",
	"first_name=Ingrid|last_name=Solvang|job_title=" N_("Managing director") "|company=Solvang Marine|emails=ingrid@solvang.example|lifecycle_stage=sql",
	"first_name=Mateo|last_name=Ruiz|job_title=" N_("Hotel owner") "|company=Piedra Azul|emails=mateo@piedra-azul.example|lifecycle_stage=mql",
	"first_name=Lena|last_name=Hoffmann|job_title=" N_("Partner manager") "|company=Datawerk|emails=lena@datawerk.example|lifecycle_stage=other",
	"first_name=Paul|last_name=Garnier|job_title=Adjoint au maire|company=Mairie de Saint-Clair|emails=p.garnier@saint-clair.example|lifecycle_stage=lead",
	"first_name=Fatou|last_name=Diallo|job_title=Consultante|emails=fatou.diallo@courriel.example|phones=07 55 44 33 22|lifecycle_stage=lead|source=" N_("Trade fair"),
	"first_name=Tomáš|last_name=Novák|emails=tomas.novak@posta.example|lifecycle_stage=subscriber|source=" N_("Web site"),
};

/* A stage by position, and days ago that it was entered. */
static const struct {
	int stage, days;
	const char *fields;
} deals[] = {
	{3, 5, "title=" N_("Fleet renewal") "|company=Aurore Énergies|contact=Amélie Durand|value=48000|expected_close_date=+12d|next_step=" N_("Final price to Hugo") "|tags=" N_("renewal")},
	{2, 26, "title=" N_("Bottling line sensors") "|company=Brauhaus Keller AG|contact=Bruno Keller|value=126000|expected_close_date=+40d"},
	{4, 20, "title=" N_("Support contract 2026") "|company=Lantern Systems|contact=Chen Wei|value=18500|expected_close_date=-20d"},
	{1, 8, "title=" N_("Platform extension") "|company=Lantern Systems|contact=Niamh O'Connor|value=32000|expected_close_date=+55d|next_step=" N_("Demo for the team")},
	{2, 3, "title=" N_("Warehouse tablets") "|company=Nord & Fils|contact=Julien Nord|value=27400|expected_close_date=+9d|next_step=" N_("Send the revised quote")},
	{0, 30, "title=" N_("Import portal") "|company=Sakura Trading|contact=Haruka Ōsaki|value=15000|expected_close_date=+70d"},
	{3, 11, "title=" N_("Patient rooms, second floor") "|company=Clinique des Alpes|contact=Claire Fontaine|value=64800|expected_close_date=-3d|next_step=" N_("Waiting for the board")},
	{2, 17, "title=" N_("Store rollout pilot") "|company=Meridian Retail Group|contact=Oliver Hughes|value=210000|expected_close_date=+33d"},
	{1, 2, "title=" N_("Loyalty screens") "|company=Meridian Retail Group|contact=Priya Nair|value=74000|expected_close_date=+80d|next_step=" N_("Workshop in Leeds")},
	{4, 41, "title=" N_("Workshop equipment") "|company=Atelier Botté|contact=Zoé Botté|value=9600|expected_close_date=-41d"},
	{0, 6, "title=" N_("Bridge consoles") "|company=Solvang Marine|contact=Ingrid Solvang|value=88000|expected_close_date=+95d"},
	{5, 15, "title=" N_("Booking terminals") "|company=Piedra Azul|contact=Mateo Ruiz|value=12400|expected_close_date=-15d"},
	{0, 1, "title=" N_("Town hall reception") "|company=Mairie de Saint-Clair|contact=Paul Garnier|value=21000|expected_close_date=+60d"},
	{4, 9, "title=" N_("Spare parts frame order") "|company=Aurore Énergies|contact=Hugo Lemaire|value=36000|expected_close_date=-9d"},
};

static const char *const activities[] = {
	"type=call|status=done|contact=Amélie Durand|deal=" N_("Fleet renewal") "|subject=" N_("Budget confirmed for this quarter") "|outcome=interested|duration_s=12 min|start_at=-2d",
	"type=email|status=done|contact=Amélie Durand|subject=" N_("Sent the pricing") "|start_at=-9d|direction=outbound",
	"type=call|status=planned|contact=Amélie Durand|deal=" N_("Fleet renewal") "|subject=" N_("Close the fleet renewal") "|due_at=+1d",
	"type=meeting|status=done|contact=Bruno Keller|deal=" N_("Bottling line sensors") "|subject=" N_("Site visit, two lines measured") "|start_at=-26d",
	"type=task|status=planned|contact=Julien Nord|deal=" N_("Warehouse tablets") "|subject=" N_("Send the revised quote") "|due_at=-1d|priority=high",
	"type=call|status=done|contact=Julien Nord|subject=" N_("Wants delivery before summer") "|outcome=call_back|start_at=-4d",
	"type=task|status=planned|contact=Claire Fontaine|deal=" N_("Patient rooms, second floor") "|subject=" N_("Ask about the board's date") "|due_at=-2d",
	"type=meeting|status=planned|contact=Priya Nair|deal=" N_("Loyalty screens") "|subject=" N_("Workshop in Leeds") "|due_at=+5d|location=Leeds",
	"type=call|status=planned|contact=Niamh O'Connor|subject=" N_("Reference call for Meridian") "|due_at=+2d",
	"type=note|status=done|contact=Zoé Botté|subject=" N_("Prefers to be called after 17h"),
	"type=call|status=done|contact=Oliver Hughes|deal=" N_("Store rollout pilot") "|subject=" N_("No answer, left a message") "|outcome=left_message|start_at=-6d",
	"type=visit|status=done|contact=Claire Fontaine|subject=" N_("Walked through the second floor") "|start_at=-30d",
	"type=task|status=planned|contact=Ingrid Solvang|subject=" N_("Prepare the console drawings") "|due_at=+8d",
	"type=email|status=done|contact=Chen Wei|subject=" N_("Contract signed") "|direction=inbound|start_at=-20d",
};

static const char *const products[] = {
	"name=" N_("Field tablet T2") "|sku=TAB-T2|price=690 EUR|category=" N_("Hardware") "|type=good",
	"name=" N_("Wall display 32") "|sku=DSP-32|price=1240 EUR|category=" N_("Hardware") "|type=good",
	"name=" N_("Sensor kit") "|sku=SNS-10|price=385 EUR|category=" N_("Hardware") "|type=good",
	"name=" N_("Installation day") "|sku=SRV-DAY|price=940 EUR|category=" N_("Services") "|type=service|unit=" N_("day"),
	"name=" N_("Support, yearly") "|sku=SUP-YR|price=2400 EUR|category=" N_("Services") "|type=subscription",
};

/* What a person wrote is in her language; names that no catalogue knows stay as they are. */
static bool is_prose(const struct field *f)
{
	return f->type == FT_TEXT || f->type == FT_TAGS || f->type == FT_COUNTRY || f->type == FT_REF;
}

static enum status set_fields(struct core *c, struct record *r, const char *fields, struct arena *a, struct error *err)
{
	char *copy = arena_strdup(a, fields), *save = NULL;
	enum status st = ST_OK;
	for (char *part = strtok_r(copy, "|", &save); st == ST_OK && part; part = strtok_r(NULL, "|", &save)) {
		char *value = strchr(part, '=');
		*value++ = '\0';
		st = record_set_input(c, r, part, is_prose(entity_field(r->entity, part)) ? _(value) : value, err);
	}
	return st;
}

static enum status add_all(struct txn *t, const char *entity, const char *const *rows, size_t n, struct error *err)
{
	struct core *c = txn_core(t);
	struct arena *a = arena_new();
	enum status st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		struct record *r = record_new(a, model_entity(c->model, entity));
		st = set_fields(c, r, rows[i], a, err);
		if (st == ST_OK && strcmp(entity, "activities") == 0)
			record_put_id(r, "owner", c->user);
		if (st == ST_OK)
			st = store_insert(t, r, err);
	}
	arena_free(&a);
	return st;
}

/* A deal is made in its pipeline's first stage and walks to where it is, so that it has a history. */
static enum status add_deal(struct txn *t, size_t i, const struct pipeline *p, struct error *err)
{
	struct core *c = txn_core(t);
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "deals"));
	int64_t entered = clock_now() - deals[i].days * CLOCK_DAY;
	enum status st = set_fields(c, r, deals[i].fields, a, err);
	record_put_id(r, "stage", p->stages[0].id);
	record_put_int(r, "stage_entered_at", entered - 21 * CLOCK_DAY);
	r->created_at = entered - 21 * CLOCK_DAY;
	if (st == ST_OK)
		st = store_insert(t, r, err);
	if (st == ST_OK && deals[i].stage > 0) {
		struct record *move = record_new(a, r->entity);
		const struct stage *to = &p->stages[deals[i].stage];
		move->id = r->id;
		record_put_id(move, "stage", to->id);
		record_put_int(move, "stage_entered_at", entered);
		if (strcmp(to->type, "won") == 0)
			record_put_int(move, "won_at", entered);
		if (strcmp(to->type, "lost") == 0)
			record_put_int(move, "lost_at", entered);
		st = store_update(t, move, err);
	}
	arena_free(&a);
	return st;
}

/* What stands on the invoices of the sample company; everything about it is made up. */
static enum status add_seller(struct txn *t, struct error *err)
{
	static const char fields[] = "legal_form=SAS|share_capital=40000|street=12 rue des Lucioles|postal_code=69002|city=Lyon|country=FR|siren=123456782|"
				     "vat_number=FR11123456782|iban=FR7630006000011234567890189|bic=AGRIFRPP|billing_email=compta@lumen.example";
	struct core *c = txn_core(t);
	struct arena *a = arena_new();
	struct record *org, *r;
	enum status st = whole_load(c, model_entity(c->model, "organizations"), &c->org, a, &org, err);
	const char *country = st == ST_OK ? record_text(org, "country") : NULL;
	if (country && strcmp(country, "FR") == 0 && record_null(org, "street")) {
		r = record_new(a, org->entity);
		r->id = org->id;
		r->num = org->num;
		st = set_fields(c, r, fields, a, err);
		if (st == ST_OK)
			st = store_update(t, r, err);
	}
	arena_free(&a);
	return st;
}

#define COUNT(list) (sizeof(list) / sizeof *(list))

bool demo_fits(struct core *c)
{
	static const char *const tables[] = {"companies", "contacts", "deals", "activities", "products"};
	struct db_stmt *s;
	bool row, empty = true;
	for (size_t i = 0; empty && i < COUNT(tables); i++) {
		char sql[80];
		(void)snprintf(sql, sizeof sql, "SELECT 1 FROM %s WHERE org_id = $1 LIMIT 1", tables[i]);
		if (db_prepare(c->db, sql, &s, NULL) != ST_OK)
			return false;
		db_bind_id(s, 1, &c->org);
		empty = db_step(s, &row, NULL) == ST_OK && !row;
		db_done(s);
	}
	return empty;
}

enum status demo_fill(struct core *c, struct error *err)
{
	struct txn *t;
	struct arena *a = arena_new();
	struct pipeline *pipelines;
	int n;
	enum status st = pipelines_load(c, a, &pipelines, &n, err);
	if (st == ST_OK)
		st = txn_begin(c, CHANGE_SYSTEM, _("Sample company"), &t, err);
	if (st != ST_OK) {
		arena_free(&a);
		return st;
	}
	st = add_seller(t, err);
	if (st == ST_OK)
		st = add_all(t, "companies", companies, COUNT(companies), err);
	if (st == ST_OK)
		st = add_all(t, "contacts", contacts, COUNT(contacts), err);
	if (st == ST_OK)
		st = add_all(t, "products", products, COUNT(products), err);
	for (size_t i = 0; st == ST_OK && i < COUNT(deals); i++)
		st = add_deal(t, i, &pipelines[0], err);
	if (st == ST_OK)
		st = add_all(t, "activities", activities, COUNT(activities), err);
	st = txn_end(&t, st, err);
	arena_free(&a);
	return st;
}
