#include "decide/compile/endpoints.h"

#include <algorithm>
#include <map>

#include "decide/compile/compile.h"
#include "decide/compile/health_check.h"
#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

namespace endpoint = envoy::config::endpoint::v3;

// The words of HealthStatus that keep an endpoint in rotation.
bool is_usable(envoy::config::core::v3::HealthStatus status) {
  namespace core = envoy::config::core::v3;
  return status == core::UNKNOWN || status == core::HEALTHY || status == core::DEGRADED;
}

// Most endpoints of a set say the same: `shared` is what the one before had.
std::shared_ptr<const SocketLabels> compile_labels(const endpoint::LbEndpoint& wire,
                                                   std::shared_ptr<const SocketLabels>& shared) {
  const auto* said = metadata_of(wire.metadata(), "envoy.transport_socket_match");
  if (said == nullptr) return nullptr;
  auto labels = to_socket_labels(*said);
  if (!shared || *shared != labels) shared = std::make_shared<const SocketLabels>(std::move(labels));
  return shared;
}

Result<Endpoint> compile_endpoint(const endpoint::LbEndpoint& wire, uint32_t priority, uint32_t locality) {
  Endpoint compiled{.priority = priority, .locality = locality, .is_healthy = is_usable(wire.health_status())};
  if (wire.has_load_balancing_weight()) compiled.weight = std::max(1U, wire.load_balancing_weight().value());
  if (const auto* istio = metadata_of(wire.metadata(), "istio")) compiled.workload = text_field(*istio, "workload");
  if (const auto* weft = metadata_of(wire.metadata(), "weft")) compiled.multiplexes = flag_field(*weft, "multiplexes");
  if (wire.endpoint().has_health_check_config()) {
    WEFT_TRY(compiled.check_target, compile_check_target(wire.endpoint().health_check_config()));
  }
  return compiled;
}

Locality compile_locality(const endpoint::LocalityLbEndpoints& wire) {
  return {.region = wire.locality().region(),
          .zone = wire.locality().zone(),
          .subzone = wire.locality().sub_zone(),
          .weight = wire.load_balancing_weight().value()};
}

}  // namespace

Result<> for_each_endpoint(const endpoint::ClusterLoadAssignment& wire, EndpointSet& set, const VisitEndpoint& visit) {
  set.name = wire.cluster_name();
  if (wire.policy().has_overprovisioning_factor())
    set.overprovisioning_percent = wire.policy().overprovisioning_factor().value();
  std::shared_ptr<const SocketLabels> shared;
  std::multimap<uint32_t, int> by_priority;  // of one priority in the order of the wire
  const auto first_locality = set.localities.size();
  for (const auto& group : wire.endpoints()) {
    // As in Envoy. Without a bound, one number could ask for four thousand million empty priorities.
    constexpr uint32_t kPriorityMax = 128;
    if (group.priority() > kPriorityMax) return fail(Reason::invalid, "a priority above 128");
    by_priority.emplace(group.priority(), static_cast<int>(by_priority.size()));
    set.localities.push_back(compile_locality(group));
  }
  for (const auto& [priority, at] : by_priority) {
    const auto locality = static_cast<uint32_t>(first_locality) + static_cast<uint32_t>(at);
    for (const auto& one : wire.endpoints(at).lb_endpoints()) {
      WEFT_TRY(Endpoint compiled, compile_endpoint(one, priority, locality));
      compiled.socket_labels = compile_labels(one, shared);
      WEFT_CHECK(visit(one, std::move(compiled)));
    }
  }
  return {};
}

Result<EndpointSetPtr> compile_endpoints(const endpoint::ClusterLoadAssignment& wire) {
  auto set = std::make_shared<EndpointSet>();
  WEFT_CHECK(for_each_endpoint(wire, *set, [&](const endpoint::LbEndpoint& one, Endpoint compiled) -> Result<> {
    WEFT_TRY(compiled.address, to_endpoint_address(one.endpoint().address()));
    set->endpoints.push_back(std::move(compiled));
    return {};
  }));
  return set;
}

Result<EndpointSetPtr> compile_endpoints(std::string_view resource) {
  endpoint::ClusterLoadAssignment wire;
  if (!wire.ParseFromArray(resource.data(), static_cast<int>(resource.size()))) {
    return fail(Reason::malformed, "bytes that are not a ClusterLoadAssignment");
  }
  auto set = compile_endpoints(wire);
  if (!set) return fail(std::move(set.error()).during("endpoints of '" + wire.cluster_name() + "'"));
  return set;
}

}  // namespace weft::decide
