#include "node/isolation/policy_feed.h"

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

PolicyFeed::PolicyFeed(ControlPlane& control_plane, network_policy::World& world, std::function<void()> on_change)
    : world_(&world),
      on_change_(std::move(on_change)),
      spaces_(*this, *api::find_kind_by_word("namespace"), control_plane),
      pods_(*this, *api::find_kind_by_word("pod"), control_plane),
      policies_(*this, *api::find_kind_by_word("networkpolicy"), control_plane) {}

void PolicyFeed::start() {
  for (Collection* collection : {&spaces_, &pods_, &policies_}) collection->watch().start();
}

runtime::Task<void> PolicyFeed::stop() {
  for (Collection* collection : {&spaces_, &pods_, &policies_}) co_await collection->watch().stop();
}

runtime::Task<void> PolicyFeed::synced(runtime::Signal& given_up) {
  for (Collection* collection : {&spaces_, &pods_, &policies_}) {
    while (!collection->watch().synced().is_set() && !given_up.is_set())
      co_await collection->watch().synced().wait(collection->watch().reactor().now() + kLookAgain);
  }
}

PolicyFeed::Collection::Collection(PolicyFeed& feed, const api::Kind& kind, ControlPlane& control_plane)
    : feed_(&feed), kind_(&kind), watch_(control_plane, path_of(kind), *this) {}

void PolicyFeed::Collection::on_all(std::vector<api::Json> objects) {
  auto gone = std::exchange(keys_, {});
  bool is_new = false;
  for (auto& object : objects) is_new |= put(std::move(object));
  for (const auto& key : keys_) gone.erase(key);
  for (const auto& key : gone) is_new |= erase(key);
  if (is_new) feed_->on_change_();
}

void PolicyFeed::Collection::on_changed(api::Json object) {
  if (put(std::move(object))) feed_->on_change_();
}

void PolicyFeed::Collection::on_deleted(api::Json object) {
  if (erase(key_in(object))) feed_->on_change_();
}

// What is in weftd's store was checked on its way in.
bool PolicyFeed::Collection::put(api::Json object) {
  object["apiVersion"] = kind_->api_version();  // items of lists carry neither
  object["kind"] = std::string(kind_->kind);
  keys_.insert(key_in(object));
  const auto checked = api::check(object, {.strictness = api::Strictness::ignore});
  if (checked.resource) return feed_->world_->put(*checked.resource);
  log::error("an unreadable {} from weftd: {}", kind_->kind, api::render(checked.findings));
  return false;
}

bool PolicyFeed::Collection::erase(const std::string& key) {
  keys_.erase(key);
  if (this == &feed_->spaces_) return feed_->world_->erase_space(key);
  return this == &feed_->pods_ ? feed_->world_->erase_pod(key) : feed_->world_->erase_policy(key);
}

}  // namespace weft::node
