#!/usr/bin/env python3
"""S92 on both engines, as a person does it with the program alone: a webhook at `simplix webhooks listen`, a change, its delivery found valid
there, a receiver that breaks, retries, redelivery; a delivery replayed by hand, two compared; a wrong secret, a forged body, an old
timestamp. What the listener calls valid is checked once more here, from the text of Standard Webhooks."""
import base64, hashlib, hmac, http.client, json, os, signal, socket, subprocess, sys, tempfile, time

SIMPLIX = os.environ["SIMPLIX"]
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


def sign(secret, msg, stamp, body):
    """webhook-signature of Standard Webhooks 1.0, from its text."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, b".".join([msg.encode(), stamp.encode(), body]), hashlib.sha256).digest()).decode()


def verifies(secret, saved):
    h, body = saved["headers"], saved["body"].encode()
    good = sign(secret, h["webhook-id"], h["webhook-timestamp"], body) in h["webhook-signature"].split(" ")
    older = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return good and hmac.compare_digest(older, h["x-webhook-signature"])


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Listener:
    """`simplix webhooks listen`, ready when this returns; ended by its --count, --seconds or Ctrl-C."""

    def __init__(self, env, *args, secret=None):
        env = dict(env)
        env.pop("SIMPLIX_WEBHOOK_SECRET", None)
        if secret:
            env["SIMPLIX_WEBHOOK_SECRET"] = secret
        self.files = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")
        self.p = subprocess.Popen([SIMPLIX, "webhooks", "listen", *args, *([] if "--seconds" in args else ["--seconds", "60"])], stdin=subprocess.DEVNULL, stdout=self.files[0],
                                  stderr=self.files[1], env=env)
        end = time.time() + 30
        while "Listening" not in "".join(self.read()) and self.p.poll() is None and time.time() < end:
            time.sleep(0.02)
        self.start = "".join(self.read())

    def read(self):
        return [os.pread(f.fileno(), 1 << 20, 0).decode() for f in self.files]

    def end(self, sig=None):
        if sig:
            self.p.send_signal(sig)
        self.code = self.p.wait(timeout=90)
        self.out, self.err = self.read()
        for f in self.files:
            f.close()
        return self

    def requests(self):
        return [json.loads(line) for line in self.out.splitlines()]


def post(port, headers, body, method="POST", path="/"):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        c.request(method, path, body, headers)
        r = c.getresponse()
        return r.status, r.read()
    finally:
        c.close()


class Book:
    def __init__(self, name, target, folder):
        self.name, self.target, self.folder, self.port = name, target, os.path.join(folder, name), free_port()
        os.mkdir(self.folder)
        self.env = dict(os.environ, HOME=folder, XDG_DATA_HOME=folder, SIMPLIX_DB=target, SIMPLIX_ALLOWED_HOSTS="127.0.0.1:%d" % self.port, TZ="UTC")
        self.now = None

    def run(self, *args, env=None, ok=True):
        env = dict(env or self.env, **({"SIMPLIX_CLOCK": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.now))} if self.now else {}))
        p = subprocess.run([SIMPLIX, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env, timeout=120)
        if ok and p.returncode != 0:
            print("FAIL", self.name, args, p.stderr)
        return p

    def json(self, *args):
        return json.loads(self.run(*args, "--json").stdout)

    def check(self, what, good, more=""):
        check("%s: %s" % (self.name, what), good, more)

    def listen(self, *args, secret=None):
        return Listener(self.env, *args, "--port", str(self.port), secret=secret)

    def saved(self, folder):
        out = []
        for name in sorted(os.listdir(os.path.join(self.folder, folder))):
            with open(os.path.join(self.folder, folder, name), encoding="utf-8") as f:
                out.append(json.load(f))
        return out


def whole_way(b):
    url, folder = "http://127.0.0.1:%d/" % b.port, os.path.join(b.folder, "whole")
    made = b.json("webhooks", "add", "name=Lab", "url=" + url, "events=contact.*")
    b.secret, b.ref = made["secret"], made["reference"]
    l = b.listen(b.ref, "--count", "1", "--save", folder)
    b.check("S92 it tells where it listens", url in l.start, l.start)
    b.run("contacts", "add", "last_name=First", "--force")
    b.run("jobs", "run")
    l.end()
    b.check("S92 the delivery is found valid", l.code == 0 and "✓ webhook-signature is valid, made with the secret of %s." % b.ref in l.out
            and "✓ X-Webhook-Signature is valid" in l.out and "✓ Valid. Answered 200." in l.out and "contact.created" in l.out, l.out + l.err)
    b.check("and how to point a webhook there", "simplix webhooks edit %s url=%s" % (b.ref, url) in l.out and b.secret not in l.out, l.out)
    first = b.saved("whole")
    b.check("another verifier agrees", len(first) == 1 and verifies(b.secret, first[0]))
    b.check("what is saved is its owner's alone", all(os.stat(os.path.join(folder, n)).st_mode & 0o077 == 0 for n in os.listdir(folder)))
    # it breaks: the first try and the retry fail, the redelivery arrives
    start = time.time()
    l = b.listen(b.ref, "--count", "3", "--fail-first", "2", "--json", "--save", folder)
    b.run("contacts", "add", "last_name=Second", "--force")
    b.run("jobs", "run")
    job = b.json("webhooks", "deliveries", b.ref)[0]
    b.check("broken, it waits", job["state"] == "waiting" and job["status"] == 503, job)
    b.now = time.time() + 8
    b.run("jobs", "run")
    job = b.json("webhooks", "deliveries", b.ref)[0]
    b.check("it is tried again, and fails again", job["state"] == "waiting" and job["attempts"] == 2, job)
    b.run("webhooks", "redeliver", b.ref, str(job["id"]))
    b.run("jobs", "run")
    b.now = None
    job = b.json("webhooks", "deliveries", b.ref)[0]
    l.end()
    got = l.requests()
    b.check("redelivered", job["state"] == "done", job)
    b.check("three tries of one id, all valid", l.code == 0 and [r["status"] for r in got] == [503, 503, 200] and len({r["id"] for r in got}) == 1
            and all(r["valid"] is True for r in got) and [r["attempt"] for r in got] == [1, 2, 3], l.out + l.err)
    b.check("the listener is quick", time.time() - start < 60)
    tries = [s for s in b.saved("whole") if s["id"] == got[0]["id"]]
    b.check("each verifies elsewhere too", len(tries) == 3 and all(verifies(b.secret, s) for s in tries))
    b.jobs = [str(j["id"]) for j in reversed(b.json("webhooks", "deliveries", b.ref))]
    b.files = sorted(os.path.join(folder, n) for n in os.listdir(folder))


def replay(b):
    url = "http://127.0.0.1:%d/again" % b.port
    state = b.run("sql", "SELECT count(*) FROM job_attempts").stdout, b.run("jobs", "list", "--json").stdout
    l = b.listen("--count", "3", "--json", "--delay", "300", secret=b.secret)
    one = b.run("webhooks", "replay", b.jobs[0], "--to", url)
    two = b.json("webhooks", "replay", b.jobs[0], "--to", url)
    three = b.json("webhooks", "replay", b.files[0], "--to", url, "--webhook", b.ref)
    l.end()
    got = l.requests()
    b.check("a job is sent again by hand", "It answered 200 after" in one.stdout and two["status"] == 200 and two["latency_ms"] >= 300 and two["response"] == "ok\n", one.stdout)
    b.check("so is a saved file", three["status"] == 200 and three["id"] == b.saved("whole")[0]["id"], three)
    b.check("signed afresh, with the same id", l.code == 0 and len(got) == 3 and all(r["valid"] for r in got) and got[0]["id"] == got[1]["id"], l.out)
    b.check("a repeat is told", [r["repeated"] for r in got[:2]] == [False, True], got)
    b.check("nothing changed in the database", state == (b.run("sql", "SELECT count(*) FROM job_attempts").stdout, b.run("jobs", "list", "--json").stdout))
    p = b.run("webhooks", "replay", b.jobs[0], "--to", url, ok=False)
    b.check("nobody there: 1", p.returncode == 1 and "No answer." in p.stdout, p.stdout)
    p = b.run("webhooks", "replay", b.jobs[0], "--to", "http://127.0.0.1:%d/" % (b.port % 65535 + 1), ok=False)
    b.check("a host that is not allowed is not called", p.returncode == 1 and "SIMPLIX_ALLOWED_HOSTS" in p.stderr, p.stderr)
    p = b.run("webhooks", "replay", b.jobs[0], "--to", "https://127.0.0.1:%d/" % (b.port % 65535 + 1), ok=False)
    b.check("nor over https", p.returncode == 1 and p.stdout.count("\n") >= 2 and "It answered" not in p.stdout, p.stdout)
    b.check("no such job: 3", b.run("webhooks", "replay", "999999", "--to", url, ok=False).returncode == 3)
    b.check("no such file: 3", b.run("webhooks", "replay", "none.json", "--to", url, ok=False).returncode == 3)
    p = b.run("webhooks", "replay", b.files[0], "--to", url, ok=False)
    b.check("a file without a secret: 2, with what to do", p.returncode == 2 and "--webhook" in p.stderr, p.stderr)
    b.check("without an address: 2", b.run("webhooks", "replay", b.jobs[0], ok=False).returncode == 2)


def diff(b):
    p = b.run("webhooks", "diff", b.jobs[0], b.jobs[1], ok=False)
    b.check("two deliveries differ: 1", p.returncode == 1 and "data.last_name" in p.stdout and '"First"' in p.stdout and '"Second"' in p.stdout, p.stdout)
    p = b.run("webhooks", "diff", b.jobs[0], b.jobs[1], "--json", ok=False)
    rows = {r["path"]: r for r in json.loads(p.stdout)}
    b.check("as JSON", p.returncode == 1 and rows["data.last_name"] == {"path": "data.last_name", "change": "changed", "old": "First", "new": "Second"}
            and "event" not in rows, p.stdout)
    p = b.run("webhooks", "diff", b.jobs[0], b.jobs[0], "--json")
    b.check("equal ones: 0", p.returncode == 0 and json.loads(p.stdout) == [])
    job = next(j for j in b.jobs if b.run("webhooks", "diff", j, b.files[0], ok=False).returncode == 0)
    b.check("a job and what was received of it are equal", job in b.jobs)
    other = os.path.join(b.folder, "other.json")
    with open(other, "w") as f:
        json.dump({"body": json.dumps({"event": "x", "data": {"a.b": [1, {"c": None}]}})}, f)
    rows = {r["path"]: r["change"] for r in json.loads(b.run("webhooks", "diff", other, b.files[0], "--json", ok=False).stdout)}
    b.check("added and removed", rows['data["a.b"][0]'] == "removed" and rows['data["a.b"][1].c'] == "removed" and rows["data.last_name"] == "added", rows)
    with open(other, "w") as f:
        json.dump({"body": "no JSON"}, f)
    p = b.run("webhooks", "diff", other, b.files[0], ok=False)
    b.check("what is no JSON is told", p.returncode == 1 and other in p.stderr and not p.stdout, p.stderr)
    b.check("one alone: 2", b.run("webhooks", "diff", other, ok=False).returncode == 2)


def wrong(b):
    """A secret that is another one, bodies and headers that were tampered with."""
    stranger = "whsec_" + base64.b64encode(b"x" * 32).decode()
    l = b.listen("--count", "1", secret=stranger)
    p = b.run("webhooks", "replay", b.jobs[0], "--to", "http://127.0.0.1:%d/" % b.port, ok=False)
    l.end()
    b.check("a wrong secret says invalid", l.code == 1 and p.returncode == 1 and "✗ webhook-signature is not valid" in l.out and "✗ Not valid. Answered 400." in l.out,
            l.out)
    body, msg, now = b'{"event":"deal.won","data":{}}', "evt_hand", str(int(time.time()))
    good = {"webhook-id": msg, "webhook-timestamp": now, "webhook-signature": sign(b.secret, msg, now, body)}
    old = str(int(time.time()) - 301)
    late = {"webhook-id": msg, "webhook-timestamp": old, "webhook-signature": sign(b.secret, msg, old, body)}
    cases = [
        ("signed by hand", good, body, "POST", True, None),
        ("a changed body", good, body + b" ", "POST", False, "signature"),
        ("an old timestamp", late, body, "POST", False, "timestamp"),
        ("another id", dict(good, **{"webhook-id": "evt_other"}), body, "POST", False, "signature"),
        ("no headers", {}, body, "POST", False, "headers"),
        ("the older signature is wrong", dict(good, **{"X-Webhook-Signature": "0" * 64}), body, "POST", False, "legacy_signature"),
        ("no POST", good, body, "PUT", False, "method"),
        ("no JSON", dict(good, **{"webhook-signature": sign(b.secret, msg, now, b"{")}), b"{", "POST", False, "body"),
        ("a body that is too long", good, b"x" * 200000, "POST", False, "body"),
    ]
    l = b.listen(b.ref, "--count", str(len(cases)), "--json")
    answers = [post(b.port, headers, data, method)[0] for _, headers, data, method, _, _ in cases]
    l.end()
    for case, answer, told in zip(cases, answers, l.requests()):
        bad = [s["step"] for s in told["steps"] if s["result"] == "bad"]
        b.check("by hand: " + case[0], told["valid"] is case[4] and answer == told["status"] == (200 if case[4] else 400) and (case[5] in bad or not case[5] and not bad),
                told)
    b.check("and the whole of it: 1", l.code == 1, l.err)


def edges(b):
    l = b.listen()
    post(b.port, {"webhook-id": "x\x1b[31m"}, b"{}", path="/%1b%5b31m")
    try:
        post(b.port, {"x-long": "y" * 100000}, b"{}")
    except OSError:
        pass
    with socket.create_connection(("127.0.0.1", b.port)) as s:
        s.sendall(b"no HTTP at all\r\n\r\n")
        s.settimeout(5)
        try:
            s.recv(1000)
        except OSError:
            pass
    busy = subprocess.run([SIMPLIX, "webhooks", "listen", "--port", str(b.port)], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=b.env, timeout=30)
    b.check("a port that is taken: 1, with what to do", busy.returncode == 1 and "--port" in busy.stderr, busy.stderr)
    with open("/proc/net/tcp") as f:
        b.check("it listens on this machine alone", any(line.split()[1] == "0100007F:%04X" % b.port and line.split()[3] == "0A" for line in f))
    l.end(signal.SIGINT)
    b.check("Ctrl-C ends it with a summary", l.code == 1 and "Requests: 1. Valid: 0. Not valid: 1." in l.out and "\x1b" not in l.out, l.out + l.err)
    b.check("without a secret it says so", "Without a secret signatures cannot be checked." in l.out)
    quiet = b.listen(secret=b.secret).end(signal.SIGINT)
    b.check("nothing came and nobody minds: 0", quiet.code == 0 and "Requests: 0." in quiet.out, quiet.out)
    none = b.listen("--count", "1", "--seconds", "1", secret=b.secret).end()
    b.check("fewer than asked for: 1", none.code == 1 and "Requests: 0." in none.out, none.out)
    l = b.listen("--count", "1", "--status", "418", "--json")
    b.check("an answer as told", post(b.port, {}, b"{}")[0] == 418 and l.end().requests()[0]["status"] == 418)
    path = os.path.join(b.folder, "secret")
    with open(path, "w") as f:
        f.write(b.secret + "\n")
    l = b.listen("--count", "1", "--secret-file", path, "--json")
    b.run("webhooks", "replay", b.jobs[0], "--to", "http://127.0.0.1:%d/" % b.port)
    b.check("a secret from a file", l.end().code == 0 and l.requests()[0]["valid"] is True)
    with open(path, "w") as f:
        f.write("no secret\n")
    for what, code, args in (("a secret among the arguments", 2, ["--secret", b.secret]), ("a number that is none", 2, ["--port", "x"]), ("a status that is none", 2, ["--status", "99"]),
                             ("an option that is none", 2, ["--loud"]), ("no such webhook", 3, ["W-999"]), ("a file without a secret", 1, ["--secret-file", path]),
                             ("no such file", 3, ["--secret-file", path + "x"])):
        p = b.run("webhooks", "listen", *args, ok=False)
        b.check("%s: %d" % (what, code), p.returncode == code and b.secret not in p.stderr, p.stderr)
    alone = dict(b.env, SIMPLIX_DB=os.path.join(b.folder, "none.db"))
    l = Listener(alone, "--port", str(b.port), "--count", "1", "--json", secret=b.secret)
    b.run("webhooks", "replay", b.files[0], "--to", "http://127.0.0.1:%d/" % b.port, env=dict(alone, SIMPLIX_WEBHOOK_SECRET=b.secret))
    b.check("no database is needed", l.end().code == 0 and b.run("webhooks", "diff", b.files[0], b.files[0], env=alone).returncode == 0
            and not os.path.exists(alone["SIMPLIX_DB"]), l.err)


def book(name, target, folder):
    b = Book(name, target, folder)
    b.run("init", "--name", "Lab")
    for part in (whole_way, replay, diff, wrong, edges):
        part(b)


with tempfile.TemporaryDirectory(prefix="sxlab.") as folder:
    book("sqlite", os.path.join(folder, "book.db"), folder)
    if PG:
        schema = "lab%d" % os.getpid()
        made = subprocess.run(["psql", PG, "-qc", "CREATE SCHEMA " + schema], capture_output=True, text=True)
        if made.returncode == 0:
            book("postgres", PG + ("&" if "?" in PG else "?") + "options=-csearch_path%3D" + schema, folder)
        else:
            check("postgres: a schema of its own", False, made.stderr)
    else:
        skipped += 1
        print("skip postgres: SIMPLIX_TEST_PG is not set")
print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
sys.exit(1 if failed else 0)
