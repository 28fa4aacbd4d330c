#include "control/workloads/injection.h"

#include "api/injection.h"
#include "control/store/json_access.h"

namespace weft::control {
namespace {

model::Labels read_labels(const api::Json& body, const char* member) {
  model::Labels labels;
  const auto metadata = body.find("metadata");
  if (metadata == body.end() || !metadata->contains(member) || !(*metadata)[member].is_object()) return labels;
  for (const auto& [key, value] : (*metadata)[member].items()) {
    if (value.is_string()) labels.emplace(key, value.get<std::string>());
  }
  return labels;
}

}  // namespace

void note_injection(const model::Labels& namespace_labels, api::Json& pod) {
  const api::Metadata metadata{.labels = read_labels(pod, "labels"), .annotations = read_labels(pod, "annotations")};
  if (api::injection_of(metadata, namespace_labels) == api::Injection::sidecar) {
    object_in(pod["metadata"], "annotations")[api::kInjectionStatus] = R"({"containers":["weft-proxy"]})";
  } else if (metadata.annotations.contains(api::kInjectionStatus)) {
    pod["metadata"]["annotations"].erase(api::kInjectionStatus);
  }
}

const model::Labels& labels_of_namespace(const World& world, std::string_view name) {
  static const model::Labels kNone;
  const Known* space = world.find({std::string(kNamespaces), "", std::string(name)});
  return space == nullptr ? kNone : space->resource.metadata.labels;
}

}  // namespace weft::control
