// VirtualService.http[].directResponse.
#include <envoy/config/route/v3/route_components.pb.h>

#include "control/translate/route/policies.h"

namespace weft::control::translate {

void apply_direct_response(const api::istio::HttpDirectResponse& response, Route& route) {
  auto& action = *route.mutable_direct_response();
  action.set_status(response.status);
  if (!response.body) return;
  if (response.body->text) {
    action.mutable_body()->set_inline_string(*response.body->text);
  } else if (response.body->bytes) {
    action.mutable_body()->set_inline_bytes(response.body->bytes->value);
  }
}

}  // namespace weft::control::translate
