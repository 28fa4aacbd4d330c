"""A mesh under test: `weft up` with a state folder of its own, requests through its exposed port, and what it leaves behind."""

import collections
import http.client
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from free_port import free_port

BIN = pathlib.Path(os.environ.get("WEFT_BIN", pathlib.Path(__file__).resolve().parents[2] / "build/release/bin"))
ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/nodejs-api"
SERVICE = "nodejs-api.nodejs-app:3000"


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(77)


def needs(*commands):
    for command in commands:
        if not shutil.which(command, path=os.environ["PATH"] + ":/usr/sbin"):
            skip(f"{command} is not installed")
    for binary in ("weft", "weftd", "weft-node", "weft-proxy"):
        if not (BIN / binary).exists():
            skip(f"{BIN / binary} is not built")


def ordinary_user():
    """A user without rights, made if there is none yet; for tests that root runs."""
    if subprocess.run(["id", "weft-test"], capture_output=True).returncode != 0:
        subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", "weft-test"], check=True)
    return "weft-test"


def until(condition, what, seconds=30):
    """Polls a condition that only the mesh can make true; its value, or a failure that names it."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        threading.Event().wait(0.02)


def binomial_interval(n, p, confidence=0.999):
    """The counts between which a binomial variable lies with at least this confidence, both tails cut alike."""
    tail = (1 - confidence) / 2
    mass = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    low, total = 0, mass[0]
    while total < tail:
        low += 1
        total += mass[low]
    high, total = n, mass[n]
    while total < tail:
        high -= 1
        total += mass[high]
    return low, high


class Mesh:
    """Use as a context manager: it is taken down at the end whatever happens."""

    def __init__(self, state=None, user=None):
        self.own_folder = tempfile.mkdtemp(prefix="weft-it-")
        self.state = state or os.path.join(self.own_folder, "state")
        self.user = user
        self.port = free_port()
        if user:
            shutil.chown(self.own_folder, user, user)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is not None:
            self.print_logs()
        self.weft("down", check=False)
        shutil.rmtree(self.own_folder, ignore_errors=True)

    def print_logs(self):
        for log in sorted(pathlib.Path(self.state).glob("**/*.log")):
            text = log.read_text(errors="replace")
            print(f"---- {log.relative_to(self.state)}\n{text[-3000:]}", file=sys.stderr)

    def command(self, *args):
        command = [str(BIN / "weft"), *args, "--state", self.state]
        if "--" in args:  # flags of ours go before the command that is to be run
            at = args.index("--")
            command = [str(BIN / "weft"), *args[:at], "--state", self.state, *args[at:]]
        return ["runuser", "-u", self.user, "--", *command] if self.user else command

    def weft(self, *args, check=True, text=None, timeout=120):
        done = subprocess.run(self.command(*args), capture_output=True, text=True, input=text, timeout=timeout)
        if check and done.returncode != 0:
            raise AssertionError(f"weft {' '.join(args)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def up(self, *args):
        return self.weft("up", "-f", str(EXAMPLE), "--expose", f"{SERVICE}={self.port}", "--detach", *args)

    def get(self, kind, namespace, *args):
        return json.loads(self.weft("get", kind, "-n", namespace, "-o", "json", *args).stdout)["items"]

    def ready_pods(self, namespace="nodejs-app"):
        pods = self.get("pods", namespace)
        return [p for p in pods if any(c["type"] == "Ready" and c["status"] == "True" for c in p["status"].get("conditions", []))]

    def pid(self):
        return json.loads(pathlib.Path(self.state, "run.json").read_text())["pid"]

    def processes(self):
        """pid -> command line of every process of this mesh: their command lines or environments name the state folder."""
        found = {}
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or int(entry) == os.getpid():
                continue
            try:
                line = pathlib.Path("/proc", entry, "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if self.state in line and " exec " not in line and BIN.name in line or (self.state in line and "weft" in line):
                found[int(entry)] = line
        return found

    def request(self, path="/", headers=None, connection=None, timeout=10):
        """(status, JSON body or text) of one request through the exposed port."""
        own = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        own.request("GET", path, headers=headers or {})
        response = own.getresponse()
        body = response.read().decode()
        if connection is None:
            own.close()
        try:
            return response.status, json.loads(body)
        except ValueError:
            return response.status, body

    def count(self, requests, headers=None, key="version"):
        """How often each value of `key` answered, over keep-alive connections; every answer must be a 200."""
        counts = collections.Counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        for _ in range(requests):
            status, body = self.request("/", headers, connection)
            assert status == 200, (status, body)
            counts[body[key]] += 1
        connection.close()
        return counts


class Load:
    """Steady requests from a few threads while a test does something; every failure is kept."""

    def __init__(self, mesh, threads=4, per_second=200, path="/", keeps=True):
        """keeps: each thread keeps its connection; else each request has one of its own."""
        self.mesh, self.path, self.keeps = mesh, path, keeps
        self.pause = threads / per_second
        self.stopping = threading.Event()
        self.failures, self.counts = [], collections.Counter()
        self.threads = [threading.Thread(target=self.run) for _ in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.mesh.port, timeout=10)
        while not self.stopping.wait(self.pause):
            try:
                status, body = self.mesh.request(self.path, connection=connection)
            except (OSError, http.client.HTTPException) as problem:
                self.failures.append(repr(problem))
                connection.close()
                continue
            if not self.keeps:
                connection.close()
            self.counts[status] += 1
            if status != 200:
                self.failures.append((status, body))

    @property
    def total(self):
        return sum(self.counts.values())


def run(*tests, given=()):
    """Runs test functions in order with what they are given; prints each name, as ctest shows it on failure."""
    for test in tests:
        print(f"== {test.__name__}", flush=True)
        test(*given)
    print(f"{len(tests)} passed, 0 failed")
