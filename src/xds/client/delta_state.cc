#include "xds/client/delta_state.h"

#include <algorithm>
#include <utility>

#include <google/rpc/status.pb.h>

#include "base/assert.h"

namespace weft::xds {
namespace {

constexpr int kInvalidArgument = 3;          // google.rpc.Code
constexpr size_t kErrorTextMax = 16 * 1024;  // of one NACK; enough to name some hundred resources

// One line a resource: "NAME: REASON".
std::string text_of(const std::vector<Rejection>& rejections) {
  std::string text;
  for (const Rejection& rejection : rejections) {
    if (text.size() > kErrorTextMax) {
      text += "\n... of " + std::to_string(rejections.size()) + " rejected";
      break;
    }
    if (!text.empty()) text += '\n';
    text += rejection.resource + ": " + rejection.reason;
  }
  return text;
}

}  // namespace

void DeltaState::subscribe_all(std::string_view type_url) {
  Type& type = find_or_add(type_url);
  WEFT_ASSERT(type.wanted.empty());
  type.is_wildcard = true;
}

void DeltaState::subscribe(std::string_view type_url, std::set<std::string> names) {
  Type& type = find_or_add(type_url);
  WEFT_ASSERT(!type.is_wildcard);
  type.wanted = std::move(names);
  // What is given up is forgotten, and asked for again if it is wanted again, even before the server heard of either.
  std::erase_if(type.versions, [&](const auto& held) { return !type.wanted.contains(held.first); });
  std::erase_if(type.asked, [&](const std::string& name) {
    if (type.wanted.contains(name)) return false;
    type.given_up.insert(name);
    return true;
  });
}

void DeltaState::begin_stream() {
  node_sent_ = false;
  answers_.clear();
  for (Type& type : types_) {
    type.is_open = false;
    type.asked.clear();
    type.given_up.clear();
  }
}

std::optional<DeltaState::Request> DeltaState::next_request() {
  if (!answers_.empty()) {
    Request answer = std::move(answers_.front());
    answers_.pop_front();
    return with_node(std::move(answer));
  }
  for (Type& type : types_) {
    auto request = type.is_open ? change(type) : open(type);
    if (request) return with_node(*std::move(request));
  }
  return std::nullopt;
}

// The first request of a type on a stream. Naming nothing in it means everything, so a type of which no name is wanted
// yet stays silent. What is held is told, so that the server sends only what differs and removes what is gone.
std::optional<DeltaState::Request> DeltaState::open(Type& type) {
  if (!type.is_wildcard && type.wanted.empty()) return std::nullopt;
  Request request;
  request.set_type_url(type.status.type_url);
  for (const std::string& name : type.wanted) request.add_resource_names_subscribe(name);
  for (const auto& [name, version] : type.versions) (*request.mutable_initial_resource_versions())[name] = version;
  type.asked = type.wanted;
  type.is_open = true;
  return request;
}

// Changes travel alone, without a nonce: istiod drops those that come with an outdated one.
std::optional<DeltaState::Request> DeltaState::change(Type& type) {
  std::erase_if(type.given_up, [&](const std::string& name) { return type.wanted.contains(name); });
  if (type.wanted == type.asked && type.given_up.empty()) return std::nullopt;
  Request request;
  request.set_type_url(type.status.type_url);
  std::ranges::set_difference(type.wanted, type.asked,
                              RepeatedFieldBackInserter(request.mutable_resource_names_subscribe()));
  for (const std::string& name : type.given_up) request.add_resource_names_unsubscribe(name);
  type.asked = type.wanted;
  type.given_up.clear();
  return request;
}

DeltaState::Request DeltaState::with_node(Request request) {
  if (!std::exchange(node_sent_, true)) *request.mutable_node() = node_;
  return request;
}

DeltaState::Received DeltaState::receive(const Response& response) const {
  Received received;
  received.update.type_url = response.type_url();
  const Type* type = find(response.type_url());
  if (type == nullptr) {
    received.malformed.push_back({response.type_url(), "this type was not asked for"});
    return received;
  }
  std::set<std::string_view> seen;
  for (const auto& resource : response.resources()) {
    if (!is_wanted(*type, resource.name())) continue;  // crossed an unsubscription on the way
    if (!seen.insert(resource.name()).second) {
      received.malformed.push_back({resource.name(), "the resource is twice in one response"});
    } else if (!resource.has_resource()) {
      continue;  // a sign of life for a resource with a time to live: nothing changed
    } else if (resource.resource().type_url() != response.type_url()) {
      received.malformed.push_back({resource.name(), "the resource is a " + resource.resource().type_url()});
    } else {
      received.update.changed.push_back({resource.name(), resource.version(), resource.resource().value()});
    }
  }
  for (const std::string& name : response.removed_resources())
    if (is_wanted(*type, name) && seen.insert(name).second) received.update.removed.push_back(name);
  return received;
}

void DeltaState::answer(const Response& response, const Received& received, const std::vector<Rejection>& rejections,
                        WallTime now) {
  std::vector<Rejection> all = received.malformed;
  all.insert(all.end(), rejections.begin(), rejections.end());
  Request answer;
  answer.set_type_url(response.type_url());
  answer.set_response_nonce(response.nonce());
  if (!all.empty()) {
    answer.mutable_error_detail()->set_code(kInvalidArgument);
    answer.mutable_error_detail()->set_message(text_of(all));
  }
  const auto type = std::ranges::find(types_, response.type_url(), [](const Type& t) { return t.status.type_url; });
  if (type != types_.end()) {
    std::set<std::string_view> rejected;
    for (const Rejection& rejection : all) rejected.insert(rejection.resource);
    hold(*type, received, rejected);
    type->status.last_error = answer.error_detail().message();
    ++(all.empty() ? type->status.updates_accepted : type->status.updates_rejected);
    type->status.version = response.system_version_info();
    type->status.updated_at = now;
  }
  answers_.push_back(std::move(answer));
}

// A rejected resource keeps the version that is in use: after a reconnect the server sends its newest again.
void DeltaState::hold(Type& type, const Received& received, const std::set<std::string_view>& rejected) {
  for (const Resource& resource : received.update.changed)
    if (!rejected.contains(resource.name) && is_wanted(type, std::string(resource.name)))
      type.versions[std::string(resource.name)] = resource.version;
  for (const std::string_view name : received.update.removed) type.versions.erase(std::string(name));
}

std::vector<TypeStatus> DeltaState::status() const {
  std::vector<TypeStatus> all;
  for (const Type& type : types_) {
    all.push_back(type.status);
    all.back().resources = type.versions.size();
  }
  return all;
}

DeltaState::Type& DeltaState::find_or_add(std::string_view type_url) {
  const auto found =
      std::ranges::find(types_, type_url, [](const Type& type) { return std::string_view(type.status.type_url); });
  if (found != types_.end()) return *found;
  types_.emplace_back().status.type_url = type_url;
  return types_.back();
}

const DeltaState::Type* DeltaState::find(std::string_view type_url) const {
  const auto found =
      std::ranges::find(types_, type_url, [](const Type& type) { return std::string_view(type.status.type_url); });
  return found == types_.end() ? nullptr : &*found;
}

bool DeltaState::is_wanted(const Type& type, const std::string& name) const {
  return type.is_wildcard || type.wanted.contains(name);
}

}  // namespace weft::xds
