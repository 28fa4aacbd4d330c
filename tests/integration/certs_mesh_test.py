#!/usr/bin/env python3
"""`weft certs` in a real mesh: what it shows, what it verifies, and that replacing certificates and roots costs no request."""

import json
import os
import pathlib
import signal
import subprocess
import threading

import mesh as m

NS = ("-n", "nodejs-app")


def certs(mesh, *args, check=True):
    return mesh.weft("certs", *args, check=check)


def listed(mesh, *args):
    return json.loads(certs(mesh, "list", *args, "-o", "json").stdout)


def in_use(mesh, space="nodejs-app"):
    """pod -> serial of the certificates that are shown now."""
    return {c["pod"]: c["serial"] for c in listed(mesh, "-n", space) if c["state"] in ("active", "replacing")}


def trust(mesh):
    return json.loads(certs(mesh, "root", "-o", "json").stdout)


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


def replacing_costs_no_request(mesh):
    before = in_use(mesh)
    with m.Load(mesh) as load, NewConnections(mesh) as fresh:
        done = certs(mesh, "rotate", *NS, "svc/nodejs-api").stdout
        assert "replaced and in use" in done, done
        certs(mesh, "rotate", "--all")
        m.until(lambda: fresh.done > 3, "some new connections")
    assert not load.failures and not fresh.failures, (load.failures[:5], fresh.failures[:5])
    after = in_use(mesh)
    assert all(after[pod] != serial for pod, serial in before.items() if pod in after), (before, after)
    assert certs(mesh, "rotate", *NS, "nobody", check=False).returncode == 1


def a_root_is_replaced_under_load(mesh):
    old = trust(mesh)["roots"][0]["fingerprint"]
    assert trust(mesh)["phase"] == "steady"
    weftd = [pid for pid, line in mesh.processes().items() if "weftd" in line.split()[0]][0]
    with m.Load(mesh) as load, NewConnections(mesh) as fresh:
        out = certs(mesh, "root", "rotate", "--all-steps").stdout
        at = fresh.done
        m.until(lambda: fresh.done > at + 3, "connections under the new root alone")
    assert [line.split()[1] for line in out.splitlines()] == ["introduced:", "switched:", "retired:"], out
    assert not load.failures and not fresh.failures, (load.failures[:5], fresh.failures[:5])
    roots = trust(mesh)["roots"]
    assert len(roots) == 1 and roots[0]["fingerprint"] != old, roots
    assert weftd in mesh.processes()


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


def revoked_certificates_are_refused_at_once(mesh):
    pod, serial = sorted(in_use(mesh).items())[0]
    asked = mesh.weft("certs", "revoke", *NS, pod, check=False, text="n\n")
    assert asked.returncode == 1 and "nothing was revoked" in asked.stderr, asked
    certs(mesh, "revoke", "--yes", *NS, pod)
    assert next(c for c in listed(mesh, *NS) if c["serial"] == serial)["state"] == "revoked"
    m.until(lambda: mesh.request()[0] == 200, "the pod with its new certificate")
    assert "FAILED" not in certs(mesh, "verify", *NS, pod).stdout


def main():
    m.needs("node", "curl", "nft", "openssl")
    with m.Mesh() as mesh:
        mesh.up("--certificate-lifetime", "1h")
        for test in TESTS:
            print(f"== {test.__name__}", flush=True)
            test(mesh)


TESTS = (every_pod_with_a_sidecar_has_a_certificate_on_record, what_peers_would_refuse_is_told, replacing_costs_no_request,
         a_root_is_replaced_under_load,
         a_step_that_comes_too_early_is_refused_and_says_for_whom, revoked_certificates_are_refused_at_once)

if __name__ == "__main__":
    main()
