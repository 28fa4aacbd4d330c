"""TLS of the data plane: with clients and endpoints that are not ours, and between two proxies."""

import http.client
import json
import socket
import ssl
import tempfile
import unittest

from certificates import Authority
from free_port import free_port
from proxy_fixture import (DEADLINE_S, TYPE, Proxy, Server, WithProxy, cluster, echo_http, header, http_listener, read_head,
                           skip_unless_built, speaks_http2, tcp_listener, to)

TLS = TYPE + "extensions.transport_sockets.tls.v3."
API = "spiffe://cluster.local/ns/shop/sa/api"


def certificate(pair):
    return {"certificateChain": {"filename": pair[0]}, "privateKey": {"filename": pair[1]}}


def common(pair=None, root=None, names=(), alpn=()):
    context = {"alpnProtocols": list(alpn)}
    if pair:
        context["tlsCertificates"] = [certificate(pair)]
    if root:
        context["validationContext"] = {"trustedCa": {"filename": root}, "matchTypedSubjectAltNames": [
            {"sanType": "URI" if "://" in name else "DNS", "matcher": {"exact": name}} for name in names]}
    return context


def serves_tls(listener, pair, root=None, names=(), alpn=(), **settings):
    listener["filterChains"][0]["transportSocket"] = {"name": "envoy.transport_sockets.tls", "typedConfig": {
        "@type": TLS + "DownstreamTlsContext", "commonTlsContext": common(pair, root, names, alpn),
        "requireClientCertificate": root is not None, **settings}}
    return listener


def dials_tls(target, pair=None, root=None, names=(), alpn=(), sni=""):
    target["transportSocket"] = {"name": "envoy.transport_sockets.tls", "typedConfig": {
        "@type": TLS + "UpstreamTlsContext", "commonTlsContext": common(pair, root, names, alpn), "sni": sni}}
    return target


class Tls(WithProxy):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="weft-tls-")
        cls.authority = Authority(cls.folder.name)
        cls.server = cls.authority.issue("server", "DNS:shop.test,DNS:localhost,IP:127.0.0.1")
        cls.api = cls.authority.issue("api", f"URI:{API}")
        cls.stranger = Authority(cls.folder.name, "stranger").issue("strange", f"URI:{API}")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def context(self, pair=None, alpn=()):
        context = ssl.create_default_context(cafile=self.authority.root)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # what we send is up to the test
        if pair:
            context.load_cert_chain(*pair)
        if alpn:
            context.set_alpn_protocols(list(alpn))
        return context

    def connect(self, context, name="shop.test"):
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE_S)
        self.addCleanup(raw.close)
        wrapped = context.wrap_socket(raw, server_hostname=name)
        self.addCleanup(wrapped.close)
        return wrapped

    def ask(self, context, *headers):
        """(status, what the endpoint saw) over a connection of its own; None where the proxy closes it."""
        try:
            with self.connect(context) as connection:
                connection.sendall(("\r\n".join(["GET / HTTP/1.1", "Host: shop.test", *headers]) + "\r\n\r\n").encode())
                stream = connection.makefile("rb")
                head = read_head(stream)
                if head is None:
                    return None
                return int(head[0].split()[1]), json.loads(stream.read(int(header(head, "content-length"))))
        except (ssl.SSLError, ConnectionError):
            return None


class Termination(Tls):
    def test_requests_over_one_encrypted_connection(self):
        endpoint = echo_http("a")
        self.start(cluster("up", endpoint.port), serves_tls(http_listener(self.port, [to("up")]), self.server))
        connection = http.client.HTTPSConnection("localhost", self.port, context=self.context(), timeout=DEADLINE_S)
        for _ in range(3):
            connection.request("POST", "/", body="x" * 100_000)
            answer = json.loads(connection.getresponse().read())
            self.assertEqual((answer["name"], answer["body"]), ("a", 100_000))
        connection.close()

    def test_version_cipher_and_protocol(self):
        endpoint = echo_http("a")
        self.start(cluster("up", endpoint.port),
                   serves_tls(http_listener(self.port, [to("up")]), self.server, alpn=["h2", "http/1.1"]))
        connection = self.connect(self.context(alpn=["http/1.1", "h2"]))
        self.assertEqual((connection.version(), connection.selected_alpn_protocol()), ("TLSv1.3", "h2"))
        old = self.context()
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        connection = self.connect(old)
        self.assertEqual(connection.version(), "TLSv1.2")
        self.assertIn("ECDHE", connection.cipher()[0])
        ancient = self.context()
        ancient.minimum_version = ssl.TLSVersion.TLSv1
        ancient.maximum_version = ssl.TLSVersion.TLSv1_1
        ancient.set_ciphers("ALL:@SECLEVEL=0")
        with self.assertRaises(ssl.SSLError):
            self.connect(ancient)

    def test_a_session_is_resumed(self):
        endpoint = echo_http("a")
        self.start(cluster("up", endpoint.port), serves_tls(http_listener(self.port, [to("up")]), self.server))
        context = self.context()
        first = self.connect(context)
        first.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        first.recv(1000)
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE_S)
        second = context.wrap_socket(raw, server_hostname="shop.test", session=first.session)
        self.assertTrue(second.session_reused)
        second.close()

    def test_plain_text_is_not_answered(self):
        endpoint = echo_http("a")
        self.start(cluster("up", endpoint.port), serves_tls(http_listener(self.port, [to("up")]), self.server))
        with socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE_S) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            try:
                answer = plain.recv(1000)
            except ConnectionResetError:
                answer = b""
        self.assertNotIn(b"HTTP/", answer)
        self.assertEqual(endpoint.accepted, 0)

    def test_bytes_are_relayed_and_ended_in_order(self):
        def serve(connection, _):
            received = b""
            while not received.endswith(b"end"):
                received += connection.recv(65536)
            connection.sendall(received[::-1])

        self.start(cluster("up", Server(serve).port), serves_tls(tcp_listener(self.port, "up"), self.server))
        connection = self.connect(self.context())
        sent = bytes(range(256)) * 4000
        connection.sendall(sent + b"end")
        received = b""
        while len(received) < len(sent) + 3:
            received += connection.recv(65536)
        self.assertEqual(received, b"dne" + sent[::-1])
        self.assertEqual(connection.recv(1), b"")  # close_notify, or this would be an error


class ClientCertificates(Tls):
    def start_strict(self, **manager):
        self.endpoint = echo_http("a")
        return self.start(cluster("up", self.endpoint.port), serves_tls(
            http_listener(self.port, [to("up")], **manager), self.server, root=self.authority.root, names=[API]))

    def test_who_is_let_in(self):
        proxy = self.start_strict()
        issue = self.authority.issue
        self.assertEqual(self.ask(self.context(self.api))[0], 200)
        for why, pair in {
                "no certificate": None,
                "another root": self.stranger,
                "another name": issue("other", "URI:spiffe://cluster.local/ns/shop/sa/other"),
                "another trust domain": issue("domain", "URI:spiffe://elsewhere/ns/shop/sa/api"),
                "expired": issue("old", f"URI:{API}", days="-1"),
                "a weak key": issue("weak", f"URI:{API}", key=("rsa:1024",)),
                "not for clients": issue("usage", f"URI:{API}", extra="extendedKeyUsage=serverAuth\n"),
        }.items():
            with self.subTest(why):
                self.assertIsNone(self.ask(self.context(pair)))
        self.assertEqual(self.endpoint.accepted, 1)
        counts = proxy.admin("/stats/prometheus")
        for reason, count in (("no_certificate", 1), ("untrusted", 1), ("expired", 1), ("wrong_usage", 1), ("weak_key", 1)):
            with self.subTest(reason):
                self.assertIn(f'weft_tls_handshakes_total{{side="server",outcome="refused",reason="{reason}"}} {count}', counts)
        self.assertIn('connection_security_policy="mutual_tls"', counts)

    def test_the_endpoint_is_told_who_the_client_is(self):
        self.start_strict(forwardClientCertDetails="APPEND_FORWARD", setCurrentClientCertDetails={"subject": True, "uri": True})
        _, seen = self.ask(self.context(self.api), "x-forwarded-client-cert: By=me;URI=spiffe://forged")
        forwarded = header(seen["head"], "x-forwarded-client-cert")
        first, own = forwarded.split(",")
        self.assertEqual(first, "By=me;URI=spiffe://forged")
        self.assertRegex(own, f'^Hash=[0-9a-f]{{64}};Subject="O=leaf";URI={API}$')

    def test_a_client_cannot_say_who_it_is(self):
        self.start_strict(forwardClientCertDetails="SANITIZE_SET", setCurrentClientCertDetails={"uri": True})
        _, seen = self.ask(self.context(self.api), "x-forwarded-client-cert: URI=spiffe://forged")
        self.assertRegex(header(seen["head"], "x-forwarded-client-cert"), f"^Hash=[0-9a-f]{{64}};URI={API}$")


class Origination(Tls):
    def start_towards(self, target):
        self.start(target, http_listener(self.port, [to("up")]))

    def serve_tls(self, context, serve):
        def wrapped(connection, number):
            with context.wrap_socket(connection, server_side=True) as encrypted:
                self.seen.append((encrypted.server_hostname if hasattr(encrypted, "server_hostname") else None,
                                  encrypted.selected_alpn_protocol(), encrypted.getpeercert()))
                serve(encrypted, number)

        self.seen = []
        return Server(wrapped)

    def server_context(self, pair, root=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
        if root:
            context.load_verify_locations(root)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def test_requests_go_out_encrypted(self):
        names = []
        context = self.server_context(self.server)
        context.sni_callback = lambda _, name, __: names.append(name)
        endpoint = self.serve_tls(context, echo_http("tls").serve)
        self.start_towards(dials_tls(cluster("up", endpoint.port), root=self.authority.root, names=["shop.test"], sni="shop.test"))
        for _ in range(3):
            status, _, body = self.client().get()
            self.assertEqual((status, json.loads(body)["name"]), (200, "tls"))
        self.assertEqual(names, ["shop.test"])
        self.assertEqual(endpoint.accepted, 1)

    def test_an_endpoint_of_another_name_or_root_is_not_asked(self):
        for why, pair, names in (("another name", self.server, ["else.test"]), ("another root", self.stranger, [API])):
            with self.subTest(why):
                self.port = free_port()
                endpoint = self.serve_tls(self.server_context(pair), echo_http("tls").serve)
                self.start_towards(dials_tls(cluster("up", endpoint.port), root=self.authority.root, names=names))
                status, _, body = self.client().get()
                self.assertEqual(status, 503)
                self.assertEqual(self.seen, [])
                self.assertIn(b"remote connection failure", body)

    def test_our_certificate_is_shown(self):
        endpoint = self.serve_tls(self.server_context(self.server, self.authority.root), echo_http("tls").serve)
        self.start_towards(dials_tls(cluster("up", endpoint.port), pair=self.api, root=self.authority.root))
        self.assertEqual(self.client().get()[0], 200)
        self.assertEqual(self.seen[0][2]["subjectAltName"], (("URI", API),))


class Pair(Tls):
    """An outbound proxy that dials an inbound one, each by its certificate."""

    def start_pair(self, http2):
        self.endpoint = echo_http("app")
        inner = free_port()
        web = self.authority.issue("web", "URI:spiffe://cluster.local/ns/shop/sa/web")
        manager = {"forwardClientCertDetails": "APPEND_FORWARD", "setCurrentClientCertDetails": {"uri": True}}
        server = Proxy([cluster("app", self.endpoint.port), serves_tls(
            http_listener(inner, [to("app")], **manager), self.api, root=self.authority.root,
            names=["spiffe://cluster.local/ns/shop/sa/web"], alpn=["h2", "http/1.1"])]).wait_for(inner)
        self.addCleanup(server.stop)
        target = cluster("up", inner, **(speaks_http2() if http2 else {}))
        return self.start(dials_tls(target, pair=web, root=self.authority.root, names=[API], alpn=["istio-peer-exchange", "istio"]),
                          http_listener(self.port, [to("up")]))

    def test_requests_pass_both(self):
        for http2 in (False, True):
            with self.subTest(http2=http2):
                self.port = free_port()
                self.start_pair(http2)
                client = self.client()
                for _ in range(5):
                    status, _, body = client.get()
                    seen = json.loads(body)
                    self.assertEqual((status, seen["name"]), (200, "app"))
                    self.assertRegex(header(seen["head"], "x-forwarded-client-cert"),
                                     "^By=" + API + ";Hash=[0-9a-f]{64};URI=spiffe://cluster.local/ns/shop/sa/web$")


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
