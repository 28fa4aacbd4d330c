"""Where weft-proxy sends requests, and what users are told when it cannot."""

import json
import math
import unittest

from proxy_fixture import (Client, Proxy, Server, cluster, echo_http, free_port, header, http_listener, limits, read_head,
                           skip_unless_built, to)

NO_RESPONSE = "upstream connect error or disconnect/reset before headers. reset reason: "


class Routing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.v1, cls.v2 = echo_http("v1"), echo_http("v2")
        cls.closing = Server(lambda connection, _: read_head(connection.makefile("rb")))
        cls.garbling = Server(lambda connection, _: (read_head(connection.makefile("rb")), connection.sendall(b"nonsense\r\n\r\n")))
        cls.silent = Server(lambda connection, _: connection.makefile("rb").read())
        cls.port = free_port()
        weighted = {"weightedClusters": {"clusters": [{"name": "v1", "weight": 90}, {"name": "v2", "weight": 10}]}, "timeout": "0s"}
        routes = [
            to("v2", {"prefix": "/", "headers": [{"name": "canary", "stringMatch": {"exact": "true"}}]}),
            to("nowhere", {"path": "/nc"}),
            to("empty", {"path": "/uh"}),
            to("dead", {"path": "/uf"}),
            to("closing", {"path": "/uc"}),
            to("garbling", {"path": "/upe"}),
            to("silent", {"path": "/ut"}, timeout="0.2s"),
            to("full", {"path": "/uo"}),
            to("v1", {"prefix": "/api/"}, prefixRewrite="/", hostRewriteLiteral="other.test"),
            {"match": {"path": "/moved"}, "redirect": {"pathRedirect": "/here", "responseCode": "FOUND"}},
            {"match": {"path": "/tea"}, "directResponse": {"status": 418, "body": {"inlineString": "tea"}}},
            {"match": {"prefix": "/split"}, "route": weighted},
        ]
        manager = {"normalizePath": True, "serverName": "istio-envoy"}
        cls.proxy = Proxy([cluster("v1", cls.v1.port), cluster("v2", cls.v2.port), cluster("empty"), cluster("dead", free_port()),
                           cluster("closing", cls.closing.port), cluster("garbling", cls.garbling.port),
                           cluster("silent", cls.silent.port), cluster("full", cls.v1.port, **limits(maxRequests=0)),
                           http_listener(cls.port, routes, **manager)]).wait_for(cls.port)

    @classmethod
    def tearDownClass(cls):
        assert cls.proxy.stop() == 0

    def ask(self, path, *headers, method="GET"):
        client = Client(self.port)
        self.addCleanup(client.close)
        return client.get(path, *headers, method=method)

    def check(self, path, status, text):
        answer = self.ask(path)
        self.assertEqual((answer[0], answer[2].decode()), (status, text))
        return answer[1]

    def test_a_header_chooses_the_route(self):
        for _ in range(100):
            self.assertEqual(json.loads(self.ask("/split", "canary: true")[2])["name"], "v2")

    def test_weights_split_within_a_binomial_interval(self):
        client, to_v2, total = Client(self.port), 0, 2000
        for _ in range(total):
            to_v2 += json.loads(client.get("/split")[2])["name"] == "v2"
        client.close()
        self.assertLess(abs(to_v2 - total * 0.1), 3.9 * math.sqrt(total * 0.1 * 0.9))  # 99.99 %

    def test_what_the_user_reads_when_there_is_no_response(self):
        self.assertIsNone(header(self.check("/none", 404, ""), "content-type"))
        self.check("/nc", 503, "")
        self.check("/uh", 503, "no healthy upstream")
        self.check("/uc", 503, NO_RESPONSE + "connection termination")
        self.check("/upe", 502, NO_RESPONSE + "protocol error")
        self.check("/ut", 504, "upstream request timeout")
        self.check("/uf", 503, NO_RESPONSE + "remote connection failure, transport failure reason: delayed connect error: "
                                             "Connection refused")
        self.assertEqual(header(self.check("/uo", 503, NO_RESPONSE + "overflow"), "x-envoy-overloaded"), "true")

    def test_a_route_may_redirect_or_answer(self):
        status, head, _ = self.ask("/moved?k=v")
        self.assertEqual((status, header(head, "location")), (302, "http://test/here?k=v"))
        self.assertEqual(self.ask("/tea")[::2], (418, b"tea"))

    def test_path_and_host_are_rewritten_and_the_original_is_told(self):
        head = json.loads(self.ask("/api/x?q=1")[2])["head"]
        self.assertEqual(head[0], "GET /x?q=1 HTTP/1.1")
        self.assertEqual(header(head, "host"), "other.test")
        self.assertEqual(header(head, "x-envoy-original-path"), "/api/x?q=1")

    def test_dot_segments_are_resolved_before_routing_and_forwarding(self):
        head = json.loads(self.ask("/none/../split/%2e%2e/split/x")[2])["head"]
        self.assertEqual(head[0], "GET /split/x HTTP/1.1")

    def test_what_the_proxy_adds_and_takes_away(self):
        status, answer, body = self.ask("/split", "Connection: x-secret, close", "X-Secret: 1", "X-Forwarded-Client-Cert: URI=x",
                                        "Keep-Alive: 5", "X-Mine: kept")
        head = json.loads(body)["head"]
        self.assertEqual(header(head, "x-mine"), "kept")
        self.assertEqual(header(head, "x-forwarded-proto"), "http")
        self.assertRegex(header(head, "x-request-id"), "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
        for gone in ("x-secret", "keep-alive", "x-forwarded-client-cert", "connection"):
            self.assertIsNone(header(head, gone), gone)
        self.assertEqual(header(answer, "server"), "istio-envoy")
        self.assertEqual(header(answer, "connection"), "close")
        self.assertTrue(header(answer, "x-envoy-upstream-service-time").isdigit())

    def test_a_received_request_id_is_kept(self):
        head = json.loads(self.ask("/split", "X-Request-Id: abc")[2])["head"]
        self.assertEqual(header(head, "x-request-id"), "abc")

    def test_http_1_0_is_told_to_upgrade(self):
        client = Client(self.port)
        client.send("GET /split HTTP/1.0\r\nHost: test\r\n\r\n")
        self.assertEqual(client.read()[0], 426)
        client.close()

    def test_an_answer_to_head_has_no_body(self):
        client = Client(self.port)
        self.assertEqual(client.get("/tea", method="HEAD")[0], 418)
        self.assertEqual(client.get("/tea")[2], b"tea")
        client.close()

    def test_the_dump_shows_what_runs(self):
        dump = json.loads(self.proxy.admin("/config_dump"))
        kinds = [section["@type"].rsplit(".", 1)[1] for section in dump["configs"]]
        self.assertEqual(kinds, ["ClustersConfigDump", "ListenersConfigDump", "RoutesConfigDump", "EndpointsConfigDump",
                                 "SecretsConfigDump"])
        clusters = [one["cluster"]["name"] for one in dump["configs"][0]["dynamic_active_clusters"]]
        self.assertIn("v1", clusters)


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
