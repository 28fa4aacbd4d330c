"""Active health checks of weft-proxy: endpoints that go down and come back, asked by HTTP, gRPC and TCP, with no traffic to tell."""

import json
import pathlib
import re
import socket
import struct
import tempfile
import threading
import unittest

from proxy_fixture import (Client, Http2Client, Server, WithProxy, address, cluster, header, http_listener, read_head, skip_unless_built, to,
                           wait_until)

OFTEN = {"timeout": "0.5s", "interval": "0.05s", "noTrafficInterval": "0.05s", "unhealthyThreshold": 2, "healthyThreshold": 2}
NO_PANIC = {"commonLbConfig": {"healthyPanicThreshold": {}}}
HTTP = {"httpHealthCheck": {"path": "/healthz"}}


class Application:
    """An HTTP endpoint whose health can be changed; it can go away and come back on its port."""

    def __init__(self, name, status=200):
        self.name, self.status, self.checks = name, status, []
        self.server = Server(self.serve)
        self.port = self.server.port
        self.connections = []

    def serve(self, connection, _):
        self.connections.append(connection)
        stream = connection.makefile("rb")
        while (head := read_head(stream)) is not None:
            is_check = head[0].split()[1] == "/healthz"
            if is_check:
                self.checks.append(head)
            text = self.name.encode()
            connection.sendall(b"HTTP/1.1 %d S\r\nContent-Length: %d\r\n\r\n" % (self.status if is_check else 200, len(text)) + text)

    def go_down(self):
        self.server.listening.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def come_back(self):
        self.server.listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.server.run, daemon=True).start()


class HealthChecks(WithProxy):
    def start_with(self, check, *ports, **settings):
        checked = cluster("up", *ports, healthChecks=[{**OFTEN, **check}], **{**NO_PANIC, **settings})
        self.proxy = self.start(checked, http_listener(self.port, [to("up")]))

    def flags(self):
        found = re.findall(r"^up::127\.0\.0\.1:(\d+)::health_flags::(.*)$", self.proxy.admin("/clusters"), re.M)
        return {int(port): value for port, value in found}

    def wait_for_flags(self, port, flags):
        wait_until(lambda: self.flags()[port] == flags)

    def metric(self, name):
        found = re.search(rf'^envoy_cluster_health_check_{name}{{cluster_name="up"}} (\d+)$', self.proxy.admin("/stats/prometheus"), re.M)
        return int(found.group(1))

    def outliers(self, name):
        found = re.search(rf'^envoy_cluster_outlier_detection_{name}{{cluster_name="up"}} (\d+)$', self.proxy.admin("/stats/prometheus"), re.M)
        return int(found.group(1))

    def answers(self, times=10):
        client = self.client()
        return {(answer[0], answer[2]) for answer in (client.get() for _ in range(times))}

    def test_the_first_checks_are_done_before_the_first_request(self):
        up, down = Application("a"), Application("b", status=503)
        self.start_with(HTTP, up.port, down.port)
        self.assertEqual(self.answers(), {(200, b"a")})
        self.assertEqual(self.flags(), {up.port: "healthy", down.port: "/failed_active_hc"})
        self.assertEqual(header(up.checks[0], "host"), "up")
        self.assertEqual(header(up.checks[0], "user-agent"), "Envoy/HC")

    def test_an_endpoint_that_says_no_leaves_and_comes_back_when_it_says_yes(self):
        endpoints = [Application("a"), Application("b")]
        self.start_with(HTTP, *(one.port for one in endpoints))
        endpoints[0].status = 500
        self.wait_for_flags(endpoints[0].port, "/failed_active_hc")
        self.assertEqual(self.answers(), {(200, b"b")})
        self.assertEqual(self.metric("healthy"), 1)
        endpoints[0].status = 200
        self.wait_for_flags(endpoints[0].port, "healthy")
        self.assertEqual(self.answers(), {(200, b"a"), (200, b"b")})
        self.assertEqual(self.metric("healthy"), 2)
        self.assertEqual(self.metric("attempt"), self.metric("success") + self.metric("failure"))

    def test_an_endpoint_that_dies_is_left_out_before_a_request_meets_it(self):
        endpoints = [Application("a"), Application("b")]
        self.start_with(HTTP, *(one.port for one in endpoints))
        endpoints[1].go_down()
        self.wait_for_flags(endpoints[1].port, "/failed_active_hc")
        self.assertEqual(self.answers(), {(200, b"a")})
        self.assertGreaterEqual(self.metric("network_failure"), 2)
        endpoints[1].come_back()
        self.wait_for_flags(endpoints[1].port, "healthy")
        self.assertEqual(self.answers(), {(200, b"a"), (200, b"b")})

    def test_with_nobody_well_there_is_503_unless_a_panic_is_allowed(self):
        down = Application("a", status=503)
        self.start_with(HTTP, down.port)
        self.assertEqual(self.answers(1), {(503, b"no healthy upstream")})

    def test_a_panic_serves_from_whoever_there_is(self):
        down = Application("a", status=503)
        self.start_with(HTTP, down.port, commonLbConfig={})
        self.assertEqual(self.answers(1), {(200, b"a")})

    def test_the_check_goes_where_the_endpoint_says(self):
        serving, asked = Application("serving", status=503), Application("asked")
        endpoint = {"address": address(serving.port), "healthCheckConfig": {"portValue": asked.port, "hostname": "me"}}
        self.start_with(HTTP, loadAssignment={"clusterName": "up", "endpoints": [{"lbEndpoints": [{"endpoint": endpoint}]}]})
        self.assertEqual(self.answers(), {(200, b"serving")})
        self.assertEqual(header(asked.checks[0], "host"), "me")
        self.assertEqual(serving.checks, [])

    def test_priorities_follow_health(self):
        near, far = Application("near"), Application("far")
        groups = [{"priority": at, "lbEndpoints": [{"endpoint": {"address": address(one.port)}}]} for at, one in enumerate((near, far))]
        self.start_with(HTTP, loadAssignment={"clusterName": "up", "endpoints": groups})
        self.assertEqual(self.answers(), {(200, b"near")})
        near.status = 500
        self.wait_for_flags(near.port, "/failed_active_hc")
        self.assertEqual(self.answers(), {(200, b"far")})

    def test_a_passed_check_ends_an_ejection(self):
        failing, well = Server(lambda connection, _: None), Application("well")  # one closes whatever connects
        ejecting = {"consecutive5xx": 1, "baseEjectionTime": "3600s", "interval": "3600s", "maxEjectionPercent": 100}
        self.start_with({"tcpHealthCheck": {}}, failing.port, well.port, outlierDetection=ejecting)
        self.answers()
        wait_until(lambda: self.outliers("ejections_enforced_total") >= 1 and self.outliers("ejections_active") == 0)
        self.assertEqual(self.flags()[failing.port], "healthy")  # by TCP it is well

    def test_tcp_checks_talk(self):
        replies = {"text": b"+PONG"}

        def serve(connection, _):
            while connection.recv(4) == b"PING":
                connection.sendall(replies["text"])

        talker = Server(serve)
        self.start_with({"tcpHealthCheck": {"send": {"text": b"PING".hex()}, "receive": [{"text": b"PONG".hex()}]}}, talker.port)
        self.assertEqual(self.flags()[talker.port], "healthy")
        replies["text"] = b"-LOADING"
        self.wait_for_flags(talker.port, "/failed_active_hc")
        replies["text"] = b"+PONG"
        self.wait_for_flags(talker.port, "healthy")

    def test_grpc_checks_ask_the_standard_service(self):
        status, asked = {"now": 1}, []

        def serve(connection, _):
            peer = Http2Client.__new__(Http2Client)  # its frames, seen from the server's side
            peer.socket, peer.stream, peer.goaways = connection, connection.makefile("rb"), []
            peer.stream.read(len(Http2Client.PREFACE))
            peer.send(peer.SETTINGS, 0, 0, b"")
            while frame := peer.read():
                kind, flags, stream, payload = frame
                if kind == peer.DATA and flags & peer.END_STREAM:
                    asked.append(payload)
                    message = bytes([8, status["now"]])
                    peer.send(peer.HEADERS, peer.END_HEADERS, stream, b"\x88\x0f\x10\x10application/grpc")
                    peer.send(peer.DATA, 0, stream, b"\0" + struct.pack(">I", len(message)) + message)
                    peer.send(peer.HEADERS, peer.END_HEADERS | peer.END_STREAM, stream, b"\x00\x0bgrpc-status\x010")

        server = Server(serve)
        self.start_with({"grpcHealthCheck": {"serviceName": "shop"}}, server.port)
        self.assertEqual(self.flags()[server.port], "healthy")
        self.assertEqual(asked[0], b"\0\0\0\0\x06\x0a\x04shop")
        status["now"] = 2
        self.wait_for_flags(server.port, "/failed_active_hc")
        status["now"] = 1
        self.wait_for_flags(server.port, "healthy")
        self.assertEqual(server.accepted, 1)


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
