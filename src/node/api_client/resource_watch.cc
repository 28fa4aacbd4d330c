#include "node/api_client/resource_watch.h"

#include <utility>

#include "base/log.h"

namespace weft::node {
namespace {

constexpr Duration kLookAgain = std::chrono::milliseconds(200);

std::string path_of(const api::Kind& kind) {
  return (kind.group.empty() ? "/api/" : "/apis/") + kind.api_version() + "/" + std::string(kind.plural);
}

std::string key_in(const api::Json& object) {
  const auto& metadata = object["metadata"];
  const std::string space = metadata.value("namespace", "");
  return (space.empty() ? "" : space + "/") + metadata.value("name", "");
}

}  // namespace

ResourceWatch::ResourceWatch(ControlPlane& control_plane, const api::Kind& kind, ResourceFollower& follower)
    : kind_(&kind), follower_(&follower), watch_(control_plane, path_of(kind), *this) {}

runtime::Task<void> ResourceWatch::synced(runtime::Signal& given_up) {
  while (!watch_.synced().is_set() && !given_up.is_set())
    co_await watch_.synced().wait(watch_.reactor().now() + kLookAgain);
}

void ResourceWatch::on_all(std::vector<api::Json> objects) {
  auto gone = std::exchange(keys_, {});
  for (auto& object : objects) put(std::move(object));
  for (const auto& key : keys_) gone.erase(key);
  for (const auto& key : gone) erase(key);
  follower_->on_settled();
}

void ResourceWatch::on_changed(api::Json object) {
  put(std::move(object));
  follower_->on_settled();
}

void ResourceWatch::on_deleted(api::Json object) {
  erase(key_in(object));
  follower_->on_settled();
}

// What is in weftd's store was checked on its way in.
void ResourceWatch::put(api::Json object) {
  object["apiVersion"] = kind_->api_version();  // items of lists carry neither
  object["kind"] = std::string(kind_->kind);
  keys_.insert(key_in(object));
  const auto checked = api::check(object, {.strictness = api::Strictness::ignore});
  if (checked.resource) {
    follower_->put(*checked.resource);
  } else {
    log::error("an unreadable {} from weftd: {}", kind_->kind, api::render(checked.findings));
  }
}

void ResourceWatch::erase(const std::string& key) {
  keys_.erase(key);
  follower_->erase(*kind_, key);
}

}  // namespace weft::node
