// Forwarded: tells the endpoint how the client came in: x-forwarded-proto, and at an edge (use_remote_address)
// x-forwarded-for with the client's address. Behind N proxies that are trusted (xff_num_trusted_hops) the Nth address
// from the end of what came is whom the request is from, and x-forwarded-proto is theirs. A sidecar leaves
// x-forwarded-for alone, as Istio's does, and takes the last address in it for the client.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// The scheme that the client came by, before anything is decided by it: in x-forwarded-proto, and as the request's own.
// A sidecar believes a field that is there; an edge only what trusted proxies before it say.
void learn_scheme(Exchange& exchange);

// Stateless; also says in the exchange whom the request is from (`origin`), for those behind it.
class Forwarded final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
};

}  // namespace weft::proxy
