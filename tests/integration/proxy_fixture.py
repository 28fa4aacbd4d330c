"""What the tests of the data plane share: xDS resources in short, endpoints that tell what they saw, a running weft-proxy."""

import http.client
import json
import os
import pathlib
import signal
import socket
import struct
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


def address(port):
    return {"socketAddress": {"address": "127.0.0.1", "portValue": port}}


def cluster(name, *ports, **settings):
    endpoints = [{"endpoint": {"address": address(port)}} for port in ports]
    return {"@type": TYPE + "config.cluster.v3.Cluster", "name": name, "type": "STATIC", "connectTimeout": "2s",
            "loadAssignment": {"clusterName": name, "endpoints": [{"lbEndpoints": endpoints}]}, **settings}


def limits(**thresholds):
    return {"circuitBreakers": {"thresholds": [thresholds]}}


def http_options(**common):
    """Protocol options of a cluster, such as maxRequestsPerConnection."""
    kind = "extensions.upstreams.http.v3.HttpProtocolOptions"
    return {"typedExtensionProtocolOptions": {"envoy." + kind: {
        "@type": TYPE + kind, "commonHttpProtocolOptions": common, "explicitHttpConfig": {"httpProtocolOptions": {}}}}}


def speaks_http2(**options):
    """For a cluster whose endpoints take HTTP/2 with prior knowledge; options such as maxConcurrentStreams."""
    kind = "extensions.upstreams.http.v3.HttpProtocolOptions"
    return {"typedExtensionProtocolOptions": {"envoy." + kind: {
        "@type": TYPE + kind, "explicitHttpConfig": {"http2ProtocolOptions": options}}}}


def speaks_as_client():
    """For a cluster whose endpoints get each request in the version it came in."""
    kind = "extensions.upstreams.http.v3.HttpProtocolOptions"
    return {"typedExtensionProtocolOptions": {"envoy." + kind: {
        "@type": TYPE + kind, "useDownstreamProtocolConfig": {"httpProtocolOptions": {}, "http2ProtocolOptions": {}}}}}


def multiplexing(cluster):
    """The cluster with its endpoints said to be proxies of our own, as weftd says it of pods with a sidecar."""
    for locality in cluster["loadAssignment"]["endpoints"]:
        for endpoint in locality["lbEndpoints"]:
            endpoint["metadata"] = {"filterMetadata": {"weft": {"multiplexes": True}}}
    return cluster


def to(name, match=None, **route):
    return {"match": match or {"prefix": "/"}, "route": {"cluster": name, "timeout": "0s", **route}}


def http_listener(port, routes, name="http", **manager):
    router = {"name": "router", "typedConfig": {"@type": TYPE + "extensions.filters.http.router.v3.Router"}}
    config = {
        "@type": TYPE + "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "statPrefix": "test", "httpFilters": [router],
        "routeConfig": {"name": name, "virtualHosts": [{"name": "all", "domains": ["*"], "routes": routes}]}, **manager,
    }
    return {"@type": TYPE + "config.listener.v3.Listener", "name": name, "address": address(port),
            "filterChains": [{"filters": [{"name": "hcm", "typedConfig": config}]}]}


def tcp_listener(port, target, name="tcp", **settings):
    """Relays to the cluster `target`, or to weightedClusters among the settings."""
    config = {"@type": TYPE + "extensions.filters.network.tcp_proxy.v3.TcpProxy", "statPrefix": "test", **settings}
    if target:
        config["cluster"] = target
    return {"@type": TYPE + "config.listener.v3.Listener", "name": name, "address": address(port),
            "filterChains": [{"filters": [{"name": "tcp", "typedConfig": config}]}]}


class Server:
    """Accepts connections and runs `serve(connection, number)` in a thread for each. Counts them."""

    def __init__(self, serve):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.accepted = self.closed = 0
        self.serve = serve
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self.guarded, args=(connection, self.accepted), daemon=True).start()

    def guarded(self, connection, number):
        with connection:
            connection.settimeout(DEADLINE_S)
            try:
                self.serve(connection, number)
            except (OSError, ValueError):
                pass
        self.closed += 1

    def close(self):
        self.listening.close()


def read_head(stream):
    """The lines of the next message's head; nothing at the end of the connection."""
    lines = []
    while True:
        line = stream.readline()
        if not line:
            return None
        if line == b"\r\n":
            return lines
        lines.append(line.decode().rstrip("\r\n"))


def header(lines, name):
    for line in lines[1:]:
        key, _, value = line.partition(":")
        if key.lower() == name:
            return value.strip()
    return None


def echo_http(name):
    """An endpoint that answers with its name and with the head it got, as JSON."""

    def serve(connection, number):
        stream = connection.makefile("rb")
        while (head := read_head(stream)) is not None:
            body = stream.read(int(header(head, "content-length") or 0))
            text = json.dumps({"name": name, "head": head, "body": len(body), "connection": number}).encode()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text) + text)

    return Server(serve)


class Proxy:
    """weft-proxy with a file of resources, ended by its pid."""

    def __init__(self, resources, *flags, **options):
        self.folder = tempfile.TemporaryDirectory(prefix="weft-proxy-test-")
        self.admin_path = os.path.join(self.folder.name, "admin.sock")
        path = pathlib.Path(self.folder.name, "resources.json")
        path.write_text(json.dumps(resources))
        command = [os.path.join(BIN, "weft-proxy"), "--node-id", "sidecar~127.0.0.1~p.test~test.svc.cluster.local",
                   "--static", str(path), "--admin", "unix:" + self.admin_path, "--admin-port", "0", "--ready-port", "0",
                   "--stats-port", "0", "--dns-port", "0", *flags]
        self.log = pathlib.Path(self.folder.name, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stderr=log, stdout=log, **options)

    def wait_for(self, port):
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError("weft-proxy ended: " + self.log.read_text())
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.02)
        raise AssertionError("nothing listens: " + self.log.read_text())

    def admin(self, path, method="GET"):
        connection = http.client.HTTPConnection("localhost", timeout=DEADLINE_S)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(self.admin_path)
        connection.request(method, path)
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def terminate(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self):
        self.terminate()
        try:
            code = self.process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        if code != 0:
            print(self.log.read_text()[-8000:])  # what it died of
        self.folder.cleanup()
        return code


class Client:
    """One keep-alive connection to the proxy."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_S)
        self.stream = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def get(self, path="/", *headers, method="GET"):
        lines = [f"{method} {path} HTTP/1.1", "Host: test", *headers]
        self.send("\r\n".join(lines) + "\r\n\r\n")
        return self.read(method)

    def read(self, method="GET"):
        """(status, head lines, body) of the next response; nothing at the end."""
        head = read_head(self.stream)
        if head is None:
            return None
        status = int(head[0].split()[1])
        if method == "HEAD" or status in (101, 204, 304):
            return status, head, b""
        if header(head, "transfer-encoding") == "chunked":
            return status, head, self.read_chunks()
        return status, head, self.stream.read(int(header(head, "content-length") or 0))

    def read_chunks(self):
        body = b""
        while size := int(self.stream.readline(), 16):
            body += self.stream.read(size)
            self.stream.readline()
        while self.stream.readline() != b"\r\n":
            pass
        return body

    def close(self):
        self.stream.close()
        self.socket.close()


class WithProxy(unittest.TestCase):
    """A test whose proxy listens on self.port once started."""

    def setUp(self):
        self.port = free_port()

    def start(self, *resources, flags=()):
        proxy = Proxy(list(resources), *flags).wait_for(self.port)
        self.addCleanup(lambda: proxy.process.poll() is None and proxy.stop())
        return proxy

    def client(self):
        client = Client(self.port)
        self.addCleanup(client.close)
        return client


class Http2Client:
    """One HTTP/2 connection with prior knowledge, one request at a time."""

    PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    DATA, HEADERS, RST_STREAM, SETTINGS, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 7, 8
    END_STREAM, ACK, END_HEADERS = 1, 1, 4
    GET = b"\x82\x86\x84\x01\x04test"  # :method GET, :scheme http, :path /, :authority test (RFC 7541 appendix A)
    STATUS_200 = 0x88

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_S)
        self.stream = self.socket.makefile("rb")
        self.next_id = 1
        self.goaways = []  # the last stream that each of them names
        self.socket.sendall(self.PREFACE)
        self.send(self.SETTINGS, 0, 0, b"")

    def send(self, kind, flags, stream, payload):
        self.socket.sendall(struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload)

    def get(self):
        """The first byte of the response's fields is 200's."""
        mine, self.next_id = self.next_id, self.next_id + 2
        self.send(self.HEADERS, self.END_STREAM | self.END_HEADERS, mine, self.GET)
        is_ok = False
        while frame := self.read():
            kind, flags, stream, payload = frame
            if kind == self.RST_STREAM and stream == mine:
                break
            if kind == self.HEADERS and stream == mine:
                is_ok = payload[0] == self.STATUS_200
            if stream == mine and flags & self.END_STREAM and kind in (self.DATA, self.HEADERS):
                return is_ok
        raise ConnectionError(f"stream {mine} was not answered")

    def read(self):
        """The next frame; nothing at the end. What HTTP/2 wants answered is answered."""
        head = self.stream.read(9)
        if len(head) < 9:
            return None
        kind, flags = head[3], head[4]
        stream = struct.unpack(">I", head[5:])[0]
        payload = self.stream.read(int.from_bytes(head[:3], "big"))
        if kind == self.SETTINGS and not flags & self.ACK:
            self.send(self.SETTINGS, self.ACK, 0, b"")
        if kind == self.DATA and payload:
            self.send(self.WINDOW_UPDATE, 0, 0, struct.pack(">I", len(payload)))
        if kind == self.GOAWAY:
            self.goaways.append(struct.unpack(">I", payload[:4])[0])
        return kind, flags, stream, payload

    def close(self):
        self.stream.close()
        self.socket.close()


def wait_until(holds):
    end = time.monotonic() + DEADLINE_S
    while not holds():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.005)


def skip_unless_built():
    if not os.path.exists(os.path.join(BIN, "weft-proxy")):
        print("WEFT_BIN has no weft-proxy")
        sys.exit(77)
