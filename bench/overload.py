#!/usr/bin/env python3
"""What is left of a proxy's work when three times as much is asked of it as it can do.

    bench/overload.py [--proxies weft,haproxy,nginx] [--kinds plain,tls] [--times 3] [--share 0.25]

The proxy may use a share of one core (cgroup quota, periods of 10 ms), so that the rest of the machine can ask for several times what it can do.
First its peak: 32 clients, each with a new connection per request. Then arrivals at --times the peak, each a connection of its own by a client who gives up
after a second, for --seconds; then the peak again, as soon as the storm is over. "In time" are answers 200 that came within the second;
"refused" answers like 503; the rest got none. Linux, root; a network namespace of its own.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from adapters import Context, envoy, haproxy, nginx, weft
from restarts import free_port, wait_for
from scenarios import Shape

HERE = Path(__file__).resolve().parent
ADAPTERS = {"weft": weft.ADAPTER, "haproxy": haproxy.ADAPTER, "nginx": nginx.ADAPTER, "envoy": envoy.ADAPTER}
SLOTS = 16000
PERIOD_US = 10_000


class Quota:
    """A cgroup, of version 1 or 2, whose processes share a part of one core."""

    def __init__(self, share):
        root = Path("/sys/fs/cgroup")
        is_old = (root / "cpu").is_dir()
        self.folder = (root / "cpu" if is_old else root) / f"weft-overload-{os.getpid()}"
        self.folder.mkdir()
        quota = int(PERIOD_US * share)
        if is_old:
            (self.folder / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (self.folder / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (self.folder / "cpu.max").write_text(f"{quota} {PERIOD_US}")

    def enter(self):
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def __del__(self):
        self.folder.rmdir()


class Rig:
    """A proxy under its quota, on core 1, and its backend."""

    def __init__(self, options, name, kind, folder):
        self.tools, self.kind = options.tools, kind
        self.port, backend_port = free_port(), free_port()
        self.backend = subprocess.Popen([self.tools / "backend", "--port", str(backend_port)], stdout=subprocess.DEVNULL)
        shape = Shape(downstream="tls") if kind == "tls" else Shape()
        command = ADAPTERS[name].command(Context(folder, self.port, backend_port, shape, options.certs))
        self.quota = Quota(options.share)
        self.proxy = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=self.prepare)
        wait_for(self.port)
        self.certs = options.certs

    def prepare(self):
        self.quota.enter()
        os.sched_setaffinity(0, {1})

    def load(self, *words):
        tls = ["--ca", self.certs / "ca.pem"] if self.kind == "tls" else []
        argv = [self.tools / "load", "--port", self.port, *tls, *words]
        return json.loads(subprocess.run([str(word) for word in argv], stdout=subprocess.PIPE, check=True,
                                         preexec_fn=lambda: os.sched_setaffinity(0, {0})).stdout)

    def peak(self, seconds):
        return self.load("--mode", "connect", "--conns", 32, "--duration", seconds)

    def stop(self):
        for process in (self.proxy, self.backend):
            process.kill()
            process.wait()
        for pid in (self.quota.folder / "cgroup.procs").read_text().split():
            os.kill(int(pid), 9)
        while (self.quota.folder / "cgroup.procs").read_text():
            time.sleep(0.01)


def measure(options, name, kind):
    with tempfile.TemporaryDirectory(prefix="weft-overload-") as folder:
        rig = Rig(options, name, kind, Path(folder))
        try:
            peak = rig.peak(2)
            storm = rig.load("--mode", "storm", "--conns", SLOTS, "--rate", options.times * peak["rps"], "--duration", options.seconds)
            after = rig.peak(1)
        finally:
            rig.stop()
    ms = [" / ".join(f"{one['lat_us'][part] / 1000:.0f}" for part in ("p50", "p90", "p99")) for one in (peak, storm)]
    print(f"| {kind} | {name} | {peak['rps']:,.0f} | {storm['rps']:,.0f} | {storm['rps'] / peak['rps']:.0%} | {ms[0]} | {ms[1]} | "
          f"{storm['refused']:,} / {storm['lost']:,} / {storm['errors']:,} / {storm['turned_away']:,} | {after['rps'] / peak['rps']:.0%} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proxies", default="weft,haproxy,nginx")
    parser.add_argument("--kinds", default="plain,tls")
    parser.add_argument("--times", type=float, default=3)
    parser.add_argument("--share", type=float, default=0.25, help="of one core")
    parser.add_argument("--seconds", type=float, default=5)
    scratch = Path(tempfile.gettempdir(), "proxy-bench")
    parser.add_argument("--tools", type=Path, default=scratch / "bin", help="folder of load and backend, which bench.py builds")
    parser.add_argument("--certs", type=Path, default=scratch / "certs")
    options = parser.parse_args()
    if not os.environ.get("BENCH_IN_NETNS"):
        os.environ["BENCH_IN_NETNS"] = "1"
        os.execvp("unshare", ["unshare", "--net", "--", sys.executable, str(HERE / "overload.py"), *sys.argv[1:]])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print("| kind | proxy | peak, a second | in time at "
          f"{options.times:g} times that | of the peak | ms at the peak: p50 / p90 / p99 | ms in time | refused / given up / cut / turned away | peak right after |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|")
    for kind in options.kinds.split(","):
        for name in options.proxies.split(","):
            measure(options, name, kind)


if __name__ == "__main__":
    main()
