#!/usr/bin/env python3
"""Dying at named places (core/base/kill_point.h), on both engines: every event arrives, in order for each webhook, and again only where it
had been sent and was not recorded; the file is whole. The same for mail, which is sent at most twice."""
import os, shutil, signal, socket, ssl, subprocess, sys, tempfile, threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import receiver as kit
from receiver import Book, Receiver, check, order, skip

KILLER = os.path.join(os.path.dirname(kit.SIMPLIX), "simplix-kill")
SENDING = ("after-claim", "before-send:1", "before-send:5", "after-answer:1", "after-answer:6", "in-settle:1", "in-settle:3", "after-settle:1", "after-settle:4",
           "leave", "sent", "take-over", "take-back")
SAMPLE = {"postgres": tuple(p for p in SENDING if p[-2:] not in (":5", ":6", ":3", ":4"))}
HOOKS, EACH = 2, 5


def die(b, what, *args, clock=None, **env):
    """Run until the place; whether it came to it."""
    p = b.run(*args, ok=False, program=KILLER, **env, **(clock or {}))
    b.check("%s: it died there" % what, p.returncode == -signal.SIGKILL, "%s %s" % (p.returncode, p.stderr))


def finish(b):
    """Until nothing is open; the clock goes on, that what was broken off is tried again."""
    for ahead in (0, 10, 1000, 5000, 20000):
        b.run("jobs", "run", **b.later(ahead))
        if not b.open_jobs():
            return


def recorded(b, refs):
    return [len(b.json("webhooks", "deliveries", ref, "--state", "done")) for ref in refs]


def judge(b, r, what, paths, names, done):
    """Everything arrived in order; what arrived twice is what had arrived and was not recorded."""
    before = [len(r.of(p)) for p in paths]
    finish(b)
    b.check("%s: nothing is lost, each in order" % what, all(order([g.name for g in r.of(p)]) == names for p in paths), [[g.name for g in r.of(p)] for p in paths])
    twice = [len(r.of(p)) - len(names) for p in paths]
    b.check("%s: twice only what was sent and not recorded: %s" % (what, twice), twice == [got - was for got, was in zip(before, done)], (before, done))
    b.check("%s: the ids are the same" % what, all(len({g.id for g in r.of(p)}) == len(names) for p in paths))
    b.check("%s: the file is whole, nothing is held" % what, b.whole() and b.sql("SELECT count(*) FROM job_targets WHERE lease_by IS NOT NULL") == "0")


def sending(b, r, place, number):
    paths = ["/%s%d_%d" % (b.engine, number, i) for i in range(HOOKS)]
    refs = [b.hook(r.url(p))["reference"] for p in paths]
    names = ["N%d_%d" % (number, i) for i in range(EACH)]
    b.add_many(names)
    if place == "sent":  # the receiver ends the sender: it has the request, and has said nothing
        r.plan[paths[1]] = ["200", "200", "kill"]
        p = b.start("jobs", "run", program=KILLER)
        r.victim = p.pid
        p.communicate(timeout=60)
        b.check("%s: it died there" % place, p.returncode == -signal.SIGKILL, p.returncode)
    elif place in ("take-over", "take-back"):
        die(b, place, "jobs", "run", SIMPLIX_KILL_AT="after-claim")
        die(b, place, "jobs", "run", SIMPLIX_KILL_AT=place)
    else:
        die(b, place, "jobs", "run", SIMPLIX_KILL_AT=place)
    judge(b, r, place, paths, names, recorded(b, refs))
    for ref in refs:
        b.run("webhooks", "delete", ref)


def changing(b, r):
    path = "/%schange" % b.engine
    ref = b.hook(r.url(path))["reference"]
    die(b, "in-change", "contacts", "add", "last_name=Never", "--force", SIMPLIX_KILL_AT="in-change")
    die(b, "after-change", "contacts", "add", "last_name=There", "--force", SIMPLIX_KILL_AT="after-change")
    rows = b.run("contacts", "list", "--columns", "last_name", "--csv").stdout
    b.check("the change and its job are there together, or neither", "There" in rows and "Never" not in rows and b.open_jobs() == 1)
    judge(b, r, "after-change", [path], ["There"], recorded(b, [ref]))
    b.run("webhooks", "delete", ref)


def purging(b, r):
    path = "/%spurge" % b.engine
    ref = b.hook(r.url(path))["reference"]
    b.add_many(["P%d" % i for i in range(EACH)])
    b.run("jobs", "run")
    b.add_many(["Late"])
    b.run("webhooks", "edit", ref, "active=no")  # it waits
    month = b.later(40 * 86400)
    for place in ("in-purge", "after-purge"):
        die(b, place, "jobs", "run", SIMPLIX_KILL_AT=place, clock=month)
        b.check("%s: what is open is kept, the file is whole" % place, b.open_jobs() == 1 and b.whole())
    b.run("jobs", "run", **month)
    b.check("the old ones are gone", b.sql("SELECT count(*) FROM jobs") == "1" and b.sql("SELECT count(*) FROM job_attempts") == "0" and
            b.sql("SELECT count(*) FROM domain_events") == "1")
    b.run("webhooks", "edit", ref, "active=yes")
    b.run("jobs", "run")
    b.check("and what waited arrives", [g.name for g in r.of(path)][-1] == "Late")
    b.run("webhooks", "delete", ref)


class MailServer(threading.Thread):
    """Just enough of RFC 5321 and 3207; Message-IDs of what it was given, in order."""

    def __init__(self, context):
        super().__init__(daemon=True)
        self.context, self.socket, self.ids, self.victim = context, socket.create_server(("127.0.0.1", 0)), [], None
        self.port, self.kill = self.socket.getsockname()[1], False

    def run(self):
        while True:
            try:
                conn, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(conn,), daemon=True).start()

    def talk(self, conn):
        try:
            f, secure = conn.makefile("rwb"), False
            say = lambda text: (f.write(text + b"\r\n"), f.flush())
            say(b"220 test")
            while True:
                verb = f.readline().strip().decode().split(" ")[0].upper()
                if verb == "EHLO":
                    say(b"250 SIZE 1000000" if secure else b"250-test\r\n250 STARTTLS")
                elif verb == "STARTTLS":
                    say(b"220 go")
                    conn = self.context.wrap_socket(conn, server_side=True)
                    f, secure = conn.makefile("rwb"), True
                elif verb == "DATA":
                    say(b"354 go on")
                    data = b""
                    while not data.endswith(b"\r\n.\r\n"):
                        line = f.readline()
                        if not line:
                            return
                        data += line
                    self.ids.append(next(x for x in data.split(b"\r\n") if x.lower().startswith(b"message-id:")))
                    if self.kill:
                        self.kill = False
                        os.kill(self.victim, signal.SIGKILL)
                        return
                    say(b"250 taken")
                elif verb in ("QUIT", ""):
                    say(b"221 bye")
                    return
                else:
                    say(b"250 ok")
        except (OSError, ssl.SSLError):
            pass


def mails(b, server):
    env = {"EMAIL_FROM": "rep@simplix.example", "EMAIL_PROVIDER": "smtp", "SMTP_HOST": "localhost", "SMTP_PORT": str(server.port)}
    env["SIMPLIX_CA_FILE"] = os.path.join(b.folder, "c.pem")
    b.env.update(env)
    for n, place in enumerate(("after-claim", "before-send:2", "sent", "after-answer:2", "mail-marked:1", "in-settle:1", "after-settle:1", "leave")):
        del server.ids[:]
        for i in range(3):
            b.run("mail", "send", "p%d_%d@x.example" % (n, i % 2), "--subject", "Mail %d" % i, "--later", text="Hello")
        server.kill = place == "sent"
        if server.kill:
            p = b.start("jobs", "run", program=KILLER)
            server.victim = p.pid
            p.communicate(timeout=60)
        else:
            die(b, "mail, " + place, "jobs", "run", SIMPLIX_KILL_AT=place)
        sent, done = list(server.ids), 3 - b.open_jobs()
        finish(b)
        counts = {i: server.ids.count(i) for i in server.ids}
        b.check("mail, %s: none lost, none more than twice, and that only if it was not recorded" % place,
                len(counts) == 3 and max(counts.values()) <= 2 and len(server.ids) - 3 == len(sent) - done, (counts, sent, done))
    b.check("the mails stand as sent on the timeline", b.sql("SELECT count(*) FROM activities WHERE type = 'email' AND status <> 'done'") == "0")


def certificate(folder):
    cert, key = os.path.join(folder, "c.pem"), os.path.join(folder, "k.pem")
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                           "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert], capture_output=True)
    if made.returncode:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


if not os.path.exists(KILLER):
    skip("the program with places to die at is not built: make build/simplix-kill")
    kit.end()
normal = subprocess.run([kit.SIMPLIX, "--version"], env=dict(os.environ, SIMPLIX_KILL_AT="leave"), capture_output=True)
check("the program itself obeys no such order", normal.returncode == 0 and b"SIMPLIX_KILL_AT" not in open(kit.SIMPLIX, "rb").read())
r = Receiver()
for engine in kit.engines():
    with tempfile.TemporaryDirectory(prefix="sxpoint.") as folder:
        b = Book(engine, folder)
        changing(b, r)
        for number, place in enumerate(SAMPLE.get(engine, SENDING)):
            sending(b, r, place, number)
        purging(b, r)
        context = certificate(folder) if shutil.which("openssl") else None
        if context:
            server = MailServer(context)
            server.start()
            mails(b, server)
        else:
            skip("no openssl to make a certificate with")
r.close()
kit.end()
