"""A stock Envoy as a gateway: it accepts what weftd makes of Gateways, and serves as they say."""

import http.client
import json
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

import control_plane
import demo
import envoy

GATEWAY_IP = "10.244.0.8"
HTTP, REDIRECTS, TLS, TCP = 8080, 8081, 8443, 9000
SECURE_IP, SECURE_PORT = "10.244.0.5", 9443


def gateway_pod():
    """Its annotation says that one proxy before it is trusted."""
    made = demo.pod("edge", {"istio": "edge"})
    made["metadata"]["annotations"] = {"proxy.istio.io/config": "gatewayTopology: {numTrustedProxies: 1}"}
    return made


def server(number, protocol, hosts, **rest):
    return {"port": {"number": number, "protocol": protocol, "name": f"{protocol.lower()}-{number}"}, "hosts": hosts, **rest}


def objects():
    istio = "networking.istio.io/v1"
    to_api = [{"destination": {"host": "nodejs-api", "port": {"number": demo.PORT}}}]
    secure = demo.named("v1", "Service", "secure", spec={"clusterIP": "10.96.0.30", "ports": [{"port": 443, "name": "tls"}]})
    secure_slice = {**demo.endpoint_slice({}), "ports": [{"name": "tls", "port": SECURE_PORT, "protocol": "TCP"}],
                    "endpoints": [{"addresses": [SECURE_IP], "conditions": {"ready": True}}],
                    "metadata": {"name": "secure-x", "namespace": demo.NAMESPACE, "labels": {"kubernetes.io/service-name": "secure"}}}
    return [
        gateway_pod(), secure, secure_slice,
        demo.named(istio, "Gateway", "edge", spec={"selector": {"istio": "edge"}, "servers": [
            server(HTTP, "HTTP", ["a.example.com", "*.b.example.com"]),
            server(REDIRECTS, "HTTP", ["old.example.com"], tls={"httpsRedirect": True}),
            server(TLS, "TLS", ["secure.example.com"], tls={"mode": "PASSTHROUGH"}),
            server(TCP, "TCP", ["*"])]}),
        demo.named(istio, "VirtualService", "web", spec={
            "hosts": ["a.example.com", "*.b.example.com"], "gateways": ["edge"],
            "http": [{"match": [{"uri": {"prefix": "/gone"}}], "directResponse": {"status": 410}}, {"route": to_api}]}),
        demo.named(istio, "VirtualService", "secure", spec={
            "hosts": ["secure.example.com"], "gateways": ["edge"],
            "tls": [{"match": [{"sniHosts": ["secure.example.com"]}], "route": [{"destination": {"host": "secure", "port": {"number": 443}}}]}]}),
        demo.named(istio, "VirtualService", "raw", spec={
            "hosts": ["*"], "gateways": ["edge"], "tcp": [{"match": [{"port": TCP}], "route": to_api}]}),
    ]


def ask(port, host, path="/", headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={"host": host, **(headers or {})})
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response, json.loads(body) if body.startswith("{") else body


def check_http():
    for host in ("a.example.com", "x.b.example.com", "a.example.com:8080"):
        response, body = ask(HTTP, host)
        assert response.status == 200 and body["version"] in ("v1", "v2"), (host, response.status, body)
        assert response.getheader("server") == "weft", response.getheaders()
    assert ask(HTTP, "a.example.com", "/gone")[0].status == 410
    for host in ("b.example.com", "nodejs-api", "other.example.com"):
        assert ask(HTTP, host)[0].status == 404, host
    response, _ = ask(REDIRECTS, "old.example.com", "/a?b=c")
    assert (response.status, response.getheader("location")) == (301, "https://old.example.com/a?b=c"), response.getheaders()


def check_claims():
    _, body = ask(HTTP, "a.example.com", headers={"x-forwarded-for": "1.1.1.1", "x-forwarded-client-cert": "By=me",
                                                  "x-forwarded-proto": "https"})
    seen = {name.lower(): value for name, value in body["headers"].items()}
    assert seen["x-forwarded-for"].startswith("1.1.1.1,"), seen
    assert seen["x-forwarded-proto"] == "https", "the trusted proxy before it said so"
    assert "x-forwarded-client-cert" not in seen, seen


def start_tls_server(folder):
    key, certificate = f"{folder}/key.pem", f"{folder}/cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=secure.example.com", "-addext", "subjectAltName=DNS:secure.example.com",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listening = socket.create_server((SECURE_IP, SECURE_PORT))

    def serve():
        while True:
            client, _ = listening.accept()
            try:
                with context.wrap_socket(client, server_side=True) as tls:
                    tls.sendall(b"hello")
            except OSError:
                client.close()
    threading.Thread(target=serve, daemon=True).start()
    return certificate


def check_tls(certificate):
    trust = ssl.create_default_context(cafile=certificate)
    with socket.create_connection(("127.0.0.1", TLS), timeout=5) as plain:
        with trust.wrap_socket(plain, server_hostname="secure.example.com") as tls:
            assert tls.recv(5) == b"hello"
    with socket.create_connection(("127.0.0.1", TLS), timeout=5) as plain:
        try:
            trust.wrap_socket(plain, server_hostname="other.example.com")
            raise AssertionError("a name that nobody serves was let in")
        except OSError:
            pass


def check(api_type, certificate):
    with control_plane.ControlPlane() as plane:
        plane.sync(plane.apply(*demo.objects(), *objects()))
        node_id = f"router~{GATEWAY_IP}~edge.{demo.NAMESPACE}~{demo.NAMESPACE}.svc.cluster.local"
        with envoy.Envoy(plane, node_id, plane.token(demo.NAMESPACE, "edge"), api_type) as proxy:
            assert not proxy.rejected(), proxy.rejected()
            check_http()
            check_claims()
            check_tls(certificate)
            assert ask(TCP, "anything")[0].status == 200
            listeners = proxy.admin("/listeners")[1]
            assert all(f"0.0.0.0:{port}" in listeners for port in (HTTP, REDIRECTS, TLS, TCP)), listeners
            plane.sync(plane.apply(demo.named("networking.istio.io/v1", "VirtualService", "raw", spec={
                "hosts": ["*"], "gateways": ["edge"], "tcp": [{"match": [{"port": 1}], "route": [{"destination": {"host": "nodejs-api"}}]}]})))
            control_plane.until(lambda: f"0.0.0.0:{TCP}" not in proxy.admin("/listeners")[1], "a port without rules is closed")
            assert not proxy.rejected(), proxy.rejected()
        print(f"{api_type}: ok")


def main():
    envoy.binary()
    control_plane.in_own_network("openssl")
    demo.start_workloads()
    subprocess.run(["ip", "address", "add", f"{SECURE_IP}/32", "dev", "lo"], check=True)
    with tempfile.TemporaryDirectory(prefix="weft-interop-") as folder:
        certificate = start_tls_server(folder)
        for api_type in ("DELTA_GRPC", "GRPC"):
            check(api_type, certificate)
    return 0


if __name__ == "__main__":
    sys.exit(main())
