"""weft-proxy: one worker shard, static xDS resources. $WEFT_BIN is the folder of the binaries (build/release/bin)."""

import json
import os
from pathlib import Path

from adapters import Adapter

TYPE = "type.googleapis.com/envoy."
HCM = TYPE + "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"


TLS = TYPE + "extensions.transport_sockets.tls.v3."


def tls_context(ctx, name, verifies=(), protocols=()):
    """TLS 1.3 with a certificate; `verifies`: names of which the peer's certificate must have one."""
    version = "TLSv1_3"
    context = {"tlsParams": {"tlsMinimumProtocolVersion": version, "tlsMaximumProtocolVersion": version},
               "alpnProtocols": list(protocols)}
    if name:
        context["tlsCertificates"] = [{"certificateChain": {"filename": ctx.cert(name + ".pem")},
                                       "privateKey": {"filename": ctx.cert(name + ".key")}}]
    if verifies is not None:
        names = [{"sanType": "DNS", "matcher": {"exact": one}} for one in verifies]
        context["validationContext"] = {"trustedCa": {"filename": ctx.cert("ca.pem")}, "matchTypedSubjectAltNames": names}
    return context


def transport(kind, **settings):
    return {"transportSocket": {"name": "envoy.transport_sockets.tls", "typedConfig": {"@type": TLS + kind, **settings}}}


def downstream_tls(ctx):
    kind = ctx.shape.downstream
    if "tls" not in kind:
        return {}
    mutual = kind.startswith("mtls")
    context = tls_context(ctx, "server", () if mutual else None, ["h2"] if kind.endswith("h2") else ["http/1.1"])
    return transport("DownstreamTlsContext", commonTlsContext=context, requireClientCertificate=mutual)


def upstream_tls(ctx):
    kind = ctx.shape.upstream
    if "tls" not in kind:
        return {}
    context = tls_context(ctx, "client", ["bench.test"], ["h2"] if kind.endswith("h2") else ["http/1.1"])
    return transport("UpstreamTlsContext", commonTlsContext=context, sni="bench.test")


def listener(ctx, filters):
    return {
        "@type": TYPE + "config.listener.v3.Listener", "name": "bench",
        "address": {"socketAddress": {"address": "127.0.0.1", "portValue": ctx.listen}},
        "filterChains": [{"filters": filters, **({} if ctx.shape.l4 else downstream_tls(ctx))}],
    }


def cluster(ctx):
    endpoint = {"endpoint": {"address": {"socketAddress": {"address": "127.0.0.1", "portValue": ctx.upstream}}}}
    unlimited = {"maxConnections": 4294967295, "maxPendingRequests": 4294967295, "maxRequests": 4294967295}
    found = {
        "@type": TYPE + "config.cluster.v3.Cluster", "name": "up", "type": "STATIC", "connectTimeout": "5s",
        "circuitBreakers": {"thresholds": [unlimited]},
        "loadAssignment": {"clusterName": "up", "endpoints": [{"lbEndpoints": [endpoint]}]},
        **({} if ctx.shape.l4 else upstream_tls(ctx)),
    }
    if ctx.shape.upstream in ("h2c", "mtls-h2"):
        options = {"@type": TYPE + "extensions.upstreams.http.v3.HttpProtocolOptions",
                   "explicitHttpConfig": {"http2ProtocolOptions": {}}}
        found["typedExtensionProtocolOptions"] = {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options}
    return found


def virtual_hosts(ctx):
    to_up = {"cluster": "up", "timeout": "0s"}
    everything = {"match": {"prefix": "/"}, "route": to_up}
    if ctx.shape.hosts:
        return [{"name": host, "domains": [host], "routes": [everything]} for host in ctx.hosts()]
    if ctx.shape.header_routes:
        routes = [{"match": {"prefix": "/", "headers": [{"name": "x-route", "stringMatch": {"exact": value}}]}, "route": to_up}
                  for value in ctx.header_values()]
        return [{"name": "all", "domains": ["*"], "routes": routes}]
    return [{"name": "all", "domains": ["*"], "routes": [everything]}]


def http(ctx):
    router = {"name": "envoy.filters.http.router",
              "typedConfig": {"@type": TYPE + "extensions.filters.http.router.v3.Router"}}
    return [{"name": "envoy.filters.network.http_connection_manager",
             "typedConfig": {"@type": HCM, "statPrefix": "bench", "httpFilters": [router],
                             "routeConfig": {"name": "bench", "virtualHosts": virtual_hosts(ctx)}}}]


def tcp():
    proxy = {"@type": TYPE + "extensions.filters.network.tcp_proxy.v3.TcpProxy", "statPrefix": "bench", "cluster": "up"}
    return [{"name": "envoy.filters.network.tcp_proxy", "typedConfig": proxy}]


class Weft(Adapter):
    name = "weft"
    binary = "weft-proxy"

    def path(self):
        folder = os.environ.get("WEFT_BIN") or str(Path(__file__).resolve().parents[2] / "build" / "release" / "bin")
        path = os.path.join(folder, self.binary)
        return path if os.path.exists(path) else None

    def version(self):
        return self.probe(self.path(), "--version")

    def command(self, ctx):
        resources = [cluster(ctx), listener(ctx, tcp() if ctx.shape.l4 else http(ctx))]
        config = ctx.write("weft.json", json.dumps(resources))
        return [self.path(), "--static", config, "--concurrency", "1", "--node-id", "sidecar~127.0.0.1~bench.bench~bench.svc.cluster.local",
                "--admin", f"unix:{ctx.dir}/admin.sock", "--admin-port", "0", "--ready-port", "0", "--stats-port", "0",
                "--dns-port", "0", "--log-level", "error"]


ADAPTER = Weft()
