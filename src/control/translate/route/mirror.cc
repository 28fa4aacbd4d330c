// VirtualService.http[].mirror and mirrors.
#include <envoy/config/route/v3/route_components.pb.h>

#include "control/translate/route/percent.h"
#include "control/translate/route/policies.h"

namespace weft::control::translate {
namespace {

constexpr double kAll = 100;

void add_mirror(const RuleContext& context, const api::istio::Destination& destination, double percent,
                envoy::config::route::v3::RouteAction& action) {
  if (percent <= 0) return;
  auto& mirror = *action.add_request_mirror_policies();
  mirror.set_cluster(resolve(context, destination).cluster);
  set_percent(percent, *mirror.mutable_runtime_fraction()->mutable_default_value());
  mirror.mutable_trace_sampled()->set_value(false);
  mirror.set_disable_shadow_host_suffix_append(true);  // the Host header stays as it is, as in Istio since 1.28
}

// No percentage at all means every request; mirrorPercent is the deprecated integer.
double percent_of_single(const api::istio::HttpRoute& rule) {
  if (rule.mirror_percentage) return rule.mirror_percentage->value;
  return rule.mirror_percent ? *rule.mirror_percent : kAll;
}

}  // namespace

void apply_mirrors(const RuleContext& context, const api::istio::HttpRoute& rule,
                   envoy::config::route::v3::RouteAction& action) {
  if (rule.mirror) add_mirror(context, *rule.mirror, percent_of_single(rule), action);
  for (const auto& mirror : rule.mirrors) {
    add_mirror(context, mirror.destination, mirror.percentage ? mirror.percentage->value : kAll, action);
  }
}

}  // namespace weft::control::translate
