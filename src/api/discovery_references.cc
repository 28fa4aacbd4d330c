#include "api/discovery_references.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "api/istio/mesh_config_text.h"
#include "api/mesh_in_scene.h"
#include "api/reference_finding.h"

namespace weft::api {
namespace {

using istio::MeshConfig;

const Resource* namespace_named(std::string_view name, const ReferenceScene& scene) {
  const auto found = std::ranges::find_if(scene.all, [&](const Resource* one) {
    return one->as<kubernetes::Namespace>() != nullptr && one->metadata.name == name;
  });
  return found == scene.all.end() ? nullptr : *found;
}

bool is_left_out(std::string_view name, const MeshConfig& mesh, const ReferenceScene& scene) {
  if (mesh.discovery_selectors.empty()) return false;
  const Resource* space = namespace_named(name, scene);
  if (space == nullptr) return false;
  model::Labels labels = space->metadata.labels;
  labels.try_emplace("kubernetes.io/metadata.name", name);  // which weftd gives it
  return std::ranges::none_of(mesh.discovery_selectors, [&](const auto& one) { return one.selects(labels); });
}

bool is_mesh_config(const Resource& resource) {
  return resource.as<kubernetes::ConfigMap>() != nullptr && resource.metadata.name == istio::kMeshConfigMap &&
         resource.metadata.namespace_name == istio::kMeshConfigSpace;
}

void say_that_it_counts_for_nothing(const Resource& resource, Severity severity, Findings& findings) {
  const auto& space = resource.metadata.namespace_name;
  findings.push_back(finding_at(resource, "metadata.namespace", severity, Code::outside_mesh,
                                fmt::format("the mesh passes this over: its discoverySelectors do not take the "
                                            "namespace {}",
                                            space)));
  findings.back().hint = "label the namespace as they want it, or widen discoverySelectors in MeshConfig";
}

}  // namespace

void check_discovery(const Resource& resource, const ReferenceScene& scene, Findings& findings) {
  const bool is_istio = resource.kind->group.ends_with(".istio.io");
  const bool is_service = resource.as<kubernetes::Service>() != nullptr;
  if (!is_istio && !is_service && !is_mesh_config(resource)) return;
  const MeshConfig mesh = mesh_config_of(scene);
  if (is_mesh_config(resource)) {
    if (!is_left_out(mesh.root_namespace, mesh, scene)) return;
    findings.push_back(
        finding_at(resource, "data.mesh", Severity::warning, Code::outside_mesh,
                   fmt::format("discoverySelectors do not take the root namespace {}: its rules hold for nobody",
                               mesh.root_namespace)));
    findings.back().hint = fmt::format("label the namespace {} as they want it", mesh.root_namespace);
  } else if (is_left_out(resource.metadata.namespace_name, mesh, scene)) {
    say_that_it_counts_for_nothing(resource, is_istio ? Severity::warning : Severity::info, findings);
  }
}

}  // namespace weft::api
