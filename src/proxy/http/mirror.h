// Copies of requests to the clusters that a route mirrors to (request_mirror_policies; Istio's VirtualService
// http[].mirror and mirrors): fire and forget. The answers are read and dropped, failures concern nobody, and the
// request itself neither waits for its copies nor fails with them.
#pragma once

#include "proxy/policy/exchange.h"
#include "proxy/policy/request_body.h"

namespace weft::proxy {

// Starts the copies of a request that is about to be sent, as the policies have left it. Only of requests whose whole
// body came together with the head and is at most 64 KiB: others are not copied at all, since keeping a body for a copy
// would take memory without bound or hold up the original. Nor are upgrades, requests with trailers, or more than 1024
// requests at a time per shard. A copy has 15 s, and ends with the shard.
void start_mirrors(Exchange& exchange, RequestBody& body);

}  // namespace weft::proxy
