// Trust: a client that has not proved to be a member of the mesh is not believed what only a member could know: its
// certificate (x-forwarded-client-cert), and at an edge and towards a workload also fields that steer or describe the
// proxies themselves (x-envoy-*, x-weft-*). Other clients steer retries and times if they are internal by Envoy's rules
// (internal_address_config, where the address decides; there is none by default).
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// No client proves who it is in plain text, so this strips always, unless a gateway is told to pass certificates on
// whatever happens (ALWAYS_FORWARD_ONLY); it learns of identities with mutual TLS.
class Trust final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
};

}  // namespace weft::proxy
