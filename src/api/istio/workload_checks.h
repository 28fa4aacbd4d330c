// What an address of a workload may look like. Istio's admission rules.
#pragma once

#include <string_view>

#include "api/istio/workload_entry.h"
#include "api/place.h"

namespace weft::api::istio {

// Which of the forms is right also depends on the services it belongs to, which it does not know.
void check_workload_address(const Place& place, WorkloadEntry& entry);

// "unix:///PATH" and "unix://@NAME", without the scheme: absolute or abstract, no folder, at most 107 bytes.
bool is_socket_path(std::string_view path);

// A name without wildcards, as DNS resolves it.
bool is_resolvable(std::string_view name);

}  // namespace weft::api::istio
