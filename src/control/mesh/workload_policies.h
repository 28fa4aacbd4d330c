// WorkloadPolicies: policies that hold for workloads (PeerAuthentication, AuthorizationPolicy, RequestAuthentication):
// those of a namespace for its workloads, those of the root namespace for everybody's.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "model/labels.h"

namespace weft::control::mesh {

// The index: one list, made anew when a policy changes, which is rare. A value that shares with its copies. `Policy`
// has `name` ("namespace/name"), `space`, `selector` (labels; empty: every workload) and `age`.
template <class Policy>
class WorkloadPolicies {
 public:
  using Ptr = std::shared_ptr<const Policy>;

  void put(const Ptr& policy) {
    auto list = without(*policy);
    list.insert(std::upper_bound(list.begin(), list.end(), policy, is_older), policy);
    all_ = std::make_shared<const std::vector<Ptr>>(std::move(list));
  }
  void erase(const Policy& policy) { all_ = std::make_shared<const std::vector<Ptr>>(without(policy)); }

  // All that hold for a workload, the oldest first.
  std::vector<Ptr> selecting(std::string_view space, const model::Labels& labels, std::string_view root_space) const {
    std::vector<Ptr> found;
    for (const auto& policy : *all_) {
      const bool is_near = policy->space == space || policy->space == root_space;
      if (is_near && model::selects(policy->selector, labels)) found.push_back(policy);
    }
    return found;
  }

  const std::vector<Ptr>& all() const { return *all_; }

 private:
  static bool is_older(const Ptr& a, const Ptr& b) { return a->age < b->age; }
  std::vector<Ptr> without(const Policy& policy) const {
    auto list = *all_;
    std::erase_if(list, [&](const auto& other) { return other->name == policy.name; });
    return list;
  }

  std::shared_ptr<const std::vector<Ptr>> all_ = std::make_shared<const std::vector<Ptr>>();
};

}  // namespace weft::control::mesh
