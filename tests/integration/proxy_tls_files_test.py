"""Certificates, keys, roots and revocation lists that a proxy reads from files: what replaces them is in force without a push,
and what cannot be used leaves in force what was there."""

import os
import pathlib
import socket
import ssl
import tempfile
import unittest

from certificates import Authority
from proxy_fixture import TYPE, Server, WithProxy, cluster, echo_http, http_listener, read_head, skip_unless_built, to, wait_until

TLS = TYPE + "extensions.transport_sockets.tls.v3."


def replace(path, content):
    """As who replaces files does: readers see the old one or the new one."""
    pathlib.Path(path + ".new").write_bytes(content)
    os.rename(path + ".new", path)


def content(path):
    return pathlib.Path(path).read_bytes()


class Files(WithProxy):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="weft-tls-files-")
        self.addCleanup(folder.cleanup)
        self.authority = Authority(folder.name)
        self.in_force = os.path.join(folder.name, "in-force")
        os.mkdir(self.in_force)

    def put(self, name, source):
        """A file that the proxy is told of, with the content of another."""
        path = os.path.join(self.in_force, name)
        replace(path, content(source))
        return path

    def unusable(self):
        lines = self.proxy.admin("/stats/prometheus").splitlines()
        return next(int(line.split()[-1]) for line in lines if line.startswith("weft_tls_settings_unusable"))


class AtTheServer(Files):
    """At the server's side, where clients have to show a certificate that is not revoked."""

    def setUp(self):
        super().setUp()
        self.pair = self.authority.issue("first", "DNS:shop.test")
        self.client_pair = self.authority.issue("client", "DNS:client.test")
        self.chain, self.key = self.put("tls.crt", self.pair[0]), self.put("tls.key", self.pair[1])
        self.crl = self.put("ca.crl", self.authority.revoke("none"))
        validation = {"trustedCa": {"filename": self.authority.root}, "crl": {"filename": self.crl}}
        common = {"tlsCertificates": [{"certificateChain": {"filename": self.chain}, "privateKey": {"filename": self.key}}],
                  "validationContext": validation}
        backend = echo_http("backend")
        listener = http_listener(self.port, [to("backend")])
        listener["filterChains"][0]["transportSocket"] = {"name": "tls", "typedConfig": {
            "@type": TLS + "DownstreamTlsContext", "requireClientCertificate": True, "commonTlsContext": common}}
        self.proxy = self.start(cluster("backend", backend.port), listener)

    def ask(self):
        """(whether a new connection is served, the serial that the proxy shows)."""
        context = ssl.create_default_context(cafile=self.authority.root)
        context.load_cert_chain(*self.client_pair)
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as plain, \
                    context.wrap_socket(plain, server_hostname="shop.test") as secured:
                secured.sendall(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
                return secured.recv(100).startswith(b"HTTP/1.1 200"), secured.getpeercert()["serialNumber"]
        except (ssl.SSLError, ConnectionError):
            return False, None

    def is_served(self):
        return self.ask()[0]

    def revoked(self):
        return content(self.authority.revoke("some", self.client_pair[0]))

    def test_a_revocation_list_that_is_replaced_is_in_force(self):
        self.assertTrue(self.is_served())
        before = content(self.crl)
        replace(self.crl, self.revoked())
        wait_until(lambda: not self.is_served())
        replace(self.crl, before)
        wait_until(self.is_served)

    def test_a_list_that_is_garbled_empty_or_gone_leaves_the_last_one_in_force(self):
        replace(self.crl, self.revoked())
        wait_until(lambda: not self.is_served())
        good = content(self.crl)
        for bad in (b"no list", b"", None):
            with self.subTest(bad=bad):
                os.remove(self.crl) if bad is None else replace(self.crl, bad)
                wait_until(lambda: self.unusable() == 1)
                self.assertFalse(self.is_served())
                replace(self.crl, good)
                wait_until(lambda: self.unusable() == 0)
        log = self.proxy.log.read_text()
        self.assertIn("no revocation list in PEM; what was in force before serves on", log)
        self.assertIn(f"{self.crl}, or its key, cannot be read or is empty; its earlier contents serve on", log)

    def test_a_certificate_and_its_key_that_are_replaced_are_shown(self):
        first = self.ask()[1]
        pair = self.authority.issue("second", "DNS:shop.test")
        replace(self.chain, content(pair[0]))
        replace(self.key, content(pair[1]))
        wait_until(lambda: self.ask()[1] not in (first, None))
        self.assertTrue(self.is_served())

    def test_a_certificate_without_its_key_leaves_the_last_pair_in_force(self):
        first = self.ask()[1]
        replace(self.chain, content(self.authority.issue("second", "DNS:shop.test")[0]))
        wait_until(lambda: self.unusable() == 1)
        self.assertEqual(self.ask(), (True, first))


class AtTheClient(Files):
    """At the client's side."""

    def test_roots_that_are_replaced_are_in_force(self):
        stranger = Authority(self.authority.folder, "stranger")
        pair = stranger.issue("server", "DNS:shop.test")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)

        def serve(connection, number):
            with context.wrap_socket(connection, server_side=True) as secured:
                while read_head(secured.makefile("rb")) is not None:
                    secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        roots = self.put("ca.pem", self.authority.root)
        settings = {"@type": TLS + "UpstreamTlsContext", "sni": "shop.test",
                    "commonTlsContext": {"validationContext": {"trustedCa": {"filename": roots}}}}
        target = cluster("tls", Server(serve).port, transportSocket={"name": "tls", "typedConfig": settings})
        self.proxy = self.start(target, http_listener(self.port, [to("tls")]))
        status = lambda: self.client().get()[0]
        self.assertEqual(status(), 503)
        replace(roots, content(stranger.root))
        wait_until(lambda: status() == 200)


if __name__ == "__main__":
    skip_unless_built()
    unittest.main()
