// What really runs, as JSON in the shape of Envoy's /config_dump, for admin and `weft pc`.
#pragma once

#include <string>

#include "proxy/config/resources.h"

namespace weft::proxy {

// One section each for listeners, routes, clusters and endpoints: {"configs":[{"@type":...},...]}. Versions that wait
// are shown beside those in force, rejected ones with the reason.
std::string config_dump(const Resources& resources);

}  // namespace weft::proxy
