"""A real weftd for the API's tests: started on a state folder of its own, asked over its Unix socket."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

WEFTD = os.path.join(os.environ.get("WEFT_BIN", "build/dev/bin"), "weftd")
DEADLINE_SECONDS = 20


class UnixConnection(http.client.HTTPConnection):
    """HTTP over weftd's Unix socket."""

    def __init__(self, path, timeout=DEADLINE_SECONDS):
        super().__init__("weftd", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Answer:
    """Status, headers and body of one response."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    @property
    def json(self):
        return json.loads(self.text)


class Weftd:
    """One weftd on a state folder of its own."""

    def __init__(self, *flags):
        self.flags = flags
        self.state = tempfile.mkdtemp(prefix="weft-api-")
        self.process = None
        self.start()

    def start(self):
        """Returns once weftd says that it serves. Its log goes on to a file."""
        log = os.path.join(self.state, "weftd.log")
        with open(log, "w") as file:
            self.process = subprocess.Popen([WEFTD, "--state", self.state, "--api-port", "0", *self.flags], stderr=file)
        end = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with open(log) as file:
                serving = [line for line in file if "serving" in line and line.endswith("\n")]
            if serving:
                self.port = int(serving[0].split("127.0.0.1:")[1].split(";")[0])
                return
            time.sleep(0.005)
        with open(log) as file:
            raise RuntimeError("weftd did not start: " + file.read())

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(timeout=DEADLINE_SECONDS)
        shutil.rmtree(self.state)
        return code

    def connection(self, timeout=DEADLINE_SECONDS):
        return UnixConnection(os.path.join(self.state, "weftd.sock"), timeout)

    def call(self, method, path, body=None, content_type="application/json", headers=None):
        connection = self.connection()
        try:
            text = body if isinstance(body, (str, bytes, type(None))) else json.dumps(body)
            connection.request(method, path, text, {"Content-Type": content_type, **(headers or {})})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **kwargs):
        return self.call("GET", path, **kwargs)

    def post(self, path, body):
        return self.call("POST", path, body)

    def merge(self, path, body):
        return self.call("PATCH", path, body, "application/merge-patch+json")

    def apply(self, items, query=""):
        return self.post("/apis/weft.dev/v1/apply?fieldValidation=Strict" + query, {"kind": "List", "items": items})

    def until(self, what, holds):
        """Asks until `holds` gives something; the controllers need a moment."""
        end = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < end:
            found = holds()
            if found:
                return found
            time.sleep(0.01)
        raise AssertionError("waited in vain for " + what)


class Watch:
    """A watch whose events are read one by one."""

    def __init__(self, weftd, path):
        self.connection = weftd.connection()
        self.connection.request("GET", path)
        self.response = self.connection.getresponse()
        assert self.response.status == 200, self.response.read()

    def next(self):
        line = self.response.readline()
        return json.loads(line) if line.strip() else None

    def close(self):
        self.connection.close()


def namespace(name, **labels):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def config_map(name, data=None, labels=None):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "labels": labels or {}},
            "data": data or {}}


def service(name="web", space="shop", **spec):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": space},
            "spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}], **spec}}


def deployment(name="web", space="shop", replicas=2, image="web:v1"):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": space},
            "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}},
                     "template": {"metadata": {"labels": {"app": "web"}},
                                  "spec": {"containers": [{"name": "web", "image": image}]}}}}


def virtual_service(weight=90, space="shop"):
    return {"apiVersion": "networking.istio.io/v1beta1", "kind": "VirtualService",
            "metadata": {"name": "web", "namespace": space},
            "spec": {"hosts": ["web"], "http": [{"route": [
                {"destination": {"host": "web", "subset": "v1"}, "weight": weight},
                {"destination": {"host": "web", "subset": "v2"}, "weight": 100 - weight}]}]}}


def destination_rule(space="shop"):
    return {"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
            "metadata": {"name": "web", "namespace": space},
            "spec": {"host": "web", "subsets": [{"name": "v1", "labels": {"version": "v1"}},
                                                {"name": "v2", "labels": {"version": "v2"}}]}}


class WithWeftd(unittest.TestCase):
    def setUp(self):
        self.weftd = Weftd()

    def tearDown(self):
        self.assertEqual(self.weftd.stop(), 0)


# One of each kind that the tests apply together, in an order that apply has to mend.
SHOP = [virtual_service(), destination_rule(), service(), deployment(replicas=0), namespace("shop")]


def main():
    if not os.path.exists(WEFTD):
        print("skipped: there is no", WEFTD)
        sys.exit(77)
    unittest.main()
