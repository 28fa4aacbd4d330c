// VirtualService.http[].redirect.
#include <optional>
#include <string_view>

#include <envoy/config/route/v3/route_components.pb.h>

#include "control/translate/route/policies.h"

namespace weft::control::translate {
namespace {

using envoy::config::route::v3::RedirectAction;

std::optional<RedirectAction::RedirectResponseCode> code_of(uint32_t status) {
  switch (status) {
    case 301:
      return RedirectAction::MOVED_PERMANENTLY;
    case 302:
      return RedirectAction::FOUND;
    case 303:
      return RedirectAction::SEE_OTHER;
    case 307:
      return RedirectAction::TEMPORARY_REDIRECT;
    case 308:
      return RedirectAction::PERMANENT_REDIRECT;
    default:
      return std::nullopt;
  }
}

// The port to write; 0: none, which is what FROM_PROTOCOL_DEFAULT means. A scheme's own port is never written.
uint32_t port_of(const RuleContext& context, const api::istio::HttpRedirect& redirect) {
  const bool follows_request = redirect.derive_port == api::istio::RedirectPort::from_request_port;
  const uint32_t port = redirect.port.value_or(follows_request ? context.port : 0);
  const std::string_view scheme = redirect.scheme.empty() ? context.scheme : std::string_view(redirect.scheme);
  const bool is_default = (port == 80 && scheme == "http") || (port == 443 && scheme == "https");
  return is_default ? 0 : port;
}

}  // namespace

bool is_known_redirect(const api::istio::HttpRedirect& redirect) {
  return code_of(redirect.redirect_code).has_value();
}

void apply_redirect(const RuleContext& context, const api::istio::HttpRedirect& redirect, Route& route) {
  auto& action = *route.mutable_redirect();
  if (!redirect.prefix_rewrite.empty()) {
    action.set_prefix_rewrite(redirect.prefix_rewrite);
  } else if (!redirect.uri.empty()) {
    action.set_path_redirect(redirect.uri);
  }
  if (!redirect.authority.empty()) action.set_host_redirect(redirect.authority);
  if (!redirect.scheme.empty()) action.set_scheme_redirect(redirect.scheme);
  if (const uint32_t port = port_of(context, redirect)) action.set_port_redirect(port);
  action.set_response_code(code_of(redirect.redirect_code).value_or(RedirectAction::MOVED_PERMANENTLY));
}

}  // namespace weft::control::translate
