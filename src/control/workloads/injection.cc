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

void note_injection(const World& world, api::Json& pod) {
  const Known* space = world.find({std::string(kNamespaces), "", text_at(pod, "metadata", "namespace")});
  const api::Metadata metadata{.labels = read_labels(pod, "labels"), .annotations = read_labels(pod, "annotations")};
  const auto injected =
      space == nullptr ? api::Injection::none : api::injection_of(metadata, space->resource.metadata.labels);
  if (injected == api::Injection::sidecar) {
    object_in(pod["metadata"], "annotations")[api::kInjectionStatus] = R"({"containers":["weft-proxy"]})";
  } else if (metadata.annotations.contains(api::kInjectionStatus)) {
    pod["metadata"]["annotations"].erase(api::kInjectionStatus);
  }
}

}  // namespace weft::control
