#!/usr/bin/env python3
"""Numbers of invoices, on both engines: fifty writers at once, some of them killed in the middle, leave a series without gap or double; then the way
from a deal to a paid invoice on the command line, its exit codes and its JSON."""
import os, random, signal, sys, tempfile, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import receiver as kit
from receiver import Book, skip

KILLER = os.path.join(os.path.dirname(kit.SIMPLIX), "simplix-kill")
WRITERS = 50
SELLER = ("legal_form=SAS", "street=1 rue A", "postal_code=75001", "city=Paris", "country=FR", "siren=123456782", "vat_number=FR11123456782", "iban=FR7630006000011234567890189")


def draft(b, price="10"):
    ref = b.json("invoices", "add", "company=ACME", "title=Work")["reference"]
    b.run("invoice-lines", "add", "invoice=" + ref, "name=Work", "unit_price=" + price, "vat_rate=20")
    return ref


def at_once(b):
    refs = [draft(b) for _ in range(WRITERS)]
    killed = []
    for i, ref in enumerate(refs):
        kill = i % 5 == 0
        killed.append((b.start("invoices", "issue", ref, program=KILLER if kill else kit.SIMPLIX, **({"SIMPLIX_KILL_AT": "number-taken"} if kill else {})), ref, i % 7 == 3))
    for p, _, soon in killed:  # and some at any moment
        if soon:
            time.sleep(random.random() * 0.05)
            p.send_signal(signal.SIGKILL)
    for p, _, _ in killed:
        p.communicate(timeout=120)
    left = [r["reference"] for r in b.json("invoices", "list", "--filter", "status:draft", "--columns", "number,status")]
    b.check("who was killed has no number", len(left) >= WRITERS // 5, len(left))
    for ref in left:
        b.run("invoices", "issue", ref)
    rows = b.json("invoices", "list", "--limit", "1000")
    numbers = sorted(r["number"] for r in rows)
    b.check("%d writers, some killed: no gap, no double" % WRITERS, numbers == ["INV-%s-%04d" % (numbers[0][4:8], n + 1) for n in range(WRITERS)], numbers[:5])
    v = b.json("invoices", "verify")
    b.check("the chain is whole", v["ok"] and v["documents"] == WRITERS and b.whole(), v)


def one_payment(b):
    """Many who pay the same invoice at once: never more than is due."""
    ref = draft(b, "100")
    b.run("invoices", "issue", ref)
    tries = [b.start("invoices", "pay", ref, "50") for _ in range(8)]
    codes = [(p.communicate(timeout=120), p.returncode)[1] for p in tries]
    inv = b.json("invoices", "show", ref)
    b.check("of eight who pay 50 of 120 at once two are believed", codes.count(0) == 2 and inv["paid_minor"] == 10000 and inv["due_minor"] == 2000, (codes, inv["paid"]))


def way(b):
    deal = b.json("deals", "add", "title=Fleet", "company=ACME", "value=1000")["reference"]
    b.run("deals", "won", deal)
    quote = b.json("quotes", "from-deal", deal)
    b.check("a quote of the deal", quote["gross"] == "1200.00" and quote["status"] == "draft", quote)
    q = quote["reference"]
    p = b.run("quotes", "invoice", q, ok=False)
    b.check("no invoice of a draft", p.returncode == 1 and "quotes send" in p.stderr, p.stderr)
    b.run("quotes", "send", q, "--no-mail")
    b.check("accepted", b.json("quotes", "accept", q, "--by", "Zoé")["accepted_by"] == "Zoé")
    i = b.json("invoices", "from-quote", q)["reference"]
    number = b.json("invoices", "issue", i)["number"]
    for args, code, word in ((("pay", i, "1300"), 1, "1,200.00"), (("pay", i, "5 USD"), 1, "USD"), (("pay", i, "x"), 1, ""), (("issue", i), 1, "already"), (("edit", i, "title=x"), 1, "stays"),
                             (("delete", i), 1, "credit"), (("credit", i, "9999"), 1, "credited"), (("pay", "I-99999"), 3, "not found"), (("pay",), 2, "Usage"), (("charge", i), (1, 4), "Stripe")):
        p = b.run("invoices", *args, ok=False)
        codes = code if isinstance(code, tuple) else (code,)
        b.check("refused: invoices %s" % (args,), p.returncode in codes and word.lower() in p.stderr.lower(), (p.returncode, p.stderr))
    p = b.json("invoices", "pay", number, "1200", "--method", "cheque", "--reference", "Nr 12")
    b.check("paid by hand, named by its number", p["method"] == "cheque" and p["amount_minor"] == 120000, p)
    b.check("and it is paid", b.json("invoices", "show", number)["status"] == "paid")
    r = b.json("payments", "refund", p["reference"], "200", "--credit-note")
    b.check("a refund with its credit note", r["amount_minor"] == 20000 and (r["credit_note"] or "").startswith("CN-"), r)
    inv = b.json("invoices", "show", number)
    b.check("nothing is due for it", inv["status"] == "paid" and inv["due_minor"] == 0 and inv["credited_minor"] == 20000, inv)
    path = os.path.join(b.folder, "x.pdf")
    out = b.json("invoices", "pdf", number, "--out", path)
    b.check("a PDF in a file for its owner alone", out["bytes"] > 10000 and open(path, "rb").read(5) == b"%PDF-" and os.stat(path).st_mode & 0o77 == 0, out)
    b.check("and still the chain is whole", b.json("invoices", "verify")["ok"])


if not os.path.exists(KILLER):
    skip("the program with places to die at is not built: make build/simplix-kill")
    kit.end()
for engine in kit.engines():
    with tempfile.TemporaryDirectory(prefix="sxbill.") as folder:
        b = Book(engine, folder, SIMPLIX_LANG="en")
        b.run("organizations", "edit", "1", *SELLER)
        b.run("companies", "add", "name=ACME", "city=Lyon", "country=FR")
        at_once(b)
        one_payment(b)
        way(b)
kit.end()
