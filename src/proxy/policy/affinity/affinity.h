// Affinity: gives a client a cookie by which its later requests find the same endpoint, where the route hashes a cookie
// with a lifetime and the client has none (Istio's consistentHash.httpCookie.ttl; Envoy's HashPolicy.Cookie.ttl). The
// request itself is sent by the new cookie's value already, which the endpoint is not shown.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Stateless, as all policies are: the cookie is a hash of the two ends, so that nothing is remembered. Any shard.
class Affinity final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
  void on_response(Exchange& exchange) const override;
};

}  // namespace weft::proxy
