#!/usr/bin/env python3
"""How the terminal layer behaves on a real pty: keys, signals, hang-ups, crashes, odd terminals.

Drives build/demo (tests/demo). Needs nothing but Python. The last line is "N passed, N failed, N skipped".
"""
import fcntl
import os
import pty
import random
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

BUILD = os.environ.get("BUILD", "build")
DEMO = os.path.join(BUILD, "demo")
ESC = b"\x1b"
SLOW = 4 if "asan" in BUILD or "address" in BUILD else 1  # sanitizers take their time


def environment(**more):
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/tmp"), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    env.update(more)
    return {k: v for k, v in env.items() if v is not None}


class Session:
    """The demo on a pty of its own. Leads a session unless `controlling` is false (then a hang-up sends no SIGHUP)."""

    def __init__(self, rows=36, cols=120, args=(), controlling=True, **env):
        self.master, slave = pty.openpty()
        self.resize(rows, cols)
        self.before = termios.tcgetattr(slave)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                if controlling:
                    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
                for fd in (0, 1, 2):
                    os.dup2(slave, fd)
                os.closerange(3, 64)
                os.execve(DEMO, [DEMO, *args], environment(**env))
            finally:
                os._exit(127)
        self.slave = slave  # kept open so that the line settings can be read after the end
        self.status = None
        self.out = b""

    def close_slave(self):
        os.close(self.slave)
        self.slave = -1

    def resize(self, rows, cols):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def send(self, data):
        while data:
            data = data[os.write(self.master, data):]

    def read(self, quiet=0.06, limit=5.0):
        """All output until it has been quiet for a while. Returns the bytes and the times they came."""
        out, times, end = b"", [], time.monotonic() + limit
        quiet *= SLOW
        while time.monotonic() < end:
            if not select.select([self.master], [], [], quiet)[0]:
                break
            try:
                chunk = os.read(self.master, 65536)
            except OSError:
                break
            if not chunk:
                break
            out += chunk
            times.append(time.monotonic())
        self.out += out
        return out, times

    def keys(self, data, quiet=0.06):
        self.send(data)
        return self.read(quiet)[0]

    def until(self, text, limit=5.0):
        """Read until text was seen in the output since the call; the seconds it took, or None."""
        start, seen = time.monotonic(), b""
        while time.monotonic() - start < limit * SLOW:
            if select.select([self.master], [], [], 0.02)[0]:
                try:
                    seen += os.read(self.master, 65536)
                except OSError:
                    break
                if text in seen:
                    self.out += seen
                    return time.monotonic() - start
        self.out += seen
        return None

    def wait(self, limit=3.0):
        """The wait status once it has ended, or None after the limit."""
        end = time.monotonic() + limit * SLOW
        while self.status is None and time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
                break
            if self.master >= 0 and select.select([self.master], [], [], 0.01)[0]:
                try:
                    self.out += os.read(self.master, 65536)
                except OSError:
                    time.sleep(0.01)
        if self.status is not None and self.master >= 0:
            while select.select([self.master], [], [], 0)[0]:
                try:
                    more = os.read(self.master, 65536)
                except OSError:
                    break
                if not more:
                    break
                self.out += more
        return self.status

    def end(self):
        if self.status is None and self.wait(0.01) is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.status = -1
        for fd in (self.master, self.slave):
            if fd >= 0:
                os.close(fd)
        self.master = self.slave = -1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


TESTS = []


def test(fn):
    TESTS.append(fn)
    return fn


def check(ok, what):
    if not ok:
        raise AssertionError(what)


def started(**kw):
    s = Session(**kw)
    if s.until(b"All people") is None:
        s.end()
        raise AssertionError("no first frame: %r" % s.out[-300:])
    s.read()
    return s


def leaves_clean(s, what):
    check(b"\x1b[?1049l" in s.out, what + ": the alternate screen was not left")
    check(b"\x1b[?2004l" in s.out and b"\x1b[?1000l" in s.out, what + ": paste or mouse reports stayed on")
    check(termios.tcgetattr(s.slave) == s.before, what + ": the line settings are not as before")


@test
def quits_and_leaves_the_terminal_as_it_was():
    with started() as s:
        s.send(b"q")
        check(s.wait() == 0, "did not quit on q: %r" % s.status)
        leaves_clean(s, "q")


@test
def esc_answers_at_once():
    with started() as s:
        for _ in range(5):
            check(b"Sort by" in s.keys(b"s"), "the menu did not open")
            s.send(ESC)
            start = time.monotonic()
            check(select.select([s.master], [], [], 2)[0], "Esc did nothing")
            took = time.monotonic() - start
            check(took < 0.1 * SLOW, "Esc took %.3f s" % took)
            check(b"Purchasing" in s.read()[0] or b"Operations" in s.out[-400:], "the menu did not close")


@test
def unknown_sequences_are_swallowed():
    with started() as s:
        for junk in (b"\x1b[99;99z", b"\x1bOz", b"\x1b[I", b"\x1b[?62;4c", b"\x1b]11;rgb:0000/0000/0000\x07", b"\x1bP1$r0m\x1b\\",
                     b"\x1b[<35;5;5M", b"\x1b[1;2;3;4;5;6q", b"\xff\xfe\xc3", b"\x1b[200"):
            s.send(junk)
            time.sleep(0.15)
            out = s.keys(b"s")
            check(b"Sort by" in out, "after %r the key s was lost: %r" % (junk, out[-200:]))
            s.keys(ESC, 0.15)
        # One byte at a time, as a bad line delivers them.
        for byte in b"\x1b[B\x1b[B\x1b[B":
            s.send(bytes([byte]))
            time.sleep(0.01)
        s.read()
        check(s.wait(0.01) is None, "a split arrow ended the program")


@test
def arrows_in_every_dialect():
    with started() as s:
        for down, up in ((b"\x1b[B", b"\x1b[A"), (b"\x1bOB", b"\x1bOA"), (b"j", b"k")):
            check(s.keys(down), "%r did nothing" % down)
            check(s.keys(up), "%r did nothing" % up)


@test
def a_frame_is_one_write():
    with started() as s:
        bursts = []
        for key in [b"j"] * 20 + [b"\x1b[6~"] * 10:
            s.send(key)
            out, times = s.read(0.03)
            check(out, "no answer to a key")
            bursts.append(1 + sum(1 for a, b in zip(times, times[1:]) if b - a > 0.002))
        bursts.sort()
        check(bursts[len(bursts) // 2] == 1, "bursts per key: %r" % bursts)
        # The cursor appears and goes with the frame, not before it.
        out = s.keys(b"/")
        check(b"\x1b[?25h" in out or b"\x1b[?12l\x1b[?25h" in out or b"\x1b[34h\x1b[?25h" in out, "no cursor: %r" % out)
        check(b"\x1b[?25l" in s.keys(ESC, 0.15), "the cursor stayed")


@test
def bytes_stay_within_the_budget():
    with started() as s:
        def median(key, n):
            sizes = sorted(len(s.keys(key, 0.02)) for _ in range(n))
            return sizes[n // 2]
        row = median(b"j", 20)
        s.keys(b"j" * 20)
        scroll = median(b"j", 30)
        page = median(b"\x1b[6~", 10)
        check(0 < row <= 200, "%d bytes for a row" % row)
        check(0 < scroll <= 300, "%d bytes for a scrolled row" % scroll)
        check(0 < page <= 4000, "%d bytes for a page" % page)


@test
def key_repeat_is_painted_once():
    with started() as s:
        one = len(s.keys(b"jk"))
        many = len(s.keys(b"j" * 30))
        check(many < 8 * max(one, 100), "30 keys at once cost %d bytes" % many)


@test
def resize_storm():
    rng = random.Random(7)
    with started() as s:
        for _ in range(200):
            s.resize(rng.randrange(1, 120), rng.randrange(1, 300))
            if rng.random() < 0.2:
                s.read(0.001, 0.05)
        s.resize(36, 120)
        s.read(0.1)
        out = s.keys(b"\x0c", 0.15)
        check(b"All people" in out and b"NAME" in out, "not painted after the storm: %r" % out[-200:])
        s.send(b"q")
        check(s.wait() == 0, "did not quit after the storm")


@test
def tiny_and_huge():
    with started() as s:
        for rows, cols in ((1, 1), (2, 5), (1, 300), (100, 1), (1000, 1000), (8, 40), (65535, 65535), (24, 80)):
            s.resize(rows, cols)
            s.keys(b"jjG\x1b[6~k", 0.1)
            check(s.wait(0.01) is None, "ended at %dx%d: %r" % (rows, cols, s.status))
        out = s.keys(b"\x0c", 0.15)
        for _ in range(10):  # what is still to be read of a million cells takes a busy machine its time
            out += b"" if b"All people" in out else s.keys(b"", 0.15)
        check(b"All people" in out, "not painted after odd sizes")
        s.send(b"q")
        check(s.wait() == 0, "did not quit after odd sizes")


@test
def keys_do_nothing_when_too_small():
    with started() as s:
        s.resize(3, 20)
        out, _ = s.read(0.1)
        check(b"Too small" in out, "no card: %r" % out)
        s.keys(b"d")
        s.resize(36, 120)
        out, _ = s.read(0.1)
        check(b"Delete" not in out, "a key acted unseen")


@test
def hang_up_with_sighup():
    with started() as s:
        s.close_slave()
        os.close(s.master)
        s.master = -1
        start = time.monotonic()
        check(s.wait(3) is not None, "still there 3 s after the hang-up")
        check(time.monotonic() - start < 3, "took too long")


@test
def hang_up_without_sighup():
    with started(controlling=False) as s:
        s.close_slave()
        os.close(s.master)
        s.master = -1
        check(s.wait(3) is not None, "still there 3 s after the hang-up without a signal")


@test
def terminate_and_interrupt():
    for sig, code in ((signal.SIGTERM, 143), (signal.SIGINT, 143), (signal.SIGQUIT, 143)):
        with started() as s:
            os.kill(s.pid, sig)
            status = s.wait()
            check(status is not None and os.WIFEXITED(status) and os.WEXITSTATUS(status) == code,
                  "signal %d: status %r" % (sig, status))
            leaves_clean(s, "signal %d" % sig)


@test
def terminate_while_the_reader_stalls():
    with started(rows=100, cols=300) as s:
        for _ in range(60):  # more than a pty holds, and nobody reads
            s.resize(100, 300)
            s.send(b"\x0c\x1b[6~")
            time.sleep(0.01)
        os.kill(s.pid, signal.SIGTERM)
        end = time.monotonic() + 3 * SLOW
        pid = 0
        while pid == 0 and time.monotonic() < end:
            pid, status = os.waitpid(s.pid, os.WNOHANG)
            time.sleep(0.01)
        s.status = status if pid else None
        check(pid != 0, "SIGTERM was not heard while nobody read")


@test
def crash_restores_the_terminal():
    for sig in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE):
        with started() as s:
            os.kill(s.pid, sig)
            status = s.wait()
            check(status is not None, "still there after signal %d" % sig)
            check(os.WIFSIGNALED(status) or os.WEXITSTATUS(status) != 0, "signal %d: status %r" % (sig, status))
            check(b"demo crashed" in s.out, "signal %d: nothing was said" % sig)
            leaves_clean(s, "signal %d" % sig)


@test
def abort_from_inside_restores_the_terminal():
    with started() as s:
        s.send(b"gx")
        status = s.wait()
        check(status is not None and (os.WIFSIGNALED(status) or os.WEXITSTATUS(status)), "status %r" % status)
        leaves_clean(s, "abort()")


@test
def paste_into_a_list_does_nothing():
    with started() as s:
        before = s.keys(b"\x0c", 0.1)
        s.send(ESC + b"[200~" + b"dDq:wq\rG jjj \x1b\n" * 700 + ESC + b"[201~")
        out, _ = s.read(0.2)
        check(b"Nothing was pasted" in out, "no word about the paste: %r" % out[-200:])
        check(s.wait(0.01) is None, "the paste ended the program")
        after = s.keys(b"\x0c", 0.1)
        where = re.search(rb"(\d+) of 1000000", after)
        check(where and where.group(1) == b"1", "the paste moved the selection: %r" % where)
        check(b"Delete" not in after and len(after) < len(before) + 200, "the paste opened something")
        check(b"Sort by" in s.keys(b"s"), "keys are dead after the paste")


@test
def paste_into_text_is_text():
    with started() as s:
        s.keys(b"/")
        out = s.keys(ESC + b"[200~a\rb\x1b[Ac\x01" + ESC + b"[201~", 0.15)
        check(b"a b[Ac" in out.replace(b"\x1b(B", b""), "pasted text came out as %r" % out)


@test
def type_ahead_does_not_answer_a_question():
    with started() as s:
        s.send(b"dD")
        s.read(0.15)
        check(b"Deleted" not in s.out, "dD in one go opened and confirmed")
        out = s.keys(b"D", 0.1)
        check(b"Deleted" in out, "D does not confirm: %r" % out)


@test
def runs_another_program_and_comes_back():
    with started() as s:
        out = s.keys(b"e", 0.3)
        check(b"\x1b[?1049l" in out and b"\x1b[?1049h" in out, "the screen was not handed over: %r" % out[:200])
        check(b"ran with code 0" in out and b"All people" in out, "did not come back")
        check(out.rfind(b"\x1b[?25l") > out.rfind(b"\x1b[?25h"), "the cursor is not hidden again")
        s.send(b"q")
        check(s.wait() == 0, "did not quit")
        leaves_clean(s, "after another program")


@test
def suspend_and_continue():
    """Under a shell of sorts that does job control."""
    master, slave = pty.openpty()
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    before = termios.tcgetattr(slave)
    to_shell, from_test = os.pipe()
    to_test, from_shell = os.pipe()
    shell = os.fork()
    if shell == 0:
        try:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            job = os.fork()
            if job == 0:
                os.setpgid(0, 0)
                os.tcsetpgrp(slave, os.getpgid(0))
                signal.signal(signal.SIGTTOU, signal.SIG_DFL)
                for fd in (0, 1, 2):
                    os.dup2(slave, fd)
                os.closerange(3, 64)
                os.execve(DEMO, [DEMO], environment())
            while True:
                _, status = os.waitpid(job, os.WUNTRACED)
                os.write(from_shell, b"S" if os.WIFSTOPPED(status) else b"X")
                if not os.WIFSTOPPED(status):
                    break
                os.tcsetpgrp(slave, os.getpgid(0))
                os.read(to_shell, 1)
                os.tcsetpgrp(slave, job)
                os.killpg(job, signal.SIGCONT)
        finally:
            os._exit(0)
    s = Session.__new__(Session)
    s.master, s.slave, s.pid, s.status, s.out, s.before = master, slave, shell, None, b"", before
    with s:
        def told(limit=3):
            ready = select.select([to_test], [], [], limit * SLOW)[0]
            return os.read(to_test, 1) if ready else None
        check(s.until(b"All people") is not None, "no first frame")
        s.read()
        for how in ("key", "signal"):
            s.out = b""
            if how == "key":
                s.send(b"\x1a")
            else:
                job = int(subprocess.run(["pgrep", "-P", str(shell)], capture_output=True, text=True).stdout.split()[0]) \
                    if shutil.which("pgrep") else None
                if job is None:
                    break
                os.kill(job, signal.SIGTSTP)
            check(told() == b"S", how + ": not stopped")
            s.read()
            leaves_clean(s, how + ": stopped")
            s.out = b""
            os.write(from_test, b"c")
            check(s.until(b"All people") is not None, how + ": not painted after fg")
            s.read()
            check(b"\x1b[?1049h" in s.out and b"\x1b[?2004h" in s.out, how + ": modes not back")
        s.send(b"q")
        check(told() == b"X", "did not quit after fg")
        s.wait()
    for fd in (to_shell, from_test, to_test, from_shell):
        os.close(fd)


@test
def stop_and_continue_from_outside():
    with started() as s:
        os.kill(s.pid, signal.SIGSTOP)
        time.sleep(0.1)
        s.out = b""
        os.kill(s.pid, signal.SIGCONT)
        check(s.until(b"All people") is not None, "not painted after CONT")


def run_plain(env, **kw):
    return subprocess.run([DEMO], env=env, timeout=20, capture_output=True, **kw)


@test
def refuses_politely_without_a_terminal():
    p = run_plain(environment(), stdin=subprocess.DEVNULL)
    check(p.returncode == 2 and b"terminal" in p.stderr and not p.stdout, "%r" % p)


def refused(**env):
    with Session(**env) as s:
        status = s.wait(5)
        check(status is not None and os.WIFEXITED(status) and os.WEXITSTATUS(status) == 2, "%r: status %r" % (env, status))
        check(s.out.strip() and ESC not in s.out, "%r: said %r" % (env, s.out))
        check(termios.tcgetattr(s.slave) == s.before, "%r: line settings changed" % env)


@test
def refuses_hopeless_terminals():
    for name in ("dumb", "", "no-such-terminal", "../../x", "/etc/passwd", "x" * 5000, "xterm\nfoo", None, "%s%n%x", "."):
        refused(TERM=name)


@test
def starts_in_odd_surroundings():
    for env in ({"LC_ALL": "xx"}, {"LC_ALL": "C"}, {"LC_ALL": None}, {"LC_ALL": "fr_FR.UTF-8"}, {"LINES": "1", "COLUMNS": "1"},
                {"LINES": "99999999", "COLUMNS": "-5"}, {"ESCDELAY": "abc"}, {"NO_COLOR": "1"}, {"SIMPLIX_ASCII": "1"},
                {"TERM": "vt100"}, {"TERM": "linux"}, {"TERM": "tmux-256color"}, {"TERM": "screen"}, {"TERM": "xterm"},
                {"TERM": "ansi"}, {"TERM": "xterm-kitty"}, {"TERM": "alacritty"}, {"TERM": "foot-extra"}, {"TERM": "rxvt"}, {"TERM": "xterm-mono"}, {"XDG_RUNTIME_DIR": "/nonexistent"}):
        known = env.get("TERM") in ("xterm-kitty", "alacritty", "foot-extra")  # start even where the host has no description
        if env.get("TERM") and not known and subprocess.run(["infocmp", env["TERM"]], capture_output=True).returncode:
            continue  # not installed here
        with Session(**env) as s:
            check(s.until(b"All people") is not None, "%r: no first frame: %r" % (env, s.out[-200:]))
            s.read()
            s.keys(b"j\x1b[6~G")
            s.send(b"q")
            check(s.wait() == 0, "%r: status %r" % (env, s.status))
            check(termios.tcgetattr(s.slave) == s.before, "%r: line settings" % env)


@test
def environment_size_is_not_believed():
    with started(LINES="10", COLUMNS="30") as s:
        check(b"LAST TOUCH" in s.out, "COLUMNS won over the window")
        s.resize(36, 90)
        s.read(0.15)
        check(b"All people" in s.keys(b"\x0c", 0.1), "no resize with LINES set")


@test
def ascii_where_the_locale_is_not_utf8():
    for asked in ({"LC_ALL": "C"}, {"SIMPLIX_ASCII": "1"}):
        with started(**asked) as s:
            s.keys(b"j\x1b[6~")
            check(not re.search(rb"[\x80-\xff]", s.out), "bytes above 127 for an ASCII terminal")
            check(b"Amelie" in s.out, "letters were not spelled out")


@test
def no_color_means_none():
    with started(NO_COLOR="1") as s:
        s.keys(b"j\x1b[6~")
        colors = [p for seq in re.findall(rb"\x1b\[([0-9;]*)m", s.out) for p in seq.split(b";")
                  if p and (30 <= int(p) <= 38 or 40 <= int(p) <= 48 or 90 <= int(p) <= 107)]
        check(not colors, "colours in spite of NO_COLOR: %r" % colors[:5])


@test
def broken_terminfo_files():
    source = None
    for folder in ("/lib/terminfo", "/usr/share/terminfo", "/etc/terminfo"):
        path = os.path.join(folder, "x", "xterm-256color")
        source = path if os.path.exists(path) else source
    if not source:
        return
    good, rng = open(source, "rb").read(), random.Random(11)
    with tempfile.TemporaryDirectory() as home:
        os.makedirs(os.path.join(home, "x"))
        for i in range(30):
            bad = bytearray(good)
            for _ in range(rng.randrange(1, 40)):
                bad[rng.randrange(len(bad))] = rng.randrange(256)
            if i % 3 == 0:
                del bad[rng.randrange(12, len(bad)):]
            with open(os.path.join(home, "x", "xterm-fuzzed"), "wb") as f:
                f.write(bad)
            with Session(TERM="xterm-fuzzed", TERMINFO=home) as s:
                s.read(0.05, 1)
                s.send(b"jq")
                status = s.wait(3)
                check(status is not None and os.WIFEXITED(status), "file %d: status %r" % (i, status))


def main():
    if not os.access(DEMO, os.X_OK):
        print("no %s" % DEMO)
        print("0 passed, 1 failed, 0 skipped")
        return 1
    words, passed, failed = sys.argv[1:], 0, 0
    for t in TESTS:
        if words and not any(w in t.__name__ for w in words):
            continue
        try:
            t()
            passed += 1
        except (AssertionError, OSError, subprocess.TimeoutExpired) as e:
            failed += 1
            print("FAIL pty %s: %s" % (t.__name__, e))
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return 1 if failed else 0


sys.exit(main())
