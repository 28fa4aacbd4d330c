// VirtualService.http[].redirect.
#include <envoy/config/route/v3/route_components.pb.h>

#include "control/translate/route/policies.h"

namespace weft::control::translate {
namespace {

using envoy::config::route::v3::RedirectAction;

RedirectAction::RedirectResponseCode code_of(uint32_t status) {
  switch (status) {
    case 302:
      return RedirectAction::FOUND;
    case 303:
      return RedirectAction::SEE_OTHER;
    case 307:
      return RedirectAction::TEMPORARY_REDIRECT;
    case 308:
      return RedirectAction::PERMANENT_REDIRECT;
    default:
      return RedirectAction::MOVED_PERMANENTLY;
  }
}

}  // namespace

// derivePort FROM_REQUEST_PORT is what Envoy does when no port is named and the host stays; FROM_PROTOCOL_DEFAULT needs
// the scheme's port spelled out only where the authority is replaced, which then carries none.
void apply_redirect(const api::istio::HttpRedirect& redirect, Route& route) {
  auto& action = *route.mutable_redirect();
  if (!redirect.prefix_rewrite.empty()) {
    action.set_prefix_rewrite(redirect.prefix_rewrite);
  } else if (!redirect.uri.empty()) {
    action.set_path_redirect(redirect.uri);
  }
  if (!redirect.authority.empty()) action.set_host_redirect(redirect.authority);
  if (!redirect.scheme.empty()) action.set_scheme_redirect(redirect.scheme);
  if (redirect.port) action.set_port_redirect(*redirect.port);
  action.set_response_code(code_of(redirect.redirect_code));
}

}  // namespace weft::control::translate
