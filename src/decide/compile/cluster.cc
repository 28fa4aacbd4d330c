// Cluster of the wire into Cluster of ours.
#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/extensions/upstreams/http/v3/http_protocol_options.pb.h>

#include "decide/compile/balancing.h"
#include "decide/compile/compile.h"
#include "decide/compile/dns_discovery.h"
#include "decide/compile/endpoints.h"
#include "decide/compile/extensions.h"
#include "decide/compile/health_check.h"
#include "decide/compile/tls_context.h"
#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

namespace cluster = envoy::config::cluster::v3;
using envoy::extensions::upstreams::http::v3::HttpProtocolOptions;

Result<> fill_discovery(const cluster::Cluster& wire, Cluster& compiled) {
  switch (wire.type()) {
    case cluster::Cluster::EDS:
      compiled.discovery = Discovery::eds;
      compiled.endpoints_name = wire.eds_cluster_config().service_name();
      if (compiled.endpoints_name.empty()) compiled.endpoints_name = wire.name();
      return {};
    case cluster::Cluster::STATIC: {
      compiled.discovery = Discovery::fixed;
      WEFT_TRY(compiled.fixed_endpoints, compile_endpoints(wire.load_assignment()));
      return {};
    }
    case cluster::Cluster::ORIGINAL_DST:
      compiled.discovery = Discovery::original_destination;
      return {};
    case cluster::Cluster::STRICT_DNS:
    case cluster::Cluster::LOGICAL_DNS: {
      compiled.discovery = Discovery::dns;
      WEFT_TRY(compiled.dns, compile_dns_discovery(wire));
      return {};
    }
    default:
      return fail(Reason::unsupported, "this type of cluster is not supported");
  }
}

EndpointProtocol to_protocol(const HttpProtocolOptions& options) {
  if (options.has_use_downstream_protocol_config()) return EndpointProtocol::as_client;
  const auto& fixed = options.explicit_http_config();
  return fixed.has_http2_protocol_options() ? EndpointProtocol::http2 : EndpointProtocol::http1;
}

Result<> fill_http2(const HttpProtocolOptions& options, Cluster& compiled) {
  const bool follows_client = options.has_use_downstream_protocol_config();
  const auto& http2 = follows_client ? options.use_downstream_protocol_config().http2_protocol_options()
                                     : options.explicit_http_config().http2_protocol_options();
  if (http2.has_max_concurrent_streams()) compiled.streams_per_connection_max = http2.max_concurrent_streams().value();
  if (compiled.streams_per_connection_max == 0)
    return fail(Reason::invalid, "max_concurrent_streams must be at least 1");
  const auto& keepalive = http2.connection_keepalive();
  if (!keepalive.has_interval()) return {};
  compiled.http2_keepalive = Http2Keepalive{to_duration(keepalive.interval()), to_duration(keepalive.timeout())};
  if (compiled.http2_keepalive->interval <= Duration::zero() || compiled.http2_keepalive->timeout <= Duration::zero())
    return fail(Reason::invalid, "connection_keepalive needs an interval and a timeout above zero");
  return {};
}

Result<> fill_http(const cluster::Cluster& wire, Cluster& compiled) {
  const auto found =
      wire.typed_extension_protocol_options().find("envoy.extensions.upstreams.http.v3.HttpProtocolOptions");
  if (found == wire.typed_extension_protocol_options().end()) return {};
  WEFT_TRY(auto options, unpack<HttpProtocolOptions>(found->second, "typed_extension_protocol_options"));
  if (options.http_filters_size() > 1) return fail(Reason::unsupported, "HTTP filters of a cluster are not supported");
  const auto& common = options.common_http_protocol_options();
  compiled.protocol = to_protocol(options);
  compiled.names_server_by_host = options.upstream_http_protocol_options().auto_sni();
  if (common.has_idle_timeout()) compiled.idle_timeout = to_duration(common.idle_timeout());
  compiled.connection_age_max = to_duration(common.max_connection_duration());
  compiled.requests_per_connection_max = common.max_requests_per_connection().value();
  return fill_http2(options, compiled);
}

void fill_limits(const cluster::Cluster& wire, Cluster& compiled) {
  const auto set = [](const google::protobuf::UInt32Value& value, bool is_set, uint32_t& limit) {
    if (is_set) limit = value.value();
  };
  for (const auto& threshold : wire.circuit_breakers().thresholds()) {
    if (threshold.priority() != envoy::config::core::v3::DEFAULT) continue;
    set(threshold.max_connections(), threshold.has_max_connections(), compiled.limits.connections_max);
    set(threshold.max_pending_requests(), threshold.has_max_pending_requests(), compiled.limits.pending_max);
    set(threshold.max_requests(), threshold.has_max_requests(), compiled.limits.requests_max);
    set(threshold.max_retries(), threshold.has_max_retries(), compiled.limits.retries_max);
    if (!threshold.has_retry_budget()) continue;
    auto& budget = compiled.limits.retry_budget.emplace();
    const auto& wanted = threshold.retry_budget();
    if (wanted.has_budget_percent()) budget.share = std::clamp(wanted.budget_percent().value(), 0.0, 100.0) / 100;
    set(wanted.min_retry_concurrency(), wanted.has_min_retry_concurrency(), budget.always);
  }
}

Result<> fill_dialling(const cluster::Cluster& wire, Cluster& compiled) {
  if (wire.has_connect_timeout()) compiled.connect_timeout = to_duration(wire.connect_timeout());
  if (wire.upstream_connection_options().has_tcp_keepalive()) {
    const auto& keepalive = wire.upstream_connection_options().tcp_keepalive();
    compiled.keepalive = TcpKeepalive{.probes = keepalive.keepalive_probes().value(),
                                      .time_s = keepalive.keepalive_time().value(),
                                      .interval_s = keepalive.keepalive_interval().value()};
  }
  // Socket options ask for marks: weft-proxy marks every socket by --mark.
  const auto& source = wire.upstream_bind_config().source_address();
  if (source.address().empty()) return {};
  const auto ip = IpAddress::parse(source.address());
  if (!ip) return fail(Reason::invalid, "source address '" + source.address() + "' is not an IP address");
  if (*ip != *IpAddress::parse("0.0.0.0")) compiled.source_address = *ip;
  return {};
}

void fill_telemetry(const cluster::Cluster& wire, Cluster& compiled) {
  compiled.origin = to_origin(wire.metadata());
  const auto* istio = metadata_of(wire.metadata(), "istio");
  if (istio == nullptr) return;
  compiled.subset = text_field(*istio, "subset");
  const auto services = istio->fields().find("services");
  if (services == istio->fields().end() || services->second.list_value().values_size() == 0) return;
  const auto& service = services->second.list_value().values(0).struct_value();
  compiled.service_host = text_field(service, "host");
  compiled.service_name = text_field(service, "name");
  compiled.service_namespace = text_field(service, "namespace");
}

Result<> fill_tls(const cluster::Cluster& wire, Ids& ids, Cluster& compiled) {
  WEFT_TRY(compiled.tls, compile_client_tls(wire.transport_socket(), ids));
  for (const auto& match : wire.transport_socket_matches()) {
    auto& choice = compiled.tls_matches.emplace_back(Cluster::TlsMatch{.labels = to_socket_labels(match.match())});
    WEFT_TRY(choice.tls, compile_client_tls(match.transport_socket(), ids));
  }
  return {};
}

// As in Envoy there is one check at most, and it needs to know all endpoints.
Result<> fill_health_check(const cluster::Cluster& wire, Cluster& compiled) {
  if (wire.health_checks_size() == 0) return {};
  if (wire.health_checks_size() > 1) return fail(Reason::unsupported, "several health checks are not supported");
  if (compiled.discovery == Discovery::original_destination)
    return fail(Reason::invalid, "a cluster of type ORIGINAL_DST has no endpoints that could be checked");
  WEFT_TRY(compiled.health_check, compile_health_check(wire.health_checks(0)));
  compiled.keeps_removed_endpoints = !wire.ignore_health_on_host_removal();
  return {};
}

Result<> fill(const cluster::Cluster& wire, Ids& ids, Cluster& compiled) {
  WEFT_CHECK(fill_discovery(wire, compiled));
  WEFT_CHECK(fill_balancing(wire, compiled));
  WEFT_CHECK(fill_http(wire, compiled));
  WEFT_CHECK(fill_dialling(wire, compiled));
  WEFT_CHECK(fill_tls(wire, ids, compiled));
  fill_limits(wire, compiled);
  fill_telemetry(wire, compiled);
  WEFT_CHECK(fill_health_check(wire, compiled));
  for (const auto& filter : wire.filters()) WEFT_CHECK(disposition_of(filter.typed_config()));
  if (wire.has_outlier_detection()) compiled.outlier_detection = to_outlier_detection(wire.outlier_detection());
  return {};
}

}  // namespace

Result<ClusterPtr> compile_cluster(std::string_view resource, Ids& ids) {
  cluster::Cluster wire;
  if (!wire.ParseFromArray(resource.data(), static_cast<int>(resource.size()))) {
    return fail(Reason::malformed, "bytes that are not a Cluster");
  }
  if (wire.name().empty()) return fail(Reason::invalid, "a cluster without a name");
  auto compiled = std::make_shared<Cluster>();
  compiled->name = wire.name();
  auto filled = fill(wire, ids, *compiled);
  if (!filled) return fail(std::move(filled.error()).during("cluster '" + wire.name() + "'"));
  compiled->id = ids.clusters.id_of(wire.name());
  return compiled;
}

}  // namespace weft::decide
