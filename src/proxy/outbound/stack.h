// The policies of requests that leave a workload.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

Stack outbound_stack();

}  // namespace weft::proxy
