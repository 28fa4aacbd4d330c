// What may not change in the life of an object, because others have already acted on it.
#pragma once

#include "api/kinds.h"
#include "api/tree.h"
#include "control/apiserver/refusal.h"

namespace weft::control {

// Fails (422, one cause a field). As in Kubernetes: a Deployment's selector, a Service's clusterIP, and a Pod's spec
// but for images, grace period and tolerations.
Reply<> check_immutable_fields(const api::Kind& kind, const api::Json& current, const api::Json& wanted);

}  // namespace weft::control
