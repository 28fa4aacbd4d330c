// VirtualService.http[].route.
#include <envoy/config/route/v3/route_components.pb.h>

#include "control/translate/route/header_operations.h"
#include "control/translate/route/policies.h"

namespace weft::control::translate {
namespace {

using envoy::config::route::v3::RouteAction;

// The only destination gets everything, whatever its weight.
void apply_single(const RuleContext& context, const api::istio::HttpRouteDestination& only, Route& route) {
  auto& action = *route.mutable_route();
  auto destination = resolve(context, only.destination);
  action.set_cluster(destination.cluster);
  if (auto authority = authority_in(only.headers)) action.set_host_rewrite_literal(*authority);
  // After the rule's own, as Istio orders them.
  fill_header_operations(only.headers, route);
  apply_affinity(context, destination, only.destination.subset, action);
}

void add_weighted(const RuleContext& context, const api::istio::HttpRouteDestination& share, RouteAction& action) {
  auto& cluster = *action.mutable_weighted_clusters()->add_clusters();
  auto destination = resolve(context, share.destination);
  cluster.set_name(destination.cluster);
  cluster.mutable_weight()->set_value(static_cast<uint32_t>(share.weight));
  if (auto authority = authority_in(share.headers)) cluster.set_host_rewrite_literal(*authority);
  fill_header_operations(share.headers, cluster);
  // Envoy hashes per route, not per weighted cluster: the first destination that asks for affinity decides the key.
  if (action.hash_policy().empty()) apply_affinity(context, destination, share.destination.subset, action);
}

}  // namespace

void apply_destinations(const RuleContext& context, const api::istio::HttpRoute& rule, Route& route) {
  if (rule.route.size() == 1) {
    apply_single(context, rule.route.front(), route);
    return;
  }
  for (const auto& share : rule.route) {
    if (share.weight > 0) add_weighted(context, share, *route.mutable_route());
  }
}

}  // namespace weft::control::translate
