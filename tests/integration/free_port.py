"""Ports for tests that must know one before anybody listens on it."""

import fcntl
import os
import pathlib
import random
import socket
import tempfile

FOLDER = pathlib.Path(tempfile.gettempdir(), f"weft-test-ports-{os.getuid()}")
HELD = []  # the locks of this process's ports: they end with it


def ephemeral_from():
    return int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])


def can_be_listened_on(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
        return True


def free_port():
    """A port that no other test gets while this process lives (a lock holds it), and that the kernel gives to no
    connection: it lies below the ephemeral ones. Binding port 0 and closing again promises neither."""
    FOLDER.mkdir(exist_ok=True)
    for port in random.sample(range(10000, ephemeral_from()), 1000):
        lock = open(FOLDER / str(port), "w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        if can_be_listened_on(port):
            HELD.append(lock)
            return port
    raise AssertionError("no port is free")
