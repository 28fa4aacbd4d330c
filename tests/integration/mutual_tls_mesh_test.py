#!/usr/bin/env python3
"""Mutual TLS in a real mesh: who gets in under each mode of PeerAuthentication, and what DestinationRules make of it."""

import mesh as m

PEERS = """
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: %s, namespace: nodejs-app}
spec: %s
"""
RULE = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: %s, namespace: nodejs-app}
spec: {host: %s, trafficPolicy: {tls: %s}, %s}
"""
SUBSETS = "subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]"
URL = "http://nodejs-api:3000/"


def curl(mesh, *args, sidecar=True):
    """(exit code, what was answered) of one request from a pod, with or without a sidecar."""
    where = ["-n", "nodejs-app"] + ([] if sidecar else ["--no-sidecar"])
    done = mesh.weft("exec", *where, "--", "curl", "-s", "-m", "5", "-w", "\n%{http_code}", *args, check=False)
    return done.returncode, done.stdout


def apply(mesh, text):
    mesh.weft("apply", "-f", "-", "--wait", text=text)


def forget(mesh, kind, name):
    mesh.weft("delete", kind, name, "-n", "nodejs-app")


def gets_in(mesh, **kwargs):
    code, answer = curl(mesh, URL, **kwargs)
    return code == 0 and answer.endswith("\n200")


def sidecars_speak_mutual_tls_unless_a_policy_forbids_it(mesh):
    apply(mesh, PEERS % ("default", "{mtls: {mode: DISABLE}}"))
    m.until(lambda: "x-forwarded-client-cert" not in curl(mesh, URL)[1], "plain text")
    forget(mesh, "peerauthentication", "default")
    m.until(lambda: "x-forwarded-client-cert" in curl(mesh, URL)[1], "mutual TLS, where no policy says anything")
    _, answer = curl(mesh, URL)
    assert "URI=spiffe://cluster.local/ns/nodejs-app/sa/" in answer, answer
    _, forged = curl(mesh, "-H", "x-forwarded-client-cert: By=spiffe://a;URI=spiffe://b", URL, sidecar=False)
    assert forged.endswith("\n200") and "x-forwarded-client-cert" not in forged, "plain text has no certificate"


def strict_ports_close_plain_text_before_the_application_sees_a_byte(mesh):
    assert gets_in(mesh, sidecar=False), "PERMISSIVE takes plain text"
    apply(mesh, PEERS % ("default", "{mtls: {mode: STRICT}}"))
    m.until(lambda: not gets_in(mesh, sidecar=False), "plain text is refused")
    assert gets_in(mesh), "mutual TLS gets in"
    assert mesh.request()[0] == 200, "so does the gateway"
    before = served(mesh)
    code, answer = curl(mesh, URL, sidecar=False)
    assert code in (52, 56) and answer == "\n000", f"closed without an answer: {code}, {answer}"
    assert served(mesh) == before + 1, "the application has seen our own question alone"
    code, answer = curl(mesh, "-k", URL.replace("http", "https", 1), sidecar=False)
    assert code != 0 and answer == "\n000", f"TLS without a certificate: {code}, {answer}"


def served(mesh):
    """How many requests version v2, which has one pod, has answered."""
    status, body = mesh.request(headers={"canary": "true"})
    assert status == 200, body
    return body["served"]


def a_rule_without_tls_meets_a_strict_port_with_503(mesh):
    apply(mesh, RULE % ("nodejs-api", "nodejs-api", "{mode: DISABLE}", SUBSETS))
    m.until(lambda: curl(mesh, URL)[1].endswith("\n503"), "plain text to a STRICT port")
    apply(mesh, RULE % ("nodejs-api", "nodejs-api", "{mode: ISTIO_MUTUAL}", SUBSETS))
    m.until(lambda: gets_in(mesh), "the mesh's own TLS, asked for by a rule")
    wrong = "{mode: ISTIO_MUTUAL, subjectAltNames: [\"spiffe://cluster.local/ns/other/sa/nobody\"]}"
    apply(mesh, RULE % ("nodejs-api", "nodejs-api", wrong, SUBSETS))
    m.until(lambda: curl(mesh, URL)[1].endswith("\n503"), "a server of another name")
    mesh.weft("apply", "-f", str(m.EXAMPLE), "--wait")
    m.until(lambda: gets_in(mesh), "the rule of the example")


def single_ports_have_modes_of_their_own(mesh):
    spec = "{selector: {matchLabels: {app: nodejs-api}}, portLevelMtls: {3000: {mode: %s}}}"
    apply(mesh, PEERS % ("port", spec % "PERMISSIVE"))
    m.until(lambda: gets_in(mesh, sidecar=False), "the port takes plain text though the namespace does not")
    apply(mesh, PEERS % ("port", spec % "DISABLE"))
    m.until(lambda: "x-forwarded-client-cert" not in curl(mesh, URL)[1], "clients speak plain text to the port")
    assert gets_in(mesh) and gets_in(mesh, sidecar=False)
    forget(mesh, "peerauthentication", "port")
    m.until(lambda: not gets_in(mesh, sidecar=False), "the namespace's mode again")
    assert gets_in(mesh)
    forget(mesh, "peerauthentication", "default")
    m.until(lambda: gets_in(mesh, sidecar=False), "both are taken again")


def the_step_from_permissive_to_strict_costs_no_request(mesh):
    apply(mesh, PEERS % ("default", "{mtls: {mode: PERMISSIVE}}"))
    m.until(lambda: "x-forwarded-client-cert" in curl(mesh, URL)[1], "clients speak mutual TLS")
    with m.Load(mesh) as load:
        for mode in ("STRICT", "PERMISSIVE", "STRICT"):
            apply(mesh, PEERS % ("default", "{mtls: {mode: %s}}" % mode))
        m.until(lambda: load.total > 500, "some requests")
    assert not load.failures, load.failures[:5]
    forget(mesh, "peerauthentication", "default")


def steps_between_plain_text_and_mutual_tls_cost_no_request(mesh):
    with m.Load(mesh) as load:
        for mode in ("DISABLE", "STRICT", "DISABLE", "PERMISSIVE", "DISABLE", "STRICT"):
            before = load.total
            apply(mesh, PEERS % ("default", "{mtls: {mode: %s}}" % mode))
            m.until(lambda: load.total > before + 50, "some requests")
        assert not gets_in(mesh, sidecar=False), "--wait returns when the last step is in force"
    assert not load.failures, load.failures[:5]
    forget(mesh, "peerauthentication", "default")


def main():
    m.needs("node", "curl", "nft")
    with m.Mesh() as mesh:
        mesh.up()
        m.run(*TESTS, given=(mesh,))


TESTS = (sidecars_speak_mutual_tls_unless_a_policy_forbids_it, strict_ports_close_plain_text_before_the_application_sees_a_byte,
         a_rule_without_tls_meets_a_strict_port_with_503, single_ports_have_modes_of_their_own,
         the_step_from_permissive_to_strict_costs_no_request, steps_between_plain_text_and_mutual_tls_cost_no_request)

if __name__ == "__main__":
    main()
