#include "control/translate/listener/l4_chains.h"

#include <algorithm>

#include "base/strings.h"
#include "decide/address.h"

namespace weft::control::translate {
namespace {

using envoy::config::listener::v3::FilterChain;
using envoy::config::listener::v3::FilterChainMatch;

constexpr std::string_view kAnyName = "*";

void add_once(std::string text, std::vector<std::string>& texts) {
  if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
}

// In lower case. "*" is no name to a filter chain: it is the chain without names, here "".
std::vector<std::string> names_of(const L4Rule& rule) {
  if (rule.server_names.empty() || std::ranges::find(rule.server_names, kAnyName) != rule.server_names.end())
    return {""};
  std::vector<std::string> names;
  for (const auto& name : rule.server_names) add_once(to_lower(name), names);
  return names;
}

std::string spelled(const decide::IpRange& range) {
  constexpr int kMappedBits = 96;  // of the addresses that stand for IPv4's
  return range.base.to_string() + "/" + std::to_string(range.prefix_bits - (range.base.is_v4() ? kMappedBits : 0));
}

// "ADDRESS/BITS" with nothing below the mask, so that each has one spelling; "" for any.
std::vector<std::string> subnets_of(const L4Rule& rule) {
  if (rule.subnets.empty()) return {""};
  std::vector<std::string> subnets;
  for (const auto& written : rule.subnets) {
    if (const auto range = decide::IpRange::parse(written)) add_once(spelled(*range), subnets);
  }
  return subnets;
}

void add_subnet(std::string_view subnet, FilterChainMatch& match) {
  const size_t slash = subnet.find('/');
  auto& range = *match.add_prefix_ranges();
  range.set_address_prefix(std::string(subnet.substr(0, slash)));
  range.mutable_prefix_len()->set_value(static_cast<uint32_t>(parse_unsigned(subnet.substr(slash + 1)).value_or(0)));
}

}  // namespace

// Names of which everything is taken fall away, then subnets that one of the others has no more.
FilterChain* L4Chains::open(const L4Rule& rule) {
  auto names = names_of(rule);
  auto subnets = subnets_of(rule);
  const auto is_taken = [&](const auto& name, const auto& subnet) { return taken_.contains({name, subnet}); };
  std::erase_if(names, [&](const auto& name) {
    return std::ranges::all_of(subnets, [&](const auto& subnet) { return is_taken(name, subnet); });
  });
  std::erase_if(subnets, [&](const auto& subnet) {
    return std::ranges::any_of(names, [&](const auto& name) { return is_taken(name, subnet); });
  });
  if (names.empty() || subnets.empty()) return nullptr;
  auto& chain = *listener_->add_filter_chains();
  for (const auto& name : names) {
    for (const auto& subnet : subnets) taken_.emplace(name, subnet);
    if (name.empty()) continue;
    chain.mutable_filter_chain_match()->add_server_names(name);
    wants_server_names_ = true;
  }
  for (const auto& subnet : subnets) {
    if (!subnet.empty()) add_subnet(subnet, *chain.mutable_filter_chain_match());
  }
  return &chain;
}

FilterChain* L4Chains::add(std::string_view stat_prefix, const L4Rule& rule) {
  auto* chain = open(rule);
  if (chain) add_tcp(stat_prefix, rule.shares, *chain);
  return chain;
}

}  // namespace weft::control::translate
