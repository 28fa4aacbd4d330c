// Cors: lets pages of the origins that a route names use it from browsers (the CORS protocol of the Fetch standard;
// Istio's VirtualService http[].corsPolicy). Their preflights are answered here; their requests go on, and the
// responses tell the browser that the page may read them. Other origins' requests go on as well: it is the browser that
// keeps the response from the page.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Stateless; answers a preflight by a local reply.
class Cors final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
  void on_response(Exchange& exchange) const override;
};

}  // namespace weft::proxy
