// L4Chains: the filter chains of a listener that relay bytes, told apart by server name and address dialled.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <envoy/config/listener/v3/listener.pb.h>

#include "control/translate/listener/l4_rules.h"

namespace weft::control::translate {

// Fills one listener, which outlives it. Of two rules that would take the same connections the first stays: proxies
// refuse a listener that is ambiguous.
class L4Chains {
 public:
  explicit L4Chains(envoy::config::listener::v3::Listener& listener) : listener_(&listener) {}

  // What of the rule is not taken yet becomes a chain; returns it, or nullptr.
  envoy::config::listener::v3::FilterChain* add(std::string_view stat_prefix, const L4Rule& rule);
  // The same without saying what becomes of the connections.
  envoy::config::listener::v3::FilterChain* open(const L4Rule& rule);

  // Whether a chain asks for a server name, so that the listener must look for it.
  bool wants_server_names() const { return wants_server_names_; }

 private:
  envoy::config::listener::v3::Listener* listener_;
  std::set<std::pair<std::string, std::string>> taken_;  // server name and subnet; "" is any
  bool wants_server_names_ = false;
};

}  // namespace weft::control::translate
