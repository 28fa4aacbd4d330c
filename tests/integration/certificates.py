"""Certificates for tests, made by openssl: a root and what it signs, as files in a folder."""

import os
import subprocess


def run(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


class Authority:
    """A root with its key in `folder`."""

    def __init__(self, folder, name="root"):
        self.folder, self.name = folder, name
        run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/O={name}", "-keyout", self.path(name + ".key"), "-out", self.path(name + ".pem"))

    def path(self, name):
        return os.path.join(self.folder, name)

    @property
    def root(self):
        return self.path(self.name + ".pem")

    def issue(self, name, san, days="1", extra="", subject="/O=leaf", key=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
        """A leaf with these subject alternative names; returns the paths of its certificate and key."""
        certificate, key_file, request = (self.path(name + end) for end in (".pem", ".key", ".csr"))
        run("req", "-newkey", *key, "-nodes", "-subj", subject, "-keyout", key_file, "-out", request)
        extensions = self.path(name + ".ext")
        with open(extensions, "w", encoding="ascii") as file:
            file.write((f"subjectAltName={san}\n" if san else "") + (extra or "basicConstraints=critical,CA:FALSE\n"))
        run("x509", "-req", "-in", request, "-CA", self.root, "-CAkey", self.path(self.name + ".key"), "-CAcreateserial",
            "-days", days, "-extfile", extensions, "-out", certificate)
        return certificate, key_file

    def revoke(self, name, *certificates, until=None):
        """A revocation list of these certificates of the root's; returns its path. `until`: as openssl writes times, YYYYMMDDHHMMSSZ."""
        index, config, made = (self.path(name + end) for end in (".index", ".conf", ".pem"))
        with open(index, "w", encoding="ascii"):
            pass
        with open(config, "w", encoding="ascii") as file:
            file.write(f"[ca]\ndefault_ca=one\n[one]\ndatabase={index}\ndefault_md=sha256\n")
        by = ("-config", config, "-cert", self.root, "-keyfile", self.path(self.name + ".key"))
        for certificate in certificates:
            run("ca", *by, "-revoke", certificate)
        ends = ("-crl_lastupdate", "20200101000000Z", "-crl_nextupdate", until) if until else ("-crlhours", "24")
        run("ca", *by, "-gencrl", *ends, "-out", made)
        return made
