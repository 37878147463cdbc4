"""What the tests of webhooks share: a receiver on loopback that breaks as it is told, an independent verifier of signatures, a book.

No test itself (not executable): tests/integration/*_test.py and tests/soak import it."""
import base64, hashlib, hmac, http.server, json, os, random, signal, socket, subprocess, sys, threading, time

SIMPLIX = os.environ["SIMPLIX"]
PG = os.environ.get("SIMPLIX_TEST_PG")
numbers = {"passed": 0, "failed": 0, "skipped": 0}


def check(what, good, more=""):
    numbers["passed" if good else "failed"] += 1
    print("ok" if good else "FAIL", what, "" if good else more, flush=True)


def skip(what):
    numbers["skipped"] += 1
    print("skip", what, flush=True)


def end():
    print("%(passed)d passed, %(failed)d failed, %(skipped)d skipped" % numbers)
    sys.exit(1 if numbers["failed"] else 0)


def verifies(secret, headers, body):
    """Standard Webhooks 1.0, from its text."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    want = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(want, one) for one in headers["webhook-signature"].split(" "))


class Got:
    def __init__(self, path, headers, body, answer):
        self.path, self.body, self.answer, self.id = path, body, answer, headers.get("webhook-id")
        self.headers = headers
        self.name = json.loads(body)["data"].get("last_name")


WORDS = ("500", "later", "reset", "drop", "stall", "drip", "302", "404", "huge", "garbage", "half")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle(self):
        try:
            super().handle()
        except (OSError, ValueError):
            pass

    def do_POST(self):
        r = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {k.lower(): v for k, v in self.headers.items()}
        with r.lock:
            answer = r.choose(self.path, headers)
            r.got.append(Got(self.path, headers, body, answer))
            r.under_way += 1
            r.most = max(r.most, r.under_way)
        try:
            special = getattr(self, "say_" + answer, None)
            if not (special and special()):
                self.say(answer)
        except OSError:
            self.close_connection = True
        finally:
            with r.lock:
                r.under_way -= 1

    def say(self, answer):
        code = 503 if answer == "later" else int(answer)
        self.send_response(code)
        if answer == "later":
            self.send_header("Retry-After", "2")
        if code == 302:
            self.send_header("Location", "http://127.0.0.1:%d/elsewhere" % self.server.server_port)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def say_200(self):
        if self.server.receiver.slow:
            time.sleep(self.server.receiver.slow)

    def say_reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.connection.close()
        self.close_connection = True
        return True

    def say_drop(self):
        self.close_connection = True
        return True

    def say_kill(self):
        """Between the request's last byte and the answer's first, the sender dies."""
        os.kill(self.server.receiver.victim, signal.SIGKILL)
        self.close_connection = True
        return True

    def say_stall(self):
        time.sleep(self.server.receiver.stall)
        self.close_connection = True
        return True

    def say_drip(self):
        until = time.time() + self.server.receiver.stall
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000:
            if time.time() > until:
                break
            self.wfile.write(bytes([byte]))
            time.sleep(0.05)
        self.close_connection = True
        return True

    def say_huge(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (100 << 20))
        for _ in range(1600):
            self.wfile.write(b"x" * 65536)
        return True

    def say_garbage(self):
        self.wfile.write(bytes(random.randrange(256) for _ in range(400)))
        self.close_connection = True
        return True

    def say_half(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf")
        self.close_connection = True
        return True

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        pass


class Receiver:
    """plan[path]: answers used up one after another; then by chance, where `faults` is set; then 200. What chance decides depends on the
    seed and the delivery's id alone, and a delivery is troubled once."""

    def __init__(self, seed=1, faults=0.0, words=WORDS, ports=1):
        self.lock, self.got, self.plan, self.under_way, self.most = threading.Lock(), [], {}, 0, 0
        self.seed, self.faults, self.words, self.stall, self.slow, self.victim = seed, faults, words, 1.6, 0, None
        self.troubled, self.servers = {}, []
        for _ in range(ports):
            s = Server(("127.0.0.1", 0), Handler)
            s.receiver = self
            self.servers.append(s)
            threading.Thread(target=s.serve_forever, daemon=True).start()

    def url(self, path, n=0):
        return "http://127.0.0.1:%d%s" % (self.servers[n % len(self.servers)].server_port, path)

    def choose(self, path, headers):
        todo = self.plan.get(path)
        if todo:
            return todo.pop(0)
        what = (path, headers.get("webhook-id"))
        if not self.faults or what in self.troubled:
            return "200"
        dice = random.Random("%s %s %s" % (self.seed, *what))
        if dice.random() >= self.faults:
            return "200"
        self.troubled[what] = dice.choice(self.words)
        return self.troubled[what]

    def of(self, path):
        with self.lock:
            return [g for g in self.got if g.path == path]

    def forget(self):
        with self.lock:
            self.got, self.troubled, self.plan, self.most = [], {}, {}, 0

    def close(self):
        for s in self.servers:
            s.shutdown()
            s.server_close()


class Book:
    """A database with `init` run, on SQLite or in a schema of its own."""

    def __init__(self, engine, folder, **env):
        self.engine, self.folder, self.at = engine, folder, time.time()
        self.env = dict({k: v for k, v in os.environ.items() if not k.startswith(("SMTP_", "EMAIL_", "SIMPLIX_CLOCK", "SIMPLIX_KILL"))}, HOME=folder,
                        XDG_DATA_HOME=folder, SIMPLIX_ALLOWED_HOSTS="127.0.0.1", TZ="UTC", **env)
        if engine == "sqlite":
            self.target = os.path.join(folder, "book.db")
        else:
            schema = "t%d_%d" % (os.getpid(), random.randrange(1 << 30))
            subprocess.run(["psql", PG, "-qc", "CREATE SCHEMA " + schema], check=True, capture_output=True)
            self.target = PG + ("&" if "?" in PG else "?") + "options=-csearch_path%3D" + schema
        self.run("init", "--name", "Battery")

    def start(self, *args, program=SIMPLIX, **env):
        return subprocess.Popen([program, "--db", self.target, *args], env=dict(self.env, **env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def run(self, *args, ok=True, program=SIMPLIX, text="", **env):
        p = subprocess.run([program, "--db", self.target, *args], env=dict(self.env, **env), input=text, capture_output=True, text=True, timeout=600)
        if ok and p.returncode != 0:
            check("%s: %s" % (self.engine, args), False, p.stderr)
        return p

    def json(self, *args, **env):
        return json.loads(self.run(*args, "--json", **env).stdout or "[]")

    def later(self, seconds):
        """The program's clock that much ahead."""
        return {"SIMPLIX_CLOCK": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))}

    def hook(self, url, **fields):
        return self.json("webhooks", "add", "name=" + url.rsplit("/", 1)[1], "url=" + url, "events=contact.created", *["%s=%s" % f for f in fields.items()])

    def add_many(self, names):
        path = os.path.join(self.folder, "many.csv")
        with open(path, "w", encoding="utf-8") as f:
            f.write("last_name\n" + "".join(n + "\n" for n in names))
        self.run("import", path, "--as", "contacts", "--duplicates", "create")

    def whole(self):
        if self.engine != "sqlite":
            return True
        import sqlite3
        with sqlite3.connect(self.target) as db:
            return db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"

    def open_jobs(self):
        return int(self.sql("SELECT count(*) FROM jobs WHERE finished_at IS NULL"))

    def sql(self, text):
        return self.run("sql", text, "--csv").stdout.split()[-1]

    def check(self, what, good, more=""):
        check("%s: %s" % (self.engine, what), good, more)


def engines():
    yield "sqlite"
    if PG:
        yield "postgres"
    else:
        skip("postgres: SIMPLIX_TEST_PG is not set")


def order(names):
    """Without repeats."""
    return list(dict.fromkeys(names))
