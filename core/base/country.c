/* Countries: ISO 3166-1 codes, names in English and French, and what else people write. The English names are those of the time zone
 * database (public domain), a little spelled out. */
#include "core/base/country.h"

#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

/* Code, then names between bars. */
/* clang-format off */
static const char *const countries[] = {
	"AD|Andorra|Andorre",
	"AE|United Arab Emirates|Émirats arabes unis|UAE",
	"AF|Afghanistan",
	"AG|Antigua & Barbuda|Antigua-et-Barbuda|Antigua and Barbuda",
	"AI|Anguilla",
	"AL|Albania|Albanie",
	"AM|Armenia|Arménie",
	"AO|Angola",
	"AQ|Antarctica|Antarctique",
	"AR|Argentina|Argentine",
	"AS|Samoa (American)|Samoa américaines|American Samoa",
	"AT|Austria|Autriche|Österreich",
	"AU|Australia|Australie",
	"AW|Aruba",
	"AX|Åland Islands|Îles Åland",
	"AZ|Azerbaijan|Azerbaïdjan",
	"BA|Bosnia & Herzegovina|Bosnie-Herzégovine|Bosnia and Herzegovina|Bosnia",
	"BB|Barbados|Barbade",
	"BD|Bangladesh",
	"BE|Belgium|Belgique|België|Belgien",
	"BF|Burkina Faso",
	"BG|Bulgaria|Bulgarie|България",
	"BH|Bahrain|Bahreïn",
	"BI|Burundi",
	"BJ|Benin",
	"BL|St Barthelemy|Saint-Barthélemy|Saint Barthelemy",
	"BM|Bermuda|Bermudes",
	"BN|Brunei",
	"BO|Bolivia|Bolivie",
	"BQ|Caribbean NL|Pays-Bas caribéens|Caribbean Netherlands|Bonaire",
	"BR|Brazil|Brésil|Brasil",
	"BS|Bahamas",
	"BT|Bhutan|Bhoutan",
	"BV|Bouvet Island|Île Bouvet",
	"BW|Botswana",
	"BY|Belarus|Biélorussie",
	"BZ|Belize",
	"CA|Canada",
	"CC|Cocos (Keeling) Islands|Îles Cocos",
	"CD|Congo (Dem. Rep.)|République démocratique du Congo|Democratic Republic of the Congo|DR Congo",
	"CF|Central African Rep.|République centrafricaine",
	"CG|Congo (Rep.)|Congo|Republic of the Congo",
	"CH|Switzerland|Suisse|Schweiz|Svizzera|CHE",
	"CI|Côte d'Ivoire|Côte d’Ivoire|Ivory Coast",
	"CK|Cook Islands|Îles Cook",
	"CL|Chile|Chili",
	"CM|Cameroon|Cameroun",
	"CN|China|Chine|中国|PRC",
	"CO|Colombia|Colombie",
	"CR|Costa Rica",
	"CU|Cuba",
	"CV|Cape Verde|Cap-Vert|Cabo Verde",
	"CW|Curaçao",
	"CX|Christmas Island|Île Christmas",
	"CY|Cyprus|Chypre",
	"CZ|Czech Republic|Tchéquie|Česko|Czechia|République tchèque",
	"DE|Germany|Allemagne|Deutschland|DEU",
	"DJ|Djibouti",
	"DK|Denmark|Danemark|Danmark",
	"DM|Dominica|Dominique",
	"DO|Dominican Republic|République dominicaine",
	"DZ|Algeria|Algérie",
	"EC|Ecuador|Équateur",
	"EE|Estonia|Estonie|Eesti",
	"EG|Egypt|Égypte",
	"EH|Western Sahara|Sahara occidental",
	"ER|Eritrea|Érythrée",
	"ES|Spain|Espagne|España|ESP",
	"ET|Ethiopia|Éthiopie",
	"FI|Finland|Finlande|Suomi",
	"FJ|Fiji|Fidji",
	"FK|Falkland Islands|Îles Malouines",
	"FM|Micronesia|Micronésie",
	"FO|Faroe Islands|Îles Féroé",
	"FR|France|FRA|République française",
	"GA|Gabon",
	"GB|Britain (UK)|Royaume-Uni|UK|Great Britain|England|Scotland|Wales|Northern Ireland|United Kingdom|Grande-Bretagne|Angleterre|GBR",
	"GD|Grenada|Grenade",
	"GE|Georgia|Géorgie",
	"GF|French Guiana|Guyane française",
	"GG|Guernsey|Guernesey",
	"GH|Ghana",
	"GI|Gibraltar",
	"GL|Greenland|Groenland",
	"GM|Gambia|Gambie",
	"GN|Guinea|Guinée",
	"GP|Guadeloupe",
	"GQ|Equatorial Guinea|Guinée équatoriale",
	"GR|Greece|Grèce|Ελλάδα|Hellas",
	"GS|South Georgia & the South Sandwich Islands|Géorgie du Sud|South Georgia",
	"GT|Guatemala",
	"GU|Guam",
	"GW|Guinea-Bissau|Guinée-Bissau",
	"GY|Guyana",
	"HK|Hong Kong|Hongkong",
	"HM|Heard Island & McDonald Islands|Îles Heard-et-MacDonald|Heard Island",
	"HN|Honduras",
	"HR|Croatia|Croatie|Hrvatska",
	"HT|Haiti",
	"HU|Hungary|Hongrie|Magyarország",
	"ID|Indonesia|Indonésie",
	"IE|Ireland|Irlande|Éire|Republic of Ireland",
	"IL|Israel",
	"IM|Isle of Man|Île de Man",
	"IN|India|Inde",
	"IO|British Indian Ocean Territory|Territoire britannique de l’océan Indien",
	"IQ|Iraq|Irak",
	"IR|Iran",
	"IS|Iceland|Islande|Ísland",
	"IT|Italy|Italie|Italia|ITA",
	"JE|Jersey",
	"JM|Jamaica|Jamaïque",
	"JO|Jordan|Jordanie",
	"JP|Japan|Japon|日本",
	"KE|Kenya",
	"KG|Kyrgyzstan|Kirghizistan",
	"KH|Cambodia|Cambodge",
	"KI|Kiribati",
	"KM|Comoros|Comores",
	"KN|St Kitts & Nevis|Saint-Christophe-et-Niévès|Saint Kitts and Nevis",
	"KP|Korea (North)|Corée du Nord|North Korea",
	"KR|Korea (South)|Corée du Sud|South Korea|Korea|Republic of Korea|Corée",
	"KW|Kuwait|Koweït",
	"KY|Cayman Islands|Îles Caïmans",
	"KZ|Kazakhstan",
	"LA|Laos",
	"LB|Lebanon|Liban",
	"LC|St Lucia|Sainte-Lucie|Saint Lucia",
	"LI|Liechtenstein",
	"LK|Sri Lanka",
	"LR|Liberia",
	"LS|Lesotho",
	"LT|Lithuania|Lituanie|Lietuva",
	"LU|Luxembourg",
	"LV|Latvia|Lettonie|Latvija",
	"LY|Libya|Libye",
	"MA|Morocco|Maroc",
	"MC|Monaco",
	"MD|Moldova|Moldavie",
	"ME|Montenegro",
	"MF|St Martin (French)|Saint-Martin|Saint Martin",
	"MG|Madagascar",
	"MH|Marshall Islands|Îles Marshall",
	"MK|North Macedonia|Macédoine du Nord|Macedonia|Macédoine",
	"ML|Mali",
	"MM|Myanmar (Burma)|Birmanie|Myanmar|Burma",
	"MN|Mongolia|Mongolie",
	"MO|Macau|Macao",
	"MP|Northern Mariana Islands|Îles Mariannes du Nord",
	"MQ|Martinique",
	"MR|Mauritania|Mauritanie",
	"MS|Montserrat",
	"MT|Malta",
	"MU|Mauritius|Maurice",
	"MV|Maldives",
	"MW|Malawi",
	"MX|Mexico|Mexique",
	"MY|Malaysia|Malaisie",
	"MZ|Mozambique",
	"NA|Namibia|Namibie",
	"NC|New Caledonia|Nouvelle-Calédonie",
	"NE|Niger",
	"NF|Norfolk Island|Île Norfolk",
	"NG|Nigeria",
	"NI|Nicaragua",
	"NL|Netherlands|Pays-Bas|Nederland|The Netherlands|Holland",
	"NO|Norway|Norvège|Norge",
	"NP|Nepal",
	"NR|Nauru",
	"NU|Niue",
	"NZ|New Zealand|Nouvelle-Zélande",
	"OM|Oman",
	"PA|Panama",
	"PE|Peru|Pérou",
	"PF|French Polynesia|Polynésie française",
	"PG|Papua New Guinea|Papouasie-Nouvelle-Guinée",
	"PH|Philippines",
	"PK|Pakistan",
	"PL|Poland|Pologne|Polska",
	"PM|St Pierre & Miquelon|Saint-Pierre-et-Miquelon|Saint Pierre and Miquelon",
	"PN|Pitcairn",
	"PR|Puerto Rico|Porto Rico",
	"PS|Palestine",
	"PT|Portugal|PRT",
	"PW|Palau",
	"PY|Paraguay",
	"QA|Qatar",
	"RE|Réunion|La Réunion",
	"RO|Romania|Roumanie",
	"RS|Serbia|Serbie|Srbija",
	"RU|Russia|Russie|Russian Federation|Россия|Fédération de Russie",
	"RW|Rwanda",
	"SA|Saudi Arabia|Arabie saoudite",
	"SB|Solomon Islands|Îles Salomon",
	"SC|Seychelles",
	"SD|Sudan|Soudan",
	"SE|Sweden|Suède|Sverige",
	"SG|Singapore|Singapour",
	"SH|St Helena|Sainte-Hélène|Saint Helena",
	"SI|Slovenia|Slovénie|Slovenija",
	"SJ|Svalbard & Jan Mayen|Svalbard et Jan Mayen",
	"SK|Slovakia|Slovaquie|Slovensko|Slovak Republic",
	"SL|Sierra Leone",
	"SM|San Marino|Saint-Marin",
	"SN|Senegal",
	"SO|Somalia|Somalie",
	"SR|Suriname",
	"SS|South Sudan|Soudan du Sud",
	"ST|Sao Tome & Principe|Sao Tomé-et-Principe|Sao Tome and Principe",
	"SV|El Salvador|Salvador",
	"SX|St Maarten (Dutch)",
	"SY|Syria|Syrie",
	"SZ|Eswatini (Swaziland)|Eswatini|Swaziland",
	"TC|Turks & Caicos Is|Îles Turques-et-Caïques|Turks and Caicos Islands",
	"TD|Chad|Tchad",
	"TF|French S. Terr.|Terres australes françaises",
	"TG|Togo",
	"TH|Thailand|Thaïlande",
	"TJ|Tajikistan|Tadjikistan",
	"TK|Tokelau",
	"TL|East Timor|Timor oriental",
	"TM|Turkmenistan",
	"TN|Tunisia|Tunisie",
	"TO|Tonga",
	"TR|Turkey|Turquie|Türkiye",
	"TT|Trinidad & Tobago|Trinité-et-Tobago|Trinidad and Tobago",
	"TV|Tuvalu",
	"TW|Taiwan|台灣",
	"TZ|Tanzania|Tanzanie",
	"UA|Ukraine|Україна",
	"UG|Uganda|Ouganda",
	"UM|US minor outlying islands",
	"US|United States|États-Unis|USA|United States of America|États-Unis d’Amérique|U.S.A.|U.S.|America",
	"UY|Uruguay",
	"UZ|Uzbekistan|Ouzbékistan",
	"VA|Vatican City|Vatican|Holy See",
	"VC|St Vincent|Saint-Vincent-et-les-Grenadines|Saint Vincent and the Grenadines",
	"VE|Venezuela",
	"VG|Virgin Islands (UK)|Îles Vierges britanniques|British Virgin Islands",
	"VI|Virgin Islands (US)|Îles Vierges américaines|US Virgin Islands",
	"VN|Vietnam|Viêt Nam",
	"VU|Vanuatu",
	"WF|Wallis & Futuna|Wallis-et-Futuna|Wallis and Futuna",
	"WS|Samoa (western)|Samoa",
	"XK|Kosovo",
	"YE|Yemen",
	"YT|Mayotte",
	"ZA|South Africa|Afrique du Sud",
	"ZM|Zambia|Zambie",
	"ZW|Zimbabwe",
};
/* clang-format on */

static const char *same_words(struct arena *a, const char *s)
{
	struct buf b = {0};
	text_tokens_to(&b, s);
	const char *out = arena_strdup(a, text_trim(a, buf_str(&b)));
	buf_free(&b);
	return out;
}

bool country_known(const char *text, char near[80])
{
	struct arena *a = arena_new();
	const char *want = same_words(a, text);
	bool known = false;
	int nearest = 3;
	if (near)
		near[0] = '\0';
	for (size_t i = 0; !known && i < sizeof countries / sizeof *countries; i++) {
		char *copy = arena_strdup(a, countries[i]), *save = NULL;
		for (char *name = strtok_r(copy, "|", &save); !known && name; name = strtok_r(NULL, "|", &save)) {
			bool code = name == copy;
			const char *words = same_words(a, name);
			known = strcmp(words, want) == 0;
			int d = code || !near ? 9 : text_distance(want, words, 2);
			if (d < nearest) {
				nearest = d;
				(void)snprintf(near, 80, "%s", name);
			}
		}
	}
	arena_free(&a);
	return known;
}

/* The line of the table that has `text` as its code or a name; NULL. */
static const char *line_of(struct arena *a, const char *text)
{
	const char *want = same_words(a, text ? text : "");
	for (size_t i = 0; *want && i < sizeof countries / sizeof *countries; i++) {
		char *copy = arena_strdup(a, countries[i]), *save = NULL;
		for (char *name = strtok_r(copy, "|", &save); name; name = strtok_r(NULL, "|", &save))
			if (strcmp(same_words(a, name), want) == 0)
				return countries[i];
	}
	return NULL;
}

bool country_code(const char *text, char out[3])
{
	struct arena *a = arena_new();
	const char *line = line_of(a, text);
	if (line)
		(void)snprintf(out, 3, "%.2s", line);
	arena_free(&a);
	return line != NULL;
}

const char *country_name(struct arena *a, const char *text, const char *lang)
{
	const char *line = line_of(a, text);
	if (!line)
		return text;
	const char *english = line + 3, *bar = strchr(english, '|');
	const char *name = bar && lang && strcmp(lang, "fr") == 0 ? bar + 1 : english;
	return arena_strndup(a, name, strcspn(name, "|"));
}
