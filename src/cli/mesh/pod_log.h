// Where weft-node keeps what a pod's containers write. Pure.
#pragma once

#include <string>
#include <string_view>

#include "api/tree.h"
#include "cli/exit.h"
#include "pod_logs/container_logs.h"

namespace weft::cli {

using pod_logs::kSidecarName;

// The name of the file, in the pod's folder, of this container; empty: of the first one, which is a gateway's proxy. A
// Failure names the containers there are.
Expected<std::string> pod_log(const api::Json& pod, std::string_view container);

}  // namespace weft::cli
