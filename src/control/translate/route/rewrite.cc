// VirtualService.http[].rewrite.
#include <envoy/config/route/v3/route_components.pb.h>

#include "control/translate/route/header_operations.h"
#include "control/translate/route/policies.h"

namespace weft::control::translate {

// The uri takes the place of what the match took: a prefix, or with exact and regex matches the whole path. That is
// what Envoy's prefix_rewrite does in all three cases.
void apply_rewrite(const api::istio::HttpRoute& rule, envoy::config::route::v3::RouteAction& action) {
  // From the weakest to the strongest: a destination's Host (already in place), the rule's Host, rewrite.authority.
  if (auto authority = authority_in(rule.headers)) action.set_host_rewrite_literal(*authority);
  if (!rule.rewrite) return;
  if (!rule.rewrite->authority.empty()) action.set_host_rewrite_literal(rule.rewrite->authority);
  if (rule.rewrite->uri_regex_rewrite) {
    auto& rewrite = *action.mutable_regex_rewrite();
    rewrite.mutable_pattern()->set_regex(rule.rewrite->uri_regex_rewrite->match);
    rewrite.set_substitution(rule.rewrite->uri_regex_rewrite->rewrite);
  } else if (!rule.rewrite->uri.empty()) {
    action.set_prefix_rewrite(rule.rewrite->uri);
  }
}

}  // namespace weft::control::translate
