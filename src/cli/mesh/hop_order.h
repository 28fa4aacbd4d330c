// In which order the hops of one request were: each proxy's behind the one that called it. Pure.
#pragma once

#include <vector>

#include "cli/mesh/failed_requests.h"

namespace weft::cli {

// A server's hop stands behind the client's whose endpoint it is, whatever their clocks say; a pod's own calls behind
// the request that it was serving, by its one clock. Only hops of which neither has called the other are in the order
// of their clocks.
std::vector<FailedHop> in_order_of_calls(std::vector<FailedHop> hops);

}  // namespace weft::cli
