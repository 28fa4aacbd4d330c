// RequestId: every request carries an x-request-id (a random UUID, RFC 4122 4.4), which logs and traces of all hops
// share.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// A received id is kept, unless the client is a stranger (use_remote_address) and the listener does not preserve it.
class RequestId final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
  void on_response(Exchange& exchange) const override;
};

}  // namespace weft::proxy
