// ServiceTime: x-envoy-upstream-service-time on responses: how many milliseconds the endpoint took until its response's
// head.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Stateless; whole milliseconds.
class ServiceTime final : public Policy {
 public:
  void on_response(Exchange& exchange) const override;
};

}  // namespace weft::proxy
