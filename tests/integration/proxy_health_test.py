"""How weft-proxy deals with endpoints that fail: ejection and return, death and silence under load. Endpoints are processes."""

import collections
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from proxy_fixture import (Client, Proxy, Server, address, cluster, echo_http, free_port, http_listener, limits, read_head, skip_unless_built, to,
                           wait_until)

# As Istio translates outlierDetection: {consecutive5xxErrors: 3, interval: 200ms, baseEjectionTime: 1s}.
OUTLIERS = {"outlierDetection": {"consecutive5xx": 3, "enforcingConsecutive5xx": 100, "enforcingSuccessRate": 0, "interval": "0.2s",
                                 "baseEjectionTime": "1s"},
            "commonLbConfig": {"healthyPanicThreshold": {}}, "lbPolicy": "LEAST_REQUEST", **limits(maxRetries=2**32 - 1)}
OTHER_HOSTS = {"retryHostPredicate": [{"name": "envoy.retry_host_predicates.previous_hosts"}], "hostSelectionRetryMaxAttempts": "5"}
ISTIOS_RETRIES = {"retryOn": "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes", "numRetries": 2, **OTHER_HOSTS}
IMPATIENT = {"retryOn": "5xx", "numRetries": 3, "perTryTimeout": "0.25s", **OTHER_HOSTS}


class Endpoint:
    """An echoing endpoint in a process of its own, which can be stopped and killed."""

    def __init__(self, name):
        self.process = subprocess.Popen([sys.executable, __file__, "--serve", name], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def send(self, number):
        self.process.send_signal(number)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Failing:
    """An endpoint that answers with a status that can be changed."""

    def __init__(self, status):
        self.status, self.asked = status, 0
        self.server = Server(self.serve)
        self.port = self.server.port

    def serve(self, connection, _):
        stream = connection.makefile("rb")
        while read_head(stream) is not None:
            self.asked += 1
            connection.sendall(b"HTTP/1.1 %d Status\r\nContent-Length: 0\r\n\r\n" % self.status)


class WithEndpoints(unittest.TestCase):
    def setUp(self):
        self.port = free_port()

    def start(self, ports, retries=None, shards=2, **settings):
        route = to("up", **({"retryPolicy": retries} if retries else {}))
        folder = tempfile.TemporaryDirectory(prefix="weft-health-test-")
        self.addCleanup(folder.cleanup)
        self.log = pathlib.Path(folder.name, "access.log")
        self.proxy = proxy = Proxy([cluster("up", *ports, **{**OUTLIERS, **settings}), http_listener(self.port, [route])],
                           "--concurrency", str(shards), "--access-log", str(self.log)).wait_for(self.port)
        self.addCleanup(lambda: self.assertEqual(proxy.stop(), 0))

    def processes(self, count):
        endpoints = [Endpoint(str(number)) for number in range(count)]
        for endpoint in endpoints:
            self.addCleanup(endpoint.close)
        return endpoints

    def ask(self, times=1):
        """So many requests, each on a connection of its own, so that all shards see some. Their statuses, counted."""
        statuses = collections.Counter()
        for _ in range(times):
            client = Client(self.port)
            statuses[client.get()[0]] += 1
            client.close()
        return statuses

    def load(self, seconds, meanwhile, rate=500, clients=10):
        """Requests at a steady rate for so long; `meanwhile` runs once, after a third of the time. Statuses, counted."""
        statuses, lock, begin = collections.Counter(), threading.Lock(), time.monotonic()

        def ask_on(number):
            client, asked = Client(self.port), 0
            while (due := begin + (asked * clients + number) / rate) < begin + seconds:
                time.sleep(max(0.0, due - time.monotonic()))
                status = client.get()[0]
                asked += 1
                with lock:
                    statuses[status] += 1
            client.close()

        threads = [threading.Thread(target=ask_on, args=(number,)) for number in range(clients)]
        for thread in threads:
            thread.start()
        time.sleep(seconds / 3)
        meanwhile()
        for thread in threads:
            thread.join()
        return statuses

    def figures(self, name):
        """The lines NAME of the cluster's endpoints, by port."""
        found = re.findall(rf"^up::127\.0\.0\.1:(\d+)::{name}::(.*)$", self.proxy.admin("/clusters"), re.M)
        return {int(port): value for port, value in found}

    def failures(self):
        """What the access log says of requests that were not answered with 200."""
        return [line for line in self.log.read_text().splitlines() if '" 200 ' not in line]

    def metric(self, name):
        found = re.search(rf'^{name}{{cluster_name="up"}} (\d+)$', self.proxy.admin("/stats/prometheus"), re.M)
        return int(found.group(1)) if found else 0

    def wait_for_flags(self, port, flags):
        wait_until(lambda: self.figures("health_flags")[port] == flags)


class Outliers(WithEndpoints):
    def test_an_endpoint_that_fails_is_left_out_and_tried_again_later(self):
        failing, healthy = Failing(503), [echo_http("a"), echo_http("b")]
        self.start([failing.port, *(server.port for server in healthy)])
        wait_until(lambda: self.ask()[503] == 0 and self.figures("health_flags")[failing.port] == "/failed_outlier_check")
        asked = failing.asked
        self.assertEqual(self.ask(40), {200: 40})
        self.assertEqual(failing.asked, asked)
        self.assertEqual(self.metric("envoy_cluster_outlier_detection_ejections_active"), 1)
        self.assertEqual(self.metric("envoy_cluster_outlier_detection_ejections_enforced_consecutive_5xx"), 1)
        failing.status = 200
        self.wait_for_flags(failing.port, "healthy")
        wait_until(lambda: self.ask()[200] == 1 and failing.asked > asked)
        self.assertEqual(self.metric("envoy_cluster_outlier_detection_ejections_active"), 0)

    def test_errors_that_alternate_with_successes_eject_nobody(self):
        class Alternating(Failing):
            def serve(self, connection, number):
                self.status = 500 if number % 2 else 200
                read_head(connection.makefile("rb"))
                connection.sendall(b"HTTP/1.1 %d S\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % self.status)

        endpoint = Alternating(500)
        # One shard: what two of them see in turn, the main thread hears in the order in which it gets round to them.
        self.start([endpoint.port], shards=1)
        statuses = self.ask(40)
        self.assertEqual(statuses, {200: 20, 500: 20})
        self.assertEqual(self.figures("health_flags")[endpoint.port], "healthy")

    def test_no_more_than_the_share_is_ejected(self):
        failing, healthy = [Failing(503), Failing(503)], echo_http("a")
        self.start([server.port for server in failing] + [healthy.port])
        self.ask(60)
        self.assertEqual(sorted(self.figures("health_flags").values()), ["/failed_outlier_check", "healthy", "healthy"])
        self.assertGreater(self.metric("envoy_cluster_outlier_detection_ejections_overflow"), 0)

    def test_when_all_are_ejected_nobody_is_asked_unless_there_is_a_panic_threshold(self):
        everybody = {**OUTLIERS["outlierDetection"], "maxEjectionPercent": 100, "baseEjectionTime": "60s"}
        failing = [Failing(503), Failing(503)]
        ports = [server.port for server in failing]
        self.start(ports, outlierDetection=everybody)
        wait_until(lambda: self.ask() and list(self.figures("health_flags").values()) == ["/failed_outlier_check"] * 2)
        client = Client(self.port)
        self.assertEqual(client.get()[2], b"no healthy upstream")
        client.close()

        self.port = free_port()
        self.start(ports, outlierDetection=everybody, commonLbConfig={"healthyPanicThreshold": {"value": 50}})
        wait_until(lambda: self.ask() and list(self.figures("health_flags").values()) == ["/failed_outlier_check"] * 2)
        asked = sum(server.asked for server in failing)
        self.ask(10)
        self.assertEqual(sum(server.asked for server in failing), asked + 10)


class Localities(WithEndpoints):
    """Each endpoint is alone in its group."""

    def start_groups(self, servers, groups, **settings):
        endpoints = [{"lbEndpoints": [{"endpoint": {"address": address(server.port)}}], **group} for server, group in zip(servers, groups)]
        self.start([], loadAssignment={"clusterName": "up", "endpoints": endpoints}, **settings)

    def test_the_next_priority_serves_when_the_first_has_failed_and_no_longer(self):
        near, far = Failing(200), Failing(200)
        self.start_groups([near, far], [{"priority": 0}, {"priority": 1}])
        self.ask(20)
        self.assertEqual((near.asked, far.asked), (20, 0))
        near.status = 503
        wait_until(lambda: self.ask() and self.figures("health_flags")[near.port] == "/failed_outlier_check")
        near.status, asked = 200, near.asked
        self.assertEqual(self.ask(20), {200: 20})
        self.assertEqual((near.asked, far.asked >= 20), (asked, True))
        self.wait_for_flags(near.port, "healthy")
        asked = far.asked
        self.ask(20)
        self.assertEqual(far.asked, asked)

    def test_localities_share_by_weight_where_the_cluster_weighs_them(self):
        servers = [Failing(200), Failing(200)]
        self.start_groups(servers, [{"loadBalancingWeight": 80}, {"loadBalancingWeight": 20}], lbPolicy="ROUND_ROBIN",
                          commonLbConfig={"localityWeightedLbConfig": {}, "healthyPanicThreshold": {}})
        self.ask(200)
        self.assertAlmostEqual(servers[0].asked, 160, delta=4)


class UnderLoad(WithEndpoints):
    def test_an_endpoint_that_falls_silent_is_noticed_by_few(self):
        endpoints = self.processes(3)
        silent = endpoints[0]
        self.start([endpoint.port for endpoint in endpoints], IMPATIENT,
                   outlierDetection={**OUTLIERS["outlierDetection"], "baseEjectionTime": "30s"})
        statuses = self.load(4, lambda: silent.send(signal.SIGSTOP))
        silent.send(signal.SIGCONT)
        self.assertEqual(self.figures("health_flags")[silent.port], "/failed_outlier_check")
        total = sum(statuses.values())
        self.assertLessEqual((total - statuses[200]) / total, 0.001)
        attempts = sum(int(count) for name in ("rq_success", "rq_error") for count in self.figures(name).values())
        self.assertLessEqual(attempts / total, 1.2)

    def test_no_request_fails_when_an_endpoint_dies(self):
        endpoints = self.processes(3)
        self.start([endpoint.port for endpoint in endpoints], ISTIOS_RETRIES)
        statuses = self.load(4, lambda: endpoints[0].send(signal.SIGKILL))
        self.assertEqual(dict(statuses), {200: sum(statuses.values())}, self.failures())
        self.assertGreater(sum(statuses.values()), 1500)


def serve_until_killed(name):
    server = echo_http(name)
    print(server.port, flush=True)
    signal.pause()


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "--serve":
        serve_until_killed(sys.argv[2])
    skip_unless_built()
    unittest.main()
