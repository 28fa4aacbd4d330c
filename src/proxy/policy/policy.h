// Policy: one thing that Weft does to requests and responses on their way, as one object in one folder. Which policies
// run, in which order and why stands in inbound/stack.cc and outbound/stack.cc.
#pragma once

#include <span>

#include "base/error.h"
#include "proxy/policy/eventually.h"
#include "proxy/policy/exchange.h"

namespace weft::proxy {

// Stateless towards requests: all that belongs to one request is in its Exchange. Shared by all connections of a shard.
class Policy {
 public:
  virtual ~Policy() = default;

  // Before the request is sent; the route is known. An error ends the exchange and becomes the response; so does
  // exchange.local_reply, for a policy that has an answer.
  virtual Eventually<Result<>> on_request(Exchange& exchange) const;
  // Once the response's head is there, in reverse order; also for responses that Weft made itself.
  virtual void on_response(Exchange& exchange) const;
};

inline Eventually<Result<>> Policy::on_request(Exchange&) const {
  return Result<>();
}
inline void Policy::on_response(Exchange&) const {}

// The policies of one direction, in the order in which requests meet them.
using Stack = std::span<const Policy* const>;

}  // namespace weft::proxy
