#!/usr/bin/env python3
"""What floods do to weft-proxy: after how much of one its connection is cut, how much memory it takes, what a bystander feels of it.

Two programs: `floods` (each flood by itself, then by four attackers who connect again as soon as they are cut), `held` (memory that one
client's unfinished head holds). The proxy has core 1, the attackers core 0 at nice 19; the bystander has core 0 before them, asks one
request a millisecond over HTTP/1.1, and is answered by the proxy itself. Linux, root, standard library only.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import select
import signal
import socket
import socketserver
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from adapters import weft
from harness import cpu_clock_ns
from restarts import free_port

ATTACKERS = 4
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 2, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS = 1, 4
GET = b"\x82\x86\x84\x41\x01t"     # :method GET, :scheme http, :path /, :authority t, which enters the table
POST = b"\x83\x86\x04\x03/up\x41\x01t"
GET_BIG = b"\x82\x86\x04\x04/big\x41\x01t"


def frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def streams():
    return itertools.count(1, 2)


def rapid_reset():
    for stream in streams():
        yield frame(HEADERS, END_STREAM | END_HEADERS, stream, POST) + frame(RST_STREAM, 0, stream, b"\0\0\0\x08")


def made_reset():
    """Requests without a path, each of which has to be answered with a reset."""
    for stream in streams():
        yield frame(HEADERS, END_STREAM | END_HEADERS, stream, b"\x82\x86")


def continuations(payload):
    yield frame(HEADERS, 0, 1, b"\x82")
    while True:
        yield frame(CONTINUATION, 0, 1, payload)


def after_request(unit):
    """Frames on a stream that is open."""
    yield frame(HEADERS, END_HEADERS, 1, POST)
    while True:
        yield unit


def forever(unit):
    return itertools.repeat(unit)


def hpack_bomb():
    """One field of 4 KiB, then as many references of a byte each as a block may have; every stream anew."""
    value = b"x" * 4000
    field = b"\x40\x06cookie\x7f" + bytes([(len(value) - 127) & 0x7f | 0x80, (len(value) - 127) >> 7]) + value
    yield frame(HEADERS, END_STREAM | END_HEADERS, 1, GET + field + b"\xbe" * 12_000)
    for stream in itertools.count(3, 2):
        yield frame(HEADERS, END_STREAM | END_HEADERS, stream, GET + b"\xbf" * 16_000)


def zero_window():
    """Asks for large answers and takes nothing of them."""
    yield frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 0))
    for stream in itertools.islice(streams(), 100):
        yield frame(HEADERS, END_STREAM | END_HEADERS, stream, GET_BIG)


def pipelined():
    return forever(b"GET / HTTP/1.1\r\nHost: t\r\n\r\n")


def chunk_extensions():
    yield b"POST /up HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"1;" + b"e" * 1000 + b"\r\nx\r\n"


def empty_extensions():
    yield b"POST /up HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"1;a=b\r\nx\r\n"


def huge_head():
    yield b"GET / HTTP/1.1\r\nHost: t\r\n"
    for number in itertools.count():
        yield b"x%d: " % number + b"y" * 1000 + b"\r\n"


def many_fields():
    yield b"GET / HTTP/1.1\r\nHost: t\r\n"
    while True:
        yield b"a:b\r\n"


def slow_reader():
    yield b"GET /big HTTP/1.1\r\nHost: t\r\n\r\n"


def slow_head():
    yield b"GET / HTTP/1.1\r\nHost: t\r\n"


# Name, what is sent, in units; the most units that may pass before the connection is cut (None: it lives, bounded).
HTTP2 = [
    ("rapid reset", rapid_reset, 501), ("resets that we are made to send", made_reset, 501),
    ("CONTINUATION, 48 bytes each", lambda: continuations(b"\0\x01a\x2c" + b"b" * 44), 10), ("CONTINUATION, empty", lambda: continuations(b""), 10),
    ("PING", lambda: forever(frame(PING, 0, 0, b"12345678")), 1_200), ("SETTINGS", lambda: forever(frame(SETTINGS, 0, 0)), 1_200),
    ("PRIORITY", lambda: forever(frame(PRIORITY, 0, 1, b"\0\0\0\0\x10")), 1_200),
    ("WINDOW_UPDATE", lambda: forever(frame(WINDOW_UPDATE, 0, 0, b"\0\0\0\x01")), 1_200),
    ("empty DATA", lambda: after_request(frame(DATA, 0, 1)), 1_200), ("frames of unknown types", lambda: forever(frame(0xfa, 0, 0, b"x")), 1_200),
    ("HPACK bomb", hpack_bomb, 5), ("100 answers of 64 MiB, window 0", zero_window, None),
]
HTTP1 = [
    ("requests without reading the answers", pipelined, None), ("chunk extensions, 1,000 bytes each", chunk_extensions, 20),
    ("chunk extensions, 3 bytes each", empty_extensions, 6_000), ("a head without end", huge_head, 62), ("a head of many fields", many_fields, 102),
    ("an answer that is not read", slow_reader, None), ("a head that comes slowly", slow_head, None),
]


def connect(port):
    client = socket.create_connection(("127.0.0.1", port), timeout=5)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def has_ended(client):
    """The proxy has closed, or has said goodbye with an error. What else it has sent is left unread."""
    try:
        if not select.select([client], [], [], 0)[0]:
            return False
        if not (seen := client.recv(1 << 16, socket.MSG_PEEK)):
            return True
        if b"HTTP/1.1 4" in seen:
            return True
        at = 0
        while at + 9 <= len(seen):
            if seen[at + 3] == GOAWAY:
                return True
            at += 9 + int.from_bytes(seen[at:at + 3], "big")
        return False
    except OSError:
        return True


def units_until_cut(port, flood, is_http2, most=20_000):
    """How many units were sent when the connection had ended; nothing if it lives on. The proxy gets time after each few."""
    client, sent = connect(port), 0
    client.settimeout(1)
    try:
        if is_http2:
            client.sendall(PREFACE + frame(SETTINGS, 0, 0))
        for unit in itertools.islice(flood(), most):
            client.sendall(unit)
            sent += 1
            if sent % 10 == 0 or len(unit) > 500:
                time.sleep(0.002)
            if has_ended(client):
                return sent
        time.sleep(0.3)
        return sent if has_ended(client) else None
    except OSError as why:
        return None if isinstance(why, TimeoutError) else sent
    finally:
        client.close()


def attack(port, flood, is_http2, connections):
    """Floods until it is killed; a connection that is cut is followed by another."""
    os.nice(19)
    blob = (PREFACE + frame(SETTINGS, 0, 0) if is_http2 else b"") + b"".join(itertools.islice(flood(), 4_000))
    held = []
    while True:
        client = connect(port)
        client.settimeout(0.5)
        try:
            client.sendall(blob)
            while len(blob) > 1_000 and not has_ended(client):
                client.sendall(blob[-len(blob) // 2:] if not is_http2 else b"")
                time.sleep(0.01)
        except OSError:
            pass
        held.append(client)
        if len(held) >= connections:
            held.pop(0).close()
        if connections > 1:
            time.sleep(0.002)


def bystand(port, seconds, tell):
    """Asks a request each millisecond and notes how long it took. In a process of its own, before all others."""
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(10))
    client, took, end = connect(port), [], time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.perf_counter()
        client.sendall(b"GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        answer = b""
        while not answer.endswith(b"\r\n\r\nok"):
            answer += client.recv(4096)
        took.append(time.perf_counter() - begin)
        time.sleep(0.001)
    tell.send(statistics.quantiles(took, n=100)[98] * 1000)


def p99_ms(port, seconds):
    hear, tell = multiprocessing.Pipe(duplex=False)
    bystander = multiprocessing.Process(target=bystand, args=(port, seconds, tell))
    bystander.start()
    bystander.join()
    return hear.recv()


class Big(socketserver.StreamRequestHandler):
    """/big: 64 MiB; everything else is read and never answered."""

    def handle(self):
        try:
            if b"/big" in self.rfile.readline():
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n")
                for _ in range(64):
                    self.wfile.write(bytes(1 << 20))
            while self.rfile.read(1 << 16):
                pass
        except OSError:
            pass


class BigServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads, request_queue_size = True, 1024

    def handle_error(self, *_):
        pass


class Proxy:
    def __init__(self, binary, backend):
        self.port, self.folder = free_port(), tempfile.TemporaryDirectory(prefix="weft-floods-")
        endpoint = {"endpoint": {"address": {"socketAddress": {"address": "127.0.0.1", "portValue": backend}}}}
        up = {"@type": weft.TYPE + "config.cluster.v3.Cluster", "name": "up", "type": "STATIC",
              "loadAssignment": {"clusterName": "up", "endpoints": [{"lbEndpoints": [endpoint]}]}}
        routes = [{"match": {"prefix": path}, "route": {"cluster": "up", "timeout": "0s"}} for path in ("/up", "/big")]
        routes.append({"match": {"prefix": "/"}, "directResponse": {"status": 200, "body": {"inlineString": "ok"}}})
        router = {"name": "router", "typedConfig": {"@type": weft.TYPE + "extensions.filters.http.router.v3.Router"}}
        manager = {"@type": weft.HCM, "statPrefix": "floods", "httpFilters": [router],
                   "routeConfig": {"name": "all", "virtualHosts": [{"name": "all", "domains": ["*"], "routes": routes}]}}
        listener = {"@type": weft.TYPE + "config.listener.v3.Listener", "name": "floods",
                    "address": {"socketAddress": {"address": "127.0.0.1", "portValue": self.port}},
                    "filterChains": [{"filters": [{"name": "hcm", "typedConfig": manager}]}]}
        static = Path(self.folder.name, "static.json")
        static.write_text(json.dumps([up, listener]))
        self.process = subprocess.Popen([binary, "--static", static, "--admin-port", "0", "--ready-port", "0", "--stats-port", "0", "--dns-port", "0"],
                                        stderr=subprocess.DEVNULL, preexec_fn=self.alone)
        self.pid = self.process.pid
        for _ in range(200):
            try:
                connect(self.port).close()
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit("weft-proxy does not listen")

    @staticmethod
    def alone():
        """On core 1, before whatever else runs there."""
        os.sched_setaffinity(0, {1})
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(5))

    def memory(self):
        """Anonymous memory that is resident, in bytes."""
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon"))

    def stop(self):
        if self.process.poll() is not None:
            raise SystemExit(f"weft-proxy has ended with {self.process.returncode}")
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.folder.cleanup()


def under_attack(proxy, flood, is_http2, seconds, connections):
    """The bystander's p99 (ms), the most memory above what it was, the proxy's share of a core, while four attack."""
    before, most, watching = proxy.memory(), [0], threading.Event()

    def watch():
        while not watching.wait(0.02):
            most[0] = max(most[0], proxy.memory() - before)

    attackers = [multiprocessing.Process(target=attack, args=(proxy.port, flood, is_http2, connections), daemon=True) for _ in range(ATTACKERS)]
    for attacker in attackers:
        attacker.start()
    time.sleep(0.5)
    watcher = threading.Thread(target=watch)
    watcher.start()
    begin, spent = time.monotonic(), cpu_clock_ns(proxy.pid)
    p99 = p99_ms(proxy.port, seconds)
    core = (cpu_clock_ns(proxy.pid) - spent) / 1e9 / (time.monotonic() - begin)
    watching.set()
    watcher.join()
    for attacker in attackers:
        attacker.kill()
        attacker.join()
    return p99, most[0], core


def floods(args, backend):
    print("| flood | cut after | most | p99 ms quiet / under it | memory | of a core |\n|---|---:|---:|---:|---:|---:|")
    failed = []
    for is_http2, (name, flood, most) in [(True, one) for one in HTTP2] + [(False, one) for one in HTTP1]:
        if args.only and args.only not in name:
            continue
        proxy = Proxy(args.bin, backend)
        units = units_until_cut(proxy.port, flood, is_http2)
        under_attack(proxy, flood, is_http2, 0.5, args.connections)  # what stays in pools for good is there from now on
        quiet = p99_ms(proxy.port, args.seconds)
        p99, memory, core = under_attack(proxy, flood, is_http2, args.seconds, args.connections)
        proxy.stop()
        print(f"| {name} | {units if units else 'lives'} | {most or '-'} | {quiet:.2f} / {p99:.2f} | {memory / 1024:,.0f} KiB | {core:.0%} |", flush=True)
        if most and (units is None or units > most + 10):  # the proxy is asked after each ten
            failed.append(f"{name}: cut after {units}, not {most}")
        if most and memory > 1 << 20:
            failed.append(f"{name}: took {memory} bytes")
        if p99 > 2 * quiet + 0.1:
            failed.append(f"{name}: the bystander's p99 went from {quiet:.2f} to {p99:.2f} ms")
    return failed


# An HTTP/1.1 head that does not end, by the bytes in it.
HEADS = {
    "one field, 50 KiB": b"x: " + b"y" * 50 * 1024, "95 fields of 500 bytes": (b"x: " + b"y" * 495 + b"\r\n") * 95,
    "95 fields of 80 bytes": (b"x: " + b"y" * 75 + b"\r\n") * 95, "98 fields of 3 bytes": b"a:b\r\n" * 98, "one field, 4 KiB": b"x: " + b"y" * 4096,
    "only a request line": b"",
}


def held(args, backend):
    count, failed = 500, []
    print("| unfinished head | bytes sent | bytes held | ratio |\n|---|---:|---:|---:|")
    for name, fields in HEADS.items():
        proxy, head = Proxy(args.bin, backend), b"GET / HTTP/1.1\r\nHost: t\r\n" + fields
        idle = [connect(proxy.port) for _ in range(count)]
        for client in idle:
            client.sendall(b"GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            client.recv(4096)
        time.sleep(0.3)
        before = proxy.memory()
        for client in idle:
            client.sendall(head)
        time.sleep(0.5)
        holds = (proxy.memory() - before) / count
        print(f"| {name} | {len(head):,} | {holds:,.0f} | {holds / len(head):.1f} |", flush=True)
        proxy.stop()
        if len(fields) > 4_000 and holds > 10 * len(head):
            failed.append(f"{name}: {holds / len(head):.1f} bytes held per byte sent")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["floods", "held"])
    parser.add_argument("--bin", default=os.path.join(os.environ.get("WEFT_BIN", "build/release/bin"), "weft-proxy"))
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--connections", type=int, default=1, help="that each attacker keeps")
    parser.add_argument("--only", help="floods with this in their name")
    args = parser.parse_args()
    os.sched_setaffinity(0, {0})
    backend = BigServer(("127.0.0.1", 0), Big)
    threading.Thread(target=backend.serve_forever, daemon=True).start()
    failed = {"floods": floods, "held": held}[args.what](args, backend.server_address[1])
    print("\n".join(failed) or "all within the limits")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
