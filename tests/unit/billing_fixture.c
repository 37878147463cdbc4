#include "tests/unit/billing_fixture.h"

#include <string.h>

#include "tests/unit/test.h"

void billing_add_up(struct document *d, int64_t prepaid, struct arena *a)
{
	struct error err = {0};
	MUST(document_total(d, prepaid, a, &err));
}

static const struct party seller = {.name = "Atelier Lumière",
	.legal_form = "SAS",
	.street = "12 rue des Lilas",
	.postal_code = "75011",
	.city = "Paris",
	.country = "FR",
	.siren = "823456789",
	.siret = "82345678900014",
	.vat_number = "FR40823456789",
	.share_capital = "10 000 €",
	.email = "bonjour@atelier-lumiere.example",
	.phone = "+33 1 23 45 67 89"};
static const struct party buyer = {.name = "Northwind Traders",
	.legal_form = "Ltd",
	.contact = "Ada Byron",
	.street = "221B Baker Street",
	.postal_code = "NW1 6XE",
	.city = "London",
	.country = "United Kingdom",
	.vat_number = "GB123456789"};
static const struct party acheteur = {.name = "Boulangerie Durand & Fils",
	.legal_form = "SARL",
	.contact = "Hélène Durand",
	.street = "8 place de l’Église",
	.street2 = "Bâtiment C, 2e étage",
	.postal_code = "69002",
	.city = "Lyon",
	.country = "FR",
	.siren = "512345678",
	.vat_number = "FR32512345678"};

static struct document base(void)
{
	return (struct document){.kind = DOCUMENT_INVOICE,
		.language = "en",
		.number = "INV-2026-0042",
		.issue_date = "2026-03-03",
		.due_date = "2026-04-02",
		.currency = "EUR",
		.seller = seller,
		.buyer = buyer,
		.iban = "FR76 3000 6000 0112 3456 7890 189",
		.bic = "AGRIFRPP",
		.account_name = "Atelier Lumière SAS",
		.rf_reference = "RF18539007547034"};
}

static void set_lines(struct document *d, const struct document_line *lines, size_t n, struct arena *a)
{
	struct document_line *copy = arena_alloc(a, (n + 1) * sizeof *copy);
	if (n)
		memcpy(copy, lines, n * sizeof *copy);
	d->lines = copy;
	d->n_lines = n;
}

struct document billing_invoice(struct arena *a)
{
	static const struct document_line lines[] = {{.name = "Website redesign", .description = "Three templates, responsive, with a style guide", .quantity = "1", .unit = "C62",
							     .unit_price = "4200", .category = VAT_STANDARD, .rate_bp = 2000},
		{.name = "Copywriting", .quantity = "12.5", .unit = "HUR", .unit_price = "80", .category = VAT_STANDARD, .rate_bp = 2000},
		{.name = "Hosting", .quantity = "12", .unit = "MON", .unit_price = "19.90", .category = VAT_STANDARD, .rate_bp = 2000, .period_start = "2026-03-01",
			.period_end = "2027-02-28"}};
	struct document d = base();
	d.title = "Redesign of northwind.example";
	d.po_number = "PO-7781";
	d.buyer_reference = "Ada / marketing";
	d.delivery_date = "2026-02-27";
	d.pay_url = "https://pay.example.com/i/8f3kQ2bX9z?ref=INV-2026-0042";
	d.terms = "Payment within 30 days. Thank you for working with us.";
	d.hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
	set_lines(&d, lines, 3, a);
	billing_add_up(&d, 0, a);
	return d;
}

struct document billing_facture(struct arena *a)
{
	static const struct document_line lines[] = {
		{.name = "Développement de l’application de commande en ligne", .description = "Conception, réalisation et mise en service de l’application de commande, y compris la reprise "
			 "des données de l’ancien système, la formation des équipes du magasin et du laboratoire et trois mois d’accompagnement.\nRéunions de suivi chaque semaine.",
			.quantity = "18.5", .unit = "DAY", .unit_price = "650", .discount_pct = "5", .category = VAT_STANDARD, .rate_bp = 2000},
		{.name = "Tablettes de commande", .quantity = "4", .unit = "H87", .unit_price = "389.99", .discount = 5000, .category = VAT_STANDARD, .rate_bp = 2000},
		{.name = "Livres de recettes imprimés", .quantity = "120", .unit_price = "7.35", .category = VAT_STANDARD, .rate_bp = 550},
		{.name = "Restauration du vernissage", .quantity = "45", .unit_price = "24.5", .category = VAT_STANDARD, .rate_bp = 1000},
		{.name = "Abonnement à la lettre professionnelle", .quantity = "1", .unit = "ANN", .unit_price = "96", .category = VAT_STANDARD, .rate_bp = 210},
		{.name = "Formation professionnelle continue", .quantity = "2", .unit = "DAY", .unit_price = "900", .category = VAT_EXEMPT,
			.exemption = "Exonération de TVA, article 261-4-4° a du code général des impôts"},
		{.name = "Sous-traitance de travaux", .quantity = "1", .unit = "LS", .unit_price = "2500", .category = VAT_REVERSE_CHARGE, .exemption = "Autoliquidation"},
		{.name = "Reprise de la tablette défectueuse", .quantity = "-1", .unit_price = "389.99", .category = VAT_STANDARD, .rate_bp = 2000}};
	struct document d = base();
	d.language = "fr";
	d.number = "F-2026-0107";
	d.title = "Commande en ligne et ouverture de la boutique de Lyon";
	d.buyer = acheteur;
	d.issue_date = "2026-03-01";
	d.delivery_date = "2026-02-27";
	d.po_number = "BC-2026-118";
	d.operation = "mixed";
	d.vat_on_debits = true;
	d.pay_url = NULL;
	d.terms = "Paiement à 30 jours, date de facture.\nPas d’escompte pour paiement anticipé.";
	d.notes = "Merci de votre confiance. Pour toute question sur cette facture, écrivez-nous en rappelant son numéro.";
	d.hash = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";
	set_lines(&d, lines, sizeof lines / sizeof *lines, a);
	billing_add_up(&d, 500000, a);
	return d;
}

struct document billing_long(struct arena *a, size_t n)
{
	struct document d = base();
	struct document_line *lines = arena_alloc(a, (n + 1) * sizeof *lines);
	for (size_t i = 0; i < n; i++)
		lines[i] = (struct document_line){.name = arena_printf(a, "Article %03zu", i + 1),
			.description = i % 7 == 3 ? "With a few words more about what this is, so that rows are not all of one height and pages end where they must." : NULL,
			.quantity = arena_printf(a, "%zu", i % 9 + 1),
			.unit = i % 3 ? "C62" : "KGM",
			.unit_price = arena_printf(a, "%zu.%02zu", i * 7 % 400 + 1, i * 13 % 100),
			.category = VAT_STANDARD,
			.rate_bp = i % 5 ? 2000 : 550};
	d.number = "INV-2026-0043";
	d.lines = lines;
	d.n_lines = n;
	d.pay_url = "https://pay.example.com/i/long";
	billing_add_up(&d, 0, a);
	return d;
}

struct document billing_credit_note(struct arena *a)
{
	static const struct document_line lines[] = {
		{.name = "Copywriting", .description = "Two hours that were not worked", .quantity = "2", .unit = "HUR", .unit_price = "80", .category = VAT_STANDARD, .rate_bp = 2000}};
	struct document d = base();
	d.kind = DOCUMENT_CREDIT_NOTE;
	d.number = "CN-2026-0003";
	d.corrects = "INV-2026-0042";
	d.corrects_date = "2026-03-03";
	d.issue_date = "2026-03-20";
	d.due_date = NULL;
	set_lines(&d, lines, 1, a);
	billing_add_up(&d, 0, a);
	return d;
}

struct document billing_quote(struct arena *a)
{
	struct document d = billing_invoice(a);
	d.kind = DOCUMENT_QUOTE;
	d.number = "Q-2026-0019";
	d.version = 2;
	d.due_date = d.delivery_date = d.pay_url = d.po_number = NULL;
	d.expiry_date = "2026-04-15";
	d.terms = "30 % with the order, the rest on delivery. Prices hold until the date above.";
	return d;
}

struct document billing_draft(struct arena *a)
{
	struct document d = billing_invoice(a);
	d.number = d.hash = d.rf_reference = NULL;
	d.language = "fr";
	d.buyer = acheteur;
	return d;
}

#define EVIL                                                                                                                                                                                   \
	"\\) (Tj ET endstream endobj\r\n%%EOF \x01\x02\x1b[31m\xC2\x85\xE2\x80\xAE" \
	"evil\xE2\x80\xAC \xF0\x9F\x92\xA3\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9 \xFF\xFE\xC3 <script> \xE4\xB8\xAD\xE6\x96\x87 \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xE2\x82\xAC %s%n%d e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81"

struct document billing_hostile(struct arena *a)
{
	char *word = arena_alloc(a, 20001);
	memset(word, 'W', 20000);
	struct document_line *lines = arena_alloc(a, 3 * sizeof *lines);
	lines[0] = (struct document_line){.name = EVIL, .description = EVIL "\n\n\n" EVIL, .quantity = "1", .unit = EVIL, .unit_price = "0.000000001", .category = VAT_EXEMPT, .exemption = EVIL};
	lines[1] = (struct document_line){.name = word, .description = word, .quantity = "-999999999.999999999", .unit = word, .unit_price = "0.01", .discount_pct = "99.999999999",
		.category = VAT_EXEMPT, .exemption = word, .period_start = EVIL, .period_end = "2026-02-30"};
	lines[2] = (struct document_line){.name = "", .quantity = "3", .unit_price = "10", .discount = 1, .category = VAT_STANDARD, .rate_bp = 1};
	struct party evil = {EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, EVIL};
	struct party wide = {word, word, word, word, word, word, word, word, word, word, word, word, word, word, word};
	struct document d = {.kind = DOCUMENT_INVOICE, .language = EVIL, .number = EVIL, .version = 2147483647, .title = word, .issue_date = EVIL, .due_date = "9999-99-99",
		.delivery_date = word, .currency = "EUR", .seller = evil, .buyer = wide, .buyer_reference = word, .po_number = EVIL, .corrects = word, .corrects_date = EVIL, .operation = EVIL,
		.lines = lines, .n_lines = 3, .terms = EVIL, .notes = word, .iban = EVIL, .bic = EVIL, .account_name = EVIL, .rf_reference = EVIL,
		.pay_url = "javascript:app.alert(1)) /S /JavaScript >>", .hash = EVIL};
	billing_add_up(&d, 0, a);
	d.totals.due = 4200;
	return d;
}

struct document billing_huge(struct arena *a)
{
	static const struct document_line lines[] = {{.name = "Everything", .quantity = "1", .unit_price = "70000000000000000", .category = VAT_STANDARD, .rate_bp = 2000},
		{.name = "A little less", .quantity = "-1", .unit = "TNE", .unit_price = "123.45", .discount = 900000000000000, .category = VAT_STANDARD, .rate_bp = 550}};
	struct document d = base();
	d.language = "fr";
	d.number = "INV-2026-0044";
	set_lines(&d, lines, 2, a);
	billing_add_up(&d, 100, a);
	return d;
}
