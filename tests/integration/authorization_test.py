#!/usr/bin/env python3
"""AuthorizationPolicy in a running mesh: the seed's, and one for each kind of key, by requests that pass and that do not."""

import json

import mesh as m

SEED = """
apiVersion: security.istio.io/v1beta1
kind: AuthorizationPolicy
metadata: {name: nodejs-api-authz, namespace: nodejs-app}
spec:
  selector:
    matchLabels: {app: nodejs-api}
  rules:
  - from:
    - source:
        principals: ["cluster.local/ns/nodejs-app/sa/api-client"]
  - to:
    - operation:
        methods: ["GET", "POST"]
        paths: ["/api/*"]
  - when:
    - key: request.headers[authorization]
      values: ["Bearer *"]
"""
POLICY = ("authorizationpolicy", "nodejs-api-authz")
REFUSED = (403, "RBAC: access denied")


def policy(spec):
    """The seed's policy with another spec, as JSON, which is YAML."""
    return json.dumps({"apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
                       "metadata": {"name": "nodejs-api-authz", "namespace": "nodejs-app"},
                       "spec": {"selector": {"matchLabels": {"app": "nodejs-api"}}, **spec}})


def apply(mesh, text):
    mesh.weft("apply", "-f", "-", "--wait", text=text)


def ask(mesh, path="/", *curl, method="GET"):
    """(status, body or None for the application's own) of a request from a pod of the mesh."""
    done = mesh.weft("exec", "-n", "nodejs-app", "--", "curl", "-sS", "-X", method, "-w", "\n%{http_code}", *curl,
                     f"http://nodejs-api:3000{path}")
    body, status = done.stdout.rsplit("\n", 1)
    return int(status), body if int(status) == 403 else None


def the_seeds_policy(mesh):
    assert mesh.request("/")[0] == 200
    apply(mesh, SEED)
    assert mesh.request("/") == REFUSED, mesh.request("/")
    assert mesh.request("/api/x")[0] == 200
    assert mesh.request("/api") == REFUSED
    assert mesh.request("/x/../api/y")[0] == 200  # the path that the application gets
    assert mesh.request("/api/../x") == REFUSED
    assert mesh.request("/", {"Authorization": "Bearer x"})[0] == 200
    assert mesh.request("/", {"Authorization": "Basic x"}) == REFUSED
    assert ask(mesh, "/api/x", method="POST") == (200, None)
    assert ask(mesh, "/api/x", method="PUT") == REFUSED
    assert ask(mesh, "/api/x", method="DELETE") == REFUSED


def denials_are_told_to_operators_only(mesh):
    pods = [p["metadata"]["name"] for p in mesh.ready_pods()]
    totals = ""
    for pod in pods:
        done = mesh.weft("exec", "-n", "nodejs-app", f"pod/{pod}", "--", "curl", "-s", "http://127.0.0.1:15000/stats/prometheus",
                         check=False)
        totals += done.stdout
    assert 'weft_rbac_denied_total{direction="inbound",policy="none"}' in totals, totals[-2000:]
    assert 'weft_rbac_allowed_total{direction="inbound"}' in totals, totals[-2000:]


def rules_by_every_kind_of_key(mesh):
    def holds(rule, passes, fails):
        apply(mesh, policy({"rules": [rule]}))
        for path, *curl in passes:
            assert ask(mesh, path, *curl) == (200, None), (rule, path, curl)
        for path, *curl in fails:
            assert ask(mesh, path, *curl) == REFUSED, (rule, path, curl)

    holds({"to": [{"operation": {"hosts": ["nodejs-api:3000"]}}]}, [("/",)], [])
    holds({"to": [{"operation": {"hosts": ["nodejs-api"]}}]}, [], [("/",)])  # the port is part of what was asked for
    holds({"to": [{"operation": {"paths": ["/a/{*}"]}}]}, [("/a/b",), ("/a/b?c/d",)], [("/a/b/c",), ("/a/",)])
    holds({"to": [{"operation": {"ports": ["3000"]}}]}, [("/",)], [])
    holds({"to": [{"operation": {"notPorts": ["3000"]}}]}, [], [("/",)])
    holds({"from": [{"source": {"ipBlocks": ["10.0.0.0/8"]}}]}, [("/",)], [])
    holds({"from": [{"source": {"notIpBlocks": ["10.0.0.0/8"]}}]}, [], [("/",)])
    holds({"from": [{"source": {"remoteIpBlocks": ["192.0.2.0/24"]}}]}, [("/", "-H", "X-Forwarded-For: 192.0.2.7")], [("/",)])
    holds({"from": [{"source": {"notRequestPrincipals": ["*"]}}]}, [("/",)], [])
    holds({"from": [{"source": {"requestPrincipals": ["*"]}}]}, [], [("/",)])
    holds({"when": [{"key": "request.headers[x]", "values": ["a*"], "notValues": ["ab"]}]},
          [("/", "-H", "X: aa")], [("/", "-H", "X: ab"), ("/",)])


def deny_goes_first_and_what_is_gone_guards_nothing(mesh):
    apply(mesh, policy({"action": "DENY", "rules": [{"to": [{"operation": {"paths": ["/admin*"], "ports": ["3000"]}}]}]}))
    assert ask(mesh, "/admin") == REFUSED
    assert ask(mesh, "/") == (200, None)
    apply(mesh, policy({}))
    assert ask(mesh, "/") == REFUSED
    mesh.weft("delete", *POLICY, "-n", "nodejs-app")
    m.until(lambda: ask(mesh, "/") == (200, None), "requests pass again")


def a_policy_on_trial_refuses_nobody(mesh):
    trial = json.loads(policy({"action": "DENY", "rules": [{}]}))
    trial["metadata"]["annotations"] = {"istio.io/dry-run": "true"}
    apply(mesh, json.dumps(trial))
    assert ask(mesh, "/") == (200, None)


def policies_are_in_force_in_a_running_mesh():
    with m.Mesh() as mesh:
        mesh.up()
        the_seeds_policy(mesh)
        denials_are_told_to_operators_only(mesh)
        rules_by_every_kind_of_key(mesh)
        deny_goes_first_and_what_is_gone_guards_nothing(mesh)
        a_policy_on_trial_refuses_nobody(mesh)


if __name__ == "__main__":
    m.needs("node", "nft", "curl")
    m.run(policies_are_in_force_in_a_running_mesh)
