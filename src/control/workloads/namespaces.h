// Namespaces: a living one has its ServiceAccount "default"; one that is being deleted takes its content along.
#pragma once

#include "control/workloads/new_object.h"
#include "control/workloads/outcome.h"
#include "control/workloads/world.h"

namespace weft::control {

Outcome tend_namespace(const World& world, const Key& key, const Moment& moment);

// What a store must hold for anything to work: the Namespaces "default", "weft-system" and "istio-system" (of
// MeshConfig). Empty once it does.
Batch missing_namespaces(const World& world, const Moment& moment);

// A new object of a kind without a body of its own (Namespace, ServiceAccount), ready to be written.
Write new_plain_object(std::string_view kind, std::string_view space, std::string_view name, const Moment& moment);

}  // namespace weft::control
