"""Retries through weft-proxy: what requests ask for, and what a proxy of ours in front of the endpoint says."""

import socket
import unittest

import proxy_fixture as fixture
from proxy_fixture import Proxy, Server, WithProxy, cluster, echo_http, free_port, header, http_listener, multiplexing, read_head, to

MARK = "x-weft-not-delivered"


def answering(status, *fields):
    """An HTTP/1.1 endpoint that gives the same answer to everything."""
    lines = "".join(field + "\r\n" for field in fields)

    def serve(connection, _):
        stream = connection.makefile("rb")
        while read_head(stream) is not None:
            connection.sendall(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n{lines}\r\n".encode())

    return Server(serve)


class Asked(WithProxy):
    def test_an_internal_client_is_heard_and_others_are_not(self):
        bad, good = answering(503), echo_http("good")
        internal = {"cidrRanges": [{"addressPrefix": "10.0.0.0", "prefixLen": 8}]}
        self.start(cluster("a", bad.port, good.port), http_listener(self.port, [to("a")], internalAddressConfig=internal))
        wish = ("x-envoy-retry-on: 5xx", "x-envoy-max-retries: 3")
        heard = [self.client().get("/", *wish, "x-forwarded-for: 10.0.0.1")[0] for _ in range(6)]
        self.assertEqual(heard, [200] * 6)
        unheard = [self.client().get("/", *wish, "x-forwarded-for: 192.0.2.1")[0] for _ in range(6)]
        self.assertIn(503, unheard)


class NotDelivered(WithProxy):
    def sidecar_of(self, app_port):
        """A proxy in front of an application, as weftd configures it: its port."""
        port = free_port()
        listener = {**http_listener(port, [to("app")]), "trafficDirection": "INBOUND"}
        proxy = Proxy([cluster("app", app_port), listener]).wait_for(port)
        self.addCleanup(lambda: proxy.process.poll() is None and proxy.stop())
        return port

    def start_client(self, *sidecars):
        retry = {"retryPolicy": {"retryOn": "connect-failure", "numRetries": 2,
                                 "retryHostPredicate": [{"name": "envoy.retry_host_predicates.previous_hosts"}],
                                 "hostSelectionRetryMaxAttempts": 5}}
        self.start(multiplexing(cluster("far", *sidecars)), http_listener(self.port, [to("far", **retry)]))

    def test_is_tried_elsewhere_if_it_can_be_repeated(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))  # nobody listens there
            good = echo_http("good")
            self.start_client(self.sidecar_of(closed.getsockname()[1]), self.sidecar_of(good.port))
            self.assertEqual([self.client().get()[0] for _ in range(6)], [200] * 6)
            posted = [self.client().get("/", method="POST") for _ in range(6)]
        self.assertIn(503, [status for status, _, _ in posted])
        self.assertTrue(all(header(head, MARK) is None for _, head, _ in posted))

    def test_is_not_believed_from_an_application(self):
        liar = answering(503, MARK + ": 1")
        self.start_client(self.sidecar_of(liar.port), self.sidecar_of(liar.port))
        status, head, _ = self.client().get()
        self.assertEqual((status, header(head, MARK)), (503, None))
        self.assertEqual(liar.accepted, 1)


if __name__ == "__main__":
    fixture.skip_unless_built()
    unittest.main()
