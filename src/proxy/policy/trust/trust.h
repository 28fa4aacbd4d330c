// Trust: a client that has not proved to be a member of the mesh is not believed what only a member could know: its
// certificate (x-forwarded-client-cert), and at an edge and towards a workload also fields that steer or describe the
// proxies themselves (x-envoy-*, x-weft-*). Other clients steer retries and times if they are internal by Envoy's rules
// (internal_address_config, where the address decides; there is none by default).
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// In plain text no client proves who it is: what is said of certificates is stripped, unless a gateway is told to pass
// it on whatever happens (ALWAYS_FORWARD_ONLY). With mutual TLS the chain says whether it is believed, and the client's
// own certificate told (forward_client_cert_details).
class Trust final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
};

}  // namespace weft::proxy
