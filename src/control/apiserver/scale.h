// The scale subresource (autoscaling/v1 Scale): a Deployment's number of replicas, as `kubectl scale` reads and sets
// it.
#pragma once

#include "api/tree.h"
#include "control/apiserver/refusal.h"
#include "control/store/object.h"

namespace weft::control {

api::Json scale_of(const Object& deployment);

// The Deployment's body with the number that a Scale asks for. Fails (400) when it names none, (409) when it was read
// from another version.
Reply<api::Json> scaled(const Object& deployment, const api::Json& scale);

}  // namespace weft::control
