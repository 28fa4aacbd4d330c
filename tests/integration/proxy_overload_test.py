"""What weft-proxy does when descriptors or memory run out: it refuses what is new, goes on with what it has, and recovers by itself."""

import os
import pathlib
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from proxy_fixture import TYPE, Client, Http2Client, Proxy, Server, WithProxy, cluster, echo_http, header, http_listener, read_head, skip_unless_built, to, wait_until

MIB = 1 << 20
WAIT = {"@type": TYPE + "extensions.filters.http.fault.v3.HTTPFault",
        "delay": {"fixedDelay": "60s", "percentage": {"numerator": 100}}}


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def endless(connection, _):
    """Answers every request with a body that never ends, as fast as it is taken."""
    stream, block = connection.makefile("rb"), b"x" * 65536
    while read_head(stream) is not None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
        while True:
            connection.sendall(block)


WAITING = {**to("up", {"prefix": "/waits"}), "typedPerFilterConfig": {"envoy.filters.http.fault": WAIT}}


class Overload(WithProxy):
    def start_proxy(self, endpoint, *flags, **options):
        routes = [to("slow", {"prefix": "/slow"}), WAITING, to("up")]
        resources = [cluster("up", endpoint.port), cluster("slow", Server(endless).port), http_listener(self.port, routes)]
        proxy = Proxy(resources, *flags, **options).wait_for(self.port)
        self.addCleanup(lambda: self.assertEqual(proxy.stop(), 0))
        return proxy

    def metric(self, proxy, name):
        found = re.search(rf"^{name} (\d+)$", proxy.admin("/stats/prometheus"), re.M)
        return int(found.group(1)) if found else 0

    def connect(self, count):
        """Connections that say nothing."""
        clients = []
        for _ in range(count):
            client = socket.create_connection(("127.0.0.1", self.port), timeout=5)
            self.addCleanup(client.close)
            clients.append(client)
        return clients


STORM = """
import socket, sys
address, request = ("127.0.0.1", int(sys.argv[1])), b"GET / HTTP/1.1\\r\\nHost: test\\r\\n\\r\\n"
while True:
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(address)
    try:
        client.send(request)
    except OSError:
        pass  # its SYN was dropped
    client.close()
"""


class Arrivals(Overload):
    """More clients connect than a proxy with a twentieth of a core can serve; all give up at once."""

    def setUp(self):
        super().setUp()
        root = pathlib.Path("/sys/fs/cgroup/cpu" if os.path.isdir("/sys/fs/cgroup/cpu") else "/sys/fs/cgroup")
        self.group = root / f"weft-arrivals-{os.getpid()}"
        try:
            self.group.mkdir()
            quota = {"cpu.cfs_period_us": "20000", "cpu.cfs_quota_us": "1000"} if root.name == "cpu" else {"cpu.max": "1000 20000"}
            for name, value in quota.items():
                (self.group / name).write_text(value)
        except OSError as error:
            self.skipTest(f"no cgroup to limit computing time with: {error}")
        self.addCleanup(self.group.rmdir)

    def storm(self):
        for _ in range(2):
            attacker = subprocess.Popen([sys.executable, "-c", STORM, str(self.port)])
            self.addCleanup(attacker.wait)
            self.addCleanup(attacker.kill)
            yield attacker

    def test_who_is_connected_is_served_while_more_come_than_can_be(self):
        here = {"match": {"prefix": "/"}, "directResponse": {"status": 200}}
        proxy = Proxy([http_listener(self.port, [here])], "--concurrency", "1").wait_for(self.port)
        self.addCleanup(lambda: self.assertEqual(proxy.stop(), 0))
        kept = self.client()
        self.assertEqual(kept.get()[0], 200)
        (self.group / "cgroup.procs").write_text(str(proxy.process.pid))
        attackers = list(self.storm())
        wait_until(lambda: self.metric(proxy, "weft_accept_overloads_total") == 1)
        for _ in range(10):
            self.assertEqual(kept.get()[0], 200)
        wait_until(lambda: self.metric(proxy, "weft_client_connections_gone_total") > 0)
        for attacker in attackers:
            attacker.kill()
            attacker.wait()
        wait_until(lambda: "clients are served again as they connect" in proxy.log.read_text())
        self.assertEqual(self.client().get()[0], 200)


class Descriptors(Overload):
    def test_half_of_the_descriptors_are_for_clients_and_the_rest_wait_without_cost(self):
        proxy = self.start_proxy(echo_http("a"), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)))
        served = self.client()
        self.assertEqual(served.get()[0], 200)
        self.assertEqual(self.metric(proxy, "weft_client_connections_max"), 128)
        crowd = self.connect(300)
        wait_until(lambda: self.metric(proxy, "weft_client_connections") == 128)
        begin, spent = time.monotonic(), cpu_seconds(proxy.process.pid)
        time.sleep(1)
        self.assertLess(cpu_seconds(proxy.process.pid) - spent, 0.1 * (time.monotonic() - begin) + 0.02)
        self.assertEqual(served.get()[0], 200)
        self.assertIn("LIVE", proxy.admin("/ready"))
        late = Client(self.port)
        late.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        self.assertEqual(select.select([late.socket], [], [], 0.2)[0], [])
        for client in crowd:
            client.close()
        self.assertEqual(late.read()[0], 200)
        late.close()

    def test_so_many_clients_and_no_more_where_that_is_said(self):
        proxy = self.start_proxy(echo_http("a"), "--clients-max", "2")
        first, second = self.client(), self.client()
        self.assertEqual([first.get()[0], second.get()[0]], [200, 200])
        third = self.client()
        third.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
        self.assertEqual(select.select([third.socket], [], [], 0.2)[0], [])
        first.close()
        self.assertEqual(third.read()[0], 200)
        self.assertEqual(self.metric(proxy, "weft_client_connections"), 2)


class Memory(Overload):
    """A proxy that may have 32 MiB, of which clients take what a test wants: by requests that wait for a minute."""

    LIMIT = 32 * MIB
    WAITS = b"POST /waits HTTP/1.1\r\nHost: test\r\nContent-Length: 16000\r\n\r\n" + b"x" * 16_000
    UNFINISHED = b"GET / HTTP/1.1\r\nHost: test\r\nX: " + b"x" * 55_000

    def start_limited(self):
        folder = tempfile.TemporaryDirectory(prefix="weft-overload-test-")
        self.addCleanup(folder.cleanup)
        self.log = pathlib.Path(folder.name, "access.log")
        self.crowd = []
        self.proxy = self.start_proxy(echo_http("a"), "--memory-limit", "32Mi", "--access-log", str(self.log))

    def join(self, count, bytes_sent):
        """So many clients come and send this; what the proxy does not take waits in the kernel."""
        for client in self.connect(count):
            client.setblocking(False)
            client.send(bytes_sent)
            self.crowd.append(client)
        self.assertLess(len(self.crowd), 4000)

    def fill(self, share):
        """Until so much of the limit is in use, by the proxy's own account."""
        while self.metric(self.proxy, "weft_memory_bytes") < share * self.LIMIT:
            self.join(4, self.WAITS)

    def burst(self, count, bytes_sent):
        """All of them wait for the proxy at once."""
        os.kill(self.proxy.process.pid, signal.SIGSTOP)
        self.join(count, bytes_sent)
        os.kill(self.proxy.process.pid, signal.SIGCONT)

    def leave(self):
        for client in self.crowd:
            client.close()

    def is_active(self, action):
        return self.metric(self.proxy, f"envoy_overload_envoy_overload_actions_{action}_active") == 1

    def answer(self):
        client = Client(self.port)
        try:
            return client.get()
        finally:
            client.close()

    def assert_recovers(self):
        self.leave()
        wait_until(lambda: not self.is_active("stop_accepting_requests") and self.answer()[0] == 200)

    def test_near_the_limit_requests_are_refused_and_connections_say_goodbye(self):
        self.start_limited()
        kept, kept2 = self.client(), Http2Client(self.port)
        self.addCleanup(kept2.close)
        self.assertEqual((kept.get()[0], kept2.get()), (200, True))
        self.fill(0.95)
        wait_until(lambda: self.is_active("stop_accepting_requests"))
        status, head, body = kept.get()
        self.assertEqual((status, body, header(head, "connection")), (503, b"envoy overloaded", "close"))
        self.assertFalse(kept2.get())
        wait_until(lambda: kept2.goaways or kept2.read() is None)
        self.assertTrue(kept2.goaways)
        self.assertIn("LIVE", self.proxy.admin("/ready"))
        wait_until(lambda: " OM " in self.log.read_text())
        self.assert_recovers()

    def test_at_the_limit_slow_readers_go_and_nobody_is_accepted(self):
        self.start_limited()
        readers = [Client(self.port) for _ in range(16)]
        for reader in readers:
            reader.send("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n")
            self.addCleanup(reader.close)
        self.fill(0.6)
        self.burst(1000, self.WAITS)
        wait_until(lambda: self.metric(self.proxy, "weft_client_connections_cut_total") > 0)
        self.assertIn("LIVE", self.proxy.admin("/ready"))
        self.assert_recovers()

    def test_unfinished_heads_are_refused_before_they_take_the_room_that_requests_need(self):
        self.start_limited()
        self.burst(1500, self.UNFINISHED)  # 80 MB
        wait_until(lambda: self.metric(self.proxy, "weft_memory_refusals_total") > 0)
        self.assertEqual(self.answer()[0], 200)
        self.assertFalse(self.is_active("stop_accepting_requests"))
        with open(f"/proc/{self.proxy.process.pid}/status") as status:
            kib = dict(re.findall(r"^(VmHWM|RssFile):\s+(\d+) kB", status.read(), re.M))
        self.assertLess((int(kib["VmHWM"]) - int(kib["RssFile"])) * 1024, self.LIMIT)
        self.assert_recovers()


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
