#!/usr/bin/env python3
"""weftd's API for other machines: TLS, tokens and client certificates with roles, asked by curl's library, the CLI and the real kubectl."""

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest

from certificates import Authority
from weftd import WEFTD, SHOP, Weftd, main, namespace

WEFT = os.path.join(os.path.dirname(WEFTD), "weft")


class ApiOverTls(unittest.TestCase):
    flags = ()

    def setUp(self):
        self.weftd = Weftd("--api-listen", "127.0.0.1:0", "--api-name", "weft.example", *self.flags)
        self.folder = tempfile.mkdtemp(prefix="weft-it-")
        with open(os.path.join(self.weftd.state, "weftd.log")) as log:
            line = next(line for line in log if "also on https://" in line)
        self.tls_port = int(line.rsplit(":", 1)[1])
        self.server = f"https://127.0.0.1:{self.tls_port}"
        self.weftd.apply(SHOP)
        self.roots = self.path("roots.pem", "".join(root["pem"] for root in self.weftd.get("/apis/weft.dev/v1/trust").json["roots"]))

    def tearDown(self):
        self.assertEqual(self.weftd.stop(), 0)
        shutil.rmtree(self.folder)

    def path(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def weft(self, *words, code=0):
        done = subprocess.run([WEFT, "--state", self.weftd.state, *words], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def status(self, method="GET", path="/api/v1/namespaces/shop", client=None, token=None, body=None, name="127.0.0.1"):
        """The answer's status over TLS, the server's certificate verified under `name`."""
        trust = ssl.create_default_context(cafile=self.roots)
        if client:
            trust.load_cert_chain(*client)
        connection = http.client.HTTPSConnection(name, self.tls_port, timeout=20)
        connection.sock = trust.wrap_socket(socket.create_connection(("127.0.0.1", self.tls_port), timeout=20), server_hostname=name)
        headers = {"Content-Type": "application/json", **({"Authorization": "Bearer " + token} if token else {})}
        connection.request(method, path, body, headers)
        status = connection.getresponse().status
        connection.close()
        return status


class WithTheMeshsOwn(ApiOverTls):
    def test_tokens_and_their_roles_hold(self):
        self.assertEqual(self.status(), 401)
        self.assertEqual(self.status(path="/readyz"), 200)
        token = self.weft("token", "create", "look", "--role", "viewer").strip()
        self.assertEqual(self.status(token=token), 200)
        self.assertEqual(self.status(token=token, name="weft.example"), 200)
        self.assertEqual(self.status("DELETE", token=token), 403)
        self.assertEqual(self.status(token=token[1:] + "x"), 401)
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.status(token=token, name="another.example")

    def test_plain_text_is_told_what_to_do(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.tls_port, timeout=20)
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.read()), (400, b"this port speaks TLS: use https:\n"))
        connection.close()

    def test_the_plain_port_is_as_it_was(self):
        plain = http.client.HTTPConnection("127.0.0.1", self.weftd.port, timeout=20)
        plain.request("GET", "/readyz")
        self.assertEqual(plain.getresponse().status, 200)
        plain.close()

    def test_a_silent_connection_keeps_nobody_from_stopping(self):
        silent = socket.create_connection(("127.0.0.1", self.tls_port))
        self.addCleanup(silent.close)

    def test_certificates_of_others_are_refused_in_the_handshake(self):
        stranger = Authority(self.folder, "stranger")
        with self.assertRaises((OSError, http.client.HTTPException)):
            self.status(client=stranger.issue("c", "", subject="/CN=me/O=weft:admin"))

    def test_what_cannot_be_meant_is_said(self):
        self.assertIn("who comes from elsewhere comes over TLS",
                      self.weft("token", "create", "a", "--kubeconfig", "--server", "http://10.0.0.1:1", code=2))
        self.assertIn("--certificate needs --server", self.weft("token", "create", "a", "--certificate", code=2))
        for flags, why in ((("--api-listen", "0.0.0.0:0"), "--api-listen on every address needs --api-name"),
                           (("--api-name", "a"), "about --api-listen, which is not there"),
                           (("--api-listen", "nowhere"), "nowhere")):
            done = subprocess.run([WEFTD, "--state", self.folder, *flags], capture_output=True, text=True, timeout=20)
            self.assertEqual(done.returncode, 2)
            self.assertIn(why, done.stderr)
        missing = ["--state", os.path.join(self.folder, "s"), "--api-port", "0", "--api-listen", "127.0.0.1:0"]
        done = subprocess.run([WEFTD, *missing, "--api-client-ca", "/nowhere.pem"], capture_output=True, text=True, timeout=20)
        self.assertIn("/nowhere.pem cannot be read", done.stderr)

    @unittest.skipIf(shutil.which("kubectl") is None, "there is no kubectl on this machine")
    def test_kubectl_works_with_a_certificate_until_it_is_taken_back(self):
        config = self.path("certificate", self.weft("token", "create", "ci", "--role", "editor", "--certificate", "--server", self.server))
        self.assertIn("web", self.kubectl(config, "get", "vs,svc,deploy", "-n", "shop"))
        self.assertIn("created", self.kubectl(config, "create", "namespace", "made"))
        self.assertIn("Forbidden", self.kubectl(config, "get", "secrets", "-n", "istio-system", code=1))
        self.assertIn("certificate", self.weft("token", "list"))
        self.weft("token", "delete", "ci")
        self.assertIn("You must be logged in", self.kubectl(config, "get", "svc", "-n", "shop", code=1))

    @unittest.skipIf(shutil.which("kubectl") is None, "there is no kubectl on this machine")
    def test_kubectl_works_with_a_token(self):
        config = self.path("token", self.weft("token", "create", "see", "--role", "viewer", "--kubeconfig", "--server", self.server))
        self.assertIn("web", self.kubectl(config, "get", "svc", "-n", "shop"))
        self.assertIn("the caller's is viewer", self.kubectl(config, "delete", "svc", "web", "-n", "shop", code=1))

    def kubectl(self, config, *words, code=0):
        done = subprocess.run(["kubectl", "--kubeconfig", config, *words], capture_output=True, text=True, timeout=60,
                              env={**os.environ, "HOME": self.folder})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr


class WithAnAuthorityOfTheUsers(ApiOverTls):
    def setUp(self):
        self.own = tempfile.mkdtemp(prefix="weft-it-")
        self.authority = Authority(self.own)
        self.flags = ("--api-client-ca", self.authority.root)
        super().setUp()

    def tearDown(self):
        super().tearDown()
        shutil.rmtree(self.own)

    def client(self, subject):
        return self.authority.issue("client", "", subject=subject)

    def test_the_organisation_says_the_role(self):
        made = f'{{"metadata": {{"name": "made"}}, "kind": "{namespace("made")["kind"]}", "apiVersion": "v1"}}'
        viewer = self.client("/CN=a/O=weft:viewer")
        self.assertEqual(self.status(client=viewer), 200)
        self.assertEqual(self.status("POST", "/api/v1/namespaces", client=viewer, body=made), 403)
        editor = self.client("/CN=a/O=other/O=weft:editor")
        self.assertEqual(self.status("POST", "/api/v1/namespaces", client=editor, body=made), 201)
        self.assertEqual(self.status("GET", "/apis/weft.dev/v1/tokens", client=editor), 403)
        self.assertEqual(self.status("GET", "/apis/weft.dev/v1/tokens", client=self.client("/O=weft:admin")), 200)
        for nobody in ("/CN=weft:admin", "/O=weft:root", "/O=system:masters", "/OU=weft:admin"):
            self.assertEqual(self.status(client=self.client(nobody)), 401, nobody)


if __name__ == "__main__":
    main()
