#!/usr/bin/env python3
"""kubectl on the pods of a running mesh: what they wrote, and what else needs a pod that runs."""

import os
import re
import shutil
import subprocess
import sys
import threading

import mesh as m

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: two, labels: {app: talk}}
spec:
  containers:
  - {name: web, image: i, command: [sh, -c, 'echo first; sleep 1.2; echo second; while [ ! -e /tmp/weft-it-KEY ]; do sleep 0.05; done; echo third; sleep 1000']}
  - {name: side, image: i, command: [sh, -c, 'echo beside; sleep 1000']}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: one}
spec:
  replicas: 1
  selector: {matchLabels: {app: talk, only: one}}
  template:
    metadata: {labels: {app: talk, only: one}}
    spec: {containers: [{name: main, image: i, command: [sh, -c, 'echo of one; sleep 1000']}]}
---
apiVersion: v1
kind: Pod
metadata: {name: again, annotations: {sidecar.istio.io/inject: "false"}}
spec: {containers: [{name: main, image: i, command: [sh, -c, 'echo run $$$$; sleep 0.3; exit 1']}]}
"""
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z "


def kubectl_command(mesh, *words):
    return ["kubectl", "--kubeconfig", os.path.join(mesh.state, "kubeconfig"), *words]


def kubectl(mesh, *words, code=0, text=None):
    done = subprocess.run(kubectl_command(mesh, *words), capture_output=True, text=True, input=text, timeout=60,
                          env={**os.environ, "HOME": mesh.own_folder})
    assert done.returncode == code, (words, done)
    return done.stdout + done.stderr


def logs_of_the_container_that_is_named(mesh):
    m.until(lambda: "second" in kubectl(mesh, "logs", "two", "-c", "web"), "the second line")
    assert kubectl(mesh, "logs", "two", "-c", "web") == "first\nsecond\n"
    assert kubectl(mesh, "logs", "two", "side") == "beside\n"
    assert kubectl(mesh, "logs", "two", "-c", "web", "--tail=1") == "second\n"
    assert kubectl(mesh, "logs", "two", "-c", "web", "--limit-bytes=3") == "fir"
    assert sorted(kubectl(mesh, "logs", "two", "--all-containers").split()) == ["beside", "first", "second"]
    assert kubectl(mesh, "logs", "deploy/one") == "of one\n"
    assert sorted(kubectl(mesh, "logs", "-l", "only=one").split("\n")) == ["", "of one"]
    # kubectl itself refuses -c with what the Pod's spec does not have; the API gives a sidecar's log.
    kubectl(mesh, "get", "--raw", "/api/v1/namespaces/default/pods/two/log?container=istio-proxy")


def logs_with_times(mesh):
    stamped = kubectl(mesh, "logs", "two", "-c", "web", "--timestamps")
    found = re.fullmatch(f"({STAMP})first\n({STAMP})second\n", stamped)
    assert found and found[1] < found[2], stamped
    second = found[2][:19] + "Z"  # kubectl's times have whole seconds
    assert kubectl(mesh, "logs", "two", "-c", "web", "--since-time", second) == "second\n"
    assert kubectl(mesh, "logs", "two", "-c", "web", "--since=1h") == "first\nsecond\n"
    assert kubectl(mesh, "logs", "two", "-c", "web", "--since-time", "2100-01-01T00:00:00Z") == ""


def logs_that_there_are_not(mesh):
    # kubectl chooses the first by itself; others learn that they have to.
    unnamed = kubectl(mesh, "get", "--raw", "/api/v1/namespaces/default/pods/two/log", code=1)
    assert "(BadRequest): a container name must be specified for pod two, choose one of: [web side]" in unnamed, unnamed
    assert "container x is not valid for pod two" in kubectl(mesh, "logs", "two", "-c", "x", code=1)
    assert 'pods "three" not found' in kubectl(mesh, "logs", "three", code=1)
    assert 'previous terminated container "web" in pod "two" not found' in kubectl(mesh, "logs", "two", "-c", "web", "--previous", code=1)


def logs_of_the_run_before(mesh):
    def previous():
        done = subprocess.run(kubectl_command(mesh, "logs", "again", "--previous"), capture_output=True, text=True, timeout=60)
        return done.stdout
    found = m.until(previous, "a second run")
    assert re.fullmatch(r"run \d+\n", found), found
    assert re.fullmatch(r"run \d+\n", kubectl(mesh, "logs", "again")), "the last run alone"


def logs_go_on_until_the_pod_is_gone(mesh):
    following = subprocess.Popen(kubectl_command(mesh, "logs", "two", "-c", "web", "-f"), stdout=subprocess.PIPE, text=True)
    killer = threading.Timer(60, following.kill)
    killer.start()
    assert [following.stdout.readline() for _ in range(2)] == ["first\n", "second\n"]
    open(mesh.key, "w").close()
    assert following.stdout.readline() == "third\n"
    kubectl(mesh, "delete", "pod", "two", "--wait=false")
    assert following.stdout.read() == "" and following.wait(timeout=30) == 0
    killer.cancel()


def main():
    if not shutil.which("kubectl"):
        m.skip("kubectl is not installed")
    m.needs("nft", "ip")
    with m.Mesh() as mesh:
        mesh.key = f"/tmp/weft-it-{os.getpid()}"
        mesh.weft("up", "--detach")
        mesh.weft("apply", "-f", "-", text=PODS.replace("/tmp/weft-it-KEY", mesh.key))
        try:
            m.until(lambda: len([p for p in mesh.ready_pods("default") if p["metadata"]["name"] != "again"]) == 2, "two pods are ready")
            m.run(logs_of_the_container_that_is_named, logs_with_times, logs_that_there_are_not, logs_of_the_run_before,
                  logs_go_on_until_the_pod_is_gone, given=(mesh,))
        finally:
            if os.path.exists(mesh.key):
                os.remove(mesh.key)


if __name__ == "__main__":
    sys.exit(main())
