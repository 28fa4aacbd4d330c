"""One weft-proxy follows another at its sockets: nothing is lost, whatever becomes of the new one."""

import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from proxy_fixture import (BIN, Client, Http2Client, cluster, echo_http, free_port, header, http_listener, skip_unless_built,
                           tcp_listener, to, wait_until)

RESTARTS = 10


class Line:
    """Processes that follow each other, in one folder, with one configuration."""

    def __init__(self, resources, *flags):
        self.folder = tempfile.TemporaryDirectory(prefix="weft-restart-test-")
        self.door = os.path.join(self.folder.name, "restart.sock")
        self.admin_path = os.path.join(self.folder.name, "admin.sock")
        self.ready_port = free_port()
        self.config = pathlib.Path(self.folder.name, "resources.json")
        self.config.write_text(json.dumps(resources))
        self.log = pathlib.Path(self.folder.name, "log")
        self.flags = flags
        self.processes = []

    def start(self, *flags, config=None):
        command = [os.path.join(BIN, "weft-proxy"), "--static", str(config or self.config), "--hot-restart", "unix:" + self.door,
                   "--admin", "unix:" + self.admin_path, "--admin-port", "0", "--ready-port", str(self.ready_port), "--stats-port", "0",
                   *self.flags, *flags]
        with open(self.log, "ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def admin(self, path, method="GET", at=None):
        connection = http.client.HTTPConnection("localhost", timeout=20)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(20)
        try:
            connection.sock.connect(at or self.admin_path)
            connection.request(method, path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def epoch(self):
        """Which process of the line is in charge and serves; nothing where none does."""
        try:
            info = json.loads(self.admin("/server_info"))
            return info["command_line_options"]["restart_epoch"] if info["state"] == "LIVE" else None
        except (OSError, ValueError, http.client.HTTPException):
            return None

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.folder.cleanup()


class Load:
    """Clients that ask without pause and count what fails. None asks twice."""

    def __init__(self, ask, clients=4):
        self.ask = ask
        self.served, self.failures = 0, []
        self.stopping = False
        self.threads = [threading.Thread(target=self.run) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def run(self):
        client = None
        while not self.stopping:
            try:
                client = self.ask(client)
                self.served += 1
            except OSError as error:
                self.failures.append(repr(error))
                client = None
        if client:
            client.close()

    def stop(self):
        """Returns when all have their last answer."""
        self.stopping = True
        for thread in self.threads:
            thread.join()


def ask_anew(port):
    """A connection for every request."""
    def ask(_):
        client = Client(port)
        answered_with_200(client)
        client.close()
    return ask


def ask_kept(port):
    """One connection until a response says that it closes."""
    def ask(client):
        client = client or Client(port)
        head = answered_with_200(client)
        if header(head, "connection") != "close":
            return client
        client.close()
    return ask


def ask_http2(port):
    """One connection until it is told to go away."""
    def ask(client):
        client = client or Http2Client(port)
        if not client.get():
            raise ConnectionError("not answered with 200")
        if not client.goaways:
            return client
        client.close()
    return ask


def answered_with_200(client):
    answer = client.get()
    if answer is None or answer[0] != 200:
        raise ConnectionError(f"answered {answer}")
    return answer[1]


def refuses(port):
    try:
        Client(port).close()
        return False
    except ConnectionRefusedError:
        return True


class Restart(unittest.TestCase):
    def setUp(self):
        self.port, self.relay = free_port(), free_port()
        self.endpoint = echo_http("a")
        self.resources = [cluster("a", self.endpoint.port), http_listener(self.port, [to("a")]), tcp_listener(self.relay, "a")]

    def line(self, *flags):
        line = Line(self.resources, *flags)
        self.addCleanup(line.stop)
        self.addCleanup(lambda: self._outcome.success or print(line.log.read_text()[-6000:]))
        line.start()
        wait_until(lambda: line.epoch() == 0)
        return line

    def client(self, port=None):
        client = Client(port or self.port)
        self.addCleanup(client.close)
        return client

    def test_ten_restarts_under_load_fail_no_request(self):
        line = self.line("--hand-over-time", "20s")
        loads = [Load(ask(self.port)) for ask in (ask_anew, ask_kept, ask_http2)]
        for number in range(1, RESTARTS + 1):
            before = [load.served for load in loads]
            line.start("--concurrency", str(1 + number % 3))  # the number of shards may differ
            wait_until(lambda: line.epoch() == number)
            wait_until(lambda: all(load.served > was + 50 for load, was in zip(loads, before)))
        for load in loads:
            load.stop()
        self.assertEqual([load.failures for load in loads], [[], [], []])
        wait_until(lambda: sum(process.poll() is None for process in line.processes) == 1)
        self.assertEqual([process.poll() for process in line.processes[:-1]], [0] * RESTARTS)

    def test_connections_that_wait_to_be_accepted_are_not_lost(self):
        line = self.line()
        old = line.processes[0]
        old.send_signal(signal.SIGSTOP)  # so that they wait
        waiting = [self.client() for _ in range(20)]
        for client in waiting:
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        line.start()
        old.send_signal(signal.SIGCONT)
        self.assertEqual([client.read()[0] for client in waiting], [200] * 20)

    def test_kept_connections_and_relays_outlive_the_restart(self):
        line = self.line("--hand-over-time", "20s")
        kept, relayed = self.client(), self.client(self.relay)
        kept.get()
        relayed.get()
        line.start()
        wait_until(lambda: line.epoch() == 1)
        self.assertEqual(relayed.get()[0], 200)
        status, head, _ = kept.get()
        self.assertEqual((status, header(head, "connection")), (200, "close"))
        relayed.close()
        self.assertEqual(line.processes[0].wait(10), 0)

    def test_an_http2_connection_is_told_twice_and_what_crosses_is_served(self):
        line = self.line("--hand-over-time", "20s")
        client = Http2Client(self.port)
        self.addCleanup(client.close)
        self.assertTrue(client.get())
        line.start()
        wait_until(lambda: line.epoch() == 1)
        self.assertTrue(client.get())  # sent before the notice was read
        while client.read():
            pass
        self.assertEqual(client.goaways, [2**31 - 1, 3])
        self.assertEqual(line.processes[0].wait(10), 0)

    def test_one_that_was_followed_ends_when_its_time_is_over(self):
        line = self.line("--hand-over-time", "1s")
        kept = self.client()
        kept.get()
        line.start()
        self.assertEqual(kept.stream.read(), b"")
        self.assertEqual(line.processes[0].wait(10), 0)

    def test_one_that_was_followed_can_be_watched_to_its_end(self):
        line = self.line("--hand-over-time", "20s")
        kept = self.client()
        kept.get()
        line.start()
        wait_until(lambda: line.epoch() == 1)
        own = line.door + ".0"
        wait_until(lambda: os.path.exists(own))
        self.assertEqual(line.admin("/ready", at=own), "DRAINING\n")
        self.assertIn("weft_client_connections 1\n", line.admin("/stats/prometheus", at=own))
        self.assertIn("weft_draining_predecessor 1\n", line.admin("/stats/prometheus"))
        self.assertEqual(line.admin("/ready"), "LIVE\n")
        kept.get()
        line.processes[0].wait(10)
        self.assertFalse(os.path.exists(own))
        wait_until(lambda: "weft_draining_predecessor 0\n" in line.admin("/stats/prometheus"))

    def test_one_that_fails_before_it_serves_changes_nothing(self):
        line = self.line()
        load = Load(ask_kept(self.port))
        bad = pathlib.Path(line.folder.name, "bad.json")
        bad.write_text(json.dumps([{**cluster("a", 1), "lbPolicy": "NONSENSE"}]))
        self.assertEqual(line.start(config=bad).wait(20), 1)
        load.stop()
        self.assertEqual(load.failures, [])
        self.assertEqual(line.epoch(), 0)
        line.start()
        wait_until(lambda: line.epoch() == 1)

    def test_one_that_dies_while_it_warms_changes_nothing(self):
        line = self.line()
        slow = self.start_without_control_plane(line)
        slow.kill()
        slow.wait()
        self.assertEqual(self.client().get()[0], 200)
        line.start()
        wait_until(lambda: line.epoch() == 1)

    def start_without_control_plane(self, line):
        """A successor that never gets a configuration."""
        command = [os.path.join(BIN, "weft-proxy"), "--xds", "unix:" + line.folder.name + "/nobody.sock", "--dns-port", "0",
                   "--hot-restart", "unix:" + line.door, "--admin", "unix:" + line.admin_path, "--admin-port", "0",
                   "--ready-port", str(line.ready_port), "--stats-port", "0"]
        with open(line.log, "ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        line.processes.append(process)
        wait_until(lambda: "takes over" in line.log.read_text())
        return process

    def test_the_pages_answer_while_a_successor_warms(self):
        line = self.line()
        self.start_without_control_plane(line)
        for _ in range(20):
            self.assertEqual(line.epoch(), 0)

    def test_of_two_successors_the_later_one_wins(self):
        line = self.line()
        earlier = self.start_without_control_plane(line)
        line.start()
        wait_until(lambda: line.epoch() == 1)
        self.assertEqual(earlier.wait(20), 1)
        self.assertIn("another process has come to take over", line.log.read_text())
        self.assertEqual(self.client().get()[0], 200)

    def test_a_crowd_of_successors_ends_with_one_that_serves(self):
        line = self.line("--hand-over-time", "1s")
        load = Load(ask_kept(self.port))
        for _ in range(6):
            line.start()
        wait_until(lambda: sum(process.poll() is None for process in line.processes) == 1)
        load.stop()
        self.assertEqual(load.failures, [])
        self.assertEqual(self.client().get()[0], 200)

    def test_a_listener_that_is_gone_is_closed_and_a_new_one_opened(self):
        line = self.line("--hand-over-time", "1s")
        old, self.port = self.port, free_port()
        line.config.write_text(json.dumps([cluster("a", self.endpoint.port), http_listener(self.port, [to("a")])]))
        line.start()
        wait_until(lambda: line.epoch() == 1)
        self.assertEqual(self.client().get()[0], 200)
        wait_until(lambda: refuses(old))

    def test_the_health_port_answers_all_along(self):
        line = self.line()
        statuses, stopping = [], []

        def ask():
            while not stopping:
                health = http.client.HTTPConnection("127.0.0.1", line.ready_port, timeout=20)
                health.request("GET", "/healthz/ready")
                statuses.append(health.getresponse().status)
                health.close()

        thread = threading.Thread(target=ask)
        thread.start()
        for number in range(1, 4):
            line.start()
            wait_until(lambda: line.epoch() == number)
        stopping.append(True)
        thread.join()
        self.assertEqual(set(statuses), {200})

    def test_sighup_starts_a_successor_by_itself(self):
        line = self.line("--hand-over-time", "20s")
        kept = self.client()
        kept.get()
        line.processes[0].send_signal(signal.SIGHUP)
        wait_until(lambda: line.epoch() == 1)
        kept.get()
        self.assertEqual(line.processes[0].wait(10), 0)
        self.assertEqual(self.client().get()[0], 200)
        line.admin("/quitquitquit", "POST")
        wait_until(lambda: line.epoch() is None)

    def test_only_the_owner_may_come_to_the_door(self):
        line = self.line()
        self.assertEqual(os.stat(line.door).st_mode & 0o777, 0o600)
        os.chmod(line.folder.name, 0o777)
        os.chmod(line.door, 0o777)  # even then
        stranger = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        stranger.settimeout(20)
        child = os.fork()
        if child == 0:
            try:
                os.setuid(65534)
                stranger.connect(line.door)
                stranger.send(b"take over 1")
                os._exit(0 if stranger.recv(100) == b"" else 1)
            except BaseException:
                os._exit(2)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        stranger.close()
        self.assertIn("a process of another user wanted to take over", line.log.read_text())


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
