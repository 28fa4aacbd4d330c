"""weft-node under test, without the command line: a state folder, the real weftd and weft-proxy, and what becomes of pods."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from free_port import free_port

BIN = pathlib.Path(os.environ.get("WEFT_BIN", pathlib.Path(__file__).resolve().parents[2] / "build/release/bin"))
SERVER = """
import http.server, json, os, signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = json.dumps({"pod": os.environ["POD"], "ip": os.environ["IP"], "host": socket.gethostname()}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
"""


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(77)


def until(condition, what, seconds=60):
    """Polls a condition that only the node can make true; its value, or a failure that names it."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        threading.Event().wait(0.02)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


def deployment(namespace, name, replicas, **container):
    spec = {
        "name": "app",
        "image": "server",
        "ports": [{"containerPort": 8080}],
        "env": [
            {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        ],
        **container,
    }
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"terminationGracePeriodSeconds": 2, "containers": [spec]},
            },
        },
    }


def service(namespace, name):
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"app": name}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]},
    }


def external_name(namespace, name, target):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace},
            "spec": {"type": "ExternalName", "externalName": target}}


def namespace(name, injected):
    labels = {"istio-injection": "enabled"} if injected else {}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def image_map(**commands):
    data = {name: json.dumps({"command": command}) for name, command in commands.items()}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "weft-images", "namespace": "weft-system"}, "data": data}


class Node:
    """Use as a context manager. `user`: whom to run as; nobody else may have to do with the state folder."""

    def __init__(self, user=None, binaries=BIN):
        self.folder = tempfile.mkdtemp(prefix="weft-node-")
        self.state = os.path.join(self.folder, "state")
        self.user = user
        self.binaries = binaries
        self.process = None
        if user:
            shutil.chown(self.folder, user)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is not None:
            for log in sorted(pathlib.Path(self.folder).glob("**/*.log")):
                print(f"---- {log}\n{log.read_text(errors='replace')[-2000:]}", file=sys.stderr)
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def as_user(self, *words):
        return ["setpriv", "--reuid", self.user, "--regid", self.user_group(), "--clear-groups", *words] if self.user else list(words)

    def user_group(self):
        import pwd

        return str(pwd.getpwnam(self.user).pw_gid)

    def start(self, *flags):
        with open(os.path.join(self.folder, "node.log"), "ab") as log:
            command = self.as_user(str(self.binaries / "weft-node"), "run", "--state", self.state, "--api-port", str(free_port()), *flags)
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        record = pathlib.Path(self.state, "run.json")
        until(lambda: self.process.poll() is not None or (record.exists() and json.loads(record.read_text())["pid"] == self.process.pid), "the node is up")
        assert self.process.poll() is None, pathlib.Path(self.folder, "node.log").read_text()

    def call(self, sock, method, path, body=None, content_type="application/json"):
        connection = UnixConnection(os.path.join(self.state, sock))
        connection.request(method, path, None if body is None else json.dumps(body), {"content-type": content_type})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, json.loads(text) if text else None

    def apply(self, *objects):
        status, answer = self.call("weftd.sock", "POST", "/apis/weft.dev/v1/apply?fieldValidation=Strict", {"kind": "List", "items": list(objects)})
        assert status == 200, answer

    def get(self, path):
        return self.call("weftd.sock", "GET", path)[1]

    def delete(self, path):
        return self.call("weftd.sock", "DELETE", path)

    def status(self):
        return self.call("node.sock", "GET", "/status")[1]

    def pods(self, prefix):
        return [p for p in self.status()["pods"] if f"{p['namespace']}/{p['name']}".startswith(prefix)]

    def ready(self, prefix, count):
        """Waits until exactly `count` pods of that name are ready, for weftd as well; their entries of the node's status."""

        def all_ready():
            pods = self.pods(prefix)
            return pods if len(pods) == count and all(p["ready"] for p in pods) else None

        pods = until(all_ready, f"{count} pods {prefix} are ready")
        for pod in pods:
            until(lambda: self.condition(pod, "Ready")["status"] == "True", f"weftd knows that {pod['name']} is ready")
        return pods

    def object(self, pod):
        return self.get(f"/api/v1/namespaces/{pod['namespace']}/pods/{pod['name']}")

    def condition(self, pod, kind):
        conditions = self.object(pod).get("status", {}).get("conditions", [])
        return next((c for c in conditions if c["type"] == kind), {"status": "Unknown"})

    def exec(self, namespace, *command, pod=None, sidecar=True, text=None):
        flags = ["--pod", pod["name"]] if pod else []
        flags += [] if sidecar else ["--no-sidecar"]
        words = [str(self.binaries / "weft-node"), "exec", "--state", self.state, "-n", namespace, *flags, "--", *command]
        return subprocess.run(self.as_user(*words), capture_output=True, text=True, input=text, timeout=60, cwd="/")

    def fetch(self, namespace, url, **where):
        """What the service says of itself. A pod is ready before the proxies of its clients have been told of it: until then a
        call meets no endpoint, or one of an earlier life."""
        end = time.monotonic() + 15
        while True:
            done = self.exec(namespace, "curl", "-sS", "--max-time", "10", url, **where)
            if done.returncode == 0 and done.stdout.startswith("{"):
                return json.loads(done.stdout)
            assert time.monotonic() < end, (done.stdout, done.stderr)
            time.sleep(0.05)

    def counter(self, pod, name):
        """Packets that the capture rule with this comment has counted in the pod."""
        inside = ["nsenter", "--target", str(pod["pids"]["holder"]), "--user", "--preserve-credentials", "--net"]
        rules = subprocess.run([*self.as_user(*(inside if self.user else [w for w in inside if w not in ("--user", "--preserve-credentials")])), "/usr/sbin/nft", "--json", "list", "ruleset"], capture_output=True, text=True)
        assert rules.returncode == 0, rules.stderr
        for entry in json.loads(rules.stdout)["nftables"]:
            rule = entry.get("rule", {})
            if rule.get("comment") == name:
                return next(e["counter"]["packets"] for e in rule["expr"] if "counter" in e)
        raise AssertionError(f"no rule {name}")

    def left_over(self):
        """Command lines of processes that name the state folder."""
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if self.state in line:
                found.append(line)
        return found

    def kill(self, pid):
        os.kill(pid, signal.SIGKILL)
