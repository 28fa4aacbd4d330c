#!/usr/bin/env python3
"""kubectl on the pods of a running mesh: what they wrote, and what else needs a pod that runs."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request

import mesh as m

KUBECTL = os.environ.get("KUBECTL", "kubectl")
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
metadata: {name: serve, labels: {app: serve}}
spec: {containers: [{name: main, image: i, ports: [{containerPort: 8080}], command: [PYTHON, -c, "SERVER"]}]}
---
apiVersion: v1
kind: Service
metadata: {name: serve}
spec: {selector: {app: serve}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: again, annotations: {sidecar.istio.io/inject: "false"}}
spec: {containers: [{name: main, image: i, command: [sh, -c, 'echo run $$$$; sleep 0.3; exit 1']}]}
"""
SERVER = """import http.server, os, signal
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
class Echo(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode())
http.server.ThreadingHTTPServer(('', 8080), Echo).serve_forever()
"""
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z "


def kubectl_command(mesh, *words):
    return [KUBECTL, "--kubeconfig", os.path.join(mesh.state, "kubeconfig"), *words]


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


def commands_run_in_the_container_that_is_named(mesh):
    assert kubectl(mesh, "exec", "deploy/one", "--", "echo", "a b", "c") == "a b c\n"
    assert kubectl(mesh, "exec", "two", "-c", "side", "--", "sh", "-c", "cat /proc/1/cmdline | tr '\\0' ' '").count("beside") == 1
    assert kubectl(mesh, "exec", "two", "-c", "web", "--", "sh", "-c", "cat /proc/1/cmdline | tr '\\0' ' '").count("first") == 1
    assert "exit code 7" in kubectl(mesh, "exec", "deploy/one", "--", "sh", "-c", "exit 7", code=7)
    both = subprocess.run(kubectl_command(mesh, "exec", "deploy/one", "--", "sh", "-c", "echo out; echo err >&2"), capture_output=True, text=True, timeout=60)
    assert (both.stdout, both.stderr) == ("out\n", "err\n"), both


def commands_read_what_they_are_sent(mesh):
    assert kubectl(mesh, "exec", "-i", "deploy/one", "--", "cat", text="x" * 300_000) == "x" * 300_000
    assert kubectl(mesh, "exec", "-i", "deploy/one", "--", "wc", "-c", text="").strip() == "0"
    # More than anybody reads: the command's end counts.
    assert kubectl(mesh, "exec", "-i", "deploy/one", "--", "head", "-c", "3", text="y" * 3_000_000) == "yyy"


def commands_have_a_terminal_where_it_is_asked_for(mesh):
    script = 'script -qec "%s" /dev/null' % " ".join(kubectl_command(mesh, "exec", "-it", "deploy/one", "--", "sh", "-c", "'tty && stty size'"))
    done = subprocess.run(["sh", "-c", "stty -F /dev/tty size 2>/dev/null; " + script], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert "/dev/pts/" in done.stdout, done


def older_kubectls_speak_spdy_alone(mesh):
    os.environ["KUBECTL_REMOTE_COMMAND_WEBSOCKETS"] = "false"
    commands_run_in_the_container_that_is_named(mesh)
    commands_read_what_they_are_sent(mesh)
    commands_have_a_terminal_where_it_is_asked_for(mesh)
    commands_end_with_their_client(mesh)
    del os.environ["KUBECTL_REMOTE_COMMAND_WEBSOCKETS"]


def commands_end_with_their_client(mesh):
    running = subprocess.Popen(kubectl_command(mesh, "exec", "deploy/one", "--", "sh", "-c", "echo $$; exec sleep 4321"), stdout=subprocess.PIPE, text=True)
    assert running.stdout.readline()
    sleeps = lambda: subprocess.run(["pgrep", "-f", "^sleep 4321"], capture_output=True, text=True).stdout.split()
    assert sleeps()
    running.kill()
    m.until(lambda: not sleeps(), "the command has ended")


def commands_that_cannot_be(mesh):
    assert 'pods "three" not found' in kubectl(mesh, "exec", "three", "--", "true", code=1)
    assert "container x" in kubectl(mesh, "exec", "two", "-c", "x", "--", "true", code=1)
    assert kubectl(mesh, "exec", "deploy/one", "--", "/nowhere", code=127)
    assert "attach is not served" in kubectl(mesh, "attach", "two", "-c", "web", code=1)


def pods_end_whatever_was_run_in_them(mesh):
    """A dead process that nobody has reaped kept its pod from ending."""
    gone = subprocess.run(kubectl_command(mesh, "delete", "deploy/one", "pod/serve", "--timeout=40s"), capture_output=True, text=True, timeout=60)
    assert gone.returncode == 0, gone
    m.until(lambda: not [p for p in mesh.get("pods", "default") if p["metadata"]["name"].startswith(("one", "serve"))], "the pods are gone")


def files_are_copied(mesh):
    folder = os.path.join(mesh.own_folder, "copied")
    os.makedirs(folder)
    with open(os.path.join(folder, "a"), "w") as file:
        file.write("text" * 100_000)
    pod = kubectl(mesh, "get", "pods", "-l", "only=one", "-o", "jsonpath={.items[0].metadata.name}")
    there = mesh.key + "-folder"
    kubectl(mesh, "cp", folder, f"{pod}:{there}")
    kubectl(mesh, "cp", f"{pod}:{there}/a", os.path.join(mesh.own_folder, "back"))
    with open(os.path.join(mesh.own_folder, "back")) as file:
        assert file.read() == "text" * 100_000
    shutil.rmtree(there)


def ports_are_forwarded(mesh):
    with Forward(mesh, "pod/serve", "8080") as port:
        for path in ("/one", "/two"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
                assert answer.read().decode() == path
        clients = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(5)]
        for number, client in reversed(list(enumerate(clients))):
            client.sendall(f"GET /{number} HTTP/1.0\r\n\r\n".encode())
            assert client.makefile("rb").read().endswith(f"/{number}".encode())
            client.close()
    with Forward(mesh, "service/serve", "80") as port:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/service", timeout=20) as answer:
            assert answer.read() == b"/service"
    with Forward(mesh, "pod/serve", "9") as port:
        client = socket.create_connection(("127.0.0.1", port), timeout=20)
        assert client.recv(10) == b""


class Forward:
    """kubectl port-forward to a port of its choice, which is what `with` gives."""

    def __init__(self, mesh, what, port):
        self.process = subprocess.Popen(kubectl_command(mesh, "port-forward", what, ":" + port), stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return int(re.search(r"127.0.0.1:(\d+) ->", self.process.stdout.readline())[1])

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


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
    if not shutil.which(KUBECTL):
        m.skip("kubectl is not installed")
    m.needs("nft", "ip")
    with m.Mesh() as mesh:
        mesh.key = f"/tmp/weft-it-{os.getpid()}"
        mesh.weft("up", "--detach")
        mesh.weft("apply", "-f", "-", text=PODS.replace("/tmp/weft-it-KEY", mesh.key).replace("PYTHON", sys.executable)
                  .replace('"SERVER"', json.dumps(SERVER)))
        try:
            m.until(lambda: len([p for p in mesh.ready_pods("default") if p["metadata"]["name"] != "again"]) == 3, "three pods are ready")
            m.run(logs_of_the_container_that_is_named, logs_with_times, logs_that_there_are_not, logs_of_the_run_before,
                  commands_run_in_the_container_that_is_named, commands_read_what_they_are_sent,
                  commands_have_a_terminal_where_it_is_asked_for, commands_end_with_their_client, older_kubectls_speak_spdy_alone,
                  commands_that_cannot_be,
                  files_are_copied, ports_are_forwarded, pods_end_whatever_was_run_in_them, logs_go_on_until_the_pod_is_gone, given=(mesh,))
        finally:
            if os.path.exists(mesh.key):
                os.remove(mesh.key)


if __name__ == "__main__":
    sys.exit(main())
