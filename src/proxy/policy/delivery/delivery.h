// Delivery: a sidecar tells the sidecar in front of it which of its 503s stand for requests that never reached the
// application (x-weft-not-delivered), so that those can be sent elsewhere, and which of its 401s and 403s are its own
// refusals, so that both keep them for `weft why`. Between the two it is the truth: what an
// application says of itself is dropped on its way out, and its client is told nothing of it.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Stateless: the exchange's record says what it came to.
class Delivery final : public Policy {
 public:
  void on_response(Exchange& exchange) const override;
};

}  // namespace weft::proxy
