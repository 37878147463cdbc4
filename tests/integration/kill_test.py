#!/usr/bin/env python3
"""kill -9 at any moment: what was acknowledged is there afterwards, and the database is whole.

Writers add contacts one after the other, each in a process of its own that prints the reference when the commit has returned;
they are killed at random moments. KILLS=n sets how many (the default is a sample)."""
import os, random, re, signal, subprocess, tempfile, time

SIMPLIX = os.environ["SIMPLIX"]
KILLS = int(os.environ.get("KILLS", "40"))
random.seed(7)
passed = failed = 0


def check(what, good):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAIL", what)


with tempfile.TemporaryDirectory(prefix="sxkill.") as folder:
    db = os.path.join(folder, "d", "book.db")
    run = lambda *a: subprocess.run([SIMPLIX, "--db", db, *a], capture_output=True, text=True)
    check("init", run("init", "--name", "Kill").returncode == 0)
    began = time.time()
    run("contacts", "add", "last_name=First", "--force")
    one = time.time() - began  # on a busy machine a write takes longer, and the killing must wait for some
    acknowledged = set()
    for k in range(KILLS):
        script = 'i=0; while :; do i=$((i+1)); "$0" --db "$1" contacts add last_name="P$2x$i" --force || exit 1; done'
        # a session of its own, so that the writer of the moment dies with the loop
        p = subprocess.Popen(["sh", "-c", script, SIMPLIX, db, str(k)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             text=True, start_new_session=True)
        time.sleep(random.uniform(0.01, max(0.15, 4 * one)))
        os.killpg(p.pid, signal.SIGKILL)
        out = p.stdout.read()
        p.wait()
        acknowledged |= set(re.findall(r"^(P\d+x\d+)  C-\d+", out, re.M))
    there = set(run("contacts", "list", "--columns", "last_name", "--csv").stdout.splitlines()[1:])
    check("some writes were acknowledged", len(acknowledged) >= KILLS // 4)
    check("%d acknowledged writes, none lost" % len(acknowledged), acknowledged <= there)
    check("integrity", run("sql", "PRAGMA integrity_check").stdout.split()[-1] == "ok")
    log = int(run("sql", "SELECT count(*) FROM changes WHERE entity = 'contacts' AND op = 'c'", "--csv").stdout.split()[-1])
    rows = int(run("contacts", "list", "--count").stdout)
    check("every row has its entry in the log", log == rows)
    # a restore killed at any moment leaves what was there or what was asked for
    small = os.path.join(folder, "small.db")
    check("a small base", subprocess.run([SIMPLIX, "--db", small, "init", "--demo"], capture_output=True).returncode == 0)
    check("a backup of the large one", run("backup", os.path.join(folder, "large.db")).returncode == 0)
    demo = int(subprocess.run([SIMPLIX, "--db", small, "contacts", "list", "--count"], capture_output=True, text=True).stdout)
    seen, whole = set(), True
    for k in range(KILLS // 2):
        p = subprocess.Popen([SIMPLIX, "--db", db, "restore", small if k % 2 else os.path.join(folder, "large.db")],
                             stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0.005, 0.12))
        p.kill()
        p.wait()
        seen.add(run("contacts", "list", "--count").stdout.strip())
        whole = whole and run("sql", "PRAGMA integrity_check").stdout.split()[-1] == "ok"
    check("the old or the new: %s" % seen, seen <= {str(demo), str(rows)})
    check("whole", whole)
print(f"{passed} passed, {failed} failed")
raise SystemExit(failed != 0)
