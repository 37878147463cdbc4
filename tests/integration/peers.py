"""Stand-ins of services that somebody put beside the project: a copy of them with what they need, started and told what to do. No test itself."""
import json, os, re, shutil, subprocess, threading, urllib.error, urllib.parse, urllib.request

BUILD = os.environ.get("BUILD", "build")


class Missing(Exception):
    """They, Node 20 or npm are not there; why."""


def install():
    """A copy of the stand-ins with what they need; kept between runs."""
    source = os.path.join(os.environ.get("SIMPLIX_SHARED", "../shared"), "peers")
    if not os.path.exists(os.path.join(source, "peers.js")):
        raise Missing("the stand-ins of services are not beside the project")
    node = shutil.which("node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout if node else ""
    if not node or not shutil.which("npm") or int(re.match(r"v(\d+)", version).group(1)) < 20:
        raise Missing("Node 20 and npm are not there")
    place = os.path.join(BUILD, "peers")
    stamp = os.path.join(place, "installed")
    lock = open(os.path.join(source, "package-lock.json")).read()
    if not os.path.exists(stamp) or open(stamp).read() != lock:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(source, place, ignore=shutil.ignore_patterns("node_modules"))
        try:
            done = subprocess.run(["npm", "ci", "--omit=dev", "--no-audit", "--no-fund"], cwd=place, capture_output=True, text=True, timeout=240)
        except subprocess.TimeoutExpired:
            raise Missing("npm did not end in time")
        if done.returncode != 0:
            raise Missing("npm could not install them")
        with open(stamp, "w") as f:
            f.write(lock)
    else:
        for name in ("peers.js", "lib", "specs"):  # the stand-ins themselves may be newer
            target = os.path.join(place, name)
            if os.path.isdir(os.path.join(source, name)):
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(os.path.join(source, name), target)
            else:
                shutil.copy(os.path.join(source, name), target)
    return node, place


class Peers:
    """Those named, on free ports, until close()."""

    def __init__(self, only, folder, *args):
        node, place = install()
        self.process = subprocess.Popen([node, "peers.js", "--only", only, "--dir", folder, *args], cwd=place, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL)
        self.watchdog = threading.Timer(3000, self.process.kill)  # whatever happens, they end
        self.watchdog.daemon = True
        self.watchdog.start()
        line = self.process.stdout.readline()
        if not line:
            raise Missing("the stand-ins did not start")
        self.ports = json.loads(line)

    def control(self, path, body=None, method=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request("http://127.0.0.1:%d%s" % (self.ports["control"], path), data=data, headers={"content-type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as r:
                text = r.read().decode()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as e:
            return {"error": e.read().decode()}

    def close(self):
        self.watchdog.cancel()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
