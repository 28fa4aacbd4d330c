"""What routes do besides forwarding: injected faults and CORS, with the settings that Weft's control plane sends."""

import pathlib
import tempfile
import time
import unittest

from proxy_fixture import (TYPE, Client, Proxy, cluster, echo_http, free_port, header, http_listener, skip_unless_built, to,
                           wait_until)

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
        cls.port = free_port()
        delay = {"fixedDelay": f"{DELAY_S}s", "percentage": ALL}
        cors = {"@type": CORS, "allowOriginStringMatch": [{"exact": "https://page.test"}], "allowMethods": "GET,PUT",
                "allowHeaders": "x-a", "exposeHeaders": "x-b", "maxAge": "60", "allowCredentials": True,
                "filterEnabled": {"defaultValue": {"numerator": 100}}}
        routes = [
            with_settings(to("backend", {"path": "/abort"}), fault={"@type": FAULT, "abort": {"httpStatus": 418, "percentage": ALL}}),
            with_settings(to("backend", {"path": "/never"}), fault={"@type": FAULT, "abort": {"httpStatus": 418, "percentage": {}}}),
            with_settings(to("backend", {"path": "/delay"}, timeout="0.25s"), fault={"@type": FAULT, "delay": delay}),
            with_settings(to("backend"), cors=cors),
        ]
        cls.proxy = Proxy([cluster("backend", cls.backend.port), http_listener(cls.port, routes)],
                          "--access-log", str(cls.log)).wait_for(cls.port)

    @classmethod
    def tearDownClass(cls):
        assert cls.proxy.stop() == 0
        cls.folder.cleanup()

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


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
