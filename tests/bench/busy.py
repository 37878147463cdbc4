#!/usr/bin/env python3
"""What the helper thread costs the screen: `j` in a list of 5,000 contacts with nothing to send, and while 1,000 deliveries go to a slow
receiver. busy.py PROGRAM. Times are to the first byte; the ratio of the two is what counts."""
import fcntl, os, pty, select, struct, sys, tempfile, termios, time

os.environ["SIMPLIX"] = os.path.abspath(sys.argv[1])
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"))
from receiver import Book, Receiver

KEYS = 400


class Screen:
    def __init__(self, b):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(os.environ["SIMPLIX"], ["simplix", "--db", b.target], dict(b.env, TERM="xterm-256color", LC_ALL="C.UTF-8", SIMPLIX_LANG="en"))
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        self.quiet(3)
        os.write(self.fd, b"gc")
        self.quiet(1)

    def quiet(self, most):
        end = time.time() + most
        while time.time() < end and select.select([self.fd], [], [], 0.3)[0]:
            try:
                os.read(self.fd, 65536)
            except OSError:  # it has ended
                time.sleep(0.1)
                return

    def keys(self, n):
        out = []
        for i in range(n):
            while select.select([self.fd], [], [], 0)[0]:
                os.read(self.fd, 65536)
            start = time.perf_counter()
            os.write(self.fd, b"k" if i % 100 > 50 else b"j")
            select.select([self.fd], [], [], 2)
            out.append((time.perf_counter() - start) * 1e3)
            time.sleep(0.01)
        return sorted(out)

    def close(self):
        os.write(self.fd, b"\x11")
        end = time.time() + 15
        while time.time() < end and os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            self.quiet(0.3)


def at(values, q):
    return values[min(len(values) - 1, int(q * len(values)))]


with tempfile.TemporaryDirectory(prefix="sxbusy.") as folder:
    r, b = Receiver(), Book("sqlite", folder)
    r.slow = 0.05
    b.add_many(["Row%05d" % i for i in range(5000)])
    s = Screen(b)
    idle = s.keys(KEYS)
    s.close()
    for i in range(10):
        b.hook(r.url("/%d" % i))
    b.add_many(["Sent%05d" % i for i in range(100)])
    s = Screen(b)
    before = len(r.got)
    busy = s.keys(KEYS)
    sent = len(r.got)
    s.close()
    r.close()
print("| j, ms to the first byte | p50 | p99 |\n|---|---|---|")
print("| nothing to send | %.2f | %.2f |\n| %d of 1000 deliveries meanwhile | %.2f | %.2f |" % (at(idle, .5), at(idle, .99), sent - before, at(busy, .5), at(busy, .99)))
print("ratio | %.2f | %.2f" % (at(busy, .5) / at(idle, .5), at(busy, .99) / at(idle, .99)))
