// Forwarded: tells the endpoint how the client came in: x-forwarded-proto, and at an edge (use_remote_address)
// x-forwarded-for with the client's address. A sidecar leaves x-forwarded-for alone, as Istio's does.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

class Forwarded final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
};

}  // namespace weft::proxy
