#!/usr/bin/env python3
"""Changes and deaths under load: new weights, kill -9 of each part. Nothing that need not fail may fail."""

import os
import re
import signal

import mesh as m

VIRTUAL_SERVICE = """
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {{name: nodejs-api, namespace: nodejs-app}}
spec:
  hosts: [nodejs-api]
  http:
  - match: [{{headers: {{canary: {{exact: "true"}}}}}}]
    route: [{{destination: {{host: nodejs-api, subset: v2}}}}]
  - route:
    - {{destination: {{host: nodejs-api, subset: v1}}, weight: {v1}}}
    - {{destination: {{host: nodejs-api, subset: v2}}, weight: {v2}}}
"""


def apply_weights(mesh, v1):
    done = mesh.weft("apply", "-f", "-", "--wait", text=VIRTUAL_SERVICE.format(v1=v1, v2=100 - v1))
    return float(re.search(r"in force at \d+ of \d+ prox\w+ in ([0-9.]+) ms", done.stdout + done.stderr)[1])


def children(mesh, word):
    return [pid for pid, line in mesh.processes().items() if word in line]


def fifty_changes_fail_no_request(mesh):
    with m.Load(mesh) as load:
        times = sorted(apply_weights(mesh, 100 if i % 2 else 0) for i in range(50))
    print(f"in force after {times[25]:.0f} ms (median of 50), {load.total} requests, {len(load.failures)} failed")
    assert load.failures == [], load.failures[:5]
    assert mesh.count(50) == {"v1": 50}
    apply_weights(mesh, 90)


def weftd_dies_and_no_request_notices(mesh):
    before = [p["metadata"]["uid"] for p in mesh.get("pods", "nodejs-app")]
    with m.Load(mesh) as load:
        (pid,) = children(mesh, "/weftd ")
        os.kill(pid, signal.SIGKILL)
        m.until(lambda: mesh.weft("get", "pods", "-n", "nodejs-app", check=False).returncode == 0, "weftd answers again", 5)
        m.until(lambda: all_synced(mesh), "all proxies are connected and in sync", 10)
        reached = load.total + 100
        m.until(lambda: load.total > reached, "100 more requests")
    assert load.failures == [], load.failures[:5]
    assert [p["metadata"]["uid"] for p in mesh.get("pods", "nodejs-app")] == before


def all_synced(mesh):
    import json

    done = mesh.weft("ps", "-o", "json", check=False)
    if done.returncode != 0:
        return False
    proxies = json.loads(done.stdout)
    return len(proxies) == 5 and all(t["state"] == "SYNCED" for p in proxies for t in p["types"].values() if t["state"] != "NOT SENT")


def a_workload_dies_and_comes_back(mesh):
    pod = mesh.ready_pods()[0]["metadata"]["name"]
    restarts = restart_count(mesh, pod)
    mesh.weft("exec", "-n", "nodejs-app", pod, "--", "sh", "-c", "kill -9 1 2>/dev/null; pkill -9 node || kill -9 $(pidof node)", check=False)
    m.until(lambda: restart_count(mesh, pod) > restarts, "the workload was restarted")
    m.until(lambda: len(mesh.ready_pods()) == 4, "the pod is ready again")
    m.until(lambda: pod in mesh.count(60, key="pod") or pod in mesh.count(60, {"canary": "true"}, key="pod"), "the pod serves again")


def restart_count(mesh, pod):
    (found,) = [p for p in mesh.get("pods", "nodejs-app") if p["metadata"]["name"] == pod]
    return sum(c.get("restartCount", 0) for c in found["status"].get("containerStatuses", []))


def a_sidecar_dies_and_is_replaced(mesh):
    pod = [p["metadata"]["name"] for p in mesh.ready_pods() if "v1" in p["metadata"]["name"]][0]
    (pid,) = [p for p, line in mesh.processes().items() if "/weft-proxy " in line and f"~{pod}." in line]
    os.kill(pid, signal.SIGKILL)
    m.until(lambda: [p for p, line in mesh.processes().items() if "/weft-proxy " in line and f"~{pod}." in line and p != pid],
            "a new sidecar runs", 5)
    m.until(lambda: len(mesh.ready_pods()) == 4, "the pod is ready again")
    m.until(lambda: pod in mesh.count(60, key="pod"), "the pod serves again")


def weft_node_dies_and_leaves_nothing(mesh):
    os.kill(mesh.pid(), signal.SIGKILL)
    m.until(lambda: not mesh.processes(), "every process of the mesh ended", 10)
    mesh.weft("down")
    mesh.up()
    assert mesh.count(20, {"canary": "true"}) == {"v2": 20}


def all_of_it():
    with m.Mesh() as mesh:
        mesh.up()
        m.run(fifty_changes_fail_no_request, weftd_dies_and_no_request_notices, a_workload_dies_and_comes_back,
              a_sidecar_dies_and_is_replaced, weft_node_dies_and_leaves_nothing, given=(mesh,))


if __name__ == "__main__":
    m.needs("curl", "node", "nft", "ip")
    m.run(all_of_it)
