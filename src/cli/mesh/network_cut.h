// Which NetworkPolicies admit no such connection as a hop's. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/mesh/failed_requests.h"
#include "network_policy/world.h"

namespace weft::cli {

// A pod that is isolated, and by which policies: "shop/api-1", "shop/deny-all".
struct NetworkCut {
  std::string pod;
  std::vector<std::string> policies;
};

// Whether a policy may be why: the connection did not come about, or the proxy refused it for want of an allowance.
bool may_be_cut(const FailedHop& hop);

// By the objects as they are now. Nothing: policies let the two connect.
std::optional<NetworkCut> network_cut(const network_policy::World& world, const FailedHop& hop);

}  // namespace weft::cli
