#!/usr/bin/env python3
"""What the full screen costs on a terminal: start, and per key the time to the last byte and the bytes sent.

terminal.py PROGRAM DATABASE. A pty of 120x36 that answers nothing; a key is settled when nothing came for 40 ms (the silence is not
counted). Beside it, in the same run, `cat` echoing a key: what the pty itself costs."""
import fcntl, os, pty, select, struct, sys, termios, time

QUIET = 0.04


class Terminal:
    def __init__(self, argv, env):
        self.t0 = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], argv, env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))

    def settle(self, first=5.0):
        """Bytes until silence; seconds to the last of them."""
        start, last, n = time.perf_counter(), None, 0
        while True:
            wait = QUIET if last else first
            if not select.select([self.fd], [], [], wait)[0]:
                return n, (last or start) - start
            try:
                got = os.read(self.fd, 65536)
            except OSError:
                return n, (last or start) - start
            if not got:
                return n, (last or start) - start
            n += len(got)
            last = time.perf_counter()

    def key(self, keys, first=0.5):
        os.write(self.fd, keys.encode())
        return self.settle(first)

    def memory(self):
        for line in open(f"/proc/{self.pid}/smaps_rollup"):
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024


def quantile(values, q):
    values = sorted(values)
    return values[min(len(values) - 1, int(q * len(values)))]


def row(name, samples):
    ms = [s[1] * 1e3 for s in samples]
    print(f"| {name} | {quantile(ms, .5):.2f} | {quantile(ms, .99):.2f} | {quantile([s[0] for s in samples], .5)} |")


program, database = sys.argv[1:3]
env = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "HOME": "/nonexistent", "SIMPLIX_LANG": "en"}
floor = Terminal(["cat"], env)
time.sleep(0.2)
floor.settle(0.2)
echo = [floor.key("x") for _ in range(50)]
os.write(floor.fd, b"\x04\x04")
starts, samples = [], {}
for run in range(3):
    t = Terminal([program, "--db", database], env)
    n, _ = t.settle()
    starts.append((n, time.perf_counter() - t.t0 - QUIET))
    start_memory = t.memory()
    t.key("gc", 2)
    t.settle(2)
    for name, keys, times in (("a row down", "j", 60), ("a row up", "k", 40), ("a page", "\x1b[6~", 20)):
        samples.setdefault(name, []).extend(t.key(keys) for _ in range(times))
    for _ in range(5):
        samples.setdefault("open a record", []).append(t.key("\r"))
        t.key("\x1b")
        t.key("j")
    t.key("/")
    for word in ("mart", "dubo", "chen"):
        for letter in word:
            samples.setdefault("a letter of a search", []).append(t.key(letter))
        t.key("\x15")
    t.key("\x1b")
    end_memory = t.memory()
    os.write(t.fd, b"\x11")
    os.waitpid(t.pid, 0)
print("| 120×36 | ms p50 | ms p99 | bytes |\n|---|---|---|---|")
row("start to settled screen", starts)
for name in samples:
    row(name, samples[name])
row("(the pty alone: cat)", echo)
print(f"\nMemory (PSS): {start_memory:.1f} MiB after the start, {end_memory:.1f} MiB at the end.")
