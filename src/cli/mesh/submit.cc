#include "cli/mesh/submit.h"

#include <algorithm>

#include "cli/text/output.h"

namespace weft::cli {
namespace {

using api::Json;

Json find_known(const std::vector<Json>& known, std::string_view title) {
  const auto found = std::ranges::find_if(known, [&](const Json& object) { return title_of(object) == title; });
  return found == known.end() ? Json() : *found;
}

// Istio keeps its MeshConfig as YAML under the key "mesh" of ConfigMap "istio".
Json mesh_config_map(const Json& mesh) {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", "istio"}, {"namespace", "weft-system"}}},
          {"data", {{"mesh", api::print_yaml(mesh)}}}};
}

}  // namespace

std::vector<Json> plan_objects(const Manifests& manifests, const std::vector<Json>& known) {
  auto objects = bodies_of(manifests.resources);
  if (!manifests.images.empty()) {
    objects.push_back(image_config_map(manifests.images, find_known(known, "ConfigMap weft-system/weft-images")));
  }
  if (!manifests.mesh.is_null()) objects.push_back(mesh_config_map(manifests.mesh));
  return objects;
}

Expected<Applied> submit(const ControlPlane& weftd, const Manifests& manifests, const std::vector<Json>& known,
                         DryRun dry_run) {
  return weftd.apply(plan_objects(manifests, known), dry_run);
}

std::vector<std::string> further_warnings(const Applied& applied) {
  std::vector<std::string> further;
  for (const auto& warning : applied.warnings) {
    if (!warning.ends_with(']') || warning.rfind("[WFT") == std::string::npos) further.push_back(warning);
  }
  return further;
}

std::string describe_refusals(const Json& sync) {
  std::string text;
  for (const auto& one : sync.value("nacked", Json::array())) {
    text += "  " + one.value("proxy", "?") + ": " + one.value("type", "") + " " + one.value("resource", "") + ": " +
            one.value("message", "") + "\n";
  }
  return text;
}

}  // namespace weft::cli
