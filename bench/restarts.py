#!/usr/bin/env python3
"""How many requests fail while a proxy is replaced ten times under load: weft (--hot-restart), haproxy (-W, SIGUSR2), nginx (SIGHUP).

Two kinds of clients, both without retries: one connects for every request, one keeps its connection until a response says
`Connection: close`. Every proxy has one worker and the configuration of scenario a. Standard library only.
"""

import argparse
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from adapters import Context, haproxy, nginx, weft
from scenarios import Shape

BODY = b"x" * 64
CLIENTS = 4      # of each kind
PAUSE_S = 0.001  # between two requests of a kept connection: one that is idle for a moment is what a reload closes
CERTS = Path("/nonexistent")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read_message(stream):
    """The head's lines; its body is read, too. Nothing at the end of the connection."""
    lines = []
    while (line := stream.readline().decode().rstrip("\r\n")):
        lines.append(line.lower())
    length = next((int(line.split(":")[1]) for line in lines if line.startswith("content-length:")), 0)
    if len(stream.read(length)) < length:
        return []
    return lines


class Backend(socketserver.StreamRequestHandler):
    def handle(self):
        while self.is_asked():
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY)

    def is_asked(self):
        try:
            return bool(read_message(self.rfile))
        except ConnectionError:  # a proxy that has ended
            return False


class Clients:
    """Ask without pause until stop()."""

    def __init__(self, port, kept):
        self.port, self.kept = port, kept
        self.asked, self.failed = 0, 0
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def run(self):
        connection = None
        while not self.stopping.is_set():
            self.asked += 1
            try:
                connection = self.ask(connection)
            except (OSError, ValueError):
                self.failed += 1
                connection = None

    def ask(self, connection):
        """The connection, if it may carry another request."""
        connection = connection or socket.create_connection(("127.0.0.1", self.port), timeout=10)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: bench.test\r\n\r\n")
        head = read_message(connection.makefile("rb"))
        if not head or " 200" not in head[0]:
            raise ValueError("not answered")
        if self.kept and "connection: close" not in head:
            time.sleep(PAUSE_S)
            return connection
        connection.close()
        return None

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


class Weft:
    """Each restart is a process of its own."""

    def __init__(self, ctx):
        self.command = [*weft.ADAPTER.command(ctx), "--hot-restart", f"unix:{ctx.dir}/restart.sock", "--hand-over-time", "10s"]
        self.processes = []
        self.restart()

    def restart(self):
        self.processes.append(subprocess.Popen(self.command))


class Signalled:
    """The first process stays and replaces its worker."""

    def __init__(self, command, number):
        self.processes = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)]
        self.number = number

    def restart(self):
        self.processes[0].send_signal(self.number)


PROXIES = {
    "weft": Weft,
    "haproxy": lambda ctx: Signalled([word if word != "-db" else "-W" for word in haproxy.ADAPTER.command(ctx)], signal.SIGUSR2),
    "nginx": lambda ctx: Signalled([*nginx.ADAPTER.command(ctx)], signal.SIGHUP),
}


def wait_for(port):
    for _ in range(500):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
    raise SystemExit("the proxy does not listen")


def measure(name, restarts):
    backend = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Backend)
    backend.daemon_threads = True
    threading.Thread(target=backend.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="weft-restarts-") as folder:
        port = free_port()
        proxy = PROXIES[name](Context(Path(folder), port, backend.server_address[1], Shape(), CERTS))
        try:
            wait_for(port)
            kinds = [Clients(port, kept=False), Clients(port, kept=True)]
            for _ in range(restarts):
                time.sleep(0.5)
                proxy.restart()
            time.sleep(1)
            for clients in kinds:
                clients.stop()
        finally:
            for process in proxy.processes:
                process.terminate()
            for process in proxy.processes:
                process.wait(30)
    backend.shutdown()
    print(f"{name:8} new connections: {kinds[0].failed} of {kinds[0].asked} failed; kept: {kinds[1].failed} of {kinds[1].asked} failed", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--proxies", default="weft,haproxy,nginx")
    parser.add_argument("--restarts", type=int, default=10)
    options = parser.parse_args()
    for name in options.proxies.split(","):
        if name not in PROXIES:
            sys.exit(f"no proxy {name}; there are {', '.join(PROXIES)}")
        measure(name, options.restarts)


if __name__ == "__main__":
    main()
