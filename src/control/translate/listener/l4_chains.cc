#include "control/translate/listener/l4_chains.h"

#include <algorithm>

#include "base/strings.h"

namespace weft::control::translate {
namespace {

using envoy::config::listener::v3::FilterChain;
using envoy::config::listener::v3::FilterChainMatch;

constexpr std::string_view kAnyName = "*";

void add_subnet(std::string_view subnet, FilterChainMatch& match) {
  constexpr uint32_t kV4Bits = 32;
  constexpr uint32_t kV6Bits = 128;
  auto slash = subnet.find('/');
  auto address = subnet.substr(0, slash);
  uint32_t bits = address.find(':') == std::string_view::npos ? kV4Bits : kV6Bits;
  if (slash != std::string_view::npos) {
    bits = static_cast<uint32_t>(parse_unsigned(subnet.substr(slash + 1)).value_or(bits));
  }
  auto& range = *match.add_prefix_ranges();
  range.set_address_prefix(std::string(address));
  range.mutable_prefix_len()->set_value(bits);
}

}  // namespace

bool L4Chains::is_taken(const std::string& server_name, const L4Rule& rule) const {
  if (rule.subnets.empty()) return taken_.contains({server_name, ""});
  return std::any_of(rule.subnets.begin(), rule.subnets.end(),
                     [&](const auto& subnet) { return taken_.contains({server_name, subnet}); });
}

void L4Chains::take(const std::string& server_name, const L4Rule& rule) {
  if (rule.subnets.empty()) taken_.emplace(server_name, "");
  for (const auto& subnet : rule.subnets) taken_.emplace(server_name, subnet);
}

FilterChain* L4Chains::open(const L4Rule& rule) {
  // "*" is no name to a filter chain: it is the chain without names.
  bool any_name = rule.server_names.empty() ||
                  std::find(rule.server_names.begin(), rule.server_names.end(), kAnyName) != rule.server_names.end();
  std::vector<std::string> names;
  if (any_name) {
    names.emplace_back();
  } else {
    for (const auto& name : rule.server_names) names.push_back(to_lower(name));
  }
  std::erase_if(names, [&](const auto& name) { return is_taken(name, rule); });
  if (names.empty()) return nullptr;
  auto& chain = *listener_->add_filter_chains();
  for (const auto& name : names) {
    take(name, rule);
    if (!any_name) chain.mutable_filter_chain_match()->add_server_names(name);
  }
  for (const auto& subnet : rule.subnets) add_subnet(subnet, *chain.mutable_filter_chain_match());
  wants_server_names_ = wants_server_names_ || !any_name;
  return &chain;
}

FilterChain* L4Chains::add(std::string_view stat_prefix, const L4Rule& rule) {
  auto* chain = open(rule);
  if (chain) add_tcp(stat_prefix, rule.shares, *chain);
  return chain;
}

}  // namespace weft::control::translate
