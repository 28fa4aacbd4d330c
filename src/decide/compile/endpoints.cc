#include "decide/compile/endpoints.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <vector>

#include "decide/compile/compile.h"
#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

namespace endpoint = envoy::config::endpoint::v3;

// The words of HealthStatus that keep an endpoint in rotation.
bool is_usable(envoy::config::core::v3::HealthStatus status) {
  namespace core = envoy::config::core::v3;
  return status == core::UNKNOWN || status == core::HEALTHY || status == core::DEGRADED;
}

Result<Endpoint> compile_endpoint(const endpoint::LbEndpoint& wire, const endpoint::LocalityLbEndpoints& group,
                                  uint32_t locality) {
  Endpoint compiled{.priority = group.priority(), .locality = locality, .is_healthy = is_usable(wire.health_status())};
  WEFT_TRY(compiled.address, to_address(wire.endpoint().address()));
  if (wire.has_load_balancing_weight()) compiled.weight = std::max(1U, wire.load_balancing_weight().value());
  if (const auto* istio = metadata_of(wire.metadata(), "istio")) compiled.workload = text_field(*istio, "workload");
  return compiled;
}

Locality compile_locality(const endpoint::LocalityLbEndpoints& wire) {
  return {.region = wire.locality().region(),
          .zone = wire.locality().zone(),
          .subzone = wire.locality().sub_zone(),
          .weight = wire.load_balancing_weight().value()};
}

}  // namespace

Result<EndpointSetPtr> compile_endpoints(const endpoint::ClusterLoadAssignment& wire) {
  auto set = std::make_shared<EndpointSet>();
  set->name = wire.cluster_name();
  if (wire.policy().has_overprovisioning_factor())
    set->overprovisioning_percent = wire.policy().overprovisioning_factor().value();
  std::map<uint32_t, std::vector<Endpoint>> by_priority;
  for (const auto& group : wire.endpoints()) {
    // As in Envoy. Without a bound, one number could ask for four thousand million empty priorities.
    constexpr uint32_t kPriorityMax = 128;
    if (group.priority() > kPriorityMax) return fail(Reason::invalid, "a priority above 128");
    const auto locality = static_cast<uint32_t>(set->localities.size());
    set->localities.push_back(compile_locality(group));
    for (const auto& one : group.lb_endpoints()) {
      WEFT_TRY(auto compiled, compile_endpoint(one, group, locality));
      by_priority[group.priority()].push_back(std::move(compiled));
    }
  }
  for (auto& [priority, endpoints] : by_priority) std::ranges::move(endpoints, std::back_inserter(set->endpoints));
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
