// Mirror: a cluster that gets copies of a share of a route's requests (RequestMirrorPolicy), compiled.
#pragma once

#include <cstdint>

#include "decide/names.h"
#include "decide/routing/fraction.h"

namespace weft::decide {

// Whether the copy can be told from the original by its authority: h-shadow for h, as Envoy does unless it is told not
// to. Istio leaves it alone since 1.28.
enum class MirroredHost : uint8_t { unchanged, shadow };

// Immutable; part of a forwarding route.
struct Mirror {
  ClusterId cluster;
  Fraction share;
  MirroredHost host = MirroredHost::unchanged;
};

}  // namespace weft::decide
