// One attempt to get a response: choose an endpoint, get a connection to it, exchange.
#pragma once

#include <vector>

#include "proxy/http/answer.h"
#include "proxy/policy/exchange.h"
#include "proxy/policy/request_body.h"
#include "proxy/retry/retry_plan.h"

namespace weft::proxy {

// What all attempts of one exchange share. Lives in the caller's frame.
struct SendOptions {
  RequestBody& body;
  http::ServerStream& client;
  ClusterState& cluster;
  const decide::RetryPolicy& retry;  // the route's, or the request's own
  Time deadline;                     // of the whole exchange
  Repeatable repeatable;
  std::vector<EndpointRef> tried{};  // by earlier attempts
  uint64_t left_priorities = 0;      // that are left out now, as in PickContext
};

// On success fills `answer`, which has let go of any earlier attempt. Tells in `attempt` how far it got, for the retry
// plan, and in the exchange's record what went wrong.
runtime::Task<Result<>> send_once(Exchange& exchange, const SendOptions& options, Attempt& attempt, Answer& answer);

}  // namespace weft::proxy
