// TokenStripping: takes tokens that have done their work off the request, unless their provider says `forward` (Istio's
// forwardOriginalToken): the application shall not see what it could spend elsewhere. A step of its own, so that
// authorization still sees the field that a token came in (`request.headers[authorization]`).
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Stateless; takes off what the exchange's tokens were found in.
class TokenStripping final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
};

}  // namespace weft::proxy
