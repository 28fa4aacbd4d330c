"""gRPC's own libraries on both ends, two sidecars between them: every kind of call, with deadlines, cancellation and
statuses, as if nothing were in between. C++ always; JavaScript where $GRPC_JS names a folder with @grpc/grpc-js in it."""

import os
import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))
import proxy_fixture as fixture
from proxy_fixture import Proxy, cluster, free_port, http_listener, speaks_http2, to

CPP = [os.path.join(fixture.BIN, "grpc_peer")]
JS = ["node", str(HERE / "grpc_peer.js")]
EXPECTED = """\
unary: hello, 0 '' trailer /t/Echo
large: same, 0 '' trailer /t/Echo
client streaming: 100 of 1000000, 0 '' trailer /t/Collect
server streaming: 500, 0 '' trailer /t/Expand
bidirectional: one two three 0 '' trailer /t/Chat
trailers only: 9 'not now: 100%' trailer /t/Refuse
deadline: x, 4
cancelled: x, 1
the server saw cancelled: 2
many: 1000
"""
needs_js = unittest.skipUnless(os.environ.get("GRPC_JS"), "GRPC_JS names no folder with @grpc/grpc-js")


def call(client, port):
    """What the client says of its calls; how it words what it has itself ended is its own business."""
    told = subprocess.run([*client, "client", str(port)], capture_output=True, text=True, timeout=120, check=True)
    return re.sub(r"(deadline|cancelled): x, (\d+).*", r"\1: x, \2", told.stdout)


class Grpc(unittest.TestCase):
    maxDiff = None

    def start(self, program):
        server = subprocess.Popen([*program, "server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def stop():
            server.stdin.close()
            server.wait(timeout=20)
            server.stdout.close()

        self.addCleanup(stop)
        return int(server.stdout.readline())

    def proxy_to(self, port):
        front = free_port()
        proxy = Proxy([cluster("next", port, **speaks_http2()), http_listener(front, [to("next", timeout="0s")])])
        self.addCleanup(proxy.stop)
        proxy.wait_for(front)
        return front

    def expect_all_calls(self, client, server):
        self.assertEqual(call(client, self.proxy_to(self.proxy_to(self.start(server)))), EXPECTED)

    def test_the_peers_understand_each_other_without_a_proxy(self):
        self.assertEqual(call(CPP, self.start(CPP)), EXPECTED)

    def test_cpp_calls_cpp(self):
        self.expect_all_calls(CPP, CPP)

    @needs_js
    def test_js_calls_cpp(self):
        self.expect_all_calls(JS, CPP)

    @needs_js
    def test_cpp_calls_js(self):
        self.expect_all_calls(CPP, JS)

    @needs_js
    def test_js_calls_js(self):
        self.expect_all_calls(JS, JS)

    def test_a_server_that_is_gone_is_unavailable(self):
        told = call(CPP, self.proxy_to(free_port())).splitlines()
        self.assertEqual(told[0].split(" '")[0], "unary: , 14")
        self.assertEqual(told[-1], "many: 0")


if __name__ == "__main__":
    fixture.skip_unless_built()
    unittest.main()
