// Checks of PeerAuthentications against the other objects there are. They warn: such a policy is taken, and holds for
// fewer workloads than it says.
#pragma once

#include "api/registry_references.h"

namespace weft::api {

void check_peer_authentication(const Resource& resource, const ReferenceScene& scene, Findings& findings);

}  // namespace weft::api
