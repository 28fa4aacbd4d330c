"""A stock Envoy accepts everything that weftd sends it, over delta and state-of-the-world ADS, and routes as the mesh says."""

import collections
import http.client
import json
import sys

import control_plane
import demo
import envoy


def request(headers=None, connection=None):
    own = connection or http.client.HTTPConnection(demo.SERVICE_IP, demo.PORT, timeout=5)
    own.request("GET", "/", headers={"host": "nodejs-api:3000", **(headers or {})})
    response = own.getresponse()
    body = response.read().decode()
    assert response.status == 200, (response.status, body)
    return json.loads(body)["version"]


def count(requests, headers=None):
    connection = http.client.HTTPConnection(demo.SERVICE_IP, demo.PORT, timeout=5)
    return collections.Counter(request(headers, connection) for _ in range(requests))


def expect_synced(plane, proxy, types):
    """Every one of the types is accepted, none is refused."""
    def states():
        found = plane.proxies().get(proxy)
        return found and {name: entry["state"] for name, entry in found["types"].items() if name in types}
    control_plane.until(lambda: set((states() or {"": ""}).values()) == {"SYNCED"}, f"{proxy} is in sync, not {states()}")
    refused = [entry.get("error") for entry in plane.proxies()[proxy]["types"].values() if entry.get("error")]
    assert not refused, refused


def client_sidecar(plane, api_type):
    return envoy.Envoy(plane, f"sidecar~{demo.CLIENT_IP}~client.{demo.NAMESPACE}~{demo.NAMESPACE}.svc.cluster.local",
                       plane.token(demo.NAMESPACE, "client"), api_type)


def check_client(plane, api_type):
    with client_sidecar(plane, api_type) as proxy:
        expect_synced(plane, f"client.{demo.NAMESPACE}", ["CDS", "EDS", "LDS", "RDS"])
        assert not proxy.rejected(), proxy.rejected()
        # 90/10 within a 99.9 % binomial interval: 900 +- 31 of 1,000.
        versions = count(1000)
        assert 869 <= versions["v1"] <= 931 and versions.total() == 1000, versions
        assert count(100, {"canary": "true"}) == {"v2": 100}
        captured = proxy.stats("listener.0.0.0.0_3000.*http.outbound.*downstream_rq_2xx|http.outbound_0.0.0.0_3000.downstream_rq_2xx")
        assert sum(captured.values()) >= 1100, captured
        check_changes(plane, proxy)
        check_restart(plane, proxy)


def check_changes(plane, proxy):
    """A changed weight and a changed endpoint are in force once weftd says so."""
    report = plane.sync(plane.apply(demo.virtual_service(v1_weight=0)))
    assert report["acked"] == report["proxies"] == 1 and not report["nacked"], report
    assert count(50) == {"v2": 50}
    plane.sync(plane.apply(demo.virtual_service(v1_weight=100)))
    one = {name: demo.PODS[name] for name in ("nodejs-api-v1-a", "nodejs-api-v2-a")}
    plane.sync(plane.apply(demo.endpoint_slice(one)))
    assert count(20) == {"v1": 20}
    members = proxy.admin("/clusters")[1]
    assert "10.244.0.1:3000" in members and "10.244.0.2:3000" not in members, members
    plane.sync(plane.apply(demo.endpoint_slice(), demo.virtual_service()))
    assert not proxy.rejected(), proxy.rejected()


def check_restart(plane, proxy):
    """weftd is killed: Envoy serves on, and what it hears after the restart is what it had."""
    before = proxy.stats("^listener_manager.listener_(added|modified|removed)$|^cluster_manager.cluster_(added|removed)$")
    plane.kill()
    assert count(50).total() == 50
    plane.start()
    expect_synced(plane, f"client.{demo.NAMESPACE}", ["CDS", "LDS"])
    assert count(50).total() == 50
    after = proxy.stats("^listener_manager.listener_(added|modified|removed)$|^cluster_manager.cluster_(added|removed)$")
    assert after == before, (before, after)


def check_server(plane, api_type):
    """The sidecar of a workload: its inbound listener and clusters are accepted as well."""
    ip, _ = demo.PODS["nodejs-api-v1-a"]
    node_id = f"sidecar~{ip}~nodejs-api-v1-a.{demo.NAMESPACE}~{demo.NAMESPACE}.svc.cluster.local"
    with envoy.Envoy(plane, node_id, plane.token(demo.NAMESPACE, "nodejs-api-v1-a"), api_type) as proxy:
        expect_synced(plane, f"nodejs-api-v1-a.{demo.NAMESPACE}", ["CDS", "EDS", "LDS", "RDS"])
        assert not proxy.rejected(), proxy.rejected()
        assert "virtualInbound" in proxy.admin("/listeners")[1]


def check_refusals(plane):
    """A token of one pod does not open the stream of another."""
    node_id = f"sidecar~{demo.CLIENT_IP}~client.{demo.NAMESPACE}~{demo.NAMESPACE}.svc.cluster.local"
    with envoy.Envoy(plane, node_id, plane.token(demo.NAMESPACE, "nodejs-api-v1-a"), waits=False):
        control_plane.until(lambda: "the token is of pod nodejs-api-v1-a" in plane.log_text(), "the stream is refused")
        assert plane.proxies() == {}, plane.proxies()


def main():
    envoy.binary()
    control_plane.in_own_network()
    demo.start_workloads()
    demo.capture()
    for api_type in ("DELTA_GRPC", "GRPC"):
        with control_plane.ControlPlane() as plane:
            plane.sync(plane.apply(*demo.objects()))
            for name, (ip, _) in demo.PODS.items():
                plane.set_pod_ip(demo.NAMESPACE, name, ip)
            check_client(plane, api_type)
            check_server(plane, api_type)
            check_refusals(plane)
            print(f"{api_type}: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
