// Endpoints that discovery has taken away but that still pass their health checks: they serve until they fail one, so
// that a control plane that errs takes nobody out of service (Envoy's ignore_health_on_host_removal: false). Pure.
#pragma once

#include <functional>

#include "decide/cluster.h"

namespace weft::proxy {

// `delivered`, and of `before` those endpoints that are missing in it and that `passes` holds for; `delivered` itself
// if there are none.
decide::EndpointSetPtr with_kept(const decide::EndpointSetPtr& delivered, const decide::EndpointSet& before,
                                 const std::function<bool(const decide::EndpointAddress&)>& passes);

}  // namespace weft::proxy
