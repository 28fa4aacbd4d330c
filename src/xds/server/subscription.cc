#include "xds/server/subscription.h"

#include <utility>

namespace weft::xds {
namespace {

constexpr std::string_view kWildcard = "*";

// One hash over what a response says: the version that status shows and that state-of-the-world clients echo.
std::string version_of(const Response& response) {
  std::string text;
  for (const auto& resource : response.resources) text += resource->name + '=' + resource->version + '\n';
  for (const auto& name : response.removed) text += '-' + name + '\n';
  return content_hash(text);
}

}  // namespace

Heard Subscription::hear(const Request& request, const World& world) {
  if (!requested_) {
    // A nonce in the first request is from an older stream and means nothing here.
    requested_ = true;
    if (dialect_ == Dialect::delta) {
      begin_delta(request, world);
    } else {
      replace_names(request, world);
    }
    return Heard::first;
  }
  Heard heard = settle_nonce(request);
  if (dialect_ == Dialect::delta) {
    // Names count even when the nonce is stale: the client does not say them again.
    for (const auto& name : request.subscribe) subscribe(name, world);
    for (const auto& name : request.unsubscribe) unsubscribe(name);
  } else if (heard != Heard::stale) {
    replace_names(request, world);
  }
  return heard;
}

// The names in `subscribe` are the truth; initial versions only say which of them the client already has.
void Subscription::begin_delta(const Request& request, const World& world) {
  for (const auto& [name, version] : request.initial_versions) {
    sent_[name] = std::make_shared<const Resource>(Resource{name, version, {}});
  }
  for (const auto& name : request.subscribe) {
    if (name != kWildcard && sent_.contains(name)) {
      names_.insert(name);
      touched_.insert(name);
    } else {
      subscribe(name, world);
    }
  }
  if (request.subscribe.empty() && is_wildcard_type(type_)) start_wildcard(world);
  if (!wildcard_) std::erase_if(sent_, [this](const auto& entry) { return !names_.contains(entry.first); });
}

Heard Subscription::settle_nonce(const Request& request) {
  if (dialect_ == Dialect::delta && request.nonce.empty()) return Heard::changed;
  if (request.nonce != last_nonce_) return Heard::stale;
  if (!in_flight_) return Heard::changed;
  in_flight_ = false;
  if (request.rejection) {
    note_rejection(*request.rejection);
    return Heard::rejected;
  }
  for (const auto& name : in_flight_names_) refused_.erase(name);
  // What was refused by name before and is not in this response is refused still.
  if (refused_.empty() || rejected_resource_.empty()) {
    rejection_.reset();
    rejected_resource_.clear();
  }
  accepted_version_ = sent_version_;
  return Heard::accepted;
}

// What was refused stays noted as sent: the same content is not sent again, only a changed one.
void Subscription::note_rejection(const std::string& message) {
  rejection_ = message;
  rejected_resource_.clear();
  size_t first = std::string::npos;
  for (const auto& name : in_flight_names_) {
    size_t at = message.find(name);
    if (at != std::string::npos) refused_.insert(name);
    if (at >= first) continue;
    first = at;
    rejected_resource_ = name;
  }
  // One that names nothing may mean all.
  if (rejected_resource_.empty()) refused_.insert(in_flight_names_.begin(), in_flight_names_.end());
}

void Subscription::subscribe(const std::string& name, const World& world) {
  if (name == kWildcard) {
    start_wildcard(world);
    return;
  }
  names_.insert(name);
  owed_.insert(name);  // also when it was subscribed before: the client may have forgotten what it was sent
}

void Subscription::unsubscribe(const std::string& name) {
  if (name == kWildcard) {
    stop_wildcard();
  } else if (names_.erase(name) > 0) {
    owed_.erase(name);
    refused_.erase(name);
    // Under a wildcard the client must be told whether it still gets the resource.
    if (wildcard_) {
      owed_.insert(name);
    } else {
      sent_.erase(name);
    }
  }
}

void Subscription::replace_names(const Request& request, const World& world) {
  Names names(request.subscribe.begin(), request.subscribe.end());
  bool star = names.erase(std::string(kWildcard)) > 0;
  named_ = named_ || star || !names.empty();
  bool wildcard = star || (!named_ && is_wildcard_type(type_));

  for (const auto& name : names) {
    if (!names_.contains(name)) owed_.insert(name);
  }
  for (const auto& name : names_) {
    if (names.contains(name)) continue;
    owed_.erase(name);
    refused_.erase(name);
    if (!wildcard) sent_.erase(name);
  }
  names_ = std::move(names);
  if (wildcard && !wildcard_) start_wildcard(world);
  if (!wildcard && wildcard_) stop_wildcard();
}

void Subscription::start_wildcard(const World& world) {
  wildcard_ = true;
  owes_answer_ = true;
  world.each(type_, [this](const ResourcePtr& resource) { touched_.insert(resource->name); });
  for (const auto& [name, resource] : sent_) touched_.insert(name);
}

void Subscription::stop_wildcard() {
  wildcard_ = false;
  std::erase_if(sent_, [this](const auto& entry) { return !names_.contains(entry.first); });
}

void Subscription::touch(std::string_view name) {
  if (requested_ && (wants(name) || sent_.contains(name))) touched_.emplace(name);
}

void Subscription::owe(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (wants(name)) owed_.insert(name);
  }
}

std::optional<Response> Subscription::respond(const World& world, Due due, std::string_view nonce) {
  if (in_flight_ || !requested_) return std::nullopt;
  bool complete = dialect_ == Dialect::state_of_the_world && is_wildcard_type(type_);
  auto response = complete ? respond_completely(world, due) : respond_with_changes(world, due);
  if (!response) return std::nullopt;

  owes_answer_ = false;
  in_flight_ = true;
  last_nonce_ = nonce;
  response->type = type_;
  response->nonce = nonce;
  response->version = sent_version_ = version_of(*response);
  in_flight_names_.clear();
  for (const auto& resource : response->resources) in_flight_names_.push_back(resource->name);
  for (const auto& name : response->removed) refused_.erase(name);
  if (complete)
    std::erase_if(refused_, [&](const auto& name) {
      return std::ranges::find(in_flight_names_, name) == in_flight_names_.end();
    });
  return response;
}

std::optional<Response> Subscription::respond_with_changes(const World& world, Due due) {
  Response response;
  for (const auto& name : std::exchange(owed_, {})) add_if_due(world, name, Why::owed, due, response);
  // The first answer to a wildcard is owed as a whole.
  if (due != Due::owed || owes_answer_) {
    for (const auto& name : std::exchange(touched_, {})) add_if_due(world, name, Why::touched, due, response);
  }
  if (due == Due::updates_and_removals) {
    for (const auto& name : std::exchange(held_, {})) add_if_due(world, name, Why::touched, due, response);
  }
  if (dialect_ == Dialect::state_of_the_world) response.removed.clear();
  if (response.resources.empty() && response.removed.empty() && !owes_answer_) return std::nullopt;
  return response;
}

void Subscription::add_if_due(const World& world, const std::string& name, Why why, Due due, Response& response) {
  auto resource = wants(name) ? world.find(type_, name) : nullptr;
  if (!resource) {
    note_gone(name, why, due, response);
    return;
  }
  auto& known = sent_[name];
  if (why == Why::owed || !known || known->version != resource->version) response.resources.push_back(resource);
  known = std::move(resource);
}

// Endpoints and routes end with what refers to them, never by a removal out of the blue (which would empty a cluster
// that still serves); a client that asks for one that does not exist is told so.
void Subscription::note_gone(const std::string& name, Why why, Due due, Response& response) {
  if (why == Why::touched && (!sent_.contains(name) || !is_wildcard_type(type_))) return;
  if (why == Why::touched && due != Due::updates_and_removals) {
    held_.insert(name);
    return;
  }
  sent_.erase(name);
  response.removed.push_back(name);
}

std::optional<Response> Subscription::respond_completely(const World& world, Due due) {
  bool differs = anything_differs(world, due);
  if (!differs && owed_.empty() && !owes_answer_) return std::nullopt;
  owed_.clear();
  touched_.clear();

  Response response;
  ResourceMap sent;
  world.each(type_, [&](const ResourcePtr& resource) {
    if (!wants(resource->name)) return;
    response.resources.push_back(resource);
    sent.emplace(resource->name, resource);
  });
  if (due == Due::updates_and_removals) held_.clear();
  for (const auto& [name, resource] : sent_) {
    if (due == Due::updates_and_removals || sent.contains(name)) continue;
    held_.insert(name);
    response.resources.push_back(resource);
    sent.emplace(name, resource);
  }
  sent_ = std::move(sent);
  return response;
}

bool Subscription::anything_differs(const World& world, Due due) {
  if (due == Due::owed && !owes_answer_) return false;
  Names candidates = std::exchange(touched_, {});
  if (due == Due::updates_and_removals) candidates.merge(held_);
  bool differs = false;
  for (const auto& name : candidates) {
    auto known = sent_.find(name);
    auto resource = wants(name) ? world.find(type_, name) : nullptr;
    if (resource) {
      differs = differs || known == sent_.end() || known->second->version != resource->version;
    } else if (known != sent_.end()) {
      if (due != Due::updates_and_removals) held_.insert(name);
      differs = differs || due == Due::updates_and_removals;
    }
  }
  return differs;
}

}  // namespace weft::xds
