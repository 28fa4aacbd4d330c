// What a request asks for about its own retries and times (x-envoy-retry-on and its relatives), on top of what its
// route says. Whom to believe is decided before (policy/trust). Each function takes the fields it has read off the
// request: they are for this proxy, not for the endpoint.
#pragma once

#include <memory>
#include <optional>

#include "base/clock.h"
#include "decide/routing/retry_policy.h"
#include "http/headers.h"

namespace weft::proxy {

// The route's policy with what the request adds to it; nullptr if it adds nothing. What is no number is passed over, as
// Envoy does.
std::unique_ptr<const decide::RetryPolicy> take_asked_retries(http::Headers& headers,
                                                              const decide::RetryPolicy& of_route);

// How long the whole exchange may take (x-envoy-upstream-rq-timeout-ms); 0: as long as it likes.
std::optional<Duration> take_asked_timeout(http::Headers& headers);

}  // namespace weft::proxy
