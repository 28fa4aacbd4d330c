"""The life of a weft-proxy: how it drains and ends, and what it does when descriptors run out."""

import os
import resource
import socket
import threading
import time
import unittest

from proxy_fixture import (Client, Proxy, Server, cluster, echo_http, free_port, header, http_listener, read_head, skip_unless_built,
                           tcp_listener, to, wait_until)


def gauge(proxy, name):
    page = proxy.admin("/stats/prometheus")
    return next(float(line.split()[-1]) for line in page.splitlines() if line.split(" ")[0] == name)


class WithProxy(unittest.TestCase):
    def setUp(self):
        self.port = free_port()
        self.endpoint = echo_http("a")

    def start(self, *flags, listener=None, endpoint=None, **options):
        endpoint = endpoint or self.endpoint
        resources = [cluster("a", endpoint.port), listener or http_listener(self.port, [to("a")])]
        self.proxy = Proxy(resources, *flags, **options).wait_for(self.port)
        self.addCleanup(self.proxy.stop)
        return self.proxy

    def client(self):
        client = Client(self.port)
        self.addCleanup(client.close)
        return client

    def drain(self):
        self.proxy.terminate()
        wait_until(lambda: self.proxy.admin("/ready") == "DRAINING\n")


class Slow:
    """An endpoint that answers when it may."""

    def __init__(self):
        self.go_on = threading.Event()
        self.server = Server(self.serve)
        self.port = self.server.port

    def serve(self, connection, _):
        stream = connection.makefile("rb")
        while read_head(stream) is not None:
            self.go_on.wait(10)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


class Drain(WithProxy):
    def test_requests_under_way_finish_and_say_goodbye(self):
        slow = Slow()
        self.start("--drain-time", "10s", endpoint=slow)
        busy = self.client()
        busy.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        wait_until(lambda: slow.server.accepted == 1)
        self.drain()
        slow.go_on.set()
        status, head, body = busy.read()
        self.assertEqual((status, header(head, "connection"), body), (200, "close", b"ok"))
        self.assertEqual(self.proxy.process.wait(10), 0)

    def test_an_idle_connection_is_served_once_more_however_late_its_request_comes(self):
        self.start("--drain-time", "10s")
        idle = self.client()
        idle.get()
        self.drain()
        time.sleep(1)  # longer than any grace for requests that are on their way
        status, head, _ = idle.get()
        self.assertEqual((status, header(head, "connection")), (200, "close"))
        self.assertEqual(idle.stream.read(), b"")
        self.assertEqual(self.proxy.process.wait(10), 0)

    def test_an_idle_connection_without_a_request_ends_with_the_time_to_drain(self):
        self.start("--drain-time", "1s")
        idle = self.client()
        idle.get()
        begun = time.monotonic()
        self.proxy.terminate()
        self.assertEqual(idle.stream.read(), b"")
        self.assertGreater(time.monotonic() - begun, 0.95)
        self.assertEqual(self.proxy.process.wait(10), 0)
        self.assertLess(time.monotonic() - begun, 3)

    def test_the_proxy_ends_at_once_when_nobody_is_connected(self):
        self.start("--drain-time", "10s")
        begun = time.monotonic()
        self.assertEqual(self.proxy.stop(), 0)
        self.assertLess(time.monotonic() - begun, 2)

    def test_new_connections_are_served_while_others_drain(self):
        self.start("--drain-time", "10s")
        idle = self.client()
        idle.get()
        self.drain()
        status, head, _ = self.client().get()
        self.assertEqual((status, header(head, "connection")), (200, "close"))

    def test_what_lasts_longer_is_cut_at_the_deadline(self):
        slow = Slow()
        relay = free_port()
        resources = [cluster("a", slow.port), http_listener(self.port, [to("a")]), tcp_listener(relay, "a")]
        self.proxy = Proxy(resources, "--drain-time", "1s").wait_for(self.port)
        self.addCleanup(self.proxy.stop)
        busy, relayed = self.client(), Client(relay)
        self.addCleanup(relayed.close)
        busy.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        wait_until(lambda: slow.server.accepted == 2)
        self.proxy.terminate()
        self.assertEqual(self.proxy.process.wait(10), 0)
        self.assertEqual((busy.stream.read(), relayed.stream.read()), (b"", b""))

    def test_a_second_signal_ends_it_at_once(self):
        slow = Slow()
        self.start("--drain-time", "30s", endpoint=slow)
        busy = self.client()
        busy.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        wait_until(lambda: slow.server.accepted == 1)
        self.drain()
        self.proxy.terminate()
        self.assertEqual(self.proxy.process.wait(5), 0)

    def test_quitquitquit_drains_as_sigterm_does(self):
        self.start("--drain-time", "10s")
        idle = self.client()
        idle.get()
        self.proxy.admin("/quitquitquit", "POST")
        wait_until(lambda: self.proxy.admin("/ready") == "DRAINING\n")
        self.assertEqual(header(idle.get()[1], "connection"), "close")
        self.assertEqual(self.proxy.process.wait(10), 0)


class DrainListeners(WithProxy):
    def test_at_once_refuses_new_connections_and_serves_the_present_ones_to_their_end(self):
        self.start()
        idle = self.client()
        idle.get()
        self.proxy.admin("/drain_listeners", "POST")
        self.assertEqual(self.proxy.admin("/ready"), "DRAINING\n")
        wait_until(self.refuses)
        status, head, _ = idle.get()
        self.assertEqual((status, header(head, "connection")), (200, "close"))
        self.assertIsNone(self.proxy.process.poll())

    def test_gracefully_goes_on_accepting_for_the_time_to_drain(self):
        self.start("--drain-time", "1s")
        self.proxy.admin("/drain_listeners?graceful", "POST")
        self.assertEqual(self.proxy.admin("/ready"), "DRAINING\n")
        self.assertEqual(header(self.client().get()[1], "connection"), "close")
        wait_until(self.refuses)

    def refuses(self):
        try:
            Client(self.port).close()
            return False
        except ConnectionRefusedError:
            return True


class Descriptors(WithProxy):
    def start_with_few(self):
        self.start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)))

    def cpu_seconds(self):
        with open(f"/proc/{self.proxy.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def test_more_clients_than_descriptors_wait_outside_and_are_served_as_others_leave(self):
        self.start_with_few()
        crowd = [Client(self.port) for _ in range(1000)]
        self.assertEqual(gauge(self.proxy, "weft_client_connections_max"), 128)
        wait_until(lambda: gauge(self.proxy, "weft_client_connections") == 128)
        used, begun = self.cpu_seconds(), time.monotonic()
        time.sleep(2)
        self.assertLessEqual((self.cpu_seconds() - used) / (time.monotonic() - begun), 0.1)
        self.assertEqual(crowd[0].get()[0], 200)  # who is in is served
        for client in crowd:
            client.close()
        begun = time.monotonic()
        self.assertEqual(self.client().get()[0], 200)
        self.assertLess(time.monotonic() - begun, 1)
        self.assertGreater(gauge(self.proxy, "weft_accept_pauses_total"), 0)

    def test_a_client_that_leaves_makes_room_for_the_next_at_once(self):
        self.start_with_few()
        inside = [Client(self.port) for _ in range(128)]
        wait_until(lambda: gauge(self.proxy, "weft_client_connections") == 128)
        for leaving in inside[:20]:
            waiting = self.client()
            waiting.socket.settimeout(0.01)
            waiting.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            with self.assertRaises(TimeoutError):
                waiting.socket.recv(1)
            waiting.socket.settimeout(10)
            leaving.close()
            self.assertEqual(waiting.socket.recv(8), b"HTTP/1.1")
        for client in inside[20:]:
            client.close()


class Shards(WithProxy):
    def test_connections_are_spread_evenly(self):
        self.start("--concurrency", "2")
        wait_until(lambda: gauge(self.proxy, "weft_client_connections") == 0)  # who looked whether the proxy is there has left
        for _ in range(8):  # one by one: who comes at the same time as others may be counted a moment late
            self.assertEqual(self.client().get()[0], 200)
        threads = os.listdir(f"/proc/{self.proxy.process.pid}/task")
        watched = [self.watched_sockets(task) for task in self.epolls()]
        self.assertGreaterEqual(len(threads), 3)
        self.assertEqual(sorted(watched)[-2:], [4, 4])

    def epolls(self):
        folder = f"/proc/{self.proxy.process.pid}/fd"
        return [fd for fd in os.listdir(folder) if "eventpoll" in os.readlink(os.path.join(folder, fd))]

    def watched_sockets(self, epoll):
        """How many of the clients' connections an epoll descriptor watches."""
        ours = set()
        with open("/proc/net/tcp") as table:
            for line in table.readlines()[1:]:
                fields = line.split()
                if fields[1] == "0100007F:%04X" % self.port and fields[3] == "01":
                    ours.add(fields[9])
        with open(f"/proc/{self.proxy.process.pid}/fdinfo/{epoll}") as info:
            inodes = [int(line.split("ino:")[1].split()[0], 16) for line in info if line.startswith("tfd:")]
        return sum(str(inode) in ours for inode in inodes)


if __name__ == "__main__":
    skip_unless_built()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    unittest.main()
