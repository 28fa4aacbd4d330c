// Checks of AuthorizationPolicies and RequestAuthentications against the other objects there are. They warn: such a
// policy is taken, and guards less than it says, or refuses more.
#pragma once

#include "api/registry_references.h"

namespace weft::api {

void check_authorization_policy(const Resource& resource, const ReferenceScene& scene, Findings& findings);
void check_request_authentication(const Resource& resource, const ReferenceScene& scene, Findings& findings);

}  // namespace weft::api
