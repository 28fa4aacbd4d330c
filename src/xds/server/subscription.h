// The xDS protocol of one type on one stream, as a pure state machine: what the client asked for, what it has been
// sent, what it said to that, and therefore what it must be sent next. No I/O, no clock; one per (stream, type).
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "xds/server/message.h"

namespace weft::xds {

// What a request turned out to be.
enum class Heard : uint8_t {
  first,     // the first of this type on this stream
  accepted,  // ACK of the last response
  rejected,  // NACK of the last response
  changed,   // only names came or went
  stale,     // it answers an older response; in delta its names count nevertheless
};

// Which part of what is due may be sent now.
enum class Due : uint8_t {
  owed,     // only what the client has asked for and waits for
  updates,  // and what has changed, but no removals yet
  updates_and_removals,
};

// See the head of this file. Owned by its StreamState.
class Subscription {
 public:
  Subscription(ResourceType type, Dialect dialect) : type_(type), dialect_(dialect) {}

  // Takes in a request. `world` names what a wildcard covers at this moment.
  Heard hear(const Request& request, const World& world);

  // The resource of this name has changed, appeared or gone.
  void touch(std::string_view name);

  // Sends these again, even unchanged, if the client holds them: Envoy finishes warming a cluster only on a fresh EDS
  // answer.
  void owe(const std::vector<std::string>& names);

  // The next response, or nothing if none is due or one is still unanswered. The caller must send it.
  std::optional<Response> respond(const World& world, Due due, std::string_view nonce);

  bool is_requested() const { return requested_; }
  bool is_in_flight() const { return in_flight_; }
  // Nothing unsent (held removals aside) and nothing unanswered.
  bool is_settled() const { return !in_flight_ && touched_.empty() && owed_.empty() && !owes_answer_; }
  bool holds_removals() const { return !held_.empty(); }

  // For status: how many resources the client has, by what was sent and accepted.
  size_t size() const { return sent_.size(); }
  bool was_answered() const { return !last_nonce_.empty(); }
  const std::string& sent_version() const { return sent_version_; }
  const std::string& accepted_version() const { return accepted_version_; }
  // The version in which the client was last sent the resource; empty: never, or it is gone.
  std::string_view sent_version_of(std::string_view name) const {
    const auto found = sent_.find(name);
    return found == sent_.end() ? std::string_view() : std::string_view(found->second->version);
  }
  bool names(std::string_view name) const { return names_.contains(name); }
  // The client has rejected this resource, or a response with it in it without a word on which, and accepted no other
  // version since: it serves by an earlier one.
  bool has_rejected(std::string_view name) const { return refused_.contains(name); }
  const std::optional<std::string>& rejection() const { return rejection_; }
  // The first resource of the rejected response that the client's message mentions; empty if it names none.
  const std::string& rejected_resource() const { return rejected_resource_; }

 private:
  using Names = std::set<std::string, std::less<>>;
  enum class Why : uint8_t { owed, touched };

  void begin_delta(const Request& request, const World& world);
  Heard settle_nonce(const Request& request);
  void note_rejection(const std::string& message);
  void subscribe(const std::string& name, const World& world);
  void unsubscribe(const std::string& name);
  void replace_names(const Request& request, const World& world);
  void start_wildcard(const World& world);
  void stop_wildcard();
  bool wants(std::string_view name) const { return wildcard_ || names_.contains(name); }

  std::optional<Response> respond_with_changes(const World& world, Due due);
  void add_if_due(const World& world, const std::string& name, Why why, Due due, Response& response);
  void note_gone(const std::string& name, Why why, Due due, Response& response);
  std::optional<Response> respond_completely(const World& world, Due due);
  bool anything_differs(const World& world, Due due);

  ResourceType type_;
  Dialect dialect_;
  bool requested_ = false;
  bool wildcard_ = false;
  bool named_ = false;  // the client has named a resource on this stream: an empty list no longer means "all"
  bool in_flight_ = false;
  bool owes_answer_ = false;  // a response is due, even an empty one
  Names names_;               // asked for by name
  Names owed_;                // to be answered, whatever the client has
  Names touched_;             // changed since they were last looked at
  Names held_;                // removals that wait for Due::updates_and_removals
  ResourceMap sent_;          // what the client has; of initial versions only name and version are known
  std::string last_nonce_;
  std::string sent_version_;
  std::string accepted_version_;
  std::vector<std::string> in_flight_names_;
  Names refused_;  // see has_rejected()
  std::optional<std::string> rejection_;
  std::string rejected_resource_;
};

}  // namespace weft::xds
