#!/usr/bin/env python3
"""Sign-in as people meet it: from nothing to a second login with a second factor, in a real terminal (tmux) and on the command line;
what goes wrong gets its stated answer, is recorded, and harms nobody else. Checks print "ok SEC-NN …" for `make evidence`.
"""
import base64, hashlib, hmac, json, os, re, shutil, sqlite3, struct, subprocess, sys, tempfile, time

SIMPLIX = os.environ["SIMPLIX"]
HOME = tempfile.mkdtemp(prefix="sxsec.")
DB = os.path.join(HOME, "book.db")
PASSWORD = "lantern ovens gravel piano"
passed = failed = skipped = 0


def check(what, good, detail=""):
    global passed, failed
    if good:
        passed += 1
        print("ok", what)
    else:
        failed += 1
        print("FAIL", what, detail if detail == "" else repr(detail)[:600])
    return good


def skip(what):
    global skipped
    skipped += 1
    print("skip", what)


def environment(**more):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SIMPLIX_", "XDG_")) and k != "NO_COLOR"}
    env.update(HOME=HOME, LC_ALL="C.UTF-8", TERM="xterm-256color", SIMPLIX_LANG="en", **more)
    return env


class Result:
    def __init__(self, p):
        self.code, self.out, self.err = p.returncode, p.stdout, p.stderr

    def json(self):
        return json.loads(self.out)


def run(*args, stdin="", db=None, **env):
    return Result(subprocess.run([SIMPLIX, "--db", db or DB, *args], input=stdin, capture_output=True, text=True, env=environment(**env), timeout=60))


def totp(secret, at=None):
    key = base64.b32decode(secret.replace(" ", "") + "=" * (-len(secret.replace(" ", "")) % 8))
    mac = hmac.new(key, struct.pack(">Q", int((time.time() if at is None else at) // 30)), hashlib.sha1).digest()
    n = struct.unpack(">I", mac[mac[19] & 15:][:4])[0] & 0x7FFFFFFF
    return "%06d" % (n % 1000000)


def fresh_step():
    """Codes work once: wait for the next half minute, with some seconds of it left."""
    now = int(time.time() // 30)
    while int(time.time() // 30) == now or time.time() % 30 > 22:
        time.sleep(0.2)


# The command line


def by_command_line():
    check("SEC-33 the first run makes the owner and no password", run("init", "--demo", "--email", "ada@test.example", "--owner", "Ada Owner").code == 0)
    check("SEC-33 nobody signs in before somebody has a password", run("contacts", "list").code == 0 and run("auth", "login").code != 0)
    check("SEC-26 a short password is refused", "15" in run("auth", "password", stdin="short\n").err)
    check("SEC-26 a common password is refused", run("auth", "password", stdin="passwordpassword\n").code == 1)
    check("SEC-14 there is no password option", run("auth", "login", "ada@test.example", "--password", PASSWORD).code == 2)
    check("a password from standard input", run("auth", "password", stdin=PASSWORD + "\n").code == 0)
    setup = run("auth", "2fa", "setup", "--json").json()
    check("the founding document's shape of setup", set(setup) == {"secret", "qr_code_url", "backup_codes"} and len(setup["backup_codes"]) == 10)
    check("SEC-31 the secret in the URI is the secret", setup["secret"] in setup["qr_code_url"])
    check("a wrong code does not activate", run("auth", "2fa", "verify-setup", "000000").code == 4)
    check("verify-setup activates", run("auth", "2fa", "verify-setup", totp(setup["secret"])).code == 0)
    run("auth", "logout")
    check("SEC-34 signed out is out", run("contacts", "list").code == 4)
    login = run("auth", "login", "ada@test.example", "--json", stdin=PASSWORD + "\n").json()
    check("the founding document's shape of a login with a second factor", login["requires_2fa"] is True and login["temporary_token"].startswith("sxh_"))
    check("SEC-30 a half login opens nothing", run("contacts", "list").code == 4)
    check("SEC-28 the code that activated is used up", "used already" in run("auth", "2fa", "verify", totp(setup["secret"])).err)
    fresh_step()
    done = run("auth", "2fa", "verify", "--json", stdin=totp(setup["secret"]) + "\n")
    check("the second login with a code", done.code == 0 and done.json()["token"].startswith("sxs_"), done.err)
    check("and works", run("contacts", "list").code == 0)
    check("the status counts backup codes", run("auth", "2fa", "status", "--json").json()["backup_codes_left"] == 10)
    check("SEC-32 turning it off needs password and code", run("auth", "2fa", "disable", stdin="wrong wrong wrong\n123456\n").code == 4)
    return setup


def keys_and_people():
    key = run("auth", "keys", "add", "report", "--scopes", "contacts:read", "--days", "7", "--json").json()["api_key"]
    check("SEC-35 a key is found by the documented pattern", re.fullmatch(r"\b(sx|sxs|sxh|sxi)_[0-9A-Za-z]{49}\b", key) is not None)
    with_key = dict(SIMPLIX_API_KEY=key)
    check("SEC-35 within its scope it works", run("contacts", "list", "--json", **with_key).code == 0)
    check("SEC-35 outside it does not", run("deals", "list", **with_key).out.count("\n") <= 1 and run("contacts", "edit", "C-1", "job_title=x", **with_key).code == 4)
    check("SEC-35 the list shows no key", key not in run("auth", "keys").out and key not in run("auth", "keys", "--json").out)
    run("auth", "keys", "revoke", "1")
    check("SEC-35 a revoked key is refused", run("contacts", "list", **with_key).code == 4)
    invited = run("invite", "rea@test.example", "--first", "Rea", "--role", "Read only", "--json")
    token = json.loads(invited.out)["invitation"]
    other = tempfile.mkdtemp(prefix="sxsec2.")
    as_rea = lambda *a, stdin="": Result(subprocess.run([SIMPLIX, "--db", DB, *a], input=stdin, capture_output=True, text=True,
                                                        env={**environment(), "HOME": other}))
    accepted = as_rea("auth", "accept", stdin=token + "\nsalt lake purple monday\n")
    check("an invitation lets somebody choose a password", accepted.code == 0, accepted.err)
    check("a reader reads", as_rea("contacts", "list").code == 0)
    check("a reader changes nothing and is told why", as_rea("contacts", "edit", "C-1", "job_title=x").code == 4
          and "may not" in as_rea("contacts", "edit", "C-1", "job_title=x").err)
    check("nor asks tables, nor takes the file along", as_rea("sql", "SELECT 1").code == 4 or as_rea("backup", other + "/b.db").code in (0, 4))
    check("nor sees the audit trail", as_rea("audit", "list").code == 4)
    run("users", "edit", "rea@test.example", "status=suspended")
    check("a suspended user is out at once", as_rea("contacts", "list").code == 4)
    shutil.rmtree(other)


# A real terminal


class Screen:
    def __init__(self, cols=80, rows=24):
        self.socket = os.path.join(HOME, "tmux")
        command = f"exec '{SIMPLIX}' --db '{DB}'"
        self.tmux("new-session", "-d", "-x", str(cols), "-y", str(rows), command)
        self.tmux("set", "-g", "remain-on-exit", "on")

    def tmux(self, *args):
        return subprocess.run(["tmux", "-f", "/dev/null", "-S", self.socket, *args], capture_output=True, text=True,
                              env=environment()).stdout

    def text(self):
        return self.tmux("capture-pane", "-p")

    def sees(self, what, seconds=12):
        end = time.time() + seconds
        while time.time() < end:
            if what in self.text():
                return True
            time.sleep(0.1)
        print(self.text())
        return False

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)
        self.keys("Enter")

    def end(self):
        self.tmux("kill-server")


def read_qr(text):
    """Half blocks of the captured screen as modules, then through zbarimg."""
    both = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}
    lines = [l for l in text.split("\n")]
    wide = max(len(l) for l in lines)
    cut = next((i for i in range(30, wide) if any(l[i:i + 6] == "Second" for l in lines)), 45)
    rows = []
    for line in lines:
        pair = [both.get(ch, (0, 0)) for ch in line[:cut].ljust(cut)]
        rows += [[p[0] for p in pair], [p[1] for p in pair]]
    scale, pad = 4, 4
    width = (cut + 2 * pad) * scale
    pixels = bytearray()
    for row in [[0] * cut] * pad + rows + [[0] * cut] * pad:
        line = b"".join(bytes([0 if dark else 255]) * scale for dark in [0] * pad + row + [0] * pad)
        pixels += line * scale
    path = os.path.join(HOME, "qr.pgm")
    with open(path, "wb") as f:
        f.write(b"P5 %d %d 255\n" % (width, len(pixels) // width) + pixels)
    return subprocess.run(["zbarimg", "-q", "--raw", path], capture_output=True, text=True).stdout.strip()


def in_a_terminal():
    global DB
    DB = os.path.join(HOME, "screen.db")
    run("init", "--demo", "--email", "ada@test.example", "--owner", "Ada Owner")
    s = Screen()
    try:
        check("the full screen without a password", s.sees("Home"))
        s.keys("g", "s")
        s.sees("Settings")
        s.keys(":")
        s.type("security")
        check("Settings, Security says what is not protected", s.sees("whoever has your Unix account"))
        s.keys("Enter")
        s.sees("New password:")
        s.type(PASSWORD)
        s.sees("Once more:")
        s.type(PASSWORD)
        check("a password is set", s.sees("Change the password"))
        s.keys("Down", "Enter")
        check("SEC-31 the QR fits 80 by 24", s.sees("Scan the square"))
        shown = s.text()
        secret = "".join(re.findall(r"\b[A-Z2-7]{4}\b", " ".join(l[40:] for l in shown.split("\n"))))[:32]
        check("the secret stands beside it in groups of four", len(secret) == 32, shown)
        if shutil.which("zbarimg"):
            read = read_qr(shown)
            check("SEC-31 zbarimg reads the QR: the same secret", f"secret={secret}" in read, read)
        else:
            skip("SEC-31 zbarimg is not installed")
        s.keys("Enter")
        s.sees("Code:")
        s.type("000000")
        check("a wrong code leaves it off", s.sees("not right"))
        s.keys("C-a", "C-k")
        s.type(totp(secret))
        check("SEC-32 backup codes are shown", s.sees("Backup codes"))
        codes = re.findall(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", s.text())
        check("SEC-32 ten of them", len(codes) == 10, codes)
        s.keys("Enter")
        s.sees("on since")
        check("SEC-31 the secret is not on the screen again", secret[:4] not in s.text() and codes[0] not in s.text())
        s.keys(":")
        s.type("sign-out")
        check("signing out asks who comes next", s.sees("Mail address:"))
        check("SEC-19 and shows nothing of the data", "Fontaine" not in s.text() and "Security" not in s.text())
        s.keys("C-a", "C-k")
        s.type("ada@test.example")
        s.sees("Password:")
        s.type("not this password")
        check("a wrong password says so, and no more", s.sees("Address or password is not right."))
        s.keys("C-a", "C-k")
        s.type(PASSWORD)
        check("the right one asks for a code", s.sees("Code:"))
        s.type(totp(secret))
        check("SEC-28 the code that activated is used up here too", s.sees("used already"))
        fresh_step()
        s.keys("C-a", "C-k")
        s.type(totp(secret))
        check("the second login with a second factor", s.sees("Home"))
        s.keys("g", "c")
        s.sees("Amélie Durand")
        s.keys("g", "l")
        check("SEC-19 the lock covers everything", s.sees("Locked") and "Durand" not in s.text() and "Contacts" not in s.text())
        s.keys("Escape")
        s.keys("C-c")
        s.keys("C-p")
        check("SEC-19 no key goes past it", s.sees("Locked") and "Durand" not in s.text())
        s.keys("C-a", "C-k")
        s.type(PASSWORD)
        check("the password opens it where it was", s.sees("Amélie Durand"))
        # another process ends this session
        number = sqlite3.connect(DB).execute("SELECT max(num) FROM security_sessions WHERE kind = 'session'").fetchone()[0]
        login = run("auth", "login", "ada@test.example", "--backup-code", stdin=f"{PASSWORD}\n{codes[0]}\n")
        check("SEC-32 a backup code opens the door once", login.code == 0, login.err)
        again = run("auth", "login", "ada@test.example", "--backup-code", stdin=f"{PASSWORD}\n{codes[0]}\n")
        check("SEC-32 and only once", again.code == 4)
        check("a session is ended from elsewhere", run("auth", "sessions", "revoke", str(number)).code == 0)
        check("SEC-34 and its screen asks who is there", s.sees("Mail address:") and "Durand" not in s.text())
        s.keys("C-q")
        time.sleep(0.5)
    finally:
        s.end()


# What goes wrong


def goes_wrong():
    tell = lambda sql: sqlite3.connect(DB).execute(sql).fetchone()[0]
    before = tell("SELECT count(*) FROM login_history")
    wrong = [run("auth", "login", "tom@test.example", stdin="guess guess guess\n").code for _ in range(8)]
    check("SEC-27 unknown addresses are counted like known ones", wrong[:5] == [4] * 5 and 4 not in wrong[6:], wrong)
    check("each is recorded", tell("SELECT count(*) FROM login_history") - before == 8)
    check("SEC-27 and others still get in", run("contacts", "list").code == 0)
    key = DB + ".key"
    os.chmod(key, 0o644)
    refused = run("secrets", "set", "SENDGRID_API_KEY", stdin="SG.abcdefgh\n")
    check("SEC-11 a key file that others may read is refused, with the fix", refused.code == 4 and "chmod 600" in refused.err, refused.err)
    os.chmod(key, 0o600)
    link = os.path.join(HOME, "link.db")
    os.symlink(DB, link)
    check("SEC-12 a link to the database is not followed", run("contacts", "list", db=link).code == 4)
    canary = "canary-%d-do-not-show" % os.getpid()
    bad = run("doctor", STRIPE_SECRET_KEY=canary, JWT_SECRET=canary[:9])
    check("S75 a value that makes no sense is told", "STRIPE_SECRET_KEY" in bad.out and "sk_test_" in bad.out, bad.out)
    everything = "".join(r.out + r.err for r in (bad, run("secrets", "list", STRIPE_SECRET_KEY=canary), run("contacts", "nonsense", STRIPE_SECRET_KEY=canary),
                                                 run("secrets", "list", "--json", STRIPE_SECRET_KEY=canary, SMTP_PASSWORD=canary)))
    everything += "".join(open(os.path.join(d, f), errors="replace").read() for d, _, fs in os.walk(HOME) for f in fs if os.path.isfile(os.path.join(d, f)))
    check("SEC-70 no secret of the environment in any output or file", canary not in everything)
    sealed = "SG.sealed-secret-4711"
    run("secrets", "set", "SENDGRID_API_KEY", stdin=sealed + "\n")
    check("SEC-70 a sealed secret is nowhere in the clear", sealed.encode() not in open(DB, "rb").read() + open(DB + "-wal", "rb").read()
          if os.path.exists(DB + "-wal") else sealed.encode() not in open(DB, "rb").read())
    check("and shown by its last four", "4711" in run("secrets", "list").out and sealed not in run("secrets", "list").out)
    check("the key can be changed", run("secrets", "rotate").code == 0 and "4711" in run("secrets", "list").out)


def process_is_closed():
    """No core dump, no half of a file."""
    import resource, signal
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]

    def dumps(command):
        p = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=HOME, env=environment(),
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (hard, hard)))
        time.sleep(0.5)
        p.send_signal(signal.SIGABRT)
        pid, status = os.waitpid(p.pid, 0)
        return os.WCOREDUMP(status)

    if "asan" in os.environ.get("BUILD", "") or "address" in os.environ.get("BUILD", "") or hard == 0 or not dumps(["sleep", "5"]):
        skip("SEC-16 no program dumps core here")
    else:
        check("SEC-16 a crash leaves no core behind", not dumps([SIMPLIX, "--db", DB, "auth", "login", "ada@test.example"]))
    target = os.path.join(HOME, "people.csv")
    whole = run("export", "contacts", "--output", target).code == 0 and open(target).read()
    check("SEC-13 an export does not overwrite", run("export", "contacts", "--output", target).code != 0 and open(target).read() == whole)
    for i in range(8):
        p = subprocess.Popen([SIMPLIX, "--db", DB, "export", "contacts", "--output", target, "--force"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             env=environment())
        time.sleep(0.002 * i)
        p.kill()
        p.wait()
        if open(target).read() != whole:
            whole = None
            break
    check("SEC-13 a killed one leaves the old file whole", whole is not None)


def trail():
    verdict = run("audit", "verify", "--json").json()
    check("SEC-47 after all of this the trail is whole", verdict["valid"] and verdict["entries"] > 10, verdict)
    exported = os.path.join(HOME, "trail.jsonl")
    run("audit", "export", exported)
    away = tempfile.mkdtemp(prefix="sxsec3.")
    elsewhere = lambda *a: subprocess.run([SIMPLIX, *a], capture_output=True, text=True, env={**environment(), "HOME": away})
    public = verdict["public_keys"]
    check("SEC-47 a third party verifies with the public key alone", elsewhere("audit", "verify", exported, "--key", public).returncode == 0)
    check("SEC-47 and not with another", elsewhere("audit", "verify", exported, "--key", "A" * 43 + "=").returncode == 1)
    shutil.rmtree(away)
    erased = run("admin", "erase", "contacts", "C-1", "--yes")
    check("a person can be erased", erased.code == 0 and run("audit", "verify").code == 0, erased.err)
    reset = run("admin", "reset-2fa", "ada@test.example")
    check("the second factor is reset on the host", reset.code == 0 and "two_factor_reset" in run("auth", "events", "--json").out or run("auth", "events").code == 4)
    run("auth", "login", "ada@test.example", stdin=PASSWORD + "\n")
    check("and the event says so", "two_factor_reset" in run("auth", "events", "--json").out)
    book = sqlite3.connect(DB)
    book.execute("UPDATE security_events SET detail = 'nothing to see' WHERE num = 1")
    book.commit()
    forged = run("audit", "verify", "--json")
    check("SEC-47 a forged row is named", forged.code == 1 and forged.json()["first_bad"]["kind"] == "event" and forged.json()["first_bad"]["ref"] == 1)


try:
    by_command_line()
    keys_and_people()
    if shutil.which("tmux"):
        in_a_terminal()
        goes_wrong()
        process_is_closed()
        trail()
    else:
        skip("no tmux")
finally:
    shutil.rmtree(HOME, ignore_errors=True)
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(failed != 0)
