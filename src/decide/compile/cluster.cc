// Cluster of the wire into Cluster of ours.
#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/extensions/upstreams/http/v3/http_protocol_options.pb.h>

#include "decide/compile/compile.h"
#include "decide/compile/endpoints.h"
#include "decide/compile/extensions.h"
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
    default:
      return fail(Reason::unsupported, "discovery by DNS is not supported");
  }
}

Result<> fill_balancing(const cluster::Cluster& wire, Cluster& compiled) {
  switch (wire.lb_policy()) {
    case cluster::Cluster::ROUND_ROBIN:
      compiled.balancing = Balancing::round_robin;
      break;
    case cluster::Cluster::RANDOM:
      compiled.balancing = Balancing::random;
      break;
    case cluster::Cluster::LEAST_REQUEST:
      compiled.balancing = Balancing::least_request;
      if (wire.least_request_lb_config().has_choice_count()) {
        compiled.choices = std::clamp(wire.least_request_lb_config().choice_count().value(), 2U, 100U);
      }
      break;
    case cluster::Cluster::CLUSTER_PROVIDED:
      compiled.balancing = Balancing::provided;
      break;
    default:
      return fail(Reason::unsupported,
                  "lb_policy " + cluster::Cluster::LbPolicy_Name(wire.lb_policy()) + " is not supported");
  }
  const bool is_provided = compiled.balancing == Balancing::provided;
  if (is_provided != (compiled.discovery == Discovery::original_destination)) {
    return fail(Reason::invalid, "lb_policy CLUSTER_PROVIDED goes with type ORIGINAL_DST, and with no other");
  }
  return {};
}

EndpointProtocol to_protocol(const HttpProtocolOptions& options) {
  if (options.has_use_downstream_protocol_config()) return EndpointProtocol::as_client;
  const auto& fixed = options.explicit_http_config();
  return fixed.has_http2_protocol_options() ? EndpointProtocol::http2 : EndpointProtocol::http1;
}

Result<> fill_http(const cluster::Cluster& wire, Cluster& compiled) {
  const auto found =
      wire.typed_extension_protocol_options().find("envoy.extensions.upstreams.http.v3.HttpProtocolOptions");
  if (found == wire.typed_extension_protocol_options().end()) return {};
  WEFT_TRY(auto options, unpack<HttpProtocolOptions>(found->second, "typed_extension_protocol_options"));
  if (options.http_filters_size() > 1) return fail(Reason::unsupported, "HTTP filters of a cluster are not supported");
  const auto& common = options.common_http_protocol_options();
  compiled.protocol = to_protocol(options);
  if (common.has_idle_timeout()) compiled.idle_timeout = to_duration(common.idle_timeout());
  compiled.connection_age_max = to_duration(common.max_connection_duration());
  compiled.requests_per_connection_max = common.max_requests_per_connection().value();
  return {};
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
  }
}

// A detector whose enforcing share is 0 is off, whatever its threshold.
OutlierDetection to_outlier_detection(const cluster::OutlierDetection& wire) {
  const auto is_enforced = [](const google::protobuf::UInt32Value& share, bool is_set, bool by_default) {
    return is_set ? share.value() > 0 : by_default;
  };
  OutlierDetection detection;
  if (wire.has_consecutive_5xx()) detection.consecutive_5xx = wire.consecutive_5xx().value();
  if (!is_enforced(wire.enforcing_consecutive_5xx(), wire.has_enforcing_consecutive_5xx(), true)) {
    detection.consecutive_5xx = 0;
  }
  const bool gateway = is_enforced(wire.enforcing_consecutive_gateway_failure(),
                                   wire.has_enforcing_consecutive_gateway_failure(), false);
  const uint32_t gateway_errors =
      wire.has_consecutive_gateway_failure() ? wire.consecutive_gateway_failure().value() : 5;
  detection.consecutive_gateway_errors = gateway ? gateway_errors : 0;
  if (wire.has_consecutive_local_origin_failure()) {
    detection.consecutive_local_errors = wire.consecutive_local_origin_failure().value();
  }
  detection.splits_local_errors = wire.split_external_local_origin_errors();
  if (wire.has_interval()) detection.interval = to_duration(wire.interval());
  if (wire.has_base_ejection_time()) detection.base_ejection_time = to_duration(wire.base_ejection_time());
  if (wire.has_max_ejection_percent()) detection.ejected_percent_max = wire.max_ejection_percent().value();
  return detection;
}

Result<> fill_dialling(const cluster::Cluster& wire, Cluster& compiled) {
  WEFT_CHECK(check_transport(wire.transport_socket().name()));
  for (const auto& match : wire.transport_socket_matches())
    WEFT_CHECK(check_transport(match.transport_socket().name()));
  if (wire.has_connect_timeout()) compiled.connect_timeout = to_duration(wire.connect_timeout());
  // Socket options ask for marks and keep-alives: weft-proxy marks every socket by --mark, and keeps alive by itself.
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

Result<> fill(const cluster::Cluster& wire, Cluster& compiled) {
  WEFT_CHECK(fill_discovery(wire, compiled));
  WEFT_CHECK(fill_balancing(wire, compiled));
  WEFT_CHECK(fill_http(wire, compiled));
  WEFT_CHECK(fill_dialling(wire, compiled));
  fill_limits(wire, compiled);
  fill_telemetry(wire, compiled);
  if (wire.health_checks_size() > 0) return fail(Reason::unsupported, "health_checks are not supported");
  for (const auto& filter : wire.filters()) WEFT_CHECK(disposition_of(filter.typed_config()));
  if (wire.has_outlier_detection()) compiled.outlier_detection = to_outlier_detection(wire.outlier_detection());
  const auto& common = wire.common_lb_config();
  if (common.has_healthy_panic_threshold()) {
    compiled.panic_percent = static_cast<uint32_t>(common.healthy_panic_threshold().value());
  }
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
  auto filled = fill(wire, *compiled);
  if (!filled) return fail(std::move(filled.error()).during("cluster '" + wire.name() + "'"));
  compiled->id = ids.clusters.id_of(wire.name());
  return compiled;
}

}  // namespace weft::decide
