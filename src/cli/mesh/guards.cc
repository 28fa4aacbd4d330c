#include "cli/mesh/guards.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "base/strings.h"

namespace weft::cli {
namespace {

using api::Json;

// Both spellings of protobuf's names.
const Json* member(const Json& object, const char* snake, const char* camel) {
  if (!object.is_object()) return nullptr;
  for (const char* name : {snake, camel}) {
    if (const auto found = object.find(name); found != object.end()) return &*found;
  }
  return nullptr;
}

template <class Visit>
void each_item(const Json* list, Visit&& visit) {
  if (list == nullptr || !list->is_array()) return;
  for (const auto& item : *list) visit(item);
}

constexpr std::array<std::string_view, 4> kActions = {"CUSTOM", "AUDIT", "DENY", "ALLOW"};

size_t rank_of(std::string_view action) {
  return static_cast<size_t>(std::ranges::find(kActions, action) - kActions.begin());
}

std::string_view between(std::string_view text, std::string_view open, char close) {
  const size_t begin = text.find(open);
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin + open.size());
  return text.substr(0, text.find(close));
}

// Collects what the filters say.
class Collector {
 public:
  void take_rules(const Json* rules, const char* mode, const char* protocol) {
    if (rules == nullptr) return;
    const std::string said = rules->value("action", "ALLOW");
    const Json* policies = member(*rules, "policies", "policies");
    if (policies == nullptr || !policies->is_object()) return;
    for (const auto& [name, policy] : policies->items()) {
      const GuardRule rule = read_guard_rule(name);
      const std::string action = rule.is_custom ? "CUSTOM" : said == "LOG" ? "AUDIT" : said;
      auto& entry = found_[{rank_of(action), rule.policy, rule.is_custom ? "enforced" : mode}];
      entry.action = action;
      entry.name = rule.policy;
      entry.mode = rule.is_custom ? "enforced" : mode;
      entry.rules.insert(rule.rule);
      entry.protocols.insert(protocol);
    }
  }

  void take_filter(const Json& filter, const char* protocol) {
    const Json* config = member(filter, "typed_config", "typedConfig");
    if (config == nullptr) return;
    const std::string type = config->value("@type", "");
    if (type.ends_with("HttpConnectionManager")) {
      each_item(member(*config, "http_filters", "httpFilters"), [&](const Json& own) { take_filter(own, "http"); });
    } else if (type.ends_with(".rbac.v3.RBAC")) {
      take_rules(member(*config, "rules", "rules"), "enforced", protocol);
      take_rules(member(*config, "shadow_rules", "shadowRules"), "trial", protocol);
    }
  }

  std::vector<GuardingPolicy> take() {
    std::vector<GuardingPolicy> all;
    for (auto& [key, policy] : found_) all.push_back(std::move(policy));
    return all;
  }

 private:
  std::map<std::tuple<size_t, std::string, std::string>, GuardingPolicy> found_;
};

std::string join_rules(const std::set<size_t>& rules) {
  std::string text;
  for (const size_t rule : rules) text += (text.empty() ? "" : ",") + std::to_string(rule);
  return text;
}

std::string join_words(const std::set<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

}  // namespace

GuardRule read_guard_rule(const std::string& name) {
  if (name == "networkpolicy-own-traffic") return {"NetworkPolicy, the pod itself"};
  if (name.starts_with("networkpolicy[")) {
    return {.policy = "NetworkPolicy " + std::string(between(name, "networkpolicy[", ' ')),
            .rule = parse_unsigned(between(name, " ingress[", ']')).value_or(0)};
  }
  const auto space = between(name, "ns[", ']');
  const auto policy = between(name, "]-policy[", ']');
  if (space.empty() || policy.empty()) return {name};
  return {std::string(space).append("/").append(policy), parse_unsigned(between(name, "]-rule[", ']')).value_or(0),
          name.starts_with("istio-ext-authz-")};
}

GuardObject guard_object(const GuardRule& rule) {
  constexpr std::string_view kNetworkPolicy = "NetworkPolicy ";
  std::string_view path = rule.policy;
  const bool is_network = path.starts_with(kNetworkPolicy);
  if (is_network) path.remove_prefix(kNetworkPolicy.size());
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {};
  return {is_network ? "NetworkPolicy" : "AuthorizationPolicy", std::string(path.substr(0, slash)),
          std::string(path.substr(slash + 1))};
}

std::vector<GuardingPolicy> guarding_policies(const ProxyConfig& config) {
  Collector collector;
  const auto take_chain = [&](const Json& chain) {
    each_item(member(chain, "filters", "filters"), [&](const Json& filter) { collector.take_filter(filter, "tcp"); });
  };
  for (const auto& listener : config.listeners) {
    each_item(member(listener, "filter_chains", "filterChains"), take_chain);
    if (const Json* last = member(listener, "default_filter_chain", "defaultFilterChain")) take_chain(*last);
  }
  return collector.take();
}

Table guards_table(const std::vector<GuardingPolicy>& policies) {
  Table table{.headings = {"ACTION", "POLICY", "RULES", "PROTOCOLS", "MODE"}};
  for (const auto& policy : policies) {
    table.rows.push_back(
        {policy.action, policy.name, join_rules(policy.rules), join_words(policy.protocols), policy.mode});
  }
  return table;
}

api::Json guards_json(const std::vector<GuardingPolicy>& policies) {
  Json list = Json::array();
  for (const auto& policy : policies) {
    list.push_back({{"action", policy.action},
                    {"policy", policy.name},
                    {"rules", policy.rules},
                    {"protocols", policy.protocols},
                    {"mode", policy.mode}});
  }
  return list;
}

}  // namespace weft::cli
