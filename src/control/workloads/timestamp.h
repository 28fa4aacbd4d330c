// Times as Kubernetes objects carry them: RFC 3339, UTC, whole seconds.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace weft::control {

// "2026-11-23T15:04:05Z"
std::string timestamp(WallTime time);

// Nothing for a text that is no such time. Fractions of a second are cut off; offsets other than Z are not read, since
// all times in the store were written by weftd and weft-node.
std::optional<WallTime> parse_timestamp(std::string_view text);

}  // namespace weft::control
