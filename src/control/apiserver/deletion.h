// Deletion: what a DELETE means: the options it comes with, what is written, what is answered.
#pragma once

#include <optional>
#include <string>

#include "control/apiserver/call.h"
#include "control/workloads/new_object.h"
#include "control/workloads/world.h"

namespace weft::control {

// DeleteOptions (meta.k8s.io/v1), from the body or the query. Propagation "Foreground" is done as "Background": what an
// object owns goes after it, not before.
struct DeleteOptions {
  std::optional<int64_t> grace_seconds;
  bool orphans_dependents = false;
  std::string uid;  // preconditions
  std::string revision;
};

Reply<DeleteOptions> read_delete_options(const Call& call, const api::Json& body);

// The writes, and whether they remove the object at once (else it is marked, and goes when its end has come).
struct Deletion {
  Batch writes;
  bool removes = false;
};

// Fails (409) when a precondition does not hold, (403) for the namespaces that Weft itself needs.
Reply<Deletion> plan_deletion(const World& world, const Object& object, const DeleteOptions& options,
                              const Moment& moment);

// The Status (Success) for an object that is gone.
api::Json deleted_status(const api::Kind& kind, const Object& object);

}  // namespace weft::control
