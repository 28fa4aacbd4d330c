#!/usr/bin/env python3
"""NetworkPolicies in a running mesh: who gets through to whom, with and without sidecars, also past the sidecar. Runs in a
network namespace of its own, in which 192.0.2.1 is the world outside."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading

from node_fixture import BIN, Node, deployment, image_map, namespace, service, skip, until

MESHED, PLAIN, OTHER = "shop", "plain", "bank"
OUTSIDE = "192.0.2.1"
HTTP, RAW, ECHO, UDP = 8080, 9000, 9001, 5353
SERVER = f"""
import http.server, os, signal, socket, threading
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
def echo(port):
    server = socket.create_server(("", port), backlog=64)
    while True:
        client, _ = server.accept()
        threading.Thread(target=lambda: [client.sendall(part) for part in iter(lambda: client.recv(100), b"")], daemon=True).start()
def answer():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("", {UDP}))
    while True:
        server.sendto(*server.recvfrom(100))
for port in ({RAW}, {ECHO}):
    threading.Thread(target=echo, args=(port,), daemon=True).start()
threading.Thread(target=answer, daemon=True).start()
http.server.ThreadingHTTPServer(("", {HTTP}), Handler).serve_forever()
"""
# What root in the pod's network can do: sockets that capture lets pass. Prints "open", "refused" or "silent".
PROBE = """
import socket, sys
kind, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
client.setsockopt(socket.SOL_SOCKET, 36, 0x539)
client.settimeout(3)
try:
    client.connect((address, port))
    if kind == "udp":
        client.send(b"hello")
        client.recv(100)
    print("open")
except TimeoutError:
    print("silent")
except OSError:
    print("refused")
"""


def policy(name, spec, space=MESHED):
    metadata = {"name": name, "namespace": space}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def of_app(name):
    return {"podSelector": {"matchLabels": {"app": name}}}


class World:
    """The pods of the test and what one of them gets from another."""

    def __init__(self, node):
        self.node = node
        self.policies = []

    def pod(self, name):
        return self.node.ready(f"{name}-", 1)[0]

    def apply(self, *policies):
        """These policies and no others."""
        names = {(p["metadata"]["namespace"], p["metadata"]["name"]) for p in policies}
        for space, name in self.policies:
            if (space, name) not in names:
                self.node.delete(f"/apis/networking.k8s.io/v1/namespaces/{space}/networkpolicies/{name}")
        if policies:
            self.node.apply(*policies)
        self.policies = sorted(names)

    def inside(self, pod, *command):
        return ["nsenter", "--target", str(pod["pids"]["holder"]), "--net", "--", *command]

    def raw(self, client, server, port, kind="tcp"):
        """Past the sidecars: by root, with the mark of the sidecar's own sockets."""
        address = server if server == OUTSIDE else self.pod(server)["podIP"]
        command = self.inside(self.pod(client), sys.executable, "-c", PROBE, kind, address, str(port))
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout.strip()

    def http(self, client, url):
        """The status that the application of a pod gets; 0 when there is no answer."""
        space = client.split("/")[0]
        done = self.node.exec(space, "curl", "-s", "-o", "/dev/null", "-m", "5", "-w", "%{http_code}", url, pod=self.pod(client))
        return int(done.stdout or 0)

    def expect(self, what, *expected):
        """That a question is answered so, within the moment that a change needs."""
        answers = []
        until(lambda: (answers.append(what()) or answers[-1]) in expected, f"{expected}, not {answers[-3:]}", 10)

    def expect_http(self, client, server, *expected, port=HTTP):
        url = f"http://{server if server == OUTSIDE else self.pod(server)['podIP']}:{port}/"
        self.expect(lambda: self.http(client, url), *expected)

    def expect_raw(self, client, server, port, expected, kind="tcp"):
        self.expect(lambda: self.raw(client, server, port, kind), expected)


API, WEB, BATCH, TELLER, LONE = f"{MESHED}/api", f"{MESHED}/web", f"{MESHED}/batch", f"{OTHER}/teller", f"{PLAIN}/lone"
REFUSED = (0, 403, 503)


def without_policies_everything_passes(world):
    for client in (WEB, TELLER, LONE):
        world.expect_http(client, API, 200)
        world.expect_raw(client, API, RAW, "open")
        world.expect_raw(client, API, UDP, "open", "udp")
    world.expect_http(WEB, LONE, 200)


def a_default_deny_lets_nobody_in_and_the_pod_stays_ready(world):
    world.apply(policy("deny", {**of_app("api"), "policyTypes": ["Ingress"]}))
    for client in (WEB, TELLER, LONE):
        world.expect_http(client, API, *REFUSED)
        world.expect_raw(client, API, RAW, "refused")
        world.expect_raw(client, API, HTTP, "refused")
        world.expect_raw(client, API, UDP, "refused", "udp")
    world.expect_http(API, WEB, 200)
    world.expect_http(API, LONE, 200)
    world.expect_http(API, API, 200)  # a pod is never kept from itself
    assert world.pod(API)["ready"], "probes are the node's"
    world.apply()
    world.expect_http(WEB, API, 200)
    world.expect_raw(LONE, API, UDP, "open", "udp")


def peers_are_told_apart_by_pod_namespace_and_address(world):
    world.apply(policy("web", {**of_app("api"), "ingress": [{"from": [of_app("web")]}]}))
    world.expect_http(BATCH, API, *REFUSED)
    world.expect_http(WEB, API, 200)
    world.expect_raw(TELLER, API, RAW, "refused")
    bank = {"namespaceSelector": {"matchLabels": {"kind": "money"}}}
    world.apply(policy("bank", {**of_app("api"), "ingress": [{"from": [bank]}]}))
    world.expect_http(TELLER, API, 200)
    world.expect_http(WEB, API, *REFUSED)
    world.expect_raw(LONE, API, RAW, "refused")
    block = {"ipBlock": {"cidr": "10.244.0.0/16", "except": [world.pod(WEB)["podIP"] + "/32"]}}
    world.apply(policy("block", {**of_app("api"), "ingress": [{"from": [block]}]}))
    world.expect_http(WEB, API, *REFUSED)
    world.expect_http(BATCH, API, 200)
    world.expect_raw(LONE, API, RAW, "open")


def ports_are_told_apart_by_number_name_and_protocol(world):
    ports = [{"port": "web"}, {"port": RAW, "endPort": RAW}]
    world.apply(policy("ports", {**of_app("api"), "ingress": [{"ports": ports}]}))
    world.expect_raw(LONE, API, ECHO, "refused")
    world.expect_raw(LONE, API, UDP, "refused", "udp")
    world.expect_raw(LONE, API, RAW, "open")
    world.expect_http(WEB, API, 200)
    world.apply(policy("ports", {**of_app("api"), "ingress": [{"ports": [{"port": UDP, "protocol": "UDP"}]}]}))
    world.expect_raw(LONE, API, RAW, "refused")
    world.expect_raw(LONE, API, UDP, "open", "udp")


def what_leaves_a_pod_is_judged_behind_capture_and_service_addresses(world):
    out = {"egress": [{"to": [of_app("api")], "ports": [{"port": HTTP}]}]}
    for client, space in ((WEB, MESHED), (LONE, PLAIN)):
        spec = {**of_app(client.split("/")[1]), "policyTypes": ["Egress"], **out}
        if space == PLAIN:
            spec["egress"][0]["to"] = [{"namespaceSelector": {}, **of_app("api")}]
        world.apply(policy("out", spec, space))
        world.expect_http(client, BATCH, *REFUSED)
        world.expect(lambda: world.http(client, f"http://api.{MESHED}/"), 200)
        world.expect(lambda: world.http(client, f"http://batch.{MESHED}/"), *REFUSED)
        world.expect_raw(client, BATCH, RAW, "refused")
        world.expect_raw(client, API, UDP, "refused", "udp")
        world.expect_raw(client, API, HTTP, "open")
        names = world.node.exec(space, "getent", "hosts", f"api.{MESHED}", pod=world.pod(client))
        assert names.returncode == 0, "names are always answered"


def what_leaves_the_mesh_is_judged_too(world):
    server = http.server.ThreadingHTTPServer((OUTSIDE, 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    for client, space in ((WEB, MESHED), (LONE, PLAIN)):
        world.apply()
        world.expect_http(client, OUTSIDE, 200, port=port)
        app = of_app(client.split("/")[1])
        world.apply(policy("out", {**app, "policyTypes": ["Egress"]}, space))
        world.expect_http(client, OUTSIDE, *REFUSED, port=port)
        block = {"to": [{"ipBlock": {"cidr": "192.0.2.0/24"}}], "ports": [{"port": port}]}
        world.apply(policy("out", {**app, "policyTypes": ["Egress"], "egress": [block]}, space))
        world.expect_http(client, OUTSIDE, 200, port=port)
        block["to"][0]["ipBlock"]["except"] = [OUTSIDE + "/32"]
        world.apply(policy("out", {**app, "policyTypes": ["Egress"], "egress": [block]}, space))
        world.expect_http(client, OUTSIDE, *REFUSED, port=port)
    server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def policies_add_up(world):
    deny = policy("deny", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})
    out = policy("out", {**of_app("web"), "policyTypes": ["Egress"], "egress": [{"to": [of_app("api")]}]})
    into = policy("into", {**of_app("api"), "ingress": [{"from": [of_app("web")]}]})
    world.apply(deny, out, into)
    world.expect_http(BATCH, API, *REFUSED)
    world.expect_http(WEB, API, 200)
    world.expect_raw(WEB, API, RAW, "open")
    world.expect_raw(API, WEB, RAW, "refused")
    world.apply(deny, out)
    world.expect_http(WEB, API, *REFUSED)


FLOW = """
import socket, sys, time
client = socket.socket()
client.setsockopt(socket.SOL_SOCKET, 36, 0x539)
client.settimeout(3)
client.connect((sys.argv[1], int(sys.argv[2])))
print("connected", flush=True)
try:
    for _ in range(500):
        client.sendall(b"hello")
        assert client.recv(100), "closed"
        time.sleep(0.02)
    print("lived")
except (OSError, AssertionError):
    print("cut")
"""


def open_connections_are_cut_when_they_are_no_longer_allowed(world):
    world.apply()
    world.expect_raw(LONE, API, ECHO, "open")
    command = functools.partial(world.inside, world.pod(LONE), sys.executable, "-c", FLOW)
    flow = subprocess.Popen(command(world.pod(API)["podIP"], str(ECHO)), stdout=subprocess.PIPE, text=True)
    assert flow.stdout.readline() == "connected\n"
    into = policy("into", {"podSelector": {}, "ingress": [{"from": [{"namespaceSelector": {}}]}]})
    world.apply(into)
    world.expect_http(WEB, API, 200)
    assert flow.poll() is None, "who is allowed does not notice"
    world.apply(policy("into", {"podSelector": {}, "ingress": [{"from": [of_app("web")]}]}))
    assert flow.communicate(timeout=15)[0] == "cut\n"
    world.expect_http(WEB, API, 200)


def pods_that_come_anew_are_known_by_their_labels(world):
    world.apply(policy("web", {**of_app("api"), "ingress": [{"from": [of_app("web")]}]}))
    world.expect_http(BATCH, API, *REFUSED)
    for name in (WEB, API):
        before = world.pod(name)
        world.node.kill(before["pids"]["holder"])
        until(lambda: world.pod(name)["pids"]["holder"] != before["pids"]["holder"], "a new pod")
        world.expect_http(WEB, API, 200)
        world.expect_http(BATCH, API, *REFUSED)
        world.expect_raw(LONE, API, RAW, "refused")
    pod = world.pod(WEB)
    path = f"/api/v1/namespaces/{pod['namespace']}/pods/{pod['name']}"
    patch = {"metadata": {"labels": {"tier": "old"}}}
    world.apply(policy("web", {**of_app("api"), "ingress": [{"from": [{"podSelector": {"matchLabels": {"tier": "old"}}}]}]}))
    world.expect_http(WEB, API, *REFUSED)
    world.node.call("weftd.sock", "PATCH", path, patch, "application/merge-patch+json")
    world.expect_http(WEB, API, 200)


def main():
    if os.geteuid() != 0:
        skip("needs root")
    for program in ("nsenter", "unshare", "ip", "curl", "getent"):
        if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
            skip(f"{program} is not installed")
    if not all((BIN / name).exists() for name in ("weftd", "weft-node", "weft-proxy")):
        skip("the binaries are not built")
    if "WEFT_OWN_NETWORK" not in os.environ:
        setup = f"ip link set lo up && ip address add {OUTSIDE}/32 dev lo && exec \"$@\""
        os.environ["WEFT_OWN_NETWORK"] = "yes"
        os.execvp("unshare", ["unshare", "--net", "sh", "-c", setup, "sh", sys.executable, *sys.argv])
    ports = [{"name": "web", "containerPort": HTTP}]
    with Node() as node:
        node.start()
        bank = namespace(OTHER, True)
        bank["metadata"]["labels"]["kind"] = "money"
        node.apply(namespace(MESHED, True), namespace(PLAIN, False), bank, image_map(server=["python3", "-c", SERVER]))
        for name in (API, WEB, BATCH, TELLER, LONE):
            node.apply(service(*name.split("/")), deployment(*name.split("/"), 1, ports=ports))
        world = World(node)
        for check in (
            without_policies_everything_passes,
            a_default_deny_lets_nobody_in_and_the_pod_stays_ready,
            peers_are_told_apart_by_pod_namespace_and_address,
            ports_are_told_apart_by_number_name_and_protocol,
            what_leaves_a_pod_is_judged_behind_capture_and_service_addresses,
            what_leaves_the_mesh_is_judged_too,
            policies_add_up,
            open_connections_are_cut_when_they_are_no_longer_allowed,
            pods_that_come_anew_are_known_by_their_labels,
        ):
            check(world)
            print(f"ok: {check.__name__.replace('_', ' ')}", flush=True)
        node.process.terminate()
        node.process.wait(20)
        until(lambda: not node.left_over(), "no process is left", 10)
    tables = subprocess.run(["nft", "list", "tables"], capture_output=True, text=True, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    assert "weft" not in tables.stdout, tables.stdout
    print("ok: nothing is left")


if __name__ == "__main__":
    main()
