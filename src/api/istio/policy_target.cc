#include "api/istio/policy_target.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "api/describe.h"
#include "api/place.h"
#include "api/text_checks.h"

namespace weft::api::istio {
namespace {

Complaint check_selected_key(std::string_view text) {
  if (text.find('*') != std::string_view::npos) return "is a wildcard, which selectors do not know";
  return check_label_key(text);
}

Complaint check_selected_value(std::string_view text) {
  if (text.find('*') != std::string_view::npos) return "is a wildcard, which selectors do not know";
  return check_label_value(text);
}

void check_policy_selector(const Place& place, PolicySelector& selector) {
  if (selector.match_labels.empty()) {
    place.warn(Code::bad_value, "the selector has no labels: it takes every workload",
               "leave it out, or set matchLabels");
  }
}

void check_policy_target(const Place& place, PolicyTarget& target) {
  using GroupAndKind = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<GroupAndKind, 5> kTargets = {{{"", "Service"},
                                                            {"core", "Service"},
                                                            {"networking.istio.io", "ServiceEntry"},
                                                            {"gateway.networking.k8s.io", "Gateway"},
                                                            {"gateway.networking.k8s.io", "GatewayClass"}}};
  if (std::ranges::find(kTargets, GroupAndKind(target.group, target.kind)) == kTargets.end()) {
    place.at("kind").error(Code::bad_value,
                           fmt::format("a policy has no targets of kind {} in group \"{}\"", target.kind, target.group),
                           "write Service, ServiceEntry, Gateway or GatewayClass with its group");
  }
  if (!target.space.empty()) {
    place.at("namespace").error(Code::bad_value, "a target is in the policy's own namespace", "remove namespace");
  }
}

}  // namespace

const FieldTable& PolicySelector::fields() {
  static const FieldTable table =
      Describe<PolicySelector>("PolicySelector", "The workloads that a policy is for, by labels.")
          .field("matchLabels", &PolicySelector::match_labels, "Labels a workload must have, all of them.")
          .check(check_selected_value)
          .check_keys(check_selected_key)
          .finish(check_policy_selector);
  return table;
}

const FieldTable& PolicyTarget::fields() {
  static const FieldTable table =
      Describe<PolicyTarget>("PolicyTargetReference", "An object whose gateway or waypoint enforces the policy.")
          .field("group", &PolicyTarget::group, "Its API group.")
          .field("kind", &PolicyTarget::kind, "Its kind.")
          .required()
          .field("name", &PolicyTarget::name, "Its name.")
          .required()
          .field("namespace", &PolicyTarget::space, "Refused: the policy's own namespace is meant.")
          .finish(check_policy_target);
  return table;
}

void check_policy_targets(const Place& policy) {
  constexpr size_t kTargetsMax = 16;  // Istio's schema
  const int said = int(policy.has("selector")) + int(policy.has("targetRef")) + int(policy.has("targetRefs"));
  if (said > 1) policy.error(Code::conflicting_fields, "only one of selector and targetRefs may be set");
  const Place targets = policy.at("targetRefs");
  if (policy.has("targetRefs") && targets.node().items.size() > kTargetsMax) {
    targets.error(Code::out_of_range, "a policy has 16 targets at most");
  }
}

}  // namespace weft::api::istio
