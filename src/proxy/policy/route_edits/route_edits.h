// RouteEdits: what the matched route makes of the request and response: path and authority rewrites, header edits.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Edits of the route come first, then those of the chosen weighted cluster's own, as Istio orders them.
class RouteEdits final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
  void on_response(Exchange& exchange) const override;
};

}  // namespace weft::proxy
