#include "api/mesh_in_scene.h"

#include "api/istio/mesh_config_text.h"
#include "api/kubernetes/config_map.h"

namespace weft::api {

istio::MeshConfig mesh_config_of(const ReferenceScene& scene) {
  for (const Resource* resource : scene.all) {
    const auto* map = resource->as<kubernetes::ConfigMap>();
    if (map == nullptr || resource->metadata.name != istio::kMeshConfigMap ||
        resource->metadata.namespace_name != istio::kMeshConfigSpace)
      continue;
    const auto text = map->data.find(istio::kMeshConfigKey);
    if (text == map->data.end()) continue;
    if (auto read = istio::read_mesh_config(text->second); read.value) return *std::move(read.value);
  }
  return {};
}

}  // namespace weft::api
