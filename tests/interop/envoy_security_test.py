"""A stock Envoy as a gateway asks authorizers and routes by the claims of tokens, as weftd's configuration has it."""

import http.server
import json
import subprocess
import sys
import tempfile
import threading

import control_plane
import demo
import envoy
from envoy_gateway_test import GATEWAY_IP, HTTP, ask, gateway_pod, server

sys.path.append(str(control_plane.ROOT / "tests/integration"))
from issuer import ISSUER, Issuer  # noqa: E402

AUTHORIZER_IP, OVER_HTTP, OVER_GRPC = "10.244.0.5", 8000, 9000
GUARDED, CLAIMS = "guarded.example.com", "claims.example.com"
PROVIDERS = [
    {"name": "over-http", "envoyExtAuthzHttp": {
        "service": "authz.nodejs-app.svc.cluster.local", "port": OVER_HTTP, "pathPrefix": "/check",
        "includeRequestHeadersInCheck": ["x-shown"], "headersToUpstreamOnAllow": ["x-user"],
        "headersToDownstreamOnDeny": ["x-why"]}},
    {"name": "over-grpc", "envoyExtAuthzGrpc": {"service": "authz.nodejs-app.svc.cluster.local", "port": OVER_GRPC}}]


class Authorizer(http.server.BaseHTTPRequestHandler):
    """Lets those pass who show the word, and tells the application who they are."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        is_welcome = self.headers.get("x-shown") == "sesame" and self.path.startswith("/check/guarded/")
        body = b"" if is_welcome else b"no entry"
        self.send_response(200 if is_welcome else 401)
        for name, value in {"x-user": "ann", "x-other": "o"}.items() if is_welcome else {"x-why": "because", "x-inner": "i"}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def objects(issuer):
    istio, security = "networking.istio.io/v1", "security.istio.io/v1"
    ports = {"http": OVER_HTTP, "grpc": OVER_GRPC}
    authorizer = demo.named("v1", "Service", "authz", spec={
        "clusterIP": "10.96.0.40", "ports": [{"name": name, "port": port} for name, port in ports.items()]})
    its_address = {**demo.endpoint_slice({}), "ports": [{"name": n, "port": p, "protocol": "TCP"} for n, p in ports.items()],
                   "endpoints": [{"addresses": [AUTHORIZER_IP], "conditions": {"ready": True}}],
                   "metadata": {"name": "authz-x", "namespace": demo.NAMESPACE, "labels": {"kubernetes.io/service-name": "authz"}}}
    edge = {"selector": {"matchLabels": {"istio": "edge"}}}
    claim = "@request.auth.claims"

    def to(subset):
        return [{"destination": {"host": "nodejs-api", "subset": subset, "port": {"number": demo.PORT}}}]
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "istio-system"}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "istio", "namespace": "istio-system"},
         "data": {"mesh": json.dumps({"extensionProviders": PROVIDERS})}},
        gateway_pod(), authorizer, its_address,
        demo.named(istio, "Gateway", "edge", spec={"selector": {"istio": "edge"}, "servers": [server(HTTP, "HTTP", ["*"])]}),
        demo.named(security, "RequestAuthentication", "tokens", spec={
            **edge, "jwtRules": [{"issuer": ISSUER, "jwks": json.dumps({"keys": [issuer.jwk()]})}]}),
        demo.named(istio, "VirtualService", "guarded", spec={"hosts": [GUARDED], "gateways": ["edge"], "http": [{"route": to("v1")}]}),
        demo.named(istio, "VirtualService", "claims", spec={"hosts": [CLAIMS], "gateways": ["edge"], "http": [
            {"match": [{"headers": {f"{claim}[realm][role]": {"exact": "admin"}}}, {"headers": {f"{claim}.groups": {"prefix": "api-"}}}],
             "route": to("v2")},
            {"match": [{"headers": {f"{claim}.sub": {}}, "withoutHeaders": {f"{claim}.banned": {"exact": "yes"}}}], "route": to("v1")}]})]


def guard(plane, provider):
    plane.sync(plane.apply(demo.named("security.istio.io/v1", "AuthorizationPolicy", "ask", spec={
        "selector": {"matchLabels": {"istio": "edge"}}, "action": "CUSTOM", "provider": {"name": provider},
        "rules": [{"to": [{"operation": {"paths": ["/guarded/*"]}}]}]})))


def told(body):
    return {name.lower(): value for name, value in body["headers"].items()}


def check_authorizer_over_http(plane):
    guard(plane, "over-http")
    control_plane.until(lambda: ask(HTTP, GUARDED, "/guarded/x")[0].status == 401, "the authorizer is asked")
    response, body = ask(HTTP, GUARDED, "/guarded/x")
    assert (body, response.getheader("x-why"), response.getheader("x-inner")) == ("no entry", "because", None), response.getheaders()
    response, body = ask(HTTP, GUARDED, "/guarded/x", {"x-shown": "sesame", "x-user": "root"})
    assert response.status == 200 and told(body)["x-user"] == "ann" and "x-other" not in told(body), body
    assert ask(HTTP, GUARDED, "/elsewhere")[0].status == 200, "no rule asks about it"


def check_authorizer_over_grpc(plane):
    guard(plane, "over-grpc")
    control_plane.until(lambda: ask(HTTP, GUARDED, "/guarded/x/allow")[0].status == 200, "the other authorizer is asked")
    response, body = ask(HTTP, GUARDED, "/guarded/x/allow", {"x-user": "root", "x-secret": "s"})
    assert response.getheader("x-told") == "t" and told(body)["x-user"] == "ann" and "x-secret" not in told(body), body
    response, body = ask(HTTP, GUARDED, "/guarded/deny")
    assert (response.status, body, response.getheader("retry-after")) == (429, "come back later", "7"), (response.status, body)


def check_claims(issuer):
    def version(token=None, **headers):
        response, body = ask(HTTP, CLAIMS, "/", {**({"authorization": f"Bearer {token}"} if token else {}), **headers})
        return body["version"] if response.status == 200 else response.status
    assert version(issuer.token()) == "v1"
    assert version(issuer.token(realm={"role": "admin"})) == "v2"
    assert version(issuer.token(groups=["x", "api-users"])) == "v2"
    assert version(issuer.token(banned="yes")) == 404
    assert version() == 404, "no token, no route"
    assert version(issuer.token(exp=1)) == 401


def check(api_type, issuer):
    with control_plane.ControlPlane() as plane:
        plane.sync(plane.apply(*demo.objects(), *objects(issuer)))
        node_id = f"router~{GATEWAY_IP}~edge.{demo.NAMESPACE}~{demo.NAMESPACE}.svc.cluster.local"
        with envoy.Envoy(plane, node_id, plane.token(demo.NAMESPACE, "edge"), api_type) as proxy:
            assert not proxy.rejected(), proxy.rejected()
            check_claims(issuer)
            check_authorizer_over_http(plane)
            check_authorizer_over_grpc(plane)
            assert not proxy.rejected(), proxy.rejected()
        print(f"{api_type}: ok")


def main():
    envoy.binary()
    control_plane.in_own_network("openssl")
    if not (control_plane.BIN / "grpc_authorizer").exists():
        control_plane.skip("grpc_authorizer is not built")
    demo.start_workloads()
    subprocess.run(["ip", "address", "add", f"{AUTHORIZER_IP}/32", "dev", "lo"], check=True)
    over_http = http.server.ThreadingHTTPServer((AUTHORIZER_IP, OVER_HTTP), Authorizer)
    threading.Thread(target=over_http.serve_forever, daemon=True).start()
    over_grpc = subprocess.Popen([str(control_plane.BIN / "grpc_authorizer"), str(OVER_GRPC)])
    try:
        with tempfile.TemporaryDirectory(prefix="weft-interop-") as folder:
            issuer = Issuer(folder)
            for api_type in ("DELTA_GRPC", "GRPC"):
                check(api_type, issuer)
    finally:
        over_grpc.terminate()
        over_grpc.wait(10)
    return 0


if __name__ == "__main__":
    sys.exit(main())
