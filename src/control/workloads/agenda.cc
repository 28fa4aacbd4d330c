#include "control/workloads/agenda.h"

#include "control/store/object_json.h"

namespace weft::control {

using Controller = Item::Controller;
using api::kubernetes::kServiceNameLabel;

void Agenda::note(const World& world, const Key& key) {
  const Known* known = world.find(key);
  if (known == nullptr) return;
  const api::Metadata& metadata = known->resource.metadata;
  if (key.type == kPods) note_pod(world, *known);
  if (key.type == kDeployments) add({Controller::deployment, key});
  if (key.type == kServices) add({Controller::endpoint_slices, key});
  if (key.type == kNamespaces) add({Controller::name_space, key});
  if (key.type == kEndpointSlices) {
    if (const auto service = metadata.labels.find(kServiceNameLabel); service != metadata.labels.end())
      add({Controller::endpoint_slices, {std::string(kServices), key.space, service->second}});
  }
  // A namespace on its way out counts what is left in it; one that lives makes sure of its service account.
  const Key space{std::string(kNamespaces), "", key.space};
  const Known* const name_space = key.space.empty() ? nullptr : world.find(space);
  if (name_space != nullptr) {
    const bool is_ending = !name_space->resource.metadata.deletion_timestamp.empty();
    if (is_ending || key.type == kServiceAccounts) add({Controller::name_space, space});
  }
  if (!metadata.owner_references.empty()) add({Controller::orphan, key});
  for (const Key& dependent : world.dependents(metadata.uid)) add({Controller::orphan, dependent});
}

void Agenda::note_pod(const World& world, const Known& pod) {
  const api::Metadata& metadata = pod.resource.metadata;
  for (const auto& owner : metadata.owner_references) {
    if (owner.kind == "Deployment")
      add({Controller::deployment, {std::string(kDeployments), metadata.namespace_name, owner.name}});
  }
  world.for_each(kServices, metadata.namespace_name, [&](const Known& known) {
    const auto* service = known.resource.as<api::kubernetes::Service>();
    if (!service->selector.empty() && model::selects(service->selector, metadata.labels))
      add({Controller::endpoint_slices, key_of(known.resource)});
  });
}

std::optional<Item> Agenda::take() {
  if (items_.empty()) return std::nullopt;
  return items_.extract(items_.begin()).value();
}

}  // namespace weft::control
