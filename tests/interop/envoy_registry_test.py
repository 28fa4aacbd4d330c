"""A stock Envoy as the sidecar of a client: services beyond Kubernetes' own, names, ejection, hashing, what a Sidecar lets it see."""

import collections
import http.client
import json
import pathlib
import sys

import control_plane
import demo
import envoy

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
from name_server import NameServer  # noqa: E402

ISTIO = "networking.istio.io/v1"
API = "nodejs-api.nodejs-app.svc.cluster.local"


def entry(name, host, port, **rest):
    return demo.named(ISTIO, "ServiceEntry", name, spec={
        "hosts": [host], "ports": [{"number": port, "name": "http", "protocol": "HTTP", "targetPort": demo.PORT}], **rest})


def registry():
    """A host with listed endpoints, one whose name is resolved, one that goes where it was dialled; and MeshConfig."""
    v1, v2 = demo.PODS["nodejs-api-v1-a"][0], demo.PODS["nodejs-api-v2-a"][0]
    return [
        entry("listed", "listed.example.com", 80, addresses=["10.96.1.1"], resolution="STATIC", endpoints=[{"address": v1}, {"address": v2}]),
        entry("named", "named.example.com", 80, addresses=["10.96.1.2"], resolution="DNS"),
        entry("first", "first.example.com", 80, addresses=["10.96.1.3"], resolution="DNS_ROUND_ROBIN"),
        entry("dialled", "dialled.example.com", demo.PORT, resolution="NONE"),
        demo.named(ISTIO, "VirtualService", "listed", spec={"hosts": ["listed.example.com"], "http": [{
            "route": [{"destination": {"host": "listed.example.com"}}],
            "mirrors": [{"destination": {"host": "nodejs-api"}, "percentage": {"value": 100}}],
            "headers": {"request": {"set": {"x-by": "entry"}}}}]}),
    ]


def ejecting():
    """Three failures in a row eject an endpoint; requests with one x-user go to one endpoint."""
    return {**demo.destination_rule(), "spec": {"host": "nodejs-api", "trafficPolicy": {
        "loadBalancer": {"consistentHash": {"httpHeaderName": "x-user"}},
        "outlierDetection": {"consecutive5xxErrors": 3, "interval": "1s", "baseEjectionTime": "60s", "maxEjectionPercent": 50}},
        "subsets": demo.destination_rule()["spec"]["subsets"]}}


def plain_route():
    return {**demo.virtual_service(), "spec": {"hosts": ["nodejs-api"], "http": [
        {"route": [{"destination": {"host": "nodejs-api"}}], "retries": {"attempts": 0}}]}}


def get(address, host, port=80, headers=None):
    connection = http.client.HTTPConnection(address, port, timeout=5)
    connection.request("GET", "/", headers={"host": host, **(headers or {})})
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, json.loads(body) if body.startswith("{") else body


def check_entries(workloads):
    answers = [get("10.96.1.1", "listed.example.com")[1] for _ in range(40)]
    assert {answer["version"] for answer in answers} == {"v1", "v2"}
    assert all(answer["headers"]["x-by"] == "entry" for answer in answers)
    control_plane.until(lambda: sum(workload.requests["/"] for workload in workloads) == 80, "every request has a copy")
    assert get("10.96.1.2", "named.example.com")[1]["version"] == "v2"
    assert get("10.96.1.3", "first.example.com")[1]["version"] == "v2"
    ip, version = demo.PODS["nodejs-api-v1-b"]
    assert get(ip, "dialled.example.com", demo.PORT)[1]["version"] == version


def check_hashing(plane):
    plane.sync(plane.apply(ejecting(), plain_route()))
    pods = collections.defaultdict(set)
    for user in range(40):
        for _ in range(3):
            status, body = get(demo.SERVICE_IP, "nodejs-api:3000", demo.PORT, {"x-user": f"u{user}"})
            assert status == 200
            pods[user].add(body["address"])
    assert all(len(seen) == 1 for seen in pods.values()), "a user has one endpoint"
    assert len(set.union(*pods.values())) == 4, "all endpoints have users"


def check_ejection(proxy, workloads):
    broken = workloads[0]
    broken.status = 500
    seen = collections.Counter(get(demo.SERVICE_IP, "nodejs-api:3000", demo.PORT, {"x-user": f"u{n}"})[0] for n in range(60))
    assert 3 <= seen[500] <= 4, seen
    assert proxy.stats(f"cluster.outbound.3000..{API}.outlier_detection.ejections_active")
    broken.status = 200


def check_sidecar(plane, proxy):
    """What is hidden goes nowhere; the clusters are gone."""
    plane.sync(plane.apply(demo.named(ISTIO, "Sidecar", "only", spec={
        "egress": [{"port": {"number": demo.PORT, "protocol": "HTTP", "name": "api"}, "hosts": [f"./{API}"]}, {"hosts": ["./listed.example.com"]}],
        "outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"}})))
    assert get(demo.SERVICE_IP, "nodejs-api:3000", demo.PORT)[0] == 200
    assert get("10.96.1.1", "listed.example.com")[0] == 200
    assert get("10.96.1.1", "named.example.com")[0] == 502, "unknown hosts are refused"
    clusters = proxy.admin("/clusters")[1]
    assert "named.example.com" not in clusters and f"outbound|3000||{API}" in clusters, clusters


def check(api_type, workloads, resolver):
    for workload in workloads:
        workload.requests.clear()
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": demo.NAMESPACE, "labels": {"istio-injection": "enabled"}}}
    with control_plane.ControlPlane() as plane:
        plane.apply(namespace)  # pods count as having sidecars: their endpoints carry our mark, which Envoy passes over
        # No proxy stands before them all the same.
        plain = demo.named("security.istio.io/v1", "PeerAuthentication", "plain", spec={"mtls": {"mode": "DISABLE"}})
        plane.sync(plane.apply(*demo.objects()[1:], plain, *registry()))
        node_id = f"sidecar~{demo.CLIENT_IP}~client.{demo.NAMESPACE}~{demo.NAMESPACE}.svc.cluster.local"
        client = envoy.Envoy(plane, node_id, plane.token(demo.NAMESPACE, "client"), api_type)
        client.config["typed_dns_resolver_config"] = envoy.resolver(resolver)
        with client as proxy:
            assert not proxy.rejected(), proxy.rejected()
            check_entries(workloads)
            check_hashing(plane)
            check_ejection(proxy, workloads)
            check_sidecar(plane, proxy)
            assert not proxy.rejected(), proxy.rejected()
        print(f"{api_type}: ok")


def main():
    envoy.binary()
    control_plane.in_own_network()
    workloads = demo.start_workloads()
    demo.capture()
    v2 = demo.PODS["nodejs-api-v2-a"][0]
    names = NameServer({"named.example.com": (30, [v2]), "first.example.com": (30, [v2, demo.PODS["nodejs-api-v1-a"][0]])})
    for api_type in ("DELTA_GRPC", "GRPC"):
        check(api_type, workloads, names.address)
    return 0


if __name__ == "__main__":
    sys.exit(main())
