// The MeshConfig among objects.
#pragma once

#include "api/istio/mesh_config.h"
#include "api/registry_references.h"

namespace weft::api {

// Of ConfigMap istio-system/istio, if it is among them and good; else what holds without one.
istio::MeshConfig mesh_config_of(const ReferenceScene& scene);

}  // namespace weft::api
