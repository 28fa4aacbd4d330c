#include "control/workloads/orphans.h"

#include "control/store/object_json.h"
#include "control/workloads/removal.h"

namespace weft::control {
namespace {

bool is_alive(const World& world, const api::OwnerReference& owner, const std::string& space) {
  const api::Kind* kind = api::find_kind(owner.api_version, owner.kind);
  if (kind == nullptr) return true;
  const Known* known = world.find({type_of(*kind), kind->is_namespaced() ? space : "", owner.name});
  return known != nullptr && known->resource.metadata.uid == owner.uid;
}

}  // namespace

Outcome collect_orphan(const World& world, const Key& key, const Moment& moment) {
  const Known* known = world.find(key);
  if (known == nullptr) return {};
  const auto& owners = known->resource.metadata.owner_references;
  const auto alive = [&](const api::OwnerReference& owner) { return is_alive(world, owner, key.space); };
  if (owners.empty() || std::any_of(owners.begin(), owners.end(), alive)) return {};
  auto write = removal(*known, moment);
  return write ? Outcome{{*std::move(write)}, {}} : Outcome{};
}

}  // namespace weft::control
