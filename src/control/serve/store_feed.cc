#include "control/serve/store_feed.h"

#include <utility>

#include "base/log.h"
#include "control/mesh/mesh_builder.h"

namespace weft::control {
namespace {

mesh::ObjectChange change_of(const Key& key, std::string json) {
  return {.type = key.type, .space = key.space, .name = key.name, .json = std::move(json)};
}

}  // namespace

std::vector<mesh::ObjectChange> stored_objects(const Store& store, std::string_view space) {
  std::vector<mesh::ObjectChange> objects;
  for (const auto type : mesh::read_types()) {
    for (const auto& object : store.list(type, space).objects) objects.push_back(change_of(object->key, object->json));
  }
  return objects;
}

void StoreFeed::start() {
  subscription_ = store_->subscribe([this] { take_note(); });
  load();
}

// The listener of a commit only takes note; the changes are read in the next turn, those of several commits at once.
void StoreFeed::take_note() {
  if (std::exchange(noted_, true)) return;
  mailbox_->send([this, alive = alive_] {
    if (!*alive) return;
    noted_ = false;
    follow();
  });
}

void StoreFeed::load() {
  auto listing = store_->list_all();
  std::vector<mesh::ObjectChange> changes;
  auto gone = std::exchange(known_, {});
  for (const auto& object : listing.objects) {
    if (!mesh::is_read(object->key.type)) continue;
    changes.push_back(change_of(object->key, object->json));
    known_.insert(object->key);
    gone.erase(object->key);
  }
  for (const auto& key : gone) changes.push_back(change_of(key, {}));
  seen_ = listing.revision;
  receive_(changes, seen_.value());
}

void StoreFeed::follow() {
  while (seen_ < store_->revision()) {
    auto changes = store_->changes_after(seen_);
    if (!changes) {
      log::warn("serve: reads the whole store again: {}", changes.error().detail);
      load();
      return;
    }
    std::vector<mesh::ObjectChange> read;
    for (const auto& change : *changes) {
      seen_ = change.object->revision;
      const auto& key = change.object->key;
      if (!mesh::is_read(key.type)) continue;
      bool removed = change.kind == Change::Kind::removed;
      if (removed) {
        known_.erase(key);
      } else {
        known_.insert(key);
      }
      read.push_back(change_of(key, removed ? std::string() : change.object->json));
    }
    receive_(read, seen_.value());
  }
}

}  // namespace weft::control
