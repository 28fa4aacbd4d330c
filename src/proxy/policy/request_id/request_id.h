// RequestId: every request carries an x-request-id (a random UUID, RFC 4122 4.4), which logs and traces of all hops
// share.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Gives the request its id, before anything is decided of it: a request without a route is found by it, too, and routes
// may ask for it, as in Envoy. A received id is kept, unless the client of an edge (use_remote_address) is not
// internal and the listener does not preserve it.
void give_request_id(Exchange& exchange);

// Gives an id once more to a request whose client has named the first one away (as of its connection alone), and tells
// clients where the listener wants that.
class RequestId final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
  void on_response(Exchange& exchange) const override;
};

}  // namespace weft::proxy
