#!/usr/bin/env python3
"""Certificates of ten seconds in a real mesh: nobody notices that they are renewed, nor that weftd is away for a while; and when
it is away for too long, what stood on them ends with them."""

import os
import signal
import threading
import time

import mesh as m
from certs_mesh_test import GATEWAY, NewConnections, counter

LIFETIME = 10
STRICT = """
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: nodejs-app}
spec: {mtls: {mode: STRICT}}
"""


def weftd_of(mesh):
    return next(pid for pid, line in mesh.processes().items() if line.split()[0].endswith("/weftd"))


def sidecars(mesh):
    return ["nodejs-app." + pod["metadata"]["name"] for pod in mesh.ready_pods()] + [GATEWAY]


def renewals_cost_no_request(mesh):
    at = counter(mesh, GATEWAY, "weft_certificate_renewals_total")
    with m.Load(mesh) as load, NewConnections(mesh) as fresh:
        m.until(lambda: counter(mesh, GATEWAY, "weft_certificate_renewals_total") >= at + 3, "three renewals", 25)
    assert not load.failures and not fresh.failures, (load.failures[:5], fresh.failures[:5])
    assert load.total > 100, load.total


def a_weftd_that_is_away_for_almost_half_of_a_lifetime_is_not_noticed(mesh):
    weftd = weftd_of(mesh)
    with m.Load(mesh) as load:
        os.kill(weftd, signal.SIGSTOP)
        try:
            threading.Event().wait(0.45 * LIFETIME)
        finally:
            os.kill(weftd, signal.SIGCONT)
        at = load.total
        m.until(lambda: load.total > at + 100, "some requests afterwards")
    assert not load.failures, load.failures[:5]


def past_expiry_connections_end_within_a_second(mesh):
    weftd = weftd_of(mesh)
    pods = sidecars(mesh)
    os.kill(weftd, signal.SIGSTOP)
    try:
        with m.Load(mesh, threads=2, per_second=100) as load:
            expires = {pod: counter(mesh, pod, "weft_certificate_expires_timestamp_seconds") for pod in pods}
            last = max(expires.values())
            assert not load.failures
            m.until(lambda: load.failures, "a refusal", 2 * LIFETIME)
            refused = time.time()
            m.until(lambda: time.time() > last + 1.2, "everybody's end", 2 * LIFETIME)
        assert min(expires.values()) <= refused <= last + 1.2, (refused, expires)
        ended = sum(counter(mesh, pod, "weft_tls_connections_ended_total", reason="expired") for pod in expires)
        assert ended > 0, "what stood on the certificates has ended, and it is said why"
        # Whose certificate ends first ends the connections of both; a proxy without connections has nothing to say.
        logs = [(m.pathlib.Path(mesh.state) / "pods" / pod / "proxy.log").read_text() for pod in pods]
        assert any("our certificate has expired, and there is no other" in log for log in logs), logs
        assert mesh.request()[0] == 503
    finally:
        os.kill(weftd, signal.SIGCONT)
    m.until(lambda: mesh.request()[0] == 200, "the mesh with weftd and new certificates", 20)


def main():
    m.needs("node", "curl", "nft")
    with m.Mesh() as mesh:
        mesh.up("--certificate-lifetime", f"{LIFETIME}s")
        mesh.weft("apply", "--wait", "-f", "-", text=STRICT)
        m.run(*TESTS, given=(mesh,))


TESTS = (renewals_cost_no_request, a_weftd_that_is_away_for_almost_half_of_a_lifetime_is_not_noticed,
         past_expiry_connections_end_within_a_second)

if __name__ == "__main__":
    main()
