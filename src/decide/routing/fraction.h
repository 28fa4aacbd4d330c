// Fraction: a share of all requests (envoy.type.v3.FractionalPercent), as fine as a millionth.
#pragma once

#include <cstdint>

namespace weft::decide {

// A value. Decided by a random number: the request's own, so that all that looks at it agrees, or one drawn for this
// decision alone.
struct Fraction {
  uint32_t numerator = 100;
  uint32_t denominator = 100;

  bool includes(uint64_t random) const {
    return ((static_cast<unsigned __int128>(random) * denominator) >> 64) < numerator;
  }
};

}  // namespace weft::decide
