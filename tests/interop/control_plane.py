"""A weftd under test, and the objects of a small mesh whose workloads are threads of this process."""

import collections
import http.client
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

BIN = pathlib.Path(os.environ.get("WEFT_BIN", pathlib.Path(__file__).resolve().parents[2] / "build/release/bin"))
ROOT = pathlib.Path(__file__).resolve().parents[2]


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(77)


def until(condition, what, seconds=20):
    """Polls a condition that only another process can make true; its value, or a failure that names it."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        threading.Event().wait(0.02)


def in_own_network(*commands):
    """Runs this program again inside a network namespace of its own, as its root; skips where that is not possible."""
    if os.environ.get("WEFT_INTEROP_INSIDE") == "1":
        return
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    for command in ("unshare", "ip", "nft", *commands):
        if not shutil.which(command):
            skip(f"{command} is not installed")
    unshare = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    tried = subprocess.run([*unshare, "nft", "list", "tables"], capture_output=True, text=True)
    if tried.returncode != 0:
        skip(f"no network namespace to be had: {tried.stderr.strip()}")
    inside = subprocess.run([*unshare, sys.executable, *sys.argv], env={**os.environ, "WEFT_INTEROP_INSIDE": "1"})
    sys.exit(inside.returncode)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("weftd")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self.path)


class ControlPlane:
    """weftd with a state folder of its own. Use as a context manager."""

    def __enter__(self):
        if not (BIN / "weftd").exists():
            skip(f"{BIN / 'weftd'} is not built")
        self.folder = tempfile.mkdtemp(prefix="weft-interop-")
        self.state = os.path.join(self.folder, "s")
        self.log = open(os.path.join(self.folder, "weftd.log"), "w+")
        self.start()
        return self

    def __exit__(self, kind, value, traceback):
        self.stop()
        if kind is not None:
            self.log.seek(0)
            print(self.log.read()[-6000:], file=sys.stderr)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        self.process = subprocess.Popen(
            [str(BIN / "weftd"), "--state", self.state, "--api-port", "0", "--log-level", "debug"], stderr=self.log)
        until(self.is_ready, "weftd is ready")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def kill(self):
        self.process.kill()
        self.process.wait(10)

    def is_ready(self):
        assert self.process.poll() is None, "weftd has ended"
        try:
            return self.call("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def log_text(self):
        with open(self.log.name) as log:
            return log.read()

    @property
    def xds_socket(self):
        return os.path.join(self.state, "xds.sock")

    def call(self, method, path, body=None):
        connection = UnixConnection(os.path.join(self.state, "weftd.sock"))
        connection.request(method, path, body=json.dumps(body) if body is not None else None,
                           headers={"content-type": "application/json"})
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, text

    def apply(self, *objects):
        """Applies in one commit and returns the commit's revision."""
        status, answer = self.call("POST", "/apis/weft.dev/v1/apply?fieldValidation=Warn",
                                   {"kind": "List", "apiVersion": "v1", "items": list(objects)})
        assert status == 200, (status, answer)
        return answer["metadata"]["resourceVersion"]

    def sync(self, revision, seconds=10):
        status, answer = self.call("GET", f"/apis/weft.dev/v1/sync?resourceVersion={revision}&timeoutSeconds={seconds}")
        assert status == 200, (status, answer)
        return answer

    def proxies(self):
        return {item["name"]: item for item in self.call("GET", "/apis/weft.dev/v1/proxies")[1]["items"]}

    def token(self, namespace, pod, account="default"):
        status, answer = self.call(
            "POST", f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token",
            {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
             "spec": {"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": pod}}})
        assert status in (200, 201), (status, answer)
        return answer["status"]["token"]

    def set_pod_ip(self, namespace, pod, ip):
        status, answer = self.call("GET", f"/api/v1/namespaces/{namespace}/pods/{pod}")
        assert status == 200, answer
        answer["status"] = {"podIP": ip, "podIPs": [{"ip": ip}], "phase": "Running",
                            "conditions": [{"type": "Ready", "status": "True"}]}
        status, answer = self.call("PUT", f"/api/v1/namespaces/{namespace}/pods/{pod}/status", answer)
        assert status == 200, answer


class Workload(http.server.ThreadingHTTPServer):
    """An HTTP server at an address of its own that answers with its version."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address, port, version):
        super().__init__((address, port), VersionHandler)
        self.version = version
        self.status = 200
        self.requests = collections.Counter()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class VersionHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        said = {"version": self.server.version, "address": self.server.server_address[0], "headers": dict(self.headers)}
        body = json.dumps(said).encode()
        self.server.requests[self.path] += 1
        self.send_response(self.server.status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
