"""What a proxy remembers of requests that failed: the page /why, which `weft why` asks."""

import json
import socket
import ssl
import tempfile
import unittest

from certificates import Authority
from proxy_fixture import (TYPE, Server, WithProxy, cluster, echo_http, free_port, http_listener, read_head, skip_unless_built,
                           to)

ALL = {"numerator": 1000000, "denominator": "MILLION"}
ABORT = {"envoy.filters.http.fault": {"@type": TYPE + "extensions.filters.http.fault.v3.HTTPFault",
                                      "abort": {"httpStatus": 418, "percentage": ALL}}}
ORIGIN = {"filterMetadata": {"weft": {"origin": "VirtualService shop/reviews", "file": "reviews.yaml", "line": 21}}}


class Failures(WithProxy):
    def setUp(self):
        super().setUp()
        self.backend = echo_http("backend")
        routes = [{**to("missing", {"path": "/missing"}), "metadata": ORIGIN}, to("empty", {"path": "/empty"}),
                  to("refused", {"path": "/refused"}), {**to("backend", {"path": "/abort"}), "typedPerFilterConfig": ABORT},
                  to("backend", {"path": "/good"})]
        self.proxy = self.start(cluster("backend", self.backend.port), cluster("empty"), cluster("refused", free_port()),
                                http_listener(self.port, routes))

    def failures(self, query=""):
        return json.loads(self.proxy.admin("/why" + query))["failures"]

    def ask(self, path):
        return self.client().get(path)

    def test_each_cause_has_its_flag_and_what_is_good_is_not_kept(self):
        self.ask("/good")
        self.assertEqual(self.failures(), [])
        for path, flags, details in (("/missing", "NC", "cluster_not_found"), ("/empty", "UH", "no_healthy_upstream"),
                                     ("/nowhere", "NR", "route_not_found"), ("/abort", "FI", "fault_filter_abort"),
                                     ("/refused", "UF", "upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}")):
            with self.subTest(path=path):
                self.ask(path)
                newest = self.failures("?last=1")[0]
                self.assertEqual((newest["path"], newest["flags"], newest["details"]), (path, flags, details))

    def test_the_object_is_named_and_the_query_is_not_kept(self):
        self.ask("/missing?token=secret")
        page = self.proxy.admin("/why")
        self.assertNotIn("secret", page)
        failure = json.loads(page)["failures"][0]
        self.assertEqual((failure["object"], failure["file"], failure["line"]), ("VirtualService shop/reviews", "reviews.yaml", 21))
        self.assertEqual(len(self.failures("?id=" + failure["request_id"][:8])), 1)
        self.assertEqual(self.failures("?id=zzzz"), [])


def answers(text):
    """An endpoint that says the same whatever it is sent, and leaves."""

    def serve(connection, number):
        connection.recv(65536)
        connection.sendall(text)

    return Server(serve)


def leaves_after_idling(connection, number):
    """One answer; the next request on the connection gets none."""
    stream = connection.makefile("rb")
    read_head(stream)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    read_head(stream)


class Connections(WithProxy):
    """Why a connection to an endpoint did not come about, or ended."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="weft-failures-")
        self.addCleanup(folder.cleanup)
        self.authority = Authority(folder.name)
        self.stranger = Authority(folder.name, "stranger")
        self.good = self.authority.issue("good", "DNS:shop.test")

    def serving(self, pair):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)

        def serve(connection, number):
            with context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(65536)

        return Server(serve)

    def failure(self, target, method="GET"):
        listener = http_listener(self.port, [to(target["name"])])
        proxy = self.start(target, listener)
        self.client().get("/", method=method)
        return json.loads(proxy.admin("/why"))["failures"][0]

    def over_tls(self, port, **settings):
        validation = {"trustedCa": {"filename": self.authority.root},
                      "matchTypedSubjectAltNames": [{"sanType": "DNS", "matcher": {"exact": "shop.test"}}]}
        context = {"@type": TYPE + "extensions.transport_sockets.tls.v3.UpstreamTlsContext", "sni": "shop.test",
                   "commonTlsContext": {"validationContext": validation}}
        return cluster("tls", port, transportSocket={"name": "tls", "typedConfig": context}, **settings)

    def tls_word(self, target):
        failure = self.failure(target)
        self.assertEqual((failure["flags"], failure["tried"][0]["trouble"]), ("UF", "tls_failed"))
        self.assertTrue(failure["transport_failure"].endswith(":TLS_error_end"), failure)
        return failure["transport_failure"].split("|")[1].split(":")[0]

    def test_a_refusal_and_silence_are_told_apart(self):
        failure = self.failure(cluster("refused", free_port()))
        self.assertEqual(failure["tried"][0]["trouble"], "connect_refused")
        self.assertEqual(failure["transport_failure"], "delayed_connect_error:_Connection_refused")

    def test_a_queue_that_is_full_is_a_timeout(self):
        listening = socket.socket()
        self.addCleanup(listening.close)
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            self.addCleanup(one.close)
            one.setblocking(False)
            one.connect_ex(listening.getsockname())
        failure = self.failure(cluster("silent", listening.getsockname()[1], connectTimeout="0.2s"))
        self.assertEqual((failure["flags"], failure["tried"][0]["trouble"]), ("UF", "connect_timeout"))
        self.assertNotIn("transport_failure", failure)

    def test_a_certificate_of_another_name_is_told(self):
        other = self.authority.issue("other", "DNS:other.test")
        self.assertEqual(self.tls_word(self.over_tls(self.serving(other).port)), "other_name")

    def test_a_failed_handshake_is_in_the_details_too(self):
        failure = self.failure(self.over_tls(self.serving(self.stranger.issue("strange", "DNS:shop.test")).port))
        self.assertTrue(failure["details"].startswith("upstream_reset_before_response_started{remote_connection_failure|TLS_error:|untrusted:"), failure)

    def test_a_certificate_that_has_expired_is_told(self):
        old = self.authority.issue("old", "DNS:shop.test", days="-1")
        self.assertEqual(self.tls_word(self.over_tls(self.serving(old).port)), "expired")

    def test_a_certificate_of_a_stranger_is_told(self):
        strange = self.stranger.issue("strange", "DNS:shop.test")
        self.assertEqual(self.tls_word(self.over_tls(self.serving(strange).port)), "untrusted")

    def test_an_endpoint_that_speaks_plain_text_is_told(self):
        plain = answers(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        self.assertEqual(self.tls_word(self.over_tls(plain.port)), "plain_text")

    def test_an_endpoint_that_waits_for_a_line_runs_into_the_connect_timeout(self):
        silent = Server(lambda connection, number: connection.recv(1) and connection.recv(65536) and connection.recv(65536))
        self.assertEqual(self.tls_word(self.over_tls(silent.port, connectTimeout="0.3s")), "timed_out")

    def test_plain_text_to_an_endpoint_that_wants_tls_is_told(self):
        failure = self.failure(cluster("plain", self.serving(self.good).port))
        self.assertEqual((failure["flags"], failure["tried"][0]["trouble"]), ("UC", "closed_plain_text"))

    def test_a_kept_connection_that_ends_tells_for_how_long_it_was_idle(self):
        server = Server(leaves_after_idling)
        proxy = self.start(cluster("keeps", server.port), http_listener(self.port, [to("keeps")]))
        client = self.client()
        client.get("/")
        client.get("/", "Content-Length: 0", method="POST")
        failure = json.loads(proxy.admin("/why"))["failures"][0]
        self.assertEqual((failure["flags"], failure["tried"][0]["trouble"]), ("UC", "stale_connection"))
        self.assertIn("idle_ms", failure["tried"][0])
        self.assertEqual(failure["not_retried"], "not_repeatable")


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
