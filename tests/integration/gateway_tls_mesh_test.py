#!/usr/bin/env python3
"""TLS at the edges of a mesh whose own is STRICT: gateways that end it with certificates from Secrets, and sidecars that begin it towards hosts outside."""

import base64
import http.client
import json
import pathlib
import socket
import ssl
import subprocess
import tempfile

import mesh as m
from certificates import Authority
from gateway_pods import PODS

EDGE = PODS + """
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec: {mtls: {mode: STRICT}}
---
apiVersion: v1
kind: Service
metadata: {name: edge, namespace: edge}
spec:
  selector: {istio: edge}
  ports:
  - {name: http, port: 80, targetPort: 8080}
  - {name: https, port: 443, targetPort: 8443}
---
apiVersion: v1
kind: Namespace
metadata: {name: outside}
---
apiVersion: v1
kind: Pod
metadata: {name: origin, namespace: outside, labels: {app: origin}}
spec:
  containers: [{name: origin, image: origin, ports: [{containerPort: 8443}]}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: edge}
spec:
  selector: {istio: edge}
  servers:
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*.example.com"], tls: {httpsRedirect: true}}
  - port: {number: 443, name: https-shop, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: shop}
  - port: {number: 443, name: https-staff, protocol: HTTPS}
    hosts: [staff.example.com]
    tls: {mode: MUTUAL, credentialName: staff}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: apps}
spec:
  hosts: ["*.example.com"]
  gateways: [edge/edge]
  http: [{route: [{destination: {host: web, port: {number: 3000}}}]}]
"""

ORIGIN = """
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: origin, namespace: apps}
spec:
  hosts: [origin.example.net]
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8443}]
  resolution: STATIC
  endpoints: [{address: %s}]
"""

RULE = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: origin, namespace: apps}
spec:
  host: origin.example.net
  trafficPolicy:
    tls: {%s}
"""

# Authorities of the clients' namespace, for those of them that the rule below is about.
AUTHORITIES = """
apiVersion: v1
kind: Secret
metadata: {name: origins, namespace: apps}
data: {ca.crt: %s}
"""

SELECTING_RULE = RULE.replace("  host:", "  workloadSelector: {matchLabels: {sidecar.istio.io/inject: \"true\"}}\n  host:")

SECRET = """
apiVersion: v1
kind: Secret
metadata: {name: %s, namespace: edge}
type: kubernetes.io/tls
data: {%s}
"""


def secret(name, **files):
    """A Secret of the gateway's namespace with these keys, from files or as they are."""
    entries = {key: path if isinstance(path, bytes) else pathlib.Path(path).read_bytes() for key, path in files.items()}
    return SECRET % (name, ", ".join(f"{key.replace('_', '.')}: {base64.b64encode(value).decode()}" for key, value in entries.items()))


class Edge:
    """The gateway's two ports, and what a client that trusts `root` sees there."""

    def __init__(self, http_port, https_port, root):
        self.http_port, self.https_port, self.root = http_port, https_port, root

    def connect(self, host, client=None):
        trust = ssl.create_default_context(cafile=self.root)
        if client:
            trust.load_cert_chain(*client)
        return trust.wrap_socket(socket.create_connection(("127.0.0.1", self.https_port), timeout=10), server_hostname=host)

    def ask(self, host, client=None, path="/"):
        """(status, body) over TLS."""
        connection = http.client.HTTPSConnection(host, self.https_port, timeout=10)
        connection.sock = self.connect(host, client)
        connection.request("GET", path, headers={"host": host})
        response = connection.getresponse()
        answer = response.status, response.read().decode()
        connection.close()
        return answer

    def serial(self, host):
        with self.connect(host) as tls:
            return tls.getpeercert()["serialNumber"]

    def is_served(self, host, client=None):
        try:
            return self.ask(host, client)[0] == 200
        except (OSError, http.client.HTTPException):
            return False


def apply(mesh, text, check=True):
    return mesh.weft("apply", "-f", "-", "--wait", text=text, check=check)


def nothing_is_served_before_the_secret_is_there(mesh, edge, authority):
    assert not edge.is_served("shop.example.com")
    apply(mesh, secret("shop", tls_crt=authority.path("shop.pem"), tls_key=authority.path("shop.key")))
    m.until(lambda: edge.is_served("shop.example.com"), "the certificate of the Secret")
    headers = json.loads(edge.ask("shop.example.com")[1])["headers"]
    assert headers["x-forwarded-proto"] == "https", headers


def plain_http_is_sent_to_https(edge):
    connection = http.client.HTTPConnection("127.0.0.1", edge.http_port, timeout=10)
    connection.request("GET", "/a?b=c", headers={"host": "shop.example.com"})
    response = connection.getresponse()
    assert (response.status, response.getheader("location")) == (301, "https://shop.example.com/a?b=c")
    connection.close()


def clients_show_a_certificate_where_the_gateway_asks_for_one(mesh, edge, authority, stranger):
    apply(mesh, secret("staff", tls_crt=authority.path("staff.pem"), tls_key=authority.path("staff.key"), ca_crt=authority.root))
    known = (authority.path("client.pem"), authority.path("client.key"))
    m.until(lambda: edge.is_served("staff.example.com", known), "mutual TLS")
    assert not edge.is_served("staff.example.com"), "without a certificate"
    assert not edge.is_served("staff.example.com", (stranger.path("client.pem"), stranger.path("client.key"))), "of another authority"
    address = mesh.ready_pods("edge")[0]["status"]["podIP"]
    counted = mesh.weft("exec", "-n", "edge", "--", "curl", "-s", f"http://{address}:15090/stats/prometheus").stdout
    for reason in ("no_certificate", "untrusted"):
        assert f'reason="{reason}"' in counted, [line for line in counted.splitlines() if "handshake" in line]


def counted_refusals(mesh, reason):
    address = mesh.ready_pods("edge")[0]["status"]["podIP"]
    counted = mesh.weft("exec", "-n", "edge", "--", "curl", "-s", f"http://{address}:15090/stats/prometheus").stdout
    return sum(float(line.split()[-1]) for line in counted.splitlines()
               if line.startswith("weft_tls_handshakes_total") and f'reason="{reason}"' in line)


def ask_again(edge, trust, session):
    """(session, whether it was taken up) of a request over TLS of its own; fails where the gateway refuses it."""
    with trust.wrap_socket(socket.create_connection(("127.0.0.1", edge.https_port), timeout=10),
                           server_hostname="staff.example.com", session=session) as tls:
        tls.sendall(b"GET / HTTP/1.1\r\nHost: staff.example.com\r\nConnection: close\r\n\r\n")
        assert tls.recv(65536).startswith(b"HTTP/1.1 200 "), "refused"
        return tls.session, tls.session_reused


def clients_whose_certificates_were_revoked_are_refused(mesh, edge, authority):
    one, other = ((authority.path(name + ".pem"), authority.path(name + ".key")) for name in ("client", "client2"))
    staff = {"tls_crt": authority.path("staff.pem"), "tls_key": authority.path("staff.key"), "ca_crt": authority.root}
    list_of = lambda *revoked, **more: secret("staff", ca_crl=authority.revoke("list", *revoked, **more), **staff)

    apply(mesh, list_of(other[0]))
    m.until(lambda: not edge.is_served("staff.example.com", other), "the list in force")
    assert edge.is_served("staff.example.com", one)
    assert counted_refusals(mesh, "revoked") > 0
    trust = ssl.create_default_context(cafile=authority.root)
    trust.load_cert_chain(*one)
    session, _ = ask_again(edge, trust, None)
    session, was_resumed = ask_again(edge, trust, session)
    assert was_resumed

    apply(mesh, list_of(one[0]))
    m.until(lambda: edge.is_served("staff.example.com", other), "another list")
    assert not edge.is_served("staff.example.com", one)
    try:
        ask_again(edge, trust, session)
        raise AssertionError("a session of the revoked one was resumed")
    except OSError:
        pass
    assert subprocess.run(["curl", "-s", "--cacert", authority.root, "--cert", one[0], "--key", one[1], "--resolve",
                           f"staff.example.com:{edge.https_port}:127.0.0.1", f"https://staff.example.com:{edge.https_port}/"],
                          check=False, capture_output=True).returncode != 0

    garbled = apply(mesh, secret("staff", ca_crl=b"no list", **staff))
    said = garbled.stdout + garbled.stderr
    assert "Secret edge/staff: gateways can't use its revocation lists, and keep earlier ones: ca.crl: no revocation list in PEM" in said, said
    assert edge.is_served("staff.example.com", other) and not edge.is_served("staff.example.com", one)

    apply(mesh, list_of(until="20200201000000Z"))
    m.until(lambda: not edge.is_served("staff.example.com", other), "a list that has ended")
    assert counted_refusals(mesh, "unknown_revocation") > 0
    apply(mesh, secret("staff", **staff))
    m.until(lambda: edge.is_served("staff.example.com", one), "no list at all")


def a_host_is_served_under_its_own_name_alone(edge):
    """A connection opened for one server name does not reach the hosts of another."""
    connection = http.client.HTTPSConnection("shop.example.com", edge.https_port, timeout=10)
    connection.sock = edge.connect("shop.example.com")
    connection.request("GET", "/", headers={"host": "staff.example.com"})
    assert connection.getresponse().status in (404, 421)
    connection.close()


def a_replaced_secret_is_shown_to_new_connections_and_breaks_none(mesh, edge, authority):
    old = edge.serial("shop.example.com")
    kept = http.client.HTTPSConnection("shop.example.com", edge.https_port, timeout=10)
    kept.sock = edge.connect("shop.example.com")
    apply(mesh, secret("shop", tls_crt=authority.path("shop2.pem"), tls_key=authority.path("shop2.key")))
    m.until(lambda: edge.serial("shop.example.com") != old, "the new certificate")
    kept.request("GET", "/", headers={"host": "shop.example.com"})
    assert kept.getresponse().status == 200, "the old connection lives on"
    kept.close()


def a_secret_that_does_not_fit_is_warned_of_and_the_last_one_holds(mesh, edge, authority):
    """Kubernetes takes any bytes as a certificate; what can't be served is said, and replaces nothing."""
    good = edge.serial("shop.example.com")
    other_key = apply(mesh, secret("shop", tls_crt=authority.path("shop.pem"), tls_key=authority.path("staff.key")))
    said = other_key.stdout + other_key.stderr
    assert "Secret edge/shop" in said and "the key is not that of the certificate" in said, said
    garbage = apply(mesh, secret("shop", tls_crt=b"no certificate", tls_key=b"no key"))
    assert "Secret edge/shop: gateways can't serve its certificate" in garbage.stdout + garbage.stderr, garbage
    assert edge.serial("shop.example.com") == good


def curl(mesh, url):
    script = ["curl", "-s", "-m", "10", "-w", "%{http_code}", "-o", "/dev/null", url]
    return mesh.weft("exec", "-n", "apps", "--", *script, check=False).stdout.strip()


def a_sidecar_begins_tls_to_a_host_outside(mesh, authority, stranger, certificate):
    pod = json.loads(mesh.weft("get", "pod", "origin", "-n", "outside", "-o", "json").stdout)
    apply(mesh, ORIGIN % pod["status"]["podIP"])
    url = "http://origin.example.net/"
    good = f"mode: SIMPLE, sni: origin.example.net, caCertificates: {authority.root}, subjectAltNames: [origin.example.net]"
    apply(mesh, RULE % good)
    m.until(lambda: curl(mesh, url) == "200", "the origin over TLS")
    apply(mesh, RULE % good.replace("[origin", "[another"))
    m.until(lambda: curl(mesh, url) == "503", "an origin of another name is not believed")
    apply(mesh, RULE % good.replace(authority.root, stranger.root))
    m.until(lambda: curl(mesh, url) == "503", "nor one of another authority")
    apply(mesh, RULE % good)
    m.until(lambda: curl(mesh, url) == "200", "the origin again")
    apply(mesh, RULE % f"{good}, caCrl: {authority.revoke('servers', certificate)}")
    m.until(lambda: curl(mesh, url) == "503", "nor one that was revoked")
    apply(mesh, RULE % f"{good}, caCrl: {authority.revoke('nobody')}")
    m.until(lambda: curl(mesh, url) == "200", "the origin that is on no list")
    mesh.weft("delete", "destinationrule", "origin", "-n", "apps")
    apply(mesh, SELECTING_RULE % "mode: SIMPLE, sni: origin.example.net, credentialName: origins")
    m.until(lambda: curl(mesh, url) == "503", "authorities that are not there yet")
    apply(mesh, AUTHORITIES % base64.b64encode(pathlib.Path(authority.root).read_bytes()).decode())
    m.until(lambda: curl(mesh, url) == "200", "the origin by a Secret's authorities")


def main():
    with tempfile.TemporaryDirectory(prefix="weft-it-") as folder, tempfile.TemporaryDirectory(prefix="weft-it-") as other, \
            m.Mesh() as mesh:
        authority, stranger = Authority(folder), Authority(other, "stranger")
        pathlib.Path(folder).chmod(0o755)  # the pods' proxies read the roots
        pathlib.Path(other).chmod(0o755)
        for name, host in (("shop", "shop"), ("shop2", "shop"), ("staff", "staff")):
            authority.issue(name, f"DNS:{host}.example.com")
        certificate, key = authority.issue("origin", "DNS:origin.example.net")
        for one in (authority, stranger):
            one.issue("client", "URI:spiffe://clients/one")
        authority.issue("client2", "URI:spiffe://clients/two")
        edge = Edge(mesh.port, m.free_port(), authority.root)
        mesh.weft("up", "-f", "-", "--image", f"web=node {m.EXAMPLE / 'server.js'}",
                  "--image", f"origin=openssl s_server -quiet -accept 8443 -key {key} -cert {certificate} -www",
                  "--expose", f"edge.edge:80={edge.http_port}", "--expose", f"edge.edge:443={edge.https_port}", "--detach", text=EDGE)
        nothing_is_served_before_the_secret_is_there(mesh, edge, authority)
        plain_http_is_sent_to_https(edge)
        clients_show_a_certificate_where_the_gateway_asks_for_one(mesh, edge, authority, stranger)
        clients_whose_certificates_were_revoked_are_refused(mesh, edge, authority)
        a_host_is_served_under_its_own_name_alone(edge)
        a_replaced_secret_is_shown_to_new_connections_and_breaks_none(mesh, edge, authority)
        a_secret_that_does_not_fit_is_warned_of_and_the_last_one_holds(mesh, edge, authority)
        a_sidecar_begins_tls_to_a_host_outside(mesh, authority, stranger, certificate)


if __name__ == "__main__":
    m.needs("node", "curl", "openssl", "nft", "ip")
    m.run(main)
