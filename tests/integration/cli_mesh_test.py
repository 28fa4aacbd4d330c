#!/usr/bin/env python3
"""The weft command against a running mesh: what each verb shows, and what it says when a mesh can't start."""

import json
import os
import re
import shutil
import signal
import subprocess
import threading

import mesh as m

APP = "nodejs-app"


def verb_tables(mesh):
    pods = mesh.weft("get", "pods", "-n", APP).stdout.split("\n")
    assert pods[0].split() == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"], pods
    assert len(pods) == 6 and all(" Running " in line for line in pods[1:5]), pods
    names = mesh.weft("get", "vs,dr", "-n", APP, "-o", "name").stdout.split()
    assert names == ["virtualservice.networking.istio.io/nodejs-api", "destinationrule.networking.istio.io/nodejs-api"], names
    assert "weft-gateway" in mesh.weft("get", "pods", "-A", "-o", "wide").stdout
    assert "kind: VirtualService" in mesh.weft("get", "vs", "nodejs-api", "-n", APP, "-o", "yaml").stdout
    described = mesh.weft("describe", "deployment", "nodejs-api-v2", "-n", APP).stdout
    assert re.search(r"^POD +IP +READY", described, re.M) and "mesh.yaml:" in described, described


def proxies_and_their_configuration(mesh):
    proxies = json.loads(mesh.weft("ps", "-o", "json").stdout)
    assert len(proxies) == 5, proxies
    routes = mesh.weft("pc", "routes", "-n", APP, "nodejs-api-v2").stdout
    assert "canary=true" in routes and "v1 90" in routes, routes
    assert re.search(r"VirtualService nodejs-app/nodejs-api +\S+mesh.yaml:\d+", routes), routes
    endpoints = mesh.weft("pc", "endpoints", f"nodejs-api-v2.{APP}", "--match", ":3000 v1").stdout.strip().split("\n")
    assert len(endpoints) == 4, endpoints
    assert "outbound" in mesh.weft("pc", "clusters", "deploy/nodejs-api-v1", "-n", APP).stdout
    assert "virtualInbound" in mesh.weft("pc", "listeners", "-n", APP, "nodejs-api-v1").stdout
    assert "expose_" in mesh.weft("pc", "routes", "weft-gateway").stdout
    assert json.loads(mesh.weft("pc", "clusters", "nodejs-api-v2", "-n", APP, "-o", "json").stdout)


def logs_of_pods_and_daemons(mesh):
    lines = mesh.weft("logs", "-n", APP, "-l", "app=nodejs-api", "--tail", "1").stdout.strip().split("\n")
    assert len(lines) == 4 and all(line.startswith("[nodejs-api-v") for line in lines), lines
    assert mesh.weft("logs", "--weftd").stdout and mesh.weft("logs", "--node").stdout
    assert "has no container" in mesh.weft("logs", "-n", APP, "nodejs-api-v2", "-c", "x", check=False).stderr


def first_line_of(stream, wanted):
    for line in stream:
        if wanted in line:
            return line
    return None


def a_watch_shows_what_changes(mesh):
    watch = subprocess.Popen(mesh.command("get", "deployments", "-n", APP, "--watch"), stdout=subprocess.PIPE, text=True)
    killer = threading.Timer(30, watch.kill)
    killer.start()
    assert first_line_of(watch.stdout, "nodejs-api-v2")
    scaled = (m.EXAMPLE / "mesh.yaml").read_text().replace("replicas: 1", "replicas: 2")
    mesh.weft("apply", "-f", "-", "--wait", text=scaled)
    assert first_line_of(watch.stdout, "2/2"), "the watch did not show the second replica"
    watch.send_signal(signal.SIGINT)
    watch.wait(timeout=10)
    killer.cancel()
    mesh.weft("apply", "-f", str(m.EXAMPLE))


def apply_says_what_became_of_each_object(mesh):
    same = mesh.weft("apply", "-f", str(m.EXAMPLE), "--wait")
    assert {line.split()[1] for line in same.stdout.strip().split("\n")} == {"unchanged"}, same.stdout
    assert re.search(r"in force at \d+ of \d+ proxies in \d+ ms", same.stderr), same.stderr
    dry = mesh.weft("apply", "-f", "-", "--dry-run", text="apiVersion: v1\nkind: Namespace\nmetadata: {name: dry}\n").stdout
    assert dry == "namespace/dry created (dry run)\n", dry
    assert mesh.weft("get", "namespace", "dry", check=False).returncode == 1
    wrong = (m.EXAMPLE / "mesh.yaml").read_text().replace("subset: v2", "subset: v3")
    refused = mesh.weft("apply", "-f", "-", text=wrong, check=False)
    assert refused.returncode == 4 and "WFT1017" in refused.stderr and "Nothing was changed" in refused.stderr, refused


def delete_takes_objects_away(mesh):
    mesh.weft("apply", "-f", "-", text="apiVersion: v1\nkind: Service\nmetadata: {name: tmp}\nspec: {ports: [{port: 80}]}\n")
    assert mesh.weft("delete", "service", "tmp").stdout == "service/tmp deleted\n"
    assert mesh.weft("delete", "service", "tmp", check=False).returncode == 1
    assert mesh.weft("delete", "service", "tmp", "--ignore-not-found").returncode == 0


def kubectl_reaches_the_mesh(mesh):
    if not shutil.which("kubectl"):
        return
    path = mesh.weft("kubeconfig", "--path").stdout.strip()
    done = subprocess.run(["kubectl", "--kubeconfig", path, "get", "pods", "-n", APP, "-o", "name"], capture_output=True, text=True)
    assert done.stdout.count("pod/nodejs-api-v1") == 3, done


def a_second_start_is_refused(mesh):
    again = mesh.weft("up", "--detach", check=False)
    assert again.returncode == 1 and "a mesh is running here already" in again.stderr, again
    taken = subprocess.run([m.BIN / "weft", "up", "--state", mesh.state + "-2", "-f", m.EXAMPLE, "--expose", f"{m.SERVICE}={mesh.port}"],
                           capture_output=True, text=True)
    assert taken.returncode == 1 and f"127.0.0.1:{mesh.port} is taken" in taken.stderr, taken


def a_running_mesh_answers_every_verb():
    with m.Mesh() as mesh:
        mesh.up()
        m.run(verb_tables, proxies_and_their_configuration, logs_of_pods_and_daemons, apply_says_what_became_of_each_object,
              a_watch_shows_what_changes, delete_takes_objects_away, kubectl_reaches_the_mesh, a_second_start_is_refused, given=(mesh,))


def a_crashing_pod_is_told_with_its_last_words():
    crash = "command: [sh, -c, 'echo out of luck; exit 3']"
    # With a port to be reached it is never ready; without one it is, for as long as it runs.
    for container in (crash, crash + ", ports: [{containerPort: 4000}]"):
        pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: crashy}\nspec: {containers: [{name: c, image: i, " + container + "}]}\n"
        with m.Mesh() as mesh:
            failed = mesh.weft("up", "-f", "-", text=pod, check=False)
            assert failed.returncode == 1, failed
            assert "exit code 3" in failed.stderr and "| out of luck" in failed.stderr, failed.stderr
            assert not mesh.processes(), "a failed start in the foreground must leave nothing"


def ctrl_c_takes_everything_down():
    with m.Mesh() as mesh:
        up = subprocess.Popen(mesh.command("up"), stdout=subprocess.PIPE, text=True)
        assert first_line_of(up.stdout, "Ready in"), "not ready"
        up.send_signal(signal.SIGINT)
        rest, _ = up.communicate(timeout=60)
        assert up.returncode == 130 and "nothing is left running" in rest, (up.returncode, rest)
        assert not mesh.processes(), mesh.processes()


def kept_data_comes_back():
    with m.Mesh() as mesh:
        mesh.weft("up", "--detach")
        mesh.weft("apply", "-f", "-", text="apiVersion: v1\nkind: Namespace\nmetadata: {name: kept}\n")
        mesh.weft("down", "--keep-data")
        mesh.weft("up", "--detach")
        assert mesh.weft("get", "namespace", "kept").returncode == 0
        mesh.weft("down")
        left = set(os.listdir(mesh.state)) - {"logs", "node.lock", "up.lock"}
        assert not left, left


if __name__ == "__main__":
    m.needs("curl", "node", "nft", "ip")
    m.run(a_running_mesh_answers_every_verb, a_crashing_pod_is_told_with_its_last_words, ctrl_c_takes_everything_down,
          kept_data_comes_back)
