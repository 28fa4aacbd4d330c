#!/usr/bin/env python3
"""AuthorizationPolicy's CUSTOM in a running mesh: authorizers over HTTP and over gRPC are asked over mutual TLS, and what they say,
or do not say, is what happens."""

import json
import pathlib
import shutil
import tempfile

import mesh as m

HERE = pathlib.Path(__file__).resolve().parent

OVER_HTTP = {
    "service": "authz/authz-http.authz.svc.cluster.local", "port": 8000, "pathPrefix": "/check", "timeout": "1s", "statusOnError": "503",
    "includeRequestHeadersInCheck": ["x-shown"], "includeAdditionalHeadersInCheck": {"x-from": "weft"},
    "includeRequestBodyInCheck": {"maxRequestBytes": 16},
    "headersToUpstreamOnAllow": ["x-user", "x-seen"], "headersToDownstreamOnDeny": ["x-why", "set-cookie", "content-type"]}
GONE = {"service": "nobody.authz.svc.cluster.local", "port": 8000}
PROVIDERS = [
    {"name": "over-http", "envoyExtAuthzHttp": OVER_HTTP},
    {"name": "over-http-open", "envoyExtAuthzHttp": {**OVER_HTTP, "failOpen": True}},
    {"name": "gone", "envoyExtAuthzHttp": GONE},
    {"name": "gone-open", "envoyExtAuthzHttp": {**GONE, "failOpen": True}},
    {"name": "over-grpc", "envoyExtAuthzGrpc": {
        "service": "authz-grpc.authz.svc.cluster.local", "port": 9000, "timeout": "1s",
        "includeRequestBodyInCheck": {"maxRequestBytes": 8, "allowPartialMessage": True}}}]


def workload(space, name, image, port, port_name, env=()):
    labels = {"app": name}
    container = {"name": "c", "image": image, "ports": [{"containerPort": port}], "env": list(env)}
    return [
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": space},
         "spec": {"ports": [{"port": port, "name": port_name}], "selector": labels}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": space},
         "spec": {"replicas": 1, "selector": {"matchLabels": labels},
                  "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}}}]


def objects():
    port = [{"name": "PORT", "value": "8000"}]
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "authz", "labels": {"istio-injection": "enabled"}}},
        {"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication", "metadata": {"name": "default", "namespace": "authz"},
         "spec": {"mtls": {"mode": "STRICT"}}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "api-client", "namespace": "nodejs-app"}},
        *workload("authz", "authz-http", "authorizer:http", 8000, "http", port),
        *workload("authz", "authz-grpc", "authorizer:grpc", 9000, "grpc"),
        *workload("nodejs-app", "raw", "nodejs-api:v1", 7000, "tcp-raw", [{"name": "PORT", "value": "7000"}])]


def guard(mesh, provider, app="nodejs-api", operation=None):
    mesh.weft("apply", "-f", "-", "--wait", text=json.dumps({
        "apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
        "metadata": {"name": f"ask-{app}", "namespace": "nodejs-app"},
        "spec": {"selector": {"matchLabels": {"app": app}}, "action": "CUSTOM", "provider": {"name": provider},
                 "rules": [{"to": [{"operation": operation or {"paths": ["/guarded/*"]}}]}]}}))


def ask(mesh, path, *curl, account=None, url="http://nodejs-api:3000"):
    """(status, head, body) of a request from a pod; status 0: the connection was closed without an answer."""
    words = ["exec", "-n", "nodejs-app"] + (["--as", account] if account else [])
    done = mesh.weft(*words, "--", "curl", "-s", "-i", "-m", "20", "-w", "\n%{http_code}", *curl, url + path, check=False)
    answer, status = done.stdout.rsplit("\n", 1)
    head, _, body = answer.replace("\r\n", "\n").partition("\n\n")
    return int(status), head.lower(), body


def told(body):
    """The header fields that the application got."""
    return json.loads(body)["headers"]


def an_authorizer_over_http_decides(mesh):
    guard(mesh, "over-http")
    m.until(lambda: ask(mesh, "/guarded/allow")[0] == 200, "the authorizer is there")
    status, _, body = ask(mesh, "/guarded/allow?q=1", "-H", "X-Shown: s", "-H", "X-Hidden: h", "-H", "X-Secret: s", "-d", "text")
    assert status == 200, (status, body)
    seen = json.loads(told(body)["x-seen"])
    assert (seen["method"], seen["path"], seen["body"]) == ("POST", "/check/guarded/allow?q=1", "text"), seen
    assert (seen["headers"]["x-shown"], seen["headers"]["x-from"]) == ("s", "weft"), seen
    assert "x-hidden" not in seen["headers"], seen
    assert "client" not in seen["headers"].get("x-forwarded-client-cert", ""), seen
    assert "x-secret" not in told(body) and "x-other" not in told(body) and told(body)["x-hidden"] == "h", body
    status, head, body = ask(mesh, "/guarded/deny")
    assert (status, body) == (401, "<b>no entry</b>"), (status, body)
    assert "x-why: because" in head and "set-cookie: a=1" in head and "set-cookie: b=2" in head, head
    assert "content-type: text/html" in head and "x-inner" not in head and "policy" not in head, head
    assert ask(mesh, "/guarded/allow", "-d", "x" * 17)[0] == 413
    assert ask(mesh, "/elsewhere")[0] == 200, "no rule asks about it"


def nobody_is_believed_but_the_authorizer(mesh):
    for path in ("/guarded/allow", "/guarded/anonymous"):
        status, _, body = ask(mesh, path, "-H", "X-User: root", "-H", "X-User: admin", "-H", "x-envoy-auth-partial-body: true")
        assert status == 200 and told(body).get("x-user") == ("ann" if "allow" in path else None), body


def without_an_answer_the_provider_says_what_happens(mesh):
    for path in ("/guarded/slow", "/guarded/broken", "/guarded/error"):
        assert ask(mesh, path)[0] == 503, path
    guard(mesh, "over-http-open")
    for path in ("/guarded/slow", "/guarded/broken", "/guarded/error"):
        status, _, body = ask(mesh, path, "-H", "X-User: root")
        assert status == 200 and "x-user" not in told(body), (path, status, body)
    assert ask(mesh, "/guarded/deny")[0] == 401, "an answer is an answer"
    guard(mesh, "gone")
    assert ask(mesh, "/guarded/allow")[0] == 403
    guard(mesh, "gone-open")
    assert ask(mesh, "/guarded/allow")[0] == 200
    guard(mesh, "undeclared")
    status, _, body = ask(mesh, "/guarded/allow")
    assert (status, body) == (403, "RBAC: access denied")


def an_authorizer_over_grpc_decides(mesh):
    guard(mesh, "over-grpc")
    m.until(lambda: ask(mesh, "/guarded/allow")[0] == 200, "the authorizer is there")
    status, head, body = ask(mesh, "/guarded/x/allow", "-H", "X-Secret: s", "-H", "X-User: root", "-d", "123456789",
                             account="api-client")
    assert status == 200 and told(body)["x-user"] == "ann" and "x-secret" not in told(body), body
    assert told(body)["x-seen"] == "spiffe://cluster.local/ns/nodejs-app/sa/api-client POST /guarded/x/allow 12345678", body
    assert "x-told: t" in head, head
    status, head, body = ask(mesh, "/guarded/deny")
    assert (status, body) == (429, "come back later") and "retry-after: 7" in head, (status, head, body)
    assert ask(mesh, "/guarded/slow")[0] == 403
    status, _, body = ask(mesh, "/guarded/evil")
    assert status == 403 and "x-admin" not in body, (status, body)


def it_is_asked_about_connections_too(mesh):
    url = "http://raw:7000"
    m.until(lambda: ask(mesh, "/", url=url)[0] == 200, "the service is there")
    guard(mesh, "over-grpc", "raw", {"ports": ["7000"]})
    assert ask(mesh, "/", url=url)[0] == 0, "closed without a byte"
    assert ask(mesh, "/", url=url, account="api-client")[0] == 200
    guard(mesh, "over-http", "raw", {"ports": ["7000"]})
    assert ask(mesh, "/", url=url)[0] == 200, "over HTTP nobody can be asked about connections, as in Istio"


def operators_are_told(mesh):
    totals = ""
    for pod in mesh.ready_pods():
        totals += mesh.weft("exec", "-n", "nodejs-app", f"pod/{pod['metadata']['name']}", "--", "curl", "-s",
                            "http://127.0.0.1:15000/stats/prometheus", check=False).stdout
    rule = 'policy="istio-ext-authz-over-http-ns[nodejs-app]-policy[ask-nodejs-api]-rule[0]"'
    for name in ("ok", "denied", "error"):
        assert f'weft_ext_authz_{name}_total{{direction="inbound",{rule}}}' in totals, (name, totals[-3000:])
    assert 'weft_ext_authz_failure_mode_allowed_total{direction="inbound",policy="istio-ext-authz-gone-open-' in totals
    assert 'response_flags="UAEX"' in totals
    assert "CUSTOM" in mesh.weft("authz", "check", "-n", "nodejs-app", "deploy/nodejs-api-v1").stdout


def main():
    m.needs("node", "nft", "curl")
    if not (m.BIN / "grpc_authorizer").exists():
        m.skip("grpc_authorizer is not built")
    folder = tempfile.mkdtemp(prefix="weft-authorizer-")
    pathlib.Path(folder).chmod(0o755)
    example = pathlib.Path(folder, "example")
    shutil.copytree(m.EXAMPLE, example)
    shutil.copy(HERE / "authorizer.js", example)
    with open(example / "weft.yaml", "a", encoding="ascii") as file:
        file.write("  authorizer:http:\n    command: [node, authorizer.js]\n    workingDir: .\n"
                   f"  authorizer:grpc:\n    command: [{m.BIN / 'grpc_authorizer'}, \"9000\"]\n"
                   "mesh: " + json.dumps({"extensionProviders": PROVIDERS}) + "\n")
    try:
        with m.Mesh() as mesh:
            mesh.weft("up", "-f", str(example), "--expose", f"{m.SERVICE}={mesh.port}", "--detach")
            mesh.weft("apply", "-f", "-", text="\n---\n".join(json.dumps(one) for one in objects()))
            m.until(lambda: len(mesh.ready_pods("authz")) == 2, "the authorizers run")
            tests = (an_authorizer_over_http_decides, nobody_is_believed_but_the_authorizer,
                     without_an_answer_the_provider_says_what_happens, an_authorizer_over_grpc_decides,
                     it_is_asked_about_connections_too, operators_are_told)
            m.run(*tests, given=(mesh,))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
