"""weft-proxy by itself, configured by a file: requests, framing attacks, admin pages, metrics, access log, graceful end."""

import http.client
import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from free_port import free_port

BIN = os.environ.get("WEFT_BIN", "")
TYPE = "type.googleapis.com/envoy."
DEADLINE_S = 20


class Endpoint(http.server.BaseHTTPRequestHandler):
    """Tells what it was asked, and remembers it; /slow waits for the test."""

    protocol_version = "HTTP/1.1"
    seen = []
    go_on = threading.Event()

    def do_GET(self):
        self.answer(b"")

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def answer(self, body):
        Endpoint.seen.append((self.command, self.path, body))
        if self.path == "/slow":
            Endpoint.go_on.wait(DEADLINE_S)
        text = json.dumps({"path": self.path, "headers": dict(self.headers), "body": body.decode()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def resources(listen, endpoint):
    router = {"name": "envoy.filters.http.router", "typedConfig": {"@type": TYPE + "extensions.filters.http.router.v3.Router"}}
    routes = [
        {"name": "gone", "match": {"path": "/gone"}, "directResponse": {"status": 410, "body": {"inlineString": "gone\n"}}},
        {"name": "all", "match": {"prefix": "/"}, "route": {"cluster": "up"},
         "metadata": {"filterMetadata": {"weft": {"origin": "VirtualService shop/cart", "file": "mesh.yaml", "line": 7}}}},
    ]
    manager = {
        "@type": TYPE + "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "statPrefix": "test", "httpFilters": [router],
        "routeConfig": {"name": "test", "virtualHosts": [{"name": "all", "domains": ["*"], "routes": routes}]},
    }
    address = lambda port: {"socketAddress": {"address": "127.0.0.1", "portValue": port}}
    return [
        {"@type": TYPE + "config.cluster.v3.Cluster", "name": "up", "type": "STATIC", "connectTimeout": "5s",
         "loadAssignment": {"clusterName": "up", "endpoints": [{"lbEndpoints": [{"endpoint": {"address": address(endpoint)}}]}]}},
        {"@type": TYPE + "config.listener.v3.Listener", "name": "test", "address": address(listen),
         "filterChains": [{"filters": [{"name": "envoy.filters.network.http_connection_manager", "typedConfig": manager}]}]},
    ]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=DEADLINE_S)
        self.unix_path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(DEADLINE_S)
        folder = os.open(os.path.dirname(self.unix_path), os.O_PATH)
        try:
            self.sock.connect(f"/proc/self/fd/{folder}/{os.path.basename(self.unix_path)}")
        finally:
            os.close(folder)


class ProxyAlone(unittest.TestCase):
    def setUp(self):
        Endpoint.seen.clear()
        Endpoint.go_on.clear()
        self.endpoint = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        threading.Thread(target=self.endpoint.serve_forever, daemon=True).start()
        self.folder = tempfile.TemporaryDirectory()
        self.admin = self.folder.name + "/" + "a" * 120 + "/admin.sock"  # longer than a Unix address holds
        os.mkdir(os.path.dirname(self.admin))
        self.port, self.ready_port, self.stats_port = free_port(), free_port(), free_port()
        config = pathlib.Path(self.folder.name, "static.json")
        config.write_text(json.dumps(resources(self.port, self.endpoint.server_address[1])))
        self.log = self.folder.name + "/access.log"
        self.proxy = subprocess.Popen(
            [BIN + "/weft-proxy", "--static", str(config), "--admin", "unix:" + self.admin, "--admin-port", "0",
             "--ready-port", str(self.ready_port), "--stats-port", str(self.stats_port), "--access-log", self.log,
             "--drain-time", "10s"])
        self.addCleanup(self.end)
        self.wait_until(lambda: self.get_admin("/ready")[0] == 200)

    def end(self):
        Endpoint.go_on.set()
        if self.proxy.poll() is None:
            self.proxy.kill()
        self.proxy.wait()
        self.endpoint.shutdown()
        self.endpoint.server_close()
        self.folder.cleanup()

    def wait_until(self, holds):
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            try:
                if holds():
                    return
            except OSError:
                pass
            self.assertIsNone(self.proxy.poll(), "weft-proxy ended")
            time.sleep(0.02)
        self.fail("waited in vain")

    def get(self, path, connection=None, method="GET", body=None, headers=None):
        connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer

    def get_admin(self, path, method="GET"):
        status, text, _ = self.get(path, UnixConnection(self.admin), method)
        return status, text

    def raw(self, sent):
        """All that comes back for these bytes, until the proxy closes or is silent for half a second."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE_S) as client:
            client.sendall(sent)
            client.settimeout(0.5)
            received = b""
            try:
                while piece := client.recv(65536):
                    received += piece
            except TimeoutError:
                pass
            return received

    def test_forwards_requests_over_one_connection_and_answers_itself_where_the_route_says(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
        for path in ("/a?b=c", "/d"):
            status, text, _ = self.get(path, connection)
            self.assertEqual((status, json.loads(text)["path"]), (200, path))
        status, text, _ = self.get("/e", connection, "POST", "hello")
        self.assertEqual(json.loads(text)["body"], "hello")
        status, text, _ = self.get("/gone", connection)
        self.assertEqual((status, text), (410, "gone\n"))

    def test_refuses_framing_attacks_and_forwards_nothing_of_them(self):
        attacks = [
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 0\r\n\r\nX",
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nA: b\rC: d\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
            b"GET / HTTP/1.1\nHost: a\n\n",
        ]
        for attack in attacks:
            answer = self.raw(attack + b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), (attack, answer))
            self.assertEqual(answer.count(b"HTTP/1.1 "), 1, (attack, answer))
        self.assertEqual(Endpoint.seen, [])
        chunked = b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n"
        self.assertNotIn(b"HTTP/1.1 200", self.raw(chunked + b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"))
        self.assertNotIn("/smuggled", [path for _, path, _ in Endpoint.seen])

    def test_an_unread_body_is_never_taken_for_a_request(self):
        inner = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
        head = b"POST /gone HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(inner)
        answer = self.raw(head + inner + b"GET /after HTTP/1.1\r\nHost: a\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 410 "), answer)
        self.assertEqual([path for _, path, _ in Endpoint.seen if path != "/after"], [])

    def test_shows_what_runs_and_counts_what_happened(self):
        self.get("/x", headers={"User-Agent": "test/1"})
        status, dump = self.get_admin("/config_dump")
        self.assertEqual(status, 200)
        self.assertIn("VirtualService shop/cart", json.dumps(json.loads(dump)))
        page = self.get("/stats/prometheus", http.client.HTTPConnection("127.0.0.1", self.stats_port, timeout=DEADLINE_S))[1]
        self.assertIn('cluster="up",route="all",response_code="200",response_flags="-",connection_security_policy="none"} 1\n', page)
        self.assertEqual(self.get_admin("/stats/prometheus")[0], 200)
        self.assertIn("up::127.0.0.1:%d::rq_success::1" % self.endpoint.server_address[1], self.get_admin("/clusters")[1])
        self.assertEqual(self.get_admin("/listeners")[1], "test::127.0.0.1:%d\n" % self.port)
        self.assertEqual(json.loads(self.get_admin("/server_info")[1])["state"], "LIVE")
        health = http.client.HTTPConnection("127.0.0.1", self.ready_port, timeout=DEADLINE_S)
        self.assertEqual(self.get("/healthz/ready", health)[0], 200)
        self.wait_until(lambda: os.path.getsize(self.log) > 0)
        self.assertIn('"GET /x HTTP/1.1" 200 - ', pathlib.Path(self.log).read_text())

    def test_ends_gracefully_on_sigterm(self):
        slow = threading.Thread(target=lambda: results.append(self.get("/slow")))
        results = []
        slow.start()
        self.wait_until(lambda: ("GET", "/slow", b"") in Endpoint.seen)
        self.proxy.send_signal(signal.SIGTERM)
        self.wait_until(lambda: self.get_admin("/ready")[1] == "DRAINING\n")
        Endpoint.go_on.set()
        slow.join(DEADLINE_S)
        status, _, answer = results[0]
        self.assertEqual((status, answer.getheader("connection")), (200, "close"))
        self.assertEqual(self.proxy.wait(DEADLINE_S), 0)


if __name__ == "__main__":
    if not os.path.exists(BIN + "/weft-proxy"):
        print("skipped: no weft-proxy in WEFT_BIN")
        sys.exit(77)
    unittest.main(warnings="ignore")
