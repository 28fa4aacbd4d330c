// DeltaState: the client's side of the delta xDS protocol as a pure state machine: subscriptions and responses in,
// requests out. It outlives streams: what was received on one is what the next one starts from. No I/O, no time of its
// own.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <envoy/config/core/v3/base.pb.h>
#include <envoy/service/discovery/v3/discovery.pb.h>

#include "base/clock.h"
#include "xds/client/ads_client.h"
#include "xds/client/subscriber.h"

namespace weft::xds {

// Owned by one AdsClient; one thread. Requests are pulled: next_request() makes the most useful one at the moment when
// it can be sent, so that changes of subscriptions merge while the stream is busy.
class DeltaState {
 public:
  using Request = envoy::service::discovery::v3::DeltaDiscoveryRequest;
  using Response = envoy::service::discovery::v3::DeltaDiscoveryResponse;

  explicit DeltaState(const envoy::config::core::v3::Node& node) : node_(node) {}

  void subscribe_all(std::string_view type_url);
  void subscribe(std::string_view type_url, std::set<std::string> names);

  // A new stream is open: nothing was said on it yet.
  void begin_stream();

  // What is to be sent now; nothing when all is said.
  std::optional<Request> next_request();

  // A response split into what the subscriber is to apply and what is wrong by itself: a resource of another type, a
  // name twice, a type that was not asked for. Views into `response`. answer() must follow before the next response.
  struct Received {
    Update update;
    std::vector<Rejection> malformed;
  };
  Received receive(const Response& response) const;

  // The subscriber's verdict on that response: notes what is held now and queues the ACK or NACK.
  void answer(const Response& response, const Received& received, const std::vector<Rejection>& rejections,
              WallTime now);

  std::vector<TypeStatus> status() const;

 private:
  // What is wanted, held and said of one resource type.
  struct Type {
    TypeStatus status;
    bool is_wildcard = false;
    std::set<std::string> wanted;                 // by name; empty for a wildcard
    std::set<std::string> asked;                  // what this stream was asked for and is still wanted
    std::set<std::string> given_up;               // what it was asked for and is to be told to forget
    bool is_open = false;                         // the first request of this stream was made
    std::map<std::string, std::string> versions;  // what is held
  };

  Type& find_or_add(std::string_view type_url);
  const Type* find(std::string_view type_url) const;
  bool is_wanted(const Type& type, const std::string& name) const;
  std::optional<Request> open(Type& type);
  std::optional<Request> change(Type& type);
  Request with_node(Request request);
  void hold(Type& type, const Received& received, const std::set<std::string_view>& rejected);

  envoy::config::core::v3::Node node_;
  std::deque<Type> types_;       // in the order of their first subscription: the order in which they are asked for
  std::deque<Request> answers_;  // at most one a response, so bounded by what the server sends ahead
  bool node_sent_ = false;
};

}  // namespace weft::xds
