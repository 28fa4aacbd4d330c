// Checks of ServiceEntries, Sidecars and the gateways of VirtualServices against the other objects there are: what
// Istio's analysis says of them. They warn: such objects are taken, and one of two that get in each other's way is
// passed over.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/finding.h"
#include "api/resource.h"
#include "model/labels.h"

namespace weft::api {

// `all`: everything there will be. `has_host` says whether some service has this name, or a wildcard that covers it.
struct ReferenceScene {
  const std::vector<const Resource*>& all;
  std::function<bool(const std::string& host)> has_host;
};

// Whether some workload of the namespace has the labels of both selectors.
bool selects_any(const ReferenceScene& scene, std::string_view space, const model::Labels& one,
                 const model::Labels& other);

void check_gateways(const Resource& virtual_service, const ReferenceScene& scene, Findings& findings);
void check_service_entry(const Resource& resource, const ReferenceScene& scene, Findings& findings);
void check_sidecar(const Resource& resource, const ReferenceScene& scene, Findings& findings);

}  // namespace weft::api
