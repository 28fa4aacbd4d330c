// FaultInjection: what a route does wrong on purpose (HTTPFault; Istio's VirtualService http[].fault): a share of the
// requests waits, a share is answered with an error. Neither is ever retried, and the wait is no part of the route's
// timeout, since both come before the request is sent.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Stateless; draws from the shard's random numbers, and suspends the exchange for as long as it delays it.
class FaultInjection final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
};

}  // namespace weft::proxy
