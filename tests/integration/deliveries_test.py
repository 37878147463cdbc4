#!/usr/bin/env python3
"""Many deliveries to receivers that break at random: wrong answers, resets, answers lost, stalls, drips, redirections, endless bodies,
garbage; workers beside each other; workers killed; a clock that jumps; a disk that is full. At the end everything has arrived, in order for
each webhook, little twice, and Python's hmac agrees with each signature.

DELIVERIES=n sets how many (the default is a sample; tests/soak/deliveries.py runs 100,000), SEED=n what chance brings."""
import os, random, resource, signal, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import receiver as kit
from receiver import Book, Receiver, order, skip

DELIVERIES = int(os.environ.get("DELIVERIES", "2000"))
SEED = int(os.environ.get("SEED", "1"))
LIMIT = 60 + DELIVERIES // 20  # seconds; nothing here waits longer
random.seed(SEED)


def repeats(got, names):
    return len(got) - len(names)


def signed(r, secrets):
    return all(kit.verifies(secrets[g.path], g.headers, g.body) for g in r.got)


def broken_receivers(b):
    """A fault for each tenth delivery. What waits is brought forward by a clock that runs ahead, a round each."""
    hooks = 10 if DELIVERIES < 10000 else 50
    each = DELIVERIES // 4 // hooks
    r = Receiver(SEED, faults=0.1 if DELIVERIES < 10000 else 0.02, ports=hooks)
    paths = ["/%s_broken%d" % (b.engine, i) for i in range(hooks)]
    made = [b.hook(r.url(p, i), timeout_ms=1000, retry_count=8) for i, p in enumerate(paths)]
    secrets = {p: m["secret"] for p, m in zip(paths, made)}
    names = ["B%05d" % i for i in range(each)]
    b.add_many(names)
    start, ahead, rounds = time.time(), 0, 0
    while b.open_jobs() and time.time() - start < LIMIT and rounds < 2000:
        b.run("jobs", "run", **b.later(ahead))
        waits = int(b.sql("SELECT COALESCE(max(run_at), 0) FROM jobs WHERE state = 'waiting'"))
        ahead, rounds = max(ahead + 1, waits / 1000 - time.time() + 2), rounds + 1
    refused = int(b.sql("SELECT count(*) FROM jobs WHERE state = 'failed'"))
    b.check("broken receivers: nothing is left after %d rounds, %d s" % (rounds, time.time() - start), b.open_jobs() == 0)
    b.check("all %d arrive, in order for each webhook" % (each * hooks), all(order([g.name for g in r.of(p)]) == names for p in paths))
    dead = b.sql("SELECT count(*) FROM jobs WHERE state = 'dead'")
    b.check("none is given up; refused are only those that were told so: %d" % refused, dead == "0" and refused == sum(w in ("404", "302") for w in r.troubled.values()),
            (dead, refused))
    again = sum(w not in ("404", "302", "huge") for w in r.troubled.values())
    twice = repeats(r.got, names * hooks)
    b.check("twice come those that were broken off, and %d of %d besides" % (twice - again, len(r.got)), abs(twice - again) <= len(r.got) / 100, (twice, again))
    b.check("SEC-50 each of %d signatures is right" % len(r.got), signed(r, secrets))
    b.check("one at a time for each webhook", r.most <= hooks)
    r.close()


def beside_each_other(b, workers, kills):
    """Workers on one queue: once each; killed, at most once more for what each had under way."""
    hooks, r = 8, Receiver(SEED)
    each = DELIVERIES // 10 // hooks
    r.slow = 0.002
    paths = ["/%s_w%d_%d_%d" % (b.engine, workers, kills, i) for i in range(hooks)]
    for p in paths:
        b.hook(r.url(p))
    names = ["W%05d" % i for i in range(each)]
    b.add_many(names)
    end, dead, allowed = time.time() + LIMIT, 0, 0
    crew = [b.start("jobs", "run") for _ in range(workers)]
    while crew and time.time() < end:
        if dead < kills:
            time.sleep(random.uniform(0.05, 0.25))
            victim = random.choice(crew)
            if victim.poll() is None:
                victim.kill()
                dead += 1
                allowed += 2 * hooks  # of each webhook one that was answered in this turn and is not recorded, and the one sent after it
        for p in list(crew):
            if p.poll() is not None:
                p.communicate()
                crew.remove(p)
        if dead < kills and b.open_jobs():
            crew += [b.start("jobs", "run") for _ in range(workers - len(crew))]
        elif not crew and b.open_jobs():
            crew = [b.start("jobs", "run")]
        time.sleep(0.02)
    for p in crew:
        p.kill()
        p.communicate()
    what = "%d workers, %d of them killed" % (workers, dead)
    b.check("%s: all %d arrive in order" % (what, each * hooks), all(order([g.name for g in r.of(p)]) == names for p in paths))
    twice = repeats(r.got, names * hooks)
    b.check("%s: %d come twice" % (what, twice), twice == 0 if not dead else twice <= allowed)
    b.check("%s: never two at once for one webhook" % what, r.most <= hooks + (hooks if dead else 0))
    b.check("%s: all are recorded, nothing is held" % what, b.sql("SELECT count(*) FROM jobs WHERE state <> 'done'") == "0" and
            b.sql("SELECT count(*) FROM job_targets WHERE lease_by IS NOT NULL") == "0")
    r.close()


def jumping_clock(b):
    """Years ahead, years back: what was waiting then is sent within the longest wait, and nothing twice."""
    r, path = Receiver(), "/%s_clock" % b.engine
    b.hook(r.url(path))
    year = 365 * 86400
    r.plan[path] = ["500"]
    names = []
    for i, ahead in enumerate((0, 5 * year, -3 * year, 0, 20 * year, -10 * year, 0)):
        names.append("C%d" % i)
        b.run("contacts", "add", "last_name=" + names[-1], "--force", **b.later(ahead))
        b.run("jobs", "run", **b.later(ahead))
    for hours in range(0, 36, 6):
        b.run("jobs", "run", **b.later(hours * 3600))
    got = [g.name for g in r.of(path)]
    b.check("a clock that jumps by years: all arrive within the longest wait", order(got) == names, got)
    b.check("and only what was refused comes again", len(got) == len(names) + 1, got)
    r.close()


def full_disk(b):
    """A file that cannot grow: said in words, and it ends; what is sent and not recorded is what was under way; all of it when there is room again."""
    if b.engine != "sqlite":
        return
    r, path = Receiver(), "/full"
    b.hook(r.url(path))
    names = ["F%03d" % i for i in range(60)]
    b.add_many(names)
    import sqlite3
    with sqlite3.connect(b.target) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    said, unrecorded = [], []

    def done():
        return int(b.sql("SELECT count(*) FROM jobs WHERE state = 'done'"))

    def run(room):
        """As much as the program may write to a file."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        before, recorded = len(r.of(path)), done()
        p = subprocess.Popen([kit.SIMPLIX, "--db", b.target, "jobs", "run"], env=b.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limit)
        try:
            out, err = p.communicate(timeout=20)
            said.append((room, p.returncode, out + err))
        except subprocess.TimeoutExpired:
            p.kill()
            said.append((room, None, "it does not end"))
            p.communicate()
        unrecorded.append(len(r.of(path)) - before - (done() - recorded))

    for room in (0, 8 << 10, 40 << 10, 100 << 10):
        run(room)
    b.check("a full disk is told, and what to do, and the program ends", all(code == 1 and "full" in text and "Make room" in text and "Done" not in text for _, code, text in said), said)
    b.check("sent and not recorded is at most what was under way: %s" % unrecorded, all(0 <= n <= 1 for n in unrecorded), said)
    b.run("jobs", "run")
    got = [g.name for g in r.of(path)]
    b.check("with room again all arrive in order", order(got) == names and b.open_jobs() == 0, len(set(got)))
    b.check("twice only what could not be recorded: %d" % (len(got) - len(names)), len(got) - len(names) <= sum(unrecorded), unrecorded)
    b.check("the file is whole", b.whole())
    r.close()


def full_volume(b):
    """The same on a small volume of its own, where SQLite itself meets the end."""
    if b.engine != "sqlite":
        return
    small = os.path.join(b.folder, "small")
    os.mkdir(small)
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", small], capture_output=True).returncode:
        skip("a full volume: only root may mount one")
        return
    r = Receiver()
    try:
        own, names = Book("sqlite", small), ["V%02d" % i for i in range(40)]
        own.hook(r.url("/volume"))
        own.add_many(names)
        with open(os.path.join(small, "fill"), "wb", buffering=0) as f:
            try:
                for _ in range(12 << 8):
                    f.write(b"x" * 4096)
            except OSError:
                pass
        p = own.run("jobs", "run", ok=False)
        b.check("a full volume is told too, and nothing is sent", p.returncode == 1 and "Make room" in p.stderr and not r.got, p)
        os.remove(os.path.join(small, "fill"))
        own.run("jobs", "run")
        b.check("with room again all arrive, once", [g.name for g in r.of("/volume")] == names and own.whole())
    finally:
        subprocess.run(["umount", "-l", small])
        r.close()


PARTS = [lambda b: beside_each_other(b, 2, 0), lambda b: beside_each_other(b, 2, 4), broken_receivers, jumping_clock, full_disk, full_volume]
CREWS = [lambda b: beside_each_other(b, 10, 0), lambda b: beside_each_other(b, 10, 10)]
for engine in kit.engines():
    for part in PARTS + (CREWS if engine == "postgres" else []):
        with tempfile.TemporaryDirectory(prefix="sxmany.") as folder:
            part(Book(engine, folder))
kit.end()
