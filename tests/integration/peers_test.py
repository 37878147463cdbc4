#!/usr/bin/env python3
"""Mail and webhooks against stand-ins that are checked against the services' own descriptions and clients (beside the project, when somebody put them
there): SMTP, SendGrid, Mailgun, Amazon SES and a receiver that verifies with the official library. Skips where they, Node 20 or npm are missing."""
import base64, http.server, json, os, re, shutil, subprocess, sys, tempfile, threading, time, urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from peers import Missing, Peers

SIMPLIX, BUILD = os.environ["SIMPLIX"], os.environ.get("BUILD", "build")
PG = os.environ.get("SIMPLIX_TEST_PG")
passed = failed = skipped = 0


def check(what, good, more=""):
    global passed, failed
    if good:
        passed += 1
        print("ok", what)
    else:
        failed += 1
        print("FAIL", what, more)


def skip(why):
    print("skip", why)
    print("%d passed, %d failed, %d skipped" % (passed, failed, 1))
    sys.exit(0)


folder = tempfile.mkdtemp(prefix="sxpeers.")
try:
    stand_ins = Peers("smtp,sendgrid,mailgun,ses,sink", folder, "--tls")
except Missing as why:
    skip(str(why))
ports, control = stand_ins.ports, stand_ins.control


class Events(http.server.BaseHTTPRequestHandler):
    """Where the services send their events: kept, to be handed to the program."""
    got = []

    def do_POST(self):
        Events.got.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Events)
threading.Thread(target=receiver.serve_forever, daemon=True).start()

SERVICES = {
    "sendgrid": {"SENDGRID_API_KEY": "SG.peers.key-for-tests-only"},
    "mailgun": {"MAILGUN_API_KEY": "key-peers", "MAILGUN_DOMAIN": "mg.example.test"},
    "ses": {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIAPEERSTESTKEY0001", "AWS_SECRET_ACCESS_KEY": "peers/secret/key/for/tests/only/0000000001"},
}


class Book:
    def __init__(self, name, target):
        self.name, self.target = name, target
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("SMTP_", "EMAIL_", "SENDGRID_", "MAILGUN_", "AWS_"))}
        self.env.update(HOME=folder, EMAIL_FROM="desk@mg.example.test", EMAIL_PROVIDER="smtp", SMTP_HOST="localhost", SMTP_PORT=str(ports["smtp"]),
                        SMTP_USER="user", SMTP_PASSWORD="pass", SIMPLIX_CA_FILE=os.path.join(folder, "ca.pem"),
                        SIMPLIX_ALLOWED_HOSTS="127.0.0.1, localhost")

    def run(self, *args, text="", **more):
        return subprocess.run([SIMPLIX, "--db", self.target, *args], capture_output=True, text=True, input=text, env=dict(self.env, **more), timeout=90)

    def json(self, *args, **more):
        p = self.run(*args, "--json", **more)
        return json.loads(p.stdout) if p.stdout else {"error": p.stderr}

    def check(self, what, good, more=""):
        check(self.name + ": " + what, good, more)

    def state(self, reference):
        return self.json("activities", "show", reference).get("mail_state")

    def address(self, contact):
        rows = self.run("sql", "SELECT e.status FROM contact_emails e JOIN contacts c ON c.id = e.contact_id WHERE c.last_name = '%s'" % contact, "--csv").stdout
        return rows.strip().split("\n")[-1].strip()


def later(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def by_smtp(b):
    pdf = os.path.join(folder, "offre, été.pdf")
    data = bytes(range(256)) * 40
    with open(pdf, "wb") as f:
        f.write(data)
    b.run("senders", "add", "name=Ada d'Été", "email=ada@mg.example.test", "reply_to=answers@mg.example.test", "signature=Ada\nSimplix")
    b.run("templates", "add", "name=Offer", "subject=Pour {{first_name}} — {{company.name}}", "body_text=Bonjour {{first_name}},\n\nVoici.\n",
          "body_html=<p>Bonjour <b>{{last_name}}</b></p>")
    b.run("companies", "add", "name=R&D <Labs>")
    b.run("contacts", "add", "first_name=Zoé", "last_name=D'Arc & Fils", "email=zoe@client.example", "company=R&D <Labs>")
    p = b.run("mail", "send", "Zoé D'Arc", "--template", "Offer", "--cc", "Max <max@client.example>", "--bcc", "boss@client.example", "--attach", pdf)
    b.check("a mail with all its parts is sent", p.returncode == 0, p.stdout + p.stderr)
    m = control("/smtp/messages")[-1]
    b.check("nothing is wrong with it on the wire", m["lint"]["bad"] == [], m["lint"])
    b.check("SEC-61 it went encrypted and signed in", m["tls"] and m["user"] == "user", m)
    b.check("envelope", sorted(m["envelope"]["rcptTo"]) == ["boss@client.example", "max@client.example", "zoe@client.example"], m["envelope"])
    mail = m["parsed"]
    b.check("subject", mail["subject"] == "Pour Zoé — R&D <Labs>", mail["subject"])
    b.check("from and reply-to", mail["from"] == [{"name": "Ada d'Été", "address": "ada@mg.example.test"}] and mail["reply_to"][0]["address"] == "answers@mg.example.test", mail)
    b.check("the text, signed", mail["text"].replace("\r\n", "\n").rstrip("\n") == "Bonjour Zoé,\n\nVoici.\n\n-- \nAda\nSimplix", repr(mail["text"]))
    b.check("the HTML, its values escaped", "<b>D'Arc &amp; Fils</b>" in mail["html"], mail["html"])
    files = mail["attachments"]
    b.check("the file, byte for byte", len(files) == 1 and files[0].get("filename") == "offre, été.pdf" and files[0].get("size", files[0].get("bytes")) == len(data), str(files)[:300])
    b.run("contacts", "add", "first_name=B", "last_name=Bouncer", "email=bounce@client.example")
    sent = b.json("mail", "send", "B Bouncer", "--subject", "x", text="x")
    b.check("sent as far as we know", sent.get("state") == "sent", sent)
    report = []
    for _ in range(50):
        report = [r for r in control("/smtp/mailbox?address=ada@mg.example.test") if r["recipient"] == "bounce@client.example"]
        if report:
            break
        time.sleep(0.1)
    p = b.run("mail", "events", "-", "--service", "dsn", text=report[-1]["raw"])
    b.check("a delivery report is read", "new: 1" in p.stdout, p.stdout + p.stderr)
    b.check("the mail bounced, the address is dead", b.state(sent["activity"]) == "bounced" and b.address("Bouncer") == "bounced", (b.state(sent["activity"]), b.address("Bouncer")))
    p = b.run("mail", "send", "B Bouncer", "--subject", "again", text="x")
    b.check("nothing more is sent there unasked", p.returncode == 1 and "--anyway" in p.stderr, p.stdout + p.stderr)
    b.check("whoever sent it has a task", "did not arrive" in b.run("activities", "list", "--filter", "type:task", "--csv").stdout)
    for who, word in (("reject@x.example", "550"), ("blocked@x.example", "554")):
        p = b.run("mail", "send", who, "--subject", "x", text="x")
        b.check("refused: " + who, p.returncode == 1 and "Not sent" in p.stderr, p.stdout + p.stderr)


def by_service(b, service):
    env = dict(SERVICES[service], EMAIL_PROVIDER=service, EMAIL_API_BASE="http://127.0.0.1:%d" % ports[service])
    control("/%s/reset" % service, {})
    name = service.capitalize()
    b.run("contacts", "add", "first_name=Good", "last_name=" + name, "email=good@%s.example" % service)
    b.run("contacts", "add", "first_name=Bad", "last_name=Bad" + name, "email=bounce@%s.example" % service)
    if service == "mailgun":
        control("/mailgun/options", {"domains": ["mg.example.test"]})
    control("/%s/webhook" % service, {"url": "http://127.0.0.1:%d/" % receiver.server_port, "auto": True})
    Events.got.clear()
    good = b.json("mail", "send", "Good " + name, "--subject", "Été — " + service, "--bcc", "boss@x.example", text="Bonjour\n.\n", **env)
    bad = b.json("mail", "send", "Bad Bad" + name, "--subject", "x", text="x", **env)
    b.check(service + " takes it", good.get("state") == "sent" and bad.get("state") == "sent", (good, bad))
    messages = control("/%s/messages" % service)
    listed = messages if isinstance(messages, list) else messages.get("messages", [])
    b.check(service + " has it with its subject", "Été" in json.dumps(listed, ensure_ascii=False) or len(listed) == 2, str(listed)[:300])
    requests = control("/%s/requests?method=POST" % service)
    notes = [r.get("note") for r in (requests if isinstance(requests, list) else requests["requests"]) if r.get("note")]
    b.check(service + " found nothing wrong with the requests", not any("error" in (n if isinstance(n, dict) else {}) for n in notes), notes)
    # nobody can call a terminal: it asks
    b.run("jobs", "run", SIMPLIX_CLOCK=later(120), **env)
    b.check(service + ": asked, it tells of the dead address", b.address("Bad" + name) == "bounced", b.address("Bad" + name))
    b.check(service + ": and the mail is known as bounced", b.state(bad["activity"]) == "bounced", b.state(bad["activity"]))
    # where something can be called, its events have the same effect, once
    for _ in range(50):
        if len(Events.got) >= 2:
            break
        time.sleep(0.1)
    time.sleep(0.3)
    bodies = [e for e in Events.got if '"SubscriptionConfirmation"' not in e]
    for _ in range(2):
        for body in bodies:
            p = b.run("mail", "events", "-", "--service", service, text=body)
            if p.returncode != 0:
                b.check(service + ": its events are read", False, p.stderr + body[:300])
    b.check(service + ": delivered", b.state(good["activity"]) == "delivered", (b.state(good["activity"]), len(bodies)))
    b.check(service + ": bounced stays bounced", b.state(bad["activity"]) == "bounced", b.state(bad["activity"]))
    b.check(service + ": a good address is known as one", b.address(name) == "valid", b.address(name))
    wrong = dict(env, SENDGRID_API_KEY="SG.invalid", MAILGUN_API_KEY="key-invalid", AWS_SECRET_ACCESS_KEY="wrong")
    p = b.run("mail", "send", "x@%s.example" % service, "--subject", "x", text="x", **wrong)
    b.check(service + ": a wrong key is told", p.returncode == 1 or "outbox" in p.stdout, p.stdout + p.stderr)
    control("/%s/faults" % service, {"action": "reset", "when": "after", "match": {"method": "POST"}})
    p = b.run("mail", "send", "once@%s.example" % service, "--subject", "once", text="x", **env)
    b.run("jobs", "run", SIMPLIX_CLOCK=later(7200), **env)
    kept = [m for m in (control("/%s/messages" % service)) if "once@" in json.dumps(m)]
    b.check(service + ": an answer that was lost is not answered with a second mail", len(kept) == 1 and "may have been sent" in p.stderr, (len(kept), p.stderr))


def webhooks(b):
    name = "book-" + b.name
    hook = b.json("webhooks", "add", "name=Sink", "url=http://127.0.0.1:%d/hook/%s" % (ports["sink"], name), "events=contact.*")
    secret = hook["secret"]
    control("/sink/hooks/" + name, {"secret": secret, "standard_secret": secret, "enforce": True, "plan": [500, "reset", {"status": 429, "retry_after": 1}], "then": {"status": 200}})
    for i in range(3):
        b.run("contacts", "add", "first_name=Hook%d" % i)
    for _ in range(20):  # by the true clock, and sent again by hand: the library refuses a timestamp of another hour
        b.run("jobs", "run")
        for job in b.json("jobs", "list", "--state", "waiting"):
            b.run("jobs", "retry", str(job["id"]))
        got = control("/sink/hooks/" + name)
        if got["unique"] == 3 and got["plan_left"] == 0:
            break
    b.check("SEC-50 every signature is good to the official library", all(got[k]["bad"] == 0 and got[k]["missing"] == 0 and got[k]["ok"] == got["received"] for k in ("hmac", "standard")), got)
    b.check("all arrive through failures", got["unique"] == 3 and got["received"] == 6 and got["answers"].get("200") == 3, got)


def certificates(b):
    for kind, port in ports["bad_tls"].items():
        hook = b.json("webhooks", "add", "name=" + kind, "url=https://localhost:%d/hook/x" % port, "events=deal.*")
        p = b.run("webhooks", "test", hook["reference"], SIMPLIX_ALLOWED_HOSTS="localhost")
        b.check("SEC-53 a certificate that is not right: " + kind, p.returncode == 1 and "ertificate" in p.stdout + p.stderr, p.stdout + p.stderr)
    good = b.json("webhooks", "add", "name=good", "url=https://localhost:%d/hook/tls-%s" % (ports["sink_tls"], b.name), "events=deal.*")
    p = b.run("webhooks", "test", good["reference"], SIMPLIX_ALLOWED_HOSTS="localhost")
    b.check("SEC-53 one that is", p.returncode == 0, p.stdout + p.stderr)


def book(name, target):
    b = Book(name, target)
    p = b.run("init", "--name", "Peers")
    b.check("init", p.returncode == 0, p.stderr)
    by_smtp(b)
    for service in SERVICES:
        by_service(b, service)
    webhooks(b)
    certificates(b)


try:
    book("sqlite", os.path.join(folder, "book.db"))
    if PG:
        schema = "peers%d" % os.getpid()
        made = subprocess.run(["psql", PG, "-qc", "CREATE SCHEMA " + schema], capture_output=True, text=True)
        if made.returncode == 0:
            book("postgres", PG + ("&" if "?" in PG else "?") + "options=-csearch_path%3D" + schema)
        else:
            check("postgres: a schema of its own", False, made.stderr)
    else:
        skipped += 1
        print("skip postgres: SIMPLIX_TEST_PG is not set")
finally:
    stand_ins.close()
    receiver.shutdown()
    shutil.rmtree(folder, ignore_errors=True)
print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
sys.exit(1 if failed else 0)
