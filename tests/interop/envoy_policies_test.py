"""A stock Envoy does what the mesh's resources say beyond the demo: matches, rewrites, redirects, faults, kinds of services."""

import http.client
import json
import sys

import control_plane
import demo
import envoy

OTHER_IP = {"tcp-echo": "10.96.0.21", "undeclared": "10.96.0.22", "grpc-api": "10.96.0.23"}


def other_services():
    """One opaque, one whose protocol is sniffed, one gRPC: all with the workloads of the demo behind them."""
    def service(name, port, port_name):
        return demo.named("v1", "Service", name, spec={
            "clusterIP": OTHER_IP[name], "ports": [{"port": port, "name": port_name, "targetPort": demo.PORT}]})

    def endpoints(name, port_name):
        return {**demo.endpoint_slice(), "metadata": {"name": f"{name}-x", "namespace": demo.NAMESPACE,
                                                      "labels": {"kubernetes.io/service-name": name}},
                "ports": [{"name": port_name, "port": demo.PORT, "protocol": "TCP"}]}
    return [service("tcp-echo", 5432, "tcp-raw"), endpoints("tcp-echo", "tcp-raw"),
            service("undeclared", 8080, "web"), endpoints("undeclared", "web"),
            service("grpc-api", 50051, "grpc"), endpoints("grpc-api", "grpc")]


def to(subset=None, **rest):
    destination = {"host": "nodejs-api", **({"subset": subset} if subset else {})}
    return [{"destination": destination, **rest}]


def rules():
    return [
        {"name": "redirect", "match": [{"uri": {"prefix": "/old"}}], "redirect": {"uri": "/new", "redirectCode": 308}},
        {"name": "teapot", "match": [{"uri": {"exact": "/teapot"}}],
         "directResponse": {"status": 418, "body": {"string": "short and stout"}}},
        {"name": "abort", "match": [{"uri": {"prefix": "/broken"}}], "route": to("v1"),
         "fault": {"abort": {"httpStatus": 503, "percentage": {"value": 100}}}},
        {"name": "slow", "match": [{"uri": {"prefix": "/slow"}}], "route": to("v1"),
         "fault": {"delay": {"fixedDelay": "300ms", "percentage": {"value": 100}}}},
        {"name": "rewrite", "match": [{"uri": {"prefix": "/api/"}}], "rewrite": {"uri": "/", "authority": "inner"},
         "route": to("v1")},
        {"name": "headers", "match": [{"uri": {"regex": "/h[0-9]+"}, "queryParams": {"on": {}}}],
         "headers": {"request": {"set": {"x-set": "1"}, "add": {"x-add": "2"}, "remove": ["x-gone"]},
                     "response": {"set": {"x-answer": "3"}}},
         "route": to("v2", headers={"request": {"set": {"x-share": "4"}}})},
        {"name": "without", "match": [{"withoutHeaders": {"x-robot": {"exact": "yes"}}, "uri": {"exact": "/people"}}],
         "route": to("v2")},
        {"name": "cors", "match": [{"uri": {"exact": "/cors"}}], "route": to("v1"),
         "corsPolicy": {"allowOrigins": [{"exact": "https://a.example"}], "allowMethods": ["GET"], "maxAge": "1h"}},
        {"name": "patient", "match": [{"uri": {"exact": "/patient"}}], "route": to("v1"), "timeout": "2s",
         "retries": {"attempts": 2, "perTryTimeout": "500ms", "retryOn": "5xx,409", "backoff": "10ms"},
         "mirror": {"host": "nodejs-api", "subset": "v2"}, "mirrorPercentage": {"value": 100}},
        {"name": "rest", "route": [{"destination": {"host": "nodejs-api", "subset": "v1"}, "weight": 1},
                                   {"destination": {"host": "nodejs-api", "subset": "v2"}, "weight": 0}]},
    ]


def every_block():
    """DestinationRules that fill every field of a cluster that translates."""
    def rule(name, host, policy, subsets=()):
        return demo.named("networking.istio.io/v1", "DestinationRule", name,
                          spec={"host": host, "trafficPolicy": policy, "subsets": list(subsets)})
    pool = {"tcp": {"maxConnections": 9, "connectTimeout": "1s", "idleTimeout": "60s", "maxConnectionDuration": "300s",
                    "tcpKeepalive": {"probes": 3, "time": "60s", "interval": "10s"}},
            "http": {"http1MaxPendingRequests": 5, "http2MaxRequests": 6, "maxRequestsPerConnection": 7, "maxRetries": 8,
                     "idleTimeout": "30s", "maxConcurrentStreams": 10, "h2UpgradePolicy": "DO_NOT_UPGRADE"}}
    outliers = {"consecutive5xxErrors": 0, "consecutiveGatewayErrors": 4, "interval": "5s", "baseEjectionTime": "10s",
                "maxEjectionPercent": 20, "minHealthPercent": 30, "splitExternalLocalOriginErrors": True,
                "consecutiveLocalOriginFailures": 6}
    return [
        rule("tcp-echo", "tcp-echo", {"loadBalancer": {"simple": "RANDOM"}, "connectionPool": pool, "outlierDetection": outliers}),
        rule("undeclared", "undeclared", {"loadBalancer": {"consistentHash": {"httpHeaderName": "x-user"}}, "connectionPool": pool},
             [{"name": "sticky", "trafficPolicy": {"loadBalancer": {"consistentHash": {
                 "httpCookie": {"name": "u", "ttl": "60s"}, "maglev": {"tableSize": 251}}}}},
              {"name": "warm", "trafficPolicy": {"loadBalancer": {"simple": "ROUND_ROBIN", "warmup": {"duration": "10s"}}}},
              {"name": "as-dialled", "trafficPolicy": {"loadBalancer": {"simple": "PASSTHROUGH"}}}]),
        rule("grpc-api", "grpc-api", {"connectionPool": pool, "portLevelSettings": [
            {"port": {"number": 50051}, "loadBalancer": {"simple": "LEAST_REQUEST", "warmup": {"duration": "5s"}}}]}),
    ]


def virtual_services():
    teapot = [{"directResponse": {"status": 418}, "match": [{"uri": {"exact": "/teapot"}}]}, {"route": [{"destination": {"host": "undeclared"}}]}]
    shares = [{"destination": {"host": "tcp-echo"}, "weight": 1}]
    return [{**demo.virtual_service(), "spec": {"hosts": ["nodejs-api"], "http": rules()}},
            demo.named("networking.istio.io/v1", "VirtualService", "undeclared", spec={"hosts": ["undeclared"], "http": teapot}),
            demo.named("networking.istio.io/v1", "VirtualService", "tcp-echo", spec={"hosts": ["tcp-echo"], "tcp": [{"route": shares}]}),
            demo.named("networking.istio.io/v1", "VirtualService", "elsewhere", spec={"hosts": ["elsewhere.example"], "http": [{"route": to("v1")}]})]


def get(path, headers=None, address=demo.SERVICE_IP, port=demo.PORT, method="GET"):
    connection = http.client.HTTPConnection(address, port, timeout=5)
    connection.request(method, path, headers={"host": "nodejs-api", **(headers or {})})
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response, json.loads(body) if body.startswith("{") else body


def check_answers():
    response, _ = get("/old")
    assert response.status == 308 and response.getheader("location").endswith("/new"), response.getheaders()
    response, body = get("/teapot")
    assert (response.status, body) == (418, "short and stout")
    response, body = get("/broken")
    assert (response.status, body) == (503, "fault filter abort")
    assert get("/slow")[0].status == 200
    response, body = get("/cors", {"origin": "https://a.example", "access-control-request-method": "GET"}, method="OPTIONS")
    assert response.getheader("access-control-allow-origin") == "https://a.example", response.getheaders()
    assert response.getheader("access-control-max-age") == "3600", response.getheaders()


def check_changes_of_requests():
    _, body = get("/api/x")
    assert body["headers"]["host"] == "inner", body
    response, body = get("/h12?on=1", {"x-gone": "x"})
    sent = {name.lower(): value for name, value in body["headers"].items()}
    assert body["version"] == "v2" and response.getheader("x-answer") == "3", body
    assert (sent["x-set"], sent["x-add"], sent["x-share"]) == ("1", "2", "4") and "x-gone" not in sent, sent
    assert get("/people")[1]["version"] == "v2"
    assert get("/people", {"x-robot": "yes"})[1]["version"] == "v1"
    assert get("/anything")[1]["version"] == "v1"


def check_mirror(workloads):
    v2 = [workload for workload in workloads if workload.version == "v2"]
    assert get("/patient")[1]["version"] == "v1"
    control_plane.until(lambda: sum(workload.requests["/patient"] for workload in v2) == 1, "the mirrored request arrives")


def check_kinds_of_services(proxy):
    """Opaque, sniffed, and what no service claims."""
    assert get("/", address=OTHER_IP["tcp-echo"], port=5432)[0].status == 200
    assert proxy.stats("^tcp.outbound.5432")["tcp.outbound|5432||tcp-echo.nodejs-app.svc.cluster.local.downstream_cx_total"] == 1
    assert get("/", address=OTHER_IP["undeclared"], port=8080)[0].status == 200
    assert get("/teapot", address=OTHER_IP["undeclared"], port=8080)[0].status == 418
    pod_ip, version = demo.PODS["nodejs-api-v2-a"]
    assert get("/", {"host": f"{pod_ip}:3000"}, address=pod_ip)[1]["version"] == version


def check_gateway(plane, api_type):
    """The gateway of a local mesh: an exposed port with the in-mesh routes of its service."""
    exposed = [{"service": "nodejs-api", "namespace": demo.NAMESPACE, "port": demo.PORT, "hostPort": 18080},
               {"service": "tcp-echo", "namespace": demo.NAMESPACE, "port": 5432, "hostPort": 15432}]
    gateway = demo.pod("weft-gateway", {})
    gateway["metadata"]["namespace"] = "weft-system"
    plane.apply(gateway)
    node_id = "router~10.244.0.9~weft-gateway.weft-system~weft-system.svc.cluster.local"
    with envoy.Envoy(plane, node_id, plane.token("weft-system", "weft-gateway"), api_type, {"EXPOSE": exposed}) as proxy:
        assert not proxy.rejected(), proxy.rejected()
        assert get("/teapot", {"host": "localhost"}, "127.0.0.1", 18080)[0].status == 418
        assert get("/people", {"host": "localhost"}, "127.0.0.1", 18080)[1]["version"] == "v2"
        assert get("/", address="127.0.0.1", port=15432)[0].status == 200


def main():
    envoy.binary()
    control_plane.in_own_network()
    workloads = demo.start_workloads()
    demo.capture()
    node_id = f"sidecar~{demo.CLIENT_IP}~client.{demo.NAMESPACE}~{demo.NAMESPACE}.svc.cluster.local"
    for api_type in ("DELTA_GRPC", "GRPC"):
        for workload in workloads:
            workload.requests.clear()
        with control_plane.ControlPlane() as plane:
            plane.apply(*demo.objects(), *other_services())
            plane.apply(*virtual_services(), *every_block())
            with envoy.Envoy(plane, node_id, plane.token(demo.NAMESPACE, "client"), api_type) as proxy:
                control_plane.until(lambda: not proxy.stats("(warming_clusters|total_listeners_warming)$") or
                                    not sum(proxy.stats("(warming_clusters|total_listeners_warming)$").values()), "nothing warms")
                assert not proxy.rejected(), proxy.rejected()
                check_answers()
                check_changes_of_requests()
                check_mirror(workloads)
                check_kinds_of_services(proxy)
            check_gateway(plane, api_type)
            print(f"{api_type}: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
