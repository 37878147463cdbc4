#include <string.h>

#include "core/base/clock.h"
#include "core/crm/capture.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "tests/unit/fixture.h"

TEST_ENGINES(capture_understands_both_languages)
{
	struct core *c = fixture_core(engine);
	struct arena *a = arena_new();
	struct error err = {0};
	struct capture cap;
	int64_t num;
	clock_freeze(1767258000000); /* Thursday 2026-01-01 09:00 UTC */
	fixture_add(c, "companies", "name=ACME Corp", NULL);
	fixture_add(c, "companies", "name=Keller AG", NULL);
	fixture_add(c, "contacts", "first_name=Marie", "last_name=Curie", "company=acme corp", NULL);
	fixture_add(c, "contacts", "first_name=Marie", "last_name=Petit", "company=keller ag", NULL);
	capture_parse(c, "appel Marie ACME devis 12k rappel mardi 10h #chaud", a, &cap);
	CHECK_STR(cap.type, "call");
	CHECK_STR(cap.contact_name, "Marie Curie");
	CHECK_STR(cap.company_name, "ACME Corp");
	CHECK_STR(cap.subject, "devis");
	CHECK_INT(cap.value, 1200000);
	CHECK_STR(cap.tags, "chaud");
	CHECK(cap.new_deal);
	struct civil at = clock_local(cap.follow_up);
	CHECK_INT(at.weekday, 1);
	CHECK_INT(at.hour, 10);
	MUST(capture_save(c, &cap, &num, &err));
	CHECK_STR(fixture_filter(c, "activities", "", NULL), "2 1");
	CHECK_STR(fixture_filter(c, "deals", "company:acme value=12000", NULL), "1");
	CHECK_STR(fixture_filter(c, "contacts", "tag:chaud", NULL), "1");
	capture_parse(c, "met Marie Petit 45 min about pricing", a, &cap);
	CHECK_STR(cap.type, "meeting");
	CHECK_STR(cap.contact_name, "Marie Petit");
	CHECK_STR(cap.subject, "pricing");
	CHECK_INT(cap.duration, 2700);
	capture_parse(c, "call Marie", a, &cap);
	CHECK_STR(cap.contact_name, "");
	CHECK(strstr(cap.doubt, "Marie") != NULL);
	capture_parse(c, "task send contract tomorrow", a, &cap);
	CHECK_STR(cap.type, "task");
	CHECK_STR(cap.subject, "send contract");
	CHECK(cap.at > clock_now());
	capture_parse(c, "", a, &cap);
	CHECK_STR(cap.subject, "");
	clock_freeze(0);
	arena_free(&a);
}

/* What was understood, in one line: only what is there. */
static const char *understood(struct arena *a, const struct capture *cap)
{
	struct buf b = {0};
	buf_printf(&b, "%s", cap->type);
	if (*cap->contact_name)
		buf_printf(&b, " | %s", cap->contact_name);
	if (*cap->company_name)
		buf_printf(&b, " | %s", cap->company_name);
	if (*cap->subject)
		buf_printf(&b, " | \u201c%s\u201d", cap->subject);
	if (cap->value)
		buf_printf(&b, " | %lld %s", (long long)cap->value / 100, cap->currency);
	if (cap->duration)
		buf_printf(&b, " | %lld min", (long long)cap->duration / 60);
	for (int i = 0; i < 2; i++) {
		int64_t ms = i ? cap->follow_up : cap->at;
		struct civil at = clock_local(ms);
		if (ms)
			buf_printf(&b, " | %s%s %02d-%02d %02d:%02d", i ? "then " : "", i ? cap->follow_type : "on", at.month, at.day, at.hour, at.minute);
	}
	if (cap->planned)
		buf_puts(&b, " | planned");
	if (*cap->outcome)
		buf_printf(&b, " | %s", cap->outcome);
	if (*cap->tags)
		buf_printf(&b, " | #%s", cap->tags);
	if (*cap->unknown_contact)
		buf_printf(&b, " | who? %s", cap->unknown_contact);
	if (*cap->unknown_company)
		buf_printf(&b, " | where? %s", cap->unknown_company);
	if (*cap->doubt)
		buf_puts(&b, " | doubt");
	const char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static struct core *book(enum db_engine engine)
{
	struct core *c = fixture_core(engine);
	clock_freeze(1767258000000); /* Thursday 2026-01-01 09:00 UTC */
	fixture_add(c, "companies", "name=ACME Corp", NULL);
	fixture_add(c, "companies", "name=Keller AG", NULL);
	fixture_add(c, "contacts", "first_name=Marie", "last_name=Curie", "company=acme corp", NULL);
	fixture_add(c, "contacts", "first_name=Marie", "last_name=Petit", "company=keller ag", NULL);
	return c;
}

TEST_ENGINES(capture_corpus)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{"appel Marie ACME devis 12k rappel mardi 10h #chaud", "call | Marie Curie | ACME Corp | “devis” | 12000 EUR | then call 01-06 10:00 | #chaud"},
		{"met Marie Petit 45 min about pricing", "meeting | Marie Petit | Keller AG | “pricing” | 45 min"},
		{"call Marie Curie no answer", "call | Marie Curie | ACME Corp | “no answer” | no_answer"},
		{"call Marie Curie voicemail call back tomorrow", "call | Marie Curie | ACME Corp | “voicemail” | then call 01-02 09:00 | left_message"},
		{"appel Marie Curie pas de réponse", "call | Marie Curie | ACME Corp | “pas de réponse” | no_answer"},
		{"appel Marie Curie messagerie rappeler demain à 14h", "call | Marie Curie | ACME Corp | “messagerie” | then call 01-02 14:00 | left_message"},
		{"appel Marie Curie pas intéressée", "call | Marie Curie | ACME Corp | “pas intéressée” | not_interested"},
		{"call Marie Curie not interested", "call | Marie Curie | ACME Corp | “not interested” | not_interested"},
		{"call Marie Curie interested in the new model", "call | Marie Curie | ACME Corp | “interested in the new model” | interested"},
		{"appel Marie Curie intéressée par le contrat", "call | Marie Curie | ACME Corp | “intéressée par le contrat” | interested"},
		{"call Marie Curie no budget this year", "call | Marie Curie | ACME Corp | “no budget this year”"},
		{"appel Marie Curie pas de budget", "call | Marie Curie | ACME Corp | “pas de budget”"},
		{"call Marie Curie wrong number", "call | Marie Curie | ACME Corp | “wrong number” | wrong_number"},
		{"call Marie Curie 30m", "call | Marie Curie | ACME Corp | 30 min"},
		{"call Marie Curie 45 m", "call | Marie Curie | ACME Corp | 45 min"},
		{"call Marie Curie 30 min", "call | Marie Curie | ACME Corp | 30 min"},
		{"réunion ACME 1h30", "meeting | ACME Corp | 90 min"},
		{"meeting ACME 2 hours about rollout", "meeting | ACME Corp | “rollout” | 120 min"},
		{"meeting ACME for 3h", "meeting | ACME Corp | 180 min"},
		{"call Marie Curie deal 30M€", "call | Marie Curie | ACME Corp | “deal” | 30000000 EUR"},
		{"call Marie Curie deal 30 m€", "call | Marie Curie | ACME Corp | “deal” | 30000000 EUR"},
		{"deal ACME 30 million", "note | ACME Corp | “deal” | 30000000 EUR"},
		{"devis ACME 12 000 €", "note | ACME Corp | “devis” | 12000 EUR"},
		{"devis ACME 12 000 €", "note | ACME Corp | “devis” | 12000 EUR"},
		{"devis ACME 12 500 euros", "note | ACME Corp | “devis” | 12500 EUR"},
		{"quote ACME 1,5k", "note | ACME Corp | “quote” | 1500 EUR"},
		{"quote ACME $10k", "note | ACME Corp | “quote” | 10000 USD"},
		{"quote ACME 12500", "note | ACME Corp | “quote” | 12500 EUR"},
		{"devis de 12500 pour ACME", "note | ACME Corp | “devis” | 12500 EUR"},
		{"quote ACME for 12500", "note | ACME Corp | “quote” | 12500 EUR"},
		{"email ACME quote 48k EUR", "email | ACME Corp | “quote” | 48000 EUR"},
		{"call Marie Curie about 2 offers", "call | Marie Curie | ACME Corp | “2 offers”"},
		{"meeting ACME for 2 days", "meeting | ACME Corp | “2 days”"},
		{"rdv Marie Curie le 3 décembre à 9h", "meeting | Marie Curie | ACME Corp | on 12-03 09:00"},
		{"meeting Marie Curie on dec 3 at 9am", "meeting | Marie Curie | ACME Corp | on 12-03 09:00"},
		{"rdv Marie Curie demain à 14h", "meeting | Marie Curie | ACME Corp | on 01-02 14:00"},
		{"rdv ACME lundi prochain", "meeting | ACME Corp | on 01-05 09:00"},
		{"meeting ACME next monday", "meeting | ACME Corp | on 01-05 09:00"},
		{"meeting ACME next monday at 3pm", "meeting | ACME Corp | on 01-05 15:00"},
		{"rdv ACME la semaine prochaine", "meeting | ACME Corp | on 01-05 09:00"},
		{"visio Marie Curie mardi 14h30", "meeting | Marie Curie | ACME Corp | on 01-06 14:30"},
		{"rdv Marie Curie demain matin", "meeting | Marie Curie | ACME Corp | on 01-02 09:00"},
		{"meeting Marie Curie tomorrow afternoon", "meeting | Marie Curie | ACME Corp | on 01-02 14:00"},
		{"met Marie Curie yesterday", "meeting | Marie Curie | ACME Corp | on 12-31 09:00"},
		{"call Marie Curie friday at noon", "call | Marie Curie | ACME Corp | on 01-02 12:00"},
		{"call back in 3 days", "call | on 01-04 09:00 | planned"},
		{"rappeler dans 3 jours", "call | on 01-04 09:00 | planned"},
		{"rappeler Marie Curie dans 3 jours", "call | Marie Curie | ACME Corp | on 01-04 09:00 | planned"},
		{"call back Marie Curie tomorrow 10h", "call | Marie Curie | ACME Corp | on 01-02 10:00 | planned"},
		{"appel Marie Curie rappel mardi 10h", "call | Marie Curie | ACME Corp | then call 01-06 10:00"},
		{"rappel mardi 10h Marie Curie", "call | Marie Curie | ACME Corp | on 01-06 10:00 | planned"},
		{"call Marie Curie follow up in 2 weeks", "call | Marie Curie | ACME Corp | then call 01-15 09:00"},
		{"email Marie Curie relance vendredi", "email | Marie Curie | ACME Corp | then task 01-02 09:00"},
		{"relancer ACME vendredi", "task | ACME Corp | on 01-02 09:00 | planned"},
		{"send quote to Marie Curie tomorrow", "task | Marie Curie | ACME Corp | “send quote” | on 01-02 09:00"},
		{"envoyer devis à Marie Curie demain", "task | Marie Curie | ACME Corp | “envoyer devis” | on 01-02 09:00"},
		{"tâche rappeler Marie Curie demain", "task | Marie Curie | ACME Corp | “rappeler” | on 01-02 09:00"},
		{"task send contract tomorrow", "task | “send contract” | on 01-02 09:00"},
		{"todo call Marie Curie friday", "task | Marie Curie | ACME Corp | “call” | on 01-02 09:00"},
		{"contract signature ACME tomorrow", "task | ACME Corp | “contract signature” | on 01-02 09:00"},
		{"call Jane Doe about pricing", "call | “Jane Doe about pricing” | who? Jane Doe"},
		{"met Jane Doe from Initech 45 min", "meeting | “Jane Doe from Initech” | 45 min | who? Jane Doe | where? Initech"},
		{"appel Jean Dupont INITECH devis 5k", "call | “Jean Dupont INITECH devis €5,000” | 5000 EUR | who? Jean Dupont | where? INITECH"},
		{"call Marie Curie about Windows licences", "call | Marie Curie | ACME Corp | “Windows licences”"},
		{"send contract to Jane Doe tomorrow", "task | “send contract to Jane Doe” | on 01-02 09:00 | who? Jane Doe"},
		{"rdv chez Initech demain 10h", "meeting | “Initech” | on 01-02 10:00 | where? Initech"},
		{"call Sam tomorrow", "call | “Sam” | on 01-02 09:00 | who? Sam"},
		{"note ACME moved to Lyon", "note | ACME Corp | “moved to Lyon”"},
		{"sms Marie Curie en retard", "sms | Marie Curie | ACME Corp | “en retard”"},
		{"visit ACME today 15:00", "visit | ACME Corp | on 01-01 15:00"},
		{"call Marie", "call | “Marie” | doubt"},
		{"met ACME 2026-02-03 10:30 about renewal", "meeting | ACME Corp | “renewal” | on 02-03 10:30"},
		{"appel ACME d'ici 3 jours", "call | ACME Corp | on 01-04 09:00"},
		{"call Marie Curie tomorrow.", "call | Marie Curie | ACME Corp | on 01-02 09:00"},
		{"lunch with Marie Curie friday 12:30", "meeting | Marie Curie | ACME Corp | “lunch” | on 01-02 12:30"},
		{"Dupont SARL a appelé", "note | “Dupont SARL a appelé” | where? SARL"},
		{"call Marie Curie 1h30", "call | Marie Curie | ACME Corp | 90 min"},
		{"rdv Marie Curie demain 10h30", "meeting | Marie Curie | ACME Corp | on 01-02 10:30"},
		{"appel Keller AG offre 1 250,50 €", "call | Keller AG | “offre” | 1250 EUR"},
		{"meeting 14h ACME", "meeting | ACME Corp | on 01-01 14:00"},
		{"call Marie Curie at 3pm on friday", "call | Marie Curie | ACME Corp | on 01-02 15:00"},
		{"rdv demain Marie Curie 10h", "meeting | Marie Curie | ACME Corp | on 01-02 10:00"},
		{"devis Initech 12k", "note | “devis Initech €12,000” | 12000 EUR | where? Initech"},
		{"call Marie Curie, no answer, call back monday 9h", "call | Marie Curie | ACME Corp | “no answer” | then call 01-05 09:00 | no_answer"},
		{"appel Marie Petit occupée rappeler lundi prochain à 10h", "call | Marie Petit | Keller AG | “occupée” | then call 01-05 10:00 | busy"},
		{"note: ACME wants a demo", "note | ACME Corp | “wants a demo”"},
		{"meeting Marie Curie dec 3", "meeting | Marie Curie | ACME Corp | on 12-03 09:00"},
		{"call Marie Curie 2026-01-15", "call | Marie Curie | ACME Corp | on 01-15 09:00"},
		{"envoyer contrat Keller AG avant vendredi", "task | Keller AG | “envoyer contrat” | on 01-02 09:00"},
		{"call Marie Curie left a message", "call | Marie Curie | ACME Corp | “left a message” | left_message"},
		{"appel Marie Curie ne répond pas 5 min", "call | Marie Curie | ACME Corp | “ne répond pas” | 5 min | no_answer"},
		{"deal ACME 30m", "note | ACME Corp | “deal” | 30 min"},
		{"affaire ACME 2 millions d'euros", "note | ACME Corp | “affaire” | 2000000 EUR"},
		{"call ACME EUR 500", "call | ACME Corp | 500 EUR"},
		{"rdv ACME d'ici une semaine", "meeting | ACME Corp | on 01-08 09:00"},
		{"call Marie Curie follow-up tuesday", "call | Marie Curie | ACME Corp | then call 01-06 09:00"},
	};
	struct core *c = book(engine);
	struct arena *a = arena_new();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct capture cap;
		capture_parse(c, cases[i].line, a, &cap);
		const char *got = understood(a, &cap);
		if (strcmp(got, cases[i].want) != 0)
			CHECK_STR(arena_printf(a, "%s -> %s", cases[i].line, got), arena_printf(a, "%s -> %s", cases[i].line, cases[i].want));
	}
	struct capture soon;
	capture_parse(c, "call ACME in 2 hours", a, &soon);
	CHECK_INT(soon.at, clock_now() + 2 * CLOCK_HOUR);
	clock_freeze(0);
	arena_free(&a);
}

/* Names that the book does not know: kept in words, or made when asked to. */
TEST_ENGINES(capture_of_people_unknown)
{
	struct core *c = book(engine);
	struct arena *a = arena_new();
	struct error err = {0};
	struct capture cap;
	int64_t num;
	capture_parse(c, "call Jane Doe from Initech no answer 5k call back tomorrow 10h #new", a, &cap);
	CHECK_STR(cap.unknown_contact, "Jane Doe");
	CHECK_STR(cap.unknown_company, "Initech");
	CHECK(strstr(capture_describe(c, &cap, a), "not in the book: Jane Doe") != NULL);
	MUST(capture_save(c, &cap, &num, &err));
	CHECK_STR(fixture_field(c, "activities", num, "subject"), "Jane Doe from Initech no answer €5,000");
	CHECK_STR(fixture_field(c, "activities", num, "outcome"), "no_answer");
	CHECK_STR(fixture_field(c, "activities", num, "contact"), "");
	CHECK_STR(fixture_filter(c, "contacts", "doe", NULL), "");
	cap.create = true;
	CHECK(strstr(capture_describe(c, &cap, a), "new contact Jane Doe") != NULL);
	MUST(capture_save(c, &cap, &num, &err));
	CHECK_STR(fixture_field(c, "activities", num, "subject"), "no answer");
	CHECK_STR(fixture_field(c, "activities", num, "contact"), "Jane Doe");
	CHECK_STR(fixture_field(c, "activities", num, "company"), "Initech");
	CHECK_STR(fixture_field(c, "activities", num + 1, "type"), "call");
	CHECK_STR(fixture_field(c, "activities", num + 1, "status"), "planned");
	CHECK_STR(fixture_filter(c, "deals", "company:initech value=5000", NULL), "1");
	CHECK_STR(fixture_filter(c, "contacts", "tag:new doe", NULL), "3");
	clock_freeze(0);
	arena_free(&a);
}
