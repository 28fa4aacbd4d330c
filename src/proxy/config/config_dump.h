// What really runs, as JSON in the shape of Envoy's /config_dump, for admin and `weft pc`.
#pragma once

#include <string>
#include <string_view>

#include "proxy/config/resources.h"

namespace weft::proxy {

// One section each for listeners, routes, clusters and endpoints: {"configs":[{"@type":...},...]}. Versions that wait
// are shown beside those in force, rejected ones with the reason.
// `more`: further sections, as JSON. Keys are left out of all.
std::string config_dump(const Resources& resources, std::string_view more = {});

}  // namespace weft::proxy
