// HopByHop: fields that belong to one connection do not travel on (RFC 9110 7.6.1).
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// First of all on requests, so that a client's Connection field can name none of our own fields away; last on
// responses.
class HopByHop final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
  void on_response(Exchange& exchange) const override;
};

}  // namespace weft::proxy
