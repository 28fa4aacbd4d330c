// Fault: what a route does wrong on purpose (envoy.extensions.filters.http.fault.v3.HTTPFault), compiled.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "decide/routing/fraction.h"

namespace weft::decide {

// Immutable; part of a route. A request can meet both: the delay first.
struct Fault {
  // A share of requests waits for so long before it is sent.
  struct Delay {
    Duration length{};
    Fraction share;
  };
  // A share of requests is answered at once, and not sent.
  struct Abort {
    uint16_t status = 503;                // what the client sees; of a gRPC status the HTTP status that stands for it
    std::optional<uint32_t> grpc_status;  // for gRPC requests, if it was given
    Fraction share;
  };
  std::optional<Delay> delay;
  std::optional<Abort> abort;
};

}  // namespace weft::decide
