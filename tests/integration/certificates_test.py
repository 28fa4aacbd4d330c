"""weftd as the mesh's certificate authority: a real weftd, keys and requests by the openssl command, the call of Istio's
agents over HTTP/2 by curl, and openssl's own verdict on what comes back."""

import os
import re
import shutil
import stat
import subprocess
import tempfile

import weftd

METHOD = "/istio.v1.auth.IstioCertificateService/CreateCertificate"
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "api-1", "namespace": "shop"},
       "spec": {"serviceAccountName": "api", "containers": [{"name": "api", "image": "api"}]}}
ACCOUNT = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "api", "namespace": "shop"}}


def run(*words, **kwargs):
    return subprocess.run(words, check=True, capture_output=True, text=True, **kwargs).stdout


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def strings_of(message):
    """The values of a message that has nothing but strings in field 1."""
    found, at = [], 0
    while at < len(message):
        assert message[at] == 0x0A, message[at]
        size, shift, at = 0, 0, at + 1
        while True:
            size |= (message[at] & 127) << shift
            shift, at = shift + 7, at + 1
            if message[at - 1] < 128:
                break
        found.append(message[at:at + size].decode())
        at += size
    return found


class Refused(Exception):
    """The call ended with another status than OK."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


class CertificatesTest(weftd.WithWeftd):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp(prefix="weft-certificates-")
        self.addCleanup(shutil.rmtree, self.folder)
        answer = self.weftd.apply([weftd.namespace("shop"), ACCOUNT, POD])
        self.assertEqual(answer.status, 200, answer.text)
        self.token = self.mint("api")

    def path(self, name):
        return os.path.join(self.folder, name)

    def mint(self, account):
        path = f"/api/v1/namespaces/shop/serviceaccounts/{account}/token"
        body = {"spec": {"boundObjectRef": {"kind": "Pod", "name": "api-1"}}}
        answer = self.weftd.until("a token", lambda: (lambda a: a if a.status == 201 else None)(
            self.weftd.post(path, body)))
        return answer.json["status"]["token"]

    def request(self, *options):
        """A new key and a request for it, by openssl."""
        run("openssl", "req", "-new", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-keyout", self.path("key.pem"), "-out", self.path("csr.pem"), "-subj", "/", *options)
        with open(self.path("csr.pem")) as file:
            return file.read()

    def issue(self, csr, token=None, validity=0):
        """The chain that a call brings, as Istio's agents make it."""
        message = field(1, csr.encode()) + (varint(3 << 3) + varint(validity) if validity else b"")
        message += field(4, field(1, field(1, b"ImpersonatedIdentity") + field(2, field(3, b"spiffe://cluster.local/x"))))
        with open(self.path("call"), "wb") as file:
            file.write(b"\0" + len(message).to_bytes(4, "big") + message)
        subprocess.run(["curl", "--silent", "--http2-prior-knowledge", "--max-time", "20", "--unix-socket",
                        os.path.join(self.weftd.state, "xds.sock"), "-H", "content-type: application/grpc",
                        "-H", "te: trailers", "-H", f"authorization: Bearer {token or self.token}",
                        "--data-binary", "@" + self.path("call"), "-D", self.path("head"), "-o", self.path("answer"),
                        "http://weftd" + METHOD], check=True)
        with open(self.path("head")) as file:
            head = file.read()
        code = int(re.search(r"grpc-status: (\d+)", head).group(1))
        if code != 0:
            raise Refused(code, head)
        with open(self.path("answer"), "rb") as file:
            chain = strings_of(file.read()[5:])
        for name, pem in zip(("leaf", "intermediate", "root"), chain):
            with open(self.path(name), "w") as file:
                file.write(pem)
        return chain

    def verify(self):
        return run("openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", self.path("root"),
                   "-untrusted", self.path("intermediate"), self.path("leaf"))

    def leaf(self):
        return run("openssl", "x509", "-noout", "-text", "-in", self.path("leaf"))

    def test_openssl_takes_what_weftd_issues(self):
        self.assertEqual(len(self.issue(self.request())), 3)
        self.assertIn(": OK", self.verify())
        leaf = self.leaf()
        self.assertIn("X509v3 Subject Alternative Name: critical\n                URI:spiffe://cluster.local/ns/shop/sa/api\n",
                      leaf)
        self.assertIn("TLS Web Server Authentication, TLS Web Client Authentication", leaf)
        self.assertIn("CA:FALSE", leaf)

    def test_a_request_for_somebody_else_yields_the_callers_own_name(self):
        self.issue(self.request("-addext", "subjectAltName=URI:spiffe://cluster.local/ns/istio-system/sa/istiod",
                                "-addext", "basicConstraints=critical,CA:TRUE"))
        self.assertIn("URI:spiffe://cluster.local/ns/shop/sa/api\n", self.leaf())
        self.assertNotIn("istiod", self.leaf())
        self.assertIn("CA:FALSE", self.leaf())

    def test_without_a_token_of_a_living_pod_there_is_no_certificate(self):
        csr = self.request()
        with self.assertRaises(Refused) as forged:
            self.issue(csr, self.token[:-2] + "xx")
        self.assertEqual(forged.exception.code, 16)
        self.weftd.call("DELETE", "/api/v1/namespaces/shop/pods/api-1")

        def refused():
            try:
                self.issue(csr)
                return None
            except Refused as refusal:
                return refusal
        self.assertEqual(self.weftd.until("the refusal of a pod that is gone", refused).code, 7)

    def test_root_and_intermediate_outlive_weftd(self):
        before = self.issue(self.request())
        self.weftd.kill()
        self.weftd.start()
        after = self.issue(self.request())
        self.assertEqual(before[1:], after[1:])
        self.assertNotEqual(before[0], after[0])

    def test_key_material_is_for_its_owner_alone(self):
        path = os.path.join(self.weftd.state, "keys", "intermediate.pem")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.weftd.state, "weft.db")).st_mode), 0o600)
        self.weftd.kill()
        os.chmod(path, 0o644)
        with self.assertRaisesRegex(RuntimeError, "others may read"):
            self.weftd.start()
        os.chmod(path, 0o600)
        self.weftd.start()

    def test_what_is_asked_for_is_counted(self):
        self.issue(self.request())
        page = self.weftd.get("/metrics").text
        self.assertIn('weft_ca_requests_total{outcome="issued"} 1\n', page)

    def test_the_log_has_no_key_and_no_token(self):
        self.issue(self.request())
        with open(os.path.join(self.weftd.state, "weftd.log")) as file:
            log = file.read()
        self.assertIn("spiffe://cluster.local/ns/shop/sa/api", log)
        self.assertNotIn("PRIVATE KEY", log)
        self.assertNotIn(self.token, log)

    def test_an_authority_can_be_plugged_in(self):
        own_root = self.issue(self.request())[-1]
        self.weftd.kill()
        folder = os.path.join(self.weftd.state, "cacerts")
        os.mkdir(folder, 0o700)
        run("openssl", "req", "-x509", "-new", "-nodes", "-newkey", "rsa:2048", "-days", "30", "-subj", "/O=ours",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", folder + "/ca-key.pem", "-out",
            folder + "/ca-cert.pem")
        os.chmod(folder + "/ca-key.pem", 0o600)
        shutil.copy(folder + "/ca-cert.pem", folder + "/root-cert.pem")
        self.weftd.start()
        chain = self.issue(self.request())
        self.assertEqual(len(chain), 2)
        self.assertNotEqual(chain[-1], own_root)
        run("openssl", "verify", "-CAfile", folder + "/root-cert.pem", self.path("leaf"))

    def secret(self, name="web", **rest):
        return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "shop"}, **rest}

    def test_secrets_are_stored_as_kubernetes_does(self):
        path = "/api/v1/namespaces/shop/secrets"
        answer = self.weftd.post(path, self.secret(stringData={"password": "hunter2"}))
        self.assertEqual(answer.status, 201, answer.text)
        self.assertEqual(answer.json["data"], {"password": "aHVudGVyMg=="})
        self.assertEqual(answer.json["type"], "Opaque")
        self.assertNotIn("stringData", answer.json)
        changed = self.weftd.merge(path + "/web", {"stringData": {"user": "admin"}, "immutable": True})
        self.assertEqual(changed.json["data"], {"password": "aHVudGVyMg==", "user": "YWRtaW4="})
        self.assertEqual(self.weftd.merge(path + "/web", {"stringData": {"user": "eve"}}).status, 422)
        incomplete = self.weftd.post(path, self.secret("tls", type="kubernetes.io/tls", data={"tls.crt": "YQ=="}))
        self.assertEqual(incomplete.status, 422)
        wrong = self.weftd.post(path, self.secret("wrong", data={"password": "hunter2!"}))
        self.assertEqual(wrong.status, 422)
        self.assertNotIn("hunter2", wrong.text)
        with open(os.path.join(self.weftd.state, "weftd.log")) as file:
            log = file.read()
        self.assertNotIn("hunter2", log)
        self.assertNotIn("aHVudGVyMg", log)


if __name__ == "__main__":
    if shutil.which("curl") is None or shutil.which("openssl") is None:
        print("skipped: there is no curl or no openssl")
        raise SystemExit(77)
    weftd.main()
