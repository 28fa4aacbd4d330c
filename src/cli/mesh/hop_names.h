// How a failed hop is spoken of: its pod and endpoint, and the commands that show more of them. Pure.
#pragma once

#include <string>
#include <string_view>

#include "cli/mesh/failed_requests.h"

namespace weft::cli {

std::string or_else(const std::string& text, std::string_view otherwise);

std::string namespace_of(const FailedHop& hop);
std::string pod_name_of(const FailedHop& hop);
std::string endpoint_of(const FailedHop& hop);

// "weft pc routes front-1.shop", as the pod is named there.
std::string pc(std::string_view what, const FailedHop& hop);
std::string application_logs(const FailedHop& hop);
std::string proxy_logs(const FailedHop& hop);
// Where to look at an endpoint: behind an inbound proxy it is the pod itself.
std::string at_endpoint(const FailedHop& hop);

}  // namespace weft::cli
