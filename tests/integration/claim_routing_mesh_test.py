#!/usr/bin/env python3
"""A gateway routes by the claims of tokens, and by nothing that a client merely says."""

import http.client
import json
import os
import shutil
import tempfile

import mesh as m
from issuer import ISSUER, Issuer

EXAMPLE = m.EXAMPLE.parent / "gateway"
INGRESS = "istio-ingressgateway.istio-system"
HOST = "shop.example.com"


def objects(issuer):
    """Administrators and the API's users get the API, whoever else has a token but is not banned the web."""
    def to(host):
        return [{"destination": {"host": host, "port": {"number": 3000}}}]
    claim = "@request.auth.claims"
    return [
        {"apiVersion": "security.istio.io/v1", "kind": "RequestAuthentication",
         "metadata": {"name": "tokens", "namespace": "istio-system"},
         "spec": {"selector": {"matchLabels": {"istio": "ingressgateway"}},
                  "jwtRules": [{"issuer": ISSUER, "jwks": json.dumps({"keys": [issuer.jwk()]})}]}},
        {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": "shop", "namespace": "shop"},
         "spec": {"hosts": [HOST], "gateways": ["public"], "http": [
             {"match": [{"headers": {f"{claim}[realm][role]": {"exact": "admin"}}},
                        {"headers": {f"{claim}.groups": {"prefix": "api-"}}}],
              "route": to("api")},
             {"match": [{"headers": {f"{claim}.sub": {}}, "withoutHeaders": {f"{claim}.banned": {"exact": "yes"}}}],
              "route": to("web")}]}}]


def ask(mesh, token=None, **headers):
    """(status, version or body) of a request through the gateway."""
    connection = http.client.HTTPConnection("127.0.0.1", mesh.port, timeout=10)
    fields = {"Host": HOST, **headers, **({"Authorization": f"Bearer {token}"} if token else {})}
    connection.request("GET", "/", headers=fields)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, json.loads(body)["version"] if response.status == 200 else body


def claims_choose(mesh, issuer):
    m.until(lambda: ask(mesh, issuer.token()) == (200, "web"), "the rules are in force")
    assert ask(mesh, issuer.token(realm={"role": "admin"})) == (200, "api")
    assert ask(mesh, issuer.token(groups=["x", "api-users"])) == (200, "api"), "one of a list"
    assert ask(mesh, issuer.token(groups="api-users")) == (200, "api")
    assert ask(mesh, issuer.token(realm={"role": "guest"}, groups=["x"])) == (200, "web")
    assert ask(mesh, issuer.token(banned="yes"))[0] == 404


def only_claims_do(mesh, issuer):
    assert ask(mesh)[0] == 404, "no token, no route"
    assert ask(mesh, "x.y.z")[0] == 401, "a bad token is told so, although no route is known yet"
    assert ask(mesh, issuer.token(exp=1))[0] == 401
    assert ask(mesh, **{"request.auth.claims.sub": "me", "sub": "me"})[0] == 404
    connection = http.client.HTTPConnection("127.0.0.1", mesh.port, timeout=10)
    connection.putrequest("GET", "/", skip_host=True)
    connection.putheader("Host", HOST)
    connection._buffer.append(b"@request.auth.claims.sub: me")  # what the library would not send
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()


def main():
    m.needs("node", "nft", "openssl")
    folder = tempfile.mkdtemp(prefix="weft-issuer-")
    os.chmod(folder, 0o755)
    issuer = Issuer(folder)
    try:
        with m.Mesh() as mesh:
            mesh.weft("up", "-f", str(EXAMPLE), "--expose", f"{INGRESS}:80={mesh.port}", "--detach")
            mesh.weft("apply", "-f", "-", "--wait", text="\n---\n".join(json.dumps(one) for one in objects(issuer)))
            m.run(claims_choose, only_claims_do, given=(mesh, issuer))
    finally:
        issuer.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
