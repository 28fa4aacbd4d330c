"""How weft-proxy treats connections: reuse, limits, death on both sides, bodies, upgrades, drain, bad configuration."""

import json
import os
import socket
import subprocess
import tempfile
import threading
import unittest

from proxy_fixture import (BIN, Client, Server, WithProxy, cluster, echo_http, free_port, header, http_listener, http_options,
                           limits, read_head, skip_unless_built, to, wait_until)


def one_answer_then_close(connection, _):
    """Answers one request as if the connection were kept, then closes it: what a server's idle timer does."""
    read_head(connection.makefile("rb"))
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


class Reuse(WithProxy):
    def test_requests_share_a_kept_connection(self):
        endpoint = echo_http("a")
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]))
        client = self.client()
        for _ in range(20):
            self.assertEqual(json.loads(client.get()[2])["connection"], 1)

    def test_no_request_fails_on_a_connection_that_the_endpoint_closed(self):
        endpoint = Server(one_answer_then_close)
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]))
        client = self.client()
        self.assertEqual([client.get()[0] for _ in range(100)], [200] * 100)

    def test_not_even_a_post_fails_on_a_connection_that_was_closed_before(self):
        endpoint = Server(one_answer_then_close)
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]))
        client = self.client()
        for request in range(1, 31):
            self.assertEqual(client.get(method="POST")[0], 200)
            wait_until(lambda: endpoint.closed == request)

    def test_a_connection_is_used_for_no_more_requests_than_allowed(self):
        endpoint = echo_http("a")
        self.start(cluster("a", endpoint.port, **http_options(maxRequestsPerConnection=2)), http_listener(self.port, [to("a")]))
        client = self.client()
        self.assertEqual([json.loads(client.get()[2])["connection"] for _ in range(6)], [1, 1, 2, 2, 3, 3])

    def test_requests_wait_in_line_for_the_connections_there_may_be(self):
        endpoint = echo_http("a")
        self.start(cluster("a", endpoint.port, **limits(maxConnections=2)), http_listener(self.port, [to("a")]))
        statuses = []

        def ask():
            client = Client(self.port)
            for _ in range(20):
                statuses.append(client.get()[0])
            client.close()

        threads = [threading.Thread(target=ask) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, [200] * 200)
        self.assertLessEqual(endpoint.accepted, 2)

    def test_an_endpoint_that_refuses_is_left_for_another(self):
        endpoint = echo_http("a")
        retries = {"retryOn": "connect-failure", "numRetries": 2, "hostSelectionRetryMaxAttempts": "5",
                   "retryHostPredicate": [{"name": "envoy.retry_host_predicates.previous_hosts"}]}
        self.start(cluster("a", free_port(), endpoint.port), http_listener(self.port, [to("a", retryPolicy=retries)]))
        client = self.client()
        self.assertEqual([client.get()[0] for _ in range(20)], [200] * 20)

    def test_endpoints_take_turns(self):
        endpoints = [echo_http(str(i)) for i in range(3)]
        self.start(cluster("a", *[one.port for one in endpoints]), http_listener(self.port, [to("a")]))
        client = self.client()
        names = [json.loads(client.get()[2])["name"] for _ in range(9)]
        self.assertEqual(names[:3] * 3, names)
        self.assertEqual(set(names), {"0", "1", "2"})


class Bodies(WithProxy):
    def test_large_bodies_pass_in_both_framings_and_directions(self):
        size = 3_000_000

        def serve(connection, _):
            stream = connection.makefile("rb")
            head = read_head(stream)
            got = Client.read_chunks(type("", (), {"stream": stream})) if header(head, "transfer-encoding") else stream.read(size)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(got) + got + b"\r\n0\r\n\r\n")

        endpoint = Server(serve)
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]))
        body = os.urandom(size)
        client = self.client()
        client.send(b"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n\r\n" % size + body)
        self.assertEqual(client.read()[2], body)
        client.send(b"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % size + body + b"\r\n0\r\n\r\n")
        self.assertEqual(client.read()[2], body)

    def test_a_client_that_does_not_read_stops_the_endpoint(self):
        sent = []

        def serve(connection, _):
            read_head(connection.makefile("rb"))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            connection.settimeout(1)
            try:
                while True:
                    sent.append(connection.send(b"x" * 65536))
            except TimeoutError:
                sent.append("stalled")

        endpoint = Server(serve)
        proxy = self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]))
        client = self.client()
        client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        wait_until(lambda: "stalled" in sent)
        with open(f"/proc/{proxy.process.pid}/status") as status:
            resident_kib = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
        self.assertLess(resident_kib, 64 * 1024)

    def test_the_endpoint_may_answer_before_the_body_is_there(self):
        def serve(connection, _):
            read_head(connection.makefile("rb"))
            connection.sendall(b"HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        endpoint = Server(serve)
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]))
        client = self.client()
        client.send(b"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 100000000\r\n\r\nbegin")
        self.assertEqual(client.read()[0], 413)

    def test_a_client_that_waits_for_100_is_told_to_go_on(self):
        endpoint = echo_http("a")
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]))
        client = self.client()
        client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        self.assertEqual(client.read()[0], 100)
        client.send("body")
        status, _, body = client.read()
        self.assertEqual((status, json.loads(body)["body"]), (200, 4))

    def test_a_response_that_is_cut_off_is_not_passed_off_as_complete(self):
        def serve(connection, _):
            read_head(connection.makefile("rb"))
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")

        endpoint = Server(serve)
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]))
        client = self.client()
        client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        received = client.stream.read()
        self.assertTrue(received.endswith(b"5\r\nhello\r\n"), received)

    def test_a_client_that_leaves_ends_the_exchange_with_the_endpoint(self):
        gone = threading.Event()

        def serve(connection, _):
            stream = connection.makefile("rb")
            read_head(stream)
            if not stream.read(1):
                gone.set()

        endpoint = Server(serve)
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]))
        client = Client(self.port)
        client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        wait_until(lambda: endpoint.accepted == 1)
        client.close()
        self.assertTrue(gone.wait(5))


class OtherProtocols(WithProxy):
    def test_an_upgraded_connection_becomes_a_tunnel(self):
        def serve(connection, _):
            stream = connection.makefile("rb")
            assert header(read_head(stream), "upgrade") == "websocket"
            connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello")
            while data := connection.recv(100):
                connection.sendall(data.upper())

        endpoint = Server(serve)
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")], upgradeConfigs=[{"upgradeType": "websocket"}]))
        client = self.client()
        status, head, _ = client.get("/", "Connection: Upgrade", "Upgrade: websocket")
        self.assertEqual((status, header(head, "upgrade")), (101, "websocket"))
        self.assertEqual(client.stream.read(5), b"hello")
        client.send("ping")
        self.assertEqual(client.stream.read(4), b"PING")

    def test_an_upgrade_that_is_not_allowed_is_refused(self):
        endpoint = echo_http("a")
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]))
        self.assertEqual(self.client().get("/", "Connection: Upgrade", "Upgrade: websocket")[0], 403)

    def test_what_is_not_captured_passes_through_to_where_it_was_going(self):
        listener = http_listener(self.port, [to("pass")])
        passing = {"@type": cluster("x")["@type"], "name": "pass", "type": "ORIGINAL_DST", "lbPolicy": "CLUSTER_PROVIDED"}
        # Without capture the original destination is the proxy itself: the request comes back to it, in a bounded loop
        # that its own limit ends.
        self.start({**passing, **limits(maxRequests=3)}, listener)
        self.assertEqual(self.client().get()[0], 503)


class Ends(WithProxy):
    def test_no_request_fails_when_the_proxy_ends_under_load(self):
        endpoint = echo_http("a")
        proxy = self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]))
        failures, served = [], []

        def ask():
            while True:
                try:
                    client = Client(self.port)
                except ConnectionRefusedError:
                    return  # the proxy has gone
                while (answer := client.get()) is not None:
                    served.append(answer[0])
                    if answer[0] != 200:
                        failures.append(answer)
                    if header(answer[1], "connection") == "close":
                        client.close()
                        return
                else:
                    failures.append("no answer")
                    return

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(served) >= 400)
        proxy.terminate()
        for thread in threads:
            thread.join(20)
        self.assertEqual(failures, [])
        self.assertEqual(proxy.process.wait(10), 0)

    def test_a_file_with_a_bad_resource_is_refused_by_name(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "bad.json")
        with open(path, "w") as file:
            json.dump([{**cluster("a", 1), "lbPolicy": "LOAD_BALANCING_POLICY_CONFIG"}], file)
        ran = subprocess.run([os.path.join(BIN, "weft-proxy"), "--node-id", "sidecar~127.0.0.1~p.t~t.svc.cluster.local", "--static", path,
                              "--admin-port", "0", "--ready-port", "0", "--stats-port", "0"], capture_output=True, text=True, timeout=20)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("cluster 'a': lb_policy LOAD_BALANCING_POLICY_CONFIG is not supported", ran.stderr)

    def test_several_shards_serve_one_port(self):
        endpoint = echo_http("a")
        self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]), flags=("--concurrency", "2"))
        for _ in range(50):
            client = Client(self.port)
            self.assertEqual(client.get()[0], 200)
            client.close()

    def test_an_inherited_socket_is_used_for_the_listener_of_its_address(self):
        endpoint = echo_http("a")
        inherited = socket.create_server(("127.0.0.1", 0))
        self.port = inherited.getsockname()[1]
        os.set_inheritable(inherited.fileno(), True)
        original, subprocess.Popen = subprocess.Popen, lambda *args, **options: original(*args, close_fds=False, **options)
        try:
            self.start(cluster("a", endpoint.port), http_listener(self.port, [to("a")]), flags=("--listen-fd", str(inherited.fileno())))
        finally:
            subprocess.Popen = original
        inherited.close()
        self.assertEqual(self.client().get()[0], 200)


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
