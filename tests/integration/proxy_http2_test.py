"""weft-proxy and HTTP/2 with prior knowledge, on either side and in every combination: curl as the client, nghttpd and an
HTTP/1.1 server as endpoints, and two proxies in a row."""

import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import unittest

import proxy_fixture as fixture
from proxy_fixture import Http2Client, Proxy, Server, WithProxy, cluster, free_port, header, http_listener, multiplexing, read_head, speaks_as_client, speaks_http2, to

CURL = ["curl", "-s", "--max-time", "20"]
HTTP2 = ["--http2-prior-knowledge"]
PING = 6


def read_chunked(stream):
    body = b""
    while size := int(stream.readline(), 16):
        body += stream.read(size)
        stream.readline()
    stream.readline()
    return body


def echo_body():
    """An HTTP/1.1 endpoint that answers with the body it got."""

    def serve(connection, _):
        stream = connection.makefile("rb")
        while (head := read_head(stream)) is not None:
            length = header(head, "content-length")
            body = stream.read(int(length)) if length else read_chunked(stream) if header(head, "transfer-encoding") else b""
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nX-Asked: %s\r\n\r\n" % (len(body), head[0].encode()) + body)

    return Server(serve)


def silent():
    """An endpoint that reads and never answers, until its client leaves."""

    def serve(connection, _):
        while connection.recv(65536):
            pass

    return Server(serve)


def curl(port, path, *options):
    """Status, version and size as curl saw them, and the body."""
    told = subprocess.run([*CURL, *options, "-w", "\n%{http_code} %{http_version} %{size_download}", f"http://127.0.0.1:{port}{path}"],
                          capture_output=True, check=False)
    body, _, facts = told.stdout.rpartition(b"\n")
    return facts.decode(), body


class Http2(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = tempfile.TemporaryDirectory()
        cls.large = bytes(range(256)) * 8000
        pathlib.Path(cls.files.name, "small").write_bytes(b"small file")
        pathlib.Path(cls.files.name, "large").write_bytes(cls.large)
        cls.nghttpd_port, cls.front, cls.back = free_port(), free_port(), free_port()
        cls.nghttpd = subprocess.Popen(["nghttpd", "--no-tls", "--address=127.0.0.1", "-d", cls.files.name, str(cls.nghttpd_port)],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cls.echo, cls.silent = echo_body(), silent()
        cls.second = Proxy([
            cluster("echo", cls.echo.port), cluster("echo-as-client", cls.echo.port, **speaks_as_client()),
            cluster("files-as-client", cls.nghttpd_port, **speaks_as_client()),
            http_listener(cls.back, [to("echo-as-client", {"prefix": "/peer/as-client"}), to("files-as-client", {"prefix": "/pair/as-client"}),
                                     to("echo")]),
        ]).wait_for(cls.back)
        nobody = free_port()
        cls.proxy = Proxy([
            cluster("files", cls.nghttpd_port, **speaks_http2()), cluster("echo", cls.echo.port), cluster("silent", cls.silent.port),
            cluster("pair", cls.back, **speaks_http2()),
            multiplexing(cluster("peer", cls.back)), cluster("nobody", nobody, **speaks_http2()),
            http_listener(cls.front, [
                to("echo", {"prefix": "/echo"}), to("pair", {"prefix": "/pair"}), to("peer", {"prefix": "/peer"}), to("nobody", {"prefix": "/nobody"}),
                to("silent", {"prefix": "/silent"}), to("silent", {"prefix": "/late"}, timeout="0.2s"), to("files")]),
        ]).wait_for(cls.front)

    @classmethod
    def tearDownClass(cls):
        codes = cls.proxy.stop(), cls.second.stop()
        cls.nghttpd.terminate()
        cls.nghttpd.wait()
        cls.echo.close()
        cls.silent.close()
        cls.files.cleanup()
        assert codes == (0, 0), codes

    def test_http1_client_and_http2_endpoint(self):
        self.assertEqual(curl(self.front, "/small", "--http1.1"), ("200 1.1 10", b"small file"))

    def test_http2_client_and_http2_endpoint(self):
        self.assertEqual(curl(self.front, "/small", *HTTP2), ("200 2 10", b"small file"))
        self.assertEqual(curl(self.front, "/large", *HTTP2), (f"200 2 {len(self.large)}", self.large))
        self.assertEqual(curl(self.front, "/missing", *HTTP2)[0].split()[0], "404")

    def test_http2_client_and_http1_endpoint(self):
        self.assertEqual(curl(self.front, "/echo", *HTTP2), ("200 2 0", b""))
        self.assertEqual(curl(self.front, "/echo", *HTTP2, "--data-binary", "abc"), ("200 2 3", b"abc"))

    def test_large_bodies_pass_both_ways(self):
        sent = pathlib.Path(self.files.name, "large")
        for path in ("/echo", "/pair"):
            for version in (HTTP2, ["--http1.1"]):
                facts, body = curl(self.front, path, *version, "-X", "POST", "-T", str(sent))
                self.assertEqual(facts.split()[0], "200", (path, version))
                self.assertEqual(body, self.large, (path, version))

    def test_two_proxies_in_a_row_speak_http2_to_each_other(self):
        self.assertEqual(curl(self.front, "/pair", "--http1.1", "--data-binary", "over"), ("200 1.1 4", b"over"))
        clusters = self.proxy.admin("/clusters")
        self.assertIn(f"pair::127.0.0.1:{self.back}", clusters)

    def test_requests_of_many_http1_clients_share_a_connection_between_proxies(self):
        def connections():
            return int(re.search(r"^peer::cx_active::(\d+)$", self.proxy.admin("/clusters"), re.M).group(1))

        clients = [fixture.Client(self.front) for _ in range(30)]
        for _ in range(3):
            for client in clients:
                client.send(b"GET /peer HTTP/1.1\r\nHost: a\r\n\r\n")
            for client in clients:
                status, head, _ = client.read()
                self.assertEqual(status, 200)
                self.assertIn("GET /peer HTTP/1.1", fixture.header(head, "x-asked"))  # what the endpoint saw
        self.assertEqual(connections(), 1)
        for client in clients:
            client.close()

    def test_what_two_proxies_share_does_not_count_as_the_clients_version(self):
        """Where the second passes requests on in the version they came in, the endpoint gets what was to go to it."""
        for version, told in ((HTTP2, "2"), (["--http1.1"], "1.1")):
            self.assertEqual(curl(self.front, "/peer/as-client", *version, "--data-binary", "abc"), (f"200 {told} 3", b"abc"))
            self.assertEqual(curl(self.front, "/pair/as-client/", *version)[0].split()[0], "404", "HTTP/2 that was meant stays HTTP/2")

    def test_head_has_no_body(self):
        self.assertEqual(curl(self.front, "/small", *HTTP2, "-I")[0].split()[:2], ["200", "2"])
        self.assertEqual(curl(self.front, "/small", "--http1.1", "-I")[0].split()[:2], ["200", "1.1"])

    def test_an_endpoint_that_nobody_serves(self):
        facts, body = curl(self.front, "/nobody", *HTTP2)
        self.assertEqual(facts.split()[:2], ["503", "2"])
        self.assertIn(b"upstream connect error or disconnect/reset before headers", body)

    def test_the_routes_time(self):
        self.assertEqual(curl(self.front, "/late", *HTTP2), ("504 2 24", b"upstream request timeout"))

    def test_a_grpc_client_is_answered_in_grpc(self):
        told = subprocess.run([*CURL, *HTTP2, "-D", "-", "-o", "/dev/null", "-H", "content-type: application/grpc", "-X", "POST",
                               f"http://127.0.0.1:{self.front}/nobody"], capture_output=True, check=True).stdout.decode().lower()
        self.assertTrue(told.startswith("http/2 200"), told)
        self.assertIn("grpc-status: 14\r\n", told)

    def test_a_client_that_leaves_frees_its_endpoint(self):
        before = self.silent.accepted
        client = subprocess.Popen([*CURL, *HTTP2, f"http://127.0.0.1:{self.front}/silent"], stdout=subprocess.DEVNULL)
        fixture.wait_until(lambda: self.silent.accepted > before)
        client.send_signal(signal.SIGKILL)
        client.wait()
        fixture.wait_until(lambda: self.silent.closed == self.silent.accepted)


def frame(kind, flags=0, stream=0, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def read_frames(connection):
    """Kind, flags and stream of each frame that an HTTP/2 client sends."""
    stream = connection.makefile("rb")
    stream.read(len(Http2Client.PREFACE))
    connection.sendall(frame(Http2Client.SETTINGS))
    while head := stream.read(9):
        stream.read(int.from_bytes(head[:3], "big"))
        yield head[3], head[4], int.from_bytes(head[5:9], "big")


def answer_200(connection, stream):
    flags = Http2Client.END_HEADERS | Http2Client.END_STREAM
    connection.sendall(frame(Http2Client.HEADERS, flags, stream, bytes([Http2Client.STATUS_200])))


class Http2Connections(WithProxy):
    def test_no_more_requests_share_a_connection_than_its_cluster_wants(self):
        all_asked = threading.Barrier(6, timeout=fixture.DEADLINE_S)
        busiest = []

        def serve(connection, _):
            asked = []
            for kind, _, stream in read_frames(connection):
                if kind != Http2Client.HEADERS:
                    continue
                asked.append(stream)
                busiest.append(len(asked))
                threading.Thread(target=lambda at=stream: (all_asked.wait(), answer_200(connection, at)), daemon=True).start()

        endpoint = Server(serve)
        self.start(cluster("a", endpoint.port, **speaks_http2(maxConcurrentStreams=2)), http_listener(self.port, [to("a")]))
        clients = [self.client() for _ in range(6)]
        for client in clients:
            client.send(b"GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        self.assertEqual([client.read()[0] for client in clients], [200] * 6)
        self.assertEqual((endpoint.accepted, max(busiest)), (3, 2))

    def test_a_connection_whose_endpoint_has_gone_silent_is_closed(self):
        pings = []

        def serve(connection, number):
            for kind, flags, stream in read_frames(connection):
                if kind == Http2Client.HEADERS:
                    answer_200(connection, stream)
                if kind == PING and flags == 0:
                    pings.append(number)

        endpoint = Server(serve)
        keepalive = {"interval": "0.2s", "timeout": "0.2s"}
        self.start(cluster("a", endpoint.port, **speaks_http2(connectionKeepalive=keepalive)), http_listener(self.port, [to("a")]))
        client = self.client()
        self.assertEqual(client.get()[0], 200)
        fixture.wait_until(lambda: endpoint.closed == 1)
        self.assertEqual(pings, [1])
        self.assertEqual(client.get()[0], 200)
        self.assertEqual(endpoint.accepted, 2)

    def test_a_connection_whose_endpoint_answers_pings_is_kept(self):
        answered = []

        def serve(connection, _):
            for kind, flags, stream in read_frames(connection):
                if kind == Http2Client.HEADERS:
                    answer_200(connection, stream)
                if kind == PING and flags == 0:
                    connection.sendall(frame(PING, Http2Client.ACK, payload=b"weft\0\0\0\0"))
                    answered.append(stream)

        endpoint = Server(serve)
        keepalive = {"interval": "0.1s", "timeout": "5s"}
        self.start(cluster("a", endpoint.port, **speaks_http2(connectionKeepalive=keepalive)), http_listener(self.port, [to("a")]))
        client = self.client()
        self.assertEqual(client.get()[0], 200)
        fixture.wait_until(lambda: len(answered) >= 3)
        self.assertEqual(client.get()[0], 200)
        self.assertEqual((endpoint.accepted, endpoint.closed), (1, 0))


if __name__ == "__main__":
    fixture.skip_unless_built()
    unittest.main()
