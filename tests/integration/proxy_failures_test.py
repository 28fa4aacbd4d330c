"""What a proxy remembers of requests that failed: the page /why, which `weft why` asks."""

import json
import unittest

from proxy_fixture import TYPE, WithProxy, cluster, echo_http, free_port, http_listener, skip_unless_built, to

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
                                     ("/refused", "UF", "upstream_reset_before_response_started{remote_connection_failure}")):
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


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
