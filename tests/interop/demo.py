"""The objects of the demo mesh with workloads at made-up addresses."""

import subprocess

from control_plane import Workload

NAMESPACE = "nodejs-app"
SERVICE_IP = "10.96.0.10"
PORT = 3000
CLIENT_IP = "10.244.0.9"
PODS = {"nodejs-api-v1-a": ("10.244.0.1", "v1"), "nodejs-api-v1-b": ("10.244.0.2", "v1"),
        "nodejs-api-v1-c": ("10.244.0.3", "v1"), "nodejs-api-v2-a": ("10.244.0.4", "v2")}


def named(api_version, kind, name, **rest):
    metadata = {"name": name, "namespace": NAMESPACE, **rest.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


def pod(name, labels):
    return named("v1", "Pod", name, metadata={"labels": labels},
                 spec={"containers": [{"name": "c", "image": "none", "ports": [{"containerPort": PORT}]}]})


def virtual_service(v1_weight=90):
    def to(subset, weight):
        return {"destination": {"host": "nodejs-api", "subset": subset}, "weight": weight}
    return named("networking.istio.io/v1beta1", "VirtualService", "nodejs-api", spec={
        "hosts": ["nodejs-api"],
        "http": [{"match": [{"headers": {"canary": {"exact": "true"}}}], "route": [to("v2", 100)]},
                 {"route": [to("v1", v1_weight), to("v2", 100 - v1_weight)]}]})


def destination_rule():
    return named("networking.istio.io/v1beta1", "DestinationRule", "nodejs-api", spec={
        "host": "nodejs-api",
        "trafficPolicy": {
            "loadBalancer": {"simple": "LEAST_CONN"},
            "connectionPool": {"tcp": {"maxConnections": 100},
                               "http": {"http1MaxPendingRequests": 50, "maxRequestsPerConnection": 10}},
            "outlierDetection": {"consecutive5xxErrors": 3, "interval": "30s", "baseEjectionTime": "30s",
                                 "maxEjectionPercent": 50}},
        "subsets": [{"name": "v1", "labels": {"version": "v1"}}, {"name": "v2", "labels": {"version": "v2"}}]})


def endpoint_slice(pods=PODS):
    endpoints = [{"addresses": [ip], "conditions": {"ready": True},
                  "targetRef": {"kind": "Pod", "name": name, "namespace": NAMESPACE}} for name, (ip, _) in pods.items()]
    return named("discovery.k8s.io/v1", "EndpointSlice", "nodejs-api-by-hand",
                 metadata={"labels": {"kubernetes.io/service-name": "nodejs-api"}},
                 addressType="IPv4", ports=[{"name": "http", "port": PORT, "protocol": "TCP"}], endpoints=endpoints)


def objects():
    """Everything but what the workloads controller makes of it. The Service has no selector for it to act on: the
    endpoints are listed by hand."""
    service = named("v1", "Service", "nodejs-api", spec={"clusterIP": SERVICE_IP, "ports": [{"port": PORT, "name": "http"}]})
    return [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}, service,
            *(pod(name, {"app": "nodejs-api", "version": version}) for name, (_, version) in PODS.items()),
            pod("client", {"app": "client"}), endpoint_slice(), virtual_service(), destination_rule()]


def start_workloads():
    """Gives this network namespace the pods' addresses and serves at them."""
    run = lambda *command: subprocess.run(command, check=True)
    run("ip", "link", "set", "lo", "up")
    for address in [CLIENT_IP, *(ip for ip, _ in PODS.values())]:
        run("ip", "address", "add", f"{address}/32", "dev", "lo")
    run("ip", "route", "add", "10.96.0.0/16", "dev", "lo")
    return [Workload(ip, PORT, version) for ip, version in PODS.values()]


def capture():
    """What a pod's capture does for outbound connections: all but the proxy's own go to port 15001."""
    rules = """
    table ip weft_interop {
      chain output {
        type nat hook output priority -100;
        meta mark 0x539 return
        ip daddr 127.0.0.0/8 return
        meta l4proto tcp redirect to :15001
      }
    }"""
    subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)
