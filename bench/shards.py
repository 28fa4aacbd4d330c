#!/usr/bin/env python3
"""One shard beside two: CPU time per request, requests a second, and how evenly clients and work fall on the shards.

    bench/shards.py [--bin build/release/bin] [--tools FOLDER of load and backend] [--seconds 4] [--rounds 3]

Nothing is pinned: on a machine with two cores the load generator and the backend take what two shards would need, so requests a second
say little and CPU per request (run time of the proxy's threads by the scheduler's clock) says what a second shard costs. Rounds are interleaved.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "integration"))

UNLIMITED = {"maxConnections": 4294967295, "maxPendingRequests": 4294967295, "maxRequests": 4294967295}
LOADS = {"64 kept connections": ["--mode", "closed", "--conns", "64"], "a connection a request": ["--mode", "connect", "--conns", "32"]}


def thread_times(pid):
    """Run time of each thread in ns (proc(5): /proc/PID/task/TID/schedstat)."""
    return {task.name: int((task / "schedstat").read_text().split()[0]) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()}


def measure(options, shards, load):
    import proxy_fixture as fixture
    port, backend_port = fixture.free_port(), fixture.free_port()
    backend = subprocess.Popen([options.tools / "backend", "--port", str(backend_port)])
    fixture.BIN = str(options.bin)
    proxy = fixture.Proxy([fixture.cluster("up", backend_port, **fixture.limits(**UNLIMITED)), fixture.http_listener(port, [fixture.to("up")])],
                          "--concurrency", str(shards)).wait_for(port)
    try:
        argv = [options.tools / "load", "--port", str(port), *load, "--duration"]
        subprocess.run([*argv, "1"], stdout=subprocess.DEVNULL, check=True)  # warm
        before = thread_times(proxy.process.pid)
        with tempfile.TemporaryFile("w+") as out:
            running = subprocess.Popen([*argv, str(options.seconds)], stdout=out)
            time.sleep(options.seconds / 2)
            page = proxy.admin("/stats/prometheus")
            running.wait()
            out.seek(0)
            result = json.load(out)
        spent = {thread: now - before.get(thread, 0) for thread, now in thread_times(proxy.process.pid).items()}
        busiest = sorted(spent.values(), reverse=True)[:shards]
        handed = re.search(r"^weft_client_connections_handed_over_total (\d+)$", page, re.M)
        accepted = re.search(r"^weft_client_connections_total (\d+)$", page, re.M)
        return {"us": sum(spent.values()) / 1000 / result["requests"], "rps": result["requests"] / options.seconds,
                "share": busiest[0] / sum(busiest), "handed": int(handed.group(1)) / int(accepted.group(1))}
    finally:
        proxy.stop()
        backend.kill()
        backend.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin")
    parser.add_argument("--tools", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir(), "proxy-bench/bin"))
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print("| load | shards | CPU us/request | requests/s | the busier shard's part | handed over |\n|---|---:|---:|---:|---:|---:|")
    for name, load in LOADS.items():
        found = {1: [], 2: []}
        for _ in range(options.rounds):
            for shards, rounds in found.items():
                rounds.append(measure(options, shards, load))
        for shards, rounds in found.items():
            us, rps, share, handed = (statistics.median(one[key] for one in rounds) for key in ("us", "rps", "share", "handed"))
            spread = f"{min(one['us'] for one in rounds):.1f} to {max(one['us'] for one in rounds):.1f}"
            print(f"| {name} | {shards} | {us:.2f} ({spread}) | {rps:,.0f} | {share:.0%} | {handed:.0%} |", flush=True)


if __name__ == "__main__":
    main()
