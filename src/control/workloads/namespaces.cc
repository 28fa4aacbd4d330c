#include "control/workloads/namespaces.h"

#include "control/store/object_json.h"
#include "control/workloads/defaults.h"
#include "control/workloads/removal.h"

namespace weft::control {
namespace {

// Deletes everything in it; the last one out takes the Namespace along.
Outcome empty_out(const World& world, const Known& name_space, const Key& key, const Moment& moment) {
  Outcome outcome;
  bool is_empty = true;
  world.for_each_in(key.name, [&](const Key&, const Known& known) {
    is_empty = false;
    if (auto write = removal(known, moment)) outcome.writes.push_back(*std::move(write));
  });
  if (is_empty && name_space.resource.metadata.finalizers.empty())
    outcome.writes.push_back({key, name_space.revision, ""});
  return outcome;
}

}  // namespace

Write new_plain_object(std::string_view kind, std::string_view space, std::string_view name, const Moment& moment) {
  api::Json body{{"apiVersion", "v1"}, {"kind", kind}, {"metadata", {{"name", name}}}};
  if (!space.empty()) body["metadata"]["namespace"] = space;
  const api::Kind* known_kind = api::find_kind("v1", kind);
  WEFT_ASSERT(known_kind != nullptr);
  if (kind == "Namespace") body["metadata"]["labels"]["kubernetes.io/metadata.name"] = name;
  stamp_new(body, moment);
  fill_defaults(*known_kind, body);
  return {{type_of(*known_kind), std::string(space), std::string(name)}, Revision{}, encode(std::move(body))};
}

Batch missing_namespaces(const World& world, const Moment& moment) {
  Batch batch;
  for (const char* name : {"default", "weft-system", "istio-system"})
    if (world.find({std::string(kNamespaces), "", name}) == nullptr)
      batch.push_back(new_plain_object("Namespace", "", name, moment));
  return batch;
}

Outcome tend_namespace(const World& world, const Key& key, const Moment& moment) {
  const Known* name_space = world.find(key);
  if (name_space == nullptr) return {};
  if (is_terminating(name_space->resource)) return empty_out(world, *name_space, key, moment);
  if (world.find({std::string(kServiceAccounts), key.name, "default"}) != nullptr) return {};
  return {{new_plain_object("ServiceAccount", key.name, "default", moment)}, {}};
}

}  // namespace weft::control
