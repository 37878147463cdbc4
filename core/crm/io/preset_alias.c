/* The dictionary of headers. Compact: no case, accents, spaces or punctuation. Languages: English, French, German,
 * Spanish, Czech; the commonest words also in Italian, Portuguese, Dutch, Polish, Russian, Arabic and Hindi. */
#include "core/crm/io/preset_alias.h"

#include <stddef.h>

/* clang-format off */
const struct preset_alias preset_aliases[] = {
	/* contacts: names */
	{"c", "salutation", NULL, "salutation prefix nameprefix honorific honorificprefix civilite anrede tratamiento osloveni courtesytitle"},
	{"c", "first_name", NULL,
		"firstname fname givenname forename first prenom vorname primernombre nombredepila krestnijmeno voornaam imie имя "
		"contactfirstname leadfirstname personfirstname prenomducontact"},
	{"c", "last_name", NULL,
		"lastname lname surname familyname last nomdefamille nachname familienname zuname apellido apellidos prijmeni cognome "
		"sobrenome apelido achternaam nazwisko фамилия contactlastname leadlastname personlastname"},
	{"c", "middle_name", NULL, "middlename middle additionalname secondname deuxiemeprenom zweitervorname segundonombre"},
	{"c", "suffix", NULL, "suffix namesuffix honorificsuffix"},
	{"c", "nickname", NULL, "nickname nick surnom spitzname apodo prezdivka"},
	{"c", "full_name", NULL,
		"name fullname contactname contact displayname leadname clientname customername prospectname personname person lead "
		"client customer prospect nom nomcomplet nometprenom prenometnom nomprenom prenomnom nomducontact vollername "
		"vollstandigername kontakt kontaktname ansprechpartner nombre nombrecompleto nombreyapellidos contacto jmeno celejmeno "
		"jmenoaprijmeni nome nomecompleto naam volledigenaam imieinazwisko фио контакт الاسم नाम"},
	/* contacts: work */
	{"c", "job_title", NULL,
		"jobtitle title position jobposition role jobrole function designation occupation profession titre titreduposte fonction poste "
		"berufsbezeichnung stellenbezeichnung titel jobtitel funktion beruf cargo puesto puestodetrabajo pozice funkce "
		"pracovnipozice ruolo qualifica functie stanowisko должность"},
	{"ca", "department", NULL, "department dept departement service abteilung departamento oddeleni reparto afdeling dzial"},
	{"cd", "company", "id",
		"accountid companyid organizationid organisationid associatedcompanyid associatedcompanyids accountextid companyrecordid "
		"associatedcompanyidsprimary identreprise idsociete companyids"},
	{"a", "company", "id", "accountid companyid organizationid associatedcompanyid associatedcompanyids accountextid"},
	{"cda", "company", NULL,
		"company companyname company1name organization organizationname organisation organisationname account accountname employer "
		"business businessname associatedcompany associatedcompanyprimary associatedcompanynames primaryassociatedcompany org "
		"entreprise nomdelentreprise nomentreprise societe nomdelasociete nomsociete compte raisonsociale firma firmenname firmaname "
		"unternehmen unternehmensname empresa nombredelaempresa compania cuenta spolecnost nazevspolecnosti nazevfirmy azienda bedrijf "
		"bedrijfsnaam companyaccount компания الشركة कंपनी"},
	{"codau", "owner", "id", "ownerid assigneduserid hubspotownerid salesrepid ownerrecordid"},
	{"coda", "owner", NULL,
		"owner ownername owneremail contactowner leadowner companyowner accountowner dealowner opportunityowner activityowner taskowner "
		"recordowner salesrep salesrepresentative salesperson salesagent salesmanager rep agent assignedto assignedtouser assigneduser "
		"assignedusername assignee accountmanager responsible responsibleperson sdr proprietaire proprietaireducontact commercial "
		"responsable responsablecommercial chargedaffaires attribuea assignea verantwortlich verantwortlicher zustandig betreuer "
		"vertriebsmitarbeiter propietario comercial vendedor vlastnik obchodnik zodpovednaosoba prirazeno"},
	{"c", "lifecycle_stage", NULL, "lifecyclestage lifecycle lifecyclestatus contactstage etapeducycledevie phaseducycledevie leadstage"},
	{"c", "lead_status", NULL, "leadstatus status contactstatus prospectstatus crmstatus statut statutduprospect etat stav estado hsleadstatus leadstate"},
	{"cd", "source", NULL,
		"source leadsource originalsource originalsourcetype contactsource dealsource datasource channel origine origin leadorigin "
		"acquisitionchannel utmsource howdidyouhearaboutus referredby provenance canal sourcedelead quelle herkunft leadquelle "
		"origen fuente zdroj fonte platform"},
	/* reaching people */
	{"c", "contact_points", NULL, "emailphone phoneemail emailtelephone telephoneemail contactinfo contactinformation contactdetails coordonnees kontaktdaten"},
	{"co", "linkedin_url", NULL, "linkedin linkedinurl linkedinprofile linkedinprofileurl linkedinlink linkedinbio personlinkedinurl profillinkedin linkedinpage companylinkedinurl"},
	{"c", "emails", NULL,
		"email email# mail emailaddress email#address email#value emailid emailaddresses emails primaryemail primaryemailaddress leademail "
		"useremail contactemail personemail emailprimaire courriel adressemail adresseemail adressecourriel adresseelectronique "
		"adressedecourriel emailadresse mailadresse correo correoelectronico direcciondecorreo direcciondecorreoelectronico "
		"emailovaadresa postaelettronica indirizzoemail enderecodeemail emailadres adresemail почта البريد البريدالالكتروني ईमेल"},
	{"c", "emails", "other", "secondaryemail alternateemail alternativeemail additionalemail secondemail additionalemailaddresses emailsecondaire autreemail otheremail"},
	{"u", "email", NULL, "email mail emailaddress useremail login courriel correo adressemail"},
	{"c", "phones", "mobile",
		"mobile mobilephone mobilephonenumber mobilenumber mobileno cell cellphone cellphonenumber cellular gsm whatsapp whatsappnumber "
		"whatsappphonenumber portable telephonemobile telephoneportable telportable numeroportable mobil mobiltelefon handy handynummer "
		"mobilnummer movil celular telefonomovil mobilni mobilnitelefon cellulare telefoonmobiel mobiel telemovel الجوال मोबाइल"},
	{"c", "phones", "fax", "fax faxnumber faxno telefax telecopie telecopieur faxnummer"},
	{"c", "phones", NULL,
		"phone phone# phonenumber phonenumber# phone#value phoneno phonenumbers telephone telephonenumber telephoneno tel telno contactnumber "
		"contactno contactphone primaryphone mainphone leadphone personphone ph numerodetelephone numtel numtelephone telefon telefonnummer "
		"telefono telefono# numerodetelefono telefone telefoon telefoonnummer telefonni telefonnicislo телефон الهاتف फोन फ़ोन"},
	{"c", "phones", "other", "pager pagernumber carphone assistantphone assistantsphone companymainphone otherphone phonevideo telex isdn radiophone callback"},
	{"o", "phone", NULL,
		"phone phonenumber telephone telephonenumber tel mainphone companyphone companyphonenumber companymainphone businessphone "
		"officephone workphone numerodetelephone standard telefon telefonnummer telefono telefone telefoon telefonni mainphonenumber"},
	{"co", "website", NULL,
		"website websiteurl web webpage website# website#value websiteaddress homepage url site siteweb siteinternet webseite webadresse "
		"internetseite sitioweb paginaweb pagina webovestranky www sitointernet sitoweb companywebsite personalwebsite"},
	{"c", "birthday", NULL,
		"birthday birthdate dateofbirth dob bday borndate datedenaissance naissance anniversaire geburtstag geburtsdatum "
		"fechadenacimiento cumpleanos datumnarozeni narozeniny narozeni datadinascita compleanno datadenascimento geboortedatum"},
	{"c", "birthday", "year", "birthyear"},
	{"c", "birthday", "month", "birthmonth"},
	{"c", "birthday", "day", "birthday# birthdayofmonth"},
	{"c", "language", NULL, "language preferredlanguage lang locale langue languepreferee sprache idioma jazyk lingua taal jezyk"},
	{"c", "do_not_email", NULL,
		"donotemail donotmail emailoptout optout optedout optedoutofemail hasoptedoutofemail unsubscribed unsubscribedfromallemail "
		"hsemailoptout nepasenvoyerdemail nepascontacterparemail desabonne desinscrit keinemail noenviaremail"},
	{"c", "do_not_call", NULL, "donotcall donotphone nepasappeler nepastelephoner nichtanrufen nollamar"},
	{"c", "last_contacted_at", NULL,
		"lastcontacted lastcontactedat lastcontactdate lastcontact lastcontacttime lastactivity lastactivitydate lasttouch lasttouchdate "
		"derniercontact datedudernierecontact datedederniercontact dernierecontact derniereactivite letzterkontakt ultimocontacto "
		"poslednikontakt noteslastcontacted"},
	/* companies */
	{"o", "parent", "id", "parentid parentaccountid parentcompanyid"},
	{"o", "parent", NULL,
		"parent parentcompany parentaccount parentaccountname parentorganization subsidiaryof partof societemere maisonmere groupe "
		"muttergesellschaft konzern matriz empresamatriz materskaspolecnost"},
	{"o", "legal_name", NULL, "legalname companylegalname registeredname raisonsociale denominationsociale denomination firmierung razonsocial obchodnifirma"},
	{"o", "name", NULL,
		"name company companyname account accountname organization organizationname organisation organisationname business businessname "
		"client clientname customer customername entreprise nomdelentreprise nomentreprise societe nomdelasociete nomsociete nom compte "
		"firma firmenname firmaname unternehmen unternehmensname kunde empresa nombre nombredelaempresa compania spolecnost nazev "
		"nazevspolecnosti nazevfirmy azienda bedrijf bedrijfsnaam компания الشركة कंपनी"},
	{"o", "domain", NULL, "domain domainname companydomain companydomainname webdomain emaildomain domaine nomdedomaine dominio domena primarydomain"},
	{"o", "industry", NULL,
		"industry sector secteur secteurdactivite activite branche industrie wirtschaftszweig industria ramo sektor odvetvi obor vertical "
		"businesssegment segment settore branza"},
	{"o", "siren", NULL, "siren numerosiren numsiren nsiren sirennumber"},
	{"o", "siret", NULL, "siret numerosiret numsiret nsiret siretnumber"},
	{"o", "vat_number", NULL,
		"vatnumber vat vatid vatno vatcode vatregistrationnumber tva numerotva numerodetva notva ntva tvaintra tvaintracommunautaire "
		"numerotvaintracommunautaire ustid ustidnr umsatzsteuerid umsatzsteueridentifikationsnummer uid dic cif nif nifcif partitaiva taxid "
		"taxnumber btwnummer"},
	{"o", "type", NULL, "type accounttype companytype organizationtype typedecompte typedesociete kundentyp tipo typ relationtype"},
	{"o", "employees", NULL,
		"employees employee numberofemployees noofemployees employeecount employeescount headcount staff companysize size effectif effectifs "
		"nombredesalaries nombredemployes salaries mitarbeiter mitarbeiterzahl anzahlmitarbeiter empleados numerodeempleados "
		"pocetzamestnancu zamestnanci dipendenti"},
	{"o", "annual_revenue", NULL,
		"annualrevenue revenue yearlyrevenue turnover annualturnover sales chiffredaffaires ca caannuel chiffredaffairesannuel umsatz "
		"jahresumsatz ingresos ingresosanuales facturacion obrat rocniobrat fatturato"},
	{"o", "country", NULL, "officelocation hqcountry headquarters"},
	/* deals */
	{"d", "external_id", NULL,
		"id recordid dealid opportunityid oppid externalid extid opportunityextid dealrecordid pipedrivesystemid uuid guid identifiant "
		"iddelaffaire opportunitynumber"},
	{"d", "title", NULL,
		"title name dealname dealtitle deal opportunity opportunityname oppname opptitle opportunitytitle projectname subject affaire "
		"nomdelaffaire nomaffaire opportunite nomdelopportunite titre nom intitule titel geschaft auftrag verkaufschance bezeichnung "
		"oportunidad nombredelaoportunidad negocio nombredelnegocio titulo nombre obchod nazevobchodu prilezitost nazev"},
	{"d", "value", NULL,
		"value amount dealvalue dealamount opportunityamount opportunityvalue amountincompanycurrency estimatedvalue expectedvalue closevalue "
		"totalvalue total price revenue acv tcv expectedrevenue budget montant valeur montantht valeurdelaffaire montantestime betrag "
		"wert auftragswert summe importe monto valor cantidad castka hodnota cena objem valore importo waarde bedrag kwota"},
	{"dp", "currency", NULL,
		"currency currencycode currencyisocode currencyofvalue dealcurrency devise monnaie wahrung waehrung moneda divisa mena valuta waluta"},
	{"d", "stage", "id", "stageid dealstageid"},
	{"d", "stage", NULL,
		"stage stagename dealstage pipelinestage salesstage opportunitystage currentstage etape etapedelaffaire etapedevente phase "
		"verkaufsphase vertriebsphase etapa fase faze fazeobchodu fasi etap"},
	{"d", "pipeline", NULL, "pipeline pipelinename dealpipeline salespipeline salesprocess processusdevente entonnoir embudo"},
	{"d", "status", NULL, "status dealstatus opportunitystatus state result opportunityresult outcome statut etat resultat ergebnis estado resultado stav vysledek"},
	{"d", "probability", NULL,
		"probability winprobability dealprobability likelihood chance confidence probabilite proba wahrscheinlichkeit "
		"probabilidad pravdepodobnost probabilita"},
	{"d", "won_at", NULL, "wonat wontime wondate datewon datedegain gagnele gewonnenam fechaganado vyhrano"},
	{"d", "lost_at", NULL, "lostat losttime lostdate datelost datedeperte perdule verlorenam fechaperdido prohrano"},
	{"d", "lost_reason", NULL,
		"lostreason lossreason closedlostreason reasonlost reasonforloss lostreasonid raisondeperte motifdeperte raisondelaperte verlustgrund "
		"motivodeperdida razondeperdida duvodztraty duvodprohry"},
	{"d", "expected_close_date", NULL,
		"closedate expectedclosedate expectedclose closingdate estimatedclosedate estimatedclose expectedclosing forecastclosedate targetclosedate "
		"forecastdate datedeadline deadline datedecloture dateprevue dateprevisionnelle dateprevisionnelledecloture datedesignature cloture "
		"abschlussdatum erwartetesabschlussdatum abschluss fechadecierre fechaprevistadecierre cierre datumuzavreni predpokladaneuzavreni "
		"datadichiusura"},
	{"da", "contact", "id", "contactid associatedcontactid associatedcontactids contactextid personid leadid whoid primarycontactid whoextid"},
	{"da", "contact", NULL,
		"contact contactname contactperson primarycontact associatedcontact associatedcontacts person personname customer client lead leadname "
		"nomducontact interlocuteur kontakt kontaktperson ansprechpartner contacto personadecontacto kontaktniosoba contactemail personemail"},
	{"d", "next_step", NULL, "nextstep nextsteps nextaction hsnextstep prochaineetape prochaineaction nachsterschritt naechsterschritt proximopaso siguientepaso dalsikrok"},
	{"d", "product", NULL, "product productname products item produit produkt producto vyrobek prodotto article"},
	{"d", "created_at", NULL, "engagedate opendate openingdate startdate dateouverture"},
	/* activities */
	{"a", "type", NULL, "type activitytype tasktype eventtype kind typedactivite typ art tipo druh"},
	{"a", "subject", NULL, "subject title name activity activityname activitysubject task taskname tasksubject topic sujet objet titre tache betreff aufgabe asunto tarea predmet ukol nazev"},
	{"a", "body", NULL,
		"body note notebody notes description comment comments content text textbody message messagebody details summary remarks corps "
		"contenu commentaire commentaires compterendu notiz notizen beschreibung inhalt nota notas descripcion cuerpo poznamka popis obsah"},
	{"a", "due_at", NULL, "due duedate dueat dueon duedatetime deadline echeance dateecheance datedecheance datelimite falligkeit falligam faelligam vencimiento fechadevencimiento termin"},
	{"a", "due_at", "time", "duetime heureecheance"},
	{"a", "start_at", NULL,
		"start startat startdate startdatetime activitydate activitydatetime date datetime eventdate meetingdate calldate messagedate timestamp when "
		"debut datededebut dateheure dateactivite beginn datum startdatum inicio fecha fechadeinicio zacatek"},
	{"a", "start_at", "time", "starttime time heure uhrzeit hora cas"},
	{"a", "duration_s", NULL, "duration durationminutes durationseconds durationmin durations length callduration duree dauer duracion delka trvani"},
	{"a", "status", NULL, "status state done completed iscompleted isdone taskstatus statut etat termine terminee fait erledigt abgeschlossen estado hecho stav hotovo"},
	{"a", "deal", "id", "dealid opportunityid associateddealid associateddealids opportunityextid whatid"},
	{"a", "deal", NULL, "deal dealname dealtitle associateddeal opportunity opportunityname affaire opportunite geschaft oportunidad negocio obchod"},
	{"a", "external_id", NULL, "id recordid activityid taskid eventid externalid noteid taskextid emailmessageextid feeditemextid"},
	/* products */
	{"p", "name", NULL, "name productname product item itemname title produit nomduproduit nom designation libelle article produkt produktname bezeichnung artikel producto nombre nazev vyrobek"},
	{"p", "sku", NULL,
		"sku productcode productid code itemno itemnumber itemcode articleno articlenumber partnumber partno reference ref referenceproduit "
		"codeproduit codearticle artikelnummer artikelnr produktnummer codigo referencia kod kodproduktu id productextid externalid"},
	{"p", "unit", NULL, "unit unitofmeasure uom unite unitedemesure einheit mengeneinheit unidad jednotka eenheid"},
	{"p", "price", NULL,
		"price unitprice listprice salesprice sellingprice priceperunit standardprice prix prixunitaire prixunitaireht prixht prixdevente tarif preis einzelpreis "
		"verkaufspreis stuckpreis precio preciounitario cena jednotkovacena prezzo prijs"},
	{"p", "active", NULL, "active isactive enabled available actif aktiv activo aktivni"},
	{"p", "type", NULL, "type producttype typedeproduit typ tipo"},
	{"p", "category", NULL, "category productcategory family productfamily series group productgroup line productline categorie famille gamme kategorie produktgruppe categoria familia rada skupina"},
	/* users */
	{"u", "name", NULL, "name fullname user username salesagent salesrep salesperson agent employee employeename nom nomcomplet benutzer mitarbeiter usuario nombre uzivatel jmeno"},
	{"u", "manager", NULL, "manager managername reportsto supervisor responsable superieur vorgesetzter leiter jefe gerente nadrizeny vedouci"},
	{"u", "team", NULL, "team teamname regionaloffice office region territory group department equipe agence gruppe equipo tym"},
	{"u", "role", NULL, "role profile permission jobtitle title position fonction rolle rol funcion"},
	/* everywhere */
	{"co", "street", NULL,
		"street address streetaddress address1 addressline1 street1 addressstreet address#street address#formatted rue adresse adresse1 adressepostale "
		"ruenumero strasse strassehausnummer anschrift direccion calle domicilio ulice adresa indirizzo via adres straat endereco location"},
	{"co", "street2", NULL, "street2 address2 addressline2 adresse2 complementdadresse complementadresse addressextended extendedaddress addresscomplement suite adresszusatz direccion2"},
	{"co", "postal_code", NULL,
		"postalcode zip zipcode zippostalcode postalzip postcode postalcodezip addresszip addresspostalcode codepostal cp plz postleitzahl codigopostal "
		"psc cap codicepostale postnummer kodpocztowy"},
	{"co", "city", NULL, "city town addresscity ville commune localite ort stadt wohnort ciudad poblacion localidad municipio mesto obec citta comune plaats miasto cidade"},
	{"co", "region", NULL, "state province region stateregion stateprovince provincestate county addressstate etatregion departementregion bundesland kanton provincia comunidadautonoma kraj regione"},
	{"co", "country", NULL, "country countryregion countrycode countryname addresscountry pays land pais zeme stat nazione paese"},
	{"cop", "description", NULL,
		"description notes note comments comment remarks remark about background details info information additionalinfo remarque remarques "
		"commentaire commentaires beschreibung notiz notizen bemerkung bemerkungen kommentar descripcion notas nota observaciones comentarios "
		"popis poznamka poznamky descrizione opmerkingen ملاحظات"},
	{"d", "description", NULL, "description notes note comments comment remarks details remarque commentaire commentaires beschreibung notizen bemerkungen descripcion notas observaciones popis poznamka poznamky"},
	{"cod", "tags", NULL,
		"tags tag labels label groups group groupmembership categories category keywords etiquettes etiquette libelles groupes categorie schlagworter "
		"schlagworte gruppen kategorien kategorie etiquetas etiqueta grupos stitky stitek skupiny"},
	{"co", "external_id", NULL,
		"id recordid externalid extid contactid leadid personid companyid accountid organizationid customerid clientid prospectid userid uuid guid "
		"identifiant numeroclient kundennummer pipedrivesystemid contactextid accountextid leadnumber"},
	{"coda", "created_at", NULL,
		"createdat createdate createddate creationdate datecreated created createdtime createdon createtime dateadded addedon addedat signupdate "
		"conversiontime leadsubmittime submittedat firstcontactdate datedecreation creele datecreation dateajout erstellt erstelltam "
		"erstellungsdatum angelegtam fechadecreacion fechacreacion creado datumvytvoreni vytvoreno datadicreazione"},
	{NULL, NULL, NULL, NULL},
};

const struct preset_qualifier preset_qualifiers[] = {
	{"home", "home"}, {"personal", "home"}, {"private", "home"}, {"perso", "home"}, {"personnel", "home"}, {"personnelle", "home"},
	{"domicile", "home"}, {"privat", "home"}, {"casa", "home"}, {"domu", "home"}, {"domaci", "home"}, {"personale", "home"},
	{"work", "work"}, {"business", "work"}, {"office", "work"}, {"company", "work"}, {"mailing", "work"}, {"billing", "work"},
	{"direct", "work"}, {"pro", "work"}, {"professional", "work"}, {"professionnel", "work"}, {"professionnelle", "work"},
	{"bureau", "work"}, {"travail", "work"}, {"facturation", "work"}, {"geschaftlich", "work"}, {"dienstlich", "work"}, {"buro", "work"},
	{"arbeit", "work"}, {"trabajo", "work"}, {"oficina", "work"}, {"empresa", "work"}, {"prace", "work"},
	{"kancelar", "work"}, {"mobile", "mobile"}, {"cell", "mobile"}, {"portable", "mobile"}, {"mobil", "mobile"}, {"movil", "mobile"},
	{"other", "other"}, {"shipping", "other"}, {"alternate", "other"}, {"secondary", "other"}, {"second", "other"}, {"autre", "other"},
	{"livraison", "other"}, {"sonstige", "other"}, {"otro", "other"}, {"otra", "other"}, {"jiny", "other"}, {NULL, NULL},
};
/* clang-format on */
