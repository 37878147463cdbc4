#!/usr/bin/env python3
"""Payments with Stripe on the command line, against a stand-in that is checked against Stripe's own descriptions and clients (beside the project, when somebody
put it there): links, cards, confirmations with the bank, refunds, subscriptions, disputes; answers that are lost, and what else goes wrong on the way."""
import json, os, subprocess, sys, tempfile, time, urllib.parse, urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import receiver as kit
from peers import Missing, Peers
from receiver import Book, check, skip

SELLER = ("legal_form=SAS", "street=1 rue A", "postal_code=75001", "city=Paris", "country=FR", "siren=123456782", "vat_number=FR11123456782", "iban=FR7630006000011234567890189")
KILLER = os.path.join(os.path.dirname(kit.SIMPLIX), "simplix-kill")
CHARGES = int(os.environ.get("SIMPLIX_STRIPE_CHARGES", "100"))


class Shop:
    """A book and its account at Stripe."""

    def __init__(self, engine, folder, peers, name):
        self.peers, self.key = peers, "sk_test_%s%d" % (name, os.getpid())
        self.base = "http://127.0.0.1:%d" % peers.ports["stripe"]
        self.b = Book(engine, folder, SIMPLIX_LANG="en", STRIPE_SECRET_KEY=self.key, STRIPE_API_BASE=self.base)
        self.b.run("organizations", "edit", "1", *SELLER)
        self.check = self.b.check

    def ctl(self, path, **body):
        return self.peers.control("/stripe/" + path, dict(body, key=self.key))

    def state(self, kind):
        return self.peers.control("/stripe/state?key=" + self.key).get(kind, [])

    def api(self, path, **form):
        data = urllib.parse.urlencode(form).encode() if form else None
        q = urllib.request.Request(self.base + path, data=data, headers={"authorization": "Bearer " + self.key, "stripe-version": "2026-02-25.clover"})
        with urllib.request.urlopen(q, timeout=20) as r:
            return json.loads(r.read())

    def company(self, name):
        self.b.run("companies", "add", "name=" + name, "city=Lyon", "country=FR", "billing_email=bills@%s.example" % name.lower())

    def issue(self, company="ACME", price="100", **more):
        ref = self.b.json("invoices", "add", "company=" + company, "title=Work", *["%s=%s" % f for f in more.items()])["reference"]
        self.b.run("invoice-lines", "add", "invoice=" + ref, "name=Work", "unit_price=" + price, "vat_rate=20")
        self.b.run("invoices", "issue", ref)
        return ref

    def ask_briefly(self, ref, **env):
        """Asked, tried, and not waited for."""
        p = self.b.start("invoices", "charge", ref, **env)
        time.sleep(1.5)
        p.kill()
        p.communicate()

    def open_link(self, url):
        return self.ctl("link", payment_link=url.rsplit("/", 1)[1])["id"]

    def pay(self, session, card="pm_card_visa"):
        return self.ctl("checkout", session=session, payment_method=card)

    def look(self, hours=0.01):
        """The helper's next look at Stripe's events, as if that much later."""
        return self.b.run("jobs", "run", **self.b.later(hours * 3600))

    def until(self, what, hours=0.01):
        for i in range(30):
            self.look(hours * (i + 1))
            if what():
                return True
            time.sleep(0.3)
        return False

    def save_card(self, account, card):
        made = self.b.json("billing-accounts", "save-card", account)
        self.pay(made["url"].rsplit("/", 1)[1], card)
        self.until(lambda: any(c["last4"] for c in self.cards(account)))
        return made

    def cards(self, account):
        return self.b.json("billing-accounts", "cards", account)


def links(s):
    ref = s.issue()
    made = s.b.json("invoices", "charge", ref)
    s.check("a link is made", made["status"] == "requires_payment_method" and made["url"], made)
    again = s.b.json("invoices", "charge", ref)
    s.check("asked again it is the same", again["intent"] == made["intent"] and len(s.state("payment_link")) == 1, again)
    link = s.state("payment_link")[0]
    s.check("it can be paid once, and names what it is for", link["restrictions"]["completed_sessions"]["limit"] == 1 and link["metadata"]["simplix_intent"] == made["intent"] and not s.state("customer"), link)
    s.pay(s.open_link(made["url"]), "pm_card_mastercard")
    done = s.b.json("invoices", "charge", ref, "--wait=20")
    s.check("paid on the page, the book knows", done["status"] == "succeeded" and done["invoice_status"] == "paid", done)
    s.look()
    p = s.b.json("payments", "list")[0]
    s.check("with the card", p["card"] == "Mastercard •••• 4444" and p["amount_minor"] == 12000 and p["method"] == "card", p)
    p = s.b.run("invoices", "charge", ref, ok=False)
    s.check("nothing is due any more", p.returncode == 1 and "Nothing is due" in p.stderr, p.stderr)


def declined_link(s):
    ref = s.issue()
    made = s.b.json("invoices", "charge", ref)
    session = s.open_link(made["url"])
    s.pay(session, "pm_card_chargeDeclinedInsufficientFunds")
    s.look()
    row = s.b.json("payment-intents", "list")
    s.check("declined on the page: why", any(r["status"] == "failed" and "not enough money" in (r["last_error"] or "") for r in row), row[:1])
    s.pay(session)
    s.check("then paid with another card", s.until(lambda: s.b.json("invoices", "show", ref)["status"] == "paid"))


def paid_otherwise(s):
    ref = s.issue()
    url = s.b.json("invoices", "charge", ref)["url"]
    session = s.open_link(url)
    s.b.run("invoices", "pay", ref, "120")
    s.b.run("jobs", "run")
    link = [x for x in s.state("payment_link") if x["id"] in url][0]
    inv = s.b.json("invoices", "show", ref)
    s.check("paid by transfer: the link is closed", link["active"] is False and inv["status"] == "paid" and not inv["pay_url"], link)
    s.pay(session)  # the page was open already
    s.check("paid twice: more came than was due, and it is there", s.until(lambda: s.b.json("invoices", "show", ref)["overpaid_minor"] == 12000), s.b.json("invoices", "show", ref))
    part = s.issue()
    s.b.json("invoices", "charge", part)
    s.b.run("invoices", "pay", part, "20")
    second = s.b.json("invoices", "charge", part)
    s.b.run("jobs", "run")
    s.check("partly paid: a new link for the rest, the old one is closed", second["amount_minor"] == 10000 and [x["active"] for x in s.state("payment_link")][-2:].count(True) == 1, second)


def cards(s):
    made = s.save_card("ACME", "pm_card_visa")
    card = s.cards("ACME")
    s.check("a card is saved on Stripe's page", len(card) == 1 and card[0]["last4"] == "4242" and card[0]["is_default"] and made["url"], card)
    customer = s.state("customer")
    s.check("for one customer", len(customer) == 1 and customer[0]["email"] == "bills@acme.example", customer)
    ref = s.issue()
    paid = s.b.json("billing-accounts", "charge-card", ref)
    s.check("it is charged at once", paid["status"] == "succeeded" and paid["invoice_status"] == "paid", paid)
    s.company("Poor")
    s.save_card("Poor", "pm_card_chargeCustomerFail")
    ref = s.issue("Poor")
    p = s.b.run("billing-accounts", "charge-card", ref, ok=False)
    s.check("declined, in words", p.returncode == 1 and "declined" in p.stderr and s.b.json("invoices", "show", ref)["status"] == "issued", p.stderr)
    s.company("Careful")
    s.save_card("Careful", "pm_card_authenticationRequired")
    ref = s.issue("Careful")
    asked = s.b.json("billing-accounts", "charge-card", ref)
    s.look()
    row = [r for r in s.b.json("payment-intents", "list") if r["id"] == asked["intent"]][0]
    s.check("the bank wants to see the customer: a page for her", row["status"] == "requires_action" and "/_hosted/3ds/" in (row["hosted_url"] or "") and "confirm" in row["last_error"], row)
    s.ctl("authenticate", id=row["hosted_url"].rsplit("/", 1)[1])
    s.check("she did, and it is paid", s.until(lambda: s.b.json("invoices", "show", ref)["status"] == "paid"))


def refunds(s):
    p = [x for x in s.b.json("payments", "list") if x["card"] and "4242" in x["card"]][0]
    r = s.b.json("payments", "refund", p["reference"], "20", "--reason", "duplicate")
    s.check("a part is given back", r["status"] == "succeeded" and s.state("refund")[-1]["amount"] == 2000 and s.state("refund")[-1]["reason"] == "duplicate", r)
    row = s.b.json("payments", "show", p["reference"])
    s.check("and the payment says so", row["status"] == "partially_refunded" and row["refunded_minor"] == 2000, row)
    bad = s.b.run("payments", "refund", p["reference"], "101", ok=False)
    s.check("never more than came", bad.returncode == 1 and "100.00" in bad.stderr, bad.stderr)
    s.api("/v1/refunds", payment_intent=row["stripe_payment_intent"], amount=3000)  # at Stripe's dashboard
    s.check("what was given back at Stripe comes here too", s.until(lambda: s.b.json("payments", "show", p["reference"])["refunded_minor"] == 5000, 0.3), s.b.json("payments", "show", p["reference"]))
    s.company("Later")
    s.save_card("Later", "pm_card_refundFail")
    ref = s.issue("Later")
    s.b.json("billing-accounts", "charge-card", ref)
    p = s.b.json("payments", "list")[0]
    s.b.json("payments", "refund", p["reference"])
    s.check("a refund that fails later", s.until(lambda: s.b.json("refunds", "list")[0]["status"] == "failed" and s.b.json("payments", "show", p["reference"])["status"] == "succeeded", 0.3), s.b.json("refunds", "list")[:1])
    s.company("Cross")
    s.save_card("Cross", "pm_card_createDispute")
    ref = s.issue("Cross")
    s.b.json("billing-accounts", "charge-card", ref)
    s.check("a dispute", s.until(lambda: s.b.json("payments", "list")[0]["status"] == "disputed", 0.3), s.b.json("payments", "list")[0])


def subscriptions(s):
    product = s.api("/v1/products", name="Support")["id"]
    price = s.api("/v1/prices", product=product, currency="eur", unit_amount=12000, **{"recurring[interval]": "year"})["id"]
    sub = s.b.json("subscriptions", "start", "ACME", price, "--quantity", "2")
    s.check("a subscription of a saved card", sub["status"] == "active" and sub["mrr_minor"] == 2000 and sub["quantity"] == 2, sub)
    monthly = s.api("/v1/prices", product=product, currency="eur", unit_amount=2900, **{"recurring[interval]": "month"})["id"]
    s.api("/v1/products/" + product, default_price=monthly)
    by_product = s.b.json("subscriptions", "start", "ACME", product)
    s.check("by its product", by_product["status"] == "active" and by_product["mrr_minor"] == 2900 and by_product["name"] == "Support", by_product)
    mrr = s.b.json("subscriptions", "mrr")
    s.check("what recurs", mrr[0]["mrr_minor"] == 4900 and mrr[0]["subscriptions"] == 2, mrr)
    before = by_product["current_period_end"]
    s.ctl("advance", days=33)
    s.check("it renews", s.until(lambda: s.b.json("subscriptions", "show", by_product["reference"])["current_period_end"] > before, 7))
    s.b.json("subscriptions", "cancel", by_product["reference"], "--reason", "too dear")
    row = s.b.json("subscriptions", "show", by_product["reference"])
    s.check("cancelled with its period", row["status"] == "active" and row["cancel_at_period_end"] and row["cancel_reason"] == "too dear", row)
    row = s.b.json("subscriptions", "cancel", sub["reference"], "--now")
    s.check("and at once", row["status"] == "canceled", row)
    own = s.b.json("subscriptions", "start", "--own", "pro", STRIPE_PRICE_PRO=monthly)
    org = s.b.json("organizations", "show", "1", STRIPE_PRICE_PRO=monthly)
    s.check("the own plan", own["status"] == "active" and org["plan"] == "pro" and org["subscription_status"] == "active", (own, org))
    p = s.b.run("subscriptions", "start", "ACME", "gold", ok=False)
    s.check("a price that is none", p.returncode == 1 and "price_" in p.stderr, p.stderr)


def troubles(s):
    for what, more in (("the answer is lost", {"action": "reset", "when": "after"}), ("too many requests", {"action": "status", "status": 429, "retry_after": 1}), ("out of order", {"action": "status", "status": 503}),
                       ("half an answer", {"action": "truncate"})):
        before = len(s.state("payment_link"))
        s.peers.control("/stripe/faults", dict(more, match={"method": "POST", "path": "/v1/payment_links"}, times=1))
        ref = s.issue()
        s.b.run("invoices", "charge", ref, ok=False)
        good = s.until(lambda: s.b.json("invoices", "show", ref)["pay_url"])
        s.check(what + ": one link in the end", good and len(s.state("payment_link")) == before + 1, s.b.run("jobs", "list").stdout)
    # Stripe repeats that it failed: then what became of it is looked up, and nothing is found
    before = len(s.state("payment_link"))
    s.peers.control("/stripe/faults", {"action": "status", "status": 500, "when": "during", "match": {"method": "POST", "path": "/v1/payment_links"}, "times": 1})
    ref = s.issue()
    s.ask_briefly(ref)
    ahead = [0.02]

    def ended():
        ahead[0] += 0.1
        row = s.b.json("payment-intents", "list")[0]
        return row["status"] == "failed" and "Ask again" in row["last_error"] or not s.b.run("jobs", "run", **s.b.later(ahead[0] * 3600))
    good = any(ended() for _ in range(12))
    s.check("SEC-57 a failure that is only repeated: looked up, never asked under another key", good and len(s.state("payment_link")) == before, s.b.json("payment-intents", "list")[:1])
    # the answer was lost for a day: found by its mark
    before = len(s.state("payment_link"))
    s.peers.control("/stripe/faults", {"action": "reset", "when": "after", "match": {"method": "POST", "path": "/v1/payment_links"}, "times": 0})
    ref = s.issue()
    s.ask_briefly(ref)
    s.peers.control("/stripe/faults", method="DELETE")
    s.b.run("jobs", "run", **s.b.later(24 * 3600))
    row = s.b.json("payment-intents", "list")[0]
    asked = s.peers.control("/stripe/requests?path=/v1/payment_links&limit=1000&full")
    sent = [r for r in asked if row["id"] in (r.get("body") or "")]
    s.check("SEC-57 after a day its fate is looked up by its mark", row["status"] == "requires_payment_method" and row["hosted_url"] and len(s.state("payment_link")) == before + 1 and asked[-1]["method"] == "GET",
            (row, asked[-1]["method"]))
    s.check("SEC-57 always under the same key", sent and len({r["headers"]["idempotency-key"] for r in sent}) == 1, len(sent))


def kills(s):
    """The program dies, and what was under way is done once."""
    if not os.path.exists(KILLER):
        skip("the program with places to die at is not built: make build/simplix-kill")
        return
    ref = s.issue()
    s.pay(s.open_link(s.b.json("invoices", "charge", ref)["url"]))
    p = s.b.run("jobs", "run", ok=False, program=KILLER, SIMPLIX_KILL_AT="stripe-kept", **s.b.later(60))
    kept = s.b.sql("SELECT count(*) FROM stripe_events WHERE handled_at IS NULL")
    s.check("SEC-55 killed when events are kept and nothing is made of them yet", p.returncode != 0 and int(kept) > 0 and s.b.json("invoices", "show", ref)["status"] == "issued", (p.returncode, kept))
    s.check("SEC-55 they have one effect afterwards", s.until(lambda: s.b.json("invoices", "show", ref)["status"] == "paid", 0.1) and s.b.json("invoices", "show", ref)["overpaid_minor"] == 0, s.b.run("jobs", "list").stdout)
    s.save_card("ACME", "pm_card_visa")
    for place in ("before-send", "after-answer", "in-settle"):
        ref, before = s.issue(), len(s.state("charge"))
        p = s.b.run("billing-accounts", "charge-card", ref, ok=False, program=KILLER, SIMPLIX_KILL_AT=place)
        good = s.until(lambda: s.b.json("invoices", "show", ref)["status"] == "paid", 0.1)
        s.check("SEC-57 killed at %s: charged once" % place, p.returncode != 0 and good and len(s.state("charge")) == before + 1, (p.returncode, len(s.state("charge")) - before))


def keys(s):
    for key, word in (("sk_test_invalid" + "x" * 12, "know the key"), ("rk_test_noperm" + "x" * 12, "may not do this")):
        ref = s.issue()
        s.ask_briefly(ref, STRIPE_SECRET_KEY=key)
        out = s.b.run("jobs", "list").stdout
        s.check("a key that is refused (%s): it waits, and says so" % key[:8], word in out and key not in out, out)
        s.b.run("jobs", "run", **s.b.later(3600))
        s.check("and goes on with the right one", s.b.json("invoices", "show", ref)["pay_url"])
    p = s.b.run("invoices", "charge", ref, ok=False, STRIPE_SECRET_KEY="sk_live_" + "x" * 20)
    s.check("SEC-59 a live key in a book of tests", p.returncode == 4 and "test mode" in p.stderr, (p.returncode, p.stderr))
    s.ask_briefly(s.issue(), STRIPE_API_BASE="http://stripe.example")
    s.check("never without TLS beyond this machine", "https" in s.b.run("jobs", "list").stdout, s.b.run("jobs", "list").stdout)


def lost_answers(peers, unit):
    key = "sk_test_lost%d" % os.getpid()
    base = "http://127.0.0.1:%d" % peers.ports["stripe"]
    cards = []
    for _ in range(30):
        q = urllib.request.Request(base + "/v1/customers", data=b"payment_method=pm_card_visa", headers={"authorization": "Bearer " + key, "stripe-version": "2026-02-25.clover"})
        cus = json.loads(urllib.request.urlopen(q, timeout=20).read())["id"]
        q = urllib.request.Request(base + "/v1/customers/%s/payment_methods" % cus, headers={"authorization": "Bearer " + key, "stripe-version": "2026-02-25.clover"})
        cards.append("%s:%s" % (cus, json.loads(urllib.request.urlopen(q, timeout=20).read())["data"][0]["id"]))
    what = {"method": "POST", "path": "/v1/payment_intents"}
    for action in ({"action": "reset", "probability": 0.07}, {"action": "status", "status": 500, "probability": 0.2}, {"action": "truncate", "probability": 0.06}):
        peers.control("/stripe/faults", dict(action, when="after", match=what, times=0))
    began = time.time()
    p = subprocess.run([unit, "stripe_peer_loses_answers"], env=dict(os.environ, STRIPE_API_BASE=base, STRIPE_SECRET_KEY=key, SIMPLIX_STRIPE_CARDS=",".join(cards),
                       SIMPLIX_STRIPE_CHARGES=str(CHARGES)), capture_output=True, text=True, timeout=3000)
    peers.control("/stripe/faults", method="DELETE")
    check("%d charges at a Stripe that loses answers (%d s)" % (CHARGES, time.time() - began), p.returncode == 0 and " 0 failed" in p.stdout, p.stdout[-2000:])
    made = [x for x in peers.control("/stripe/state?key=" + key).get("payment_intent", []) if x["status"] == "succeeded"]
    marks = [x["metadata"]["simplix_intent"] for x in made]
    books = 2 if kit.PG else 1
    check("SEC-57 none was charged twice, none was not charged (%d)" % len(marks), len(marks) == len(set(marks)) == CHARGES * books, len(marks) - len(set(marks)))


def main():
    unit = os.path.join(os.environ.get("BUILD", "build"), "unit")
    only = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="sxstripe.") as folder:
        try:
            peers = Peers("stripe", folder)
        except Missing as why:
            skip(str(why))
            kit.end()
        try:
            for engine in kit.engines():
                s = Shop(engine, tempfile.mkdtemp(dir=folder), peers, engine)
                s.company("ACME")
                for part in (links, declined_link, paid_otherwise, cards, refunds, subscriptions, kills, troubles, keys):
                    if not only or part.__name__ in only:
                        part(s)
            if not only or "lost_answers" in only:
                lost_answers(peers, unit)
        finally:
            peers.close()
    kit.end()


main()
