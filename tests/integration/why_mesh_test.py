#!/usr/bin/env python3
"""`weft why` in a running mesh: requests made to fail in different ways by real objects, and the whole story of each."""

import http.client
import json
import pathlib
import re
import tempfile

import mesh as m

SPACE = "nodejs-app"
HOST = "nodejs-api.nodejs-app.svc.cluster.local"
CLUSTER = f"outbound|3000|v1|{HOST}"


def virtual_service(rule):
    """In the place of the example's own; line 1 is where it begins."""
    return f"""apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {{name: nodejs-api, namespace: {SPACE}}}
spec:
  hosts: [nodejs-api]
  http:
  - {rule}
"""


SUBSETS = f"""apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {{name: nodejs-api, namespace: {SPACE}}}
spec:
  host: nodejs-api
  subsets:
  - name: v1
    labels: {{version: v1}}
  - name: v9
    labels: {{version: v9}}
"""

DENY = f"""
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {{name: no-admin, namespace: {SPACE}}}
spec:
  selector:
    matchLabels: {{app: nodejs-api}}
  action: DENY
  rules:
  - to:
    - operation: {{paths: ["/admin"]}}
"""

ALLOW = f"""apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {{name: readers, namespace: {SPACE}}}
spec:
  selector:
    matchLabels: {{app: nodejs-api}}
  rules:
  - to:
    - operation: {{paths: ["/read"]}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {{name: nobody, namespace: {SPACE}}}
spec: {{}}
"""

# Pods that no pod may connect to.
CLOSED = f"""apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: closed, namespace: {SPACE}}}
spec:
  podSelector:
    matchLabels: {{app: nodejs-api, version: v1}}
  policyTypes: [Ingress]
  ingress:
  - from: [{{podSelector: {{matchLabels: {{app: nobody}}}}}}]
"""

# Nothing listens there in the pods.
WRONG_PORT = f"""apiVersion: v1
kind: Service
metadata: {{name: wrong-port, namespace: {SPACE}}}
spec:
  ports:
  - {{port: 80, name: http, targetPort: 3999}}
  selector: {{app: nodejs-api, version: v1}}
"""


class Story:
    """One failed request from the pod `front`, and what is told of it. What differs from run to run has a name."""

    def __init__(self, mesh, path="/", host="nodejs-api:3000", method="GET"):
        self.mesh = mesh
        done = mesh.weft("exec", "-n", SPACE, f"pod/{FRONT}", "--", "curl", "-sS", "-X", method, "-o", "/dev/null", "-w",
                         "%{http_code} %header{x-weft-error}", f"http://{host}{path}")
        self.status, self.told = done.stdout.split(" ", 1)
        self.text = self.plain(mesh.weft("why", "--last-error", "-n", SPACE).stdout)
        self.json = json.loads(mesh.weft("why", "--last-error", "-n", SPACE, "-o", "json").stdout)

    def plain(self, text):
        text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
        text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", text)
        text = text.replace(FRONT, "FRONT")
        text = re.sub(r"nodejs-api-v\d-[0-9a-z-]+", "SERVER", text)
        text = re.sub(r"\d+\.\d+\.\d+\.\d+:\d+", "ADDRESS", text)
        return re.sub(r"\d+ ms", "N ms", text)

    def expect(self, status, *lines):
        told = self.text.rstrip("\n").split("\n")
        assert self.status == str(status), (self.status, self.text)
        assert told == list(lines), "\n" + self.text


FRONT = ""  # the pod that asks, of v2: those that answer are of v1; set once there is one


def no_such_host(mesh, folder):
    file = folder / "broken.yaml"
    file.write_text(virtual_service("route: [{destination: {host: nobody}}]"))
    mesh.weft("apply", "-f", str(file), "--wait")
    story = Story(mesh, "/a?token=secret")
    story.expect(
        503,
        "503 at the proxy of nodejs-app/FRONT, TIME, request ID",
        f"  1 ✖ outbound proxy of nodejs-app/FRONT: GET nodejs-api:3000/a, VirtualService nodejs-app/nodejs-api ({file}:1): 503 (flag NC)",
        "  Why      the route's destination does not exist: no such cluster (a host or subset that nothing defines)",
        "  Details  cluster_not_found",
        "  See      weft pc clusters FRONT.nodejs-app")
    assert story.told == f"NC cluster_not_found; why={story.json['requestId'][:8]}", story.told
    hop = story.json["hops"][0]
    assert (hop["object"], hop["place"], hop["flags"]) == ("VirtualService nodejs-app/nodejs-api", f"{file}:1", ["NC"]), hop


def a_subset_whose_labels_no_pod_has(mesh, folder):
    file = folder / "broken.yaml"
    file.write_text(virtual_service("route: [{destination: {host: nodejs-api, subset: v9}}]") + "---\n" + SUBSETS)
    mesh.weft("apply", "-f", str(file), "--wait")
    Story(mesh).expect(
        503,
        "503 at the proxy of nodejs-app/FRONT, TIME, request ID",
        f"  1 ✖ outbound proxy of nodejs-app/FRONT: GET nodejs-api:3000/, VirtualService nodejs-app/nodejs-api ({file}:1) -> "
        f"outbound|3000|v9|{HOST}: 503 (flag UH)",
        f"  Why      {HOST} has no endpoint in subset v9: no ready pod of it has the labels that the subset asks for",
        f"  Proxy    cluster 'outbound|3000|v9|{HOST}' has no healthy endpoint",
        "  Details  no_healthy_upstream",
        "  See      weft get destinationrules -n nodejs-app")


def no_route(mesh, folder):
    file = folder / "broken.yaml"
    file.write_text(virtual_service("{match: [{uri: {exact: /only}}], route: [{destination: {host: nodejs-api}}]}"))
    mesh.weft("apply", "-f", str(file), "--wait")
    story = Story(mesh, "/other")
    story.expect(
        404,
        "404 at the proxy of nodejs-app/FRONT, TIME, request ID",
        "  1 ✖ outbound proxy of nodejs-app/FRONT: GET nodejs-api:3000/other: 404 (flag NR)",
        "  Why      no route matches nodejs-api:3000/other",
        "  Details  route_not_found",
        "  See      weft pc routes FRONT.nodejs-app")
    assert story.told == f"NR route_not_found; why={story.json['requestId'][:8]}", story.told
    by_id = mesh.weft("why", story.json["requestId"][:8]).stdout
    assert story.plain(by_id) == story.text, by_id


def an_injected_fault(mesh, folder):
    file = folder / "broken.yaml"
    file.write_text(virtual_service("{fault: {abort: {httpStatus: 555, percentage: {value: 100}}}, "
                                    "route: [{destination: {host: nodejs-api}}]}"))
    mesh.weft("apply", "-f", str(file), "--wait")
    story = Story(mesh)
    assert "(flag FI)" in story.text and f"({file}:1)" in story.text, story.text
    assert "  Why      a fault was injected on purpose (fault.abort of the route)" in story.text, story.text


def the_routes_timeout(mesh, folder):
    file = folder / "broken.yaml"
    file.write_text(virtual_service("{timeout: 0.3s, route: [{destination: {host: nodejs-api, subset: v1}}]}"))
    mesh.weft("apply", "-f", str(file), "--wait")
    Story(mesh, "/slow?ms=5000").expect(
        504,
        "504 at the proxy of nodejs-app/FRONT, TIME, request ID",
        f"  1 ✖ outbound proxy of nodejs-app/FRONT: GET nodejs-api:3000/slow, VirtualService nodejs-app/nodejs-api ({file}:1) -> "
        f"{CLUSTER} at ADDRESS: 504 (flag UT)",
        f"  2 · inbound proxy of nodejs-app/SERVER: GET nodejs-api:3000/slow, Service nodejs-app/nodejs-api ({m.EXAMPLE}/mesh.yaml:9) "
        "-> inbound|3000|| at ADDRESS: no answer (flag DC)",
        "  Why      ADDRESS did not answer within the route's timeout (N ms in all)",
        "  Proxy    waiting for an HTTP/2 response: timed out",
        "  Details  upstream_response_timeout",
        "  See      weft pc routes FRONT.nodejs-app")


def the_application_itself(mesh, folder):
    file = folder / "broken.yaml"
    file.write_text(virtual_service("route: [{destination: {host: nodejs-api, subset: v1}}]"))
    mesh.weft("apply", "-f", str(file), "--wait")
    story = Story(mesh, "/error?status=500")
    assert story.told == "", story.told
    assert "  2 ✖ inbound proxy of nodejs-app/SERVER" in story.text, story.text
    assert "  Why      ADDRESS itself answered 500\n  See      weft logs -n nodejs-app SERVER" in story.text, story.text


def a_denial_at_the_server(mesh, folder):
    file = folder / "deny.yaml"
    file.write_text(DENY)
    mesh.weft("apply", "-f", str(file), "--wait")
    story = Story(mesh, "/admin")
    assert (story.status, story.told) == ("403", ""), story.told
    assert len(story.json["hops"]) == 2, story.text
    client, server = story.json["hops"]
    assert (client["direction"], client["tried"][0]["trouble"]) == ("outbound", "refused_by_peer"), client
    assert (server["direction"], server["policyPlace"]) == ("inbound", f"{file}:2"), server
    assert story.json["why"].startswith(f"AuthorizationPolicy nodejs-app/no-admin ({file}:2), rule 0 (from 0), refuses it: it "
                                        "came from spiffe://cluster.local/ns/nodejs-app/sa/"), story.json["why"]
    by_id = mesh.weft("why", story.json["requestId"][:8]).stdout
    assert story.plain(by_id) == story.text, by_id


def a_denial_for_want_of_an_allowance(mesh, folder):
    file = folder / "allow.yaml"
    file.write_text(ALLOW)
    mesh.weft("apply", "-f", str(file), "--wait")
    story = Story(mesh, "/write")
    mesh.weft("delete", "-f", str(file))
    assert story.status == "403", story.text
    assert story.json["why"].startswith("no rule of the workload's ALLOW policies matches it, which came from spiffe://cluster.local/ns/nodejs-app/sa/"), story.json["why"]
    assert story.json["why"].endswith(f": AuthorizationPolicy nodejs-app/nobody ({file}:11), AuthorizationPolicy nodejs-app/readers ({file}:1)"), story.json["why"]


def a_connection_that_a_network_policy_cuts(mesh, folder):
    file = folder / "closed.yaml"
    file.write_text(CLOSED)
    mesh.weft("apply", "-f", str(file), "--wait")
    story = m.until(lambda: (found := Story(mesh, "/cut")).status == "503" and found, "the kernel's rules")
    mesh.weft("delete", "-f", str(file))
    m.until(lambda: Story(mesh).status == "200", "the kernel's rules are gone")
    hop = story.json["hops"][-1]
    assert (hop["direction"], hop["tried"][-1]["trouble"]) == ("outbound", "connect_refused"), story.text
    assert hop["networkPolicies"] == [{"name": "NetworkPolicy nodejs-app/closed", "place": f"{file}:1"}], hop
    assert f"nodejs-app/SERVER is isolated, and no rule lets nodejs-app/FRONT connect to it: NetworkPolicy nodejs-app/closed ({file}:1)" in story.text, story.text
    assert story.json["see"] == "weft get networkpolicies -n nodejs-app", story.json["see"]


def a_port_on_which_nobody_listens(mesh, folder):
    file = folder / "wrong.yaml"
    file.write_text(WRONG_PORT)
    mesh.weft("apply", "-f", str(file), "--wait")
    story = Story(mesh, host="wrong-port", method="POST")
    assert story.status == "503", story.text
    server = story.json["hops"][-1]
    assert (server["direction"], server["tried"][0]["trouble"]) == ("inbound", "connect_refused"), story.text
    assert server["transportFailure"] == "delayed_connect_error:_Connection_refused", server
    assert "refused the connection: nothing listens on that port" in story.json["why"], story.text
    assert story.json["see"].startswith("weft logs -n nodejs-app nodejs-api-v1"), story.json["see"]


def the_exposed_port_tells_of_failures_and_not_of_refusals(mesh, folder):
    def told(path):
        connection = http.client.HTTPConnection("127.0.0.1", mesh.port, timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        fields = {name.lower(): value for name, value in answer.getheaders() if name.lower().startswith("x-weft-")}
        connection.close()
        return answer.status, fields

    assert told("/admin") == (403, {}), told("/admin")
    mesh.weft("apply", "-f", "-", "--wait", text=virtual_service("route: [{destination: {host: nobody}}]"))
    status, fields = told("/")
    assert status == 503 and re.fullmatch(r"NC cluster_not_found; why=[0-9a-f]{8}", fields["x-weft-error"]), (status, fields)


def the_story_of_each_failure_is_told():
    global FRONT
    with m.Mesh() as mesh, tempfile.TemporaryDirectory(prefix="weft-why-") as folder:
        mesh.up()
        FRONT = next(p["metadata"]["name"] for p in mesh.ready_pods() if "-v2-" in p["metadata"]["name"])
        m.run(no_such_host, a_subset_whose_labels_no_pod_has, no_route, an_injected_fault, the_routes_timeout,
              the_application_itself, a_denial_at_the_server, a_denial_for_want_of_an_allowance,
              a_connection_that_a_network_policy_cuts, a_port_on_which_nobody_listens,
              the_exposed_port_tells_of_failures_and_not_of_refusals, given=(mesh, pathlib.Path(folder)))


if __name__ == "__main__":
    m.needs("node", "nft", "curl")
    m.run(the_story_of_each_failure_is_told)
