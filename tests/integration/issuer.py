"""An issuer of tokens for tests: an HTTPS server with its key set, and tokens signed by openssl."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import ssl
import subprocess
import threading
import time

from certificates import Authority, run

ISSUER = "https://auth.example.com"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def segment(value):
    return b64(json.dumps(value, separators=(",", ":")).encode())


class Issuer:
    """Serves /.well-known/jwks.json for auth.example.com on a port of loopback, with a certificate of its own authority."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = Authority(folder, "issuer-root")
        self.ca_file = self.authority.root
        certificate = self.authority.issue("issuer", "DNS:auth.example.com")
        self.key = os.path.join(folder, "signing.key")
        run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self.key)
        self.asked = 0
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.asked += 1
                body = json.dumps({"keys": [issuer.jwk()]}).encode() if self.path == "/.well-known/jwks.json" else b""
                self.send_response(200 if body else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def public_pem(self):
        return subprocess.run(["openssl", "pkey", "-in", self.key, "-pubout"], check=True, capture_output=True).stdout

    def jwk(self):
        modulus = subprocess.run(["openssl", "rsa", "-in", self.key, "-noout", "-modulus"], check=True, capture_output=True,
                                 text=True).stdout.strip().split("=")[1]
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": b64(bytes.fromhex(modulus)), "e": "AQAB"}

    def sign(self, text, key=None):
        return subprocess.run(["openssl", "dgst", "-sha256", "-sign", key or self.key], input=text.encode(), check=True,
                              capture_output=True).stdout

    def claims(self, **more):
        now = int(time.time())
        return {"iss": ISSUER, "sub": "somebody", "aud": "nodejs-api", "iat": now, "exp": now + 600, **more}

    def token(self, header=None, key=None, **claims):
        text = segment(header or {"alg": "RS256", "kid": "one", "typ": "JWT"}) + "." + segment(self.claims(**claims))
        return text + "." + b64(self.sign(text, key))

    def hmac_token(self, secret, header):
        text = segment(header) + "." + segment(self.claims())
        return text + "." + b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())

    def close(self):
        self.server.shutdown()
