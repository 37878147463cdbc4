#!/usr/bin/env python3
"""Webhooks from end to end on both engines: a change, its signed delivery checked by an independent verifier, a receiver that breaks, retries,
giving up, redelivery; order, pause, kill -9 of the sender, two senders on one queue, answers that drip, redirect, reset or never end.

DELIVERIES=n sets the length of the long run (the default is a sample)."""
import base64, hashlib, hmac, http.server, json, os, random, signal, socket, subprocess, sys, tempfile, threading, time

SIMPLIX = os.environ["SIMPLIX"]
PG = os.environ.get("SIMPLIX_TEST_PG")
DELIVERIES = int(os.environ.get("DELIVERIES", "300"))
passed = failed = skipped = 0
random.seed(11)


def check(what, good, more=""):
    global passed, failed
    if good:
        passed += 1
        print("ok", what)
    else:
        failed += 1
        print("FAIL", what, more)


class Receiver(http.server.BaseHTTPRequestHandler):
    """What to answer is told by path: plan[path] is a list of codes or words, used up one after another; then 200."""
    protocol_version = "HTTP/1.1"
    plan, got, lock = {}, [], threading.Lock()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.lock:
            todo = self.plan.get(self.path) or []
            answer = todo.pop(0) if todo else 200
            self.got.append((self.path, dict(self.headers), body, answer, time.time()))
        if answer == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.connection.close()
            self.close_connection = True
            return
        if answer == "stall":
            time.sleep(3)
            self.close_connection = True
            return
        if answer == "huge":
            self.send_response(200)
            self.send_header("Content-Length", str(100 << 20))
            self.end_headers()
            try:
                for _ in range(1600):
                    self.wfile.write(b"x" * 65536)
            except OSError:
                pass
            self.close_connection = True
            return
        code = {"later": 503, "at once": 503, "latin1": 500, "cut": 200}.get(answer, answer)
        text = b"said \x1b[31mno" if code >= 400 else b"ok"
        if answer == "latin1":
            text = "caf\xe9 ferm\xe9".encode("latin-1")
        if answer == "cut":
            text = b"x" * (16 * 1024 - 1) + "\xe9\xe9".encode()
        self.send_response(code)
        if answer == "later":
            self.send_header("Retry-After", "7")
        if answer == "at once":
            self.send_header("Retry-After", "0")
        if code in (301, 302, 307, 308):
            self.send_header("Location", "http://127.0.0.1:%d/elsewhere" % self.server.server_port)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
BASE = "http://127.0.0.1:%d" % server.server_port


def verifies(secret, headers, body):
    """Standard Webhooks 1.0, from its text."""
    h = {k.lower(): v for k, v in headers.items()}
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join([h["webhook-id"].encode(), h["webhook-timestamp"].encode(), body])
    want = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(want, one) for one in h["webhook-signature"].split(" "))


def legacy(secret, headers, body):
    return hmac.compare_digest(hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(), headers.get("X-Webhook-Signature", ""))


class Book:
    def __init__(self, name, target, folder):
        self.name, self.target, self.now = name, target, int(time.time())
        self.env = dict(os.environ, HOME=folder, XDG_DATA_HOME=folder, SIMPLIX_ALLOWED_HOSTS="127.0.0.1", http_proxy="http://127.0.0.1:9", TZ="UTC")

    def clock(self):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.now))

    def run(self, *args, ok=True, clock=True):
        env = dict(self.env, SIMPLIX_CLOCK=self.clock()) if clock else self.env
        p = subprocess.run([SIMPLIX, "--db", self.target, *args], capture_output=True, text=True, env=env, timeout=120)
        if ok and p.returncode != 0:
            print("FAIL", self.name, args, p.stderr)
        return p

    def json(self, *args):
        return json.loads(self.run(*args, "--json").stdout)

    def check(self, what, good, more=""):
        check("%s: %s" % (self.name, what), good, more)

    def hook(self, path, events="contact.*", **more):
        fields = ["%s=%s" % (k, v) for k, v in more.items()]
        return self.json("webhooks", "add", "name=" + path, "url=" + BASE + "/" + self.name + path, "events=" + events, *fields)

    def got(self, path):
        return [g for g in Receiver.got if g[0] == "/" + self.name + path]

    def plan(self, path, *answers):
        Receiver.plan["/" + self.name + path] = list(answers)

    def add(self, name):
        self.run("contacts", "add", "last_name=" + name, "--force")


def whole_way(b):
    made = b.hook("/whole", retry_count=2)
    secret, ref = made["secret"], made["reference"]
    b.add("First")
    b.check("nothing is sent by the command itself", not b.got("/whole"))
    b.run("jobs", "run")
    got = b.got("/whole")
    b.check("S92 the event is delivered", len(got) == 1)
    _, headers, body, _, _ = got[0]
    b.check("SEC-50 signed so that another verifier agrees", verifies(secret, headers, body))
    b.check("SEC-50 and no other body does", not verifies(secret, headers, body + b" "))
    b.check("the older signature is there too", legacy(secret, headers, body))
    event = json.loads(body)
    b.check("the body is the documented one", event["event"] == "contact.created" and event["data"]["last_name"] == "First" and event["data"]["contact_id"])
    b.plan("/whole", 500, "reset", 503)
    b.add("Second")
    b.run("jobs", "run")
    job = b.json("jobs", "list")[0]
    b.check("a failure waits", job["state"] == "waiting" and job["status"] == 500 and job["attempts"] == 1, job)
    b.run("jobs", "run")
    b.check("and not less than it should", len(b.got("/whole")) == 2)
    for wait, state in ((8, "waiting"), (400, "dead")):
        b.now += wait
        b.run("jobs", "run")
        job = b.json("jobs", "list")[0]
        b.check("after %d s it is %s" % (wait, state), job["state"] == state, job)
    tries = b.got("/whole")[1:]
    ids = {g[1]["webhook-id"] for g in tries}
    stamps = [g[1]["webhook-timestamp"] for g in tries]
    b.check("the id stays, the timestamp is new in each try", len(tries) == 3 and len(ids) == 1 and len(set(stamps)) == 3, stamps)
    b.check("each try is signed", all(verifies(secret, g[1], g[2]) for g in tries))
    b.check("what it answered is kept, cleaned when shown", "\x1b" not in b.run("jobs", "show", str(job["id"])).stdout)
    b.run("webhooks", "redeliver", ref, "failed")
    b.run("jobs", "run")
    b.check("redelivered", b.json("jobs", "list")[0]["state"] == "done" and b.got("/whole")[-1][1]["webhook-id"] in ids)
    fresh = b.json("webhooks", "secret", ref)["secret"]
    b.add("Third")
    b.run("jobs", "run")
    _, headers, body, _, _ = b.got("/whole")[-1]
    b.check("a new secret and the old one both sign", fresh != secret and verifies(fresh, headers, body) and verifies(secret, headers, body))
    b.now += 25 * 3600
    b.add("Fourth")
    b.run("jobs", "run")
    _, headers, body, _, _ = b.got("/whole")[-1]
    b.check("for a day", verifies(fresh, headers, body) and not verifies(secret, headers, body))
    test = b.json("webhooks", "test", ref)[0]
    b.check("a test call", test["state"] == "done" and json.loads(b.got("/whole")[-1][2])["data"]["test"] is True)
    b.run("webhooks", "edit", ref, "active=no")
    b.add("Paused")
    before = len(b.got("/whole"))
    b.run("jobs", "run")
    b.check("paused nothing is sent", len(b.got("/whole")) == before)
    b.run("webhooks", "edit", ref, "active=yes")
    b.add("Let go")
    b.run("jobs", "run")
    b.check("let go, what came from then on is", len(b.got("/whole")) > before)
    b.run("webhooks", "delete", ref)


def answers(b):
    for word, state in (("huge", "done"), (302, "failed"), (404, "failed"), ("stall", "waiting"), (429, "waiting")):
        path = "/a%s" % word
        ref = b.hook(path, timeout_ms=1000)["reference"]
        b.plan(path, word)
        start = time.time()
        b.add("For %s" % word)
        b.run("jobs", "run")
        job = b.json("webhooks", "deliveries", ref)[0]
        b.check("an answer of %s: %s" % (word, state), job["state"] == state and time.time() - start < 20, job)
        b.run("webhooks", "delete", ref)
    b.check("a redirection is not followed", not [g for g in Receiver.got if g[0] == "/elsewhere"])
    ref = b.hook("/later")["reference"]
    b.plan("/later", "later")
    b.add("Later")
    b.run("jobs", "run")
    b.now += 5
    b.run("jobs", "run")
    early = len(b.got("/later"))
    b.now += 3
    b.run("jobs", "run")
    b.check("Retry-After is obeyed", early == 1 and len(b.got("/later")) == 2)
    b.plan("/later", 410)
    b.add("Gone")
    b.run("jobs", "run")
    b.check("410 turns it off", b.json("webhooks", "show", ref)["active"] is False and "410" in b.run("webhooks", "show", ref).stdout)
    b.run("webhooks", "delete", ref)


def hostile(b):
    """Answers of any bytes stop nothing; what is cancelled is not sent; what is off or gone is not tried."""
    ref, good = b.hook("/bytes", "deal.created")["reference"], b.hook("/fine", "deal.created")["reference"]
    b.plan("/bytes", "latin1", "cut")
    for name in ("One", "Two"):
        b.run("deals", "add", "title=" + name)
    b.run("jobs", "run")
    b.check("an answer in Latin-1 stops nobody", len(b.got("/fine")) == 2 and b.json("webhooks", "deliveries", ref)[-1]["state"] == "waiting")
    b.now += 10
    b.run("jobs", "run")
    states = [j["state"] for j in b.json("webhooks", "deliveries", ref)]
    b.check("nor one cut within a character", states == ["done", "done"], states)
    b.plan("/bytes", "at once", "at once", "at once")
    b.run("deals", "add", "title=Three")
    before = len(b.got("/bytes"))
    b.run("jobs", "run")
    b.check("Retry-After: 0 does not use up the tries", len(b.got("/bytes")) == before + 1)
    job = b.json("webhooks", "deliveries", ref)[0]
    b.run("jobs", "cancel", str(job["id"]))
    b.now += 4000
    b.run("jobs", "run")
    b.check("cancelled is not sent", len(b.got("/bytes")) == before + 1)
    b.check("a state that is none is refused", b.run("jobs", "list", "--state", "nonsense", ok=False).returncode == 2)
    b.check("another webhook's delivery is not redelivered", b.run("webhooks", "redeliver", good, str(job["id"]), ok=False).returncode == 3)
    b.run("webhooks", "edit", ref, "active=no")
    b.check("what is off is not tested", b.run("webhooks", "test", ref, ok=False).returncode == 1)
    b.run("webhooks", "edit", ref, "active=yes")
    b.plan("/bytes", 500)
    b.run("deals", "add", "title=Four")
    b.run("jobs", "run")
    b.check("a test call waits behind nothing", b.json("webhooks", "test", ref)[0]["state"] == "done")
    b.plan("/bytes", 500)
    b.check("and tells by its status", b.run("webhooks", "test", ref, ok=False).returncode == 1)
    job = b.json("webhooks", "deliveries", ref)[0]
    b.run("webhooks", "delete", ref)
    b.check("what was deleted is not tried again", b.run("jobs", "retry", str(job["id"]), ok=False).returncode == 1)
    b.run("webhooks", "delete", good)


def order_and_kills(b):
    """Senders are killed again and again, two at a time: everything arrives, in order but for repeats, and little arrives twice."""
    ref = b.hook("/run", "contact.created")["reference"]
    secret = b.json("webhooks", "secret", ref)["secret"]
    rows = "last_name\n" + "".join("N%05d\n" % i for i in range(DELIVERIES))
    path = os.path.join(b.env["HOME"], "many.csv")
    with open(path, "w", encoding="utf-8") as f:
        f.write(rows)
    b.run("import", path, "--as", "contacts", "--duplicates", "create", clock=False)
    end, kills = time.time() + 100, 0
    while time.time() < end:
        pair = [subprocess.Popen([SIMPLIX, "--db", b.target, "jobs", "run"], env=b.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in (0, 1)]
        if kills < 8:
            time.sleep(random.uniform(0.05, 0.25))
            pair[kills % 2].send_signal(signal.SIGKILL)
            kills += 1
        for p in pair:
            p.wait(timeout=60)
        if not b.json("jobs", "list", "--state", "open"):
            break
        time.sleep(0.1)
    got = b.got("/run")
    names = [json.loads(g[2])["data"]["last_name"] for g in got]
    firsts = list(dict.fromkeys(names))
    b.check("SEC-51 all %d arrive" % DELIVERIES, firsts == ["N%05d" % i for i in range(DELIVERIES)], "%d of them" % len(set(names)))
    b.check("little arrives twice: %d repeats of %d kills" % (len(names) - len(firsts), kills), len(names) - len(firsts) <= kills * 20)
    b.check("every signature is right", all(verifies(secret, g[1], g[2]) for g in got))
    b.check("nothing is left", b.run("jobs", "run", clock=False).stdout.startswith("Done: 0"))
    b.run("webhooks", "delete", ref)


def dead_beside_living(b):
    dead, living = b.hook("/dead", "deal.*"), b.hook("/living", "deal.*")
    b.plan("/dead", *["stall"] * 50)
    b.run("webhooks", "edit", dead["reference"], "timeout_ms=1000")
    for i in range(5):
        b.run("deals", "add", "title=D%d" % i)
    b.run("jobs", "run")
    b.check("SEC-52 a dead one delays no other", len(b.got("/living")) == 5 and len(b.got("/dead")) == 1)
    b.run("webhooks", "delete", dead["reference"])
    b.run("webhooks", "delete", living["reference"])


def book(name, target, folder):
    b = Book(name, target, folder)
    b.run("init", "--name", "Hooks")
    b.check("https only", b.run("webhooks", "add", "name=x", "url=http://example.com/", "events=*", ok=False).returncode == 1)
    b.check("a host that is not allowed is not called", subprocess.run([SIMPLIX, "--db", target, "webhooks", "add", "name=y", "url=" + BASE, "events=*"],
            env=dict(b.env, SIMPLIX_ALLOWED_HOSTS=""), capture_output=True).returncode == 1)
    for part in (whole_way, answers, hostile, dead_beside_living, order_and_kills):
        part(b)


with tempfile.TemporaryDirectory(prefix="sxhook.") as folder:
    book("sqlite", os.path.join(folder, "book.db"), folder)
    if PG:
        schema = "hooks%d" % os.getpid()
        made = subprocess.run(["psql", PG, "-qc", "CREATE SCHEMA " + schema], capture_output=True, text=True)
        if made.returncode == 0:
            book("postgres", PG + ("&" if "?" in PG else "?") + "options=-csearch_path%3D" + schema, folder)
        else:
            check("postgres: a schema of its own", False, made.stderr)
    else:
        skipped += 1
        print("skip postgres: SIMPLIX_TEST_PG is not set")
server.shutdown()
print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
sys.exit(1 if failed else 0)
