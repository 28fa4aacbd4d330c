#include "control/workloads/world.h"

#include "base/log.h"
#include "control/store/object_json.h"

namespace weft::control {

void World::reset(const Listing& listing) {
  objects_.clear();
  dependents_.clear();
  for (const ObjectPtr& object : listing.objects) put(*object);
}

void World::put(const Object& object) {
  if (kind_of(object.key.type) == nullptr) return;  // another user's: the authority's roots and records
  remove(object.key);
  api::Checked checked = api::check(decode(object), {.strictness = api::Strictness::ignore});
  if (!checked.resource) {
    log::error("workloads: {} {}/{} in the store is not valid and is passed over: {}", object.key.type,
               object.key.space, object.key.name,
               checked.findings.empty() ? "" : api::render_line(checked.findings.front()));
    return;
  }
  const Known& known = objects_[object.key] = Known{object.revision, *std::move(checked.resource)};
  for (const auto& owner : known.resource.metadata.owner_references) dependents_[owner.uid].insert(object.key);
}

void World::remove(const Key& key) {
  const auto found = objects_.find(key);
  if (found == objects_.end()) return;
  for (const auto& owner : found->second.resource.metadata.owner_references) {
    const auto siblings = dependents_.find(owner.uid);
    if (siblings == dependents_.end()) continue;
    siblings->second.erase(key);
    if (siblings->second.empty()) dependents_.erase(siblings);
  }
  objects_.erase(found);
}

const Known* World::find(const Key& key) const {
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : &found->second;
}

void World::for_each(std::string_view type, std::string_view space,
                     const std::function<void(const Known&)>& visit) const {
  const Key first{std::string(type), std::string(space), ""};
  for (auto at = objects_.lower_bound(first); at != objects_.end(); ++at) {
    if (at->first.type != type || (!space.empty() && at->first.space != space)) break;
    visit(at->second);
  }
}

void World::for_each_in(std::string_view space, const std::function<void(const Key&, const Known&)>& visit) const {
  for (const api::Kind& kind : api::all_kinds()) {
    if (!kind.is_namespaced()) continue;
    for_each(type_of(kind), space, [&](const Known& known) { visit(key_of(known.resource), known); });
  }
}

const std::set<Key>& World::dependents(const std::string& uid) const {
  static const std::set<Key> kNone;
  const auto found = dependents_.find(uid);
  return found == dependents_.end() ? kNone : found->second;
}

}  // namespace weft::control
