#include "cli/mesh/submit.h"

#include <algorithm>

#include "base/strings.h"
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
          {"metadata", {{"name", "istio"}, {"namespace", "istio-system"}}},
          {"data", {{"mesh", api::print_yaml(mesh)}}}};
}

}  // namespace

std::vector<Json> plan_objects(const Manifests& manifests, const std::vector<Json>& known) {
  auto objects = bodies_of(manifests.resources);
  if (!manifests.images.empty()) {
    objects.push_back(image_config_map(manifests.images, find_known(known, "ConfigMap weft-system/weft-images")));
  }
  if (!manifests.mesh.is_null()) objects.push_back(mesh_config_map(manifests.mesh));
  if (!manifests.outside.empty()) objects.push_back(outside_config_map(manifests.outside));
  return objects;
}

Expected<Applied> submit(const ControlPlane& weftd, const Manifests& manifests, const std::vector<Json>& known,
                         DryRun dry_run) {
  auto applied = weftd.apply(plan_objects(manifests, known), dry_run);
  if (!applied) applied.error().details = name_items(std::move(applied.error().details), manifests.resources);
  return applied;
}

std::string name_items(std::string text, const std::vector<api::Resource>& resources) {
  constexpr std::string_view kItem = "items[";
  for (size_t at = 0; (at = text.find(kItem, at)) != std::string::npos;) {
    const size_t end = text.find(']', at);
    if (end == std::string::npos) break;
    const auto index = parse_unsigned(std::string_view(text).substr(at + kItem.size(), end - at - kItem.size()));
    std::string name = "the image map of weft.yaml";
    if (index && *index < resources.size()) {
      const auto& resource = resources[*index];
      name = resource.title();
      if (resource.source) name += " (" + resource.source->name() + ":" + std::to_string(resource.line()) + ")";
    }
    const bool path_follows = end + 1 < text.size() && text[end + 1] == '.';
    text.replace(at, end + 1 + (path_follows ? 1 : 0) - at, name + (path_follows ? " " : ""));
    at += name.size();
  }
  return text;
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
