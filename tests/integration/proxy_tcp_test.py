"""weft-proxy as a relay of TCP connections: bytes and ends both ways, limits, ways to fail and what the access log says of them."""

import hashlib
import os
import pathlib
import shlex
import socket
import struct
import subprocess
import tempfile
import threading
import unittest

from proxy_fixture import DEADLINE_S, Server, WithProxy, cluster, free_port, limits, skip_unless_built, tcp_listener, wait_until

BULK_BYTES = 50_000_000
PIECE = os.urandom(1 << 20)


def echo(connection, _=None):
    while data := connection.recv(1 << 16):
        connection.sendall(data)


def send_bulk(connection):
    """Sends BULK_BYTES and the end. Gives their checksum."""
    checksum = hashlib.sha256()
    for at in range(0, BULK_BYTES, len(PIECE)):
        piece = PIECE[:BULK_BYTES - at]
        checksum.update(piece)
        connection.sendall(piece)
    connection.shutdown(socket.SHUT_WR)
    return checksum.hexdigest()


def receive_all(connection):
    """(bytes, checksum) of what comes until the end."""
    checksum, size = hashlib.sha256(), 0
    while data := connection.recv(1 << 18):
        checksum.update(data)
        size += len(data)
    return size, checksum.hexdigest()


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Relay(WithProxy):
    def relay_to(self, serve):
        """Starts the proxy before an endpoint that serves all connections but the first, which is the fixture's probe."""
        endpoint = Server(lambda connection, number: number > 1 and serve(connection))
        self.addCleanup(endpoint.close)
        self.start(cluster("a", endpoint.port), tcp_listener(self.port, "a"))
        return endpoint

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE_S)
        self.addCleanup(connection.close)
        return connection

    def test_a_small_message_comes_back(self):
        self.relay_to(echo)
        client = self.client()
        for _ in range(50):
            client.send(PIECE[:1024])
            self.assertEqual(client.stream.read(1024), PIECE[:1024])

    def test_bulk_arrives_intact_in_both_directions_at_once(self):
        endpoint_saw = {}

        def serve(connection):
            sender = threading.Thread(target=lambda: endpoint_saw.update(sent=send_bulk(connection)))
            sender.start()
            endpoint_saw["received"] = receive_all(connection)
            sender.join()

        endpoint = self.relay_to(serve)
        client = self.connect()
        sent = []
        sender = threading.Thread(target=lambda: sent.append(send_bulk(client)))
        sender.start()
        received = receive_all(client)
        sender.join()
        wait_until(lambda: endpoint.closed == 2)
        self.assertEqual(endpoint_saw["received"], (BULK_BYTES, sent[0]))
        self.assertEqual(received, (BULK_BYTES, endpoint_saw["sent"]))

    def test_a_client_that_has_finished_still_gets_its_answer(self):
        self.relay_to(lambda connection: connection.sendall(connection.makefile("rb").read()[::-1]))
        client = self.client()
        client.send("abc")
        client.socket.shutdown(socket.SHUT_WR)
        self.assertEqual(client.stream.read(), b"cba")

    def test_an_endpoint_that_has_finished_still_gets_what_the_client_sends(self):
        got = []

        def serve(connection):
            connection.shutdown(socket.SHUT_WR)
            got.append(connection.makefile("rb").read())

        self.relay_to(serve)
        client = self.client()
        self.assertEqual(client.stream.read(), b"")
        client.send("the last word")
        client.socket.shutdown(socket.SHUT_WR)
        wait_until(lambda: b"the last word" in got)

    def test_the_server_may_speak_first(self):
        self.relay_to(lambda connection: (connection.sendall(b"220 ready\r\n"), connection.recv(1)))
        self.assertEqual(self.client().stream.readline(), b"220 ready\r\n")

    def test_a_reset_of_the_endpoint_reaches_the_client(self):
        self.relay_to(lambda connection: (connection.recv(1), reset(connection)))
        client = self.connect()
        client.sendall(b"x")
        with self.assertRaises(ConnectionResetError):
            client.recv(1)

    def test_a_reset_of_the_client_reaches_the_endpoint(self):
        ends = []

        def serve(connection):
            try:
                while data := connection.recv(100):
                    connection.sendall(data)
                ends.append("end")
            except ConnectionResetError:
                ends.append("reset")

        self.relay_to(serve)
        client = self.connect()
        client.sendall(b"x")
        self.assertEqual(client.recv(1), b"x")
        reset(client)
        wait_until(lambda: "reset" in ends)

    def test_a_client_that_does_not_read_stops_the_endpoint(self):
        sent = []

        def serve(connection):
            connection.settimeout(1)
            try:
                while True:
                    sent.append(connection.send(PIECE))
            except TimeoutError:
                sent.append("stalled")

        self.relay_to(serve)
        client = self.connect()
        wait_until(lambda: "stalled" in sent)
        self.assertLess(sum(sent[:-1]), 64 << 20)
        client.close()

    def test_connections_to_endpoints_are_kept_alive_as_the_cluster_says(self):
        endpoint = Server(echo)
        keepalive = {"keepaliveProbes": 3, "keepaliveTime": 77, "keepaliveInterval": 5}
        self.start(cluster("a", endpoint.port, upstreamConnectionOptions={"tcpKeepalive": keepalive}), tcp_listener(self.port, "a"))
        client = self.client()
        client.send("x")
        self.assertEqual(client.stream.read(1), b"x")
        timers = subprocess.run(["ss", "-tnoH", "state", "established", f"dport = :{endpoint.port}"], capture_output=True, text=True)
        self.assertRegex(timers.stdout, r"timer:\(keepalive,1min1[0-9]sec,0\)")

    def test_weights_divide_the_connections(self):
        endpoints = {name: Server(lambda connection, _, name=name: connection.sendall(name.encode())) for name in "ab"}
        self.start(*[cluster(name, one.port) for name, one in endpoints.items()],
                   tcp_listener(self.port, "", weightedClusters={"clusters": [{"name": "a", "weight": 75}, {"name": "b", "weight": 25}]}))
        answers = "".join(self.client().stream.read().decode() for _ in range(200))
        self.assertTrue(120 <= answers.count("a") <= 180, answers.count("a"))


class Limits(WithProxy):
    """What ends connections or keeps them from beginning, and the flags and bytes that the access log gives for it."""

    def start_logged(self, *resources):
        folder = tempfile.TemporaryDirectory(prefix="weft-proxy-log-")
        self.addCleanup(folder.cleanup)
        self.log = pathlib.Path(folder.name, "access.log")
        self.start(*resources, flags=("--access-log", str(self.log)))

    def connect(self):
        """From an address that is known even where the connection is reset at once."""
        connection = socket.socket()
        self.addCleanup(connection.close)
        connection.settimeout(DEADLINE_S)
        connection.bind(("127.0.0.1", 0))
        self.own_address = "%s:%d" % connection.getsockname()
        connection.connect(("127.0.0.1", self.port))
        return connection

    def line(self):
        """The fields of what the log says of the last connection, in Istio's default format."""
        mine = f" {self.own_address} "
        wait_until(lambda: mine in self.log.read_text())
        return shlex.split(next(line for line in self.log.read_text().splitlines() if mine in line))

    def assert_reset_with(self, flags):
        with self.assertRaises(ConnectionResetError):
            self.connect().recv(1)
        self.assertEqual(self.line()[3], flags)

    def test_a_connection_that_went_well(self):
        endpoint = Server(echo)
        self.start_logged(cluster("a", endpoint.port), tcp_listener(self.port, "a"))
        client = self.connect()
        client.sendall(b"hello")
        client.shutdown(socket.SHUT_WR)
        self.assertEqual(client.makefile("rb").read(), b"hello")
        line = self.line()
        self.assertEqual(line[1:9], ["- - -", "0", "-", "-", "-", "-", "5", "5"])
        self.assertEqual(line[10:15], ["-", "-", "-", "-", "-"])
        self.assertEqual(line[15:17], [f"127.0.0.1:{endpoint.port}", "a"])
        self.assertRegex(line[17], r"127\.0\.0\.1:\d+")  # ours, to the endpoint
        self.assertEqual(line[18:], [f"127.0.0.1:{self.port}", self.own_address, "-", "-"])

    def test_an_endpoint_that_refuses(self):
        self.start_logged(cluster("a", free_port()), tcp_listener(self.port, "a"))
        self.assert_reset_with("UF,URX")

    def test_another_endpoint_is_tried_where_the_chain_says_so(self):
        endpoint = Server(echo)
        self.start(cluster("a", free_port(), endpoint.port), tcp_listener(self.port, "a", maxConnectAttempts=2))
        for _ in range(10):
            client = self.client()
            client.send("x")
            self.assertEqual(client.stream.read(1), b"x")

    def test_no_endpoint(self):
        self.start_logged(cluster("a"), tcp_listener(self.port, "a"))
        self.assert_reset_with("UH")

    def test_no_cluster(self):
        self.start_logged(cluster("a"), tcp_listener(self.port, "another"))
        self.assert_reset_with("NC")

    def test_no_more_connections_than_the_cluster_may_have(self):
        endpoint = Server(echo)
        self.start_logged(cluster("a", endpoint.port, **limits(maxConnections=1)), tcp_listener(self.port, "a"))
        wait_until(self.log.read_text)  # the fixture's probe is over
        first = self.client()
        first.send("x")
        self.assertEqual(first.stream.read(1), b"x")
        self.assert_reset_with("UO")
        first.send("y")
        self.assertEqual(first.stream.read(1), b"y")

    def test_an_idle_connection_ends(self):
        endpoint = Server(echo)
        self.start_logged(cluster("a", endpoint.port), tcp_listener(self.port, "a", idleTimeout="0.2s"))
        self.assertEqual(self.connect().recv(1), b"")
        self.assertEqual(self.line()[3], "-")

    def test_an_old_connection_ends_however_busy(self):
        endpoint = Server(echo)
        self.start_logged(cluster("a", endpoint.port), tcp_listener(self.port, "a", maxDownstreamConnectionDuration="0.3s"))
        client = self.connect()
        with self.assertRaises(OSError):
            while True:
                client.sendall(b"x")
                if not client.recv(1):
                    raise ConnectionError("ended in order")
        self.assertEqual(self.line()[3], "DT")


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
