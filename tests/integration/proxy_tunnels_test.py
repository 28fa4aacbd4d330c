"""Requests that leave HTTP, through weft-proxy: WebSocket over either version of HTTP on either side and between two proxies,
CONNECT that ends here or goes on; refusals and half-closed ends."""

import base64
import hashlib
import os
import socket
import struct
import unittest

import proxy_fixture as fixture
from proxy_fixture import Http2Client, Proxy, Server, WithProxy, cluster, free_port, header, http_listener, multiplexing, read_head, speaks_http2, to

ROUTE_WEBSOCKET = {"upgradeConfigs": [{"upgradeType": "websocket"}]}
KEY = base64.b64encode(b"sixteen bytes ok").decode()


def accept_for(key):
    return base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()


def frame(opcode, payload, masked=True):
    """A WebSocket frame; clients mask theirs (RFC 6455 5.3)."""
    mask = os.urandom(4) if masked else b""
    size = bytes([len(payload) | (128 if masked else 0)]) if len(payload) < 126 else \
        bytes([126 | (128 if masked else 0)]) + struct.pack(">H", len(payload))
    return bytes([0x80 | opcode]) + size + mask + (bytes(b ^ mask[i % 4] for i, b in enumerate(payload)) if masked else payload)


def read_frame(read):
    first, second = read(2)
    size = second & 127
    if size == 126:
        size = struct.unpack(">H", read(2))[0]
    mask = read(4) if second & 128 else bytes(4)
    return first & 15, bytes(b ^ mask[i % 4] for i, b in enumerate(read(size)))


def websocket_endpoint():
    """Echoes text in capitals over RFC 6455, closing handshake included; refuses what is not on /chat."""

    def serve(connection, _):
        stream = connection.makefile("rb")
        head = read_head(stream)
        if " /chat" not in head[0]:
            connection.sendall(b"HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\nno" % (b"200 OK" if "/ok" in head[0] else b"403 Forbidden"))
            return
        assert header(head, "upgrade") == "websocket" and header(head, "connection") == "upgrade", head
        connection.sendall(f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           f"Sec-WebSocket-Accept: {accept_for(header(head, 'sec-websocket-key'))}\r\n\r\n".encode())
        while True:
            opcode, payload = read_frame(stream.read)
            connection.sendall(frame(opcode, payload.upper() if opcode == 1 else payload, masked=False))
            if opcode == 8:
                return

    return Server(serve)


class Http2Tunnel(Http2Client):
    """One stream of an HTTP/2 connection that is asked to become a tunnel."""

    def __init__(self, port):
        super().__init__(port)
        self.settings, self.bytes, self.status, self.ended, self.reset = b"", b"", None, False, None

    @staticmethod
    def literal(name, value):
        return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()

    def open(self, *fields):
        self.send(self.HEADERS, self.END_HEADERS, 1, b"".join(self.literal(*field) for field in fields))
        while self.status is None and self.reset is None:
            self.take()
        return self.status

    def take(self):
        kind, flags, stream, payload = self.read()
        if kind == self.SETTINGS:
            self.settings += payload
        if stream != 1:
            return
        if kind == self.HEADERS:
            # Statuses of HPACK's static table, or :status as a literal of three digits.
            self.status = {0x88: 200, 0x8d: 404}.get(payload[0]) or int(payload[2:5])
        if kind == self.DATA:
            self.bytes += payload
            self.send(self.WINDOW_UPDATE, 0, 1, struct.pack(">I", len(payload))) if payload and not flags & 1 else None
        if kind == self.RST_STREAM:
            self.reset = struct.unpack(">I", payload)[0]
        self.ended |= kind in (self.DATA, self.HEADERS) and bool(flags & self.END_STREAM)

    def write(self, data, end=False):
        self.send(self.DATA, self.END_STREAM if end else 0, 1, data)

    def take_bytes(self, size):
        while len(self.bytes) < size:
            self.take()
        taken, self.bytes = self.bytes[:size], self.bytes[size:]
        return taken


def extended_connect(path="/chat"):
    return ((":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":path", path), (":authority", "test"),
            ("sec-websocket-version", "13"))


class Tunnels(WithProxy):
    def start_behind(self, endpoint, far_options=ROUTE_WEBSOCKET, adapt=lambda cluster: {**cluster, **speaks_http2()}):
        """Two proxies in a row: the near one asks the far one, as its cluster says."""
        far = free_port()
        far_proxy = Proxy([cluster("app", endpoint.port), http_listener(far, [to("app")], **far_options)]).wait_for(far)
        self.addCleanup(lambda: far_proxy.process.poll() is None and far_proxy.stop())
        self.start(adapt(cluster("far", far)), http_listener(self.port, [to("far")], **ROUTE_WEBSOCKET))

    def talk(self, write, read):
        for text in (b"hello", b"x" * 3000):
            write(frame(1, text))
            self.assertEqual(read_frame(read), (1, text.upper()))
        write(frame(8, b"\x03\xe8"))
        self.assertEqual(read_frame(read), (8, b"\x03\xe8"))

    def talk_over_http1(self):
        client = self.client()
        status, head, _ = client.get("/chat", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                                     f"Sec-WebSocket-Key: {KEY}")
        self.assertEqual((status, header(head, "upgrade"), header(head, "connection")), (101, "websocket", "upgrade"))
        self.assertEqual(header(head, "sec-websocket-accept"), accept_for(KEY))
        self.talk(client.send, client.stream.read)
        self.assertEqual(client.stream.read(), b"")

    def talk_over_http2(self):
        client = Http2Tunnel(self.port)
        self.addCleanup(client.close)
        self.assertEqual(client.open(*extended_connect()), 200)
        self.assertIn(b"\0\x08\0\0\0\1", client.settings)
        self.talk(client.write, client.take_bytes)
        while not client.ended:
            client.take()
        client.write(b"", end=True)

    def test_websocket_from_http1_to_http1(self):
        endpoint = websocket_endpoint()
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")], **ROUTE_WEBSOCKET))
        self.talk_over_http1()

    def test_websocket_from_http2_to_http1(self):
        endpoint = websocket_endpoint()
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")], **ROUTE_WEBSOCKET))
        self.talk_over_http2()

    def test_websocket_from_http1_to_http2(self):
        self.start_behind(websocket_endpoint())
        self.talk_over_http1()

    def test_websocket_from_http2_to_http2(self):
        self.start_behind(websocket_endpoint())
        self.talk_over_http2()

    def test_websocket_between_proxies_that_multiplex(self):
        self.start_behind(websocket_endpoint(), adapt=multiplexing)
        self.talk_over_http1()
        self.talk_over_http2()

    def test_a_refused_upgrade_is_a_response(self):
        endpoint = websocket_endpoint()
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")], **ROUTE_WEBSOCKET))
        upgrade = ("Connection: Upgrade", "Upgrade: websocket")
        self.assertEqual([self.client().get(path, *upgrade)[0::2] for path in ("/no", "/ok")], [(403, b"no"), (200, b"no")])
        # Over HTTP/2 a 200 would say that the tunnel is open.
        for path, status in (("/no", 403), ("/ok", 502)):
            client = Http2Tunnel(self.port)
            self.addCleanup(client.close)
            self.assertEqual(client.open(*extended_connect(path)), status)

    def test_an_endpoint_of_http2_that_takes_no_extended_connect(self):
        self.start_behind(websocket_endpoint(), far_options={})
        self.assertEqual(self.client().get("/chat", "Connection: Upgrade", "Upgrade: websocket")[0], 502)


def shouting():
    """A TCP endpoint: answers in capitals once its client has finished."""

    def serve(connection, _):
        data = b""
        while part := connection.recv(65536):
            data += part
        connection.sendall(data.upper())

    return Server(serve)


def connect_route(cluster_name, terminates):
    config = {"connectConfig": {}} if terminates else {}
    return to(cluster_name, match={"connectMatcher": {}}, upgradeConfigs=[{"upgradeType": "CONNECT", **config}])


class Connect(WithProxy):
    def read_all(self, client):
        client.socket.shutdown(socket.SHUT_WR)
        return client.stream.read()

    def test_ends_here_and_the_endpoint_gets_the_bytes(self):
        endpoint = shouting()
        self.start(cluster("a", endpoint.port), http_listener(self.port, [connect_route("a", True)]))
        client = self.client()
        client.send("CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\nearly ")
        self.assertEqual(read_head(client.stream)[0], "HTTP/1.1 200 OK")
        client.send("bytes")
        self.assertEqual(self.read_all(client), b"EARLY BYTES")

    def test_ends_here_over_http2(self):
        endpoint = shouting()
        self.start(cluster("a", endpoint.port), http_listener(self.port, [connect_route("a", True)]))
        client = Http2Tunnel(self.port)
        self.addCleanup(client.close)
        self.assertEqual(client.open((":method", "CONNECT"), (":authority", "db:5432")), 200)
        much = b"x" * 16000
        for _ in range(3):
            client.write(much)
        client.write(b"", end=True)
        self.assertEqual(client.take_bytes(48000), much.upper() * 3)
        while not client.ended:
            client.take()

    def test_goes_on_over_http2_and_ends_at_the_next_proxy(self):
        endpoint = shouting()
        far = free_port()
        far_proxy = Proxy([cluster("a", endpoint.port), http_listener(far, [connect_route("a", True)])]).wait_for(far)
        self.addCleanup(lambda: far_proxy.process.poll() is None and far_proxy.stop())
        self.start({**cluster("far", far), **speaks_http2()}, http_listener(self.port, [connect_route("far", False)]))
        client = self.client()
        client.send("CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\n")
        self.assertEqual(read_head(client.stream)[0], "HTTP/1.1 200 OK")
        client.send("over two hops")
        self.assertEqual(self.read_all(client), b"OVER TWO HOPS")

    def test_is_not_found_without_a_route_of_its_own(self):
        endpoint = shouting()
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]))
        self.assertEqual(self.client().get("db:5432", "Host: db:5432", method="CONNECT")[0], 400)  # two Hosts
        client = self.client()
        client.send("CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\nGET / HTTP/1.1\r\nHost: t\r\n\r\n")
        self.assertEqual(client.read()[0], 404)
        self.assertIsNone(client.read())
        self.assertEqual(endpoint.accepted, 0)


if __name__ == "__main__":
    fixture.skip_unless_built()
    unittest.main()
