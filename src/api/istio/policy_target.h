// Which workloads a policy is for (selector, targetRefs), as PeerAuthentication, AuthorizationPolicy and
// RequestAuthentication say it. Plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/labels.h"

namespace weft::api {
class FieldTable;
class Place;
}  // namespace weft::api

namespace weft::api::istio {

// Workloads by labels: those of the policy's namespace, or of every one if that is the root namespace.
struct PolicySelector {
  model::Labels match_labels;

  static const FieldTable& fields();
};

// An object of the policy's namespace whose gateway or waypoint enforces it, instead of the workloads' own proxies.
struct PolicyTarget {
  std::string group;
  std::string kind;
  std::string name;
  std::string space;  // refused by validation, as in Istio

  static const FieldTable& fields();
};

// A policy is for workloads or for targets, never for both. For the checks of whole policies.
void check_policy_targets(const Place& policy);

}  // namespace weft::api::istio
