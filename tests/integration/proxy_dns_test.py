"""Clusters whose endpoints are what names resolve to, with a small DNS server of the test's own."""

import socket
import threading
import unittest

from name_server import A, AAAA, OK, SERVER_FAILURE, NameServer
from proxy_fixture import Server, WithProxy, cluster, http_listener, read_head, skip_unless_built, to, wait_until


def named(name, *hosts, kind="STRICT_DNS", **settings):
    """A cluster by DNS; hosts are (name, port)."""
    endpoints = [{"endpoint": {"address": {"socketAddress": {"address": host, "portValue": port}}}} for host, port in hosts]
    return {**cluster(name), "type": kind, "respectDnsTtl": True, "dnsLookupFamily": "V4_ONLY", "dnsRefreshRate": "0.2s",
            "loadAssignment": {"clusterName": name, "endpoints": [{"lbEndpoints": endpoints}]}, **settings}


def answer_with_own_address(connection, _):
    stream = connection.makefile("rb")
    while read_head(stream) is not None:
        text = connection.getsockname()[0].encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text) + text)


class ServerOnAllAddresses(Server):
    """All of 127.0.0.0/8 is this machine: one server has as many addresses as the test wants."""

    def __init__(self, serve):
        super().__init__(serve)
        self.listening.close()
        self.listening = socket.create_server(("0.0.0.0", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()


class ByDns(WithProxy):
    def start_by(self, names, *hosts, **settings):
        self.server = ServerOnAllAddresses(answer_with_own_address)
        self.addCleanup(self.server.close)
        self.dns = NameServer(names)
        self.addCleanup(self.dns.socket.close)
        return self.start(named("out", *[(host, self.server.port) for host in hosts], **settings),
                          http_listener(self.port, [to("out")]), flags=("--resolver", self.dns.address))

    def reached(self, requests=12):
        client = self.client()
        answers = [client.get() for _ in range(requests)]
        return {body.decode() if status == 200 else status for status, _, body in answers}

    def test_all_addresses_of_all_names_are_endpoints(self):
        self.start_by({"a.test": (30, ["127.0.0.2", "127.0.0.3"]), "b.test": (30, ["127.0.0.4"])}, "a.test", "b.test")
        self.assertEqual(self.reached(), {"127.0.0.2", "127.0.0.3", "127.0.0.4"})

    def test_a_name_whose_address_changes_is_followed_and_no_request_fails(self):
        names = {"a.test": (1, ["127.0.0.2"])}
        self.start_by(names, "a.test")
        self.assertEqual(self.reached(), {"127.0.0.2"})
        names["a.test"] = (1, ["127.0.0.3"])
        seen = []
        client = self.client()

        def has_moved():
            status, _, body = client.get()
            seen.append((status, body))
            return body == b"127.0.0.3"

        wait_until(has_moved)
        self.assertEqual({status for status, _ in seen}, {200})
        self.assertEqual(self.reached(), {"127.0.0.3"})

    def test_a_resolver_that_fails_leaves_the_addresses_that_were_good(self):
        self.start_by({"a.test": (1, ["127.0.0.2"])}, "a.test")
        self.assertEqual(self.reached(), {"127.0.0.2"})
        self.dns.code, before = SERVER_FAILURE, len(self.dns.asked)
        wait_until(lambda: len(self.dns.asked) >= before + 2)
        self.assertEqual(self.reached(), {"127.0.0.2"})

    def test_a_logical_cluster_has_one_endpoint_at_a_time(self):
        self.start_by({"a.test": (30, ["127.0.0.4", "127.0.0.5"])}, "a.test", kind="LOGICAL_DNS")
        self.assertEqual(self.reached(), {"127.0.0.4"})

    def test_addresses_may_stand_among_the_names(self):
        self.start_by({}, "127.0.0.6")
        self.assertEqual(self.reached(), {"127.0.0.6"})
        self.assertEqual(self.dns.asked, [])

    def test_a_name_that_does_not_exist_has_no_healthy_endpoint(self):
        self.start_by({}, "no.test")
        wait_until(lambda: self.dns.asked)
        self.assertEqual(self.reached(), {503})

    def test_without_v6_addresses_v4_is_asked_for(self):
        self.start_by({"a.test": (30, ["127.0.0.2"])}, "a.test", dnsLookupFamily="AUTO")
        self.assertEqual(self.reached(), {"127.0.0.2"})
        self.assertEqual(self.dns.asked[:2], [("a.test", AAAA), ("a.test", A)])


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
