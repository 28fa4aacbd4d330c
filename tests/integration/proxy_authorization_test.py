#!/usr/bin/env python3
"""Authorization in weft-proxy alone: rules of Envoy's RBAC on requests and on connections, and what logs and counters tell."""

import pathlib
import socket
import tempfile
import unittest

from proxy_fixture import (DEADLINE_S, TYPE, Client, Proxy, cluster, echo_http, free_port, header, http_listener, skip_unless_built,
                           tcp_listener, to, wait_until)

RBAC = TYPE + "extensions.filters.http.rbac.v3.RBAC"
TCP_RBAC = TYPE + "extensions.filters.network.rbac.v3.RBAC"
ROUTER = {"name": "router", "typedConfig": {"@type": TYPE + "extensions.filters.http.router.v3.Router"}}


def rules(action, permission, principal=None, name="ns[a]-policy[b]-rule[0]"):
    return {"action": action, "policies": {name: {"permissions": [permission], "principals": [principal or {"any": True}]}}}


def guarded(listener, **rbac):
    """A TCP listener behind rules."""
    guard = {"name": "rbac", "typedConfig": {"@type": TCP_RBAC, "statPrefix": "tcp.", **rbac}}
    listener["filterChains"][0]["filters"].insert(0, guard)
    return listener


class Authorization(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="weft-authorization-test-")
        cls.log = pathlib.Path(cls.folder.name, "access.log")
        cls.backend = echo_http("backend")
        cls.port, cls.open_tcp, cls.closed_tcp = free_port(), free_port(), free_port()
        deny = rules("DENY", {"urlPath": {"path": {"prefix": "/admin"}}})
        trial = rules("DENY", {"header": {"name": ":method", "stringMatch": {"exact": "PUT"}}}, name="trial")
        guard = {"name": "rbac", "typedConfig": {"@type": RBAC, "rules": deny, "shadowRules": trial, "shadowRulesStatPrefix": "t_"}}
        local = {"directRemoteIp": {"addressPrefix": "127.0.0.1", "prefixLen": 32}}
        far = {"directRemoteIp": {"addressPrefix": "192.0.2.0", "prefixLen": 24}}
        cls.proxy = Proxy([
            cluster("backend", cls.backend.port),
            http_listener(cls.port, [to("backend")], httpFilters=[guard, ROUTER], normalizePath=True),
            guarded(tcp_listener(cls.open_tcp, "backend", "open"), rules=rules("ALLOW", {"any": True}, local)),
            guarded(tcp_listener(cls.closed_tcp, "backend", "closed"), rules=rules("ALLOW", {"any": True}, far)),
        ], "--access-log", str(cls.log)).wait_for(cls.port)

    @classmethod
    def tearDownClass(cls):
        assert cls.proxy.stop() == 0
        cls.folder.cleanup()

    def ask(self, path, *headers, method="GET", port=None):
        client = Client(port or self.port)
        try:
            return client.get(path, *headers, method=method)
        finally:
            client.close()

    def test_what_no_rule_refuses_passes(self):
        self.assertEqual(self.ask("/")[0], 200)
        self.assertEqual(self.ask("/?x=/admin")[0], 200)

    def test_a_refusal_says_no_more_than_that(self):
        for path in ("/admin", "/x/../admin", "/%61dmin/y", "/./admin?z"):
            accepted = self.backend.accepted
            status, head, body = self.ask(path)
            self.assertEqual((status, body), (403, b"RBAC: access denied"), path)
            self.assertEqual(header(head, "content-type"), "text/plain")
            self.assertFalse(any("policy" in line for line in head))
            self.assertEqual(self.backend.accepted, accepted)
        wait_until(lambda: "rbac_access_denied_matched_policy[ns[a]-policy[b]-rule[0]]" in self.log.read_text())

    def test_grpc_clients_get_a_status(self):
        status, head, body = self.ask("/admin", "Content-Type: application/grpc", "Content-Length: 0", method="POST")
        self.assertEqual((status, header(head, "grpc-status"), body), (200, "7", b""))

    def test_connections_are_closed_without_a_byte(self):
        self.assertEqual(self.ask("/", port=self.open_tcp)[0], 200)
        accepted = self.backend.accepted
        with socket.create_connection(("127.0.0.1", self.closed_tcp), timeout=DEADLINE_S) as client:
            self.assertEqual(client.recv(1), b"")
        self.assertEqual(self.backend.accepted, accepted)
        wait_until(lambda: "rbac_access_denied_matched_policy[none]" in self.log.read_text())

    def test_counters_name_the_rule(self):
        self.ask("/admin")
        self.assertEqual(self.ask("/", "Content-Length: 0", method="PUT")[0], 200)

        def counted():
            stats = self.proxy.admin("/stats/prometheus")
            return ('weft_rbac_denied_total{direction="unspecified",policy="ns[a]-policy[b]-rule[0]"}' in stats
                    and 'weft_rbac_shadow_denied_total{direction="unspecified",policy="trial"}' in stats
                    and 'weft_rbac_shadow_allowed_total{direction="unspecified",policy="none"}' in stats
                    and 'weft_rbac_allowed_total{direction="unspecified"}' in stats)

        wait_until(counted)


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
