// CheckVerdict: what health checks say of one endpoint from now on.
#pragma once

#include "decide/cluster.h"

namespace weft::proxy {

enum class CheckStanding : uint8_t { failing, passing };

// A value. `is_first`: nothing was known of the endpoint before.
struct CheckVerdict {
  decide::ClusterId cluster;
  decide::EndpointAddress endpoint;
  CheckStanding standing{};
  bool is_first = false;
};

}  // namespace weft::proxy
