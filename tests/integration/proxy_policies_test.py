"""What routes do besides forwarding: injected faults, CORS and mirrors, with the settings that Weft's control plane sends."""

import json
import pathlib
import tempfile
import time
import unittest

from proxy_fixture import (TYPE, Client, Proxy, Server, cluster, echo_http, free_port, header, http_listener, read_head,
                           skip_unless_built, to, wait_until)

ALL = {"numerator": 1000000, "denominator": "MILLION"}
FAULT = TYPE + "extensions.filters.http.fault.v3.HTTPFault"
CORS = TYPE + "extensions.filters.http.cors.v3.CorsPolicy"
DELAY_S = 0.3


def with_settings(route, **settings):
    return {**route, "typedPerFilterConfig": {"envoy.filters.http." + name: value for name, value in settings.items()}}


class Policies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="weft-policies-test-")
        cls.log = pathlib.Path(cls.folder.name, "access.log")
        cls.backend = echo_http("backend")
        cls.copies, cls.shadow = [], Server(cls.keep_copies)
        cls.port = free_port()
        delay = {"fixedDelay": f"{DELAY_S}s", "percentage": ALL}
        cors = {"@type": CORS, "allowOriginStringMatch": [{"exact": "https://page.test"}], "allowMethods": "GET,PUT",
                "allowHeaders": "x-a", "exposeHeaders": "x-b", "maxAge": "60", "allowCredentials": True,
                "filterEnabled": {"defaultValue": {"numerator": 100}}}
        routes = [
            with_settings(to("backend", {"path": "/abort"}), fault={"@type": FAULT, "abort": {"httpStatus": 418, "percentage": ALL}}),
            with_settings(to("backend", {"path": "/never"}), fault={"@type": FAULT, "abort": {"httpStatus": 418, "percentage": {}}}),
            with_settings(to("backend", {"path": "/delay"}, timeout="0.25s"), fault={"@type": FAULT, "delay": delay}),
            to("backend", {"path": "/mirrored"}, requestMirrorPolicies=[
                {"cluster": "shadow", "runtimeFraction": {"defaultValue": ALL}, "disableShadowHostSuffixAppend": True},
                {"cluster": "unreachable"}], hashPolicy=[{"connectionProperties": {"sourceIp": True}}]),
            with_settings(to("backend"), cors=cors),
        ]
        cls.proxy = Proxy([cluster("backend", cls.backend.port), cluster("shadow", cls.shadow.port),
                           cluster("unreachable", free_port()), http_listener(cls.port, routes)],
                          "--access-log", str(cls.log)).wait_for(cls.port)

    @classmethod
    def tearDownClass(cls):
        assert cls.proxy.stop() == 0
        cls.folder.cleanup()

    @classmethod
    def keep_copies(cls, connection, _):
        """An endpoint that notes what it gets and says that it failed."""
        stream = connection.makefile("rb")
        while (head := read_head(stream)) is not None:
            cls.copies.append((head, stream.read(int(header(head, "content-length") or 0))))
            connection.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nlost")

    def ask(self, path, *headers, method="GET"):
        client = Client(self.port)
        self.addCleanup(client.close)
        return client.get(path, *headers, method=method)

    def wait_for_line(self, *texts):
        wait_until(lambda: self.log.exists() and any(all(text in line for text in texts) for line in self.log.read_text().splitlines()))

    def test_an_injected_abort_is_told_as_such(self):
        status, _, body = self.ask("/abort")
        self.assertEqual((status, body), (418, b"fault filter abort"))
        self.wait_for_line("/abort", " 418 FI ")

    def test_a_share_of_nothing_is_nothing(self):
        self.assertEqual(self.ask("/never")[0], 200)

    def test_an_injected_delay_lasts_and_is_no_part_of_the_timeout(self):
        begin = time.monotonic()
        self.assertEqual(self.ask("/delay")[0], 200)
        self.assertGreaterEqual(time.monotonic() - begin, DELAY_S)
        self.wait_for_line("/delay", " 200 DI ")

    def test_a_preflight_is_answered_by_the_proxy(self):
        status, head, body = self.ask("/", "Origin: https://page.test", "Access-Control-Request-Method: PUT", method="OPTIONS")
        self.assertEqual((status, body), (200, b""))
        self.assertEqual(header(head, "access-control-allow-origin"), "https://page.test")
        self.assertEqual(header(head, "access-control-allow-methods"), "GET,PUT")
        self.assertEqual(header(head, "access-control-allow-headers"), "x-a")
        self.assertEqual(header(head, "access-control-max-age"), "60")
        self.assertEqual(header(head, "access-control-allow-credentials"), "true")

    def test_a_page_may_read_the_responses_to_its_requests(self):
        status, head, body = self.ask("/", "Origin: https://page.test")
        self.assertEqual(status, 200)
        self.assertIn(b"backend", body)
        self.assertEqual(header(head, "access-control-allow-origin"), "https://page.test")
        self.assertEqual(header(head, "access-control-expose-headers"), "x-b")

    def test_other_origins_are_forwarded_without_permission(self):
        for method, more in (("GET", ()), ("OPTIONS", ("Access-Control-Request-Method: PUT",))):
            status, head, body = self.ask("/", "Origin: https://other.test", *more, method=method)
            self.assertEqual(status, 200)
            self.assertIn(b"backend", body)
            self.assertIsNone(header(head, "access-control-allow-origin"))

    def test_a_mirror_sees_the_requests_and_its_answers_are_seen_by_nobody(self):
        client = Client(self.port)
        self.addCleanup(client.close)
        for number in range(20):
            client.send(f"POST /mirrored HTTP/1.1\r\nHost: test\r\nX-Number: {number}\r\nContent-Length: 4\r\n\r\nbody")
            status, _, body = client.read()
            self.assertEqual((status, json.loads(body)["name"], json.loads(body)["body"]), (200, "backend", 4))
        wait_until(lambda: len(self.copies) == 20)
        self.assertEqual({int(header(head, "x-number")) for head, _ in self.copies}, set(range(20)))
        self.assertEqual({(head[0], header(head, "host"), body) for head, body in self.copies},
                         {("POST /mirrored HTTP/1.1", "test", b"body")})


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
