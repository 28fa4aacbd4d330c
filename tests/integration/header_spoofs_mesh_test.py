#!/usr/bin/env python3
"""Forty heads by which a client would be taken for somebody else, byte by byte through the real proxies: none gets past a policy that refuses
it, and of none is the application told what is not so. The heads are in header_spoofs.py."""

import base64
import json
import os
import pathlib
import shutil
import sys
import tempfile

import mesh as m
from gateway_pods import PODS
from header_spoofs import SPOOFS
from issuer import ISSUER, Issuer

HERE = pathlib.Path(__file__).resolve().parent
TARGET = ("nodejs-api", 3000)

# Sends each text of argv[1] over a connection of its own, and prints what came back; it runs in pods.
SENDER = """
import base64, json, socket, sys
def answer(request):
    with socket.create_connection((sys.argv[2], int(sys.argv[3])), timeout=5) as client:
        client.sendall(request)
        got = b""
        try:
            while piece := client.recv(65536):
                got += piece
        except OSError:
            pass
        return got
print(json.dumps([base64.b64encode(answer(base64.b64decode(one))).decode() for one in json.loads(sys.argv[1])]))
"""

EDGE = PODS + """
apiVersion: v1
kind: Service
metadata: {name: edge, namespace: edge}
spec: {selector: {istio: edge}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: edge}
spec: {selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: nodejs-app}
spec: {hosts: ["*"], gateways: [edge/edge], http: [{route: [{destination: {host: nodejs-api, port: {number: 3000}}}]}]}
"""


def policy(name, space, app, **spec):
    return {"apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy", "metadata": {"name": name, "namespace": space},
            "spec": {"selector": {"matchLabels": app}, **spec}}


def objects(issuer):
    api = {"app": "nodejs-api"}
    to = lambda *paths: [{"operation": {"paths": list(paths)}}]
    labels = {"app": "authz"}
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "admin", "namespace": "nodejs-app"}},
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "authz", "namespace": "nodejs-app"},
         "spec": {"ports": [{"port": 8000, "name": "http"}], "selector": labels}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "authz", "namespace": "nodejs-app"},
         "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {"containers": [
             {"name": "c", "image": "authorizer:http", "ports": [{"containerPort": 8000}], "env": [{"name": "PORT", "value": "8000"}]}]}}}},
        {"apiVersion": "security.istio.io/v1", "kind": "RequestAuthentication", "metadata": {"name": "tokens", "namespace": "nodejs-app"},
         "spec": {"selector": {"matchLabels": api}, "jwtRules": [{
             "issuer": ISSUER, "jwks": json.dumps({"keys": [issuer.jwk()]}), "outputPayloadToHeader": "x-jwt-payload",
             "outputClaimToHeaders": [{"header": "x-jwt-role", "claim": "role"}]}]}},
        policy("allow", "nodejs-app", api, rules=[
            {"to": to("/open/*", "/guarded/*", "/remote/*")},
            {"to": to("/admin/*"), "from": [{"source": {"principals": ["cluster.local/ns/nodejs-app/sa/admin"]}}]},
            {"to": to("/claims/*"), "when": [{"key": "request.auth.claims[role]", "values": ["admin"]}]}]),
        policy("hosts", "nodejs-app", api, action="DENY", rules=[{"to": [{"operation": {"hosts": ["admin.internal", "admin.internal:*"]}}]}]),
        policy("ask", "nodejs-app", api, action="CUSTOM", provider={"name": "over-http"}, rules=[{"to": to("/guarded/*")}]),
        policy("remote", "edge", {"istio": "edge"}, action="DENY", rules=[
            {"to": to("/remote/*"), "from": [{"source": {"notRemoteIpBlocks": ["203.0.113.7/32"]}}]}])]


def size(length, prefix=7):
    """An integer of HPACK (RFC 7541 5.1)."""
    if length < (1 << prefix) - 1:
        return bytes([length])
    out, length = [(1 << prefix) - 1], length - (1 << prefix) + 1
    while length >= 128:
        out.append(length % 128 + 128)
        length //= 128
    return bytes([*out, length])


def frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def bytes_of(spoof):
    if spoof.raw:
        return spoof.raw
    if spoof.http2:
        block = b"".join(b"\0" + size(len(name)) + name + size(len(value)) + value for name, value in spoof.http2)
        return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0) + frame(1, 5, 1, block)
    own = b"" if b"Connection:" in spoof.fields else b"Connection: close\r\n"
    return b"GET " + spoof.path.encode() + b" HTTP/1.1\r\nHost: nodejs-api:3000\r\n" + spoof.fields + own + b"\r\n"


DIGITS = {"00000": "0", "00001": "1", "00010": "2", **{f"{25 + i:06b}": str(3 + i) for i in range(7)}}


def text_of(octets):
    """Digits in HPACK's Huffman code (RFC 7541 B)."""
    bits, text = "".join(f"{octet:08b}" for octet in octets), ""
    while len(text) < 3:
        length = next(n for n in (5, 6) if bits[:n] in DIGITS)
        text, bits = text + DIGITS[bits[:length]], bits[length:]
    return text


def read_http2(answer):
    """(status, body); 0: no answer."""
    status, body = 0, b""
    while len(answer) >= 9:
        length, kind = int.from_bytes(answer[:3], "big"), answer[3]
        payload, answer = answer[9:9 + length], answer[9 + length:]
        if kind == 1 and not status:
            indexed = {0x88: 200, 0x8c: 400, 0x8d: 404, 0x8e: 500}.get(payload[0])
            value = payload[2:2 + payload[1] % 128]
            status = indexed or int(text_of(value) if payload[1] >= 128 else value)
        body += payload if kind == 0 else b""
    return status, body


def read(spoof, answer):
    """(status, what the application was told, or nothing)."""
    if spoof.http2:
        status, body = read_http2(answer)
    else:
        head, _, body = answer.partition(b"\r\n\r\n")
        status = int(head.split()[1]) if head else 0
    told = json.loads(body[body.index(b"{"):body.rindex(b"}") + 1])["headers"] if status == 200 else {}
    return status, told


def from_a_pod(mesh, requests, *flags):
    sent = json.dumps([base64.b64encode(one).decode() for one in requests])
    done = mesh.weft("exec", "-n", "nodejs-app", *flags, "--", sys.executable, "-c", SENDER, sent, *map(str, TARGET), timeout=280)
    return [base64.b64decode(one) for one in json.loads(done.stdout)]


def from_outside(mesh, requests):
    sent = json.dumps([base64.b64encode(one).decode() for one in requests])
    done = m.subprocess.run([sys.executable, "-c", SENDER, sent, "127.0.0.1", str(mesh.port)], check=True, capture_output=True, text=True)
    return [base64.b64decode(one) for one in json.loads(done.stdout)]


def complaint(spoof, status, told):
    if status not in spoof.comes_of_it:
        return f"status {status}, not {spoof.comes_of_it}"
    for wrong in spoof.never:
        if wrong in told or any(wrong in value for name, value in told.items() if name != "host"):
            return f"the application was told {wrong}: {told}"
    for right in spoof.kept:
        if not any(right in value for value in told.values()):
            return f"the application was not told {right}: {told}"
    return None


def forty_spoofs_fail(mesh):
    doors = {"pod": lambda all: from_a_pod(mesh, all, "--no-sidecar"), "mesh": lambda all: from_a_pod(mesh, all),
             "edge": lambda all: from_outside(mesh, all)}
    complaints, count = [], 0
    for door, send in doors.items():
        cases = [(name, one) for name, one in SPOOFS.items() if one.door == door]
        for (name, one), answer in zip(cases, send([bytes_of(one) for _, one in cases]), strict=True):
            status, told = read(one, answer)
            count += 1
            print(f"{door:5} {status:3} {name}")
            if (why := complaint(one, status, told)) is not None:
                complaints.append(f"{name}: {why}")
    assert not complaints, "\n".join(complaints)
    assert count == 40, count


def who_has_a_right_to_gets_in(mesh, issuer):
    """The same doors with what is so: what refuses the spoofs is no closed door."""
    def get(path, *fields, account=None, sidecar=True):
        words = ([] if sidecar else ["--no-sidecar"]) + (["--as", account] if account else [])
        done = mesh.weft("exec", "-n", "nodejs-app", *words, "--", "curl", "-s", "-m", "5", "-w", "\n%{http_code}",
                         *[word for field in fields for word in ("-H", field)], f"http://nodejs-api:3000{path}", check=False)
        body, status = done.stdout.rsplit("\n", 1)
        return int(status), json.loads(body)["headers"] if status == "200" else {}
    m.until(lambda: get("/guarded/allow", sidecar=False)[0] == 200, "everything is in force")
    assert get("/admin/x", account="admin")[0] == 200
    status, told = get("/claims/x", f"Authorization: Bearer {issuer.token(role='admin')}", sidecar=False)
    assert status == 200 and told["x-jwt-role"] == "admin" and "x-jwt-payload" in told, (status, told)
    assert get("/guarded/allow", sidecar=False)[1]["x-user"] == "ann"
    m.until(lambda: from_outside(mesh, [b"GET /open/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"])[0].startswith(b"HTTP/1.1 200 "), "the gateway")


def main():
    m.needs("node", "curl", "openssl")
    folder = tempfile.mkdtemp(prefix="weft-issuer-")
    os.chmod(folder, 0o755)
    issuer = Issuer(folder)
    example = pathlib.Path(folder, "example")
    shutil.copytree(m.EXAMPLE, example)
    provider = {"name": "over-http", "envoyExtAuthzHttp": {
        "service": "authz.nodejs-app.svc.cluster.local", "port": 8000, "timeout": "2s", "headersToUpstreamOnAllow": ["x-user"]}}
    with open(example / "weft.yaml", "a", encoding="ascii") as file:
        file.write(f"\nmesh: {json.dumps({'extensionProviders': [provider]})}\n")
    pathlib.Path(example, "edge.yaml").write_text(EDGE)
    try:
        with m.Mesh() as mesh:
            mesh.weft("up", "-f", str(example), "--image", f"authorizer:http=node {HERE / 'authorizer.js'}",
                      "--image", f"web=node {m.EXAMPLE / 'server.js'}", "--expose", f"edge.edge:80={mesh.port}", "--detach")
            mesh.weft("apply", "-f", "-", "--wait", text="\n---\n".join(json.dumps(one) for one in objects(issuer)))
            m.run(who_has_a_right_to_gets_in, given=(mesh, issuer))
            m.run(forty_spoofs_fail, given=(mesh,))
    finally:
        issuer.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
