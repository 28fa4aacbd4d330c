#!/usr/bin/env python3
"""weftd's port on loopback: TLS and plain HTTP at one place, and the kubeconfig by which kubectl finds it."""

import base64
import http.client
import os
import re
import shutil
import ssl
import subprocess
import unittest

from weftd import WEFTD, SHOP, WithWeftd, main

WEFT = os.path.join(os.path.dirname(WEFTD), "weft")
TRUST = "/apis/weft.dev/v1/trust"


class LoopbackPort(WithWeftd):
    @property
    def kubeconfig(self):
        return os.path.join(self.weftd.state, "kubeconfig")

    @property
    def token(self):
        with open(os.path.join(self.weftd.state, "keys/admin.token")) as file:
            return file.read()

    def config_text(self):
        with open(self.kubeconfig) as file:
            return file.read()

    def config_roots(self):
        return base64.b64decode(re.search("certificate-authority-data: (\\S+)}", self.config_text())[1]).decode()

    def status(self, path="/api/v1/namespaces", headers=None, name="127.0.0.1"):
        """Over TLS, the server verified with the kubeconfig's roots."""
        trust = ssl.create_default_context(cadata=self.config_roots())
        connection = http.client.HTTPSConnection(name, self.weftd.port, timeout=20, context=trust)
        connection.request("GET", path, headers={"Authorization": "Bearer " + self.token, **(headers or {})})
        status = connection.getresponse().status
        connection.close()
        return status

    def kubectl(self, *words, code=0, config=None):
        done = subprocess.run(["kubectl", "--kubeconfig", config or self.kubeconfig, *words], capture_output=True, text=True,
                              timeout=60, env={**os.environ, "HOME": self.weftd.state})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def weft(self, *words):
        done = subprocess.run([WEFT, "--state", self.weftd.state, *words], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_the_kubeconfig_has_the_roots_and_no_token_in_its_url(self):
        self.assertIn(f'server: "https://127.0.0.1:{self.weftd.port}"', self.config_text())
        self.assertEqual(self.config_text().count(self.token), 1)
        self.assertIn(f'user: {{token: "{self.token}"}}', self.config_text())
        self.assertEqual(self.config_roots(), "".join(root["pem"] for root in self.weftd.get(TRUST).json["roots"]))
        self.assertEqual(os.stat(self.kubeconfig).st_mode & 0o777, 0o600)

    def test_speaks_tls_under_both_names_of_loopback(self):
        self.assertEqual(self.status(), 200)
        self.assertEqual(self.status(name="localhost"), 200)
        self.assertEqual(self.status(headers={"Authorization": "Bearer no"}), 401)

    def test_a_page_whose_name_was_rebound_gets_nothing_over_tls_either(self):
        self.assertEqual(self.status(headers={"Host": "evil.example"}), 403)

    def test_plain_http_goes_on(self):
        plain = http.client.HTTPConnection("127.0.0.1", self.weftd.port, timeout=20)
        for secret in ("Bearer " + self.token, "Basic " + base64.b64encode(b"admin:" + self.token.encode()).decode()):
            plain.request("GET", "/api/v1/namespaces", headers={"Authorization": secret})
            answer = plain.getresponse()
            self.assertEqual(answer.status, 200)
            answer.read()
        plain.close()

    def test_the_kubeconfig_follows_the_roots(self):
        before = self.config_roots()
        self.weftd.post(TRUST, {"step": "introduce"})
        self.weftd.until("both roots in the kubeconfig", lambda: self.config_roots().count("BEGIN CERT") == 2)
        self.assertIn(before, self.config_roots())
        self.assertEqual(self.status(), 200)
        for step in ("switch", "retire"):
            self.weftd.post(TRUST, {"step": step})
        self.weftd.until("the new root alone", lambda: self.config_roots().count("BEGIN CERT") == 1)
        self.assertNotEqual(self.config_roots(), before)
        self.assertEqual(self.status(), 200)

    def test_the_kubeconfig_outlives_a_restart(self):
        roots, token = self.config_roots(), self.token
        self.weftd.kill()
        self.weftd.start()
        self.assertEqual((self.config_roots(), self.token), (roots, token))
        self.assertEqual(self.status(), 200)

    @unittest.skipIf(shutil.which("kubectl") is None, "there is no kubectl on this machine")
    def test_kubectl_uses_it_and_shows_no_token(self):
        self.weftd.apply(SHOP)
        self.assertIn("web", self.kubectl("get", "vs,svc,deploy", "-n", "shop"))
        info = self.kubectl("cluster-info")
        self.assertIn(f"https://127.0.0.1:{self.weftd.port}", info)
        self.assertNotIn(self.token, info)

    @unittest.skipIf(shutil.which("kubectl") is None, "there is no kubectl on this machine")
    def test_kubeconfigs_of_before_go_on(self):
        old = os.path.join(self.weftd.state, "old")
        with open(old, "w") as file:
            file.write(f'apiVersion: v1\nkind: Config\nclusters:\n- name: weft\n  cluster: {{server: "http://admin:{self.token}'
                       f'@127.0.0.1:{self.weftd.port}"}}\ncontexts:\n- name: weft\n  context: {{cluster: weft}}\ncurrent-context: weft\n')
        self.assertIn("default", self.kubectl("get", "ns", config=old))

    @unittest.skipIf(shutil.which("kubectl") is None, "there is no kubectl on this machine")
    def test_others_come_with_their_role(self):
        self.weftd.apply(SHOP)
        server = f"https://127.0.0.1:{self.weftd.port}"
        for name, words in (("token", ()), ("certificate", ("--certificate", "--server", server))):
            config = os.path.join(self.weftd.state, name)
            with open(config, "w") as file:
                file.write(self.weft("token", "create", name, "--role", "viewer", "--kubeconfig", *words))
            self.assertIn("web", self.kubectl("get", "svc", "-n", "shop", config=config))
            self.assertIn("the caller's is viewer", self.kubectl("delete", "svc", "web", "-n", "shop", code=1, config=config))
            self.assertIn("yes", self.kubectl("auth", "can-i", "list", "pods", config=config))
            self.assertIn("no", self.kubectl("auth", "can-i", "create", "pods/exec", code=1, config=config))
            self.assertRegex(self.kubectl("auth", "can-i", "--list", config=config), r"pods +\[\] +\[\] +\[get list watch\]")
        self.assertIn("yes", self.kubectl("auth", "can-i", "*", "*"))


if __name__ == "__main__":
    main()
