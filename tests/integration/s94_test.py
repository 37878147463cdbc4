#!/usr/bin/env python3
"""From a won deal to money, whole: quote, invoice, number, payment link, the customer pays, the screen's own look finds it, the receipt is mailed, `invoice.paid` is delivered and
verified; then again with the program killed at every step of the way: one link, one charge, one payment, one number. Against stand-ins of Stripe and of a mail
server that are checked against the providers' own descriptions and clients; skips where they are missing."""
import os, signal, sys, tempfile, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import receiver as kit
from peers import Missing, Peers
from receiver import Book, Receiver, skip, verifies

KILLER = os.path.join(os.path.dirname(kit.SIMPLIX), "simplix-kill")
SELLER = ("legal_form=SAS", "street=1 rue A", "postal_code=75001", "city=Paris", "country=FR", "siren=123456782", "vat_number=FR11123456782", "iban=FR7630006000011234567890189")
# where the program is killed, once in each round: a command that people give, or the helper at its work
# (@paid: once the customer has paid)
PLACES = [None, "number-taken", "in-change", "after-change", "after-claim", "before-send:1", "after-answer:1", "in-settle:1", "after-settle:1", "after-claim@paid", "before-send:1@paid",
          "in-change@paid", "after-change@paid", "after-answer:1@paid", "in-settle:1@paid", "after-settle:1@paid"]
SAMPLE = [None, "number-taken", "after-answer:1", "in-settle:1@paid"]


class Way:
    def __init__(self, engine, folder, peers, round_):
        self.peers, self.key = peers, "sk_test_s94%s%d%d" % (engine, os.getpid(), round_)
        self.mail = "way%s%d@acme.example" % (engine, round_)
        self.b = Book(engine, folder, SIMPLIX_LANG="en", STRIPE_SECRET_KEY=self.key, STRIPE_API_BASE="http://127.0.0.1:%d" % peers.ports["stripe"], EMAIL_FROM="desk@mg.example.test",
                      EMAIL_PROVIDER="smtp", SMTP_HOST="localhost", SMTP_PORT=str(peers.ports["smtp"]), SMTP_USER="user", SMTP_PASSWORD="pass", SIMPLIX_CA_FILE=os.path.join(certificates.name, "ca.pem"))
        self.b.env["SIMPLIX_ALLOWED_HOSTS"] = "127.0.0.1, localhost"
        self.place, self.killed = None, 0

    def do(self, *args, **clock):
        """One command; where this round kills there, it is given again, as a person would."""
        if self.place and not self.killed:
            p = self.b.run(*args, ok=False, program=KILLER, SIMPLIX_KILL_AT=self.place, **clock)
            if p.returncode != -signal.SIGKILL:
                return p
            self.killed += 1
            if self.place == "after-change":  # she sees that it is there
                return p
        return self.b.run(*args, ok=False, **clock)

    def state(self, kind):
        return self.peers.control("/stripe/state?key=" + self.key).get(kind, [])

    def work(self, seconds=0):
        return self.do("jobs", "run", **(self.b.later(seconds) if seconds else {}))

    def until(self, what):
        for i in range(40):
            self.work(i)
            if what():
                return True
            time.sleep(0.25)
        return False


def receipts(w):
    return [m for m in w.peers.control("/smtp/messages") or [] if w.mail in m["envelope"]["rcptTo"] and "Receipt" in (m["parsed"].get("subject") or "")]


def walk(w, hook, place):
    b, what = w.b, "killed at %s" % place if place else "nobody killed"
    b.run("organizations", "edit", "1", *SELLER)
    b.run("companies", "add", "name=ACME", "city=Lyon", "country=DE", "billing_email=" + w.mail)
    secret = b.json("webhooks", "add", "name=paid", "url=" + hook.url("/" + w.key), "events=invoice.paid")["secret"]
    deal = b.json("deals", "add", "title=Fleet", "company=ACME", "value=1000")["reference"]
    b.run("deals", "won", deal)
    place, _, later = (place or "").partition("@")
    w.place = None if later else place
    w.do("quotes", "from-deal", deal)
    quotes = b.json("quotes", "list")
    b.check("%s: one quote" % what, len(quotes) == 1, quotes)
    q = quotes[0]["reference"]
    for args in (("quotes", "send", q, "--no-mail"), ("quotes", "accept", q), ("invoices", "from-quote", q)):
        w.do(*args)
    invoices = b.json("invoices", "list")
    b.check("%s: one invoice" % what, len(invoices) == 1, invoices)
    i = invoices[0]["reference"]
    w.do("invoices", "issue", i)
    w.do("invoices", "charge", i)
    for _ in range(3):
        made = b.json("invoices", "charge", i)  # the same link, however often it is asked for
        if made.get("url"):
            break
        w.until(lambda: b.json("invoices", "charge", i).get("url"))
    links = w.state("payment_link")
    b.check("%s: one link at Stripe" % what, len(links) == 1 and made["url"].endswith(links[0]["id"]), (len(links), made))
    session = w.peers.control("/stripe/link", {"key": w.key, "payment_link": links[0]["id"]})
    w.peers.control("/stripe/checkout", {"key": w.key, "session": session["id"], "payment_method": "pm_card_visa"})
    w.place = place
    b.check("%s: it turns to paid by itself" % what, w.until(lambda: b.json("invoices", "show", i)["status"] == "paid"), b.json("invoices", "show", i))
    w.until(lambda: len(receipts(w)) >= 1 and hook.of("/" + w.key))
    charges, payments = [c for c in w.state("charge") if c["status"] == "succeeded"], b.json("payments", "list")
    b.check("%s: one charge, one payment, of what was due" % what, len(charges) == 1 and charges[0]["amount"] == 120000 and len(payments) == 1 and payments[0]["amount_minor"] == 120000, (charges, payments))
    got = hook.of("/" + w.key)
    b.check("%s: invoice.paid arrived and verifies" % what, got and all(verifies(secret, g.headers, g.body) for g in got) and len({g.id for g in got}) == 1 and b'"invoice.paid"' in got[0].body, len(got))
    mails = receipts(w)
    few = len({m["parsed"]["message_id"] for m in mails}) == 1
    b.check("%s: the receipt was mailed, with the invoice" % what, few and len(mails) <= 2 and mails[0]["parsed"]["attachments"], mails)
    inv = b.json("invoices", "show", i)
    v = b.json("invoices", "verify")
    b.check("%s: one number, the chain is whole" % what, inv["number"].endswith("-0001") and v["ok"] and v["documents"] == 1 and b.whole(), (inv["number"], v))
    if place:
        b.check("%s: it was" % what, w.killed == 1, w.killed)


try:
    certificates = tempfile.TemporaryDirectory(prefix="sxs94ca.")
    peers = Peers("stripe,smtp", certificates.name, "--tls")
except Missing as why:
    skip(str(why))
    kit.end()
hook = Receiver()
try:
    for engine in kit.engines():
        for n, place in enumerate(PLACES if engine == "sqlite" else SAMPLE):
            if place and not os.path.exists(KILLER):
                continue
            with tempfile.TemporaryDirectory(prefix="sxs94.") as folder:
                walk(Way(engine, folder, peers, n), hook, place)
finally:
    peers.close()
    hook.close()
    certificates.cleanup()
kit.end()
