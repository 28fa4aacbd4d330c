// The policies of requests that reach a workload.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

Stack inbound_stack();

}  // namespace weft::proxy
