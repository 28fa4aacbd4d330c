// Tokens: requests bring the tokens that the listener's rules ask for, or none where that is allowed; with a bad one
// nobody gets on (Envoy's jwt_authn; Istio's RequestAuthentication). What a valid one says is put where the
// application, authorization and routing read it; header fields that only tokens may fill are taken off whatever comes.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Stateless; the shard remembers tokens that were good. Checking one that is new takes the thread's time, and never
// waits.
class Tokens final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
};

}  // namespace weft::proxy
