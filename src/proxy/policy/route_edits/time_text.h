// A moment as text, in Envoy's formats of %START_TIME(...)%.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

namespace weft::proxy {

// strftime(3) in UTC, and besides: %s seconds since 1970, %f and %1f to %9f digits of the fraction of the second, %E1S
// to %E9S seconds with them. Without a format 2026-01-02T03:04:05.678Z. Empty where the text would be over 511 bytes.
std::string time_text(WallTime time, std::string_view format);

}  // namespace weft::proxy
