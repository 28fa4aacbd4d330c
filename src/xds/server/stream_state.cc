#include "xds/server/stream_state.h"

#include <utility>

namespace weft::xds {

StreamState::StreamState(Dialect dialect, std::string nonce_prefix)
    : nonce_prefix_(std::move(nonce_prefix)),
      subscriptions_{{{kPushOrder[0], dialect},
                      {kPushOrder[1], dialect},
                      {kPushOrder[2], dialect},
                      {kPushOrder[3], dialect},
                      {kPushOrder[4], dialect},
                      {kPushOrder[5], dialect}}} {}

Heard StreamState::hear(ResourceType type, const Request& request, const World& world) {
  return at(type).hear(request, world);
}

void StreamState::touch(ResourceType type, std::string_view name) {
  at(type).touch(name);
}

std::vector<Response> StreamState::respond(const World& world) {
  std::vector<Response> responses;
  bool settled = true;  // the types so far
  for (auto type : kPushOrder) {
    // Listeners and names may go at once; a cluster stays until no route can name it.
    Due due = type == ResourceType::cluster ? Due::updates : Due::updates_and_removals;
    respond_to(type, world, settled ? due : Due::owed, responses);
    settled = settled && at(type).is_settled();
  }
  if (settled) respond_to(ResourceType::cluster, world, Due::updates_and_removals, responses);
  return responses;
}

void StreamState::respond_to(ResourceType type, const World& world, Due due, std::vector<Response>& responses) {
  auto response = at(type).respond(world, due, next_nonce());
  if (!response) return;
  ++responses_;
  if (type == ResourceType::cluster) {
    // Envoy keeps a cluster that was sent again warming until it hears its endpoints afresh.
    std::vector<std::string> names;
    for (const auto& resource : response->resources) names.push_back(resource->name);
    at(ResourceType::endpoints).owe(names);
  }
  responses.push_back(*std::move(response));
}

bool StreamState::is_settled() const {
  for (const auto& subscription : subscriptions_) {
    if (!subscription.is_settled() || subscription.holds_removals()) return false;
  }
  return true;
}

}  // namespace weft::xds
