#include "control/mesh/destination_rules.h"

#include <algorithm>
#include <utility>

#include "control/mesh/wildcards.h"

namespace weft::control::mesh {
namespace {

std::string key_of(std::string_view space, std::string_view host) {
  return std::string(space).append("/").append(host);
}

bool is_older(const DestinationRulePtr& a, const DestinationRulePtr& b) {
  return a->age < b->age;
}

// The first of a name wins, as Istio's.
void add_subsets(MergedRule& merged, const DestinationRulePtr& rule) {
  for (const auto& subset : rule->spec.subsets) {
    bool known = std::any_of(merged.subsets.begin(), merged.subsets.end(),
                             [&](const RuleSubset& other) { return other.subset->name == subset.name; });
    if (!known) merged.subsets.push_back({&subset, rule});
  }
}

void add_rule(MergedRule& merged, const DestinationRulePtr& rule) {
  merged.rules.push_back(rule);
  if (!merged.traffic_policy && rule->spec.traffic_policy) merged.traffic_policy = &*rule->spec.traffic_policy;
  add_subsets(merged, rule);
}

std::shared_ptr<MergedRule> start_merge(const DestinationRulePtr& rule) {
  auto merged = std::make_shared<MergedRule>();
  merged->space = rule->space;
  merged->host = rule->host;
  merged->export_to = rule->spec.export_to;
  add_rule(*merged, rule);
  return merged;
}

bool names(const std::optional<api::istio::TrafficPolicy>& policy, std::string_view secret) {
  const auto is_in = [&](const auto& part) { return part.tls && part.tls->credential_name == secret; };
  return policy && (is_in(*policy) || std::ranges::any_of(policy->port_level_settings, is_in));
}

bool names(const api::istio::DestinationRule& rule, std::string_view secret) {
  return names(rule.traffic_policy, secret) ||
         std::ranges::any_of(rule.subsets, [&](const auto& subset) { return names(subset.traffic_policy, secret); });
}

}  // namespace

void DestinationRules::put(const DestinationRulePtr& rule) {
  auto key = key_of(rule->space, rule->host);
  const auto* entry = entries_.find(key);
  auto rules = entry ? (*entry)->all : std::vector<DestinationRulePtr>{};
  std::erase_if(rules, [&](const auto& other) { return other->age.name == rule->age.name; });
  rules.insert(std::upper_bound(rules.begin(), rules.end(), rule, is_older), rule);
  entries_.put(key, merge(std::move(rules)));
}

void DestinationRules::erase(const DestinationRule& rule) {
  auto key = key_of(rule.space, rule.host);
  const auto* entry = entries_.find(key);
  if (!entry) return;
  auto rules = (*entry)->all;
  std::erase_if(rules, [&](const auto& other) { return other->age.name == rule.age.name; });
  if (rules.empty()) {
    entries_.erase(key);
  } else {
    entries_.put(key, merge(std::move(rules)));
  }
}

void DestinationRules::export_by_default(std::vector<std::string> export_to) {
  default_export_ = DefaultExport(std::move(export_to));
}

// Rules merge when they are for the same clients: those whose exportTo differs from the oldest one's stay out.
std::shared_ptr<const DestinationRules::Entry> DestinationRules::merge(std::vector<DestinationRulePtr> rules) {
  auto entry = std::make_shared<Entry>();
  std::shared_ptr<MergedRule> general;
  for (const auto& rule : rules) {
    if (rule->spec.workload_selector) {
      entry->for_clients.push_back(start_merge(rule));
    } else if (!general) {
      general = start_merge(rule);
    } else if (rule->spec.export_to == general->export_to) {
      add_rule(*general, rule);
    }
  }
  entry->general = std::move(general);
  entry->all = std::move(rules);
  return entry;
}

MergedRulePtr DestinationRules::find(const RuleQuery& query, std::string_view root_space) const {
  if (query.client_space != root_space) {
    if (auto rule = find_in(query.client_space, query)) return rule;
  }
  if (query.service_space != query.client_space) {
    if (auto rule = find_in(query.service_space, query)) return rule;
  }
  return find_in(root_space, query);
}

bool DestinationRules::name_credential(std::string_view space, const model::Labels& client_labels,
                                       std::string_view secret) const {
  bool is_named = false;
  entries_.each([&](const std::string&, const std::shared_ptr<const Entry>& entry) {
    for (const auto& merged : entry->for_clients) {
      const auto& spec = merged->rules.front()->spec;
      is_named = is_named || (merged->space == space && names(spec, secret) &&
                              model::selects(spec.workload_selector->match_labels, client_labels));
    }
  });
  return is_named;
}

MergedRulePtr DestinationRules::find_in(std::string_view space, const RuleQuery& query) const {
  MergedRulePtr found;
  each_pattern_of(query.service_host, [&](std::string_view pattern) {
    found = find_host(space, pattern, query);
    return found == nullptr;
  });
  return found;
}

MergedRulePtr DestinationRules::find_host(std::string_view space, std::string_view host, const RuleQuery& query) const {
  const auto* entry = entries_.find(key_of(space, host));
  if (!entry) return nullptr;
  // A workloadSelector is about clients of the rule's own namespace and beats rules without one.
  if (space == query.client_space) {
    for (const auto& rule : (*entry)->for_clients) {
      const auto& selector = rule->rules.front()->spec.workload_selector;
      if (model::selects(selector->match_labels, query.client_labels)) return rule;
    }
  }
  const auto& general = (*entry)->general;
  if (!general) return nullptr;
  const auto& export_to = default_export_.of(general->export_to);
  bool visible = space == query.client_space || is_exported(export_to, space, query.client_space);
  return visible ? general : nullptr;
}

}  // namespace weft::control::mesh
