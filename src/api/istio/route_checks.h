// What must hold within one rule of a VirtualService, and between the rules of a list.
#pragma once

#include "api/istio/virtual_service.h"
#include "api/place.h"

namespace weft::api::istio {

// Warns about rules that nothing reaches and about matches that stand twice; `place` is the spec.
void check_rule_order(const Place& place, const std::vector<HttpRoute>& rules);

}  // namespace weft::api::istio
