#!/usr/bin/env python3
"""`weft certs` in a real mesh: what it shows, what it verifies, what it refuses and whom it cuts off."""

import json
import os
import pathlib
import re
import signal
import subprocess
import threading

import mesh as m

NS = ("-n", "nodejs-app")
GATEWAY = "weft-system.weft-gateway"


def certs(mesh, *args, check=True):
    return mesh.weft("certs", *args, check=check)


def listed(mesh, *args):
    return json.loads(certs(mesh, "list", *args, "-o", "json").stdout)


def in_use(mesh, space="nodejs-app"):
    """pod -> serial of the certificates that are shown now."""
    return {c["pod"]: c["serial"] for c in listed(mesh, "-n", space) if c["state"] in ("active", "replacing")}


def trust(mesh):
    return json.loads(certs(mesh, "root", "-o", "json").stdout)


def counter(mesh, pod, name, **labels):
    """A counter of a pod's proxy, added up over the series that have these labels."""
    page = subprocess.run(["curl", "-s", "--unix-socket", os.path.join(mesh.state, "pods", pod, "admin.sock"),
                           "http://proxy/stats/prometheus"], capture_output=True, text=True, timeout=10).stdout
    total = 0
    for line in page.splitlines():
        found = re.fullmatch(re.escape(name) + r"(\{.*\})? ([0-9.e+]+)", line)
        if found and all(f'{key}="{value}"' in (found[1] or "") for key, value in labels.items()):
            total += float(found[2])
    return total


class NewConnections:
    """Requests from inside the mesh through mutual TLS, each over a connection of its own; failures are kept."""

    def __init__(self, mesh):
        self.mesh, self.done, self.failures = mesh, 0, []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()

    def run(self):
        while not self.stopping.wait(0.1):
            done = self.mesh.weft("exec", *NS, "--", "curl", "-s", "-m", "5", "-w", "\n%{http_code}",
                                  "http://nodejs-api:3000/", check=False)
            self.done += 1
            if not done.stdout.endswith("\n200"):
                self.failures.append((done.returncode, done.stdout))


def every_pod_with_a_sidecar_has_a_certificate_on_record(mesh):
    shown = certs(mesh, "list", "-A").stdout.splitlines()
    assert shown[0].split() == ["IDENTITY", "POD", "SERIAL", "ISSUED", "EXPIRES", "LEFT", "STATE"], shown[0]
    pods = {p["metadata"]["name"] for p in mesh.ready_pods()}
    assert pods <= set(in_use(mesh)), (pods, in_use(mesh))
    one = listed(mesh, *NS)[0]
    assert one["identity"].startswith("spiffe://cluster.local/ns/nodejs-app/sa/"), one
    assert one["remainingPercent"] > 90 and one["namespace"] == "nodejs-app", one


def one_is_shown_with_its_chain(mesh):
    pod, serial = sorted(in_use(mesh).items())[0]
    text = certs(mesh, "show", *NS, pod).stdout
    for words in ("leaf\n", "intermediate\n", "root\n", serial, "ECDSA P-256", "digital signature, server, client"):
        assert words in text, (words, text)
    by_serial = json.loads(certs(mesh, "show", serial, "-o", "json").stdout)
    chain = pathlib.Path(mesh.own_folder, "chain.pem")
    chain.write_text("".join(c["pem"] for c in by_serial[0]["chain"][:2]))
    seen = subprocess.run(["openssl", "x509", "-noout", "-serial", "-in", chain], capture_output=True, text=True, check=True)
    assert seen.stdout.strip().lower() == "serial=" + serial, (seen.stdout, serial)
    return chain


def what_peers_would_refuse_is_told(mesh):
    chain = one_is_shown_with_its_chain(mesh)
    good = certs(mesh, "verify", *NS, sorted(in_use(mesh))[0])
    assert "FAILED" not in good.stdout and "trust domain" in good.stdout, good.stdout
    assert "FAILED" not in certs(mesh, "verify", "--file", str(chain)).stdout
    foreign = pathlib.Path(mesh.own_folder, "foreign.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                    "/CN=x", "-keyout", "/dev/null", "-out", foreign], check=True, capture_output=True)
    refused = certs(mesh, "verify", "--file", str(foreign), check=False)
    assert refused.returncode == 3, refused
    assert "trusted root" in refused.stdout and "the chain leads to no trusted root" in refused.stdout, refused.stdout
    assert certs(mesh, "verify", "--file", "/nowhere", check=False).returncode == 1


def a_step_that_comes_too_early_is_refused_and_says_for_whom(mesh):
    """A proxy that has stopped cannot have taken the new root; nobody may be shown certificates of it until it has."""
    certs(mesh, "root", "rotate")  # introduce
    pod = sorted(in_use(mesh))[0]
    proxy = next(pid for pid, line in mesh.processes().items() if "weft-proxy" in line.split()[0] and pod in line)
    m.until(lambda: not trust(mesh)["hindrances"], "everybody trusts the new root")
    os.kill(proxy, signal.SIGKILL)
    early = certs(mesh, "root", "rotate", check=False)
    if early.returncode == 0:  # it was back before we asked: that is no early step
        certs(mesh, "root", "rotate", "--all-steps")
        return
    assert early.returncode == 1 and "nodejs-app/" + pod in early.stderr, early
    certs(mesh, "root", "rotate", "--all-steps")
    assert trust(mesh)["phase"] == "steady"


def a_revocation_cuts_connections_on_both_sides(mesh):
    mesh.count(20)  # the gateway has connections to every pod
    pod, serial = next((pod, serial) for pod, serial in sorted(in_use(mesh).items()) if pod.startswith("nodejs-api-v1"))
    asked = mesh.weft("certs", "revoke", *NS, pod, check=False, text="n\n")
    assert asked.returncode == 1 and "nothing was revoked" in asked.stderr, asked
    certs(mesh, "revoke", "--yes", *NS, pod)
    assert next(c for c in listed(mesh, *NS) if c["serial"] == serial)["state"] == "revoked"
    m.until(lambda: counter(mesh, GATEWAY, "weft_tls_connections_ended_total", side="client", reason="revoked"),
            "the gateway's connections to the pod end")
    m.until(lambda: mesh.request()[0] == 200, "the pod with its new certificate")
    assert "FAILED" not in certs(mesh, "verify", *NS, pod).stdout
    mesh.count(20)
    certs(mesh, "revoke", "--yes", "-n", "weft-system", "weft-gateway")
    m.until(lambda: counter(mesh, "nodejs-app." + pod, "weft_tls_connections_ended_total", side="server", reason="revoked"),
            "the pod's connections with the gateway end")
    m.until(lambda: mesh.request()[0] == 200, "the gateway with its new certificate")


def main():
    m.needs("node", "curl", "nft", "openssl")
    with m.Mesh() as mesh:
        mesh.up("--certificate-lifetime", "1h")
        m.run(*TESTS, given=(mesh,))


TESTS = (every_pod_with_a_sidecar_has_a_certificate_on_record, what_peers_would_refuse_is_told,
         a_step_that_comes_too_early_is_refused_and_says_for_whom, a_revocation_cuts_connections_on_both_sides)

if __name__ == "__main__":
    main()
