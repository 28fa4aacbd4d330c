// Durations as Istio's YAML writes them: protobuf's "1.5s" and Go's "1h30m", "100ms". Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace weft::api {

// One or more numbers with a unit (h, m, s, ms, us, ns), a sign in front allowed; nothing if it is none or does not
// fit.
std::optional<Duration> parse_duration(std::string_view text);

// Protobuf's JSON form: seconds with as many decimals as it takes, "1.5s".
std::string print_duration(Duration duration);

}  // namespace weft::api
