// DestinationRule.trafficPolicy.loadBalancer.consistentHash: what of the request is hashed is said on the route.
#include <algorithm>

#include <envoy/config/route/v3/route_components.pb.h>

#include "control/translate/cluster/effective_policy.h"
#include "control/translate/encode.h"
#include "control/translate/route/policies.h"

namespace weft::control::translate {
namespace {

using envoy::config::route::v3::RouteAction;

void fill_cookie(const api::istio::HashCookie& cookie, RouteAction::HashPolicy::Cookie& message) {
  message.set_name(cookie.name);
  message.set_path(cookie.path);
  if (cookie.ttl) set_duration(*cookie.ttl, *message.mutable_ttl());
  for (const auto& attribute : cookie.attributes) {
    auto& added = *message.add_attributes();
    added.set_name(attribute.name);
    added.set_value(attribute.value);
  }
}

void fill(const api::istio::ConsistentHash& hash, RouteAction::HashPolicy& policy) {
  if (hash.http_header_name) {
    policy.mutable_header()->set_header_name(*hash.http_header_name);
  } else if (hash.http_cookie) {
    fill_cookie(*hash.http_cookie, *policy.mutable_cookie());
  } else if (hash.http_query_parameter_name) {
    policy.mutable_query_parameter()->set_name(*hash.http_query_parameter_name);
  } else {
    policy.mutable_connection_properties()->set_source_ip(true);
  }
}

}  // namespace

void apply_affinity(const RuleContext& context, const ResolvedDestination& destination, const std::string& subset,
                    RouteAction& action) {
  auto service = context.view.service(destination.host);
  if (!service) return;
  auto rule =
      context.view.destination_rule({context.scope.space, context.scope.labels, destination.host, service->space});
  if (!rule) return;
  auto found = std::find_if(rule->subsets.begin(), rule->subsets.end(),
                            [&](const auto& candidate) { return candidate.subset->name == subset; });
  const auto* chosen = found == rule->subsets.end() ? nullptr : found->subset;
  auto policy = effective_policy(context.view.config(), rule.get(), chosen, destination.port);
  if (!policy.load_balancer || !policy.load_balancer->consistent_hash) return;
  fill(*policy.load_balancer->consistent_hash, *action.add_hash_policy());
}

}  // namespace weft::control::translate
