#!/usr/bin/env python3
"""Certificates of a minute, ten times renewed, and a change of the root, under 500 requests a second of several kinds: nobody
notices. Takes six minutes; `./dev test --long` runs it."""

import json
import subprocess
import time

import mesh as m
from certificate_lifetimes_test import STRICT, sidecars
from certs_mesh_test import certs, counter, trust

LIFETIME_S = 60
RENEWALS = 10
# Kinds of requests, a second each: 300 through the gateway, 200 from inside the mesh to its sidecars.
THROUGH_GATEWAY = {"kept": 200, "new": 100}
INSIDE = {"kept": 140, "new": 40, "post": 20}

# Sends requests of its kinds at their rates until its input ends; then says how many of each, and what failed.
CLIENT = """
const http = require('http');
const kept = new http.Agent({keepAlive: true, maxSockets: 8});
const rates = JSON.parse(process.argv[1]), done = {}, failures = [];
function ask(kind) {
  const options = {host: 'nodejs-api', port: 3000, method: kind === 'post' ? 'POST' : 'GET', agent: kind === 'new' ? false : kept};
  const request = http.request(options, response => {
    response.resume();
    response.on('end', () => {
      done[kind] = (done[kind] || 0) + 1;
      if (response.statusCode !== 200) failures.push([kind, response.statusCode, response.headers]);
    });
    response.on('error', problem => failures.push([kind, String(problem)]));
  });
  request.on('error', problem => failures.push([kind, String(problem)]));
  request.end(kind === 'post' ? Buffer.alloc(20000, 'x') : undefined);
}
for (const [kind, rate] of Object.entries(rates)) setInterval(ask, 1000 / rate, kind);
process.stdin.resume().on('end', () => { console.log(JSON.stringify({done, failures})); process.exit(0); });
"""


class InsideTheMesh:
    """A pod of the mesh that asks the service by its name."""

    def __init__(self, mesh):
        command = mesh.command("exec", "-n", "nodejs-app", "--", "node", "-e", CLIENT, json.dumps(INSIDE))
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        out, _ = self.process.communicate(timeout=60)
        if kind is None:
            said = json.loads(out)
            self.done, self.failures = said["done"], said["failures"]


def renewals(mesh):
    return min(counter(mesh, pod, "weft_certificate_renewals_total") for pod in sidecars(mesh))


def under_load(mesh, change):
    """Runs a change under load; prints how much of it there was. No request may have failed."""
    began = time.monotonic()
    with m.Load(mesh, threads=4, per_second=THROUGH_GATEWAY["kept"]) as kept, \
            m.Load(mesh, threads=4, per_second=THROUGH_GATEWAY["new"], keeps=False) as new, InsideTheMesh(mesh) as inside:
        change()
        seconds = time.monotonic() - began
    done = {"gateway kept": kept.total, "gateway new": new.total} | {f"inside {k}": v for k, v in inside.done.items()}
    total = sum(done.values())
    print(f"{total} requests in {seconds:.0f} s, {total / seconds:.0f} a second: {done}", flush=True)
    failures = kept.failures + new.failures + inside.failures
    assert not failures, (len(failures), failures[:5])
    assert total / seconds > 0.8 * sum(THROUGH_GATEWAY.values()) + 0.8 * sum(INSIDE.values()), "the load that is promised"


def ten_renewals(mesh):
    at = renewals(mesh)
    under_load(mesh, lambda: m.until(lambda: renewals(mesh) >= at + RENEWALS, "ten renewals", (RENEWALS + 1) * LIFETIME_S))


def a_change_of_the_root(mesh):
    old = trust(mesh)["roots"][0]["fingerprint"]
    under_load(mesh, lambda: certs(mesh, "root", "rotate", "--all-steps"))
    roots = trust(mesh)["roots"]
    assert len(roots) == 1 and roots[0]["fingerprint"] != old, roots


def main():
    m.needs("node", "curl", "nft")
    with m.Mesh() as mesh:
        mesh.up("--certificate-lifetime", f"{LIFETIME_S}s")
        mesh.weft("apply", "--wait", "-f", "-", text=STRICT)
        m.run(ten_renewals, a_change_of_the_root, given=(mesh,))


if __name__ == "__main__":
    main()
