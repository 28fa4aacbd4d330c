// DestinationRules by namespace and host: those of one host merged, looked up with Istio's precedence (the client's
// namespace, the service's, the root's; within one the most specific host).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "control/mesh/objects.h"
#include "control/mesh/persistent_map.h"

namespace weft::control::mesh {

// One subset and the rule it came from.
struct RuleSubset {
  const api::istio::Subset* subset = nullptr;  // lives as long as `rule`
  DestinationRulePtr rule;
};

// The DestinationRules of one host in one namespace as one: the oldest traffic policy that is there, all subsets (of
// those with one name the first). Immutable.
struct MergedRule {
  std::string space;
  std::string host;
  std::vector<DestinationRulePtr> rules;                      // by age
  const api::istio::TrafficPolicy* traffic_policy = nullptr;  // lives as long as `rules`
  std::vector<RuleSubset> subsets;
  std::vector<std::string> export_to;

  const Origin& origin() const { return rules.front()->origin; }
  bool prefers_fast() const { return rules.front()->prefers_fast; }
};
using MergedRulePtr = std::shared_ptr<const MergedRule>;

// What a rule is looked up for: a client's namespace and labels, and the service.
struct RuleQuery {
  std::string_view client_space;
  const model::Labels& client_labels;
  std::string_view service_host;
  std::string_view service_space;
};

// The index. A value that shares with its copies; see PersistentMap.
class DestinationRules {
 public:
  void put(const DestinationRulePtr& rule);
  void erase(const DestinationRule& rule);

  // Who sees those that don't say it (MeshConfig.defaultDestinationRuleExportTo); empty: everybody.
  void export_by_default(std::vector<std::string> export_to);

  // Null when no rule applies.
  MergedRulePtr find(const RuleQuery& query, std::string_view root_space) const;

  // Whether a rule for clients with these labels (workloadSelector) in their own namespace takes its certificate or
  // authorities from this Secret (credentialName). Looks at all rules.
  bool name_credential(std::string_view space, const model::Labels& client_labels, std::string_view secret) const;

 private:
  // The rules of one namespace and host: those that say which clients they are for, and the others merged.
  struct Entry {
    std::vector<DestinationRulePtr> all;     // by age
    std::vector<MergedRulePtr> for_clients;  // each with a workloadSelector
    MergedRulePtr general;
  };
  static std::shared_ptr<const Entry> merge(std::vector<DestinationRulePtr> rules);
  MergedRulePtr find_in(std::string_view space, const RuleQuery& query) const;
  MergedRulePtr find_host(std::string_view space, std::string_view host, const RuleQuery& query) const;

  PersistentMap<std::shared_ptr<const Entry>> entries_;  // by "namespace/host"
  DefaultExport default_export_;
};

}  // namespace weft::control::mesh
