#!/usr/bin/env python3
"""`weft mtls`: what it says of each port, and that a plan names exactly those whom STRICT then refuses."""

import json

import mesh as m

URL = "http://nodejs-api:3000/"
DISABLED = """
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: raw, namespace: nodejs-app}
spec: {selector: {matchLabels: {app: nodejs-api}}, mtls: {mode: DISABLE}}
"""


def status_of(mesh, sidecar):
    where = ["-n", "nodejs-app"] + ([] if sidecar else ["--no-sidecar"])
    done = mesh.weft("exec", *where, "--", "curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}", URL, check=False)
    return done.stdout.strip()


def plan(mesh, *scope):
    return json.loads(mesh.weft("mtls", "strict", *scope, "--plan", "-o", "json").stdout)


def statuses(mesh):
    ports = json.loads(mesh.weft("mtls", "status", "-n", "nodejs-app", "-o", "json").stdout)
    return {port["workload"]: port for port in ports if port["port"] == 3000}


def a_mesh_without_plain_text_has_nobody_to_refuse(mesh):
    mesh.count(20)
    m.until(lambda: status_of(mesh, True) == "200", "a sidecar is served")
    assert plan(mesh, "nodejs-app")["callers"] == [], plan(mesh, "nodejs-app")
    assert "Nobody seen so far would be refused." in mesh.weft("mtls", "strict", "--plan").stdout
    ports = statuses(mesh)
    assert ports and all(p["mode"] == "PERMISSIVE" and p["policy"] == "" for p in ports.values()), ports
    assert sum(p["mutualTls"] for p in ports.values()) >= 20 and not any(p["plainText"] for p in ports.values()), ports


def the_plan_names_who_comes_in_plain_text(mesh):
    for _ in range(6):  # both versions have seen some of it
        assert status_of(mesh, False) == "200"
    callers = plan(mesh, "nodejs-app")["callers"]
    assert callers and all(c["refused"] and c["port"] == 3000 for c in callers), callers
    assert sum(c["connections"] for c in callers) == 6, callers
    assert {c["to"] for c in callers} <= {"nodejs-app/nodejs-api-v1", "nodejs-app/nodejs-api-v2"}, callers
    of_mesh = plan(mesh)["callers"]
    assert sum(c["connections"] for c in of_mesh) == 6 and all(c["refused"] for c in of_mesh), of_mesh
    table = mesh.weft("mtls", "strict", "--plan").stdout
    assert "would be REFUSED" in table and "with mutual TLS" in table, table
    assert mesh.get("peerauthentications", "nodejs-app") == [], "a plan changes nothing"
    printed = mesh.weft("mtls", "strict", "nodejs-app", "--print").stdout
    assert "mode: STRICT" in printed and mesh.get("peerauthentications", "nodejs-app") == [], printed


def strict_refuses_whom_the_plan_named_and_nobody_else(mesh):
    said = mesh.weft("mtls", "strict", "nodejs-app", "--wait")
    assert "PeerAuthentication nodejs-app/default: STRICT for namespace nodejs-app" in said.stdout, said
    m.until(lambda: status_of(mesh, False) == "000", "plain text is refused")
    for _ in range(10):
        assert status_of(mesh, False) == "000"
        assert status_of(mesh, True) == "200"
    assert mesh.request()[0] == 200, "so does the gateway"
    ports = statuses(mesh)
    assert all(p["mode"] == "STRICT" and p["policy"] == "PeerAuthentication nodejs-app/default" for p in ports.values()), ports


def probes_are_asked_past_mutual_tls(mesh):
    deployment = next(d for d in mesh.get("deployments", "nodejs-app") if d["metadata"]["name"] == "nodejs-api-v2")
    template = deployment["spec"]["template"]
    template["metadata"]["labels"] = {"app": "probed"}
    template["spec"]["containers"][0]["readinessProbe"] = {"httpGet": {"path": "/", "port": 3000}, "periodSeconds": 1}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "probed"}}, "template": template}
    probed = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "probed", "namespace": "nodejs-app"}, "spec": spec}
    mesh.weft("apply", "-f", "-", text=json.dumps(probed))
    m.until(lambda: any(p["metadata"].get("labels", {}).get("app") == "probed" for p in mesh.ready_pods()), "a pod with an HTTP probe is ready")
    mesh.weft("delete", "deployment", "probed", "-n", "nodejs-app")


def a_narrower_policy_goes_on_letting_in(mesh):
    mesh.weft("apply", "-f", "-", "--wait", text=DISABLED)
    m.until(lambda: status_of(mesh, False) == "200", "the workload takes plain text again")
    callers = plan(mesh, "nodejs-app")["callers"]
    assert callers and not any(c["refused"] for c in callers), callers
    assert "PeerAuthentication nodejs-app/raw says DISABLE" in callers[0]["why"], callers
    mesh.weft("mtls", "strict", "nodejs-app", "--wait")
    assert status_of(mesh, False) == "200", "as the plan said"
    rows = mesh.weft("mtls", "status", "-n", "nodejs-app").stdout
    assert "DISABLE" in rows and "PeerAuthentication nodejs-app/raw" in rows, rows


def main():
    m.needs("curl", "nft", "ip", "node")
    with m.Mesh() as mesh:
        mesh.up()
        for check in (
            a_mesh_without_plain_text_has_nobody_to_refuse,
            the_plan_names_who_comes_in_plain_text,
            strict_refuses_whom_the_plan_named_and_nobody_else,
            probes_are_asked_past_mutual_tls,
            a_narrower_policy_goes_on_letting_in,
        ):
            check(mesh)
            print(f"ok: {check.__name__.replace('_', ' ')}", flush=True)


if __name__ == "__main__":
    main()
