#!/usr/bin/env python3
"""The example's security policies, unmodified, in a running mesh: who gets in, and who does not, with every kind of token."""

import json
import os
import pathlib
import shutil
import tempfile
import time

import mesh as m
from issuer import Issuer, b64, segment

POLICIES = m.EXAMPLE.parent / "security" / "security.yaml"
URL = "http://nodejs-api:3000"
DENIED = "RBAC: access denied"


def ask(mesh, path="/", token=None, account=None, sidecar=True, method="GET", headers=()):
    """(status, body) of a request from a pod; status 0: the connection was closed without an answer."""
    words = ["exec", "-n", "nodejs-app"] + (["--as", account] if account else []) + ([] if sidecar else ["--no-sidecar"])
    words += ["--", "curl", "-s", "-m", "5", "-X", method, "-w", "\n%{http_code}"]
    for header in headers:
        words += ["-H", header]
    if token is not None:
        words += ["-H", f"Authorization: Bearer {token}"]
    done = mesh.weft(*words, URL + path, check=False)
    body, status = done.stdout.rsplit("\n", 1)
    return int(status), body


def who_calls_decides(mesh, _):
    assert ask(mesh, account="api-client")[0] == 200, "the principal of the first rule"
    assert ask(mesh) == (403, DENIED), "another principal, no other rule"
    assert ask(mesh, "/api/things")[0] == 200, "the second rule"
    assert ask(mesh, "/api/things", method="POST")[0] == 200
    assert ask(mesh, "/api/things", method="DELETE") == (403, DENIED)
    assert ask(mesh, account="api-client", sidecar=False)[0] == 0, "STRICT: plain text is not answered"
    assert ask(mesh, "/api/things", sidecar=False)[0] == 0


def good_tokens_get_in(mesh, issuer):
    token = issuer.token()
    m.until(lambda: ask(mesh, token=token)[0] == 200, "the issuer's keys have come")
    assert issuer.asked >= 1
    assert ask(mesh, token=issuer.token(aud=["other", "nodejs-api"]))[0] == 200
    assert ask(mesh, f"/api/x?access_token={issuer.token()}")[0] == 200


def bad_tokens_do_not(mesh, issuer):
    now = int(time.time())
    run_key = os.path.join(issuer.folder, "other.key")
    m.subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", run_key], check=True,
                     capture_output=True)
    good = issuer.token()
    head, body, signature = good.split(".")
    refused = {
        "expired": (issuer.token(exp=now - 120), 401, "Jwt is expired"),
        "not yet valid": (issuer.token(nbf=now + 600), 401, "Jwt not yet valid"),
        "another audience": (issuer.token(aud="other"), 403, "Audiences in Jwt are not allowed"),
        "another issuer": (issuer.token(iss="https://evil.example.com"), 401, "Jwt issuer is not configured"),
        "signed by another key": (issuer.token(key=run_key), 401, "Jwt verification fails"),
        "alg none": (segment({"alg": "none"}) + "." + body + ".", 401, None),
        "alg none with a signature": (segment({"alg": "none", "kid": "one"}) + "." + body + "." + signature, 401, None),
        "HS256 with the public key": (issuer.hmac_token(issuer.public_pem(), {"alg": "HS256", "kid": "one"}), 401, None),
        "an injected kid": (issuer.token(header={"alg": "RS256", "kid": "../../one' OR 1=1"}), 401,
                            "Jwks doesn't have key to match kid or alg from Jwt"),
        "a key of its own": (issuer.token(header={"alg": "RS256", "jwk": issuer.jwk()}, key=run_key), 401, None),
        "unsigned": (head + "." + body + ".", 401, None),
        "changed claims": (head + "." + segment(issuer.claims(sub="admin")) + "." + signature, 401, "Jwt verification fails"),
        "cut off": (good[:-10], 401, None),
        "two parts": (head + "." + body, 401, None),
        "no token at all": ("x", 401, None),
        "a huge one": ("x" * 20000 + "." + b64(b"{}") + "." + signature, 401, None),
    }
    for why, (token, status, text) in refused.items():
        for account in (None, "api-client"):  # a principal that is let in without a token is not with a bad one
            got, said = ask(mesh, "/api/things", token=token, account=account)
            assert got in (status, 431 if len(token) > 16000 else status), (why, account, got, said)
            assert text is None or said == text, (why, said)


def refusals_are_counted_by_reason(mesh, _):
    totals = ""
    for pod in mesh.ready_pods():
        totals += mesh.weft("exec", "-n", "nodejs-app", f"pod/{pod['metadata']['name']}", "--", "curl", "-s",
                            "http://127.0.0.1:15000/stats/prometheus", check=False).stdout
    assert 'weft_jwt_authn_allowed_total{direction="inbound"}' in totals, totals[-3000:]
    for reason in ("Jwt_is_expired", "Audiences_in_Jwt_are_not_allowed", "Jwt_verification_fails"):
        assert f'weft_jwt_authn_denied_total{{direction="inbound",reason="{reason}"}}' in totals, (reason, totals[-3000:])


def main():
    m.needs("curl", "openssl")
    folder = tempfile.mkdtemp(prefix="weft-issuer-")
    os.chmod(folder, 0o755)
    issuer = Issuer(folder)
    example = pathlib.Path(folder, "example")
    shutil.copytree(m.EXAMPLE, example)
    with open(example / "weft.yaml", "a", encoding="ascii") as file:
        file.write(f"\nhosts:\n  auth.example.com: 127.0.0.1:{issuer.port}\ncaFile: {issuer.ca_file}\n")
    try:
        with m.Mesh() as mesh:
            mesh.weft("up", "-f", str(example), "--expose", f"{m.SERVICE}={mesh.port}", "--detach")
            mesh.weft("apply", "-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {
                "name": "api-client", "namespace": "nodejs-app"}}))
            mesh.weft("apply", "-f", str(POLICIES), "--wait")
            m.run(who_calls_decides, good_tokens_get_in, bad_tokens_do_not, refusals_are_counted_by_reason, given=(mesh, issuer))
    finally:
        issuer.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
