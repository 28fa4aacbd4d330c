"""Consistent hashing in weft-proxy: the same key meets the same endpoint, and an endpoint that leaves moves only its own keys."""

import json
import re
import unittest

from proxy_fixture import Client, Proxy, cluster, echo_http, free_port, header, http_listener, skip_unless_built, to

KEYS = 400
POLICIES = {"RING_HASH": {"ringHashLbConfig": {"minimumRingSize": 1024}}, "MAGLEV": {"maglevLbConfig": {"tableSize": 65537}}}
SOURCES = {
    "header": {"header": {"headerName": "x-user"}},
    "cookie": {"cookie": {"name": "home", "ttl": "60s", "path": "/"}},
    "query": {"queryParameter": {"name": "user"}},
    "address": {"connectionProperties": {"sourceIp": True}},
}


class Affinity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.servers = {name: echo_http(name) for name in "abcde"}

    def start(self, policy, names):
        port = free_port()
        ports = [self.servers[name].port for name in names]
        routes = [to("up", {"prefix": "/" + source}, hashPolicy=[hashed]) for source, hashed in SOURCES.items()]
        proxy = Proxy([cluster("up", *ports, lbPolicy=policy, **POLICIES[policy]), http_listener(port, routes)],
                      "--concurrency", "2").wait_for(port)
        self.addCleanup(lambda: self.assertEqual(proxy.stop(), 0))
        return port

    def ask(self, port, path, *headers):
        client = Client(port)
        self.addCleanup(client.close)
        status, head, body = client.get(path, *headers)
        self.assertEqual(status, 200)
        return head, json.loads(body)["name"]

    def homes(self, port):
        """The endpoint of each key, by header."""
        client = Client(port)
        self.addCleanup(client.close)
        return [json.loads(client.get("/header", f"x-user: {key}")[2])["name"] for key in range(KEYS)]

    def test_a_key_stays_with_its_endpoint_and_leaves_only_with_it(self):
        for policy in POLICIES:
            with self.subTest(policy):
                before = self.homes(self.start(policy, "abcde"))
                self.assertEqual(set(before), set("abcde"))
                self.assertEqual(before, self.homes(self.start(policy, "edcba")))  # another proxy, another order
                after = self.homes(self.start(policy, "abde"))
                stayed = [(old, new) for old, new in zip(before, after) if old != "c"]
                moved = sum(old != new for old, new in stayed)
                self.assertLessEqual(moved, 0 if policy == "RING_HASH" else len(stayed) * 0.05)

    def test_query_parameters_and_addresses_decide_as_well(self):
        port = self.start("RING_HASH", "abcde")
        self.assertEqual(len({self.ask(port, "/query?user=ann")[1] for _ in range(20)}), 1)
        self.assertGreater(len({self.ask(port, f"/query?user={user}")[1] for user in range(40)}), 1)
        self.assertEqual(len({self.ask(port, "/address")[1] for _ in range(20)}), 1)

    def test_a_client_without_the_cookie_is_given_one_that_leads_it_back(self):
        port = self.start("MAGLEV", "abcde")
        for _ in range(20):
            head, home = self.ask(port, "/cookie")
            given = re.fullmatch(r"home=([0-9a-f]{16}); Max-Age=60; Path=/; HttpOnly", header(head, "set-cookie"))
            head, again = self.ask(port, "/cookie", f"cookie: home={given.group(1)}")
            self.assertEqual(again, home)
            self.assertIsNone(header(head, "set-cookie"))

    def test_without_a_key_all_endpoints_share(self):
        port = self.start("RING_HASH", "abcde")
        self.assertEqual({self.ask(port, "/header")[1] for _ in range(100)}, set("abcde"))


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
