#!/usr/bin/env python3
"""Services that the mesh knows besides Kubernetes' own, and what becomes of connections to those it doesn't know."""

import contextlib
import os
import pathlib
import stat
import subprocess

import mesh as m

ENTRY = """
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: legacy, namespace: nodejs-app}
spec:
  hosts: [legacy.example.com]
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 3000}]
  resolution: STATIC
  endpoints: [{address: %s}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: legacy, namespace: nodejs-app}
spec:
  hosts: [legacy.example.com]
  http:
  - match: [{headers: {x-tea: {exact: "yes"}}}]
    directResponse: {status: 418}
  - route:
    - destination: {host: legacy.example.com}
      headers: {response: {set: {x-by: entry, x-proxy: "%%HOSTNAME%%/%%ENVIRONMENT(POD_NAMESPACE)%%"}}}
"""

MESH_CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data: {mesh: "outboundTrafficPolicy: {mode: %s}"}
"""

SIDECAR = """
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: nodejs-app}
spec:
  egress: [{hosts: ["./nodejs-api.nodejs-app.svc.cluster.local"]}]
"""


def curl(mesh, *args):
    script = ["curl", "-s", "-m", "10", "-o", "/dev/null", "-w", "%{http_code} %header{x-by}", *args]
    return mesh.weft("exec", "-n", "nodejs-app", "--", *script, check=False).stdout.strip()


def apply(mesh, text, *args):
    mesh.weft("apply", "-f", "-", "--wait", *args, text=text)


def a_pod_calls_the_host_of_a_service_entry_by_name(mesh):
    address = mesh.ready_pods()[0]["status"]["podIP"]
    apply(mesh, ENTRY % address)
    m.until(lambda: curl(mesh, "http://legacy.example.com/") == "200 entry", "the route of the ServiceEntry's host")
    assert curl(mesh, "-H", "x-tea: yes", "http://legacy.example.com/") == "418", "the rule that answers by itself"
    script = ["curl", "-s", "-m", "10", "-o", "/dev/null", "-w", "%header{x-proxy}", "http://legacy.example.com/"]
    said = mesh.weft("exec", "-n", "nodejs-app", "deploy/nodejs-api-v2", "--", *script).stdout
    assert said.startswith("nodejs-api-v2-") and said.endswith("/nodejs-app"), said
    assert mesh.weft("get", "se", "-n", "nodejs-app").stdout.count("legacy.example.com") == 1


def unknown_hosts_are_refused_once_the_mesh_says_so(mesh):
    address = mesh.ready_pods()[0]["status"]["podIP"]
    unknown = ["-H", "Host: unknown.example.com", f"http://{address}:3000/"]
    assert curl(mesh, *unknown) == "200"
    for mode, status in (("REGISTRY_ONLY", "502"), ("ALLOW_ANY", "200"), ("REGISTRY_ONLY", "502")):
        apply(mesh, MESH_CONFIG % mode)
        assert curl(mesh, *unknown) == status, mode
        for _ in range(20):  # what is known goes on
            assert mesh.request()[0] == 200, mode
    assert curl(mesh, f"http://{address}:9999/").split()[0] == "000", "opaque connections are closed"
    wrong = mesh.weft("apply", "-f", "-", text=MESH_CONFIG % "SOMETIMES", check=False)
    assert wrong.returncode == 4 and "SOMETIMES" in wrong.stdout + wrong.stderr, wrong
    assert curl(mesh, *unknown) == "502", "the last good one holds"
    apply(mesh, MESH_CONFIG % "ALLOW_ANY")


def a_sidecar_hides_what_it_does_not_name(mesh):
    apply(mesh, SIDECAR)
    m.until(lambda: curl(mesh, "http://legacy.example.com/").startswith("000"), "the hidden name is not answered")
    assert curl(mesh, "http://nodejs-api:3000/") == "200"
    mesh.weft("delete", "sidecar", "default", "-n", "nodejs-app")
    m.until(lambda: curl(mesh, "http://legacy.example.com/") == "200 entry", "seen again")


INGRESS = """
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: inbound, namespace: nodejs-app}
spec:
  workloadSelector: {labels: {app: nodejs-api}}
  ingress: [{port: {number: 3000, protocol: HTTP, name: web}, defaultEndpoint: "127.0.0.1:%d"}]
"""


def a_sidecar_says_where_its_workload_takes_requests(mesh):
    for port, status in ((1, 503), (3000, 200)):
        apply(mesh, INGRESS % port)
        m.until(lambda: mesh.request()[0] == status, f"status {status} with the application at port {port}")
    mesh.weft("delete", "sidecar", "inbound", "-n", "nodejs-app")
    m.until(lambda: mesh.request()[0] == 200, "the services' own ports are back")


AT_A_SOCKET = """
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: inbound, namespace: nodejs-app}
spec:
  workloadSelector: {labels: {app: nodejs-api}}
  ingress: [{port: {number: 3000, protocol: HTTP, name: web}, defaultEndpoint: "unix://%s"}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: socket, namespace: nodejs-app}
spec:
  hosts: [socket.example.com]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: STATIC
  endpoints: [{address: "unix://%s"}]
"""

SERVER = """
const server = require("http").createServer((request, response) => {
  response.setHeader("x-by", "socket");
  request.pipe(response);
});
server.listen(process.argv[1], () => console.log("listening"));
"""


@contextlib.contextmanager
def application_at(mesh, path):
    command = mesh.command("exec", "-n", "nodejs-app", "--", "node", "-e", SERVER, path)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout.readline() == "listening\n"
            yield
        finally:
            server.terminate()


def applications_are_reached_at_socket_files(mesh):
    path = os.path.join(mesh.own_folder, "app.sock")
    with application_at(mesh, path):
        apply(mesh, AT_A_SOCKET % (path, path))
        m.until(lambda: curl(mesh, "http://nodejs-api:3000/") == "200 socket", "the application behind its sidecar")
        m.until(lambda: curl(mesh, "http://socket.example.com/") == "200 socket", "the endpoint of a ServiceEntry")
        for _ in range(20):
            assert curl(mesh, "-d", "x" * 100_000, "http://nodejs-api:3000/") == "200 socket"
        endpoints = mesh.weft("pc", "endpoints", "deploy/nodejs-api-v1", "-n", "nodejs-app").stdout
        assert f"unix://{path}" in endpoints, endpoints
        # What the node keeps for itself is out of reach, whoever writes configuration.
        own = os.path.join(mesh.state, "weftd.sock")
        apply(mesh, AT_A_SOCKET % (own, own))
        m.until(lambda: curl(mesh, "http://socket.example.com/").split()[0] == "503", "the control plane's socket is hidden")
        m.until(lambda: curl(mesh, "http://nodejs-api:3000/").split()[0] == "503", "from sidecars of servers, too")
    mesh.weft("delete", "sidecar/inbound", "serviceentry/socket", "-n", "nodejs-app")
    m.until(lambda: mesh.request()[0] == 200, "the services' own ports are back")


DIALS_A_SOCKET = """
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: dials, namespace: nodejs-app}
spec:
  workloadSelector: {labels: {app: nodejs-api, version: v2}}
  egress:
  - port: {number: 0, protocol: HTTP, name: socket}
    bind: "unix://%s"
    hosts: ["./*"]
"""


def by_socket(mesh, path, url):
    """The status of a request from the pod of v2 by way of a socket file."""
    script = ["curl", "-s", "-m", "10", "-w", " %{http_code}", "--unix-socket", path, url]
    answer = mesh.weft("exec", "-n", "nodejs-app", "deploy/nodejs-api-v2", "--", *script, check=False).stdout
    return answer.split()[-1] if answer.split() else ""


def a_workload_reaches_services_by_a_socket_file(mesh):
    path = os.path.join(mesh.own_folder, "out.sock")
    apply(mesh, DIALS_A_SOCKET % path)
    m.until(lambda: by_socket(mesh, path, "http://nodejs-api:3000/") == "200", "the service behind the socket")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o755, "only the proxy's own user connects"
    assert by_socket(mesh, path, "http://nodejs-api/") == "502", "without a port it is port 80, which nothing has"
    pod = ("deploy/nodejs-api-v2", "-n", "nodejs-app")
    assert f"unix://{path}" in mesh.weft("pc", "listeners", *pod).stdout
    before = os.stat(path).st_ino
    mesh.weft("proxy", "restart", "-n", "nodejs-app", "deploy/nodejs-api-v2")
    for _ in range(10):
        assert by_socket(mesh, path, "http://nodejs-api:3000/") == "200", "the successor has the very socket"
    assert os.stat(path).st_ino == before
    # Neither the node's own files nor anybody else's are taken.
    own, others = os.path.join(mesh.state, "new.sock"), os.path.join(mesh.own_folder, "file")
    for taken in (own, others):
        pathlib.Path(others).write_text("kept")
        mesh.weft("apply", "-f", "-", text=DIALS_A_SOCKET % taken)
        m.until(lambda: not os.path.exists(path), "the file goes with its listener")
        assert not os.path.exists(own) and pathlib.Path(others).read_text() == "kept"
    mesh.weft("delete", "sidecar", "dials", "-n", "nodejs-app")


ELSEWHERE = """
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: inbound, namespace: nodejs-app}
spec:
  workloadSelector: {labels: {app: nodejs-api}}
  ingress: [{port: {number: 8080, protocol: HTTP, name: other}, defaultEndpoint: "127.0.0.1:3000"}%s]
"""
AS_BYTES = ", {port: {number: 3000, protocol: TCP, name: raw}}"


def a_port_that_a_sidecar_leaves_out_is_reached_as_it_was_dialled(mesh):
    """Between two proxies requests travel as HTTP/2; the application, which speaks HTTP/1.1, must see none of it."""
    def statuses():
        return {curl(mesh, "http://nodejs-api:3000/") for _ in range(20)}

    for more in ("", AS_BYTES, ""):
        apply(mesh, ELSEWHERE % more)
        assert statuses() == {"200"}, f"with the port {'listed as one of bytes' if more else 'left out'}"
        assert mesh.request()[0] == 200
    mesh.weft("delete", "sidecar", "inbound", "-n", "nodejs-app")
    m.until(lambda: "8080" not in mesh.weft("pc", "listeners", "deploy/nodejs-api-v1", "-n", "nodejs-app").stdout, "in force")
    assert statuses() == {"200"}, "with the services' own ports"


DIALLED = """
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: raw, namespace: nodejs-app}
spec:
  hosts: [raw.example.com]
  ports: [{number: 7000, name: tcp, protocol: TCP, targetPort: 3000}]
  resolution: STATIC
  endpoints: [{address: %s}]
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: dialled, namespace: nodejs-app}
spec:
  ingress:
  - {port: {number: 3000, protocol: HTTP, name: web}}
  - {port: {number: 8080, protocol: HTTP, name: own}, captureMode: NONE, defaultEndpoint: "127.0.0.1:3000"}
  egress:
  - {port: {number: 3000, protocol: HTTP, name: http}, captureMode: NONE, bind: 127.0.0.9, hosts: ["./*"]}
  - {port: {number: 7000, protocol: TCP, name: raw}, captureMode: NONE, hosts: ["./*"]}
  - {hosts: ["*/*"]}
"""


def a_sidecar_listens_where_the_workload_dials_it(mesh):
    pod = mesh.ready_pods()[0]
    name = pod["metadata"]["name"]
    mesh.weft("apply", "-f", "-", text=DIALLED % pod["status"]["podIP"])
    service = ["-H", "Host: nodejs-api:3000", "http://127.0.0.9:3000/"]
    m.until(lambda: curl(mesh, *service) == "200", "HTTP at the address of an egress listener")
    assert curl(mesh, "-H", "Host: unknown.example.com", "http://127.0.0.9:3000/") == "502", "there is nowhere to go on to"
    assert curl(mesh, "http://127.0.0.1:7000/") == "200", "bytes at the loopback address"
    own = ["exec", name, "-n", "nodejs-app", "--", "curl", "-s", "-m", "10", "-w", "%{http_code}", "-o", "/dev/null", "http://127.0.0.1:8080/"]
    m.until(lambda: mesh.weft(*own, check=False).stdout == "200", "the workload's own port at the proxy")
    # Where the application has port 3000, the proxy cannot: it says so by name, and serves all else.
    m.until(lambda: "127.0.0.9_3000" in mesh.weft("ps", "-o", "json").stdout, "the listener that cannot be bound is told")
    assert "NACKED" in mesh.weft("ps").stdout
    for _ in range(20):
        assert mesh.request()[0] == 200, "the other listeners go on"
    mesh.weft("delete", "sidecar", "dialled", "-n", "nodejs-app")
    m.until(lambda: "NACKED" not in mesh.weft("ps").stdout, "nothing is refused any more")
    m.until(lambda: curl(mesh, "http://127.0.0.1:7000/") == "000", "the port is closed again")


SPACE = """
apiVersion: v1
kind: Namespace
metadata: {name: partner, labels: {mesh: "%s"}}
"""

PARTNER = """
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: partner, namespace: partner}
spec:
  hosts: [partner.example.com]
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 3000}]
  resolution: STATIC
  endpoints: [{address: %s}]
"""

SELECTORS = """
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    discoverySelectors:
    - matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [istio-system, nodejs-app]}]
    - matchLabels: {mesh: "on"}
"""


def namespaces_that_no_selector_takes_are_not_in_the_mesh(mesh):
    def partner_answers():
        assert mesh.request()[0] == 200, "the others' own services go on"
        return curl(mesh, "http://partner.example.com/").split()[0]

    address = mesh.ready_pods()[0]["status"]["podIP"]
    apply(mesh, SPACE % "off" + "---" + PARTNER % address)
    m.until(lambda: partner_answers() == "200", "without selectors every namespace counts")
    apply(mesh, SELECTORS)
    m.until(lambda: partner_answers() == "000", "its names are unknown once no selector takes it")
    notice = mesh.weft("validate", "-f", "-", text=PARTNER % address)
    assert "discoverySelectors do not take the namespace partner" in notice.stdout + notice.stderr, notice
    apply(mesh, SPACE % "on")
    m.until(lambda: partner_answers() == "200", "the label takes it in")
    apply(mesh, SPACE % "off")
    m.until(lambda: partner_answers() == "000", "and out")
    mesh.weft("delete", "configmap", "istio", "-n", "istio-system")
    m.until(lambda: partner_answers() == "200", "every namespace counts again")


def main():
    m.needs("node", "curl")
    with m.Mesh() as mesh:
        mesh.up()
        a_pod_calls_the_host_of_a_service_entry_by_name(mesh)
        unknown_hosts_are_refused_once_the_mesh_says_so(mesh)
        a_sidecar_hides_what_it_does_not_name(mesh)
        a_sidecar_says_where_its_workload_takes_requests(mesh)
        applications_are_reached_at_socket_files(mesh)
        a_workload_reaches_services_by_a_socket_file(mesh)
        a_port_that_a_sidecar_leaves_out_is_reached_as_it_was_dialled(mesh)
        a_sidecar_listens_where_the_workload_dials_it(mesh)
        namespaces_that_no_selector_takes_are_not_in_the_mesh(mesh)


main()
