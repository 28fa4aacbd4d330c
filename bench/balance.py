#!/usr/bin/env python3
"""One slow endpoint among five: what clients see of it by balancing policy. Prints a Markdown table.

    bench/balance.py --bin build/release/bin [--seconds 10] [--rate 300]

Endpoints are asyncio servers in processes of their own; four answer in 5 ms, one in 200 ms. The load is open: latency counts from the time
a request was due. Ports are free ones of loopback, processes are ended by their pid.
"""

import argparse
import asyncio
import os
import pathlib
import subprocess
import sys
import threading
import time

FAST_S, SLOW_S, ENDPOINTS, CLIENTS = 0.005, 0.2, 5, 60
POLICIES = {
    "round robin": {"lbPolicy": "ROUND_ROBIN"},
    "least request": {"lbPolicy": "LEAST_REQUEST"},
    "peak-EWMA": {"lbPolicy": "LEAST_REQUEST", "metadata": {"filterMetadata": {"weft": {"balancing": "peak-ewma"}}}},
}
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "integration"))


async def answer_after(delay):
    async def serve(reader, writer):
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(delay)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def start_endpoint(delay):
    process = subprocess.Popen([sys.executable, __file__, "--serve", str(delay)], stdout=subprocess.PIPE, text=True)
    return process, int(process.stdout.readline())


def load(port, seconds, rate):
    """Latencies in seconds, sorted. A client that is late asks as soon as it can."""
    from proxy_fixture import Client
    latencies, begin = [], time.monotonic() + 0.2

    def ask_on(number):
        client = Client(port)
        due = begin + number / rate
        while due < begin + seconds:
            time.sleep(max(0.0, due - time.monotonic()))
            status = client.get()[0]
            assert status == 200, status
            latencies.append(time.monotonic() - due)
            due += CLIENTS / rate
        client.close()

    threads = [threading.Thread(target=ask_on, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(latencies)


def run(name, ports, options):
    from proxy_fixture import Proxy, cluster, free_port, http_listener, to
    port = free_port()
    proxy = Proxy([cluster("up", *ports, **POLICIES[name]), http_listener(port, [to("up")])]).wait_for(port)
    try:
        latencies = load(port, options.seconds, options.rate)
        slow = [line for line in proxy.admin("/clusters").splitlines() if f":{ports[-1]}::rq_success::" in line]
    finally:
        proxy.stop()
    quantile = lambda share: 1000 * latencies[min(len(latencies) - 1, int(share * len(latencies)))]
    asked = 100 * int(slow[0].rsplit("::", 1)[1]) / len(latencies)
    return f"| {name} | {quantile(0.5):.1f} | {quantile(0.9):.1f} | {quantile(0.99):.1f} | {asked:.1f} % |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", default=os.environ.get("WEFT_BIN", "build/release/bin"))
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=float, default=300, help="requests a second")
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve is not None:
        return asyncio.run(answer_after(options.serve))
    os.environ["WEFT_BIN"] = options.bin
    started = [start_endpoint(FAST_S) for _ in range(ENDPOINTS - 1)] + [start_endpoint(SLOW_S)]
    try:
        ports = [port for _, port in started]
        print(f"{options.rate:.0f} requests a second; four endpoints take {1000 * FAST_S:.0f} ms, one {1000 * SLOW_S:.0f} ms\n")
        print("| policy | p50 ms | p90 ms | p99 ms | asked the slow one |\n| --- | ---: | ---: | ---: | ---: |")
        for name in POLICIES:
            print(run(name, ports, options), flush=True)
    finally:
        for process, _ in started:
            process.kill()
            process.wait()


main()
