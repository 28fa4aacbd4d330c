#!/usr/bin/env python3
"""ServiceEntries whose endpoints are what names resolve to, in a running mesh. The machine's resolver and the world outside are the
test's own: it runs in a network of its own, where 192.0.2.0/24 is the world."""

import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading

import mesh as m
from name_server import SERVER_FAILURE, NameServer

WORLD = ("192.0.2.1", "192.0.2.2", "192.0.2.3")
PORT = 8080

ENTRY = """
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "dnsRefreshRate: 1s"}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: partner, namespace: nodejs-app}
spec:
  hosts: [partner.example.com]
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: pair, namespace: nodejs-app}
spec:
  hosts: [pair.example.com]
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
  resolution: DNS
  endpoints:
  - {address: one.example.net, labels: {version: v1}}
  - {address: two.example.net, labels: {version: v2}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: pair, namespace: nodejs-app}
spec:
  host: pair.example.com
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: pair, namespace: nodejs-app}
spec:
  hosts: [pair.example.com]
  http:
  - match: [{headers: {x-new: {exact: "yes"}}}]
    route: [{destination: {host: pair.example.com, subset: v2}}]
  - route: [{destination: {host: pair.example.com, subset: v1}}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: raw, namespace: nodejs-app}
spec:
  hosts: [raw.example.com]
  ports: [{number: 8080, name: tcp, protocol: TCP}]
  resolution: DNS_ROUND_ROBIN
"""

ALIASES = """
apiVersion: v1
kind: Service
metadata: {name: api-alias, namespace: nodejs-app}
spec: {type: ExternalName, externalName: nodejs-api.nodejs-app.svc.cluster.local}
---
apiVersion: v1
kind: Service
metadata: {name: pair-alias, namespace: nodejs-app}
spec: {type: ExternalName, externalName: pair.example.com}
---
apiVersion: v1
kind: Service
metadata: {name: outside-alias, namespace: nodejs-app}
spec: {type: ExternalName, externalName: outside.example.org}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: to-alias, namespace: nodejs-app}
spec:
  hosts: [front.example.com]
  http: [{route: [{destination: {host: pair-alias, subset: v2}}]}]
"""


class Place(http.server.BaseHTTPRequestHandler):
    """Answers with the address it was reached at."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.connection.getsockname()[0].encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def in_own_world():
    """Runs this program again where the network and /etc/resolv.conf are its own."""
    if os.environ.get("WEFT_IN_OWN_WORLD") == "1":
        return
    inside = ["unshare", "--net", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net", "--mount"]
    if subprocess.run([*inside, "true"], capture_output=True).returncode != 0:
        m.skip("no network namespace to be had")
    done = subprocess.run([*inside, sys.executable, *sys.argv], env={**os.environ, "WEFT_IN_OWN_WORLD": "1"})
    sys.exit(done.returncode)


def make_world(folder):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in WORLD:
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
    resolv_conf = os.path.join(folder, "resolv.conf")
    with open(resolv_conf, "w") as file:
        file.write("nameserver 127.0.0.1\n")
    subprocess.run(["mount", "--bind", resolv_conf, "/etc/resolv.conf"], check=True)
    server = http.server.ThreadingHTTPServer(("0.0.0.0", PORT), Place)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def run(mesh, *script):
    """What a command says in one and the same pod, so that its sidecar keeps what it knows."""
    return mesh.weft("exec", "-n", "nodejs-app", "nodejs-api-v2", "--", *script, check=False).stdout.strip()


def curl(mesh, *args):
    return run(mesh, "curl", "-s", "-m", "10", "-w", " %{http_code}", *args)


def reached(mesh, url, requests=8):
    """The places that answered; everything that was no 200 as it is."""
    script = f"for i in $(seq {requests}); do curl -s -m 10 -w ' %{{http_code}}\\n' {url}; done"
    return {line.removesuffix(" 200") for line in run(mesh, "sh", "-c", script).splitlines()}


def all_addresses_of_a_name_are_endpoints(mesh):
    m.until(lambda: reached(mesh, "http://partner.example.com/") == set(WORLD[:2]), "both addresses")
    what_a_name_resolved_to_is_shown(mesh, *WORLD[:2])


def what_a_name_resolved_to_is_shown(mesh, *addresses):
    pod = ("nodejs-api-v2", "-n", "nodejs-app")
    rows = [line.split() for line in mesh.weft("pc", "endpoints", *pod, "--match", "partner").stdout.splitlines()[1:]]
    assert {row[0] for row in rows} == {f"{address}:{PORT}" for address in addresses}, rows
    assert all(row[1:] == ["HEALTHY", "1", "partner.example.com:80", "DNS", "partner.example.com"] for row in rows), rows
    assert f"{addresses[0]}:{PORT}" in mesh.weft("pc", "clusters", *pod, "--match", "partner").stdout
    sets = json.loads(mesh.weft("pc", "endpoints", *pod, "-o", "json").stdout)
    known = next(one for one in sets if one["cluster_name"] == "outbound|80||partner.example.com")
    hosts = {one["endpoint"]["hostname"] for group in known["endpoints"] for one in group["lb_endpoints"]}
    assert hosts == {"partner.example.com"}, known


def a_name_that_moves_is_followed(mesh, names):
    names["partner.example.com"] = (1, [WORLD[2]])
    m.until(lambda: reached(mesh, "http://partner.example.com/") == {WORLD[2]}, "the new address")
    what_a_name_resolved_to_is_shown(mesh, WORLD[2])


def a_resolver_that_fails_changes_nothing(mesh, server):
    server.code = SERVER_FAILURE
    before = len(server.asked)
    m.until(lambda: len(server.asked) > before, "it is asked again")
    assert reached(mesh, "http://partner.example.com/") == {WORLD[2]}
    server.code = 0


def endpoints_may_be_names_and_subsets_tell_them_apart(mesh):
    assert curl(mesh, "http://pair.example.com/") == f"{WORLD[0]} 200"
    assert curl(mesh, "-H", "x-new: yes", "http://pair.example.com/") == f"{WORLD[1]} 200"


def opaque_connections_go_to_the_first_address(mesh):
    assert reached(mesh, "http://raw.example.com:8080/") == {WORLD[1]}


def a_name_that_nobody_knows_is_a_503(mesh, names):
    del names["partner.example.com"]
    m.until(lambda: curl(mesh, "http://partner.example.com/").endswith(" 503"), "no endpoint is left")


def forms(name):
    return [name, f"{name}.nodejs-app", f"{name}.nodejs-app.svc", f"{name}.nodejs-app.svc.cluster.local"]


def external_names_lead_to_what_they_stand_for(mesh):
    """A Service of the mesh, a ServiceEntry's host with its routes, and a name outside, each by every form of the name."""
    mesh.weft("apply", "-f", "-", "--wait", text=ALIASES)
    for name in forms("api-alias"):
        m.until(lambda: curl(mesh, "-o", "/dev/null", f"http://{name}:3000/") == "200", f"the Service behind {name}")
    for name in forms("pair-alias"):
        assert curl(mesh, f"http://{name}/") == f"{WORLD[0]} 200", name
        assert curl(mesh, "-H", "x-new: yes", f"http://{name}/") == f"{WORLD[1]} 200", name
    for name in forms("outside-alias"):
        assert curl(mesh, f"http://{name}:{PORT}/") == f"{WORLD[2]} 200", name
    assert curl(mesh, "-H", "Host: front.example.com", "http://pair.example.com/") == f"{WORLD[1]} 200", "as a destination"
    asked = run(mesh, "node", "-e", "require('dns').resolveCname('outside-alias.nodejs-app.svc.cluster.local', (_, names) => console.log(names))")
    assert asked == "[ 'outside.example.org' ]", asked


def external_names_follow_changes(mesh):
    mesh.weft("apply", "-f", "-", "--wait", text=ALIASES.replace("outside.example.org", "pair.example.com"))
    m.until(lambda: curl(mesh, "http://outside-alias/") == f"{WORLD[0]} 200", "the new target")
    mesh.weft("delete", "service", "outside-alias", "-n", "nodejs-app")
    m.until(lambda: curl(mesh, "http://outside-alias/") == "000", "the name is gone")


def main():
    m.needs("node", "curl", "ip", "nft", "unshare", "mount")
    in_own_world()
    with tempfile.TemporaryDirectory(prefix="weft-it-") as folder:
        make_world(folder)
        names = {"partner.example.com": (1, list(WORLD[:2])), "one.example.net": (30, [WORLD[0]]), "two.example.net": (30, [WORLD[1]]),
                 "raw.example.com": (30, [WORLD[1], WORLD[0]]), "outside.example.org": (30, [WORLD[2]])}
        server = NameServer(names, port=53)
        with m.Mesh() as mesh:
            mesh.up()
            mesh.weft("apply", "-f", "-", "--wait", text=ENTRY)
            all_addresses_of_a_name_are_endpoints(mesh)
            a_name_that_moves_is_followed(mesh, names)
            a_resolver_that_fails_changes_nothing(mesh, server)
            endpoints_may_be_names_and_subsets_tell_them_apart(mesh)
            opaque_connections_go_to_the_first_address(mesh)
            external_names_lead_to_what_they_stand_for(mesh)
            external_names_follow_changes(mesh)
            a_name_that_nobody_knows_is_a_503(mesh, names)


main()
