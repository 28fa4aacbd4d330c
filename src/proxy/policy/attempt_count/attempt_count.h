// AttemptCount: x-envoy-attempt-count on responses, where the virtual host asks for it. On requests the count changes
// with every attempt and is set where they are sent.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Stateless; shared by all exchanges of a shard.
class AttemptCount final : public Policy {
 public:
  void on_response(Exchange& exchange) const override;
};

}  // namespace weft::proxy
