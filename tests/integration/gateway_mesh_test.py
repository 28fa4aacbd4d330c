#!/usr/bin/env python3
"""Gateways: pods of a user's own and the one that `weft up` brings, seen from outside of the mesh."""

import http.client
import json
import pathlib
import socket
import ssl
import subprocess
import tempfile

import mesh as m
from gateway_pods import PODS

EXAMPLE = m.ROOT / "examples/gateway"
INGRESS = "istio-ingressgateway.istio-system"

# A gateway of the user's own: Istio's gateway injection, a Service in front with other ports than the pods'.
EDGE = PODS + """
apiVersion: v1
kind: Service
metadata: {name: edge, namespace: edge}
spec:
  selector: {istio: edge}
  ports:
  - {name: http, port: 80, targetPort: 8080}
  - {name: tls, port: 443, targetPort: 8443}
  - {name: tcp, port: 5000, targetPort: 15432}
---
apiVersion: v1
kind: Service
metadata: {name: secure, namespace: apps}
spec: {selector: {app: secure}, ports: [{name: tls, port: 8443}]}
---
apiVersion: v1
kind: Service
metadata: {name: lines, namespace: apps}
spec: {selector: {app: lines}, ports: [{name: tcp, port: 7000}]}
---
apiVersion: v1
kind: Pod
metadata: {name: secure, namespace: apps, labels: {app: secure}}
spec: {containers: [{name: secure, image: secure, ports: [{containerPort: 8443}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: lines, namespace: apps, labels: {app: lines}}
spec: {containers: [{name: lines, image: lines, ports: [{containerPort: 7000}]}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: edge}
spec:
  selector: {istio: edge}
  servers:
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: [a.example.com, "apps/*.b.example.com"]}
  - {port: {number: 443, name: tls, protocol: TLS}, hosts: [secure.example.com], tls: {mode: PASSTHROUGH}}
  - {port: {number: 5000, name: tcp, protocol: TCP}, hosts: ["*"]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: apps}
spec:
  hosts: [a.example.com, "*.b.example.com"]
  gateways: [edge/edge]
  http:
  - match: [{uri: {prefix: /gone}}]
    directResponse: {status: 410}
  - route: [{destination: {host: web, port: {number: 3000}}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: secure, namespace: apps}
spec:
  hosts: [secure.example.com]
  gateways: [edge/edge]
  tls:
  - match: [{port: 443, sniHosts: [secure.example.com]}]
    route: [{destination: {host: secure, port: {number: 8443}}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: lines, namespace: apps}
spec:
  hosts: ["*"]
  gateways: [edge/edge]
  tcp:
  - match: [{port: 5000}]
    route: [{destination: {host: lines, port: {number: 7000}}}]
"""

LINES = "require('net').createServer(s=>{s.on('error',()=>{});s.write('hello ');s.pipe(s)}).listen(7000)"


def ask(port, host, path="/", headers=None):
    """(status, headers, body) of a request from outside, addressed to `host`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"host": host, **(headers or {})})
    response = connection.getresponse()
    answer = response.status, {k.lower(): v for k, v in response.getheaders()}, response.read().decode()
    connection.close()
    return answer


def is_served(port, host):
    try:
        return ask(port, host)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def body_of(answer):
    assert answer[0] == 200, answer
    return json.loads(answer[2])


def the_gateway_of_the_example_is_there_without_being_written():
    with m.Mesh() as mesh:
        mesh.weft("up", "-f", str(EXAMPLE), "--expose", f"{INGRESS}:80={mesh.port}", "--detach")
        m.until(lambda: is_served(mesh.port, "shop.example.com"), "the web by the gateway")
        assert body_of(ask(mesh.port, "shop.example.com"))["version"] == "web"
        by_path = body_of(ask(mesh.port, "shop.example.com", "/api/orders"))
        assert (by_path["version"], by_path["path"]) == ("api", "/orders"), by_path
        assert body_of(ask(mesh.port, "v2.api.shop.example.com"))["version"] == "api"
        for unknown in ("other.example.com", "api.shop.example.com", "web.shop", "127.0.0.1"):
            assert ask(mesh.port, unknown)[0] == 404, unknown
        status, headers, _ = ask(mesh.port, "old.example.com", "/a?b=c")
        assert (status, headers["location"]) == (301, "https://old.example.com/a?b=c"), (status, headers)
        assert "istio-ingressgateway" in mesh.weft("get", "pods", "-n", "istio-system").stdout
        assert "connected to the control plane" in mesh.weft("logs", "-n", "istio-system", "deploy/istio-ingressgateway").stdout
        routes = mesh.weft("pc", "routes", "deploy/istio-ingressgateway", "-n", "istio-system").stdout
        assert "http.8080" in routes and "VirtualService shop/shop" in routes, routes


def a_gateway_that_is_applied_later_gets_its_pods_as_well():
    documents = (EXAMPLE / "mesh.yaml").read_text().split("\n---\n")
    edge = [text for text in documents if "kind: Gateway" in text or "kind: VirtualService" in text]
    with m.Mesh() as mesh:
        mesh.weft("up", "-f", str(EXAMPLE / "weft.yaml"), "-f", "-", "--detach",
                  text="\n---\n".join(text for text in documents if text not in edge))
        assert "ingressgateway" not in mesh.weft("get", "pods", "-A").stdout
        applied = mesh.weft("apply", "-f", "-", text="\n---\n".join(edge)).stdout
        assert "deployment.apps/istio-ingressgateway created" in applied, applied
        m.until(lambda: mesh.ready_pods("istio-system"), "the gateway's pod")
        address = mesh.ready_pods("istio-system")[0]["status"]["podIP"]
        ask_inside = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: shop.example.com", f"http://{address}:8080/"]
        m.until(lambda: mesh.weft("exec", "-n", "shop", "--", *ask_inside, check=False).stdout == "200", "the web by the gateway")
        again = mesh.weft("apply", "-f", "-", text="\n---\n".join(edge)).stdout
        assert "deployment.apps/istio-ingressgateway unchanged" in again, again


def hosts_share_a_port(port):
    m.until(lambda: is_served(port, "a.example.com"), "the first host")
    for host in ("a.example.com", "x.b.example.com", "A.EXAMPLE.COM", "a.example.com:8080"):
        assert body_of(ask(port, host))["version"] == "web", host
    assert ask(port, "a.example.com", "/gone")[0] == 410
    for host in ("b.example.com", "example.com", "web.apps.svc.cluster.local", "web.apps:3000"):
        assert ask(port, host)[0] == 404, host


def what_a_stranger_claims_is_not_believed(port):
    seen = body_of(ask(port, "a.example.com", headers={
        "x-forwarded-for": "10.0.0.1", "x-envoy-retry-on": "5xx", "x-forwarded-client-cert": "By=me", "x-envoy-attempt-count": "7",
        "x-envoy-decorator-operation": "mine"}))["headers"]
    assert seen["x-forwarded-for"].startswith("10.0.0.1,"), seen
    assert seen["x-forwarded-proto"] == "http", seen
    for name in ("x-envoy-retry-on", "x-envoy-decorator-operation"):
        assert name not in seen, (name, seen)
    told = seen["x-forwarded-client-cert"]  # by the sidecar, of the gateway
    assert "By=me" not in told and told.endswith("URI=spiffe://cluster.local/ns/edge/sa/default"), told


def a_proxy_before_the_gateway_is_believed_once_the_mesh_says_so(mesh, port):
    claims = {"x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https"}
    mesh_config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: \"%s\"}\n"
    for said, scheme in (("defaultConfig: {gatewayTopology: {numTrustedProxies: 1}}", "https"), ("", "http")):
        mesh.weft("apply", "-f", "-", "--wait", text=mesh_config % said)
        assert body_of(ask(port, "a.example.com", headers=claims))["headers"]["x-forwarded-proto"] == scheme, said


def tls_passes_through_by_its_server_name(port, certificate):
    trust = ssl.create_default_context(cafile=certificate)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        with trust.wrap_socket(plain, server_hostname="secure.example.com") as tls:
            tls.sendall(b"GET / HTTP/1.0\r\n\r\n")
            answer = b""
            while chunk := tls.recv(4096):
                answer += chunk
    assert answer.startswith(b"HTTP/1.0 200") and b"s_server" in answer, answer[:200]
    trust.check_hostname = False
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        try:
            trust.wrap_socket(plain, server_hostname="other.example.com")
            raise AssertionError("a server name that nobody serves was let in")
        except OSError:
            pass


def bytes_pass_through_a_tcp_server(port):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"world")
        answer = b""
        while len(answer) < len(b"hello world"):
            chunk = client.recv(100)
            assert chunk, answer
            answer += chunk
    assert answer == b"hello world", answer


def gateways_scale_and_are_replaced_without_a_failure(mesh, port):
    scaled = EDGE.replace("spec:\n  selector: {matchLabels: {istio: edge}}", "spec:\n  replicas: 2\n  selector: {matchLabels: {istio: edge}}")
    mesh.weft("apply", "-f", "-", "--wait", text=scaled)
    m.until(lambda: len(mesh.ready_pods("edge")) == 2, "two gateway pods")
    proxies = mesh.weft("ps").stdout
    assert proxies.count("edge-") >= 2, proxies
    first = mesh.ready_pods("edge")[0]["metadata"]["name"]
    mesh.weft("delete", "pod", first, "-n", "edge")
    for _ in range(50):
        assert ask(port, "a.example.com")[0] == 200
    m.until(lambda: first not in [p["metadata"]["name"] for p in mesh.ready_pods("edge")] and len(mesh.ready_pods("edge")) == 2,
            "another in its place")


def a_workload_in_the_mesh_reaches_the_gateway_as_any_service(mesh):
    script = ["bash", "-c", "exec 3<>/dev/tcp/edge.edge/5000; head -c 6 <&3"]
    assert mesh.weft("exec", "-n", "apps", "--", *script).stdout == "hello "


def tls_that_ends_here_without_rules_for_what_is_inside_is_not_opened(mesh, port):
    """The rules are for TLS that passes through; nothing is served in plain text instead."""
    ending = EDGE.replace("tls: {mode: PASSTHROUGH}", "tls: {mode: SIMPLE, credentialName: shop}")
    mesh.weft("apply", "-f", "-", "--wait", text=ending)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            assert client.recv(1) == b"", "closed, as nothing listens in the gateway"
    except ConnectionError:
        pass
    mesh.weft("apply", "-f", "-", "--wait", text=EDGE)


def a_gateway_of_ones_own_serves_http_tls_and_bytes():
    with tempfile.TemporaryDirectory(prefix="weft-it-") as folder, m.Mesh() as mesh:
        key, certificate = pathlib.Path(folder, "key.pem"), pathlib.Path(folder, "cert.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-subj", "/CN=secure.example.com", "-addext", "subjectAltName=DNS:secure.example.com",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        web, tls, tcp = mesh.port, m.free_port(), m.free_port()
        mesh.weft("up", "-f", "-", "--image", f"web=node {m.EXAMPLE / 'server.js'}", "--image", f"lines=node -e \"{LINES}\"",
                  "--image", f"secure=openssl s_server -quiet -accept 8443 -key {key} -cert {certificate} -www",
                  "--expose", f"edge.edge:80={web}", "--expose", f"edge.edge:443={tls}", "--expose", f"edge.edge:5000={tcp}",
                  "--detach", text=EDGE)
        hosts_share_a_port(web)
        what_a_stranger_claims_is_not_believed(web)
        a_proxy_before_the_gateway_is_believed_once_the_mesh_says_so(mesh, web)
        tls_passes_through_by_its_server_name(tls, str(certificate))
        bytes_pass_through_a_tcp_server(tcp)
        a_workload_in_the_mesh_reaches_the_gateway_as_any_service(mesh)
        gateways_scale_and_are_replaced_without_a_failure(mesh, web)
        tls_that_ends_here_without_rules_for_what_is_inside_is_not_opened(mesh, tls)


if __name__ == "__main__":
    m.needs("node", "curl", "openssl", "nft", "ip")
    m.run(the_gateway_of_the_example_is_there_without_being_written, a_gateway_that_is_applied_later_gets_its_pods_as_well,
          a_gateway_of_ones_own_serves_http_tls_and_bytes)
