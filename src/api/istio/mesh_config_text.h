// MeshConfig and ProxyConfig as texts: where they are kept, and how they are read with the place of what is wrong.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/istio/mesh_config.h"
#include "api/place.h"

namespace weft::api::istio {

// The ConfigMap that holds MeshConfig, and its key.
inline constexpr std::string_view kMeshConfigSpace = "istio-system";
inline constexpr std::string_view kMeshConfigMap = "istio";
inline constexpr std::string_view kMeshConfigKey = "mesh";

// The annotation of a pod that goes over MeshConfig.defaultConfig.
inline constexpr std::string_view kProxyConfigAnnotation = "proxy.istio.io/config";

// What came of a text. `value` is there when no finding is an error.
template <class T>
struct ReadText {
  std::optional<T> value;
  Findings findings;
};

// From the `mesh:` of a weft.yaml. `source` is quoted in findings.
ReadText<MeshConfig> check_mesh_config(const Node& mesh, const SourceFile* source);

// From the text itself. An empty one is a MeshConfig that says nothing.
ReadText<MeshConfig> read_mesh_config(const std::string& text);
ReadText<ProxyConfig> read_proxy_config(const std::string& text);

// Reports what is wrong with a MeshConfig in a ConfigMap, if the object is that ConfigMap, and with the annotations of
// a pod or a pod's template.
void check_texts_within(const Place& object, std::string_view kind, std::string_view name_space, std::string_view name);

}  // namespace weft::api::istio
