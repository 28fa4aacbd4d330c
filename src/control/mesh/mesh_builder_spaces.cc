// MeshConfig, and which namespaces belong to the mesh by it.
#include <utility>

#include "api/istio/mesh_config_text.h"
#include "base/log.h"
#include "control/mesh/mesh_builder.h"
#include "control/mesh/reading.h"

namespace weft::control::mesh {

// Which namespaces belong to the mesh comes first, in whatever order a batch names things.
void MeshBuilder::follow_spaces(const std::vector<ObjectChange>& changes, Touched& touched) {
  for (const auto& change : changes) {
    if (change.type == "/configmaps") apply_mesh_config(change, touched);
  }
  discovery_.select_by(view_.config().discovery_selectors);
  for (const auto& change : changes) {
    if (change.type != "/namespaces") continue;
    if (const auto resource = change.json.empty() ? std::nullopt : read_resource(change)) {
      discovery_.put_space(change.name, resource->metadata.labels);
    } else {
      discovery_.erase_space(change.name);
    }
  }
  const auto moves = discovery_.settle();
  for (const auto& space : moves.left) take_out(space, touched);
  for (const auto& space : moves.joined) {
    if (recall_) apply_all(recall_(space), touched);
  }
}

// Its pods stay: their proxies are served as before, with what the rest of the mesh has.
void MeshBuilder::take_out(const std::string& space, Touched& touched) {
  std::vector<std::string> gone;
  for (const auto& [key, known] : known_) {
    const bool is_in_space = std::string_view(key).substr(0, key.rfind('/')).ends_with("/" + space);
    if (is_in_space && !std::holds_alternative<PodPtr>(known)) gone.push_back(key);
  }
  for (const auto& key : gone) forget(key, touched);
}

// A ConfigMap that is wrong changes nothing; without one Istio's defaults hold.
void MeshBuilder::apply_mesh_config(const ObjectChange& change, Touched& touched) {
  if (change.space != api::istio::kMeshConfigSpace || change.name != api::istio::kMeshConfigMap) return;
  auto resource = change.json.empty() ? std::nullopt : read_resource(change);
  if (!resource && !change.json.empty()) return;
  std::string text;
  if (resource) {
    const auto& data = resource->as<api::kubernetes::ConfigMap>()->data;
    if (auto found = data.find(api::istio::kMeshConfigKey); found != data.end()) text = found->second;
  }
  auto read = api::istio::read_mesh_config(text);
  for (const auto& finding : read.findings) {
    if (finding.severity == api::Severity::error) log::error("mesh: {}", api::render_line(finding));
  }
  if (!read.value) return;
  label_keys_.count(view_.config(), -1);
  view_.config_ = std::make_shared<const api::istio::MeshConfig>(*std::move(read.value));
  const auto& config = view_.config();
  label_keys_.count(config, 1);
  view_.services_.export_by_default(config.default_service_export_to);
  view_.aliases_.export_by_default(config.default_service_export_to);
  view_.virtual_services_.export_by_default(config.default_virtual_service_export_to);
  view_.destination_rules_.export_by_default(config.default_destination_rule_export_to);
  touched.hosts.insert("*");
  touched.policy_spaces.insert("*");  // their root namespace, trust domains and providers
  touched.gateways = true;
}

}  // namespace weft::control::mesh
