"""A stock Envoy under test, as a client of weftd's ADS."""

import http.client
import json
import os
import subprocess

from control_plane import skip, until

ADMIN_PORT = 15000


def binary():
    path = os.environ.get("ENVOY_BIN")
    if not path:
        skip("ENVOY_BIN does not name an Envoy binary")
    if not os.access(path, os.X_OK):
        skip(f"ENVOY_BIN: {path} is no program")
    return path


def bootstrap(node_id, metadata, token, xds_socket, api_type):
    ads = {"ads": {}, "resource_api_version": "V3", "initial_fetch_timeout": "0s"}
    return {
        "node": {"id": node_id, "cluster": "interop", "metadata": metadata},
        "admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": ADMIN_PORT}}},
        "dynamic_resources": {
            "lds_config": ads,
            "cds_config": ads,
            "ads_config": {
                "api_type": api_type,
                "transport_api_version": "V3",
                "set_node_on_first_message_only": True,
                "grpc_services": [{
                    "envoy_grpc": {"cluster_name": "weftd"},
                    "initial_metadata": [{"key": "authorization", "value": f"Bearer {token}"}],
                }],
            },
        },
        "static_resources": {"clusters": [{
            "name": "weftd",
            "type": "STATIC",
            "connect_timeout": "1s",
            "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                "explicit_http_config": {"http2_protocol_options": {}},
            }},
            "load_assignment": {"cluster_name": "weftd", "endpoints": [
                {"lb_endpoints": [{"endpoint": {"address": {"pipe": {"path": xds_socket}}}}]}]},
        }]},
    }


def resolver(address):
    """What makes Envoy ask this name server, "IP:PORT"."""
    ip, port = address.split(":")
    config = "type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig"
    return {"name": "envoy.network.dns_resolver.cares", "typed_config": {
        "@type": config, "resolvers": [{"socket_address": {"address": ip, "port_value": int(port)}}],
        "dns_resolver_options": {"use_tcp_for_dns_lookups": False, "no_default_search_domain": True}}}


class Envoy:
    """Use as a context manager; inside, it has accepted its first configuration (unless told not to wait for that)."""

    def __init__(self, control_plane, node_id, token, api_type="DELTA_GRPC", metadata=None, waits=True):
        self.control_plane = control_plane
        self.waits = waits
        self.config = bootstrap(node_id, metadata or {}, token, control_plane.xds_socket, api_type)

    def __enter__(self):
        path = os.path.join(self.control_plane.folder, "envoy.json")
        with open(path, "w") as file:
            json.dump(self.config, file)
        self.log_path = os.path.join(self.control_plane.folder, "envoy.log")
        self.process = subprocess.Popen(
            [binary(), "-c", path, "--concurrency", "1", "--use-dynamic-base-id", "--disable-hot-restart",
             "--log-path", self.log_path, "-l", "info", "--drain-time-s", "1"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if self.waits:
            until(self.is_live, "Envoy is live")
        return self

    def __exit__(self, kind, value, traceback):
        self.process.terminate()
        self.process.wait(10)
        if kind is not None:
            with open(self.log_path) as log:
                print(log.read()[-6000:])

    def is_live(self):
        assert self.process.poll() is None, open(self.log_path).read()[-3000:]
        try:
            return self.admin("/ready")[0] == 200
        except OSError:
            return False

    def admin(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", ADMIN_PORT, timeout=5)
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response.status, body

    def stats(self, pattern):
        """name -> value of the counters and gauges whose names match."""
        lines = self.admin(f"/stats?filter={pattern}")[1].splitlines()
        return {name: int(value) for name, value in (line.split(": ") for line in lines) if value.isdigit()}

    def rejected(self):
        """The counters of refused updates that are not zero."""
        return {name: count for name, count in self.stats("update_rejected").items() if count}
