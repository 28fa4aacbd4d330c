// AttemptCount: x-envoy-attempt-count on responses, where the virtual host asks for it. On requests the count changes
// with every attempt and is set where they are sent. Also tells how long the exchange may take
// (x-envoy-expected-rq-timeout-ms).
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

class AttemptCount final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
  void on_response(Exchange& exchange) const override;
};

}  // namespace weft::proxy
