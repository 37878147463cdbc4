#!/usr/bin/env python3
"""Mail from the command line to a mail server of the test's own (STARTTLS, AUTH) and to a sending service: what arrives is read by Python's
parser; refusals, greylisting, a server without encryption, a wrong password, no server at all."""
import base64, email, email.policy, http.server, json, os, shutil, socket, ssl, subprocess, sys, tempfile, threading, time

SIMPLIX = os.environ["SIMPLIX"]
PG = os.environ.get("SIMPLIX_TEST_PG")
passed = failed = skipped = 0


def check_(what, good, more=""):
    global passed, failed
    if good:
        passed += 1
        print("ok", what)
    else:
        failed += 1
        print("FAIL", what, more)


class Server(threading.Thread):
    """Just enough of RFC 5321, 3207 and 4954."""

    def __init__(self, context, starttls=True):
        super().__init__(daemon=True)
        self.context, self.starttls = context, starttls
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.mails, self.commands, self.grey = [], [], set()

    def run(self):
        while True:
            try:
                conn, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(conn,), daemon=True).start()

    def talk(self, conn):
        try:
            self.converse(conn)
        except (OSError, ssl.SSLError):
            pass

    def converse(self, conn):
        secure, known, rcpt, sender = False, False, [], None
        f = conn.makefile("rwb")

        def say(text):
            f.write(text.encode() + b"\r\n")
            f.flush()

        say("220 test ESMTP")
        while True:
            line = f.readline()
            if not line:
                return
            word = line.strip().decode()
            verb = word.split(" ")[0].upper()
            self.commands.append((secure, word))
            if verb == "EHLO":
                say("250-test\r\n250-8BITMIME\r\n" + ("250-AUTH PLAIN\r\n" if secure else "250-STARTTLS\r\n" if self.starttls else "") + "250 SIZE 1000000")
            elif verb == "STARTTLS":
                say("220 go")
                conn = self.context.wrap_socket(conn, server_side=True)
                f, secure = conn.makefile("rwb"), True
            elif verb == "AUTH":
                token = word.split(" ")[2] if word.count(" ") > 1 else None
                if token is None:
                    say("334 ")
                    token = f.readline().strip().decode()
                known = base64.b64decode(token) == b"\0user\0pass"
                say("235 2.7.0 in" if known else "535 5.7.8 no")
            elif verb == "MAIL":
                sender, rcpt = word, []
                say("250 ok" if known else "530 5.7.0 sign in")
            elif verb == "RCPT":
                if "reject" in word:
                    say("550 5.1.1 No such person")
                elif "grey" in word and word not in self.grey:
                    self.grey.add(word)
                    say("451 4.7.1 Later")
                else:
                    rcpt.append(word)
                    say("250 ok")
            elif verb == "DATA":
                say("354 go on")
                data = b""
                while not data.endswith(b"\r\n.\r\n"):
                    data += f.readline()
                self.mails.append((sender, rcpt, data[:-3].replace(b"\r\n..", b"\r\n.")))
                if any("drop" in r for r in rcpt):
                    conn.close()
                    return
                say("250 2.0.0 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


class Service(http.server.BaseHTTPRequestHandler):
    got = []

    def do_POST(self):
        Service.got.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def from_a_page(check, target, env, server):
    """A mail from a contact's page, in a real terminal, with the person's own editor."""
    if not shutil.which("tmux"):
        print("skip no tmux")
        return
    editor, home = os.path.join(env["HOME"], "editor"), env["HOME"]
    with open(editor, "w") as f:
        f.write("#!/bin/sh\nprintf 'Bonjour Zoé,\\n\\nVoici l’offre — 48 000 €.\\n.\\nFrom now on\\n' > \"$1\"\n")
    os.chmod(editor, 0o755)
    sock = os.path.join(home, "tmux")
    terminal = {k: v for k, v in env.items() if k not in ("NO_COLOR", "TMUX")}
    terminal.update(TERM="xterm-256color", LC_ALL="C.UTF-8", SIMPLIX_LANG="en", EDITOR=editor, VISUAL=editor)

    def tmux(*args):
        return subprocess.run(["tmux", "-f", "/dev/null", "-S", sock, *args], capture_output=True, text=True, env=terminal, timeout=30).stdout

    def screen():
        return tmux("capture-pane", "-p")

    def until(text, seconds=20):
        end = time.time() + seconds
        while time.time() < end:
            if text in screen():
                return True
            time.sleep(0.05)
        return False

    before = len(server.mails)
    tmux("new-session", "-d", "-x", "80", "-y", "24", "%s --db '%s'" % (SIMPLIX, target))
    try:
        check("page: the program opens", until("Home"), screen())
        tmux("send-keys", "g", "c")
        until("Zoé Botté")
        tmux("send-keys", "/")
        tmux("send-keys", "-l", "Botté")
        tmux("send-keys", "Enter")
        tmux("send-keys", "Enter")
        check("page: a contact", until("atelier-botte"), screen())
        tmux("send-keys", "m")
        check("page: a mail to her", until("New mail") and until("zoe@atelier-botte.example"), screen())
        tmux("send-keys", "-l", "Offre n° 7 — été")
        tmux("send-keys", "Down", "Enter")
        until("F4 your editor")
        tmux("send-keys", "F4")
        check("page: the person's own editor", until("Voici l"), screen())
        tmux("send-keys", "F2")
        until("[ Send ]")
        tmux("send-keys", "F2")
        check("page: it is on its way", until("On its way"), screen())
        for _ in range(200):
            if len(server.mails) > before:
                break
            time.sleep(0.05)
        check("page: it stands on her timeline", until("Offre n° 7"), screen())
        tmux("send-keys", "C-q")
        time.sleep(0.5)
    finally:
        tmux("kill-server")
    check("page: it arrived", len(server.mails) == before + 1, len(server.mails) - before)
    if len(server.mails) > before:
        sender, rcpt, data = server.mails[-1]
        m = email.message_from_bytes(data, policy=email.policy.SMTP)
        check("page: to whom", rcpt and "zoe@atelier-botte.example" in rcpt[0] and m["To"].addresses[0].display_name == "Zoé Botté", (rcpt, m["To"]))
        check("page: its subject", m["Subject"] == "Offre n° 7 — été", m["Subject"])
        check("page: its text, byte for byte", m.get_body(("plain",)).get_content().replace("\r\n", "\n").rstrip("\n") ==
              "Bonjour Zoé,\n\nVoici l’offre — 48 000 €.\n.\nFrom now on", repr(m.get_body(("plain",)).get_content()))
        check("page: no defects", not m.defects and all(not getattr(v, "defects", ()) for v in m.values()))


def whole(name, target, folder, server, plain, cert):
    def check(what, good, more=""):
        check_(name + ": " + what, good, more)

    server.mails.clear()
    server.grey.clear()
    Service.got.clear()
    now = time.time()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SMTP_", "EMAIL_", "SENDGRID_"))}
    env.update(HOME=folder, EMAIL_FROM="rep@simplix.example", EMAIL_PROVIDER="smtp", SMTP_HOST="localhost", SMTP_PORT=str(server.port), SMTP_USER="user",
               SMTP_PASSWORD="pass", SIMPLIX_CA_FILE=cert)

    def run(*args, text="", **more):
        return subprocess.run([SIMPLIX, "--db", target, *args], capture_output=True, text=True, input=text, env=dict(env, **more), timeout=90)

    def at(seconds):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + seconds))

    run("init", "--demo")
    body = "Bonjour Amélie,\n.\nFrom here on it is ours.\n" + "x" * 2000 + "\n"
    p = run("mail", "send", "Amélie Durand", "--subject", "Devis n° 12 — été", text=body)
    check("a mail is sent", p.stdout.startswith("Sent (A-") and len(server.mails) == 1, p.stdout + p.stderr)
    sender, rcpt, data = server.mails[0]
    m = email.message_from_bytes(data, policy=email.policy.SMTP)
    check("SEC-61 encrypted before anybody is named", all(s or c.split(" ")[0] in ("EHLO", "STARTTLS") for s, c in server.commands))
    check("from and to", "rep@simplix.example" in sender and len(rcpt) == 1 and "amelie.durand@" in rcpt[0])
    check("the subject, as Python reads it", m["Subject"] == "Devis n° 12 — été", m["Subject"])
    check("the text, byte for byte", m.get_body(("plain",)).get_content().replace("\r\n", "\n") == body)
    check("lines are whole", b"\n" not in data.replace(b"\r\n", b"") and max(map(len, data.split(b"\r\n"))) <= 998)
    check("it stands on the timeline, done", "Devis n° 12" in run("activities", "list", "--filter", "type:email status:done", "--csv").stdout)
    p = run("mail", "send", "reject@x.example", "--subject", "No", text="x")
    check("a refusal is told", p.returncode == 1 and "No such person" in p.stderr, p.stdout + p.stderr)
    p = run("mail", "send", "grey@x.example", "--subject", "Grey", "--later", text="x")
    check("--later leaves it in the outbox", "outbox" in p.stdout)
    run("jobs", "run", SIMPLIX_CLOCK=at(5))
    run("jobs", "run", SIMPLIX_CLOCK=at(4000))
    check("greylisting is waited out", any("grey" in r[0] for _, r, _ in server.mails if r))
    ids = [email.message_from_bytes(d)["Message-ID"] for _, _, d in server.mails]
    check("each mail has an id of its own", len(set(ids)) == len(ids))
    before = len(plain.commands)
    p = run("mail", "send", "a@b.example", "--subject", "Plain", text="x", SMTP_PORT=str(plain.port))
    check("SEC-61 a server without encryption gets nothing", "outbox" in p.stdout and not plain.mails and
          not any(c.startswith(("AUTH", "MAIL")) for _, c in plain.commands[before:]), p.stdout)
    p = run("mail", "send", "b@b.example", "--subject", "Key", text="x", SMTP_PASSWORD="wrong")
    check("a wrong password waits for a better one", "outbox" in p.stdout and "password" in p.stdout, p.stdout + p.stderr)
    p = run("mail", "send", "c@b.example", "--subject", "Cert", text="x", SIMPLIX_CA_FILE="")
    check("SEC-53 a certificate that nobody vouches for", "outbox" in p.stdout and "certificate" in p.stdout, p.stdout + p.stderr)
    p = run("mail", "send", "d@b.example", "--subject", "a\r\nBcc: x@y.example", text="x")
    check("SEC-60 no line break in a subject", p.returncode == 1, p.stdout)
    check("SEC-60 nor in an address", run("mail", "send", "a@b.example\r\nRCPT TO:<x@y.example>", "--subject", "x", text="x").returncode == 1)
    p = run("mail", "send", "drop@b.example", "--subject", "Once", text="x")
    run("jobs", "run", SIMPLIX_CLOCK=at(5000))
    check("a server that takes it and says nothing: it is not sent twice", p.returncode == 1 and "may have been sent" in p.stderr and
          sum("drop" in str(r) for _, r, _ in server.mails) == 1, p.stdout + p.stderr)
    p = run("mail", "send", "e@b.example", "--subject", "None", text="x", SMTP_PORT="9")
    check("no server: it waits", "outbox" in p.stdout, p.stdout + p.stderr)
    run("jobs", "run", SIMPLIX_CLOCK=at(9000))
    subjects = [email.message_from_bytes(d, policy=email.policy.SMTP)["Subject"] for _, _, d in server.mails]
    check("what waited has arrived, once each", sorted(subjects) == sorted(["Devis n° 12 — été", "Grey", "Plain", "Key", "Cert", "Once", "None"]), subjects)
    service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    p = run("mail", "send", "Chen Wei", "--subject", "By API", text="Hello", EMAIL_PROVIDER="sendgrid", SENDGRID_API_KEY="SG.abcdefghijklmnopqrstuv",
            EMAIL_API_BASE="http://127.0.0.1:%d" % service.server_port, SIMPLIX_ALLOWED_HOSTS="127.0.0.1")
    check("a service takes one too", p.stdout.startswith("Sent (A-") and len(Service.got) == 1 and Service.got[0][0] == "/v3/mail/send", p.stdout + p.stderr)
    sent = json.loads(Service.got[0][2])
    check("with subject and text", sent["subject"] == "By API" and sent["content"][0]["value"].startswith("Hello"), sent)
    p = run("mail", "send", "Chen Wei", "--subject", "x", text="x", EMAIL_FROM="")
    check("nothing set up is said plainly", p.returncode == 1 and "EMAIL_FROM" in p.stderr, p.stderr)
    from_a_page(check, target, env, server)


with tempfile.TemporaryDirectory(prefix="sxmail.") as folder:
    cert, key = os.path.join(folder, "c.pem"), os.path.join(folder, "k.pem")
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                           "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert], capture_output=True)
    if made.returncode != 0:
        print("skip no openssl to make a certificate with")
        print("0 passed, 0 failed, 1 skipped")
        sys.exit(0)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server, plain = Server(context), Server(context, starttls=False)
    server.start()
    plain.start()
    whole("sqlite", os.path.join(folder, "book.db"), folder, server, plain, cert)
    if PG:
        schema = "mails%d" % os.getpid()
        made = subprocess.run(["psql", PG, "-qc", "CREATE SCHEMA " + schema], capture_output=True, text=True)
        if made.returncode == 0:
            whole("postgres", PG + ("&" if "?" in PG else "?") + "options=-csearch_path%3D" + schema, folder, server, plain, cert)
        else:
            check_("postgres: a schema of its own", False, made.stderr)
    else:
        skipped += 1
        print("skip postgres: SIMPLIX_TEST_PG is not set")
print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
sys.exit(1 if failed else 0)
