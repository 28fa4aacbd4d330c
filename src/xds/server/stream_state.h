// All that is decided about one ADS stream, without I/O: one Subscription per type, and the order in which what is due
// goes out: clusters, endpoints, listeners, routes, and only then the removal of clusters that nothing names any more.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "xds/server/message.h"
#include "xds/server/subscription.h"

namespace weft::xds {

// See the head of this file. Owned by whoever serves the stream; `nonce_prefix` must differ from stream to stream.
class StreamState {
 public:
  StreamState(Dialect dialect, std::string nonce_prefix);

  // Takes in a request of one of our types.
  Heard hear(ResourceType type, const Request& request, const World& world);

  // A resource of the client's world has changed, appeared or gone.
  void touch(ResourceType type, std::string_view name);

  // The responses that may be sent now, in this order. A type that has an unanswered response waits; a type after it in
  // the order sends only what the client has asked for, since its changes may refer to what is on the way.
  std::vector<Response> respond(const World& world);

  const Subscription& of(ResourceType type) const { return subscriptions_[index_of(type)]; }
  // Everything was sent and answered.
  bool is_settled() const;

 private:
  Subscription& at(ResourceType type) { return subscriptions_[index_of(type)]; }
  void respond_to(ResourceType type, const World& world, Due due, std::vector<Response>& responses);
  std::string next_nonce() const { return nonce_prefix_ + std::to_string(responses_ + 1); }

  std::string nonce_prefix_;
  uint64_t responses_ = 0;
  std::array<Subscription, kResourceTypes> subscriptions_;
};

}  // namespace weft::xds
